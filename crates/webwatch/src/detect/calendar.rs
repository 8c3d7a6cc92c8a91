//! What is planned in the area, the window around it, and civil time as the area keeps it.
//!
//! Not here: finding dates in texts ([`super::class`]), and other people's calendars.

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// Most events that are held.
pub const EVENTS_MAX: usize = 10_000;
const DAY_S: i64 = 86_400;

/// Something planned, with the windows around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarEvent {
    /// Its name on this node.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// When it begins.
    pub starts: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// How long before it its window opens, in hours.
    #[serde(default = "hours_before")]
    pub before_hours: u16,
    /// How long after it its window stays open, in hours.
    #[serde(default = "hours_after")]
    pub after_hours: u16,
    /// Where it is: places of the gazetteer, by id. A document counts when it names one, or the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Words by which people name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What a document in its window gains, 0 to 2; half of it before and after.
    #[serde(default = "weight")]
    pub weight: f64,
}

fn hours_before() -> u16 {
    72
}

fn hours_after() -> u16 {
    12
}

fn weight() -> f64 {
    1.0
}

/// Where a time falls around an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Window {
    /// In the hours before it.
    Before,
    /// While it lasts.
    During,
    /// In the hours after it.
    After,
}

impl CalendarEvent {
    /// The window in which a time falls.
    pub fn window(&self, at: Timestamp) -> Option<Window> {
        let opens = self.starts.plus_seconds(-i64::from(self.before_hours) * 3600);
        let closes = self.ends.plus_seconds(i64::from(self.after_hours) * 3600);
        match at {
            at if at < opens || at > closes => None,
            at if at < self.starts => Some(Window::Before),
            at if at <= self.ends => Some(Window::During),
            _ => Some(Window::After),
        }
    }
}

/// How the area's clocks differ from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Zone {
    /// Minutes ahead of UTC in winter.
    pub standard_minutes: i16,
    /// Summer time as in the European Union: from the last Sunday of March to that of October, 01:00 UTC (2000/84/EC).
    pub european_summer_time: bool,
}

impl Default for Zone {
    fn default() -> Self {
        Self { standard_minutes: 60, european_summer_time: true }
    }
}

impl Zone {
    /// Seconds ahead of UTC at an instant.
    pub fn offset_s(self, at: Timestamp) -> i64 {
        let (year, _, _) = civil(at.seconds().div_euclid(DAY_S));
        let change = |month| last_sunday(year, month) * DAY_S + 3600;
        let summer = self.european_summer_time && (change(3)..change(10)).contains(&at.seconds());
        i64::from(self.standard_minutes) * 60 + if summer { 3600 } else { 0 }
    }

    /// The day at an instant, as days since 1970 on the area's clocks.
    pub fn day(self, at: Timestamp) -> i64 {
        (at.seconds() + self.offset_s(at)).div_euclid(DAY_S)
    }

    /// The hour of the week at an instant on the area's clocks: 0 is Monday from 0 to 1, 167 the last.
    pub fn hour_of_week(self, at: Timestamp) -> usize {
        let local = at.seconds() + self.offset_s(at);
        let hours = local.div_euclid(3600) + 72; // 1970-01-01 was a Thursday
        usize::try_from(hours.rem_euclid(168)).unwrap_or(0)
    }

    /// The instant of a day and a number of seconds after its midnight, on the area's clocks.
    pub fn instant(self, day: i64, seconds: i64) -> Timestamp {
        let local = day * DAY_S + seconds;
        let guess = Timestamp::from_seconds(local - i64::from(self.standard_minutes) * 60);
        Timestamp::from_seconds(local - self.offset_s(guess))
    }
}

/// Monday is 0.
pub(crate) fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

fn last_sunday(year: i32, month: u8) -> i64 {
    let last = days(year, month, 31);
    last - (weekday(last) + 1) % 7
}

/// Year, month and day of a number of days since 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
pub(crate) fn civil(day: i64) -> (i32, u8, u8) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * of_year + 2) / 153;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |value: i64| u8::try_from(value).unwrap_or(1);
    (i32::try_from(year).unwrap_or(0), small(month), small(of_year - (153 * part + 2) / 5 + 1))
}

/// Days since 1970 of a date; the same source.
pub(crate) fn days(year: i32, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let part = (i64::from(month) + 9) % 12;
    let of_year = (153 * part + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn civil_time_of_the_area() {
        let zone = Zone::default();
        assert_eq!(zone.offset_s(at("2026-10-25T00:59:59Z")), 7200);
        assert_eq!(zone.offset_s(at("2026-10-25T01:00:00Z")), 3600);
        assert_eq!(zone.offset_s(at("2026-03-29T01:00:00Z")), 7200);
        assert_eq!(zone.hour_of_week(at("2026-11-22T23:30:00Z")), 0);
        assert_eq!(zone.instant(days(2026, 7, 1), 14 * 3600), at("2026-07-01T12:00:00Z"));
        for day in [-1_000_000, -1, 0, 59, 20_000, 2_000_000] {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month, of_month), day);
        }
        assert_eq!((civil(20_782), weekday(20_782)), ((2026, 11, 25), 2));
    }

    #[test]
    fn windows_around_an_event() {
        let event = CalendarEvent {
            id: "conference".into(),
            name: "Conference".into(),
            starts: at("2026-11-25T08:00:00Z"),
            ends: at("2026-11-25T18:00:00Z"),
            before_hours: 24,
            after_hours: 2,
            places: vec![],
            aliases: vec![],
            weight: 1.0,
        };
        let check = |text: &str, expect: Option<Window>| assert_eq!(event.window(at(text)), expect, "{text}");
        check("2026-11-24T07:59:59Z", None);
        check("2026-11-24T08:00:00Z", Some(Window::Before));
        check("2026-11-25T08:00:00Z", Some(Window::During));
        check("2026-11-25T20:00:00Z", Some(Window::After));
        check("2026-11-25T20:00:01Z", None);
    }
}
