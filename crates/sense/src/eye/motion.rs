//! What differs from how the place usually looks: an adaptive background per pixel, cleaned into silhouettes and blobs.
//!
//! The background is a median of the first seconds, then a running mean that only follows what it believes to be background, with a
//! running mean deviation beside it (after the running average of Wren et al., Pfinder, 1997, in fixed point). Light that changes
//! everywhere is taken out first by a line fitted through medians; shadows and patches of light keep the pattern of the ground and
//! are known by it (after Jacques et al., 2005). What stays without stirring becomes background in the end.
//!
//! Not here: what a blob is, and where it stands ([`crate::eye::ground`]).

use crate::eye::Frame;
use crate::eye::components::{Components, Piece};
use crate::limits::BLOBS_MAX;
use crate::plan::Moment;

/// Frames that the first background is made of.
const LEARN_FRAMES: usize = 15;
/// Over how long those are gathered at least, in seconds.
const LEARN_S: f64 = 4.0;
/// The same when somebody waits: frames, and seconds.
const HASTY_FRAMES: usize = 5;
const HASTY_S: f64 = 1.0;
/// How slowly the background follows, in seconds.
const FOLLOW_S: f64 = 8.0;
/// A scene that is another one for this long is learned anew, in seconds.
const ANEW_S: f64 = 10.0;
/// Share of the picture that differs above which nothing is told apart: the light went, the lens was covered, the camera turned.
const WHOLE_SHARE: f64 = 0.4;
/// Levels are kept in steps of 1/128.
const FRACTION_BITS: u32 = 7;
const LEVEL: i16 = 1 << FRACTION_BITS;
/// The least difference that counts, in levels.
const LEAST_LEVELS: i16 = 10;
/// The most that is ever asked for, in levels.
const MOST_LEVELS: i16 = 40;
/// A pixel that came to nothing raises its own deviation by this much.
const DOUBT: i16 = LEVEL / 4;
/// The deviation is at most this.
const SPREAD_MAX: i16 = 16 * LEVEL;
/// Sum of the votes of 3 x 3 pixels (0 to 3 each) that makes the middle one move.
const VOTES: u8 = 12;
/// Of 5 x 5 pixels around one: so many solid ones make it solid whatever it looks like itself, so many when it only looks like shadow, and
/// with fewer than so many it is a speck.
const WITHIN: u32 = 20;
const BESIDE: u32 = 14;
const ALONE: u32 = 4;
/// Ratios of lit ground deviate by at most this much from their mean, in percent.
const LIT_DEVIATION_PERCENT: i32 = 10;
/// And lie between these, in 1/256: half the light, and so much more of it.
const LIT_RATIO: [i32; 2] = [128, 410];
/// Nearer to the light of before than this is the same light, in 1/256.
const UNLIT_RATIO: i32 = 10;
/// A pixel that changed less than this since the frame before did not stir, in levels.
const STIR_LEVELS: u8 = 8;
/// How long a pixel has stayed is counted in steps of this, in seconds.
const TICK_S: f64 = 0.5;
/// Steps in which a change of light is met.
const LIGHT_STEPS: u32 = 4;
/// Light that changes by more than this between two frames is another picture: half as much to twice as much, in 1/16384 of a change.
const LIGHT_GAIN: std::ops::RangeInclusive<i32> = -8_192..=16_384;
/// Pixels of light samples: one in so many, each way.
const SAMPLE: usize = 4;
/// A blob is at least this share of the picture, one part in:
const LEAST_AREA_PART: usize = 2_800;

/// How motion is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MotionSettings {
    /// What stands still for so long becomes background, in seconds (at most 120).
    pub absorb_s: f64,
    /// Shadows move too: for measurements, and for places where darkness itself is looked for.
    pub keep_shadows: bool,
}

impl Default for MotionSettings {
    fn default() -> Self {
        Self { absorb_s: 60.0, keep_shadows: false }
    }
}

/// Something that moves, or came and did not go yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blob {
    /// Leftmost column.
    pub left: usize,
    /// Topmost row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Pixels of its silhouette.
    pub area: usize,
    /// Share of its pixels that changed since the frame before: a thing that was put down has next to none.
    pub stir: f32,
    /// How fast its foot moved since the frame before, in pixels a second; `None` when it was not there.
    pub speed: Option<f32>,
}

impl Blob {
    /// Where it stands: the middle of its lower edge, in columns and rows.
    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    pub fn foot(&self) -> (f64, f64) {
        (self.left as f64 + self.width as f64 / 2.0, (self.top + self.height) as f64)
    }

    /// How many pixels two boxes share.
    fn shared(&self, other: &Self) -> usize {
        let across =
            (self.left + self.width).min(other.left + other.width).saturating_sub(self.left.max(other.left));
        let down =
            (self.top + self.height).min(other.top + other.height).saturating_sub(self.top.max(other.top));
        across * down
    }
}

/// What a camera makes of its picture as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// It learns how the place looks; nothing is told yet.
    Learning,
    /// It knows the place.
    Known,
    /// All of it is another picture than a moment ago: nothing can be told apart.
    Other,
}

/// What one frame gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Moving {
    /// When.
    pub at: Moment,
    /// What moves, largest first.
    pub blobs: Vec<Blob>,
    /// Share of the picture that moves, 0 to 1.
    pub share: f64,
    /// Whether the picture is one that is known.
    pub whole: Whole,
}

/// The background of one camera, and what differs from it.
pub struct Motion {
    settings: MotionSettings,
    width: usize,
    height: usize,
    last: Option<Moment>,
    whole: Whole,
    other_since: Option<Moment>,
    learning: Vec<Vec<u8>>,
    hasty: bool,
    next_sample: Option<Moment>,
    tick_left_s: f64,
    background: Vec<i16>,
    spread: Vec<i16>,
    before: Vec<u8>,
    votes: Vec<u8>,
    rows: Vec<u8>,
    moving: Vec<u8>,
    staying: Vec<u8>,
    stayed: Vec<u8>,
    solid: Vec<u8>,
    seeming: Vec<usize>,
    components: Components,
    blobs: Vec<Blob>,
}

impl Motion {
    /// For frames of a size in pixels.
    pub fn new(width: usize, height: usize, settings: MotionSettings) -> Self {
        let pixels = width * height;
        Self {
            settings,
            width,
            height,
            last: None,
            whole: Whole::Learning,
            other_since: None,
            learning: Vec::new(),
            hasty: false,
            next_sample: None,
            tick_left_s: TICK_S,
            background: vec![0; pixels],
            spread: vec![0; pixels],
            before: vec![0; pixels],
            votes: vec![0; pixels],
            rows: vec![0; pixels],
            moving: vec![0; pixels],
            staying: vec![0; pixels],
            stayed: vec![0; pixels],
            solid: vec![0; pixels],
            seeming: Vec::new(),
            components: Components::default(),
            blobs: Vec::new(),
        }
    }

    /// The next frame. One of another size, or not later than the one before, says nothing.
    pub fn next(&mut self, frame: &Frame) -> Moving {
        let at = frame.at();
        let passed_s = self.last.map_or(0.2, |last| at.seconds_since(last));
        if frame.width() != self.width || frame.height() != self.height || passed_s <= 0.0 {
            return Moving { at, blobs: Vec::new(), share: 0.0, whole: self.whole };
        }
        self.last = Some(at);
        if self.whole == Whole::Learning {
            self.learn(frame);
            self.before.copy_from_slice(frame.grey());
            return Moving { at, blobs: Vec::new(), share: 0.0, whole: self.whole };
        }
        self.follow_light(frame.grey());
        self.vote(frame.grey());
        let share = self.count();
        if share > WHOLE_SHARE {
            return self.another_picture(frame);
        }
        self.whole = Whole::Known;
        self.other_since = None;
        self.take_shadows(frame.grey());
        self.blobs_of(frame.grey(), passed_s);
        self.adapt(frame.grey(), passed_s);
        self.before.copy_from_slice(frame.grey());
        Moving { at, blobs: self.blobs.clone(), share, whole: self.whole }
    }

    /// Forgets the background, as after the camera was turned.
    pub fn forget(&mut self) {
        self.whole = Whole::Learning;
        self.learning.clear();
        self.next_sample = None;
        self.other_since = None;
        self.blobs.clear();
        self.moving.fill(0);
        self.stayed.fill(0);
        self.staying.fill(0);
    }

    /// The next background is taken from one second instead of four: somebody waits. What moves in it leaves more behind.
    pub fn hasten(&mut self) {
        self.hasty = true;
    }

    /// Per pixel whether it moves (1) or not (0).
    pub fn silhouettes(&self) -> &[u8] {
        &self.moving
    }

    /// What moves in the last frame; `None` while nothing can be told apart.
    pub(crate) fn blobs(&self) -> Option<&[Blob]> {
        (self.whole == Whole::Known).then_some(&self.blobs)
    }

    /// Per pixel whether something came to stay there (1) and has become background.
    pub(crate) fn stayed(&self) -> &[u8] {
        &self.stayed
    }

    // ---- the background

    fn learn(&mut self, frame: &Frame) {
        let at = frame.at();
        if self.next_sample.is_some_and(|next| at < next) {
            return;
        }
        let (frames, seconds) = if self.hasty { (HASTY_FRAMES, HASTY_S) } else { (LEARN_FRAMES, LEARN_S) };
        #[allow(clippy::cast_precision_loss, reason = "a small constant")]
        let step_s = seconds / frames as f64;
        // A little less, so that a frame of just that time later is taken.
        self.next_sample = Some(at.plus_seconds(step_s * 0.9));
        self.learning.push(frame.grey().to_vec());
        if self.learning.len() < frames {
            return;
        }
        let mut column = vec![0_u8; frames];
        for pixel in 0..self.background.len() {
            for (one, grey) in column.iter_mut().zip(&self.learning) {
                *one = grey[pixel];
            }
            column.sort_unstable();
            let middle = column[frames / 2];
            self.background[pixel] = i16::from(middle) << FRACTION_BITS;
            column.iter_mut().for_each(|one| *one = one.abs_diff(middle));
            column.sort_unstable();
            self.spread[pixel] = (i16::from(column[frames / 2]) << FRACTION_BITS).min(SPREAD_MAX);
        }
        self.learning = Vec::new();
        self.hasty = false;
        self.whole = Whole::Known;
    }

    /// Light that changes over the whole picture: a line through the median differences of its darker and its lighter half. A large change
    /// is met in a few steps, as each half is of many levels.
    fn follow_light(&mut self, grey: &[u8]) {
        for _ in 0..LIGHT_STEPS {
            if !self.step_to_light(grey) {
                return;
            }
        }
    }

    fn step_to_light(&mut self, grey: &[u8]) -> bool {
        let (dark, light) = self.light(grey);
        let (Some(dark), Some(light)) = (dark, light) else { return false };
        if dark.difference.abs() < 1 && light.difference.abs() < 1 {
            return false;
        }
        let apart = (light.level - dark.level).max(16);
        let gain = (light.difference - dark.difference) * 16_384 / apart;
        if !LIGHT_GAIN.contains(&gain) {
            return false;
        }
        let offset = dark.difference * i32::from(LEVEL) - ((dark.level * i32::from(LEVEL) * gain) >> 14);
        for one in &mut self.background {
            let now = i32::from(*one);
            let moved = now + ((now * gain) >> 14) + offset;
            *one = moved.clamp(0, 255 << FRACTION_BITS) as i16;
        }
        true
    }

    fn light(&self, grey: &[u8]) -> (Option<Light>, Option<Light>) {
        let mut counts = [[0_u32; 511]; 2];
        let mut levels = [0_i64; 2];
        let mut histogram = [0_u32; 256];
        let samples = || {
            (SAMPLE / 2..self.height)
                .step_by(SAMPLE)
                .flat_map(|row| (row * self.width + SAMPLE / 2..(row + 1) * self.width).step_by(SAMPLE))
        };
        for pixel in samples() {
            histogram[(self.background[pixel] >> FRACTION_BITS) as usize & 255] += 1;
        }
        let half = i32::try_from(median(&histogram).unwrap_or(0)).unwrap_or(0);
        for pixel in samples() {
            let level = i32::from(self.background[pixel] >> FRACTION_BITS);
            let side = usize::from(level > half);
            // Saturated pixels say nothing of the light.
            if (4..252).contains(&grey[pixel]) {
                counts[side][(i32::from(grey[pixel]) - level + 255) as usize] += 1;
                levels[side] += i64::from(level);
            }
        }
        let of = |side: usize| {
            let all: u32 = counts[side].iter().sum();
            let difference = i32::try_from(median(&counts[side])?).ok()? - 255;
            Some(Light { level: i32::try_from(levels[side] / i64::from(all)).ok()?, difference })
        };
        (of(0), of(1))
    }

    /// Background that is seen is followed; what was taken for motion and was not makes its pixel more careful; what stays goes in.
    fn adapt(&mut self, grey: &[u8], passed_s: f64) {
        #[allow(clippy::cast_possible_truncation, reason = "between 0 and 32,767")]
        let rate = (passed_s.min(2.0) / FOLLOW_S * 65_536.0).clamp(64.0, 32_000.0) as i16;
        let count = grey.len();
        let (background, spread) = (&mut self.background[..count], &mut self.spread[..count]);
        let (moving, votes) = (&self.moving[..count], &self.votes[..count]);
        for pixel in 0..count {
            let away = (i16::from(grey[pixel]) << FRACTION_BITS) - background[pixel];
            let off = away.max(-away);
            let still = if moving[pixel] == 0 { -1_i16 } else { 0 };
            let step = high(away, rate) & still;
            let wider = high(off.min(SPREAD_MAX) - spread[pixel], rate) & still;
            let doubt = if (moving[pixel] == 0) & (votes[pixel] > 1) { DOUBT } else { 0 };
            background[pixel] += step;
            spread[pixel] = (spread[pixel] + wider + doubt).min(SPREAD_MAX);
        }
        self.tick_left_s -= passed_s;
        if self.tick_left_s <= 0.0 {
            self.tick_left_s = TICK_S;
            self.take_in(grey);
        }
    }

    fn take_in(&mut self, grey: &[u8]) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let enough = (self.settings.absorb_s / TICK_S).clamp(2.0, 240.0) as u8;
        let count = grey.len();
        let (staying, moving, before) =
            (&mut self.staying[..count], &self.moving[..count], &self.before[..count]);
        let mut longest = 0;
        for pixel in 0..count {
            let calm = grey[pixel].abs_diff(before[pixel]) < STIR_LEVELS;
            let next = if calm { staying[pixel].saturating_add(1) } else { staying[pixel].saturating_sub(2) };
            staying[pixel] = if moving[pixel] == 0 { 0 } else { next };
            longest = longest.max(staying[pixel]);
        }
        if longest < enough {
            return;
        }
        for pixel in 0..count {
            if staying[pixel] >= enough {
                staying[pixel] = 0;
                self.background[pixel] = i16::from(grey[pixel]) << FRACTION_BITS;
                // What leaves again uncovers the ground, and that is taken in the same way.
                self.stayed[pixel] ^= 1;
            }
        }
    }

    fn another_picture(&mut self, frame: &Frame) -> Moving {
        let at = frame.at();
        let since = *self.other_since.get_or_insert(at);
        self.whole = Whole::Other;
        self.blobs.clear();
        self.moving.fill(0);
        self.before.copy_from_slice(frame.grey());
        if at.seconds_since(since) >= ANEW_S {
            self.forget();
        }
        Moving { at, blobs: Vec::new(), share: 0.0, whole: self.whole }
    }

    // ---- what moves

    /// Each pixel has up to three votes by how far it is from its background; nine of them decide about the one in the middle.
    fn vote(&mut self, grey: &[u8]) {
        let count = grey.len();
        let (background, spread) = (&self.background[..count], &self.spread[..count]);
        let votes = &mut self.votes[..count];
        for pixel in 0..count {
            let away = (i16::from(grey[pixel]) << FRACTION_BITS) - background[pixel];
            let off = away.max(-away);
            let asked = (spread[pixel] * 4).clamp(LEAST_LEVELS * LEVEL, MOST_LEVELS * LEVEL);
            votes[pixel] = u8::from(off > asked / 2) + u8::from(off > asked) + u8::from(off > asked * 2);
        }
        box_sum(&self.votes, self.width, &mut self.rows, &mut self.moving);
        for one in &mut self.moving {
            *one = u8::from(*one >= VOTES);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    fn count(&self) -> f64 {
        let moving: usize = self.moving.chunks(128).map(|part| usize::from(part.iter().sum::<u8>())).sum();
        moving as f64 / self.moving.len() as f64
    }

    /// Takes out shadows and patches of light, and single pixels; what looks like shadow in the middle of something solid stays.
    fn take_shadows(&mut self, grey: &[u8]) {
        self.seeming.clear();
        let moving = self.moving.iter().enumerate().filter(|(_, one)| **one != 0);
        self.seeming.extend(moving.map(|(pixel, _)| pixel));
        for pixel in &self.seeming {
            self.solid[*pixel] = u8::from(self.settings.keep_shadows || !self.is_lit_ground(grey, *pixel));
        }
        for pixel in &self.seeming {
            let around = self.solid_around(*pixel);
            let sure = self.votes[*pixel] > 1 || around >= WITHIN;
            let solid = self.solid[*pixel] != 0 || around >= BESIDE;
            self.moving[*pixel] = u8::from(sure && solid && around >= ALONE);
        }
        for pixel in &self.seeming {
            self.solid[*pixel] = 0;
        }
    }

    fn solid_around(&self, pixel: usize) -> u32 {
        let (column, row) = (pixel % self.width, pixel / self.width);
        let columns = column.saturating_sub(2)..(column + 3).min(self.width);
        let rows = row.saturating_sub(2)..(row + 3).min(self.height);
        let lines =
            rows.map(|row| &self.solid[row * self.width + columns.start..row * self.width + columns.end]);
        lines.flatten().map(|one| u32::from(*one)).sum()
    }

    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "pixels are few")]
    fn blobs_of(&mut self, grey: &[u8], passed_s: f64) {
        self.components.find(&self.moving, self.width);
        let least = (self.moving.len() / LEAST_AREA_PART).max(4);
        let mut blobs: Vec<Blob> = Vec::new();
        for piece in self.components.pieces() {
            let blob = self.blob(&piece, grey);
            if blob.area >= least {
                blobs.push(blob);
            } else {
                piece.pixels(self.width).for_each(|pixel| self.moving[pixel] = 0);
            }
        }
        blobs.sort_by_key(|one| (std::cmp::Reverse(one.area), one.top, one.left));
        blobs.truncate(BLOBS_MAX);
        for blob in &mut blobs {
            let earlier = self.blobs.iter().max_by_key(|one| one.shared(blob));
            let earlier = earlier.filter(|one| one.shared(blob) > 0);
            blob.speed = earlier.map(|one| {
                let (from, to) = (one.foot(), blob.foot());
                ((to.0 - from.0).hypot(to.1 - from.1) / passed_s) as f32
            });
        }
        self.blobs = blobs;
    }

    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    fn blob(&self, piece: &Piece<'_>, grey: &[u8]) -> Blob {
        let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
        let (mut area, mut stirred) = (0_usize, 0_usize);
        for pixel in piece.pixels(self.width) {
            let (column, row) = (pixel % self.width, pixel / self.width);
            (left, right) = (left.min(column), right.max(column));
            (top, bottom) = (top.min(row), bottom.max(row));
            area += 1;
            stirred += usize::from(grey[pixel].abs_diff(self.before[pixel]) >= STIR_LEVELS);
        }
        let stir = stirred as f32 / area.max(1) as f32;
        Blob { left, top, width: right + 1 - left, height: bottom + 1 - top, area, stir, speed: None }
    }

    /// Whether the ground's own pattern is still there at a pixel, only darker or lighter: 3 x 3 ratios that are alike, in the middle of which
    /// it lies or at a corner of which, so that the rim of a shadow counts as well.
    fn is_lit_ground(&self, grey: &[u8], pixel: usize) -> bool {
        let (column, row) = (pixel % self.width, pixel / self.width);
        if column < 2 || row < 2 || column + 2 >= self.width || row + 2 >= self.height {
            return false;
        }
        let own = self.ratio(grey, pixel);
        let (up, down) = (pixel - self.width, pixel + self.width);
        [pixel, up - 1, up + 1, down - 1, down + 1].into_iter().any(|middle| {
            let (mut sum, mut squares) = (0_i32, 0_i32);
            for line in [middle - self.width, middle, middle + self.width] {
                for near in line - 1..=line + 1 {
                    let ratio = self.ratio(grey, near);
                    sum += ratio;
                    squares += ratio * ratio;
                }
            }
            let mean = sum / 9;
            let limit = mean * LIT_DEVIATION_PERCENT / 100;
            let changed = (mean - 256).abs() > UNLIT_RATIO && (own - mean).abs() <= 2 * limit;
            let lit = (LIT_RATIO[0]..=LIT_RATIO[1]).contains(&mean);
            changed && lit && (squares - sum * mean) / 9 <= limit * limit
        })
    }

    /// What is left of the light of the ground, in 1/256. The ground is at least 8, so that noise in the dark is no pattern.
    fn ratio(&self, grey: &[u8], pixel: usize) -> i32 {
        let ground = (i32::from(self.background[pixel]) >> FRACTION_BITS).max(8);
        (i32::from(grey[pixel]) * 256 / ground).min(1_024)
    }
}

struct Light {
    level: i32,
    difference: i32,
}

/// The high half of a product, as one instruction does it for eight pixels at once.
#[allow(clippy::cast_possible_truncation, reason = "the high half of 32 bits has 16")]
fn high(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

/// The index at which half of what was counted is reached; `None` of nothing.
fn median(counts: &[u32]) -> Option<usize> {
    let half = counts.iter().sum::<u32>().div_ceil(2);
    let mut seen = 0;
    counts.iter().position(|count| {
        seen += count;
        half > 0 && seen >= half
    })
}

/// Sums of 3 x 3 pixels; what lies outside counts as nothing.
fn box_sum(from: &[u8], width: usize, rows: &mut [u8], to: &mut [u8]) {
    for (line, sums) in from.chunks_exact(width).zip(rows.chunks_exact_mut(width)) {
        sums.copy_from_slice(line);
        for (sum, next) in sums[..width - 1].iter_mut().zip(&line[1..]) {
            *sum += next;
        }
        for (sum, previous) in sums[1..].iter_mut().zip(&line[..width - 1]) {
            *sum += previous;
        }
    }
    let count = from.len();
    to.copy_from_slice(rows);
    for (sum, below) in to[..count - width].iter_mut().zip(&rows[width..]) {
        *sum += below;
    }
    for (sum, above) in to[width..].iter_mut().zip(&rows[..count - width]) {
        *sum += above;
    }
}
