//! What planners state: one versioned JSON document with everything that a posture is found from and recorded in.
//!
//! Not here: finding a posture (`solve`), streets (`streets`), and keeping or showing any of it.

mod area;
mod check;
pub mod limits;
mod measure;
mod moments;
mod plain;
mod posture;
mod record;
mod streets;
mod threat;

use serde::{Deserialize, Serialize};

pub use self::record::{Origin, Publication};
pub use crate::streets::{Group, Mode};
pub use area::{Asset, Neighbourhood, Site, Zone};
pub use measure::{Burden, BurdenKind, BurdenScale, Cost, Effect, Measure, Reversibility, Weight};
pub use moments::Moment;
pub use plain::{Contact, Plain, Words};
pub use posture::{Alternative, Decision, Event, Impact, Phase, PhaseKind, PlaybookStep, Posture, Trigger};
pub use streets::{Closure, Destination, Share, Travel};
pub use threat::{LEVEL_MAX, LEVEL_MIN, Layer, Level, Norm, Scenario, Step, ThreatLevel};

/// The version of the document that is read and written here.
pub const PLAN_VERSION: u32 = 1;

/// Everything that is stated about the protection of an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPlan))]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`PLAN_VERSION`].
    pub version: u32,
    /// Its name.
    pub name: String,
    /// Where this comes from.
    pub origin: Origin,
    /// The national level in words: context for the reader, mapped to nothing.
    #[serde(default)]
    pub national_level: String,
    /// Zones.
    pub zones: Vec<Zone>,
    /// Sites.
    #[serde(default)]
    pub sites: Vec<Site>,
    /// Assets.
    #[serde(default)]
    pub assets: Vec<Asset>,
    /// Neighbourhoods.
    pub neighbourhoods: Vec<Neighbourhood>,
    /// What is known of each level; each level once.
    pub levels: Vec<Level>,
    /// Threat scenarios.
    pub scenarios: Vec<Scenario>,
    /// Local threat levels.
    #[serde(default)]
    pub threat_levels: Vec<ThreatLevel>,
    /// Norms.
    pub norms: Vec<Norm>,
    /// Measures.
    pub measures: Vec<Measure>,
    /// Where people go.
    #[serde(default)]
    pub destinations: Vec<Destination>,
    /// How often they go there.
    #[serde(default)]
    pub travels: Vec<Travel>,
    /// Destinations from which help comes; its access is not asked about when empty.
    #[serde(default)]
    pub emergency_from: Vec<String>,
    /// How words become points.
    pub scale: BurdenScale,
    /// The most money a year, in euros; a hard limit where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money_eur_per_year_max: Option<f64>,
    /// Postures.
    #[serde(default)]
    pub postures: Vec<Posture>,
    /// Decisions.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// Impacts.
    #[serde(default)]
    pub impacts: Vec<Impact>,
    /// Events.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Whom residents can ask and object to; told to everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Too long to be read.
    #[error("the plan has {bytes} bytes, at most {} are read: split it by zone", limits::PLAN_BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not JSON, or not that of a plan.
    #[error("the plan cannot be read at line {}, column {}: mend the JSON there", .0.line(), .0.column())]
    NotAPlan(#[source] serde_json::Error),
    /// Read, but wrong.
    #[error("the plan is not valid")]
    Invalid(#[source] ::record::Faults),
}

impl Plan {
    /// A plan from JSON, validated.
    ///
    /// # Errors
    /// When it is too long, is not JSON of a plan, or is not valid.
    pub fn from_json(bytes: &[u8]) -> Result<Self, PlanError> {
        if bytes.len() > limits::PLAN_BYTES_MAX {
            return Err(PlanError::TooLong { bytes: bytes.len() });
        }
        let plan: Self = serde_json::from_slice(bytes).map_err(PlanError::NotAPlan)?;
        plan.validate().map_err(PlanError::Invalid)?;
        Ok(plan)
    }

    /// What is wrong, where, and how to mend it.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn validate(&self) -> Result<(), ::record::Faults> {
        check::check(self).into_result()
    }

    /// The level of a zone at an instant: the highest that is stated for it then, or the lowest of all.
    pub fn level_at(&self, zone: &str, at: base::Timestamp) -> u8 {
        let stated =
            self.threat_levels.iter().filter(|one| one.zone == zone && one.from <= at && at < one.until);
        stated.map(|one| one.level).max().unwrap_or(LEVEL_MIN)
    }
}
