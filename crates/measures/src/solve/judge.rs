//! Judges a whole choice exactly: which norms fail, which limits break, what it is worth. No solver, no tolerance but rounding.
//!
//! Not here: finding a choice.

use serde::{Deserialize, Serialize};

use super::SolveError;
use super::closures::{BrokenRight, Streets, breaking};
use super::problem::{Choice, Problem, Value, chosen, meets};

/// A norm that is not met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresUnmet))]
pub struct Unmet {
    /// The level.
    pub level: u8,
    /// The scenario.
    pub scenario: String,
    /// What would remain.
    pub remaining_share: f64,
    /// What may remain.
    pub remaining_share_max: f64,
}

/// A hard limit other than a norm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresLimit))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Limit {
    /// A right of residents.
    Right {
        /// The level.
        level: u8,
        /// What is broken.
        broken: BrokenRight,
    },
    /// The most burden of a neighbourhood.
    Burden {
        /// The level.
        level: u8,
        /// The neighbourhood.
        neighbourhood: String,
    },
    /// The most staff hours a day.
    Staff {
        /// The level.
        level: u8,
    },
    /// The most money a year.
    Money,
    /// Two measures that exclude each other.
    Excludes {
        /// One.
        one: String,
        /// The other.
        other: String,
    },
    /// A measure that another requires.
    Requires {
        /// Who requires.
        measure: String,
        /// What is required.
        required: String,
    },
    /// A measure that must stand at the level below: it takes longer to set up than there is warning, or it is permanent.
    SetUp {
        /// The measure.
        measure: String,
        /// The level at which it stands.
        level: u8,
    },
    /// A measure that is not allowed at a level.
    NotAllowed {
        /// The measure.
        measure: String,
        /// The level.
        level: u8,
    },
    /// A measure that was asked for.
    Must {
        /// The measure.
        measure: String,
        /// The level.
        level: u8,
    },
}

/// What is wrong with a choice, and what it is worth.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub unmet: Vec<Unmet>,
    pub broken: Vec<Limit>,
    pub value: Value,
}

impl Verdict {
    pub fn stands(&self) -> bool {
        self.unmet.is_empty() && self.broken.is_empty()
    }
}

/// Judges a choice.
pub(super) fn judge(
    problem: &Problem,
    streets: &mut Streets<'_>,
    choice: &Choice,
) -> Result<Verdict, SolveError> {
    let mut broken = Vec::new();
    let mut unmet = Vec::new();
    let mut value = Value::default();
    for (rung, standing) in choice.iter().enumerate() {
        unmet.extend(norms(problem, rung, standing));
        bonds(problem, rung, choice, &mut broken);
        let joint = streets.joint(problem, standing)?;
        let burdens = problem.burdens(standing, &joint.minutes);
        let level = problem.rungs[rung].level;
        let closing: Vec<usize> = chosen(standing).filter(|one| problem.measures[*one].closes).collect();
        for one in &joint.broken {
            let few = breaking(problem, &closing, one);
            let measures = few.iter().map(|one| problem.measures[*one].id.clone()).collect();
            broken.push(Limit::Right { level, broken: BrokenRight { measures, ..one.clone() } });
        }
        for (burden, place) in burdens.iter().zip(&problem.places) {
            if place.most.is_some_and(|most| !meets(*burden, most)) {
                broken.push(Limit::Burden { level, neighbourhood: place.id.clone() });
            }
        }
        let staff: f64 = chosen(standing).map(|one| problem.measures[one].staff_hours).sum();
        if problem.rungs[rung].staff_most.is_some_and(|most| !meets(staff, most)) {
            broken.push(Limit::Staff { level });
        }
        let weight = problem.rungs[rung].weight;
        value.worst += weight * burdens.iter().copied().fold(0.0, f64::max);
        value.total += weight * problem.mean(&burdens);
        #[allow(clippy::cast_precision_loss, reason = "hundreds")]
        let count = chosen(standing).count() as f64;
        value.count += count;
    }
    value.money = problem.money(choice);
    if problem.money_most.is_some_and(|most| !meets(value.money, most)) {
        broken.push(Limit::Money);
    }
    Ok(Verdict { unmet, broken, value })
}

/// The norms that a rung's measures do not meet.
pub(super) fn norms(problem: &Problem, rung: usize, standing: &[bool]) -> Vec<Unmet> {
    let rung = &problem.rungs[rung];
    let failing = rung.norms.iter().filter_map(|demand| {
        let remaining = problem.remaining(demand.scenario, standing);
        (!meets(remaining, demand.most)).then(|| Unmet {
            level: rung.level,
            scenario: problem.scenarios[demand.scenario].id.clone(),
            remaining_share: remaining,
            remaining_share_max: demand.most,
        })
    });
    failing.collect()
}

/// What binds measures to each other, to levels and to wishes.
fn bonds(problem: &Problem, rung: usize, choice: &Choice, broken: &mut Vec<Limit>) {
    let standing = &choice[rung];
    let level = problem.rungs[rung].level;
    let id = |one: usize| problem.measures[one].id.clone();
    for one in chosen(standing) {
        let measure = &problem.measures[one];
        if !problem.allowed(rung, one) {
            broken.push(Limit::NotAllowed { measure: id(one), level });
        }
        for required in measure.requires.iter().filter(|other| !standing[**other]) {
            broken.push(Limit::Requires { measure: id(one), required: id(*required) });
        }
        for other in measure.excludes.iter().filter(|other| standing[**other]) {
            broken.push(Limit::Excludes { one: id(one), other: id(*other) });
        }
        if problem.nests(rung, one) && !choice[rung - 1][one] {
            broken.push(Limit::SetUp { measure: id(one), level });
        }
    }
    for one in (0..standing.len()).filter(|one| problem.measures[*one].must && !standing[*one]) {
        if problem.allowed(rung, one) {
            broken.push(Limit::Must { measure: id(one), level });
        }
    }
}
