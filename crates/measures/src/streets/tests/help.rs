//! Help: two ways that share no street, against removing every street in turn (Menger).
//!
//! Not here: minutes.

use proptest::prelude::*;

use super::town::*;
use crate::streets::*;

fn block(streets: &Streets, name: &str) -> Block {
    Block { name: name.into(), edges: streets.edges_of_name(name) }
}

#[test]
fn a_grid_has_two_ways_and_a_dead_end_has_one() {
    let mut raw = grid(4);
    raw.nodes.push(node(90, 300.0, 400.0));
    raw.ways.push(way(9, &[15, 90], [("name", "Dead End")]));
    let streets = build(&raw);
    let blocks = [block(&streets, "Row 3"), block(&streets, "Dead End")];
    let found = streets.emergency_access(&[at(100.0, 0.0)], &blocks, &[]).unwrap();
    assert_eq!((found[0].ways.len(), found[0].is_enough()), (2, true));
    let shared = found[0].ways[0].edges.iter().any(|edge| found[0].ways[1].edges.contains(edge));
    assert!(!shared, "{found:?}");
    // To the corner where the dead end begins there are two ways, and help can walk from there.
    assert_eq!((found[1].ways.len(), found[1].unreached.len()), (2, 0));
}

#[test]
fn a_manned_gate_makes_one_way_enough() {
    // A street of three pieces between the station and the block, and no other.
    let raw = Raw {
        nodes: vec![
            node(1, 0.0, 0.0),
            node(2, 100.0, 0.0),
            node(3, 200.0, 0.0),
            node(4, 300.0, 0.0),
            node(5, 200.0, 100.0),
            node(6, 100.0, 100.0),
        ],
        ways: vec![
            way(1, &[1, 2], [("name", "Station")]),
            way(2, &[2, 3], [("name", "Middle")]),
            way(3, &[3, 4], [("name", "Block")]),
            way(4, &[2, 6], []),
            way(5, &[3, 5], []),
        ],
        ..Raw::default()
    };
    let streets = build(&raw);
    let blocks = [block(&streets, "Block")];
    let stations = [at(10.0, 0.0)];
    let ask =
        |closures: &[Closure]| streets.emergency_access(&stations, &blocks, closures).unwrap().remove(0);
    let open = ask(&[]);
    assert_eq!((open.ways.len(), open.manned, open.is_enough()), (1, false, false));
    let mut gate = Closure::new(Extent::Street("Middle".into()), &[Mode::Car, Mode::Emergency]);
    let shut = ask(std::slice::from_ref(&gate));
    assert_eq!((shut.ways.len(), shut.unreached.len()), (0, 1));
    gate.manned = true;
    let manned = ask(std::slice::from_ref(&gate));
    assert_eq!((manned.ways.len(), manned.manned, manned.is_enough()), (1, true, true));
    // At night nobody stands there: the worst hour counts.
    let night = Closure { hours: Hours::between(22, 6), manned: false, ..gate.clone() };
    gate.hours = Hours::between(6, 22);
    assert!(!ask(&[gate, night]).is_enough());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn two_ways_are_found_where_no_single_street_is_needed(raw in towns(), target in 0..40_usize) {
        let streets = build(&raw);
        let all: Vec<u32> = (0..u32::try_from(streets.edges().len()).unwrap()).collect();
        let target = all[target % all.len()];
        let station = at(5.0, 50.0);
        let blocks = [Block { name: String::new(), edges: vec![target] }];
        let ask = |shut: &[u32]| {
            let closure = Closure::new(Extent::Edges(shut.to_vec()), &[Mode::Emergency]);
            streets.emergency_access(&[station], &blocks, &[closure])
        };
        // Where the station is on an island there is nothing to ask.
        let Ok(open) = ask(&[]) else { return Ok(()) };
        let ways = &open[0].ways;
        let stands_on = streets.nearest(station, Mode::Emergency).unwrap().place.edge;
        let graph = streets.graph(Mode::Emergency);
        let chain_of = |edge: u32| graph.spot_of[edge as usize].chain;
        let is_free = |edge: &&u32| chain_of(**edge) != chain_of(stands_on) && chain_of(**edge) != chain_of(target);
        if let [one, two] = ways.as_slice() {
            prop_assert!(one.edges.iter().all(|edge| !two.edges.contains(edge)));
            prop_assert!(one.minutes <= two.minutes);
        }
        if chain_of(stands_on) == chain_of(target) {
            return Ok(());
        }
        for way in ways {
            let mut ends: Vec<[u32; 2]> = Vec::new();
            for edge in &way.edges {
                ends.push([streets.edges()[*edge as usize].from, streets.edges()[*edge as usize].to]);
            }
            let joined = |pair: &[[u32; 2]]| pair[0].iter().any(|end| pair[1].contains(end));
            prop_assert!(ends.windows(2).all(joined), "{way:?}");
        }
        let needed = all.iter().filter(is_free).find(|edge| ask(&[**edge]).is_ok_and(|one| one[0].ways.is_empty()));
        match ways.len() {
            2 => prop_assert!(needed.is_none(), "{needed:?}"),
            1 => prop_assert!(needed.is_some() || starts_at_one_end(&streets, stands_on, chain_of(target))),
            _ => {}
        }
    }
}

/// Whether the only way is so for another reason than one street: the chain of the station or of the block is it.
fn starts_at_one_end(streets: &Streets, station: u32, block: u32) -> bool {
    let graph = streets.graph(Mode::Emergency);
    let chain = graph.spot_of[station as usize].chain;
    [chain, block]
        .iter()
        .any(|chain| graph.arcs_of_run(chain * 2).is_empty() || graph.arcs_of_run(chain * 2 + 1).is_empty())
}
