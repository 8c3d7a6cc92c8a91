//! Tests of thresholds: simulated backgrounds, and what operators say.

use sim::Dice;

use super::*;

const START: i64 = 1_795_356_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

/// A number above 0, at most 1.
fn unit(dice: &Dice) -> f64 {
    f64::from(u32::try_from(dice.below(1_000_000) + 1).unwrap()) / 1e6
}

/// Days of one sensor: events a day by day and by night, and a draw of their scores for each day. Counts what is told per day.
struct Days {
    thresholds: Thresholds,
    dice: Dice,
    second: i64,
}

impl Days {
    fn new(false_alarms_per_day: f64, seed: u64) -> Self {
        Self { thresholds: Thresholds::new(false_alarms_per_day), dice: Dice::new(seed), second: 0 }
    }

    fn run(&mut self, days: i64, per_day: [f64; 2], score: impl Fn(&Dice) -> f64) -> f64 {
        let mut told = 0.0;
        let end = self.second + days * 86_400;
        let mut last_told = i64::MIN / 2;
        while self.second < end {
            self.second += 120;
            let now = at(self.second);
            self.thresholds.listened("mic-1", now, 0);
            let chance = per_day[part_of_day(now, 0)] * 120.0 / 86_400.0;
            if unit(&self.dice) < chance
                && self.thresholds.heard("mic-1", Class::GunShot, score(&self.dice), now, 0)
                && self.second - last_told > 8
            {
                told += 1.0;
                last_told = self.second;
            }
        }
        #[allow(clippy::cast_precision_loss)]
        let days = days as f64;
        told / days
    }
}

fn exponential(mean_db: f64) -> impl Fn(&Dice) -> f64 {
    move |dice| 5.0 - mean_db * unit(dice).ln()
}

/// Heavier than exponential: one in five has thrice the mean.
fn heavy(dice: &Dice) -> f64 {
    let mean_db = if dice.percent(20) { 6.0 } else { 2.0 };
    4.0 - mean_db * unit(dice).ln()
}

fn holds(name: &str, measured: f64, stated: f64) {
    assert!(measured > stated / 2.0 && measured < stated * 2.0, "{name}: {measured} a day, stated {stated}");
}

#[test]
fn the_stated_rate_is_held_on_backgrounds_of_every_kind() {
    for (seed, stated) in [(1, 0.5), (2, 2.0)] {
        let mut even = Days::new(stated, seed);
        even.run(3, [200.0, 200.0], exponential(3.0));
        holds("even", even.run(60, [200.0, 200.0], exponential(3.0)), stated);
        let mut daily = Days::new(stated, seed + 10);
        daily.run(3, [400.0, 20.0], heavy);
        holds("heavy, by day", daily.run(60, [400.0, 20.0], heavy), stated);
    }
}

#[test]
fn a_background_that_grows_louder_is_followed() {
    let mut days = Days::new(2.0, 5);
    days.run(20, [200.0, 200.0], exponential(3.0));
    let louder = |dice: &Dice| 6.0 + exponential(3.0)(dice);
    let first = days.run(2, [200.0, 200.0], louder);
    days.run(5, [200.0, 200.0], louder);
    holds("later", days.run(40, [200.0, 200.0], louder), 2.0);
    assert!(first > 2.0, "the change is one: {first} a day at first");
}

#[test]
fn the_measured_rate_is_the_one_that_was_let_through() {
    let mut days = Days::new(2.0, 6);
    days.run(3, [200.0, 200.0], exponential(3.0));
    let told = days.run(60, [200.0, 200.0], exponential(3.0));
    let measured = days.thresholds.measured_per_day("mic-1").unwrap();
    assert!((measured - told).abs() < 1.0, "{measured} {told}");
    assert_eq!(days.thresholds.measured_per_day("mic-2"), None);
}

#[test]
fn what_is_not_known_is_learning_and_asks_much() {
    let mut thresholds = Thresholds::new(2.0);
    let threshold = thresholds.threshold("mic-1", Class::GunShot, at(0), 0);
    assert!(threshold.learning && threshold.score_db >= LEARNING_DB, "{threshold:?}");
    assert!(!thresholds.heard("mic-1", Class::GunShot, LEARNING_DB - 0.1, at(0), 0));
    assert!(thresholds.heard("mic-1", Class::GunShot, LEARNING_DB + 0.1, at(1), 0));
    let mut days = Days::new(2.0, 7);
    days.run(3, [200.0, 200.0], exponential(3.0));
    let threshold = days.thresholds.threshold("mic-1", Class::GunShot, at(days.second), 0);
    assert!(!threshold.learning && threshold.low_db < threshold.high_db, "{threshold:?}");
}

#[test]
fn rejected_lifts_and_confirmed_lowers_within_bounds() {
    let mut days = Days::new(2.0, 8);
    days.run(5, [200.0, 200.0], exponential(3.0));
    let now = at(days.second);
    let score = |thresholds: &Thresholds| thresholds.threshold("mic-1", Class::GunShot, now, 0).score_db;
    let judgement = |confirmed| Judgement {
        sensor: "mic-1",
        class: Class::GunShot,
        heard: now,
        score_db: 25.0,
        confirmed,
    };
    let before = score(&days.thresholds);
    let (mut rejected, mut confirmed) = (days.thresholds.clone(), days.thresholds.clone());
    rejected.judge(&judgement(false), now, 0);
    confirmed.judge(&judgement(true), now, 0);
    assert!(score(&rejected) > before, "{} {before}", score(&rejected));
    assert!(score(&confirmed) < before, "{} {before}", score(&confirmed));
    for _ in 0..500 {
        rejected.judge(&judgement(false), now, 0);
        confirmed.judge(&judgement(true), now, 0);
    }
    assert!(score(&rejected) < before + 60.0, "bounded: {}", score(&rejected));
    assert!(score(&confirmed) >= LOWEST_DB, "bounded: {}", score(&confirmed));
    rejected.judge(&Judgement { sensor: "gone", ..judgement(true) }, now, 0);
}

#[test]
fn where_all_told_is_something_more_is_told() {
    let tell = |confirmed: bool| {
        let mut days = Days::new(1.0, 9);
        days.run(3, [200.0, 200.0], exponential(3.0));
        let mut told = 0.0;
        for _ in 0..200 {
            let now = at(days.second);
            let score = 12.0 + exponential(3.0)(&days.dice);
            if days.thresholds.heard("mic-1", Class::GunShot, score, now, 0) {
                told += 1.0;
                let judgement = Judgement {
                    sensor: "mic-1",
                    class: Class::GunShot,
                    heard: now,
                    score_db: score,
                    confirmed,
                };
                days.thresholds.judge(&judgement, now, 0);
            }
            days.run(1, [100.0, 100.0], exponential(3.0));
        }
        told
    };
    let (rejected, confirmed) = (tell(false), tell(true));
    assert!(confirmed > rejected * 1.3, "confirmed {confirmed}, rejected {rejected}");
}

#[test]
fn sounds_of_one_event_count_once() {
    let mut thresholds = Thresholds::new(2.0);
    thresholds.listened("mic-1", at(0), 0);
    for (second, score) in [(0, 10.0), (2, 30.0), (4, 25.0), (7, 12.0), (8, 30.0)] {
        thresholds.heard("mic-1", Class::GunShot, score, at(second), 0);
    }
    let site = &thresholds.sensors["mic-1"].classes[&Class::GunShot];
    let (count, let_through): (f64, f64) =
        site.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.background.count(), sum.1 + one.let_through));
    assert!((count - 2.0).abs() < 1e-9 && (let_through - 2.0).abs() < 1e-9, "{count} {let_through}");
}

#[test]
fn who_hears_little_leaves_its_part_to_others() {
    let mut thresholds = Thresholds::new(3.0);
    for second in (0..5 * 86_400).step_by(100) {
        for sensor in ["loud", "busy", "quiet"] {
            thresholds.listened(sensor, at(second), 0);
        }
        thresholds.heard("loud", Class::GunShot, 10.0, at(second), 0);
        thresholds.heard("busy", Class::Explosion, 10.0, at(second), 0);
    }
    thresholds.heard("quiet", Class::Scream, 7.0, at(50), 0);
    let parts = thresholds.parts(3.0);
    let of = |sensor, class| parts.of(sensor, class);
    assert!((of("quiet", Class::Scream) - 1.0).abs() < 1e-9, "{}", of("quiet", Class::Scream));
    assert!(of("loud", Class::GunShot) > 1.3, "{}", of("loud", Class::GunShot));
    assert!((of("loud", Class::GunShot) - of("busy", Class::Explosion)).abs() < 1e-9);
}

#[test]
fn what_was_learned_is_kept_over_a_restart() {
    let mut days = Days::new(2.0, 11);
    days.run(4, [200.0, 50.0], exponential(3.0));
    let kept = serde_json::to_string(&days.thresholds).unwrap();
    let mut back: Thresholds = serde_json::from_str(&kept).unwrap();
    let now = at(days.second);
    assert_eq!(
        back.threshold("mic-1", Class::GunShot, now, 0),
        days.thresholds.threshold("mic-1", Class::GunShot, now, 0)
    );
    back.listened("mic-1", now.plus_seconds(86_400 * 30), 0);
    assert!(
        back.measured_per_day("mic-1").is_none(),
        "a month later most is forgotten, and nothing was heard"
    );
}

#[test]
fn sensors_and_wishes_have_bounds() {
    let mut thresholds = Thresholds::new(f64::NAN);
    for number in 0..SENSORS_MAX + 5 {
        thresholds.listened(&format!("mic-{number}"), at(0), 0);
    }
    assert_eq!(thresholds.sensors.len(), SENSORS_MAX);
    thresholds.want(f64::INFINITY);
    assert!(thresholds.false_alarms_per_day.is_finite());
    thresholds.listened("mic-1", at(-500), 0);
    thresholds.heard("mic-1", Class::Scream, f64::NAN, at(-400), 0);
}

#[test]
fn a_score_grows_with_loudness_and_with_likelihood() {
    assert!((score_db(12.0, 0.5) - 12.0).abs() < 1e-6);
    assert!((score_db(0.0, 10.0 / 11.0) - 10.0).abs() < 1e-3);
    assert!(score_db(12.0, 1.0).is_finite() && score_db(12.0, 0.0).is_finite());
}
