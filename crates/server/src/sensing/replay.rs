//! What other settings would have told of a time that has passed, from what is kept of it: the observations that were
//! told, and what single sensors heard that went into none.
//!
//! Not here: what is kept, and whose it is. [`retry`] is all of the judging; thresholds stay with the posts that learned them, so
//! it goes by what was told.

use base::Timestamp;
use base::ids::ObservationId;
use sense::Class;
use sense::bulletin::{Settings, Then};
use sense::rules::{Occasion, holding};
use serde::Serialize;
use utoipa::ToSchema;

/// By how much the odds of a sound are lowered where a rule asks for more evidence than usual.
const DOUBT: f64 = 10.0;
const MS_PER_DAY: f64 = 86_400_000.0;

/// Something that was told then, or could have been.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SenseCandidate)]
pub struct Candidate {
    /// The observation; none: what a single sensor heard, and nobody was told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observation: Option<ObservationId>,
    /// The sensor, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What it was or might have been; none: unsure, or a movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// How likely it was something to look at.
    pub probability: f64,
    /// The zone it was in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The rule that fits it, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// The difference that other settings would have made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Difference {
    /// Told then and with the other settings.
    pub same: Vec<Candidate>,
    /// Told with the other settings only.
    pub gained: Vec<Candidate>,
    /// Told then only.
    pub lost: Vec<Candidate>,
}

/// A first answer, on the probabilities that were told: the more false alarms are asked for, the more doubt (the sum of
/// what each is short of certain) is let through, likeliest first. Rules come before that. `days` is how long the time
/// was, `then` what held, `minute` the minute of a day in the area's own time.
pub fn retry(
    candidates: Vec<Candidate>,
    days: f64,
    then: &Settings,
    now: &Settings,
    minute: &dyn Fn(Timestamp) -> u16,
) -> Difference {
    let doubt = |one: &(Candidate, f64)| 1.0 - one.1;
    let mut difference = Difference::default();
    let (mut told, mut others) = (Vec::new(), Vec::new());
    let mut let_through = 0.0;
    for mut one in candidates {
        let occasion =
            Occasion { zone: one.zone.as_deref(), at: one.at, class: one.class, minute: minute(one.at) };
        let rule = holding(&now.rules, &occasion);
        one.rule = rule.map(|rule| rule.name.clone());
        let was_told = one.observation.is_some();
        if was_told {
            let_through += 1.0 - one.probability;
        }
        match (rule.map(|rule| rule.then), was_told) {
            (Some(Then::Hush), true) => difference.lost.push(one),
            (Some(Then::Hush), false) => {}
            (Some(Then::Tell), true) => difference.same.push(one),
            (Some(Then::Tell), false) => difference.gained.push(one),
            (other, _) => {
                let odds = one.probability / (1.0 - one.probability).max(1e-9);
                let odds = if other == Some(Then::Doubt) { odds / DOUBT } else { odds };
                let pair = (one, odds / (1.0 + odds));
                if was_told { told.push(pair) } else { others.push(pair) }
            }
        }
    }
    let (before, after) = (then.false_alarms_per_day, now.false_alarms_per_day);
    let mut room =
        if after < before { let_through * after / before } else { let_through + (after - before) * days };
    told.sort_by(|one, two| two.1.total_cmp(&one.1));
    others.sort_by(|one, two| two.1.total_cmp(&one.1));
    for one in told {
        room -= doubt(&one);
        if room >= -1e-9 { difference.same.push(one.0) } else { difference.lost.push(one.0) }
    }
    // What was not told then is told only where more is asked for.
    if after > before {
        for one in others.into_iter().filter(|one| one.0.class.is_some_and(Class::alarms)) {
            room -= doubt(&one);
            if room < 0.0 {
                break;
            }
            difference.gained.push(one.0);
        }
    }
    for list in [&mut difference.same, &mut difference.gained, &mut difference.lost] {
        list.sort_by_key(|one| one.at);
    }
    difference
}

/// How long a time is, in days.
pub fn days_between(from: Timestamp, until: Timestamp) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "weeks in ms are far below 2^53")]
    let ms = until.millis_since(from) as f64;
    ms / MS_PER_DAY
}

#[cfg(test)]
mod tests {
    use super::*;
    use sense::bulletin::Rule;

    fn one(number: u8, probability: f64, told: bool) -> Candidate {
        Candidate {
            observation: told.then(|| ObservationId::from_bytes([number; 16])),
            sensor: None,
            at: Timestamp::from_seconds(i64::from(number) * 3_600),
            class: Some(if number < 3 { Class::GunShot } else { Class::Firework }),
            probability,
            zone: None,
            rule: None,
        }
    }

    fn night() -> Vec<Candidate> {
        vec![one(1, 0.9, true), one(2, 0.6, true), one(3, 0.5, true), one(0, 0.4, false), one(4, 0.9, false)]
    }

    fn check(now: &Settings, expect: (usize, usize, usize)) {
        let found = retry(night(), 1.0, &Settings::default(), now, &|at| {
            u16::try_from(at.seconds() / 60 % 1_440).unwrap()
        });
        assert_eq!((found.same.len(), found.gained.len(), found.lost.len()), expect, "{found:#?}");
    }

    #[test]
    fn the_same_settings_make_no_difference() {
        check(&Settings::default(), (3, 0, 0));
    }

    #[test]
    fn fewer_false_alarms_lose_the_least_likely_and_more_gain_what_alarms() {
        check(&Settings { false_alarms_per_day: 1.0, ..Settings::default() }, (2, 0, 1));
        check(&Settings { false_alarms_per_day: 3.0, ..Settings::default() }, (3, 1, 0));
    }

    #[test]
    fn rules_hold_where_and_when_they_say() {
        let rule = |then| Rule {
            name: "Fireworks".into(),
            zone: None,
            from: None,
            until: None,
            from_minute: Some(120),
            until_minute: Some(60),
            classes: vec![Class::Firework],
            then,
        };
        let with = |rule| Settings { rules: vec![rule], ..Settings::default() };
        check(&with(rule(Then::Hush)), (2, 0, 1));
        check(&with(rule(Then::Tell)), (3, 1, 0));
        check(&with(Rule { until_minute: Some(180), ..rule(Then::Hush) }), (3, 0, 0));
        check(&with(Rule { zone: Some("elsewhere".into()), ..rule(Then::Hush) }), (3, 0, 0));
    }
}
