//! What every GeoJSON brought here has in common: bytes to features, coordinates to points, with the place of a mistake.
//!
//! Not here: what features mean.

use serde_json::Value;

use super::error::StreetsError;
use super::limits::GEOJSON_BYTES_MAX;
use super::raw::Point;

/// The features of a collection.
pub(super) fn features(bytes: &[u8], what: &'static str) -> Result<Vec<Value>, StreetsError> {
    if bytes.len() > GEOJSON_BYTES_MAX {
        return Err(StreetsError::TooLarge { what, bytes: bytes.len(), max: GEOJSON_BYTES_MAX });
    }
    let mut whole: Value = serde_json::from_slice(bytes).map_err(|error| StreetsError::Json {
        line: error.line(),
        column: error.column(),
        why: error.to_string().split(" at line").next().unwrap_or_default().to_owned(),
    })?;
    if whole.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(StreetsError::NotFeatures("its \"type\" must be \"FeatureCollection\""));
    }
    match whole.get_mut("features").map(Value::take) {
        Some(Value::Array(features)) => Ok(features),
        _ => Err(StreetsError::NotFeatures("it needs \"features\", a list")),
    }
}

/// One position: longitude, latitude; a height is passed over.
pub(super) fn position(value: &Value) -> Result<Point, String> {
    let numbers = value.as_array().ok_or("its coordinates are no position")?;
    let (Some(longitude), Some(latitude)) =
        (numbers.first().and_then(Value::as_f64), numbers.get(1).and_then(Value::as_f64))
    else {
        return Err("its coordinates are no two numbers".to_owned());
    };
    Point::new(longitude, latitude)
        .ok_or_else(|| format!("{longitude}, {latitude} is not on the earth; longitude comes first"))
}

/// A list of positions.
pub(super) fn positions(value: &Value, max: usize) -> Result<Vec<Point>, String> {
    let list = value.as_array().ok_or("its coordinates are no list of positions")?;
    if list.len() > max {
        return Err(format!("it has {} positions and may have {max}", list.len()));
    }
    let one = |(at, value)| position(value).map_err(|why| format!("position {at}: {why}"));
    list.iter().enumerate().map(one).collect()
}
