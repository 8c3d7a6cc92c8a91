//! Options: postures that a search found, with what they cost residents street by street, side by side for who decides.
//!
//! Not here: the search ([`super::searches`]), the decision ([`super::decision`]).

use base::Timestamp;
use base::ids::MemberId;
use measures::joint::{Effect, Joint};
use measures::model::{Closure, Plan};
use measures::solve::{Outcome, Request, Worth};
use policy::{Permit, action};
use serde::{Deserialize, Serialize};
use store::measures::KeptOption;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::App;

/// What a list tells of an option, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MeasuresOptionHead)]
pub struct OptionHead {
    /// Its name.
    pub name: String,
    /// The version of the plan that it is about.
    pub version: u32,
    /// The zones that it is for; all when empty.
    pub zones: Vec<String>,
    /// The levels that it has postures for, from the lowest.
    pub levels: Vec<u8>,
    /// Whether every norm is met.
    pub met: bool,
    /// Whether it was proved to be the least.
    pub proved: bool,
    /// What it is worth; none when norms are unmet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
}

/// All that an option says, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MeasuresOptionContent)]
pub struct OptionContent {
    /// What was asked.
    pub request: Request,
    /// What was found.
    pub outcome: Outcome,
    /// What the closures of each level do in the streets; empty where there are no streets.
    pub streets: Vec<LevelEffect>,
}

/// What the closures of a level do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MeasuresLevelEffect)]
pub struct LevelEffect {
    /// The level.
    pub level: u8,
    /// What they do together.
    pub effect: Effect,
}

/// An option, as a list tells it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = MeasuresOptionRow)]
pub struct OptionRow {
    /// Its number.
    pub number: u64,
    /// When it was found.
    pub at: Timestamp,
    /// Who asked.
    pub member: MemberId,
    /// What it is.
    #[serde(flatten)]
    pub head: OptionHead,
}

/// An option, whole.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = MeasuresOption)]
pub struct OptionShown {
    /// As a list tells it.
    #[serde(flatten)]
    pub row: OptionRow,
    /// All that it says.
    #[serde(flatten)]
    pub content: OptionContent,
}

impl OptionHead {
    /// Of an option with a name, about a version of the plan.
    pub fn new(name: String, version: u32, request: &Request, outcome: &Outcome) -> Self {
        let (zones, mut levels) = (request.zones.clone(), request.levels.clone());
        let (mut proved, mut worth) = (false, None);
        if let Outcome::Met(found) = outcome {
            levels = found.postures.iter().map(|posture| posture.level).collect();
            (proved, worth) = (found.proved, Some(found.worth));
        }
        Self { name, version, zones, levels, met: worth.is_some(), proved, worth }
    }

    /// As it is kept.
    pub fn write(&self) -> Result<Vec<u8>, Problem> {
        serde_json::to_vec(self).map_err(|_| Problem::Internal)
    }
}

impl OptionRow {
    /// Reads one that is kept.
    pub fn read(kept: &KeptOption) -> Result<Self, Problem> {
        let head = from_kept(&kept.head)?;
        Ok(Self { number: kept.number, at: kept.at, member: kept.member, head })
    }
}

impl OptionContent {
    /// What is kept of a search.
    pub fn new(
        request: Request,
        outcome: Outcome,
        plan: &Plan,
        joint: Option<&Joint>,
    ) -> Result<Self, Problem> {
        let mut streets = Vec::new();
        if let (Outcome::Met(solution), Some(joint)) = (&outcome, joint) {
            for posture in &solution.postures {
                let closures = closures_of(plan, &posture.measures);
                let effect = joint.effect(&closures).map_err(|error| {
                    tracing::error!(%error, "streets that answered the search do not answer for its choice");
                    Problem::Internal
                })?;
                streets.push(LevelEffect { level: posture.level, effect });
            }
        }
        Ok(Self { request, outcome, streets })
    }

    /// As it is kept.
    pub fn write(&self) -> Result<Vec<u8>, Problem> {
        serde_json::to_vec(self).map_err(|_| Problem::Internal)
    }
}

/// One of the own options, whole; absent when there is none. Waits for the disk.
pub fn option(app: &App, permit: &Permit<action::Plan>, number: u64) -> Result<OptionShown, Problem> {
    let (kept, content) = app.store.measures()?.option(permit, number)?.ok_or(Problem::Absent)?;
    Ok(OptionShown { row: OptionRow::read(&kept)?, content: from_kept(&content)? })
}

fn from_kept<T: serde::de::DeserializeOwned>(kept: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(kept).map_err(|error| {
        tracing::error!(%error, "a kept option cannot be read");
        Problem::Internal
    })
}

/// The closures of some measures of a plan.
pub fn closures_of(plan: &Plan, measures: &[String]) -> Vec<Closure> {
    let chosen = plan.measures.iter().filter(|one| measures.contains(&one.id));
    chosen.flat_map(|one| one.closures.iter().cloned()).collect()
}
