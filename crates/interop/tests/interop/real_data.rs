//! Real alerts, when `BELFRY_DATA` names the folder that holds `cap/`: valid ones go in, broken ones are refused.

use interop::cap::{self, CapError};
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
