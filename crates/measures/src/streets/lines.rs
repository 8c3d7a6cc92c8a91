//! GeoJSON lines to [`Raw`]: for areas that have no `.osm.pbf`, drawn by hand or exported.
//!
//! A FeatureCollection of LineString and MultiLineString features with properties named as in OpenStreetMap (`name`,
//! `highway`, `oneway`, `maxspeed`, `access`...) and Point features with `barrier`. Lines meet where they share a point,
//! whichever point of theirs it is; lines that only cross do not meet, as a bridge does not. A line without `highway` is
//! `residential`. The way id is the feature's whole `id` or property `way`, else its place in the list plus 1. Turns are
//! forbidden by a feature without geometry or with a Point: `restriction`, `from`, `to` (way ids) and `via` (a position).
//!
//! Not here: neighbourhoods (`people.rs`).

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::error::StreetsError;
use super::json::{features, positions};
use super::limits::{NODES_MAX, RESTRICTIONS_MAX, WAY_NODES_MAX, WAYS_MAX};
use super::raw::{Point, Raw, RawMember, RawNode, RawRelation, RawWay, Tags};

/// Reads a collection of lines.
pub fn read_lines(bytes: &[u8]) -> Result<Raw, StreetsError> {
    let mut lines = Lines { raw: Raw::default(), nodes: HashMap::new() };
    for (index, feature) in features(bytes, "the GeoJSON of streets")?.iter().enumerate() {
        let failed = |why: String| StreetsError::Feature { index, why };
        let properties = feature.get("properties").and_then(Value::as_object);
        let tags = tags(properties).map_err(failed)?;
        let geometry = feature.get("geometry").filter(|one| !one.is_null());
        if let Some(rule) = tags.get("restriction") {
            let rule = rule.to_owned();
            lines.restriction(index, geometry, properties, &rule).map_err(failed)?;
            continue;
        }
        let geometry = geometry.ok_or_else(|| failed("it has no geometry".to_owned()))?;
        let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
        let id = way_id(feature, properties, index);
        match geometry.get("type").and_then(Value::as_str) {
            Some("LineString") => lines.line(id, coordinates, &tags).map_err(failed)?,
            Some("MultiLineString") => {
                let parts = coordinates.as_array().ok_or_else(|| failed("no coordinates".to_owned()))?;
                for part in parts {
                    lines.line(id, part, &tags).map_err(failed)?;
                }
            }
            Some("Point") => {
                let at = super::json::position(coordinates).map_err(failed)?;
                let node = lines.node(at);
                lines.raw.node_tags.push((node, tags));
            }
            other => {
                let kind = other.unwrap_or("nothing");
                return Err(failed(format!("it is {kind}; streets are LineString, barriers Point")));
            }
        }
        if lines.raw.nodes.len() > NODES_MAX || lines.raw.ways.len() > WAYS_MAX {
            return Err(StreetsError::TooMany { what: "points or lines", max: WAYS_MAX });
        }
    }
    Ok(lines.raw)
}

struct Lines {
    raw: Raw,
    nodes: HashMap<Point, i64>,
}

impl Lines {
    fn node(&mut self, at: Point) -> i64 {
        let next = i64::try_from(self.nodes.len()).unwrap_or(i64::MAX - 1) + 1;
        let id = *self.nodes.entry(at).or_insert(next);
        if id == next {
            self.raw.nodes.push(RawNode { id, at });
        }
        id
    }

    fn line(&mut self, id: i64, coordinates: &Value, tags: &Tags) -> Result<(), String> {
        let points = positions(coordinates, WAY_NODES_MAX)?;
        if points.len() < 2 {
            return Err("a line needs two positions".to_owned());
        }
        let mut nodes: Vec<i64> = points.into_iter().map(|at| self.node(at)).collect();
        nodes.dedup();
        let mut tags = tags.clone();
        if tags.get("highway").is_none() {
            tags.0.push(("highway".to_owned(), "residential".to_owned()));
        }
        self.raw.ways.push(RawWay { id, nodes, tags });
        Ok(())
    }

    fn restriction(
        &mut self,
        index: usize,
        geometry: Option<&Value>,
        properties: Option<&Map<String, Value>>,
        rule: &str,
    ) -> Result<(), String> {
        if self.raw.relations.len() >= RESTRICTIONS_MAX {
            return Err(format!("more than {RESTRICTIONS_MAX} turn restrictions"));
        }
        let whole = |key: &str| {
            let value = properties.and_then(|all| all.get(key)).and_then(Value::as_i64);
            value.ok_or_else(|| format!("a restriction needs \"{key}\", the id of a way"))
        };
        let at = match properties.and_then(|all| all.get("via")) {
            Some(via) => super::json::position(via)?,
            None => match geometry.and_then(|one| one.get("coordinates")) {
                Some(coordinates) => super::json::position(coordinates)?,
                None => return Err("a restriction needs \"via\", a position, or is a Point".to_owned()),
            },
        };
        let via = self.node(at);
        let member = |role: &str, is_way, id| RawMember { role: role.to_owned(), is_way, id };
        let members = vec![
            member("from", true, whole("from")?),
            member("via", false, via),
            member("to", true, whole("to")?),
        ];
        let id = i64::try_from(index).unwrap_or(0) + 1;
        let mut tags = Tags::from([("type", "restriction"), ("restriction", rule)]);
        if let Some(except) = properties.and_then(|all| all.get("except")).and_then(Value::as_str) {
            tags.0.push(("except".to_owned(), except.to_owned()));
        }
        self.raw.relations.push(RawRelation { id, members, tags });
        Ok(())
    }
}

fn way_id(feature: &Value, properties: Option<&Map<String, Value>>, index: usize) -> i64 {
    let said = feature.get("id").and_then(Value::as_i64);
    let said = said.or_else(|| properties.and_then(|all| all.get("way")).and_then(Value::as_i64));
    said.unwrap_or(i64::try_from(index).unwrap_or(0) + 1)
}

/// Properties as tags: texts, numbers and booleans; nothing else has a meaning here.
fn tags(properties: Option<&Map<String, Value>>) -> Result<Tags, String> {
    let mut tags = Tags::default();
    for (key, value) in properties.into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::Null | Value::Array(_) | Value::Object(_) => continue,
        };
        if key == "highway" && value.trim().is_empty() {
            return Err("its \"highway\" is empty; leave it out for a residential street".to_owned());
        }
        tags.0.push((key.clone(), value));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::super::network::Streets;
    use super::super::passage::Country;
    use super::*;

    fn check_refused(text: &str, expect: &str) {
        let error = read_lines(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn says_which_feature_is_wrong_and_why() {
        let of = |feature: &str| format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
        check_refused("{\n \"a\": }", "line 2, column 7");
        check_refused("{}", "FeatureCollection");
        check_refused(&of(r#"{"type":"Feature","properties":{}}"#), "feature 0");
        let line = |coordinates: &str| {
            of(&format!(
                r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":{coordinates}}}}}"#
            ))
        };
        check_refused(&line("[[4.3,52.1]]"), "two positions");
        check_refused(&line("[[4.3,52.1],[4.3,152.1]]"), "position 1");
        check_refused(&line("[[4.3,52.1],[\"x\",52.1]]"), "position 1");
        check_refused(&line("null"), "coordinates");
        let polygon = r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[]}}"#;
        check_refused(&of(polygon), "it is Polygon");
    }

    #[test]
    fn lines_meet_where_they_share_a_point() {
        let text = r#"{"type":"FeatureCollection","features":[
          {"type":"Feature","id":7,"properties":{"name":"Long","highway":"residential","oneway":true,"maxspeed":30},
           "geometry":{"type":"LineString","coordinates":[[4.30,52.1],[4.31,52.1],[4.32,52.1]]}},
          {"type":"Feature","properties":{"name":"Side"},
           "geometry":{"type":"MultiLineString","coordinates":[[[4.31,52.1],[4.31,52.11]]]}},
          {"type":"Feature","properties":{"barrier":"bollard"},
           "geometry":{"type":"Point","coordinates":[4.31,52.11]}}]}"#;
        let raw = read_lines(text.as_bytes()).unwrap();
        let streets = Streets::build(&raw, Country::Netherlands).unwrap();
        assert_eq!(streets.edges().len(), 3);
        assert_eq!(streets.edges_of_way(7).count(), 2);
        assert_eq!(streets.edges_of_name(" LONG"), [0, 1]);
        assert_eq!(streets.name(2), "Side");
        assert_eq!(streets.report().barriers, 1);
        assert!(streets.edges()[0].length_m > 680.0 && streets.edges()[0].length_m < 690.0);
    }
}
