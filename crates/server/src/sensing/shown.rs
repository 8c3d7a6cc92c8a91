//! An observation as operators have it before them: with its state, what was said of it, and the item it was shared as.
//!
//! Not here: the observation itself (`sense::bulletin::Observation`).

use base::Timestamp;
use base::ids::{ItemId, MemberId, ObservationId};
use sense::Class;
use sense::bulletin::{Observation, What};
use serde::{Deserialize, Serialize};
use store::sense::{KeptObservation, STILL_DAYS};
use utoipa::ToSchema;

use super::SensingError;

/// How long an observation waits for an operator, in hours; after that it counts as one that nobody judged.
pub const OPEN_HOURS: i64 = 24;
/// How long a judgement can be taken back, in seconds. Posts learn of it after that.
pub const UNDO_S: i64 = 60;
/// Most judgements of one observation.
pub const JUDGEMENTS_MAX: usize = 50;
/// Longest note of a judgement, in characters.
pub const NOTE_CHARS_MAX: usize = 500;

/// Where an observation is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SenseState)]
pub enum State {
    /// It waits for an operator.
    Open,
    /// It was something.
    Confirmed,
    /// It was nothing.
    Rejected,
    /// It is a part of another one.
    Merged,
    /// Nobody judged it in time. It still can be.
    Expired,
}

/// What an operator says of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SenseVerdict)]
pub enum Verdict {
    /// It was something.
    Confirm,
    /// It was nothing.
    Reject,
    /// It is a part of another one.
    Merge,
    /// It was of this class; whether it was something, is not said.
    Class,
}

/// Why an observation is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SenseRejectReason)]
pub enum RejectReason {
    /// Nothing was there.
    Nothing,
    /// There was a sound or movement, and it was harmless.
    Harmless,
    /// Work, traffic or a machine that is known.
    Known,
    /// Wind, rain, thunder.
    Weather,
    /// An exercise or a test.
    Test,
    /// Something else: see the note.
    Other,
}

/// One judgement of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SenseJudgement)]
pub struct Judgement {
    /// What was said.
    pub verdict: Verdict,
    /// The class it should have had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The observation it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<ObservationId>,
    /// By whom.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
}

/// What is kept of an observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// As its post told of it last.
    pub observation: Observation,
    /// What was said of it, oldest first.
    #[serde(default)]
    pub judgements: Vec<Judgement>,
    /// The stills that came.
    #[serde(default)]
    pub stills: Vec<String>,
    /// The item it was shared as.
    #[serde(default)]
    pub item: Option<ItemId>,
}

/// How long the stills of an observation stay that nobody confirmed.
pub(crate) fn stills_until(kept: &KeptObservation) -> Timestamp {
    kept.came.plus_seconds(STILL_DAYS * 86_400).min(kept.until)
}

/// An observation as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SenseShown)]
pub struct Shown {
    /// The observation.
    pub observation: Observation,
    /// The post it came from.
    pub post: String,
    /// When it first came here.
    pub came: Timestamp,
    /// When it is destroyed.
    pub kept_until: Timestamp,
    /// Where it is.
    pub state: State,
    /// What it was, by an operator's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// What was said of it, oldest first.
    pub judgements: Vec<Judgement>,
    /// Until when the last judgement can be taken back by the one who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<Timestamp>,
    /// The stills that can be read.
    pub stills: Vec<String>,
    /// The item it was shared as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

impl Entry {
    /// As it first comes.
    pub fn new(observation: Observation) -> Self {
        Self { observation, judgements: Vec::new(), stills: Vec::new(), item: None }
    }

    /// Reads what is kept.
    pub fn read(kept: &KeptObservation) -> Result<Self, SensingError> {
        Ok(serde_json::from_slice(&kept.content)?)
    }

    /// What is kept, with other content.
    pub fn write(&self, kept: &KeptObservation) -> Result<KeptObservation, SensingError> {
        Ok(KeptObservation { content: serde_json::to_vec(self)?, ..kept.clone() })
    }

    /// What it was, by an operator's word.
    pub fn judged_class(&self) -> Option<Class> {
        self.judgements.iter().rev().find_map(|one| one.class)
    }

    /// What it was: by an operator's word, else by that of its post.
    pub fn class(&self) -> Option<Class> {
        self.judged_class().or(match self.observation.what {
            Some(What::Sound(class)) => Some(class),
            _ => None,
        })
    }

    /// Where it is. `came` is when it first came.
    pub fn state(&self, came: Timestamp, now: Timestamp) -> State {
        let last = self.judgements.iter().rev().find(|one| one.verdict != Verdict::Class);
        match last.map(|one| one.verdict) {
            Some(Verdict::Confirm) => State::Confirmed,
            Some(Verdict::Reject) => State::Rejected,
            Some(Verdict::Merge) => State::Merged,
            _ if now.millis_since(came) >= OPEN_HOURS * 3_600_000 => State::Expired,
            _ => State::Open,
        }
    }

    /// As it is shown.
    pub fn shown(self, kept: &KeptObservation, now: Timestamp) -> Shown {
        let (state, judged_class) = (self.state(kept.came, now), self.judged_class());
        // What nobody confirmed loses its stills before it goes itself.
        let stills =
            if state == State::Confirmed || now < stills_until(kept) { self.stills } else { Vec::new() };
        let undo_until = self.judgements.last().map(|one| one.at.plus_seconds(UNDO_S));
        Shown {
            state,
            class: judged_class,
            post: kept.post.clone(),
            came: kept.came,
            kept_until: kept.until,
            undo_until: undo_until.filter(|until| now < *until),
            observation: self.observation,
            judgements: self.judgements,
            stills,
            item: self.item,
        }
    }
}
