//! What planners of measures keep, in one file: versions of an organisation's plan, the streets it is about, the options that
//! searches found, and what was published of it.
//!
//! `measures/desk.db`. Contents are sealed under a key of their organisation and come as they were handed over: the store
//! knows whose they are, not what they say. What was published is for anyone, and is not sealed.
//!
//! Not here: what a plan is (`measures`), and who publishes what (`server`).

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::{MemberId, OrganisationId};
use policy::action::{Administer, Plan};
use policy::{Permit, Subject};

use crate::sealing::Key;
use crate::sql::{Connection, Row, Walk, params};
use crate::{Inner, Store, StoreError, days};

/// Versions of a plan that are kept per organisation; beyond it the oldest go.
pub const PLAN_VERSIONS_MAX: u32 = 200;
/// Most options of an organisation.
pub const OPTIONS_MAX: i64 = 100;
/// Publications that are kept, so that what stood on the page on a day can be told.
const PUBLISHED_MAX: i64 = 1_000;
/// The folder of measures within a data folder.
const FOLDER: &str = "measures";
/// The file in it.
const FILE: &str = "desk.db";
/// Page cache, in KiB.
const CACHE_KIB: i32 = 4 * 1024;
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS plan (
  organisation TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,           -- ms
  member BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (organisation, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS area (
  organisation TEXT NOT NULL,
  part TEXT NOT NULL,            -- streets, neighbourhoods
  at INTEGER NOT NULL,           -- ms
  sealed BLOB NOT NULL,
  PRIMARY KEY (organisation, part)
) STRICT;
CREATE TABLE IF NOT EXISTS option (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation TEXT NOT NULL,
  at INTEGER NOT NULL,           -- ms
  member BLOB NOT NULL,
  head BLOB NOT NULL,            -- sealed: what a list tells of it
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS option_organisation ON option(organisation, number);
CREATE TABLE IF NOT EXISTS published (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation TEXT NOT NULL,
  at INTEGER NOT NULL,           -- ms
  member BLOB NOT NULL,
  content BLOB NOT NULL
) STRICT;
";

/// The tables of the file, which stand in a backup under these names behind [`IN_BACKUP`].
const TABLES: [&str; 4] = ["plan", "area", "option", "published"];
/// What the names begin with there.
const IN_BACKUP: &str = "measures_";

/// Copies one state of what planners keep in a data folder into a backup. Nothing where they keep nothing.
pub(crate) fn copy_into(backup: &rusqlite::Connection, folder: &Path) -> Result<(), StoreError> {
    let file = folder.join(FOLDER).join(FILE);
    if !file.exists() {
        return Ok(());
    }
    backup.execute("ATTACH ?1 AS desk", [named(&file)?])?;
    let copies = TABLES.map(|name| format!("CREATE TABLE {IN_BACKUP}{name} AS SELECT * FROM desk.{name};"));
    backup.execute_batch(&format!("BEGIN; {} COMMIT; DETACH desk;", copies.concat()))?;
    Ok(())
}

/// Puts what is in a restored store back into a file of its own. Nothing where the backup has nothing of it.
pub(crate) fn put_back(restored: &rusqlite::Connection, folder: &Path) -> Result<(), StoreError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = ?1";
    let found: i64 = restored.query_row(sql, [format!("{IN_BACKUP}{}", TABLES[0])], |row| row.get(0))?;
    if found == 0 {
        return Ok(());
    }
    let folder = folder.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|source| StoreError::File { path: folder.clone(), source })?;
    let file = folder.join(FILE);
    drop(days::open_file(&file, CACHE_KIB, SCHEMA)?);
    restored.execute("ATTACH ?1 AS desk", [named(&file)?])?;
    let copies = TABLES.map(|name| {
        format!("INSERT INTO desk.{name} SELECT * FROM {IN_BACKUP}{name}; DROP TABLE {IN_BACKUP}{name};")
    });
    restored.execute_batch(&format!("BEGIN; {} COMMIT; DETACH desk;", copies.concat()))?;
    Ok(())
}

fn named(file: &Path) -> Result<&str, StoreError> {
    file.to_str().ok_or(StoreError::Conflict("the data folder has a name that is no text"))
}

/// A version of an organisation's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPlan {
    /// Which: from 1.
    pub version: u32,
    /// Since when.
    pub at: Timestamp,
    /// Who made it.
    pub member: MemberId,
    /// What it says: JSON.
    pub content: Vec<u8>,
}

/// A part of the ground that plans are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Streets.
    Streets,
    /// Outlines of neighbourhoods.
    Neighbourhoods,
}

impl Ground {
    fn name(self) -> &'static str {
        match self {
            Self::Streets => "streets",
            Self::Neighbourhoods => "neighbourhoods",
        }
    }
}

/// What a search found, or somebody put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOption {
    /// Its number.
    pub number: u64,
    /// When it was kept.
    pub at: Timestamp,
    /// Who kept it.
    pub member: MemberId,
    /// What a list tells of it: JSON.
    pub head: Vec<u8>,
}

/// What anyone may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Which.
    pub number: u64,
    /// Since when.
    pub at: Timestamp,
    /// Who published it.
    pub member: MemberId,
    /// What it says: JSON.
    pub content: Vec<u8>,
}

/// The open file.
pub(crate) struct MeasuresStore {
    desk: Mutex<Connection>,
}

/// What planners keep, with the keys to read it.
pub struct Measures<'a> {
    inner: &'a Inner,
    files: &'a MeasuresStore,
}

impl Store {
    /// What planners of measures keep, opened when first asked for.
    pub fn measures(&self) -> Result<Measures<'_>, StoreError> {
        let inner = &*self.0;
        if let Some(files) = inner.measures.get() {
            return Ok(Measures { inner, files });
        }
        let folder = inner.options.folder.join(FOLDER);
        std::fs::create_dir_all(&folder)
            .map_err(|source| StoreError::File { path: folder.clone(), source })?;
        let desk = days::open_file(&folder.join(FILE), CACHE_KIB, SCHEMA)?;
        let opened = MeasuresStore { desk: Mutex::new(desk) };
        Ok(Measures { inner, files: inner.measures.get_or_init(|| opened) })
    }
}

impl Measures<'_> {
    /// A version of the own plan, the latest when none is named; none when there is no such version.
    pub fn plan(&self, permit: &Permit<Plan>, version: Option<u32>) -> Result<Option<KeptPlan>, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql = "SELECT version, at, member, sealed FROM plan
                   WHERE organisation = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version DESC LIMIT 1";
        self.desk(|desk| {
            desk.prepare(sql).find(params![of.as_str(), version], |row| {
                let version: u32 = row.get(0)?;
                Ok(KeptPlan {
                    version,
                    at: Timestamp::from_millis(row.get(1)?),
                    member: MemberId::from_bytes(row.get(2)?),
                    content: key.open(format!("plan {version}").as_bytes(), row.bytes(3)?)?,
                })
            })
        })
    }

    /// The versions of the own plan, the latest first, without what they say.
    pub fn plan_versions(&self, permit: &Permit<Plan>) -> Result<Vec<KeptPlan>, StoreError> {
        let of = own(permit)?;
        let sql = "SELECT version, at, member FROM plan WHERE organisation = ?1 ORDER BY version DESC";
        self.desk(|desk| {
            let mut found = Vec::new();
            desk.prepare(sql).walk([of.as_str()], |row| {
                found.push(KeptPlan {
                    version: row.get(0)?,
                    at: Timestamp::from_millis(row.get(1)?),
                    member: MemberId::from_bytes(row.get(2)?),
                    content: Vec::new(),
                });
                Ok(Walk::On)
            })?;
            Ok(found)
        })
    }

    /// Makes the own plan anew. Its version is the one after the latest; else someone was first.
    pub fn keep_plan(&self, permit: &Permit<Plan>, plan: &KeptPlan) -> Result<(), StoreError> {
        let of = own(permit)?;
        let sealed = self.seal(&self.key(of)?, &format!("plan {}", plan.version), &plan.content);
        self.desk(|desk| {
            let sql = "SELECT coalesce(max(version), 0) FROM plan WHERE organisation = ?1";
            let version: u32 = desk.prepare(sql).query_row([of.as_str()], |row| row.get(0))?;
            if version.saturating_add(1) != plan.version {
                return Err(StoreError::Stale { version });
            }
            let sql =
                "INSERT INTO plan (organisation, version, at, member, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";
            desk.prepare(sql).execute(params![
                of.as_str(),
                plan.version,
                plan.at.millis(),
                &plan.member.as_bytes()[..],
                sealed,
            ])?;
            desk.prepare("DELETE FROM plan WHERE organisation = ?1 AND version <= ?2")
                .execute(params![of.as_str(), i64::from(plan.version) - i64::from(PLAN_VERSIONS_MAX)])?;
            Ok(())
        })
    }

    /// A part of the ground that the own plan is about, and since when it is so.
    pub fn ground(
        &self,
        permit: &Permit<Plan>,
        part: Ground,
    ) -> Result<Option<(Timestamp, Vec<u8>)>, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql = "SELECT at, sealed FROM area WHERE organisation = ?1 AND part = ?2";
        self.desk(|desk| {
            desk.prepare(sql).find(params![of.as_str(), part.name()], |row| {
                let content = key.open(part.name().as_bytes(), row.bytes(1)?)?;
                Ok((Timestamp::from_millis(row.get(0)?), content))
            })
        })
    }

    /// When each part of the ground came, without reading it.
    pub fn ground_since(&self, permit: &Permit<Plan>, part: Ground) -> Result<Option<Timestamp>, StoreError> {
        let of = own(permit)?;
        let sql = "SELECT at FROM area WHERE organisation = ?1 AND part = ?2";
        self.desk(|desk| {
            desk.prepare(sql)
                .find(params![of.as_str(), part.name()], |row| Ok(Timestamp::from_millis(row.get(0)?)))
        })
    }

    /// Puts a part of the ground in the place of what was there.
    pub fn keep_ground(
        &self,
        permit: &Permit<Plan>,
        part: Ground,
        at: Timestamp,
        content: &[u8],
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let sealed = self.seal(&self.key(of)?, part.name(), content);
        let sql = "INSERT OR REPLACE INTO area (organisation, part, at, sealed) VALUES (?1, ?2, ?3, ?4)";
        self.desk(|desk| {
            desk.prepare(sql).execute(params![of.as_str(), part.name(), at.millis(), sealed])?;
            Ok(())
        })
    }

    /// The own options, the latest first, as a list tells of them.
    pub fn options(&self, permit: &Permit<Plan>) -> Result<Vec<KeptOption>, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql = "SELECT number, at, member, head FROM option WHERE organisation = ?1 ORDER BY number DESC";
        self.desk(|desk| {
            let mut found = Vec::new();
            desk.prepare(sql).walk([of.as_str()], |row| {
                found.push(read_option(row, &key)?);
                Ok(Walk::On)
            })?;
            Ok(found)
        })
    }

    /// One of the own options, with all it says (JSON).
    pub fn option(
        &self,
        permit: &Permit<Plan>,
        number: u64,
    ) -> Result<Option<(KeptOption, Vec<u8>)>, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let sql =
            "SELECT number, at, member, head, sealed FROM option WHERE organisation = ?1 AND number = ?2";
        let number = place(number)?;
        self.desk(|desk| {
            desk.prepare(sql).find(params![of.as_str(), number], |row| {
                Ok((read_option(row, &key)?, key.open(b"option", row.bytes(4)?)?))
            })
        })
    }

    /// Keeps an option and tells its number. The oldest go when there are too many.
    pub fn keep_option(
        &self,
        permit: &Permit<Plan>,
        at: Timestamp,
        head: &[u8],
        content: &[u8],
    ) -> Result<u64, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let (head, content) = (self.seal(&key, "head", head), self.seal(&key, "option", content));
        self.desk(|desk| {
            let sql =
                "INSERT INTO option (organisation, at, member, head, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
                       RETURNING number";
            let member = permit.member();
            let number: i64 = desk.prepare(sql).query_row(
                params![of.as_str(), at.millis(), &member.as_bytes()[..], head, content],
                |row| row.get(0),
            )?;
            let sql = "DELETE FROM option WHERE organisation = ?1 AND number NOT IN
                       (SELECT number FROM option WHERE organisation = ?1 ORDER BY number DESC LIMIT ?2)";
            desk.prepare(sql).execute(params![of.as_str(), OPTIONS_MAX])?;
            Ok(number.unsigned_abs())
        })
    }

    /// Changes what a list tells of an option. `false` when there is no such option.
    pub fn change_option(&self, permit: &Permit<Plan>, number: u64, head: &[u8]) -> Result<bool, StoreError> {
        let of = own(permit)?;
        let head = self.seal(&self.key(of)?, "head", head);
        let sql = "UPDATE option SET head = ?3 WHERE organisation = ?1 AND number = ?2 RETURNING number";
        let number = place(number)?;
        self.desk(|desk| {
            let found: Option<i64> =
                desk.prepare(sql).find(params![of.as_str(), number, head], |row| row.get(0))?;
            Ok(found.is_some())
        })
    }

    /// Destroys an option. `false` when there is no such option.
    pub fn drop_option(&self, permit: &Permit<Plan>, number: u64) -> Result<bool, StoreError> {
        let of = own(permit)?;
        let sql = "DELETE FROM option WHERE organisation = ?1 AND number = ?2 RETURNING number";
        let number = place(number)?;
        self.desk(|desk| {
            let found: Option<i64> =
                desk.prepare(sql).find(params![of.as_str(), number], |row| row.get(0))?;
            Ok(found.is_some())
        })
    }

    /// Publishes: for those who run the area. What it says is for anyone.
    pub fn publish(
        &self,
        permit: &Permit<Administer>,
        at: Timestamp,
        content: &[u8],
    ) -> Result<(), StoreError> {
        if *permit.subject() != Subject::Area {
            return Err(StoreError::Absent);
        }
        self.desk(|desk| {
            let sql = "INSERT INTO published (organisation, at, member, content) VALUES (?1, ?2, ?3, ?4)";
            let (of, member) = (permit.organisation().as_str(), permit.member());
            desk.prepare(sql).execute(params![of, at.millis(), &member.as_bytes()[..], content])?;
            let sql = "DELETE FROM published WHERE number NOT IN
                       (SELECT number FROM published ORDER BY number DESC LIMIT ?1)";
            desk.prepare(sql).execute([PUBLISHED_MAX])?;
            Ok(())
        })
    }

    /// What is published, for anyone: it needs no permit, for it holds nothing that does.
    pub fn published(&self) -> Result<Option<Published>, StoreError> {
        let sql = "SELECT number, at, member, content FROM published ORDER BY number DESC LIMIT 1";
        self.desk(|desk| {
            desk.prepare(sql).find([0_i64; 0], |row| {
                Ok(Published {
                    number: row.get::<i64>(0)?.unsigned_abs(),
                    at: Timestamp::from_millis(row.get(1)?),
                    member: MemberId::from_bytes(row.get(2)?),
                    content: row.bytes(3)?.to_vec(),
                })
            })
        })
    }

    fn desk<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let desk = self.files.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.transaction("BEGIN IMMEDIATE", || work(&desk))
    }

    fn key(&self, of: &OrganisationId) -> Result<Key, StoreError> {
        Ok(self.inner.keyring.get(of)?.wrapping.derive("measures"))
    }

    fn seal(&self, key: &Key, context: &str, plain: &[u8]) -> Vec<u8> {
        key.seal(&*self.inner.random, context.as_bytes(), plain)
    }
}

/// The organisation whose plan a permit is about: its holder's own.
fn own(permit: &Permit<Plan>) -> Result<&OrganisationId, StoreError> {
    match permit.subject() {
        Subject::Organisation(of) if of == permit.organisation() => Ok(of),
        _ => Err(StoreError::Absent),
    }
}

fn read_option(row: &Row<'_>, key: &Key) -> Result<KeptOption, StoreError> {
    Ok(KeptOption {
        number: row.get::<i64>(0)?.unsigned_abs(),
        at: Timestamp::from_millis(row.get(1)?),
        member: MemberId::from_bytes(row.get(2)?),
        head: key.open(b"head", row.bytes(3)?)?,
    })
}

fn place(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Absent)
}
