//! What Eye and Ear keep, in a file per day for what is dropped by day and one file for the rest.
//!
//! `sense/observations-DAY.db` (with stills) and `sense/detections-DAY.db` are deleted whole when their day has passed;
//! `sense/desk.db` holds where an observation lies, the last word of each post, what posts are to be told, and settings.
//! Contents are sealed under a key of their organisation and come as they were handed over: the store knows whose they
//! are and how long they stay, not what they say.
//!
//! Not here: what an observation is (`sense`), judging and thresholds (`server`). Sound never comes this far.

mod desk;
mod detected;
mod observed;
mod posts;

pub use desk::KeptSettings;
pub use detected::KeptDetection;
pub use observed::{KeptObservation, KeptStill, ObservedQuery};
pub use posts::{KeptJudged, KeptPost};

use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::OrganisationId;
use policy::action::Operate;
use policy::{Permit, Subject};

use crate::days::{DayFiles, DayKind};
use crate::sealing::Key;
use crate::sql::Connection;
use crate::{Inner, Store, StoreError};

/// The folder of Eye and Ear within a data folder.
const FOLDER: &str = "sense";
/// How long observations are kept at most, in days; the register of their sensors may say less.
pub const OBSERVATION_DAYS: i64 = 30;
/// How long detections are kept at most, in days.
pub const DETECTION_DAYS: i64 = 7;
/// How long a still is kept whose observation nobody confirmed, in days.
pub const STILL_DAYS: i64 = 7;
/// Most observations of one organisation and day.
pub const OBSERVATIONS_DAY_MAX: i64 = 5_000;
/// Most detections of one organisation and day; those beyond are not kept.
pub const DETECTIONS_DAY_MAX: i64 = 200_000;
/// Most stills of one observation.
pub const STILLS_MAX: i64 = 16;
/// Most posts of one organisation.
pub const POSTS_MAX: i64 = 64;

const OBSERVATIONS: DayKind =
    DayKind { name: "observations", days: OBSERVATION_DAYS, schema: observed::SCHEMA };
const DETECTIONS: DayKind = DayKind { name: "detections", days: DETECTION_DAYS, schema: detected::SCHEMA };

/// The open files.
pub(crate) struct SenseStore {
    desk: Mutex<Connection>,
    days: DayFiles,
}

/// What Eye and Ear keep, with the keys to read it.
pub struct Sense<'a> {
    inner: &'a Inner,
    files: &'a SenseStore,
}

impl Store {
    /// What Eye and Ear keep, opened when first asked for.
    pub fn sense(&self) -> Result<Sense<'_>, StoreError> {
        let inner = &*self.0;
        if let Some(files) = inner.sense.get() {
            return Ok(Sense { inner, files });
        }
        let folder = inner.options.folder.join(FOLDER);
        let days = DayFiles::new(folder.clone(), &[OBSERVATIONS, DETECTIONS])?;
        let opened = SenseStore { desk: Mutex::new(desk::open(&folder)?), days };
        Ok(Sense { inner, files: inner.sense.get_or_init(|| opened) })
    }
}

impl Sense<'_> {
    /// Destroys what is past its time. Says how many files went.
    pub fn expire(&self, now: Timestamp) -> Result<usize, StoreError> {
        let gone = self.files.days.expire(now)?;
        self.expire_observed(now)?;
        self.expire_detected(now)?;
        self.desk(|desk| desk::expire(desk, now))?;
        Ok(gone)
    }

    fn desk<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let desk = self.files.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.transaction("BEGIN IMMEDIATE", || work(&desk))
    }

    fn key(&self, of: &OrganisationId) -> Result<Key, StoreError> {
        Ok(self.inner.keyring.get(of)?.wrapping.derive("sense"))
    }

    fn seal(&self, key: &Key, context: &str, plain: &[u8]) -> Vec<u8> {
        key.seal(&*self.inner.random, context.as_bytes(), plain)
    }
}

/// The organisation whose sensors a permit is about: its holder's own.
fn own(permit: &Permit<Operate>) -> Result<&OrganisationId, StoreError> {
    match permit.subject() {
        Subject::Organisation(of) if of == permit.organisation() => Ok(of),
        _ => Err(StoreError::Absent),
    }
}
