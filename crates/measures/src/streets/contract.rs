//! Pieces of street to the graph of one mode: junctions where nothing can be chosen disappear into chains.
//!
//! A chain runs between junctions where the mode can choose, where a turn is forbidden, or where the street ends. A barrier
//! that stops the mode ends a chain on both sides.
//!
//! Not here: copies of junctions for turns (`expand.rs`).

use super::expand::{Runs, expand};
use super::graph::{Graph, Half, InChain};
use super::mode::Mode;
use super::network::{Edge, NEVER, short};
use super::parts::largest_part;
use super::raw::Point;
use super::turns::Turns;

/// Makes the graph of a mode.
pub(super) fn contract(
    junctions: &[Point],
    edges: &[Edge],
    passes: &[[bool; Mode::COUNT]],
    turns: &Turns,
    mode: Mode,
) -> Graph {
    let mut ends = Ends::new(junctions.len(), edges, passes, mode);
    let bound: Vec<&super::turns::Ban> = turns.bans.iter().filter(|ban| ban.modes[mode.index()]).collect();
    for ban in &bound {
        for via in &ban.vias {
            ends.keep[*via as usize] = true;
        }
    }
    let chains = chains(edges, &mut ends, mode);
    let (numbers, junction) = ends.number(&chains, junctions);
    let runs = Runs {
        ends: chains
            .ends
            .iter()
            .flat_map(|[from, to]| {
                let (from, to) = (numbers[*from as usize], numbers[*to as usize]);
                [[from, to], [to, from]]
            })
            .collect(),
        ms: &chains.run_ms,
    };
    let graph = Graph {
        sides_first: chains.sides_first,
        sides: chains.sides,
        spot_of: chains.spot_of,
        junction,
        ..Graph::default()
    };
    let expanded = expand(&runs, &graph, &bound);
    let nodes = expanded.junction.len();
    let (ends, run_of, time_ds) = (expanded.ends, expanded.run_of, expanded.time_ds);
    let out = Half::new(nodes, &ends, &time_ds, 0);
    let back = Half::new(nodes, &ends, &time_ds, 1);
    let main = largest_part(&out);
    Graph {
        out,
        back,
        ends,
        run_of,
        arcs_first: expanded.arcs_first,
        arcs_of: expanded.arcs_of,
        run_ms: chains.run_ms,
        main,
        junction: expanded.junction,
        ..graph
    }
}

/// Ends of edges at nodes of a mode: junctions, and a dead end of its own for each edge at a barrier.
struct Ends {
    /// By edge: node at its first and last point.
    node: Vec<[u32; 2]>,
    /// By node: the junction.
    junction: Vec<u32>,
    keep: Vec<bool>,
    /// By node: sides (edge * 2, + 1 against its points) that leave it, whether allowed or not.
    first: Vec<u32>,
    sides: Vec<u32>,
}

impl Ends {
    fn new(junctions: usize, edges: &[Edge], passes: &[[bool; Mode::COUNT]], mode: Mode) -> Self {
        let mut junction: Vec<u32> = (0..short(junctions)).collect();
        let mut node = vec![[NEVER; 2]; edges.len()];
        for (edge, node) in edges.iter().zip(&mut node) {
            if edge.time_ms[mode.index()] == [NEVER, NEVER] {
                continue;
            }
            *node = [edge.from, edge.to].map(|at| {
                if passes[at as usize][mode.index()] {
                    return at;
                }
                junction.push(at);
                short(junction.len() - 1)
            });
        }
        let mut first = vec![0_u32; junction.len() + 1];
        for at in node.iter().flatten().filter(|at| **at != NEVER) {
            first[*at as usize + 1] += 1;
        }
        for at in 0..junction.len() {
            first[at + 1] += first[at];
        }
        let mut next = first.clone();
        let mut sides = vec![0; first[junction.len()] as usize];
        for (edge, [from, to]) in (0_u32..).zip(&node) {
            for (at, side) in [(*from, edge * 2), (*to, edge * 2 + 1)] {
                if at != NEVER {
                    sides[next[at as usize] as usize] = side;
                    next[at as usize] += 1;
                }
            }
        }
        let mut ends = Self { node, keep: vec![false; junction.len()], junction, first, sides };
        for at in 0..ends.junction.len() {
            ends.keep[at] = !ends.passed_through(edges, mode, at);
        }
        ends
    }

    fn leaving(&self, node: usize) -> &[u32] {
        &self.sides[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// Whether whoever comes in at a node can only go on: two edges that allow the same directions.
    fn passed_through(&self, edges: &[Edge], mode: Mode, node: usize) -> bool {
        let [one, two] = self.leaving(node) else { return false };
        let may = |side: u32| edges[(side / 2) as usize].time_ms[mode.index()][(side & 1) as usize] != NEVER;
        one / 2 != two / 2 && may(one ^ 1) == may(*two) && may(two ^ 1) == may(*one)
    }

    /// Numbers the nodes that chains end at so that neighbours in space are neighbours in memory.
    fn number(&self, chains: &Chains, junctions: &[Point]) -> (Vec<u32>, Vec<u32>) {
        let mut used: Vec<u32> = chains.ends.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        used.sort_by_key(|node| (interleave(junctions[self.junction[*node as usize] as usize]), *node));
        let mut numbers = vec![NEVER; self.junction.len()];
        for (number, node) in (0_u32..).zip(&used) {
            numbers[*node as usize] = number;
        }
        (numbers, used.iter().map(|node| self.junction[*node as usize]).collect())
    }
}

/// Bits of east and north in turn (Morton order).
fn interleave(at: Point) -> u64 {
    let spread = |units: i32| {
        let mut bits = u64::from(units.cast_unsigned() ^ 0x8000_0000);
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | bits << shift) & mask;
        }
        bits
    };
    spread(at.lon_e7) | spread(at.lat_e7) << 1
}

struct Chains {
    ends: Vec<[u32; 2]>,
    run_ms: Vec<u32>,
    sides_first: Vec<u32>,
    sides: Vec<u32>,
    spot_of: Vec<InChain>,
}

fn chains(edges: &[Edge], ends: &mut Ends, mode: Mode) -> Chains {
    let mut chains = Chains {
        ends: Vec::new(),
        run_ms: Vec::new(),
        sides_first: vec![0],
        sides: Vec::new(),
        spot_of: vec![InChain::NONE; edges.len()],
    };
    for node in 0..ends.junction.len() {
        if ends.keep[node] {
            chains.begin_at(edges, ends, mode, node);
        }
    }
    // Rings on which nothing can be chosen anywhere: any node of theirs is kept.
    for node in 0..ends.junction.len() {
        let begins = ends.leaving(node).first();
        if begins.is_some_and(|side| chains.spot_of[(side / 2) as usize] == InChain::NONE) {
            ends.keep[node] = true;
            chains.begin_at(edges, ends, mode, node);
        }
    }
    chains
}

impl Chains {
    fn begin_at(&mut self, edges: &[Edge], ends: &Ends, mode: Mode, node: usize) {
        for first in ends.leaving(node) {
            if self.spot_of[(first / 2) as usize] != InChain::NONE {
                continue;
            }
            let (chain, mut side, mut place) = (short(self.ends.len()), *first, 0);
            let (mut along, mut against) = (0_u32, 0_u32);
            let end = loop {
                let times = edges[(side / 2) as usize].time_ms[mode.index()];
                along = together(along, times[(side & 1) as usize]);
                against = together(against, times[(side & 1 ^ 1) as usize]);
                self.sides.push(side);
                self.spot_of[(side / 2) as usize] = InChain { chain, place, turned: side & 1 == 1 };
                place += 1;
                let end = ends.node[(side / 2) as usize][(side & 1 ^ 1) as usize];
                if ends.keep[end as usize] {
                    break end;
                }
                // Two sides leave a node that is passed through: the one back, and the one on.
                let on = ends.leaving(end as usize).iter().find(|one| **one != side ^ 1);
                side = *on.unwrap_or(&side);
            };
            self.ends.push([short(node), end]);
            self.run_ms.extend([along, against]);
            self.sides_first.push(short(self.sides.len()));
        }
    }
}

fn together(sum: u32, more: u32) -> u32 {
    if sum == NEVER || more == NEVER { NEVER } else { sum.saturating_add(more).min(NEVER - 1) }
}
