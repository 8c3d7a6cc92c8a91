//! The threshold: the analyst says how many signals fit in a shift, and the score that gives that many is the threshold.
//!
//! Not here: scores.
//!
//! The best score of each story of the last week is held; the threshold is the score of the story at the place that the
//! wanted number of signals reaches. With little to look back on it is the lowest score allowed.

use std::collections::{BTreeMap, HashMap};

use base::clock::Timestamp;

/// Stories that are held for it.
const HELD_MAX: usize = 50_000;
/// How far back is looked, in hours.
const BACK_HOURS: i64 = 168;
/// How often it is worked out anew, in milliseconds.
const EVERY_MS: i64 = 60_000;

pub(super) struct Queue {
    per_shift: f64,
    shift_ms: f64,
    score_min: f64,
    first: Option<Timestamp>,
    scores: HashMap<u64, (Timestamp, f64)>,
    order: BTreeMap<(Timestamp, u64), ()>,
    threshold: f64,
    worked_out: Option<Timestamp>,
}

impl Queue {
    pub(super) fn new(per_shift: u32, shift_hours: u16, score_min: f64) -> Self {
        Self {
            per_shift: f64::from(per_shift),
            shift_ms: f64::from(shift_hours.max(1)) * 3_600_000.0,
            score_min,
            first: None,
            scores: HashMap::new(),
            order: BTreeMap::new(),
            threshold: score_min,
            worked_out: None,
        }
    }

    /// The threshold at a time.
    pub(super) fn threshold(&mut self, now: Timestamp) -> f64 {
        if self.worked_out.is_none_or(|then| now.millis_since(then) >= EVERY_MS) {
            self.worked_out = Some(now);
            self.threshold = self.work_out(now);
        }
        self.threshold
    }

    /// Notes the score of a story that is watched for; its best one counts.
    pub(super) fn note(&mut self, story: u64, at: Timestamp, score: f64) {
        self.first.get_or_insert(at);
        match self.scores.get_mut(&story) {
            Some((_, best)) => *best = best.max(score),
            None => {
                self.scores.insert(story, (at, score));
                self.order.insert((at, story), ());
            }
        }
        while self.order.len() > HELD_MAX {
            self.drop_first();
        }
    }

    fn work_out(&mut self, now: Timestamp) -> f64 {
        let since = now.plus_seconds(-BACK_HOURS * 3600);
        while self.order.first_key_value().is_some_and(|((at, _), ())| *at < since) {
            self.drop_first();
        }
        let first = self.order.first_key_value().map(|((at, _), ())| *at);
        let Some(first) = first.min(self.first.filter(|first| *first >= since)).or(first) else {
            return self.score_min;
        };
        #[allow(clippy::cast_precision_loss, reason = "at most a week of milliseconds")]
        let known = now.millis_since(first) as f64;
        // In the first minutes an eighth of a shift may come at once: nothing is known of what is usual.
        let known = known.max(self.shift_ms / 8.0);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of signals in a week"
        )]
        let wanted = (self.per_shift * known / self.shift_ms).floor() as usize;
        if wanted >= self.scores.len() {
            return self.score_min;
        }
        let mut scores: Vec<f64> = self.scores.values().map(|(_, score)| *score).collect();
        let (_, at, _) = scores.select_nth_unstable_by(wanted, |one, two| two.total_cmp(one));
        // One more than the score that would be one too many.
        (*at + 0.001).max(self.score_min)
    }

    fn drop_first(&mut self) {
        if let Some(((_, story), ())) = self.order.pop_first() {
            self.scores.remove(&story);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_as_many_as_fit_in_a_shift() {
        let start: Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
        let mut queue = Queue::new(10, 8, 1.5);
        let mut above = 0;
        // 200 stories an hour with scores spread evenly from 0 to 5.
        for number in 0u32..200 * 48 {
            let at = start.plus_seconds(i64::from(number) * 18);
            let score = f64::from(number * 7919 % 1000) / 200.0;
            queue.note(u64::from(number), at, score);
            let threshold = queue.threshold(at);
            assert!(threshold >= 1.5);
            above += u32::from(number >= 200 * 24 && score >= threshold);
        }
        assert!((20..=40).contains(&above), "{above} in three shifts of ten");
    }
}
