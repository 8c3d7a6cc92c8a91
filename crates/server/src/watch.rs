//! Web monitoring on a node: one desk per organisation that watches, fed by one watcher for all of them.
//!
//! Not here: what a document means (`webwatch`), what is kept (`store`), the endpoints ([`crate::api::watch`]).

mod area;
mod cases;
mod desk;
mod learning;
mod reading;
mod run;
mod shown;
pub mod trials;

pub use cases::{CaseHeld, HeldStory};
pub use desk::{Desk, Entry};
pub use learning::{Learning, ModelAbout, ModelShown};
pub use reading::language_of;
pub use run::run;
pub use shown::{Judged, Shown, State};
pub use trials::Trials;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use base::Timestamp;
use base::ids::OrganisationId;
use store::{Store, StoreError};
use tokio::sync::broadcast;
use webwatch::detect::WatchError;
use webwatch::fetch::{Report, Watcher};
use webwatch::privacy::{GateKeys, Month};

/// How many changes of signals a stream may lag behind.
const TOLD_MAX: usize = 1_024;

/// Why a desk cannot be opened or changed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store refused.
    #[error("what is kept of web monitoring cannot be used")]
    Store(#[from] StoreError),
    /// What is watched has a mistake.
    #[error("{0}")]
    Watch(#[from] WatchError),
    /// What is kept cannot be read.
    #[error("a kept part of web monitoring cannot be read: {0}")]
    Kept(#[from] serde_json::Error),
}

/// A signal changed; who may see it looks.
#[derive(Debug, Clone)]
pub struct Told {
    /// Whose signal.
    pub organisation: OrganisationId,
    /// Which.
    pub signal: String,
}

/// Where a desk is, once it is open; whoever opens it holds the place.
type Place = Arc<Mutex<Option<Arc<Mutex<Desk>>>>>;

/// Web monitoring of a node.
pub struct Watching {
    store: Store,
    area: Arc<crate::area::Area>,
    desks: Mutex<HashMap<OrganisationId, Place>>,
    keys: Mutex<Option<(Month, GateKeys)>>,
    told: broadcast::Sender<Told>,
    watcher: RwLock<Option<Arc<Watcher>>>,
    /// Replays of past spans, under way and done.
    pub trials: Trials,
}

impl Watching {
    /// Web monitoring that watches nothing yet.
    pub fn new(store: Store, area: Arc<crate::area::Area>) -> Self {
        Self {
            store,
            area,
            desks: Mutex::default(),
            keys: Mutex::default(),
            told: broadcast::channel(TOLD_MAX).0,
            watcher: RwLock::default(),
            trials: Trials::default(),
        }
    }

    /// The desk of an organisation, opened when it is first asked for; meanwhile nobody waits for another's. Waits for the
    /// disk.
    pub fn desk(&self, of: &OrganisationId, now: Timestamp) -> Result<Arc<Mutex<Desk>>, DeskError> {
        let place = {
            let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
            desks.entry(of.clone()).or_default().clone()
        };
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = &*place {
            return Ok(desk.clone());
        }
        let desk = Desk::open(&self.store, &self.area, of.clone(), now)?;
        Ok(place.insert(Arc::new(Mutex::new(desk))).clone())
    }

    /// Changes of signals from now on.
    pub fn told(&self) -> broadcast::Receiver<Told> {
        self.told.subscribe()
    }

    /// Tells that signals of an organisation changed.
    pub fn tell(&self, organisation: &OrganisationId, signals: impl IntoIterator<Item = String>) {
        for signal in signals {
            // Nobody may be listening.
            let _ = self.told.send(Told { organisation: organisation.clone(), signal });
        }
    }

    /// Works with the key of posts and that of the present month; that of the month before is destroyed. Waits for the disk.
    pub fn with_keys<T>(&self, now: Timestamp, work: impl FnOnce(&GateKeys) -> T) -> Result<T, DeskError> {
        let mut kept = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let month = Month::of(now);
        if kept.as_ref().is_none_or(|(known, _)| *known != month) {
            let (posts, voice) = (self.store.post_key()?, self.store.voice_key(month.0)?);
            *kept = Some((month, GateKeys::new(*posts, month, *voice)));
        }
        let (_, keys) = kept.as_ref().expect("put there above");
        Ok(work(keys))
    }

    /// The watcher, while the node fetches.
    pub fn watcher(&self) -> Option<Arc<Watcher>> {
        self.watcher.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_watcher(&self, watcher: Option<Arc<Watcher>>) -> Option<Arc<Watcher>> {
        let mut present = self.watcher.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut present, watcher)
    }

    /// How a source of an organisation fares; `None` when nothing is fetched.
    pub async fn report(&self, of: &OrganisationId, source: &str) -> Option<Report> {
        self.reports(of, &[source.to_owned()]).await.pop().flatten()
    }

    /// How sources of an organisation fare, in their order: one question for all.
    pub async fn reports(&self, of: &OrganisationId, sources: &[String]) -> Vec<Option<Report>> {
        let Some(watcher) = self.watcher() else { return vec![None; sources.len()] };
        watcher.reports(sources.iter().map(|source| watched_as(of, source)).collect()).await
    }
}

/// The desk itself, whoever had it before.
pub fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the one watcher calls a source of an organisation.
pub fn watched_as(of: &OrganisationId, source: &str) -> String {
    format!("{of}/{source}")
}
