//! Random areas with plans, from a seed, and a town whose closures interact. Used by the tests and by `measure_solve`.
//!
//! Not here: anything of the search; what these plans are worth is computed in `brute`.

use std::collections::BTreeSet;

use base::Timestamp;
use base::random::{SeededRandom, bytes};
use measures::model::{
    Burden, BurdenKind, BurdenScale, Closure, Cost, Effect, Layer, Level, Measure, Mode, Neighbourhood, Norm,
    Origin, PLAN_VERSION, Plan, Publication, Reversibility, Scenario, Weight, Zone,
};
use measures::solve::{BrokenRight, Closures, Lost, Right, Together};

/// Draws from a seed.
pub struct Draw(SeededRandom);

impl Draw {
    /// The draws of a seed.
    pub fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&self, least: usize, most: usize) -> usize {
        let span = u64::try_from(most - least + 1).unwrap_or(1);
        least + usize::try_from(u64::from_le_bytes(bytes(&self.0)) % span).unwrap_or(0)
    }

    /// A number from `least` to `most` in steps of a hundredth.
    pub fn hundredths(&self, least: f64, most: f64) -> f64 {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "small"
        )]
        let drawn = self.whole((least * 100.0).round() as usize, (most * 100.0).round() as usize) as f64;
        drawn / 100.0
    }

    /// True in so many of a hundred.
    pub fn percent(&self, chance: usize) -> bool {
        self.whole(0, 99) < chance
    }
}

/// How large a plan is.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Measures.
    pub measures: usize,
    /// Levels.
    pub levels: u8,
    /// Scenarios.
    pub scenarios: usize,
    /// Neighbourhoods.
    pub places: usize,
    /// Measures that close streets.
    pub closing: usize,
    /// Whether there are hard limits beside norms.
    pub limits: bool,
}

/// When the plans hold.
pub fn at() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap_or_default()
}

/// Where the values come from.
pub fn origin() -> Origin {
    Origin {
        source: "drawn at random".into(),
        author: "test".into(),
        valid_from: "2026-01-01T00:00:00Z".parse().unwrap_or_default(),
        valid_until: "2027-01-01T00:00:00Z".parse().unwrap_or_default(),
        publication: Publication::Closed,
    }
}

/// A plan of a shape.
pub fn plan(shape: Shape, seed: u64) -> Plan {
    let draw = Draw::new(seed);
    let mut plan = empty(shape, &draw);
    plan.measures = (0..shape.measures).map(|index| measure(shape, index, &draw)).collect();
    bonds(&mut plan, &draw);
    norms(&mut plan, shape, &draw);
    plan
}

fn empty(shape: Shape, draw: &Draw) -> Plan {
    let zone = Zone { id: "zone".into(), name: "Zone".into(), origin: origin() };
    let place = |index: usize| Neighbourhood {
        id: format!("block-{index}"),
        name: format!("Block {index}"),
        zone: "zone".into(),
        residents: u32::try_from(draw.whole(0, 900)).unwrap_or(0),
        burden_points_max: (shape.limits && draw.percent(15)).then(|| draw.hundredths(15.0, 40.0)),
        origin: origin(),
    };
    let scenario = |index: usize| Scenario {
        id: format!("scenario-{index}"),
        name: format!("Scenario {index}"),
        zones: vec!["zone".into()],
        assets: Vec::new(),
        path: Vec::new(),
        common_cause_share: if draw.percent(50) { draw.hundredths(0.0, 0.05) } else { 0.0 },
        origin: origin(),
    };
    let level = |level: u8| Level {
        level,
        days_per_year: u16::try_from(draw.whole(0, 200)).unwrap_or(0),
        warning_hours: draw.hundredths(0.0, 48.0),
        staff_hours_per_day_max: (shape.limits && draw.percent(20)).then(|| draw.hundredths(60.0, 200.0)),
    };
    Plan {
        version: PLAN_VERSION,
        name: "Random".into(),
        origin: origin(),
        national_level: String::new(),
        zones: vec![zone],
        sites: Vec::new(),
        assets: Vec::new(),
        neighbourhoods: (0..shape.places).map(place).collect(),
        levels: (1..=shape.levels).map(level).collect(),
        scenarios: (0..shape.scenarios).map(scenario).collect(),
        threat_levels: Vec::new(),
        norms: Vec::new(),
        measures: Vec::new(),
        destinations: Vec::new(),
        travels: Vec::new(),
        emergency_from: Vec::new(),
        scale: BurdenScale {
            points: [0.0, 1.0, 2.5, 5.0, 9.0],
            weights: [1.0, 0.8, 0.35, 0.6, 1.25],
            points_per_minute: 0.75,
            staff_hour_eur: 55.0,
            origin: origin(),
        },
        money_eur_per_year_max: None,
        postures: Vec::new(),
        decisions: Vec::new(),
        impacts: Vec::new(),
        events: Vec::new(),
        contact: None,
    }
}

const LAYERS: [Layer; 5] = [Layer::Deter, Layer::Detect, Layer::Delay, Layer::Respond, Layer::Mitigate];
/// A street by its name, closed to cars all day.
pub fn closure(street: &str) -> Closure {
    Closure {
        modes: vec![Mode::Car],
        exempt: Vec::new(),
        streets: vec![street.into()],
        at: Vec::new(),
        within: Vec::new(),
        from_hour: 0,
        until_hour: 24,
        manned_gate: false,
    }
}

const WEIGHTS: [Weight; 5] = [Weight::None, Weight::Slight, Weight::Moderate, Weight::Heavy, Weight::Severe];

fn measure(shape: Shape, index: usize, draw: &Draw) -> Measure {
    let mut effects = Vec::new();
    for scenario in 0..shape.scenarios {
        for layer in LAYERS {
            if draw.percent(if shape.measures > 10 { 13 } else { 20 }) {
                let low = draw.hundredths(0.05, 0.8);
                let likely = (low + draw.hundredths(0.0, 0.15)).min(0.99);
                effects.push(Effect {
                    scenario: format!("scenario-{scenario}"),
                    layer,
                    low,
                    likely,
                    high: 0.99,
                });
            }
        }
    }
    let burden = |kind: BurdenKind| {
        let some = (0..shape.places).filter(|_| draw.percent(35)).map(|place| format!("block-{place}"));
        let neighbourhoods = if draw.percent(10) { Vec::new() } else { some.collect() };
        Burden { kind, weight: WEIGHTS[draw.whole(0, 4)], neighbourhoods }
    };
    let burdens: Vec<Burden> = BurdenKind::ALL.into_iter().filter(|_| draw.percent(45)).map(burden).collect();
    let closure = || closure(&format!("street-{index}"));
    Measure {
        id: format!("measure-{index}"),
        name: format!("Measure {index}"),
        same_function: draw.percent(40).then(|| format!("function-{}", draw.whole(0, 2))),
        effects,
        burdens,
        cost: Cost {
            once_eur: if draw.percent(50) { draw.hundredths(0.0, 900.0) } else { 0.0 },
            per_day_eur: draw.hundredths(0.0, 90.0),
            staff_hours_per_day: if draw.percent(40) { draw.hundredths(0.0, 40.0) } else { 0.0 },
        },
        set_up_hours: draw.hundredths(0.0, 60.0),
        reversibility: if draw.percent(10) {
            Reversibility::Permanent
        } else {
            Reversibility::Undone { hours: 2.0 }
        },
        legal_basis: "drawn".into(),
        lowest_level: if draw.percent(10) { 2.min(shape.levels) } else { 1 },
        requires: Vec::new(),
        excludes: Vec::new(),
        closures: (index < shape.closing).then(closure).into_iter().collect(),
        mobile: false,
        plain: None,
        origin: origin(),
    }
}

/// A few that require or exclude each other; requirements go backwards only, so there are no circles.
fn bonds(plan: &mut Plan, draw: &Draw) {
    for index in 1..plan.measures.len() {
        let other = format!("measure-{}", draw.whole(0, index - 1));
        if draw.percent(12) {
            plan.measures[index].requires.push(other);
        } else if draw.percent(12) {
            plan.measures[index].excludes.push(other);
        }
    }
}

/// Norms that some drawn set meets, were it allowed: some tight to the last digit, some loose. Now and then out of reach.
fn norms(plan: &mut Plan, shape: Shape, draw: &Draw) {
    let mut set = BTreeSet::new();
    let mut before = vec![1.0_f64; shape.scenarios];
    for level in 1..=shape.levels {
        for index in 0..shape.measures {
            if draw.percent(if shape.measures > 10 { 28 } else { 40 }) {
                set.insert(index);
            }
        }
        for (scenario, before) in before.iter_mut().enumerate() {
            let remaining = super::brute::remaining(plan, scenario, &|index| set.contains(&index));
            let looser = if draw.percent(20) { 0.0 } else { draw.hundredths(0.0, 0.3) };
            let share = (remaining * (1.0 + looser)).min(*before);
            let share = if draw.percent(2) { share * 0.5 } else { share };
            *before = share;
            if draw.percent(85) {
                plan.norms.push(Norm {
                    id: format!("norm-{scenario}-{level}"),
                    scenario: format!("scenario-{scenario}"),
                    level,
                    remaining_share_max: share.max(1e-6),
                    set_by: "test".into(),
                    origin: origin(),
                });
            }
        }
    }
}

/// A town in which closures interact: each costs minutes, some pairs more, and some sets break a right.
#[derive(Debug, Clone)]
pub struct Town {
    /// Per closing measure and place, resident-minutes.
    alone: Vec<Vec<f64>>,
    /// Pairs with what they cost a place beyond what they cost alone.
    pairs: Vec<(usize, usize, usize, f64)>,
    /// Sets that cut a block off.
    forbidden: Vec<Vec<usize>>,
    /// How often it was asked.
    pub asked: usize,
}

impl Town {
    /// The town of a shape.
    pub fn new(shape: Shape, seed: u64) -> Self {
        let draw = Draw::new(seed ^ 0x7031);
        let lost = |_| if draw.percent(40) { draw.hundredths(0.0, 400.0) } else { 0.0 };
        let alone = (0..shape.closing).map(|_| (0..shape.places).map(lost).collect()).collect();
        let (mut pairs, mut forbidden) = (Vec::new(), Vec::new());
        for one in 0..shape.closing {
            for other in one + 1..shape.closing {
                if draw.percent(40) {
                    pairs.push((one, other, draw.whole(0, shape.places - 1), draw.hundredths(50.0, 900.0)));
                }
                if draw.percent(15) {
                    forbidden.push(vec![one, other]);
                }
            }
        }
        Self { alone, pairs, forbidden, asked: 0 }
    }

    /// Resident-minutes per place of a set of closing measures, or nothing when it breaks a right.
    pub fn minutes(&self, set: &[usize]) -> Option<Vec<f64>> {
        let broken = self.forbidden.iter().any(|few| few.iter().all(|one| set.contains(one)));
        (!broken).then(|| self.lost(set))
    }

    fn lost(&self, set: &[usize]) -> Vec<f64> {
        let places = self.alone.first().map_or(0, Vec::len);
        let mut lost: Vec<f64> = (0..places)
            // Routes around several closures overlap: the longest counts, not the sum.
            .map(|place| set.iter().map(|one| self.alone[*one][place]).fold(0.0, f64::max))
            .collect();
        for (one, other, place, more) in &self.pairs {
            if set.contains(one) && set.contains(other) {
                lost[*place] += more;
            }
        }
        lost
    }
}

impl Closures for Town {
    fn together(&mut self, measures: &[&str]) -> Together {
        self.asked += 1;
        let index = |id: &&str| id.trim_start_matches("measure-").parse::<usize>().unwrap_or(usize::MAX);
        let set: Vec<usize> = measures.iter().map(index).collect();
        let lost = self.lost(&set).into_iter().enumerate().filter(|(_, minutes)| *minutes > 0.0);
        let lost = lost.map(|(place, minutes)| Lost {
            neighbourhood: format!("block-{place}"),
            resident_minutes_per_day: minutes,
        });
        let broken = self.forbidden.iter().filter(|few| few.iter().all(|one| set.contains(one)));
        let broken = broken.map(|few| BrokenRight {
            right: Right::EmergencyAccess,
            place: "block-0".into(),
            measures: few.iter().map(|one| format!("measure-{one}")).collect(),
        });
        Together { lost: lost.collect(), broken: broken.collect() }
    }
}
