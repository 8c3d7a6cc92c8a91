//! The programme of all levels together, solved part by part: worst-hit neighbourhood, average resident, money, number of
//! measures. Each answer is judged exactly; what was wrong with it becomes a cut, until bound and value agree.
//!
//! Not here: what cannot be met (`short`), and reasons (`certificate`).

use super::SolveError;
use super::closures::{Streets, breaking};
use super::judge::{judge, norms};
use super::problem::{Barrier, Choice, Demand, Problem, SAME_BURDEN, Value, chosen, same};
use super::programme::{Answer, Programme};
use super::request::{Run, Stage};
use super::solution::StageProof;

/// Most rounds of solving and cutting in one stage.
const ROUNDS_MAX: usize = 2_000;
/// The parts in which a choice is compared, in order.
pub(super) const STAGES: [Stage; 4] = [Stage::Worst, Stage::Total, Stage::Money, Stage::Count];

/// The least choice and how it was proved.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub choice: Choice,
    pub value: Value,
    pub proofs: Vec<StageProof>,
    pub proved: bool,
}

/// How a search ended.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    /// With a choice that stands.
    Found(Found),
    /// With the proof that no choice stands.
    Impossible,
    /// With nothing, since time ran out.
    OutOfTime,
}

/// Cuts that were learnt from answers that HiGHS took within its tolerance, and that are not so exactly.
#[derive(Debug, Clone, Default)]
pub(super) struct Learnt {
    /// At a rung, one of these must stand.
    one_of: Vec<(usize, Vec<usize>)>,
    /// Not this choice.
    never: Vec<Choice>,
}

/// Finds the least choice, over the first `stages` of [`STAGES`].
pub(super) fn least(
    problem: &Problem,
    streets: &mut Streets<'_>,
    run: &mut Run<'_>,
    stages: usize,
) -> Result<Ending, SolveError> {
    let (mut learnt, mut held) = (Learnt::default(), Vec::new());
    let (mut proofs, mut best): (Vec<StageProof>, Option<Found>) = (Vec::new(), None);
    for stage in STAGES.into_iter().take(stages) {
        run.stage = stage;
        let mut rounds = 0;
        loop {
            rounds += 1;
            if rounds > ROUNDS_MAX {
                return Err(SolveError::TooManyRounds { rounds: ROUNDS_MAX });
            }
            let layout = Layout::of(problem, streets, &learnt, &held, Norms::Hard);
            let (values, proved) = match layout.costed(problem, stage).least(run)? {
                Answer::Least(values) => (values, true),
                Answer::Stopped(Some(values)) => (values, false),
                Answer::Impossible if best.is_none() => return Ok(Ending::Impossible),
                // Out of time; or what was held is missed by rounding. What was found stands, its later parts unproved.
                Answer::Stopped(None) | Answer::Impossible => return finish(problem, streets, best, stages),
            };
            let choice = layout.choice(&values.columns);
            let true_so = learn(problem, streets, &layout, &choice, &values.columns, &held, &mut learnt)?;
            if !true_so {
                if run.seconds_left() <= 0.0 {
                    return finish(problem, streets, best, stages);
                }
                continue;
            }
            let value = judge(problem, streets, &choice)?.value;
            let part = value.parts()[held.len()];
            proofs.push(StageProof { stage, value: part, bound: values.bound.min(part), rounds, proved });
            held.push(part);
            best = Some(Found { choice, value, proofs: proofs.clone(), proved });
            if !proved {
                return finish(problem, streets, best, stages);
            }
            break;
        }
    }
    finish(problem, streets, best, stages)
}

/// Takes out what the choice stands without, heaviest first: nothing, unless rounding or a stop left something in.
fn finish(
    problem: &Problem,
    streets: &mut Streets<'_>,
    best: Option<Found>,
    stages: usize,
) -> Result<Ending, SolveError> {
    let Some(mut found) = best else { return Ok(Ending::OutOfTime) };
    found.proved &= found.proofs.len() == stages;
    let mut order: Vec<usize> = (0..problem.measures.len()).collect();
    order.sort_by(|one, other| {
        problem.mean_points(*other).total_cmp(&problem.mean_points(*one)).then(one.cmp(other))
    });
    for rung in 0..problem.rungs.len() {
        for measure in &order {
            if !found.choice[rung][*measure] || problem.measures[*measure].must {
                continue;
            }
            let rest = problem.without(&found.choice, rung, *measure);
            let verdict = judge(problem, streets, &rest)?;
            if verdict.stands() {
                (found.choice, found.value) = (rest, verdict.value);
            }
        }
    }
    Ok(Ending::Found(found))
}

/// Adds what an answer teaches. True when it teaches nothing: then it is exactly what the programme takes it for.
fn learn(
    problem: &Problem,
    streets: &mut Streets<'_>,
    layout: &Layout,
    choice: &Choice,
    columns: &[f64],
    held: &[f64],
    learnt: &mut Learnt,
) -> Result<bool, SolveError> {
    let mut true_so = true;
    for (rung, standing) in choice.iter().enumerate() {
        for unmet in norms(problem, rung, standing) {
            let barriers =
                problem.scenarios.iter().find(|one| one.id == unmet.scenario).map(|one| &one.barriers);
            let better = barriers.into_iter().flatten().flat_map(|barrier| better(barrier, standing));
            let mut better: Vec<usize> = better.collect();
            better.sort_unstable();
            better.dedup();
            learnt.one_of.push((rung, better));
            true_so = false;
        }
        // What was known is in the programme already, and what it misses is rounding.
        if streets.knows(problem, standing) {
            continue;
        }
        let joint = streets.joint(problem, standing)?;
        let told = layout.minutes(rung, columns, problem.places.len());
        let longer =
            joint.minutes.iter().zip(&told).any(|(minutes, told)| minutes > told && !same(*minutes, *told));
        true_so &= !longer && joint.broken.is_empty();
    }
    if true_so {
        let verdict = judge(problem, streets, choice)?;
        let parts = verdict.value.parts();
        let worse = held.iter().zip(parts).any(|(held, part)| !same(*held, part) && part > *held);
        if worse || !verdict.stands() {
            learnt.never.push(choice.clone());
            true_so = false;
        }
    }
    Ok(true_so)
}

/// Measures of a barrier that would do more than what stands.
fn better(barrier: &Barrier, standing: &[bool]) -> Vec<usize> {
    let best = barrier.best(standing);
    barrier.members.iter().filter(|(_, share)| *share > best).map(|(one, _)| *one).collect()
}

/// Whether norms hold or are short by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Norms {
    Hard,
    Short,
}

/// A programme and which column is what.
pub(super) struct Layout {
    pub programme: Programme,
    stands: Vec<Vec<Option<usize>>>,
    used: Vec<Option<usize>>,
    worst: Vec<usize>,
    minutes: Vec<Vec<Option<usize>>>,
    /// Per rung and norm, the column by which it is short.
    pub short: Vec<(usize, usize, usize)>,
}

impl Layout {
    pub fn of(problem: &Problem, streets: &Streets<'_>, learnt: &Learnt, held: &[f64], norms: Norms) -> Self {
        let mut layout = Self::columns(problem, streets);
        for rung in 0..problem.rungs.len() {
            layout.bonds(problem, rung);
            layout.burdens(problem, rung);
            for demand in &problem.rungs[rung].norms {
                layout.norm(problem, rung, demand, norms);
            }
        }
        layout.limits(problem);
        layout.streets(problem, streets);
        layout.learnt(learnt);
        for (stage, most) in STAGES.iter().zip(held) {
            let slack = 0.1 * SAME_BURDEN * most.abs().max(1.0);
            let costs = layout.costs(problem, *stage);
            layout.programme.at_most(most + slack, costs);
        }
        layout
    }

    fn columns(problem: &Problem, streets: &Streets<'_>) -> Self {
        let mut programme = Programme::default();
        let mut stands = Vec::new();
        for rung in 0..problem.rungs.len() {
            let mut column = |one: usize| problem.allowed(rung, one).then(|| programme.choice(0.0));
            stands.push((0..problem.measures.len()).map(&mut column).collect());
        }
        let used =
            problem.measures.iter().map(|one| (one.once_eur > 0.0).then(|| programme.amount(0.0, 0.0, 1.0)));
        let used = used.collect();
        let worst = problem.rungs.iter().map(|_| programme.amount(0.0, 0.0, f64::INFINITY)).collect();
        let mut hit = vec![false; problem.places.len()];
        for (_, joint) in streets.known() {
            hit.iter_mut().zip(&joint.minutes).for_each(|(hit, minutes)| *hit |= *minutes > 0.0);
        }
        let mut minutes = || -> Vec<Option<usize>> {
            hit.iter().map(|hit| hit.then(|| programme.amount(0.0, 0.0, f64::INFINITY))).collect()
        };
        let minutes = problem.rungs.iter().map(|_| minutes()).collect();
        Self { programme, stands, used, worst, minutes, short: Vec::new() }
    }

    /// What binds measures to each other and to the rung below.
    fn bonds(&mut self, problem: &Problem, rung: usize) {
        for (one, measure) in problem.measures.iter().enumerate() {
            let Some(column) = self.stands[rung][one] else { continue };
            if measure.must {
                self.programme.at_least(1.0, vec![(column, 1.0)]);
            }
            for required in &measure.requires {
                self.follows(column, self.stands[rung][*required]);
            }
            if problem.nests(rung, one) {
                self.follows(column, self.stands[rung - 1][one]);
            }
            for other in &measure.excludes {
                // Said by both, written once.
                let twice = problem.measures[*other].excludes.contains(&one) && *other < one;
                if let (false, Some(other)) = (twice, self.stands[rung][*other]) {
                    self.programme.at_most(1.0, vec![(column, 1.0), (other, 1.0)]);
                }
            }
            if let Some(used) = self.used[one] {
                self.programme.at_least(0.0, vec![(used, 1.0), (column, -1.0)]);
            }
        }
    }

    fn follows(&mut self, column: usize, needed: Option<usize>) {
        match needed {
            Some(needed) => self.programme.at_most(0.0, vec![(column, 1.0), (needed, -1.0)]),
            None => self.programme.at_most(0.0, vec![(column, 1.0)]),
        }
    }

    /// No place bears more than the worst-hit one, and none more than its own limit.
    fn burdens(&mut self, problem: &Problem, rung: usize) {
        let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); problem.places.len()];
        for one in 0..problem.measures.len() {
            let Some(column) = self.stands[rung][one] else { continue };
            for (place, points) in problem.points(one).filter(|(_, points)| *points > 0.0) {
                rows[place].push((column, points));
            }
        }
        for (place, row) in rows.iter_mut().enumerate() {
            if let Some(minutes) = self.minutes[rung][place]
                && problem.points_per_minute > 0.0
            {
                row.push((minutes, problem.points_per_minute));
            }
        }
        let mut seen: Vec<&Vec<(usize, f64)>> = Vec::new();
        for (row, place) in rows.iter().zip(&problem.places) {
            if let Some(most) = place.most {
                self.programme.at_most(most, row.clone());
            }
            if row.is_empty() || seen.contains(&row) {
                continue;
            }
            seen.push(row);
            let mut entries = row.clone();
            entries.push((self.worst[rung], -1.0));
            self.programme.at_most(0.0, entries);
        }
    }

    /// A norm in logarithms: of each barrier the best counts, so columns share one unit among its members.
    fn norm(&mut self, problem: &Problem, rung: usize, demand: &Demand, norms: Norms) {
        let mut entries = Vec::new();
        for barrier in &problem.scenarios[demand.scenario].barriers {
            let standing = |(one, share): &(usize, f64)| Some((self.stands[rung][*one]?, -(-share).ln_1p()));
            let members: Vec<(usize, f64)> = barrier.members.iter().filter_map(standing).collect();
            if let [alone] = members[..] {
                entries.push(alone);
                continue;
            }
            let mut unit = Vec::new();
            for (column, weight) in members {
                let counted = self.programme.amount(0.0, 0.0, 1.0);
                self.programme.at_most(0.0, vec![(counted, 1.0), (column, -1.0)]);
                unit.push((counted, 1.0));
                entries.push((counted, weight));
            }
            if !unit.is_empty() {
                self.programme.at_most(1.0, unit);
            }
        }
        let entries = merged(entries);
        // More than all measures together is as impossible as infinity, and can be written.
        let need = problem.need(demand).min(problem.reach(demand.scenario) + 1.0);
        if need <= 0.0 {
            return;
        }
        if norms == Norms::Hard {
            self.programme.at_least(need, entries);
            return;
        }
        let short = self.programme.amount(1.0, 0.0, need);
        self.short.push((rung, demand.scenario, short));
        let mut entries = entries;
        entries.push((short, 1.0));
        self.programme.at_least(need, entries);
    }

    fn limits(&mut self, problem: &Problem) {
        for (rung, stated) in problem.rungs.iter().enumerate() {
            if let Some(most) = stated.staff_most {
                let staff = |one: usize| Some((self.stands[rung][one]?, problem.measures[one].staff_hours));
                let entries = (0..problem.measures.len()).filter_map(staff).filter(|(_, hours)| *hours > 0.0);
                let entries = entries.collect();
                self.programme.at_most(most, entries);
            }
        }
        if let Some(most) = problem.money_most {
            let entries = self.costs(problem, Stage::Money);
            self.programme.at_most(most, entries);
        }
    }

    /// What is known of sets of closures, at every rung: minutes that are lost at least, and sets that break a right.
    fn streets(&mut self, problem: &Problem, streets: &Streets<'_>) {
        for (set, joint) in streets.known() {
            for rung in 0..problem.rungs.len() {
                let columns = |set: &[usize]| -> Option<Vec<usize>> {
                    set.iter().map(|one| self.stands[rung][*one]).collect()
                };
                #[allow(clippy::cast_precision_loss, reason = "hundreds")]
                let size = |set: &[usize]| set.len() as f64;
                for broken in &joint.broken {
                    let few = breaking(problem, set, broken);
                    if let Some(columns) = columns(&few) {
                        let entries = columns.into_iter().map(|column| (column, 1.0)).collect();
                        self.programme.at_most(size(&few) - 1.0, entries);
                    }
                }
                let Some(columns) = columns(set) else { continue };
                for (place, lost) in joint.minutes.iter().enumerate().filter(|(_, lost)| **lost > 0.0) {
                    let Some(minutes) = self.minutes[rung][place] else { continue };
                    // minutes >= lost x (1 - number of the set that do not stand)
                    let mut entries: Vec<(usize, f64)> =
                        columns.iter().map(|column| (*column, -lost)).collect();
                    entries.push((minutes, 1.0));
                    self.programme.at_least(lost * (1.0 - size(set)), entries);
                }
            }
        }
    }

    fn learnt(&mut self, learnt: &Learnt) {
        for (rung, some) in &learnt.one_of {
            let entries = some.iter().filter_map(|one| Some((self.stands[*rung][*one]?, 1.0))).collect();
            self.programme.at_least(1.0, entries);
        }
        for never in &learnt.never {
            let (mut entries, mut least) = (Vec::new(), 1.0);
            for (rung, standing) in never.iter().enumerate() {
                for (column, stands) in self.stands[rung].iter().zip(standing) {
                    let Some(column) = *column else { continue };
                    entries.push((column, if *stands { -1.0 } else { 1.0 }));
                    least -= f64::from(u8::from(*stands));
                }
            }
            self.programme.at_least(least, entries);
        }
    }

    fn costs(&self, problem: &Problem, stage: Stage) -> Vec<(usize, f64)> {
        let mut costs = Vec::new();
        for (rung, stated) in problem.rungs.iter().enumerate() {
            let columns = (0..problem.measures.len()).filter_map(|one| Some((one, self.stands[rung][one]?)));
            match stage {
                Stage::Worst => costs.push((self.worst[rung], stated.weight)),
                Stage::Total => {
                    costs.extend(
                        columns.map(|(one, column)| (column, stated.weight * problem.mean_points(one))),
                    );
                    let minutes = self.minutes[rung].iter().zip(&problem.places);
                    let point = stated.weight * problem.points_per_minute;
                    costs.extend(
                        minutes.filter_map(|(column, place)| Some(((*column)?, point * place.share))),
                    );
                }
                Stage::Money => {
                    costs.extend(columns.map(|(one, column)| (column, problem.running_eur(rung, one))));
                }
                _ => costs.extend(columns.map(|(_, column)| (column, 1.0))),
            }
        }
        if stage == Stage::Money {
            let once = self.used.iter().zip(&problem.measures);
            costs.extend(once.filter_map(|(column, one)| Some(((*column)?, one.once_eur))));
        }
        costs.retain(|(_, cost)| *cost > 0.0);
        costs
    }

    /// The programme with the costs of a stage.
    fn costed(&self, problem: &Problem, stage: Stage) -> Programme {
        let mut programme = self.programme.clone();
        for (column, cost) in self.costs(problem, stage) {
            programme.set_cost(column, cost);
        }
        programme
    }

    /// Which measures stand in an answer.
    pub fn choice(&self, columns: &[f64]) -> Choice {
        let stands = |column: &Option<usize>| column.is_some_and(|column| columns[column] > 0.5);
        self.stands.iter().map(|rung| rung.iter().map(stands).collect()).collect()
    }

    fn minutes(&self, rung: usize, columns: &[f64], places: usize) -> Vec<f64> {
        let of = |place: usize| self.minutes[rung][place].map_or(0.0, |column| columns[column]);
        (0..places).map(of).collect()
    }
}

/// A measure that meets a scenario at several layers has one column.
fn merged(mut entries: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    entries.sort_by_key(|entry| entry.0);
    entries.dedup_by(|next, kept| {
        let again = next.0 == kept.0;
        if again {
            kept.1 += next.1;
        }
        again
    });
    entries
}

/// The measures that stand somewhere.
pub(super) fn ever(choice: &Choice) -> Vec<usize> {
    let count = choice.first().map_or(0, Vec::len);
    (0..count).filter(|one| choice.iter().any(|standing| standing[*one])).collect()
}

/// How many stand, over all rungs.
pub(super) fn standing_count(choice: &Choice) -> usize {
    choice.iter().map(|standing| chosen(standing).count()).sum()
}
