//! One destination, mode and direction of a plan: its tree on open streets, and where the homes hang on it.
//!
//! Not here: what closures change (`weigh.rs`).

use std::sync::Arc;

use super::attach::{Attach, Part, attach, straight};
use super::closure::{Group, Shut};
use super::graph::Graph;
use super::mode::Mode;
use super::network::{Streets, short};
use super::people::Home;
use super::place::Place;
use super::search::{Direction, Mask, Search, UNREACHED};
use super::tree::Tree;

/// A destination for a mode and direction.
#[derive(Debug)]
pub(super) struct Root {
    pub mode: Mode,
    /// Millionths of trips of a household on a day, by group.
    pub trips: [i64; Group::COUNT],
    pub starts: Vec<Attach>,
    /// Homes on the chain of the destination, in order: the way along it.
    pub straight: Vec<(u32, u32, Part)>,
    pub leaves: Arc<Leaves>,
    pub tree: Tree,
    /// By home: deciseconds on open streets, and by which way of it.
    pub base: Vec<(u32, Last)>,
}

/// By which way a home is joined to a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Not at all.
    None,
    /// Through a node: a place in the list of the leaves.
    Leaf(u32),
    /// Along the chain: a place in `straight`.
    Straight(u32),
}

/// Homes of a mode and direction as they join its graph.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    /// By home: its ways in `ways`.
    first: Vec<u32>,
    pub ways: Vec<Attach>,
    node_first: Vec<u32>,
    at_node: Vec<u32>,
    /// Nodes that homes hang on.
    pub nodes: Mask,
    /// Chain and home, in order.
    on_chain: Vec<(u32, u32)>,
}

/// Leaves for each mode and direction that is wanted.
pub(super) fn leaves<T>(
    streets: &Streets,
    homes: &[Home],
    wanted: &[(usize, Mode, Direction, T)],
) -> [[Arc<Leaves>; 2]; Mode::COUNT] {
    Mode::ALL.map(|mode| {
        [Direction::From, Direction::To].map(|direction| {
            let used = wanted.iter().any(|one| (one.1, one.2) == (mode, direction));
            Arc::new(if used { Leaves::new(streets, homes, mode, direction) } else { Leaves::default() })
        })
    })
}

impl Leaves {
    /// `direction` is that of the search: from the destination homes are arrived at, to it they are left.
    fn new(streets: &Streets, homes: &[Home], mode: Mode, direction: Direction) -> Self {
        let other = if direction == Direction::From { Direction::To } else { Direction::From };
        let nodes = streets.graph(mode).nodes();
        let (node_first, mask) = (vec![0; nodes + 1], Mask::new(nodes));
        let mut leaves = Self { first: vec![0], node_first, nodes: mask, ..Self::default() };
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (number, home) in (0_u32..).zip(homes) {
            let place = home.places[mode.index()];
            for way in place.into_iter().flat_map(|place| attach(streets, mode, place, other)) {
                pairs.push((way.node, number));
                leaves.on_chain.push((way.part.run / 2, number));
                leaves.ways.push(way);
            }
            leaves.first.push(short(leaves.ways.len()));
        }
        leaves.on_chain.sort_unstable();
        leaves.on_chain.dedup();
        pairs.sort_unstable();
        pairs.dedup();
        for (node, _) in &pairs {
            leaves.node_first[*node as usize + 1] += 1;
            leaves.nodes.insert(*node);
        }
        for node in 0..nodes {
            leaves.node_first[node + 1] += leaves.node_first[node];
        }
        leaves.at_node = pairs.into_iter().map(|(_, home)| home).collect();
        leaves
    }

    /// Homes that hang on a node.
    pub fn at_node(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.at_node[self.node_first[node] as usize..self.node_first[node + 1] as usize]
    }

    /// Homes on a chain.
    pub fn on_chain(&self, chain: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.on_chain.partition_point(|(one, _)| *one < chain);
        self.on_chain[first..].iter().take_while(move |(one, _)| *one == chain).map(|(_, home)| *home)
    }
}

impl Root {
    pub fn new(
        search: &mut Search,
        streets: &Streets,
        homes: &[Home],
        leaves: Arc<Leaves>,
        (mode, direction, place): (Mode, Direction, Place),
        trips: [i64; Group::COUNT],
    ) -> Self {
        let graph = streets.graph(mode);
        let starts = attach(streets, mode, place, direction);
        let tree = Tree::new(search, graph, direction, &nodes_of(&starts));
        let mut along = Vec::new();
        for (number, home) in (0_u32..).zip(homes) {
            let Some(home) = home.places[mode.index()] else { continue };
            let (from, to) = if direction == Direction::From { (place, home) } else { (home, place) };
            along.extend(straight(streets, mode, from, to).into_iter().map(|(ds, part)| (number, ds, part)));
        }
        let mut root = Self { mode, trips, starts, straight: along, leaves, tree, base: Vec::new() };
        root.base =
            (0..short(homes.len())).map(|home| root.time_of(graph, &root.tree.times, home, None)).collect();
        root
    }

    /// Deciseconds between a home and the destination, and the way.
    pub fn time_of(&self, graph: &Graph, times: &[u32], home: u32, shut: Option<&Shut>) -> (u32, Last) {
        let is_open = |part: &Part| shut.is_none_or(|shut| part.is_open(graph, shut));
        let mut best = (UNREACHED, Last::None);
        let row = self.leaves.first[home as usize]..self.leaves.first[home as usize + 1];
        for number in row {
            let way = &self.leaves.ways[number as usize];
            let time = times[way.node as usize].saturating_add(way.ds);
            if time < best.0 && is_open(&way.part) {
                best = (time, Last::Leaf(number));
            }
        }
        let first = self.straight.partition_point(|(one, ..)| *one < home);
        for (number, (_, ds, part)) in
            self.straight.iter().enumerate().skip(first).take_while(|(_, (one, ..))| *one == home)
        {
            if *ds < best.0 && is_open(part) {
                best = (*ds, Last::Straight(short(number)));
            }
        }
        best
    }
}

/// Nodes and times to begin a search with.
pub(super) fn nodes_of(starts: &[Attach]) -> Vec<(u32, u32)> {
    starts.iter().map(|one| (one.node, one.ds)).collect()
}
