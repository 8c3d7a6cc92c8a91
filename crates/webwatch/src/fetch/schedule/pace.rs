//! How long until the next look: the source's rhythm within what it and its owner ask for, and back-off.
//!
//! Not here: whose turn it is.

use base::clock::Timestamp;
use base::random::{Random, bytes};
use serde::{Deserialize, Serialize};

/// Longest freshness or time to live that is heeded, in seconds: an hour. Many feeds name a day without meaning it, and
/// asking whether something changed costs both sides little.
const FRESH_S_MAX: u32 = 3_600;
/// Longest interval, in seconds: a day.
const INTERVAL_S_MAX: u32 = 86_400;
/// Longest back-off, in seconds: six hours.
const BACK_OFF_S_MAX: u32 = 6 * 3_600;
/// Shortest interval, in seconds.
const INTERVAL_S_MIN: u32 = 1;
const HOUR_S: i64 = 3_600;

/// What a feed says of when to come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// How long it may be kept, in seconds (`ttl`, `sy:updatePeriod`).
    pub ttl_s: Option<u32>,
    /// Hours of the day, UTC, at which not to come: bit 0 is the hour after midnight.
    pub skip_hours: u32,
    /// Days at which not to come: bit 0 is Monday.
    pub skip_days: u8,
}

/// The rhythm of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pace {
    /// The present interval, in seconds; 0 before the first look.
    pub interval_s: u32,
    /// What the feed asks.
    pub wishes: Wishes,
    /// How long its last answer said to be fresh, in seconds.
    pub fresh_s: Option<u32>,
}

impl Pace {
    /// The bounds: the owner's shortest interval and what the source asks, up to `slowest` times that.
    fn bounds(&self, shortest_s: u32, slowest: u32) -> (u32, u32) {
        let asked = self.wishes.ttl_s.max(self.fresh_s).unwrap_or(0).min(FRESH_S_MAX);
        let least = shortest_s.max(asked).clamp(INTERVAL_S_MIN, INTERVAL_S_MAX);
        (least, least.saturating_mul(slowest.max(1)).min(INTERVAL_S_MAX))
    }

    /// Something new came: twice as often.
    pub(super) fn quicken(&mut self) {
        self.interval_s /= 2;
    }

    /// Nothing new: a quarter less often.
    pub(super) fn slacken(&mut self) {
        self.interval_s = self.interval_s.saturating_add(self.interval_s / 4).saturating_add(1);
    }

    /// The interval within its bounds.
    pub(super) fn settled_s(&mut self, shortest_s: u32, slowest: u32) -> u32 {
        let (least, most) = self.bounds(shortest_s, slowest);
        self.interval_s = self.interval_s.clamp(least, most);
        self.interval_s
    }

    /// The first moment from `due` on at which the feed does not mind.
    pub(super) fn welcome_at(&self, due: Timestamp) -> Timestamp {
        let (hours, days) = (self.wishes.skip_hours & 0x00ff_ffff, self.wishes.skip_days & 0x7f);
        if (hours == 0 && days == 0) || hours == 0x00ff_ffff || days == 0x7f {
            return due;
        }
        let mut at = due;
        for _ in 0..24 * 7 {
            let hour = at.seconds().div_euclid(HOUR_S);
            // 1970-01-01 was a Thursday, the fourth day counted from Monday.
            let weekday = (hour.div_euclid(24) + 3).rem_euclid(7);
            if hours >> hour.rem_euclid(24) & 1 == 0 && days >> weekday & 1 == 0 {
                return at;
            }
            at = Timestamp::from_seconds((hour + 1) * HOUR_S);
        }
        due
    }
}

/// The wait after `faults` in a row, in milliseconds: doubled each time, the second half of it by chance, so that what
/// failed together does not come back together.
pub(in crate::fetch) fn back_off_ms(first_s: u32, faults: u32, random: &dyn Random) -> i64 {
    let doubled = first_s.saturating_mul(1_u32.checked_shl(faults.saturating_sub(1)).unwrap_or(u32::MAX));
    let whole = i64::from(doubled.clamp(1, BACK_OFF_S_MAX)) * 1_000;
    whole / 2 + below(whole / 2, random)
}

/// A number from 0 to below `end`; 0 when `end` is not positive.
pub(super) fn below(end: i64, random: &dyn Random) -> i64 {
    let wide = u128::from(u64::from_be_bytes(bytes(random)));
    let end = u128::try_from(end).unwrap_or(0);
    // The high half of a product: even within 2^-64 x `end`.
    i64::try_from((wide * end) >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use base::random::SeededRandom;

    use super::*;

    #[test]
    fn back_off_doubles_spreads_and_ends() {
        let random = SeededRandom::new(1);
        for (faults, whole_s) in
            [(1, 15), (2, 30), (3, 60), (8, 1_920), (12, 21_600), (40, 21_600), (u32::MAX, 21_600)]
        {
            let waits: Vec<i64> = (0..200).map(|_| back_off_ms(15, faults, &random)).collect();
            let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(*least >= whole_s * 500 && *most < whole_s * 1_000, "{faults}: {least} to {most}");
            assert!(most - least > whole_s * 400, "{faults}: spread over the second half");
        }
    }

    #[test]
    fn the_interval_keeps_its_bounds() {
        let mut pace = Pace::default();
        assert_eq!(pace.settled_s(60, 8), 60);
        for _ in 0..50 {
            pace.slacken();
        }
        assert_eq!(pace.settled_s(60, 8), 480);
        for _ in 0..50 {
            pace.quicken();
        }
        assert_eq!(pace.settled_s(60, 8), 60);
        pace.wishes.ttl_s = Some(600);
        assert_eq!(pace.settled_s(60, 8), 600);
        pace.fresh_s = Some(31_536_000);
        assert_eq!(pace.settled_s(60, 8), 3_600, "a year of freshness is an hour");
        assert_eq!(pace.settled_s(0, 8), 3_600);
    }

    #[test]
    fn hours_and_days_to_skip_are_skipped() {
        let check = |skip_hours: u32, skip_days: u8, due: &str, expect: &str| {
            let wishes = Wishes { ttl_s: None, skip_hours, skip_days };
            let pace = Pace { wishes, ..Pace::default() };
            let at = pace.welcome_at(due.parse().unwrap());
            assert_eq!(at, expect.parse().unwrap(), "{skip_hours:b} {skip_days:b} {due}");
        };
        // 2026-11-25 is a Wednesday.
        check(0, 0, "2026-11-25T01:30:00Z", "2026-11-25T01:30:00Z");
        check(0b1110, 0, "2026-11-25T01:30:00Z", "2026-11-25T04:00:00Z");
        check(0b1110, 0, "2026-11-25T00:30:00Z", "2026-11-25T00:30:00Z");
        check(0, 0b0000_0100, "2026-11-25T01:30:00Z", "2026-11-26T00:00:00Z");
        check(0, 0b0111_1011, "2026-11-26T01:30:00Z", "2026-12-02T00:00:00Z");
        check(0x00ff_ffff, 0, "2026-11-25T01:30:00Z", "2026-11-25T01:30:00Z");
        check(0, 0xff, "2026-11-25T01:30:00Z", "2026-11-25T01:30:00Z");
    }
}
