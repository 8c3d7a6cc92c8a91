//! Turn restrictions on named cases.
//!
//! Not here: restrictions by dice (`routes.rs`).

use super::town::*;
use crate::streets::*;

/// A crossing: west 1, middle 2, east 3, north 4, south 5, each arm a way of 100 m numbered 10 + its end.
fn crossing() -> Raw {
    Raw {
        nodes: vec![
            node(1, -100.0, 0.0),
            node(2, 0.0, 0.0),
            node(3, 100.0, 0.0),
            node(4, 0.0, 100.0),
            node(5, 0.0, -100.0),
        ],
        ways: vec![way(11, &[1, 2], []), way(13, &[2, 3], []), way(14, &[2, 4], []), way(15, &[5, 2], [])],
        ..Raw::default()
    }
}

const ARM_DS: u32 = 160;

/// How many arms (of 100 m) it takes from near the end of one arm to near the end of another.
fn check(raw: &Raw, mode: Mode, from: [f64; 2], to: [f64; 2], arms: Option<f64>) {
    let streets = build(raw);
    let got = time(&streets, mode, at(from[0], from[1]), at(to[0], to[1]));
    let arm = match mode {
        Mode::Car => ARM_DS,
        Mode::Bike => 250,
        Mode::Foot => 800,
        Mode::Emergency => 120,
    };
    match arms {
        None => assert_eq!(got, None, "{mode:?} {from:?} {to:?}"),
        Some(arms) => {
            let got = f64::from(got.unwrap()) / f64::from(arm);
            assert!((got - arms).abs() < 0.06, "{mode:?} {from:?} {to:?}: {got} arms");
        }
    }
}

const WEST: [f64; 2] = [-100.0, 0.0];
const EAST: [f64; 2] = [100.0, 0.0];
const NORTH: [f64; 2] = [0.0, 100.0];
const SOUTH: [f64; 2] = [0.0, -100.0];

#[test]
fn a_forbidden_turn_is_gone_around() {
    let mut raw = crossing();
    check(&raw, Mode::Car, WEST, NORTH, Some(2.0));
    raw.relations.push(turn("no_left_turn", 11, 2, 14));
    // Turning round at the end of another arm is the way round.
    check(&raw, Mode::Car, WEST, NORTH, Some(4.0));
    check(&raw, Mode::Bike, WEST, NORTH, Some(4.0));
    check(&raw, Mode::Foot, WEST, NORTH, Some(2.0));
    check(&raw, Mode::Emergency, WEST, NORTH, Some(2.0));
    check(&raw, Mode::Car, NORTH, WEST, Some(2.0));
    check(&raw, Mode::Car, SOUTH, NORTH, Some(2.0));
    assert_eq!(build(&raw).report().turns.taken, 1);
}

#[test]
fn what_must_be_taken_forbids_the_rest() {
    let mut raw = crossing();
    raw.relations.push(turn("only_straight_on", 11, 2, 13));
    check(&raw, Mode::Car, WEST, EAST, Some(2.0));
    check(&raw, Mode::Car, WEST, NORTH, Some(4.0));
    check(&raw, Mode::Car, WEST, SOUTH, Some(4.0));
    check(&raw, Mode::Car, SOUTH, WEST, Some(2.0));
}

#[test]
fn exceptions_are_excepted() {
    let mut raw = crossing();
    let mut rule = turn("no_left_turn", 11, 2, 14);
    rule.tags.0.push(("except".into(), "psv;bicycle".into()));
    raw.relations.push(rule);
    check(&raw, Mode::Bike, WEST, NORTH, Some(2.0));
    check(&raw, Mode::Car, WEST, NORTH, Some(4.0));
    raw.relations[0].tags = Tags::from([("type", "restriction"), ("restriction:hgv", "no_left_turn")]);
    check(&raw, Mode::Car, WEST, NORTH, Some(2.0));
    assert_eq!(build(&raw).report().turns.for_others, 1);
    raw.relations[0].tags = Tags::from([("type", "restriction"), ("restriction:bicycle", "no_left_turn")]);
    check(&raw, Mode::Bike, WEST, NORTH, Some(4.0));
    check(&raw, Mode::Car, WEST, NORTH, Some(2.0));
}

#[test]
fn no_turning_round_leaves_no_way() {
    let mut raw = crossing();
    raw.relations.push(turn("no_left_turn", 11, 2, 14));
    for (way, end) in [(13, 3), (15, 5), (11, 2)] {
        raw.relations.push(turn("no_u_turn", way, end, way));
    }
    // From the west one can still go on, but never to the north: each arm's end forbids to turn.
    let streets = build(&raw);
    assert_eq!(streets.report().turns.taken, 4);
    check(&raw, Mode::Foot, WEST, NORTH, Some(2.0));
    let place = |edge, along| Place { edge, along };
    assert_eq!(time_between(&streets, Mode::Car, place(0, 0.5), place(2, 0.5)), None);
    assert!(time_between(&streets, Mode::Car, place(1, 0.0), place(2, 0.5)).is_some());
}

#[test]
fn a_turn_through_a_way_is_forbidden_only_after_it() {
    // Two lanes a street apart: 1 - 2 - 3 below, 4 - 5 - 6 above, joined by way 25 from 2 to 5, and far away by 36.
    let mut raw = Raw {
        nodes: vec![
            node(1, -100.0, 0.0),
            node(2, 0.0, 0.0),
            node(3, 100.0, 0.0),
            node(4, -100.0, 20.0),
            node(5, 0.0, 20.0),
            node(6, 100.0, 20.0),
        ],
        ways: vec![
            way(12, &[1, 2], [("oneway", "yes")]),
            way(23, &[2, 3], [("oneway", "yes")]),
            way(65, &[6, 5], [("oneway", "yes")]),
            way(54, &[5, 4], [("oneway", "yes")]),
            way(25, &[2, 5], []),
            way(36, &[3, 6], []),
            way(41, &[4, 1], []),
        ],
        ..Raw::default()
    };
    check(&raw, Mode::Car, [-50.0, 0.0], [-50.0, 20.0], Some(1.2));
    let mut rule = turn("no_u_turn", 12, 0, 54);
    rule.members[1] = RawMember { role: "via".into(), is_way: true, id: 25 };
    raw.relations.push(rule);
    assert_eq!(build(&raw).report().turns.through_a_way, 1);
    // Round by the far street, two arms more.
    check(&raw, Mode::Car, [-50.0, 0.0], [-50.0, 20.0], Some(3.2));
    // Others may use the way in the middle.
    check(&raw, Mode::Car, [0.0, 5.0], [-50.0, 20.0], Some(0.65));
    check(&raw, Mode::Foot, [-50.0, 0.0], [-50.0, 20.0], Some(1.2));
}

#[test]
fn what_does_not_say_clearly_which_way_is_left_and_counted() {
    let mut raw = crossing();
    raw.ways[0] = way(11, &[1, 2, 3], []);
    raw.ways.remove(1);
    raw.relations.push(turn("no_left_turn", 11, 2, 14));
    raw.relations.push(turn("no_left_turn", 99, 2, 14));
    raw.relations.push(turn("no_left_turn", 15, 77, 14));
    let streets = build(&raw);
    let report = streets.report().turns;
    assert_eq!((report.taken, report.unclear, report.without_members), (0, 1, 2));
}
