//! How a place on a street joins the graph of a mode: which nodes it reaches, or is reached from, and which pieces that takes.
//!
//! Not here: finding the place.

use super::closure::Shut;
use super::graph::Graph;
use super::mode::Mode;
use super::network::{NEVER, Streets};
use super::place::Place;
use super::search::Direction;

/// One way between a place and a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attach {
    pub node: u32,
    /// Deciseconds between them.
    pub ds: u32,
    pub part: Part,
}

/// Part of a chain in one direction: places `from..to` of its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub run: u32,
    pub from: u32,
    pub to: u32,
}

impl Part {
    /// Whether none of its sides is shut.
    pub fn is_open(&self, graph: &Graph, shut: &Shut) -> bool {
        let chain = self.run / 2;
        if shut.chains.binary_search(&chain).is_err() {
            return true;
        }
        let sides = &graph.sides_of(chain)[self.from as usize..self.to as usize];
        !sides.iter().any(|side| shut.sides.has(side ^ (self.run & 1)))
    }
}

/// Ways from a place to nodes (`From`), or from nodes to it (`To`).
pub(super) fn attach(streets: &Streets, mode: Mode, place: Place, direction: Direction) -> Vec<Attach> {
    let graph = streets.graph(mode);
    let spot = graph.spot_of[place.edge as usize];
    if spot.chain == NEVER {
        return Vec::new();
    }
    let count = super::network::short(graph.sides_of(spot.chain).len());
    let mut found: Vec<Attach> = Vec::new();
    for turned in 0..2 {
        let run = spot.chain * 2 + turned;
        if graph.run_ms[run as usize] == NEVER {
            continue;
        }
        let (before, after) = times(streets, mode, run, place);
        let until = Part { run, from: 0, to: spot.place + 1 };
        let onward = Part { run, from: spot.place, to: count };
        let (first, last) = if turned == 0 { (until, onward) } else { (onward, until) };
        match direction {
            Direction::From => {
                let arc = graph.arcs_of_run(run).first();
                found.extend(arc.map(|arc| Attach {
                    node: graph.ends[*arc as usize][1],
                    ds: after,
                    part: last,
                }));
            }
            Direction::To => {
                for arc in graph.arcs_of_run(run) {
                    found.push(Attach { node: graph.ends[*arc as usize][0], ds: before, part: first });
                }
            }
        }
    }
    found
}

/// The way from one place to another along the one chain they share, in each direction that leads there.
pub(super) fn straight(streets: &Streets, mode: Mode, from: Place, to: Place) -> Vec<(u32, Part)> {
    let graph = streets.graph(mode);
    let (one, two) = (graph.spot_of[from.edge as usize], graph.spot_of[to.edge as usize]);
    if one.chain == NEVER || one.chain != two.chain {
        return Vec::new();
    }
    let part = |run| Part { run, from: one.place.min(two.place), to: one.place.max(two.place) + 1 };
    (0..2)
        .map(|turned| one.chain * 2 + turned)
        .filter(|run| graph.run_ms[*run as usize] != NEVER)
        .filter_map(|run| {
            let (start, end) = (times(streets, mode, run, from).0, times(streets, mode, run, to).0);
            (start <= end).then(|| (end - start, part(run)))
        })
        .collect()
}

/// Deciseconds of a run before and after a place on it.
fn times(streets: &Streets, mode: Mode, run: u32, place: Place) -> (u32, u32) {
    let graph = streets.graph(mode);
    let sides = graph.sides_of(run / 2);
    let (mut before, mut after, mut passed) = (0.0, 0.0, false);
    let mut step = |side: u32| {
        let edge = (side / 2) as usize;
        let ms = f64::from(streets.edges[edge].time_ms[mode.index()][(side & 1) as usize]);
        if side / 2 == place.edge {
            let along = if side & 1 == 0 { place.along } else { 1.0 - place.along };
            before += ms * along;
            after += ms * (1.0 - along);
            passed = true;
        } else if passed {
            after += ms;
        } else {
            before += ms;
        }
    };
    if run & 1 == 0 {
        sides.iter().for_each(|side| step(*side));
    } else {
        sides.iter().rev().for_each(|side| step(side ^ 1));
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive; saturates")]
    let whole = |ms: f64| (ms / 100.0).round() as u32;
    (whole(before), whole(after))
}
