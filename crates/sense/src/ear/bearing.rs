//! From where a sound came: the direction that best explains what an array heard beyond what it heard before.
//!
//! Per line of the spectrum the covariance of the background is frozen at the onset, and the window is whitened by it. Each frame of a
//! line counts by the share of its power that is new, so that what was there before and moved says less. A source in direction d adds rank one, whose likelihood gain has a closed form in z = (a* W R W a) / (a* W a), with the steering vector a, the
//! inverse W of the background and the window's covariance R: frames x (z - 1 - ln z) where z > 1. This is the generalised
//! eigenvalue picture of whitened MUSIC, with the eigenvalue as its weight, and needs no eigenvectors. Lines are added over a grid of
//! one degree, so that the sum is a likelihood. How far bands of lines disagree about its top is its width, or the width of the
//! likelihood itself where that is more. Plain GCC-PHAT over the lines that rose is the check.
//!
//! Sources are taken to be far away and level with the array; heights of microphones do not matter then.
//!
//! Not here: when a window begins (`level`), and where directions meet (`place`).

use std::f64::consts::TAU;

use super::hermitian::{Value, invert, sandwich, trace};
use super::spectra::{Frames, Spectra};
use super::window::Window;
use crate::limits::{CHANNELS_MAX, RATE_HZ_MAX, RATE_HZ_MIN};
use crate::plan::turn_deg;

/// Directions of the grid, one degree apart.
const GRID: usize = 360;
/// The tones that are looked at, in hertz.
const TONES_HZ: [f64; 2] = [200.0, 7_600.0];
/// Room for the table of steering, in bytes: fewer lines are looked at when an array has many microphones.
const TABLE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Microphones further apart than this are nodes, not an array, in metres.
const ARRAY_METRES_MAX: f64 = 2.0;

/// The share of the background that may come from anywhere: what moves is not quite whitened away, and nothing is nulled for good.
const ANYWHERE: f64 = 0.05;
/// Noise of the microphones themselves that is added to the background, as a share of it.
const LOAD: f64 = 0.01;
/// A frame of a line counts by the share of its power that is more than so many times what the background has there.
const OVER_BACKGROUND: f32 = 1.5;
/// Lines, frames and microphones are not as independent as the likelihood takes them to be: its logarithm is divided by this.
const TEMPER: f32 = 16.0;
/// Lines next to each other that are taken for one when it is asked how far they disagree: they share reflections and the shape of a frame.
const BAND_LINES: usize = 8;
/// Mean rise over the background below which there is no direction, in dB.
const OVER_DB_MIN: f64 = 1.0;
/// Reflections and the places of microphones leave no less, in degrees.
const WIDTH_DEG_MIN: f64 = 0.7;
/// The accuracy of the check, in degrees.
const CHECK_DEG: f64 = 10.0;
/// A second peak is at least this far from the first, in degrees.
const SECOND_APART_DEG: f64 = 20.0;
/// A line with fewer frames in which something is new says nothing.
const LEAST_FRAMES: f32 = 0.01;
/// Power below which nothing is heard, in full scale squared per line.
const SILENCE: f64 = 1e-14;
/// Over which time the background is learnt, in seconds.
const BACKGROUND_SECONDS: f64 = 8.0;

/// Microphones in one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    microphones: Vec<[f64; 2]>,
    heading_deg: f64,
}

/// Why microphones are no array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnArray {
    /// One microphone has no direction, and there is a limit.
    #[error("{0} microphones; give 2 to {CHANNELS_MAX}")]
    Microphones(usize),
    /// All in one place, too far apart, or not numbers.
    #[error(
        "microphones must be between 1 cm and {ARRAY_METRES_MAX} m apart, in metres to the right and to the front"
    )]
    Places,
    /// Too few or too many samples per second.
    #[error("{0} samples per second; give {RATE_HZ_MIN} to {RATE_HZ_MAX}")]
    Rate(u32),
}

impl Array {
    /// From each microphone's metres to the right and to the front of the middle, and the direction that the front faces in degrees
    /// from north.
    pub fn new(microphones: Vec<[f64; 2]>, heading_deg: f64) -> Result<Self, NotAnArray> {
        if !(2..=CHANNELS_MAX).contains(&microphones.len()) {
            return Err(NotAnArray::Microphones(microphones.len()));
        }
        let apart = |one: &[f64; 2], other: &[f64; 2]| (one[0] - other[0]).hypot(one[1] - other[1]);
        let all =
            || microphones.iter().flat_map(|one| microphones.iter().map(move |other| apart(one, other)));
        let widest = all().fold(0.0, f64::max);
        let numbers = microphones.iter().flatten().all(|one| one.is_finite()) && heading_deg.is_finite();
        if !numbers || !(0.01..=ARRAY_METRES_MAX).contains(&widest) {
            return Err(NotAnArray::Places);
        }
        Ok(Self { microphones, heading_deg })
    }
}

/// A direction and how far to trust it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bearing {
    /// Degrees from north, clockwise, 0 to 360.
    pub towards_deg: f64,
    /// Half the width in which the truth lies in 95 of 100 cases, in degrees.
    pub width_deg: f64,
    /// The next best direction, when there is one.
    pub second: Option<SecondPeak>,
    /// Where GCC-PHAT points: degrees from north, clockwise.
    pub phat_deg: f64,
    /// Whether the two agree within the width, or the accuracy of the check where that is more.
    pub agrees: bool,
    /// How much louder than the background the sound was in the lines that were used, in dB.
    pub over_background_db: f64,
}

/// A direction that explains less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SecondPeak {
    /// Degrees from north, clockwise.
    pub towards_deg: f64,
    /// Its height as a share of the first peak's, 0 to 1.
    pub share: f64,
}

/// Finds directions for one array: it listens to the background, which is frozen when something begins.
pub struct Finder {
    array: Array,
    rate_hz: u32,
    spectra: Spectra,
    lines: usize,
    /// Per line and pair of microphones: cosines then sines of the phase between them, over half the grid. The other half has the same
    /// cosines and turned sines.
    table: Vec<f32>,
    /// Per line and pair: how alike noise from all sides is there.
    diffuse: Vec<f64>,
    heard: Vec<Value>,
    heard_frames: f64,
}

/// What the background was at an onset.
pub struct Frozen {
    inverse: Vec<Value>,
    power: Vec<f64>,
}

impl Finder {
    /// For an array, its samples per second, and the temperature from which the speed of sound follows.
    pub fn new(array: Array, rate_hz: u32, celsius: f64) -> Result<Self, NotAnArray> {
        if !(RATE_HZ_MIN..=RATE_HZ_MAX).contains(&rate_hz) {
            return Err(NotAnArray::Rate(rate_hz));
        }
        let rows = array.microphones.len();
        let pairs = rows * (rows - 1) / 2;
        let lines_max = TABLE_BYTES_MAX / (pairs * GRID * size_of::<f32>());
        let high_hz = TONES_HZ[1].min(0.475 * f64::from(rate_hz));
        let spectra = Spectra::new(rate_hz, TONES_HZ[0], high_hz, lines_max);
        let tones = spectra.tones_hz(rate_hz);
        let speed = 331.3 + 0.606 * celsius;
        let mut table = Vec::with_capacity(tones.len() * pairs * GRID);
        let mut diffuse = Vec::with_capacity(tones.len() * pairs);
        for tone in &tones {
            let wave = TAU * tone / speed;
            for (one, other) in pairs_of(rows) {
                let (one, other) = (array.microphones[one], array.microphones[other]);
                let apart = [other[0] - one[0], other[1] - one[1]];
                let phase = |degree: usize| {
                    let (sin, cos) = (degree as f64).to_radians().sin_cos();
                    wave * (apart[0] * sin + apart[1] * cos)
                };
                #[allow(clippy::cast_possible_truncation, reason = "a table of f32")]
                table.extend((0..GRID / 2).map(|degree| phase(degree).cos() as f32));
                #[allow(clippy::cast_possible_truncation, reason = "a table of f32")]
                table.extend((0..GRID / 2).map(|degree| phase(degree).sin() as f32));
                let far = wave * apart[0].hypot(apart[1]);
                diffuse.push(if far < 1e-9 { 1.0 } else { far.sin() / far });
            }
        }
        let heard = vec![Value::new(0.0, 0.0); tones.len() * rows * rows];
        Ok(Self { array, rate_hz, spectra, lines: tones.len(), table, diffuse, heard, heard_frames: 0.0 })
    }

    fn rows(&self) -> usize {
        self.array.microphones.len()
    }

    /// Takes in sound in which nothing happens.
    pub fn listen(&mut self, window: &Window) {
        if window.rate_hz() != self.rate_hz || window.channels().len() != self.rows() {
            return;
        }
        let frames = self.spectra.of(window);
        if frames.count == 0 {
            return;
        }
        let frames_max = BACKGROUND_SECONDS * f64::from(self.rate_hz) / self.spectra.hop() as f64;
        let total = self.heard_frames + frames.count as f64;
        let keep = (self.heard_frames / total).min((1.0 - frames.count as f64 / frames_max).max(0.0));
        let rows = self.rows();
        for (line, covariance) in self.heard.chunks_exact_mut(rows * rows).enumerate() {
            covariance.iter_mut().for_each(|value| *value *= keep);
            frames.covariance(line, None, (1.0 - keep) / frames.count as f64, covariance);
        }
        self.heard_frames = total.min(frames_max);
    }

    /// The background as it is now, for the time of an onset: later sound does not change it.
    pub fn freeze(&self) -> Frozen {
        let rows = self.rows();
        let pairs = rows * (rows - 1) / 2;
        let mut inverse = self.heard.clone();
        let mut power = Vec::with_capacity(self.lines);
        for (line, matrix) in inverse.chunks_exact_mut(rows * rows).enumerate() {
            let mean = trace(matrix, rows) / rows as f64 + SILENCE;
            power.push(mean);
            matrix.iter_mut().for_each(|value| *value *= 1.0 - ANYWHERE);
            for ((one, other), alike) in pairs_of(rows).zip(&self.diffuse[line * pairs..]) {
                matrix[one * rows + other] += ANYWHERE * mean * alike;
                matrix[other * rows + one] += ANYWHERE * mean * alike;
            }
            for row in 0..rows {
                matrix[row * rows + row] += (ANYWHERE + LOAD) * mean + SILENCE;
            }
            // Loaded, so that it has an inverse whatever was heard; should it have none, the line weighs nothing.
            if invert(matrix, rows).is_none() {
                matrix.fill(Value::new(0.0, 0.0));
            }
        }
        Frozen { inverse, power }
    }

    /// The direction of what is in a window beyond the background; `None` when nothing is, or the window is not of this array.
    pub fn find(&self, frozen: &Frozen, window: &Window) -> Option<Bearing> {
        if window.rate_hz() != self.rate_hz || window.channels().len() != self.rows() {
            return None;
        }
        let frames = self.spectra.of(window);
        if frames.count == 0 {
            return None;
        }
        let Heard { gain, phat, over, bands } = self.hear(frozen, &frames);
        let best = highest(&gain);
        let over_background_db = 10.0 * over.max(1e-12).log10();
        // What hardly rises is the background's own ups and downs, and their direction is that of what was there before.
        if gain[best] <= 0.0 || over_background_db < OVER_DB_MIN {
            return None;
        }
        let around = |at: usize| bands.iter().map(move |band| f64::from(band[at % GRID]));
        let of_bands: Vec<[f64; 3]> = around(best + GRID - 1)
            .zip(around(best).zip(around(best + 1)))
            .map(|(before, (top, after))| [before, top, after])
            .collect();
        let width_deg = width(&gain, best).max(disagreement(&of_bands)).hypot(WIDTH_DEG_MIN).min(180.0);
        let check = highest(&phat);
        let compass = |at: f64| (at + self.array.heading_deg).rem_euclid(360.0);
        let (towards_deg, phat_deg) = (compass(refined(&gain, best)), compass(refined(&phat, check)));
        let second = second(&gain, best)
            .map(|(at, share)| SecondPeak { towards_deg: compass(refined(&gain, at)), share });
        let agrees = turn_deg(towards_deg, phat_deg).abs() <= width_deg.max(CHECK_DEG);
        Some(Bearing { towards_deg, width_deg, second, phat_deg, agrees, over_background_db })
    }

    /// The likelihood gain of every direction, what GCC-PHAT makes of the same lines, and the mean rise over the background.
    fn hear(&self, frozen: &Frozen, frames: &Frames) -> Heard {
        let rows = self.rows();
        let size = rows * rows;
        let pairs = rows * (rows - 1) / 2;
        let mut heard = Heard { gain: vec![0.0; GRID], phat: vec![0.0; GRID], over: 0.0, bands: Vec::new() };
        let mut seen = vec![Value::new(0.0, 0.0); size];
        let (mut half, mut white) = (seen.clone(), seen.clone());
        let (mut above, mut below) = (vec![0.0_f32; GRID], vec![0.0_f32; GRID]);
        let (mut odd, mut weights) = (vec![0.0_f32; GRID / 2], vec![0.0_f32; frames.count]);
        for line in 0..self.lines {
            if line % BAND_LINES == 0 {
                heard.bands.push(vec![0.0; GRID]);
            }
            let rise = frames.powers(line, &mut weights) / frozen.power[line];
            heard.over += rise / self.lines as f64;
            let counted = count_new(&mut weights, frozen.power[line]);
            if counted < LEAST_FRAMES {
                continue;
            }
            let inverse = &frozen.inverse[line * size..][..size];
            let table = &self.table[line * pairs * GRID..][..pairs * GRID];
            seen.fill(Value::new(0.0, 0.0));
            frames.covariance(line, Some(&weights), 1.0 / f64::from(counted), &mut seen);
            sandwich(inverse, &seen, rows, &mut half, &mut white);
            form(&white, rows, table, &mut odd, &mut above);
            form(inverse, rows, table, &mut odd, &mut below);
            if let Some(band) = heard.bands.last_mut() {
                for ((gain, above), below) in band.iter_mut().zip(&above).zip(&below) {
                    let ratio = (above / below.max(f32::MIN_POSITIVE)).max(1.0);
                    *gain += counted * (ratio - 1.0 - logarithm(ratio));
                }
            }
            // The share of the line that is new weighs; a line that did not rise says nothing of the sound.
            phases(&mut seen, rows, (1.0 - 1.0 / rise.max(1.0)).max(0.0));
            form(&seen, rows, table, &mut odd, &mut above);
            heard.phat.iter_mut().zip(&above).for_each(|(phat, above)| *phat += above);
        }
        for band in &heard.bands {
            heard.gain.iter_mut().zip(band).for_each(|(gain, one)| *gain += one);
        }
        heard
    }
}

struct Heard {
    gain: Vec<f32>,
    phat: Vec<f32>,
    over: f64,
    /// The gain by bands of neighbouring lines.
    bands: Vec<Vec<f32>>,
}

/// Turns the power of each frame into the share of it that is new, and gives how many frames that makes.
fn count_new(powers: &mut [f32], background: f64) -> f32 {
    #[allow(clippy::cast_possible_truncation, reason = "powers are f32")]
    let usual = OVER_BACKGROUND * background as f32;
    powers.iter_mut().for_each(|one| *one = (1.0 - usual / one.max(f32::MIN_POSITIVE)).max(0.0));
    powers.iter().sum()
}

/// a* Q a for the steering vector a of every direction; `odd` is room for half a grid.
fn form(matrix: &[Value], rows: usize, table: &[f32], odd: &mut [f32], out: &mut [f32]) {
    #[allow(clippy::cast_possible_truncation, reason = "the grid is f32")]
    let narrow = |value: f64| value as f32;
    let (out, opposite) = out.split_at_mut(GRID / 2);
    out.fill(narrow(trace(matrix, rows)));
    odd.fill(0.0);
    for ((one, other), phases) in pairs_of(rows).zip(table.chunks_exact(GRID)) {
        let value = matrix[one * rows + other] * 2.0;
        let (real, imaginary) = (narrow(value.re), narrow(value.im));
        let (cosines, sines) = phases.split_at(GRID / 2);
        for (((out, odd), cosine), sine) in out.iter_mut().zip(odd.iter_mut()).zip(cosines).zip(sines) {
            *out += real * cosine;
            *odd += imaginary * sine;
        }
    }
    for ((out, opposite), odd) in out.iter_mut().zip(opposite).zip(odd) {
        (*out, *opposite) = (*out - *odd, *out + *odd);
    }
}

/// The natural logarithm of a positive number to five digits, in steps that a processor does for several at once.
fn logarithm(value: f32) -> f32 {
    let bits = value.to_bits();
    #[allow(clippy::cast_possible_wrap, reason = "an exponent has eight bits")]
    let exponent = ((bits >> 23) as i32 - 127) as f32;
    let rest = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    let ratio = (rest - 1.0) / (rest + 1.0);
    let square = ratio * ratio;
    let series = 1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0 + square / 9.0)));
    exponent * std::f32::consts::LN_2 + 2.0 * ratio * series
}

/// Leaves the phases of a covariance only, each of one weight.
fn phases(matrix: &mut [Value], rows: usize, weight: f64) {
    for (at, value) in matrix.iter_mut().enumerate() {
        let size = value.norm();
        let apart = at / rows != at % rows && size > 0.0;
        *value = if apart { *value * (weight / size) } else { Value::new(0.0, 0.0) };
    }
}

/// Half the width around a peak that holds 95 % of the likelihood, in parts of a degree.
fn width(gain: &[f32], peak: usize) -> f64 {
    let weight = |at: usize| f64::from((gain[at % GRID] - gain[peak]) / TEMPER).exp();
    let wanted = 0.95 * (0..GRID).map(weight).sum::<f64>();
    let mut held = weight(peak);
    if held >= wanted {
        return 0.5 * wanted / held;
    }
    for half in 1..GRID / 2 {
        let more = weight(peak + half) + weight(peak + GRID - half);
        if held + more >= wanted {
            return half as f64 - 0.5 + (wanted - held) / more;
        }
        held += more;
    }
    (GRID / 2) as f64
}

/// Half the width in which the top lies in 95 of 100 cases, from how far the slopes of bands scatter there: the variance of an estimate
/// whose likelihood is not quite the true one (Huber 1967; White 1982). Each band: the gain a degree before, at and after the top.
fn disagreement(bands: &[[f64; 3]]) -> f64 {
    let slope = |band: &[f64; 3]| 0.5 * (band[2] - band[0]);
    let bend = |band: &[f64; 3]| 2.0 * band[1] - band[0] - band[2];
    let bends: f64 = bands.iter().map(bend).sum();
    if bends <= 0.0 {
        return (GRID / 2) as f64;
    }
    let off = (bands.iter().map(slope).sum::<f64>() / bends).clamp(-0.5, 0.5);
    let scatter: f64 = bands.iter().map(|band| (slope(band) - off * bend(band)).powi(2)).sum();
    1.96 * scatter.sqrt() / bends
}

/// The highest peak that is not part of the first, and its share of it.
fn second(gain: &[f32], best: usize) -> Option<(usize, f64)> {
    let around = |at: usize, off: usize| gain[(at + off) % GRID];
    let apart = |at: &usize| turn_deg(best as f64, *at as f64).abs() >= SECOND_APART_DEG;
    let peak =
        |at: &usize| gain[*at] > 0.0 && gain[*at] >= around(*at, 1) && gain[*at] > around(*at, GRID - 1);
    let peaks = (0..GRID).filter(apart).filter(peak);
    let at = peaks.max_by(|one, other| gain[*one].total_cmp(&gain[*other]))?;
    Some((at, f64::from(gain[at] / gain[best])))
}

fn pairs_of(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).flat_map(move |one| (one + 1..rows).map(move |other| (one, other)))
}

fn highest(values: &[f32]) -> usize {
    (0..values.len()).max_by(|one, other| values[*one].total_cmp(&values[*other])).unwrap_or(0)
}

/// Where a parabola through a peak and its neighbours has its top.
fn refined(values: &[f32], peak: usize) -> f64 {
    let at = |off: usize| f64::from(values[(peak + off) % values.len()]);
    let (before, top, after) = (at(values.len() - 1), at(0), at(1));
    let bend = before - 2.0 * top + after;
    let off = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
    peak as f64 + off.clamp(-0.5, 0.5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sim::scene::{Noise, Sensor, Sound, Soundscape, Spot, Surroundings};

    use super::*;
    use crate::plan::Moment;

    const RATE: u32 = 16_000;

    /// What is found of a bang from a direction, before which another place was loud; the sounds hold `before` seconds.
    fn found(sensor: &Sensor, towards_deg: f64, loud_deg: Option<f64>, seed: u64) -> Option<Bearing> {
        found_of(sensor, towards_deg, 104.0, loud_deg, seed)
    }

    /// The same of a bang with a level at a metre, in dB SPL.
    fn found_of(
        sensor: &Sensor,
        towards_deg: f64,
        level_db: f64,
        loud_deg: Option<f64>,
        seed: u64,
    ) -> Option<Bearing> {
        let mut scene =
            Soundscape::new(seed, RATE, Surroundings::square(90.0, 70.0, 0.6), vec![sensor.clone()]);
        scene.around(50.0, 8);
        if let Some(loud_deg) = loud_deg {
            let crowd = Sound::Crowd.clip(RATE, 4.0, scene.dice());
            scene.lasts(sensor.at.moved(loud_deg, 15.0), &crowd, 100.0);
        }
        let place = sensor.at.moved(towards_deg, 20.0);
        let bang = Sound::Firework.clip(RATE, 0.0, scene.dice());
        let truth = scene.happens(2.0, place, &bang, level_db);
        let mut finder =
            Finder::new(Array::new(sensor.microphones.clone(), sensor.heading_deg).unwrap(), RATE, 15.0)
                .unwrap();
        let window = |channels| Window::new(Moment::from_micros(0), RATE, channels).unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "two seconds of samples")]
        let before = (truth.arrivals[0].at_s * f64::from(RATE)) as usize - 8;
        finder.listen(&window(scene.next(0, before).channels));
        finder.find(&finder.freeze(), &window(scene.next(0, 8_192).channels))
    }

    /// A crowd as loud as that hides a bang of 104 dB; one of 122 dB rises out of it.
    #[test]
    fn a_bang_is_found_in_a_square_beside_a_crowd_or_not_at_all() {
        for (seed, towards_deg) in [(1, 12.0), (2, 101.5), (3, 200.25), (4, 333.0)] {
            let sensor = Sensor::circle(Spot::new(4.0, -3.0, 1.5), 77.0, 4, 0.05);
            let crowd = Some(towards_deg + 60.0);
            for (level_db, loud_deg) in [(104.0, None), (116.0, None), (122.0, crowd), (130.0, crowd)] {
                let bearing = found_of(&sensor, towards_deg, level_db, loud_deg, seed).unwrap();
                let off = turn_deg(towards_deg, bearing.towards_deg).abs();
                assert!(off <= 3.0_f64.max(bearing.width_deg), "{towards_deg} {loud_deg:?}: {bearing:?}");
                assert!(bearing.width_deg < 10.0, "{bearing:?}");
            }
            let hidden = found_of(&sensor, towards_deg, 104.0, crowd, seed);
            let off = |one: Bearing| turn_deg(towards_deg, one.towards_deg).abs();
            assert!(hidden.is_none_or(|one| off(one) <= 3.0_f64.max(one.width_deg)), "{hidden:?}");
        }
    }

    #[test]
    fn a_row_of_microphones_says_that_it_cannot_tell_its_sides_apart() {
        let row = vec![[-0.12, 0.0], [-0.04, 0.0], [0.04, 0.0], [0.12, 0.0]];
        let sensor = Sensor { microphones: row, ..Sensor::single(Spot::new(0.0, 0.0, 1.5)) };
        let bearing = found(&sensor, 30.0, None, 5).unwrap();
        let second = bearing.second.unwrap();
        let off = |at: f64| turn_deg(30.0, at).abs().min(turn_deg(150.0, at).abs());
        assert!(off(bearing.towards_deg) < 3.0 && off(second.towards_deg) < 3.0, "{bearing:?}");
        assert!(second.share > 0.95, "{bearing:?}");
    }

    #[test]
    fn silence_and_another_array_have_no_direction() {
        let array = Array::new(vec![[0.05, 0.0], [-0.05, 0.0], [0.0, 0.05]], 0.0).unwrap();
        let finder = Finder::new(array, RATE, 15.0).unwrap();
        let window =
            |count: usize| Window::new(Moment::from_micros(0), RATE, vec![vec![0.0; 8_192]; count]).unwrap();
        assert_eq!(finder.find(&finder.freeze(), &window(3)), None);
        assert_eq!(finder.find(&finder.freeze(), &window(4)), None);
    }

    #[test]
    fn logarithms_have_five_digits() {
        for value in [1.0_f32, 1.000_1, 1.3, 1.999, 2.0, 57.0, 1e9, 3e30] {
            let off = (logarithm(value) - value.ln()).abs();
            assert!(off <= 1e-5 * value.ln().max(1.0), "{value}: {off}");
        }
    }

    #[test]
    fn bands_that_disagree_make_a_width() {
        let band = |top: f64| [-1.0, 0.0, 1.0].map(|at: f64| -(at - top).powi(2));
        let agreeing = disagreement(&[0.1; 20].map(band));
        let wide: Vec<[f64; 3]> = (0..20).map(|at| band(if at % 2 == 0 { 2.0 } else { -2.0 })).collect();
        assert!(agreeing < 1e-6, "{agreeing}");
        // Twenty that are two degrees off: their mean is 2 / sqrt(20) off.
        assert!((disagreement(&wide) - 1.96 * 2.0 / 20.0_f64.sqrt()).abs() < 0.01);
        assert!(disagreement(&[[0.0; 3]; 3]) >= 180.0, "flat is anywhere");
    }

    #[test]
    fn microphones_that_are_no_array_are_refused() {
        assert_eq!(Array::new(vec![[0.0, 0.0]], 0.0), Err(NotAnArray::Microphones(1)));
        assert_eq!(Array::new(vec![[0.0, 0.0]; 2], 0.0), Err(NotAnArray::Places));
        assert_eq!(Array::new(vec![[0.0, 0.0], [f64::NAN, 1.0]], 0.0), Err(NotAnArray::Places));
        assert_eq!(Array::new(vec![[0.0, 0.0], [9.0, 1.0]], 0.0), Err(NotAnArray::Places));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_array_in_a_plane_finds_a_loud_bang(
            count in 3_usize..9, radius in 0.03_f64..0.12, heading in 0.0_f64..360.0, towards in 0.0_f64..360.0, seed in 0_u64..1_000,
        ) {
            let sensor = Sensor::circle(Spot::new(0.0, 0.0, 1.5), heading, count, radius);
            let bearing = found(&sensor, towards, None, seed).unwrap();
            prop_assert!(turn_deg(towards, bearing.towards_deg).abs() <= 3.0_f64.max(bearing.width_deg), "{bearing:?}");
        }

        #[test]
        fn noise_of_any_kind_gives_numbers_or_nothing(loud in -9.0_f32..3.0, seed in 0_u64..1_000) {
            let array = Array::new(vec![[0.05, 0.0], [-0.05, 0.0], [0.0, 0.05]], 90.0).unwrap();
            let mut finder = Finder::new(array, RATE, 15.0).unwrap();
            let mut noise = Noise::new(&sim::Dice::new(seed));
            let mut window = |scale: f32| {
                let channels = (0..3).map(|_| (0..8_192).map(|_| scale * noise.normal()).collect()).collect();
                Window::new(Moment::from_micros(0), RATE, channels).unwrap()
            };
            finder.listen(&window(10.0_f32.powf(loud)));
            if let Some(bearing) = finder.find(&finder.freeze(), &window(1.0)) {
                prop_assert!((0.0..360.0).contains(&bearing.towards_deg) && bearing.width_deg <= 180.0);
                prop_assert!(bearing.over_background_db.is_finite());
            }
        }
    }
}
