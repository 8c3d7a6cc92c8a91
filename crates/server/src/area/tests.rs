//! The sample area is whole, and areas that are not are refused with the reason.

use base::clock::ManualClock;
use base::random::SeededRandom;

use record::rating::Severity;
use record::{Kind, Tlp};

use super::*;

/// The parts of the file as the directory that it founds has them.
fn founded(area: &Area) -> Directory {
    let mut directory = Directory::default();
    for part in area.parts() {
        match part {
            DirectoryChange::Site(one) => drop(directory.sites.insert(one.id.clone(), one.into())),
            DirectoryChange::Zone(one) => drop(directory.zones.insert(one.id.clone(), one.into())),
            DirectoryChange::Purpose(one) => drop(directory.purposes.insert(one.id.clone(), one)),
            DirectoryChange::FourEyes { rules } => directory.four_eyes = rules,
            other => panic!("{other:?}"),
        }
    }
    directory
}

#[test]
fn the_sample_is_whole() {
    let area = Area::sample().unwrap();
    assert_eq!(area.id, "international-zone");
    assert!(area.sites.len() >= 8 && area.zones.len() >= 3, "{} {}", area.sites.len(), area.zones.len());
    assert!(founded(&area).purposes.contains_key(&"site-security".parse().unwrap()));
    let changes = area.founding(&ManualClock::default(), &SeededRandom::new(1), true);
    let DirectoryChange::Organisation(first) = &changes[0] else { panic!("{:?}", changes[0]) };
    assert!(first.host && first.id.as_str() == "municipality");
    let hosts =
        changes.iter().filter(|one| matches!(one, DirectoryChange::Organisation(o) if o.host)).count();
    assert_eq!(hosts, 1);
    assert!(changes.iter().any(|one| matches!(one, DirectoryChange::Member(_))));
    let without = area.founding(&ManualClock::default(), &SeededRandom::new(1), false);
    assert!(!without.iter().any(|one| matches!(one, DirectoryChange::Member(_))));
}

#[test]
fn what_is_not_whole_is_refused_with_the_reason() {
    let swap = |old: &str, new: &str| {
        assert!(SAMPLE_TOML.contains(old), "{old}");
        Area::from_texts(&SAMPLE_TOML.replacen(old, new, 1), |_| Ok(SAMPLE_MAP.into()))
            .unwrap_err()
            .to_string()
    };
    for (old, new, word) in [
        ("id = \"international-zone\"", "id = \"International Zone\"", "lower-case"),
        ("timezone", "time_zone", "time_zone"),
        ("bounds = [4.2700", "bounds = [5.2700", "bounds"),
        ("centre = [4.2850", "centre = [5.2850", "centre"),
        ("map = \"area.geojson\"", "map = \"../area.geojson\"", "same folder"),
        ("id = \"public-order\"", "id = \"site-security\"", "site-security is twice in purposes"),
        (
            "organisation = \"opcw\"",
            "organisation = \"nobody\"",
            "organisation nobody is named but not listed",
        ),
        (
            "purposes = [\"site-security\"",
            "purposes = [\"nothing\"",
            "purpose nothing is named but not listed",
        ),
    ] {
        let error = swap(old, new);
        assert!(error.contains(word), "{old} -> {new}: {error}");
    }
    let zone = |geometry: &str| {
        let properties = r#"{"layer":"zone","id":"a","name_en":"A","name_nl":"A"}"#;
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"properties":{properties},"geometry":{geometry}}}]}}"#
        )
    };
    let map = |map: &str| Area::from_texts(SAMPLE_TOML, |_| Ok(map.into())).unwrap_err().to_string();
    for (text, word) in [
        ("{", "EOF"),
        (r#"{"type":"Feature","features":[]}"#, "FeatureCollection"),
        (
            r#"{"type":"FeatureCollection","features":[{"properties":{"layer":"zone","id":"a"}}]}"#,
            "a needs name_en",
        ),
        (r#"{"type":"FeatureCollection","features":[{"properties":{"layer":"zone"}}]}"#, "a zone cannot be"),
        (r#"{"type":"FeatureCollection","features":[{}]}"#, "features[0]"),
        (&zone("null"), "a needs a Polygon"),
        (&zone(r#"{"type":"Point","coordinates":[4,52]}"#), "a: geometry is not a Polygon"),
        (&zone(r#"{"type":"Polygon","coordinates":[[[4,52],[5,52],[5,53]]]}"#), "ends where it began"),
    ] {
        let error = map(text);
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn a_rule_for_a_second_person_holds_for_what_it_names() {
    let rule = "[[four_eyes]]\norganisation = \"opcw\"\nkind = \"alert\"\nseverity = \"extreme\"\n";
    let text = format!("{SAMPLE_TOML}\n{rule}");
    let area = Area::from_texts(&text, |_| Ok(SAMPLE_MAP.into())).unwrap();
    let needs = |organisation: &str, kind, severity| {
        founded(&area).needs_second_person(&organisation.parse().unwrap(), kind, severity, Tlp::Amber)
    };
    assert!(needs("opcw", Kind::Alert, Severity::Extreme));
    assert!(!needs("opcw", Kind::Report, Severity::Extreme));
    assert!(!needs("opcw", Kind::Alert, Severity::Minor));
    assert!(!needs("europol", Kind::Alert, Severity::Extreme));
}

#[test]
fn the_map_draws_what_the_directory_has_in_use() {
    let area = Area::sample().unwrap();
    let mut directory = founded(&area);
    let features = |directory: &Directory| {
        let map: serde_json::Value = serde_json::from_str(area.layers(directory).get()).unwrap();
        assert_eq!((&map["type"], map["bbox"].is_array()), (&"FeatureCollection".into(), true));
        let mut features = map["features"].as_array().unwrap().clone();
        features.sort_by_key(ToString::to_string);
        features
    };
    let file: serde_json::Value = serde_json::from_str(SAMPLE_MAP).unwrap();
    let mut expected = file["features"].as_array().unwrap().clone();
    expected.sort_by_key(ToString::to_string);
    assert_eq!(features(&directory), expected);
    let id: SiteId = "opcw".parse().unwrap();
    let site = Site { retired: true, ..Site::clone(&directory.sites[&id]) };
    directory.sites.insert(id, site.into());
    assert_eq!(features(&directory).len(), expected.len() - 1);
}

#[test]
fn what_was_changed_since_the_file_is_named() {
    let area = Area::sample().unwrap();
    let mut directory = founded(&area);
    assert_eq!(area.differences(&directory), Vec::<String>::new());
    directory.zones.remove(&"duinoord".parse().unwrap());
    let id: PurposeId = "crisis".parse().unwrap();
    directory.purposes.get_mut(&id).unwrap().retired = true;
    let id: SiteId = "gate".parse().unwrap();
    let site = Site { id: id.clone(), ..Site::clone(&directory.sites[&"opcw".parse().unwrap()]) };
    directory.sites.insert(id, site.into());
    assert_eq!(area.differences(&directory), ["purpose crisis", "site gate", "zone duinoord"]);
}
