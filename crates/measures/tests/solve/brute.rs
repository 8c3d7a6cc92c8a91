//! Every set of measures, one by one: what the search must agree with. Written from the plan and the design note alone, with nothing of
//! the search in it.
//!
//! Not here: anything quick.

use std::collections::BTreeMap;

use measures::model::{Plan, Reversibility};

use super::random::Town;

/// What is the least, and a choice that has it: per level, a bit per measure.
#[derive(Debug, Clone)]
pub struct Least {
    /// Worst-hit, average resident, money, number of measures.
    pub worth: [f64; 4],
    /// The choice.
    pub choice: Vec<u32>,
}

/// The share of a scenario that remains under low effects.
pub fn remaining(plan: &Plan, scenario: usize, stands: &dyn Fn(usize) -> bool) -> f64 {
    let scenario = &plan.scenarios[scenario];
    let mut best: BTreeMap<(String, String), f64> = BTreeMap::new();
    for (index, measure) in plan.measures.iter().enumerate().filter(|(index, _)| stands(*index)) {
        for effect in measure.effects.iter().filter(|effect| effect.scenario == scenario.id) {
            let function = measure.same_function.clone().unwrap_or_else(|| format!("!{index}"));
            let share = best.entry((format!("{:?}", effect.layer), function)).or_default();
            *share = share.max(effect.low);
        }
    }
    let left: f64 = best.values().map(|share| 1.0 - share).product();
    scenario.common_cause_share + (1.0 - scenario.common_cause_share) * left
}

/// Tables of one plan, so that a set is looked at in microseconds.
pub struct Brute<'a> {
    plan: &'a Plan,
    town: &'a Town,
    /// Per scenario: common cause, and per barrier the low effects of measures.
    barriers: Vec<Vec<Vec<(u32, f64)>>>,
    /// Per measure and place.
    points: Vec<Vec<f64>>,
    shares: Vec<f64>,
    requires: Vec<u32>,
    excludes: Vec<u32>,
    closing: u32,
}

/// Worth of one set at one level.
#[derive(Debug, Clone, Copy)]
struct AtLevel {
    mask: u32,
    worst: f64,
    mean: f64,
    per_day_eur: f64,
}

impl<'a> Brute<'a> {
    /// The tables of a plan.
    pub fn new(plan: &'a Plan, town: &'a Town) -> Self {
        let barriers = (0..plan.scenarios.len()).map(|one| barriers(plan, one)).collect();
        let people: Vec<f64> =
            plan.neighbourhoods.iter().map(|one| f64::from(one.residents.max(1))).collect();
        let all: f64 = people.iter().sum();
        let bits = |ids: &[String]| {
            let found = plan.measures.iter().enumerate().filter(|(_, one)| ids.contains(&one.id));
            found.fold(0_u32, |bits, (index, _)| bits | 1 << index)
        };
        let closing = plan.measures.iter().enumerate().filter(|(_, one)| !one.closures.is_empty());
        Self {
            plan,
            town,
            barriers,
            points: plan.measures.iter().map(|one| points(plan, one)).collect(),
            shares: people.iter().map(|people| people / all).collect(),
            requires: plan.measures.iter().map(|one| bits(&one.requires)).collect(),
            excludes: plan.measures.iter().map(|one| bits(&one.excludes)).collect(),
            closing: closing.fold(0, |bits, (index, _)| bits | 1 << index),
        }
    }

    /// The least over all levels, or nothing when no choice stands.
    pub fn least(&self) -> Option<Least> {
        let levels: Vec<Vec<AtLevel>> =
            (0..self.plan.levels.len()).map(|level| self.standing(level)).collect();
        let mut best: Option<Least> = None;
        self.extend(&levels, &mut Vec::new(), &mut best);
        best
    }

    fn extend(&self, levels: &[Vec<AtLevel>], chosen: &mut Vec<AtLevel>, best: &mut Option<Least>) {
        let level = chosen.len();
        if level == levels.len() {
            let worth = self.worth(chosen);
            if best.as_ref().is_none_or(|best| below(&worth, &best.worth)) {
                *best = Some(Least { worth, choice: chosen.iter().map(|one| one.mask).collect() });
            }
            return;
        }
        let nested = self.nested(level);
        for one in &levels[level] {
            if chosen.last().is_some_and(|lower| one.mask & nested & !lower.mask != 0) {
                continue;
            }
            chosen.push(*one);
            self.extend(levels, chosen, best);
            chosen.pop();
        }
    }

    /// Measures that must stand at the level below when they stand at this one.
    fn nested(&self, level: usize) -> u32 {
        let warning = self.plan.levels[level].warning_hours;
        let slow = self.plan.measures.iter().enumerate().filter(|(_, one)| {
            one.set_up_hours > warning || matches!(one.reversibility, Reversibility::Permanent)
        });
        slow.fold(0, |bits, (index, _)| bits | 1 << index)
    }

    fn worth(&self, chosen: &[AtLevel]) -> [f64; 4] {
        let days: Vec<f64> = self.plan.levels.iter().map(|one| f64::from(one.days_per_year.max(1))).collect();
        let year: f64 = days.iter().sum();
        let mut worth = [0.0; 4];
        let mut ever = 0;
        for (one, days) in chosen.iter().zip(days) {
            worth[0] += days / year * one.worst;
            worth[1] += days / year * one.mean;
            worth[2] += days * one.per_day_eur;
            worth[3] += f64::from(one.mask.count_ones());
            ever |= one.mask;
        }
        let once = self.plan.measures.iter().enumerate().filter(|(index, _)| ever >> index & 1 == 1);
        worth[2] += once.map(|(_, one)| one.cost.once_eur).sum::<f64>();
        worth
    }

    /// Every set that stands at a level, by itself.
    fn standing(&self, level: usize) -> Vec<AtLevel> {
        (0..1_u32 << self.plan.measures.len()).filter_map(|mask| self.at_level(level, mask)).collect()
    }

    /// Whether a set meets every norm and limit of a level, and what it is worth there.
    fn at_level(&self, level: usize, mask: u32) -> Option<AtLevel> {
        let stated = &self.plan.levels[level];
        let mut per_day_eur = 0.0;
        let mut staff = 0.0;
        for (index, one) in self.plan.measures.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1)
        {
            let bound = self.requires[index] & !mask == 0 && self.excludes[index] & mask == 0;
            if !bound || one.lowest_level > stated.level {
                return None;
            }
            staff += one.cost.staff_hours_per_day;
            per_day_eur +=
                one.cost.per_day_eur + one.cost.staff_hours_per_day * self.plan.scale.staff_hour_eur;
        }
        if stated.staff_hours_per_day_max.is_some_and(|most| staff > most * (1.0 + 1e-12)) {
            return None;
        }
        if !self.meets(stated.level, mask) {
            return None;
        }
        let set: Vec<usize> = (0..32).filter(|index| (mask & self.closing) >> index & 1 == 1).collect();
        let minutes =
            if self.closing == 0 { vec![0.0; self.shares.len()] } else { self.town.minutes(&set)? };
        let (mut worst, mut mean) = (0.0_f64, 0.0);
        for (place, one) in self.plan.neighbourhoods.iter().enumerate() {
            let chosen = self.points.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1);
            let points: f64 = chosen.map(|(_, points)| points[place]).sum();
            let each = minutes[place] / f64::from(one.residents.max(1));
            let burden = points + each * self.plan.scale.points_per_minute;
            if one.burden_points_max.is_some_and(|most| burden > most * (1.0 + 1e-12)) {
                return None;
            }
            worst = worst.max(burden);
            mean += burden * self.shares[place];
        }
        Some(AtLevel { mask, worst, mean, per_day_eur })
    }

    /// Whether a set meets every norm of a level. A level without a norm of its own keeps that of the nearest below.
    pub fn meets(&self, level: u8, mask: u32) -> bool {
        self.plan.scenarios.iter().enumerate().all(|(scenario, stated)| {
            let of = self.plan.norms.iter().filter(|norm| norm.scenario == stated.id && norm.level <= level);
            let Some(norm) = of.max_by_key(|norm| norm.level) else { return true };
            let mut left = 1.0;
            for barrier in &self.barriers[scenario] {
                let best =
                    barrier.iter().filter(|(bit, _)| mask & bit != 0).map(|one| one.1).fold(0.0, f64::max);
                left *= 1.0 - best;
            }
            let common = stated.common_cause_share;
            common + (1.0 - common) * left <= norm.remaining_share_max * (1.0 + 1e-12)
        })
    }
}

fn barriers(plan: &Plan, scenario: usize) -> Vec<Vec<(u32, f64)>> {
    let mut found: BTreeMap<(String, String), Vec<(u32, f64)>> = BTreeMap::new();
    for (index, measure) in plan.measures.iter().enumerate() {
        for effect in measure.effects.iter().filter(|effect| effect.scenario == plan.scenarios[scenario].id) {
            let function = measure.same_function.clone().unwrap_or_else(|| format!("!{index}"));
            found
                .entry((format!("{:?}", effect.layer), function))
                .or_default()
                .push((1 << index, effect.low));
        }
    }
    found.into_values().collect()
}

fn points(plan: &Plan, measure: &measures::model::Measure) -> Vec<f64> {
    let scale = &plan.scale;
    let at = |id: &String| -> f64 {
        let here = measure
            .burdens
            .iter()
            .filter(|one| one.neighbourhoods.is_empty() || one.neighbourhoods.contains(id));
        here.map(|one| scale.points[one.weight as usize] * scale.weights[one.kind as usize]).sum()
    };
    plan.neighbourhoods.iter().map(|one| at(&one.id)).collect()
}

/// Part by part in order; a millionth is equal.
pub fn below(one: &[f64; 4], other: &[f64; 4]) -> bool {
    for (one, other) in one.iter().zip(other) {
        if (one - other).abs() > 1e-6 * one.abs().max(other.abs()).max(1.0) {
            return one < other;
        }
    }
    false
}
