//! What goes into a network and what comes out of it, as the one who made it knows it.
//!
//! Not here: how the numbers are worked out (`input`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::class::Class;
use crate::limits::{RATE_HZ_MAX, RATE_HZ_MIN, RING_SECONDS_MAX, SOUND_NETWORK_NUMBERS_MAX};

/// Bands of a picture.
const BANDS_MAX: usize = 512;
/// Samples that a frame of a picture looks at.
const FRAME_MAX: usize = 65_536;

/// What goes in and what comes out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Samples per second that it was taught on.
    pub rate_hz: u32,
    /// Samples that it hears at a time.
    pub samples: usize,
    /// The shape of its input, with 1 for the batch where it has one: `[1, 15600]`, `[1, 1, 96, 64]`.
    pub shape: Vec<usize>,
    /// How samples become the picture that goes in; without it the samples go in as they are, -1 to 1.
    pub mel: Option<Mel>,
    /// What its numbers mean.
    pub scores: Scores,
    /// Its numbers are divided by this before they become probabilities: above 1 it is less sure.
    #[serde(default = "one")]
    pub temperature: f32,
    /// Which of its outputs, counted from 0, are which class, by its word (`gun_shot`). What is named nowhere is told as "unsure".
    pub classes: BTreeMap<String, Vec<usize>>,
}

/// A picture of sound: how much there is in each band, frame by frame.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mel {
    /// Samples that a frame looks at, under a periodic Hann window.
    pub frame: usize,
    /// Samples from one frame to the next.
    pub hop: usize,
    /// Length of the transform: `frame`, or more with noughts on both sides.
    pub transform: usize,
    /// Bands.
    pub bands: usize,
    /// Where the lowest begins, in hertz.
    pub from_hz: f32,
    /// Where the highest ends, in hertz.
    pub until_hz: f32,
    /// How hertz become mel.
    pub mel_scale: MelScale,
    /// What is summed in a band: 1 the magnitude, 2 the power.
    pub exponent: u8,
    /// Added before the logarithm.
    pub add: f32,
    /// Which logarithm.
    pub scale: Scale,
    /// Whether the first frame has its middle at the first sample (what lies outside is mirrored).
    #[serde(default)]
    pub centred: bool,
    /// Taken off each number.
    #[serde(default)]
    pub mean: f32,
    /// By which each number is then divided.
    #[serde(default = "one")]
    pub deviation: f32,
    /// What comes next to each other.
    pub layout: Layout,
}

/// How hertz become mel, and how high a band's triangle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MelScale {
    /// 2595 log10(1 + f / 700), triangles of height one.
    Htk,
    /// Straight below 1 kHz and logarithmic above, triangles of area one.
    Slaney,
}

/// Which logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The natural one.
    Natural,
    /// Ten times that to base ten.
    Decibels,
}

/// What comes next to each other in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// The bands of a frame.
    FramesThenBands,
    /// The frames of a band.
    BandsThenFrames,
}

/// What the numbers of a network mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scores {
    /// Scores of which one is right: they become probabilities by softmax, and outputs of one class add up.
    OneOf,
    /// Scores that each stand for themselves: each becomes a probability by the logistic function, and a class has its highest.
    EachAlone,
    /// Probabilities of which one is right: outputs of one class add up.
    Probabilities,
    /// Probabilities that each stand for themselves: a class has its highest.
    ProbabilitiesEachAlone,
}

/// What does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADescription {
    /// Samples per second.
    #[error("`rate_hz` is {0}; give {RATE_HZ_MIN} to {RATE_HZ_MAX}")]
    Rate(u32),
    /// Samples.
    #[error("`samples` is {0}; give 1 to {RING_SECONDS_MAX} seconds of them")]
    Samples(usize),
    /// The shape and what goes in differ.
    #[error("`shape` holds {shape} numbers, and {input} go in ({why})")]
    Shape {
        /// What the shape holds.
        shape: usize,
        /// What goes in.
        input: usize,
        /// Where that comes from.
        why: String,
    },
    /// More than goes in at a time.
    #[error("{0} numbers go in; at most {SOUND_NETWORK_NUMBERS_MAX} are given to a network at a time")]
    Many(usize),
    /// A picture that cannot be made.
    #[error("`mel.{0}`")]
    Mel(&'static str),
    /// A number to divide by.
    #[error("`temperature` must be a number above 0")]
    Temperature,
    /// No class.
    #[error("`classes` names no output: write for example `classes = {{ gun_shot = [0], siren = [1] }}`")]
    Classes,
    /// A word that is no class.
    #[error("`classes` has `{0}`, which is no class: write one of {words}", words = words())]
    Class(String),
    /// One output that is two classes.
    #[error("output {0} stands with two classes, or twice with one")]
    Twice(usize),
}

fn one() -> f32 {
    1.0
}

fn words() -> String {
    Class::ALL.map(Class::as_str).join(", ")
}

impl Mel {
    /// Frames of so many samples.
    pub(super) fn frames(&self, samples: usize) -> usize {
        let inside = if self.centred { samples } else { samples.saturating_sub(self.frame) };
        inside / self.hop.max(1) + 1
    }

    fn check(&self, rate_hz: u32, samples: usize) -> Result<(), NotADescription> {
        let wrong = |what| Err(NotADescription::Mel(what));
        match self {
            _ if !(1..=FRAME_MAX).contains(&self.transform) => wrong("transform` is 1 to 65536 samples"),
            _ if !(1..=self.transform).contains(&self.frame) => wrong("frame` is 1 to `transform` samples"),
            _ if self.frame > samples => wrong("frame` is longer than `samples`"),
            _ if self.centred && self.transform / 2 >= samples => {
                wrong("centred` needs more samples than half a transform")
            }
            _ if !(1..=samples).contains(&self.hop) => wrong("hop` is 1 to `samples`"),
            _ if !(1..=BANDS_MAX).contains(&self.bands) => wrong("bands` is 1 to 512"),
            _ if !(self.from_hz >= 0.0 && self.from_hz < self.until_hz) => {
                wrong("from_hz` is below `until_hz`")
            }
            _ if self.until_hz > rate_hz as f32 / 2.0 => wrong("until_hz` is at most half of `rate_hz`"),
            _ if !(1..=2).contains(&self.exponent) => wrong("exponent` is 1 (magnitude) or 2 (power)"),
            _ if !(self.add > 0.0 && self.add.is_finite()) => wrong("add` is a number above 0"),
            _ if !(self.deviation > 0.0 && self.deviation.is_finite() && self.mean.is_finite()) => {
                wrong("deviation` is a number above 0, and `mean` a number")
            }
            _ => Ok(()),
        }
    }
}

impl Description {
    /// Whether it holds together.
    pub(super) fn check(&self) -> Result<(), NotADescription> {
        if !(RATE_HZ_MIN..=RATE_HZ_MAX).contains(&self.rate_hz) {
            return Err(NotADescription::Rate(self.rate_hz));
        }
        if !(1..=RING_SECONDS_MAX * self.rate_hz as usize).contains(&self.samples) {
            return Err(NotADescription::Samples(self.samples));
        }
        let (input, why) = match &self.mel {
            None => (self.samples, "the samples".to_owned()),
            Some(mel) => {
                mel.check(self.rate_hz, self.samples)?;
                let frames = mel.frames(self.samples);
                (frames * mel.bands, format!("{frames} frames of {} bands", mel.bands))
            }
        };
        let shape = self.shape.iter().fold(1_usize, |all, one| all.saturating_mul(*one));
        if input > SOUND_NETWORK_NUMBERS_MAX {
            return Err(NotADescription::Many(input));
        }
        if shape != input {
            return Err(NotADescription::Shape { shape, input, why });
        }
        if !(self.temperature > 0.0 && self.temperature.is_finite()) {
            return Err(NotADescription::Temperature);
        }
        if let Some(strange) = self.classes.keys().find(|word| Class::named(word).is_none()) {
            return Err(NotADescription::Class(strange.clone()));
        }
        let mut named: Vec<usize> = self.classes.values().flatten().copied().collect();
        if named.is_empty() {
            return Err(NotADescription::Classes);
        }
        named.sort_unstable();
        match named.array_windows().find(|[one, next]| one == next) {
            Some([twice, _]) => Err(NotADescription::Twice(*twice)),
            None => Ok(()),
        }
    }

    /// The probability of each class; together they are at most one.
    pub(super) fn probabilities(&self, outputs: &[f32]) -> Vec<f32> {
        let scaled = |one: &f32| one / self.temperature;
        let each: Vec<f32> = match self.scores {
            Scores::OneOf => {
                let most = outputs.iter().copied().fold(f32::MIN, f32::max);
                let shares: Vec<f32> = outputs.iter().map(|one| scaled(&(one - most)).exp()).collect();
                let sum: f32 = shares.iter().sum();
                shares.iter().map(|one| one / sum).collect()
            }
            Scores::EachAlone => outputs.iter().map(|one| 1.0 / (1.0 + (-scaled(one)).exp())).collect(),
            Scores::Probabilities | Scores::ProbabilitiesEachAlone => {
                outputs.iter().map(|one| one.clamp(0.0, 1.0)).collect()
            }
        };
        let alone = matches!(self.scores, Scores::EachAlone | Scores::ProbabilitiesEachAlone);
        let together = |all: &Vec<usize>| {
            let all = all.iter().filter_map(|at| each.get(*at)).copied();
            if alone { all.fold(0.0, f32::max) } else { all.sum() }
        };
        let classes: Vec<f32> = self.classes.values().map(together).collect();
        let sum = classes.iter().sum::<f32>().max(1.0);
        classes.iter().map(|one| one / sum).collect()
    }
}
