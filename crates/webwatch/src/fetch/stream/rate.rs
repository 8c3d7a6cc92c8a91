//! A leaky bucket: so many messages a second in the long run, five seconds' worth at once.
//!
//! Not here: what is done with those that are too many.

use base::clock::Timestamp;

/// Seconds' worth of messages that may come at once.
const BURST_S: i64 = 5;

/// How much may still come, in thousandths of a message.
pub(super) struct Bucket {
    per_s: i64,
    left: i64,
    filled: Timestamp,
}

impl Bucket {
    pub(super) fn new(per_s: u32, now: Timestamp) -> Self {
        let per_s = i64::from(per_s);
        Self { per_s, left: per_s * BURST_S * 1_000, filled: now }
    }

    /// Whether one more may come now.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        let passed = now.millis_since(self.filled).clamp(0, BURST_S * 1_000);
        self.filled = now;
        self.left = (self.left + passed * self.per_s).min(self.per_s * BURST_S * 1_000);
        let fits = self.left >= 1_000;
        if fits {
            self.left -= 1_000;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_the_rate() {
        let start = Timestamp::from_seconds(1_800_000_000);
        let mut bucket = Bucket::new(10, start);
        assert_eq!((0..100).filter(|_| bucket.take(start)).count(), 50);
        let mut passed = 0;
        for millis in 1..=10_000 {
            passed += usize::from(bucket.take(start.plus_millis(millis)));
        }
        assert_eq!(passed, 100);
        assert!(!bucket.take(start), "a clock that goes back gives nothing");
    }
}
