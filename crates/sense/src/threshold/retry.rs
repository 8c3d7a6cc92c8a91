//! A past night with other settings: what would have been told, and the difference that makes.
//!
//! What the sensors learned stays as it is; only what the operators state changes. Detections are kept below the threshold too, so
//! that a lower one can be tried.
//!
//! Not here: fusing with what cameras saw then, of which nothing is kept.

use std::collections::BTreeMap;

use base::clock::Timestamp;

use super::{Thresholds, part_of_day, scored, work_out};
use crate::bulletin::{Detection, Settings, Then};
use crate::class::Class;
use crate::limits::SETTLE_MS_MAX;
use crate::plan::Moment;
use crate::rules::{Occasion, holding};

/// What a rule that doubts asks for on top of the threshold, in dB.
pub const DOUBT_DB: f64 = 6.0;

/// A past night.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// What the sensors heard, in any order.
    pub detections: &'a [Detection],
    /// The zone of each sensor that is in one.
    pub zones: &'a BTreeMap<String, String>,
    /// How far the area's own time was ahead of UTC, in minutes.
    pub utc_offset_minutes: i32,
}

/// What becomes of a detection.
#[derive(Debug, Clone, PartialEq)]
pub struct Retried {
    /// The sensor.
    pub sensor: String,
    /// When it heard it.
    pub at: Timestamp,
    /// What it most likely was; `None`: unsure.
    pub class: Option<Class>,
    /// Its score in dB.
    pub score_db: f64,
    /// The score it had to reach, in dB.
    pub threshold_db: f64,
    /// The rule that held.
    pub rule: Option<String>,
    /// Whether it would have been told.
    pub told: bool,
    /// Whether it is the first of its event that would have been told: those are what an operator sees.
    pub first: bool,
}

/// What other settings change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// Events told with the first settings.
    pub before: usize,
    /// Events told with the second.
    pub after: usize,
    /// Detections told only with the second.
    pub more: usize,
    /// Detections told only with the first.
    pub fewer: usize,
}

impl Thresholds {
    /// What would have been told with some settings, in order of time.
    pub fn retry(&self, past: &Past<'_>, settings: &Settings) -> Vec<Retried> {
        let parts = self.parts(super::wanted(settings.false_alarms_per_day));
        let mut bases = BTreeMap::new();
        let mut ordered: Vec<&Detection> = past.detections.iter().collect();
        ordered.sort_by_key(|one| (one.at_us, &one.sensor));
        let mut event: Option<Timestamp> = None;
        let judged = ordered.into_iter().map(|detection| {
            let at = Timestamp::from(Moment::from_micros(detection.at_us));
            let (class, score_db) = scored(detection).unzip();
            let occasion = Occasion {
                zone: past.zones.get(&detection.sensor).map(String::as_str),
                at,
                class,
                utc_offset_minutes: past.utc_offset_minutes,
            };
            let rule = holding(&settings.rules, &occasion);
            let then = rule.map(|rule| rule.then);
            let part = part_of_day(at, past.utc_offset_minutes);
            let usual_db = class.map_or(f64::INFINITY, |class| {
                let key = (detection.sensor.as_str(), class, part);
                *bases.entry(key).or_insert_with(|| self.usual_db(key, &parts))
            });
            let threshold_db = usual_db + if then == Some(Then::Doubt) { DOUBT_DB } else { 0.0 };
            let score_db = score_db.unwrap_or(f64::NEG_INFINITY);
            let asked = class.is_some_and(|class| class.alarms() || then == Some(Then::Tell));
            let told = asked && then != Some(Then::Hush) && score_db >= threshold_db;
            let first = told && event.is_none_or(|start| at.millis_since(start) >= i64::from(SETTLE_MS_MAX));
            if first {
                event = Some(at);
            }
            Retried {
                sensor: detection.sensor.clone(),
                at,
                class,
                score_db,
                threshold_db,
                rule: rule.map(|rule| rule.name.clone()),
                told,
                first,
            }
        });
        judged.collect()
    }

    fn usual_db(&self, (sensor, class, part): (&str, Class, usize), parts: &super::Parts) -> f64 {
        let known = self.sensors.get(sensor).and_then(|one| Some((one.classes.get(&class)?, &one.days)));
        known.map_or(super::LEARNING_DB, |(sites, days)| {
            let (threshold, _) = work_out(sites, days, part, parts.of(sensor, class));
            threshold.lifted(sites[part].lift_db).score_db
        })
    }
}

/// What changed between two answers about the same night.
pub fn difference(before: &[Retried], after: &[Retried]) -> Difference {
    let events = |all: &[Retried]| all.iter().filter(|one| one.first).count();
    let pairs = before.iter().zip(after);
    Difference {
        before: events(before),
        after: events(after),
        more: pairs.clone().filter(|(one, other)| !one.told && other.told).count(),
        fewer: pairs.filter(|(one, other)| one.told && !other.told).count(),
    }
}
