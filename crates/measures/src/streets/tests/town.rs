//! Towns for tests: made by hand from named corners, or by dice; and slow, obvious ways to ask them.
//!
//! Not here: tests.

use proptest::prelude::*;

use crate::streets::attach::attach;
use crate::streets::network::NEVER;
use crate::streets::*;

/// About this many metres lie between neighbours in a grid.
pub const BLOCK_M: f64 = 100.0;

/// A place in metres from a corner in The Hague.
pub fn at(east_m: f64, north_m: f64) -> Point {
    let per_degree = base::geo::EARTH_RADIUS_M.to_radians();
    let latitude = 52.09 + north_m / per_degree;
    Point::new(4.28 + east_m / (per_degree * 52.09_f64.to_radians().cos()), latitude).unwrap()
}

pub fn node(id: i64, east_m: f64, north_m: f64) -> RawNode {
    RawNode { id, at: at(east_m, north_m) }
}

pub fn way<const N: usize>(id: i64, nodes: &[i64], tags: [(&str, &str); N]) -> RawWay {
    let mut tags = Tags::from(tags);
    if tags.get("highway").is_none() {
        tags.0.push(("highway".into(), "residential".into()));
    }
    RawWay { id, nodes: nodes.to_vec(), tags }
}

pub fn turn(rule: &str, from: i64, via: i64, to: i64) -> RawRelation {
    let member = |role: &str, is_way, id| RawMember { role: role.into(), is_way, id };
    RawRelation {
        id: 1,
        members: vec![member("from", true, from), member("via", false, via), member("to", true, to)],
        tags: Tags::from([("type", "restriction"), ("restriction", rule)]),
    }
}

pub fn build(raw: &Raw) -> Streets {
    Streets::build(raw, Country::Netherlands).unwrap()
}

/// Deciseconds between two places that are on streets.
pub fn time(streets: &Streets, mode: Mode, from: Point, to: Point) -> Option<u32> {
    let place = |point| streets.nearest(point, mode).map(|near| near.place);
    time_between(streets, mode, place(from)?, place(to)?)
}

pub fn time_between(streets: &Streets, mode: Mode, from: Place, to: Place) -> Option<u32> {
    let starts: Vec<(u32, u32)> =
        attach(streets, mode, from, Direction::From).iter().map(|one| (one.node, one.ds)).collect();
    let mut search = Search::default();
    search.run(streets.graph(mode), Direction::From, &starts, None);
    let through = attach(streets, mode, to, Direction::To);
    let through = through.iter().map(|one| search.times[one.node as usize].saturating_add(one.ds));
    let straight = crate::streets::attach::straight(streets, mode, from, to);
    let best = through.chain(straight.into_iter().map(|(ds, _)| ds)).min();
    best.filter(|best| *best != UNREACHED)
}

/// A square grid of streets, one way for each row and column, numbered 100 + row and 200 + column.
pub fn grid(side: i64) -> Raw {
    let mut raw = Raw::default();
    for row in 0..side {
        for column in 0..side {
            #[allow(clippy::cast_precision_loss, reason = "small")]
            raw.nodes.push(node(row * side + column, column as f64 * BLOCK_M, row as f64 * BLOCK_M));
        }
    }
    for line in 0..side {
        let row: Vec<i64> = (0..side).map(|column| line * side + column).collect();
        let column: Vec<i64> = (0..side).map(|row| row * side + line).collect();
        raw.ways.push(way(100 + line, &row, [("name", &format!("Row {line}"))]));
        raw.ways.push(way(200 + line, &column, [("name", &format!("Column {line}"))]));
    }
    raw
}

/// Towns by dice: a grid of which each piece is a way of its own, some missing, some one-way, some with a bend, a few barriers
/// and forbidden turns.
pub fn towns() -> impl Strategy<Value = Raw> {
    let side = 5_i64;
    let pieces = proptest::collection::vec((0..10_u8, 0..4_u8, -30.0..30.0_f64), 40);
    let turns = proptest::collection::vec((0..25_i64, 0..4_usize, 0..4_usize, 0..6_u8), 0..12);
    let barriers = proptest::collection::vec(0..25_i64, 0..3);
    (pieces, turns, barriers).prop_map(move |(pieces, turns, barriers)| {
        let mut raw = grid(side);
        raw.ways.clear();
        let mut pieces = pieces.into_iter();
        for row in 0..side {
            for column in 0..side {
                for (to, fits) in [(1, column + 1 < side), (side, row + 1 < side)] {
                    let from = row * side + column;
                    if let (true, Some(piece)) = (fits, pieces.next()) {
                        add_piece(&mut raw, from, from + to, piece);
                    }
                }
            }
        }
        for (via, from, to, rule) in turns {
            let there: Vec<i64> = raw
                .ways
                .iter()
                .filter(|way| way.nodes.first() == Some(&via) || way.nodes.last() == Some(&via))
                .map(|way| way.id)
                .collect();
            if let (Some(from), Some(to)) = (there.get(from), there.get(to)) {
                let rule = if rule == 0 { "only_straight_on" } else { "no_left_turn" };
                raw.relations.push(turn(rule, *from, via, *to));
            }
        }
        for id in barriers {
            raw.node_tags.push((id, Tags::from([("barrier", "bollard")])));
        }
        raw
    })
}

fn add_piece(raw: &mut Raw, from: i64, to: i64, (kind, turned, bend): (u8, u8, f64)) {
    let id = i64::try_from(raw.ways.len()).unwrap() + 1_000;
    let (mut from, mut to) = (from, to);
    if turned == 0 {
        std::mem::swap(&mut from, &mut to);
    }
    let middle = 10_000 + id;
    let degrees = |id: i64| raw.nodes[usize::try_from(id).unwrap()].at.degrees();
    let ([x, y], [a, b]) = (degrees(from), degrees(to));
    let bent = Point::new(f64::midpoint(x, a) + bend * 1e-5, f64::midpoint(y, b) + bend * 1e-5).unwrap();
    raw.nodes.push(RawNode { id: middle, at: bent });
    let name = format!("Street {id}");
    match kind {
        0 => {}
        1..=3 => raw.ways.push(way(id, &[from, middle, to], [("oneway", "yes"), ("name", &name)])),
        4 => raw.ways.push(way(id, &[from, middle, to], [("highway", "primary"), ("name", &name)])),
        _ => raw.ways.push(way(id, &[from, middle, to], [("name", &name)])),
    }
}

/// Milliseconds from the middle of a side (edge * 2 + direction) to the middle of every other, by Bellman and Ford over pieces,
/// without contraction, copies or queues. `None` where a forbidden turn, a barrier or nothing leads there.
pub fn slow_times(streets: &Streets, raw: &Raw, mode: Mode, from: u32) -> Vec<Option<u64>> {
    let edges = streets.edges();
    let ends = |side: u32| {
        let edge = &edges[(side / 2) as usize];
        if side & 1 == 0 { (edge.from, edge.to) } else { (edge.to, edge.from) }
    };
    let ms = |side: u32| edges[(side / 2) as usize].time_ms[mode.index()][(side & 1) as usize];
    let sides = u32::try_from(edges.len()).unwrap() * 2;
    let forbidden = |one: u32, two: u32| is_forbidden(streets, raw, mode, ends(one).1, one, two);
    let may_turn = |one: u32, two: u32| {
        let via = ends(one).1;
        let onward = |other: u32| {
            let stopped = mode == Mode::Car && is_barrier(streets, raw, via);
            other != two && ends(other).0 == via && ms(other) != NEVER && !stopped
        };
        let turns_round =
            two == one ^ 1 && (0..sides).any(|other| binds(streets, raw, mode, via, one, other));
        // Where a street only goes on under another number nobody turns round: it is one chain.
        let goes_on = || {
            let leaving: Vec<u32> = (0..sides)
                .filter(|side| ends(*side).0 == via && (ms(*side) != NEVER || ms(side ^ 1) != NEVER))
                .collect();
            let [here, there] = leaving[..] else { return false };
            let open = |side: u32| ms(side) != NEVER;
            let bound =
                (0..sides).any(|other| (0..sides).any(|third| binds(streets, raw, mode, via, other, third)));
            let stopped = mode == Mode::Car && is_barrier(streets, raw, via);
            here / 2 != there / 2
                && open(here ^ 1) == open(there)
                && open(there ^ 1) == open(here)
                && !bound
                && !stopped
        };
        let impossible = turns_round && (0..sides).any(onward) || two == one ^ 1 && goes_on();
        via == ends(two).0 && !forbidden(one, two) && !impossible
    };
    let mut pairs = Vec::new();
    for one in (0..sides).filter(|side| ms(*side) != NEVER) {
        for two in (0..sides).filter(|side| ms(*side) != NEVER) {
            if may_turn(one, two) {
                pairs.push((one, two));
            }
        }
    }
    let mut times: Vec<Option<u64>> = vec![None; sides as usize];
    if ms(from) != NEVER {
        times[from as usize] = Some(0);
    }
    loop {
        let mut better = false;
        for (one, two) in &pairs {
            let Some(known) = times[*one as usize] else { continue };
            let there = known + u64::from(ms(*one)) / 2 + u64::from(ms(*two)) / 2;
            if times[*two as usize].is_none_or(|old| there < old) {
                times[*two as usize] = Some(there);
                better = true;
            }
        }
        if !better {
            return times;
        }
    }
}

/// Whether one may not go from a side to another: a barrier (at which one can turn round), or a forbidden turn.
fn is_forbidden(streets: &Streets, raw: &Raw, mode: Mode, via: u32, one: u32, two: u32) -> bool {
    let stopped = mode == Mode::Car && is_barrier(streets, raw, via) && two != one ^ 1;
    stopped || binds(streets, raw, mode, via, one, two)
}

fn is_barrier(streets: &Streets, raw: &Raw, via: u32) -> bool {
    let id = raw.nodes.iter().find(|node| node.at == streets.junctions[via as usize]).map(|node| node.id);
    raw.node_tags.iter().any(|(node, _)| Some(*node) == id)
}

/// Whether a restriction forbids a turn. In these towns a way is one piece between different corners.
fn binds(streets: &Streets, raw: &Raw, mode: Mode, via: u32, one: u32, two: u32) -> bool {
    let id = raw.nodes.iter().find(|node| node.at == streets.junctions[via as usize]).map(|node| node.id);
    let way_of = |side: u32| streets.edges()[(side / 2) as usize].way;
    let open = |way: i64, arrives: bool, modes: &[Mode]| {
        streets.edges_of_way(way).any(|edge| {
            let piece = &streets.edges()[edge as usize];
            let direction = usize::from((piece.to == via) != arrives);
            modes.iter().any(|mode| piece.time_ms[mode.index()][direction] != NEVER)
        })
    };
    let leaves_via = {
        let edge = &streets.edges()[(two / 2) as usize];
        (if two & 1 == 0 { edge.from } else { edge.to }) == via
    };
    leaves_via
        && raw.relations.iter().any(|relation| {
            let member = |role: &str| relation.members.iter().find(|one| one.role == role).map(|one| one.id);
            let (Some(from), Some(at), Some(to)) = (member("from"), member("via"), member("to")) else {
                return false;
            };
            let bound = [Mode::Car, Mode::Bike];
            if Some(at) != id || from != way_of(one) || !open(from, true, &bound) || !open(to, false, &bound)
            {
                return false;
            }
            let only = relation.tags.get("restriction").is_some_and(|rule| rule.starts_with("only_"));
            if only { open(to, false, &[mode]) && to != way_of(two) } else { to == way_of(two) }
        })
}
