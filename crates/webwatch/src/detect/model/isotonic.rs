//! Scores to probabilities without a shape: isotonic regression by pooling adjacent violators.
//!
//! Not here: when there are enough judgements for it ([`super::calibrate`]).
//!
//! Method: Ayer and others 1955 (pool adjacent violators), Zadrozny and Elkan 2002 for calibration. Scores are first put
//! into bins of equal count, each pool pulled a little to the share of all, and probabilities go in straight lines from
//! the middle of one pool to that of the next: so that more is never less probable, and no probability is 0 or 1.

use serde::{Deserialize, Serialize};

/// The version of this form of a calibration.
const VERSION: u8 = 1;
/// Most bins.
const BINS_MAX: usize = 256;
/// Fewest examples of a bin.
const BIN_EXAMPLES: usize = 5;
/// How many examples of the share of all each pool is worth beside its own.
const PRIOR: f64 = 1.0;

/// A line through points that never falls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Isotonic {
    version: u8,
    /// Scores and probabilities, both rising.
    points: Vec<(f64, f64)>,
}

/// Neighbours with one probability.
struct Pool {
    weight: f64,
    scores: f64,
    relevant: f64,
}

impl Pool {
    fn share(&self) -> f64 {
        self.relevant / self.weight
    }
}

impl Isotonic {
    /// Fitted on scores and whether they were relevant; each with a weight. `None` without both sorts.
    pub fn fit(scores: &[(f64, bool, f64)]) -> Option<Self> {
        let mut sorted: Vec<&(f64, bool, f64)> = scores.iter().filter(|one| one.2 > 0.0).collect();
        sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
        let all: f64 = sorted.iter().map(|one| one.2).sum();
        let base = sorted.iter().filter(|one| one.1).map(|one| one.2).sum::<f64>() / all;
        if !(base > 0.0 && base < 1.0) {
            return None;
        }
        let size = sorted.len().div_ceil(BINS_MAX).max(BIN_EXAMPLES);
        let mut pools: Vec<Pool> = Vec::new();
        let mut at = 0;
        while at < sorted.len() {
            let mut end = (at + size).min(sorted.len());
            // Equal scores are in one bin.
            while end < sorted.len() && sorted[end].0.total_cmp(&sorted[end - 1].0).is_eq() {
                end += 1;
            }
            let bin = &sorted[at..end];
            let mut pool = Pool { weight: 0.0, scores: 0.0, relevant: 0.0 };
            for (score, relevant, weight) in bin.iter().copied() {
                pool.weight += weight;
                pool.scores += weight * score;
                pool.relevant += if *relevant { *weight } else { 0.0 };
            }
            at = end;
            while let Some(before) = pools.pop_if(|before| before.share() >= pool.share()) {
                pool.weight += before.weight;
                pool.scores += before.scores;
                pool.relevant += before.relevant;
            }
            pools.push(pool);
        }
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(pools.len());
        for pool in &pools {
            let probability = (pool.relevant + PRIOR * base) / (pool.weight + PRIOR);
            // Small pools at the ends are pulled more: never below the pool before.
            let before = points.last().map_or(0.0, |(_, before)| *before);
            points.push((pool.scores / pool.weight, probability.max(before)));
        }
        Some(Self { version: VERSION, points })
    }

    /// The probability of a score.
    pub fn probability(&self, score: f64) -> f64 {
        let at = self.points.partition_point(|(known, _)| *known <= score);
        match (at.checked_sub(1).and_then(|before| self.points.get(before)), self.points.get(at)) {
            (Some((low, from)), Some((high, to))) => from + (to - from) * (score - low) / (high - low),
            (Some((_, last)), None) => *last,
            (None, Some((_, first))) => *first,
            (None, None) => 0.5,
        }
    }

    /// Whether this is one that this version of Belfry reads: its version, and points that rise.
    pub fn is_known(&self) -> bool {
        let rises = |two: &[(f64, f64)]| two[0].0 < two[1].0 && two[0].1 <= two[1].1;
        self.version == VERSION
            && (1..=BINS_MAX).contains(&self.points.len())
            && self.points.windows(2).all(rises)
            && self
                .points
                .iter()
                .all(|(score, probability)| score.is_finite() && (0.0..=1.0).contains(probability))
    }

    /// Everything it says, as numbers: for the version of a model.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().flat_map(|(score, probability)| [*score, *probability])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violators_are_pooled_and_lines_drawn_between() {
        let mut scores = Vec::new();
        for (score, share) in [(0.0, 1), (1.0, 3), (2.0, 2), (3.0, 9)] {
            scores.extend((0..10).map(|number| (score, number < share, 1.0)));
        }
        let fitted = Isotonic::fit(&scores).unwrap();
        // 1 and 2 are one pool of 5 in 20 at 1.5; each pool has 1 example of 15 in 40 beside its own.
        let base = 15.0 / 40.0;
        let check = |score: f64, expect: f64| {
            assert!(
                (fitted.probability(score) - expect).abs() < 1e-12,
                "{score}: {}",
                fitted.probability(score)
            );
        };
        let (low, middle, high) = ((1.0 + base) / 11.0, (5.0 + base) / 21.0, (9.0 + base) / 11.0);
        check(-9.0, low);
        check(1.5, middle);
        check(0.75, f64::midpoint(low, middle));
        check(3.0, high);
        check(99.0, high);
        assert!(fitted.is_known());
        assert!(!Isotonic { version: 2, ..fitted.clone() }.is_known());
        assert!(!Isotonic { points: vec![(1.0, 0.5), (0.0, 0.6)], ..fitted }.is_known());
        assert_eq!(Isotonic::fit(&[(1.0, true, 1.0)]), None);
    }

    proptest::proptest! {
        #[test]
        fn more_is_never_less_probable(scores in proptest::collection::vec((-5.0..5.0f64, proptest::bool::ANY), 2..200)) {
            let scores: Vec<_> = scores.into_iter().map(|(score, relevant)| (score, relevant, 1.0)).collect();
            if let Some(fitted) = Isotonic::fit(&scores) {
                let steps: Vec<f64> = (-60..60).map(|step| fitted.probability(f64::from(step) / 10.0)).collect();
                proptest::prop_assert!(fitted.is_known() && steps.windows(2).all(|two| two[0] <= two[1]));
                proptest::prop_assert!(steps.iter().all(|one| *one > 0.0 && *one < 1.0));
            }
        }
    }
}
