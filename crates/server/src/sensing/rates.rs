//! How often what sensors told was something: per sensor and class, with the false alarms per day that were measured and
//! how sure that number is.
//!
//! Not here: what a sensor's own threshold lets through, which its health says.

use std::collections::BTreeMap;

use base::Timestamp;
use sense::Class;
use serde::Serialize;
use store::sense::KeptObservation;
use utoipa::ToSchema;

use super::shown::{Entry, State};
use super::take::sensors_of;

/// Two standard deviations, for an interval that holds the truth in 95 of 100 cases.
const Z: f64 = 1.96;
const MS_PER_DAY: f64 = 86_400_000.0;

/// What came of what a sensor told.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SenseRate)]
pub struct Rate {
    /// The sensor; none: all together, each observation once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor: Option<String>,
    /// The class that its post gave it; none: unsure, or a movement. In the sum of all it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Observations that were told.
    pub told: u64,
    /// Of which were something.
    pub confirmed: u64,
    /// Of which were nothing.
    pub rejected: u64,
    /// Of which nobody has said anything, merged ones left out.
    pub unjudged: u64,
    /// Days over which this was counted.
    pub days: f64,
    /// Rejected ones per day.
    pub false_per_day: f64,
    /// The lower end of where the true number of false alarms per day lies in 95 of 100 cases.
    pub false_per_day_low: f64,
    /// The upper end.
    pub false_per_day_high: f64,
}

#[derive(Default, Clone, Copy)]
struct Count {
    told: u64,
    confirmed: u64,
    rejected: u64,
    unjudged: u64,
}

impl Count {
    fn add(&mut self, state: State) {
        self.told += 1;
        match state {
            State::Confirmed => self.confirmed += 1,
            State::Rejected => self.rejected += 1,
            State::Open | State::Expired => self.unjudged += 1,
            State::Merged => {}
        }
    }

    fn rate(self, sensor: Option<String>, class: Option<Class>, days: f64) -> Rate {
        let Self { told, confirmed, rejected, unjudged } = self;
        let (low, high) = poisson_interval(rejected);
        #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
        let count = rejected as f64;
        Rate {
            sensor,
            class,
            told,
            confirmed,
            rejected,
            unjudged,
            days,
            false_per_day: count / days,
            false_per_day_low: low / days,
            false_per_day_high: high / days,
        }
    }
}

/// Counts observations; `since` says from when on a sensor could have told something.
pub struct Counting {
    from: Timestamp,
    now: Timestamp,
    all: Count,
    by_sensor: BTreeMap<(String, Option<Class>), Count>,
}

impl Counting {
    /// Counts from an instant until now.
    pub fn new(from: Timestamp, now: Timestamp) -> Self {
        Self { from, now, all: Count::default(), by_sensor: BTreeMap::new() }
    }

    /// Counts one observation.
    pub fn add(&mut self, kept: &KeptObservation, entry: &Entry) {
        let state = entry.state(kept.came, self.now);
        self.all.add(state);
        let class = match entry.observation.what {
            Some(sense::bulletin::What::Sound(class)) => Some(class),
            _ => None,
        };
        for sensor in sensors_of(&entry.observation) {
            self.by_sensor.entry((sensor.to_owned(), class)).or_default().add(state);
        }
    }

    /// What was counted: all together, then by sensor and class. `since` says when a sensor began.
    pub fn rates(self, since: &BTreeMap<String, Timestamp>) -> (Rate, Vec<Rate>) {
        let days = |sensor: Option<&str>| {
            let began = sensor.map_or_else(|| since.values().min(), |name| since.get(name));
            let from = began.map_or(self.from, |began| self.from.max(*began));
            #[allow(clippy::cast_precision_loss, reason = "weeks in ms are far below 2^53")]
            let ms = self.now.millis_since(from) as f64;
            // Less than an hour says nothing about a day.
            (ms / MS_PER_DAY).max(1.0 / 24.0)
        };
        let all = self.all.rate(None, None, days(None));
        let rows = self
            .by_sensor
            .iter()
            .map(|((sensor, class), count)| count.rate(Some(sensor.clone()), *class, days(Some(sensor))));
        (all, rows.collect())
    }
}

/// Where the mean of a Poisson count lies in 95 of 100 cases: Byar's approximation of the exact interval (Rothman and
/// Boice 1979).
fn poisson_interval(count: u64) -> (f64, f64) {
    let bound = |count: f64, z: f64| count * (1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt())).powi(3);
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    let count = count as f64;
    let low = if count > 0.0 { bound(count, -Z).max(0.0) } else { 0.0 };
    (low, bound(count + 1.0, Z))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // Exact intervals (Garwood 1936).
        for (count, low, high) in
            [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (20, 12.217, 30.888)]
        {
            let found = poisson_interval(count);
            assert!((found.0 - low).abs() < 0.03 && (found.1 - high).abs() < 0.03, "{count}: {found:?}");
        }
    }
}
