//! Hostile GeoJSON: refused clearly, cheaply, without a panic.

use base::limits;
use interop::geojson::{self, BadRows, GeoJsonError};
use proptest::prelude::*;

use crate::support::geojson_defaults;

fn read(bytes: &[u8]) -> Result<geojson::Imported, GeoJsonError> {
    geojson::read(bytes, &geojson_defaults(BadRows::Skip))
}

fn feature(geometry: &str, properties: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{geometry},"properties":{properties}}}]}}"#
    )
}

#[test]
fn depth_ends_in_an_error() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let inside = feature("null", &format!(r#"{{"title":"a","deep":{deep}}}"#));
    let imported = read(inside.as_bytes()).unwrap();
    assert!(imported.refused[0].faults[0].what.contains("recursion limit"), "{:?}", imported.refused);
    let around = format!(r#"{{"type":"FeatureCollection","deep":{deep},"features":[]}}"#);
    assert!(read(around.as_bytes()).is_ok(), "a member that is passed over costs no stack");
    assert!(matches!(read(deep.as_bytes()), Err(GeoJsonError::Json { .. })));
}

#[test]
fn size_is_bounded() {
    let ring = "[4,52],".repeat(140_000);
    let polygon =
        feature(&format!(r#"{{"type":"Polygon","coordinates":[[{ring}[4,52]]]}}"#), r#"{"title":"a"}"#);
    let imported = read(polygon.as_bytes()).unwrap();
    let fault = &imported.refused[0].faults[0];
    assert_eq!((fault.path.as_str(), fault.mend.as_str()), ("geometry", "simplify the shape"));
    let million = "[4,52],".repeat(1_000_000);
    assert!(matches!(read(million.as_bytes()), Err(GeoJsonError::TooLong { .. })));
    let full = format!("{}{}", feature("null", r#"{"title":"a"}"#), " ".repeat(limits::IMPORT_BYTES_MAX));
    assert!(read(&full.as_bytes()[..limits::IMPORT_BYTES_MAX]).is_ok());
    assert!(matches!(read(&full.as_bytes()[..=limits::IMPORT_BYTES_MAX]), Err(GeoJsonError::TooLong { .. })));
    let rows = vec![r#"{"type":"Feature"}"#; 2_001].join(",");
    let many = format!(r#"{{"type":"FeatureCollection","features":[{rows}]}}"#);
    assert!(read(many.as_bytes()).unwrap_err().to_string().contains("2001 features"));
    let heavy = feature("null", &format!(r#"{{"title":"a","x":"{}"}}"#, "x".repeat(70_000)));
    assert!(read(heavy.as_bytes()).unwrap().refused[0].faults[0].what.contains("bytes"));
}

#[test]
fn numbers_that_are_none() {
    for bad in ["NaN", "Infinity", "1e999", "-1e999", "0x1", "null", "\"4\""] {
        let text = feature(&format!(r#"{{"type":"Point","coordinates":[{bad},52]}}"#), r#"{"title":"a"}"#);
        assert!(read(text.as_bytes()).map_or(true, |imported| imported.drafts.is_empty()), "{bad}");
    }
}

#[test]
fn what_is_not_geojson_says_what_it_is() {
    let cases: [(&[u8], &str); 8] = [
        (b"", "line 1"),
        (b"[]", "line 1"),
        (b"{}", "missing field `type`"),
        (b"{\"type\":\"Topology\"}", "Topology"),
        (b"{\"type\":\"FeatureCollection\"}", "features"),
        (b"{\"type\":\"FeatureCollection\",\"features\":{}}", "line 1"),
        (b"{\n\"type\": \"\xE9\"}", "line 2"),
        (
            b"{\"type\":\"FeatureCollection\",\"features\":[],\"crs\":{\"properties\":{\"name\":\"EPSG:28992\"}}}",
            "WGS 84",
        ),
    ];
    for (bytes, word) in cases {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

proptest! {
    #[test]
    fn nothing_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn nothing_panics_on_any_values(
        title in ".{0,300}", lon in any::<f64>(), lat in any::<f64>(), extra in ".{0,40}", number in any::<i64>()
    ) {
        let title = serde_json::to_string(&title).unwrap();
        let extra = serde_json::to_string(&extra).unwrap();
        let geometry = format!(r#"{{"type":"Point","coordinates":[{lon:?},{lat:?}]}}"#);
        let properties = format!(r#"{{"title":{title},{extra}:{number},"credibility":{number},"observed":{extra}}}"#);
        if let Ok(imported) = read(feature(&geometry, &properties).as_bytes()) {
            for draft in imported.drafts {
                prop_assert!(draft.check().is_ok());
            }
        }
    }
}
