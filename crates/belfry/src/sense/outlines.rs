//! What a post knows of its surroundings: zones, for rules that hold in one, and outlines of buildings, which stand in the way of
//! cameras. From the map of the area, in the form of `areas/README.md`.
//!
//! Not here: what zones and outlines are for (`sense`).

use std::path::Path;

use anyhow::{Context, Result, bail};
use base::geo::Position;
use sense::post::Zone;
use sense::{Plan, Point};
use serde::Deserialize;

use super::limits::{MAP_BYTES_MAX, OUTLINES_MAX, POINTS_MAX, ZONES_MAX};

/// Farther away than this from the middle of the plan, an outline stands in no camera's way, in metres.
const NEAR_M: f64 = 1_000.0;

/// Zones and buildings.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outlines {
    /// The zones of the area.
    pub(super) zones: Vec<Zone>,
    /// Outlines of sites and buildings near the post.
    pub(super) buildings: Vec<Vec<Point>>,
}

#[derive(Deserialize)]
struct Map {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(default)]
    layer: String,
    #[serde(default)]
    id: String,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    coordinates: serde_json::Value,
}

/// Reads the map of a file; nothing when none is named.
pub(super) fn read(file: &Path, plan: &Plan) -> Result<Outlines> {
    if file.as_os_str().is_empty() {
        return Ok(Outlines::default());
    }
    let at = || format!("post.area_file, {}", file.display());
    let size = std::fs::metadata(file).with_context(at)?.len();
    if size > MAP_BYTES_MAX {
        bail!("{}: {size} bytes; at most {MAP_BYTES_MAX}: take the map of one area", at());
    }
    parse(&std::fs::read_to_string(file).with_context(at)?, plan).with_context(at)
}

fn parse(text: &str, plan: &Plan) -> Result<Outlines> {
    let map: Map = serde_json::from_str(text).context("it is no GeoJSON FeatureCollection")?;
    let mut outlines = Outlines::default();
    for (number, feature) in map.features.into_iter().enumerate() {
        let is_zone = feature.properties.layer == "zone";
        if !is_zone && !["site", "building"].contains(&feature.properties.layer.as_str()) {
            continue;
        }
        let of = || format!("feature {number} ({})", feature.properties.id);
        if feature.geometry.kind != "Polygon" {
            bail!("{}: a {}; zones, sites and buildings are polygons", of(), feature.geometry.kind);
        }
        let corners = ring(feature.geometry.coordinates.clone(), plan).with_context(of)?;
        if is_zone {
            outlines.zones.push(Zone { id: feature.properties.id, corners });
        } else if corners.iter().any(|corner| corner.distance_m(Point::new(0.0, 0.0)) < NEAR_M) {
            outlines.buildings.push(corners);
        }
    }
    if outlines.zones.len() > ZONES_MAX || outlines.buildings.len() > OUTLINES_MAX {
        bail!(
            "{} zones and {} buildings within {NEAR_M} m; at most {ZONES_MAX} and {OUTLINES_MAX}",
            outlines.zones.len(),
            outlines.buildings.len()
        );
    }
    Ok(outlines)
}

/// The outer ring of a polygon, without its last corner, which is its first again.
fn ring(coordinates: serde_json::Value, plan: &Plan) -> Result<Vec<Point>> {
    let rings: Vec<Vec<[f64; 2]>> =
        serde_json::from_value(coordinates).context("its corners are not [longitude, latitude]")?;
    let mut outer = rings.into_iter().next().context("it has no ring")?;
    if outer.len() > 1 && outer.first() == outer.last() {
        outer.pop();
    }
    if !(3..=POINTS_MAX).contains(&outer.len()) {
        bail!("{} corners; give 3 to {POINTS_MAX}", outer.len());
    }
    let point = |[longitude, latitude]: [f64; 2]| Ok(plan.point(Position::new(longitude, latitude)?));
    outer.into_iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan::around(Position::new(4.2825, 52.0905).unwrap())
    }

    #[test]
    fn the_map_of_the_sample_area_has_zones_and_what_stands_near() {
        let outlines = parse(server::area::SAMPLE_MAP, &plan()).unwrap();
        assert!(outlines.zones.iter().any(|zone| zone.id == "world-forum"));
        assert!(outlines.buildings.len() > 20, "{}", outlines.buildings.len());
        let around = |corners: &Vec<Point>| {
            let sides = |of: fn(&Point) -> f64| {
                corners.iter().any(|one| of(one) < 0.0) && corners.iter().any(|one| of(one) > 0.0)
            };
            sides(|one| one.east_m) && sides(|one| one.north_m)
        };
        assert!(outlines.buildings.iter().any(around), "the World Forum stands around the middle");
    }

    #[test]
    fn what_is_no_map_is_refused_by_name() {
        let feature = |layer: &str, kind: &str, coordinates: &str| {
            format!(
                "{{\"features\":[{{\"properties\":{{\"layer\":\"{layer}\",\"id\":\"one\"}},\
                 \"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}}]}}"
            )
        };
        for (text, word) in [
            ("[]".to_owned(), "FeatureCollection"),
            (feature("zone", "Point", "[4.28,52.09]"), "polygons"),
            (feature("site", "Polygon", "[[[4.28,52.09]]]"), "1 corners"),
            (feature("zone", "Polygon", "[[[4.28,152.09],[4.28,52.1],[4.3,52.1]]]"), "feature 0 (one)"),
            (feature("zone", "Polygon", "4"), "longitude"),
        ] {
            let error = format!("{:#}", parse(&text, &plan()).unwrap_err());
            assert!(error.contains(word), "{text}: {error}");
        }
        let other = feature("road", "LineString", "[[4.28,52.09],[4.29,52.1]]");
        assert_eq!(parse(&other, &plan()).unwrap(), Outlines::default());
        assert_eq!(read(Path::new(""), &plan()).unwrap(), Outlines::default());
    }
}
