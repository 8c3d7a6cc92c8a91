//! A day in UTC, as it stands in the name of a file.
//!
//! Not here: local days, which belong to screens.

use std::fmt;

use base::Timestamp;

const SECONDS_PER_DAY: i64 = 86_400;

/// A day in UTC: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day of an instant.
    pub fn of(at: Timestamp) -> Self {
        Self(at.seconds().div_euclid(SECONDS_PER_DAY))
    }

    /// From days since 1970-01-01.
    pub fn from_number(days: i64) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i64 {
        self.0
    }

    /// Its first instant.
    pub fn begin(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_mul(SECONDS_PER_DAY))
    }

    /// How many days it is after another; negative when it is before.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// From `2026-11-25`.
    pub fn parse(text: &str) -> Option<Self> {
        let at: Timestamp = format!("{text}T00:00:00Z").parse().ok()?;
        let day = Self::of(at);
        (day.to_string() == text).then_some(day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.begin().to_string();
        out.write_str(text.split('T').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_and_read() {
        let day = Day::of("2026-11-25T23:59:59.999Z".parse().unwrap());
        assert_eq!(day.to_string(), "2026-11-25");
        assert_eq!(Day::parse("2026-11-25"), Some(day));
        assert_eq!(Day::of("2026-11-26T00:00:00Z".parse().unwrap()).days_since(day), 1);
        for wrong in ["2026-11-5", "2026-13-01", "x", "", "2026-11-25 "] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }
}
