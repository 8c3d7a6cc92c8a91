//! Web monitoring in the demonstration: what its small web says in earnest reaches the analyst in time, with class, place
//! and reasons; copies are folded; what dies is told; what means harm gets nowhere.

use std::time::{Duration, Instant};

use base::Timestamp;
use serde_json::Value;

use super::support::{Demo, belfry, said as said_of, text};

const ANALYST: &str = "Web analyst Police";
/// The script of the small web is told by then.
const PATIENCE: Duration = Duration::from_secs(120);
/// From posting to the analyst's queue, in seconds.
const IN_TIME_S: i64 = 10;

#[test]
fn signals_the_threat_and_the_demonstration_and_resists_the_hostile() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--seed", "2"]);
    #[allow(clippy::disallowed_methods, reason = "a test that waits for a program")]
    let began = Instant::now();
    let (mut threat, mut assembly, mut dying) = (None, None, false);
    while began.elapsed() < PATIENCE && (threat.is_none() || assembly.is_none() || !dying) {
        let queue = demo.ask(ANALYST, "/api/v1/watch/signals");
        let of = |class: &str, place: &str| find(&queue, class, place);
        threat = threat.or_else(|| of("disruption", "world-forum"));
        assembly = assembly.or_else(|| of("demonstration", "peace-palace"));
        let source = demo.ask(ANALYST, "/api/v1/watch/sources/demo-dying");
        dying = matches!(source["fares"]["state"].as_str(), Some("failing" | "silent"));
        #[allow(clippy::disallowed_methods, reason = "a test that waits for a program")]
        std::thread::sleep(Duration::from_millis(500));
    }
    let (threat, assembly) = (threat.expect("the threat"), assembly.expect("the demonstration"));
    assert!(dying, "the dying source is told");
    for signal in [&threat, &assembly] {
        let terms = signal["score"]["terms"].as_array().unwrap();
        assert!(
            terms.iter().any(|term| term["kind"] == "class" && !term["words"].as_array().unwrap().is_empty()),
            "{signal}"
        );
        assert!(terms.iter().any(|term| term["kind"] == "place"), "{signal}");
        in_time(&demo, signal);
    }
    let demonstration = assembly["score"]["terms"].as_array().unwrap();
    let lawful = demonstration.iter().find(|term| term["name"] == "demonstration").unwrap();
    assert!(lawful["value"].as_f64().unwrap() < 0.0, "a lawful demonstration is no threat: {lawful}");
    assert!(threat["score"]["total"].as_f64() > assembly["score"]["total"].as_f64());
    hostile(&demo);
    assert_eq!(demo.stop(), Some(0));
}

fn find(queue: &Value, class: &str, place: &str) -> Option<Value> {
    let has = |list: &Value, word: &str| list.as_array().is_some_and(|all| all.iter().any(|one| one == word));
    let signals = queue["items"].as_array().unwrap().iter().map(|one| &one["signal"]);
    let mut found =
        signals.filter(|one| has(&one["story"]["classes"], class) && has(&one["story"]["places"], place));
    found.next().cloned()
}

/// Raised within ten seconds after its first document was posted.
fn in_time(demo: &Demo, signal: &Value) {
    let id = signal["id"].as_str().unwrap();
    let view = demo.ask(ANALYST, &format!("/api/v1/watch/signals/{id}"));
    let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    let first =
        view["documents"].as_array().unwrap().iter().map(|one| time(&one["published"])).min().unwrap();
    let delay_ms = time(&signal["raised"]).millis_since(first);
    assert!(delay_ms <= IN_TIME_S * 1_000, "{delay_ms} ms: {signal}");
}

/// Every way in was tried and refused in words, and the node still answers.
fn hostile(demo: &Demo) {
    let sources = demo.ask(ANALYST, "/api/v1/watch/sources");
    let hostile = sources["items"].as_array().unwrap().iter();
    let hostile: Vec<&Value> =
        hostile.filter(|one| one["source"]["id"].as_str().unwrap().starts_with("demo-hostile")).collect();
    assert!(hostile.len() >= 10, "{}", hostile.len());
    let mut refused = 0;
    for one in hostile {
        let id = one["source"]["id"].as_str().unwrap();
        let documents = demo.ask(ANALYST, &format!("/api/v1/watch/sources/{id}"));
        let text = documents["documents"].to_string();
        assert!(!text.contains("belfry") && !text.contains("<!doctype"), "{id} led inside: {text}");
        refused += usize::from(one["fares"]["last_error"].is_string());
    }
    assert!(refused >= 7, "{refused}");
}

#[test]
fn a_recorded_day_is_replayed_and_judged_texts_make_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let watched = write(
        "watched.json",
        r#"{ "sources": [{ "id": "news", "name": "News", "kind": "inbox", "owner": "police", "purpose": "public-order",
             "language": "en", "trust": "B", "retention_days": 30, "interval_s": 60 }],
            "profiles": [{ "id": "hall", "name": "Hall", "owner": "police", "purpose": "public-order", "phrases": ["congress hall"] }] }"#,
    );
    let line = |minute: u32, key: &str, text: &str, event: &str| {
        format!(
            r#"{{"source":"news","at":"2026-11-25T10:{minute:02}:00Z","key":"{key}","text":"{text}"{event}}}"#
        )
    };
    let blockade = "Tomorrow at seven we block the entrance of the congress hall and glue the locks.";
    let event = r#","event":"blockade""#;
    let recording = [
        line(0, "a", "The museum opens a new room about bicycles in the spring.", ""),
        line(1, "b", blockade, event),
        line(2, "c", blockade, event),
        line(3, "d", "Soup with lentils is on the menu of the canteen.", ""),
    ];
    let recording = write("day.jsonl", &recording.join("\n"));
    let said = said_of(&belfry(&["webwatch", "replay", "--watched", text(&watched), text(&recording)]));
    assert!(said.contains("| precision, recall | 1.000, 1.000 |"), "{said}");
    assert!(said.contains("2 documents in 1 stories"), "{said}");
    let broken = write("broken.jsonl", "{}\nnot json");
    let output = belfry(&["webwatch", "replay", "--watched", text(&watched), text(&broken)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said_of(&output).contains("line 1"), "{}", said_of(&output));

    let judged: Vec<String> = (0..120)
        .map(|number| {
            let relevant = number % 2 == 0;
            let text = if relevant { "block the gate with bicycles" } else { "coffee and music in the park" };
            format!(r#"{{"text":"{text} number {number}","relevant":{relevant}}}"#)
        })
        .collect();
    let judged = write("judged.jsonl", &judged.join("\n"));
    let model = folder.path().join("model");
    let arguments = ["webwatch", "train", text(&judged), "--language", "en", "--out", text(&model)];
    let table = said_of(&belfry(&arguments));
    assert!(table.contains("| held out: average precision | 1.000 |"), "{table}");
    assert!(std::fs::metadata(&model).unwrap().len() > 100);

    let upside_down = std::fs::read_to_string(&judged).unwrap();
    let upside_down = upside_down.replace("true", "?").replace("false", "true").replace('?', "false");
    let upside_down = write("upside-down.jsonl", &upside_down);
    for (file, is_right) in [(&judged, true), (&upside_down, false)] {
        let arguments = ["webwatch", "evaluate", "--model", text(&model), text(file)];
        let table = said_of(&belfry(&arguments));
        assert!(table.contains("| all: texts, relevant | 120, 60 |"), "{table}");
        assert_eq!(table.contains("| all: average precision | 1.000 |"), is_right, "{table}");
        let first = if is_right { "1.000" } else { "0.000" };
        assert!(table.contains(&format!("| all: relevant of the first 12 | {first} (")), "{table}");
    }
    let output = belfry(&["webwatch", "evaluate", "--model", text(&judged), text(&judged)]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no model"), "{output:?}");
}
