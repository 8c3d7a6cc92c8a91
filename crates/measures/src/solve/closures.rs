//! What closures do together: asked of the streets, remembered, and turned into cuts.
//!
//! Closures interact: two that are harmless alone can cut a block off. The search therefore solves, asks what the chosen ones do
//! together, and learns. What it learns of a set holds of every greater set: routes only get longer, and what is cut off stays so.
//!
//! Not here: routing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SolveError;
use super::problem::{Choice, Problem, chosen};

/// A right that no measure may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresRight))]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Ambulance and fire brigade come in time, by two ways or one with a manned gate.
    EmergencyAccess,
    /// Every home can be reached.
    HomesReachable,
}

/// A right that a set of closures breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBrokenRight))]
pub struct BrokenRight {
    /// The right.
    pub right: Right,
    /// Where: a neighbourhood, block or street.
    pub place: String,
    /// The measures whose closures break it together; as few as are known to be enough. All that were asked about when empty.
    pub measures: Vec<String>,
}

/// Minutes that residents of a neighbourhood lose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLost))]
pub struct Lost {
    /// The neighbourhood.
    pub neighbourhood: String,
    /// Resident-minutes a day.
    pub resident_minutes_per_day: f64,
}

/// What a set of closures does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresTogether))]
pub struct Together {
    /// Minutes that are lost, by neighbourhood.
    pub lost: Vec<Lost>,
    /// Rights that are broken.
    pub broken: Vec<BrokenRight>,
}

/// Tells what the closures of measures do together. A greater set never does less.
pub trait Closures {
    /// What the closures of these measures (ids, in order) do together.
    fn together(&mut self, measures: &[&str]) -> Together;
}

/// Closures that cost nothing but what is stated of their measures: where there are no streets to ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStreets;

impl Closures for NoStreets {
    fn together(&mut self, _: &[&str]) -> Together {
        Together::default()
    }
}

/// What one set does, by index.
#[derive(Debug, Clone, Default)]
pub(super) struct Joint {
    /// Minutes a day of each resident, per place.
    pub minutes: Vec<f64>,
    pub broken: Vec<BrokenRight>,
}

/// Most sets that are remembered; a search that needs more is told so.
const SETS_MAX: usize = 20_000;

/// Asks and remembers.
pub(super) struct Streets<'a> {
    oracle: &'a mut dyn Closures,
    known: BTreeMap<Vec<usize>, Joint>,
}

impl<'a> Streets<'a> {
    pub fn new(oracle: &'a mut dyn Closures) -> Self {
        Self { oracle, known: BTreeMap::new() }
    }

    /// Asks about each closing measure alone, and about none: the least that the first programme should know.
    pub fn ask_each(&mut self, problem: &Problem) -> Result<(), SolveError> {
        let none = vec![false; problem.measures.len()];
        if let Some(broken) = self.joint(problem, &none)?.broken.first() {
            return Err(SolveError::BrokenBefore { right: broken.right, place: broken.place.clone() });
        }
        for one in
            (0..none.len()).filter(|one| problem.measures[*one].closes && !problem.measures[*one].must_not)
        {
            let mut alone = none.clone();
            alone[one] = true;
            self.joint(problem, &alone)?;
        }
        Ok(())
    }

    /// Whether the closures of the measures that stand were asked about.
    pub fn knows(&self, problem: &Problem, standing: &[bool]) -> bool {
        let set: Vec<usize> = chosen(standing).filter(|one| problem.measures[*one].closes).collect();
        self.known.contains_key(&set)
    }

    /// What the closures of the measures that stand do together.
    pub fn joint(&mut self, problem: &Problem, standing: &[bool]) -> Result<&Joint, SolveError> {
        let set: Vec<usize> = chosen(standing).filter(|one| problem.measures[*one].closes).collect();
        if !self.known.contains_key(&set) {
            if self.known.len() >= SETS_MAX {
                return Err(SolveError::TooManySets { sets: SETS_MAX });
            }
            let ids: Vec<&str> = set.iter().map(|one| problem.measures[*one].id.as_str()).collect();
            let told = if set.is_empty() && !problem.measures.iter().any(|one| one.closes) {
                Together::default()
            } else {
                self.oracle.together(&ids)
            };
            let joint = read(problem, told)?;
            self.known.insert(set.clone(), joint);
        }
        Ok(&self.known[&set])
    }

    /// Minutes per rung and place of a choice.
    pub fn minutes(&mut self, problem: &Problem, choice: &Choice) -> Result<Vec<Vec<f64>>, SolveError> {
        choice.iter().map(|standing| Ok(self.joint(problem, standing)?.minutes.clone())).collect()
    }

    /// Every set that was asked about.
    pub fn known(&self) -> impl Iterator<Item = (&Vec<usize>, &Joint)> {
        self.known.iter()
    }
}

/// The measures that break a right together, by index.
pub(super) fn breaking(problem: &Problem, set: &[usize], broken: &BrokenRight) -> Vec<usize> {
    let named = |one: &&usize| broken.measures.contains(&problem.measures[**one].id);
    let few: Vec<usize> = set.iter().filter(named).copied().collect();
    if few.is_empty() { set.to_vec() } else { few }
}

fn read(problem: &Problem, told: Together) -> Result<Joint, SolveError> {
    let mut minutes = vec![0.0; problem.places.len()];
    for Lost { neighbourhood: id, resident_minutes_per_day: lost } in told.lost {
        let place = problem.places.iter().position(|place| place.id == id);
        let place = place.ok_or_else(|| SolveError::UnknownPlace { id: id.clone() })?;
        if !lost.is_finite() || lost < 0.0 {
            return Err(SolveError::NotMinutes { id, minutes: lost });
        }
        minutes[place] += lost / problem.places[place].residents;
    }
    Ok(Joint { minutes, broken: told.broken })
}
