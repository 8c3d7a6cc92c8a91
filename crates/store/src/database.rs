//! Opening the database as it must be, migrating it forward, and a small pool of readers.
//!
//! Not here: what is in it.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use crate::sql::{Connection, NONE};
use crate::{Durability, StoreError};

/// The oldest SQLite that is accepted: earlier ones can damage a WAL database under concurrent checkpoints.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Forms of the store, oldest first; `PRAGMA user_version` counts how many have been applied.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003-requests-and-passkeys.sql"),
    include_str!("migrations/0004-watched.sql"),
];
/// Connections that read at the same time.
const READERS: usize = 4;
/// Page cache of the writer, in KiB.
const WRITER_CACHE_KIB: i32 = 64 * 1024;
/// Page cache of each reader, in KiB.
const READER_CACHE_KIB: i32 = 12 * 1024;
/// Page cache of a scratch file, in KiB.
const SCRATCH_CACHE_KIB: i32 = 32 * 1024;
/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 128;
/// How long a connection waits for a lock, in ms. The one writer never waits for another.
const BUSY_MS: u32 = 5_000;

/// The database file in a store's folder.
pub(crate) const FILE: &str = "belfry.db";

pub(crate) fn open_writer(folder: &Path, durability: Durability) -> Result<Connection, StoreError> {
    check_library()?;
    let connection = open(&folder.join(FILE))?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
        Durability::Off => "OFF",
    };
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON; PRAGMA cache_size = -{WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = {BUSY_MS};"
    ))?;
    migrate(&connection)?;
    Ok(connection)
}

/// A store in a file that is thrown away: the fastest there is, safe from nothing.
pub(crate) fn open_scratch(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file)?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -{SCRATCH_CACHE_KIB};"
    ))?;
    migrate(&connection)?;
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    Ok(connection)
}

/// The version of the database library.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

fn check_library() -> Result<(), StoreError> {
    let found = rusqlite::version_number();
    if found < SQLITE_VERSION_MIN {
        let found = rusqlite::version();
        return Err(StoreError::Unsupported(format!("SQLite {found} is too old: 3.51.3 or later is needed")));
    }
    Ok(())
}

fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let applied: u32 = connection.query_row("PRAGMA user_version", NONE, |row| row.get(0))?;
    let applied = applied as usize;
    if applied > MIGRATIONS.len() {
        return Err(StoreError::Unsupported(format!(
            "this store has form {applied}; this software knows forms up to {}: use a newer one",
            MIGRATIONS.len()
        )));
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(applied) {
        let version = index + 1;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {migration}; PRAGMA user_version = {version}; COMMIT;"
        ))?;
    }
    Ok(())
}

/// Writes the log back into the file and empties it; says whether that could be done wholly.
pub(crate) fn empty_log(folder: &Path) -> Result<bool, StoreError> {
    let connection = open(&folder.join(FILE))?;
    connection.execute_batch(&format!("PRAGMA busy_timeout = {BUSY_MS}"))?;
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", NONE, |row| row.get(0))?;
    Ok(busy == 0)
}

/// A connection to a database file that only reads.
pub(crate) fn open_reader(file: &Path, cache_kib: i32) -> Result<Connection, StoreError> {
    open_file(file, cache_kib).map(Connection::new)
}

/// The same as SQLite knows it, for what is done with its files.
pub(crate) fn open_file(file: &Path, cache_kib: i32) -> Result<rusqlite::Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = settled(file, flags)?;
    connection.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA cache_size = -{cache_kib}; PRAGMA busy_timeout = {BUSY_MS};
         PRAGMA temp_store = MEMORY;"
    ))?;
    Ok(connection)
}

/// A connection that reads and changes a database file, which is made when there is none.
pub(crate) fn open(file: &Path) -> Result<Connection, StoreError> {
    settled(file, OpenFlags::default()).map(Connection::new)
}

/// A connection on which a statement is prepared once and keeps its plan, whatever values it gets.
fn settled(file: &Path, flags: OpenFlags) -> Result<rusqlite::Connection, StoreError> {
    let connection = rusqlite::Connection::open_with_flags(file, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Connections that only read. Each use sees one consistent state.
pub(crate) struct Readers {
    free: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Readers {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_file(&folder.join(FILE), READER_CACHE_KIB)
    }

    pub(crate) fn open_file(file: &Path, cache_kib: i32) -> Result<Self, StoreError> {
        let free = (0..READERS).map(|_| open_reader(file, cache_kib)).collect::<Result<_, _>>()?;
        Ok(Self { free: Mutex::new(free), returned: Condvar::new() })
    }

    /// Runs a read in one transaction on a free connection; waits for one when all are in use.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = loop {
            match free.pop() {
                Some(connection) => break connection,
                None => free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(free);
        let guard = Returned { pool: self, connection: Some(connection) };
        let connection = guard.connection.as_ref().expect("held until the guard drops");
        connection.transaction("BEGIN", || work(connection))
    }
}

/// Gives the connection back, also when the read panics.
struct Returned<'a> {
    pool: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Returned<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            self.pool.returned.notify_one();
        }
    }
}
