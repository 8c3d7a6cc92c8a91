//! Streets taken out of use: where, for whom, in which hours; and the masks that this comes to.
//!
//! Not here: what it costs people (`plan.rs`).

use serde::{Deserialize, Serialize};

use super::error::StreetsError;
use super::graph::Graph;
use super::limits::{CLOSURES_MAX, OUTLINE_POINTS_MAX};
use super::mode::Mode;
use super::network::{NEVER, Streets};
use super::raw::Point;
use super::search::Mask;

/// Who travels, where that decides what is closed to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresGroup))]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Everybody who lives there.
    Residents,
    /// Those with a permit for the closed area.
    PermitHolders,
    /// Who brings goods.
    Deliveries,
    /// Who gives care at home.
    Care,
}

impl Group {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Residents, Self::PermitHolders, Self::Deliveries, Self::Care];

    /// How many there are.
    pub const COUNT: usize = 4;

    /// Its place in lists by group.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Hours of a day, each closed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hours(u32);

impl Hours {
    /// The whole day.
    pub const ALL_DAY: Self = Self(0x00ff_ffff);

    /// From one hour up to another, over midnight if the second is not later; hours count from 0 to 24.
    pub fn between(from: u8, to: u8) -> Self {
        let (from, to) = (u32::from(from.min(24)), u32::from(to.min(24)));
        let is_in =
            |hour: &u32| if from < to { (from..to).contains(hour) } else { *hour >= from || *hour < to };
        Self((0..24).filter(is_in).fold(0, |bits, hour| bits | 1 << hour))
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    pub(crate) fn has(self, hour: u32) -> bool {
        self.0 >> hour & 1 == 1
    }
}

/// What is closed.
#[derive(Debug, Clone, PartialEq)]
pub enum Extent {
    /// Pieces of street by their ids.
    Edges(Vec<u32>),
    /// A whole way, as its source numbers it.
    Way(i64),
    /// Every street of a name.
    Street(String),
    /// All that is in, or crosses, an outline.
    Within(Vec<Point>),
    /// All that a line drawn on the map crosses.
    Across(Vec<Point>),
}

/// Which direction is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Heading {
    /// Both.
    #[default]
    Both,
    /// From the first point of a piece to its last.
    Along,
    /// The other way.
    Against,
}

/// A street taken out of use.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    /// Where.
    pub extent: Extent,
    /// For which modes.
    pub modes: Vec<Mode>,
    /// Groups that may pass all the same.
    pub exempt: Vec<Group>,
    /// In which hours of the day.
    pub hours: Hours,
    /// In which direction.
    pub heading: Heading,
    /// Whether somebody stands there who lets help through: then it is open to emergency, and counts as a manned gate.
    pub manned: bool,
}

impl Closure {
    /// Closes to the modes all day, with nobody exempt.
    pub fn new(extent: Extent, modes: &[Mode]) -> Self {
        Self {
            extent,
            modes: modes.to_vec(),
            exempt: Vec::new(),
            hours: Hours::ALL_DAY,
            heading: Heading::Both,
            manned: false,
        }
    }
}

/// A closure with its pieces looked up.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    pub sides: Vec<u32>,
    pub closure: Closure,
}

/// What is shut to one mode at one time, as masks.
#[derive(Debug, Clone, Default)]
pub(super) struct Shut {
    /// Sides: edge * 2, + 1 against its points.
    pub sides: Mask,
    pub arcs: Vec<u32>,
    pub arc_mask: Mask,
    /// Chains with a side shut, in order.
    pub chains: Vec<u32>,
}

impl Streets {
    /// The pieces that an extent covers, in order; an error if it names what is not there.
    pub fn covered(&self, extent: &Extent) -> Result<Vec<u32>, StreetsError> {
        let unknown = |what: &'static str, id: String| Err(StreetsError::Unknown { what, id });
        let drawn = |points: &[Point]| {
            if points.len() > OUTLINE_POINTS_MAX {
                return Err(StreetsError::TooMany { what: "points drawn", max: OUTLINE_POINTS_MAX });
            }
            Ok(())
        };
        let mut edges = match extent {
            Extent::Edges(edges) => match edges.iter().find(|edge| **edge as usize >= self.edges.len()) {
                Some(edge) => return unknown("piece of street", edge.to_string()),
                None => edges.clone(),
            },
            Extent::Way(way) => self.edges_of_way(*way).collect(),
            Extent::Street(name) => self.edges_of_name(name),
            Extent::Within(outline) => {
                drawn(outline)?;
                self.edges_within(outline)
            }
            Extent::Across(line) => {
                drawn(line)?;
                self.edges_across(line)
            }
        };
        match extent {
            Extent::Way(way) if edges.is_empty() => return unknown("way", way.to_string()),
            Extent::Street(name) if edges.is_empty() => return unknown("street", name.clone()),
            _ => {}
        }
        edges.sort_unstable();
        edges.dedup();
        Ok(edges)
    }

    pub(super) fn resolve(&self, closures: &[Closure]) -> Result<Vec<Resolved>, StreetsError> {
        if closures.len() > CLOSURES_MAX {
            return Err(StreetsError::TooMany { what: "closures", max: CLOSURES_MAX });
        }
        let one = |closure: &Closure| {
            let edges = self.covered(&closure.extent)?;
            let headings: &[u32] = match closure.heading {
                Heading::Both => &[0, 1],
                Heading::Along => &[0],
                Heading::Against => &[1],
            };
            let sides =
                edges.iter().flat_map(|edge| headings.iter().map(move |way| edge * 2 + way)).collect();
            Ok(Resolved { sides, closure: closure.clone() })
        };
        closures.iter().map(one).collect()
    }
}

/// The hours of a day in sets that have the same closures shut: which, and how many hours.
pub(super) fn slices(closures: &[Resolved]) -> Vec<(Vec<usize>, u32)> {
    let mut slices: Vec<(Vec<usize>, u32)> = Vec::new();
    for hour in 0..24 {
        let shut: Vec<usize> =
            (0..closures.len()).filter(|at| closures[*at].closure.hours.has(hour)).collect();
        if shut.is_empty() {
            continue;
        }
        match slices.iter_mut().find(|(other, _)| *other == shut) {
            Some((_, hours)) => *hours += 1,
            None => slices.push((shut, 1)),
        }
    }
    slices
}

impl Shut {
    /// Masks of some closures for a mode.
    pub fn new<'a>(graph: &Graph, edges: usize, closures: impl Iterator<Item = &'a Resolved>) -> Self {
        let mut shut = Self {
            sides: Mask::new(edges * 2),
            arcs: Vec::new(),
            arc_mask: Mask::new(graph.arcs()),
            chains: Vec::new(),
        };
        for side in closures.flat_map(|one| &one.sides) {
            let Some(run) = graph.run_of_side(*side) else { continue };
            shut.sides.insert(*side);
            if graph.run_ms[run as usize] == NEVER {
                continue;
            }
            shut.chains.push(run / 2);
            for arc in graph.arcs_of_run(run) {
                if !shut.arc_mask.has(*arc) {
                    shut.arc_mask.insert(*arc);
                    shut.arcs.push(*arc);
                }
            }
        }
        shut.chains.sort_unstable();
        shut.chains.dedup();
        shut
    }

    /// Whether a closure holds for a mode and group.
    pub fn holds(closure: &Closure, mode: Mode, group: Group) -> bool {
        let manned = mode == Mode::Emergency && closure.manned;
        closure.modes.contains(&mode) && !closure.exempt.contains(&group) && !manned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_go_over_midnight() {
        assert_eq!(Hours::between(7, 19).count(), 12);
        assert_eq!(Hours::between(22, 6).count(), 8);
        assert_eq!(Hours::between(0, 24), Hours::ALL_DAY);
        assert!(
            Hours::between(22, 6).has(23) && Hours::between(22, 6).has(0) && !Hours::between(22, 6).has(6)
        );
    }

    #[test]
    fn a_day_is_cut_where_what_is_shut_changes() {
        let closure = |hours| Resolved {
            sides: Vec::new(),
            closure: Closure { hours, ..Closure::new(Extent::Edges(Vec::new()), &[Mode::Car]) },
        };
        let parts = slices(&[closure(Hours::between(8, 18)), closure(Hours::between(12, 20))]);
        assert_eq!(parts, [(vec![0], 4), (vec![0, 1], 6), (vec![1], 2)]);
    }
}
