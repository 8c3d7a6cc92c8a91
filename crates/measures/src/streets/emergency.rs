//! Whether help gets there: two ways to every block that share no street, or one with a manned gate on it.
//!
//! Two disjoint ways are a flow of two (Suurballe 1974): the second is searched in what the first left, where it may take the
//! first back. A street counts once, whichever way it is driven.
//!
//! Not here: minutes of residents (`plan.rs`).

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::attach::attach;
use super::closure::{Closure, Group, Shut, slices};
use super::error::StreetsError;
use super::graph::Half;
use super::limits::{DESTINATIONS_MAX, NEIGHBOURHOODS_MAX};
use super::mode::Mode;
use super::network::{NEVER, Streets};
use super::raw::Point;
use super::search::{Direction, Search, UNREACHED};

/// A block: pieces of street that help must get to.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// As people call it.
    pub name: String,
    /// Its streets.
    pub edges: Vec<u32>,
}

/// A way that help can take.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Pieces of street in the order they are driven.
    pub edges: Vec<u32>,
    /// Minutes.
    pub minutes: f64,
}

/// How a block can be reached in the worst hour of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// The ways found: none, one, or two that share no street.
    pub ways: Vec<Way>,
    /// Whether a manned gate is on the first.
    pub manned: bool,
    /// Streets of the block that cannot be reached.
    pub unreached: Vec<u32>,
}

impl Access {
    /// Whether the hard limit is met: all streets are reached, by two ways or by one with a manned gate.
    pub fn is_enough(&self) -> bool {
        self.unreached.is_empty() && (self.ways.len() >= 2 || self.ways.len() == 1 && self.manned)
    }
}

impl Streets {
    /// How each block can be reached from stations (fire, ambulance, or gates from which they come) with closures. The worst
    /// hour counts.
    pub fn emergency_access(
        &self,
        stations: &[Point],
        blocks: &[Block],
        closures: &[Closure],
    ) -> Result<Vec<Access>, StreetsError> {
        if stations.len() > DESTINATIONS_MAX {
            return Err(StreetsError::TooMany { what: "stations", max: DESTINATIONS_MAX });
        }
        if blocks.len() > NEIGHBOURHOODS_MAX {
            return Err(StreetsError::TooMany { what: "blocks", max: NEIGHBOURHOODS_MAX });
        }
        let unknown =
            blocks.iter().flat_map(|block| &block.edges).find(|edge| **edge as usize >= self.edges.len());
        if let Some(edge) = unknown {
            return Err(StreetsError::Unknown { what: "piece of street", id: edge.to_string() });
        }
        let resolved = self.resolve(closures)?;
        let mut hours: Vec<Vec<usize>> = slices(&resolved).into_iter().map(|(shut, _)| shut).collect();
        if hours.is_empty() {
            hours.push(Vec::new());
        }
        let mode = Mode::Emergency;
        let mut worst: Vec<Option<Access>> = vec![None; blocks.len()];
        for set in hours {
            let holds = |at: &&usize| {
                Group::ALL.iter().all(|group| Shut::holds(&resolved[**at].closure, mode, *group))
            };
            let shut = Shut::new(
                self.graph(mode),
                self.edges.len(),
                set.iter().filter(holds).map(|at| &resolved[*at]),
            );
            let manned: BTreeSet<u32> = set
                .iter()
                .filter(|at| resolved[**at].closure.manned && resolved[**at].closure.modes.contains(&mode))
                .flat_map(|at| resolved[*at].sides.iter().map(|side| side / 2))
                .collect();
            let found = self.access_of(stations, blocks, &shut, &manned)?;
            for (one, worst) in found.into_iter().zip(&mut worst) {
                let rank = |access: &Access| {
                    (access.is_enough(), access.ways.len(), usize::MAX - access.unreached.len())
                };
                if worst.as_ref().is_none_or(|worst| rank(&one) < rank(worst)) {
                    *worst = Some(one);
                }
            }
        }
        Ok(worst.into_iter().flatten().collect())
    }

    fn access_of(
        &self,
        stations: &[Point],
        blocks: &[Block],
        shut: &Shut,
        manned: &BTreeSet<u32>,
    ) -> Result<Vec<Access>, StreetsError> {
        let graph = self.graph(Mode::Emergency);
        let starts = self.starts(stations, shut)?;
        let mut search = Search::default();
        search.run(graph, Direction::From, &starts, Some(&shut.arc_mask));
        let mut answers = Vec::new();
        for block in blocks {
            let unreached = block.edges.iter().copied().filter(|edge| !self.is_reached(*edge, &search, shut));
            let mut flow = Flow::new(self, shut, &starts, &block.edges);
            let ways = flow.two_ways();
            let first = ways.first().map(|way| &way.edges);
            let gate = first.is_some_and(|edges| edges.iter().any(|edge| manned.contains(edge)));
            answers.push(Access { unreached: unreached.collect(), manned: gate, ways });
        }
        Ok(answers)
    }

    /// How many ways, at most two, lead to a block while closures are shut all at once, when ways may share some pieces.
    pub fn ways_sharing(
        &self,
        stations: &[Point],
        block: &Block,
        closures: &[Closure],
        shared: &[u32],
    ) -> Result<usize, StreetsError> {
        let graph = self.graph(Mode::Emergency);
        let resolved = self.resolve(closures)?;
        let shut = Shut::new(graph, self.edges.len(), resolved.iter());
        let starts = self.starts(stations, &shut)?;
        let mut flow = Flow::new(self, &shut, &starts, &block.edges);
        let known = shared.iter().filter(|edge| (**edge as usize) < self.edges.len());
        flow.shared = known.map(|edge| graph.spot_of[*edge as usize].chain).collect();
        Ok((0..2).take_while(|_| flow.augment()).count())
    }

    /// Where help sets out, and after how many deciseconds.
    fn starts(&self, stations: &[Point], shut: &Shut) -> Result<Vec<(u32, u32)>, StreetsError> {
        let (mode, graph) = (Mode::Emergency, self.graph(Mode::Emergency));
        let mut starts = Vec::new();
        for (number, station) in stations.iter().enumerate() {
            let place = self.nearest_or(*station, mode, &format!("station {number}"))?;
            let joins = attach(self, mode, place, Direction::From).into_iter();
            starts.extend(joins.filter(|one| one.part.is_open(graph, shut)).map(|one| (one.node, one.ds)));
        }
        Ok(starts)
    }

    /// Whether help gets to the middle of a piece, or stops at one of its ends where it may not be driven.
    fn is_reached(&self, edge: u32, search: &Search, shut: &Shut) -> bool {
        let (mode, graph) = (Mode::Emergency, self.graph(Mode::Emergency));
        let joins = attach(self, mode, super::place::Place { edge, along: 0.5 }, Direction::To);
        if joins.is_empty() {
            let place = self.nearest(self.point_at(super::place::Place { edge, along: 0.5 }), mode);
            return place.is_some_and(|near| {
                let joins = attach(self, mode, near.place, Direction::To);
                joins
                    .iter()
                    .any(|one| search.times[one.node as usize] != UNREACHED && one.part.is_open(graph, shut))
            });
        }
        joins.iter().any(|one| search.times[one.node as usize] != UNREACHED && one.part.is_open(graph, shut))
    }
}

/// A flow of at most two over chains of the graph of emergency, which has no copies of junctions: it needs no turns.
struct Flow<'a> {
    streets: &'a Streets,
    shut: &'a Shut,
    starts: &'a [(u32, u32)],
    ends: BTreeSet<u32>,
    /// By chain: the run that a way takes now.
    used: BTreeMap<u32, u32>,
    /// Chains that ways may share.
    shared: BTreeSet<u32>,
    /// By run of those: how many ways take it now.
    sharing: BTreeMap<u32, u32>,
}

impl<'a> Flow<'a> {
    fn new(streets: &'a Streets, shut: &'a Shut, starts: &'a [(u32, u32)], edges: &[u32]) -> Self {
        let graph = streets.graph(Mode::Emergency);
        let mut ends = BTreeSet::new();
        for edge in edges {
            let chain = graph.spot_of[*edge as usize].chain;
            if chain == NEVER {
                continue;
            }
            for run in [chain * 2, chain * 2 + 1] {
                ends.extend(graph.arcs_of_run(run).iter().flat_map(|arc| graph.ends[*arc as usize]));
            }
        }
        let (used, shared, sharing) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self { streets, shut, starts, ends, used, shared, sharing }
    }

    fn two_ways(&mut self) -> Vec<Way> {
        let mut ways = 0;
        while ways < 2 && self.augment() {
            ways += 1;
        }
        let mut found: Vec<Way> = (0..ways).filter_map(|_| self.take_way()).collect();
        found.sort_by(|a, b| a.minutes.total_cmp(&b.minutes));
        found
    }

    /// One more way, by the cheapest change of what there is; arcs taken back have negative times, so nodes may be settled again
    /// (with one way there the number of such arcs is small).
    fn augment(&mut self) -> bool {
        let graph = self.streets.graph(Mode::Emergency);
        let mut times = vec![i64::MAX; graph.nodes()];
        let mut parents: Vec<Option<(u32, u32)>> = vec![None; graph.nodes()];
        let mut queue = BinaryHeap::new();
        for (node, ds) in self.starts {
            if i64::from(*ds) < times[*node as usize] {
                times[*node as usize] = i64::from(*ds);
                queue.push((std::cmp::Reverse(i64::from(*ds)), *node));
            }
        }
        while let Some((std::cmp::Reverse(time), node)) = queue.pop() {
            if times[node as usize] != time {
                continue;
            }
            let mut relax = |head: u32, takes: i64, run: u32| {
                if time + takes < times[head as usize] {
                    times[head as usize] = time + takes;
                    parents[head as usize] = Some((node, run));
                    queue.push((std::cmp::Reverse(time + takes), head));
                }
            };
            for slot in graph.out.row(node) {
                let (arc, (head, takes)) = (graph.out.arc[slot], graph.out.to[slot]);
                let run = graph.run_of[arc as usize];
                if !self.shut.arc_mask.has(arc) && !self.used.contains_key(&(run / 2)) {
                    relax(head, i64::from(takes), run);
                }
            }
            for slot in graph.back.row(node) {
                let (arc, (tail, takes)) = (graph.back.arc[slot], graph.back.to[slot]);
                let run = graph.run_of[arc as usize];
                if self.used.get(&(run / 2)) == Some(&run)
                    || self.sharing.get(&run).is_some_and(|ways| *ways > 0)
                {
                    relax(tail, -i64::from(takes), run ^ 1);
                }
            }
        }
        let best = self.ends.iter().copied().filter(|node| times[*node as usize] != i64::MAX);
        let Some(mut at) = best.min_by_key(|node| times[*node as usize]) else { return false };
        while let Some((before, run)) = parents[at as usize] {
            let chain = run / 2;
            if self.shared.contains(&chain) {
                match self.sharing.get_mut(&(run ^ 1)).filter(|ways| **ways > 0) {
                    Some(back) => *back -= 1,
                    None => *self.sharing.entry(run).or_insert(0) += 1,
                }
            } else if self.used.remove(&chain).is_none() {
                self.used.insert(chain, run);
            }
            at = before;
        }
        true
    }

    /// Follows what is used from a start to the block, and takes it out.
    fn take_way(&mut self) -> Option<Way> {
        let graph = self.streets.graph(Mode::Emergency);
        let count = |half: &Half, used: &BTreeMap<u32, u32>, node: u32| {
            half.row(node)
                .filter(|slot| {
                    let run = graph.run_of[half.arc[*slot] as usize];
                    used.get(&(run / 2)) == Some(&run)
                })
                .count()
        };
        let leaving = |used: &BTreeMap<u32, u32>, node: u32| {
            graph.out.row(node).find_map(|slot| {
                let run = graph.run_of[graph.out.arc[slot] as usize];
                (used.get(&(run / 2)) == Some(&run)).then(|| (run, graph.out.to[slot]))
            })
        };
        // More leaves a start than comes in; with nothing used, a start is in the block itself.
        let more_out = |node: u32| count(&graph.out, &self.used, node) > count(&graph.back, &self.used, node);
        let begin = self.starts.iter().filter(|(node, _)| more_out(*node)).min_by_key(|one| one.1);
        let inside =
            || self.starts.iter().filter(|(node, _)| self.ends.contains(node)).min_by_key(|one| one.1);
        let (mut at, mut ds) = begin.or_else(inside).copied()?;
        let mut edges = Vec::new();
        while let Some((run, (head, takes))) = leaving(&self.used, at) {
            self.used.remove(&(run / 2));
            let sides = graph.sides_of(run / 2).iter().map(|side| side / 2);
            if run & 1 == 0 {
                edges.extend(sides);
            } else {
                edges.extend(sides.rev());
            }
            (at, ds) = (head, ds + takes);
            if self.ends.contains(&at)
                && count(&graph.back, &self.used, at) >= count(&graph.out, &self.used, at)
            {
                break;
            }
        }
        Some(Way { edges, minutes: f64::from(ds) / 600.0 })
    }
}
