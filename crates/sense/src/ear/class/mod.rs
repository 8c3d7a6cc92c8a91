//! What a sound was: a class with a probability that means what it says, or "unsure".
//!
//! A window becomes a picture ([`spectrum`]), the picture five blocks of features (three read off it, two from learned
//! [`patches`]), and those are compared with examples ([`kernel`]). A model is learned from folders of labelled windows
//! ([`Example`], [`Model::train`]); none is shipped that was learned from recordings whose licence ours cannot carry.
//!
//! A network of the operator's own can take its place (`network`, with the feature `onnx`); both are a [`Classifier`].
//!
//! Not here: where a sound came from (`bearing`, `place`), and whether it is worth telling (`fuse`).

mod calibrate;
mod example;
mod file;
pub mod judge;
mod kernel;
mod learn;
#[cfg(feature = "onnx")]
pub mod network;
mod patches;
mod spectrum;
mod statistics;
#[cfg(test)]
mod tests;

use nalgebra::DMatrix;

use super::Window;
use crate::bulletin::Likely;
use crate::class::Class;
use crate::limits::{SOUND_EXAMPLES_MAX, SOUND_LABELS_MAX};
use calibrate::Calibration;
use example::Heard;
pub use example::{Example, NotAnExample, Views, onset, top_hz};
pub use file::NotAModel;
use kernel::{Examples, Features};
use patches::Dictionary;

/// Below this a class is not worth naming.
const NAMED_FROM: f32 = 0.005;

/// What tells sounds apart.
pub trait Classifier: Send {
    /// What it tells apart, in alphabetical order.
    fn labels(&self) -> &[String];

    /// The probability of each of [`Self::labels`]; what they lack to one is "unsure". Noughts of silence, and of a window whose rate is
    /// too low.
    fn probabilities(&self, window: &Window) -> Vec<f32>;

    /// A short name: another for another one.
    fn name(&self) -> String;

    /// What the sound in a window may have been, likeliest first. The rest of the probability is "unsure"; so is what goes to labels
    /// that are no [`Class`].
    fn tell(&self, window: &Window) -> Vec<Likely> {
        let named =
            self.labels().iter().zip(self.probabilities(window)).filter(|(_, one)| *one >= NAMED_FROM);
        let mut likely: Vec<Likely> = named
            .filter_map(|(label, probability)| Some(Likely { class: Class::named(label)?, probability }))
            .collect();
        likely.sort_by(|one, two| two.probability.total_cmp(&one.probability));
        likely
    }
}

/// What tells sounds apart, learned from examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    labels: Vec<String>,
    top_hz: u32,
    dictionaries: [Dictionary; 2],
    examples: Examples,
    /// Examples x labels.
    weights: DMatrix<f32>,
    calibration: Calibration,
    learned_from: (u32, u32),
}

/// Why nothing was learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLearned {
    /// Nothing to tell apart, or too much.
    #[error("{0} labels; give 2 to {SOUND_LABELS_MAX}")]
    Labels(usize),
    /// A label that cannot be both learned and measured.
    #[error(
        "`{0}` comes from one source; give windows of at least two, so that it can be measured on the other"
    )]
    OneSource(String),
    /// More than a model holds.
    #[error(
        "{0} windows, onsets counted; at most {SOUND_EXAMPLES_MAX} are learned from: take some of each label"
    )]
    Many(usize),
    /// Windows that were looked at differently.
    #[error("some windows were looked at up to {0} Hz and others up to {1} Hz; take one for all")]
    Top(u32, u32),
}

impl Classifier for Model {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn probabilities(&self, window: &Window) -> Vec<f32> {
        match Heard::of(window, self.top_hz) {
            Some(heard) => self.probabilities_of(&self.features(&heard)),
            None => vec![0.0; self.labels.len()],
        }
    }

    fn name(&self) -> String {
        self.short_name()
    }
}

impl Model {
    /// Windows and sources it was learned from.
    pub fn learned_from(&self) -> (u32, u32) {
        self.learned_from
    }

    /// Highest frequency that it looks at, in hertz: microphones must reach it.
    pub fn top_hz(&self) -> u32 {
        self.top_hz
    }

    fn features(&self, heard: &Heard) -> Features {
        heard.features(&self.dictionaries)
    }

    fn probabilities_of(&self, features: &Features) -> Vec<f32> {
        let likeness = self.examples.likeness(features);
        let scores = self.weights.tr_mul(&likeness);
        self.calibration.probabilities(scores.as_slice(), learn::nearest(likeness.iter().copied()))
    }
}
