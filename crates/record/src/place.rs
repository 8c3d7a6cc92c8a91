//! Where something is: a GeoJSON geometry with its uncertainty, or the name of a site or zone.
//!
//! Not here: the area model and its polygons (areas, measures).

use base::geo::{Bounds, Position};
use base::ids::{SiteId, ZoneId};
use base::limits;
use serde::{Deserialize, Serialize};

use crate::validate::Faults;

/// A point, line or polygon in GeoJSON's form (RFC 7946): longitude before latitude, WGS 84.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "coordinates", deny_unknown_fields)]
pub enum Geometry {
    /// One position.
    Point([f64; 2]),
    /// A path of at least two positions.
    LineString(Vec<[f64; 2]>),
    /// Rings of at least four positions; the first is the outside; each ends where it began.
    Polygon(Vec<Vec<[f64; 2]>>),
}

/// Where an item is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The shape on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
    /// Radius around the shape within which it is, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty_m: Option<f64>,
    /// A site of the area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// A zone of the area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// The place in words, such as "south gate".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Geometry {
    /// All positions, in order.
    pub fn coordinates(&self) -> Box<dyn Iterator<Item = [f64; 2]> + '_> {
        match self {
            Self::Point(one) => Box::new(std::iter::once(*one)),
            Self::LineString(path) => Box::new(path.iter().copied()),
            Self::Polygon(rings) => Box::new(rings.iter().flatten().copied()),
        }
    }

    /// The box around the shape; `None` when it is not valid.
    pub fn bounds(&self) -> Option<Bounds> {
        let positions: Option<Vec<_>> =
            self.coordinates().map(|[lon, lat]| Position::new(lon, lat).ok()).collect();
        Bounds::around(positions?)
    }

    /// Adds what is wrong with the shape, each fault at its path.
    pub fn check(&self, path: &str, faults: &mut Faults) {
        let vertices = self.coordinates().take(limits::VERTICES_MAX + 1).count();
        if vertices > limits::VERTICES_MAX {
            let most = limits::VERTICES_MAX;
            faults.add(path, format!("has more than {most} positions"), "simplify the shape");
            return;
        }
        for (index, [lon, lat]) in self.coordinates().enumerate() {
            if let Err(error) = Position::new(lon, lat) {
                faults.add(
                    &format!("{path}.coordinates[{index}]"),
                    error.to_string(),
                    "longitude first, then latitude",
                );
                return;
            }
        }
        match self {
            Self::Point(_) => {}
            Self::LineString(line) if line.len() < 2 => {
                faults.add(path, "a line needs at least two positions", "use a point or add a position");
            }
            Self::LineString(_) => {}
            Self::Polygon(rings) => check_rings(rings, path, faults),
        }
    }
}

fn check_rings(rings: &[Vec<[f64; 2]>], path: &str, faults: &mut Faults) {
    if rings.is_empty() {
        faults.add(path, "a polygon needs a ring", "give at least one ring of four positions");
    }
    for (index, ring) in rings.iter().enumerate() {
        if ring.len() < 4 || ring.first() != ring.last() {
            faults.add(
                &format!("{path}.coordinates[{index}]"),
                "a ring has at least four positions and ends where it began",
                "repeat the first position at the end",
            );
        }
    }
}

impl Place {
    /// Adds what is wrong with the place.
    pub fn check(&self, path: &str, faults: &mut Faults) {
        if let Some(geometry) = &self.geometry {
            geometry.check(&format!("{path}.geometry"), faults);
        }
        if let Some(radius) = self.uncertainty_m {
            let most = limits::UNCERTAINTY_M_MAX;
            if !(0.0..=most).contains(&radius) {
                let path = format!("{path}.uncertainty_m");
                faults.add(&path, format!("must be from 0 to {most} metres"), "give a radius in metres");
            }
        }
        if let Some(name) = &self.name {
            faults.text(&format!("{path}.name"), name, limits::TITLE_CHARS_MAX);
        }
    }
}
