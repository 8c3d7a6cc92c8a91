//! How good a model is on sources it has not learned from: how often right, of what it takes for what, how well it ranks, and
//! whether its probabilities are true.
//!
//! Not here: reading folders and printing tables (`belfry sense evaluate`).

use std::collections::{BTreeMap, BTreeSet};

use base::random::SeededRandom;

use super::{Example, Model, NotLearned, learn};

/// Ranges of probability in which it is looked at whether it is true.
const RANGES: usize = 10;

/// What a model told of one window of a known label.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The label it has, by its place; `None` when it is none of the labels.
    pub truth: Option<usize>,
    /// The probability of each label; what they lack to one is "unsure".
    pub probabilities: Vec<f32>,
}

impl Told {
    /// What a model makes of an example, or of its onset only.
    pub fn by(model: &Model, example: &Example, onset: bool) -> Self {
        let truth = model.labels.binary_search_by(|label| label.as_str().cmp(example.label())).ok();
        Self { truth, probabilities: example.told_by(model, onset) }
    }

    /// The likeliest label and its probability.
    pub fn first(&self) -> (usize, f32) {
        let all = self.probabilities.iter().copied().enumerate();
        all.max_by(|one, two| one.1.total_cmp(&two.1)).unwrap_or((0, 0.0))
    }

    /// Whether "unsure" is likelier than every label.
    pub fn is_unsure(&self) -> bool {
        self.first().1 < 1.0 - self.probabilities.iter().sum::<f32>()
    }

    fn is_right(&self) -> bool {
        self.truth == Some(self.first().0)
    }
}

/// How good a model is.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Windows told of.
    pub windows: usize,
    /// Share whose likeliest label is theirs, "unsure" not allowed as an answer.
    pub right: f64,
    /// Share that is called "unsure".
    pub unsure: f64,
    /// Share that is right of those not called "unsure".
    pub right_when_sure: f64,
    /// Share that is right of the nine in ten with the highest probability.
    pub right_of_nine_in_ten: f64,
    /// Expected calibration error: how far the probability of the likeliest label is from how often it is right, over ten ranges.
    pub calibration_error: f64,
    /// For each label (row) how many of its windows were called what; "unsure" comes last.
    pub confusion: Vec<Vec<u32>>,
    /// Average precision of each label; not a number where none of its windows was told of.
    pub average_precision: Vec<f64>,
}

impl Report {
    /// Of what was told; windows that are none of the labels are left out.
    pub fn of(told: &[Told], labels: usize) -> Self {
        let mut told: Vec<&Told> = told.iter().filter(|one| one.truth.is_some()).collect();
        told.sort_by(|one, two| two.first().1.total_cmp(&one.first().1));
        let sure: Vec<&Told> = told.iter().copied().filter(|one| !one.is_unsure()).collect();
        let mut confusion = vec![vec![0; labels + 1]; labels];
        for one in &told {
            let called = if one.is_unsure() { labels } else { one.first().0 };
            if let Some(row) = one.truth.and_then(|truth| confusion.get_mut(truth)) {
                row[called] += 1;
            }
        }
        Self {
            windows: told.len(),
            right: share_right(&told),
            unsure: 1.0 - share(sure.len(), told.len()),
            right_when_sure: share_right(&sure),
            right_of_nine_in_ten: share_right(&told[..(told.len() * 9).div_ceil(10)]),
            calibration_error: calibration_error(&told),
            confusion,
            average_precision: (0..labels).map(|label| average_precision(&told, label)).collect(),
        }
    }
}

/// Learns and measures in turn: each part of the sources is told of by a model that learned from the others. `part_of` gives the
/// part of an example, which must be the same for all of a source; `onset`: told from their onsets only.
pub fn across<E: AsRef<Example>>(
    examples: &[E],
    part_of: impl Fn(&Example) -> usize,
    seed: u64,
    onset: bool,
) -> Result<Vec<Told>, NotLearned> {
    let examples: Vec<&Example> = examples.iter().map(AsRef::as_ref).collect();
    let parts: BTreeSet<usize> = examples.iter().map(|one| part_of(one)).collect();
    let mut out = Vec::with_capacity(examples.len());
    for part in parts {
        let learned: Vec<&Example> = examples.iter().copied().filter(|one| part_of(one) != part).collect();
        let model = Model::train(&learned, seed)?;
        let asked = examples.iter().filter(|one| part_of(one) == part);
        out.extend(asked.map(|one| Told::by(&model, one, onset)));
    }
    Ok(out)
}

/// Deals the sources of examples to five parts, each label over as many as it can be: for [`across`].
pub fn parts(examples: &[Example], seed: u64) -> BTreeMap<String, usize> {
    let examples: Vec<&Example> = examples.iter().collect();
    let parts = learn::parts(&examples, &SeededRandom::new(seed));
    examples.iter().map(|one| one.source.clone()).zip(parts).collect()
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

fn share_right(told: &[&Told]) -> f64 {
    share(told.iter().filter(|one| one.is_right()).count(), told.len())
}

fn calibration_error(told: &[&Told]) -> f64 {
    let range = |one: &Told| ((one.first().1 * RANGES as f32) as usize).min(RANGES - 1);
    let error = |wanted: usize| {
        let inside: Vec<&Told> = told.iter().copied().filter(|one| range(one) == wanted).collect();
        let said: f64 = inside.iter().map(|one| f64::from(one.first().1)).sum::<f64>();
        (said - share_right(&inside) * inside.len() as f64).abs()
    };
    (0..RANGES).map(error).sum::<f64>() / told.len().max(1) as f64
}

/// The mean, over the windows of a label, of the precision down to each when all are ranked by the label's probability.
fn average_precision(told: &[&Told], label: usize) -> f64 {
    let mut ranked: Vec<&Told> = told.to_vec();
    ranked.sort_by(|one, two| two.probabilities[label].total_cmp(&one.probabilities[label]));
    let (mut found, mut sum) = (0usize, 0.0);
    for (rank, one) in ranked.iter().enumerate() {
        if one.truth == Some(label) {
            found += 1;
            sum += found as f64 / (rank + 1) as f64;
        }
    }
    if found == 0 { f64::NAN } else { sum / found as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(truth: usize, probabilities: &[f32]) -> Told {
        Told { truth: Some(truth), probabilities: probabilities.to_vec() }
    }

    #[test]
    fn counts_what_is_called_what() {
        let all = [told(0, &[0.9, 0.1]), told(0, &[0.2, 0.7]), told(1, &[0.1, 0.8]), told(1, &[0.2, 0.3])];
        let report = Report::of(&all, 2);
        assert_eq!(report.confusion, [[1, 1, 0], [0, 1, 1]]);
        assert!((report.right - 0.75).abs() < 1e-9 && (report.unsure - 0.25).abs() < 1e-9);
        assert!((report.right_when_sure - 2.0 / 3.0).abs() < 1e-9);
        // Of label 1: ranked 0.8 (is), 0.7 (is not), 0.3 (is).
        assert!((report.average_precision[1] - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_probability_that_is_true_has_no_error() {
        let said = |right: usize| -> Vec<Told> {
            (0..10).map(|at| told(usize::from(at >= right), &[0.8, 0.1])).collect()
        };
        assert!(Report::of(&said(8), 2).calibration_error < 1e-6);
        assert!((Report::of(&said(3), 2).calibration_error - 0.5).abs() < 1e-6);
    }
}
