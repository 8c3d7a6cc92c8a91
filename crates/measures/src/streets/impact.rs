//! One variant in detail, while somebody edits it: minutes by street and home, and which streets get more or fewer trips.
//!
//! Not here: comparing many variants (`plan.rs`).

use std::collections::BTreeMap;

use super::closure::{Closure, Group};
use super::error::StreetsError;
use super::mode::Mode;

use super::plan::{Burden, MICRO, Plan, in_threads};
use super::stream::Stream;
use super::weigh::{Desk, Detail, Sums, weigh};

/// A change of trips that is told, in trips a day.
const CHANGE_TRIPS_MIN: f64 = 0.5;

/// What a variant does.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// Sums and broken limits, as [`Plan::compare`] has them.
    pub burden: Burden,
    /// Streets on which somebody loses time, the worst first.
    pub streets: Vec<StreetMinutes>,
    /// Pieces that are shut, or have more or fewer trips.
    pub changed: Vec<Changed>,
}

/// What those who live in a street lose.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetMinutes {
    /// Number of its name in [`super::Streets::names`].
    pub name: u32,
    /// Which neighbourhood.
    pub neighbourhood: u32,
    /// Households.
    pub households: f64,
    /// Minutes that a household loses on a day, by mode.
    pub minutes_per_household: [f64; Mode::COUNT],
}

/// A piece of street before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changed {
    /// The piece.
    pub edge: u32,
    /// Whose trips.
    pub mode: Mode,
    /// Whether it is shut to the mode, to some group at some hour.
    pub shut: bool,
    /// Trips on a day on open streets.
    pub before: f64,
    /// Trips on a day with the closures.
    pub after: f64,
}

impl StreetMinutes {
    /// Minutes that a household loses on a day, by all modes.
    pub fn total(&self) -> f64 {
        self.minutes_per_household.iter().sum()
    }
}

impl Plan {
    /// What a variant does, in detail.
    pub fn impact(&self, closures: &[Closure]) -> Result<Impact, StreetsError> {
        let prepared = self.prepare(closures)?;
        let (homes, edges) = (self.homes.len(), self.streets.edges.len());
        let memory = || (Desk::default(), Sums::new(self.neighbourhoods), Detail::new(homes, edges));
        let parts = in_threads(self.threads, self.roots.len(), memory, |(desk, sums, detail), at| {
            let root = &self.roots[at];
            if !prepared.by_mode[root.mode.index()].is_empty() {
                desk.begin(root);
                weigh(self, root, &prepared, desk, sums, Some(detail));
            }
        });
        let (mut sums, mut detail) = (Sums::new(self.neighbourhoods), Detail::new(homes, edges));
        for (_, more_sums, more_detail) in &parts {
            sums.add(more_sums);
            detail.add(more_detail);
        }
        let mut shut = vec![[false; Mode::COUNT]; edges];
        for one in &prepared.resolved {
            for (side, mode) in
                one.sides.iter().flat_map(|side| one.closure.modes.iter().map(move |m| (side, m)))
            {
                let edge = side / 2;
                let closes =
                    Group::ALL.iter().any(|group| super::closure::Shut::holds(&one.closure, *mode, *group));
                shut[edge as usize][mode.index()] |= closes && self.streets.open_to(edge, *mode);
            }
        }
        Ok(Impact {
            burden: self.burden(&sums),
            streets: self.street_minutes(&detail),
            changed: self.changed(&detail, &shut),
        })
    }

    /// Trips on a day over a piece of street, on open streets.
    pub fn trips_over(&self, edge: u32, mode: Mode) -> f64 {
        trips(self.flow[mode.index()].get(edge as usize).copied().unwrap_or(0))
    }

    fn changed(&self, detail: &Detail, shut: &[[bool; Mode::COUNT]]) -> Vec<Changed> {
        let mut changed = Vec::new();
        for (edge, shut) in (0_u32..).zip(shut) {
            for mode in Mode::ALL {
                let before = self.flow[mode.index()][edge as usize];
                let more = detail.flow[mode.index()][edge as usize];
                if shut[mode.index()] || trips(more).abs() >= CHANGE_TRIPS_MIN {
                    let (before, after) = (trips(before), trips(before + more));
                    changed.push(Changed { edge, mode, shut: shut[mode.index()], before, after });
                }
            }
        }
        changed
    }

    fn street_minutes(&self, detail: &Detail) -> Vec<StreetMinutes> {
        let mut streets: BTreeMap<(u32, u32), (f64, [i64; Mode::COUNT])> = BTreeMap::new();
        for (home, extra) in self.homes.iter().zip(&detail.by_home) {
            let name = self.streets.edges[home.edge as usize].name;
            let one = streets.entry((name, home.neighbourhood)).or_insert((0.0, [0; Mode::COUNT]));
            one.0 += home.households;
            one.1.iter_mut().zip(extra).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        }
        let mut lost: Vec<StreetMinutes> = streets
            .into_iter()
            .filter(|(_, (households, extra))| *households > 0.0 && *extra != [0; Mode::COUNT])
            .map(|((name, neighbourhood), (households, extra))| StreetMinutes {
                name,
                neighbourhood,
                households,
                minutes_per_household: extra.map(|sum| trips(sum) / 600.0 / households),
            })
            .collect();
        lost.sort_by(|a, b| b.total().total_cmp(&a.total()));
        lost
    }

    /// Trips over every piece on open streets: what comes together below each node of each tree.
    pub(super) fn open_flow(&self) -> [Vec<i64>; Mode::COUNT] {
        let edges = self.streets.edges.len();
        let empty = || [(); Mode::COUNT].map(|()| vec![0_i64; edges]);
        let parts = in_threads(self.threads, self.roots.len(), empty, |flow, at| {
            let root = &self.roots[at];
            let graph = self.streets.graph(root.mode);
            let flow = &mut flow[root.mode.index()];
            Stream { root, graph }.open(|home| all_day(self, root, home), flow);
        });
        let mut whole = empty();
        for part in &parts {
            whole.iter_mut().flatten().zip(part.iter().flatten()).for_each(|(sum, more)| *sum += more);
        }
        whole
    }
}

fn all_day(plan: &Plan, root: &super::root::Root, home: u32) -> i64 {
    let households = plan.homes[home as usize].households;
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most 1e14")]
    let one = |trips: &i64| (*trips as f64 * households).round() as i64;
    root.trips.iter().map(one).sum()
}

fn trips(micro: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a number of trips to 15 digits")]
    let trips = micro as f64 / MICRO;
    trips
}
