//! The sample plan of the International Zone: whole, known to its streets, and solved for all levels together.
//!
//! Not here: that its values are right. They are invented, and say so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use base::system::SystemClock;
use measures::joint::{Area, Joint};
use measures::model::{Plan, Reversibility};
use measures::public::Language;
use measures::solve::{Closures as _, NoStreets, Outcome, Request, Solution, Unwatched, solve};
use measures::streets::{
    Block, Bound, Closure, Country, Destination, Extent, Group, Mode, Neighbourhood, NeighbourhoodKeys,
    Point, Streets, Travel, read_lines, read_neighbourhoods,
};

/// Where main streets that nothing closes leave the map: help and visitors come from there.
const GATES: [(f64, f64); 3] = [(4.27, 52.08557), (4.303, 52.08668), (4.28089, 52.1)];

fn read(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../areas/international-zone");
    std::fs::read(folder.join(name)).unwrap()
}

fn plan() -> Plan {
    Plan::from_json(&read("plan.json")).unwrap()
}

fn town() -> (Arc<Streets>, Vec<Neighbourhood>) {
    let raw = read_lines(&read("streets.geojson")).unwrap();
    let blocks = read_neighbourhoods(&read("neighbourhoods.geojson"), &NeighbourhoodKeys::default()).unwrap();
    (Arc::new(Streets::build(&raw, Country::Netherlands).unwrap()), blocks)
}

fn ask(plan: &Plan, must_not: &[&str]) -> Outcome {
    let instant = |text: &str| text.parse().unwrap();
    let mut request = Request::new(instant("2027-06-01T00:00:00Z"), instant("2027-06-25T22:00:00Z")).bare();
    request.levels = vec![1, 2, 3, 4, 5];
    request.must_not = must_not.iter().map(|id| (*id).to_owned()).collect();
    solve(plan, &request, &mut NoStreets, &SystemClock, &mut Unwatched).unwrap()
}

/// The share of a scenario that remains under measures, by the formula of the note.
fn remaining(plan: &Plan, scenario: &str, standing: &BTreeSet<&str>) -> f64 {
    let mut barriers = BTreeMap::new();
    for measure in plan.measures.iter().filter(|one| standing.contains(one.id.as_str())) {
        let function = measure.same_function.as_deref().unwrap_or(&measure.id);
        for effect in measure.effects.iter().filter(|one| one.scenario == scenario) {
            let best = barriers.entry((function, effect.layer)).or_insert(0.0_f64);
            *best = best.max(effect.low);
        }
    }
    let common = plan.scenarios.iter().find(|one| one.id == scenario).unwrap().common_cause_share;
    common + (1.0 - common) * barriers.values().map(|best| 1.0 - best).product::<f64>()
}

/// Whether every norm stated at the level or below it is met.
fn meets(plan: &Plan, level: u8, standing: &BTreeSet<&str>) -> bool {
    let mut norms = plan.norms.iter().filter(|one| one.level <= level);
    norms.all(|norm| remaining(plan, &norm.scenario, standing) <= norm.remaining_share_max * (1.0 + 1e-9))
}

/// What stands at a level and cannot be set up in the time of warning, or stays, stands at the level below.
fn nests(plan: &Plan, ladder: &[(u8, BTreeSet<&str>)]) {
    for pair in ladder.windows(2) {
        let warning = plan.levels.iter().find(|one| one.level == pair[1].0).unwrap().warning_hours;
        for measure in plan.measures.iter().filter(|one| pair[1].1.contains(one.id.as_str())) {
            let slow = measure.set_up_hours > warning || measure.reversibility == Reversibility::Permanent;
            assert!(
                !slow || pair[0].1.contains(measure.id.as_str()),
                "{} at level {}",
                measure.id,
                pair[1].0
            );
            assert!(measure.lowest_level <= pair[1].0, "{} at level {}", measure.id, pair[1].0);
        }
    }
}

fn ladder<'a>(levels: impl Iterator<Item = (u8, &'a Vec<String>)>) -> Vec<(u8, BTreeSet<&'a str>)> {
    levels.map(|(level, ids)| (level, ids.iter().map(String::as_str).collect())).collect()
}

#[test]
fn the_sample_is_as_large_as_promised_and_says_that_it_is_invented() {
    let text = String::from_utf8(read("plan.json")).unwrap();
    let plan = plan();
    assert!(plan.scenarios.len() >= 12 && plan.measures.len() >= 60 && plan.neighbourhoods.len() >= 40);
    assert_eq!(plan.levels.iter().map(|one| one.level).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(plan.events.iter().any(|event| event.phases.iter().all(|phase| phase.posture.is_some())));
    assert_eq!(text.matches("\"source\":").count(), text.matches("\"source\": \"Invented for the").count());
    let postures = plan.postures.iter().map(|one| (one.level, &one.measures));
    let stated = ladder(postures);
    assert_eq!(stated.len(), 5);
    nests(&plan, &stated);
    assert!(stated.iter().all(|(level, standing)| meets(&plan, *level, standing)));
}

#[test]
fn its_streets_know_what_it_closes_and_every_block_lives_on_them() {
    let plan = plan();
    let (streets, blocks) = town();
    let ids = |list: Vec<&String>| list.into_iter().cloned().collect::<BTreeSet<String>>();
    let stated = ids(plan.neighbourhoods.iter().map(|one| &one.id).collect());
    assert_eq!(stated, ids(blocks.iter().map(|one| &one.id).collect()));
    let closures = plan.measures.iter().flat_map(|one| &one.closures);
    assert!(closures.clone().count() >= 5);
    for street in closures.clone().flat_map(|one| &one.streets) {
        assert!(!streets.covered(&Extent::Street(street.clone())).unwrap().is_empty(), "{street}");
    }
    for islands in streets.report().islands {
        assert_eq!(islands.edges_apart, 0, "{islands:?}");
    }
    let homes = streets.homes(&blocks).unwrap();
    for (number, block) in (0_u32..).zip(&blocks) {
        let mine = homes.iter().filter(|home| home.neighbourhood == number);
        assert!(block.households > 0.0 && mine.count() > 0, "{}", block.name);
    }
    let gates: Vec<Point> = GATES.iter().map(|(lon, lat)| Point::new(*lon, *lat).unwrap()).collect();
    let of = |number| homes.iter().filter(move |home| home.neighbourhood == number).map(|home| home.edge);
    let named: Vec<Block> = (0_u32..)
        .zip(&blocks)
        .map(|(number, one)| Block { name: one.name.clone(), edges: of(number).collect() })
        .collect();
    for (block, access) in named.iter().zip(streets.emergency_access(&gates, &named, &[]).unwrap()) {
        assert!(access.is_enough(), "{}: {access:?}", block.name);
    }
    // Without people at a gate a closure may make a way longer, but must leave everybody one.
    let unmanned: Vec<Closure> = closures
        .filter(|one| !one.manned_gate)
        .flat_map(|one| &one.streets)
        .map(|street| Closure::new(Extent::Street(street.clone()), &[Mode::Car, Mode::Bike]))
        .collect();
    let destinations: Vec<Destination> =
        gates.iter().map(|at| Destination { name: "gate".into(), at: *at }).collect();
    let travel = |mode| Travel {
        group: Group::Residents,
        mode,
        trips_per_household: 2.0,
        shares: (0..gates.len()).map(|gate| (gate, 1.0 / 3.0)).collect(),
        bound: Bound::ThereAndBack,
    };
    let travels = [travel(Mode::Car), travel(Mode::Bike), travel(Mode::Foot)];
    let routed = measures::streets::Plan::new(streets, homes, &destinations, &travels, 1).unwrap();
    let burden = routed.compare(&[unmanned]).unwrap().remove(0);
    assert!(burden.broken.is_empty(), "{:?}", burden.broken);
    assert!(burden.total() > 0.0);
}

#[test]
fn all_levels_together_are_proved_and_nothing_in_them_is_spare() {
    let plan = plan();
    let Outcome::Met(found) = ask(&plan, &[]) else { panic!("the norms of the sample cannot be met") };
    assert!(found.proved);
    let standing = ladder(found.postures.iter().map(|one| (one.level, &one.measures)));
    nests(&plan, &standing);
    assert!(standing.iter().all(|(level, set)| meets(&plan, *level, set)));
    assert!(standing.windows(2).all(|pair| pair[0].1.len() < pair[1].1.len()));
    assert!(!found.rejected.is_empty());
    nothing_spare(&plan, &found, &standing);
}

/// Without any chosen measure, and what cannot stand without it, a norm is unmet.
fn nothing_spare(plan: &Plan, found: &Solution, standing: &[(u8, BTreeSet<&str>)]) {
    let mut tried = 0;
    for certificate in &found.certificates {
        for necessity in &certificate.necessary {
            let mut rest = standing.to_vec();
            let gone = necessity.goes_too.iter().map(|one| (one.level, one.measure.as_str()));
            for (level, id) in gone.chain([(necessity.level, certificate.measure.as_str())]) {
                rest.iter_mut().filter(|one| one.0 == level).for_each(|one| _ = one.1.remove(id));
            }
            assert!(!rest.iter().all(|(level, set)| meets(plan, *level, set)), "{}", certificate.measure);
            tried += 1;
        }
    }
    assert_eq!(tried, standing.iter().map(|one| one.1.len()).sum::<usize>());
}

#[test]
fn with_its_streets_asked_the_summit_is_proved_and_keeps_every_right() {
    let plan = plan();
    let area = Arc::new(Area::new(&read("streets.geojson"), &read("neighbourhoods.geojson")).unwrap());
    let mut joint = Joint::new(area, &plan).unwrap();
    assert!(joint.before().is_empty(), "{:?}", joint.before());
    for measure in plan.measures.iter().filter(|one| !one.closures.is_empty()) {
        let told = joint.together(&[measure.id.as_str()]);
        assert!(told.broken.is_empty(), "{}: {:?}", measure.id, told.broken);
    }
    let event = &plan.events[0];
    let request = Request::new(event.phases[0].from, event.phases.last().unwrap().until).bare();
    let outcome = solve(&plan, &request, &mut joint, &SystemClock, &mut Unwatched).unwrap();
    let Outcome::Met(found) = outcome else { panic!("the norms of the sample cannot be met") };
    assert!(found.proved);
    assert_eq!(found.postures.len(), 5);
    for posture in &found.postures {
        let ids: Vec<&str> = posture.measures.iter().map(String::as_str).collect();
        let told = joint.together(&ids);
        assert!(told.broken.is_empty(), "level {}: {:?}", posture.level, told.broken);
        let lost: f64 = told.lost.iter().map(|one| one.resident_minutes_per_day).sum();
        assert!((posture.resident_minutes_per_day - lost).abs() < 1e-6 * lost.max(1.0), "{lost}");
        assert!(meets(&plan, posture.level, &ids.into_iter().collect()));
    }
}

#[test]
fn its_summit_stands_in_a_calendar() {
    let plan = plan();
    let event = &plan.events[0];
    let phases = event.phase_moments(Language::Nl);
    assert_eq!(phases.len(), event.phases.len());
    assert!(phases[0].title.ends_with(": opbouw") && phases[0].from == event.phases[0].from);
    let steps = event.playbook_moments();
    assert_eq!(steps.len(), event.playbook.len());
    assert!(steps.windows(2).all(|pair| pair[0].from <= pair[1].from));
    // The letter to every household goes out thirty days before the build-up.
    assert_eq!(steps[0].from, event.phases[0].from.plus_seconds(-30 * 86_400));
    let ids: BTreeSet<&str> = phases.iter().chain(&steps).map(|one| one.id.as_str()).collect();
    assert_eq!(ids.len(), phases.len() + steps.len());
}

#[test]
fn a_summit_that_was_held_fits_the_plan_and_each_figure_has_a_source() {
    let template: serde_json::Value = serde_json::from_slice(&read("summit-2014.json")).unwrap();
    let mut plan = plan();
    plan.events.push(serde_json::from_value(template["event"].clone()).unwrap());
    plan.validate().unwrap();
    let figures = template["figures"].as_array().unwrap();
    let count =
        |what: &str| figures.iter().find(|one| one["what"] == what).unwrap()["count"].as_u64().unwrap();
    let told = ["world leaders", "delegates", "journalists", "police officers each day"].map(count);
    assert_eq!(told, [58, 5_000, 3_000, 13_000]);
    assert!(figures.iter().all(|one| one["source"].as_str().unwrap().contains("://")));
}

#[test]
fn without_its_watch_of_the_sky_the_sample_cannot_be_met() {
    let Outcome::Unmet(short) = ask(&plan(), &["sky-watched", "drones-forbidden"]) else {
        panic!("the norm for drones is met without them")
    };
    assert!(short.norms.iter().any(|one| one.unmet.scenario == "drone-over-meeting"), "{short:?}");
}
