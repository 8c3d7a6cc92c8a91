//! Whether help still gets to every neighbourhood, in a sense in which closing more never makes it better.
//!
//! Two ways that share no street, or one through a manned gate. Taken by the letter, a gate that one measure mans could mend what
//! another breaks, and the search, which learns that a set breaks a right, would be wrong about greater sets. So a gate counts
//! for the measure that brings it: what all others do together leaves two ways, and with it either two ways share nothing but
//! the gate, or, by what this measure closes, every way leads through the gate. Who takes the second way away mans what is left.
//! Each of these can only be lost by closing more.
//!
//! Where there are not two ways on open streets, there must be as many as there were.
//!
//! Not here: finding the ways (`crate::streets`).

use std::collections::{BTreeMap, BTreeSet};

use super::Area;
use crate::streets::{Access, Block, Closure, Extent, Mode, Point, StreetsError};

/// Pieces of street that are shut to help, in order.
pub(super) type ShutTo = Vec<u32>;

/// How each block can be reached.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reach {
    ways: usize,
    unreached: BTreeSet<u32>,
}

/// What was found.
pub(super) type Known = BTreeMap<ShutTo, Vec<Reach>>;

/// Who comes from where to which blocks.
#[derive(Debug)]
pub(super) struct Help {
    stations: Vec<Point>,
    blocks: Vec<Block>,
    open: Vec<Reach>,
}

/// What a measure does to help in one hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Hour {
    shut: BTreeSet<u32>,
    manned: BTreeSet<u32>,
}

/// Most answers that are kept.
const KEPT_MAX: usize = 5_000;

impl Help {
    /// From stations to every neighbourhood of an area; without stations nothing is asked.
    pub fn new(area: &Area, stations: Vec<Point>) -> Result<Self, StreetsError> {
        let block = |(number, one): (u32, &crate::streets::Neighbourhood)| {
            let mine = area.homes().iter().filter(|home| home.neighbourhood == number);
            Block { name: one.name.clone(), edges: mine.map(|home| home.edge).collect() }
        };
        let blocks: Vec<Block> = if stations.is_empty() {
            Vec::new()
        } else {
            (0_u32..).zip(area.neighbourhoods()).map(block).collect()
        };
        let mut help = Self { stations, blocks, open: Vec::new() };
        help.open = help.reach(area, &BTreeSet::new(), &mut Known::new())?;
        Ok(help)
    }

    #[cfg(test)]
    pub fn stations(&self) -> &[Point] {
        &self.stations
    }

    #[cfg(test)]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Blocks that help cannot reach by two ways on open streets.
    pub fn short_before(&self) -> impl Iterator<Item = u32> {
        let short = |reach: &Reach| reach.ways < 2 || !reach.unreached.is_empty();
        (0_u32..).zip(&self.open).filter(move |(_, reach)| short(reach)).map(|(number, _)| number)
    }

    /// Blocks that the closures of some measures keep help from.
    pub fn broken_by(
        &self,
        area: &Area,
        measures: &[&[Closure]],
        known: &mut Known,
    ) -> Result<BTreeSet<u32>, StreetsError> {
        let mut broken = BTreeSet::new();
        let hours: BTreeSet<Vec<Hour>> =
            (0..24).map(|hour| measures.iter().map(|one| Hour::of(one, hour)).collect()).collect();
        for hour in hours.iter().filter(|hour| hour.iter().any(|one| !one.shut.is_empty())) {
            let together = self.reach(area, &union(hour, None), known)?;
            for (block, (now, open)) in (0_u32..).zip(together.iter().zip(&self.open)) {
                let is_cut = !now.unreached.is_subset(&open.unreached) || now.ways == 0 && open.ways > 0;
                if is_cut || now.ways < open.ways && !self.is_manned(area, hour, block as usize, known)? {
                    broken.insert(block);
                }
            }
        }
        Ok(broken)
    }

    /// Whether the measure that takes the second way away mans what is left.
    fn is_manned(
        &self,
        area: &Area,
        measures: &[Hour],
        block: usize,
        known: &mut Known,
    ) -> Result<bool, StreetsError> {
        for (at, one) in measures.iter().enumerate().filter(|(_, one)| !one.manned.is_empty()) {
            if self.reach(area, &union(measures, Some(at)), known)?[block].ways < self.open[block].ways {
                continue;
            }
            let gate: Vec<u32> = one.manned.iter().copied().collect();
            let shut = shut(&union(measures, None));
            let ways = area.streets().ways_sharing(&self.stations, &self.blocks[block], &[shut], &gate)?;
            let all: BTreeSet<u32> = one.shut.union(&one.manned).copied().collect();
            if ways >= self.open[block].ways || self.reach(area, &all, known)?[block].ways == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn reach(
        &self,
        area: &Area,
        edges: &BTreeSet<u32>,
        known: &mut Known,
    ) -> Result<Vec<Reach>, StreetsError> {
        let key: ShutTo = edges.iter().copied().collect();
        if let Some(reach) = known.get(&key) {
            return Ok(reach.clone());
        }
        let found = area.streets().emergency_access(&self.stations, &self.blocks, &[shut(edges)])?;
        let reach =
            |one: Access| Reach { ways: one.ways.len(), unreached: one.unreached.into_iter().collect() };
        let reach: Vec<Reach> = found.into_iter().map(reach).collect();
        if known.len() < KEPT_MAX {
            known.insert(key, reach.clone());
        }
        Ok(reach)
    }
}

fn shut(edges: &BTreeSet<u32>) -> Closure {
    Closure::new(Extent::Edges(edges.iter().copied().collect()), &[Mode::Emergency])
}

impl Hour {
    /// What closes to help in an hour. Who else is exempt does not open it: only people at a gate do.
    fn of(closures: &[Closure], hour: u32) -> Self {
        let mut all = Self::default();
        for one in closures.iter().filter(|one| one.modes.contains(&Mode::Emergency) && one.hours.has(hour)) {
            let Extent::Edges(edges) = &one.extent else { continue };
            if one.manned { &mut all.manned } else { &mut all.shut }.extend(edges);
        }
        all
    }
}

/// What is shut by all but one.
fn union(measures: &[Hour], but: Option<usize>) -> BTreeSet<u32> {
    let others = measures.iter().enumerate().filter(|(at, _)| Some(*at) != but);
    others.flat_map(|(_, one)| one.shut.iter().copied()).collect()
}
