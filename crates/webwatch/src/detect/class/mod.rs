//! What a document is about, by rules in data files: classes, the words that say so, and the guards that speak against.
//!
//! Not here: what analysts teach ([`super::model`]).

mod read;
mod rules;
mod when;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::span::Span;

pub use rules::Rules;
pub use when::read_times;

/// What a document may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Class {
    /// Somebody says they or others will or should harm people or places.
    ThreatOfViolence,
    /// Somebody calls others to come, gather or act.
    CallToAction,
    /// A demonstration is announced: lawful assembly, information and no threat.
    Demonstration,
    /// Something is going on now: fire, explosion, shooting, evacuation, accident.
    Incident,
    /// A road, event or service is to be blocked, disrupted or damaged.
    Disruption,
    /// Somebody looks into guards, cameras, entrances or routines.
    Reconnaissance,
    /// An attack on networks or systems, or what was taken from them.
    Cyber,
    /// Hearsay that nobody vouches for.
    Rumour,
}

impl Class {
    /// Every class, in order.
    pub const ALL: [Self; 8] = [
        Self::ThreatOfViolence,
        Self::CallToAction,
        Self::Demonstration,
        Self::Incident,
        Self::Disruption,
        Self::Reconnaissance,
        Self::Cyber,
        Self::Rumour,
    ];

    /// The word used in JSON, rule files and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ThreatOfViolence => "threat_of_violence",
            Self::CallToAction => "call_to_action",
            Self::Demonstration => "demonstration",
            Self::Incident => "incident",
            Self::Disruption => "disruption",
            Self::Reconnaissance => "reconnaissance",
            Self::Cyber => "cyber",
            Self::Rumour => "rumour",
        }
    }

    /// What a certain firing adds to a score. A demonstration takes away: it is information.
    pub fn weight(self) -> f64 {
        match self {
            Self::ThreatOfViolence => 3.0,
            Self::Incident | Self::Disruption | Self::Reconnaissance => 2.5,
            Self::CallToAction | Self::Cyber => 2.0,
            Self::Rumour => 0.5,
            Self::Demonstration => -1.0,
        }
    }
}

/// Why a rule that fired does not count, or counts for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Guard {
    /// It is denied: "we will not".
    Negated,
    /// It stands in quotation marks, and the rest is about it.
    Quoted,
    /// Somebody tells what another said.
    Reported,
    /// It hangs on a condition.
    Conditional,
    /// It is about a film, game, book or match.
    Fiction,
    /// It is a figure of speech.
    Idiom,
    /// It is long ago.
    Past,
}

/// A class that fired, or would have but for a guard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassHit {
    /// The class.
    pub class: Class,
    /// The rule that fired.
    pub rule: String,
    /// How certain, 0 to 1; 0 when a guard speaks against it.
    pub strength: f64,
    /// What spoke against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guard>,
    /// The words it rests on.
    pub words: Vec<String>,
    /// Where they stand.
    pub spans: Vec<Span>,
}

/// A time that a document speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Times {
    /// The earliest instant that may be meant.
    pub from: Timestamp,
    /// The latest instant that may be meant.
    pub until: Timestamp,
    /// The words that say so.
    pub words: String,
    /// Where they stand.
    pub span: Span,
}
