//! One feature as a report: its geometry, its fields, and what has no field kept as it came.
//!
//! Not here: the file around the features (read), the names of properties (properties).

use std::collections::BTreeMap;

use base::limits;
use record::{Draft, Faults, Geometry, Kind, Marking};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::properties::Properties;
use crate::text::shortened;

/// Longest JSON of what is kept beside the fields of the item, in bytes.
const KEPT_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: String,
    id: Option<Value>,
    geometry: Option<Map<String, Value>>,
    properties: Option<Map<String, Value>>,
}

/// The draft of one feature; otherwise the line inside the row, from 1, and what is wrong.
pub(super) fn draft(row: &str, marking: &Marking) -> Result<Draft, (usize, Faults)> {
    let mut faults = Faults::default();
    let feature: Feature = match serde_json::from_str(row) {
        Ok(feature) => feature,
        Err(error) => {
            faults.add("feature", format!("cannot be read: {}", without_position(&error)), "mend its JSON");
            return Err((error.line().max(1), faults));
        }
    };
    if feature.kind != "Feature" {
        faults.add("type", format!("is {:?}", shortened(&feature.kind, 40)), "give a Feature");
    }
    let (geometry, altitude) = feature.geometry.map_or((None, None), |shape| geometry(&shape, &mut faults));
    let mut properties = Properties::new(feature.properties.unwrap_or_default(), &mut faults);
    let mut content = properties.content(geometry);
    properties.check_label(marking);
    let mut kept = Map::new();
    kept.extend(feature.id.filter(|id| id.is_string() || id.is_number()).map(|id| ("id".to_owned(), id)));
    kept.extend(altitude.map(|metres| ("altitude_m".to_owned(), metres)));
    let left = properties.left();
    if !left.is_empty() {
        kept.insert("properties".into(), Value::Object(left));
    }
    let kept = Value::Object(kept);
    check_kept(&kept, &mut faults);
    if kept != Value::Object(Map::new()) {
        content.extra = BTreeMap::from([("geojson".to_owned(), kept)]);
    }
    let draft = Draft { kind: Kind::Report, parent: None, content, marking: marking.clone() };
    if let Err(found) = draft.check() {
        for fault in found.0 {
            let path =
                fault.path.replace("content.place.geometry", "geometry").replace("content.", "properties.");
            faults.add(&path, fault.what, fault.mend);
        }
    }
    if faults.0.is_empty() { Ok(draft) } else { Err((1, faults)) }
}

/// The parser's own words without the position, which is told apart.
pub(super) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    shortened(text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what), 200)
}

/// A shape an item can carry, and the altitude of a point.
fn geometry(shape: &Map<String, Value>, faults: &mut Faults) -> (Option<Geometry>, Option<Value>) {
    let kind = shape.get("type").and_then(Value::as_str).unwrap_or_default();
    let coordinates = shape.get("coordinates").unwrap_or(&Value::Null);
    let (geometry, altitude) = match kind {
        "Point" => (position(coordinates).map(Geometry::Point), coordinates.get(2).cloned()),
        "LineString" => (positions(coordinates).map(Geometry::LineString), None),
        "Polygon" => {
            let rings = coordinates.as_array().and_then(|rings| rings.iter().map(positions).collect());
            (rings.map(Geometry::Polygon), None)
        }
        "MultiPoint" | "MultiLineString" | "MultiPolygon" | "GeometryCollection" => {
            let mend = "split it into features of one Point, LineString or Polygon each";
            faults.add("geometry.type", format!("is {kind}: an item has one shape"), mend);
            return (None, None);
        }
        other => {
            let what = format!("is {:?}", shortened(other, 40));
            faults.add("geometry.type", what, "give a Point, LineString or Polygon");
            return (None, None);
        }
    };
    if geometry.is_none() {
        let mend = "give positions as [longitude, latitude], nested as the type needs";
        faults.add("geometry.coordinates", format!("are not those of a {kind}"), mend);
    }
    (geometry, altitude)
}

/// Longitude and latitude; a third number is the altitude, more are refused.
fn position(value: &Value) -> Option<[f64; 2]> {
    let numbers = value.as_array().filter(|numbers| (2..=3).contains(&numbers.len()))?;
    let all = numbers.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>()?;
    Some([all[0], all[1]])
}

fn positions(value: &Value) -> Option<Vec<[f64; 2]>> {
    value.as_array()?.iter().map(position).collect()
}

/// What is kept must be as clean as what is shown, and small.
fn check_kept(kept: &Value, faults: &mut Faults) {
    if kept.to_string().len() > KEPT_BYTES_MAX {
        faults.add(
            "properties",
            format!("hold more than {KEPT_BYTES_MAX} bytes"),
            "leave out what is not needed",
        );
        return;
    }
    let mut todo = vec![kept];
    while let Some(value) = todo.pop() {
        match value {
            Value::String(text) => faults.text("properties", text, limits::TEXT_CHARS_MAX),
            Value::Array(values) => todo.extend(values),
            Value::Object(fields) => {
                for (name, value) in fields {
                    faults.text("properties", name, limits::TITLE_CHARS_MAX);
                    todo.push(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
