//! Good features become reports, bad ones are named, and what is written reads back.

use base::clock::Timestamp;
use base::ids::{ItemId, MemberId};
use interop::geojson::{self, BadRows, GeoJsonError};
use record::item::Origin;
use record::rating::{Certainty, Severity, Urgency};
use record::{Geometry, Item, Kind, Marking, Tlp};

use crate::support::geojson_defaults;

const REPORTS: &str = r#"{
  "type": "FeatureCollection",
  "features": [
    { "type": "Feature", "id": 7,
      "geometry": { "type": "Point", "coordinates": [4.2825, 52.0905, 12.5] },
      "properties": {
        "title": "Van without plates", "text": "White.\r\nOld.", "observed": "2026-11-22T15:00:00+01:00",
        "urgency": "Expected", "severity": "minor", "certainty": "likely", "reliability": "B", "credibility": 2,
        "language": "en", "tags": ["van", "plates"], "source": "patrol:4", "place": "south gate",
        "uncertainty_m": 25, "zone": "world-forum", "colour": { "paint": "white" }
      } },
    { "type": "Feature",
      "geometry": { "type": "Polygon", "coordinates": [[[4.1, 52.1], [4.2, 52.1], [4.2, 52.2], [4.1, 52.1]]] },
      "properties": { "name": "Crowd", "tags": "crowd, march" } },
    { "type": "Feature", "geometry": null, "properties": { "title": "No place" } },
    { "type": "Feature",
      "geometry": { "type": "LineString", "coordinates": [[4.1, 52.1], [4.2, 52.1]] },
      "properties": { "title": "Route" } }
  ]
}"#;

fn read(text: &str, bad_rows: BadRows) -> Result<geojson::Imported, GeoJsonError> {
    geojson::read(text.as_bytes(), &geojson_defaults(bad_rows))
}

#[test]
fn features_become_reports() {
    let imported = read(REPORTS, BadRows::Refuse).unwrap();
    assert_eq!(imported.drafts.len(), 4);
    let draft = &imported.drafts[0];
    let content = &draft.content;
    assert_eq!((draft.kind, draft.marking.tlp), (Kind::Report, Tlp::Green));
    assert_eq!((content.title.as_str(), content.text.as_str()), ("Van without plates", "White.\nOld."));
    assert_eq!(content.observed_from.unwrap().to_string(), "2026-11-22T14:00:00Z");
    assert_eq!(
        (content.urgency, content.severity, content.certainty),
        (Urgency::Expected, Severity::Minor, Certainty::Likely)
    );
    assert_eq!((content.reliability.as_str(), u8::from(content.credibility)), ("B", 2));
    assert!(content.tags.contains("van") && content.sources.contains("patrol:4"));
    let place = content.place.as_ref().unwrap();
    assert_eq!(place.geometry, Some(Geometry::Point([4.2825, 52.0905])));
    assert_eq!((place.uncertainty_m, place.name.as_deref()), (Some(25.0), Some("south gate")));
    assert_eq!(place.zone.as_ref().unwrap().as_str(), "world-forum");
    let kept = serde_json::json!({"id": 7, "altitude_m": 12.5, "properties": {"colour": {"paint": "white"}}});
    assert_eq!(content.extra["geojson"], kept);
    assert_eq!(imported.drafts[1].content.title, "Crowd");
    assert_eq!(imported.drafts[1].content.tags.len(), 2);
    assert!(imported.drafts[2].content.place.is_none());
    let single = read(r#"{"type":"Feature","geometry":null,"properties":{"title":"One"}}"#, BadRows::Refuse);
    assert_eq!(single.unwrap().drafts.len(), 1);
}

#[test]
fn a_bad_row_names_its_place_and_line_and_the_rest_goes_in_when_asked() {
    let bad = REPORTS.replace("\"No place\"", "7").replace("[4.2, 52.1]] },", "[4.2, 152.1]] },");
    let error = read(&bad, BadRows::Refuse).unwrap_err();
    let GeoJsonError::Rows { rows, total } = &error else { panic!("{error}") };
    assert_eq!((rows.len(), *total), (2, 4));
    assert!(error.to_string().contains("line 15, features[2]: properties.title is not a text"), "{error}");
    let imported = read(&bad, BadRows::Skip).unwrap();
    assert_eq!(imported.drafts.len(), 2);
    let named: Vec<_> = imported.refused.iter().map(|row| (row.index, row.line)).collect();
    assert_eq!(named, [(2, 15), (3, 16)]);
    assert_eq!(imported.refused[1].faults[0].path, "geometry.coordinates[1]");
}

#[test]
fn each_fault_has_its_path() {
    let cases = [
        (r#""geometry":null,"properties":{}"#, "properties.title"),
        (r#""geometry":null,"properties":null"#, "properties.title"),
        (r#""geometry":null,"properties":{"title":"a","observed":"yesterday"}"#, "properties.observed"),
        (r#""geometry":null,"properties":{"title":"a","urgency":"soon"}"#, "properties.urgency"),
        (r#""geometry":null,"properties":{"title":"a","credibility":7}"#, "properties.credibility"),
        (r#""geometry":null,"properties":{"title":"a","site":"Not A Slug"}"#, "properties.site"),
        (r#""geometry":null,"properties":{"title":"a","uncertainty_m":"wide"}"#, "properties.uncertainty_m"),
        (r#""geometry":null,"properties":{"title":"a","tags":[1]}"#, "properties.tags"),
        (r#""geometry":null,"properties":{"title":"a","tlp":"RED"}"#, "properties.tlp"),
        (r#""geometry":null,"properties":{"title":"a","tlp":"pink"}"#, "properties.tlp"),
        (r#""geometry":null,"properties":{"title":"a\u202e"}"#, "properties.title"),
        (r#""geometry":null,"properties":{"title":"a","note":{"x":["\u0007"]}}"#, "properties"),
        (
            r#""geometry":{"type":"MultiPoint","coordinates":[[1,2]]},"properties":{"title":"a"}"#,
            "geometry.type",
        ),
        (
            r#""geometry":{"type":"GeometryCollection","geometries":[]},"properties":{"title":"a"}"#,
            "geometry.type",
        ),
        (r#""geometry":{"type":"Circle","coordinates":[1,2]},"properties":{"title":"a"}"#, "geometry.type"),
        (
            r#""geometry":{"type":"Point","coordinates":["4","52"]},"properties":{"title":"a"}"#,
            "geometry.coordinates",
        ),
        (
            r#""geometry":{"type":"Point","coordinates":[4]},"properties":{"title":"a"}"#,
            "geometry.coordinates",
        ),
        (r#""geometry":{"type":"Point"},"properties":{"title":"a"}"#, "geometry.coordinates"),
        (
            r#""geometry":{"type":"Point","coordinates":[52.09,184.28]},"properties":{"title":"a"}"#,
            "geometry.coordinates[0]",
        ),
        (
            r#""geometry":{"type":"Polygon","coordinates":[[[1,1],[2,2],[3,1],[1,2]]]},"properties":{"title":"a"}"#,
            "geometry.coordinates[0]",
        ),
    ];
    for (body, path) in cases {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{{"type":"Feature",{body}}}]}}"#);
        let imported = read(&text, BadRows::Skip).unwrap();
        assert_eq!(imported.drafts.len(), 0, "{body}");
        let faults = &imported.refused[0].faults;
        assert!(
            faults.iter().any(|fault| fault.path == path && !fault.mend.is_empty()),
            "{body}: {faults:?}"
        );
    }
}

#[test]
fn what_is_written_reads_back_and_keeps_its_label() {
    let imported = read(REPORTS, BadRows::Refuse).unwrap();
    let items: Vec<Item> = imported
        .drafts
        .iter()
        .map(|draft| {
            let origin = Origin {
                id: ItemId::from_bytes([1; 16]),
                thread: None,
                originator: "opcw".parse().unwrap(),
                author: MemberId::from_bytes([2; 16]),
                approved_by: None,
                reported: Timestamp::from_seconds(1_795_356_131),
            };
            Item::first(origin, draft.clone())
        })
        .collect();
    let written = geojson::write(&items);
    let again = read(&written, BadRows::Refuse).unwrap();
    for (item, draft) in items.iter().zip(&again.drafts) {
        let mut expected = item.content.clone();
        let mut found = draft.content.clone();
        assert_eq!(found.extra["geojson"]["id"], item.id.to_string());
        expected.extra.clear();
        found.extra.clear();
        assert_eq!(found, expected);
    }
    let looser = geojson::Defaults { marking: Marking::new(Tlp::Clear), bad_rows: BadRows::Refuse };
    let error = geojson::read(written.as_bytes(), &looser).unwrap_err();
    assert!(error.to_string().contains("at least GREEN"), "{error}");
}
