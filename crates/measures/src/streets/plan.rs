//! Plans: who travels where, and what variants of closures cost them.
//!
//! Resident-minutes per day = households x trips a day x extra minutes x hours closed / 24. A home from which a destination
//! can no longer be reached costs no number of minutes: it is a broken hard limit. Sums are kept in whole numbers, so that
//! they do not depend on the number of threads.
//!
//! Not here: masks (`closure.rs`), mending trees (`tree.rs`), the sums of one root (`weigh.rs`), help (`emergency.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::closure::{Closure, Group, Resolved, Shut, slices};
use super::error::StreetsError;
use super::limits::{DESTINATIONS_MAX, HOMES_MAX, VARIANTS_MAX};
use super::mode::Mode;
use super::network::Streets;
use super::people::Home;
use super::raw::Point;
use super::root::Root;
use super::search::{Direction, Search};
use super::weigh::{Desk, Sums, weigh};

/// Trips are counted in millionths, times in deciseconds.
pub(super) const MICRO: f64 = 1e6;
const MICRO_DS_PER_MINUTE: f64 = MICRO * 600.0;
/// Most trips of a household on a day.
const TRIPS_MAX: f64 = 100.0;

/// Somewhere that people go, or come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    /// As people call it: a gate of the area, a shop, a post of the ambulance.
    pub name: String,
    /// Where it is.
    pub at: Point,
}

/// Which way trips go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// From home.
    Out,
    /// To home.
    In,
    /// Half of them each way.
    ThereAndBack,
}

/// Trips of a group by a mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Travel {
    /// Whose.
    pub group: Group,
    /// How.
    pub mode: Mode,
    /// Trips that this makes on a day, for one household.
    pub trips_per_household: f64,
    /// Places of destinations in their list, and the share of the trips that each has.
    pub shares: Vec<(usize, f64)>,
    /// Which way.
    pub bound: Bound,
}

/// Where everybody goes on open streets: made once, kept, asked about variants. It holds a tree for each destination, mode and
/// direction: 24 bytes for every node of each.
#[derive(Debug)]
pub struct Plan {
    pub(super) streets: Arc<Streets>,
    pub(super) homes: Vec<Home>,
    pub(super) neighbourhoods: usize,
    pub(super) roots: Vec<Root>,
    pub(super) threads: usize,
    /// By mode and edge: millionths of trips on a day on open streets.
    pub(super) flow: [Vec<i64>; Mode::COUNT],
}

/// What one variant costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    /// Resident-minutes on a day, by neighbourhood.
    pub minutes: Vec<f64>,
    /// The same by mode and group.
    pub minutes_by_mode: [[f64; Group::COUNT]; Mode::COUNT],
    /// Hard limits that it breaks.
    pub broken: Vec<CutOff>,
}

/// Homes from which a destination cannot be reached any more, or the other way round.
#[derive(Debug, Clone, PartialEq)]
pub struct CutOff {
    /// Which neighbourhood.
    pub neighbourhood: u32,
    /// By which mode.
    pub mode: Mode,
    /// Whose trips.
    pub group: Group,
    /// Households.
    pub households: f64,
    /// Pieces of street they live on.
    pub edges: Vec<u32>,
}

impl Burden {
    /// Resident-minutes of all neighbourhoods on a day.
    pub fn total(&self) -> f64 {
        self.minutes.iter().sum()
    }
}

impl Plan {
    /// Places destinations, searches the open streets. `threads` is how many work at once.
    pub fn new(
        streets: Arc<Streets>,
        homes: Vec<Home>,
        destinations: &[Destination],
        travels: &[Travel],
        threads: usize,
    ) -> Result<Self, StreetsError> {
        check(&homes, destinations, travels)?;
        let neighbourhoods = homes.iter().map(|home| home.neighbourhood as usize + 1).max().unwrap_or(0);
        let mut wanted: Vec<(usize, Mode, Direction, [i64; Group::COUNT])> = Vec::new();
        for travel in travels {
            // Going out, the destination is what is reached: times are those to it.
            let ways: &[(Direction, f64)] = match travel.bound {
                Bound::Out => &[(Direction::To, 1.0)],
                Bound::In => &[(Direction::From, 1.0)],
                Bound::ThereAndBack => &[(Direction::To, 0.5), (Direction::From, 0.5)],
            };
            for (destination, share) in &travel.shares {
                for (direction, half) in ways {
                    #[allow(clippy::cast_possible_truncation, reason = "checked: at most 1e8")]
                    let trips = (travel.trips_per_household * share * half * MICRO).round() as i64;
                    let same = |one: &&mut (usize, Mode, Direction, _)| {
                        (one.0, one.1, one.2) == (*destination, travel.mode, *direction)
                    };
                    let at = match wanted.iter_mut().find(same) {
                        Some(one) => one,
                        None => {
                            wanted.push((*destination, travel.mode, *direction, [0; Group::COUNT]));
                            let last = wanted.len() - 1;
                            &mut wanted[last]
                        }
                    };
                    at.3[travel.group.index()] += trips;
                }
            }
        }
        let mut places = Vec::new();
        for (destination, mode, ..) in &wanted {
            let one = &destinations[*destination];
            places.push(streets.nearest_or(one.at, *mode, &format!("destination \"{}\"", one.name))?);
        }
        let leaves = super::root::leaves(&streets, &homes, &wanted);
        let threads = threads.max(1);
        let memory = || (Search::default(), Vec::new());
        let parts = in_threads(threads, wanted.len(), memory, |(search, roots), at| {
            let (_, mode, direction, trips) = wanted[at];
            let leaves = leaves[mode.index()][direction as usize].clone();
            let root = Root::new(search, &streets, &homes, leaves, (mode, direction, places[at]), trips);
            roots.push((at, root));
        });
        let mut roots: Vec<(usize, Root)> = parts.into_iter().flat_map(|(_, roots)| roots).collect();
        roots.sort_by_key(|(at, _)| *at);
        let roots = roots.into_iter().map(|(_, root)| root).collect();
        let mut plan = Self { streets, homes, neighbourhoods, roots, threads, flow: Default::default() };
        plan.flow = plan.open_flow();
        Ok(plan)
    }

    /// Where households are counted.
    pub fn homes(&self) -> &[Home] {
        &self.homes
    }

    /// What each variant costs, in their order.
    pub fn compare(&self, variants: &[Vec<Closure>]) -> Result<Vec<Burden>, StreetsError> {
        if variants.len() > VARIANTS_MAX {
            return Err(StreetsError::TooMany { what: "variants", max: VARIANTS_MAX });
        }
        let prepared: Vec<Prepared> =
            variants.iter().map(|one| self.prepare(one)).collect::<Result<_, _>>()?;
        let memory = || (Desk::default(), vec![Sums::new(self.neighbourhoods); prepared.len()]);
        let parts = in_threads(self.threads, self.roots.len(), memory, |(desk, sums), at| {
            let root = &self.roots[at];
            desk.begin(root);
            for (one, sums) in prepared.iter().zip(sums) {
                weigh(self, root, one, desk, sums, None);
            }
        });
        let mut whole = vec![Sums::new(self.neighbourhoods); prepared.len()];
        for (_, sums) in &parts {
            whole.iter_mut().zip(sums).for_each(|(sum, more)| sum.add(more));
        }
        Ok(whole.iter().map(|sums| self.burden(sums)).collect())
    }

    pub(super) fn prepare(&self, closures: &[Closure]) -> Result<Prepared, StreetsError> {
        let resolved = self.streets.resolve(closures)?;
        let parts = slices(&resolved);
        let used = |mode: Mode| self.roots.iter().any(|root| root.mode == mode);
        let by_mode = Mode::ALL.map(|mode| {
            if used(mode) { shut_parts(&self.streets, mode, &resolved, &parts) } else { Vec::new() }
        });
        Ok(Prepared { by_mode, resolved })
    }

    pub(super) fn burden(&self, sums: &Sums) -> Burden {
        #[allow(clippy::cast_precision_loss, reason = "a sum of minutes to 15 digits")]
        let whole = |sum: i128| sum as f64 / MICRO_DS_PER_MINUTE;
        let homes = 0..super::network::short(self.homes.len());
        let cut_off: Vec<(Mode, Group, u32)> = sums
            .cut_off
            .iter()
            .flat_map(|((mode, group), mask)| {
                homes.clone().filter(|home| mask.has(*home)).map(|home| (*mode, *group, home))
            })
            .collect();
        Burden {
            minutes: sums.by_neighbourhood.iter().copied().map(whole).collect(),
            minutes_by_mode: sums.by_mode.map(|groups| groups.map(whole)),
            broken: self.broken(&cut_off),
        }
    }

    fn broken(&self, cut_off: &[(Mode, Group, u32)]) -> Vec<CutOff> {
        let mut broken: Vec<CutOff> = Vec::new();
        for (mode, group, home) in cut_off {
            let home = &self.homes[*home as usize];
            let same = |one: &&mut CutOff| {
                (one.neighbourhood, one.mode, one.group) == (home.neighbourhood, *mode, *group)
            };
            match broken.iter_mut().find(same) {
                Some(one) => {
                    one.households += home.households;
                    one.edges.push(home.edge);
                }
                None => broken.push(CutOff {
                    neighbourhood: home.neighbourhood,
                    mode: *mode,
                    group: *group,
                    households: home.households,
                    edges: vec![home.edge],
                }),
            }
        }
        broken
    }
}

/// A variant as masks.
#[derive(Debug)]
pub(super) struct Prepared {
    pub by_mode: [Vec<ShutPart>; Mode::COUNT],
    pub resolved: Vec<Resolved>,
}

/// What is shut to some groups in some hours.
#[derive(Debug)]
pub(super) struct ShutPart {
    pub shut: Shut,
    pub hours: u32,
    pub groups: [bool; Group::COUNT],
}

fn shut_parts(
    streets: &Streets,
    mode: Mode,
    resolved: &[Resolved],
    parts: &[(Vec<usize>, u32)],
) -> Vec<ShutPart> {
    // Groups to whom the same closures hold share a mask.
    let mut sets: Vec<(Vec<usize>, u32, [bool; Group::COUNT])> = Vec::new();
    for (shut, hours) in parts {
        for group in Group::ALL {
            let mine: Vec<usize> =
                shut.iter().copied().filter(|at| Shut::holds(&resolved[*at].closure, mode, group)).collect();
            if mine.is_empty() {
                continue;
            }
            let mut groups = [false; Group::COUNT];
            groups[group.index()] = true;
            match sets.iter_mut().find(|(set, set_hours, _)| *set == mine && set_hours == hours) {
                Some((.., others)) if !others[group.index()] => others[group.index()] = true,
                _ => sets.push((mine, *hours, groups)),
            }
        }
    }
    let graph = streets.graph(mode);
    let part = |(set, hours, groups): (Vec<usize>, u32, _)| ShutPart {
        shut: Shut::new(graph, streets.edges.len(), set.iter().map(|at| &resolved[*at])),
        hours,
        groups,
    };
    sets.into_iter().map(part).collect()
}

/// Does numbered work in some threads, each with memory of its own, which comes back.
pub(super) fn in_threads<M: Send>(
    threads: usize,
    count: usize,
    memory: impl Fn() -> M + Sync,
    work: impl Fn(&mut M, usize) + Sync,
) -> Vec<M> {
    let next = AtomicUsize::new(0);
    let loop_over = || {
        let mut memory = memory();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return memory;
            }
            work(&mut memory, at);
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(count)).map(|_| scope.spawn(loop_over)).collect();
        let mut done = vec![loop_over()];
        for other in others {
            match other.join() {
                Ok(memory) => done.push(memory),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}

fn check(homes: &[Home], destinations: &[Destination], travels: &[Travel]) -> Result<(), StreetsError> {
    if homes.len() > HOMES_MAX {
        return Err(StreetsError::TooMany { what: "homes", max: HOMES_MAX });
    }
    if destinations.len() > DESTINATIONS_MAX {
        return Err(StreetsError::TooMany { what: "destinations", max: DESTINATIONS_MAX });
    }
    let number = |field: String, value: f64, max: f64, why: &'static str| {
        if (0.0..=max).contains(&value) { Ok(()) } else { Err(StreetsError::Number { field, value, why }) }
    };
    for (at, travel) in travels.iter().enumerate() {
        let field = format!("trips_per_household of travel {at}");
        number(field, travel.trips_per_household, TRIPS_MAX, "it must be from 0 to 100")?;
        for (destination, share) in &travel.shares {
            if *destination >= destinations.len() {
                return Err(StreetsError::Unknown { what: "destination", id: destination.to_string() });
            }
            let field = format!("share of destination {destination} in travel {at}");
            number(field, *share, 1.0, "it must be from 0 to 1")?;
        }
    }
    for (at, home) in homes.iter().enumerate() {
        number(format!("households of home {at}"), home.households, 1e6, "it must be from 0 to 1,000,000")?;
    }
    Ok(())
}
