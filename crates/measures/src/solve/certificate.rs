//! Why each measure is in or out, checked exactly on the whole choice: suitable, necessary, balanced; or the reason it was left.
//!
//! Not here: the search. Every statement is checked anew, whatever the search claims.

use std::collections::BTreeMap;

use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::SolveError;
use super::closures::{Right, Streets};
use super::judge::{Limit, Unmet, judge, norms};
use super::ladder::ever;
use super::problem::{Choice, Problem, Value, chosen, same};

/// Most swaps that are written out in one certificate; the others are counted.
const SWAPS_TOLD_MAX: usize = 20;

/// Why a chosen measure is proportionate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresCertificate))]
pub struct Certificate {
    /// The measure.
    pub measure: String,
    /// The levels at which it stands.
    pub levels: Vec<u8>,
    /// Suitable: what it serves.
    pub suitable: Suitable,
    /// Necessary: what happens without it, at each of its levels.
    pub necessary: Vec<Necessity>,
    /// Measures outside the choice that burden residents less and were put in its place.
    pub lighter_tried: usize,
    /// What happened with each of them, the first few.
    pub lighter: Vec<Swap>,
    /// Lighter ones that would do: always empty in a proved choice.
    pub lighter_that_would_do: Vec<String>,
    /// Balanced: what it costs whom, and until when.
    pub balanced: Balance,
}

/// What a measure serves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSuitable))]
pub struct Suitable {
    /// Norms that it helps to meet.
    pub norms: Vec<Served>,
    /// Chosen measures that require it.
    pub required_by: Vec<String>,
    /// It was asked for.
    pub asked_for: bool,
}

/// A norm that a measure helps to meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresServed))]
pub struct Served {
    /// The level.
    pub level: u8,
    /// The scenario.
    pub scenario: String,
    /// What remains with it.
    pub remaining_share: f64,
    /// What would remain if it alone were taken out.
    pub without_it_share: f64,
}

/// What happens at a level without a measure, everything else kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNecessity))]
pub struct Necessity {
    /// The level.
    pub level: u8,
    /// What cannot stand without it and goes too: measures that require it, or it itself at a level above, with that level.
    pub goes_too: Vec<Gone>,
    /// Norms that fail then.
    pub unmet: Vec<Unmet>,
    /// Limits that break then: that it was asked for.
    pub broken: Vec<Limit>,
}

/// A measure that cannot stand without another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresGone))]
pub struct Gone {
    /// The level.
    pub level: u8,
    /// The measure.
    pub measure: String,
}

/// A lighter measure in the place of a chosen one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSwap))]
pub struct Swap {
    /// The other measure.
    pub other: String,
    /// What comes of it.
    pub result: SwapResult,
}

/// What comes of a swap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSwapResult))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum SwapResult {
    /// A norm fails.
    Fails {
        /// The first that does.
        unmet: Unmet,
    },
    /// A limit breaks.
    Breaks {
        /// The first that does.
        limit: Limit,
    },
    /// It would do, and be as heavy or heavier in the order that counts.
    NotLighter {
        /// Points more on the worst-hit neighbourhood.
        worst_points: f64,
        /// Points more on the average resident.
        mean_points: f64,
        /// Euros more a year.
        money_eur: f64,
    },
    /// It would do and be lighter.
    Lighter,
}

/// What a measure costs, whom, and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBalance))]
pub struct Balance {
    /// Points on the average resident.
    pub mean_points: f64,
    /// Points per neighbourhood, the heaviest first. What closures do together is told of the posture, not of one measure.
    pub neighbourhoods: Vec<PlacePoints>,
    /// Euros a year, with what it costs once.
    pub money_eur: f64,
    /// Staff hours a day.
    pub staff_hours_per_day: f64,
    /// Until when.
    pub ends: Timestamp,
}

/// Points on a neighbourhood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPlacePoints))]
pub struct PlacePoints {
    /// The neighbourhood.
    pub neighbourhood: String,
    /// The points.
    pub points: f64,
}

/// A measure that was not chosen at any level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresRejected))]
pub struct Rejected {
    /// The measure.
    pub measure: String,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Why a measure was not chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresReason))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// The planner ruled it out, or what it requires no longer holds.
    RuledOut,
    /// It is not allowed at any of the levels.
    NotAllowed {
        /// The lowest level at which it is.
        lowest_level: u8,
    },
    /// It stops nothing of any scenario that has a norm.
    ServesNoNorm,
    /// Its closures alone break a right.
    BreaksRight {
        /// The right.
        right: Right,
        /// Where.
        place: String,
    },
    /// It cannot be taken with a chosen one.
    ExcludedBy {
        /// The chosen measure.
        measure: String,
    },
    /// It could stand in the place of a chosen one, and is not lighter.
    AlternativeTo {
        /// The chosen measure.
        measure: String,
        /// Points more on the worst-hit neighbourhood.
        worst_points: f64,
        /// Points more on the average resident.
        mean_points: f64,
        /// Euros more a year.
        money_eur: f64,
    },
    /// Every norm is met without it.
    NotNeeded,
}

/// Why each measure is in or out.
pub(super) fn reasons(
    problem: &Problem,
    streets: &mut Streets<'_>,
    choice: &Choice,
    ends: Timestamp,
) -> Result<(Vec<Certificate>, Vec<Rejected>), SolveError> {
    let inside = ever(choice);
    let outside: Vec<usize> = (0..problem.measures.len()).filter(|one| !inside.contains(one)).collect();
    let value = judge(problem, streets, choice)?.value;
    let mut alternatives: BTreeMap<usize, Vec<Reason>> = BTreeMap::new();
    let mut certificates = Vec::new();
    for one in inside {
        let mut certificate = certificate(problem, streets, choice, one, ends)?;
        for other in &outside {
            let result = swap(problem, streets, choice, &value, one, *other)?;
            if let SwapResult::NotLighter { worst_points, mean_points, money_eur } = result {
                let measure = problem.measures[one].id.clone();
                let reason = Reason::AlternativeTo { measure, worst_points, mean_points, money_eur };
                alternatives.entry(*other).or_default().push(reason);
            }
            if result == SwapResult::Lighter {
                certificate.lighter_that_would_do.push(problem.measures[*other].id.clone());
            }
            if problem.mean_points(*other) < problem.mean_points(one) {
                certificate.lighter_tried += 1;
                if certificate.lighter.len() < SWAPS_TOLD_MAX {
                    certificate.lighter.push(Swap { other: problem.measures[*other].id.clone(), result });
                }
            }
        }
        certificates.push(certificate);
    }
    let mut rejected = Vec::new();
    for other in outside {
        let also = alternatives.remove(&other).unwrap_or_default();
        rejected.push(self::rejected(problem, streets, choice, other, also)?);
    }
    Ok((certificates, rejected))
}

fn certificate(
    problem: &Problem,
    streets: &mut Streets<'_>,
    choice: &Choice,
    one: usize,
    ends: Timestamp,
) -> Result<Certificate, SolveError> {
    let mut suitable = Suitable { asked_for: problem.measures[one].must, ..Suitable::default() };
    let (mut levels, mut necessary) = (Vec::new(), Vec::new());
    for (rung, standing) in choice.iter().enumerate().filter(|(_, standing)| standing[one]) {
        let level = problem.rungs[rung].level;
        levels.push(level);
        suitable.norms.extend(served(problem, rung, standing, one));
        for other in chosen(standing).filter(|other| problem.measures[*other].requires.contains(&one)) {
            let id = &problem.measures[other].id;
            if !suitable.required_by.contains(id) {
                suitable.required_by.push(id.clone());
            }
        }
        let rest = problem.without(choice, rung, one);
        let verdict = judge(problem, streets, &rest)?;
        let mut goes_too = Vec::new();
        for (at, (before, after)) in choice.iter().zip(&rest).enumerate() {
            let gone = chosen(before).filter(|other| !after[*other] && (at, *other) != (rung, one));
            let level = problem.rungs[at].level;
            goes_too.extend(gone.map(|other| Gone { level, measure: problem.measures[other].id.clone() }));
        }
        necessary.push(Necessity { level, goes_too, unmet: verdict.unmet, broken: verdict.broken });
    }
    let place = |(place, points): (usize, f64)| PlacePoints {
        neighbourhood: problem.places[place].id.clone(),
        points,
    };
    let mut neighbourhoods: Vec<PlacePoints> = problem.points(one).map(place).collect();
    neighbourhoods.sort_by(|one, other| {
        other.points.total_cmp(&one.points).then_with(|| one.neighbourhood.cmp(&other.neighbourhood))
    });
    let standing = choice.iter().enumerate().filter(|(_, standing)| standing[one]);
    let running: f64 = standing.map(|(rung, _)| problem.running_eur(rung, one)).sum();
    let balanced = Balance {
        mean_points: problem.mean_points(one),
        neighbourhoods,
        money_eur: problem.measures[one].once_eur + running,
        staff_hours_per_day: problem.measures[one].staff_hours,
        ends,
    };
    Ok(Certificate {
        measure: problem.measures[one].id.clone(),
        levels,
        suitable,
        necessary,
        lighter_tried: 0,
        lighter: Vec::new(),
        lighter_that_would_do: Vec::new(),
        balanced,
    })
}

fn served(problem: &Problem, rung: usize, standing: &[bool], one: usize) -> Vec<Served> {
    let mut without = standing.to_vec();
    without[one] = false;
    let served = problem.rungs[rung].norms.iter().filter_map(|demand| {
        let remaining_share = problem.remaining(demand.scenario, standing);
        let without_it_share = problem.remaining(demand.scenario, &without);
        (without_it_share > remaining_share).then(|| Served {
            level: problem.rungs[rung].level,
            scenario: problem.scenarios[demand.scenario].id.clone(),
            remaining_share,
            without_it_share,
        })
    });
    served.collect()
}

/// Puts another measure in the place of a chosen one, wherever that stands.
fn swap(
    problem: &Problem,
    streets: &mut Streets<'_>,
    choice: &Choice,
    value: &Value,
    one: usize,
    other: usize,
) -> Result<SwapResult, SolveError> {
    let mut swapped = choice.clone();
    for standing in swapped.iter_mut().filter(|standing| standing[one]) {
        (standing[one], standing[other]) = (false, true);
    }
    // Norms first: the streets are slow to ask.
    for (rung, standing) in swapped.iter().enumerate() {
        if let Some(unmet) = norms(problem, rung, standing).into_iter().next() {
            return Ok(SwapResult::Fails { unmet });
        }
    }
    let verdict = judge(problem, streets, &swapped)?;
    Ok(match verdict.broken.into_iter().next() {
        Some(limit) => SwapResult::Breaks { limit },
        None if verdict.value.is_below(value) => SwapResult::Lighter,
        None => SwapResult::NotLighter {
            worst_points: more(verdict.value.worst, value.worst),
            mean_points: more(verdict.value.total, value.total),
            money_eur: more(verdict.value.money, value.money),
        },
    })
}

fn more(new: f64, old: f64) -> f64 {
    if same(new, old) { 0.0 } else { new - old }
}

fn rejected(
    problem: &Problem,
    streets: &mut Streets<'_>,
    choice: &Choice,
    other: usize,
    alternatives: Vec<Reason>,
) -> Result<Rejected, SolveError> {
    let measure = &problem.measures[other];
    let mut reasons = Vec::new();
    if measure.must_not {
        reasons.push(Reason::RuledOut);
    }
    if problem.rungs.iter().all(|rung| rung.level < measure.lowest_level) {
        reasons.push(Reason::NotAllowed { lowest_level: measure.lowest_level });
    }
    let asked = problem.rungs.iter().flat_map(|rung| &rung.norms).map(|demand| demand.scenario);
    let barriers = asked.flat_map(|scenario| &problem.scenarios[scenario].barriers);
    if !barriers.flat_map(|barrier| &barrier.members).any(|(one, _)| *one == other) {
        reasons.push(Reason::ServesNoNorm);
    }
    if measure.closes && !measure.must_not {
        let mut alone = vec![false; problem.measures.len()];
        alone[other] = true;
        let joint = streets.joint(problem, &alone)?;
        let broken =
            joint.broken.iter().map(|one| Reason::BreaksRight { right: one.right, place: one.place.clone() });
        reasons.extend(broken);
    }
    for one in ever(choice) {
        if measure.excludes.contains(&one) || problem.measures[one].excludes.contains(&other) {
            reasons.push(Reason::ExcludedBy { measure: problem.measures[one].id.clone() });
        }
    }
    reasons.extend(alternatives);
    if reasons.is_empty() {
        reasons.push(Reason::NotNeeded);
    }
    Ok(Rejected { measure: measure.id.clone(), reasons })
}
