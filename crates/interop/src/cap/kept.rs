//! What of an alert has no field of its own in an item, kept as JSON; its areas as one shape; and notes of changes.
//!
//! Not here: the fields an item has (draft).

use std::collections::BTreeSet;

use base::limits;
use record::{Geometry, Place};
use roxmltree::Node;
use serde_json::{Map, Value, json};

use super::shape::{self, Vertex};
use super::{SignatureState, child, children, schema};
use crate::text::{one_line, shortened, without_invisible};

/// Most vertices that are kept beside the one shape of the item.
const KEPT_VERTICES_MAX: usize = 2_000;
/// Longest value that is kept as it came, in characters: longer ones are files in base64.
const KEPT_CHARS_MAX: usize = 10_000;
/// Elements that may stand more than once: kept as lists.
const LISTS: [&str; 9] =
    ["code", "category", "responseType", "eventCode", "parameter", "resource", "area", "geocode", "circle"];

/// What was changed on the way in.
#[derive(Default)]
pub(super) struct Notes {
    invisible: usize,
    sentences: BTreeSet<String>,
}

impl Notes {
    /// The text of the first child of a name, without invisible characters.
    pub(super) fn text(&mut self, node: Node<'_, '_>, name: &str) -> String {
        child(node, name).map(|node| self.own_text(node)).unwrap_or_default()
    }

    fn own_text(&mut self, node: Node<'_, '_>) -> String {
        let (text, removed) = without_invisible(&schema::raw_text(node));
        self.invisible += removed;
        text
    }

    fn add(&mut self, sentence: String) {
        self.sentences.insert(sentence);
    }

    pub(super) fn into_sentences(self) -> Vec<String> {
        let mut all: Vec<String> = self.sentences.into_iter().collect();
        if self.invisible > 0 {
            all.push(
                "Invisible characters (control or reading direction) were removed from the text.".into(),
            );
        }
        all
    }
}

/// The areas of an `info` as the place of an item, and as they came when that is more.
pub(super) fn places(info: Node<'_, '_>, notes: &mut Notes) -> (Option<Place>, Vec<Value>) {
    let areas: Vec<_> = children(info, "area").collect();
    let names: Vec<String> = areas.iter().map(|area| one_line(&notes.text(*area, "areaDesc"))).collect();
    let texts = |area: &Node<'_, '_>, name: &'static str| -> Vec<String> {
        children(*area, name).map(schema::raw_text).collect()
    };
    // Syntax was checked with the schema, so nothing is dropped here.
    let polygons: Vec<Vec<Vec<Vertex>>> = areas
        .iter()
        .map(|area| texts(area, "polygon").iter().filter_map(|text| shape::polygon(text).ok()).collect())
        .collect();
    let circles: Vec<(Vertex, f64)> = areas
        .iter()
        .flat_map(|area| texts(area, "circle"))
        .filter_map(|text| shape::circle(&text).ok())
        .collect();
    let rings = polygons.iter().map(Vec::len).sum::<usize>();
    let (geometry, uncertainty_m) = one_shape(&polygons, &circles, notes);
    let budget = KEPT_VERTICES_MAX / rings.max(1);
    let alone = rings == 1 && circles.is_empty();
    let kept = areas.iter().zip(&polygons).map(|(area, rings)| {
        let mut kept = element(*area, &["polygon"], notes);
        // One polygon alone is the geometry of the item.
        if !alone && !rings.is_empty() {
            kept.insert("polygon".into(), kept_rings(rings, budget, notes));
        }
        Value::Object(kept)
    });
    let kept = kept.collect();
    let name = match names.len() {
        0 => None,
        _ => Some(shortened(&names.join("; "), limits::TITLE_CHARS_MAX)).filter(|name| !name.is_empty()),
    };
    let place = Place { geometry, uncertainty_m, name, ..Place::default() };
    ((place != Place::default()).then_some(place), kept)
}

fn one_shape(
    polygons: &[Vec<Vec<Vertex>>],
    circles: &[(Vertex, f64)],
    notes: &mut Notes,
) -> (Option<Geometry>, Option<f64>) {
    let mut rings: Vec<Vec<Vertex>> = polygons.iter().flatten().cloned().collect();
    if let ([], [(centre, radius_m)]) = (&rings[..], circles)
        && *radius_m <= limits::UNCERTAINTY_M_MAX
    {
        return (Some(Geometry::Point(*centre)), Some(*radius_m));
    }
    rings.extend(circles.iter().map(|(centre, radius_m)| shape::circle_ring(*centre, *radius_m)));
    let ring = match rings.len() {
        0 => return (None, None),
        1 => rings.remove(0),
        count => {
            notes.add(format!("{count} areas are shown as the one convex shape around them."));
            shape::hull(rings.into_iter().flatten().collect())
        }
    };
    let most = limits::VERTICES_MAX;
    if ring.len() <= most {
        return (Some(Geometry::Polygon(vec![ring])), None);
    }
    notes.add(format!("A polygon of {} positions was simplified to {most}.", ring.len()));
    (Some(Geometry::Polygon(vec![shape::simplified(&ring, most)])), None)
}

fn kept_rings(rings: &[Vec<Vertex>], budget: usize, notes: &mut Notes) -> Value {
    if budget < 4 {
        notes.add("There are too many polygons to keep each: only the shape around them is kept.".into());
        return Value::Null;
    }
    let ring = |ring: &Vec<Vertex>| {
        if ring.len() <= budget {
            return json!(ring);
        }
        notes.add(format!("Polygons of more than {budget} positions were simplified."));
        json!(shape::simplified(ring, budget))
    };
    rings.iter().map(ring).collect()
}

/// The copy: `alert` has the elements around `info`, `info` those of this one; names are CAP's own.
pub(super) fn copy(
    root: Node<'_, '_>,
    info: Node<'_, '_>,
    areas: Vec<Value>,
    digest: &str,
    signature: SignatureState,
    notes: &mut Notes,
) -> Value {
    let alert = element(root, &["info"], notes);
    // Description and instruction stand in the item's text.
    let mut info = element(info, &["description", "instruction", "area"], notes);
    if !areas.is_empty() {
        info.insert("area".into(), Value::Array(areas));
    }
    json!({ "alert": alert, "info": info, "document_sha256": digest, "signature": signature.as_str() })
}

fn element(node: Node<'_, '_>, without: &[&str], notes: &mut Notes) -> Map<String, Value> {
    let mut kept = Map::new();
    for child in node.children().filter(|child| child.tag_name().namespace() == Some(schema::NAMESPACE)) {
        let name = child.tag_name().name();
        if without.contains(&name) {
            continue;
        }
        let value = value(child, notes);
        if LISTS.contains(&name) {
            let list = kept.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(value);
            }
        } else {
            kept.insert(name.into(), value);
        }
    }
    kept
}

fn value(node: Node<'_, '_>, notes: &mut Notes) -> Value {
    if node.children().any(|child| child.is_element()) {
        return Value::Object(element(node, &[], notes));
    }
    let text = notes.own_text(node);
    let text = text.trim();
    if text.chars().count() <= KEPT_CHARS_MAX {
        return text.into();
    }
    let name = node.tag_name().name();
    notes.add(format!("A <{name}> of {} characters was left out.", text.chars().count()));
    Value::Null
}
