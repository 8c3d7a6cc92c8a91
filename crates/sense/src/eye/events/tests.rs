//! Events from tracks that are written down: each begins once, ends once, and does not ring at the edge.

use nalgebra::Matrix2;

use super::*;
use crate::eye::ground::Spot;

fn track(number: u64, east: f64, north: f64, velocity: (f64, f64)) -> Track {
    let at = Moment::from_micros(0);
    Track {
        number,
        at: Point::new(east, north),
        velocity,
        spread: Matrix2::identity() * 0.04,
        since: at,
        seen: at,
        corners: [Spot::new(0.4, 0.4), Spot::new(0.5, 0.6)],
        high_m: 1.7,
        wide_m: 0.6,
        stir: 0.5,
    }
}

fn thing(east: f64, north: f64) -> Thing {
    Thing {
        at: Point::new(east, north),
        spread: Matrix2::identity() * 0.04,
        corners: [Spot::new(0.4, 0.4), Spot::new(0.5, 0.6)],
        wide_m: 0.6,
        high_m: 1.7,
        stir: 0.5,
    }
}

fn square() -> Zone {
    let corners =
        [(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)].map(|(e, n)| Point::new(e, n)).to_vec();
    Zone {
        name: "square".into(),
        corners,
        stay_s: Some(20.0),
        left_s: Some(10.0),
        crowd: Some(6.0),
        sudden: true,
    }
}

/// Plays five frames a second and gives what began (+) and ended (-), with the second.
fn play(
    rules: Rules,
    seconds: u32,
    frame: impl Fn(f64) -> (Vec<Track>, Vec<Thing>),
) -> Vec<(Movement, bool, f64)> {
    let mut events = Events::new(rules);
    let mut told = Vec::new();
    for step in 0..seconds * 5 {
        let second = f64::from(step) / 5.0;
        let (tracks, things) = frame(second);
        let at = Moment::from_micros(0).plus_seconds(second);
        told.extend(events.next(at, &tracks, &things).into_iter().map(|one| (one.what, one.began, second)));
    }
    told
}

#[test]
fn a_line_is_crossed_one_way() {
    let line =
        Line { name: "gate".into(), from: Point::new(0.0, 0.0), to: Point::new(10.0, 0.0), both: false };
    let rules = Rules { lines: vec![line], zones: vec![] };
    let walk = |from: f64, to: f64, east: f64| {
        move |second: f64| (vec![track(1, east, from + (to - from) * second / 10.0, (0.0, 1.0))], vec![])
    };
    let told = play(rules.clone(), 10, walk(-5.0, 5.0, 5.0));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == Movement::LineCrossed && told[0].2 > 5.0);
    assert_eq!(play(rules.clone(), 10, walk(5.0, -5.0, 5.0)), [], "the right way");
    assert_eq!(play(rules.clone(), 10, walk(-5.0, 5.0, 15.0)), [], "beside it");
    let dither = |second: f64| (vec![track(1, 5.0, 0.4 * (second * 7.0).sin(), (0.0, 0.0))], vec![]);
    assert_eq!(play(rules, 60, dither), [], "at its edge");
}

#[test]
fn who_stays_is_told_once_and_its_end_too() {
    let rules = Rules { lines: vec![], zones: vec![square()] };
    let told = play(rules.clone(), 60, |second| {
        // Steps out for two seconds now and then; goes after 40.
        let east = if second > 40.0 || (second % 10.0) > 8.0 { -2.0 } else { 5.0 };
        (vec![track(1, east, 5.0, (0.3, 0.0))], vec![])
    });
    let what: Vec<_> = told.iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(what, [(Movement::Loitering, true), (Movement::Loitering, false)], "{told:?}");
    let through = |second: f64| (vec![track(1, second - 3.0, 5.0, (1.0, 0.0))], vec![]);
    assert_eq!(play(rules, 40, through), [], "who walks through in 20 s is not told");
}

#[test]
fn a_thing_is_left_and_taken() {
    let rules = Rules { lines: vec![], zones: vec![square()] };
    let bag = |seconds: (f64, f64), stir: f64| {
        move |second: f64| {
            let mut bag = track(2, 8.0, 8.0, (0.0, 0.0));
            (bag.high_m, bag.wide_m, bag.stir) = (0.5, 0.5, stir);
            let there = (seconds.0..seconds.1).contains(&second);
            (if there { vec![bag] } else { vec![] }, vec![])
        }
    };
    let told = play(rules.clone(), 60, bag((5.0, 40.0), 0.02));
    let what: Vec<_> = told.iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(what, [(Movement::LeftObject, true), (Movement::LeftObject, false)], "{told:?}");
    let crouching = play(rules, 60, bag((5.0, 40.0), 0.4));
    assert!(
        crouching.iter().all(|one| one.0 == Movement::Loitering),
        "what stirs is no thing: {crouching:?}"
    );
}

#[test]
fn a_crowd_gathers_and_the_usual_one_does_not_count() {
    let rules = Rules { lines: vec![], zones: vec![Zone { stay_s: None, left_s: None, ..square() }] };
    let people = |count: usize| (0..count).map(|one| thing(1.0 + one as f64, 5.0)).collect::<Vec<_>>();
    let told = play(rules.clone(), 200, |second| (vec![], people(if second < 100.0 { 4 } else { 14 })));
    assert_eq!(told.iter().map(|one| (one.0, one.1)).next(), Some((Movement::CrowdChange, true)), "{told:?}");
    assert!((100.0..110.0).contains(&told[0].2), "{told:?}");
    assert_eq!(play(rules, 200, |second| (vec![], people(5 + (second as usize) % 3))), []);
}

#[test]
fn several_who_begin_to_run_are_sudden_motion() {
    let rules = Rules { lines: vec![], zones: vec![Zone { stay_s: None, left_s: None, ..square() }] };
    let crowd = |runners: u64| {
        move |second: f64| {
            let speed = if second > 10.0 && second < 20.0 { 3.5 } else { 1.0 };
            let one = |number| track(number, 10.0, 10.0, (if number <= runners { speed } else { 1.0 }, 0.0));
            ((1..=5).map(one).collect(), vec![])
        }
    };
    let told = play(rules.clone(), 30, crowd(4));
    let what: Vec<_> = told.iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(what, [(Movement::SuddenMotion, true), (Movement::SuddenMotion, false)], "{told:?}");
    assert_eq!(play(rules, 30, crowd(1)), [], "one jogger");
}
