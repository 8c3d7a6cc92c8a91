//! What a variant costs the homes of one root: the tree is mended, homes whose way may have changed are looked at again.
//!
//! Not here: the plan as a whole (`plan.rs`).

use std::collections::BTreeMap;

use super::closure::Group;
use super::graph::Graph;
use super::mode::Mode;
use super::network::short;
use super::plan::{Plan, Prepared, ShutPart};
use super::root::{Last, Root, nodes_of};
use super::search::{Mask, UNREACHED};
use super::stream::Stream;
use super::tree::Mended;

/// What a variant costs, in whole numbers: deciseconds times millionths of trips.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub by_neighbourhood: Vec<i128>,
    pub by_mode: [[i128; Group::COUNT]; Mode::COUNT],
    /// Homes that cannot be reached any more.
    pub cut_off: BTreeMap<(Mode, Group), Mask>,
}

/// What a variant does to each home and each piece of street.
#[derive(Debug, Clone)]
pub(super) struct Detail {
    /// By home and mode: like the sums, of all groups.
    pub by_home: Vec<[i64; Mode::COUNT]>,
    /// By mode and edge: millionths of trips on a day, more or less than on open streets.
    pub flow: [Vec<i64>; Mode::COUNT],
}

/// Memory of a thread.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub mended: Mended,
    homes: Vec<u32>,
    /// Trips, by which way they went, by which they go.
    moved: Vec<(i64, Last, Last)>,
    seen: Vec<u32>,
    round: u32,
}

impl Sums {
    pub fn new(neighbourhoods: usize) -> Self {
        let by_mode = [[0; Group::COUNT]; Mode::COUNT];
        Self { by_neighbourhood: vec![0; neighbourhoods], by_mode, cut_off: BTreeMap::new() }
    }

    pub fn add(&mut self, other: &Self) {
        for (mine, more) in self.by_neighbourhood.iter_mut().zip(&other.by_neighbourhood) {
            *mine += more;
        }
        for (mine, more) in self.by_mode.iter_mut().flatten().zip(other.by_mode.iter().flatten()) {
            *mine += more;
        }
        for (key, more) in &other.cut_off {
            match self.cut_off.get_mut(key) {
                Some(mine) => mine.unite(more),
                None => _ = self.cut_off.insert(*key, more.clone()),
            }
        }
    }
}

impl Detail {
    pub fn new(homes: usize, edges: usize) -> Self {
        Self { by_home: vec![[0; Mode::COUNT]; homes], flow: [(); Mode::COUNT].map(|()| vec![0; edges]) }
    }

    pub fn add(&mut self, other: &Self) {
        for (mine, more) in self.by_home.iter_mut().flatten().zip(other.by_home.iter().flatten()) {
            *mine += more;
        }
        for (mine, more) in self.flow.iter_mut().flatten().zip(other.flow.iter().flatten()) {
            *mine += more;
        }
    }
}

impl Desk {
    /// Makes ready for a root.
    pub fn begin(&mut self, root: &Root) {
        self.mended.begin(&root.tree);
        self.seen.clear();
        self.seen.resize(root.base.len(), 0);
        self.round = 0;
    }
}

/// Adds what a variant costs the homes of a root. After [`Desk::begin`] for the root.
pub(super) fn weigh(
    plan: &Plan,
    root: &Root,
    variant: &Prepared,
    desk: &mut Desk,
    sums: &mut Sums,
    mut detail: Option<&mut Detail>,
) {
    for part in &variant.by_mode[root.mode.index()] {
        let concerned = (0..Group::COUNT).any(|group| part.groups[group] && root.trips[group] > 0);
        if !concerned {
            continue;
        }
        let graph = plan.streets.graph(root.mode);
        close(root, graph, part, desk, detail.is_some());
        for at in 0..desk.homes.len() {
            let home = desk.homes[at];
            let (before, old_way) = root.base[home as usize];
            if before == UNREACHED {
                continue;
            }
            let times = &desk.mended.search.times;
            let (after, new_way) = root.time_of(graph, times, home, Some(&part.shut));
            add(plan, root, part, home, before, after, sums, detail.as_deref_mut());
            if detail.is_some() {
                desk.moved.push((trips(plan, root, part, home), old_way, new_way));
            }
        }
        if let Some(detail) = detail.as_deref_mut() {
            Stream { root, graph }.moved(&desk.moved, &desk.mended, &mut detail.flow[root.mode.index()]);
        }
    }
}

/// Mends the tree and lists the homes whose way may have changed.
fn close(root: &Root, graph: &Graph, part: &ShutPart, desk: &mut Desk, with_ways: bool) {
    desk.mended.restore(&root.tree);
    desk.homes.clear();
    desk.moved.clear();
    desk.round += 1;
    if root.starts.iter().any(|start| !start.part.is_open(graph, &part.shut)) {
        let open = root.starts.iter().filter(|start| start.part.is_open(graph, &part.shut));
        let starts = nodes_of(&open.copied().collect::<Vec<_>>());
        desk.mended.anew(&root.tree, graph, &starts, &part.shut.arc_mask);
        desk.homes.extend(0..short(root.base.len()));
        return;
    }
    let (arcs, mask, asked) = (&part.shut.arcs, &part.shut.arc_mask, &root.leaves.nodes);
    if with_ways {
        desk.mended.mend::<true>(&root.tree, graph, arcs, mask, asked);
    } else {
        desk.mended.mend::<false>(&root.tree, graph, arcs, mask, asked);
    }
    let Desk { mended, homes, seen, round, .. } = desk;
    let mut look = |home: u32| {
        if seen[home as usize] != *round {
            seen[home as usize] = *round;
            homes.push(home);
        }
    };
    for node in mended.touched_nodes(&root.tree) {
        root.leaves.at_node(*node).iter().for_each(|home| look(*home));
    }
    for chain in &part.shut.chains {
        root.leaves.on_chain(*chain).for_each(&mut look);
    }
}

/// Millionths of trips on a day in the hours of a part, of all groups it concerns.
fn trips(plan: &Plan, root: &Root, part: &ShutPart, home: u32) -> i64 {
    (0..Group::COUNT)
        .filter(|group| part.groups[*group])
        .map(|group| share(plan, root, part, home, group))
        .sum()
}

fn share(plan: &Plan, root: &Root, part: &ShutPart, home: u32, group: usize) -> i64 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most 1e14")]
    let whole = (root.trips[group] as f64 * plan.homes[home as usize].households * f64::from(part.hours)
        / 24.0)
        .round() as i64;
    whole
}

#[allow(clippy::too_many_arguments, reason = "one place that adds up, called from one")]
fn add(
    plan: &Plan,
    root: &Root,
    part: &ShutPart,
    home: u32,
    before: u32,
    after: u32,
    sums: &mut Sums,
    mut detail: Option<&mut Detail>,
) {
    if before == after {
        return;
    }
    for group in (0..Group::COUNT).filter(|group| part.groups[*group] && root.trips[*group] > 0) {
        if after == UNREACHED {
            let key = (root.mode, Group::ALL[group]);
            sums.cut_off.entry(key).or_insert_with(|| Mask::new(plan.homes.len())).insert(home);
            continue;
        }
        let extra =
            share(plan, root, part, home, group).saturating_mul(i64::from(after.saturating_sub(before)));
        sums.by_neighbourhood[plan.homes[home as usize].neighbourhood as usize] += i128::from(extra);
        sums.by_mode[root.mode.index()][group] += i128::from(extra);
        if let Some(detail) = detail.as_deref_mut() {
            let mine = &mut detail.by_home[home as usize][root.mode.index()];
            *mine = mine.saturating_add(extra);
        }
    }
}
