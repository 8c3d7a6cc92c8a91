//! From scores to probabilities that mean what they say, with "unsure" as one of the answers.
//!
//! Two things are learned from windows whose source the scores had not seen: how sharp scores are (temperature), and what a sound
//! of no known label looks like, by leaving each label out in turn. Both go into one softmax with "unsure" as a label more.
//!
//! Not here: the scores (`kernel`).

use nalgebra::{Matrix3, Vector3};

/// One sound in so many is taken to be of none of the labels. How many they are at a street no data set of known labels can say, so this is a
/// guess to be replaced by what operators judge; it was not chosen by a score.
const UNKNOWN_ONE_IN: f64 = 5.0;
/// Rounds of Newton's method; it has come to rest long before.
const ROUNDS: usize = 50;
/// Holds the numbers back where there is little to learn from.
const HELD_BACK: f64 = 1e-2;

/// What scores mean: the logit of a label is `sharp * score`, that of "unsure" is `unsure - alone * nearest`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Calibration {
    pub(super) sharp: f64,
    pub(super) unsure: f64,
    pub(super) alone: f64,
}

/// Scores of a window whose source was held out.
#[derive(Debug, Clone)]
pub(super) struct HeldOut {
    /// One per label; negative infinity for a label that was left out.
    pub(super) scores: Vec<f32>,
    /// Likeness to the examples nearest to it.
    pub(super) nearest: f32,
    /// Its label; `None` when that was left out.
    pub(super) truth: Option<usize>,
}

impl Calibration {
    /// Before anything was learned.
    const START: Self = Self { sharp: 4.0, unsure: 0.0, alone: 0.0 };

    /// The probability of each label; what they lack to one is "unsure".
    pub(super) fn probabilities(&self, scores: &[f32], nearest: f32) -> Vec<f32> {
        let mut all = self.softmax(scores, nearest);
        all.pop();
        all.into_iter().map(|one| one as f32).collect()
    }

    /// Labels, then "unsure".
    fn softmax(&self, scores: &[f32], nearest: f32) -> Vec<f64> {
        let unsure = self.unsure - self.alone * f64::from(nearest);
        let logits = scores.iter().map(|score| self.sharp * f64::from(*score)).chain([unsure]);
        let logits: Vec<f64> = logits.collect();
        let most = logits.iter().fold(f64::MIN, |most, one| most.max(*one));
        let raised: Vec<f64> = logits.iter().map(|one| (one - most).exp()).collect();
        let sum: f64 = raised.iter().sum();
        raised.into_iter().map(|one| one / sum).collect()
    }

    /// Learns from windows that were held out: the likeliest numbers, by Newton's method (the problem is convex).
    pub(super) fn learn(held_out: &[HeldOut]) -> Self {
        let unknown = held_out.iter().filter(|one| one.truth.is_none()).count();
        let known = held_out.len() - unknown;
        let weight = |one: &HeldOut| match one.truth {
            Some(_) => 1.0 / known.max(1) as f64,
            None => 1.0 / (UNKNOWN_ONE_IN - 1.0) / unknown.max(1) as f64,
        };
        let mut here = Self::START;
        let mut loss = here.loss(held_out, &weight);
        for _ in 0..ROUNDS {
            let (slope, bend) = here.derivatives(held_out, &weight);
            let Some(step) = bend.cholesky().map(|solved| solved.solve(&slope)) else { break };
            let halves = (0..20).map(|halving| 0.5f64.powi(halving));
            let better = halves
                .map(|part| here.moved(&(step * part)))
                .map(|next| (next, next.loss(held_out, &weight)))
                .find(|(_, next)| *next < loss);
            let Some((next, next_loss)) = better else { break };
            (here, loss) = (next, next_loss);
        }
        here
    }

    fn moved(self, step: &Vector3<f64>) -> Self {
        Self {
            // Scores speak for their label, and loneliness for "unsure": never the other way round.
            sharp: (self.sharp - step[0]).max(0.1),
            unsure: self.unsure - step[1],
            alone: (self.alone - step[2]).max(0.0),
        }
    }

    fn numbers(self) -> Vector3<f64> {
        Vector3::new(self.sharp - Self::START.sharp, self.unsure, self.alone)
    }

    fn loss(self, held_out: &[HeldOut], weight: &impl Fn(&HeldOut) -> f64) -> f64 {
        let one = |one: &HeldOut| {
            let all = self.softmax(&one.scores, one.nearest);
            -weight(one) * all[one.truth.unwrap_or(all.len() - 1)].max(1e-300).ln()
        };
        held_out.iter().map(one).sum::<f64>() + 0.5 * HELD_BACK * 1e-2 * self.numbers().norm_squared()
    }

    fn derivatives(
        self,
        held_out: &[HeldOut],
        weight: &impl Fn(&HeldOut) -> f64,
    ) -> (Vector3<f64>, Matrix3<f64>) {
        let mut slope = self.numbers() * (HELD_BACK * 1e-2);
        let mut bend = Matrix3::identity() * (HELD_BACK * 1e-2);
        for one in held_out {
            let all = self.softmax(&one.scores, one.nearest);
            let inputs = |at: usize| match one.scores.get(at) {
                Some(score) if score.is_finite() => Vector3::new(f64::from(*score), 0.0, 0.0),
                Some(_) => Vector3::zeros(),
                None => Vector3::new(0.0, 1.0, -f64::from(one.nearest)),
            };
            let mean: Vector3<f64> = all.iter().enumerate().map(|(at, share)| inputs(at) * *share).sum();
            slope += (mean - inputs(one.truth.unwrap_or(all.len() - 1))) * weight(one);
            for (at, share) in all.iter().enumerate() {
                let off = inputs(at) - mean;
                bend += off * off.transpose() * (share * weight(one));
            }
        }
        (slope, bend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores that are right so many times in ten, and unknown sounds with low scores and far from everything.
    fn held_out(right_of_ten: usize) -> Vec<HeldOut> {
        let known = (0..200).map(|at| HeldOut {
            scores: vec![0.9, 0.1, 0.0],
            nearest: 0.6,
            truth: Some(usize::from(at % 10 >= right_of_ten)),
        });
        let unknown =
            (0..60).map(|_| HeldOut { scores: vec![0.3, 0.2, f32::NEG_INFINITY], nearest: 0.1, truth: None });
        known.chain(unknown).collect()
    }

    #[test]
    fn what_is_said_nine_times_in_ten_is_so_nine_times_in_ten() {
        for right in [6, 9] {
            let learned = Calibration::learn(&held_out(right));
            let said = learned.probabilities(&[0.9, 0.1, 0.0], 0.6)[0];
            assert!((said - right as f32 / 10.0).abs() < 0.06, "{right}: {said} {learned:?}");
        }
    }

    #[test]
    fn what_is_like_nothing_is_unsure() {
        let learned = Calibration::learn(&held_out(9));
        let far: f32 = learned.probabilities(&[0.3, 0.2, 0.1], 0.1).iter().sum();
        assert!(far < 0.3, "{far} {learned:?}");
        assert!(learned.alone >= 0.0 && learned.sharp > 0.0);
    }
}
