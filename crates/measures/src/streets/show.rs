//! What is drawn: how far one gets (isochrones), and pieces of street as GeoJSON.
//!
//! Not here: colours and screens.

use serde::Serialize;

use super::attach::attach;
use super::closure::{Closure, Group, Shut};
use super::error::StreetsError;
use super::impact::Changed;
use super::limits::DESTINATIONS_MAX;
use super::mode::Mode;
use super::network::Streets;
use super::place::Place;
use super::raw::Point;
use super::search::{Direction, Search, UNREACHED};

/// A piece of street and the minutes to its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The piece.
    pub edge: u32,
    /// Minutes.
    pub minutes: f64,
}

/// What an isochrone is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Isochrone {
    /// From (or to) where.
    pub starts: Vec<Point>,
    /// How.
    pub mode: Mode,
    /// Whose closures hold.
    pub group: Group,
    /// Which way.
    pub direction: Direction,
    /// How far, in minutes.
    pub minutes_max: f64,
}

impl Streets {
    /// Pieces of street that can be reached in some minutes while all the closures are shut, each once, in order of its id.
    pub fn isochrone(&self, asked: &Isochrone, closures: &[Closure]) -> Result<Vec<Reached>, StreetsError> {
        if asked.starts.len() > DESTINATIONS_MAX {
            return Err(StreetsError::TooMany { what: "starts", max: DESTINATIONS_MAX });
        }
        let (mode, graph) = (asked.mode, self.graph(asked.mode));
        let resolved = self.resolve(closures)?;
        let holds = resolved.iter().filter(|one| Shut::holds(&one.closure, mode, asked.group));
        let shut = Shut::new(graph, self.edges.len(), holds);
        let mut starts = Vec::new();
        for (number, at) in asked.starts.iter().enumerate() {
            let place = self.nearest_or(*at, mode, &format!("start {number}"))?;
            let joins = attach(self, mode, place, asked.direction).into_iter();
            starts.extend(joins.filter(|one| one.part.is_open(graph, &shut)).map(|one| (one.node, one.ds)));
        }
        let mut search = Search::default();
        search.run(graph, asked.direction, &starts, Some(&shut.arc_mask));
        let other = if asked.direction == Direction::From { Direction::To } else { Direction::From };
        let mut reached = Vec::new();
        for edge in 0..super::network::short(self.edges.len()) {
            let joins = attach(self, mode, Place { edge, along: 0.5 }, other);
            let open = joins.iter().filter(|one| one.part.is_open(graph, &shut));
            let best = open.map(|one| search.times[one.node as usize].saturating_add(one.ds)).min();
            let minutes = f64::from(best.unwrap_or(UNREACHED)) / 600.0;
            if best.is_some_and(|best| best != UNREACHED) && minutes <= asked.minutes_max {
                reached.push(Reached { edge, minutes });
            }
        }
        Ok(reached)
    }

    /// Pieces of street as a FeatureCollection, written out; `more` adds properties to each.
    pub fn geojson<M: Serialize>(&self, edges: &[u32], more: impl Fn(u32) -> M) -> String {
        let known = edges.iter().filter(|edge| (**edge as usize) < self.edges.len());
        collection(known.map(|edge| self.feature(*edge, more(*edge))).collect())
    }

    /// Changes of a variant, to be drawn: trips before and after, and what is shut.
    pub fn changes_geojson(&self, changed: &[Changed]) -> String {
        let more = |one: &Changed| ChangedProperties {
            mode: one.mode.name(),
            shut: one.shut,
            before: (one.before * 10.0).round() / 10.0,
            after: (one.after * 10.0).round() / 10.0,
        };
        collection(changed.iter().map(|one| self.feature(one.edge, more(one))).collect())
    }

    fn feature<M>(&self, edge: u32, more: M) -> Feature<'_, M> {
        let coordinates = self.shape(edge).iter().map(|point| point.degrees()).collect();
        Feature {
            kind: "Feature",
            id: edge,
            properties: Properties { edge, way: self.edges[edge as usize].way, name: self.name(edge), more },
            geometry: Line { kind: "LineString", coordinates },
        }
    }
}

#[derive(Serialize)]
struct Collection<'a, M> {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature<'a, M>>,
}

#[derive(Serialize)]
struct Feature<'a, M> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: u32,
    properties: Properties<'a, M>,
    geometry: Line,
}

#[derive(Serialize)]
struct Properties<'a, M> {
    edge: u32,
    way: i64,
    name: &'a str,
    #[serde(flatten)]
    more: M,
}

#[derive(Serialize)]
struct ChangedProperties {
    mode: &'static str,
    shut: bool,
    before: f64,
    after: f64,
}

#[derive(Serialize)]
struct Line {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: Vec<[f64; 2]>,
}

/// Only properties of the caller can fail to be written, when they are no map: then there are no features.
fn collection<M: Serialize>(features: Vec<Feature<'_, M>>) -> String {
    let whole = serde_json::to_string(&Collection { kind: "FeatureCollection", features });
    whole.unwrap_or_else(|_| r#"{"type":"FeatureCollection","features":[]}"#.to_owned())
}
