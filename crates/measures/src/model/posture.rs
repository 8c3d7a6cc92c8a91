//! What is done with measures over time: postures, decisions, impacts and events.
//!
//! Not here: how a posture is found.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::plain::Words;
use super::record::Origin;

/// A chosen set of measures for a level. It ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPosture))]
#[serde(deny_unknown_fields)]
pub struct Posture {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The zones it is for.
    pub zones: Vec<String>,
    /// The level it is for.
    pub level: u8,
    /// Its measures.
    pub measures: Vec<String>,
    /// What makes the area go up to it.
    pub up: Vec<Trigger>,
    /// What makes the area step down from it.
    pub down: Vec<Trigger>,
    /// When it ends, whatever happens; who wants it longer decides anew. Without it the plan is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// Where this comes from.
    pub origin: Origin,
}

/// What makes a posture change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresTrigger))]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Trigger {
    /// The local level of the zones is this or beyond.
    Level {
        /// The level.
        level: u8,
    },
    /// An instant.
    Time {
        /// The instant.
        at: Timestamp,
    },
    /// Something that people judge.
    Judged {
        /// What.
        what: String,
    },
}

/// A decision of an authority that a posture stands, with the alternatives it saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresDecision))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its id.
    pub id: String,
    /// The posture that was chosen.
    pub posture: String,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Timestamp,
    /// When its posture begins to stand; with the decision when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// When its posture is stepped down from; when the posture ends when nothing is said, and never later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why this one.
    pub why: String,
    /// Why, for residents; a public decision has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<Words>,
    /// What else was seen.
    pub alternatives: Vec<Alternative>,
    /// Where this comes from.
    pub origin: Origin,
}

/// An alternative that the deciding authority saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresAlternative))]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Its name.
    pub name: String,
    /// Its measures.
    pub measures: Vec<String>,
    /// Burden on the worst-hit neighbourhood, in points.
    pub worst_points: f64,
    /// Money, in euros a year.
    pub money_eur: f64,
    /// Why it was not taken.
    pub why_not: String,
}

/// What a posture cost people: said beforehand, found afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresImpact))]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// Its id.
    pub id: String,
    /// The posture.
    pub posture: String,
    /// The neighbourhood.
    pub neighbourhood: String,
    /// Resident-minutes a day, as predicted.
    pub predicted_minutes_per_day: f64,
    /// Resident-minutes a day, as measured; nothing before anybody measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_minutes_per_day: Option<f64>,
    /// Where this comes from.
    pub origin: Origin,
}

/// Something that is planned, with its phases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresEvent))]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The zones it touches.
    pub zones: Vec<String>,
    /// Its phases, in order of time and without overlap.
    pub phases: Vec<Phase>,
    /// Who does what, when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub playbook: Vec<PlaybookStep>,
    /// Where this comes from.
    pub origin: Origin,
}

/// What happens in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPhaseKind))]
#[serde(rename_all = "kebab-case")]
pub enum PhaseKind {
    /// Fences, stands and cables come.
    BuildUp,
    /// A day of the event.
    Day,
    /// They go.
    BreakDown,
}

/// A phase of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPhase))]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What happens.
    pub kind: PhaseKind,
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub until: Timestamp,
    /// The level that is planned for.
    pub level: u8,
    /// The posture that holds; none while it is not chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posture: Option<String>,
}

/// A step of the playbook of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPlaybookStep))]
#[serde(deny_unknown_fields)]
pub struct PlaybookStep {
    /// The phase, counted from 0 in the order of the event.
    pub phase: usize,
    /// Hours after the phase begins; negative before it.
    pub hours: f64,
    /// Who does it: a role or organisation.
    pub who: String,
    /// What is done.
    pub what: String,
}
