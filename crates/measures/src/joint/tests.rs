//! A small town where closures that are harmless alone cut a block off together, and towns by dice in which more never costs less.
//!
//! Not here: the sample area, which is in `tests/solve/sample.rs`.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{Group, Mode};
use crate::streets::tests::town::{at, build, grid, towns};
use crate::streets::{Extent, Neighbourhood, Place, Streets};

fn square(id: &str, from: f64, to: f64) -> Neighbourhood {
    let rings = vec![vec![at(from, from), at(to, from), at(to, to), at(from, to)]];
    Neighbourhood { id: id.into(), name: format!("Block {id}"), households: 100.0, rings }
}

fn plan(measures: &[(&str, Value)], gates: &[[f64; 2]], travels: &[(Group, Mode)]) -> Plan {
    let origin = json!({
        "source": "made by hand", "author": "test", "publication": "partners",
        "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"
    });
    let measure = |(id, closures): &(&str, Value)| {
        json!({ "id": id, "name": id, "effects": [], "set_up_hours": 1, "legal_basis": "none needed", "origin": origin,
            "reversibility": { "kind": "undone", "hours": 1 }, "closures": closures })
    };
    let place =
        |id: &str| json!({ "id": id, "name": id, "zone": "zone", "residents": 200, "origin": origin });
    let gate = |(number, at): (usize, &[f64; 2])| json!({ "id": format!("gate-{number}"), "name": "Gate", "at": at, "origin": origin });
    let share = 1.0 / gates.len() as f64;
    let to: Vec<Value> =
        (0..gates.len()).map(|one| json!({ "destination": format!("gate-{one}"), "share": share })).collect();
    let travel = |(group, mode): &(Group, Mode)| json!({ "group": group, "mode": mode, "trips_per_household_per_day": 2, "to": to, "origin": origin });
    let text = json!({
        "version": 1, "name": "Town", "origin": origin,
        "zones": [{ "id": "zone", "name": "Zone", "origin": origin }],
        "neighbourhoods": [place("near"), place("far")],
        "levels": [], "scenarios": [], "norms": [],
        "measures": measures.iter().map(measure).collect::<Vec<_>>(),
        "scale": { "points": [0, 1, 2, 3, 4], "weights": [1, 1, 1, 1, 1], "points_per_minute": 1,
            "staff_hour_eur": 50, "origin": origin },
        "destinations": gates.iter().enumerate().map(gate).collect::<Vec<_>>(),
        "travels": travels.iter().map(travel).collect::<Vec<_>>(),
        "emergency_from": ["gate-0"],
    });
    Plan::from_json(text.to_string().as_bytes()).unwrap()
}

fn area() -> Arc<Area> {
    let blocks = vec![square("near", -10.0, 110.0), square("far", 190.0, 310.0)];
    Arc::new(Area::of(Arc::new(build(&grid(4))), blocks).unwrap())
}

/// Points in metres, as a plan gives them.
fn points(metres: &[(f64, f64)]) -> Vec<[f64; 2]> {
    metres.iter().map(|(east, north)| at(*east, *north).degrees()).collect()
}

fn town(measures: &[(&str, Value)]) -> Joint {
    let travels = [(Group::Residents, Mode::Car), (Group::Deliveries, Mode::Car)];
    Joint::new(area(), &plan(measures, &points(&[(300.0, 50.0), (50.0, 300.0)]), &travels)).unwrap()
}

/// The near block has four ways out: two to the east, two to the north.
const EAST: [(f64, f64); 2] = [(150.0, 0.0), (150.0, 100.0)];
const NORTH: [(f64, f64); 2] = [(0.0, 150.0), (100.0, 150.0)];

fn lost(told: &Together, id: &str) -> f64 {
    told.lost.iter().find(|one| one.neighbourhood == id).map_or(0.0, |one| one.resident_minutes_per_day)
}

#[test]
fn two_that_are_harmless_alone_cut_a_block_off_and_are_named() {
    let mut joint = town(&[
        ("east", json!([{ "modes": ["car"], "at": points(&EAST) }])),
        ("elsewhere", json!([{ "modes": ["car"], "at": points(&[(250.0, 0.0)]) }])),
        ("north", json!([{ "modes": ["car"], "at": points(&NORTH) }])),
        ("watch", json!([])),
    ]);
    assert!(joint.before().is_empty());
    let (nothing, watch) = (joint.together(&[]), joint.together(&["watch"]));
    assert!(nothing.lost.is_empty() && nothing.broken.is_empty() && nothing == watch);
    for alone in ["east", "north"] {
        let told = joint.together(&[alone]);
        assert!(told.broken.is_empty() && lost(&told, "near") > 0.0, "{alone}: {told:?}");
    }
    let told = joint.together(&["east", "elsewhere", "north", "watch"]);
    let broken = BrokenRight {
        right: Right::HomesReachable,
        place: "Block near".into(),
        measures: vec!["east".into(), "north".into()],
    };
    assert_eq!(told.broken, [broken]);
    let asked = joint.asked();
    assert_eq!(joint.together(&["north", "elsewhere", "east"]), told);
    assert_eq!(joint.asked(), asked, "what was asked is remembered");
}

#[test]
fn hours_that_do_not_meet_cut_nobody_off() {
    let half = |points: Value, from: u8, until: u8| json!([{ "modes": ["car", "emergency"], "at": points, "from_hour": from, "until_hour": until }]);
    let mut joint = town(&[
        ("east", half(json!(points(&EAST)), 0, 12)),
        ("north", half(json!(points(&NORTH)), 12, 24)),
        ("north-too", half(json!(points(&NORTH)), 11, 13)),
    ]);
    let told = joint.together(&["east", "north"]);
    assert!(told.broken.is_empty() && lost(&told, "near") > 0.0, "{told:?}");
    let broken = joint.together(&["east", "north", "north-too"]).broken;
    let rights: Vec<Right> = broken.iter().map(|one| one.right).collect();
    assert_eq!(rights, [Right::EmergencyAccess, Right::HomesReachable]);
    assert!(broken.iter().all(|one| one.measures == ["east", "north-too"]), "{broken:?}");
}

#[test]
fn a_manned_gate_keeps_the_way_of_help_open_for_the_measure_that_brings_it() {
    let shut = |points: &[(f64, f64)]| json!({ "modes": ["emergency"], "at": self::points(points) });
    let gate = |points: &[(f64, f64)]| json!({ "modes": ["emergency"], "at": self::points(points), "manned_gate": true });
    let mut joint = town(&[
        ("east", json!([shut(&EAST)])),
        ("north-west", json!([shut(&NORTH[..1])])),
        ("north-gate", json!([shut(&NORTH[..1]), gate(&NORTH[1..])])),
        ("only-gate", json!([gate(&NORTH[1..])])),
        ("ring", json!([shut(&EAST), shut(&NORTH[..1]), gate(&NORTH[1..])])),
        ("ring-unmanned", json!([shut(&EAST), shut(&NORTH[..1])])),
    ]);
    for fine in [&["east"][..], &["north-west"], &["east", "north-gate"], &["ring"], &["ring", "only-gate"]] {
        assert_eq!(joint.together(fine).broken, [], "{fine:?}");
    }
    let mut broken = |set: &[&str]| {
        let told = joint.together(set).broken;
        assert_eq!(told.len(), 1, "{set:?}: {told:?}");
        assert_eq!((told[0].right, told[0].place.as_str()), (Right::EmergencyAccess, "Block near"));
        told[0].measures.clone()
    };
    assert_eq!(broken(&["ring-unmanned"]), ["ring-unmanned"]);
    assert_eq!(broken(&["east", "north-west"]), ["east", "north-west"]);
    // What is broken without the gate stays so with it: the search takes that for granted.
    assert_eq!(broken(&["east", "north-west", "only-gate"]), ["east", "north-west"]);
}

#[test]
fn who_is_exempt_loses_nothing() {
    let closure = json!([{ "modes": ["car"], "at": points(&EAST), "exempt": ["residents"] }]);
    let joint = town(&[("east", closure.clone())]);
    let closures: Vec<crate::model::Closure> = serde_json::from_value(closure).unwrap();
    let effect = joint.effect(&closures).unwrap();
    assert!(effect.broken.is_empty() && effect.cut_off.is_empty());
    assert_eq!(effect.by_group.len(), 1);
    assert_eq!((effect.by_group[0].group, effect.by_group[0].mode), (Group::Deliveries, Mode::Car));
    let sum: f64 = effect.neighbourhoods.iter().map(|one| one.resident_minutes_per_day).sum();
    assert!(sum > 0.0 && (sum - effect.by_group[0].resident_minutes_per_day).abs() < 1e-9);
    let all = crate::model::Closure { exempt: Group::ALL.to_vec(), ..closures[0].clone() };
    let effect = joint.effect(&[all]).unwrap();
    assert!(effect.by_group.is_empty() && effect.streets.is_empty());
}

#[test]
fn an_effect_tells_streets_and_pieces_and_is_written_and_read() {
    let joint = town(&[]);
    let closure: crate::model::Closure = serde_json::from_value(
        json!({ "modes": ["car"], "streets": ["row 1"], "from_hour": 22, "until_hour": 6 }),
    )
    .unwrap();
    let effect = joint.effect(&[closure]).unwrap();
    // Homes on the closed street itself cannot be reached by car at night.
    assert_eq!(effect.broken.iter().map(|one| one.right).collect::<Vec<_>>(), [Right::HomesReachable]);
    assert!(effect.cut_off.iter().all(|one| one.streets == ["Row 1"] && one.neighbourhood == "near"));
    let shut: BTreeSet<&str> =
        effect.changed.iter().filter(|one| one.shut).map(|one| one.name.as_str()).collect();
    assert_eq!(shut.into_iter().collect::<Vec<_>>(), ["Row 1"]);
    assert!(effect.changed.iter().any(|one| !one.shut && one.trips_after > one.trips_before));
    assert!(effect.changed.iter().all(|one| one.line.len() > 1));
    let text = serde_json::to_string(&effect).unwrap();
    assert_eq!(serde_json::from_str::<Effect>(&text).unwrap().neighbourhoods.len(), 2);
    let lines = joint.area().lines();
    assert_eq!(lines["features"].as_array().unwrap().len(), joint.area().streets().edges().len());
    assert_eq!(lines["features"][0]["properties"]["name"], "Row 0");
}

#[test]
fn plan_and_map_must_know_each_other() {
    let gates = points(&[(250.0, 300.0)]);
    let refused = |change: fn(&mut Plan), closures: Value| {
        let mut plan = plan(&[("one", closures)], &gates, &[(Group::Residents, Mode::Car)]);
        change(&mut plan);
        Joint::new(area(), &plan).unwrap_err().to_string()
    };
    let street = |name: &str| json!([{ "modes": ["car"], "streets": [name] }]);
    let told = refused(|_| {}, street("Nowhere"));
    assert!(told.contains("closure 0 of one") && told.contains("no street Nowhere"), "{told}");
    let told = refused(|_| {}, json!([{ "modes": ["car"], "at": points(&[(9_000.0, 0.0)]) }]));
    assert!(told.contains("more than 500 m from a street for car"), "{told}");
    let told = refused(|plan| plan.neighbourhoods.truncate(1), street("Row 0"));
    assert!(told.contains("far has an outline and is not in the plan"), "{told}");
    let other = |plan: &mut Plan| {
        let mut one = plan.neighbourhoods[0].clone();
        one.id = "third".into();
        plan.neighbourhoods.push(one);
    };
    assert!(refused(other, street("Row 0")).contains("third of the plan has no outline"));
    assert!(Area::new(b"{}", b"{}").unwrap_err().to_string().starts_with("the streets: no GeoJSON"));
}

#[test]
fn a_node_can_keep_it() {
    fn kept<T: Send + 'static>(_: &T) {}
    kept(&town(&[]));
}

/// A closure by dice: a piece, hours, and what else.
type Drawn = (u32, u8, u8, u8);

fn drawn(streets: &Streets, (piece, from, hours, kind): Drawn) -> Value {
    let edge = piece % u32::try_from(streets.edges().len()).unwrap();
    let at = streets.point_at(Place { edge, along: 0.5 }).degrees();
    let modes = ["car", "bike", "foot", "emergency"];
    let modes: Vec<&str> =
        modes.into_iter().enumerate().filter(|(at, _)| kind >> at & 1 == 1).map(|one| one.1).collect();
    let modes = if modes.is_empty() { vec!["emergency"] } else { modes };
    let exempt = if kind & 48 == 48 { vec!["deliveries"] } else { Vec::new() };
    let until = (from + hours) % 24 + 1;
    let from = if from == until { 0 } else { from };
    json!({ "modes": modes, "at": [at], "exempt": exempt, "manned_gate": kind & 64 > 0, "from_hour": from, "until_hour": until })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_greater_set_never_costs_less(
        raw in towns(),
        measures in proptest::collection::vec(proptest::collection::vec((0..40_u32, 0..24_u8, 1..23_u8, 0..128_u8), 1..5), 5),
        gates in proptest::collection::vec((0.0..400.0_f64, 0.0..400.0_f64), 1..3),
    ) {
        let streets = Arc::new(build(&raw));
        let blocks = vec![square("near", -30.0, 230.0), square("far", 240.0, 430.0)];
        let ids = ["a", "b", "c", "d", "e"];
        let closures = measures.iter().map(|some| json!(some.iter().map(|one| drawn(&streets, *one)).collect::<Vec<_>>()));
        let measures: Vec<(&str, Value)> = ids.into_iter().zip(closures).collect();
        let gates: Vec<[f64; 2]> = points(&gates);
        let travels = [(Group::Residents, Mode::Car), (Group::Deliveries, Mode::Car), (Group::Residents, Mode::Foot)];
        let plan = plan(&measures, &gates, &travels);
        // In a town of one-ways a block or gate may be near no street that cars can leave.
        let Ok(area) = Area::of(streets, blocks) else { return Ok(()) };
        let Ok(mut joint) = Joint::new(Arc::new(area), &plan) else { return Ok(()) };
        let told: Vec<Told> = (0..32_usize)
            .map(|bits| joint.look(&(0..5).filter(|one| bits >> one & 1 == 1).collect::<Vec<_>>()).unwrap())
            .collect();
        prop_assert!(told[0].broken.is_empty());
        for (bits, more) in told.iter().enumerate() {
            for less in (0..5).filter(|one| bits >> one & 1 == 1).map(|one| &told[bits & !(1 << one)]) {
                prop_assert!(less.broken.is_subset(&more.broken), "{less:?} {more:?}");
                for (place, (fewer, minutes)) in less.minutes.iter().zip(&more.minutes).enumerate() {
                    let cut_off = more.broken.contains(&(Right::HomesReachable, u32::try_from(place).unwrap()));
                    // Trips are whole millionths in each part of the day, and closures cut the day in other parts.
                    prop_assert!(cut_off || *fewer <= minutes * (1.0 + 1e-6) + 1e-4, "{less:?} {more:?}");
                }
            }
            let set: Vec<usize> = (0..5).filter(|one| bits >> one & 1 == 1).collect();
            never_kinder(&joint, &set, &more.broken)?;
            for broken in &more.broken {
                let few = joint.fewest(&set, *broken).unwrap();
                prop_assert!(!few.is_empty() && joint.look(&few).unwrap().broken.contains(broken));
                for one in &few {
                    let without: Vec<usize> = few.iter().copied().filter(|other| other != one).collect();
                    prop_assert!(!joint.look(&without).unwrap().broken.contains(broken));
                }
            }
        }
    }
}

/// What the streets say is not enough, for a block that had two ways, is broken.
fn never_kinder(joint: &Joint, set: &[usize], broken: &BTreeSet<(Right, u32)>) -> Result<(), TestCaseError> {
    let area = &joint.area;
    let mut closures: Vec<Closure> = set.iter().flat_map(|one| joint.closures[*one].clone()).collect();
    closures.iter_mut().for_each(|one| one.exempt.clear());
    let found =
        area.streets().emergency_access(joint.help.stations(), joint.help.blocks(), &closures).unwrap();
    let weak: Vec<u32> = joint.help.short_before().collect();
    // A station that stands at a manned gate sets out through it, which is not among the pieces that it then drives.
    let stands = |at: &Point| area.streets().nearest(*at, Mode::Emergency).map(|one| one.place.edge);
    let at: Vec<u32> = joint.help.stations().iter().filter_map(stands).collect();
    let mans = |one: &Closure| {
        one.manned
            && matches!(&one.extent, Extent::Edges(edges) if edges.iter().any(|edge| at.contains(edge)))
    };
    if closures.iter().any(mans) {
        return Ok(());
    }
    for (block, access) in (0_u32..).zip(&found).filter(|(block, _)| !weak.contains(block)) {
        let is_broken = broken.contains(&(Right::EmergencyAccess, block));
        prop_assert!(access.is_enough() || is_broken, "{block}: {access:?}");
    }
    Ok(())
}

#[test]
fn closures_shorten_how_far_one_gets() {
    let area = area();
    let asked = |starts: &[(f64, f64)], mode| ReachAsked {
        starts: points(starts),
        mode,
        group: Group::Residents,
        minutes: 60.0,
    };
    let closure = |at: &[(f64, f64)]| -> Vec<crate::model::Closure> {
        serde_json::from_value(json!([{ "modes": ["car"], "at": points(at) }])).unwrap()
    };
    let (near, all) = (asked(&[(50.0, 50.0)], Mode::Car), 200.0);
    let open = area.reach(&near, &[]).unwrap();
    assert!((open.households_before - all).abs() < 1e-9 && (open.households - all).abs() < 1e-9);
    assert!(open.pieces.iter().all(|one| one.minutes == Some(one.before)));
    // Every way out of the near block is shut to cars: the far one is not reached, and on foot it is.
    let shut = closure(&[EAST, NORTH].concat());
    let cut = area.reach(&near, &shut).unwrap();
    assert!((cut.households - 100.0).abs() < 1e-9, "{cut:?}");
    assert!((cut.households_before - all).abs() < 1e-9);
    assert!(cut.pieces.iter().any(|one| one.minutes.is_none()));
    assert!((area.reach(&asked(&[(50.0, 50.0)], Mode::Foot), &shut).unwrap().households - all).abs() < 1e-9);
    // From two places the nearer counts; less time reaches less.
    let both = area.reach(&asked(&[(50.0, 50.0), (250.0, 250.0)], Mode::Car), &shut).unwrap();
    assert!((both.households - all).abs() < 1e-9);
    let soon = area.reach(&ReachAsked { minutes: 0.1, ..near.clone() }, &[]).unwrap();
    assert!(soon.pieces.len() < open.pieces.len() && soon.pieces.iter().all(|one| one.before <= 0.1));

    assert_eq!(ReachAsked { minutes: 0.0, ..near.clone() }.check().unwrap_err().0, "minutes");
    assert_eq!(asked(&[], Mode::Car).check().unwrap_err().0, "starts");
    assert!(matches!(area.reach(&asked(&[(9e6, 0.0)], Mode::Car), &[]), Err(JointError::Reach(_))));
}
