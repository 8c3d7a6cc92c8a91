//! Cases: stories whose documents are held longer than their day, with a stated reason and an end. What a source takes
//! back leaves a case too.
//!
//! Not here: who may ask for it.

use std::collections::BTreeSet;

use base::Timestamp;
use base::ids::{MemberId, OrganisationId, PurposeId};

use super::documents::Kept;
use super::{Day, WatchStore};
use crate::StoreError;
use crate::sql::{Connection, Row, params};

/// Longest time a case is held from its beginning, in days.
pub const CASE_DAYS_MAX: i64 = 366;
/// Most documents of one case.
pub const CASE_DOCUMENTS_MAX: usize = 500;
/// Most stories of one case.
pub const CASE_STORIES_MAX: usize = 100;
/// Most cases of one organisation.
pub const CASES_MAX: usize = 1_000;

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS watch_case (
  organisation TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  reason TEXT NOT NULL,
  made INTEGER NOT NULL,         -- ms
  until INTEGER NOT NULL,        -- ms
  member BLOB NOT NULL,
  PRIMARY KEY (organisation, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS case_story (
  organisation TEXT NOT NULL,
  held TEXT NOT NULL,            -- the case
  story TEXT NOT NULL,
  added INTEGER NOT NULL,        -- ms
  member BLOB NOT NULL,
  taken_back INTEGER NOT NULL,   -- documents that their source took back since
  PRIMARY KEY (organisation, held, story),
  FOREIGN KEY (organisation, held) REFERENCES watch_case(organisation, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS case_story_story ON case_story(organisation, story);
CREATE TABLE IF NOT EXISTS case_document (
  organisation TEXT NOT NULL,
  held TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  story TEXT NOT NULL,
  arrived INTEGER NOT NULL,      -- ms
  until INTEGER NOT NULL,        -- ms: no longer kept outside of the case from then on
  json TEXT NOT NULL,
  PRIMARY KEY (organisation, held, source, key),
  FOREIGN KEY (organisation, held, story) REFERENCES case_story(organisation, held, story) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS case_document_key ON case_document(organisation, source, key);
";

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id, unique for the organisation.
    pub id: String,
    /// Whose.
    pub organisation: OrganisationId,
    /// What it is called.
    pub name: String,
    /// For which of the area's purposes.
    pub purpose: PurposeId,
    /// Why it is held longer.
    pub reason: String,
    /// Since when.
    pub made: Timestamp,
    /// Until when; it is destroyed then.
    pub until: Timestamp,
    /// Who opened it.
    pub member: MemberId,
}

/// A story that a case holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStory {
    /// The story.
    pub story: String,
    /// Since when.
    pub added: Timestamp,
    /// Who added it.
    pub member: MemberId,
    /// Documents that their source took back since.
    pub taken_back: u32,
}

/// A document that a case holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDocument {
    /// Of which story.
    pub story: String,
    /// No longer kept outside of the case from then on.
    pub until: Timestamp,
    /// What it is: JSON.
    pub json: String,
}

/// How much a case holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holding {
    /// Stories.
    pub stories: u32,
    /// Documents.
    pub documents: u32,
    /// Documents that are kept nowhere else any more.
    pub only_here: u32,
}

const FULL: StoreError = StoreError::Conflict("the case holds as much as a case may: open another one");

impl WatchStore {
    /// Opens a case, or changes one that is known by its id; what it holds stays.
    pub fn put_case(&self, case: &Case) -> Result<(), StoreError> {
        if Day::of(case.until).days_since(Day::of(case.made)) > CASE_DAYS_MAX {
            return Err(StoreError::Conflict("a case is held for a year at most: choose an earlier end"));
        }
        self.desk(|desk| {
            let of = case.organisation.as_str();
            let others = "SELECT count(*) FROM watch_case WHERE organisation = ?1 AND id <> ?2";
            if count(desk, others, of, &case.id)? >= CASES_MAX {
                return Err(StoreError::Conflict("the organisation holds too many cases: close some first"));
            }
            let sql = "INSERT INTO watch_case (organisation, id, name, purpose, reason, made, until, member)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (organisation, id)
                       DO UPDATE SET name = ?3, purpose = ?4, reason = ?5, until = ?7";
            desk.prepare(sql).execute(params![
                of,
                case.id.as_str(),
                case.name.as_str(),
                case.purpose.as_str(),
                case.reason.as_str(),
                case.made.millis(),
                case.until.millis(),
                &case.member.as_bytes()[..],
            ])?;
            Ok(())
        })
    }

    /// The cases of an organisation that have not ended and what they hold, the latest first.
    pub fn cases(&self, of: &OrganisationId, now: Timestamp) -> Result<Vec<(Case, Holding)>, StoreError> {
        let sql = format!("{CASES} WHERE c.organisation = ?1 AND c.until > ?2 ORDER BY c.made DESC, c.id");
        self.desk(|desk| desk.prepare(&sql).query_map(params![of.as_str(), now.millis()], case))
    }

    /// One case that has not ended.
    pub fn case(
        &self,
        of: &OrganisationId,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<(Case, Holding)>, StoreError> {
        let sql = format!("{CASES} WHERE c.organisation = ?1 AND c.until > ?2 AND c.id = ?3");
        self.desk(|desk| desk.prepare(&sql).find(params![of.as_str(), now.millis(), id], case))
    }

    /// Has a case hold a story and its documents, the first given first while there is room. `false` when there is no such
    /// case.
    pub fn hold(
        &self,
        of: &OrganisationId,
        case: &str,
        story: &CaseStory,
        documents: &[Kept],
    ) -> Result<bool, StoreError> {
        self.desk(|desk| {
            let known = "SELECT 1 FROM watch_case WHERE organisation = ?1 AND id = ?2";
            if !desk.prepare(known).exists(params![of.as_str(), case])? {
                return Ok(false);
            }
            let others = "SELECT count(*) FROM case_story WHERE organisation = ?1 AND held = ?2";
            if count(desk, others, of.as_str(), case)? >= CASE_STORIES_MAX || room(desk, of, case)? == 0 {
                return Err(FULL);
            }
            let sql =
                "INSERT OR IGNORE INTO case_story (organisation, held, story, added, member, taken_back)
                       VALUES (?1, ?2, ?3, ?4, ?5, 0)";
            desk.prepare(sql).execute(params![
                of.as_str(),
                case,
                story.story.as_str(),
                story.added.millis(),
                &story.member.as_bytes()[..],
            ])?;
            for one in documents {
                hold_one(desk, case, &story.story, one)?;
            }
            Ok(true)
        })
    }

    /// Adds documents that came to the cases that hold their stories.
    pub fn hold_more(&self, documents: &[Kept]) -> Result<(), StoreError> {
        let sql = "SELECT held FROM case_story WHERE organisation = ?1 AND story = ?2";
        self.desk(|desk| {
            for one in documents {
                let Some(story) = &one.story else { continue };
                let cases: Vec<String> = desk
                    .prepare(sql)
                    .query_map(params![one.organisation.as_str(), story.as_str()], |row| row.get(0))?;
                for case in cases {
                    hold_one(desk, &case, story, one)?;
                }
            }
            Ok(())
        })
    }

    /// The stories that a case holds, the latest added first.
    pub fn case_stories(&self, of: &OrganisationId, case: &str) -> Result<Vec<CaseStory>, StoreError> {
        let sql = "SELECT story, added, member, taken_back FROM case_story
                   WHERE organisation = ?1 AND held = ?2 ORDER BY added DESC, story";
        self.desk(|desk| {
            desk.prepare(sql).query_map(params![of.as_str(), case], |row| {
                Ok(CaseStory {
                    story: row.get(0)?,
                    added: Timestamp::from_millis(row.get(1)?),
                    member: MemberId::from_bytes(row.get(2)?),
                    taken_back: row.get(3)?,
                })
            })
        })
    }

    /// The documents of a case, the latest first.
    pub fn held_documents(&self, of: &OrganisationId, case: &str) -> Result<Vec<HeldDocument>, StoreError> {
        let sql = "SELECT story, until, json FROM case_document
                   WHERE organisation = ?1 AND held = ?2 ORDER BY arrived DESC, source, key";
        self.desk(|desk| {
            desk.prepare(sql).query_map(params![of.as_str(), case], |row| {
                let until = Timestamp::from_millis(row.get(1)?);
                Ok(HeldDocument { story: row.get(0)?, until, json: row.get(2)? })
            })
        })
    }

    /// Every story that some case of an organisation holds.
    pub fn held_stories(&self, of: &OrganisationId) -> Result<BTreeSet<String>, StoreError> {
        let sql = "SELECT DISTINCT story FROM case_story WHERE organisation = ?1";
        let found = self.desk(|desk| desk.prepare(sql).query_map([of.as_str()], |row| row.get(0)))?;
        Ok(found.into_iter().collect())
    }

    /// A case lets go of a story. Says whether it held it.
    pub fn let_go(&self, of: &OrganisationId, case: &str, story: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM case_story WHERE organisation = ?1 AND held = ?2 AND story = ?3";
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![of.as_str(), case, story]))? > 0)
    }

    /// Ends one case. Says whether there was one.
    pub fn end_case(&self, of: &OrganisationId, case: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM watch_case WHERE organisation = ?1 AND id = ?2";
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![of.as_str(), case]))? > 0)
    }

    /// Destroys cases that have ended.
    pub(super) fn end_cases(&self, now: Timestamp) -> Result<(), StoreError> {
        self.desk(|desk| desk.prepare("DELETE FROM watch_case WHERE until <= ?1").execute([now.millis()]))?;
        Ok(())
    }

    /// Takes what a source took back out of every case, which counts it.
    pub(super) fn take_back_held(
        &self,
        of: &OrganisationId,
        source: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        let counted = "UPDATE case_story SET taken_back = taken_back + 1 WHERE organisation = ?1 AND (held, story) IN
                       (SELECT held, story FROM case_document WHERE organisation = ?1 AND source = ?2 AND key = ?3)";
        let gone = "DELETE FROM case_document WHERE organisation = ?1 AND source = ?2 AND key = ?3";
        self.desk(|desk| {
            desk.prepare(counted).execute(params![of.as_str(), source, key])?;
            desk.prepare(gone).execute(params![of.as_str(), source, key])
        })?;
        Ok(())
    }
}

/// Cases with how much they hold; `?2` is now.
const CASES: &str = "SELECT c.organisation, c.id, c.name, c.purpose, c.reason, c.made, c.until, c.member,
  (SELECT count(*) FROM case_story AS s WHERE s.organisation = c.organisation AND s.held = c.id),
  (SELECT count(*) FROM case_document AS d WHERE d.organisation = c.organisation AND d.held = c.id),
  (SELECT count(*) FROM case_document AS d WHERE d.organisation = c.organisation AND d.held = c.id AND d.until <= ?2)
  FROM watch_case AS c";

fn case(row: &Row<'_>) -> Result<(Case, Holding), StoreError> {
    let damaged = |_| StoreError::Damaged("a case of no organisation or purpose".into());
    let case = Case {
        organisation: row.get::<String>(0)?.parse().map_err(damaged)?,
        id: row.get(1)?,
        name: row.get(2)?,
        purpose: row.get::<String>(3)?.parse().map_err(damaged)?,
        reason: row.get(4)?,
        made: Timestamp::from_millis(row.get(5)?),
        until: Timestamp::from_millis(row.get(6)?),
        member: MemberId::from_bytes(row.get(7)?),
    };
    Ok((case, Holding { stories: row.get(8)?, documents: row.get(9)?, only_here: row.get(10)? }))
}

fn count(desk: &Connection, sql: &str, of: &str, id: &str) -> Result<usize, StoreError> {
    let count: i64 = desk.prepare(sql).query_row(params![of, id], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// How many documents more a case may hold.
fn room(desk: &Connection, of: &OrganisationId, case: &str) -> Result<usize, StoreError> {
    let sql = "SELECT count(*) FROM case_document WHERE organisation = ?1 AND held = ?2";
    Ok(CASE_DOCUMENTS_MAX.saturating_sub(count(desk, sql, of.as_str(), case)?))
}

/// Holds one document, while there is room; a new version takes the place of the one before.
fn hold_one(desk: &Connection, case: &str, story: &str, one: &Kept) -> Result<(), StoreError> {
    let of = one.organisation.as_str();
    let known =
        "SELECT 1 FROM case_document WHERE organisation = ?1 AND held = ?2 AND source = ?3 AND key = ?4";
    let known = desk.prepare(known).exists(params![of, case, one.source.as_str(), one.key.as_str()])?;
    if !known && room(desk, &one.organisation, case)? == 0 {
        return Ok(());
    }
    let sql =
        "INSERT OR REPLACE INTO case_document (organisation, held, source, key, story, arrived, until, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    desk.prepare(sql).execute(params![
        of,
        case,
        one.source.as_str(),
        one.key.as_str(),
        story,
        one.arrived.millis(),
        one.until.millis(),
        one.json.as_str(),
    ])?;
    Ok(())
}
