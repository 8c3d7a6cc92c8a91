//! More than usual is said about something: a count of the last hour against what this hour of the week is used to.
//!
//! Not here: who says it; distinct sources and voices are counted, not named.
//!
//! Method: median and median absolute deviation of the same hour of the week (and the one before, into which the last sixty minutes reach) over six weeks, as a
//! robust z-score (Iglewicz, Hoaglin 1993); while fewer than two weeks are known, of the same hour of the days before, and while
//! fewer than three days are known, of all hours. Before a day of watching has passed nothing is known to be unusual.

use std::collections::{BTreeMap, HashMap, VecDeque};

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Pseudonym;
use crate::detect::hash;

const HOUR_MS: i64 = 3_600_000;
/// Weeks that are remembered.
const WEEKS: i64 = 6;
/// Happenings of the last hour that are held per subject.
const RECENT_MAX: usize = 5_000;
/// Subjects that are held.
const SUBJECTS_MAX: usize = 50_000;
/// Below this robust z-score nothing is unusual.
const UNUSUAL: f64 = 3.0;

/// Something unusual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// How many in the last hour.
    pub seen: u32,
    /// How many are usual.
    pub usual: f64,
    /// Robust z-score.
    pub deviation: f64,
    /// Distinct sources in the last hour.
    pub sources: u32,
    /// Distinct voices in the last hour.
    pub voices: u32,
}

impl Burst {
    /// What it adds to a score: 0.5 where it begins to be unusual, at most 2.
    pub fn value(&self) -> f64 {
        (0.5 + 0.5 * (self.deviation / UNUSUAL).log2()).clamp(0.0, 2.0)
    }
}

/// What is said per subject (a profile, a place).
pub struct Bursts {
    subjects: HashMap<u64, Subject>,
    /// The hour in which watching began: of what was never said before, it is known that it was not said since then.
    began: Option<i64>,
    sources_min: usize,
    voices_min: usize,
}

#[derive(Default)]
struct Subject {
    /// Counts by hour since 1970.
    hours: BTreeMap<i64, u32>,
    first: i64,
    recent: VecDeque<(Timestamp, u64, Option<Pseudonym>)>,
}

impl Bursts {
    /// Nothing seen yet; a burst needs so many distinct sources and voices.
    pub fn new(sources_min: usize, voices_min: usize) -> Self {
        Self { subjects: HashMap::new(), began: None, sources_min, voices_min }
    }

    /// Counts a document for a subject; gives the burst that it is part of.
    pub fn note(
        &mut self,
        subject: &str,
        at: Timestamp,
        source: &str,
        voice: Option<Pseudonym>,
    ) -> Option<Burst> {
        let key = hash::of_text(subject);
        if self.subjects.len() >= SUBJECTS_MAX && !self.subjects.contains_key(&key) {
            return None;
        }
        let hour = at.millis().div_euclid(HOUR_MS);
        let first = *self.began.get_or_insert(hour);
        let known = self.subjects.entry(key).or_insert_with(|| Subject { first, ..Subject::default() });
        *known.hours.entry(hour).or_default() += 1;
        known.recent.push_back((at, hash::of_text(source), voice));
        let since = at.plus_millis(-HOUR_MS);
        while known.recent.len() > RECENT_MAX
            || known.recent.front().is_some_and(|(when, _, _)| *when < since)
        {
            known.recent.pop_front();
        }
        while known.hours.first_key_value().is_some_and(|(old, _)| *old < hour - WEEKS * 168 - 2) {
            known.hours.pop_first();
        }
        known.burst(hour, self.sources_min, self.voices_min)
    }
}

impl Subject {
    fn burst(&self, hour: i64, sources_min: usize, voices_min: usize) -> Option<Burst> {
        let distinct = |mut list: Vec<u64>| {
            list.sort_unstable();
            list.dedup();
            list.len()
        };
        let sources = distinct(self.recent.iter().map(|(_, source, _)| *source).collect());
        let voices =
            distinct(self.recent.iter().filter_map(|(_, _, voice)| voice.map(|voice| voice.0)).collect());
        if sources < sources_min || voices < voices_min {
            return None;
        }
        let mut before = self.before(hour);
        if before.is_empty() {
            return None;
        }
        let (usual, margin) = spread(&mut before);
        let seen = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        let deviation = (f64::from(seen) - usual) / margin;
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (deviation >= UNUSUAL).then(|| Burst {
            seen,
            usual,
            deviation,
            sources: small(sources),
            voices: small(voices),
        })
    }

    /// The counts to compare an hour with; hours without any count too.
    fn before(&self, hour: i64) -> Vec<f64> {
        let count = |hour: i64| f64::from(self.hours.get(&hour).copied().unwrap_or(0));
        let known = hour - self.first;
        if known >= 2 * 168 {
            let weeks = (known / 168).min(WEEKS);
            return (1..=weeks)
                .flat_map(|week| (-1..=0).map(move |beside| hour - week * 168 + beside))
                .map(count)
                .collect();
        }
        if known >= 3 * 24 {
            let days = (known / 24).min(7);
            return (1..=days)
                .flat_map(|day| (-1..=0).map(move |beside| hour - day * 24 + beside))
                .map(count)
                .collect();
        }
        if known < 24 {
            return Vec::new();
        }
        (self.first..hour).map(count).collect()
    }
}

/// Median, and a robust standard deviation that is never below that of counting.
fn spread(values: &mut [f64]) -> (f64, f64) {
    let usual = median(values);
    let mut off: Vec<f64> = values.iter().map(|value| (value - usual).abs()).collect();
    (usual, (1.4826 * median(&mut off)).max((usual + 1.0).sqrt()))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        len if len % 2 == 1 => values[len / 2],
        len => f64::midpoint(values[len / 2 - 1], values[len / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_more_than_usual_from_several() {
        let start: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
        let mut bursts = Bursts::new(3, 5);
        // Four weeks with ten an hour in the mornings from four sources, one in other hours.
        for hour in 0..4 * 168 {
            let busy = (8..12).contains(&(hour % 24));
            for number in 0..if busy { 10 } else { 1 } {
                let at = start.plus_seconds(hour * 3600 + number * 60);
                let source = format!("s{}", number % 4);
                let burst = bursts.note("place", at, &source, Some(Pseudonym(number.unsigned_abs())));
                assert!(burst.is_none() || hour < 24 * 3 + 12, "{hour} {burst:?}");
            }
        }
        let quiet = start.plus_seconds(4 * 168 * 3600 + 3 * 3600);
        let mut say = |number: i64, sources: u64, voices: u64| {
            let number = number.unsigned_abs();
            let at = quiet.plus_seconds(i64::try_from(number).unwrap());
            bursts.note("place", at, &format!("s{}", number % sources), Some(Pseudonym(number % voices)))
        };
        assert!((0..20).all(|number| say(number, 1, 20).is_none()), "one source is no burst");
        assert!((20..40).all(|number| say(number, 2, 20).is_none()), "two sources are none");
        let found: Vec<Burst> = (40..60).filter_map(|number| say(number, 4, 20)).collect();
        let burst = found[found.len() - 1];
        assert_eq!((burst.seen, burst.sources, burst.usual), (60, 4, 1.0));
        assert!(burst.value() > 1.0);
    }

    #[test]
    fn what_was_never_said_is_unusual_once_a_day_was_watched() {
        let start: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
        let check = |after_hours: i64, expect: bool| {
            let mut bursts = Bursts::new(3, 5);
            bursts.note("other", start, "s", None);
            let found = (0..30_u64).filter_map(|number| {
                let at = start.plus_seconds(after_hours * 3600 + number.cast_signed());
                bursts.note("place", at, &format!("s{}", number % 4), Some(Pseudonym(number)))
            });
            assert_eq!(found.count() > 0, expect, "{after_hours}");
        };
        check(1, false);
        check(23, false);
        check(25, true);
    }
}
