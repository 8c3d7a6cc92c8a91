//! Whether a window sounds like someone speaking. The answer only ever discards: it says nothing of what was said, of who said it or
//! in what language, and nothing of the window is kept.
//!
//! Speech is voiced a good part of the time, at the pitch of a voice, with a pitch that glides instead of jumping; the shape of
//! its spectrum moves from vowel to vowel, and it starts and stops a few times a second. An engine has the pitch but stands still, a
//! siren is too high, a bang is over before a syllable is. A scream is too high as well, and is no speech.
//!
//! Not here: what a sound was (`class`).

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::Window;

/// Length of a frame, and the time from one to the next, in seconds.
const FRAME_S: f64 = 0.040;
const STEP_S: f64 = 0.010;
/// The band of a telephone, and a little below: what speech is understood by, in hertz.
const BAND_HZ: [f64; 2] = [80.0, 3_400.0];
/// Pitches that are looked for, and those that a speaking voice has, in hertz.
const PITCH_HZ: [f64; 2] = [70.0, 1_000.0];
const VOICE_HZ: [f64; 2] = [75.0, 420.0];
/// Frames so far below the loudest are pauses, in dB.
const ACTIVE_DB: f32 = 25.0;
/// How alike a voiced frame is to itself one period later, at least.
const HARMONIC_FROM: f32 = 0.6;
/// Among peaks of likeness the shortest period is taken that comes so near to the highest.
const NEAR_HIGHEST: f32 = 0.9;
/// A pitch that glides changes by less than this from frame to frame, in octaves.
const GLIDE_OCTAVES: f32 = 0.06;
/// Edges of the bands in which the shape of the spectrum is followed, in hertz.
const SHAPE_HZ: [f64; 9] = [200.0, 400.0, 600.0, 850.0, 1_150.0, 1_500.0, 2_000.0, 2_600.0, 3_400.0];
const SHAPES: usize = SHAPE_HZ.len() - 1;
/// Frames that a syllable lasts at least.
const SYLLABLE_FRAMES: usize = 5;

/// How like speech a window is, in the terms it is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SpeechLikeness {
    /// Share of the active frames that are voiced at the pitch of a voice.
    pub voiced: f32,
    /// Share of the steps from one voiced frame to the next in which the pitch glides.
    pub gliding: f32,
    /// How much the shape of the spectrum of voiced frames moves, in dB.
    pub moving_db: f32,
    /// Stretches of voice in a second.
    pub syllables_per_s: f32,
}

impl SpeechLikeness {
    /// From which on it is taken for speech. Set on synthesised voices of six languages, clean and in noise down to 5 dB, and on
    /// clips without voices; others are measured in `bench/results/sense.md`.
    const FROM: Self = Self { voiced: 0.2, gliding: 0.7, moving_db: 4.0, syllables_per_s: 1.3 };

    /// The same for a voice that is all voice.
    const CALLED: Self = Self { voiced: 0.45, moving_db: 3.0, ..Self::FROM };

    /// Of the first microphone.
    pub fn of(window: &Window) -> Self {
        Frames::of(window).likeness(window.seconds())
    }

    /// Whether it may be the begin of speech: a voice's tone that glides. A fraction of a second is enough to tell.
    pub fn is_voiced(&self) -> bool {
        self.voiced >= Self::FROM.voiced && self.gliding >= Self::FROM.gliding
    }

    /// Whether the window is to be discarded. What is voiced for half of the time, as a shout is, may move less: its high pitch leaves
    /// few tones to tell its vowels by.
    pub fn is_speech(&self) -> bool {
        let moving_db =
            if self.voiced >= Self::CALLED.voiced { Self::CALLED.moving_db } else { Self::FROM.moving_db };
        self.is_voiced() && self.moving_db >= moving_db && self.syllables_per_s >= Self::FROM.syllables_per_s
    }
}

/// What is read off each frame.
struct Frames {
    /// Level in the band, in dB.
    level: Vec<f32>,
    /// Likeness to itself one period later, and that period's pitch in hertz (nought without one).
    pitch: Vec<(f32, f32)>,
    /// Levels in the bands of the shape, in dB.
    shape: Vec<[f32; SHAPES]>,
}

impl Frames {
    fn of(window: &Window) -> Self {
        let samples = &window.channels()[0];
        let mut meter = Meter::new(f64::from(window.rate_hz()));
        let step = f64::from(window.rate_hz()) * STEP_S;
        let count = (samples.len().saturating_sub(meter.length) as f64 / step) as usize + 1;
        let mut frames = Self { level: Vec::new(), pitch: Vec::new(), shape: Vec::new() };
        for frame in 0..count {
            let from = (frame as f64 * step) as usize;
            meter.read(&samples[from..(from + meter.length).min(samples.len())]);
            frames.level.push(decibels(meter.power.iter().sum()));
            frames.shape.push(meter.shape());
            frames.pitch.push(meter.pitch());
        }
        frames
    }

    fn likeness(&self, seconds: f64) -> SpeechLikeness {
        let loudest = self.level.iter().fold(f32::MIN, |most, one| most.max(*one));
        let active = |at: &usize| self.level[*at] > loudest - ACTIVE_DB;
        let in_voice = |hz: f32| (VOICE_HZ[0]..=VOICE_HZ[1]).contains(&f64::from(hz));
        let is_voiced =
            |at: usize| active(&at) && self.pitch[at].0 > HARMONIC_FROM && in_voice(self.pitch[at].1);
        let voiced: Vec<bool> = (0..self.level.len()).map(is_voiced).collect();
        let voices = voiced.iter().filter(|one| **one).count();
        if voices == 0 {
            return SpeechLikeness::default();
        }
        let steps = (1..voiced.len()).filter(|at| voiced[*at] && voiced[at - 1]);
        let (mut all, mut gliding) = (0usize, 0usize);
        for at in steps {
            all += 1;
            gliding += usize::from((self.pitch[at].1 / self.pitch[at - 1].1).log2().abs() < GLIDE_OCTAVES);
        }
        let syllables = voiced
            .chunk_by(|one, two| one == two)
            .filter(|run| run[0] && run.len() >= SYLLABLE_FRAMES)
            .count();
        SpeechLikeness {
            voiced: voices as f32 / (0..self.level.len()).filter(active).count() as f32,
            gliding: gliding as f32 / all.max(1) as f32,
            moving_db: self.movement(&voiced, voices),
            syllables_per_s: (syllables as f64 / seconds) as f32,
        }
    }

    /// The mean, over the bands, of how far the shape strays from its mean.
    fn movement(&self, voiced: &[bool], voices: usize) -> f32 {
        let (mut sum, mut square) = ([0.0f32; SHAPES], [0.0f32; SHAPES]);
        for shape in self.shape.iter().zip(voiced).filter(|(_, voiced)| **voiced).map(|(shape, _)| shape) {
            let mean = shape.iter().sum::<f32>() / SHAPES as f32;
            for (at, level) in shape.iter().enumerate() {
                sum[at] += level - mean;
                square[at] += (level - mean) * (level - mean);
            }
        }
        let count = voices as f32;
        let strays = sum.iter().zip(square).map(|(sum, square)| {
            let mean = sum / count;
            (square / count - mean * mean).max(0.0).sqrt()
        });
        strays.sum::<f32>() / SHAPES as f32
    }
}

fn decibels(power: f32) -> f32 {
    10.0 * (power + 1e-12).log10()
}

/// Reads one frame after another, in the same memory.
struct Meter {
    length: usize,
    bin_hz: f64,
    first_bin: usize,
    shape: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    /// How alike the shape of a frame is to itself, per lag: what likeness is divided by.
    shape_likeness: Vec<f32>,
    /// Lags per second.
    lag_hz: f64,
    piece: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    /// Power per bin of the band, from the first bin.
    power: Vec<f32>,
    truncated: Vec<Complex<f32>>,
    likeness: Vec<f32>,
}

impl Meter {
    fn new(rate_hz: f64) -> Self {
        let length = (rate_hz * FRAME_S) as usize;
        let transform = (2 * length).next_power_of_two();
        // Lags finer than at about 20 kHz tell nothing more of a pitch, and cost time.
        let lags = if rate_hz > 40_000.0 { transform / 2 } else { transform };
        let mut planner = RealFftPlanner::new();
        let (forward, back) = (planner.plan_fft_forward(transform), planner.plan_fft_inverse(lags));
        let bin_hz = rate_hz / transform as f64;
        let bin = |hz: f64| (hz / bin_hz).ceil() as usize;
        let first_bin = bin(BAND_HZ[0]);
        let shape: Vec<f32> = (0..length)
            .map(|at| (std::f64::consts::PI * at as f64 / (length - 1) as f64).sin().powi(2) as f32)
            .collect();
        let mut meter = Self {
            length,
            bin_hz,
            first_bin,
            forward,
            lag_hz: lags as f64 * bin_hz,
            shape_likeness: Vec::new(),
            piece: vec![0.0; transform],
            spectrum: vec![Complex::default(); transform / 2 + 1],
            power: vec![0.0; bin(BAND_HZ[1]).min(transform / 2) - first_bin],
            truncated: vec![Complex::default(); lags / 2 + 1],
            likeness: vec![0.0; lags],
            back,
            shape: vec![1.0; length],
        };
        meter.transform(&shape);
        let whole: Vec<f32> = meter.spectrum.iter().map(Complex::norm_sqr).collect();
        meter.correlate(&whole, 0);
        meter.shape_likeness = meter.likeness.iter().map(|one| one / meter.likeness[0]).collect();
        meter.shape = shape;
        meter
    }

    fn read(&mut self, samples: &[f32]) {
        self.transform(samples);
        let bins = &self.spectrum[self.first_bin..];
        self.power.iter_mut().zip(bins).for_each(|(to, bin)| *to = bin.norm_sqr());
    }

    fn transform(&mut self, samples: &[f32]) {
        self.piece.fill(0.0);
        for ((to, one), weight) in self.piece.iter_mut().zip(samples).zip(&self.shape) {
            *to = one * weight;
        }
        if self.forward.process(&mut self.piece, &mut self.spectrum).is_err() {
            self.spectrum.fill(Complex::default());
        }
    }

    /// The transform back of powers: likeness per lag.
    fn correlate(&mut self, power: &[f32], first_bin: usize) {
        self.truncated.fill(Complex::default());
        for (to, one) in self.truncated.iter_mut().skip(first_bin).zip(power) {
            to.re = *one;
        }
        if self.back.process(&mut self.truncated, &mut self.likeness).is_err() {
            self.likeness.fill(0.0);
        }
    }

    /// The likeness of the frame to itself one period later, and the pitch; noughts without one.
    fn pitch(&mut self) -> (f32, f32) {
        let power = std::mem::take(&mut self.power);
        self.correlate(&power, self.first_bin);
        self.power = power;
        let whole = self.likeness[0];
        if whole <= 0.0 {
            return (0.0, 0.0);
        }
        let (shortest, longest) = (self.lag_hz / PITCH_HZ[1], self.lag_hz / PITCH_HZ[0]);
        let (shortest, longest) = (shortest as usize, (longest as usize).min(self.likeness.len() / 2));
        let at = |lag: usize| self.likeness[lag] / whole / (self.shape_likeness[lag] + 1e-6);
        let highest = (shortest..=longest).map(at).fold(0.0, f32::max);
        let is_peak = |lag: &usize| {
            let one = at(*lag);
            one >= at(lag - 1) && one >= at(lag + 1) && one > NEAR_HIGHEST * highest
        };
        match (shortest + 1..longest).find(is_peak) {
            Some(lag) => (highest, (self.lag_hz / lag as f64) as f32),
            None => (highest, 0.0),
        }
    }

    fn shape(&self) -> [f32; SHAPES] {
        let bin = |hz: f64| ((hz / self.bin_hz).ceil() as usize - self.first_bin).min(self.power.len());
        std::array::from_fn(|band| {
            let bins = &self.power[bin(SHAPE_HZ[band])..bin(SHAPE_HZ[band + 1])];
            decibels(bins.iter().sum::<f32>() / bins.len().max(1) as f32)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;
    use crate::plan::Moment;

    const RATE: u32 = 16_000;

    fn window(samples: Vec<f32>) -> Window {
        Window::new(Moment::from_micros(0), RATE, vec![samples]).unwrap()
    }

    fn made(seconds: f32, mut of: impl FnMut(f32) -> f32) -> Window {
        let count = (seconds * RATE as f32) as u32;
        window((0..count).map(|at| of(at as f32 / RATE as f32)).collect())
    }

    fn noise() -> impl FnMut() -> f32 {
        let mut state = 5u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        }
    }

    /// Vowels without words: pulses of a gliding pitch through three resonances that move from vowel to vowel, with pauses between.
    fn babble(pitch_hz: f32, hiss: f32) -> Window {
        const VOWELS: [[f32; 3]; 5] = [
            [730.0, 1_090.0, 2_440.0],
            [270.0, 2_290.0, 3_010.0],
            [300.0, 870.0, 2_240.0],
            [530.0, 1_840.0, 2_480.0],
            [570.0, 840.0, 2_410.0],
        ];
        let (mut phase, mut noise) = (0.0f32, noise());
        let mut memory = [[0.0f32; 2]; 3];
        made(3.0, |seconds| {
            let syllable = seconds * 4.0;
            phase += pitch_hz * (1.0 + 0.15 * (TAU * 0.7 * seconds).sin()) / RATE as f32;
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase -= phase.floor();
            let open =
                if syllable.fract() < 0.75 { (syllable.fract() / 0.75 * TAU / 2.0).sin() } else { 0.0 };
            let vowel = VOWELS[syllable as usize % VOWELS.len()];
            let mut sum = 0.0;
            for ((hz, memory), gain) in vowel.iter().zip(&mut memory).zip([1.0, 0.5, 0.25]) {
                let radius = (-TAU / 2.0 * 90.0 / RATE as f32).exp();
                let next = pulse + 2.0 * radius * (TAU * hz / RATE as f32).cos() * memory[0]
                    - radius * radius * memory[1];
                memory[1] = memory[0];
                memory[0] = next;
                sum += gain * next;
            }
            0.1 * sum * open + hiss * noise()
        })
    }

    #[test]
    fn a_voice_is_discarded_low_high_and_in_noise() {
        for (pitch_hz, hiss) in [(95.0, 0.0), (120.0, 0.001), (210.0, 0.0), (300.0, 0.005)] {
            let likeness = SpeechLikeness::of(&babble(pitch_hz, hiss));
            assert!(likeness.is_speech(), "{pitch_hz} Hz: {likeness:?}");
        }
    }

    #[test]
    fn what_must_be_heard_is_not_discarded() {
        let mut hiss = noise();
        let bang = made(2.0, |s| if s < 0.5 { 0.0 } else { hiss() * (-(s - 0.5) * 25.0).exp() });
        let thud = made(2.0, |s| {
            if s < 0.5 {
                0.0
            } else {
                (TAU * 90.0 * s).sin() * (-(s - 0.5) * 12.0).exp() + 0.2 * hiss() * (-(s - 0.5) * 40.0).exp()
            }
        });
        let shots = made(3.0, |s| hiss() * (-(s * 5.0).fract() * 9.0).exp());
        let glass = made(2.0, |s| {
            let tones = [2_310.0, 3_170.0, 4_450.0, 5_210.0, 6_630.0];
            let after = (s - 0.4).max(0.0);
            let ring: f32 = tones.iter().map(|hz| (TAU * hz * s).sin() * (-after * hz / 400.0).exp()).sum();
            if s < 0.4 { 0.0 } else { 0.2 * ring + 0.3 * hiss() * (-after * 20.0).exp() }
        });
        let mut phase = 0.0f32;
        let siren = made(4.0, |s| {
            phase += (900.0 + 450.0 * (TAU * 0.3 * s).sin()) / RATE as f32;
            (TAU * phase).sin() + 0.3 * (2.0 * TAU * phase).sin()
        });
        let two_tone = made(4.0, |s| (TAU * if s.fract() < 0.5 { 375.0 } else { 500.0 } * s).sin());
        let scream = made(2.0, |s| {
            let pitch = 950.0 + 120.0 * (TAU * 5.0 * s).sin() * 0.02;
            (1..8u8).map(|n| (TAU * pitch * f32::from(n) * s).sin() / f32::from(n)).sum::<f32>()
                + 0.2 * hiss()
        });
        let engine =
            made(3.0, |s| (1..20u8).map(|n| (TAU * 82.0 * f32::from(n) * s).sin() / f32::from(n)).sum());
        for (name, window) in [
            ("bang", bang),
            ("thud", thud),
            ("shots", shots),
            ("glass", glass),
            ("siren", siren),
            ("two-tone siren", two_tone),
            ("scream", scream),
            ("engine", engine),
            ("hiss", made(2.0, |_| hiss())),
            ("silence", made(1.0, |_| 0.0)),
            ("one sample", window(vec![0.5])),
        ] {
            let likeness = SpeechLikeness::of(&window);
            assert!(!likeness.is_speech(), "{name}: {likeness:?}");
        }
    }

    #[test]
    fn spoken_sentences_are_discarded_where_a_synthesiser_is_installed() {
        let folder = tempfile::tempdir().unwrap();
        for (voice, sentence) in [
            ("nl", "morgen om negen uur gaan de deuren weer open"),
            ("en-gb", "the doors open again tomorrow at nine"),
            ("de", "morgen um neun gehen die Tore wieder auf"),
        ] {
            let file = folder.path().join("spoken.wav");
            let spoken = std::process::Command::new("espeak-ng")
                .args(["-v", voice, "-w"])
                .arg(&file)
                .arg(sentence)
                .status();
            if !spoken.is_ok_and(|status| status.success()) {
                println!("espeak-ng is not installed: its voices are left out");
                return;
            }
            let bytes = std::fs::read(&file).unwrap();
            let rate = u32::from_le_bytes(bytes[24..28].try_into().unwrap());
            let (samples, _) = bytes[44..].as_chunks::<2>();
            let samples = samples.iter().map(|one| f32::from(i16::from_le_bytes(*one)) / 32_768.0).collect();
            let window = Window::new(Moment::from_micros(0), rate, vec![samples]).unwrap();
            let likeness = SpeechLikeness::of(&window);
            assert!(likeness.is_speech(), "{voice}: {likeness:?}");
        }
    }
}
