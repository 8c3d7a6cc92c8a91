//! What is closed and which neighbourhoods notice something, as GeoJSON for whoever makes maps.
//!
//! Not here: anything that the page does not say.

use base::Timestamp;
use serde_json::{Value, json};

use super::page::{PublicClosure, PublicMeasure, Span};
use super::places::Published;

/// What is closed now or will be (`kind` is `closed`), and neighbourhoods with what is noticed there (`kind` is
/// `neighbourhood`), at an instant (RFC 7946; longitude first).
pub fn geojson(published: &Published, at: Timestamp) -> Value {
    let mut features = Vec::new();
    for measure in &published.page.measures {
        let next = measure.spans.iter().find(|span| at < span.until);
        let Some(span) = next else { continue };
        for closure in &measure.closures {
            for (part, geometry) in geometries(closure, published) {
                features.push(closed(measure, closure, span, at, &part, &geometry));
            }
        }
    }
    let minutes = published.page.minutes.iter().find(|one| one.from <= at && at < one.until);
    for outline in &published.outlines {
        let noticed = |one: &&PublicMeasure| one.everywhere || one.neighbourhoods.contains(&outline.id);
        let standing: Vec<&str> =
            published.page.standing(at).filter(noticed).map(|one| one.id.as_str()).collect();
        let announced: Vec<&str> =
            published.page.announced(at).filter(noticed).map(|one| one.id.as_str()).collect();
        let name = published.page.neighbourhoods.iter().find(|one| one.id == outline.id);
        let lost = minutes.and_then(|one| one.neighbourhoods.iter().find(|one| one.of == outline.id));
        features.push(json!({
            "type": "Feature",
            "properties": {
                "kind": "neighbourhood",
                "id": outline.id,
                "name": name.map(|one| one.name.as_str()),
                "standing": standing,
                "announced": announced,
                "minutes_per_household_per_day": lost.map_or(0.0, |one| one.minutes_per_household_per_day),
            },
            "geometry": { "type": "MultiPolygon", "coordinates": outline.polygons },
        }));
    }
    json!({ "type": "FeatureCollection", "features": features })
}

/// What a closure covers, each part with the street it is.
fn geometries(closure: &PublicClosure, published: &Published) -> Vec<(Option<String>, Value)> {
    let mut parts = Vec::new();
    for name in &closure.streets {
        if let Some(street) = published.street(name) {
            let geometry = json!({ "type": "MultiLineString", "coordinates": street.lines });
            parts.push((Some(street.name.clone()), geometry));
        }
    }
    if !closure.at.is_empty() {
        parts.push((None, json!({ "type": "MultiPoint", "coordinates": closure.at })));
    }
    for outline in &closure.within {
        let mut ring = outline.clone();
        if ring.first() != ring.last() {
            ring.extend(outline.first());
        }
        parts.push((None, json!({ "type": "Polygon", "coordinates": [ring] })));
    }
    parts
}

fn closed(
    measure: &PublicMeasure,
    closure: &PublicClosure,
    span: &Span,
    at: Timestamp,
    street: &Option<String>,
    geometry: &Value,
) -> Value {
    json!({
        "type": "Feature",
        "properties": {
            "kind": "closed",
            "measure": measure.id,
            "street": street,
            "name_en": measure.name.en,
            "name_nl": measure.name.nl,
            "why_en": measure.why.en,
            "why_nl": measure.why.nl,
            "from": span.from,
            "until": span.until,
            "stands": span.holds_at(at),
            "modes": closure.modes,
            "exempt": closure.exempt,
            "from_hour": closure.from_hour,
            "until_hour": closure.until_hour,
            "manned_gate": closure.manned_gate,
        },
        "geometry": geometry,
    })
}
