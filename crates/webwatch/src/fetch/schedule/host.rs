//! One host's turn: its queue of jobs, its wish for rest, its circuit breaker.
//!
//! Not here: which host is next.

use std::collections::BTreeMap;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::Job;

/// Faults in a row after which the breaker opens.
const BREAKS_AT_FAULTS: u32 = 4;

/// Whether a host is asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breaker {
    /// It is asked.
    Closed,
    /// It failed often: nothing is asked until its time has passed.
    Open {
        /// When it may be tried again.
        until: Timestamp,
    },
    /// Its time has passed: one request tries it; the rest waits for the outcome.
    HalfOpen,
}

/// A host and what waits for it. Jobs are ordered by when they are due and then by arrival.
#[derive(Default)]
pub(super) struct Host {
    pub(super) jobs: BTreeMap<(Timestamp, u64), Job>,
    pub(super) busy: bool,
    /// Nothing is asked before this.
    pub(super) not_before: Timestamp,
    /// Faults of the host in a row.
    pub(super) faults: u32,
    /// The rest that its robots.txt asks for between two requests, in milliseconds.
    pub(super) delay_ms: u32,
    /// Its place in the order of hosts, when it waits there.
    pub(super) waits_at: Option<Timestamp>,
}

impl Host {
    /// When its next job can be done; `None` while it is busy or has none.
    pub(super) fn ready_at(&self) -> Option<Timestamp> {
        if self.busy {
            return None;
        }
        self.jobs.first_key_value().map(|((due, _), _)| (*due).max(self.not_before))
    }

    pub(super) fn breaker(&self, now: Timestamp) -> Breaker {
        if self.faults < BREAKS_AT_FAULTS {
            Breaker::Closed
        } else if now < self.not_before {
            Breaker::Open { until: self.not_before }
        } else {
            Breaker::HalfOpen
        }
    }

    /// Nothing is known of it that is worth keeping.
    pub(super) fn is_idle(&self, now: Timestamp) -> bool {
        self.jobs.is_empty() && !self.busy && self.faults == 0 && self.not_before <= now
    }
}
