//! Whether a camera is fit: not covered, not out of focus, and looking where it was calibrated.
//!
//! All of it is read from edges. A covered lens has none; one out of focus has weak ones; a camera that was moved has them elsewhere. The
//! reference is learned over the first minutes and follows the day slowly, but never while something is wrong.
//!
//! Not here: motion, and a camera from which nothing comes (its clock tells that).

use crate::bulletin::HealthState;
use crate::eye::Frame;
use crate::plan::Moment;

/// A frame is looked at this often, in seconds.
const LOOK_S: f64 = 1.0;
/// The picture is shrunk to about so many columns for it.
const COLUMNS: usize = 96;
/// Looks from which the reference is made.
const LEARN_LOOKS: u32 = 20;
/// How slowly the reference follows, in looks.
const FOLLOW_LOOKS: f32 = 600.0;
/// A covered lens has less than this share of the reference's strength of edges.
const COVERED_SHARE: f32 = 0.2;
/// A picture out of focus has less than this share of the reference's finest edges.
const BLURRED_SHARE: f32 = 0.4;
/// Edges that agree less than this with the reference, where they do elsewhere, have moved.
const AGREE: f32 = 0.5;
/// Edges that agree more than this are where they were: nothing else is tried.
const SURELY_STILL: f32 = 0.85;
/// How far a shift is looked for, in shrunk pixels.
const SHIFT_MAX: isize = 8;
/// A shift of less than this is wind, in shrunk pixels.
const SHIFT_MIN: isize = 1;
/// How long a fault lasts before it is told, in seconds.
const BLOCKED_S: f64 = 4.0;
const BLURRED_S: f64 = 20.0;
const MOVED_S: f64 = 15.0;
/// How long all is well before that is told, in seconds.
const WELL_S: f64 = 5.0;

/// How fit a camera is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitness {
    /// In a word: working, learning, blocked, defocused or moved.
    pub state: HealthState,
    /// Since when.
    pub since: Moment,
    /// Whether it seems covered or moved just now, though that is not told yet: what moves means nothing then.
    pub doubtful: bool,
    /// By how much the picture was shifted when last looked at, in fractions of its width: right and down.
    pub shift: Option<(f64, f64)>,
}

/// Watches over one camera.
pub struct Watch {
    next: Option<Moment>,
    looks: u32,
    reference: Option<Edges>,
    /// What is seen now, and since when; told when it has lasted.
    seems: HealthState,
    seems_since: Option<Moment>,
    told: Option<Fitness>,
    shift: Option<(f64, f64)>,
}

struct Edges {
    width: usize,
    /// Strength of the edge at each shrunk pixel.
    strength: Vec<f32>,
    /// The mean, and that of the finest detail.
    mean: f32,
    fine: f32,
}

impl Default for Watch {
    fn default() -> Self {
        let seems = HealthState::Learning;
        Self { next: None, looks: 0, reference: None, seems, seems_since: None, told: None, shift: None }
    }
}

impl Watch {
    /// Looks at a frame now and then.
    pub fn next(&mut self, frame: &Frame) -> Fitness {
        let at = frame.at();
        let told = *self.told.get_or_insert(Fitness {
            state: HealthState::Learning,
            since: at,
            doubtful: false,
            shift: None,
        });
        if self.next.is_some_and(|next| at < next) {
            return told;
        }
        self.next = Some(at.plus_seconds(LOOK_S));
        let edges = Edges::of(frame);
        let seems = self.judge(&edges, frame.width());
        if seems != self.seems {
            self.seems = seems;
            self.seems_since = Some(at);
        }
        let lasted_s = at.seconds_since(*self.seems_since.get_or_insert(at));
        let asked_s = match seems {
            HealthState::Blocked => BLOCKED_S,
            HealthState::Defocused => BLURRED_S,
            HealthState::Moved => MOVED_S,
            HealthState::Working if told.state != HealthState::Learning => WELL_S,
            _ => 0.0,
        };
        let state = if lasted_s >= asked_s { seems } else { told.state };
        let since = if state == told.state { told.since } else { at };
        let doubtful = matches!(seems, HealthState::Blocked | HealthState::Moved);
        let told = Fitness { state, since, doubtful, shift: self.shift };
        self.told = Some(told);
        if seems == HealthState::Working || seems == HealthState::Learning {
            self.follow(edges);
        }
        told
    }

    /// Forgets the reference, as after the camera was turned or calibrated anew.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    fn judge(&mut self, edges: &Edges, width: usize) -> HealthState {
        self.shift = None;
        let Some(reference) =
            self.reference.as_ref().filter(|one| one.strength.len() == edges.strength.len())
        else {
            return HealthState::Learning;
        };
        if self.looks < LEARN_LOOKS {
            return HealthState::Learning;
        }
        if edges.mean < reference.mean * COVERED_SHARE {
            return HealthState::Blocked;
        }
        let still = edges.agreement(reference, (0, 0));
        if still < SURELY_STILL {
            let (shift, best) = edges.best_shift(reference);
            let moved = shift.0.abs().max(shift.1.abs()) >= SHIFT_MIN && best > still + 0.15;
            if moved && best >= AGREE {
                let shrunk = |by: isize| by as f64 * (width / edges.width) as f64 / width as f64;
                self.shift = Some((shrunk(shift.0), shrunk(shift.1)));
                return HealthState::Moved;
            }
        }
        // Fine detail goes first out of focus; against the mean, so that dusk, which takes both, is not blur.
        let sharpness = edges.fine / edges.mean.max(1e-3);
        let usual = reference.fine / reference.mean.max(1e-3);
        if sharpness < usual * BLURRED_SHARE {
            return HealthState::Defocused;
        }
        // Neither there nor shifted a little: it looks elsewhere altogether.
        if still < AGREE / 2.0 { HealthState::Moved } else { HealthState::Working }
    }

    fn follow(&mut self, edges: Edges) {
        self.looks = self.looks.saturating_add(1);
        match &mut self.reference {
            Some(reference) if reference.strength.len() == edges.strength.len() => {
                #[allow(clippy::cast_precision_loss, reason = "bounded by a small constant")]
                let share = 1.0 / (self.looks as f32).min(FOLLOW_LOOKS);
                reference.mean += (edges.mean - reference.mean) * share;
                reference.fine += (edges.fine - reference.fine) * share;
                for (old, new) in reference.strength.iter_mut().zip(&edges.strength) {
                    *old += (new - *old) * share;
                }
            }
            reference => *reference = Some(edges),
        }
    }
}

impl Edges {
    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    fn of(frame: &Frame) -> Self {
        let (full, grey) = (frame.width(), frame.grey());
        let shrink = full.div_ceil(COLUMNS).max(1);
        let (width, height) = (full / shrink, frame.height() / shrink);
        let mut small = vec![0.0_f32; width * height];
        for (row, line) in small.chunks_exact_mut(width.max(1)).enumerate() {
            for (column, one) in line.iter_mut().enumerate() {
                let first = row * shrink * full + column * shrink;
                let sum: u32 = (0..shrink)
                    .flat_map(|down| &grey[first + down * full..first + down * full + shrink])
                    .map(|pixel| u32::from(*pixel))
                    .sum();
                *one = sum as f32 / (shrink * shrink) as f32;
            }
        }
        let mut strength = vec![0.0_f32; width * height];
        for row in 1..height.saturating_sub(1) {
            for column in 1..width.saturating_sub(1) {
                let here = row * width + column;
                let (across, down) =
                    (small[here + 1] - small[here - 1], small[here + width] - small[here - width]);
                strength[here] = across.abs() + down.abs();
            }
        }
        let mean = strength.iter().sum::<f32>() / strength.len().max(1) as f32;
        Self { width: width.max(1), strength, mean, fine: fine(grey, full) }
    }

    /// How well edges agree with those of a reference that is shifted: the correlation, 0 to 1.
    fn agreement(&self, reference: &Self, (right, down): (isize, isize)) -> f32 {
        let width = self.width.cast_signed();
        let height = (self.strength.len() / self.width).cast_signed();
        let (mut both, mut own, mut theirs, mut count) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
        let (mut own_sum, mut their_sum) = (0.0_f32, 0.0_f32);
        for row in 1.max(1 + down)..(height - 1).min(height - 1 + down) {
            for column in 1.max(1 + right)..(width - 1).min(width - 1 + right) {
                let here = self.strength[(row * width + column).cast_unsigned()].min(80.0);
                let there =
                    reference.strength[((row - down) * width + column - right).cast_unsigned()].min(80.0);
                both += here * there;
                own += here * here;
                theirs += there * there;
                own_sum += here;
                their_sum += there;
                count += 1.0;
            }
        }
        let cross = both - own_sum * their_sum / count.max(1.0);
        let spread =
            (own - own_sum * own_sum / count.max(1.0)) * (theirs - their_sum * their_sum / count.max(1.0));
        cross / spread.max(1e-6).sqrt()
    }

    fn best_shift(&self, reference: &Self) -> ((isize, isize), f32) {
        let mut best = ((0, 0), f32::MIN);
        for down in -SHIFT_MAX..=SHIFT_MAX {
            for right in -SHIFT_MAX..=SHIFT_MAX {
                let agreement = self.agreement(reference, (right, down));
                if agreement > best.1 {
                    best = ((right, down), agreement);
                }
            }
        }
        best
    }
}

/// The strength of the finest detail: how much a pixel differs from its neighbours, the strongest twentieth, less what noise would give there.
#[allow(clippy::cast_precision_loss, reason = "pixels are few")]
fn fine(grey: &[u8], width: usize) -> f32 {
    /// The mean of the strongest twentieth of a normal distribution over its median, both without sign.
    const TAIL_OVER_MEDIAN: f32 = 3.46;
    let mut counts = [0_u32; 511];
    for line in grey.chunks_exact(width).step_by(2) {
        for three in line.windows(3) {
            let off = (2 * i32::from(three[1]) - i32::from(three[0]) - i32::from(three[2])).unsigned_abs();
            counts[off as usize] += 1;
        }
    }
    let all: u32 = counts.iter().sum();
    let (mut seen, mut sum, mut below, mut median) = (0, 0.0, 0, 0.0);
    for (off, count) in counts.iter().enumerate() {
        if below < all / 2 {
            median = off as f32;
        }
        below += count;
    }
    for (off, count) in counts.iter().enumerate().rev() {
        let taken = (*count).min((all / 20).saturating_sub(seen));
        seen += taken;
        sum += off as f32 * taken as f32;
    }
    (sum / seen.max(1) as f32 - median * TAIL_OVER_MEDIAN).max(0.0)
}
