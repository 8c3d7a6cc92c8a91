//! Hostile alerts: each is refused with a clear error, in little time, and nothing panics.

use std::fmt::Write as _;

use base::limits;
use interop::cap::{self, CapError};
use proptest::prelude::*;
use record::{Geometry, Tlp};

use crate::support::{ALERT, cap_defaults, changed};

fn read(bytes: &[u8]) -> Result<cap::Imported, CapError> {
    cap::read(bytes, &cap_defaults(Tlp::Green))
}

#[test]
fn no_document_type_no_entities() {
    let laughs =
        "<!DOCTYPE alert [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>\n<alert xmlns";
    let external = "<!DOCTYPE alert [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<alert xmlns";
    for dtd in [laughs, external, "<!DOCTYPE alert>\n<alert xmlns", "<!doctype alert>\n<alert xmlns"] {
        let error = read(changed("<alert xmlns", dtd).as_bytes()).unwrap_err();
        assert!(matches!(error, CapError::Dtd { line: 2, column: 1 }), "{error}");
        assert!(error.to_string().contains("remove it"), "{error}");
    }
    let error = read(changed("none", "&x;").as_bytes()).unwrap_err();
    assert!(matches!(error, CapError::Xml { line: 12, .. }), "{error}");
}

#[test]
fn deep_and_wide_xml_costs_little() {
    let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
    assert!(read(deep.as_bytes()).unwrap_err().to_string().contains("nested"));
    // Would make every element remember all prefixes around it.
    let mut prefixes = String::new();
    for index in 0..30_000 {
        let _ = write!(prefixes, "<a xmlns:p{index}=\"u{index}\">");
    }
    assert!(read(prefixes.as_bytes()).unwrap_err().to_string().contains("nested"));
    // Would make the parser compare each attribute with all others.
    let mut attributes = String::from("<alert");
    for index in 0..60_000 {
        let _ = write!(attributes, " a{index}=\"\"");
    }
    attributes += "/>";
    assert!(read(attributes.as_bytes()).unwrap_err().to_string().contains("tag"));
    let wide = changed("<note>none</note>", &"<note/>".repeat(100_000));
    assert!(matches!(read(wide.as_bytes()).unwrap_err(), CapError::Xml { .. }));
    for unfinished in ["<alert", "<alert a='>", "<!-- ", "<![CDATA[", "<?xml", "<alert><a", "</", "<", ""] {
        let error = read(unfinished.as_bytes()).unwrap_err();
        assert!(matches!(error, CapError::Xml { .. }), "{unfinished}: {error}");
    }
}

#[test]
fn a_megabyte_and_not_a_byte_more() {
    let padding = limits::IMPORT_BYTES_MAX - ALERT.len();
    let full = format!("{ALERT}{}", " ".repeat(padding));
    assert!(read(full.as_bytes()).is_ok());
    let error = read(format!("{full} ").as_bytes()).unwrap_err();
    assert!(matches!(error, CapError::TooLong { bytes: 1_048_577, .. }), "{error}");
}

#[test]
fn great_polygons_are_simplified_and_greater_ones_refused() {
    let ring = |vertices: u32| {
        let mut text = String::new();
        for index in 0..vertices {
            let angle = f64::from(index) / f64::from(vertices) * std::f64::consts::TAU;
            let _ = write!(text, "{:.5},{:.5} ", 50.0 + angle.sin(), 4.0 + angle.cos());
        }
        text + "50.00000,5.00000"
    };
    let polygon = "52.1,4.25 52.11,4.25 52.11,4.27 52.1,4.25";
    let imported = read(changed(polygon, &ring(50_000)).as_bytes()).unwrap();
    let Some(Geometry::Polygon(rings)) = &imported.drafts[0].content.place.as_ref().unwrap().geometry else {
        panic!("a polygon")
    };
    assert_eq!(rings[0].len(), limits::VERTICES_MAX);
    assert!(imported.notes[0].contains("simplified"), "{:?}", imported.notes);
    let error = read(changed(polygon, &ring(1_000_000)).as_bytes()).unwrap_err();
    assert!(matches!(error, CapError::TooLong { .. }), "{error}");
    // Thousands of small ones: one hull, and the rest said.
    let small = format!("<polygon>{polygon}</polygon>").repeat(9_000);
    let imported = read(changed(&format!("<polygon>{polygon}</polygon>"), &small).as_bytes()).unwrap();
    assert!(imported.notes.iter().any(|note| note.contains("too many polygons")), "{:?}", imported.notes);
}

#[test]
fn numbers_that_are_none() {
    for bad in
        ["nan,4 ", "NaN,NaN ", "inf,4 ", "-inf,4 ", "1e2,4 ", "0x1,4 ", "91,4 ", "52,181 ", ",", "52;4 "]
    {
        let alert = changed("<polygon>", &format!("<polygon>{bad}"));
        assert!(matches!(read(alert.as_bytes()), Err(CapError::Element { .. })), "{bad}");
    }
}

#[test]
fn other_encodings_are_refused_by_name() {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(ALERT.encode_utf16().flat_map(u16::to_le_bytes));
    let mut latin = changed("Veel rook", "Veel rook X").into_bytes();
    let at = latin.iter().position(|byte| *byte == b'X').unwrap();
    latin[at] = 0xE9;
    let declared = changed("encoding=\"UTF-8\"", "encoding='ISO-8859-1'").into_bytes();
    for (bytes, word) in [(utf16, "UTF-16"), (latin, "line 30"), (declared, "ISO-8859-1")] {
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error, CapError::Encoding { .. }), "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
    assert!(read(format!("\u{FEFF}{ALERT}").as_bytes()).is_ok(), "a byte order mark is no harm");
}

#[test]
fn invisible_characters_do_not_come_in() {
    let alert = changed("Veel rook.", "Veel\u{202E}rook\u{85}.&#13;\u{2066}");
    let imported = read(alert.as_bytes()).unwrap();
    assert!(imported.drafts[0].content.text.starts_with("Veelrook."));
    assert_eq!(imported.notes.len(), 1);
    let kept = changed("ZW 4", "ZW\u{202D} 4");
    let imported = read(kept.as_bytes()).unwrap();
    assert_eq!(imported.drafts[0].content.extra["cap"]["info"]["parameter"][0]["value"], "ZW 4");
    for illegal in ["&#1;", "\u{1}", "&#xFFFE;"] {
        assert!(
            matches!(read(changed("none", illegal).as_bytes()), Err(CapError::Xml { .. })),
            "{illegal:?}"
        );
    }
}

#[test]
fn markup_in_text_stays_text() {
    let alert = changed("Veel rook.", "&lt;script&gt;alert(1)&lt;/script&gt;<![CDATA[<img src=x>]]>");
    let imported = read(alert.as_bytes()).unwrap();
    assert!(imported.drafts[0].content.text.starts_with("<script>alert(1)</script><img src=x>"));
}

#[test]
fn too_much_for_an_item_is_refused_by_element() {
    let parameter =
        format!("<parameter><valueName>a</valueName><value>{}</value></parameter>", "b".repeat(1000));
    let many = changed(parameter_anchor(), &format!("{}{}", parameter.repeat(300), parameter_anchor()));
    let error = read(many.as_bytes()).unwrap_err();
    assert!(matches!(&error, CapError::Element { element, .. } if element == "info"), "{error}");
    let long = changed("Veel rook.", &"rook ".repeat(5_000));
    let error = read(long.as_bytes()).unwrap_err();
    assert!(matches!(&error, CapError::Element { element, .. } if element == "description"), "{error}");
    let headline = changed("Grote brand", &"Grote brand ".repeat(40));
    let content = read(headline.as_bytes()).unwrap().drafts.remove(0).content;
    assert_eq!(content.title.chars().count(), limits::TITLE_CHARS_MAX);
    assert!(content.text.starts_with("Grote brand Grote brand"), "the whole headline opens the text");
}

fn parameter_anchor() -> &'static str {
    "<parameter><valueName>wind</valueName>"
}

proptest! {
    #[test]
    fn nothing_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    /// Close to valid: a piece of the alert is cut out, doubled, or replaced.
    #[test]
    fn nothing_panics_on_changed_alerts(from in 0..ALERT.len(), length in 0..80_usize, piece in ".{0,12}", twice: bool) {
        let until = (from + length).min(ALERT.len());
        let (Some(head), Some(cut), Some(tail)) = (ALERT.get(..from), ALERT.get(from..until), ALERT.get(until..)) else {
            return Ok(());
        };
        let middle = if twice { format!("{cut}{piece}{cut}") } else { piece };
        if let Ok(imported) = read(format!("{head}{middle}{tail}").as_bytes()) {
            for draft in imported.drafts {
                prop_assert!(draft.check().is_ok());
            }
        }
    }
}
