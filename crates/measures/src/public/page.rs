//! The page: what residents are shown, as data. Everything in it is for everybody's eyes.
//!
//! Not here: how it comes about (`project.rs`), and its look.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{Closure, Contact, Group, Mode, Words};

/// What residents may know of measures, as it was known at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublicPage))]
pub struct PublicPage {
    /// When it was published. What had ended by then is not in it.
    pub at: Timestamp,
    /// Whom to ask and how to object.
    pub contact: Option<Contact>,
    /// Neighbourhoods, by id.
    pub neighbourhoods: Vec<PublicNeighbourhood>,
    /// Decisions that hold or will, by when they begin.
    pub decisions: Vec<PublicDecision>,
    /// Measures that stand or will, by id.
    pub measures: Vec<PublicMeasure>,
    /// What begins and ends when, in order of time.
    pub changes: Vec<Change>,
    /// Minutes that closures take from households, for each stretch of time in which something is closed.
    pub minutes: Vec<StreetMinutes>,
}

/// A neighbourhood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublicNeighbourhood))]
pub struct PublicNeighbourhood {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A decision that a set of measures stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublicDecision))]
pub struct PublicDecision {
    /// Its id.
    pub id: String,
    /// Who decided.
    pub decided_by: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Begins.
    pub from: Timestamp,
    /// Ends, unless it is decided anew.
    pub until: Timestamp,
    /// Why.
    pub why: Words,
}

/// A measure and when it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublicMeasure))]
pub struct PublicMeasure {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: Words,
    /// Why it is there.
    pub why: Words,
    /// When it stands, in order of time and without overlap.
    pub spans: Vec<Span>,
    /// What it closes.
    pub closures: Vec<PublicClosure>,
    /// Whether all of the area notices it.
    pub everywhere: bool,
    /// The neighbourhoods that notice it, by id.
    pub neighbourhoods: Vec<String>,
}

/// A stretch of time in which a measure stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSpan))]
pub struct Span {
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// The decisions it stands by, by id.
    pub decisions: Vec<String>,
}

impl Span {
    /// Whether an instant lies in it; the end is outside.
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// What is closed, to whom, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublicClosure))]
pub struct PublicClosure {
    /// Who cannot pass.
    pub modes: Vec<Mode>,
    /// Who may pass all the same.
    pub exempt: Vec<Group>,
    /// Streets by name, each whole.
    pub streets: Vec<String>,
    /// Places (longitude, latitude) at which the nearest piece of street is closed.
    pub at: Vec<[f64; 2]>,
    /// Outlines (longitude, latitude) in which every street is closed.
    pub within: Vec<Vec<[f64; 2]>>,
    /// Closed from this hour of the day.
    pub from_hour: u8,
    /// Closed until this hour of the day; over midnight when it is not after `from_hour`.
    pub until_hour: u8,
    /// Whether people stand at it who open for help, and for those who may pass.
    pub manned_gate: bool,
}

impl From<&Closure> for PublicClosure {
    fn from(closure: &Closure) -> Self {
        // Named one by one: what a closure gets later is not shown until somebody says so here.
        Self {
            modes: closure.modes.clone(),
            exempt: closure.exempt.clone(),
            streets: closure.streets.clone(),
            at: closure.at.clone(),
            within: closure.within.clone(),
            from_hour: closure.from_hour,
            until_hour: closure.until_hour,
            manned_gate: closure.manned_gate,
        }
    }
}

/// What begins and what ends at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresChange))]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Measures that begin, by id.
    pub begins: Vec<String>,
    /// Measures that end, by id.
    pub ends: Vec<String>,
}

/// A stretch of time in which the same is closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub until: Timestamp,
    /// What public measures close in it: what minutes are to be computed from, and nothing else.
    pub closures: Vec<Closure>,
}

/// Minutes that a household loses a day, on average, in a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresStreetMinutes))]
pub struct StreetMinutes {
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub until: Timestamp,
    /// By name of the street.
    pub streets: Vec<Minutes>,
    /// By id of the neighbourhood.
    pub neighbourhoods: Vec<Minutes>,
}

/// Minutes of one street or neighbourhood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresMinutes))]
pub struct Minutes {
    /// Which.
    pub of: String,
    /// Minutes a day for an average household there.
    pub minutes_per_household_per_day: f64,
}

impl PublicPage {
    /// Measures that stand at an instant.
    pub fn standing(&self, at: Timestamp) -> impl Iterator<Item = &PublicMeasure> {
        self.measures.iter().filter(move |one| one.spans.iter().any(|span| span.holds_at(at)))
    }

    /// Measures that do not stand at an instant, and will.
    pub fn announced(&self, at: Timestamp) -> impl Iterator<Item = &PublicMeasure> {
        let stands = move |one: &&PublicMeasure| one.spans.iter().any(|span| span.holds_at(at));
        let will = move |one: &&PublicMeasure| one.spans.iter().any(|span| at < span.from);
        self.measures.iter().filter(move |one| !stands(one) && will(one))
    }
}
