//! Trips on the pieces of their ways: put on the nodes of a tree, they come together towards its root.
//!
//! Not here: which way a home takes (`root.rs`), or what it costs (`weigh.rs`).

use super::attach::Part;
use super::graph::Graph;
use super::root::{Last, Root};
use super::search::NO_ARC;
use super::tree::Mended;

/// The ways of one root. Trips are millionths, summed by edge.
pub(super) struct Stream<'a> {
    pub root: &'a Root,
    pub graph: &'a Graph,
}

impl Stream<'_> {
    /// Trips of all homes on open streets.
    pub fn open(&self, trips: impl Fn(u32) -> i64, flow: &mut [i64]) {
        let mut through = vec![0; self.graph.nodes()];
        for (home, (_, way)) in (0_u32..).zip(&self.root.base) {
            self.join(*way, trips(home), &mut through, flow);
        }
        for node in self.root.tree.from_the_leaves() {
            self.pass(*node, &self.root.tree.parents, &mut through, flow);
        }
    }

    /// Trips that went one way and go another: less there, more here.
    pub fn moved(&self, moved: &[(i64, Last, Last)], mended: &Mended, flow: &mut [i64]) {
        if moved.is_empty() {
            return;
        }
        let tree = &self.root.tree;
        // Old ways below what was closed, up to where the tree stands.
        let mut through = vec![0; self.graph.nodes()];
        for (trips, before, _) in moved {
            self.join(*before, -trips, &mut through, flow);
        }
        for node in mended.touched_nodes(tree).rev() {
            self.pass(*node, &tree.parents, &mut through, flow);
        }
        for (trips, _, after) in moved {
            self.join(*after, *trips, &mut through, flow);
        }
        // New ways, down to where the tree stands. A node that was settled twice has passed on all it has the first time.
        for node in mended.settled_from_the_leaves() {
            self.pass(*node, &mended.search.parents, &mut through, flow);
        }
        // What reached the standing part goes on as it always did.
        for node in tree.from_the_leaves() {
            self.pass(*node, &tree.parents, &mut through, flow);
        }
    }

    /// Puts trips on the node that a way goes through first.
    fn join(&self, way: Last, trips: i64, through: &mut [i64], flow: &mut [i64]) {
        match way {
            Last::None => {}
            Last::Straight(number) => self.part(self.root.straight[number as usize].2, trips, flow),
            Last::Leaf(number) => {
                let way = &self.root.leaves.ways[number as usize];
                self.part(way.part, trips, flow);
                through[way.node as usize] += trips;
            }
        }
    }

    /// Moves the trips of a node to the one it hangs on.
    fn pass(&self, node: u32, parents: &[u32], through: &mut [i64], flow: &mut [i64]) {
        let trips = std::mem::take(&mut through[node as usize]);
        if trips == 0 {
            return;
        }
        let arc = parents[node as usize];
        if arc != NO_ARC {
            for side in self.graph.sides_of(self.graph.run_of[arc as usize] / 2) {
                flow[(side / 2) as usize] += trips;
            }
            through[self.root.tree.above(self.graph, arc) as usize] += trips;
            return;
        }
        // The tree begins here: between the node and the destination there is part of a chain.
        let start = self.root.starts.iter().filter(|start| start.node == node).min_by_key(|start| start.ds);
        if let Some(start) = start {
            self.part(start.part, trips, flow);
        }
    }

    fn part(&self, part: Part, trips: i64, flow: &mut [i64]) {
        for side in &self.graph.sides_of(part.run / 2)[part.from as usize..part.to as usize] {
            flow[(side / 2) as usize] += trips;
        }
    }
}
