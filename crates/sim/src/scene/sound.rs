//! Sounds made from formulas: bangs, glass, sirens, engines, calls and crowds without a word, wind; and real clips taken as they are.
//!
//! Not here: where they are and how loud ([`super::Soundscape`]).

use std::f64::consts::TAU;
use std::sync::Arc;

use super::Noise;
use crate::Dice;

/// Seconds over which the end of a lasting sound is blended into its start.
const BLEND_SECONDS: f64 = 0.25;

/// Samples of a sound, as pressure at a metre relative to the level at which it is played.
#[derive(Debug, Clone)]
pub struct Clip {
    samples: Arc<[f32]>,
}

impl Clip {
    /// Any sound as it is, at the scene's samples per second.
    pub fn of(samples: &[f32]) -> Self {
        Self { samples: samples.into() }
    }

    /// Its samples.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Root of the mean square.
    pub fn rms(&self) -> f64 {
        let power: f64 = self.samples.iter().map(|one| f64::from(*one).powi(2)).sum();
        (power / self.samples.len().max(1) as f64).sqrt()
    }
}

/// What can be synthesised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// A muzzle blast, after the N-wave of its bullet when that is faster than sound.
    GunShot {
        /// Whether the bullet is.
        supersonic: bool,
    },
    /// A blast with a long low rumble.
    Explosion,
    /// A bang and its crackle.
    Firework,
    /// A pane that breaks, and its pieces.
    GlassBreaking,
    /// Bangs of an exhaust.
    ExhaustBang,
    /// The two tones of a Dutch emergency vehicle.
    Siren,
    /// An engine that runs evenly.
    Engine,
    /// Somebody who calls out: vowels with a voice's tones, and no word.
    Shout,
    /// Babble of many, of noise alone: no voice and no word in it.
    Crowd,
    /// Wind and far traffic: noise that falls towards high tones.
    Wind,
}

impl Sound {
    /// Whether it is over soon. Others last, and their clips can be repeated without a seam.
    pub const fn passes(self) -> bool {
        !matches!(self, Self::Siren | Self::Engine | Self::Crowd | Self::Wind)
    }

    /// How loud it usually is at a metre, in dB SPL: the peak of what passes, the mean of what lasts.
    pub const fn level_db(self) -> f64 {
        match self {
            Self::GunShot { .. } => 156.0,
            Self::Explosion => 160.0,
            Self::Firework => 148.0,
            Self::GlassBreaking => 112.0,
            Self::ExhaustBang => 128.0,
            Self::Shout => 106.0,
            Self::Siren => 115.0,
            Self::Engine => 90.0,
            Self::Crowd => 88.0,
            Self::Wind => 95.0,
        }
    }

    /// Makes one. `seconds` is for what lasts; what passes takes its own time.
    pub fn clip(self, rate_hz: u32, seconds: f64, dice: &Dice) -> Clip {
        let rate = f64::from(rate_hz);
        let mut noise = Noise::new(dice);
        let mut samples = match self {
            Self::GunShot { supersonic } => gun_shot(rate, supersonic, dice, &mut noise),
            Self::Explosion => explosion(rate, &mut noise),
            Self::Firework => firework(rate, &mut noise),
            Self::GlassBreaking => glass(rate, dice, &mut noise),
            Self::ExhaustBang => exhaust(rate, dice, &mut noise),
            Self::Shout => shout(rate, seconds, dice, &mut noise),
            Self::Siren => blended(rate, seconds, |length| siren(rate, length)),
            Self::Engine => blended(rate, seconds, |length| engine(rate, length, dice, &mut noise)),
            Self::Crowd => blended(rate, seconds, |length| crowd(rate, length, dice)),
            Self::Wind => blended(rate, seconds, |length| wind(rate, length, &mut noise)),
        };
        let clip = Clip::of(&samples);
        let peak = samples.iter().fold(0.0_f32, |most, one| most.max(one.abs()));
        #[allow(clippy::cast_possible_truncation, reason = "samples are f32")]
        let scale = if self.passes() { peak } else { clip.rms() as f32 };
        samples.iter_mut().for_each(|one| *one /= scale.max(1e-9));
        Clip::of(&samples)
    }
}

/// The pressure of a blast `seconds` after its front, which lasts `lasts` (Friedlander's wave).
fn blast(seconds: f64, lasts: f64) -> f64 {
    if seconds < 0.0 { 0.0 } else { (1.0 - seconds / lasts) * (-seconds / lasts).exp() }
}

fn gun_shot(rate: f64, supersonic: bool, dice: &Dice, noise: &mut Noise) -> Vec<f32> {
    let lead = if supersonic { 0.012 + 0.008 * dice.around() } else { 0.0 };
    let lasts = 0.0015 + 0.0005 * dice.around();
    let wave = 0.0003;
    render(rate, 0.2, |time| {
        let since = time - lead;
        let tail = f64::from(noise.normal()) * 0.12 * (-since / 0.018).exp();
        let muzzle = if since < 0.0 { 0.0 } else { blast(since, lasts) + tail };
        // The shock of the bullet: up, evenly down, up again.
        let shock = if supersonic && time < wave { 0.6 * (1.0 - 2.0 * time / wave) } else { 0.0 };
        muzzle + shock
    })
}

fn explosion(rate: f64, noise: &mut Noise) -> Vec<f32> {
    let mut low = 0.0;
    let share = one_pole(120.0, rate);
    render(rate, 2.0, |time| {
        low += share * (f64::from(noise.normal()) - low);
        blast(time, 0.012)
            + 1.6 * low * (-time / 0.5).exp()
            + f64::from(noise.normal()) * 0.2 * (-time / 0.03).exp()
    })
}

fn firework(rate: f64, noise: &mut Noise) -> Vec<f32> {
    let mut spark = 0.0;
    render(rate, 1.0, |time| {
        let bright = (-time / 0.35).exp() * (time / 0.05).min(1.0);
        if f64::from(noise.even()) > 1.0 - 300.0 / rate {
            spark = 0.35 * bright;
        }
        spark *= (-1.0 / (0.001 * rate)).exp();
        blast(time, 0.0025) + f64::from(noise.normal()) * (spark + 0.25 * (-time / 0.04).exp())
    })
}

fn glass(rate: f64, dice: &Dice, noise: &mut Noise) -> Vec<f32> {
    let high = 0.45 * rate;
    let pieces: Vec<[f64; 4]> = (0..48)
        .map(|_| {
            let after = 0.3 * (1.0 + dice.around()) * 0.5 * (1.0 + dice.around());
            let tone = (5_000.0 + 3_500.0 * dice.around()).min(high);
            [after, tone, 0.02 + 0.015 * dice.around(), 0.3 * (-after / 0.3).exp()]
        })
        .collect();
    render(rate, 0.9, |time| {
        let ring = |piece: &[f64; 4]| {
            let since = time - piece[0];
            if since < 0.0 || since > 8.0 * piece[2] {
                return 0.0;
            }
            piece[3] * (TAU * piece[1] * since).sin() * (-since / piece[2]).exp()
        };
        pieces.iter().map(ring).sum::<f64>() + f64::from(noise.normal()) * 0.8 * (-time / 0.012).exp()
    })
}

fn exhaust(rate: f64, dice: &Dice, noise: &mut Noise) -> Vec<f32> {
    let times: Vec<f64> = (0..1 + dice.below(3)).map(|count| 0.14 * count as f64).collect();
    let tone = 110.0 + 35.0 * dice.around();
    render(rate, 0.6, |time| {
        let bang = |from: &f64| {
            let since = time - from;
            if since < 0.0 {
                return 0.0;
            }
            ((TAU * tone * since).cos() + 0.5 * f64::from(noise.normal())) * (-since / 0.025).exp()
        };
        times.iter().map(bang).sum()
    })
}

/// Calls of a third of a second, each a vowel that becomes another: pulses of a throat through three resonances.
fn shout(rate: f64, seconds: f64, dice: &Dice, noise: &mut Noise) -> Vec<f32> {
    const CALL_S: f64 = 0.38;
    let base = 250.0 + 60.0 * dice.around();
    let vowels = [[730.0, 1_090.0, 2_440.0], [390.0, 1_990.0, 2_550.0], [300.0, 870.0, 2_240.0]];
    let mut phase = 0.0;
    let mut past = [[0.0; 2]; 3];
    render(rate, seconds.max(CALL_S), |time| {
        let call = (time / CALL_S).rem_euclid(1.0);
        // Each begins with breath.
        let breath = f64::from(noise.normal()) * 0.15 * (-call / 0.05).exp();
        let loud = (call / 0.08).min(1.0) * ((0.85 - call) / 0.15).clamp(0.0, 1.0);
        // The tone rises and falls, and trembles a little.
        let tone =
            base * (1.0 + 0.25 * (call * std::f64::consts::PI).sin() + 0.01 * (TAU * 5.5 * time).sin());
        phase = (phase + tone / rate).rem_euclid(1.0);
        let pulse = if phase < 0.4 { (TAU * phase / 0.8).sin().powi(2) } else { 0.0 };
        let mut sound = pulse * loud + breath;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "which call: a few")]
        let first = (time / CALL_S) as usize % vowels.len();
        let (from, to) = (vowels[first], vowels[(first + 1) % vowels.len()]);
        let formants = [0, 1, 2].map(|one| from[one] + call * (to[one] - from[one]));
        for ((formant, wide_hz), past) in formants.iter().zip([70.0, 90.0, 120.0]).zip(&mut past) {
            // A resonance of two poles.
            let narrow = (-std::f64::consts::PI * wide_hz / rate).exp();
            let turn = 2.0 * narrow * (TAU * formant / rate).cos();
            let next = sound * (1.0 - turn + narrow * narrow) + turn * past[0] - narrow * narrow * past[1];
            *past = [next, past[0]];
            sound = next;
        }
        sound
    })
}

fn siren(rate: f64, seconds: f64) -> Vec<f32> {
    let mut phase = 0.0;
    render(rate, seconds, |time| {
        let tone = if (time / 0.6).rem_euclid(2.0) < 1.0 { 375.0 } else { 500.0 };
        phase += TAU * tone / rate;
        (1..=7).map(|over: i32| (phase * f64::from(over)).sin() / f64::from(over)).sum()
    })
}

fn engine(rate: f64, seconds: f64, dice: &Dice, noise: &mut Noise) -> Vec<f32> {
    let firing = 62.0 + 18.0 * dice.around();
    let (mut low, mut drift) = (0.0, 0.0);
    let (share, slow) = (one_pole(900.0, rate), one_pole(2.0, rate));
    let mut phase = 0.0;
    render(rate, seconds, |_| {
        drift += slow * (f64::from(noise.normal()) - drift);
        low += share * (f64::from(noise.normal()) - low);
        phase += TAU * firing * (1.0 + drift) / rate;
        let tones: f64 =
            (1..=12).map(|over: i32| (phase * f64::from(over)).sin() / f64::from(over).sqrt()).sum();
        0.4 * tones + 2.0 * low * (1.0 + 0.6 * phase.sin())
    })
}

fn crowd(rate: f64, seconds: f64, dice: &Dice) -> Vec<f32> {
    let mut sum = vec![0.0_f32; render(rate, seconds, |_| 0.0).len()];
    for _ in 0..16 {
        let mut noise = Noise::new(dice);
        let (low, high) =
            (one_pole(350.0 + 150.0 * dice.around(), rate), one_pole(1_600.0 + 900.0 * dice.around(), rate));
        let (beat, shift) = (TAU * (4.0 + dice.around()), TAU * dice.around());
        let (mut under, mut over) = (0.0, 0.0);
        let voice = render(rate, seconds, |time| {
            let white = f64::from(noise.normal());
            under += low * (white - under);
            over += high * (white - over);
            (over - under) * (1.0 + (beat * time + shift).sin()).powi(2)
        });
        sum.iter_mut().zip(&voice).for_each(|(sum, one)| *sum += one);
    }
    sum
}

fn wind(rate: f64, seconds: f64, noise: &mut Noise) -> Vec<f32> {
    let (mut low, mut mid, mut gust) = (0.0, 0.0, 0.0);
    let (share, middle, slow) = (one_pole(120.0, rate), one_pole(1_500.0, rate), one_pole(0.3, rate));
    render(rate, seconds, |_| {
        let white = f64::from(noise.normal());
        low += share * (white - low);
        mid += middle * (white - mid);
        gust += slow * (f64::from(noise.normal()) - gust);
        // Gusts of a few dB: the slow noise is small, so it is raised to about a third.
        (low * 4.0 + mid + 0.1 * white) * (1.0 + (gust * 60.0).tanh() * 0.35)
    })
}

/// The share of the new that a filter with one pole takes in.
pub(super) fn one_pole(cutoff_hz: f64, rate: f64) -> f64 {
    1.0 - (-TAU * cutoff_hz / rate).exp()
}

fn render(rate: f64, seconds: f64, mut pressure: impl FnMut(f64) -> f64) -> Vec<f32> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some seconds of samples")]
    let length = (rate * seconds.clamp(0.0, 60.0)).ceil() as usize;
    #[allow(clippy::cast_possible_truncation, reason = "samples are f32")]
    (0..length).map(|count| pressure(count as f64 / rate) as f32).collect()
}

/// A lasting sound whose end goes over into its start.
fn blended(rate: f64, seconds: f64, make: impl FnOnce(f64) -> Vec<f32>) -> Vec<f32> {
    let mut samples = make(seconds.max(2.0 * BLEND_SECONDS) + BLEND_SECONDS);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a quarter of a second")]
    let blend = (BLEND_SECONDS * rate) as usize;
    let tail = samples.split_off(samples.len() - blend);
    for (count, (start, end)) in samples.iter_mut().zip(tail).enumerate() {
        // Equal power: the two are unlike.
        let turn = 0.25 * std::f32::consts::TAU * count as f32 / blend as f32;
        *start = *start * turn.sin() + end * turn.cos();
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Sound; 11] = [
        Sound::GunShot { supersonic: true },
        Sound::GunShot { supersonic: false },
        Sound::Explosion,
        Sound::Firework,
        Sound::GlassBreaking,
        Sound::ExhaustBang,
        Sound::Shout,
        Sound::Siren,
        Sound::Engine,
        Sound::Crowd,
        Sound::Wind,
    ];

    #[test]
    fn every_sound_has_the_level_it_says_at_every_rate() {
        for sound in ALL {
            for rate_hz in [8_000, 16_000, 48_000] {
                let clip = sound.clip(rate_hz, 2.0, &Dice::new(5));
                let peak = clip.samples().iter().fold(0.0_f32, |most, one| most.max(one.abs()));
                assert!(clip.samples().iter().all(|one| one.is_finite()), "{sound:?}");
                let level = if sound.passes() { f64::from(peak) } else { clip.rms() };
                assert!((level - 1.0).abs() < 1e-3, "{sound:?} {level}");
            }
        }
    }

    #[test]
    fn a_seed_gives_its_sound_and_no_other() {
        for sound in ALL.into_iter().filter(|sound| *sound != Sound::Siren) {
            let of = |seed| sound.clip(16_000, 1.0, &Dice::new(seed)).samples().to_vec();
            assert_eq!(of(1), of(1));
            assert_ne!(of(1), of(2), "{sound:?}");
        }
    }

    #[test]
    fn what_lasts_has_no_seam() {
        for sound in [Sound::Engine, Sound::Crowd, Sound::Wind] {
            let clip = sound.clip(16_000, 2.0, &Dice::new(9));
            let samples = clip.samples();
            let seam = (samples[0] - samples[samples.len() - 1]).abs();
            let most = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
            assert!(seam <= most * 1.5, "{sound:?}: {seam}, elsewhere at most {most}");
        }
    }
}
