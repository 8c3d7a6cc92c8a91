//! Tests of placing: truths that are known, and what must not change them.

use proptest::prelude::*;

use super::*;

const WARM_C: f64 = 12.0;
const START: Moment = Moment::from_micros(1_795_356_131_250_000);

/// Six nodes around a square of 120 m.
fn square() -> Vec<Point> {
    [(4.0, 10.0), (110.0, 3.0), (118.0, 84.0), (62.0, 117.0), (2.0, 96.0), (58.0, 41.0)]
        .map(|(east, north)| Point::new(east, north))
        .to_vec()
}

/// What nodes have of a bang at a place when nothing is in the way.
fn heard(nodes: &[Point], bang: Point) -> Vec<Arrival> {
    let arrival = |(number, at): (usize, &Point)| Arrival {
        sensor: format!("node-{number:02}"),
        at: *at,
        heard: Some(Onset {
            at: START.plus_seconds(at.distance_m(bang) / sound_speed_m_s(WARM_C)),
            spread_ms: 0.5,
        }),
        clock_offset_ms: Some(0.0),
        bearing: None,
        level_db: None,
    };
    nodes.iter().enumerate().map(arrival).collect()
}

fn late(arrival: &mut Arrival, metres: f64) {
    let onset = arrival.heard.as_mut().unwrap();
    onset.at = onset.at.plus_seconds(metres / sound_speed_m_s(WARM_C));
}

fn pointing(arrival: &mut Arrival, towards_deg: f64) {
    arrival.bearing = Some(Towards { towards_deg, width_deg: 5.0 });
}

fn point(placed: Placed) -> Place {
    match placed {
        Placed::Point(place) => place,
        other => panic!("no point: {other:?}"),
    }
}

fn area(placed: Placed) -> Place {
    match placed {
        Placed::Area(place) => place,
        other => panic!("no area: {other:?}"),
    }
}

fn holds(place: &Place, truth: Point) -> bool {
    place.ellipse.holds(place.at.distance_m(truth), place.at.towards_deg(truth))
}

#[test]
fn six_that_agree_give_a_point_and_a_moment() {
    for bang in [Point::new(40.0, 70.0), Point::new(90.0, 20.0), Point::new(-15.0, 50.0)] {
        let place = point(place(&heard(&square(), bang), WARM_C));
        assert!(place.at.distance_m(bang) < 0.3, "{place:?}");
        assert!(place.when.unwrap().seconds_since(START).abs() < 0.001, "{place:?}");
        assert!(place.left_out.is_empty() && place.used.len() == 6, "{place:?}");
        assert!(place.misses_m.unwrap() < 0.1 && place.ellipse.major_m < 5.0, "{place:?}");
        assert!(place.ellipse.minor_m > 0.1 && holds(&place, bang), "{place:?}");
    }
}

#[test]
fn who_is_late_is_left_out_by_its_metres() {
    let bang = Point::new(40.0, 70.0);
    let mut arrivals = heard(&square(), bang);
    late(&mut arrivals[2], 30.0);
    late(&mut arrivals[5], 12.0);
    let place = point(place(&arrivals, WARM_C));
    assert!(place.at.distance_m(bang) < 2.0, "{place:?}");
    let left: Vec<_> = place.left_out.iter().map(|one| (one.sensor.as_str(), one.why)).collect();
    assert_eq!(left.len(), 2, "{place:?}");
    assert!(left.contains(&("node-02", LeftOutWhy::Late)) && left.contains(&("node-05", LeftOutWhy::Late)));
    for one in &place.left_out {
        let by = if one.sensor == "node-02" { 30.0 } else { 12.0 };
        assert!((one.by - by).abs() < 2.5, "{one:?}");
    }
    assert_eq!(place.used.len(), 4);
}

#[test]
fn the_ellipse_grows_when_nodes_disagree() {
    let bang = Point::new(40.0, 70.0);
    let agreed = point(place(&heard(&square(), bang), WARM_C));
    let mut arrivals = heard(&square(), bang);
    for (node, metres) in [(0, 9.0), (2, 25.0), (5, 15.0)] {
        late(&mut arrivals[node], metres);
    }
    let (Placed::Point(torn) | Placed::Area(torn)) = place(&arrivals, WARM_C) else { panic!("nothing") };
    assert!(torn.ellipse.major_m > 2.0 * agreed.ellipse.major_m, "{torn:?} {agreed:?}");
    assert!(holds(&torn, bang), "{torn:?}");
}

#[test]
fn a_clock_that_is_off_leaves_its_direction() {
    let bang = Point::new(40.0, 70.0);
    let mut arrivals = heard(&square(), bang);
    late(&mut arrivals[1], 60.0);
    arrivals[1].clock_offset_ms = Some(-175.0);
    let towards = arrivals[1].at.towards_deg(bang);
    pointing(&mut arrivals[1], towards);
    let found = point(place(&arrivals, WARM_C));
    assert!(found.at.distance_m(bang) < 0.3, "{found:?}");
    let expect = LeftOut { sensor: "node-01".into(), why: LeftOutWhy::ClockOff, by: 175.0 };
    assert_eq!(found.left_out, [expect], "{found:?}");
    assert!(found.used.contains(&"node-01".to_owned()), "its direction is used: {found:?}");
}

#[test]
fn five_milliseconds_are_put_right_and_more_is_not_used() {
    let bang = Point::new(40.0, 70.0);
    for (offset_ms, used) in [(5.0, true), (-5.0, true), (5.001, false), (f64::NAN, false)] {
        let mut arrivals = heard(&square(), bang);
        let onset = arrivals[3].heard.as_mut().unwrap();
        onset.at = onset.at.plus_seconds(if used { offset_ms } else { 5.0 } / 1e3);
        arrivals[3].clock_offset_ms = Some(offset_ms);
        let found = point(place(&arrivals, WARM_C));
        assert_eq!(found.left_out.is_empty(), used, "{offset_ms} {found:?}");
        assert!(found.at.distance_m(bang) < 0.3, "{offset_ms} {found:?}");
    }
}

#[test]
fn an_unknown_clock_that_is_early_pulls_the_place_no_farther_than_its_ellipse() {
    let bang = Point::new(40.0, 70.0);
    let mut arrivals = heard(&square(), bang);
    late(&mut arrivals[4], -10.0);
    arrivals[4].clock_offset_ms = None;
    let found = point(place(&arrivals, WARM_C));
    assert!(found.at.distance_m(bang) < 8.0 && holds(&found, bang), "{found:?}");
}

#[test]
fn an_echo_is_told_by_its_degrees() {
    let bang = Point::new(40.0, 70.0);
    let mut arrivals = heard(&square(), bang);
    let towards = arrivals[0].at.towards_deg(bang);
    pointing(&mut arrivals[0], towards - 70.0);
    let found = point(place(&arrivals, WARM_C));
    assert!(found.at.distance_m(bang) < 0.3, "{found:?}");
    assert_eq!((found.left_out.len(), found.left_out[0].why), (1, LeftOutWhy::Echo));
    assert!((found.left_out[0].by - 70.0).abs() < 1.0, "{found:?}");
}

#[test]
fn below_three_nodes_it_is_an_area_a_direction_or_nothing() {
    let bang = Point::new(40.0, 70.0);
    let nodes = square();
    let mut arrivals = heard(&nodes, bang);
    assert_eq!(place(&[], WARM_C), Placed::Nowhere);
    assert_eq!(place(&arrivals[..1], WARM_C), Placed::Nowhere);
    let pair = area(place(&arrivals[..2], WARM_C));
    assert!(pair.ellipse.major_m > 40.0 && holds(&pair, bang), "two times are a curve: {pair:?}");
    for node in [0, 1] {
        let towards = nodes[node].towards_deg(bang);
        pointing(&mut arrivals[node], towards);
    }
    let Placed::Bearing { sensor, from, towards } = place(&arrivals[..1], WARM_C) else { panic!() };
    assert_eq!((sensor.as_str(), from), ("node-00", nodes[0]));
    assert!((towards.towards_deg - nodes[0].towards_deg(bang)).abs() < 1e-9);
    arrivals[0].heard = None;
    arrivals[1].heard = None;
    let crossed = area(place(&arrivals[..2], WARM_C));
    assert!(crossed.at.distance_m(bang) < 3.0 && holds(&crossed, bang), "{crossed:?}");
    assert_eq!((crossed.when, crossed.misses_m), (None, None));
    let third = point(place(&arrivals[..4], WARM_C));
    assert!(third.at.distance_m(bang) < 3.0, "two directions and two times: {third:?}");
}

#[test]
fn nodes_in_a_line_name_the_mirrored_place_too() {
    let nodes: Vec<Point> = (0..5).map(|number| Point::new(30.0 * f64::from(number), 0.0)).collect();
    let bang = Point::new(50.0, 45.0);
    let found = point(place(&heard(&nodes, bang), WARM_C));
    let mirrored = Point::new(50.0, -45.0);
    let near = |place: Point| place.distance_m(bang).min(place.distance_m(mirrored)) < 4.0;
    assert!(near(found.at) && found.others.first().is_some_and(|other| near(other.0)), "{found:?}");
    assert!(holds(&found, bang) && holds(&found, mirrored), "{found:?}");
    let mut arrivals = heard(&nodes, bang);
    let towards = nodes[1].towards_deg(bang);
    pointing(&mut arrivals[1], towards);
    assert!(point(place(&arrivals, WARM_C)).at.distance_m(bang) < 2.0);
}

#[test]
fn levels_tell_apart_what_times_do_not() {
    let nodes: Vec<Point> =
        (0..5).map(|number| Point::new(30.0 * f64::from(number), f64::from(number % 2))).collect();
    let bang = Point::new(3.0, 4.0);
    let mut arrivals = heard(&nodes[..2], bang);
    for arrival in &mut arrivals {
        arrival.level_db = Some(90.0 - 20.0 * arrival.at.distance_m(bang).log10());
    }
    let without = area(place(&heard(&nodes[..2], bang), WARM_C));
    let with = area(place(&arrivals, WARM_C));
    assert!(with.ellipse.major_m < without.ellipse.major_m, "{with:?} {without:?}");
}

#[test]
fn warm_air_is_faster() {
    assert!((sound_speed_m_s(0.0) - 331.3).abs() < 1e-9 && (sound_speed_m_s(20.0) - 343.2).abs() < 0.1);
    assert!(sound_speed_m_s(f64::NAN) > 300.0 && sound_speed_m_s(-1e9) > 200.0);
    let bang = Point::new(40.0, 110.0);
    let mut arrivals = heard(&square(), bang);
    let right = point(place(&arrivals, WARM_C));
    arrivals.truncate(4);
    let (Placed::Point(wrong) | Placed::Area(wrong)) = place(&arrivals, WARM_C + 40.0) else { panic!() };
    assert!(wrong.at.distance_m(bang) > right.at.distance_m(bang));
}

#[test]
fn what_is_no_number_is_left_aside() {
    let bang = Point::new(40.0, 70.0);
    let mut arrivals = heard(&square(), bang);
    arrivals.push(Arrival { at: Point::new(f64::NAN, 0.0), ..arrivals[0].clone() });
    arrivals[0].level_db = Some(f64::INFINITY);
    arrivals[1].bearing = Some(Towards { towards_deg: f64::NAN, width_deg: 5.0 });
    arrivals[2].bearing = Some(Towards { towards_deg: 5.0, width_deg: 0.0 });
    arrivals[3].heard = Some(Onset { spread_ms: f64::NAN, ..arrivals[3].heard.unwrap() });
    let found = point(place(&arrivals, WARM_C));
    assert!(found.at.distance_m(bang) < 1.0, "{found:?}");
}

#[test]
fn many_nodes_and_nodes_in_one_spot_have_an_answer() {
    let bang = Point::new(40.0, 70.0);
    let many: Vec<Point> = (0..80)
        .map(|number| Point::new(f64::from(number * 37 % 121), f64::from(number * 53 % 119)))
        .collect();
    let found = point(place(&heard(&many, bang), WARM_C));
    assert!(found.at.distance_m(bang) < 0.5 && found.used.len() <= PLACE_ARRIVALS_MAX, "{found:?}");
    let spot = vec![Point::new(5.0, 5.0); 4];
    let (Placed::Point(found) | Placed::Area(found)) = place(&heard(&spot, bang), WARM_C) else { panic!() };
    assert!(found.ellipse.major_m > 30.0 && found.ellipse.major_m.is_finite(), "{found:?}");
}

#[test]
fn it_is_told_in_degrees_of_the_globe() {
    let plan = Plan::around(base::geo::Position::new(4.2825, 52.0905).unwrap());
    let bang = Point::new(40.0, 70.0);
    let told = point(place(&heard(&square(), bang), WARM_C)).whereabouts(&plan);
    let back = plan.point(base::geo::Position::new(told.at[0], told.at[1]).unwrap());
    assert!(back.distance_m(bang) < 0.3 && (0.0..180.0).contains(&told.towards_deg), "{told:?}");
}

/// Arrivals with noise that is drawn, one node late, one array.
fn noisy() -> impl Strategy<Value = (Point, Vec<Arrival>)> {
    let noise = proptest::collection::vec(-0.4..0.4_f64, 6);
    (5.0..115.0_f64, 5.0..115.0_f64, noise, 0..6_usize, 6.0..60.0_f64, -4.0..4.0_f64).prop_map(
        |(east, north, noise, which, metres, turned)| {
            let bang = Point::new(east, north);
            let mut arrivals = heard(&square(), bang);
            arrivals.iter_mut().zip(noise).for_each(|(arrival, noise)| late(arrival, noise));
            late(&mut arrivals[which], metres);
            let towards = arrivals[5].at.towards_deg(bang);
            pointing(&mut arrivals[5], towards + turned);
            (bang, arrivals)
        },
    )
}

fn any_place(placed: Placed) -> Place {
    match placed {
        Placed::Point(place) | Placed::Area(place) => place,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_sensors_changes_nothing((_, arrivals) in noisy(), turn in 0..6_usize) {
        let mut other = arrivals.clone();
        other.rotate_left(turn);
        other.swap(0, 3);
        prop_assert_eq!(place(&arrivals, WARM_C), place(&other, WARM_C));
    }

    #[test]
    fn moving_and_turning_all_moves_and_turns_the_answer(
        (_, arrivals) in noisy(), east in -900.0..900.0_f64, north in -900.0..900.0_f64, turned in 0.0..360.0_f64,
        seconds in -1e6..1e6_f64,
    ) {
        let middle = Point::new(0.0, 0.0);
        let moved = |at: Point| {
            let turned = middle.moved(middle.towards_deg(at) + turned, middle.distance_m(at));
            Point::new(turned.east_m + east, turned.north_m + north)
        };
        let mut other = arrivals.clone();
        for arrival in &mut other {
            arrival.at = moved(arrival.at);
            arrival.heard = arrival.heard.map(|onset| Onset { at: onset.at.plus_seconds(seconds), ..onset });
            arrival.bearing = arrival.bearing.map(|one| Towards { towards_deg: one.towards_deg + turned, ..one });
        }
        let (first, second) = (any_place(place(&arrivals, WARM_C)), any_place(place(&other, WARM_C)));
        prop_assert!(moved(first.at).distance_m(second.at) < 0.05, "{:?} {:?}", first, second);
        prop_assert!((first.ellipse.major_m - second.ellipse.major_m).abs() < 0.05 * first.ellipse.major_m);
        prop_assert_eq!(first.used, second.used);
    }

    /// However late one of six is, it does not pull the place away.
    #[test]
    fn a_late_node_never_pulls(east in 20.0..100.0_f64, north in 20.0..100.0_f64, which in 0..6_usize, metres in 10.0..400.0_f64) {
        let bang = Point::new(east, north);
        let mut arrivals = heard(&square(), bang);
        late(&mut arrivals[which], metres);
        let found = any_place(place(&arrivals, WARM_C));
        prop_assert!(found.at.distance_m(bang) < 3.0, "{:?}", found);
        prop_assert!(found.left_out.iter().any(|one| one.sensor == arrivals[which].sensor), "{:?}", found);
    }
}
