//! Scores to probabilities: Platt's sigmoid, fitted on scores of examples that the model had not seen.
//!
//! Not here: the scores.
//!
//! Method: Platt 1999 with the targets and the Newton method of Lin, Lin and Weng 2007. Isotonic regression needs some
//! thousand judgements to be smoother than this, which an operator does not have.

use serde::{Deserialize, Serialize};

/// A sigmoid: probability = 1 / (1 + exp(slope * score + shift)).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Below zero when a higher score means more probable.
    pub slope: f64,
    /// Where the score means a half: `-shift / slope`.
    pub shift: f64,
    /// The share of relevant ones among what it was fitted on.
    pub base: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: -1.0, shift: 0.0, base: 0.5 }
    }
}

impl Calibration {
    /// The probability of a score.
    pub fn probability(&self, score: f64) -> f64 {
        1.0 / (1.0 + (self.slope * score + self.shift).exp())
    }

    /// Fitted on scores and whether they were relevant; each with a weight.
    pub fn fit(scores: &[(f64, bool, f64)]) -> Self {
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
        Self { slope: slope.min(0.0), shift, base: yes / (yes + no) }
    }
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

    #[test]
    fn probabilities_are_what_happens() {
        // A score of s is relevant in 1/(1+exp(-2s+1)) of cases, laid out without chance.
        let mut scores = Vec::new();
        for step in -20..=20 {
            let score = f64::from(step) / 10.0;
            let truth = 1.0 / (1.0 + (-2.0 * score + 1.0).exp());
            scores.extend((0..1000).map(|count| (score, f64::from(count) < truth * 1000.0, 1.0)));
        }
        let fitted = Calibration::fit(&scores);
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
}
