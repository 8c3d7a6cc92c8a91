//! What a post learns and keeps over a restart: thresholds, what operators said, and which observations they could still judge.
//!
//! Not here: sound, which is never kept.

use std::collections::VecDeque;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bulletin::Judged;
use crate::class::Class;
use crate::fuse::judged::Judgements;
use crate::plan::Point;
use crate::threshold::{Judgement, Thresholds};

/// Observations that can still be judged.
const KEPT_MAX: usize = 512;
/// The largest memory that is read, in bytes.
const MEMORY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes that are no memory of a post.
#[derive(Debug, thiserror::Error)]
pub enum NotAMemory {
    /// Larger than one can be.
    #[error("{0} bytes; a memory has at most {MEMORY_BYTES_MAX}: remove the file to begin anew")]
    Large(usize),
    /// Not JSON of one.
    #[error("this is no memory of a post; remove the file to begin anew")]
    Shape(#[from] serde_json::Error),
}

/// What was learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// How sure each sensor must be.
    pub thresholds: Thresholds,
    /// What operators said, by class and place.
    pub judgements: Judgements,
    kept: VecDeque<Kept>,
}

/// What is remembered of an observation until it is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// The likeliest class.
    pub class: Option<Class>,
    /// As what thresholds were asked about it.
    #[serde(default)]
    pub asked: Option<Class>,
    /// Where it was.
    pub place: Option<Point>,
    /// When.
    pub at: Timestamp,
    /// The sensors that heard it with their scores in dB.
    pub scores: Vec<(String, f64)>,
}

impl Memory {
    /// Nothing learned yet.
    pub fn new(false_alarms_per_day: f64) -> Self {
        Self {
            thresholds: Thresholds::new(false_alarms_per_day),
            judgements: Judgements::default(),
            kept: VecDeque::new(),
        }
    }

    /// Keeps an observation until it is judged, in the place of what was kept of it before.
    pub fn keep(&mut self, kept: Option<Kept>) {
        let Some(kept) = kept else { return };
        self.kept.retain(|one| one.id != kept.id);
        if self.kept.len() == KEPT_MAX {
            self.kept.pop_front();
        }
        self.kept.push_back(kept);
    }

    /// Learns of a judgement; one of an observation that is not known any more says nothing.
    pub fn judge(&mut self, judged: &Judged, now: Timestamp, utc_offset_minutes: i32) {
        let Some(at) = self.kept.iter().position(|one| one.id == judged.observation) else { return };
        let Some(kept) = self.kept.remove(at) else { return };
        let class = judged.class.or(kept.class);
        self.judgements.learn(class, kept.place, judged.confirmed, judged.at.into());
        let Some(class) = kept.asked.or(kept.class) else { return };
        for (sensor, score_db) in &kept.scores {
            let judgement =
                Judgement { sensor, class, heard: kept.at, score_db: *score_db, confirmed: judged.confirmed };
            self.thresholds.judge(&judgement, now, utc_offset_minutes);
        }
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("maps with names as keys become JSON")
    }

    /// As it was kept.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAMemory> {
        if bytes.len() > MEMORY_BYTES_MAX {
            return Err(NotAMemory::Large(bytes.len()));
        }
        Ok(serde_json::from_slice(bytes)?)
    }
}
