//! What goes into a network: a piece of a window at the network's own rate, as it is or as a picture.
//!
//! Not here: the picture that models learned here look at (`spectrum`).

use realfft::RealFftPlanner;

use super::description::{Description, Layout, Mel, MelScale, Scale};
use crate::ear::Window;

/// Share of a piece that lies before its loudest moment, when there is more sound than goes in.
const BEFORE_SHARE: f64 = 0.25;
/// Mean energy of a sample below which a window is taken for digital silence.
const SILENCE: f32 = 1e-12;

/// The samples of the first microphone around its loudest moment, at a rate; silence after what is shorter. `None` when it is silent.
pub(super) fn piece(window: &Window, rate_hz: u32, samples: usize) -> Option<Vec<f32>> {
    let heard = &window.channels()[0];
    if heard.iter().map(|one| one * one).sum::<f32>() / (heard.len() as f32) < SILENCE {
        return None;
    }
    let mut heard = at_rate(heard, window.rate_hz(), rate_hz)?;
    if heard.len() > samples {
        let step = (rate_hz / 100) as usize;
        let energies = heard.chunks(step).map(|piece| piece.iter().map(|one| one * one).sum::<f32>());
        let loudest = energies.enumerate().max_by(|one, two| one.1.total_cmp(&two.1))?.0 * step;
        let from =
            loudest.saturating_sub((samples as f64 * BEFORE_SHARE) as usize).min(heard.len() - samples);
        heard.drain(..from);
    }
    heard.resize(samples, 0.0);
    Some(heard)
}

/// Samples at another rate, through their spectrum: what the lower rate cannot hold is left out.
fn at_rate(samples: &[f32], from_hz: u32, to_hz: u32) -> Option<Vec<f32>> {
    if from_hz == to_hz {
        return Some(samples.to_vec());
    }
    let length = (samples.len() as f64 * f64::from(to_hz) / f64::from(from_hz)).round().max(1.0) as usize;
    let mut planner = RealFftPlanner::<f32>::new();
    let (there, back) = (planner.plan_fft_forward(samples.len()), planner.plan_fft_inverse(length));
    let (mut input, mut spectrum) = (samples.to_vec(), there.make_output_vec());
    there.process(&mut input, &mut spectrum).ok()?;
    let mut kept = back.make_input_vec();
    let both = kept.len().min(spectrum.len());
    kept[..both].copy_from_slice(&spectrum[..both]);
    // The first and the middle bin of a real signal have no angle.
    let last = kept.len() - 1;
    kept[0].im = 0.0;
    if length.is_multiple_of(2) {
        kept[last].im = 0.0;
    }
    let mut out = back.make_output_vec();
    back.process(&mut kept, &mut out).ok()?;
    out.iter_mut().for_each(|one| *one /= samples.len() as f32);
    Some(out)
}

/// How samples become numbers.
pub(super) struct Input(Option<Picture>);

struct Picture {
    mel: Mel,
    samples: usize,
    shape: Vec<f32>,
    /// For each band its weight in each bin of the transform.
    filters: Vec<Vec<f32>>,
}

impl Input {
    pub(super) fn new(description: &Description) -> Self {
        Self(description.mel.as_ref().map(|mel| Picture {
            mel: mel.clone(),
            samples: description.samples,
            shape: hann(mel.frame, mel.transform),
            filters: filters(mel, description.rate_hz),
        }))
    }

    /// The numbers of so many samples.
    pub(super) fn of(&self, samples: &[f32]) -> Vec<f32> {
        self.0.as_ref().map_or_else(|| samples.to_vec(), |picture| picture.of(samples))
    }
}

impl Picture {
    fn of(&self, samples: &[f32]) -> Vec<f32> {
        let Mel { hop, transform: length, bands, .. } = self.mel;
        let frames = self.mel.frames(self.samples);
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(length);
        let mut spectrum = transform.make_output_vec();
        let mut out = vec![0.0; frames * bands];
        for frame in 0..frames {
            // A frame shorter than its transform has noughts on both sides of it.
            let before = if self.mel.centred { length / 2 } else { (length - self.mel.frame) / 2 };
            let mut piece: Vec<f32> = (0..length)
                .zip(&self.shape)
                .map(|(at, weight)| {
                    weight * self.sample(samples, (frame * hop + at).checked_signed_diff(before))
                })
                .collect();
            if transform.process(&mut piece, &mut spectrum).is_err() {
                continue;
            }
            let power = |bin: &realfft::num_complex::Complex<f32>| {
                if self.mel.exponent == 1 { bin.norm() } else { bin.norm_sqr() }
            };
            let powers: Vec<f32> = spectrum.iter().map(power).collect();
            for (band, filter) in self.filters.iter().enumerate() {
                let sum: f32 = filter.iter().zip(&powers).map(|(weight, power)| weight * power).sum();
                let at = match self.mel.layout {
                    Layout::FramesThenBands => frame * bands + band,
                    Layout::BandsThenFrames => band * frames + frame,
                };
                out[at] = (self.logarithm(sum) - self.mel.mean) / self.mel.deviation;
            }
        }
        out
    }

    /// A sample by its place, which may lie outside: mirrored there when frames are centred, else silence.
    fn sample(&self, samples: &[f32], at: Option<isize>) -> f32 {
        let last = isize::try_from(samples.len()).unwrap_or(isize::MAX) - 1;
        let at = at.map(|at| match at {
            before if before < 0 && self.mel.centred => -before,
            after if after > last && self.mel.centred => 2 * last - after,
            inside => inside,
        });
        at.and_then(|at| samples.get(usize::try_from(at).ok()?)).copied().unwrap_or(0.0)
    }

    fn logarithm(&self, sum: f32) -> f32 {
        match self.mel.scale {
            Scale::Natural => (sum + self.mel.add).ln(),
            Scale::Decibels => 10.0 * (sum + self.mel.add).log10(),
        }
    }
}

/// A periodic Hann window, with noughts on both sides up to a length.
fn hann(frame: usize, length: usize) -> Vec<f32> {
    let before = (length - frame) / 2;
    let mut out = vec![0.0; length];
    for (at, to) in out.iter_mut().skip(before).take(frame).enumerate() {
        *to = (std::f64::consts::PI * at as f64 / frame as f64).sin().powi(2) as f32;
    }
    out
}

/// Triangles over the bins of a transform, evenly spaced in mel.
fn filters(mel: &Mel, rate_hz: u32) -> Vec<Vec<f32>> {
    let (low, high) = (to_mel(mel.mel_scale, mel.from_hz), to_mel(mel.mel_scale, mel.until_hz));
    let edge = |at: usize| to_hz(mel.mel_scale, low + (high - low) * at as f64 / (mel.bands + 1) as f64);
    let bin_hz = f64::from(rate_hz) / mel.transform as f64;
    let triangle = |band: usize| {
        let (left, middle, right) = (edge(band), edge(band + 1), edge(band + 2));
        let height = match mel.mel_scale {
            MelScale::Htk => 1.0,
            MelScale::Slaney => 2.0 / (right - left),
        };
        let weight = |bin: usize| {
            let hz = bin as f64 * bin_hz;
            let inside = ((hz - left) / (middle - left)).min((right - hz) / (right - middle)).max(0.0);
            (inside * height) as f32
        };
        (0..=mel.transform / 2).map(weight).collect()
    };
    (0..mel.bands).map(triangle).collect()
}

/// Below this, in hertz, the scale of Slaney is straight.
const STRAIGHT_HZ: f64 = 1_000.0;
/// Hertz per mel there.
const STRAIGHT_STEP: f64 = 200.0 / 3.0;
/// Mel per natural logarithm above.
const CURVED_STEP: f64 = 0.068_751_777_420_949_12;

fn to_mel(scale: MelScale, hz: f32) -> f64 {
    let hz = f64::from(hz);
    match scale {
        MelScale::Htk => 2_595.0 * (1.0 + hz / 700.0).log10(),
        MelScale::Slaney if hz < STRAIGHT_HZ => hz / STRAIGHT_STEP,
        MelScale::Slaney => STRAIGHT_HZ / STRAIGHT_STEP + (hz / STRAIGHT_HZ).ln() / CURVED_STEP,
    }
}

fn to_hz(scale: MelScale, mel: f64) -> f64 {
    let straight = STRAIGHT_HZ / STRAIGHT_STEP;
    match scale {
        MelScale::Htk => 700.0 * (10f64.powf(mel / 2_595.0) - 1.0),
        MelScale::Slaney if mel < straight => mel * STRAIGHT_STEP,
        MelScale::Slaney => STRAIGHT_HZ * ((mel - straight) * CURVED_STEP).exp(),
    }
}
