//! Finds the postures of least burden that meet every norm, for all levels together, and proves them.
//!
//! The order: norms and rights first, whatever they cost; then the least burden on the worst-hit neighbourhood, the least on the average
//! resident, the least money, the fewest measures. HiGHS proves each part; every answer is checked exactly afterwards.
//!
//! Not here: streets (asked through [`Closures`]), the map, and deciding.

mod certificate;
mod closures;
mod judge;
mod ladder;
mod problem;
pub mod programme;
mod request;
pub mod rota;
mod sensitivity;
mod short;
mod solution;

use base::Clock;

use crate::model::Plan;

pub use certificate::{
    Balance, Certificate, Gone, Necessity, PlacePoints, Reason, Rejected, Served, Suitable, Swap, SwapResult,
};
pub use closures::{BrokenRight, Closures, Lost, NoStreets, Right, Together};
pub use judge::{Limit, Unmet};
pub use request::{Caution, Progress, Request, Run, SECONDS_MAX, Stage, Unwatched, Watch};
pub use short::{Blocker, Blocking, Short, Shortfall};
pub use solution::{
    CautionCost, LeftOut, LevelMeasures, LevelPosture, LevelStep, NormPrice, NormState, Outcome, PlaceBurden,
    SOLUTION_VERSION, Saved, Solution, StageProof, WeightRange, Work, Worth,
};

use closures::Streets;
use ladder::{Ending, Found, STAGES};
use problem::{Choice, Problem, chosen};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// A level that the plan says nothing of.
    #[error(
        "levels names {level}, of which the plan says nothing: add it to the plan's levels or take it out"
    )]
    UnknownLevel {
        /// The level.
        level: u8,
    },
    /// Nothing to solve for.
    #[error("the plan has no levels to find postures for: add some to its levels")]
    NoLevels,
    /// A measure that is not in the plan, or does not hold at the instant.
    #[error(
        "must or must_not names {id:?}, which does not hold at that instant: take it out or mend its validity"
    )]
    UnknownMeasure {
        /// The id.
        id: String,
    },
    /// The streets named a neighbourhood that the plan does not have.
    #[error("the streets tell of {id:?}, which is not a neighbourhood of the plan: add it to the plan")]
    UnknownPlace {
        /// The id.
        id: String,
    },
    /// The streets told minutes that are none.
    #[error("the streets tell {minutes} resident-minutes for {id:?}: minutes are finite and at least 0")]
    NotMinutes {
        /// The neighbourhood.
        id: String,
        /// What was told.
        minutes: f64,
    },
    /// A right is broken before anything is closed.
    #[error(
        "{right:?} is broken at {place:?} before any measure closes anything: mend the streets or the right first"
    )]
    BrokenBefore {
        /// The right.
        right: Right,
        /// Where.
        place: String,
    },
    /// Too many columns or rows.
    #[error("the programme has {columns} columns and {rows} rows, too many: ask for fewer zones or levels")]
    TooLarge {
        /// Columns.
        columns: usize,
        /// Rows.
        rows: usize,
    },
    /// Too many sets of closures.
    #[error("{sets} sets of closures were asked about, which is the most: ask for fewer zones or levels")]
    TooManySets {
        /// Sets.
        sets: usize,
    },
    /// Cuts did not come to an end.
    #[error("no agreement of bound and value after {rounds} rounds: ask for fewer zones or levels")]
    TooManyRounds {
        /// Rounds.
        rounds: usize,
    },
    /// Time ran out before there was any answer.
    #[error("time ran out before any posture was found: allow more seconds or ask for fewer zones or levels")]
    OutOfTime,
    /// Stopped by who looks on.
    #[error("the search was stopped")]
    Cancelled,
    /// HiGHS failed.
    #[error("the solver {what}: please report the plan")]
    Solver {
        /// What it did.
        what: String,
    },
}

/// Finds the postures of least burden that meet every norm of a valid plan, or says what is short.
///
/// # Errors
/// See [`SolveError`].
pub fn solve(
    plan: &Plan,
    request: &Request,
    closures: &mut dyn Closures,
    clock: &dyn Clock,
    watch: &mut dyn Watch,
) -> Result<Outcome, SolveError> {
    let problem = Problem::of(plan, request, request.caution)?;
    let mut run = Run::new(clock, watch, request.seconds_max, request.gap);
    let mut streets = Streets::new(closures);
    streets.ask_each(&problem)?;
    let found = match ladder::least(&problem, &mut streets, &mut run, STAGES.len())? {
        Ending::Found(found) => found,
        Ending::OutOfTime => return Err(SolveError::OutOfTime),
        Ending::Impossible => {
            let short = short::shortfall(&problem, &mut streets, &mut run)?;
            return Ok(Outcome::Unmet(Box::new(short)));
        }
    };
    run.stage = Stage::Certificates;
    run.tell(None, None);
    let (certificates, rejected) = certificate::reasons(&problem, &mut streets, &found.choice, request.ends)?;
    let mut solution = Solution {
        version: SOLUTION_VERSION,
        at: request.at,
        ends: request.ends,
        caution: request.caution,
        proved: found.proved,
        proofs: found.proofs.clone(),
        solves: 0,
        worth: Worth {
            worst_points: found.value.worst,
            mean_points: found.value.total,
            money_eur: found.value.money,
            measures: ladder::standing_count(&found.choice),
        },
        postures: postures(&problem, &mut streets, &found.choice, request)?,
        steps: steps(plan, &problem, &found.choice),
        certificates,
        rejected,
        prices: Vec::new(),
        ranges: Vec::new(),
        caution_cost: None,
        left_out: problem.left_out.clone(),
    };
    if found.proved {
        ask_more(plan, &problem, request, &mut streets, &mut run, &found, &mut solution)?;
    }
    solution.solves = run.solves;
    Ok(Outcome::Met(Box::new(solution)))
}

fn ask_more(
    plan: &Plan,
    problem: &Problem,
    request: &Request,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    found: &Found,
    solution: &mut Solution,
) -> Result<(), SolveError> {
    if request.caution_cost && request.caution == Caution::Low {
        solution.caution_cost = sensitivity::caution(plan, request, streets, run, (problem, &found.value))?;
    }
    if request.prices {
        solution.prices = sensitivity::prices(problem, streets, run, &found.value)?;
    }
    if request.ranges {
        solution.ranges = sensitivity::ranges(problem, streets, run, found)?;
    }
    Ok(())
}

fn postures(
    problem: &Problem,
    streets: &mut Streets<'_>,
    choice: &Choice,
    request: &Request,
) -> Result<Vec<LevelPosture>, SolveError> {
    let minutes = streets.minutes(problem, choice)?;
    let mut postures = Vec::new();
    for ((rung, standing), minutes) in problem.rungs.iter().zip(choice).zip(&minutes) {
        let burdens = problem.burdens(standing, minutes);
        let worst = burdens
            .iter()
            .enumerate()
            .max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(&one.0)));
        let norms = rung.norms.iter().map(|demand| NormState {
            scenario: problem.scenarios[demand.scenario].id.clone(),
            remaining_share: problem.remaining(demand.scenario, standing),
            remaining_share_max: demand.most,
            stated_at: demand.stated_at,
        });
        let places = problem.places.iter().zip(&burdens).zip(minutes);
        let places: Vec<PlaceBurden> = places
            .map(|((place, points), minutes)| PlaceBurden {
                neighbourhood: place.id.clone(),
                points: *points,
                resident_minutes_per_day: minutes * place.residents,
            })
            .collect();
        postures.push(LevelPosture {
            level: rung.level,
            measures: chosen(standing).map(|one| problem.measures[one].id.clone()).collect(),
            ends: request.ends,
            norms: norms.collect(),
            worst_neighbourhood: worst
                .filter(|(_, points)| **points > 0.0)
                .map(|(place, _)| problem.places[place].id.clone()),
            worst_points: worst.map_or(0.0, |(_, points)| *points),
            mean_points: problem.mean(&burdens),
            resident_minutes_per_day: places.iter().map(|place| place.resident_minutes_per_day).sum(),
            burdens: places,
            staff_hours_per_day: chosen(standing).map(|one| problem.measures[one].staff_hours).sum(),
            per_day_eur: chosen(standing).map(|one| problem.measures[one].day_eur).sum(),
        });
    }
    Ok(postures)
}

/// What is set up and taken down between neighbouring levels: up from the lowest, then down again.
fn steps(plan: &Plan, problem: &Problem, choice: &Choice) -> Vec<LevelStep> {
    let mut steps = Vec::new();
    for (lower, upper) in (1..problem.rungs.len()).map(|upper| (upper - 1, upper)) {
        steps.push(step(plan, problem, choice, lower, upper));
    }
    for (lower, upper) in (1..problem.rungs.len()).rev().map(|upper| (upper - 1, upper)) {
        steps.push(step(plan, problem, choice, upper, lower));
    }
    steps
}

fn step(plan: &Plan, problem: &Problem, choice: &Choice, from: usize, to: usize) -> LevelStep {
    let only =
        |there: &[bool], here: &[bool]| -> Vec<usize> { chosen(there).filter(|one| !here[*one]).collect() };
    let undone = |one: usize| {
        let measure = plan.measures.iter().find(|measure| measure.id == problem.measures[one].id);
        match measure.map(|measure| measure.reversibility) {
            Some(crate::model::Reversibility::Undone { hours }) => hours,
            _ => 0.0,
        }
    };
    let work = |list: Vec<usize>, hours: &dyn Fn(usize) -> f64| {
        let work = |one: usize| Work { measure: problem.measures[one].id.clone(), hours: hours(one) };
        let mut list: Vec<Work> = list.into_iter().map(work).collect();
        list.sort_by(|one, other| {
            other.hours.total_cmp(&one.hours).then_with(|| one.measure.cmp(&other.measure))
        });
        list
    };
    LevelStep {
        from: problem.rungs[from].level,
        to: problem.rungs[to].level,
        set_up: work(only(&choice[to], &choice[from]), &|one| problem.measures[one].set_up_hours),
        take_down: work(only(&choice[from], &choice[to]), &undone),
        warning_hours: (to > from).then(|| problem.rungs[to].warning_hours),
    }
}
