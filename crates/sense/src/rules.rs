//! Which rule of the operators holds for a sound: the first that fits its zone, time and class.
//!
//! Not here: what a rule then does to an observation (`fuse`), or to a past night (the node).

use base::clock::Timestamp;

use crate::bulletin::Rule;
use crate::class::Class;

/// Minutes in a day.
const DAY_MINUTES: i64 = 1_440;

/// What a rule is held against.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The zone it was in, when it was in one.
    pub zone: Option<&'a str>,
    /// When it was.
    pub at: Timestamp,
    /// What it was; `None`: unsure. A rule about some classes does not fit what is unsure.
    pub class: Option<Class>,
    /// The minute of the day then, in the area's own time.
    pub minute: u16,
}

/// The first rule that fits, which is the one that holds.
pub fn holding<'a>(rules: &'a [Rule], occasion: &Occasion<'_>) -> Option<&'a Rule> {
    rules.iter().find(|rule| fits(rule, occasion))
}

/// Whether a rule fits. `from` and the first minute are within it, `until` and the last are not.
pub fn fits(rule: &Rule, occasion: &Occasion<'_>) -> bool {
    rule.zone.as_deref().is_none_or(|zone| occasion.zone == Some(zone))
        && rule.from.is_none_or(|from| occasion.at >= from)
        && rule.until.is_none_or(|until| occasion.at < until)
        && in_day(rule, occasion.minute)
        && (rule.classes.is_empty() || occasion.class.is_some_and(|class| rule.classes.contains(&class)))
}

/// The minute of the day (0 to 1439) in a place whose time is so many minutes ahead of UTC.
pub fn minute_of_day(at: Timestamp, utc_offset_minutes: i32) -> u16 {
    let minutes = at.seconds().div_euclid(60).saturating_add(i64::from(utc_offset_minutes));
    u16::try_from(minutes.rem_euclid(DAY_MINUTES)).unwrap_or(0)
}

/// Whether a minute lies between the rule's first and the one after its last. The same minute twice is a whole day.
fn in_day(rule: &Rule, minute: u16) -> bool {
    let from = rule.from_minute.unwrap_or(0);
    match rule.until_minute {
        None => minute >= from,
        Some(until) if from < until => (from..until).contains(&minute),
        Some(until) => minute >= from || minute < until,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulletin::Then;
    use proptest::prelude::*;

    fn rule() -> Rule {
        Rule {
            name: "a rule".into(),
            zone: None,
            from: None,
            until: None,
            from_minute: None,
            until_minute: None,
            classes: Vec::new(),
            then: Then::Hush,
        }
    }

    fn at(text: &str) -> Occasion<'static> {
        let at = text.parse().unwrap();
        Occasion { zone: Some("forum"), at, class: Some(Class::Firework), minute: minute_of_day(at, 0) }
    }

    #[test]
    fn a_rule_that_names_nothing_fits_everything() {
        assert!(fits(&rule(), &at("2026-11-22T14:02:11Z")));
        assert!(fits(&rule(), &Occasion { zone: None, class: None, ..at("1969-12-31T23:59:59Z") }));
    }

    #[test]
    fn zones_and_classes_are_named_ones() {
        let zoned = Rule { zone: Some("forum".into()), ..rule() };
        let now = at("2026-11-22T14:02:11Z");
        assert!(fits(&zoned, &now));
        assert!(!fits(&zoned, &Occasion { zone: Some("palace"), ..now }));
        assert!(!fits(&zoned, &Occasion { zone: None, ..now }));
        let classed = Rule { classes: vec![Class::GunShot, Class::Firework], ..rule() };
        assert!(fits(&classed, &now));
        assert!(!fits(&classed, &Occasion { class: Some(Class::Scream), ..now }));
        assert!(!fits(&classed, &Occasion { class: None, ..now }));
    }

    #[test]
    fn from_is_within_and_until_is_not() {
        let eve = Rule {
            from: Some("2026-12-31T18:00:00Z".parse().unwrap()),
            until: Some("2027-01-01T02:00:00Z".parse().unwrap()),
            ..rule()
        };
        for (text, expect) in [
            ("2026-12-31T17:59:59.999Z", false),
            ("2026-12-31T18:00:00Z", true),
            ("2027-01-01T01:59:59.999Z", true),
            ("2027-01-01T02:00:00Z", false),
        ] {
            assert_eq!(fits(&eve, &at(text)), expect, "{text}");
        }
    }

    #[test]
    fn minutes_go_over_midnight_in_the_areas_own_time() {
        let night = Rule { from_minute: Some(23 * 60), until_minute: Some(7 * 60), ..rule() };
        let noon = Rule { from_minute: Some(12 * 60), until_minute: Some(13 * 60), ..rule() };
        for (text, offset, in_night, in_noon) in [
            ("2026-11-22T22:59:59Z", 0, false, false),
            ("2026-11-22T23:00:00Z", 0, true, false),
            ("2026-11-22T22:00:00Z", 60, true, false),
            ("2026-11-22T05:59:59Z", 60, true, false),
            ("2026-11-22T06:00:00Z", 60, false, false),
            ("2026-11-22T10:00:00Z", 120, false, true),
            ("2026-11-22T00:30:00Z", -60, true, false),
            ("2026-11-22T13:00:00Z", 0, false, false),
        ] {
            let now = Occasion { minute: minute_of_day(at(text).at, offset), ..at(text) };
            assert_eq!((fits(&night, &now), fits(&noon, &now)), (in_night, in_noon), "{text} {offset}");
        }
    }

    #[test]
    fn one_end_is_enough_and_twice_the_same_is_a_day() {
        let late = Rule { from_minute: Some(22 * 60), ..rule() };
        let early = Rule { until_minute: Some(6 * 60), ..rule() };
        let day = Rule { from_minute: Some(60), until_minute: Some(60), ..rule() };
        for (text, expect) in [
            ("2026-11-22T05:59:00Z", [false, true, true]),
            ("2026-11-22T06:00:00Z", [false, false, true]),
            ("2026-11-22T22:00:00Z", [true, false, true]),
        ] {
            assert_eq!([&late, &early, &day].map(|rule| fits(rule, &at(text))), expect, "{text}");
        }
    }

    #[test]
    fn the_first_that_fits_holds() {
        let tell = Rule { name: "tell".into(), then: Then::Tell, zone: Some("forum".into()), ..rule() };
        let rules = [Rule { zone: Some("palace".into()), ..rule() }, tell, rule()];
        let now = at("2026-11-22T14:02:11Z");
        assert_eq!(holding(&rules, &now).unwrap().name, "tell");
        assert_eq!(holding(&rules, &Occasion { zone: None, ..now }).unwrap().name, "a rule");
        assert!(holding(&rules[..1], &now).is_none());
    }

    proptest! {
        /// A day is split in two by any two minutes: each minute is in one part and not in the other.
        #[test]
        fn a_span_and_its_turn_are_the_whole_day(from in 0_u16..1_440, until in 0_u16..1_440, now in any::<i32>()) {
            prop_assume!(from != until);
            let span = Rule { from_minute: Some(from), until_minute: Some(until), ..rule() };
            let turn = Rule { from_minute: Some(until), until_minute: Some(from), ..rule() };
            let at = Timestamp::from_seconds(i64::from(now));
            let minute = minute_of_day(at, 0);
            let occasion = Occasion { zone: None, at, class: None, minute };
            prop_assert!(fits(&span, &occasion) != fits(&turn, &occasion));
        }
    }
}
