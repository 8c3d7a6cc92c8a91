//! The numbers of a plan, by index, and what a choice of measures is worth in them: exactly, without a solver.
//!
//! Not here: finding a choice.

use std::collections::BTreeMap;

use crate::model::{BurdenKind, LEVEL_MAX, LEVEL_MIN, Layer, Measure, Origin, Plan, Reversibility};

use super::SolveError;
use super::request::{Caution, Request};
use super::solution::{LeftOut, LevelMeasures};

/// Two numbers this close, relative to the greater, are the same: twelve digits, so that 0.9 x 0.9 x 0.9 meets 0.729.
pub(super) const NORM_ROUNDING: f64 = 1e-12;
/// Two burdens or sums of money this close, relative to the greater, count as equal.
pub(super) const SAME_BURDEN: f64 = 1e-6;

/// A plan in numbers, for one request.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub measures: Vec<Candidate>,
    pub rungs: Vec<Rung>,
    pub places: Vec<Place>,
    pub scenarios: Vec<Danger>,
    /// Swing weights of the five kinds.
    pub weights: [f64; 5],
    pub points_per_minute: f64,
    pub money_most: Option<f64>,
    pub left_out: Vec<LeftOut>,
}

/// A measure that may be chosen.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub id: String,
    /// Per place, points of the five kinds before weighing.
    pub burdens: Vec<(usize, [f64; 5])>,
    pub once_eur: f64,
    pub day_eur: f64,
    pub staff_hours: f64,
    pub set_up_hours: f64,
    pub permanent: bool,
    pub lowest_level: u8,
    pub must: bool,
    pub must_not: bool,
    pub requires: Vec<usize>,
    pub excludes: Vec<usize>,
    pub closes: bool,
}

/// A level and what it asks.
#[derive(Debug, Clone)]
pub(super) struct Rung {
    pub level: u8,
    /// Share of the year that counts for it.
    pub weight: f64,
    pub days: f64,
    pub warning_hours: f64,
    pub staff_most: Option<f64>,
    pub norms: Vec<Demand>,
}

/// A norm.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub scenario: usize,
    pub most: f64,
    /// The level that states it: a level without a norm of its own keeps that of the level below.
    pub stated_at: u8,
}

/// A neighbourhood.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub id: String,
    pub residents: f64,
    /// Share of all residents.
    pub share: f64,
    pub most: Option<f64>,
}

/// A scenario.
#[derive(Debug, Clone)]
pub(super) struct Danger {
    pub id: String,
    pub common: f64,
    pub barriers: Vec<Barrier>,
}

/// Measures of one function at one layer: the best of them counts.
#[derive(Debug, Clone)]
pub(super) struct Barrier {
    pub members: Vec<(usize, f64)>,
}

/// Which measures stand: per rung, per measure.
pub(super) type Choice = Vec<Vec<bool>>;

/// What a choice is worth, in the order in which it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Value {
    pub worst: f64,
    pub total: f64,
    pub money: f64,
    pub count: f64,
}

impl Value {
    pub const fn parts(&self) -> [f64; 4] {
        [self.worst, self.total, self.money, self.count]
    }

    /// Whether this is less than another, part by part in order, where what is [`SAME_BURDEN`] is equal.
    pub fn is_below(&self, other: &Self) -> bool {
        for (mine, theirs) in self.parts().into_iter().zip(other.parts()) {
            if !same(mine, theirs) {
                return mine < theirs;
            }
        }
        false
    }
}

pub(super) fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= SAME_BURDEN * one.abs().max(other.abs()).max(1.0)
}

impl Problem {
    /// The numbers of a valid plan.
    pub fn of(plan: &Plan, request: &Request, caution: Caution) -> Result<Self, SolveError> {
        let mut left_out = Vec::new();
        let mut kept = |kind: &'static str, id: &str, origin: &Origin| {
            let holds = origin.holds_at(request.at);
            if !holds {
                left_out.push(LeftOut {
                    kind: kind.to_owned(),
                    id: id.to_owned(),
                    valid_until: origin.valid_until,
                });
            }
            holds
        };
        let measures: Vec<&Measure> =
            plan.measures.iter().filter(|one| kept("measure", &one.id, &one.origin)).collect();
        let index: BTreeMap<&str, usize> =
            measures.iter().enumerate().map(|(index, one)| (one.id.as_str(), index)).collect();
        let in_scope = |zones: &[String]| {
            request.zones.is_empty() || zones.iter().any(|zone| request.zones.contains(zone))
        };
        let scenarios = plan.scenarios.iter().filter(|one| in_scope(&one.zones));
        let scenarios: Vec<_> = scenarios.filter(|one| kept("scenario", &one.id, &one.origin)).collect();
        let dangers = scenarios.iter().map(|one| Danger {
            id: one.id.clone(),
            common: one.common_cause_share,
            barriers: barriers(&one.id, &measures, caution),
        });
        let dangers: Vec<Danger> = dangers.collect();
        let norms: Vec<(usize, u8, f64)> = plan
            .norms
            .iter()
            .filter_map(|norm| {
                let scenario = dangers.iter().position(|one| one.id == norm.scenario)?;
                kept("norm", &norm.id, &norm.origin).then_some((
                    scenario,
                    norm.level,
                    norm.remaining_share_max,
                ))
            })
            .collect();
        let candidates = measures.iter().map(|one| candidate(plan, request, one, &index)).collect();
        known(&request.must, &index)?;
        known(&request.must_not, &index)?;
        Ok(Self {
            measures: candidates,
            rungs: rungs(plan, request, &norms)?,
            places: places(plan),
            scenarios: dangers,
            weights: plan.scale.weights,
            points_per_minute: plan.scale.points_per_minute,
            money_most: plan.money_eur_per_year_max,
            left_out,
        })
    }

    /// Whether a measure may stand at a rung at all.
    pub fn allowed(&self, rung: usize, measure: usize) -> bool {
        let one = &self.measures[measure];
        !one.must_not && one.lowest_level <= self.rungs[rung].level
    }

    /// Whether a measure that stands at a rung must stand at the rung below: it cannot be set up in the time of warning, or stays.
    pub fn nests(&self, rung: usize, measure: usize) -> bool {
        let one = &self.measures[measure];
        rung > 0 && (one.permanent || one.set_up_hours > self.rungs[rung].warning_hours)
    }

    /// Points of a measure on a place, with the weights.
    pub fn points(&self, measure: usize) -> impl Iterator<Item = (usize, f64)> {
        let weigh =
            |kinds: &[f64; 5]| kinds.iter().zip(&self.weights).map(|(points, weight)| points * weight).sum();
        self.measures[measure].burdens.iter().map(move |(place, kinds)| (*place, weigh(kinds)))
    }

    /// Points of a measure for the average resident.
    pub fn mean_points(&self, measure: usize) -> f64 {
        self.points(measure).map(|(place, points)| points * self.places[place].share).sum()
    }

    /// The share of a scenario that remains under the measures that stand.
    pub fn remaining(&self, scenario: usize, standing: &[bool]) -> f64 {
        let danger = &self.scenarios[scenario];
        let left: f64 = danger.barriers.iter().map(|barrier| 1.0 - barrier.best(standing)).product();
        danger.common + (1.0 - danger.common) * left
    }

    /// What must come off by measures, in natural logarithms; infinite when the common cause alone is more than the norm.
    pub fn need(&self, demand: &Demand) -> f64 {
        let common = self.scenarios[demand.scenario].common;
        let most = (demand.most - common) / (1.0 - common);
        if most <= 0.0 { f64::INFINITY } else { -most.ln() }
    }

    /// What all measures together take off a scenario, allowed or not, in natural logarithms.
    pub fn reach(&self, scenario: usize) -> f64 {
        let best = |barrier: &Barrier| barrier.members.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        self.scenarios[scenario].barriers.iter().map(|barrier| -(-best(barrier)).ln_1p()).sum()
    }

    /// Euros a year of a measure's standing at a rung, without what it costs once.
    pub fn running_eur(&self, rung: usize, measure: usize) -> f64 {
        self.measures[measure].day_eur * self.rungs[rung].days
    }

    /// Burden of each place at a rung; `minutes` is what closures cost each resident of it.
    pub fn burdens(&self, standing: &[bool], minutes: &[f64]) -> Vec<f64> {
        let mut sums: Vec<f64> = minutes.iter().map(|minutes| minutes * self.points_per_minute).collect();
        for measure in chosen(standing) {
            for (place, points) in self.points(measure) {
                sums[place] += points;
            }
        }
        sums
    }

    /// The mean of places' burdens over residents.
    pub fn mean(&self, burdens: &[f64]) -> f64 {
        burdens.iter().zip(&self.places).map(|(burden, place)| burden * place.share).sum()
    }

    /// Money a year.
    pub fn money(&self, choice: &Choice) -> f64 {
        let used = |measure: usize| choice.iter().any(|standing| standing[measure]);
        let once: f64 =
            (0..self.measures.len()).filter(|one| used(*one)).map(|one| self.measures[one].once_eur).sum();
        let running = |(rung, standing): (usize, &Vec<bool>)| -> f64 {
            chosen(standing).map(|one| self.running_eur(rung, one)).sum()
        };
        once + choice.iter().enumerate().map(running).sum::<f64>()
    }

    /// A choice by its names.
    pub fn named(&self, choice: &Choice) -> Vec<LevelMeasures> {
        let ids = |standing: &Vec<bool>| chosen(standing).map(|one| self.measures[one].id.clone()).collect();
        let named = self.rungs.iter().zip(choice);
        named.map(|(rung, standing)| LevelMeasures { level: rung.level, measures: ids(standing) }).collect()
    }

    /// Takes a measure out at a rung, and whatever cannot stand without it.
    pub fn without(&self, choice: &Choice, rung: usize, measure: usize) -> Choice {
        let mut rest = choice.clone();
        let mut gone = vec![(rung, measure)];
        while let Some((rung, measure)) = gone.pop() {
            if !std::mem::replace(&mut rest[rung][measure], false) {
                continue;
            }
            let needing = |other: &usize| self.measures[*other].requires.contains(&measure);
            gone.extend((0..self.measures.len()).filter(needing).map(|other| (rung, other)));
            if rung + 1 < self.rungs.len() && self.nests(rung + 1, measure) {
                gone.push((rung + 1, measure));
            }
        }
        rest
    }
}

impl Barrier {
    /// The best effect of those that stand.
    pub fn best(&self, standing: &[bool]) -> f64 {
        self.members.iter().filter(|(one, _)| standing[*one]).map(|(_, share)| *share).fold(0.0, f64::max)
    }
}

/// Whether what remains meets a norm, to twelve digits.
pub(super) fn meets(remaining: f64, most: f64) -> bool {
    remaining <= most * (1.0 + NORM_ROUNDING)
}

/// The measures that stand.
pub(super) fn chosen(standing: &[bool]) -> impl Iterator<Item = usize> {
    standing.iter().enumerate().filter(|(_, stands)| **stands).map(|(index, _)| index)
}

fn known(ids: &[String], index: &BTreeMap<&str, usize>) -> Result<(), SolveError> {
    match ids.iter().find(|id| !index.contains_key(id.as_str())) {
        Some(id) => Err(SolveError::UnknownMeasure { id: id.chars().take(64).collect() }),
        None => Ok(()),
    }
}

fn candidate(plan: &Plan, request: &Request, one: &Measure, index: &BTreeMap<&str, usize>) -> Candidate {
    let mut burdens: BTreeMap<usize, [f64; 5]> = BTreeMap::new();
    for burden in &one.burdens {
        let points = plan.scale.points[burden.weight.index()];
        for (place, neighbourhood) in plan.neighbourhoods.iter().enumerate() {
            if points > 0.0
                && (burden.neighbourhoods.is_empty() || burden.neighbourhoods.contains(&neighbourhood.id))
            {
                burdens.entry(place).or_default()[burden.kind.index()] += points;
            }
        }
    }
    let find =
        |ids: &[String]| ids.iter().filter_map(|id| index.get(id.as_str()).copied()).collect::<Vec<usize>>();
    // One that needs what no longer holds cannot stand.
    let lost = one.requires.iter().any(|id| !index.contains_key(id.as_str()));
    Candidate {
        id: one.id.clone(),
        burdens: burdens.into_iter().collect(),
        once_eur: one.cost.once_eur,
        day_eur: one.cost.per_day_eur + one.cost.staff_hours_per_day * plan.scale.staff_hour_eur,
        staff_hours: one.cost.staff_hours_per_day,
        set_up_hours: one.set_up_hours,
        permanent: matches!(one.reversibility, Reversibility::Permanent),
        lowest_level: one.lowest_level,
        must: request.must.contains(&one.id),
        must_not: lost || request.must_not.contains(&one.id),
        requires: find(&one.requires),
        excludes: find(&one.excludes),
        closes: !one.closures.is_empty(),
    }
}

/// The barriers of a scenario: one per layer and function.
fn barriers(scenario: &str, measures: &[&Measure], caution: Caution) -> Vec<Barrier> {
    // By layer and function; who has no function to share is alone by its index.
    type Key<'a> = (Layer, Option<&'a str>, usize);
    let mut found: BTreeMap<Key<'_>, Vec<(usize, f64)>> = BTreeMap::new();
    for (index, measure) in measures.iter().enumerate() {
        for effect in measure.effects.iter().filter(|effect| effect.scenario == scenario) {
            let share = match caution {
                Caution::Low => effect.low,
                Caution::Likely => effect.likely,
            };
            let group = measure.same_function.as_deref();
            let alone = if group.is_some() { 0 } else { index };
            if share > 0.0 {
                found.entry((effect.layer, group, alone)).or_default().push((index, share));
            }
        }
    }
    found.into_values().map(|members| Barrier { members }).collect()
}

fn rungs(plan: &Plan, request: &Request, norms: &[(usize, u8, f64)]) -> Result<Vec<Rung>, SolveError> {
    let mut rungs = Vec::new();
    for level in LEVEL_MIN..=LEVEL_MAX {
        let stated = plan.levels.iter().find(|one| one.level == level);
        let asked =
            if request.levels.is_empty() { stated.is_some() } else { request.levels.contains(&level) };
        if !asked {
            continue;
        }
        let stated = stated.ok_or(SolveError::UnknownLevel { level })?;
        let mut demands: BTreeMap<usize, Demand> = BTreeMap::new();
        for (scenario, at, most) in norms.iter().filter(|(_, at, _)| *at <= level) {
            let demand = Demand { scenario: *scenario, most: *most, stated_at: *at };
            let kept = demands.entry(*scenario).or_insert_with(|| demand.clone());
            if kept.stated_at < *at {
                *kept = demand;
            }
        }
        rungs.push(Rung {
            level,
            weight: 0.0,
            // A level that is never expected counts for a day, or its posture could be as heavy as it liked.
            days: f64::from(stated.days_per_year.max(1)),
            warning_hours: stated.warning_hours,
            staff_most: stated.staff_hours_per_day_max,
            norms: demands.into_values().collect(),
        });
    }
    let days: f64 = rungs.iter().map(|rung| rung.days).sum();
    for rung in &mut rungs {
        rung.weight = rung.days / days;
    }
    if rungs.is_empty() { Err(SolveError::NoLevels) } else { Ok(rungs) }
}

fn places(plan: &Plan) -> Vec<Place> {
    // A block without residents still counts a little, or everything would be laid on it.
    let count = |residents: u32| f64::from(residents.max(1));
    let all: f64 = plan.neighbourhoods.iter().map(|one| count(one.residents)).sum();
    let place = |one: &crate::model::Neighbourhood| Place {
        id: one.id.clone(),
        residents: count(one.residents),
        share: count(one.residents) / all,
        most: one.burden_points_max,
    };
    plan.neighbourhoods.iter().map(place).collect()
}

/// The names of the five kinds, in the order of their weights.
pub(super) const KINDS: [BurdenKind; 5] = BurdenKind::ALL;
