//! What sensors hear, block by block and without end: lasting sounds, scheduled bangs, and the truth about both.
//!
//! Not here: files, pipes and pacing, which are the caller's.

use std::f64::consts::PI;
use std::sync::Arc;

use super::sound::one_pole;
use super::surroundings::Path;
use super::{Clip, FULL_SCALE_DB, Noise, Sound, Spot, Surroundings};
use crate::Dice;

/// Samples of the fractional delay.
const TAPS: usize = 32;
/// Those of them before the sample that is delayed.
const TAPS_BEFORE: i64 = 15;
/// A clock that drifts is followed in steps of this many samples.
const STEP_SAMPLES: usize = 512;
/// Seconds after which the noise around repeats.
const AROUND_SECONDS: f64 = 8.0;
/// How far away the noise around is made, in metres.
const AROUND_METRES: f64 = 400.0;

/// A clock and how far it is off.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Clock {
    /// Seconds ahead of the true time at the start.
    pub ahead_s: f64,
    /// Millionths by which it runs fast; its samples come fast too.
    pub fast_ppm: f64,
}

/// One microphone or an array of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensor {
    /// Where it hangs.
    pub at: Spot,
    /// The direction it faces: degrees from north, clockwise.
    pub heading_deg: f64,
    /// Each microphone, in metres to the right and to the front of the middle.
    pub microphones: Vec<[f64; 2]>,
    /// Its clock.
    pub clock: Clock,
    /// The noise of each microphone itself, in dB SPL.
    pub self_noise_db: f64,
}

impl Sensor {
    /// A single microphone with a good clock.
    pub fn single(at: Spot) -> Self {
        Self {
            at,
            heading_deg: 0.0,
            microphones: vec![[0.0; 2]],
            clock: Clock::default(),
            self_noise_db: 32.0,
        }
    }

    /// Microphones on a circle, the first in front, then clockwise.
    pub fn circle(at: Spot, heading_deg: f64, count: usize, radius_m: f64) -> Self {
        let turn = |index: usize| (360.0 * index as f64 / count as f64).to_radians().sin_cos();
        let microphones = (0..count).map(turn).map(|(sin, cos)| [radius_m * sin, radius_m * cos]).collect();
        Self { heading_deg, microphones, ..Self::single(at) }
    }

    /// Where each microphone is.
    pub fn spots(&self) -> Vec<Spot> {
        let (sin, cos) = self.heading_deg.to_radians().sin_cos();
        let spot = |[right, front]: &[f64; 2]| {
            let (east, north) = (right * cos + front * sin, front * cos - right * sin);
            Spot::new(self.at.east_m + east, self.at.north_m + north, self.at.up_m)
        };
        self.microphones.iter().map(spot).collect()
    }

    /// What its clock says at a true time, in seconds.
    pub fn reads(&self, true_s: f64) -> f64 {
        self.clock.ahead_s + true_s * (1.0 + self.clock.fast_ppm * 1e-6)
    }
}

/// Samples of one sensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// When its first sample was, by the sensor's clock, in seconds since the start of the scene.
    pub from_s: f64,
    /// The samples of each microphone.
    pub channels: Vec<Vec<f32>>,
}

/// The truth about a scheduled sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// When it sounded, in seconds since the start of the scene.
    pub at_s: f64,
    /// Where.
    pub place: Spot,
    /// When, and from where, it came to each sensor.
    pub arrivals: Vec<Arrival>,
}

/// How a sound came to the middle of a sensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// The true time, in seconds since the start of the scene.
    pub at_s: f64,
    /// What the sensor's clock said.
    pub clock_s: f64,
    /// Metres more than the straight way; nought when nothing was in between.
    pub late_m: f64,
    /// The straight direction to the source: degrees from north, clockwise.
    pub towards_deg: f64,
}

/// A scene that goes on.
pub struct Soundscape {
    rate_hz: u32,
    surroundings: Surroundings,
    ears: Vec<Ear>,
    emitters: Vec<Emitter>,
    dice: Dice,
}

struct Ear {
    sensor: Sensor,
    spots: Vec<Spot>,
    noise: Vec<Noise>,
    done: u64,
}

struct Emitter {
    starts_s: f64,
    repeats: bool,
    seconds: f64,
    gain: f64,
    /// The clip, clear and as dull as its paths make it.
    clips: Vec<Arc<[f32]>>,
    /// Per sensor and microphone: paths, each with the clip it takes.
    paths: Vec<Vec<Vec<(Path, usize)>>>,
}

impl Soundscape {
    /// A silent scene with its sensors.
    pub fn new(seed: u64, rate_hz: u32, surroundings: Surroundings, sensors: Vec<Sensor>) -> Self {
        let dice = Dice::new(seed);
        let ear = |sensor: Sensor| Ear {
            spots: sensor.spots(),
            noise: sensor.microphones.iter().map(|_| Noise::new(&dice)).collect(),
            sensor,
            done: 0,
        };
        let ears = sensors.into_iter().map(ear).collect();
        Self { rate_hz, surroundings, ears, emitters: Vec::new(), dice }
    }

    /// The dice of the scene, for clips that belong to it.
    pub fn dice(&self) -> &Dice {
        &self.dice
    }

    /// The sensors.
    pub fn sensors(&self) -> impl Iterator<Item = &Sensor> {
        self.ears.iter().map(|ear| &ear.sensor)
    }

    /// A sound that has always been there and goes on. `level_db`: of a sample of 1 at a metre, in dB SPL.
    pub fn lasts(&mut self, place: Spot, clip: &Clip, level_db: f64) {
        let surroundings = self.surroundings.clone();
        self.emit(&surroundings, place, clip, level_db, 0.0, true);
    }

    /// Noise from far away on all sides, as loud as said in dB SPL where the sensors are.
    pub fn around(&mut self, level_db: f64, directions: usize) {
        let open = Surroundings { walls: Vec::new(), ground_reflects: 0.0, ..self.surroundings.clone() };
        let level_db = level_db + 20.0 * AROUND_METRES.log10() - 10.0 * (directions.max(1) as f64).log10();
        for index in 0..directions {
            let towards_deg = (index as f64 + 0.5 * self.dice.around()) * 360.0 / directions as f64;
            let place = Spot::new(0.0, 0.0, 2.0).moved(towards_deg, AROUND_METRES);
            let clip = Sound::Wind.clip(self.rate_hz, AROUND_SECONDS, &self.dice);
            self.emit(&open, place, &clip, level_db, 0.0, true);
        }
    }

    /// A sound at a time, which may be before or in the middle of the next block. Gives the truth about it.
    pub fn happens(&mut self, at_s: f64, place: Spot, clip: &Clip, level_db: f64) -> Happened {
        let surroundings = self.surroundings.clone();
        self.emit(&surroundings, place, clip, level_db, at_s, false);
        let arrivals = self.ears.iter().map(|ear| self.arrival(at_s, place, &ear.sensor)).collect();
        Happened { at_s, place, arrivals }
    }

    /// The next samples of a sensor. Sensors need not be asked in step.
    ///
    /// # Panics
    /// When there is no sensor of that number.
    pub fn next(&mut self, sensor: usize, samples: usize) -> Block {
        let from_s = self.true_s(sensor);
        let from_clock_s = self.ears[sensor].sensor.reads(from_s);
        let mut channels = vec![vec![0.0_f32; samples]; self.ears[sensor].spots.len()];
        let mut at = 0;
        while at < samples {
            let count = STEP_SAMPLES.min(samples - at);
            let from_s = self.true_s(sensor);
            for (microphone, channel) in channels.iter_mut().enumerate() {
                let out = &mut channel[at..at + count];
                for emitter in &self.emitters {
                    self.add(emitter, &emitter.paths[sensor][microphone], from_s, out);
                }
            }
            self.ears[sensor].done += count as u64;
            at += count;
        }
        self.ears[sensor].finish(&mut channels);
        self.forget();
        Block { from_s: from_clock_s, channels }
    }

    /// The true time of a sensor's next sample.
    fn true_s(&self, sensor: usize) -> f64 {
        let ear = &self.ears[sensor];
        ear.done as f64 / (f64::from(self.rate_hz) * (1.0 + ear.sensor.clock.fast_ppm * 1e-6))
    }

    fn arrival(&self, at_s: f64, place: Spot, sensor: &Sensor) -> Arrival {
        let first = self.surroundings.first(place, sensor.at);
        let arrived_s = at_s + first.metres / self.surroundings.sound_speed();
        Arrival {
            at_s: arrived_s,
            clock_s: sensor.reads(arrived_s),
            late_m: first.metres - place.distance_m(sensor.at),
            towards_deg: sensor.at.towards_deg(place),
        }
    }

    fn emit(
        &mut self,
        within: &Surroundings,
        place: Spot,
        clip: &Clip,
        level_db: f64,
        starts_s: f64,
        repeats: bool,
    ) {
        if clip.samples().is_empty() {
            return;
        }
        let mut clips: Vec<Arc<[f32]>> = vec![clip.samples().into()];
        let mut dull: Vec<f64> = Vec::new();
        let mut with_clip = |path: Path| {
            let Some(cutoff_hz) = path.dull_hz.map(to_third_of_octave) else { return (path, 0) };
            let known = dull.iter().position(|one| (one - cutoff_hz).abs() < 1.0);
            let index = known.unwrap_or_else(|| {
                clips.push(dulled(clip.samples(), one_pole(cutoff_hz, f64::from(self.rate_hz)), repeats));
                dull.push(cutoff_hz);
                dull.len() - 1
            });
            (path, index + 1)
        };
        let mut ways = |spot: &Spot| within.paths(place, *spot).into_iter().map(&mut with_clip).collect();
        let paths = self.ears.iter().map(|ear| ear.spots.iter().map(&mut ways).collect()).collect();
        let gain = 10_f64.powf((level_db - FULL_SCALE_DB) / 20.0);
        let seconds = clip.samples().len() as f64 / f64::from(self.rate_hz);
        self.emitters.push(Emitter { starts_s, repeats, seconds, gain, clips, paths });
    }

    /// Adds what comes from one emitter to samples that begin at a true time.
    fn add(&self, emitter: &Emitter, paths: &[(Path, usize)], from_s: f64, out: &mut [f32]) {
        for (path, clip) in paths {
            let since_s = from_s - emitter.starts_s - path.metres / self.surroundings.sound_speed();
            let until_s = since_s + (out.len() + TAPS) as f64 / f64::from(self.rate_hz);
            let margin_s = TAPS as f64 / f64::from(self.rate_hz);
            if !emitter.repeats && (until_s < 0.0 || since_s > emitter.seconds + margin_s) {
                continue;
            }
            let position = since_s * f64::from(self.rate_hz);
            let kernel = kernel(position - position.floor(), emitter.gain * path.gain);
            #[allow(clippy::cast_possible_truncation, reason = "samples since the start of a scene")]
            let first = position.floor() as i64 - TAPS_BEFORE;
            let stretch = stretch(&emitter.clips[*clip], first, out.len() + TAPS - 1, emitter.repeats);
            // Tap by tap, so that many samples are worked out at once.
            for (late, tap) in kernel.iter().enumerate() {
                out.iter_mut().zip(&stretch[late..]).for_each(|(sample, one)| *sample += tap * one);
            }
        }
    }

    /// Drops scheduled sounds that are over for every sensor by each path.
    fn forget(&mut self) {
        let behind_s = (0..self.ears.len()).map(|ear| self.true_s(ear)).fold(f64::INFINITY, f64::min);
        let speed = self.surroundings.sound_speed();
        self.emitters.retain(|emitter| {
            let longest =
                emitter.paths.iter().flatten().flatten().map(|(path, _)| path.metres).fold(0.0, f64::max);
            emitter.repeats || behind_s < emitter.starts_s + emitter.seconds + longest / speed + 0.1
        });
    }
}

impl Ear {
    fn finish(&mut self, channels: &mut [Vec<f32>]) {
        #[allow(clippy::cast_possible_truncation, reason = "samples are f32")]
        let gain = 10_f64.powf((self.sensor.self_noise_db - FULL_SCALE_DB) / 20.0) as f32;
        for (channel, noise) in channels.iter_mut().zip(&mut self.noise) {
            channel.iter_mut().for_each(|one| *one = (*one + gain * noise.normal()).clamp(-1.0, 1.0));
        }
    }
}

/// Cutoffs are rounded so that the microphones of an array share a clip.
fn to_third_of_octave(cutoff_hz: f64) -> f64 {
    2_f64.powf((cutoff_hz.log2() * 3.0).round() / 3.0)
}

fn dulled(samples: &[f32], share: f64, repeats: bool) -> Arc<[f32]> {
    let mut state = 0.0;
    let mut step = |one: &f32| {
        state += share * (f64::from(*one) - state);
        #[allow(clippy::cast_possible_truncation, reason = "samples are f32")]
        let out = state as f32;
        out
    };
    if repeats {
        // Once round first, so that the start is as the end leaves it.
        samples.iter().for_each(|one| {
            step(one);
        });
    }
    samples.iter().map(step).collect()
}

/// A windowed sinc that delays by a fraction of a sample, turned so that it is applied as a running product.
fn kernel(fraction: f64, gain: f64) -> [f32; TAPS] {
    let mut taps = [0.0_f32; TAPS];
    let half = TAPS as f64 / 2.0;
    for (index, tap) in taps.iter_mut().enumerate() {
        let off = index as f64 - (half - 1.0) - fraction;
        let sinc = if off.abs() < 1e-9 { 1.0 } else { (PI * off).sin() / (PI * off) };
        let turn = PI * off / half;
        let window = 0.42 + 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos();
        #[allow(clippy::cast_possible_truncation, reason = "samples are f32")]
        let value = (gain * sinc * window) as f32;
        *tap = value;
    }
    taps
}

/// Samples of a clip from a position on, round and round or with silence before and after.
fn stretch(clip: &[f32], first: i64, count: usize, repeats: bool) -> Vec<f32> {
    let length = i64::try_from(clip.len()).unwrap_or(i64::MAX);
    let mut out = Vec::with_capacity(count);
    let mut at = if repeats { first.rem_euclid(length) } else { first };
    while out.len() < count {
        let left = count - out.len();
        if at < 0 {
            let silent = usize::try_from(-at).unwrap_or(left).min(left);
            out.resize(out.len() + silent, 0.0);
            at += i64::try_from(silent).unwrap_or(0);
        } else if at >= length {
            if !repeats {
                out.resize(count, 0.0);
            }
            at = 0;
        } else {
            let from = usize::try_from(at).unwrap_or(0);
            let until = clip.len().min(from + left);
            out.extend_from_slice(&clip[from..until]);
            at = length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 16_000;

    fn click() -> Clip {
        let mut samples = vec![0.0; 64];
        // A wide hump, so that nothing lies above half of what the rate carries.
        (0..9).for_each(|at| samples[at] = 0.5 - 0.5 * (2.0 * std::f32::consts::PI * at as f32 / 8.0).cos());
        Clip::of(&samples)
    }

    fn centre(samples: &[f32]) -> f64 {
        let mass: f64 = samples.iter().map(|one| f64::from(*one)).sum();
        samples.iter().enumerate().map(|(at, one)| at as f64 * f64::from(*one)).sum::<f64>() / mass
    }

    fn quiet(mut sensor: Sensor) -> Sensor {
        sensor.self_noise_db = -200.0;
        sensor
    }

    #[test]
    fn a_click_arrives_when_its_distance_says_to_a_fraction_of_a_sample() {
        let sensor = quiet(Sensor::single(Spot::new(0.0, 0.0, 2.0)));
        let mut scene = Soundscape::new(1, RATE, Surroundings::open(), vec![sensor]);
        let truth = scene.happens(0.1, Spot::new(30.0, 12.3, 2.0), &click(), 120.0);
        let block = scene.next(0, 8_000);
        let measured = (centre(&block.channels[0]) - 4.0) / f64::from(RATE);
        assert!((measured - truth.arrivals[0].at_s).abs() < 1e-7, "{measured} {truth:?}");
        assert!((truth.arrivals[0].towards_deg - 67.7).abs() < 0.1);
    }

    #[test]
    fn blocks_of_any_size_give_the_same_sound() {
        let make = || {
            let sensors = vec![Sensor::circle(Spot::new(3.0, -4.0, 4.0), 20.0, 4, 0.05)];
            let mut scene = Soundscape::new(7, RATE, Surroundings::square(80.0, 60.0, 0.6), sensors);
            scene.around(50.0, 4);
            let shot = Sound::GunShot { supersonic: true }.clip(RATE, 0.0, scene.dice());
            scene.happens(0.05, Spot::new(10.0, 5.0, 1.5), &shot, 150.0);
            scene
        };
        let whole = make().next(0, 4_096).channels;
        let mut parts: Vec<Vec<f32>> = vec![Vec::new(); 4];
        let mut scene = make();
        for _ in 0..4 {
            let block = scene.next(0, 1_024);
            parts.iter_mut().zip(block.channels).for_each(|(all, part)| all.extend(part));
        }
        let most = whole.iter().flatten().zip(parts.iter().flatten()).map(|(one, other)| (one - other).abs());
        assert!(most.fold(0.0, f32::max) < 1e-5);
    }

    #[test]
    fn a_fast_clock_reads_ahead_and_its_samples_come_early() {
        let mut fast = quiet(Sensor::single(Spot::new(0.0, 0.0, 2.0)));
        fast.clock = Clock { ahead_s: 0.25, fast_ppm: 100.0 };
        let mut scene = Soundscape::new(1, RATE, Surroundings::open(), vec![fast]);
        let truth = scene.happens(9.0, Spot::new(0.0, 34.0, 2.0), &click(), 120.0);
        let mut samples = Vec::new();
        let first = scene.next(0, 16_000);
        assert!((first.from_s - 0.25).abs() < 1e-9);
        samples.extend(first.channels.concat());
        (0..9).for_each(|_| samples.extend(scene.next(0, 16_000).channels.concat()));
        let by_count = (centre(&samples) - 4.0) / f64::from(RATE) + 0.25;
        assert!((by_count - truth.arrivals[0].clock_s).abs() < 1e-5, "{by_count} {truth:?}");
        assert!(truth.arrivals[0].clock_s - truth.arrivals[0].at_s > 0.2509);
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut scene =
            Soundscape::new(1, RATE, Surroundings::open(), vec![Sensor::single(Spot::new(0.0, 0.0, 2.0))]);
        scene.happens(0.0, Spot::new(0.0, 34.0, 2.0), &click(), 120.0);
        scene.next(0, 8_000);
        assert!(scene.emitters.is_empty());
    }
}
