//! The graph of one mode as it is searched: compressed rows both ways, chains of pieces as arcs, copies of junctions where a
//! turn is forbidden.
//!
//! Not here: how it is made (`contract.rs`), or searching (`search.rs`).

use super::network::NEVER;

/// Arcs of one mode. Times are whole deciseconds; an arc is a chain of pieces between junctions that matter to the mode.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub(super) out: Half,
    pub(super) back: Half,
    /// By arc: where it begins and ends.
    pub(super) ends: Vec<[u32; 2]>,
    /// By arc: its run, which is chain * 2 + direction.
    pub(super) run_of: Vec<u32>,
    /// By run: its arcs, several where copies of a junction have it. The first begins at the junction itself.
    pub(super) arcs_first: Vec<u32>,
    pub(super) arcs_of: Vec<u32>,
    /// By chain: its sides (edge * 2 + direction) in order, as run 0 of it takes them.
    pub(super) sides_first: Vec<u32>,
    pub(super) sides: Vec<u32>,
    /// By edge: its chain and place in it; `NEVER` where the mode has none.
    pub(super) spot_of: Vec<InChain>,
    /// By chain and run: milliseconds; `NEVER` where that direction is not allowed.
    pub(super) run_ms: Vec<u32>,
    /// By node: whether it is in the largest strongly connected part.
    pub(super) main: Vec<bool>,
    /// By node: the junction it stands for; several nodes stand for one where a turn is forbidden there.
    pub(super) junction: Vec<u32>,
}

/// Rows of arcs that leave (or enter) each node.
#[derive(Debug, Clone, Default)]
pub(super) struct Half {
    pub first: Vec<u32>,
    /// Node at the other end, deciseconds.
    pub to: Vec<(u32, u32)>,
    pub arc: Vec<u32>,
}

/// Where an edge is in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InChain {
    pub chain: u32,
    pub place: u32,
    /// Whether run 0 takes the edge against its points.
    pub turned: bool,
}

impl InChain {
    pub const NONE: Self = Self { chain: NEVER, place: 0, turned: false };
}

impl Half {
    /// Slots of a node in `to` and `arc`.
    pub fn row(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// Sorts arcs by the end given: 0 for leaving, 1 for entering.
    pub fn new(nodes: usize, ends: &[[u32; 2]], time_ds: &[u32], end: usize) -> Self {
        let mut first = vec![0_u32; nodes + 1];
        for pair in ends {
            first[pair[end] as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let (mut to, mut arc) = (vec![(0, 0); ends.len()], vec![0; ends.len()]);
        for (id, (pair, time)) in (0_u32..).zip(ends.iter().zip(time_ds)) {
            let slot = &mut next[pair[end] as usize];
            to[*slot as usize] = (pair[1 - end], *time);
            arc[*slot as usize] = id;
            *slot += 1;
        }
        Self { first, to, arc }
    }
}

impl Graph {
    /// Nodes, copies for turns included.
    pub fn nodes(&self) -> usize {
        self.junction.len()
    }

    /// Arcs, copies for turns included.
    pub fn arcs(&self) -> usize {
        self.ends.len()
    }

    /// Every arc as tail, head and deciseconds: the graph that is searched, for others to search too.
    pub fn arc_list(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (0..self.nodes()).flat_map(move |tail| {
            let tail = super::network::short(tail);
            self.out.to[self.out.row(tail)].iter().map(move |(head, time)| (tail, *head, *time))
        })
    }

    /// Arcs that take a run.
    pub(super) fn arcs_of_run(&self, run: u32) -> &[u32] {
        let run = run as usize;
        &self.arcs_of[self.arcs_first[run] as usize..self.arcs_first[run + 1] as usize]
    }

    /// Sides of a chain in the order of its run 0.
    pub(super) fn sides_of(&self, chain: u32) -> &[u32] {
        let chain = chain as usize;
        &self.sides[self.sides_first[chain] as usize..self.sides_first[chain + 1] as usize]
    }

    /// The run that takes an edge along (0) or against (1) its points, if the mode has the edge.
    pub(super) fn run_of_side(&self, side: u32) -> Option<u32> {
        let spot = self.spot_of[(side / 2) as usize];
        (spot.chain != NEVER).then(|| spot.chain * 2 + ((side & 1) ^ u32::from(spot.turned)))
    }

    /// Whether an edge lies on an arc between two nodes of the largest part.
    pub(super) fn edge_in_main(&self, edge: u32) -> bool {
        let spot = self.spot_of[edge as usize];
        spot.chain != NEVER
            && (0..2).any(|direction| {
                self.arcs_of_run(spot.chain * 2 + direction).iter().any(|arc| {
                    let [tail, head] = self.ends[*arc as usize];
                    self.main[tail as usize] && self.main[head as usize]
                })
            })
    }
}
