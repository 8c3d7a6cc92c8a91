//! How a source fares: what its page shows, and when its silence is an alarm.
//!
//! Not here: when it is looked at next.

use std::collections::VecDeque;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// Days that the daily counts reach back.
pub const DAYS_MAX: usize = 30;
/// Most gaps that make a habit.
const GAPS_MAX: usize = 40;
/// Fewest gaps that make a habit.
const GAPS_MIN: usize = 6;
/// Silence is strange when it is this many times the longest gap of the habit.
const HABIT_TIMES: i64 = 3;
/// Silence shorter than this is never strange by habit, in seconds.
const HABIT_S_MIN: i64 = 3_600;
/// Longest words of an error that are kept, in characters.
const WORDS_CHARS_MAX: usize = 300;

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// When.
    pub at: Timestamp,
    /// What, in words.
    pub words: String,
}

/// Items of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// New items on it.
    pub items: u32,
}

/// How a source fares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// When it was last looked at.
    pub last_look: Option<Timestamp>,
    /// When looking last succeeded, with or without something new.
    pub last_success: Option<Timestamp>,
    /// When it last had something new.
    pub last_new: Option<Timestamp>,
    /// From publication to arrival, in seconds: a moving mean over items.
    pub delay_s: Option<u32>,
    /// Errors since the last success.
    pub errors_in_a_row: u32,
    /// The last thing that went wrong.
    pub last_error: Option<Wrong>,
    /// New items per day, oldest first.
    pub days: VecDeque<Day>,
    /// Messages of its stream that were dropped because they came too fast.
    pub dropped: u64,
    /// The last gaps between two looks with something new, in seconds.
    gaps_s: VecDeque<u32>,
}

impl Health {
    pub(super) fn succeeded(&mut self, now: Timestamp) {
        self.last_look = Some(now);
        self.last_success = Some(now);
        self.errors_in_a_row = 0;
    }

    pub(super) fn failed(&mut self, words: &str, now: Timestamp) {
        self.last_look = Some(now);
        self.errors_in_a_row = self.errors_in_a_row.saturating_add(1);
        self.last_error = Some(Wrong { at: now, words: words.chars().take(WORDS_CHARS_MAX).collect() });
    }

    pub(super) fn brought(&mut self, items: u32, newest: Option<Timestamp>, now: Timestamp) {
        if items == 0 {
            return;
        }
        if let Some(last) = self.last_new {
            let gap = u32::try_from(now.millis_since(last).max(0) / 1_000).unwrap_or(u32::MAX);
            // What comes together is one arrival: a burst of messages makes no habit of zero seconds.
            if gap > 0 {
                push(&mut self.gaps_s, gap, GAPS_MAX);
                self.last_new = Some(now);
            }
        } else {
            self.last_new = Some(now);
        }
        if let Some(newest) = newest {
            let delay = u32::try_from(now.millis_since(newest).max(0) / 1_000).unwrap_or(u32::MAX);
            let old = self.delay_s.map_or(delay, |old| old - old / 8 + delay / 8);
            self.delay_s = Some(old);
        }
        let day = now.seconds().div_euclid(86_400);
        match self.days.back_mut() {
            Some(last) if last.day == day => last.items = last.items.saturating_add(items),
            _ => push(&mut self.days, Day { day, items }, DAYS_MAX),
        }
    }

    /// Since when the source is strangely silent: longer than `silence_s`, or without it than its own habit.
    pub fn silent_since(&self, silence_s: Option<u32>, now: Timestamp) -> Option<Timestamp> {
        let last = self.last_new?;
        let limit_s = silence_s.map(i64::from).or_else(|| self.habit_s())?;
        (now.millis_since(last) > limit_s.saturating_mul(1_000)).then_some(last)
    }

    /// Silence beyond the habit, in seconds; `None` while there is no habit yet.
    fn habit_s(&self) -> Option<i64> {
        let longest = self.gaps_s.iter().max().filter(|_| self.gaps_s.len() >= GAPS_MIN)?;
        Some((i64::from(*longest) * HABIT_TIMES).max(HABIT_S_MIN))
    }
}

fn push<T>(ring: &mut VecDeque<T>, value: T, most: usize) {
    if ring.len() >= most {
        ring.pop_front();
    }
    ring.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds)
    }

    #[test]
    fn silence_is_measured_by_habit() {
        let mut health = Health::default();
        assert_eq!(health.silent_since(None, at(9_999_999)), None, "nothing ever came: no habit");
        for hour in 0..5 {
            health.brought(2, None, at(hour * 3_600));
        }
        assert_eq!(health.silent_since(None, at(9_999_999)), None, "too few gaps for a habit");
        for hour in [5, 6, 14, 15] {
            health.brought(2, None, at(hour * 3_600));
        }
        // The longest gap, a night of eight hours, three times.
        let (last, limit) = (at(15 * 3_600), (15 + 24) * 3_600);
        assert_eq!(health.silent_since(None, at(limit)), None);
        assert_eq!(health.silent_since(None, at(limit + 1)), Some(last));
        assert_eq!(health.silent_since(Some(600), at(15 * 3_600 + 601)), Some(last), "the owner's own limit");
    }

    #[test]
    fn days_and_delays_are_counted() {
        let mut health = Health::default();
        for day in 0..40 {
            health.brought(1, Some(at(day * 86_400 - 60)), at(day * 86_400));
            health.brought(2, None, at(day * 86_400 + 1));
        }
        assert_eq!(health.days.len(), DAYS_MAX);
        assert!(health.days.iter().all(|day| day.items == 3));
        assert_eq!(health.delay_s, Some(60));
        health.brought(1, Some(at(99 * 86_400)), at(99 * 86_400));
        assert!(health.delay_s.is_some_and(|delay| (50..60).contains(&delay)), "{:?}", health.delay_s);
    }
}
