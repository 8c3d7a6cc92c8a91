//! Making a model from examples. Deterministic: the same examples in the same order give the same model.
//!
//! Not here: where examples come from ([`super::judge`]), and which examples to ask an analyst about.
//!
//! Method: L2-regularised logistic regression by L-BFGS, and beside it the same over features that count as much as their
//! log-count ratio says (Wang and Manning 2012, "Baselines and bigrams"); both are linear, so their mean is one model.
//! Calibrated on the scores that models without an example give it, in three folds.

use super::Model;
use super::bytes;
use super::calibrate::Calibration;
use super::features::{FeatureSettings, Features};
use super::solve::minimise;
use crate::detect::hash;

/// Fewest examples of each sort from which a model is made.
pub const EXAMPLES_MIN: usize = 8;
/// Folds for calibration.
const FOLDS: u64 = 3;

/// Features with what they turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What was read.
    pub features: Features,
    /// Whether it was relevant.
    pub relevant: bool,
    /// How much it counts; 1 is usual.
    pub weight: f32,
}

/// How a model is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainSettings {
    /// How texts become features.
    pub features: FeatureSettings,
    /// How much an example may pull: the inverse of the regularisation, C.
    pub pull: f64,
    /// The same for the half that goes by log-count ratios; nought leaves that half out.
    pub pull_by_ratio: f64,
    /// Both sorts weigh the same in all, however many there are of each.
    pub balanced: bool,
    /// Most rounds of the solver.
    pub rounds_max: usize,
    /// Features in fewer examples than this are left out.
    pub examples_min: u32,
    /// Whether scores are calibrated; it takes three more fits.
    pub calibrate: bool,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            features: FeatureSettings::default(),
            pull: 30.0,
            pull_by_ratio: 10.0,
            balanced: false,
            rounds_max: 60,
            examples_min: 2,
            calibrate: true,
        }
    }
}

/// A model of a language from examples; `None` when there are fewer than [`EXAMPLES_MIN`] of either sort.
pub fn train(language: &str, examples: &[Example], settings: &TrainSettings) -> Option<Model> {
    let relevant = examples.iter().filter(|example| example.relevant).count();
    if relevant < EXAMPLES_MIN || examples.len() - relevant < EXAMPLES_MIN {
        return None;
    }
    let all: Vec<&Example> = examples.iter().collect();
    let mut model = fit(language, &all, settings);
    bytes::rounded(&mut model);
    if settings.calibrate {
        model.calibration = calibrated(language, &all, settings);
    }
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    model.learned_from = (count(examples.len()), count(relevant));
    model.version = version(&model);
    Some(model)
}

fn calibrated(language: &str, examples: &[&Example], settings: &TrainSettings) -> Calibration {
    let fold = |place: usize| hash::mix(place as u64) % FOLDS;
    let mut scores = Vec::with_capacity(examples.len());
    for out in 0..FOLDS {
        let of = |inside: bool| {
            let chosen =
                examples.iter().enumerate().filter(move |(place, _)| (fold(*place) == out) == inside);
            chosen.map(|(_, example)| *example)
        };
        let model = fit(language, &of(false).collect::<Vec<_>>(), settings);
        scores.extend(
            of(true)
                .map(|example| (model.raw(&example.features), example.relevant, f64::from(example.weight))),
        );
    }
    Calibration::fit(&scores)
}

fn fit(language: &str, examples: &[&Example], settings: &TrainSettings) -> Model {
    let size = settings.features.size();
    let rarity = rarity(examples, size, settings.examples_min);
    // Only features that occur get a place in the solver.
    let mut places = vec![u32::MAX; size];
    let mut used = Vec::new();
    let mut starts = vec![0usize];
    let mut entries: Vec<(u32, f32)> = Vec::new();
    for example in examples {
        for (bucket, value) in settings.features.vector(&example.features, &rarity) {
            let place = &mut places[bucket as usize];
            if *place == u32::MAX {
                *place = u32::try_from(used.len()).unwrap_or(u32::MAX);
                used.push(bucket);
            }
            entries.push((*place, value));
        }
        starts.push(entries.len());
    }
    let rows = Rows { entries, starts, signs: signs(examples) };
    let mut weights = rows.fit(used.len(), &costs(examples, settings, settings.pull), settings.rounds_max);
    if settings.pull_by_ratio > 0.0 {
        let costs = costs(examples, settings, settings.pull_by_ratio);
        weights = rows.with_ratios(&weights, &costs, settings.rounds_max);
    }
    let bias = weights.pop().unwrap_or(0.0);
    let mut all = vec![0f32; size];
    for (bucket, weight) in used.iter().zip(weights) {
        all[*bucket as usize] = weight;
    }
    Model {
        language: language.to_owned(),
        settings: settings.features,
        rarity,
        weights: all,
        bias,
        calibration: Calibration::default(),
        learned_from: (0, 0),
        version: String::new(),
    }
}

fn signs(examples: &[&Example]) -> Vec<f32> {
    examples.iter().map(|one| if one.relevant { 1.0 } else { -1.0 }).collect()
}

/// How much each example costs when it is wrong.
fn costs(examples: &[&Example], settings: &TrainSettings, pull: f64) -> Vec<f32> {
    let total = |relevant: bool| -> f32 {
        examples.iter().filter(|one| one.relevant == relevant).map(|one| one.weight).sum::<f32>().max(1e-6)
    };
    let (yes, no) = (total(true), total(false));
    #[allow(clippy::cast_possible_truncation, reason = "a setting of ordinary size")]
    let pull = pull as f32;
    let cost = |one: &&Example| {
        let balance =
            if settings.balanced { (yes + no) / 2.0 / if one.relevant { yes } else { no } } else { 1.0 };
        pull * balance * one.weight
    };
    examples.iter().map(cost).collect()
}

/// Examples as the solver has them.
struct Rows {
    /// Feature and value, row after row.
    entries: Vec<(u32, f32)>,
    /// Where each row begins, and where the last ends.
    starts: Vec<usize>,
    /// 1 or -1.
    signs: Vec<f32>,
}

impl Rows {
    /// The weights of so many features, and the bias behind them.
    fn fit(&self, features: usize, costs: &[f32], rounds_max: usize) -> Vec<f32> {
        let mut weights = vec![0f32; features + 1];
        minimise(&mut weights, rounds_max, 1e-4, &mut |weights, gradient| {
            self.logistic(weights, gradient, costs)
        });
        weights
    }

    fn row(&self, row: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }

    /// The mean of these weights and those that go by log-count ratios, each as if its scores spread as those of the first do.
    fn with_ratios(&self, weights: &[f32], costs: &[f32], rounds_max: usize) -> Vec<f32> {
        let ratios = self.ratios(weights.len() - 1);
        let scaled = |(place, value): &(u32, f32)| (*place, value * ratios[*place as usize]);
        let by_ratio = Self {
            entries: self.entries.iter().map(scaled).collect(),
            starts: self.starts.clone(),
            signs: self.signs.clone(),
        };
        let mut other = by_ratio.fit(ratios.len(), costs, rounds_max);
        other.iter_mut().zip(&ratios).for_each(|(weight, ratio)| *weight *= ratio);
        let alike = self.spread(weights) / self.spread(&other).max(1e-6);
        weights.iter().zip(&other).map(|(one, other)| (one + other * alike) / 2.0).collect()
    }

    /// Of each feature: the logarithm of how much more often it is in relevant examples than in others, one more in each.
    fn ratios(&self, features: usize) -> Vec<f32> {
        let (mut yes, mut no) = (vec![1f32; features], vec![1f32; features]);
        for (row, sign) in self.signs.iter().enumerate() {
            let counts = if *sign > 0.0 { &mut yes } else { &mut no };
            self.row(row).iter().for_each(|(place, _)| counts[*place as usize] += 1.0);
        }
        let (all_yes, all_no) = (yes.iter().sum::<f32>(), no.iter().sum::<f32>());
        yes.iter().zip(&no).map(|(yes, no)| ((yes / all_yes) / (no / all_no)).ln()).collect()
    }

    /// The standard deviation of the scores that weights give.
    fn spread(&self, weights: &[f32]) -> f32 {
        let score = |row: usize| {
            self.row(row).iter().map(|(place, value)| weights[*place as usize] * value).sum::<f32>()
        };
        let scores: Vec<f32> = (0..self.signs.len()).map(score).collect();
        let count = scores.len().max(1) as f32;
        let mean = scores.iter().sum::<f32>() / count;
        (scores.iter().map(|one| (one - mean).powi(2)).sum::<f32>() / count).sqrt()
    }

    /// `|w|²/2 + sum of cost * ln(1 + exp(-sign * score))`; the last weight is the bias, which is not held small.
    fn logistic(&self, weights: &[f32], gradient: &mut [f32], costs: &[f32]) -> f64 {
        let last = weights.len() - 1;
        let mut value = 0.0f64;
        gradient[..last].copy_from_slice(&weights[..last]);
        gradient[last] = 0.0;
        for chunk in weights[..last].chunks(4096) {
            value += 0.5 * f64::from(chunk.iter().map(|weight| weight * weight).sum::<f32>());
        }
        for (row, (sign, cost)) in self.signs.iter().zip(costs).enumerate() {
            let entries = self.row(row);
            let score = entries.iter().map(|(place, value)| weights[*place as usize] * value).sum::<f32>()
                + weights[last];
            let margin = sign * score;
            let loss = if margin > 0.0 { (-margin).exp().ln_1p() } else { -margin + margin.exp().ln_1p() };
            value += f64::from(cost * loss);
            let pull = -sign * cost / (1.0 + margin.exp());
            for (place, value) in entries {
                gradient[*place as usize] += pull * value;
            }
            gradient[last] += pull;
        }
        value
    }
}

/// Inverse document frequency, smoothed: ln((1 + n) / (1 + count)) + 1.
fn rarity(examples: &[&Example], size: usize, examples_min: u32) -> Vec<f32> {
    let mut counts = vec![0u32; size];
    for (bucket, _) in examples.iter().flat_map(|example| &example.features.0) {
        counts[*bucket as usize] += 1;
    }
    #[allow(clippy::cast_precision_loss, reason = "counts far below 16 million")]
    let rare = |count: u32| ((1.0 + examples.len() as f32) / (1.0 + count as f32)).ln() + 1.0;
    counts
        .into_iter()
        .map(|count| if count == 0 || count < examples_min { 0.0 } else { rare(count) })
        .collect()
}

fn version(model: &Model) -> String {
    let mut state = hash::of_text(&model.language);
    for (weight, rare) in model.weights.iter().zip(&model.rarity).filter(|(_, rare)| **rare > 0.0) {
        state = hash::pair(state, u64::from(weight.to_bits()) << 32 | u64::from(rare.to_bits()));
    }
    let tail = [model.calibration.slope, model.calibration.shift, f64::from(model.bias)];
    let line = model.calibration.isotonic.iter().flat_map(super::isotonic::Isotonic::numbers);
    state = tail.into_iter().chain(line).fold(state, |state, number| hash::pair(state, number.to_bits()));
    format!("{}-{:08x}", model.language, state >> 32)
}
