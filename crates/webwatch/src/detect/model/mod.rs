//! What analysts teach: one logistic model per language over hashed n-grams, calibrated, with words as its reasons.
//!
//! Not here: rules ([`super::class`]). The node ships no model: one exists when an operator's judgements made it.

pub mod bytes;
pub mod calibrate;
pub mod features;
pub mod isotonic;
pub mod judge;
pub mod solve;
pub mod train;

use std::ops::Range;

use super::normal::Normal;
use super::span::{Body, Span};
use super::words::Words;
use crate::Document;
use calibrate::Calibration;
use features::{Extractor, FeatureSettings, Features};

pub use judge::{Judgement, Precision, Verdict};
pub use train::{Example, TrainSettings, train};

/// What a model reads in a document: what a judgement keeps of it.
pub fn features_of(document: &Document) -> Features {
    let words = Words::of(Normal::of(Body::of(document).whole()));
    Extractor::new(&FeatureSettings::default(), &document.language).features(&words)
}

/// Words named as reasons for a model's score.
const REASONS_MAX: usize = 6;

/// A model of one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its language: ISO 639-1.
    pub language: String,
    /// How texts become features.
    pub settings: FeatureSettings,
    /// Rarity of each feature; 0 where it was never seen.
    pub(crate) rarity: Vec<f32>,
    /// Weight of each feature.
    pub(crate) weights: Vec<f32>,
    /// What a text without any feature scores.
    pub(crate) bias: f32,
    /// From score to probability.
    pub calibration: Calibration,
    /// Examples it learned from, and how many of them were relevant.
    pub learned_from: (u32, u32),
    /// Its version: a hash of all of it.
    pub version: String,
}

/// What a model says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The score, as a log-odds before calibration.
    pub raw: f64,
    /// The calibrated probability.
    pub probability: f64,
    /// The words that speak most for it, with what they add to `raw`.
    pub reasons: Vec<(String, Span, f64)>,
}

impl Model {
    /// What it says of features.
    pub fn raw(&self, features: &Features) -> f64 {
        let vector = self.settings.vector(features, &self.rarity);
        let sum: f32 = vector.iter().map(|(feature, value)| self.weights[*feature as usize] * value).sum();
        f64::from(sum + self.bias)
    }

    /// What it says of a text, with the words that say so.
    pub fn score(&self, body: &Body) -> Scored {
        let normal = Normal::of(body.whole());
        self.score_words(&Words::of(normal), body)
    }

    /// The same of a text whose words are read already.
    pub fn score_words(&self, words: &Words, body: &Body) -> Scored {
        let features = Extractor::new(&self.settings, &self.language).features(words);
        let raw = self.raw(&features);
        let reasons = self.reasons(&features, words, body);
        Scored { raw, probability: self.calibration.probability(raw), reasons }
    }

    /// Shares out what each feature adds among the words it covers, and names the words with most.
    fn reasons(&self, features: &Features, words: &Words, body: &Body) -> Vec<(String, Span, f64)> {
        let vector = self.settings.vector(features, &self.rarity);
        let adds = |feature: u32| {
            let place = vector.binary_search_by_key(&feature, |(known, _)| *known).ok()?;
            let count = features.0[features.0.binary_search_by_key(&feature, |(known, _)| *known).ok()?].1;
            Some(f64::from(self.weights[feature as usize] * vector[place].1) / f64::from(count))
        };
        let mut sums = vec![0.0; words.list.len()];
        let mut extractor = Extractor::new(&self.settings, &self.language);
        extractor.visit(words, &mut |feature: u32, at: Range<usize>| {
            let Some(adds) = adds(feature) else { return };
            let first = words.index_at(at.start);
            let covered =
                (first..words.list.len()).take_while(|index| (words.list[*index].at.start as usize) < at.end);
            let count = covered.clone().count();
            for index in covered {
                sums[index] += adds / f64::from(u32::try_from(count).unwrap_or(1));
            }
        });
        let mut order: Vec<usize> = (0..sums.len()).filter(|index| sums[*index] > 0.02).collect();
        order.sort_by(|one, two| sums[*two].total_cmp(&sums[*one]).then(one.cmp(two)));
        order.truncate(REASONS_MAX);
        let named = order.into_iter().map(|index| {
            let place = words.original(&(index..index + 1));
            (body.words(&place), body.span(&place), super::score::thousandths(sums[index]))
        });
        named.collect()
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
