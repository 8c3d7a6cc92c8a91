//! Short spectra of a window, and how the microphones of an array vary together in each band.
//!
//! Not here: directions.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use super::hermitian::Value;
use super::window::Window;

/// The length of a short spectrum, near which a power of two is taken, in seconds.
const FRAME_SECONDS: f64 = 0.032;

/// Makes short spectra at one rate.
pub(super) struct Spectra {
    transform: Arc<dyn RealToComplex<f32>>,
    shape: Vec<f32>,
    /// The lines of the spectrum that are kept.
    lines: Vec<usize>,
}

/// The spectra of one window: per microphone, frame after frame, the kept lines.
pub(super) struct Frames {
    microphones: Vec<Vec<Complex<f32>>>,
    lines: usize,
    /// How many frames.
    pub(super) count: usize,
}

impl Spectra {
    /// For a rate and the lines to keep between two tones, no more than `lines_max` of them.
    pub(super) fn new(rate_hz: u32, low_hz: f64, high_hz: f64, lines_max: usize) -> Self {
        let length = frame_samples(rate_hz);
        let transform = RealFftPlanner::new().plan_fft_forward(length);
        let turn = |at: usize| std::f32::consts::TAU * (at as f32 + 0.5) / length as f32;
        let shape = (0..length).map(|at| 0.5 - 0.5 * turn(at).cos()).collect();
        let step = f64::from(rate_hz) / length as f64;
        let wanted: Vec<usize> =
            (1..length / 2).filter(|line| (low_hz..=high_hz).contains(&(*line as f64 * step))).collect();
        let every = wanted.len().div_ceil(lines_max.max(1)).max(1);
        let lines = wanted.into_iter().step_by(every).collect();
        Self { transform, shape, lines }
    }

    /// The tones of the kept lines, in hertz.
    pub(super) fn tones_hz(&self, rate_hz: u32) -> Vec<f64> {
        let step = f64::from(rate_hz) / self.shape.len() as f64;
        self.lines.iter().map(|line| *line as f64 * step).collect()
    }

    /// Samples from one frame to the next.
    pub(super) fn hop(&self) -> usize {
        self.shape.len() / 2
    }

    /// The spectra of a window. A window shorter than a frame has none.
    pub(super) fn of(&self, window: &Window) -> Frames {
        let length = self.shape.len();
        let count = if window.samples() < length { 0 } else { (window.samples() - length) / self.hop() + 1 };
        let mut input = vec![0.0; length];
        let mut output = self.transform.make_output_vec();
        let mut room = self.transform.make_scratch_vec();
        let mut one = |channel: &Vec<f32>| {
            let mut kept = Vec::with_capacity(count * self.lines.len());
            for frame in 0..count {
                let samples = &channel[frame * self.hop()..][..length];
                let shaped = samples.iter().zip(&self.shape).map(|(sample, shape)| sample * shape);
                input.iter_mut().zip(shaped).for_each(|(input, shaped)| *input = shaped);
                // The only error is a buffer of another length, and these are the transform's own.
                let _ = self.transform.process_with_scratch(&mut input, &mut output, &mut room);
                kept.extend(self.lines.iter().map(|line| output[*line]));
            }
            kept
        };
        let microphones = window.channels().iter().map(&mut one).collect();
        Frames { microphones, lines: self.lines.len(), count }
    }
}

impl Frames {
    /// The mean power of a line over the microphones, frame by frame; gives the mean over the frames.
    pub(super) fn powers(&self, line: usize, out: &mut [f32]) -> f64 {
        let share = 1.0 / self.microphones.len() as f32;
        out.fill(0.0);
        for microphone in &self.microphones {
            let values = microphone.iter().skip(line).step_by(self.lines);
            out.iter_mut().zip(values).for_each(|(out, one)| *out += share * one.norm_sqr());
        }
        f64::from(out.iter().sum::<f32>()) / self.count.max(1) as f64
    }

    /// Adds the covariance of a line to a matrix: the sum over its frames, each by its own weight where there are weights, times one
    /// for all.
    pub(super) fn covariance(&self, line: usize, weights: Option<&[f32]>, weight: f64, out: &mut [Value]) {
        let rows = self.microphones.len();
        for row in 0..rows {
            for column in row..rows {
                let (one, other) = (&self.microphones[row], &self.microphones[column]);
                let mut sum = Complex::new(0.0_f32, 0.0);
                for frame in 0..self.count {
                    let at = frame * self.lines + line;
                    let own = weights.map_or(1.0, |weights| weights[frame]);
                    sum += one[at] * other[at].conj() * own;
                }
                let sum = Value::new(f64::from(sum.re), f64::from(sum.im)) * weight;
                out[row * rows + column] += sum;
                if row != column {
                    out[column * rows + row] += sum.conj();
                }
            }
        }
    }
}

/// The samples of a frame at a rate.
fn frame_samples(rate_hz: u32) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand at most")]
    let wanted = (f64::from(rate_hz) * FRAME_SECONDS) as usize;
    wanted.next_power_of_two()
}
