//! Turn restrictions: relations of OpenStreetMap to forbidden sequences of sides of edges.
//!
//! `no_*` and `only_*`, through a point or one way, for car and bike; `except` is obeyed. Left out and counted: conditional
//! ones, those for other vehicles, and those whose members do not say clearly which way is meant. Turning round is
//! allowed at any junction but the one where a restriction binds, unless one forbids it there too.
//!
//! Not here: what becomes of the graph (`expand.rs`).

use std::collections::HashMap;

use super::limits::RESTRICTION_MEMBERS_MAX;
use super::mode::Mode;
use super::network::{Edge, NEVER};
use super::raw::{RawRelation, Tags};

/// What became of the restrictions in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnsReport {
    /// Obeyed.
    pub taken: usize,
    /// Of those, through a way instead of a point.
    pub through_a_way: usize,
    /// Conditional, or for lorries, buses and the like.
    pub for_others: usize,
    /// A member is not in the file, or is not used by car or bike.
    pub without_members: usize,
    /// Members do not say clearly which way is meant.
    pub unclear: usize,
}

/// Restrictions as sides of edges.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns {
    pub bans: Vec<Ban>,
    pub report: TurnsReport,
}

/// After `path` (sides of edges: edge * 2, + 1 against its points) one may not take `to`; or, with `only`, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ban {
    pub modes: [bool; Mode::COUNT],
    pub path: Vec<u32>,
    pub to: u32,
    pub only: bool,
    /// Junctions that must stay nodes.
    pub vias: Vec<u32>,
}

enum Left {
    ForOthers,
    WithoutMembers,
    Unclear,
}

pub(super) fn read_turns(
    relations: &[RawRelation],
    edges: &[Edge],
    by_way: &[(i64, u32)],
    node_of: &HashMap<i64, u32>,
) -> Turns {
    let streets = Lookup { edges, by_way, node_of };
    let mut turns = Turns::default();
    for relation in relations {
        match streets.bans(relation) {
            Ok(bans) => {
                turns.report.taken += 1;
                turns.report.through_a_way += usize::from(bans.iter().any(|ban| ban.vias.len() > 1));
                turns.bans.extend(bans);
            }
            Err(Left::ForOthers) => turns.report.for_others += 1,
            Err(Left::WithoutMembers) => turns.report.without_members += 1,
            Err(Left::Unclear) => turns.report.unclear += 1,
        }
    }
    turns
}

/// Kind of restriction and whom it binds.
fn rule(tags: &Tags) -> Option<(bool, [bool; Mode::COUNT])> {
    let keys: [(&str, bool, bool); 5] = [
        ("restriction", true, true),
        ("restriction:vehicle", true, true),
        ("restriction:motor_vehicle", true, false),
        ("restriction:motorcar", true, false),
        ("restriction:bicycle", false, true),
    ];
    let (value, car, bike) =
        keys.iter().find_map(|(key, car, bike)| tags.get(key).map(|value| (value, *car, *bike)))?;
    let only = value.starts_with("only_");
    if !only && !value.starts_with("no_") {
        return None;
    }
    let except = tags.get("except").unwrap_or("");
    let freed = |names: &[&str]| except.split([';', ',']).any(|one| names.contains(&one.trim()));
    let car = car && !freed(&["motorcar", "motor_vehicle", "vehicle"]);
    let bike = bike && !freed(&["bicycle", "vehicle"]);
    (car || bike).then_some((only, [car, bike, false, false]))
}

struct Lookup<'a> {
    edges: &'a [Edge],
    by_way: &'a [(i64, u32)],
    node_of: &'a HashMap<i64, u32>,
}

impl Lookup<'_> {
    fn bans(&self, relation: &RawRelation) -> Result<Vec<Ban>, Left> {
        let (only, modes) = rule(&relation.tags).ok_or(Left::ForOthers)?;
        if relation.members.len() > RESTRICTION_MEMBERS_MAX {
            return Err(Left::Unclear);
        }
        let of = |role: &str, is_way: bool| -> Vec<i64> {
            let members = relation.members.iter().filter(|one| one.role == role && one.is_way == is_way);
            members.map(|one| one.id).collect()
        };
        let (froms, tos) = (of("from", true), of("to", true));
        let (points, ways) = (of("via", false), of("via", true));
        if only && (froms.len() > 1 || tos.len() > 1) {
            return Err(Left::Unclear);
        }
        let mut bans = Vec::new();
        for from in &froms {
            for to in &tos {
                bans.push(match (points.as_slice(), ways.as_slice()) {
                    ([point], []) => {
                        let via = *self.node_of.get(point).ok_or(Left::WithoutMembers)?;
                        let path = vec![self.one_side(*from, via, true, modes)?];
                        let to = self.one_side(*to, via, false, modes)?;
                        Ban { modes, path, to, only, vias: vec![via] }
                    }
                    ([], [way]) => self.through_way(*from, *way, *to, only, modes)?,
                    ([], []) => return Err(Left::WithoutMembers),
                    _ => return Err(Left::Unclear),
                });
            }
        }
        if bans.is_empty() { Err(Left::WithoutMembers) } else { Ok(bans) }
    }

    fn through_way(
        &self,
        from: i64,
        way: i64,
        to: i64,
        only: bool,
        modes: [bool; Mode::COUNT],
    ) -> Result<Ban, Left> {
        let pieces = self.pieces(way);
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Err(Left::WithoutMembers);
        };
        let (begin, end) = (self.edges[*first as usize].from, self.edges[*last as usize].to);
        let whole = pieces
            .windows(2)
            .all(|pair| self.edges[pair[0] as usize].to == self.edges[pair[1] as usize].from);
        if !whole || begin == end {
            return Err(Left::Unclear);
        }
        let along: Vec<u32> = pieces.iter().map(|edge| edge * 2).collect();
        let against: Vec<u32> = pieces.iter().rev().map(|edge| edge * 2 + 1).collect();
        let mut found = Vec::new();
        for (enter, leave, sides) in [(begin, end, along), (end, begin, against)] {
            let ends = (self.one_side(from, enter, true, modes), self.one_side(to, leave, false, modes));
            if let (Ok(from), Ok(to)) = ends {
                let path = std::iter::once(from).chain(sides).collect();
                found.push(Ban { modes, path, to, only, vias: vec![enter, leave] });
            }
        }
        match found.len() {
            0 => Err(Left::WithoutMembers),
            1 => found.pop().ok_or(Left::Unclear),
            _ => Err(Left::Unclear),
        }
    }

    /// Pieces of a way in its order: they were numbered in it.
    fn pieces(&self, way: i64) -> Vec<u32> {
        let first = self.by_way.partition_point(|(id, _)| *id < way);
        self.by_way[first..].iter().take_while(|(id, _)| *id == way).map(|(_, edge)| *edge).collect()
    }

    /// The one side of a way that enters (or leaves) a junction and that somebody bound by the rule may take.
    fn one_side(&self, way: i64, via: u32, enters: bool, modes: [bool; Mode::COUNT]) -> Result<u32, Left> {
        let mut sides = Vec::new();
        for edge in self.pieces(way) {
            let piece = &self.edges[edge as usize];
            for (direction, end) in [
                (0, if enters { piece.to } else { piece.from }),
                (1, if enters { piece.from } else { piece.to }),
            ] {
                let open =
                    (0..Mode::COUNT).any(|mode| modes[mode] && piece.time_ms[mode][direction] != NEVER);
                if end == via && open {
                    sides.push(edge * 2 + u32::from(direction == 1));
                }
            }
        }
        match sides.as_slice() {
            [] => Err(Left::WithoutMembers),
            [side] => Ok(*side),
            _ => Err(Left::Unclear),
        }
    }
}
