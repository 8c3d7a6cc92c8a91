//! What web monitoring keeps, in a file per day for what is dropped by day and one file for the rest.
//!
//! `watch/documents-DAY.db` and `watch/raw-DAY.db` are deleted whole when their day has passed; `watch/desk.db` holds
//! stories, signals, judgements, models, cases, daily counts and the health of sources. Contents are JSON of the shapes of
//! `webwatch`, as they were handed over: the store knows whose they are and how long they stay, not what they say.
//!
//! Not here: what is watched (sources and profiles are parts of the directory, each change an entry), and scoring.
//! Nothing here names an author: what comes in has passed the gate of `webwatch::privacy`.

mod cases;
mod desk;
mod documents;
mod keys;
pub(crate) mod watched;

pub use crate::day::Day;
pub use cases::{
    CASE_DAYS_MAX, CASE_DOCUMENTS_MAX, CASE_STORIES_MAX, CASES_MAX, Case, CaseStory, HeldDocument, Holding,
};
pub use desk::{Counted, Judged, KeptModel, Record, RecordKind};
pub use documents::{Kept as KeptDocument, Raw};
pub use watched::{WATCHED_MAX, Watched, WatchedKind};

use std::sync::{Arc, Mutex, PoisonError};

use base::Timestamp;

use crate::StoreError;
use crate::days::{DayFiles, DayKind};
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

/// Open files. One connection each: web monitoring has one writer, and its readers are few.
struct Files {
    desk: Mutex<Connection>,
    days: DayFiles,
}

const DOCUMENTS: DayKind = DayKind { name: "documents", days: DOCUMENT_DAYS, schema: documents::SCHEMA };
const RAW: DayKind = DayKind { name: "raw", days: RAW_DAYS, schema: documents::SCHEMA };

impl WatchStore {
    /// Opens what is kept in a data folder; makes it when there is nothing.
    pub fn open(data_folder: &std::path::Path) -> Result<Self, StoreError> {
        let folder = data_folder.join(FOLDER);
        let days = DayFiles::new(folder.clone(), &[DOCUMENTS, RAW])?;
        let desk = Mutex::new(desk::open(&folder)?);
        Ok(Self(Arc::new(Files { desk, days })))
    }

    /// Destroys the days that have passed and the cases that have ended. Says how many files went.
    pub fn expire(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.end_cases(now)?;
        let gone = self.0.days.expire(now)?;
        self.desk(|desk| desk::expire(desk, Day::of(now)))?;
        Ok(gone)
    }

    fn desk<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let desk = self.0.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.transaction("BEGIN IMMEDIATE", || work(&desk))
    }
}
