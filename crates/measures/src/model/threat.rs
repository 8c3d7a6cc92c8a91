//! What threatens: scenarios with their path, local levels with an end, and how much may remain.
//!
//! Not here: a mapping of the national level to anything. It is context, a text for the reader.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::Origin;

/// The lowest level.
pub const LEVEL_MIN: u8 = 1;
/// The highest level.
pub const LEVEL_MAX: u8 = 5;

/// Where on its path a measure meets an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLayer))]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// It is not tried.
    Deter,
    /// It is noticed.
    Detect,
    /// It takes longer.
    Delay,
    /// It is stopped.
    Respond,
    /// It does less harm.
    Mitigate,
}

/// A described attack path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresScenario))]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The zones in which it is feared.
    pub zones: Vec<String>,
    /// The assets it is aimed at.
    #[serde(default)]
    pub assets: Vec<String>,
    /// Its path, in order.
    pub path: Vec<Step>,
    /// The share that all measures fail to stop together (a power cut, an insider): what remains is never less.
    pub common_cause_share: f64,
    /// Where this comes from.
    pub origin: Origin,
}

/// A step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresStep))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The layer at which it can be met.
    pub layer: Layer,
    /// What happens.
    pub what: String,
}

/// The level of a zone over a period, set locally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresThreatLevel))]
#[serde(deny_unknown_fields)]
pub struct ThreatLevel {
    /// Its id.
    pub id: String,
    /// The zone.
    pub zone: String,
    /// From [`LEVEL_MIN`] to [`LEVEL_MAX`].
    pub level: u8,
    /// Begins.
    pub from: Timestamp,
    /// Ends: the level falls back then, unless it is stated anew.
    pub until: Timestamp,
    /// Why, in a sentence.
    pub why: String,
    /// Where this comes from.
    pub origin: Origin,
}

/// The largest share of a scenario that may remain at a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNorm))]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// Its id.
    pub id: String,
    /// The scenario.
    pub scenario: String,
    /// The level.
    pub level: u8,
    /// What may remain at most: above 0, at most 1.
    pub remaining_share_max: f64,
    /// The authority that set it.
    pub set_by: String,
    /// Where this comes from.
    pub origin: Origin,
}

/// What is known of a level beforehand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLevel))]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// From [`LEVEL_MIN`] to [`LEVEL_MAX`].
    pub level: u8,
    /// Days a year the area is expected to be at it: how much its burden counts.
    pub days_per_year: u16,
    /// Hours of warning before the level is reached from the one below.
    pub warning_hours: f64,
    /// The most staff hours a day that can be had; a hard limit where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_hours_per_day_max: Option<f64>,
}
