//! Documents and raw answers of one day: append, replace, take away, look up. The file goes when its day has passed.
//!
//! Not here: what a document says.

use base::Timestamp;
use base::ids::OrganisationId;

use super::{DOCUMENTS, Day, RAW, WatchStore};
use crate::StoreError;
use crate::sql::{Row, Walk, params};

/// Most documents of one answer.
pub const DOCUMENTS_MAX: usize = 500;
/// The tables of a file of one day.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS document (
  id INTEGER PRIMARY KEY,        -- in the order they came
  organisation TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL,             -- the source's own name for it
  story TEXT,
  arrived INTEGER NOT NULL,      -- ms
  until INTEGER NOT NULL,        -- ms: no longer kept from then on, by the source's own retention
  json TEXT NOT NULL             -- webwatch::Document and its reading
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS document_key ON document(organisation, source, key);
CREATE INDEX IF NOT EXISTS document_story ON document(organisation, story);
CREATE TABLE IF NOT EXISTS raw (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  source TEXT NOT NULL,
  at INTEGER NOT NULL,           -- ms
  head TEXT NOT NULL,            -- status, type and what was wrong with it
  body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS raw_source ON raw(organisation, source, at);
";

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Whose web monitoring it is.
    pub organisation: OrganisationId,
    /// The source it came from.
    pub source: String,
    /// The source's own name for it.
    pub key: String,
    /// The story it belongs to.
    pub story: Option<String>,
    /// When it came.
    pub arrived: Timestamp,
    /// Until when it may be kept.
    pub until: Timestamp,
    /// What it is: JSON.
    pub json: String,
}

/// A raw answer, for diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// Whose web monitoring it is.
    pub organisation: OrganisationId,
    /// The source.
    pub source: String,
    /// When it came.
    pub at: Timestamp,
    /// Status, type and what was wrong with it: JSON.
    pub head: String,
    /// The bytes.
    pub body: Vec<u8>,
}

const COLUMNS: &str = "organisation, source, key, story, arrived, until, json";

fn read(row: &Row<'_>) -> Result<Kept, StoreError> {
    let organisation: String = row.get(0)?;
    let organisation =
        organisation.parse().map_err(|_| StoreError::Damaged("a document of no organisation".into()))?;
    Ok(Kept {
        organisation,
        source: row.get(1)?,
        key: row.get(2)?,
        story: row.get(3)?,
        arrived: Timestamp::from_millis(row.get(4)?),
        until: Timestamp::from_millis(row.get(5)?),
        json: row.get(6)?,
    })
}

impl WatchStore {
    /// Keeps documents, each in the file of the day it came; one that is known there by its source and key is replaced.
    /// Of a document that first came on an earlier day, [`Self::take_back`] removes the earlier version.
    pub fn keep(&self, documents: &[Kept]) -> Result<(), StoreError> {
        let mut rest = documents;
        while let Some(first) = rest.first() {
            let day = Day::of(first.arrived);
            let same = rest.iter().take_while(|one| Day::of(one.arrived) == day).count();
            let (now, later) = rest.split_at(same);
            self.0.days.on(&DOCUMENTS, day, true, |connection| {
                let statement = connection.prepare(
                    "INSERT OR REPLACE INTO document (organisation, source, key, story, arrived, until, json)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                );
                for one in now {
                    statement.execute(params![
                        one.organisation.as_str(),
                        one.source.as_str(),
                        one.key.as_str(),
                        one.story.as_deref(),
                        one.arrived.millis(),
                        one.until.millis(),
                        one.json.as_str(),
                    ])?;
                }
                Ok(())
            })?;
            rest = later;
        }
        Ok(())
    }

    /// Takes away what a source took back: every version of it that is still kept, in cases too. Says how many of days.
    pub fn take_back(
        &self,
        organisation: &OrganisationId,
        source: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.take_back_held(organisation, source, key)?;
        let sql = "DELETE FROM document WHERE organisation = ?1 AND source = ?2 AND key = ?3";
        let mut gone = 0;
        self.0.days.each(&DOCUMENTS, now, &mut |connection| {
            gone += connection.prepare(sql).execute(params![organisation.as_str(), source, key])?;
            Ok(Walk::On)
        })?;
        Ok(gone)
    }

    /// The documents of a story of an organisation, the latest first.
    pub fn documents_of(
        &self,
        organisation: &OrganisationId,
        story: &str,
        now: Timestamp,
    ) -> Result<Vec<Kept>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM document WHERE story = ?1 AND organisation = ?2 ORDER BY id DESC LIMIT ?3"
        );
        let mut found: Vec<Kept> = Vec::new();
        self.0.days.each(&DOCUMENTS, now, &mut |connection| {
            let most = i64::try_from(DOCUMENTS_MAX - found.len()).unwrap_or(0);
            let statement = connection.prepare(&sql);
            found.extend(statement.query_map(params![story, organisation.as_str(), most], read)?);
            Ok(if found.len() < DOCUMENTS_MAX { Walk::On } else { Walk::End })
        })?;
        Ok(found)
    }

    /// One document of an organisation.
    pub fn document(
        &self,
        organisation: &OrganisationId,
        source: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Kept>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM document WHERE organisation = ?1 AND source = ?2 AND key = ?3");
        let mut found = None;
        self.0.days.each(&DOCUMENTS, now, &mut |connection| {
            found = connection.prepare(&sql).find(params![organisation.as_str(), source, key], read)?;
            Ok(if found.is_none() { Walk::On } else { Walk::End })
        })?;
        Ok(found)
    }

    /// The latest documents of one source of an organisation.
    pub fn documents_from(
        &self,
        organisation: &OrganisationId,
        source: &str,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<Kept>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM document WHERE organisation = ?1 AND source = ?2 ORDER BY id DESC LIMIT ?3"
        );
        let most = most.min(DOCUMENTS_MAX);
        let mut found: Vec<Kept> = Vec::new();
        self.0.days.each(&DOCUMENTS, now, &mut |connection| {
            let missing = i64::try_from(most - found.len()).unwrap_or(0);
            found.extend(
                connection.prepare(&sql).query_map(params![organisation.as_str(), source, missing], read)?,
            );
            Ok(if found.len() < most { Walk::On } else { Walk::End })
        })?;
        Ok(found)
    }

    /// Every document that is kept, oldest first: for a start.
    pub fn each_document(
        &self,
        now: Timestamp,
        each: &mut dyn FnMut(Kept) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM document WHERE until > ?1 ORDER BY id");
        for day in self.0.days.days(&DOCUMENTS)? {
            self.0.days.on(&DOCUMENTS, day, false, |connection| {
                connection.prepare(&sql).walk(params![now.millis()], |row| {
                    each(read(row)?)?;
                    Ok(Walk::On)
                })
            })?;
        }
        Ok(())
    }

    /// Some documents of an organisation that came on a day, those after one of them, with the number of each in its file:
    /// so that whoever reads a day does not keep others waiting.
    pub fn documents_after(
        &self,
        organisation: &OrganisationId,
        day: Day,
        after: i64,
        most: usize,
    ) -> Result<Vec<(i64, Kept)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, id FROM document WHERE organisation = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
        );
        let most = i64::try_from(most.min(DOCUMENTS_MAX)).unwrap_or(0);
        let found = self.0.days.on(&DOCUMENTS, day, false, |connection| {
            connection
                .prepare(&sql)
                .query_map(params![organisation.as_str(), after, most], |row| Ok((row.get(7)?, read(row)?)))
        })?;
        Ok(found.unwrap_or_default())
    }

    /// How many documents of an organisation are kept of each day, oldest first.
    pub fn documents_per_day(&self, organisation: &OrganisationId) -> Result<Vec<(Day, u64)>, StoreError> {
        let sql = "SELECT count(*) FROM document WHERE organisation = ?1";
        let mut found = Vec::new();
        for day in self.0.days.days(&DOCUMENTS)? {
            let count = self.0.days.on(&DOCUMENTS, day, false, |connection| {
                connection.prepare(sql).query_row([organisation.as_str()], |row| row.get::<i64>(0))
            })?;
            found.extend(count.filter(|count| *count > 0).map(|count| (day, count.unsigned_abs())));
        }
        Ok(found)
    }

    /// Destroys documents whose source lets them stay for less than the file. Says how many.
    pub fn expire_documents(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut gone = 0;
        self.0.days.each(&DOCUMENTS, now, &mut |connection| {
            gone += connection.prepare("DELETE FROM document WHERE until <= ?1").execute([now.millis()])?;
            Ok(Walk::On)
        })?;
        Ok(gone)
    }

    /// Keeps a raw answer.
    pub fn keep_raw(&self, raw: &Raw) -> Result<(), StoreError> {
        let sql = "INSERT INTO raw (organisation, source, at, head, body) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.0.days.on(&RAW, Day::of(raw.at), true, |connection| {
            connection.prepare(sql).execute(params![
                raw.organisation.as_str(),
                raw.source.as_str(),
                raw.at.millis(),
                raw.head.as_str(),
                &raw.body[..],
            ])
        })?;
        Ok(())
    }

    /// The last raw answer of a source.
    pub fn last_raw(&self, organisation: &OrganisationId, source: &str) -> Result<Option<Raw>, StoreError> {
        let sql =
            "SELECT at, head, body FROM raw WHERE organisation = ?1 AND source = ?2 ORDER BY at DESC LIMIT 1";
        for day in self.0.days.days(&RAW)?.into_iter().rev() {
            let found = self.0.days.on(&RAW, day, false, |connection| {
                connection.prepare(sql).find(params![organisation.as_str(), source], |row| {
                    Ok(Raw {
                        organisation: organisation.clone(),
                        source: source.into(),
                        at: Timestamp::from_millis(row.get(0)?),
                        head: row.get(1)?,
                        body: row.bytes(2)?.to_vec(),
                    })
                })
            })?;
            if let Some(Some(raw)) = found {
                return Ok(Some(raw));
            }
        }
        Ok(None)
    }
}
