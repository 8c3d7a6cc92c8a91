//! One-to-all searches (Dijkstra 1959) from several nodes at once, along arcs or against them, with arcs closed by a mask.
//!
//! Not here: trees that are mended instead of searched again (`tree.rs`).

use super::graph::{Graph, Half};
use super::queue::Queue;

/// A time that is not reached, in deciseconds.
pub const UNREACHED: u32 = u32::MAX;
/// No arc.
pub(super) const NO_ARC: u32 = u32::MAX;

/// Which way a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the starts to everywhere.
    From,
    /// From everywhere to the starts.
    To,
}

/// A set of numbers below a bound, a bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Mask {
    words: Vec<u64>,
}

impl Mask {
    /// Room for numbers below `count`, none in it.
    pub fn new(count: usize) -> Self {
        Self { words: vec![0; count.div_ceil(64)] }
    }

    /// Puts a number in.
    pub fn insert(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    /// Whether it is in.
    #[inline]
    pub fn has(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Puts all of another in.
    pub(super) fn unite(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(mine, more)| *mine |= more);
    }

    /// Whether nothing is in.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}

/// Memory of a search, to be used again.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Deciseconds by node; [`UNREACHED`] where there is no way.
    pub times: Vec<u32>,
    pub(super) parents: Vec<u32>,
    pub(super) taken: Vec<u32>,
    pub(super) queue: Queue,
}

impl Half {
    pub(super) fn pick(graph: &Graph, direction: Direction) -> &Self {
        match direction {
            Direction::From => &graph.out,
            Direction::To => &graph.back,
        }
    }
}

impl Search {
    /// Fills `times` from some nodes that begin at some deciseconds. `closed` holds arcs.
    pub fn run(&mut self, graph: &Graph, direction: Direction, starts: &[(u32, u32)], closed: Option<&Mask>) {
        self.begin(graph, starts);
        let half = Half::pick(graph, direction);
        match closed {
            Some(mask) => spread::<true, false>(half, self, Some(mask)),
            None => spread::<false, false>(half, self, None),
        }
    }

    /// The same, and remembers by which arc each node was reached and in which order.
    pub(super) fn run_tree(
        &mut self,
        graph: &Graph,
        direction: Direction,
        starts: &[(u32, u32)],
        closed: Option<&Mask>,
    ) {
        self.parents.clear();
        self.parents.resize(graph.nodes(), NO_ARC);
        self.taken.clear();
        self.begin(graph, starts);
        let half = Half::pick(graph, direction);
        match closed {
            Some(mask) => spread::<true, true>(half, self, Some(mask)),
            None => spread::<false, true>(half, self, None),
        }
    }

    fn begin(&mut self, graph: &Graph, starts: &[(u32, u32)]) {
        self.times.clear();
        self.times.resize(graph.nodes(), UNREACHED);
        self.queue.restart();
        for (node, time) in starts {
            if *time < self.times[*node as usize] {
                self.times[*node as usize] = *time;
                self.queue.push(*time, *node);
            }
        }
    }
}

/// Empties the queue, improving times along rows.
#[inline]
pub(super) fn spread<const MASKED: bool, const TREE: bool>(
    half: &Half,
    search: &mut Search,
    closed: Option<&Mask>,
) {
    let Search { times, parents, taken, queue } = search;
    while let Some((time, node)) = queue.pop() {
        if times[node as usize] != time {
            continue;
        }
        if TREE {
            taken.push(node);
        }
        let row = half.row(node);
        let arcs = if MASKED || TREE { &half.arc[row.clone()] } else { &[] };
        for (slot, (head, takes)) in half.to[row].iter().enumerate() {
            if MASKED && closed.is_some_and(|mask| mask.has(arcs[slot])) {
                continue;
            }
            let there = time.saturating_add(*takes);
            let known = &mut times[*head as usize];
            if there < *known {
                *known = there;
                if TREE {
                    parents[*head as usize] = arcs[slot];
                }
                queue.push(there, *head);
            }
        }
    }
}
