//! What lasts longer than a day: stories, signals, mutes, the health of sources, judgements, models, daily counts.
//!
//! Not here: documents ([`super::documents`]) and what they mean.

use std::path::Path;

use base::Timestamp;
use base::ids::{MemberId, OrganisationId};

use super::{DOCUMENT_DAYS, Day, WatchStore};
use crate::sql::{Connection, Row, params};
use crate::{StoreError, days};

/// Most records of one answer.
pub const RECORDS_MAX: usize = 2_000;
/// Most judgements that are kept per organisation; beyond it the oldest go.
const JUDGEMENTS_MAX: i64 = 100_000;
/// Most models that are kept per organisation and language, the present one included.
const MODELS_MAX: i64 = 12;
/// How long daily counts are kept, in days.
const COUNT_DAYS: i64 = 400;
/// The file.
const FILE: &str = "desk.db";
/// Page cache, in KiB.
const CACHE_KIB: i32 = 8 * 1024;
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS record (
  kind TEXT NOT NULL,            -- RecordKind
  organisation TEXT NOT NULL,
  id TEXT NOT NULL,
  changed INTEGER NOT NULL,      -- ms
  json TEXT NOT NULL,
  PRIMARY KEY (kind, organisation, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_changed ON record(kind, organisation, changed);
CREATE TABLE IF NOT EXISTS judgement (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  document TEXT NOT NULL,
  member BLOB NOT NULL,
  at INTEGER NOT NULL,           -- ms
  json TEXT NOT NULL             -- the verdict and the features of what was judged, never its text
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS judgement_document ON judgement(organisation, document);
CREATE TABLE IF NOT EXISTS model (
  organisation TEXT NOT NULL,
  language TEXT NOT NULL,
  version INTEGER NOT NULL,
  champion INTEGER NOT NULL,     -- 0 or 1
  made INTEGER NOT NULL,         -- ms
  about TEXT NOT NULL,           -- JSON: from how many judgements, how it compares
  bytes BLOB NOT NULL,
  PRIMARY KEY (organisation, language, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS daily (
  organisation TEXT NOT NULL,
  source TEXT NOT NULL,
  day INTEGER NOT NULL,          -- since 1970
  documents INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  faults INTEGER NOT NULL,
  PRIMARY KEY (organisation, source, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS voice_key (
  month INTEGER PRIMARY KEY,     -- since the year 0
  sealed BLOB NOT NULL           -- under the node's key
) STRICT;
CREATE TABLE IF NOT EXISTS post_key (
  id INTEGER PRIMARY KEY CHECK (id = 0),
  sealed BLOB NOT NULL           -- under the node's key
) STRICT;
";

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A story.
    Story,
    /// A signal.
    Signal,
    /// How a source fares.
    Health,
    /// What is not to raise a signal for a while.
    Mute,
    /// How an organisation watches.
    Setting,
    /// What a watched page said last, masked.
    Page,
}

impl RecordKind {
    fn word(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Signal => "signal",
            Self::Health => "health",
            Self::Mute => "mute",
            Self::Setting => "setting",
            Self::Page => "page",
        }
    }
}

/// A record of an organisation: its content is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub organisation: OrganisationId,
    /// Its id, unique for the kind and organisation.
    pub id: String,
    /// When it was changed last.
    pub changed: Timestamp,
    /// What it is.
    pub json: String,
}

/// A judgement of a document; a later one of the same document takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Whose.
    pub organisation: OrganisationId,
    /// Of which document: a name that its organisation gives it.
    pub document: String,
    /// By whom.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
    /// The verdict and the features: JSON.
    pub json: String,
}

/// A model and whether it is the one in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptModel {
    /// Whose.
    pub organisation: OrganisationId,
    /// For which language (ISO 639-1).
    pub language: String,
    /// Counts from 1.
    pub version: u32,
    /// Whether it is in use.
    pub champion: bool,
    /// When it was made.
    pub made: Timestamp,
    /// From what, and how it compares: JSON.
    pub about: String,
    /// Itself.
    pub bytes: Vec<u8>,
}

/// What came from a source on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The day.
    pub day: Day,
    /// Documents that were new.
    pub documents: u64,
    /// Documents that were copies of what was known.
    pub copies: u64,
    /// Answers that were faults.
    pub faults: u64,
}

/// Opens the file.
pub(super) fn open(folder: &Path) -> Result<Connection, StoreError> {
    let schema = format!("{SCHEMA} {}", super::cases::SCHEMA);
    days::open_file(&folder.join(FILE), CACHE_KIB, &schema)
}

/// Destroys what outlived its documents.
pub(super) fn expire(desk: &Connection, today: Day) -> Result<(), StoreError> {
    let oldest = Day::from_number(today.number() - DOCUMENT_DAYS).begin().millis();
    desk.prepare("DELETE FROM record WHERE kind IN ('story', 'signal') AND changed < ?1")
        .execute([oldest])?;
    desk.prepare("DELETE FROM daily WHERE day < ?1").execute([today.number() - COUNT_DAYS])?;
    Ok(())
}

fn organisation(text: &str) -> Result<OrganisationId, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged("a record of no organisation".into()))
}

fn record(row: &Row<'_>) -> Result<Record, StoreError> {
    Ok(Record {
        organisation: organisation(&row.get::<String>(0)?)?,
        id: row.get(1)?,
        changed: Timestamp::from_millis(row.get(2)?),
        json: row.get(3)?,
    })
}

impl WatchStore {
    /// Writes records, all or none; those with a known id are replaced.
    pub fn put(&self, kind: RecordKind, records: &[Record]) -> Result<(), StoreError> {
        self.desk(|desk| {
            let sql = "INSERT OR REPLACE INTO record (kind, organisation, id, changed, json) VALUES (?1, ?2, ?3, ?4, ?5)";
            for one in records {
                desk.prepare(sql).execute(params![
                    kind.word(),
                    one.organisation.as_str(),
                    one.id.as_str(),
                    one.changed.millis(),
                    one.json.as_str(),
                ])?;
            }
            Ok(())
        })
    }

    /// Removes a record. Says whether there was one.
    pub fn remove(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        id: &str,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM record WHERE kind = ?1 AND organisation = ?2 AND id = ?3";
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![kind.word(), organisation.as_str(), id]))? > 0)
    }

    /// One record.
    pub fn get(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        id: &str,
    ) -> Result<Option<Record>, StoreError> {
        let sql = "SELECT organisation, id, changed, json FROM record
                   WHERE kind = ?1 AND organisation = ?2 AND id = ?3";
        self.desk(|desk| desk.prepare(sql).find(params![kind.word(), organisation.as_str(), id], record))
    }

    /// The records of an organisation that changed last, the latest first.
    pub fn latest(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        most: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let sql = "SELECT organisation, id, changed, json FROM record
                   WHERE kind = ?1 AND organisation = ?2 ORDER BY changed DESC, id LIMIT ?3";
        let most = i64::try_from(most.min(RECORDS_MAX)).unwrap_or(0);
        self.desk(|desk| {
            desk.prepare(sql).query_map(params![kind.word(), organisation.as_str(), most], record)
        })
    }

    /// Every record of a kind: for a start.
    pub fn every(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        let sql = "SELECT organisation, id, changed, json FROM record WHERE kind = ?1 ORDER BY changed";
        self.desk(|desk| desk.prepare(sql).query_map([kind.word()], record))
    }

    /// Keeps a judgement.
    pub fn judge(&self, judged: &Judged) -> Result<(), StoreError> {
        self.desk(|desk| {
            let of = judged.organisation.as_str();
            desk.prepare(
                "INSERT OR REPLACE INTO judgement (organisation, document, member, at, json) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .execute(params![
                of,
                judged.document.as_str(),
                &judged.member.as_bytes()[..],
                judged.at.millis(),
                judged.json.as_str(),
            ])?;
            desk.prepare(
                "DELETE FROM judgement WHERE organisation = ?1 AND id <= (SELECT id FROM judgement
                 WHERE organisation = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )
            .execute(params![of, JUDGEMENTS_MAX])?;
            Ok(())
        })
    }

    /// Takes a judgement back. Says whether there was one.
    pub fn unjudge(&self, of: &OrganisationId, document: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM judgement WHERE organisation = ?1 AND document = ?2";
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![of.as_str(), document]))? > 0)
    }

    /// Gives the document of a judgement another name, in the judgement too. Says whether there was one.
    pub fn rename_judged(
        &self,
        of: &OrganisationId,
        document: &str,
        to: &str,
        json: &str,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE OR REPLACE judgement SET document = ?3, json = ?4 WHERE organisation = ?1 AND document = ?2";
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![of.as_str(), document, to, json]))? > 0)
    }

    /// The judgements of an organisation, oldest first.
    pub fn judgements(&self, of: &OrganisationId) -> Result<Vec<Judged>, StoreError> {
        let sql = "SELECT document, member, at, json FROM judgement WHERE organisation = ?1 ORDER BY id";
        self.desk(|desk| {
            desk.prepare(sql).query_map([of.as_str()], |row| {
                Ok(Judged {
                    organisation: of.clone(),
                    document: row.get(0)?,
                    member: MemberId::from_bytes(row.get(1)?),
                    at: Timestamp::from_millis(row.get(2)?),
                    json: row.get(3)?,
                })
            })
        })
    }

    /// Keeps a model under the next version, which it gives; it is not in use yet.
    pub fn keep_model(
        &self,
        of: &OrganisationId,
        language: &str,
        made: Timestamp,
        about: &str,
        bytes: &[u8],
    ) -> Result<u32, StoreError> {
        self.desk(|desk| {
            let sql = "SELECT coalesce(max(version), 0) + 1 FROM model WHERE organisation = ?1 AND language = ?2";
            let version: u32 =
                desk.prepare(sql).query_row(params![of.as_str(), language], |row| row.get(0))?;
            desk.prepare(
                "INSERT INTO model (organisation, language, version, champion, made, about, bytes)
                 VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)",
            )
            .execute(params![of.as_str(), language, version, made.millis(), about, bytes])?;
            desk.prepare(
                "DELETE FROM model WHERE organisation = ?1 AND language = ?2 AND champion = 0 AND version <= ?3",
            )
            .execute(params![of.as_str(), language, i64::from(version) - MODELS_MAX])?;
            Ok(version)
        })
    }

    /// Takes a model into use, or none. Says whether there is such a model.
    pub fn choose_model(
        &self,
        of: &OrganisationId,
        language: &str,
        version: Option<u32>,
    ) -> Result<bool, StoreError> {
        self.desk(|desk| {
            let known = "SELECT 1 FROM model WHERE organisation = ?1 AND language = ?2 AND version = ?3";
            if let Some(version) = version
                && !desk.prepare(known).exists(params![of.as_str(), language, version])?
            {
                return Ok(false);
            }
            let sql = "UPDATE model SET champion = (version = ?3) WHERE organisation = ?1 AND language = ?2";
            desk.prepare(sql).execute(params![of.as_str(), language, version.unwrap_or(0)])?;
            Ok(true)
        })
    }

    /// The models of an organisation, the latest first.
    pub fn models(&self, of: &OrganisationId) -> Result<Vec<KeptModel>, StoreError> {
        let sql = "SELECT language, version, champion, made, about, bytes FROM model
                   WHERE organisation = ?1 ORDER BY language, version DESC";
        self.desk(|desk| {
            desk.prepare(sql).query_map([of.as_str()], |row| {
                Ok(KeptModel {
                    organisation: of.clone(),
                    language: row.get(0)?,
                    version: row.get(1)?,
                    champion: row.get::<i64>(2)? != 0,
                    made: Timestamp::from_millis(row.get(3)?),
                    about: row.get(4)?,
                    bytes: row.bytes(5)?.to_vec(),
                })
            })
        })
    }

    /// Adds to what came from a source on a day.
    pub fn count(&self, of: &OrganisationId, source: &str, more: Counted) -> Result<(), StoreError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let sql = "INSERT INTO daily (organisation, source, day, documents, copies, faults)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (organisation, source, day)
                   DO UPDATE SET documents = documents + ?4, copies = copies + ?5, faults = faults + ?6";
        self.desk(|desk| {
            desk.prepare(sql).execute(params![
                of.as_str(),
                source,
                more.day.number(),
                number(more.documents),
                number(more.copies),
                number(more.faults),
            ])
        })?;
        Ok(())
    }

    /// What came from a source per day, oldest first.
    pub fn counts(&self, of: &OrganisationId, source: &str, since: Day) -> Result<Vec<Counted>, StoreError> {
        let sql = "SELECT day, documents, copies, faults FROM daily
                   WHERE organisation = ?1 AND source = ?2 AND day >= ?3 ORDER BY day";
        self.desk(|desk| {
            desk.prepare(sql).query_map(params![of.as_str(), source, since.number()], |row| {
                let number = |column| row.get::<i64>(column).map(i64::unsigned_abs);
                Ok(Counted {
                    day: Day::from_number(row.get(0)?),
                    documents: number(1)?,
                    copies: number(2)?,
                    faults: number(3)?,
                })
            })
        })
    }
}
