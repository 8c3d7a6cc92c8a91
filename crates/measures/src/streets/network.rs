//! Raw ways to pieces of street: cut at every junction, barrier and end of a way, so that one piece has one way, one name, one
//! set of rules. What is drawn, named, closed and lived on is a piece; what is searched is a [`Graph`] per mode made from them.
//!
//! Not here: meanings of tags (`passage.rs`), contraction (`contract.rs`).

use std::collections::HashMap;

use super::contract::contract;
use super::error::StreetsError;
use super::graph::Graph;
use super::grid::Grid;
use super::limits::{EDGES_MAX, NAME_CHARS_MAX};
use super::mode::Mode;
use super::passage::{Country, Passage, passages, passes_barrier};
use super::raw::{Point, Raw, RawWay, Tags};
use super::turns::{Turns, TurnsReport, read_turns};

/// A street network, ready to be asked. Load once, keep, share between threads: nothing in it changes.
#[derive(Debug, Clone)]
pub struct Streets {
    pub(super) junctions: Vec<Point>,
    pub(super) edges: Vec<Edge>,
    pub(super) shapes: Vec<Point>,
    pub(super) names: Vec<String>,
    pub(super) by_way: Vec<(i64, u32)>,
    pub(super) graphs: [Graph; Mode::COUNT],
    pub(super) grid: Grid,
    pub(super) report: ImportReport,
}

/// A piece of street between two junctions. Its number is its place in the list: an edge id.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Junction where it begins.
    pub from: u32,
    /// Junction where it ends.
    pub to: u32,
    /// The way it is part of, as its source numbers it.
    pub way: i64,
    /// Number of its name; 0 is no name.
    pub name: u32,
    pub(super) shape: (u32, u32),
    /// Its length in metres.
    pub length_m: f64,
    /// Milliseconds along and against, by mode; [`NEVER`] where that is not allowed.
    pub(super) time_ms: [[u32; 2]; Mode::COUNT],
}

/// A time that is never reached.
pub(super) const NEVER: u32 = u32::MAX;

/// What an import took and what it left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Ways that some mode may use.
    pub ways_used: usize,
    /// Ways that no mode may use, or with fewer than two points.
    pub ways_left: usize,
    /// Points that ways name and the file does not have: the streets end there.
    pub points_missing: usize,
    /// Barriers that stop at least one mode.
    pub barriers: usize,
    /// What became of turn restrictions.
    pub turns: TurnsReport,
    /// Pieces of street that a mode may use and that are not in its largest connected part, by mode.
    pub islands: [Islands; Mode::COUNT],
}

/// Streets of one mode from which the rest cannot be reached, or the other way round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Islands {
    /// Pieces of street that the mode may use.
    pub edges_all: usize,
    /// Those outside the largest part in which every place reaches every other.
    pub edges_apart: usize,
    /// Length of those, in metres.
    pub apart_m: u64,
}

impl Streets {
    /// Builds the network from what a reader took from its source.
    pub fn build(raw: &Raw, country: Country) -> Result<Self, StreetsError> {
        let mut cutter = Cutter::new(raw);
        for way in &raw.ways {
            cutter.cut(way, country)?;
        }
        let Cutter { junctions, mut edges, mut shapes, names, mut report, node_of, barriers, .. } = cutter;
        if edges.is_empty() {
            return Err(StreetsError::NoStreets);
        }
        edges.shrink_to_fit();
        shapes.shrink_to_fit();
        let mut by_way: Vec<(i64, u32)> = (0_u32..).zip(&edges).map(|(id, edge)| (edge.way, id)).collect();
        by_way.sort_unstable();
        let turns: Turns = read_turns(&raw.relations, &edges, &by_way, &node_of);
        report.turns = turns.report;
        let stops = stops(junctions.len(), &barriers);
        let graphs = Mode::ALL.map(|mode| contract(&junctions, &edges, &stops, &turns, mode));
        for mode in Mode::ALL {
            report.islands[mode.index()] = islands(&edges, &graphs[mode.index()], mode);
        }
        let grid = Grid::new(&edges, &shapes);
        Ok(Self { junctions, edges, shapes, names, by_way, graphs, grid, report })
    }

    /// What the import took and what it left.
    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    /// Every piece of street; its place in the list is its id.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The name of a piece; empty without one.
    pub fn name(&self, edge: u32) -> &str {
        self.edges.get(edge as usize).map_or("", |edge| &self.names[edge.name as usize])
    }

    /// Every name once, in the order of the source; the first is empty.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where a junction is.
    pub fn junction(&self, number: u32) -> Option<Point> {
        self.junctions.get(number as usize).copied()
    }

    /// The points of a piece, ends included.
    pub fn shape(&self, edge: u32) -> &[Point] {
        let (first, last) = self.edges[edge as usize].shape;
        &self.shapes[first as usize..last as usize]
    }

    /// Whether a mode may use a piece, in some direction.
    pub fn open_to(&self, edge: u32, mode: Mode) -> bool {
        self.edges[edge as usize].time_ms[mode.index()] != [NEVER, NEVER]
    }

    /// Whether a piece is in the largest part of its mode, where every place reaches every other.
    pub fn in_main_part(&self, edge: u32, mode: Mode) -> bool {
        self.graphs[mode.index()].edge_in_main(edge)
    }

    /// The graph that is searched for a mode.
    pub fn graph(&self, mode: Mode) -> &Graph {
        &self.graphs[mode.index()]
    }

    /// Pieces of a way.
    pub fn edges_of_way(&self, way: i64) -> impl Iterator<Item = u32> + '_ {
        let first = self.by_way.partition_point(|(id, _)| *id < way);
        self.by_way[first..].iter().take_while(move |(id, _)| *id == way).map(|(_, edge)| *edge)
    }

    /// Pieces of the streets of a name, whatever its capitals.
    pub fn edges_of_name(&self, name: &str) -> Vec<u32> {
        let wanted = name.trim().to_lowercase();
        let matches: Vec<bool> =
            self.names.iter().map(|one| !one.is_empty() && one.to_lowercase() == wanted).collect();
        (0_u32..).zip(&self.edges).filter(|(_, edge)| matches[edge.name as usize]).map(|(id, _)| id).collect()
    }
}

/// Cuts ways into pieces.
struct Cutter<'a> {
    raw: &'a Raw,
    /// Ids of points in order, with their place in `raw.nodes`.
    order: Vec<(i64, u32)>,
    /// How often ways use each point, at most 2; by place in `order`.
    uses: Vec<u8>,
    /// Junction of each point of `order`; [`NEVER`] if it is none (yet).
    junction: Vec<u32>,
    barriers_raw: HashMap<i64, [bool; Mode::COUNT]>,
    barriers: Vec<(u32, [bool; Mode::COUNT])>,
    node_of: HashMap<i64, u32>,
    name_of: HashMap<String, u32>,
    junctions: Vec<Point>,
    edges: Vec<Edge>,
    shapes: Vec<Point>,
    names: Vec<String>,
    report: ImportReport,
}

impl<'a> Cutter<'a> {
    fn new(raw: &'a Raw) -> Self {
        let mut order: Vec<(i64, u32)> = (0_u32..).zip(&raw.nodes).map(|(at, node)| (node.id, at)).collect();
        if !order.is_sorted() {
            order.sort_unstable();
        }
        order.dedup_by_key(|(id, _)| *id);
        let mut cutter = Self {
            raw,
            uses: vec![0; order.len()],
            junction: vec![NEVER; order.len()],
            order,
            barriers_raw: HashMap::new(),
            barriers: Vec::new(),
            node_of: HashMap::new(),
            name_of: HashMap::from([(String::new(), 0)]),
            junctions: Vec::new(),
            edges: Vec::new(),
            shapes: Vec::new(),
            names: vec![String::new()],
            report: ImportReport::default(),
        };
        for (id, tags) in &raw.node_tags {
            let passes = passes_barrier(tags);
            if passes.contains(&false) {
                cutter.barriers_raw.insert(*id, passes);
            }
        }
        for way in &raw.ways {
            let last = way.nodes.len().saturating_sub(1);
            for (step, id) in way.nodes.iter().enumerate() {
                if let Some(at) = cutter.place(*id) {
                    let more = if step == 0 || step == last { 2 } else { 1 };
                    cutter.uses[at] = (cutter.uses[at] + more).min(2);
                }
            }
        }
        cutter
    }

    fn place(&self, id: i64) -> Option<usize> {
        self.order.binary_search_by_key(&id, |(one, _)| *one).ok()
    }

    fn cut(&mut self, way: &RawWay, country: Country) -> Result<(), StreetsError> {
        let rules = passages(&way.tags, country);
        if way.nodes.len() < 2 || rules.iter().all(|one| one.forward.is_none() && one.backward.is_none()) {
            self.report.ways_left += 1;
            return Ok(());
        }
        self.report.ways_used += 1;
        let name = self.name(&way.tags);
        // The piece being made: where it began and its points so far.
        let mut piece: Vec<Point> = Vec::new();
        let mut began = None;
        let mut before = None;
        for (step, id) in way.nodes.iter().enumerate() {
            let Some(at) = self.place(*id) else {
                self.report.points_missing += 1;
                self.finish_at(&mut began, &mut piece, before, (way.id, name), &rules)?;
                before = None;
                continue;
            };
            let point = self.raw.nodes[self.order[at].1 as usize].at;
            if began.is_none() {
                began = Some(at);
                piece = vec![point];
                before = Some(at);
                continue;
            }
            piece.push(point);
            before = Some(at);
            let cuts = self.uses[at] > 1 || self.barriers_raw.contains_key(id);
            if cuts || step + 1 == way.nodes.len() {
                self.finish_at(&mut began, &mut piece, before, (way.id, name), &rules)?;
                began = Some(at);
                piece = vec![point];
            }
        }
        Ok(())
    }

    /// Ends a piece at a point, if it has begun and has two points.
    fn finish_at(
        &mut self,
        began: &mut Option<usize>,
        piece: &mut Vec<Point>,
        ends: Option<usize>,
        (way, name): (i64, u32),
        rules: &[Passage; Mode::COUNT],
    ) -> Result<(), StreetsError> {
        let piece = std::mem::take(piece);
        let (Some(from), Some(to)) = (began.take(), ends) else { return Ok(()) };
        let length_m: f64 = piece.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
        if piece.len() < 2 || from == to && length_m <= 0.0 {
            return Ok(());
        }
        if self.edges.len() >= EDGES_MAX {
            return Err(StreetsError::TooMany { what: "pieces of street", max: EDGES_MAX });
        }
        let first = self.shapes.len();
        self.shapes.extend(piece);
        let shape = (short(first), short(self.shapes.len()));
        let time_ms = rules.map(|rule| [rule.forward, rule.backward].map(|kmh| milliseconds(length_m, kmh)));
        let (from, to) = (self.junction_at(from), self.junction_at(to));
        self.edges.push(Edge { from, to, way, name, shape, length_m, time_ms });
        Ok(())
    }

    fn junction_at(&mut self, at: usize) -> u32 {
        if self.junction[at] == NEVER {
            let (id, node) = self.order[at];
            let junction = short(self.junctions.len());
            self.junction[at] = junction;
            self.junctions.push(self.raw.nodes[node as usize].at);
            self.node_of.insert(id, junction);
            if let Some(passes) = self.barriers_raw.get(&id) {
                self.barriers.push((junction, *passes));
                self.report.barriers += 1;
            }
        }
        self.junction[at]
    }

    fn name(&mut self, tags: &Tags) -> u32 {
        let name: String = tags.first(&["name", "ref"]).unwrap_or("").chars().take(NAME_CHARS_MAX).collect();
        let next = short(self.names.len());
        let number = *self.name_of.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        number
    }
}

/// A count that a limit keeps below 2^32.
pub(super) fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NEVER)
}

fn milliseconds(length_m: f64, kmh: Option<f64>) -> u32 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, clamped")]
    let whole = |ms: f64| ms.round().clamp(1.0, 1e9) as u32;
    kmh.map_or(NEVER, |kmh| whole(length_m / kmh * 3_600.0))
}

/// By junction, whether a mode gets past it.
fn stops(junctions: usize, barriers: &[(u32, [bool; Mode::COUNT])]) -> Vec<[bool; Mode::COUNT]> {
    let mut passes = vec![[true; Mode::COUNT]; junctions];
    for (junction, one) in barriers {
        passes[*junction as usize] = *one;
    }
    passes
}

fn islands(edges: &[Edge], graph: &Graph, mode: Mode) -> Islands {
    let mut islands = Islands::default();
    let mut apart_m = 0.0;
    for (id, edge) in (0_u32..).zip(edges) {
        if edge.time_ms[mode.index()] == [NEVER, NEVER] {
            continue;
        }
        islands.edges_all += 1;
        if !graph.edge_in_main(id) {
            islands.edges_apart += 1;
            apart_m += edge.length_m;
        }
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length, rounded")]
    let apart_m = f64::round(apart_m) as u64;
    Islands { apart_m, ..islands }
}
