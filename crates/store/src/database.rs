//! Opening the database as it must be, migrating it forward, and a small pool of readers.
//!
//! Not here: what is in it.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::{Durability, StoreError};

/// The oldest SQLite that is accepted: earlier ones can damage a WAL database under concurrent checkpoints.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Forms of the store, oldest first; `PRAGMA user_version` counts how many have been applied.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql")];
/// Connections that read at the same time.
const READERS: usize = 4;
/// Page cache of the writer, in KiB.
const WRITER_CACHE_KIB: i32 = 64 * 1024;
/// Page cache of each reader, in KiB.
const READER_CACHE_KIB: i32 = 12 * 1024;
/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 128;
/// How long a connection waits for a lock, in ms. The one writer never waits for another.
const BUSY_MS: u32 = 5_000;

/// The database file in a store's folder.
pub(crate) const FILE: &str = "belfry.db";

pub(crate) fn open_writer(folder: &Path, durability: Durability) -> Result<Connection, StoreError> {
    check_library()?;
    let connection = Connection::open(folder.join(FILE))?;
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
    settle_plans(&connection)?;
    migrate(&connection)?;
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

pub(crate) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let applied: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
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

/// A connection to a database file that only reads.
pub(crate) fn open_reader(file: &Path, cache_kib: i32) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA cache_size = -{cache_kib}; PRAGMA busy_timeout = {BUSY_MS};
         PRAGMA temp_store = MEMORY;"
    ))?;
    settle_plans(&connection)?;
    Ok(connection)
}

/// A statement is prepared once and keeps its plan, whatever values it gets.
fn settle_plans(connection: &Connection) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
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
        let transaction =
            guard.connection.as_ref().expect("held until the guard drops").unchecked_transaction()?;
        let result = work(&transaction);
        transaction.finish()?;
        result
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
