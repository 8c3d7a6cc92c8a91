//! When not every norm can be met: how much is short at least, and which hard limits stand in the way.
//!
//! Nothing is relaxed on its own: this says what could be, and people decide.
//!
//! Not here: choosing what to give up.

use serde::{Deserialize, Serialize};

use super::SolveError;
use super::closures::{NoStreets, Streets};
use super::judge::{Unmet, norms};
use super::ladder::{Layout, Learnt, Norms};
use super::problem::{Choice, Problem};
use super::programme::Answer;
use super::request::{Run, Stage};
use super::solution::LevelMeasures;

/// Most rounds of asking the streets.
const ROUNDS_MAX: usize = 500;
/// Most norms that are tried alone.
const ALONE_MAX: usize = 100;

/// What is short when not every norm can be met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresShortfall))]
pub struct Shortfall {
    /// Norms that stay unmet in the choice that comes nearest: the sum of what is short, in logarithms, is least.
    pub norms: Vec<Short>,
    /// The measures of that choice, per level. Not a proposal.
    pub nearest: Vec<LevelMeasures>,
    /// Limits of which lifting one alone would help.
    pub blocking: Vec<Blocking>,
    /// The limits contradict each other before any norm is asked about.
    pub contradiction: bool,
    /// Whether all of this was proved; otherwise time ran out, and the true shortfall may be smaller.
    pub proved: bool,
}

/// A norm that stays unmet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresShort))]
pub struct Short {
    /// The norm, and what remains in the choice that comes nearest to all.
    pub unmet: Unmet,
    /// What would remain if this norm alone counted; nothing when time ran out.
    pub alone_share: Option<f64>,
}

/// A kind of hard limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBlocker))]
#[serde(rename_all = "kebab-case")]
pub enum Blocker {
    /// Rights of residents: emergency access, homes that can be reached.
    Rights,
    /// The most burden of neighbourhoods.
    Burden,
    /// The most staff.
    Staff,
    /// The most money.
    Money,
    /// Measures that exclude each other.
    Excludes,
    /// Levels below which measures are not allowed.
    LowestLevel,
    /// Set-up that takes longer than the warning, and what is permanent.
    SetUp,
    /// Measures that the planner ruled out.
    MustNot,
}

/// A hard limit that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBlocking))]
pub struct Blocking {
    /// The limit.
    pub limit: Blocker,
    /// Norms that would stay unmet if it alone were lifted: 0 says that it is the one.
    pub unmet_without_it: usize,
}

/// What is short at least.
pub(super) fn shortfall(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
) -> Result<Shortfall, SolveError> {
    run.stage = Stage::Shortfall;
    let Nearest { choice, short, mut proved } = nearest(problem, streets, run, None)?;
    let mut found = Vec::new();
    for (rung, standing) in choice.iter().flatten().enumerate() {
        for unmet in norms(problem, rung, standing) {
            let scenario = problem.scenarios.iter().position(|one| one.id == unmet.scenario);
            let mut alone_share = None;
            if let Some(scenario) = scenario
                && found.len() < ALONE_MAX
            {
                let alone = nearest(problem, streets, run, Some((rung, scenario)))?;
                proved &= alone.proved;
                let best = alone.choice.filter(|_| alone.proved);
                alone_share = best.map(|choice| problem.remaining(scenario, &choice[rung]));
            }
            found.push(Short { unmet, alone_share });
        }
    }
    let contradiction = choice.is_none() && proved;
    let blocking = blocking(problem, streets, run, contradiction, short, &mut proved)?;
    let nearest = choice.map_or_else(Vec::new, |choice| problem.named(&choice));
    Ok(Shortfall { norms: found, nearest, blocking, contradiction, proved })
}

struct Nearest {
    choice: Option<Choice>,
    /// The sum of what is short, in logarithms.
    short: f64,
    proved: bool,
}

/// The choice that comes nearest to all norms, or to one.
fn nearest(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    only: Option<(usize, usize)>,
) -> Result<Nearest, SolveError> {
    for _ in 0..ROUNDS_MAX {
        let layout = Layout::of(problem, streets, &Learnt::default(), &[], Norms::Short);
        let mut programme = layout.programme.clone();
        for (rung, scenario, column) in &layout.short {
            let counts = only.is_none_or(|only| only == (*rung, *scenario));
            programme.set_cost(*column, if counts { 1.0 } else { 0.0 });
        }
        let (values, proved) = match programme.least(run)? {
            Answer::Least(values) => (values, true),
            Answer::Stopped(Some(values)) => (values, false),
            Answer::Stopped(None) => {
                return Ok(Nearest { choice: None, short: f64::INFINITY, proved: false });
            }
            Answer::Impossible => return Ok(Nearest { choice: None, short: f64::INFINITY, proved: true }),
        };
        let choice = layout.choice(&values.columns);
        let mut broken = false;
        for standing in &choice {
            broken |= !streets.joint(problem, standing)?.broken.is_empty();
        }
        if !broken {
            return Ok(Nearest { choice: Some(choice), short: values.value, proved });
        }
    }
    Err(SolveError::TooManyRounds { rounds: ROUNDS_MAX })
}

/// Lifts each kind of limit by itself and looks whether it helps.
fn blocking(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    contradiction: bool,
    short: f64,
    sure: &mut bool,
) -> Result<Vec<Blocking>, SolveError> {
    let mut found = Vec::new();
    for limit in [
        Blocker::Rights,
        Blocker::Burden,
        Blocker::Staff,
        Blocker::Money,
        Blocker::Excludes,
        Blocker::LowestLevel,
        Blocker::SetUp,
        Blocker::MustNot,
    ] {
        let lifted = without(problem, limit);
        let Nearest { choice, short: left, proved } = if limit == Blocker::Rights {
            nearest(&lifted, &mut Streets::new(&mut NoStreets), run, None)?
        } else {
            nearest(&lifted, streets, run, None)?
        };
        *sure &= proved;
        let Some(choice) = choice.filter(|_| proved) else { continue };
        let unmet =
            choice.iter().enumerate().map(|(rung, standing)| norms(&lifted, rung, standing).len()).sum();
        if contradiction || left < short - 1e-6 {
            found.push(Blocking { limit, unmet_without_it: unmet });
        }
    }
    Ok(found)
}

fn without(problem: &Problem, limit: Blocker) -> Problem {
    let mut lifted = problem.clone();
    match limit {
        Blocker::Rights => {}
        Blocker::Burden => lifted.places.iter_mut().for_each(|place| place.most = None),
        Blocker::Staff => lifted.rungs.iter_mut().for_each(|rung| rung.staff_most = None),
        Blocker::Money => lifted.money_most = None,
        Blocker::Excludes => lifted.measures.iter_mut().for_each(|one| one.excludes.clear()),
        Blocker::LowestLevel => lifted.measures.iter_mut().for_each(|one| one.lowest_level = 0),
        Blocker::SetUp => {
            lifted.measures.iter_mut().for_each(|one| (one.set_up_hours, one.permanent) = (0.0, false));
        }
        Blocker::MustNot => lifted.measures.iter_mut().for_each(|one| one.must_not = false),
    }
    lifted
}
