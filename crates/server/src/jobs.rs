//! Long work that members ask for: one at a time on a node, one under way for each organisation, the last few remembered for
//! a day; each goes on when the screen is left, and can be ended.
//!
//! Not here: the work itself ([`crate::watch::trials`], [`crate::planning::searches`]).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::OrganisationId;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long one is remembered, in hours.
const KEPT_HOURS: i64 = 24;

/// A piece of work as it is shown.
pub trait Job: Clone {
    /// How many of an organisation are remembered, the latest.
    const KEPT_MAX: usize;

    /// Its id.
    fn id(&self) -> &str;
    /// When it was asked.
    fn made(&self) -> Timestamp;
    /// Whether it waits or runs.
    fn is_under_way(&self) -> bool;
}

/// The work of one kind on a node.
pub struct Jobs<J> {
    known: Mutex<BTreeMap<OrganisationId, Vec<J>>>,
    /// One at a time.
    turn: Semaphore,
}

impl<J> Default for Jobs<J> {
    fn default() -> Self {
        Self { known: Mutex::default(), turn: Semaphore::new(1) }
    }
}

impl<J: Job> Jobs<J> {
    /// Those of an organisation, the latest first.
    pub fn list(&self, of: &OrganisationId, now: Timestamp) -> Vec<J> {
        let since = now.plus_seconds(-KEPT_HOURS * 3600);
        self.with(of, |list| {
            list.retain(|one| one.is_under_way() || one.made() > since);
            list.iter().rev().cloned().collect()
        })
    }

    /// One of an organisation.
    pub fn get(&self, of: &OrganisationId, id: &str, now: Timestamp) -> Option<J> {
        self.list(of, now).into_iter().find(|one| one.id() == id)
    }

    /// Ends or forgets one. Says whether there was one.
    pub fn end(&self, of: &OrganisationId, id: &str) -> bool {
        self.with(of, |list| {
            let before = list.len();
            list.retain(|one| one.id() != id);
            list.len() < before
        })
    }

    /// Holds the turn: until it is given back, others wait.
    pub async fn hold_turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turn.acquire().await.ok()
    }

    /// Remembers a new one; `false` while the organisation has one under way.
    pub fn add(&self, of: &OrganisationId, one: J) -> bool {
        self.with(of, |list| {
            if list.iter().any(Job::is_under_way) {
                return false;
            }
            list.push(one);
            let over = list.len().saturating_sub(J::KEPT_MAX);
            list.drain(..over);
            true
        })
    }

    /// Changes one; `false` when it was ended meanwhile.
    pub fn change(&self, of: &OrganisationId, id: &str, how: impl FnOnce(&mut J)) -> bool {
        self.with(of, |list| list.iter_mut().find(|one| one.id() == id).map(how).is_some())
    }

    fn with<T>(&self, of: &OrganisationId, work: impl FnOnce(&mut Vec<J>) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(known.entry(of.clone()).or_default());
        known.retain(|_, list| !list.is_empty());
        result
    }
}
