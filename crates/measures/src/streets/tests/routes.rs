//! Ways and times: grids with known answers, towns by dice against Bellman and Ford, barriers, islands.
//!
//! Not here: named turn restrictions (`turning.rs`).

use proptest::prelude::*;

use super::town::*;
use crate::streets::*;

#[test]
fn a_grid_is_crossed_in_as_many_blocks_as_lie_between() {
    let streets = build(&grid(6));
    for (to, blocks) in
        [([500.0, 0.0], 5.0), ([0.0, 500.0], 5.0), ([300.0, 400.0], 7.0), ([50.0, 100.0], 1.5)]
    {
        let got = time(&streets, Mode::Car, at(0.0, 0.0), at(to[0], to[1])).unwrap();
        assert!((f64::from(got) - blocks * 160.0).abs() < 4.0, "{to:?}: {got}");
    }
    assert_eq!(streets.edges().len(), 60);
    // Corners of the grid are no junctions for anybody.
    assert_eq!(streets.graph(Mode::Car).nodes(), 32);
}

#[test]
fn one_ways_make_ways_round() {
    let mut raw = grid(2);
    raw.ways[0].tags.0.push(("oneway".into(), "yes".into()));
    let streets = build(&raw);
    let blocks = |mode, from: [f64; 2], to: [f64; 2], block: f64| {
        f64::from(time(&streets, mode, at(from[0], from[1]), at(to[0], to[1])).unwrap()) / block
    };
    assert!((blocks(Mode::Car, [20.0, 0.0], [80.0, 0.0], 160.0) - 0.6).abs() < 0.05);
    assert!((blocks(Mode::Car, [80.0, 0.0], [20.0, 0.0], 160.0) - 3.4).abs() < 0.05);
    assert!((blocks(Mode::Foot, [80.0, 0.0], [20.0, 0.0], 800.0) - 0.6).abs() < 0.05);
}

#[test]
fn a_bollard_stops_cars_and_help_but_not_bikes() {
    let mut raw = grid(2);
    raw.nodes.push(node(50, 50.0, 0.0));
    raw.ways[0].nodes = vec![0, 50, 1];
    let blocks = |raw: &Raw, mode, block: f64| {
        f64::from(time(&build(raw), mode, at(20.0, 0.0), at(80.0, 0.0)).unwrap()) / block
    };
    assert!((blocks(&raw, Mode::Car, 160.0) - 0.6).abs() < 0.05);
    raw.node_tags.push((50, Tags::from([("barrier", "bollard")])));
    assert!((blocks(&raw, Mode::Car, 160.0) - 3.4).abs() < 0.05);
    assert!((blocks(&raw, Mode::Emergency, 120.0) - 3.4).abs() < 0.05);
    assert!((blocks(&raw, Mode::Bike, 250.0) - 0.6).abs() < 0.05);
    raw.node_tags[0].1 = Tags::from([("barrier", "gate")]);
    assert!((blocks(&raw, Mode::Car, 160.0) - 3.4).abs() < 0.05);
    assert!((blocks(&raw, Mode::Emergency, 120.0) - 0.6).abs() < 0.05);
}

#[test]
fn islands_are_told_and_nobody_is_put_on_one() {
    let mut raw = grid(3);
    raw.nodes.extend([node(90, 250.0, 0.0), node(91, 250.0, 100.0)]);
    raw.ways.push(way(9, &[90, 91], []));
    raw.ways.push(way(8, &[0, 777, 1], []));
    let streets = build(&raw);
    let islands = streets.report().islands[Mode::Car.index()];
    assert_eq!((islands.edges_all, islands.edges_apart, islands.apart_m), (13, 1, 100));
    assert_eq!(streets.report().points_missing, 1);
    let near = streets.nearest(at(249.0, 50.0), Mode::Car).unwrap();
    assert_ne!(streets.edges()[near.place.edge as usize].way, 9);
    assert!((near.away_m - 49.0).abs() < 0.5, "{near:?}");
    assert_eq!(streets.nearest(at(2_000.0, 0.0), Mode::Car), None);
    assert_eq!(Streets::build(&Raw::default(), Country::Netherlands).unwrap_err(), StreetsError::NoStreets);
}

#[test]
fn drawings_cover_what_they_touch() {
    let streets = build(&grid(4));
    let outline = [at(50.0, 50.0), at(150.0, 50.0), at(150.0, 150.0), at(50.0, 150.0)];
    assert_eq!(streets.edges_within(&outline).len(), 4);
    assert_eq!(streets.edges_across(&[at(50.0, -10.0), at(50.0, 110.0)]).len(), 2);
    assert_eq!(streets.edges_across(&[at(500.0, 0.0), at(500.0, 110.0)]).len(), 0);
    let covered = |extent| streets.covered(&extent);
    assert_eq!(covered(Extent::Street("row 2".into())).unwrap().len(), 3);
    assert_eq!(covered(Extent::Way(201)).unwrap().len(), 3);
    assert_eq!(covered(Extent::Way(7)).unwrap_err().to_string(), "there is no way 7");
    assert!(covered(Extent::Edges(vec![99])).is_err());
}

#[test]
fn an_isochrone_grows_with_its_minutes() {
    let streets = build(&grid(5));
    let mut asked = Isochrone {
        starts: vec![at(200.0, 200.0)],
        mode: Mode::Foot,
        group: Group::Residents,
        direction: Direction::From,
        minutes_max: 0.7,
    };
    assert_eq!(streets.isochrone(&asked, &[]).unwrap().len(), 4);
    asked.minutes_max = 2.1;
    assert_eq!(streets.isochrone(&asked, &[]).unwrap().len(), 16);
    let closure = Closure::new(Extent::Street("Row 2".into()), &[Mode::Foot]);
    asked.starts = vec![at(200.0, 230.0)];
    let reached = streets.isochrone(&asked, &[closure]).unwrap();
    assert!(reached.len() > 4 && reached.iter().all(|one| streets.name(one.edge) != "Row 2"), "{reached:?}");
    let drawn = streets.geojson(&[0, 1], |edge| serde_json::json!({ "minutes": edge }));
    let drawn: serde_json::Value = serde_json::from_str(&drawn).unwrap();
    assert_eq!(drawn["features"][1]["properties"]["minutes"], 1);
    assert_eq!(drawn["features"][1]["properties"]["name"], "Row 0");
    assert_eq!(drawn["features"][1]["geometry"]["coordinates"].as_array().unwrap().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn towns_by_dice_have_the_times_that_slow_search_finds(raw in towns(), from in 0..80_u32) {
        let streets = build(&raw);
        let sides = u32::try_from(streets.edges().len()).unwrap() * 2;
        let from = from % sides;
        for mode in [Mode::Car, Mode::Bike] {
            let slow_along = slow_times(&streets, &raw, mode, from & !1);
            let slow_against = slow_times(&streets, &raw, mode, from | 1);
            for to in (0..sides / 2).filter(|to| *to != from / 2) {
                let start = Place { edge: from / 2, along: 0.5 };
                let fast = time_between(&streets, mode, start, Place { edge: to, along: 0.5 });
                let slow = [&slow_along, &slow_against]
                    .iter()
                    .flat_map(|times| [times[to as usize * 2], times[to as usize * 2 + 1]])
                    .flatten()
                    .min();
                match (fast, slow) {
                    (None, None) => {}
                    (Some(fast), Some(slow)) => {
                        #[allow(clippy::cast_precision_loss, reason = "small")]
                        let apart = (f64::from(fast) - slow as f64 / 100.0).abs();
                        prop_assert!(apart < 25.0, "{mode:?} {from} {to}: {fast} {slow}");
                    }
                    _ => prop_assert!(false, "{mode:?} {from} {to}: {fast:?} {slow:?}"),
                }
            }
        }
    }

    #[test]
    fn searches_are_exact_on_the_graph(raw in towns(), start in 0..200_u32) {
        let streets = build(&raw);
        for mode in Mode::ALL {
            let graph = streets.graph(mode);
            if graph.nodes() == 0 {
                continue;
            }
            let start = start % u32::try_from(graph.nodes()).unwrap();
            let mut search = Search::default();
            for direction in [Direction::From, Direction::To] {
                search.run(graph, direction, &[(start, 7)], None);
                let mut slow = vec![u32::MAX; graph.nodes()];
                slow[start as usize] = 7;
                for _ in 0..graph.nodes() {
                    for (tail, head, takes) in graph.arc_list() {
                        let (one, two) = if direction == Direction::From { (tail, head) } else { (head, tail) };
                        let there = slow[one as usize].saturating_add(takes);
                        slow[two as usize] = slow[two as usize].min(there);
                    }
                }
                prop_assert_eq!(&search.times, &slow);
            }
        }
    }
}
