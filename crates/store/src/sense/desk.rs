//! The file that lasts longer than a day: where observations lie, posts, what they are to be told, and settings, of which
//! every version stays, so that who made the sensors quieter can be accounted for.
//!
//! Not here: observations themselves ([`super::observed`]), posts ([`super::posts`]).

use std::path::Path;

use base::Timestamp;
use base::ids::MemberId;
use policy::Permit;
use policy::action::Operate;

use super::{OBSERVATION_DAYS, Sense, own};
use crate::sql::{Connection, params};
use crate::{StoreError, days};

/// Most versions of settings that are kept per organisation; beyond it the oldest go.
const SETTINGS_MAX: i64 = 1_000;
/// The file.
const FILE: &str = "desk.db";
/// Page cache, in KiB.
const CACHE_KIB: i32 = 4 * 1024;
const MS_PER_DAY: i64 = 86_400_000;
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS observation (
  number INTEGER PRIMARY KEY AUTOINCREMENT,   -- in the order they came
  organisation TEXT NOT NULL,
  id BLOB NOT NULL,
  post TEXT NOT NULL,
  at INTEGER NOT NULL,           -- ms: when it happened
  came INTEGER NOT NULL,         -- ms: names the file of its content
  until INTEGER NOT NULL,        -- ms
  UNIQUE (organisation, id)
) STRICT;
CREATE INDEX IF NOT EXISTS observation_came ON observation(organisation, came);
CREATE TABLE IF NOT EXISTS post (
  organisation TEXT NOT NULL,
  post TEXT NOT NULL,
  since INTEGER NOT NULL,        -- ms: when it first said something
  changed INTEGER NOT NULL,      -- ms
  sealed BLOB NOT NULL,          -- its sensors as it told of them last
  answered INTEGER NOT NULL,     -- ms: the bulletin that judgements were sent in answer to last
  sent_before INTEGER NOT NULL,  -- the judgement that had been sent before that answer
  sent INTEGER NOT NULL,         -- the judgement that was sent last
  PRIMARY KEY (organisation, post)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS judged (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation TEXT NOT NULL,
  post TEXT NOT NULL,
  observation BLOB NOT NULL,
  due INTEGER NOT NULL,          -- ms: told from then on; until then it can be taken back
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS judged_post ON judged(organisation, post, number);
CREATE TABLE IF NOT EXISTS settings (
  organisation TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,           -- ms
  member BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (organisation, version)
) STRICT, WITHOUT ROWID;
";

/// A version of an organisation's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSettings {
    /// Which: from 1.
    pub version: u32,
    /// Since when.
    pub at: Timestamp,
    /// Who made it.
    pub member: MemberId,
    /// What it says: JSON.
    pub content: Vec<u8>,
}

/// Opens the file.
pub(super) fn open(folder: &Path) -> Result<Connection, StoreError> {
    days::open_file(&folder.join(FILE), CACHE_KIB, SCHEMA)
}

/// Destroys what outlived its observations, and posts that have been silent for as long.
pub(super) fn expire(desk: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let oldest = now.plus_millis(-OBSERVATION_DAYS * MS_PER_DAY).millis();
    desk.prepare("DELETE FROM observation WHERE until <= ?1 OR came <= ?2")
        .execute(params![now.millis(), oldest])?;
    desk.prepare("DELETE FROM judged WHERE due <= ?1").execute([oldest])?;
    desk.prepare("DELETE FROM post WHERE changed <= ?1").execute([oldest])?;
    Ok(())
}

impl Sense<'_> {
    /// The settings of the own organisation that held at an instant; none when nobody had made any.
    pub fn settings(
        &self,
        permit: &Permit<Operate>,
        at: Timestamp,
    ) -> Result<Option<KeptSettings>, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql = "SELECT version, at, member, sealed FROM settings
                   WHERE organisation = ?1 AND at <= ?2 ORDER BY version DESC LIMIT 1";
        self.desk(|desk| {
            desk.prepare(sql).find(params![of.as_str(), at.millis()], |row| {
                let version: u32 = row.get(0)?;
                Ok(KeptSettings {
                    version,
                    at: Timestamp::from_millis(row.get(1)?),
                    member: MemberId::from_bytes(row.get(2)?),
                    content: key.open(context(version).as_bytes(), row.bytes(3)?)?,
                })
            })
        })
    }

    /// Makes the settings of the own organisation anew. The version is the one after that which holds; else someone was
    /// first.
    pub fn keep_settings(&self, permit: &Permit<Operate>, settings: &KeptSettings) -> Result<(), StoreError> {
        let of = own(permit)?;
        let sealed = self.seal(&self.key(of)?, &context(settings.version), &settings.content);
        self.desk(|desk| {
            let sql = "SELECT coalesce(max(version), 0) FROM settings WHERE organisation = ?1";
            let version: u32 = desk.prepare(sql).query_row([of.as_str()], |row| row.get(0))?;
            if version.saturating_add(1) != settings.version {
                return Err(StoreError::Stale { version });
            }
            let sql = "INSERT INTO settings (organisation, version, at, member, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";
            desk.prepare(sql).execute(params![
                of.as_str(),
                settings.version,
                settings.at.millis(),
                &settings.member.as_bytes()[..],
                sealed,
            ])?;
            desk.prepare("DELETE FROM settings WHERE organisation = ?1 AND version <= ?2")
                .execute(params![of.as_str(), i64::from(settings.version) - SETTINGS_MAX])?;
            Ok(())
        })
    }
}

fn context(version: u32) -> String {
    format!("settings {version}")
}
