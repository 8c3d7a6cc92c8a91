//! Items as a `FeatureCollection`, with the names of properties that reading knows.
//!
//! Not here: the choice of what may leave. Each feature says its TLP label, and reading refuses to loosen it.

use record::Item;
use serde_json::{Map, Value, json};

/// Writes items with all their fields but attachments and audience.
pub fn write(items: &[Item]) -> String {
    let features: Vec<Value> = items.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn feature(item: &Item) -> Value {
    let content = &item.content;
    let place = content.place.as_ref();
    let properties = json!({
        "kind": item.kind,
        "version": item.version,
        "originator": item.originator,
        "reported": item.reported,
        "tlp": item.marking.tlp,
        "title": content.title,
        "text": content.text,
        "language": content.language,
        "observed_from": content.observed_from,
        "observed_until": content.observed_until,
        "valid_from": item.valid_from(),
        "valid_until": item.valid_until(),
        "urgency": content.urgency,
        "severity": content.severity,
        "certainty": content.certainty,
        "reliability": content.reliability,
        "credibility": content.credibility,
        "place": place.and_then(|place| place.name.as_deref()),
        "site": place.and_then(|place| place.site.as_ref()),
        "zone": place.and_then(|place| place.zone.as_ref()),
        "uncertainty_m": place.and_then(|place| place.uncertainty_m),
        "tags": content.tags,
        "sources": content.sources,
    });
    let Value::Object(properties) = properties else { return Value::Null };
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    let properties: Map<String, Value> = properties.into_iter().filter(|(_, value)| !empty(value)).collect();
    let geometry = place.and_then(|place| place.geometry.as_ref());
    json!({ "type": "Feature", "id": item.id, "geometry": geometry, "properties": properties })
}
