//! `belfry import`: what is good goes in, what is bad is named.

use std::fs;

use super::support::{Demo, belfry, said, text, titled};

const ALERT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>made-by-a-test-1</identifier>
  <sender>weather@example.org</sender>
  <sent>2026-11-22T08:00:00+01:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>nl-NL</language>
    <category>Met</category>
    <event>Storm</event>
    <urgency>Expected</urgency>
    <severity>Moderate</severity>
    <certainty>Likely</certainty>
    <headline>Windstoten aan de kust</headline>
    <description>Windstoten tot 90 km per uur.</description>
    <area>
      <areaDesc>Den Haag</areaDesc>
      <polygon>52.08,4.27 52.08,4.30 52.10,4.30 52.08,4.27</polygon>
    </area>
  </info>
</alert>"#;

const FEATURES: &str = r#"{ "type": "FeatureCollection", "features": [
  { "type": "Feature", "geometry": { "type": "Point", "coordinates": [4.2841, 52.0911] },
    "properties": { "title": "Lamp post leans over" } },
  { "type": "Feature", "geometry": { "type": "Point", "coordinates": [400, 52.0911] },
    "properties": { "title": "Nowhere" } } ] }"#;

#[test]
fn good_files_go_in_and_bad_ones_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--quiet-world"]);
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let good = write("good.xml", ALERT);
    let evil = write("evil.xml", &ALERT.replacen('\n', "\n<!DOCTYPE alert [<!ENTITY a \"b\">]>\n", 1));
    let short = write("short.xml", &ALERT.replace("<sender>weather@example.org</sender>", ""));
    let features = write("features.json", FEATURES);
    let to = ["--server", &demo.address, "--demo-as", "Duty officer Police"];

    let output = belfry(&[&["import", "cap", text(&good), text(&evil), text(&short)][..], &to].concat());
    assert_eq!(output.status.code(), Some(1));
    let words = said(&output);
    assert!(words.contains("good.xml: item "), "{words}");
    assert!(
        words.contains("evil.xml: ") && words.contains("short.xml: ") && words.contains("sender"),
        "{words}"
    );
    assert!(words.contains("2 of 3 files did not go in"), "{words}");

    let seen = demo.items("Residents' liaison");
    let alert = titled(&seen, "Windstoten").expect("GREEN is for everyone");
    assert_eq!((&alert["originator"], &alert["kind"]), (&"police".into(), &"alert".into()), "{alert}");

    let refused = belfry(&[&["import", "geojson", text(&features)][..], &to].concat());
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(titled(&demo.items("Duty officer Police"), "Lamp post").is_none(), "all or nothing");
    let marked =
        ["--bad-rows", "skip", "--tlp", "AMBER", "--organisations", "opcw", "--purpose", "site-security"];
    let skipped = belfry(&[&["import", "geojson", text(&features)][..], &marked, &to].concat());
    assert_eq!(skipped.status.code(), Some(0), "{}", said(&skipped));
    assert!(said(&skipped).contains("row 1 refused"), "{}", said(&skipped));
    assert!(titled(&demo.items("Duty officer OPCW"), "Lamp post").is_some());
    assert!(titled(&demo.items("Residents' liaison"), "Lamp post").is_none());

    let nobody = belfry(&["import", "cap", text(&good), "--server", &demo.address, "--demo-as", "Nobody"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(said(&nobody).contains("Duty officer OPCW"), "the choice is named: {}", said(&nobody));
    assert_eq!(demo.stop(), Some(0));
}

#[test]
fn a_token_will_do_and_a_wrong_one_will_not() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--quiet-world"]);
    let file = folder.path().join("alert.xml");
    fs::write(&file, ALERT).unwrap();
    let members = demo.ask("Duty officer Police", "/api/v1/demo/members");
    let members = members["items"].as_array().unwrap();
    let duty =
        members.iter().find(|one| one["name"] == "Duty officer Police").unwrap()["id"].as_str().unwrap();
    let tokens = format!("/api/v1/organisations/police/members/{duty}/tokens");
    let expires = base::Clock::now(&base::system::SystemClock).plus_seconds(86_400);
    let wanted = serde_json::json!({ "name": "alerts", "scopes": ["create", "see"], "expires": expires });
    let made = demo.call("Administrator Police", &tokens, Some(wanted));
    let token = folder.path().join("token");
    fs::write(&token, format!("{}\n", made["secret"].as_str().unwrap())).unwrap();

    let arguments = [
        "import",
        "cap",
        text(&file),
        "--server",
        &demo.address,
        "--token-file",
        text(&token),
        "--tlp",
        "CLEAR",
    ];
    let output = belfry(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let seen = demo.items("Residents' liaison");
    assert_eq!(titled(&seen, "Windstoten").expect("CLEAR is for everyone")["marking"]["tlp"], "CLEAR");

    fs::write(&token, "bft_nonsense").unwrap();
    let output = belfry(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("401"), "{}", said(&output));
}
