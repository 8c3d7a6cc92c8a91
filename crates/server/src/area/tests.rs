//! The sample area is whole, and areas that are not are refused with the reason.

use base::clock::ManualClock;
use base::random::SeededRandom;

use super::*;

#[test]
fn the_sample_is_whole() {
    let area = Area::sample().unwrap();
    assert_eq!(area.id, "international-zone");
    assert!(area.sites.len() >= 8 && area.zones.len() >= 3, "{} {}", area.sites.len(), area.zones.len());
    assert!(area.has_purpose(&"site-security".parse().unwrap()));
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
        area.needs_second_person(&organisation.parse().unwrap(), kind, severity, Tlp::Amber)
    };
    assert!(needs("opcw", Kind::Alert, Severity::Extreme));
    assert!(!needs("opcw", Kind::Report, Severity::Extreme));
    assert!(!needs("opcw", Kind::Alert, Severity::Minor));
    assert!(!needs("europol", Kind::Alert, Severity::Extreme));
}
