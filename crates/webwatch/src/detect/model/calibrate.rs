//! Scores to probabilities, fitted on scores of examples that the model had not seen: Platt's sigmoid, and where there are
//! enough judgements a line of no given shape ([`super::isotonic`]).
//!
//! Not here: the scores.
//!
//! Method: Platt 1999 with the targets and the Newton method of Lin, Lin and Weng 2007.

use serde::{Deserialize, Serialize};

use super::isotonic::Isotonic;

/// From so many judgements on the line has no given shape: with fewer it follows chance.
pub const ISOTONIC_MIN: usize = 1_000;
/// And from so many of each sort on.
pub const ISOTONIC_SORT_MIN: usize = 100;

/// A sigmoid: probability = 1 / (1 + exp(slope * score + shift)), unless there is a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Below zero when a higher score means more probable.
    pub slope: f64,
    /// Where the score means a half: `-shift / slope`.
    pub shift: f64,
    /// The share of relevant ones among what it was fitted on.
    pub base: f64,
    /// What takes the place of the sigmoid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isotonic: Option<Isotonic>,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: -1.0, shift: 0.0, base: 0.5, isotonic: None }
    }
}

impl Calibration {
    /// The probability of a score.
    pub fn probability(&self, score: f64) -> f64 {
        match &self.isotonic {
            Some(line) => line.probability(score),
            None => 1.0 / (1.0 + (self.slope * score + self.shift).exp()),
        }
    }

    /// Fitted on scores and whether they were relevant; each with a weight.
    pub fn fit(scores: &[(f64, bool, f64)]) -> Self {
        let relevant = scores.iter().filter(|one| one.1).count();
        let enough =
            scores.len() >= ISOTONIC_MIN && relevant.min(scores.len() - relevant) >= ISOTONIC_SORT_MIN;
        let isotonic = if enough { Isotonic::fit(scores) } else { None };
        Self { isotonic, ..Self::sigmoid(scores) }
    }

    /// The sigmoid alone.
    pub fn sigmoid(scores: &[(f64, bool, f64)]) -> Self {
        let sum =
            |relevant: bool| scores.iter().filter(|one| one.1 == relevant).map(|one| one.2).sum::<f64>();
        let (yes, no) = (sum(true), sum(false));
        if yes <= 0.0 || no <= 0.0 {
            return Self::default();
        }
        let targets = ((yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0));
        let (mut slope, mut shift) = (0.0f64, ((no + 1.0) / (yes + 1.0)).ln());
        let mut value = loss(scores, slope, shift, targets);
        for _ in 0..100 {
            let (mut h11, mut h22, mut h21, mut g1, mut g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0);
            for (score, relevant, weight) in scores {
                let p = 1.0 / (1.0 + (slope * score + shift).exp());
                let d2 = p * (1.0 - p) * weight;
                h11 += score * score * d2;
                h22 += d2;
                h21 += score * d2;
                let d1 = (if *relevant { targets.0 } else { targets.1 } - p) * weight;
                g1 += score * d1;
                g2 += d1;
            }
            if g1.abs() < 1e-6 && g2.abs() < 1e-6 {
                break;
            }
            let det = h11 * h22 - h21 * h21;
            let (da, db) = (-(h22 * g1 - h21 * g2) / det, -(-h21 * g1 + h11 * g2) / det);
            let along = g1 * da + g2 * db;
            let mut step = 1.0;
            let mut moved = false;
            while step >= 1e-10 {
                let tried = loss(scores, slope + step * da, shift + step * db, targets);
                if tried < value + 1e-4 * step * along {
                    (slope, shift, value, moved) = (slope + step * da, shift + step * db, tried, true);
                    break;
                }
                step /= 2.0;
            }
            if !moved {
                break;
            }
        }
        Self { slope: slope.min(0.0), shift, base: yes / (yes + no), isotonic: None }
    }
}

/// Expected calibration error: how far probabilities are from what happened, over ten bins of equal width, weighed by how
/// many fall into each.
pub fn calibration_error(probabilities: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); 10];
    for (probability, relevant) in probabilities {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 9")]
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        bin.0 += probability;
        bin.1 += f64::from(u8::from(*relevant));
    }
    let count = f64::from(u32::try_from(probabilities.len().max(1)).unwrap_or(u32::MAX));
    bins.iter().map(|(said, happened): &(f64, f64)| (said - happened).abs()).sum::<f64>() / count
}

fn loss(scores: &[(f64, bool, f64)], slope: f64, shift: f64, targets: (f64, f64)) -> f64 {
    let one = |(score, relevant, weight): &(f64, bool, f64)| {
        let target = if *relevant { targets.0 } else { targets.1 };
        let f = slope * score + shift;
        weight * if f >= 0.0 { target * f + (-f).exp().ln_1p() } else { (target - 1.0) * f + f.exp().ln_1p() }
    };
    scores.iter().map(one).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::hash;

    #[test]
    fn probabilities_are_what_happens() {
        // A score of s is relevant in 1/(1+exp(-2s+1)) of cases, laid out without chance.
        let mut scores = Vec::new();
        for step in -20..=20 {
            let score = f64::from(step) / 10.0;
            let truth = 1.0 / (1.0 + (-2.0 * score + 1.0).exp());
            scores.extend((0..1000).map(|count| (score, f64::from(count) < truth * 1000.0, 1.0)));
        }
        let fitted = Calibration::sigmoid(&scores);
        for score in [-1.5, -0.5, 0.0, 0.5, 1.0] {
            let truth = 1.0 / (1.0 + (-2.0 * score + 1.0f64).exp());
            assert!(
                (fitted.probability(score) - truth).abs() < 0.02,
                "{score} {} {truth}",
                fitted.probability(score)
            );
        }
        assert_eq!(Calibration::fit(&[(1.0, true, 1.0)]), Calibration::default());
    }

    /// Scores whose truth is a stair and no sigmoid, drawn anew for each seed.
    fn stairs(seed: u64, count: u64) -> Vec<(f64, bool, f64)> {
        let draw = |number: u64| {
            let mixed = hash::mix(hash::pair(seed, number)) >> 12;
            #[allow(clippy::cast_precision_loss, reason = "52 bits")]
            let share = mixed as f64 / (1u64 << 52) as f64;
            share
        };
        let one = |number: u64| {
            let score = 8.0 * draw(2 * number) - 4.0;
            let truth = match score {
                low if low < -1.0 => 0.05,
                middle if middle < 2.5 => 0.45,
                _ => 0.7,
            };
            (score, draw(2 * number + 1) < truth, 1.0)
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn the_error_on_held_out_scores_falls_where_there_are_enough_judgements() {
        let held_out = stairs(1, 4_000);
        let error = |calibration: &Calibration| {
            let said =
                held_out.iter().map(|(score, relevant, _)| (calibration.probability(*score), *relevant));
            calibration_error(&said.collect::<Vec<_>>())
        };
        for seed in 2..7 {
            let learned = stairs(seed, 2_000);
            let (line, sigmoid) = (Calibration::fit(&learned), Calibration::sigmoid(&learned));
            assert!(error(&line) < 0.7 * error(&sigmoid), "{seed}: {} {}", error(&line), error(&sigmoid));
            assert_eq!(line, Calibration::fit(&learned));
        }
        let few = stairs(2, 900);
        assert_eq!(Calibration::fit(&few), Calibration::sigmoid(&few));
    }
}
