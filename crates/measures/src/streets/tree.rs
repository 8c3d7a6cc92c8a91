//! Trees of shortest ways that are mended when arcs close, instead of searched again.
//!
//! Closing arcs only makes ways longer, and only for nodes below a closed arc of the tree. Those (a run of the tree's
//! preorder) forget their times, take the best offer of a neighbour that is not below, and a search from there fills in the
//! rest (Ramalingam and Reps 1996, for deletions). A closed arc that is not in the tree changes nothing.
//!
//! Not here: what times mean to people.

use super::graph::{Graph, Half};
use super::queue::WIDTH;
use super::search::{Direction, Mask, NO_ARC, Search, UNREACHED};

/// Shortest ways from, or to, one start on open streets.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub direction: Direction,
    pub times: Vec<u32>,
    pub parents: Vec<u32>,
    starts: Vec<(u32, u32)>,
    /// Nodes so that what lies below a node follows it.
    order: Vec<u32>,
    /// By node: its place in `order`, and where what is below it ends.
    below: Vec<(u32, u32)>,
}

/// A tree as some arcs are closed. One per thread, used for one tree after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Mended {
    pub search: Search,
    /// By node: the round in which it was touched.
    touched: Vec<u32>,
    round: u32,
    /// Parts of the order that were touched.
    parts: Vec<(u32, u32)>,
}

impl Tree {
    pub fn new(search: &mut Search, graph: &Graph, direction: Direction, starts: &[(u32, u32)]) -> Self {
        search.run_tree(graph, direction, starts, None);
        let times = search.times.clone();
        let parents = search.parents.clone();
        let (order, below) = preorder(graph, direction, &parents, &search.taken);
        Self { direction, times, parents, starts: starts.to_vec(), order, below }
    }

    /// Whether an arc is part of it.
    pub fn holds(&self, graph: &Graph, arc: u32) -> bool {
        self.parents[far_end(graph, self.direction, arc) as usize] == arc
    }

    /// The node above, at the other end of the arc by which one was reached.
    pub fn above(&self, graph: &Graph, arc: u32) -> u32 {
        near_end(graph, self.direction, arc)
    }

    /// Nodes that are reached, each before the one above it.
    #[allow(clippy::wrong_self_convention, reason = "a direction, not a conversion")]
    pub fn from_the_leaves(&self) -> impl Iterator<Item = &u32> {
        self.order.iter().rev()
    }
}

fn far_end(graph: &Graph, direction: Direction, arc: u32) -> u32 {
    graph.ends[arc as usize][usize::from(direction == Direction::From)]
}

fn near_end(graph: &Graph, direction: Direction, arc: u32) -> u32 {
    graph.ends[arc as usize][usize::from(direction == Direction::To)]
}

fn preorder(
    graph: &Graph,
    direction: Direction,
    parents: &[u32],
    taken: &[u32],
) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut sizes = vec![0_u32; parents.len()];
    // A node that got better was taken twice: the last time counts, and comes after its parent's last.
    let mut last = Vec::with_capacity(taken.len());
    for node in taken.iter().rev() {
        if sizes[*node as usize] == 0 {
            sizes[*node as usize] = 1;
            last.push(*node);
        }
    }
    for node in &last {
        let arc = parents[*node as usize];
        if arc != NO_ARC {
            let above = near_end(graph, direction, arc);
            sizes[above as usize] += sizes[*node as usize];
        }
    }
    let mut order = vec![0; last.len()];
    let mut below = vec![(0, 0); parents.len()];
    // By node: where the next of its children goes.
    let mut next = vec![0_u32; parents.len()];
    let mut next_root = 0;
    for node in last.iter().rev() {
        let arc = parents[*node as usize];
        let free =
            if arc == NO_ARC { &mut next_root } else { &mut next[near_end(graph, direction, arc) as usize] };
        let place = *free;
        *free += sizes[*node as usize];
        order[place as usize] = *node;
        below[*node as usize] = (place, place + sizes[*node as usize]);
        next[*node as usize] = place + 1;
    }
    (order, below)
}

impl Mended {
    /// Makes ready for a tree: times and parents are the tree's until [`Self::mend`].
    pub fn begin(&mut self, tree: &Tree) {
        self.search.times.clone_from(&tree.times);
        self.search.parents.clone_from(&tree.parents);
        self.search.taken.clear();
        self.touched.clear();
        self.touched.resize(tree.times.len(), 0);
        self.round = 0;
        self.parts.clear();
    }

    /// Takes back the last closing of the same tree.
    pub fn restore(&mut self, tree: &Tree) {
        for (from, to) in self.parts.drain(..) {
            for node in &tree.order[from as usize..to as usize] {
                self.search.times[*node as usize] = tree.times[*node as usize];
                self.search.parents[*node as usize] = tree.parents[*node as usize];
            }
        }
        self.search.taken.clear();
        // No node is of this round yet; a round has two numbers.
        self.round += 2;
    }

    /// Nodes that were settled again, each after what is below it.
    pub fn settled_from_the_leaves(&self) -> impl Iterator<Item = &u32> {
        self.search.taken.iter().rev()
    }

    /// Nodes whose way may have changed, each after the one it hung on.
    pub fn touched_nodes<'t>(&'t self, tree: &'t Tree) -> impl DoubleEndedIterator<Item = &'t u32> {
        self.parts.iter().flat_map(|(from, to)| &tree.order[*from as usize..*to as usize])
    }

    /// Searches again from other starts, with arcs closed. After [`Self::restore`].
    pub fn anew(&mut self, tree: &Tree, graph: &Graph, starts: &[(u32, u32)], mask: &Mask) {
        self.search.run_tree(graph, tree.direction, starts, Some(mask));
        self.parts.push((0, super::network::short(tree.order.len())));
    }

    /// Closes arcs: `list` and `mask` hold the same ones. After [`Self::restore`]. Nodes of `asked` get their times (and with
    /// `TREE` their parents); others only as far as that needs.
    pub fn mend<const TREE: bool>(
        &mut self,
        tree: &Tree,
        graph: &Graph,
        list: &[u32],
        mask: &Mask,
        asked: &Mask,
    ) {
        for arc in list {
            if tree.holds(graph, *arc) {
                self.parts.push(tree.below[far_end(graph, tree.direction, *arc) as usize]);
            }
        }
        // Of two parts one holds the other or they are apart.
        self.parts.sort_unstable();
        let mut end = 0;
        self.parts.retain(|part| {
            let new = part.0 >= end;
            end = end.max(part.1);
            new
        });
        let mut pending = 0_u32;
        for (from, to) in &self.parts {
            for node in &tree.order[*from as usize..*to as usize] {
                self.touched[*node as usize] = self.round;
                self.search.times[*node as usize] = UNREACHED;
                self.search.parents[*node as usize] = NO_ARC;
                pending += u32::from(asked.has(*node));
            }
        }
        if pending == 0 {
            return;
        }
        let (ahead, behind) = match tree.direction {
            Direction::From => (&graph.out, &graph.back),
            Direction::To => (&graph.back, &graph.out),
        };
        self.offers(tree, behind, mask);
        self.settle::<TREE>(ahead, mask, asked, pending);
    }

    /// Empties the queue until nothing that is asked can get better.
    fn settle<const TREE: bool>(&mut self, half: &Half, mask: &Mask, asked: &Mask, mut pending: u32) {
        let Self { search: Search { times, parents, taken, queue }, touched, round, .. } = self;
        let mut enough = UNREACHED;
        while let Some((time, node)) = queue.pop() {
            if time >= enough {
                break;
            }
            if times[node as usize] != time {
                continue;
            }
            if TREE {
                taken.push(node);
            }
            // A node that was counted is marked with the round's other number.
            if touched[node as usize] == *round && asked.has(node) {
                touched[node as usize] = *round + 1;
                pending -= 1;
                if pending == 0 {
                    enough = time.saturating_add(WIDTH);
                }
            }
            for slot in half.row(node) {
                let (head, takes) = half.to[slot];
                let there = time.saturating_add(takes);
                let known = &mut times[head as usize];
                if there < *known && !mask.has(half.arc[slot]) {
                    *known = there;
                    if TREE {
                        parents[head as usize] = half.arc[slot];
                    }
                    queue.push(there, head);
                }
            }
        }
        queue.clear();
    }

    /// Queues each touched node with the best way in from one that is not touched.
    fn offers(&mut self, tree: &Tree, behind: &Half, mask: &Mask) {
        let Search { times, parents, queue, .. } = &mut self.search;
        queue.restart();
        for (from, to) in &self.parts {
            for node in &tree.order[*from as usize..*to as usize] {
                let mut best = (UNREACHED, NO_ARC);
                for slot in behind.row(*node) {
                    let (other, takes) = behind.to[slot];
                    let known = tree.times[other as usize];
                    if self.touched[other as usize] == self.round || known == UNREACHED {
                        continue;
                    }
                    let (time, arc) = (known.saturating_add(takes), behind.arc[slot]);
                    if time < best.0 && !mask.has(arc) {
                        best = (time, arc);
                    }
                }
                if best.1 != NO_ARC {
                    times[*node as usize] = best.0;
                    parents[*node as usize] = best.1;
                    queue.push(best.0, *node);
                }
            }
        }
        // A start that was reached faster from another start begins by itself again.
        for (node, time) in &tree.starts {
            if self.touched[*node as usize] == self.round && *time < times[*node as usize] {
                times[*node as usize] = *time;
                parents[*node as usize] = NO_ARC;
                queue.push(*time, *node);
            }
        }
    }
}
