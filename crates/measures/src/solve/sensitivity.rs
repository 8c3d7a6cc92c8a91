//! What else planners ask of an answer: the price of each norm, the weights at which the choice stays best, the cost of caution.
//! All by solving again; nothing is read off duals, which mean little where measures are whole.
//!
//! Not here: judging whether a price is worth paying.

use std::collections::BTreeSet;

use crate::model::Plan;

use super::SolveError;
use super::closures::Streets;
use super::judge::{judge, norms};
use super::ladder::{Ending, Found, STAGES, least};
use super::problem::{KINDS, Problem, Value, same};
use super::request::{Caution, Request, Run, Stage};
use super::solution::{CautionCost, NormPrice, Saved, WeightRange};

/// A step of loosening: a quarter more may remain.
const LOOSENED_BY: f64 = 1.25;
/// Most norms that are priced.
const PRICES_MAX: usize = 200;
/// Bisections on each side of a weight.
const BISECTIONS: usize = 6;
/// How far above its stated value a weight is looked at.
const WEIGHT_TIMES_MAX: f64 = 4.0;
/// The first parts of worth: burdens and money, without the number of measures.
const PRICED_PARTS: usize = 3;

/// The price of each norm that is stated.
pub(super) fn prices(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    value: &Value,
) -> Result<Vec<NormPrice>, SolveError> {
    let stated = problem.rungs.iter().flat_map(|rung| &rung.norms).map(|one| (one.stated_at, one.scenario));
    let stated: BTreeSet<(u8, usize)> = stated.collect();
    let mut prices = Vec::new();
    for (level, scenario) in stated.into_iter().take(PRICES_MAX) {
        let mut looser = problem.clone();
        let (mut from, mut to) = (1.0, 1.0);
        for demand in looser.rungs.iter_mut().flat_map(|rung| &mut rung.norms) {
            if (demand.stated_at, demand.scenario) == (level, scenario) {
                (from, to) = (demand.most, (demand.most * LOOSENED_BY).min(1.0));
                demand.most = to;
            }
        }
        let found = again(&looser, streets, run, PRICED_PARTS, Stage::Prices)?;
        prices.push(NormPrice {
            scenario: problem.scenarios[scenario].id.clone(),
            level,
            remaining_share_max: from,
            loosened_share_max: to,
            saved: found.map(|found| saved(value, &found.value)),
        });
    }
    Ok(prices)
}

fn saved(now: &Value, then: &Value) -> Saved {
    let less = |now: f64, then: f64| if same(now, then) { 0.0 } else { now - then };
    Saved {
        worst_points: less(now.worst, then.worst),
        mean_points: less(now.total, then.total),
        money_eur: less(now.money, then.money),
    }
}

/// Solves a changed problem; nothing when time is out, or it was not proved.
fn again(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    stages: usize,
    shown: Stage,
) -> Result<Option<Found>, SolveError> {
    if run.seconds_left() <= 0.0 {
        return Ok(None);
    }
    let ending = least(problem, streets, run, stages)?;
    run.stage = shown;
    run.tell(None, None);
    match ending {
        Ending::Found(found) if found.proved => Ok(Some(found)),
        Ending::Found(_) | Ending::Impossible | Ending::OutOfTime => Ok(None),
    }
}

/// For each weight, how far it can go while the choice stays best. Ends that time cut short are nearer than the truth, never further.
pub(super) fn ranges(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    found: &Found,
) -> Result<Vec<WeightRange>, SolveError> {
    let mut ranges = Vec::new();
    for kind in 0..=KINDS.len() {
        let weight = *weight_of(&mut problem.clone(), kind);
        let counts = if kind < KINDS.len() {
            problem.measures.iter().any(|one| one.burdens.iter().any(|(_, kinds)| kinds[kind] > 0.0))
        } else {
            streets.known().any(|(_, joint)| joint.minutes.iter().any(|minutes| *minutes > 0.0))
        };
        if weight <= 0.0 || !counts {
            continue;
        }
        let mut best_at = |trial: f64| -> Result<bool, SolveError> {
            let mut changed = problem.clone();
            *weight_of(&mut changed, kind) = trial;
            stays_best(&changed, streets, run, found)
        };
        let least = edge(weight, 0.0, &mut best_at)?;
        let most = edge(weight, weight * WEIGHT_TIMES_MAX, &mut best_at)?;
        ranges.push(WeightRange {
            kind: KINDS.get(kind).copied(),
            weight,
            least,
            most,
            open_above: most >= weight * WEIGHT_TIMES_MAX,
        });
    }
    Ok(ranges)
}

fn weight_of(problem: &mut Problem, kind: usize) -> &mut f64 {
    match problem.weights.get_mut(kind) {
        Some(weight) => weight,
        None => &mut problem.points_per_minute,
    }
}

/// The farthest point towards `end` that was seen to keep the choice; the choices in between form one stretch.
fn edge(
    start: f64,
    end: f64,
    best_at: &mut impl FnMut(f64) -> Result<bool, SolveError>,
) -> Result<f64, SolveError> {
    if best_at(end)? {
        return Ok(end);
    }
    let (mut inside, mut outside) = (start, end);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (inside + outside);
        if best_at(middle)? { inside = middle } else { outside = middle }
    }
    Ok(inside)
}

/// Whether nothing burdens the worst-hit, then the average resident, less than the choice does.
fn stays_best(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    found: &Found,
) -> Result<bool, SolveError> {
    let verdict = judge(problem, streets, &found.choice)?;
    if !verdict.stands() {
        return Ok(false);
    }
    let Some(other) = again(problem, streets, run, 2, Stage::Ranges)? else { return Ok(false) };
    Ok(same(other.value.worst, verdict.value.worst) && same(other.value.total, verdict.value.total))
}

/// What it costs that norms are met with low effects.
pub(super) fn caution(
    plan: &Plan,
    request: &Request,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    cautious: (&Problem, &Value),
) -> Result<Option<CautionCost>, SolveError> {
    let likely = Problem::of(plan, request, Caution::Likely)?;
    let Some(found) = again(&likely, streets, run, STAGES.len(), Stage::Caution)? else { return Ok(None) };
    let unmet =
        found.choice.iter().enumerate().flat_map(|(rung, standing)| norms(cautious.0, rung, standing));
    Ok(Some(CautionCost {
        saved: saved(cautious.1, &found.value),
        measures: likely.named(&found.choice),
        unmet: unmet.collect(),
    }))
}
