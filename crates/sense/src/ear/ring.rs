//! The last seconds of a sensor in memory, from which windows are cut. New sound overwrites old; nothing else ever reads it.
//!
//! Blocks come with the time of their first sample. Small differences between those times and the count of samples are the jitter
//! of who delivers them and the drift of the sensor's clock: they move the count's clock slowly. A jump ahead is lost sound, which
//! becomes silence and is counted; a jump back is sound that came twice, of which the first is kept.
//!
//! Not here: what is heard in a window.

use super::window::{NotAWindow, Window};
use crate::limits::{CHANNELS_MAX, RATE_HZ_MAX, RATE_HZ_MIN, RING_SECONDS_MAX};
use crate::plan::Moment;

/// A block whose time is this far from where the count of samples puts it does not follow on the one before, in seconds.
const JUMP_SECONDS: f64 = 0.030;
/// Over which time the clock of a sensor is held against its count, in seconds.
const DRIFT_SECONDS: f64 = 300.0;
/// Before this much sound a drift says nothing, in seconds.
const DRIFT_KNOWN_SECONDS: f64 = 30.0;
/// No quartz is further off, in millionths.
const DRIFT_PPM_MAX: f64 = 500.0;

/// The last seconds of one sensor.
pub struct Ring {
    rate_hz: u32,
    channels: Vec<Vec<f32>>,
    capacity: usize,
    /// Samples that came or were lost, since the first.
    written: u64,
    /// Samples in a row since the last that were lost, at most those of the ring.
    whole: usize,
    clock: Option<CountClock>,
    lost_samples: u64,
    lost_blocks: u64,
    twice_samples: u64,
}

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It follows on the one before.
    Following,
    /// Sound before it was lost: so many samples.
    AfterGap(u64),
    /// So many of its first samples had come before.
    Overlapping(usize),
}

impl Ring {
    /// An empty ring; `seconds` is held to the limit.
    pub fn new(rate_hz: u32, channels: usize, seconds: f64) -> Result<Self, NotAWindow> {
        if !(RATE_HZ_MIN..=RATE_HZ_MAX).contains(&rate_hz) {
            return Err(NotAWindow::Rate(rate_hz));
        }
        if !(1..=CHANNELS_MAX).contains(&channels) {
            return Err(NotAWindow::Channels(channels));
        }
        let seconds = seconds.clamp(0.1, RING_SECONDS_MAX as f64);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most ten seconds of samples"
        )]
        let capacity = (seconds * f64::from(rate_hz)) as usize;
        Ok(Self {
            rate_hz,
            channels: vec![vec![0.0; capacity]; channels],
            capacity,
            written: 0,
            whole: 0,
            clock: None,
            lost_samples: 0,
            lost_blocks: 0,
            twice_samples: 0,
        })
    }

    /// Takes a block in: the time of its first sample by the sensor's clock, and samples per microphone.
    pub fn take(&mut self, block: &Window) -> Result<Taken, NotAWindow> {
        if block.rate_hz() != self.rate_hz {
            return Err(NotAWindow::Rate(block.rate_hz()));
        }
        if block.channels().len() != self.channels.len() {
            return Err(NotAWindow::Channels(block.channels().len()));
        }
        let rate = f64::from(self.rate_hz);
        let clock = self.clock.get_or_insert_with(|| CountClock::new(block.from()));
        let off_s = block.from().seconds_since(clock.at(self.written, rate));
        let taken = if off_s > JUMP_SECONDS {
            let lost = to_samples(off_s * rate);
            self.lost_samples += lost;
            self.lost_blocks += 1;
            self.silence(lost);
            Taken::AfterGap(lost)
        } else if off_s < -JUMP_SECONDS {
            #[allow(clippy::cast_possible_truncation, reason = "held to the block's length")]
            let twice = to_samples(-off_s * rate).min(block.samples() as u64) as usize;
            self.twice_samples += twice as u64;
            Taken::Overlapping(twice)
        } else {
            clock.hear(self.written, rate, off_s, block.samples());
            Taken::Following
        };
        let skip = if let Taken::Overlapping(twice) = taken { twice } else { 0 };
        self.write(block, skip);
        Ok(taken)
    }

    /// Samples per second.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// When the next sample is due.
    pub fn until(&self) -> Option<Moment> {
        self.clock.as_ref().map(|clock| clock.at(self.written, f64::from(self.rate_hz)))
    }

    /// The window of so many samples from a time on, by the ring's clock; `None` when part of it has not come yet, has been
    /// overwritten, or was lost.
    pub fn cut(&self, from: Moment, samples: usize) -> Option<Window> {
        let until = self.until()?;
        let rate = f64::from(self.rate_hz);
        let back = until.seconds_since(from) * rate;
        if back < 0.0 || samples == 0 {
            return None;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; too large fails the test below"
        )]
        let back = back.round() as usize;
        if samples > back || back > self.whole || back as u64 > self.written {
            return None;
        }
        let first = self.written - back as u64;
        let start = self.place(first);
        let cut = |channel: &Vec<f32>| {
            let until_end = samples.min(self.capacity - start);
            let mut out = Vec::with_capacity(samples);
            out.extend_from_slice(&channel[start..start + until_end]);
            out.extend_from_slice(&channel[..samples - until_end]);
            out
        };
        let clock = self.clock.as_ref()?;
        Window::new(clock.at(first, rate), self.rate_hz, self.channels.iter().map(cut).collect()).ok()
    }

    /// Blocks that did not follow on the one before, because sound between was lost.
    pub fn lost_blocks(&self) -> u64 {
        self.lost_blocks
    }

    /// Samples lost in all.
    pub fn lost_samples(&self) -> u64 {
        self.lost_samples
    }

    /// Samples that came more than once.
    pub fn twice_samples(&self) -> u64 {
        self.twice_samples
    }

    /// By how many millionths the sensor brings more samples per second of the blocks' clock than it says (negative: fewer); `None`
    /// in the first half minute.
    pub fn drift_ppm(&self) -> Option<f64> {
        let clock = self.clock.as_ref()?;
        let long_enough = clock.heard_s >= DRIFT_KNOWN_SECONDS;
        // Where samples come too fast, the time of each is earlier than its count says.
        long_enough.then_some(-clock.slope * 1e6)
    }

    fn write(&mut self, block: &Window, skip: usize) {
        let fresh = block.samples() - skip;
        for (ring, channel) in self.channels.iter_mut().zip(block.channels()) {
            for (at, sample) in channel[skip..].iter().enumerate() {
                let place = (self.written + at as u64) % self.capacity as u64;
                #[allow(clippy::cast_possible_truncation, reason = "below the capacity")]
                let place = place as usize;
                ring[place] = *sample;
            }
        }
        self.written += fresh as u64;
        self.whole = (self.whole + fresh).min(self.capacity);
    }

    fn silence(&mut self, lost: u64) {
        for at in 0..lost.min(self.capacity as u64) {
            let place = self.place(self.written + at);
            self.channels.iter_mut().for_each(|channel| channel[place] = 0.0);
        }
        self.written += lost;
        self.whole = 0;
    }

    fn place(&self, sample: u64) -> usize {
        #[allow(clippy::cast_possible_truncation, reason = "below the capacity")]
        let place = (sample % self.capacity as u64) as usize;
        place
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.channels.iter_mut().for_each(|one| one.fill(0.0));
    }
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Ring({} x {} at {} Hz)", self.channels.len(), self.capacity, self.rate_hz)
    }
}

/// The time of a sample by its count: a straight line, held to the times of blocks by an alpha-beta filter whose gains fall as 1/n,
/// so that it is a least-squares line at first and a slow one later.
struct CountClock {
    anchor: Moment,
    anchor_sample: u64,
    /// Seconds that the anchor has been moved by less than a microsecond at a time.
    rest_s: f64,
    /// Seconds of the blocks' clock per second of count, less one.
    slope: f64,
    heard_s: f64,
}

impl CountClock {
    fn new(at: Moment) -> Self {
        Self { anchor: at, anchor_sample: 0, rest_s: 0.0, slope: 0.0, heard_s: 0.0 }
    }

    fn at(&self, sample: u64, rate: f64) -> Moment {
        let counted_s = self.counted(sample) / rate;
        self.anchor.plus_seconds(counted_s * (1.0 + self.slope) + self.rest_s)
    }

    /// Samples from the anchor; less than nought before it.
    fn counted(&self, sample: u64) -> f64 {
        sample as f64 - self.anchor_sample as f64
    }

    /// A block that follows came `off_s` later than this line says.
    fn hear(&mut self, sample: u64, rate: f64, off_s: f64, samples: usize) {
        let block_s = (samples as f64 / rate).max(1e-3);
        self.heard_s += block_s;
        let count = (self.heard_s.min(DRIFT_SECONDS) / block_s).max(1.0);
        let (alpha, beta) = (2.0 * (2.0 * count - 1.0), 6.0);
        let scale = 1.0 / (count * (count + 1.0));
        let at = self.at(sample, rate);
        let exact = self.counted(sample) / rate * (1.0 + self.slope) + self.rest_s;
        let lost_by_rounding = exact - at.seconds_since(self.anchor);
        self.anchor = at;
        self.anchor_sample = sample;
        self.rest_s = lost_by_rounding + (alpha * scale).min(1.0) * off_s;
        // The first blocks say where the line begins, not how steep it is.
        if count >= 3.0 {
            let steeper = self.slope + beta * scale * off_s / block_s;
            self.slope = steeper.clamp(-DRIFT_PPM_MAX * 1e-6, DRIFT_PPM_MAX * 1e-6);
        }
    }
}

fn to_samples(count: f64) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
    let samples = count.round() as u64;
    samples
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sim::scene::Noise;

    use super::*;

    const RATE: u32 = 8_000;

    fn block(at_s: f64, first: u32, samples: u32) -> Window {
        let channel = (first..first + samples).map(|one| one as f32 * 1e-6).collect();
        Window::new(Moment::from_micros(0).plus_seconds(at_s), RATE, vec![channel]).unwrap()
    }

    fn values(window: &Window) -> Vec<u32> {
        window.channels()[0].iter().map(|one| (one * 1e6).round() as u32).collect()
    }

    #[test]
    fn a_window_is_what_came_and_old_sound_is_gone() {
        let mut ring = Ring::new(RATE, 1, 1.0).unwrap();
        for count in 0..30 {
            assert_eq!(
                ring.take(&block(f64::from(count) * 0.1, count * 800, 800)).unwrap(),
                Taken::Following
            );
        }
        let window = ring.cut(Moment::from_micros(2_350_000), 1_200).unwrap();
        assert_eq!(values(&window), (18_800..20_000).collect::<Vec<_>>());
        assert_eq!(window.from(), Moment::from_micros(2_350_000));
        assert!(ring.cut(Moment::from_micros(1_900_000), 800).is_none(), "overwritten");
        assert!(ring.cut(Moment::from_micros(2_950_000), 800).is_none(), "not yet there");
        assert_eq!(format!("{ring:?}"), "Ring(1 x 8000 at 8000 Hz)");
    }

    #[test]
    fn lost_sound_is_counted_and_no_window_goes_over_it() {
        let mut ring = Ring::new(RATE, 1, 10.0).unwrap();
        ring.take(&block(0.0, 0, 800)).unwrap();
        assert_eq!(ring.take(&block(0.3, 2_400, 800)).unwrap(), Taken::AfterGap(1_600));
        assert_eq!((ring.lost_blocks(), ring.lost_samples()), (1, 1_600));
        assert!(ring.cut(Moment::from_micros(250_000), 800).is_none());
        let after = ring.cut(Moment::from_micros(300_000), 800).unwrap();
        assert_eq!(values(&after), (2_400..3_200).collect::<Vec<_>>());
        assert_eq!(ring.take(&block(0.35, 2_800, 800)).unwrap(), Taken::Overlapping(400));
        let joined = ring.cut(Moment::from_micros(350_000), 800).unwrap();
        assert_eq!(values(&joined), (2_800..3_600).collect::<Vec<_>>());
        assert_eq!(ring.twice_samples(), 400);
    }

    #[test]
    fn a_drifting_clock_is_measured_through_jitter() {
        for ppm in [-80.0, 0.0, 35.0] {
            let mut ring = Ring::new(RATE, 1, 2.0).unwrap();
            let mut noise = Noise::new(&sim::Dice::new(11));
            let mut last = 0.0;
            for count in 0..2_400_u32 {
                let true_s = f64::from(count) * 0.1 / (1.0 + ppm * 1e-6);
                last = true_s + 0.1 / (1.0 + ppm * 1e-6);
                let jitter = f64::from(noise.normal()) * 0.001;
                ring.take(&block(true_s + jitter, 0, 800)).unwrap();
            }
            let measured = ring.drift_ppm().unwrap();
            assert!((measured - ppm).abs() < 5.0, "{ppm}: {measured}");
            let off = ring.until().unwrap().seconds_since(Moment::from_micros(0)) - last;
            assert!(off.abs() < 0.3e-3, "{ppm}: {off} s off");
            assert_eq!(ring.lost_blocks(), 0);
        }
    }

    proptest! {
        #[test]
        fn every_window_is_a_stretch_of_what_came(
            sizes in prop::collection::vec((1_u32..3_000, 0_u32..4), 1..40), from in 0.0_f64..3.0, samples in 1_usize..4_000,
        ) {
            let mut ring = Ring::new(RATE, 1, 1.0).unwrap();
            let mut at = 0_u32;
            for (size, gap) in sizes {
                // A gap of 0 or of at least 100 ms.
                at += if gap == 0 { 800 } else { 0 };
                ring.take(&block(f64::from(at) / f64::from(RATE), at, size)).unwrap();
                at += size;
            }
            if let Some(window) = ring.cut(Moment::from_micros(0).plus_seconds(from), samples) {
                let values = values(&window);
                prop_assert_eq!(values.len(), samples);
                prop_assert!(values.windows(2).all(|pair| pair[1] == pair[0] + 1));
                prop_assert!((f64::from(values[0]) / f64::from(RATE) - from).abs() < 1.0 / f64::from(RATE));
            }
        }
    }
}
