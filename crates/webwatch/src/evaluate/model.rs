//! The learned model against labelled sets: average precision in folds, on unseen events, and per label spent.
//!
//! Not here: the sets. Settings are chosen on the first fold's training part, never on what is reported.

use crate::detect::hash;
use crate::detect::model::calibrate::{Calibration, calibration_error};
use crate::detect::model::features::{Extractor, FeatureSettings};
use crate::detect::model::judge::average_precision;
use crate::detect::model::{Example, TrainSettings, train};
use crate::detect::normal::Normal;
use crate::detect::words::Words;
use crate::detect::{Body, Class, ClassHit, Rules};

/// A text with its label and the group that it is kept together with: an event, or itself.
pub struct Labelled<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it is what is looked for.
    pub relevant: bool,
    /// Which group it is in.
    pub group: u64,
}

/// The fold of a text: by its hash, so that equal texts are never on both sides.
pub fn fold(text: &str, folds: u64) -> u64 {
    hash::mix(hash::of_text(text.trim())) % folds
}

/// Features of all texts.
pub fn features(texts: &[Labelled], language: &str, settings: &FeatureSettings) -> Vec<Example> {
    let mut extractor = Extractor::new(settings, language);
    let one = |text: &Labelled| Example {
        features: extractor.features(&Words::of(Normal::of(text.text))),
        relevant: text.relevant,
        weight: 1.0,
    };
    texts.iter().map(one).collect()
}

/// Average precision of each group when the model learns from all the others; `groups` gives each example's group.
pub fn leave_out(examples: &[Example], groups: &[u64], settings: &TrainSettings) -> Vec<f64> {
    let mut names: Vec<u64> = groups.to_vec();
    names.sort_unstable();
    names.dedup();
    names.iter().map(|out| held_out(examples, &|place| groups[place] == *out, settings)).collect()
}

/// Average precision on the examples that `out` holds out.
pub fn held_out(examples: &[Example], out: &dyn Fn(usize) -> bool, settings: &TrainSettings) -> f64 {
    let inside = |wanted: bool| {
        let chosen = examples.iter().enumerate().filter(move |(place, _)| out(*place) == wanted);
        chosen.map(|(_, example)| example.clone())
    };
    let learned = train("xx", &inside(false).collect::<Vec<_>>(), settings);
    let Some(model) = learned else { return 0.0 };
    let scores: Vec<(f64, bool)> = inside(true).map(|one| (model.raw(&one.features), one.relevant)).collect();
    average_precision(&scores)
}

/// Expected calibration error of the sigmoid and of the line on a group, when the model and both learn from all others.
pub fn calibration(examples: &[Example], groups: &[u64], out: u64, settings: &TrainSettings) -> (f64, f64) {
    let of = |inside: bool| -> Vec<Example> {
        let chosen = examples.iter().zip(groups).filter(|(_, group)| (**group == out) != inside);
        chosen.map(|(example, _)| example.clone()).collect()
    };
    let Some(model) = train("xx", &of(true), &TrainSettings { calibrate: true, ..*settings }) else {
        return (1.0, 1.0);
    };
    let sigmoid = Calibration { isotonic: None, ..model.calibration.clone() };
    let held_out = of(false);
    let error = |calibration: &Calibration| {
        let said =
            held_out.iter().map(|one| (calibration.probability(model.raw(&one.features)), one.relevant));
        calibration_error(&said.collect::<Vec<_>>())
    };
    (error(&sigmoid), error(&model.calibration))
}

/// What the rules make of a text, 0 to 1: by which to choose what to ask about while there is no model.
pub fn by_rules(text: &str, language: &str) -> f64 {
    let hits = hits(text, language);
    let threat = hits.iter().filter(|hit| hit.class != Class::Demonstration && hit.class != Class::Rumour);
    threat.map(|hit| hit.strength).fold(0.0, f64::max)
}

/// What the rules find in a text.
pub fn hits(text: &str, language: &str) -> Vec<ClassHit> {
    let body = Body::new("", text, &[]);
    let words = Words::of(Normal::of(body.whole()));
    Rules::shared().read(&[&words], &[], &body, language)
}

/// How analysts are asked.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// How many labels in all.
    pub labels: usize,
    /// While there is no model: the share chosen by the rules, 0 to 1.
    pub by_rules: f64,
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "of a batch"
)]
fn share(of: usize, share: f64) -> usize {
    (of as f64 * share).round() as usize
}

/// Average precision on `test` after so many labels, chosen a batch at a time: a fifth by chance, the rest those of which
/// the model is least sure, or that the rules rate highest while there is none; and with all labels. `rated` is what the
/// rules make of each of the pool.
pub fn label_effort(
    pool: &[Example],
    rated: &[f64],
    test: &[Example],
    asking: Asking,
    settings: &TrainSettings,
) -> (f64, f64) {
    let labels = asking.labels;
    const BATCH: usize = 100;
    let score = |chosen: &[Example]| {
        train("xx", chosen, settings).map_or(0.0, |model| {
            average_precision(
                &test.iter().map(|one| (model.raw(&one.features), one.relevant)).collect::<Vec<_>>(),
            )
        })
    };
    let mut order: Vec<usize> = (0..pool.len()).collect();
    order.sort_by_key(|place| hash::mix(*place as u64 ^ 0x5eed));
    let mut chosen: Vec<usize> = Vec::new();
    let mut left = order;
    while chosen.len() < labels && !left.is_empty() {
        let learned: Vec<Example> = chosen.iter().map(|place| pool[*place].clone()).collect();
        let batch = BATCH.min(labels - chosen.len()).min(left.len());
        let model = train("xx", &learned, settings);
        let random = batch / 5;
        chosen.extend(left.drain(..random));
        // While there is no model: so many by the rules, the rest by chance.
        let rest = if model.is_none() { share(batch - random, asking.by_rules) } else { batch - random };
        chosen.extend(left.drain(..batch - random - rest));
        let unsure = |place: usize| match &model {
            Some(model) => (model.calibration.probability(model.raw(&pool[place].features)) - 0.5).abs(),
            None => 1.0 - rated[place],
        };
        let mut ranked: Vec<(f64, usize)> = left.iter().map(|place| (unsure(*place), *place)).collect();
        ranked.sort_by(|one, two| one.0.total_cmp(&two.0));
        let picked: Vec<usize> = ranked.iter().take(rest).map(|(_, place)| *place).collect();
        left.retain(|place| !picked.contains(place));
        chosen.extend(picked);
    }
    let learned: Vec<Example> = chosen.iter().map(|place| pool[*place].clone()).collect();
    (score(&learned), score(pool))
}
