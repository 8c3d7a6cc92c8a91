//! How sure a sensor must be before it is told: the score that its own background reaches only so often.
//!
//! The operators state how many false alarms a day all sensors of a post may give. That is shared over the sensors and classes
//! that hear anything, so that one with little to say leaves its part to the others. Each finds the score that holds its
//! part in its own background, by day and by night. A lift corrects what the background does not foresee: what is let through
//! lifts the threshold, time lowers it at the stated rate, and so the rate is held in the long run whatever the background does.
//! What operators confirm was no false alarm and lowers it; what they reject lifts it.
//!
//! Rates are of single sensors: a bang that three let through counts three times here and is one observation.
//!
//! The whole can be written and read again, so that what was learned is kept over a restart.
//!
//! Not here: how a class gets its probability (`ear`), and rules of the operators (`rules`).

mod background;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::limits::{SENSORS_MAX, SETTLE_MS_MAX};
use crate::rules::minute_of_day;

use background::{Background, Reached};

/// No threshold is lower, in dB: what is told is louder or surer than the background.
pub const LOWEST_DB: f64 = 6.0;
/// The threshold of a sensor that does not know its background, at least, in dB.
pub const LEARNING_DB: f64 = 20.0;
/// How long a sensor listens before it knows its background, in days.
pub const LEARNING_DAYS: f64 = 1.0;
/// What was heard counts for half after so many days.
const HALF_LIFE_DAYS: f64 = 14.0;
/// What operators said counts for half after so many days.
const JUDGED_HALF_LIFE_DAYS: f64 = 28.0;
/// What one false alarm lifts a threshold by, as a share of the mean excess over it (a step that divides the rate by e).
const GAIN: f64 = 0.35;
/// The farthest a lift goes, as so many mean excesses.
const LIFT_MAX: f64 = 5.0;
/// Told events that are something, of a hundred told, before anybody judged: and how many judgements that guess counts for.
const SOMETHING: f64 = 0.1;
const SOMETHING_COUNTS_FOR: f64 = 5.0;
/// How often thresholds are worked out again, in milliseconds.
const RENEW_MS: i64 = 10 * 60 * 1_000;
/// A sensor that says nothing for longer did not listen, in milliseconds.
const GAP_MS_MAX: i64 = 2 * 60 * 1_000;
/// The day begins and ends at these minutes of the area's own time.
const DAY_MINUTES: std::ops::Range<u16> = 7 * 60..23 * 60;
/// Milliseconds in a day.
const DAY_MS: f64 = 86_400_000.0;

/// Thresholds of all sensors of a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    false_alarms_per_day: f64,
    sensors: BTreeMap<String, Sensor>,
    judged: BTreeMap<Class, Tally>,
    faded: Option<Timestamp>,
    renewed: Option<Timestamp>,
}

/// A threshold and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The score that must be reached, in dB.
    pub score_db: f64,
    /// The least that the background alone would ask for, in 95 of 100 cases.
    pub low_db: f64,
    /// The most.
    pub high_db: f64,
    /// Whether the background is not known yet.
    pub learning: bool,
}

/// One sensor: how long it listened, and what it heard.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sensor {
    last: Option<Timestamp>,
    /// Days listened by day and by night; fades as what was heard does.
    days: [f64; 2],
    classes: BTreeMap<Class, [Site; 2]>,
}

/// One class at one sensor, by day or by night.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    background: Background,
    /// The threshold as it was last worked out, without the lift.
    base: Option<Threshold>,
    /// The mean excess over it, in dB.
    excess_db: f64,
    /// This class's part of the false alarms, per day.
    part_per_day: f64,
    lift_db: f64,
    let_through: f64,
    /// The last event: when it began, its highest score, and whether it was told.
    last: Option<(Timestamp, f64, bool)>,
}

/// What operators said of a class.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tally {
    confirmed: f64,
    rejected: f64,
}

/// What an operator said of an event, at one sensor that told it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement<'a> {
    /// The sensor.
    pub sensor: &'a str,
    /// What it was told as.
    pub class: Class,
    /// When it was heard.
    pub heard: Timestamp,
    /// Its score in dB.
    pub score_db: f64,
    /// Whether it was something.
    pub confirmed: bool,
}

/// The score of a sound: dB over the background, and the odds of its class in tenths of decades, as dB are.
pub fn score_db(over_background_db: f32, probability: f32) -> f64 {
    let likely = f64::from(probability).clamp(0.001, 0.999);
    f64::from(over_background_db) + 10.0 * (likely / (1.0 - likely)).log10()
}

impl Thresholds {
    /// Nothing learned yet.
    pub fn new(false_alarms_per_day: f64) -> Self {
        Self {
            false_alarms_per_day: wanted(false_alarms_per_day),
            sensors: BTreeMap::new(),
            judged: BTreeMap::new(),
            faded: None,
            renewed: None,
        }
    }

    /// What the operators want now. Thresholds follow at the next [`listened`](Self::listened).
    pub fn want(&mut self, false_alarms_per_day: f64) {
        let wanted = wanted(false_alarms_per_day);
        if (self.false_alarms_per_day - wanted).abs() > 1e-9 {
            self.false_alarms_per_day = wanted;
            self.renewed = None;
        }
    }

    /// A sensor listened until now. To be told every second or so; a longer silence was no listening.
    pub fn listened(&mut self, sensor: &str, now: Timestamp, utc_offset_minutes: i32) {
        self.fade(now);
        let part = part_of_day(now, utc_offset_minutes);
        if self.sensors.len() < SENSORS_MAX || self.sensors.contains_key(sensor) {
            let sensor = self.sensors.entry(sensor.to_owned()).or_default();
            let since = sensor.last.map_or(0, |last| now.millis_since(last));
            if (1..=GAP_MS_MAX).contains(&since) {
                let days = in_days(since);
                sensor.days[part] += days;
                sensor.classes.values_mut().for_each(|sites| sites[part].wait(days));
            }
            sensor.last = sensor.last.max(Some(now));
        }
        if self.renewed.is_none_or(|last| !(0..RENEW_MS).contains(&now.millis_since(last))) {
            self.renew();
            self.renewed = Some(now);
        }
    }

    /// A sensor heard something: learns from it, and says whether it is told. Sounds within [`SETTLE_MS_MAX`] of the first are one
    /// event, as loud as its loudest.
    pub fn heard(
        &mut self,
        sensor: &str,
        class: Class,
        score_db: f64,
        at: Timestamp,
        utc_offset_minutes: i32,
    ) -> bool {
        let part = part_of_day(at, utc_offset_minutes);
        let threshold = self.threshold(sensor, class, at, utc_offset_minutes);
        let false_share = 1.0 - self.something(class);
        let told = score_db >= threshold.score_db;
        let Some(site) =
            self.sensors.get_mut(sensor).map(|one| &mut one.classes.entry(class).or_default()[part])
        else {
            return told;
        };
        let (first, was_told) = match site.last {
            Some((first, most_db, was_told)) if at.millis_since(first).abs() < i64::from(SETTLE_MS_MAX) => {
                if score_db > most_db {
                    site.background.take(most_db);
                    site.background.add(score_db);
                }
                site.last = Some((first, most_db.max(score_db), was_told || told));
                (false, was_told)
            }
            _ => {
                site.background.add(score_db);
                site.last = Some((at, score_db, told));
                (true, false)
            }
        };
        if told && (first || !was_told) {
            site.let_through += 1.0;
            site.lift(GAIN * false_share);
        }
        told
    }

    /// An operator said what it was. What was confirmed was no background.
    pub fn judge(&mut self, judgement: &Judgement<'_>, now: Timestamp, utc_offset_minutes: i32) {
        self.fade(now);
        let false_share = 1.0 - self.something(judgement.class);
        let tally = self.judged.entry(judgement.class).or_default();
        let part = part_of_day(judgement.heard, utc_offset_minutes);
        let sensor = self.sensors.get_mut(judgement.sensor);
        let site = sensor.and_then(|one| one.classes.get_mut(&judgement.class)).map(|sites| &mut sites[part]);
        if judgement.confirmed {
            tally.confirmed += 1.0;
        } else {
            tally.rejected += 1.0;
        }
        match site {
            Some(site) if judgement.confirmed => {
                site.background.take(judgement.score_db);
                site.let_through = (site.let_through - 1.0).max(0.0);
                site.lift(-GAIN * false_share.max(0.5));
            }
            Some(site) => site.lift(GAIN * (1.0 - false_share).max(0.25)),
            None => {}
        }
    }

    /// The threshold of a class at a sensor, at a time.
    pub fn threshold(&self, sensor: &str, class: Class, at: Timestamp, utc_offset_minutes: i32) -> Threshold {
        let part = part_of_day(at, utc_offset_minutes);
        let site = self.sensors.get(sensor).and_then(|one| one.classes.get(&class)).map(|sites| &sites[part]);
        site.and_then(|site| Some(site.base?.lifted(site.lift_db))).unwrap_or(Threshold::UNKNOWN)
    }

    /// What a sensor's thresholds let through per day of listening, over the last weeks, without what was confirmed; `None` before it
    /// listened for [`LEARNING_DAYS`].
    pub fn measured_per_day(&self, sensor: &str) -> Option<f64> {
        let sensor = self.sensors.get(sensor)?;
        let days = sensor.days[0] + sensor.days[1];
        let let_through: f64 = sensor.classes.values().flatten().map(|site| site.let_through).sum();
        (days >= LEARNING_DAYS).then(|| let_through / days)
    }

    /// Works out every threshold.
    fn renew(&mut self) {
        let parts = self.parts(self.false_alarms_per_day);
        for (name, sensor) in &mut self.sensors {
            for (class, sites) in &mut sensor.classes {
                let part_per_day = parts.of(name, *class);
                let found = [0, 1].map(|part| work_out(sites, &sensor.days, part, part_per_day));
                for (site, (threshold, reached)) in sites.iter_mut().zip(found) {
                    site.base = Some(threshold);
                    site.excess_db = reached.excess_db;
                    site.part_per_day = part_per_day;
                }
            }
        }
    }

    /// Shares false alarms over the sensors and classes that alarm: who hears less than an even part gets what it hears, and leaves
    /// the rest.
    fn parts(&self, per_day: f64) -> Parts {
        let mut heard: Vec<(f64, &str, Class)> = Vec::new();
        for (name, sensor) in &self.sensors {
            let days = (sensor.days[0] + sensor.days[1]).max(LEARNING_DAYS);
            // What no class names is told as `Other`.
            let shares = |class: Class| class.alarms() || class == Class::Other;
            for (class, sites) in sensor.classes.iter().filter(|(class, _)| shares(**class)) {
                let above: f64 = sites.iter().map(|site| site.background.count_above(LOWEST_DB)).sum();
                heard.push((above / days, name, *class));
            }
        }
        heard.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut parts = Parts { of: BTreeMap::new(), others: per_day };
        let mut left_per_day = per_day;
        let mut left = heard.len();
        for (rate, name, class) in heard {
            #[allow(clippy::cast_precision_loss, reason = "a few hundred")]
            let even = left_per_day / left as f64;
            left -= 1;
            left_per_day -= rate.min(even);
            parts.of.insert((name.to_owned(), class), even);
            parts.others = even;
        }
        parts
    }

    /// How many of what is told of a class are something, as far as operators said.
    fn something(&self, class: Class) -> f64 {
        let tally = self.judged.get(&class).copied().unwrap_or_default();
        (tally.confirmed + SOMETHING * SOMETHING_COUNTS_FOR)
            / (tally.confirmed + tally.rejected + SOMETHING_COUNTS_FOR)
    }

    /// Forgets a little, once an hour.
    fn fade(&mut self, now: Timestamp) {
        let since = self.faded.map_or(0, |last| now.millis_since(last));
        if self.faded.is_some() && since < 3_600_000 {
            return;
        }
        self.faded = Some(now);
        let share = 0.5_f64.powf(in_days(since) / HALF_LIFE_DAYS);
        for sensor in self.sensors.values_mut() {
            sensor.days.iter_mut().for_each(|days| *days *= share);
            for site in sensor.classes.values_mut().flatten() {
                site.background.fade(share);
                site.let_through *= share;
            }
        }
        let share = 0.5_f64.powf(in_days(since) / JUDGED_HALF_LIFE_DAYS);
        for tally in self.judged.values_mut() {
            tally.confirmed *= share;
            tally.rejected *= share;
        }
    }
}

/// Which part of the false alarms each class at each sensor has.
struct Parts {
    of: BTreeMap<(String, Class), f64>,
    /// That of classes that alarm only by a rule.
    others: f64,
}

impl Parts {
    fn of(&self, sensor: &str, class: Class) -> f64 {
        self.of.get(&(sensor.to_owned(), class)).copied().unwrap_or(self.others)
    }
}

impl Threshold {
    /// Of a sensor of which nothing is known.
    const UNKNOWN: Self =
        Self { score_db: LEARNING_DB, low_db: LOWEST_DB, high_db: f64::MAX, learning: true };

    fn lifted(self, lift_db: f64) -> Self {
        let least = if self.learning { LEARNING_DB } else { LOWEST_DB };
        Self { score_db: (self.score_db + lift_db).max(least), ..self }
    }
}

impl Site {
    /// Moves the lift by so many mean excesses, within bounds.
    fn lift(&mut self, steps: f64) {
        let most_db = LIFT_MAX * self.excess_db;
        self.lift_db = (self.lift_db + steps * self.excess_db).clamp(-most_db, most_db);
    }

    /// Time passed without more than what was heard: at the stated rate, lifts and waiting even out.
    fn wait(&mut self, days: f64) {
        self.lift(-GAIN * self.part_per_day * days);
        // Where the threshold can go no lower, waiting must not be saved up.
        if let Some(base) = self.base {
            self.lift_db = self.lift_db.max((LOWEST_DB - base.score_db).min(0.0));
        }
    }
}

/// The threshold of one part of the day that holds a rate per day of listening, without the lift. A part that listened too short
/// borrows from the other.
fn work_out(sites: &[Site; 2], days: &[f64; 2], part: usize, per_day: f64) -> (Threshold, Reached) {
    let all = days[0] + days[1];
    let reached = if days[part] >= LEARNING_DAYS / 2.0 {
        sites[part].background.reached_by(per_day * days[part])
    } else {
        sites[0].background.with(&sites[1].background).reached_by(per_day * all)
    };
    let learning = all < LEARNING_DAYS;
    let least = if learning { LEARNING_DB } else { LOWEST_DB };
    let threshold = Threshold {
        score_db: reached.score_db.max(least),
        low_db: reached.low_db.max(LOWEST_DB),
        high_db: reached.high_db.max(least),
        learning,
    };
    (threshold, reached)
}

fn part_of_day(at: Timestamp, utc_offset_minutes: i32) -> usize {
    usize::from(!DAY_MINUTES.contains(&minute_of_day(at, utc_offset_minutes)))
}

fn wanted(false_alarms_per_day: f64) -> f64 {
    if false_alarms_per_day.is_finite() { false_alarms_per_day.clamp(0.01, 1_000.0) } else { 1.0 }
}

fn in_days(millis: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "exact below 285,000 years")]
    let days = millis.max(0) as f64 / DAY_MS;
    days
}
