//! The answer as it is written: postures per level, how they were proved, and why each measure is in them or not.
//!
//! Not here: how any of it is found.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::BurdenKind;

use super::certificate::{Certificate, Rejected};
use super::judge::Unmet;
use super::request::{Caution, Stage};
use super::short::Shortfall;

/// The version of the answer as it is written.
pub const SOLUTION_VERSION: u32 = 1;

/// What the search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresOutcome))]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// Every norm is met.
    Met(Box<Solution>),
    /// No choice meets every norm: what is short, and what stands in the way.
    Unmet(Box<Shortfall>),
}

/// Postures of least burden that meet every norm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSolution))]
pub struct Solution {
    /// [`SOLUTION_VERSION`].
    pub version: u32,
    /// The instant at which records held.
    pub at: Timestamp,
    /// When the postures end.
    pub ends: Timestamp,
    /// The effects that counted.
    pub caution: Caution,
    /// Whether every part was proved least to the gap that was asked for.
    pub proved: bool,
    /// The proof of each part, in order.
    pub proofs: Vec<StageProof>,
    /// Programmes that were solved.
    pub solves: usize,
    /// What the choice is worth.
    pub worth: Worth,
    /// A posture per level, from the lowest.
    pub postures: Vec<LevelPosture>,
    /// What is done between neighbouring levels, up and down.
    pub steps: Vec<LevelStep>,
    /// Why each chosen measure is in.
    pub certificates: Vec<Certificate>,
    /// Why each other measure is not.
    pub rejected: Vec<Rejected>,
    /// What each norm costs; empty when it was not asked for.
    pub prices: Vec<NormPrice>,
    /// Weights at which the choice stays best; empty when it was not asked for.
    pub ranges: Vec<WeightRange>,
    /// What caution costs, when it was asked for.
    pub caution_cost: Option<CautionCost>,
    /// Records that no longer or do not yet hold, and did not count.
    pub left_out: Vec<LeftOut>,
}

/// A record that did not count since it does not hold at the instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLeftOut))]
pub struct LeftOut {
    /// What it is: measure, scenario or norm.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Until when it holds or held.
    pub valid_until: Timestamp,
}

/// The proof of one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresStageProof))]
pub struct StageProof {
    /// The part.
    pub stage: Stage,
    /// What the choice is worth in it, computed exactly.
    pub value: f64,
    /// What no choice is below, given the parts before.
    pub bound: f64,
    /// Rounds of solving, asking the streets and cutting.
    pub rounds: usize,
    /// Whether bound and value agree to the gap that was asked for.
    pub proved: bool,
}

/// What a choice is worth over the year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresWorth))]
pub struct Worth {
    /// Points on the worst-hit neighbourhood, levels weighed by their days.
    pub worst_points: f64,
    /// Points on the average resident, levels weighed by their days.
    pub mean_points: f64,
    /// Euros a year.
    pub money_eur: f64,
    /// Measures, summed over levels.
    pub measures: usize,
}

/// The posture of a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLevelPosture))]
pub struct LevelPosture {
    /// The level.
    pub level: u8,
    /// Its measures.
    pub measures: Vec<String>,
    /// When it ends.
    pub ends: Timestamp,
    /// How much of each scenario remains.
    pub norms: Vec<NormState>,
    /// What each neighbourhood bears.
    pub burdens: Vec<PlaceBurden>,
    /// The worst-hit neighbourhood.
    pub worst_neighbourhood: Option<String>,
    /// Its burden.
    pub worst_points: f64,
    /// The burden of the average resident.
    pub mean_points: f64,
    /// Resident-minutes a day lost by closures.
    pub resident_minutes_per_day: f64,
    /// Staff hours a day.
    pub staff_hours_per_day: f64,
    /// Euros for each day at this level.
    pub per_day_eur: f64,
}

/// How a norm is met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNormState))]
pub struct NormState {
    /// The scenario.
    pub scenario: String,
    /// What remains.
    pub remaining_share: f64,
    /// What may remain.
    pub remaining_share_max: f64,
    /// The level that states the norm: this one, or the nearest below that does.
    pub stated_at: u8,
}

/// What a neighbourhood bears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPlaceBurden))]
pub struct PlaceBurden {
    /// The neighbourhood.
    pub neighbourhood: String,
    /// All of it, in points.
    pub points: f64,
    /// Resident-minutes a day lost by closures; in the points already.
    pub resident_minutes_per_day: f64,
}

/// What is done between two neighbouring levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLevelStep))]
pub struct LevelStep {
    /// From this level.
    pub from: u8,
    /// To that one.
    pub to: u8,
    /// What is set up, the slowest first.
    pub set_up: Vec<Work>,
    /// What is taken down, the slowest first.
    pub take_down: Vec<Work>,
    /// Hours of warning there are, on the way up.
    pub warning_hours: Option<f64>,
}

/// Work on one measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresWork))]
pub struct Work {
    /// The measure.
    pub measure: String,
    /// Hours it takes.
    pub hours: f64,
}

/// What a norm costs: the burden that would be saved if it were one step looser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNormPrice))]
pub struct NormPrice {
    /// The scenario.
    pub scenario: String,
    /// The level that states the norm.
    pub level: u8,
    /// The norm.
    pub remaining_share_max: f64,
    /// The looser one that was tried.
    pub loosened_share_max: f64,
    /// What would be saved; nothing when time ran out before it was known.
    pub saved: Option<Saved>,
}

/// What would be saved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSaved))]
pub struct Saved {
    /// Points on the worst-hit neighbourhood.
    pub worst_points: f64,
    /// Points on the average resident; may be negative when the worst-hit one gains.
    pub mean_points: f64,
    /// Euros a year; may be negative likewise.
    pub money_eur: f64,
}

/// The weights of one kind of burden at which the choice stays best, the others kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresWeightRange))]
pub struct WeightRange {
    /// The kind; none for minutes lost by closures.
    pub kind: Option<BurdenKind>,
    /// The weight as stated.
    pub weight: f64,
    /// The smallest weight that was seen to keep the choice.
    pub least: f64,
    /// The largest weight that was seen to keep the choice.
    pub most: f64,
    /// Whether the search went to its end of four times the weight without a change.
    pub open_above: bool,
}

/// Measures at a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLevelMeasures))]
pub struct LevelMeasures {
    /// The level.
    pub level: u8,
    /// The measures.
    pub measures: Vec<String>,
}

/// What it costs that norms must be met with low effects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresCautionCost))]
pub struct CautionCost {
    /// What would be saved with likely effects.
    pub saved: Saved,
    /// Per level, the measures that likely effects would have.
    pub measures: Vec<LevelMeasures>,
    /// Norms that those measures fail when effects are low.
    pub unmet: Vec<Unmet>,
}
