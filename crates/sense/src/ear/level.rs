//! How loud it is over what this place is used to, when something begins, and whether each microphone hears at all.
//!
//! Levels are taken per octave every 10 ms. The background of an octave is its L90: the level exceeded nine tenths of the time, from a
//! histogram that forgets over minutes, so that a bang or a passing tram leaves it where it was. "Over the background" is the mean of
//! the octaves' power ratios, in dB. The instant of an onset is picked in the samples: background whitened by linear prediction, then
//! the split into two noises of different power that explains them best (Maeda's AIC). Its spread is that of the splits by weight.
//!
//! Not here: what is worth telling (thresholds per class), and direction.

use std::collections::VecDeque;
use std::f64::consts::TAU;

use super::window::Window;
use crate::plan::Moment;

/// Milliseconds between two values of the plotted level.
pub const LEVEL_STEP_MS: u32 = 50;
/// Values of the plotted level that are kept: ten seconds.
pub const LEVEL_STEPS_MAX: usize = 200;

/// Seconds between two looks.
const HOP_SECONDS: f64 = 0.010;
/// Looks in one value of the plot.
const HOPS_PER_STEP: u32 = 5;
/// Middles of the octaves, in hertz.
const OCTAVES_HZ: [f64; 7] = [125.0, 250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 6_000.0];
/// The share of the time in which the background is exceeded.
const EXCEEDED: f64 = 0.9;
/// Bins of the histogram: from here up, in dB of full scale.
const HISTOGRAM_FROM_DB: f64 = -150.0;
const HISTOGRAM_BIN_DB: f64 = 0.5;
const HISTOGRAM_BINS: usize = 300;
/// The time in which a background is forgotten, in seconds.
const FORGET_SECONDS: f64 = 300.0;
/// The time before which a background says little, in seconds.
const LEARN_SECONDS: f64 = 5.0;
/// Over how much time a rise is looked for, in looks.
const RISE_HOPS: usize = 6;
/// How far the level must rise within that time, in dB.
const RISE_DB: f64 = 6.0;
/// After an onset nothing begins for so many looks.
const QUIET_HOPS: u32 = 10;
/// Samples kept to pick an onset in, in seconds.
const PICK_SECONDS: f64 = 0.090;
/// No onset is surer than this, in seconds: a wave that rises slowly has no sharper beginning.
const SPREAD_SECONDS_MIN: f64 = 1e-4;
/// Order of the linear prediction.
const PREDICT: usize = 12;
/// A microphone below this is silent, in dB of full scale.
const SILENT_DBFS: f64 = -110.0;
/// A microphone this far below the loudest of its array is dead too, in dB.
const DEAF_DB: f64 = 25.0;
/// For how long before it is said, in looks.
const DEAD_HOPS: u32 = 300;

/// The level of one sensor and its onsets.
pub struct Level {
    rate_hz: u32,
    hop: usize,
    onset_db: f64,
    channels: Vec<Channel>,
    octaves: Vec<Octave>,
    filled: usize,
    hops: u64,
    recent: VecDeque<Look>,
    samples: VecDeque<f32>,
    since_onset: u32,
    step_most_db: f64,
    step_hops: u32,
    history: VecDeque<f32>,
    now: Look,
}

/// Something began.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onset {
    /// When, at the microphones.
    pub at: Moment,
    /// The standard deviation of that, in seconds.
    pub spread_s: f64,
    /// How loud over the background when it was noticed, in dB.
    pub over_background_db: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    over_db: f64,
    level_dbfs: f64,
}

struct Channel {
    power: f64,
    silent_hops: u32,
}

/// A band-pass of two poles, and the background of what it lets through.
struct Octave {
    gain: f64,
    feedback: [f64; 2],
    past: [f64; 4],
    power: f64,
    histogram: Vec<f64>,
    total: f64,
    background_db: f64,
}

impl Level {
    /// For a sensor with some microphones. What rises to `onset_db` over the background is an onset.
    pub fn new(rate_hz: u32, microphones: usize, onset_db: f64) -> Self {
        let rate = f64::from(rate_hz);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a hundredth of a second of samples"
        )]
        let hop = (rate * HOP_SECONDS) as usize;
        let octaves = OCTAVES_HZ.iter().filter(|middle| *middle * 1.3 < 0.5 * rate);
        Self {
            rate_hz,
            hop: hop.max(1),
            onset_db,
            channels: (0..microphones).map(|_| Channel { power: 0.0, silent_hops: 0 }).collect(),
            octaves: octaves.map(|middle| Octave::new(*middle, rate)).collect(),
            filled: 0,
            hops: 0,
            recent: VecDeque::with_capacity(RISE_HOPS + 1),
            samples: VecDeque::new(),
            since_onset: 0,
            step_most_db: 0.0,
            step_hops: 0,
            history: VecDeque::with_capacity(LEVEL_STEPS_MAX),
            now: Look { over_db: 0.0, level_dbfs: HISTOGRAM_FROM_DB },
        }
    }

    /// Takes in what follows on the sound before, and gives what began in it.
    pub fn hear(&mut self, window: &Window) -> Vec<Onset> {
        let mut onsets = Vec::new();
        if window.rate_hz() != self.rate_hz || window.channels().len() != self.channels.len() {
            return onsets;
        }
        let alive = self.listened_to();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some thousands of samples"
        )]
        let keep = (PICK_SECONDS * f64::from(self.rate_hz)) as usize;
        for at in 0..window.samples() {
            for (channel, samples) in self.channels.iter_mut().zip(window.channels()) {
                channel.power += f64::from(samples[at]).powi(2);
            }
            let sample = window.channels()[alive][at];
            self.octaves.iter_mut().for_each(|octave| octave.hear(f64::from(sample)));
            if self.samples.len() == keep {
                self.samples.pop_front();
            }
            self.samples.push_back(sample);
            self.filled += 1;
            if self.filled == self.hop && self.look() {
                let end = window.from().plus_seconds((at + 1) as f64 / f64::from(self.rate_hz));
                onsets.push(self.pick(end));
            }
        }
        onsets
    }

    /// The level now, in dB of full scale.
    pub fn level_dbfs(&self) -> f64 {
        self.now.level_dbfs
    }

    /// The level now, in dB over the background.
    pub fn over_background_db(&self) -> f64 {
        self.now.over_db
    }

    /// The background (L90, all octaves together), in dB of full scale.
    pub fn background_dbfs(&self) -> f64 {
        decibels(self.octaves.iter().map(|octave| power(octave.background_db)).sum())
    }

    /// Whether the background is still being learnt.
    pub fn learning(&self) -> bool {
        (self.hops as f64) * HOP_SECONDS < LEARN_SECONDS
    }

    /// The last levels in dB over the background, oldest first, one each [`LEVEL_STEP_MS`]: the loudest look in each.
    pub fn history(&self) -> impl Iterator<Item = f32> {
        self.history.iter().copied()
    }

    /// The microphones that hear nothing, by their number.
    pub fn dead(&self) -> Vec<usize> {
        let dead = self.channels.iter().enumerate().filter(|(_, channel)| channel.silent_hops >= DEAD_HOPS);
        dead.map(|(number, _)| number).collect()
    }

    /// The first microphone that is not dead.
    fn listened_to(&self) -> usize {
        self.channels.iter().position(|channel| channel.silent_hops < DEAD_HOPS).unwrap_or(0)
    }

    /// Ends a look; whether something began in it.
    fn look(&mut self) -> bool {
        self.look_at_microphones();
        let mut ratio = 0.0;
        let mut loud = 0.0;
        let count = self.octaves.len().max(1) as f64;
        let hops = self.hops as f64;
        for octave in &mut self.octaves {
            let mean = octave.power / self.filled as f64;
            octave.power = 0.0;
            octave.learn(decibels(mean), hops);
            ratio += mean / power(octave.background_db) / count;
            loud += mean;
        }
        self.filled = 0;
        self.hops += 1;
        self.now = Look { over_db: decibels(ratio), level_dbfs: decibels(loud) };
        self.plot();
        let before = self.recent.iter().map(|look| look.over_db).fold(f64::INFINITY, f64::min);
        let full = self.recent.len() == RISE_HOPS;
        if full {
            self.recent.pop_front();
        }
        self.recent.push_back(self.now);
        self.since_onset = self.since_onset.saturating_add(1);
        let risen = self.now.over_db >= self.onset_db && self.now.over_db >= before + RISE_DB;
        let begins = full && risen && self.since_onset > QUIET_HOPS && !self.learning();
        if begins {
            self.since_onset = 0;
        }
        begins
    }

    fn look_at_microphones(&mut self) {
        let filled = self.filled as f64;
        let levels: Vec<f64> = self.channels.iter().map(|channel| decibels(channel.power / filled)).collect();
        let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (channel, level) in self.channels.iter_mut().zip(levels) {
            channel.power = 0.0;
            let silent = level < SILENT_DBFS || level < loudest - DEAF_DB;
            channel.silent_hops = if silent { channel.silent_hops.saturating_add(1) } else { 0 };
        }
    }

    fn plot(&mut self) {
        self.step_most_db =
            if self.step_hops == 0 { self.now.over_db } else { self.step_most_db.max(self.now.over_db) };
        self.step_hops += 1;
        if self.step_hops == HOPS_PER_STEP {
            self.step_hops = 0;
            if self.history.len() == LEVEL_STEPS_MAX {
                self.history.pop_front();
            }
            #[allow(clippy::cast_possible_truncation, reason = "a level for a plot")]
            self.history.push_back(self.step_most_db as f32);
        }
    }

    fn pick(&self, end: Moment) -> Onset {
        let samples: Vec<f64> = self.samples.iter().map(|one| f64::from(*one)).collect();
        let (at, spread) = pick(&samples);
        let rate = f64::from(self.rate_hz);
        let back_s = (samples.len() as f64 - at) / rate;
        let spread_s = (spread / rate).max(SPREAD_SECONDS_MIN);
        Onset { at: end.plus_seconds(-back_s), spread_s, over_background_db: self.now.over_db }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        self.samples.iter_mut().for_each(|one| *one = 0.0);
    }
}

impl Octave {
    fn new(middle_hz: f64, rate: f64) -> Self {
        // A band-pass with constant peak (Bristow-Johnson's cookbook), an octave wide: Q = sqrt 2.
        let turn = TAU * middle_hz / rate;
        let alpha = turn.sin() / (2.0 * std::f64::consts::SQRT_2);
        let scale = 1.0 / (1.0 + alpha);
        Self {
            gain: alpha * scale,
            feedback: [-2.0 * turn.cos() * scale, (1.0 - alpha) * scale],
            past: [0.0; 4],
            power: 0.0,
            histogram: vec![0.0; HISTOGRAM_BINS],
            total: 0.0,
            background_db: HISTOGRAM_FROM_DB,
        }
    }

    fn hear(&mut self, sample: f64) {
        let [in_1, in_2, out_1, out_2] = self.past;
        let out = self.gain * (sample - in_2) - self.feedback[0] * out_1 - self.feedback[1] * out_2;
        self.past = [sample, in_1, out, out_1];
        self.power += out * out;
    }

    fn learn(&mut self, level_db: f64, hops: f64) {
        let place =
            ((level_db - HISTOGRAM_FROM_DB) / HISTOGRAM_BIN_DB).clamp(0.0, (HISTOGRAM_BINS - 1) as f64);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to the bins")]
        let bin = place as usize;
        // Each look weighs more than the one before by what is forgotten; all are made small again before they overflow.
        let weight = (hops.rem_euclid(FORGET_SECONDS / HOP_SECONDS) * HOP_SECONDS / FORGET_SECONDS).exp();
        if hops > 0.0 && hops.rem_euclid(FORGET_SECONDS / HOP_SECONDS) < 0.5 {
            self.histogram.iter_mut().for_each(|count| *count *= (-1.0_f64).exp());
            self.total *= (-1.0_f64).exp();
        }
        self.histogram[bin] += weight;
        self.total += weight;
        // The quantile moves slowly: a tenth of a second is often enough, and the first second needs every look.
        if hops < 100.0 || hops.rem_euclid(10.0) < 0.5 {
            self.background_db = self.quantile();
        }
    }

    /// The level exceeded nine tenths of the time, between the bins that hold it.
    fn quantile(&self) -> f64 {
        let wanted = (1.0 - EXCEEDED) * self.total;
        let mut below = 0.0;
        for (bin, count) in self.histogram.iter().enumerate() {
            if below + count >= wanted && *count > 0.0 {
                let inside = ((wanted - below) / count).clamp(0.0, 1.0);
                return HISTOGRAM_FROM_DB + (bin as f64 + inside) * HISTOGRAM_BIN_DB;
            }
            below += count;
        }
        HISTOGRAM_FROM_DB
    }
}

/// Where in some samples something begins, and the standard deviation of that, in samples.
fn pick(samples: &[f64]) -> (f64, f64) {
    let quiet = samples.len() / 3;
    let white = whitened(samples, &prediction(&samples[..quiet]));
    let total: f64 = white.iter().map(|one| one * one).sum::<f64>().max(1e-30);
    let floor = 1e-9 * total / white.len() as f64;
    let edge = 2 * PREDICT;
    let mut before: f64 = white[..edge].iter().map(|one| one * one).sum();
    let mut costs = Vec::with_capacity(white.len());
    for at in edge..white.len().saturating_sub(4) {
        let (left, right) = (at as f64, (white.len() - at) as f64);
        let after = (total - before).max(0.0);
        costs.push(0.5 * (left * (before / left + floor).ln() + right * (after / right + floor).ln()));
        before += white[at] * white[at];
    }
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let weights = || costs.iter().enumerate().map(|(at, cost)| ((edge + at) as f64, (least - cost).exp()));
    let sum: f64 = weights().map(|(_, weight)| weight).sum::<f64>().max(1e-30);
    let mean = weights().map(|(at, weight)| at * weight).sum::<f64>() / sum;
    let square = weights().map(|(at, weight)| (at - mean).powi(2) * weight).sum::<f64>() / sum;
    // No sample is cut finer than evenly, and samples of a bang are not independent.
    (mean, (square + 1.0 / 12.0).sqrt())
}

/// The linear prediction of a stretch of background (Levinson and Durbin).
fn prediction(samples: &[f64]) -> Vec<f64> {
    let lag = |lag: usize| {
        samples.iter().zip(samples.iter().skip(lag)).map(|(one, other)| one * other).sum::<f64>()
    };
    let mut error = lag(0) * 1.000_1 + 1e-24;
    let mut taps: Vec<f64> = Vec::with_capacity(PREDICT);
    for order in 0..PREDICT {
        let known: f64 = taps.iter().enumerate().map(|(at, tap)| tap * lag(order - at)).sum();
        let reflection = (lag(order + 1) - known) / error;
        let turned: Vec<f64> = taps.iter().rev().copied().collect();
        taps.iter_mut().zip(turned).for_each(|(tap, other)| *tap -= reflection * other);
        taps.push(reflection);
        error *= (1.0 - reflection * reflection).max(1e-9);
    }
    taps
}

fn whitened(samples: &[f64], taps: &[f64]) -> Vec<f64> {
    let one = |at: usize| {
        let known = taps.iter().enumerate().filter(|(lag, _)| at > *lag);
        samples[at] - known.map(|(lag, tap)| tap * samples[at - 1 - lag]).sum::<f64>()
    };
    (0..samples.len()).map(one).collect()
}

fn decibels(power: f64) -> f64 {
    10.0 * (power + 1e-15).log10()
}

fn power(decibels: f64) -> f64 {
    10_f64.powf(decibels / 10.0)
}

#[cfg(test)]
mod tests {
    use sim::Dice;
    use sim::scene::{Noise, Sensor, Sound, Soundscape, Spot, Surroundings};

    use super::*;

    const RATE: u32 = 16_000;

    /// Hears a scene for some seconds and gives what began, in seconds since its start.
    fn hear(scene: &mut Soundscape, level: &mut Level, seconds: u32) -> Vec<Onset> {
        let block = |_| {
            let block = scene.next(0, RATE as usize / 20);
            let from = Moment::from_micros(0).plus_seconds(block.from_s);
            level.hear(&Window::new(from, RATE, block.channels).unwrap())
        };
        (0..seconds * 20).flat_map(block).collect()
    }

    fn street(seed: u64) -> Soundscape {
        let sensor = Sensor::single(Spot::new(0.0, 0.0, 4.0));
        let mut scene = Soundscape::new(seed, RATE, Surroundings::square(120.0, 90.0, 0.5), vec![sensor]);
        scene.around(55.0, 5);
        scene
    }

    #[test]
    fn a_steady_street_is_near_its_background_and_nothing_begins() {
        let mut level = Level::new(RATE, 1, 12.0);
        let onsets = hear(&mut street(1), &mut level, 40);
        assert_eq!(onsets, []);
        assert!(!level.learning());
        let loud: Vec<f32> = level.history().collect();
        assert_eq!(loud.len(), LEVEL_STEPS_MAX);
        let mean = loud.iter().sum::<f32>() / loud.len() as f32;
        assert!((1.0..9.0).contains(&mean), "{mean}");
        // 55 dB SPL with full scale at 120 dB; the octaves overlap and the lowest and highest tones are left out.
        assert!((level.background_dbfs() + 67.0).abs() < 6.0, "{}", level.background_dbfs());
    }

    #[test]
    fn bangs_begin_when_they_arrive_and_leave_the_background_where_it_was() {
        let mut most = 0.0_f64;
        for seed in 0..6 {
            let mut scene = street(seed);
            let mut level = Level::new(RATE, 1, 12.0);
            let _ = hear(&mut scene, &mut level, 10);
            let before = level.background_dbfs();
            let shot = Sound::GunShot { supersonic: false }.clip(RATE, 0.0, scene.dice());
            let place = Spot::new(20.0 + seed as f64, -31.0, 1.5);
            let truth = scene.happens(10.513, place, &shot, 135.0).arrivals[0].at_s;
            let onsets = hear(&mut scene, &mut level, 4);
            let first = onsets.first().expect("a shot is heard");
            let off = first.at.seconds_since(Moment::from_micros(0)) - truth;
            assert!(
                off.abs() < 1e-3,
                "seed {seed}: {} ms off, spread {} ms",
                off * 1e3,
                first.spread_s * 1e3
            );
            assert!(first.spread_s < 0.5e-3 && first.over_background_db > 20.0, "{first:?}");
            assert!((level.background_dbfs() - before).abs() < 1.0);
            most = most.max(off.abs() / first.spread_s);
        }
        assert!(most < 8.0, "off by {most} times the spread");
    }

    #[test]
    fn a_background_follows_a_street_that_grows_loud_but_not_a_tram() {
        let mut level = Level::new(RATE, 1, 12.0);
        let mut noise = Noise::new(&Dice::new(3));
        let mut play = |level: &mut Level, seconds: usize, loud: f32| {
            for second in 0..seconds {
                let samples = (0..RATE).map(|_| loud * noise.normal()).collect();
                let from = Moment::from_micros(0).plus_seconds(second as f64);
                level.hear(&Window::new(from, RATE, vec![samples]).unwrap());
            }
        };
        play(&mut level, 60, 0.001);
        let quiet = level.background_dbfs();
        play(&mut level, 20, 0.03);
        assert!((level.background_dbfs() - quiet).abs() < 1.0, "a tram is not the background");
        play(&mut level, 900, 0.01);
        assert!((level.background_dbfs() - quiet - 20.0).abs() < 1.5, "{quiet} {}", level.background_dbfs());
    }

    #[test]
    fn a_dead_microphone_is_told_and_another_listened_to() {
        let mut level = Level::new(RATE, 3, 12.0);
        let mut noise = Noise::new(&Dice::new(4));
        for second in 0..8 {
            let mut channels = vec![vec![0.0; RATE as usize]; 3];
            channels[1].iter_mut().for_each(|one| *one = 0.001 * noise.normal());
            channels[2].iter_mut().for_each(|one| *one = 0.001 * noise.normal());
            let from = Moment::from_micros(0).plus_seconds(f64::from(second));
            level.hear(&Window::new(from, RATE, channels).unwrap());
        }
        assert_eq!(level.dead(), [0]);
        assert!(level.level_dbfs() > -75.0);
    }
}
