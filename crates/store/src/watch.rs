//! What web monitoring keeps, in a file per day for what is dropped by day and one file for the rest.
//!
//! `watch/documents-DAY.db` and `watch/raw-DAY.db` are deleted whole when their day has passed; `watch/desk.db` holds
//! stories, signals, judgements, models, cases, daily counts and the health of sources. Contents are JSON of the shapes of
//! `webwatch`, as they were handed over: the store knows whose they are and how long they stay, not what they say.
//!
//! Not here: what is watched (sources and profiles are parts of the directory, each change an entry), and scoring.
//! Nothing here names an author: what comes in has passed the gate of `webwatch::privacy`.

mod cases;
mod day;
mod desk;
mod documents;
mod keys;
pub(crate) mod watched;

pub use cases::{
    CASE_DAYS_MAX, CASE_DOCUMENTS_MAX, CASE_STORIES_MAX, CASES_MAX, Case, CaseStory, HeldDocument, Holding,
};
pub use day::Day;
pub use desk::{Counted, Judged, KeptModel, Record, RecordKind};
pub use documents::{Kept as KeptDocument, Raw};
pub use watched::{WATCHED_MAX, Watched, WatchedKind};

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use base::Timestamp;

use crate::StoreError;
use crate::sql::Connection;

/// The folder of web monitoring within a data folder.
const FOLDER: &str = "watch";
/// How long raw answers are kept, in days.
pub const RAW_DAYS: i64 = 7;
/// How long documents are kept at most, in days; sources may say less.
pub const DOCUMENT_DAYS: i64 = 30;

/// What web monitoring keeps. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct WatchStore(Arc<Files>);

/// The file of one day, open.
type DayFile = Arc<Mutex<Connection>>;

/// Open files. One connection each: web monitoring has one writer, and its readers are few.
struct Files {
    folder: PathBuf,
    desk: Mutex<Connection>,
    days: Mutex<BTreeMap<(Partition, Day), DayFile>>,
}

/// What a file of one day holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Partition {
    Documents,
    Raw,
}

impl Partition {
    const ALL: [Self; 2] = [Self::Documents, Self::Raw];

    fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Raw => "raw",
        }
    }

    fn days(self) -> i64 {
        match self {
            Self::Documents => DOCUMENT_DAYS,
            Self::Raw => RAW_DAYS,
        }
    }
}

impl WatchStore {
    /// Opens what is kept in a data folder; makes it when there is nothing.
    pub fn open(data_folder: &std::path::Path) -> Result<Self, StoreError> {
        let folder = data_folder.join(FOLDER);
        std::fs::create_dir_all(&folder)
            .map_err(|source| StoreError::File { path: folder.clone(), source })?;
        let desk = Mutex::new(desk::open(&folder)?);
        Ok(Self(Arc::new(Files { folder, desk, days: Mutex::default() })))
    }

    /// Destroys the days that have passed and the cases that have ended. Says how many files went.
    pub fn expire(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.end_cases(now)?;
        let today = Day::of(now);
        let mut gone = 0;
        for (partition, day) in self.0.found()? {
            if today.days_since(day) >= partition.days() {
                self.0.destroy(partition, day)?;
                gone += 1;
            }
        }
        self.desk(|desk| desk::expire(desk, today))?;
        Ok(gone)
    }

    fn desk<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let desk = self.0.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.transaction("BEGIN IMMEDIATE", || work(&desk))
    }

    /// Runs work on the file of a day; `None` when there is no such file and none is to be made.
    fn day<T>(
        &self,
        partition: Partition,
        day: Day,
        make: bool,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let Some(file) = self.0.file(partition, day, make)? else { return Ok(None) };
        let connection = file.lock().unwrap_or_else(PoisonError::into_inner);
        connection.transaction("BEGIN IMMEDIATE", || work(&connection)).map(Some)
    }
}

impl Files {
    fn path(&self, partition: Partition, day: Day) -> PathBuf {
        self.folder.join(format!("{}-{day}.db", partition.name()))
    }

    fn file(&self, partition: Partition, day: Day, make: bool) -> Result<Option<DayFile>, StoreError> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = days.get(&(partition, day)) {
            return Ok(Some(open.clone()));
        }
        let path = self.path(partition, day);
        if !make && !path.exists() {
            return Ok(None);
        }
        let connection = Arc::new(Mutex::new(documents::open(&path)?));
        days.insert((partition, day), connection.clone());
        Ok(Some(connection))
    }

    /// The files there are, oldest first.
    fn found(&self) -> Result<Vec<(Partition, Day)>, StoreError> {
        let failed = |source| StoreError::File { path: self.folder.clone(), source };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let name = name.to_str().unwrap_or_default();
            for partition in Partition::ALL {
                let day = name.strip_prefix(partition.name()).and_then(|rest| rest.strip_prefix('-'));
                if let Some(day) = day.and_then(|rest| rest.strip_suffix(".db")).and_then(Day::parse) {
                    found.push((partition, day));
                }
            }
        }
        found.sort_by_key(|(partition, day)| (*day, *partition));
        Ok(found)
    }

    /// Closes and deletes the file of a day. Who is reading it has it until it is done.
    fn destroy(&self, partition: Partition, day: Day) -> Result<(), StoreError> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner).remove(&(partition, day));
        for end in ["", "-wal", "-shm"] {
            let mut path = self.path(partition, day).into_os_string();
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
