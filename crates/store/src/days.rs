//! Files that hold one day each, for what is dropped by day: a file is deleted whole when its day has passed.
//!
//! Not here: what is in them ([`crate::watch`], [`crate::sense`]).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use base::Timestamp;

use crate::day::Day;
use crate::sql::{Connection, Walk};
use crate::{StoreError, database};

/// Page cache of one file, in KiB.
const CACHE_KIB: i32 = 2 * 1024;

/// What a file of one day holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayKind {
    /// The beginning of its name.
    pub(crate) name: &'static str,
    /// How long it stays, in days.
    pub(crate) days: i64,
    /// Its tables.
    pub(crate) schema: &'static str,
}

/// The file of one day, open.
type DayFile = Arc<Mutex<Connection>>;

/// The files of a folder, each opened when it is first asked for.
pub(crate) struct DayFiles {
    folder: PathBuf,
    kinds: &'static [DayKind],
    open: Mutex<BTreeMap<(&'static str, Day), DayFile>>,
}

impl DayFiles {
    /// The files of these kinds in a folder, which is made when there is none.
    pub(crate) fn new(folder: PathBuf, kinds: &'static [DayKind]) -> Result<Self, StoreError> {
        std::fs::create_dir_all(&folder)
            .map_err(|source| StoreError::File { path: folder.clone(), source })?;
        Ok(Self { folder, kinds, open: Mutex::default() })
    }

    /// Runs work on the file of a day; `None` when there is no such file and none is to be made.
    pub(crate) fn on<T>(
        &self,
        kind: &DayKind,
        day: Day,
        make: bool,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let Some(file) = self.file(kind, day, make)? else { return Ok(None) };
        let connection = file.lock().unwrap_or_else(PoisonError::into_inner);
        connection.transaction("BEGIN IMMEDIATE", || work(&connection)).map(Some)
    }

    /// The days of a kind that there are, oldest first.
    pub(crate) fn days(&self, kind: &DayKind) -> Result<Vec<Day>, StoreError> {
        let failed = |source| StoreError::File { path: self.folder.clone(), source };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let day = name.to_str().and_then(|name| name.strip_prefix(kind.name)?.strip_prefix('-'));
            found.extend(day.and_then(|rest| rest.strip_suffix(".db")).and_then(Day::parse));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Walks over the files of a kind that are not past their time, the latest day first.
    pub(crate) fn each(
        &self,
        kind: &DayKind,
        now: Timestamp,
        work: &mut dyn FnMut(&Connection) -> Result<Walk, StoreError>,
    ) -> Result<(), StoreError> {
        let today = Day::of(now);
        for day in self.days(kind)?.into_iter().rev() {
            if today.days_since(day) >= kind.days {
                continue;
            }
            if self.on(kind, day, false, &mut *work)? == Some(Walk::End) {
                break;
            }
        }
        Ok(())
    }

    /// Deletes the files whose day has passed. Says how many.
    pub(crate) fn expire(&self, now: Timestamp) -> Result<usize, StoreError> {
        let today = Day::of(now);
        let mut gone = 0;
        for kind in self.kinds {
            for day in self.days(kind)?.into_iter().filter(|day| today.days_since(*day) >= kind.days) {
                self.destroy(kind, day)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn path(&self, kind: &DayKind, day: Day) -> PathBuf {
        self.folder.join(format!("{}-{day}.db", kind.name))
    }

    fn file(&self, kind: &DayKind, day: Day, make: bool) -> Result<Option<DayFile>, StoreError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get(&(kind.name, day)) {
            return Ok(Some(known.clone()));
        }
        let path = self.path(kind, day);
        if !make && !path.exists() {
            return Ok(None);
        }
        let connection = Arc::new(Mutex::new(open_file(&path, CACHE_KIB, kind.schema)?));
        open.insert((kind.name, day), connection.clone());
        Ok(Some(connection))
    }

    /// Closes and deletes the file of a day. Who is reading it has it until it is done.
    fn destroy(&self, kind: &DayKind, day: Day) -> Result<(), StoreError> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&(kind.name, day));
        for end in ["", "-wal", "-shm"] {
            let mut path = self.path(kind, day).into_os_string();
            path.push(end);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::File { path: path.into(), source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Opens a file beside the store's own database, with its tables.
pub(crate) fn open_file(path: &Path, cache_kib: i32, schema: &str) -> Result<Connection, StoreError> {
    let connection = database::open(path)?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -{cache_kib}; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 16777216; {schema}"
    ))?;
    Ok(connection)
}
