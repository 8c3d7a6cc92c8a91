//! Forbidden sequences of arcs made impossible: a junction gets a copy for each beginning of a sequence that leads to it, and
//! the copy lacks the arc that would complete it (the machine of Aho and Corasick, walked on the graph).
//!
//! Only junctions in sequences have copies: a network without restrictions stays as it is.
//!
//! Not here: how restrictions are read (`turns.rs`).

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::network::{NEVER, short};
use super::turns::Ban;

/// Runs of chains: where they go, and how long they take (`NEVER` if not allowed).
pub(super) struct Runs<'a> {
    pub ends: Vec<[u32; 2]>,
    pub ms: &'a [u32],
}

/// Nodes and arcs of the graph that is searched.
pub(super) struct Expanded {
    pub junction: Vec<u32>,
    pub ends: Vec<[u32; 2]>,
    pub run_of: Vec<u32>,
    pub time_ds: Vec<u32>,
    pub arcs_first: Vec<u32>,
    pub arcs_of: Vec<u32>,
}

/// `graph` has the chains and, by node, the junction.
pub(super) fn expand(runs: &Runs<'_>, graph: &Graph, bans: &[&Ban]) -> Expanded {
    let nodes = graph.junction.len();
    let mut leaving: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (run, [tail, _]) in (0_u32..).zip(&runs.ends) {
        if runs.ms[run as usize] != NEVER {
            leaving[*tail as usize].push(run);
        }
    }
    let forbidden = forbidden(runs, graph, bans, &leaving);
    let machine = Machine::new(forbidden, nodes);
    let mut expanded = Expanded {
        junction: graph.junction.clone(),
        ends: Vec::new(),
        run_of: Vec::new(),
        time_ds: Vec::new(),
        arcs_first: Vec::new(),
        arcs_of: Vec::new(),
    };
    for past in machine.states.keys() {
        let at = past.last().map_or(0, |run| runs.ends[*run as usize][1]);
        expanded.junction.push(graph.junction[at as usize]);
    }
    // Junctions themselves first, so that the first arc of a run begins at the junction.
    let mut arc_lists: Vec<Vec<u32>> = vec![Vec::new(); runs.ends.len()];
    let plain = (0..short(nodes)).map(|node| (node, node, Vec::new()));
    let copies = machine.states.iter().map(|(past, id)| {
        let at = past.last().map_or(0, |run| runs.ends[*run as usize][1]);
        (*id, at, past.clone())
    });
    for (id, at, past) in plain.chain(copies) {
        for run in &leaving[at as usize] {
            // Who is bound by a turn does not turn round on the spot instead, unless the street ends there.
            let back = past.last().map(|last| last ^ 1);
            if back == Some(*run) && leaving[at as usize].len() > 1 {
                continue;
            }
            let Some(head) = machine.step(&past, *run, runs.ends[*run as usize][1]) else { continue };
            arc_lists[*run as usize].push(short(expanded.ends.len()));
            expanded.ends.push([id, head]);
            expanded.run_of.push(*run);
            // Half a decisecond is rounded up, and no arc takes no time.
            expanded.time_ds.push(((runs.ms[*run as usize] + 50) / 100).max(1));
        }
    }
    expanded.arcs_first.push(0);
    for list in &arc_lists {
        expanded.arcs_of.extend(list);
        expanded.arcs_first.push(short(expanded.arcs_of.len()));
    }
    expanded
}

/// Sequences of runs that nobody may make; one that must be made forbids all others.
fn forbidden(runs: &Runs<'_>, graph: &Graph, bans: &[&Ban], leaving: &[Vec<u32>]) -> BTreeSet<Vec<u32>> {
    let mut forbidden = BTreeSet::new();
    for ban in bans {
        let mut path: Vec<u32> = Vec::new();
        let mut whole = true;
        for side in &ban.path {
            match graph.run_of_side(*side) {
                Some(run) if path.last() != Some(&run) => path.push(run),
                Some(_) => {}
                None => whole = false,
            }
        }
        let (Some(to), true) = (graph.run_of_side(ban.to), whole) else { continue };
        let Some(last) = path.last() else { continue };
        let at = runs.ends[*last as usize][1];
        // A barrier at the junction leaves nothing to forbid.
        if runs.ends[to as usize][0] != at {
            continue;
        }
        let ends: Vec<u32> = if ban.only {
            if !leaving[at as usize].contains(&to) {
                continue;
            }
            leaving[at as usize].iter().copied().filter(|run| *run != to).collect()
        } else {
            vec![to]
        };
        for end in ends {
            let mut sequence = path.clone();
            sequence.push(end);
            forbidden.insert(sequence);
        }
    }
    forbidden
}

struct Machine {
    forbidden: BTreeSet<Vec<u32>>,
    /// Beginnings of sequences, and the node that stands for having just made them.
    states: BTreeMap<Vec<u32>, u32>,
    longest: usize,
}

impl Machine {
    fn new(forbidden: BTreeSet<Vec<u32>>, nodes: usize) -> Self {
        let mut states = BTreeMap::new();
        for sequence in &forbidden {
            for length in 1..sequence.len() {
                states.insert(sequence[..length].to_vec(), 0);
            }
        }
        for (number, id) in states.values_mut().enumerate() {
            *id = short(nodes + number);
        }
        let longest = forbidden.iter().map(Vec::len).max().unwrap_or(0);
        Self { forbidden, states, longest }
    }

    /// Where a run leads after what was just made; `None` if that completes a forbidden sequence.
    fn step(&self, past: &[u32], run: u32, head: u32) -> Option<u32> {
        if self.longest == 0 {
            return Some(head);
        }
        let mut made = past.to_vec();
        made.push(run);
        if (0..made.len()).any(|from| self.forbidden.contains(&made[from..])) {
            return None;
        }
        Some((0..made.len()).find_map(|from| self.states.get(&made[from..]).copied()).unwrap_or(head))
    }
}
