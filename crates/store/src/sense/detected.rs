//! What single sensors heard: kept for a week in files of one day, so that another threshold can be tried on a past night.
//!
//! Not here: observations, which are what came of it.

use base::Timestamp;
use policy::Permit;
use policy::action::Operate;

use super::{DETECTIONS, DETECTIONS_DAY_MAX, Sense, own};
use crate::StoreError;
use crate::day::Day;
use crate::sql::{Walk, params};

/// The tables of a file of one day.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS detection (
  organisation TEXT NOT NULL,
  sensor TEXT NOT NULL,
  at_us INTEGER NOT NULL,        -- since 1970
  until INTEGER NOT NULL,        -- ms: no longer kept from then on
  sealed BLOB NOT NULL,
  PRIMARY KEY (organisation, sensor, at_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS detection_time ON detection(organisation, at_us);
CREATE TABLE IF NOT EXISTS tally (
  organisation TEXT PRIMARY KEY,
  detections INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// A detection as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDetection {
    /// The sensor.
    pub sensor: String,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// Until when it may be kept.
    pub until: Timestamp,
    /// What it says: JSON.
    pub content: Vec<u8>,
}

impl KeptDetection {
    fn day(&self) -> Day {
        Day::of(Timestamp::from_millis(self.at_us.div_euclid(1_000)))
    }
}

impl Sense<'_> {
    /// Keeps detections, each in the file of its day; one that is known by sensor and time is replaced. Says how many
    /// found no room any more.
    pub fn keep_detections(
        &self,
        permit: &Permit<Operate>,
        detections: &[KeptDetection],
    ) -> Result<usize, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let mut days: Vec<Day> = detections.iter().map(KeptDetection::day).collect();
        days.sort_unstable();
        days.dedup();
        let mut left_out = 0;
        for day in days {
            self.files.days.on(&DETECTIONS, day, true, |connection| {
                let sql = "SELECT detections FROM tally WHERE organisation = ?1";
                let before = connection.prepare(sql).find([of.as_str()], |row| row.get::<i64>(0))?;
                let mut count = before.unwrap_or(0);
                let known = connection.prepare(
                    "SELECT 1 FROM detection WHERE organisation = ?1 AND sensor = ?2 AND at_us = ?3",
                );
                let put = connection.prepare(
                    "INSERT OR REPLACE INTO detection (organisation, sensor, at_us, until, sealed)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                );
                for one in detections.iter().filter(|one| one.day() == day) {
                    if !known.exists(params![of.as_str(), one.sensor.as_str(), one.at_us])? {
                        if count >= DETECTIONS_DAY_MAX {
                            left_out += 1;
                            continue;
                        }
                        count += 1;
                    }
                    let sealed = self.seal(&key, &context(&one.sensor, one.at_us), &one.content);
                    put.execute(params![
                        of.as_str(),
                        one.sensor.as_str(),
                        one.at_us,
                        one.until.millis(),
                        sealed
                    ])?;
                }
                let sql = "INSERT OR REPLACE INTO tally (organisation, detections) VALUES (?1, ?2)";
                connection.prepare(sql).execute(params![of.as_str(), count])
            })?;
        }
        Ok(left_out)
    }

    /// Walks over the detections of a time (microseconds since 1970, the end not included), oldest first, while `each`
    /// says so.
    pub fn detections(
        &self,
        permit: &Permit<Operate>,
        from_us: i64,
        until_us: i64,
        each: &mut dyn FnMut(KeptDetection) -> bool,
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql = "SELECT sensor, at_us, until, sealed FROM detection
                   WHERE organisation = ?1 AND at_us >= ?2 AND at_us < ?3 ORDER BY at_us, sensor";
        let mut on = true;
        for day in self.files.days.days(&DETECTIONS)? {
            if !on {
                break;
            }
            self.files.days.on(&DETECTIONS, day, false, |connection| {
                connection.prepare(sql).walk(params![of.as_str(), from_us, until_us], |row| {
                    let (sensor, at_us): (String, i64) = (row.get(0)?, row.get(1)?);
                    let content = key.open(context(&sensor, at_us).as_bytes(), row.bytes(3)?)?;
                    let until = Timestamp::from_millis(row.get(2)?);
                    on = each(KeptDetection { sensor, at_us, until, content });
                    Ok(if on { Walk::On } else { Walk::End })
                })
            })?;
        }
        Ok(())
    }

    pub(super) fn expire_detected(&self, now: Timestamp) -> Result<(), StoreError> {
        self.files.days.each(&DETECTIONS, now, &mut |day| {
            day.prepare("DELETE FROM detection WHERE until <= ?1").execute([now.millis()])?;
            Ok(Walk::On)
        })
    }
}

fn context(sensor: &str, at_us: i64) -> String {
    format!("detection {sensor} {at_us}")
}
