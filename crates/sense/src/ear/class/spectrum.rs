//! Sound as a picture: how much there is in each band of hearing, a hundred times a second.
//!
//! Not here: what is read off the picture (`statistics`, `patches`).

use nalgebra::DMatrix;
use realfft::RealFftPlanner;

use super::super::Window;

/// Bands of the picture, evenly spaced in mel.
pub(super) const BANDS: usize = 64;
/// Coefficients kept of the cosine transform over the bands.
pub(super) const CEPSTRA: usize = 24;
/// Pictures per second.
pub(super) const FRAMES_PER_SECOND: f64 = 100.0;
/// What is that much below the loudest is silence, in dB.
const FLOOR_DB: f32 = 80.0;
/// Length of the piece of sound that a frame looks at, in seconds.
const FRAME_SECONDS: f64 = 0.0464;
/// The lengths of transforms are multiples of this: all are products of small primes at the rates in use.
const LENGTH_STEP: usize = 64;
/// Lowest frequency that is looked at, in hertz: below is wind and rumble.
const BOTTOM_HZ: f32 = 40.0;
/// Mean energy of a sample below which a window is taken for digital silence.
const SILENCE: f32 = 1e-12;

/// A window as a picture.
pub(super) struct Picture {
    /// dB below the loudest band of the window, 0 to -80: bands x frames.
    pub(super) bands: DMatrix<f32>,
    /// The cosine transform of each frame: coefficients x frames. The first is the level of the frame.
    pub(super) cepstra: DMatrix<f32>,
    /// dB below the loudest frame, 0 to -80.
    pub(super) level: Vec<f32>,
}

impl Picture {
    /// The picture of the first microphone, up to a frequency; `None` when it is silent or its rate does not reach that frequency.
    pub(super) fn of(window: &Window, top_hz: u32) -> Option<Self> {
        let samples = &window.channels()[0];
        let rate = window.rate_hz();
        let energy = samples.iter().map(|one| one * one).sum::<f32>() / samples.len() as f32;
        if top_hz > rate / 2 || energy < SILENCE {
            return None;
        }
        let (mut bands, energies) = powers(samples, rate, top_hz);
        let loudest = bands.max().max(f32::MIN_POSITIVE);
        let loudest_frame = energies.iter().fold(f32::MIN_POSITIVE, |most, one| most.max(*one));
        bands.apply(|one| *one = decibels(*one / loudest));
        let level = energies.iter().map(|one| decibels(one / loudest_frame)).collect();
        let cepstra = cosines(CEPSTRA, BANDS) * &bands;
        Some(Self { bands, cepstra, level })
    }
}

fn decibels(ratio: f32) -> f32 {
    (10.0 * ratio.max(1e-12).log10()).max(-FLOOR_DB)
}

/// The first rows of the cosine transform of a length (type II, orthonormal): rows x length.
pub(super) fn cosines(rows: usize, length: usize) -> DMatrix<f32> {
    DMatrix::from_fn(rows, length, |row, at| {
        let scale = if row == 0 { 1.0 } else { std::f64::consts::SQRT_2 } / (length as f64).sqrt();
        let angle = std::f64::consts::PI * row as f64 * (at as f64 + 0.5) / length as f64;
        (scale * angle.cos()) as f32
    })
}

/// Mean power per band and frame, and the sum over the bands per frame.
fn powers(samples: &[f32], rate: u32, top_hz: u32) -> (DMatrix<f32>, Vec<f32>) {
    let rate_hz = f64::from(rate);
    let steps = (rate_hz * FRAME_SECONDS / LENGTH_STEP as f64).round().max(1.0);
    let length = steps as usize * LENGTH_STEP;
    let hop = rate_hz / FRAMES_PER_SECOND;
    let frames = samples.len().saturating_sub(length) as f64 / hop;
    let frames = frames as usize + 1;
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(length);
    let (mut spectrum, mut scratch) = (transform.make_output_vec(), transform.make_scratch_vec());
    let shape: Vec<f32> = (0..length)
        .map(|at| (std::f64::consts::PI * at as f64 / (length - 1) as f64).sin().powi(2) as f32)
        .collect();
    let filters = filters(length, rate, top_hz);
    let (mut piece, mut power) = (vec![0.0; length], vec![0.0; spectrum.len()]);
    let mut bands = DMatrix::zeros(BANDS, frames);
    let mut energies = Vec::with_capacity(frames);
    for (frame, mut column) in bands.column_iter_mut().enumerate() {
        let from = (frame as f64 * hop) as usize;
        let until = (from + length).min(samples.len());
        piece.fill(0.0);
        for ((to, sample), weight) in piece.iter_mut().zip(&samples[from..until]).zip(&shape) {
            *to = sample * weight;
        }
        if transform.process_with_scratch(&mut piece, &mut spectrum, &mut scratch).is_err() {
            continue;
        }
        power.iter_mut().zip(&spectrum).for_each(|(to, bin)| *to = bin.re * bin.re + bin.im * bin.im);
        for (to, filter) in column.iter_mut().zip(&filters) {
            let bins = &power[filter.first..filter.first + filter.weights.len()];
            *to = product(bins, &filter.weights);
        }
        energies.push(column.sum());
    }
    (bands, energies)
}

/// The sum of products of two slices of one length, in eight sums that a processor works out at once.
fn product(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let ((one, one_rest), (other, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    for (one, other) in one.iter().zip(other) {
        sums.iter_mut().zip(one).zip(other).for_each(|((sum, one), other)| *sum += one * other);
    }
    sums.iter().sum::<f32>() + one_rest.iter().zip(other_rest).map(|(one, other)| one * other).sum::<f32>()
}

/// A triangle over bins, of sum one.
struct Filter {
    first: usize,
    weights: Vec<f32>,
}

fn filters(length: usize, rate: u32, top_hz: u32) -> Vec<Filter> {
    let mel = |hz: f32| 2595.0 * (1.0 + hz / 700.0).log10();
    let hertz = |mel: f32| 700.0 * (10f32.powf(mel / 2595.0) - 1.0);
    let (low, high) = (mel(BOTTOM_HZ), mel(top_hz as f32));
    let edge = |at: usize| hertz(low + (high - low) * at as f32 / (BANDS + 1) as f32);
    let bin_hz = rate as f32 / length as f32;
    let filter = |band: usize| {
        let (left, middle, right) = (edge(band), edge(band + 1), edge(band + 2));
        let first = (left / bin_hz).ceil() as usize;
        let last = ((right / bin_hz).floor() as usize).clamp(first, length / 2);
        let height = |bin: usize| {
            let hz = bin as f32 * bin_hz;
            ((hz - left) / (middle - left)).min((right - hz) / (right - middle)).max(0.0)
        };
        let mut weights: Vec<f32> = (first..=last).map(height).collect();
        let sum: f32 = weights.iter().sum();
        // A band narrower than a bin takes the bin nearest to it.
        if sum < 1e-3 {
            return Filter {
                first: ((middle / bin_hz).round() as usize).min(length / 2),
                weights: vec![1.0],
            };
        }
        weights.iter_mut().for_each(|one| *one /= sum);
        Filter { first, weights }
    };
    (0..BANDS).map(filter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Moment;

    fn tone(hz: f32, rate: u32, gain: f32) -> Window {
        let samples = (0..rate).map(|at| gain * (std::f32::consts::TAU * hz * at as f32 / rate as f32).sin());
        Window::new(Moment::from_micros(0), rate, vec![samples.collect()]).unwrap()
    }

    fn loudest(picture: &Picture) -> usize {
        picture.bands.column(20).imax()
    }

    #[test]
    fn a_tone_stands_in_its_band_at_any_rate_and_level() {
        let low = loudest(&Picture::of(&tone(500.0, 48_000, 0.5), 7_800).unwrap());
        let high = loudest(&Picture::of(&tone(4_000.0, 48_000, 0.5), 7_800).unwrap());
        assert!(low + 20 < high, "{low} {high}");
        for rate in [16_000, 22_050, 44_100] {
            let other = Picture::of(&tone(4_000.0, rate, 0.001), 7_800).unwrap();
            assert!(loudest(&other).abs_diff(high) <= 1, "{rate}");
            assert!(other.level.iter().all(|one| (-1.0..=0.0).contains(one)), "{rate}");
        }
    }

    #[test]
    fn silence_and_too_low_a_rate_give_none() {
        let at = Moment::from_micros(0);
        let silent = Window::new(at, 16_000, vec![vec![0.0; 16_000]]).unwrap();
        assert!(Picture::of(&silent, 7_800).is_none());
        assert!(Picture::of(&tone(500.0, 8_000, 0.5), 7_800).is_none());
        let short = Window::new(at, 16_000, vec![vec![0.5]]).unwrap();
        assert_eq!(Picture::of(&short, 7_800).unwrap().level.len(), 1);
    }
}
