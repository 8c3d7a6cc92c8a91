//! Streets and neighbourhoods of an area, read from what planners bring, and closures looked up in them.
//!
//! Not here: a plan.

use std::sync::Arc;

use serde_json::Value;

use super::JointError;
use crate::streets::{
    Closure, Country, Extent, Heading, Home, Hours, Mode, Neighbourhood, NeighbourhoodKeys, Point, Streets,
    StreetsError, read_lines, read_neighbourhoods, read_pbf,
};

/// Streets with the neighbourhoods that live on them. Nothing in it changes: share it.
#[derive(Debug)]
pub struct Area {
    streets: Arc<Streets>,
    neighbourhoods: Vec<Neighbourhood>,
    homes: Vec<Home>,
}

impl Area {
    /// Reads streets, as GeoJSON or `.osm.pbf`, and neighbourhoods with `id`, `name` and `households`, as GeoJSON.
    ///
    /// # Errors
    /// When one of them cannot be read, or a neighbourhood has no street to live on.
    pub fn new(streets: &[u8], neighbourhoods: &[u8]) -> Result<Self, JointError> {
        let is_json = streets.trim_ascii_start().first() == Some(&b'{');
        let raw = if is_json { read_lines(streets) } else { read_pbf(streets) };
        let streets = raw.and_then(|raw| Streets::build(&raw, Country::Netherlands));
        let streets = Arc::new(streets.map_err(JointError::Streets)?);
        let neighbourhoods = read_neighbourhoods(neighbourhoods, &NeighbourhoodKeys::default());
        Self::of(streets, neighbourhoods.map_err(JointError::Neighbourhoods)?)
    }

    /// Streets and neighbourhoods that were read before.
    ///
    /// # Errors
    /// When a neighbourhood has no street to live on.
    pub fn of(streets: Arc<Streets>, neighbourhoods: Vec<Neighbourhood>) -> Result<Self, JointError> {
        let homes = streets.homes(&neighbourhoods).map_err(JointError::Neighbourhoods)?;
        Ok(Self { streets, neighbourhoods, homes })
    }

    /// The streets.
    pub fn streets(&self) -> &Arc<Streets> {
        &self.streets
    }

    /// The neighbourhoods, in the order of their outlines.
    pub fn neighbourhoods(&self) -> &[Neighbourhood] {
        &self.neighbourhoods
    }

    /// Where households are counted.
    pub fn homes(&self) -> &[Home] {
        &self.homes
    }

    /// Every piece of street as GeoJSON lines with `edge` (its number), `way`, `name` and the `modes` that may use it.
    pub fn lines(&self) -> Value {
        let edges: Vec<u32> = (0_u32..).zip(self.streets.edges()).map(|(edge, _)| edge).collect();
        let modes =
            |edge: u32| Mode::ALL.into_iter().filter(move |mode| self.streets.in_main_part(edge, *mode));
        let text = self
            .streets
            .geojson(&edges, |edge| serde_json::json!({ "modes": modes(edge).collect::<Vec<Mode>>() }));
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Every neighbourhood as GeoJSON outlines with `id`, `name` and `households`.
    pub fn outlines(&self) -> Value {
        let features = self.neighbourhoods.iter().map(|one| {
            let close = |ring: &Vec<Point>| -> Vec<[f64; 2]> {
                ring.iter().chain(ring.first()).map(|point| point.degrees()).collect()
            };
            // Rings are told apart by where they lie, not by their order: each is a polygon of its own here.
            let polygons: Vec<Vec<Vec<[f64; 2]>>> = one.rings.iter().map(|ring| vec![close(ring)]).collect();
            serde_json::json!({
                "type": "Feature",
                "properties": { "id": one.id, "name": one.name, "households": one.households },
                "geometry": { "type": "MultiPolygon", "coordinates": polygons },
            })
        });
        serde_json::json!({ "type": "FeatureCollection", "features": features.collect::<Vec<Value>>() })
    }

    /// Closures that somebody draws, with their pieces of street looked up.
    pub(super) fn looked_up(&self, closures: &[crate::model::Closure]) -> Result<Vec<Closure>, JointError> {
        let look = |(index, one)| {
            let why = |why| JointError::Closure { measure: "what is edited".to_owned(), index, why };
            self.closure(one).map_err(why)
        };
        closures.iter().enumerate().map(look).collect()
    }

    /// A closure of a plan with its pieces of street looked up.
    pub(super) fn closure(&self, one: &crate::model::Closure) -> Result<Closure, StreetsError> {
        let mut edges = Vec::new();
        for street in &one.streets {
            edges.extend(self.streets.covered(&Extent::Street(street.clone()))?);
        }
        for at in &one.at {
            edges.push(self.nearest(*at, &one.modes)?);
        }
        for outline in &one.within {
            let outline = outline.iter().map(|at| point(*at)).collect::<Result<Vec<_>, _>>()?;
            edges.extend(self.streets.covered(&Extent::Within(outline))?);
        }
        edges.sort_unstable();
        edges.dedup();
        Ok(Closure {
            extent: Extent::Edges(edges),
            modes: one.modes.clone(),
            exempt: one.exempt.clone(),
            hours: Hours::between(one.from_hour, one.until_hour),
            heading: Heading::Both,
            manned: one.manned_gate,
        })
    }

    /// The piece of street nearest to a point that one of the modes may use.
    fn nearest(&self, at: [f64; 2], modes: &[Mode]) -> Result<u32, StreetsError> {
        let point = point(at)?;
        let found = modes.iter().filter_map(|mode| self.streets.nearest(point, *mode));
        let nearest = found.min_by(|one, other| one.away_m.total_cmp(&other.away_m));
        nearest.map(|one| one.place.edge).ok_or_else(|| StreetsError::OffStreet {
            what: format!("the point {}, {}", at[0], at[1]),
            mode: modes.first().map_or("anybody", |mode| mode.name()),
            max_m: crate::streets::limits::SNAP_M_MAX,
        })
    }
}

pub(super) fn point([longitude, latitude]: [f64; 2]) -> Result<Point, StreetsError> {
    let unknown =
        || StreetsError::Unknown { what: "place on the earth at", id: format!("{longitude}, {latitude}") };
    Point::new(longitude, latitude).ok_or_else(unknown)
}
