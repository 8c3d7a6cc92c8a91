//! Eye and Ear on a node: bulletins of posts go in, orders go out, observations wait for an operator.
//!
//! Not here: how observations come about (`sense`), what is kept (`store`), the endpoints ([`crate::api::sense`]).

pub(crate) mod check;
pub(crate) mod draft;
mod posts;
pub(crate) mod rates;
pub(crate) mod replay;
mod settings;
mod shown;
mod take;
mod zone;

pub use posts::{Post, SensorShown};
pub use settings::SettingsBody;
pub(crate) use settings::read as read_settings;
pub(crate) use shown::{Entry, JUDGEMENTS_MAX, NOTE_CHARS_MAX, UNDO_S, stills_until};
pub use shown::{Judgement, RejectReason, Shown, State, Verdict};
pub(crate) use take::take;
pub(crate) use zone::zone_at;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base::Timestamp;
use base::ids::{ObservationId, OrganisationId};
use store::{Store, StoreError};
use tokio::sync::broadcast;

use crate::problem::Problem;
use crate::state::App;

/// How many changes a stream may lag behind.
const TOLD_MAX: usize = 1_024;
/// How often silent posts are looked for, in seconds.
const LOOK_S: u64 = 5;
/// How often what is past its time is destroyed, in seconds.
const EXPIRE_S: i64 = 3_600;

/// What changed; who may see it asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whose.
    pub organisation: OrganisationId,
    /// What.
    pub what: Changed,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// An observation is new, is known better, or was judged.
    Observation(ObservationId),
    /// A sensor fares otherwise.
    Sensor(String),
}

/// Eye and Ear of a node.
pub struct Sensing {
    store: Store,
    posts: Mutex<Option<Posts>>,
    writing: Mutex<()>,
    told: broadcast::Sender<Told>,
}

type Posts = BTreeMap<(OrganisationId, String), Post>;

impl Sensing {
    /// Nothing is heard yet.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            posts: Mutex::default(),
            writing: Mutex::default(),
            told: broadcast::channel(TOLD_MAX).0,
        }
    }

    /// Changes from now on.
    pub fn told(&self) -> broadcast::Receiver<Told> {
        self.told.subscribe()
    }

    /// Tells of a change.
    pub fn tell(&self, organisation: &OrganisationId, what: Changed) {
        // Nobody may be listening.
        let _ = self.told.send(Told { organisation: organisation.clone(), what });
    }

    /// Every post there is, of every organisation.
    pub fn posts(&self) -> Result<Vec<Post>, SensingError> {
        self.with_posts(|posts| posts.values().cloned().collect())
    }

    /// One at a time changes observations: each change rests on what was there before.
    pub fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with every post, read from disk when first asked for.
    pub(crate) fn with_posts<T>(&self, work: impl FnOnce(&mut Posts) -> T) -> Result<T, SensingError> {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        if posts.is_none() {
            *posts = Some(posts::read(&self.store)?);
        }
        Ok(work(posts.as_mut().expect("put there above")))
    }
}

/// Why sensing cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SensingError {
    /// The store refused.
    #[error("what is kept of sensors cannot be used")]
    Store(#[from] StoreError),
    /// What is kept cannot be read.
    #[error("a kept part of sensing cannot be read: {0}")]
    Kept(#[from] serde_json::Error),
}

impl From<SensingError> for Problem {
    fn from(error: SensingError) -> Self {
        match error {
            SensingError::Store(error) => error.into(),
            SensingError::Kept(error) => {
                tracing::error!(%error, "a kept part of sensing cannot be read");
                Self::Internal
            }
        }
    }
}

/// Notices silent posts and destroys what is past its time, until the node stops. One task per node.
pub async fn run(app: App) {
    let mut stopping = app.stopping.subscribe();
    #[allow(clippy::disallowed_methods, reason = "the rim: a timer of the running node")]
    let mut timer = tokio::time::interval(Duration::from_secs(LOOK_S));
    let mut expired: Option<Timestamp> = None;
    while !*stopping.borrow_and_update() {
        tokio::select! {
            _ = timer.tick() => {}
            _ = stopping.changed() => break,
        }
        let now = app.now();
        let due = expired.is_none_or(|last| now.millis_since(last) >= EXPIRE_S * 1_000);
        let work = move |app: &App| {
            posts::notice_silence(&app.sensing, now)?;
            if due {
                app.store.sense()?.expire(now)?;
                posts::forget(&app.sensing, now)?;
            }
            Ok(())
        };
        match app.in_thread(work).await {
            Ok(()) if due => expired = Some(now),
            Ok(()) => {}
            Err(error) => tracing::error!(?error, "sensors could not be looked after"),
        }
    }
}
