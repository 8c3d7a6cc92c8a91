//! What an analyst is shown: a story with its score and reasons; and why another is not shown.
//!
//! Not here: judging and sharing.

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Document;
use crate::detect::{Class, ClassHit, Guard, Placed, ProfileMatch, Score, Times};
use crate::stories::{DocumentName, Story};

/// A story that passed the threshold: one per story, changed in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signal {
    /// Its name: that of its story.
    pub id: String,
    /// The story.
    pub story: Story,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// The score that stands now; spans and words are those of the story's leading document.
    pub score: Score,
    /// The threshold that it passed when it was raised.
    pub threshold: f64,
    /// The classes of the leading document, the strongest first; those that a guard took away too.
    pub classes: Vec<ClassHit>,
    /// The profiles of the leading document.
    pub profiles: Vec<ProfileMatch>,
    /// The places that it names, the surest first.
    pub places: Vec<Placed>,
    /// The times that it speaks of.
    pub times: Vec<Times>,
}

/// What became of a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SignalChange {
    /// It is new.
    Raised {
        /// The signal.
        signal: Box<Signal>,
    },
    /// Its story grew, changed or lost a document.
    Updated {
        /// The signal as it is now.
        signal: Box<Signal>,
    },
    /// All documents of its story were taken back by their sources.
    Withdrawn {
        /// Its name.
        id: String,
        /// When.
        at: Timestamp,
    },
}

/// What is to be kept and shown after one happening.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Taken {
    /// To be kept; it takes the place of the one with the same source and key.
    pub document: Option<Document>,
    /// To be removed: its source took it back.
    pub removed: Option<DocumentName>,
    /// The story that changed, as it is now.
    pub story: Option<Story>,
    /// Stories that are gone: their last document was taken back or moved, or they were silent too long.
    pub closed: Vec<String>,
    /// What became of signals; at most two, when a new version moved from one story to another.
    pub signals: Vec<SignalChange>,
}

/// No signal for what this is about until the end date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mute {
    /// Its name on this node.
    pub id: String,
    /// What is muted.
    pub what: Muted,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// What is muted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Muted {
    /// One story.
    Story(String),
    /// Stories that match this profile and no other.
    Profile(String),
    /// Stories that only this source tells.
    Source(String),
    /// Stories that name this place and no other.
    Place(String),
    /// Stories of this class and no other but a demonstration or call to action.
    Class(Class),
}

/// Why a document is or is not a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhyNot {
    /// Its score, were it the first of its story.
    pub score: Score,
    /// The threshold now.
    pub threshold: f64,
    /// The story that it is in or would be folded into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<String>,
    /// What keeps it from being a signal; empty when nothing does.
    pub reasons: Vec<NotBecause>,
}

/// What keeps a document from being a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NotBecause {
    /// No profile matches and no place of the area is named.
    NotWatched,
    /// Its score is too low.
    BelowThreshold {
        /// By how much.
        missing: f64,
    },
    /// A class fired and a guard took it away or weakened it.
    Guarded {
        /// The class.
        class: Class,
        /// What spoke against it.
        guards: Vec<Guard>,
    },
    /// It is a lawful demonstration: information, which lowers a score.
    LawfulAssembly,
    /// It is muted.
    Muted {
        /// The mute.
        mute: String,
        /// Until when.
        until: Timestamp,
    },
    /// Its story is a signal already.
    InSignal {
        /// The signal.
        signal: String,
    },
}
