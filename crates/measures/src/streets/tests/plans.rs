//! Plans: sums with known answers, mended trees against plain searches, and against towns built anew without the street.
//!
//! Not here: masks alone, which are tested where they are made.

use std::sync::Arc;

use proptest::prelude::*;

use super::town::*;
use crate::streets::closure::Shut;
use crate::streets::root::nodes_of;
use crate::streets::*;

fn square(from: f64, to: f64, households: f64) -> Neighbourhood {
    let ring = vec![at(from, from), at(to, from), at(to, to), at(from, to)];
    Neighbourhood { id: "1".into(), name: "Square".into(), households, rings: vec![ring] }
}

fn travel(mode: Mode, group: Group, trips: f64, bound: Bound) -> Travel {
    Travel { group, mode, trips_per_household: trips, shares: vec![(0, 1.0)], bound }
}

fn gate(east_m: f64, north_m: f64) -> Destination {
    Destination { name: "Gate".into(), at: at(east_m, north_m) }
}

fn home(streets: &Streets, east_m: f64, north_m: f64, households: f64) -> Home {
    let place = |mode| streets.nearest(at(east_m, north_m), mode).map(|near| near.place);
    let edge = place(Mode::Foot).unwrap().edge;
    Home { neighbourhood: 0, edge, households, places: Mode::ALL.map(place) }
}

#[test]
fn minutes_are_households_times_trips_times_minutes_times_hours() {
    let streets = Arc::new(build(&grid(3)));
    let homes = vec![home(&streets, 20.0, 0.0, 10.0)];
    let travels = [travel(Mode::Car, Group::Residents, 4.0, Bound::Out)];
    let plan = Plan::new(Arc::clone(&streets), homes, &[gate(180.0, 0.0)], &travels, 2).unwrap();
    // The middle of the way is shut: round the block is two blocks more, 32 seconds.
    let mut closure = Closure::new(Extent::Across(vec![at(150.0, -9.0), at(150.0, 9.0)]), &[Mode::Car]);
    closure.hours = Hours::between(7, 19);
    // The gate itself is on the shut piece: nobody gets there.
    let burden = &plan.compare(&[vec![closure.clone()]]).unwrap()[0];
    assert_eq!(burden.broken.len(), 1);
    assert_eq!(burden.broken[0].edges, [0]);
    assert!((burden.broken[0].households - 10.0).abs() < 1e-9 && burden.total() < 1e-9);

    let homes = vec![home(&streets, 20.0, 0.0, 10.0)];
    let plan = Plan::new(Arc::clone(&streets), homes, &[gate(200.0, 50.0)], &travels, 2).unwrap();
    let burden = &plan.compare(&[vec![closure.clone()]]).unwrap()[0];
    assert!(burden.broken.is_empty());
    // Straight on and up: 1.8 + 0.5 blocks; through row 1: 0.8 + 1 + 1 + 0.5 = 3.3 blocks, so 1 block or 16 seconds more.
    let expect = 10.0 * 4.0 * 16.0 / 60.0 * 12.0 / 24.0;
    assert!((burden.total() - expect).abs() < 0.1, "{} {expect}", burden.total());

    closure.exempt.push(Group::Residents);
    assert!(plan.compare(&[vec![closure]]).unwrap()[0].total() < 1e-9);
}

#[test]
fn an_edit_tells_streets_and_changed_pieces() {
    let streets = Arc::new(build(&grid(4)));
    let homes = streets.homes(&[square(-10.0, 110.0, 100.0)]).unwrap();
    assert_eq!(homes.len(), 4);
    let whole: f64 = homes.iter().map(|home| home.households).sum();
    assert!((whole - 100.0).abs() < 1e-9);
    let travels = [
        travel(Mode::Car, Group::Residents, 2.0, Bound::ThereAndBack),
        travel(Mode::Bike, Group::Residents, 1.0, Bound::In),
    ];
    let plan = Plan::new(Arc::clone(&streets), homes, &[gate(300.0, 50.0)], &travels, 2).unwrap();
    let all: f64 = (0..24).map(|edge| plan.trips_over(edge, Mode::Car)).sum();
    assert!(all > 200.0, "{all}");
    let closure = Closure::new(Extent::Across(vec![at(150.0, -9.0), at(150.0, 109.0)]), &[Mode::Car]);
    let impact = plan.impact(std::slice::from_ref(&closure)).unwrap();
    assert_eq!(impact.burden, plan.compare(&[vec![closure]]).unwrap()[0]);
    let shut: Vec<u32> = impact.changed.iter().filter(|one| one.shut).map(|one| one.edge).collect();
    assert_eq!(shut.len(), 2);
    for one in &impact.changed {
        assert_eq!(one.mode, Mode::Car);
        assert!(one.after > -1e-3, "{one:?}");
        assert!(!one.shut || one.after.abs() < 1e-3, "{one:?}");
    }
    let lost: f64 = impact.streets.iter().map(|one| one.total() * one.households).sum();
    assert!(lost > 1.0 && (lost - impact.burden.total()).abs() < 1e-3, "{lost} {}", impact.burden.total());
    assert!(impact.streets.windows(2).all(|pair| pair[0].total() >= pair[1].total()));
    let drawn: serde_json::Value = serde_json::from_str(&streets.changes_geojson(&impact.changed)).unwrap();
    assert_eq!(drawn["features"].as_array().unwrap().len(), impact.changed.len());
}

#[test]
fn households_without_a_street_are_told_what_to_do() {
    let streets = build(&grid(3));
    let told = streets.homes(&[square(9_000.0, 9_100.0, 10.0)]).unwrap_err().to_string();
    assert!(told.starts_with("neighbourhood \"1\" has households and no street on foot"), "{told}");
    assert!(told.contains("draw the outline over its streets"), "{told}");
    assert!(streets.homes(&[square(9_000.0, 9_100.0, 0.0)]).unwrap().is_empty());
}

#[test]
fn bad_plans_are_refused_in_words() {
    let streets = Arc::new(build(&grid(3)));
    let refused = |destination: Destination, travel: Travel| {
        Plan::new(Arc::clone(&streets), Vec::new(), &[destination], &[travel], 1).unwrap_err().to_string()
    };
    let fine = travel(Mode::Car, Group::Care, 1.0, Bound::Out);
    assert!(refused(gate(9_000.0, 0.0), fine.clone()).contains("destination \"Gate\""));
    let bad = Travel { trips_per_household: f64::NAN, ..fine.clone() };
    assert!(refused(gate(0.0, 0.0), bad).contains("trips_per_household of travel 0 is NaN"));
    let bad = Travel { shares: vec![(3, 1.0)], ..fine };
    assert!(refused(gate(0.0, 0.0), bad).contains("no destination 3"));
}

/// What variants cost by a whole search for each root, variant and set of closures.
fn plainly(plan: &Plan, closures: &[Closure]) -> (f64, Vec<(usize, u32)>) {
    let prepared = plan.prepare(closures).unwrap();
    let (mut sum, mut cut_off) = (0_i128, Vec::new());
    let mut search = Search::default();
    for root in &plan.roots {
        let graph = plan.streets.graph(root.mode);
        for part in &prepared.by_mode[root.mode.index()] {
            let shut: &Shut = &part.shut;
            let open: Vec<_> =
                root.starts.iter().filter(|one| one.part.is_open(graph, shut)).copied().collect();
            search.run(graph, root.tree.direction, &nodes_of(&open), Some(&shut.arc_mask));
            for (number, home) in (0_u32..).zip(&plan.homes) {
                let before = root.base[number as usize].0;
                let after = root.time_of(graph, &search.times, number, Some(shut)).0;
                for group in (0..Group::COUNT).filter(|group| part.groups[*group] && root.trips[*group] > 0) {
                    if before != UNREACHED && after == UNREACHED {
                        cut_off.push((root.mode.index() * 10 + group, number));
                    } else if before != UNREACHED {
                        #[allow(
                            clippy::cast_precision_loss,
                            clippy::cast_possible_truncation,
                            reason = "small"
                        )]
                        let trips = (root.trips[group] as f64 * home.households * f64::from(part.hours)
                            / 24.0)
                            .round() as i128;
                        sum += trips * i128::from(after - before);
                    }
                }
            }
        }
    }
    cut_off.sort_unstable();
    cut_off.dedup();
    #[allow(clippy::cast_precision_loss, reason = "to 15 digits")]
    (sum as f64 / 6e8, cut_off)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn mended_trees_cost_what_plain_searches_find(
        raw in towns(),
        shut in proptest::collection::vec((0..40_u32, 0..24_u8, 0..24_u8, 0..5_u8), 1..6),
        gates in proptest::collection::vec((0.0..400.0_f64, 0.0..400.0_f64), 1..4),
        threads in 1..4_usize,
    ) {
        let streets = Arc::new(build(&raw));
        let edges = u32::try_from(streets.edges().len()).unwrap();
        let homes: Vec<Home> = (0..edges)
            .filter(|edge| streets.in_main_part(*edge, Mode::Foot))
            .map(|edge| {
                let middle = streets.point_at(Place { edge, along: 0.4 });
                let places = Mode::ALL.map(|mode| streets.nearest(middle, mode).map(|near| near.place));
                Home { neighbourhood: edge % 3, edge, households: f64::from(edge) + 0.5, places }
            })
            .collect();
        let destinations: Vec<Destination> = gates.iter().map(|(x, y)| gate(*x, *y)).collect();
        let shares: Vec<(usize, f64)> = (0..gates.len()).map(|one| (one, 0.3)).collect();
        let travels: Vec<Travel> = [
            (Mode::Car, Group::Residents, Bound::ThereAndBack),
            (Mode::Car, Group::Deliveries, Bound::In),
            (Mode::Bike, Group::Residents, Bound::Out),
            (Mode::Foot, Group::Care, Bound::In),
        ]
        .into_iter()
        .map(|(mode, group, bound)| Travel { group, mode, trips_per_household: 1.7, shares: shares.clone(), bound })
        .collect();
        // In a town of one-ways nobody may be near a street that cars can leave.
        let Ok(plan) = Plan::new(Arc::clone(&streets), homes, &destinations, &travels, threads) else { return Ok(()) };
        let closures: Vec<Closure> = shut
            .iter()
            .map(|(edge, from, to, kind)| Closure {
                hours: Hours::between(*from, *to),
                exempt: if *kind == 0 { vec![Group::Deliveries] } else { Vec::new() },
                heading: if *kind == 1 { Heading::Along } else { Heading::Both },
                ..Closure::new(Extent::Edges(vec![edge % edges]), &[Mode::Car, Mode::Foot, Mode::Bike])
            })
            .collect();
        let variants: Vec<Vec<Closure>> = (0..=closures.len()).map(|count| closures[..count].to_vec()).collect();
        let burdens = plan.compare(&variants).unwrap();
        for (variant, burden) in variants.iter().zip(&burdens) {
            let (minutes, cut_off) = plainly(&plan, variant);
            prop_assert!((burden.total() - minutes).abs() < 1e-6 * minutes.max(1.0), "{} {minutes}", burden.total());
            let broken: usize = burden.broken.iter().map(|one| one.edges.len()).sum();
            prop_assert_eq!(broken, cut_off.len());
        }
        let impact = plan.impact(&closures).unwrap();
        prop_assert_eq!(&impact.burden, &burdens[closures.len()]);
    }

    #[test]
    fn a_closed_street_is_as_if_it_were_not_there(raw in towns(), closed in 0..40_usize) {
        let streets = build(&raw);
        let Some(gone) = raw.ways.get(closed % raw.ways.len()).map(|way| way.id) else { return Ok(()) };
        // Turns through a street that is gone bind nobody, so only towns without are asked.
        let mut without = Raw { relations: Vec::new(), ..raw.clone() };
        let streets = if raw.relations.is_empty() { streets } else { build(&without) };
        without.ways.retain(|way| way.id != gone);
        prop_assume!(!without.ways.is_empty());
        let rest = build(&without);
        let closure = [Closure::new(Extent::Way(gone), &[Mode::Foot])];
        let resolved = streets.resolve(&closure).unwrap();
        let graph = streets.graph(Mode::Foot);
        let shut = Shut::new(graph, streets.edges().len(), resolved.iter());
        let mut search = Search::default();
        for edge in 0..u32::try_from(rest.edges().len()).unwrap() {
            let place = |town: &Streets, edge: u32| {
                let way = rest.edges()[edge as usize].way;
                Place { edge: town.edges_of_way(way).next().unwrap(), along: 0.5 }
            };
            let joins = |edge, direction| crate::streets::attach::attach(&streets, Mode::Foot, place(&streets, edge), direction);
            let open = |one: &crate::streets::attach::Attach| one.part.is_open(graph, &shut);
            let starts: Vec<_> = joins(0, Direction::From).into_iter().filter(open).collect();
            search.run(graph, Direction::From, &nodes_of(&starts), Some(&shut.arc_mask));
            let ends = joins(edge, Direction::To).into_iter().filter(open);
            let closed = ends.map(|one| search.times[one.node as usize].saturating_add(one.ds)).min();
            let closed = closed.filter(|ds| *ds != UNREACHED);
            let anew = time_between(&rest, Mode::Foot, place(&rest, 0), place(&rest, edge));
            let chain_of = |edge: u32| graph.spot_of[place(&streets, edge).edge as usize].chain;
            if chain_of(edge) != chain_of(0) {
                match (closed, anew) {
                    (Some(closed), Some(anew)) => prop_assert!(closed.abs_diff(anew) <= 12, "{closed} {anew}"),
                    // Two pieces of one chain are joined along it, which this does not ask.
                    (None, Some(_)) => prop_assert!(rest.graph(Mode::Foot).spot_of[edge as usize].chain
                        == rest.graph(Mode::Foot).spot_of[0].chain),
                    (None, None) => {}
                    (Some(_), None) => prop_assert!(false, "{closed:?}"),
                }
            }
        }
    }
}
