//! Real alerts, when `BELFRY_DATA` names the folder that holds `cap/`: valid ones go in, broken ones are refused.

use interop::cap::SignatureState::{Absent, FitsItsCertificate};
use interop::cap::{self, CapError, SignatureState};
use record::{Geometry, Kind, Marking, Tlp};

fn defaults() -> cap::Defaults {
    cap::Defaults { marking: Marking::new(Tlp::Green) }
}

/// The files of `cap/` whose name ends so; `None`, with a printed line, when there is no real data here.
fn files(ending: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let Ok(folder) = std::env::var("BELFRY_DATA") else {
        println!("skipped: BELFRY_DATA is not set");
        return None;
    };
    let folder = std::path::Path::new(&folder).join("cap");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(ending) {
            found.push((name, std::fs::read(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "no {ending} in {}", folder.display());
    Some(found)
}

#[test]
fn real_alerts_go_in_with_sender_area_times_and_language() {
    for ending in ["_valid.xml", "_no_signature.xml"] {
        let Some(files) = files(ending) else { return };
        for (name, bytes) in files {
            let read = cap::read(&bytes, &defaults()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let [draft] = &read.drafts[..] else { panic!("{name}: one draft") };
            let content = &draft.content;
            let signature = if ending == "_valid.xml" { FitsItsCertificate } else { Absent };
            assert_eq!(read.signature, signature, "{name}");
            println!("{name}: {:?} {:?} {:?}", read.signature, content.title, read.notes);
            assert_eq!(draft.kind, Kind::Alert, "{name}");
            assert_eq!(draft.marking.tlp, Tlp::Clear, "{name}");
            assert_eq!(content.language.as_deref(), Some("fr"), "{name}");
            assert!(content.sources.contains(&format!("cap:{},{}", read.sender, read.identifier)));
            assert!(content.text.contains(&read.sender), "{name}");
            let place = content.place.as_ref().unwrap();
            assert!(matches!(place.geometry, Some(Geometry::Polygon(_))), "{name}");
            let (area, from, until) = if name.starts_with("bf") {
                ("Burkina Faso", "2024-07-02T20:15:00Z", "2024-07-03T12:00:00Z")
            } else {
                ("Plateaux; Maritime", "2024-06-06T17:00:00Z", "2024-06-06T22:00:00Z")
            };
            assert_eq!(place.name.as_deref(), Some(area), "{name}");
            assert_eq!(content.valid_from.unwrap().to_string(), from, "{name}");
            assert_eq!(content.valid_until.unwrap().to_string(), until, "{name}");
        }
    }
}

#[test]
fn real_signatures_that_do_not_fit_are_refused() {
    for (ending, expected) in [
        ("_invalid_digest.xml", "DigestValue"),
        ("_invalid_signature.xml", "SignatureValue"),
        ("_invalid_certificate.xml", "X509Certificate"),
    ] {
        let Some(files) = files(ending) else { return };
        for (name, bytes) in files {
            let error = cap::read(&bytes, &defaults()).unwrap_err();
            println!("{name}: {error}");
            let CapError::Signature { element, .. } = error else { panic!("{name}: {error}") };
            assert_eq!(element, expected, "{name}");
        }
    }
}

/// Well-made changes, unlike those of the files: each piece still reads, and only the mathematics refuses it.
#[test]
fn a_real_alert_that_was_changed_is_refused() {
    let Some(files) = files("_valid.xml") else { return };
    for (name, bytes) in files {
        let text = String::from_utf8(bytes).unwrap();
        let digest = text.split_once("<ds:DigestValue>").unwrap().1.split_once('<').unwrap().0;
        let other = if let Some(rest) = digest.strip_prefix('A') {
            format!("B{rest}")
        } else {
            format!("A{}", &digest[1..])
        };
        for (old, new, element) in [
            ("<status>Actual", "<status>Exercise", "DigestValue"),
            ("<event>", "<event> ", "DigestValue"),
            (digest, other.as_str(), "DigestValue"),
            ("<ds:SignedInfo>", "<ds:SignedInfo Id=\"a\">", "SignatureValue"),
            ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", "SignatureValue"),
        ] {
            assert!(text.contains(old), "{name}: {old}");
            let error = cap::read(text.replacen(old, new, 1).as_bytes(), &defaults()).unwrap_err();
            let CapError::Signature { element: named, .. } = error else { panic!("{name}: {error}") };
            assert_eq!(named, element, "{name}: {old}");
        }
        // What canonical XML does not see may change.
        let same = text.replacen("<status>", "<!-- seen? --><status >", 1).replacen("'", "\"", 4);
        let read = cap::read(same.as_bytes(), &defaults()).unwrap();
        assert_eq!(read.signature, SignatureState::FitsItsCertificate, "{name}");
    }
}

#[test]
fn real_alerts_that_break_the_schema_are_refused_by_element() {
    let Some(files) = files("_invalid_schema.xml") else { return };
    for (name, bytes) in files {
        let error = cap::read(&bytes, &defaults()).unwrap_err();
        println!("{name}: {error}");
        let CapError::Element { element, line, .. } = error else { panic!("{name}: {error}") };
        let expected = if name.starts_with("bf") { ("severity", 16) } else { ("certainty", 16) };
        assert_eq!((element.as_str(), line), expected, "{name}");
    }
}
