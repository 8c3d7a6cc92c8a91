//! Observations and their stills: kept in the file of the day they came, found by id and in the order they came.
//!
//! Not here: what an observation says, and what became of it.

use base::Timestamp;
use base::ids::{ObservationId, OrganisationId};
use policy::Permit;
use policy::action::Operate;

use super::{OBSERVATIONS, OBSERVATIONS_DAY_MAX, STILLS_MAX, Sense, own};
use crate::StoreError;
use crate::day::Day;
use crate::sealing::Key;
use crate::sql::{Row, Walk, params};

/// The tables of a file of one day.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS observation (
  organisation TEXT NOT NULL,
  id BLOB NOT NULL,
  until INTEGER NOT NULL,        -- ms: no longer kept from then on
  sealed BLOB NOT NULL,
  PRIMARY KEY (organisation, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS still (
  organisation TEXT NOT NULL,
  observation BLOB NOT NULL,
  name TEXT NOT NULL,
  until INTEGER NOT NULL,        -- ms
  sealed BLOB NOT NULL,
  PRIMARY KEY (organisation, observation, name)
) STRICT;
";

/// Rows of the index that are read before their contents.
const CHUNK: i64 = 64;

/// An observation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptObservation {
    /// Its place in the order in which they came; the store gives it.
    pub number: u64,
    /// Its id.
    pub id: ObservationId,
    /// The post it came from.
    pub post: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it first came.
    pub came: Timestamp,
    /// Until when it may be kept.
    pub until: Timestamp,
    /// What it says: JSON.
    pub content: Vec<u8>,
}

/// Which observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ObservedQuery {
    /// That happened at or after this instant.
    pub since: Option<Timestamp>,
    /// That happened before this instant.
    pub until: Option<Timestamp>,
    /// That came before this one: to go on.
    pub before: Option<u64>,
}

/// A still as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStill {
    /// Its observation.
    pub observation: ObservationId,
    /// Its name.
    pub name: String,
    /// Until when it may be kept.
    pub until: Timestamp,
    /// The picture, masked before it came.
    pub bytes: Vec<u8>,
}

/// A row of the index.
struct Lies {
    number: u64,
    id: ObservationId,
    post: String,
    day: Day,
    at: Timestamp,
    came: Timestamp,
    until: Timestamp,
}

const COLUMNS: &str = "number, id, post, at, came, until";

fn lies(row: &Row<'_>) -> Result<Lies, StoreError> {
    let came = Timestamp::from_millis(row.get(4)?);
    Ok(Lies {
        number: row.get::<i64>(0)?.unsigned_abs(),
        id: ObservationId::from_bytes(row.get(1)?),
        post: row.get(2)?,
        day: Day::of(came),
        at: Timestamp::from_millis(row.get(3)?),
        came,
        until: Timestamp::from_millis(row.get(5)?),
    })
}

impl Sense<'_> {
    /// Keeps observations, all or none; of one that is known, its time and content are replaced.
    pub fn keep_observations(
        &self,
        permit: &Permit<Operate>,
        observations: &[KeptObservation],
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        self.desk(|desk| {
            for one in observations {
                let id = &one.id.as_bytes()[..];
                let sql = "SELECT came FROM observation WHERE organisation = ?1 AND id = ?2";
                let known: Option<i64> =
                    desk.prepare(sql).find(params![of.as_str(), id], |row| row.get(0))?;
                let came = known.map_or(one.came, Timestamp::from_millis);
                if known.is_none() {
                    let first = Day::of(came).begin().millis();
                    let sql = "SELECT count(*) FROM observation WHERE organisation = ?1 AND came >= ?2";
                    let count: i64 =
                        desk.prepare(sql).query_row(params![of.as_str(), first], |row| row.get(0))?;
                    if count >= OBSERVATIONS_DAY_MAX {
                        return Err(StoreError::Conflict(
                            "the sensors brought as many observations as fit in a day: raise their thresholds",
                        ));
                    }
                }
                // The content first: what the index names is there.
                let sealed = self.seal(&key, &context(one.id), &one.content);
                self.files.days.on(&OBSERVATIONS, Day::of(came), true, |day| {
                    let sql = "INSERT OR REPLACE INTO observation (organisation, id, until, sealed) VALUES (?1, ?2, ?3, ?4)";
                    day.prepare(sql).execute(params![of.as_str(), id, one.until.millis(), sealed])
                })?;
                let sql = "INSERT INTO observation (organisation, id, post, at, came, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                           ON CONFLICT (organisation, id) DO UPDATE SET at = ?4, until = ?6";
                desk.prepare(sql).execute(params![
                    of.as_str(),
                    id,
                    one.post.as_str(),
                    one.at.millis(),
                    came.millis(),
                    one.until.millis(),
                ])?;
            }
            Ok(())
        })
    }

    /// One observation of the own organisation.
    pub fn observation(
        &self,
        permit: &Permit<Operate>,
        id: ObservationId,
    ) -> Result<Option<KeptObservation>, StoreError> {
        let of = own(permit)?;
        let Some(found) = self.lies(of, id)? else { return Ok(None) };
        self.open(of, &self.key(of)?, found)
    }

    /// Walks over observations of the own organisation, the one that came last first, while `each` says so.
    pub fn observations(
        &self,
        permit: &Permit<Operate>,
        query: ObservedQuery,
        each: &mut dyn FnMut(KeptObservation) -> bool,
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM observation
             WHERE organisation = ?1 AND number < ?2 AND at >= ?3 AND at < ?4 AND until > ?5
             ORDER BY number DESC LIMIT {CHUNK}"
        );
        let (since, until) = (
            query.since.map_or(i64::MIN, Timestamp::millis),
            query.until.map_or(i64::MAX, Timestamp::millis),
        );
        let now = self.inner.clock.now().millis();
        let mut before = query.before.and_then(|one| i64::try_from(one).ok()).unwrap_or(i64::MAX);
        loop {
            let rows = self.desk(|desk| {
                desk.prepare(&sql).query_map(params![of.as_str(), before, since, until, now], lies)
            })?;
            let Some(last) = rows.last() else { return Ok(()) };
            before = i64::try_from(last.number).unwrap_or(0);
            for row in rows {
                if let Some(found) = self.open(of, &key, row)?
                    && !each(found)
                {
                    return Ok(());
                }
            }
        }
    }

    /// Keeps a still of an observation of the own organisation; absent when there is no such observation.
    pub fn keep_still(&self, permit: &Permit<Operate>, still: &KeptStill) -> Result<(), StoreError> {
        let of = own(permit)?;
        let lies = self.lies(of, still.observation)?.ok_or(StoreError::Absent)?;
        let (id, name) = (&still.observation.as_bytes()[..], still.name.as_str());
        let sealed = self.seal(&self.key(of)?, &still_context(still.observation, name), &still.bytes);
        let done = self.files.days.on(&OBSERVATIONS, lies.day, false, |day| {
            let sql =
                "SELECT count(*) FROM still WHERE organisation = ?1 AND observation = ?2 AND name <> ?3";
            let others: i64 = day.prepare(sql).query_row(params![of.as_str(), id, name], |row| row.get(0))?;
            if others >= STILLS_MAX {
                return Err(StoreError::Conflict("an observation has sixteen stills at most"));
            }
            let sql = "INSERT OR REPLACE INTO still (organisation, observation, name, until, sealed)
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            day.prepare(sql).execute(params![of.as_str(), id, name, still.until.millis(), sealed])
        })?;
        done.map(|_| ()).ok_or(StoreError::Absent)
    }

    /// One still of an observation of the own organisation.
    pub fn still(
        &self,
        permit: &Permit<Operate>,
        observation: ObservationId,
        name: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let of = own(permit)?;
        let Some(lies) = self.lies(of, observation)? else { return Ok(None) };
        let now = self.inner.clock.now().millis();
        let sealed: Option<Option<Vec<u8>>> = self.files.days.on(&OBSERVATIONS, lies.day, false, |day| {
            let sql = "SELECT sealed FROM still
                       WHERE organisation = ?1 AND observation = ?2 AND name = ?3 AND until > ?4";
            day.prepare(sql)
                .find(params![of.as_str(), &observation.as_bytes()[..], name, now], |row| row.get(0))
        })?;
        let key = self.key(of)?;
        sealed
            .flatten()
            .map(|sealed| key.open(still_context(observation, name).as_bytes(), &sealed))
            .transpose()
    }

    /// Keeps the stills of an observation until another instant: somebody confirmed it, or took that back.
    pub fn hold_stills(
        &self,
        permit: &Permit<Operate>,
        observation: ObservationId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let Some(lies) = self.lies(of, observation)? else { return Ok(()) };
        let until = until.min(lies.until);
        self.files.days.on(&OBSERVATIONS, lies.day, false, |day| {
            let sql = "UPDATE still SET until = ?3 WHERE organisation = ?1 AND observation = ?2";
            day.prepare(sql).execute(params![of.as_str(), &observation.as_bytes()[..], until.millis()])
        })?;
        Ok(())
    }

    pub(super) fn expire_observed(&self, now: Timestamp) -> Result<(), StoreError> {
        self.files.days.each(&OBSERVATIONS, now, &mut |day| {
            day.prepare("DELETE FROM still WHERE until <= ?1").execute([now.millis()])?;
            day.prepare(
                "DELETE FROM still WHERE EXISTS (SELECT 1 FROM observation AS o
                 WHERE o.organisation = still.organisation AND o.id = still.observation AND o.until <= ?1)",
            )
            .execute([now.millis()])?;
            day.prepare("DELETE FROM observation WHERE until <= ?1").execute([now.millis()])?;
            Ok(Walk::On)
        })
    }

    fn lies(&self, of: &OrganisationId, id: ObservationId) -> Result<Option<Lies>, StoreError> {
        let now = self.inner.clock.now().millis();
        let sql =
            format!("SELECT {COLUMNS} FROM observation WHERE organisation = ?1 AND id = ?2 AND until > ?3");
        self.desk(|desk| desk.prepare(&sql).find(params![of.as_str(), &id.as_bytes()[..], now], lies))
    }

    /// The observation of a row of the index; none when its day has gone.
    fn open(&self, of: &OrganisationId, key: &Key, row: Lies) -> Result<Option<KeptObservation>, StoreError> {
        let sealed: Option<Option<Vec<u8>>> = self.files.days.on(&OBSERVATIONS, row.day, false, |day| {
            let sql = "SELECT sealed FROM observation WHERE organisation = ?1 AND id = ?2";
            day.prepare(sql).find(params![of.as_str(), &row.id.as_bytes()[..]], |row| row.get(0))
        })?;
        let Some(sealed) = sealed.flatten() else { return Ok(None) };
        let Lies { number, id, post, at, came, until, .. } = row;
        let content = key.open(context(id).as_bytes(), &sealed)?;
        Ok(Some(KeptObservation { number, id, post, at, came, until, content }))
    }
}

fn context(id: ObservationId) -> String {
    format!("observation {id}")
}

fn still_context(observation: ObservationId, name: &str) -> String {
    format!("still {observation} {name}")
}
