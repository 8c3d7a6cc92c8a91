//! The file: its length, encoding, type and rows. A bad feature is named by its place and line and harms no other.
//!
//! Not here: what one feature says (feature), writing (write).

use std::borrow::Cow;

use base::limits;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{BadRows, Defaults, GeoJsonError, Imported, RowFault, feature};
use crate::text::shortened;

/// Most features of one file.
const ROWS_MAX: usize = 2_000;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    features: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    crs: Option<&'a RawValue>,
}

/// Reads a `FeatureCollection` or one `Feature`.
pub fn read(bytes: &[u8], defaults: &Defaults) -> Result<Imported, GeoJsonError> {
    let text = text_of(bytes)?;
    let document: Document<'_> = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (saturated(error.line()), saturated(error.column()));
        GeoJsonError::Json { line, column, what: feature::without_position(&error) }
    })?;
    check_crs(document.crs)?;
    let rows: Vec<&str> = match (document.kind.as_ref(), document.features) {
        ("FeatureCollection", Some(features)) => features.into_iter().map(RawValue::get).collect(),
        ("FeatureCollection", None) => {
            return Err(refused("the collection has no features", "add `features`"));
        }
        ("Feature", _) => vec![text],
        (other, _) => {
            let what = format!("the file is of type {:?}", shortened(other, 40));
            return Err(refused(what, "give a FeatureCollection or a Feature"));
        }
    };
    if rows.len() > ROWS_MAX {
        return Err(refused(
            format!("there are {} features; the limit is {ROWS_MAX}", rows.len()),
            "split the file",
        ));
    }
    let total = rows.len();
    let mut imported = Imported { drafts: Vec::new(), refused: Vec::new() };
    let (mut line, mut seen) = (1, 0);
    for (index, row) in rows.into_iter().enumerate() {
        // A row is a slice of the text, so the difference of the two addresses is its offset.
        let offset = (row.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line += text.as_bytes()[seen..offset].iter().filter(|byte| **byte == b'\n').count();
        seen = offset;
        match feature::draft(row, &defaults.marking) {
            Ok(draft) => imported.drafts.push(draft),
            Err((row_line, faults)) => {
                let line = saturated(line + row_line - 1);
                imported.refused.push(RowFault { index, line, faults: faults.0 });
            }
        }
    }
    if defaults.bad_rows == BadRows::Refuse && !imported.refused.is_empty() {
        return Err(GeoJsonError::Rows { rows: imported.refused, total });
    }
    Ok(imported)
}

fn text_of(bytes: &[u8]) -> Result<&str, GeoJsonError> {
    if bytes.len() > limits::IMPORT_BYTES_MAX {
        return Err(GeoJsonError::TooLong { bytes: bytes.len(), limit_bytes: limits::IMPORT_BYTES_MAX });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let lines = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        GeoJsonError::Encoding { line: saturated(lines + 1) }
    })
}

/// Files from before RFC 7946 may name another coordinate system; guessing would put places elsewhere.
fn check_crs(crs: Option<&RawValue>) -> Result<(), GeoJsonError> {
    let Some(crs) = crs else { return Ok(()) };
    let wgs84 = ["CRS84\"", "EPSG:4326\"", "EPSG::4326\""].iter().any(|name| crs.get().contains(name));
    if wgs84 || crs.get() == "null" {
        return Ok(());
    }
    let what = format!("the coordinates are in {}", shortened(crs.get(), 80));
    Err(refused(what, "convert them to longitude and latitude in WGS 84 (RFC 7946)"))
}

fn refused(what: impl Into<String>, mend: &str) -> GeoJsonError {
    GeoJsonError::Document { what: what.into(), mend: mend.into() }
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
