//! Stopwatch, percentiles, medians.
//!
//! Not here: what is measured.

use std::time::{Duration, Instant};

/// The time now, for measuring and nothing else.
#[allow(clippy::disallowed_methods, reason = "the rim: a stopwatch")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Times of many like things, in any order.
#[derive(Debug, Default, Clone)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that this many in a thousand do not exceed (nearest rank), in milliseconds.
    pub(crate) fn per_mille_ms(&mut self, per_mille: usize) -> f64 {
        if self.0.is_empty() {
            return f64::NAN;
        }
        self.0.sort_unstable();
        let rank = (self.0.len() * per_mille).div_ceil(1_000).clamp(1, self.0.len());
        self.0[rank - 1].as_secs_f64() * 1_000.0
    }
}

/// The middle one; of two the lower.
pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// A count as a number to divide.
#[allow(clippy::cast_precision_loss, reason = "counts of a measurement are far below 2^53")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let mut times = Times::default();
        for ms in (1..=100).rev() {
            times.add(Duration::from_millis(ms));
        }
        for (per_mille, expect) in [(500, 50.0), (950, 95.0), (990, 99.0), (1_000, 100.0), (1, 1.0)] {
            assert!((times.per_mille_ms(per_mille) - expect).abs() < 1e-9, "{per_mille}");
        }
        assert!(Times::default().per_mille_ms(500).is_nan());
    }

    #[test]
    fn the_middle_is_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0]) - 1.0).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }
}
