//! The search against every set there is, and against what it must never do.

#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod brute;
mod cases;
mod model;
mod random;
mod rota;
mod sample;

use base::clock::ManualClock;
use brute::{Brute, below, remaining};
use measures::model::Plan;
use measures::solve::{Outcome, Request, Solution, SolveError, Unwatched, solve};
use random::{Shape, Town};

fn request() -> Request {
    let mut request = Request::new(random::at(), random::at().plus_seconds(30 * 86_400)).bare();
    request.seconds_max = 600.0;
    request
}

fn ask(plan: &Plan, request: &Request, town: &mut Town) -> Result<Outcome, SolveError> {
    plan.validate().unwrap();
    solve(plan, request, town, &ManualClock::default(), &mut Unwatched)
}

/// Which measures stand per level, as bits.
fn masks(plan: &Plan, solution: &Solution) -> Vec<u32> {
    let bit = |id: &String| 1_u32 << plan.measures.iter().position(|one| one.id == *id).unwrap();
    solution.postures.iter().map(|posture| posture.measures.iter().map(bit).sum()).collect()
}

/// Agreement with every set there is: worth, or that nothing stands.
fn agrees(shape: Shape, seed: u64) -> bool {
    let plan = random::plan(shape, seed);
    let mut town = Town::new(shape, seed);
    let truth = Brute::new(&plan, &town.clone()).least();
    let found = ask(&plan, &request(), &mut town).unwrap();
    match (truth, found) {
        (None, Outcome::Unmet(short)) => {
            assert!(
                short.proved && (short.contradiction || !short.norms.is_empty()),
                "seed {seed}: {short:#?}"
            );
            false
        }
        (Some(truth), Outcome::Met(found)) => {
            let worth = found.worth;
            let count = found.postures.iter().map(|one| one.measures.len()).sum::<usize>();
            let worth = [
                worth.worst_points,
                worth.mean_points,
                worth.money_eur,
                f64::from(u32::try_from(count).unwrap()),
            ];
            assert!(found.proved, "seed {seed}");
            let equal = !below(&worth, &truth.worth) && !below(&truth.worth, &worth);
            assert!(equal, "seed {seed}: found {worth:?}, least {:?} at {:?}", truth.worth, truth.choice);
            breaks_without_each(&plan, &town, &found, seed);
            true
        }
        (truth, found) => panic!("seed {seed}: every set says {truth:?}, the search {found:#?}"),
    }
}

/// Taking out any chosen measure, with what cannot stand without it, leaves a norm unmet: by the plan, not by the certificate.
fn breaks_without_each(plan: &Plan, town: &Town, found: &Solution, seed: u64) {
    let brute = Brute::new(plan, town);
    let masks = masks(plan, found);
    for certificate in &found.certificates {
        assert!(certificate.lighter_that_would_do.is_empty(), "seed {seed}: {certificate:#?}");
        for necessity in &certificate.necessary {
            let mut rest = masks.clone();
            let gone = necessity.goes_too.iter().map(|one| (one.level, &one.measure));
            for (level, id) in gone.chain([(necessity.level, &certificate.measure)]) {
                let index = plan.measures.iter().position(|one| one.id == *id).unwrap();
                let rung = found.postures.iter().position(|one| one.level == level).unwrap();
                rest[rung] &= !(1 << index);
            }
            let met = found.postures.iter().zip(&rest).all(|(one, mask)| brute.meets(one.level, *mask));
            assert!(
                !met && !necessity.unmet.is_empty(),
                "seed {seed}: {} is not needed",
                certificate.measure
            );
        }
    }
}

fn all_agree(shape: impl Fn(u64) -> Shape, seeds: std::ops::Range<u64>) {
    let all = seeds.end - seeds.start;
    let met = seeds.filter(|seed| agrees(shape(*seed), *seed)).count();
    let met = u64::try_from(met).unwrap();
    // Both outcomes are in it, or the agreement says little.
    assert!(met > all / 4 && met < all, "{met} of {all} can be met");
}

fn size(seed: u64, least: u64, most: u64) -> usize {
    usize::try_from(least + seed % (most - least + 1)).unwrap()
}

#[test]
fn one_level_agrees_with_every_set() {
    let shape = |seed| Shape {
        measures: size(seed, 3, 10),
        levels: 1,
        scenarios: size(seed, 1, 3),
        places: size(seed, 1, 6),
        closing: 0,
        limits: seed % 2 == 0,
    };
    all_agree(shape, 1_000..1_120);
}

#[test]
fn levels_together_agree_with_every_ladder() {
    let shape = |seed| Shape {
        measures: if seed % 2 == 0 { 7 } else { 5 },
        levels: if seed % 2 == 0 { 2 } else { 3 },
        scenarios: 2,
        places: 4,
        closing: 0,
        limits: seed % 3 == 0,
    };
    all_agree(shape, 2_000..2_040);
}

#[test]
fn closures_that_interact_agree_with_every_set() {
    let shape = |seed| Shape {
        measures: 9,
        levels: 1,
        scenarios: 2,
        places: 4,
        closing: size(seed, 3, 6),
        limits: seed % 3 == 0,
    };
    all_agree(shape, 3_000..3_040);
}

#[test]
fn closures_and_levels_agree_with_every_ladder() {
    let shape = |_| Shape { measures: 6, levels: 2, scenarios: 2, places: 3, closing: 4, limits: false };
    all_agree(shape, 4_000..4_020);
}

#[test]
fn larger_areas_keep_nothing_that_is_not_needed() {
    let shape = Shape { measures: 24, levels: 3, scenarios: 5, places: 8, closing: 3, limits: false };
    let mut met = 0;
    for seed in 5_000..5_006 {
        let plan = random::plan(shape, seed);
        let mut town = Town::new(shape, seed);
        if let Outcome::Met(found) = ask(&plan, &request(), &mut town).unwrap() {
            breaks_without_each(&plan, &town, &found, seed);
            met += 1;
        }
    }
    assert!(met > 0);
}

#[test]
fn the_same_question_has_the_same_answer() {
    let shape = Shape { measures: 14, levels: 3, scenarios: 3, places: 6, closing: 4, limits: true };
    for seed in 6_000..6_004 {
        let plan = random::plan(shape, seed);
        let once =
            || serde_json::to_string(&ask(&plan, &request(), &mut Town::new(shape, seed)).unwrap()).unwrap();
        assert_eq!(once(), once(), "seed {seed}");
    }
}

#[test]
fn an_answer_and_a_plan_are_written_and_read_again() {
    let shape = Shape { measures: 8, levels: 2, scenarios: 2, places: 3, closing: 2, limits: true };
    let plan = random::plan(shape, 77);
    let bytes = serde_json::to_vec(&plan).unwrap();
    assert_eq!(Plan::from_json(&bytes).unwrap(), plan);
    let answer = ask(&plan, &request(), &mut Town::new(shape, 77)).unwrap();
    let text = serde_json::to_string(&answer).unwrap();
    assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), answer);
    assert!(remaining(&plan, 0, &|_| false) > 0.999);
}
