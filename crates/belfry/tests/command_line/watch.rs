//! Web monitoring in the demonstration: what its small web says in earnest reaches the analyst in time, with class, place
//! and reasons; copies are folded; what dies is told; what means harm gets nowhere.

use std::time::{Duration, Instant};

use base::Timestamp;
use serde_json::Value;

use super::support::Demo;

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
    println!("{}: {delay_ms} ms after posting", signal["story"]["title"]);
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
