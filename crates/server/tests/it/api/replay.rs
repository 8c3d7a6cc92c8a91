//! Replay: what a member was entitled to see then, and is now.

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::items::{report, share};
use crate::support::{Browser, Node, with_body};

const DAY: &str = "from=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z";
const MINUTE_MS: i64 = 60_000;

async fn spans(browser: &Browser<'_>) -> Vec<Value> {
    let page = browser.get(&format!("/replay?{DAY}")).await.json(200);
    assert!(page["next"].is_null());
    page["spans"].as_array().unwrap().clone()
}

/// Spans as `title from-until ended`, with times of the day.
async fn lines(browser: &Browser<'_>) -> Vec<String> {
    let line = |span: &Value| {
        let time = |name: &str| span[name].as_str().unwrap()[11..16].to_owned();
        let ended = span["ended"].as_str().unwrap_or("-");
        format!("{} {}-{} {ended}", span["title"].as_str().unwrap(), time("from"), time("until"))
    };
    spans(browser).await.iter().map(line).collect()
}

/// A report that counts until eight in the evening.
fn until_evening(title: &str) -> Value {
    let mut draft = report(title);
    draft["content"]["valid_until"] = json!("2026-11-22T20:00:00Z");
    draft
}

async fn shared(browser: &Browser<'_>, draft: Value) -> String {
    format!("/items/{}", share(browser, draft).await["id"].as_str().unwrap())
}

async fn amend(browser: &Browser<'_>, path: &str, version: u32, draft: &Value) {
    let request = browser.request(Method::PUT, path).header(header::IF_MATCH, format!("\"{version}\""));
    let body = json!({ "content": draft["content"], "marking": draft["marking"] });
    browser.node.send(with_body(request, Some(body))).await.json(200);
}

#[tokio::test]
async fn a_version_stands_until_something_ends_it() {
    let node = Node::new().await;
    let (opcw, europol) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Europol").await);
    let path = shared(&opcw, until_evening("Van")).await;
    let mut short = until_evening("Drill");
    short["content"]["valid_until"] = json!("2026-11-22T08:05:00Z");
    shared(&opcw, short).await;
    node.clock.advance_millis(10 * MINUTE_MS);
    amend(&opcw, &path, 1, &until_evening("White van")).await;
    assert_eq!(
        lines(&europol).await,
        ["Van 08:00-08:10 amended", "Drill 08:00-08:05 stale", "White van 08:10-20:00 -"]
    );
    node.clock.advance_millis(10 * MINUTE_MS);
    opcw.post(&format!("{path}/retract"), json!({ "reason": "It was ours" })).await.json(200);
    assert_eq!(lines(&europol).await[2], "White van 08:10-08:20 recalled");
    let first = &spans(&europol).await[0];
    assert_eq!((&first["version"], &first["kind"]), (&json!(1), &json!("report")));
    assert_eq!((&first["tlp"], &first["place"]["site"]), (&json!("AMBER"), &json!("opcw")));
    // Only what meets the period.
    let early = europol.get("/replay?from=2026-11-22T08:00:00Z&until=2026-11-22T08:10:00Z").await.json(200);
    assert_eq!(early["spans"].as_array().unwrap().len(), 2);
    let late = europol.get("/replay?from=2026-11-22T08:20:00Z&until=2026-11-22T09:00:00Z").await.json(200);
    assert_eq!(late["spans"], json!([]));
}

#[tokio::test]
async fn what_was_released_later_was_not_there_before() {
    let node = Node::new().await;
    let (opcw, police) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Police").await);
    let mut draft = until_evening("For Europol only");
    draft["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let path = shared(&opcw, draft).await;
    assert_eq!(lines(&police).await, [""; 0]);
    node.clock.advance_millis(10 * MINUTE_MS);
    let opcw = node.signed_in("Duty officer OPCW").await;
    let terms = json!({ "reason": "All may know", "marking": { "tlp": "GREEN" } });
    opcw.post(&format!("{path}/release"), terms).await.json(200);
    assert_eq!(lines(&police).await, ["For Europol only 08:10-20:00 -"]);
    assert_eq!(lines(&opcw).await.len(), 2);
}

#[tokio::test]
async fn what_is_restricted_later_is_not_shown_again() {
    let node = Node::new().await;
    let supervisor = node.signed_in("Shift supervisor OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let path = format!("{}/restrict", shared(&europol, until_evening("Van")).await);
    node.clock.advance_millis(10 * MINUTE_MS);
    administrator.post(&path, json!({ "members": [] })).await.json(200);
    assert_eq!(lines(&supervisor).await, [""; 0], "nor for the time before");
    node.clock.advance_millis(10 * MINUTE_MS);
    administrator.post(&path, json!({ "members": null })).await.json(200);
    assert_eq!(lines(&supervisor).await, ["Van 08:00-08:10 -", "Van 08:20-20:00 -"]);
    for other in [&europol, &administrator] {
        assert_eq!(lines(other).await, ["Van 08:00-20:00 -"], "no other organisation learns of it");
    }
}

#[tokio::test]
async fn a_stricter_version_in_between_shows_only_that_the_first_ended() {
    let node = Node::new().await;
    let (opcw, police) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Police").await);
    let mut draft = until_evening("Van");
    draft["marking"] = json!({ "tlp": "GREEN" });
    let path = shared(&opcw, draft.clone()).await;
    node.clock.advance_millis(10 * MINUTE_MS);
    draft["marking"] = json!({ "tlp": "AMBER", "audience": [{ "organisations": ["europol"] }],
                              "purposes": ["site-security"] });
    draft["content"]["title"] = json!("Name of the driver");
    amend(&opcw, &path, 1, &draft).await;
    assert_eq!(lines(&police).await, [""; 0]);
    node.clock.advance_millis(10 * MINUTE_MS);
    let opcw = node.signed_in("Duty officer OPCW").await;
    let terms = json!({ "reason": "All may know", "marking": { "tlp": "GREEN" } });
    opcw.post(&format!("{path}/release"), terms).await.json(200);
    assert_eq!(lines(&police).await, ["Van 08:00-08:10 -", "Name of the driver 08:20-20:00 -"]);
    assert_eq!(lines(&opcw).await[1], "Name of the driver 08:10-08:20 amended");
}

#[tokio::test]
async fn the_past_of_a_member_begins_when_it_joined_and_its_purposes_when_given() {
    let node = Node::new().await;
    let europol = node.signed_in("Duty officer Europol").await;
    shared(&europol, until_evening("Van")).await;
    let mut drill = until_evening("Drill");
    drill["marking"]["purposes"] = json!(["exercise"]);
    shared(&europol, drill).await;
    let mut short = until_evening("Over before");
    short["content"]["valid_until"] = json!("2026-11-22T08:05:00Z");
    shared(&europol, short).await;
    node.clock.advance_millis(10 * MINUTE_MS);
    let administrator = node.signed_in("Administrator OPCW").await;
    let new = json!({ "name": "Night officer OPCW", "kind": "person", "roles": ["member"],
                      "purposes": ["site-security"] });
    let added = administrator.post("/organisations/opcw/members", new).await.json(201);
    let night = node.signed_in("Night officer OPCW").await;
    assert_eq!(lines(&night).await, ["Van 08:10-20:00 -"]);

    node.clock.advance_millis(10 * MINUTE_MS);
    let administrator = node.signed_in("Administrator OPCW").await;
    let member = format!("/organisations/opcw/members/{}", added["id"].as_str().unwrap());
    let both = json!({ "purposes": ["site-security", "exercise"] });
    administrator.ask(Method::PATCH, &member, Some(both)).await.json(200);
    assert_eq!(lines(&night).await, ["Van 08:10-20:00 -", "Drill 08:20-20:00 -"]);

    node.clock.advance_millis(10 * MINUTE_MS);
    let administrator = node.signed_in("Administrator OPCW").await;
    let one = json!({ "purposes": ["exercise"] });
    administrator.ask(Method::PATCH, &member, Some(one)).await.json(200);
    assert_eq!(lines(&night).await, ["Drill 08:20-20:00 -"], "what was taken away is not shown again");
}

#[tokio::test]
async fn what_is_erased_never_was() {
    let node = Node::new().await;
    let (opcw, administrator) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Administrator OPCW").await);
    let path = shared(&opcw, until_evening("Van")).await;
    amend(&opcw, &path, 1, &until_evening("White van")).await;
    shared(&opcw, until_evening("Drone")).await;
    administrator.post(&format!("{path}/erase"), json!({ "reason": "A name was in it" })).await.is_empty(204);
    assert_eq!(lines(&opcw).await, ["Drone 08:00-20:00 -"]);
    let store = node.app.store.clone();
    let report = tokio::task::spawn_blocking(move || store.check(&mut |_, _| {})).await.unwrap().unwrap();
    assert!(report.is_sound() && report.memory_compared, "{report:?}");
}

#[tokio::test]
async fn pages_are_whole_and_each_is_one_record() {
    let node = Node::new().await;
    let (opcw, auditor) = (node.signed_in("Duty officer OPCW").await, node.signed_in("Auditor OPCW").await);
    for number in 0..5 {
        node.clock.advance_millis(MINUTE_MS);
        shared(&opcw, until_evening(&format!("Van {number}"))).await;
    }
    let mut cursor = String::new();
    let mut sizes = Vec::new();
    loop {
        let page = opcw.get(&format!("/replay?{DAY}&limit=2{cursor}")).await.json(200);
        sizes.push(page["spans"].as_array().unwrap().len());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(sizes, [2, 2, 1]);
    let records = auditor.get("/access?action=replay").await.json(200)["records"].clone();
    let items: Vec<_> =
        records.as_array().unwrap().iter().map(|one| one["items"].as_array().unwrap().len()).collect();
    assert_eq!(items, [1, 2, 2]);
    let other = node.signed_in("Duty officer Europol").await;
    other.get(&format!("/replay?{DAY}{cursor}")).await.is_problem(400, "invalid");
    opcw.get("/replay?from=2026-11-22T08:00:00Z&until=2026-11-22T08:00:00Z").await.is_problem(400, "invalid");
    opcw.get("/replay?from=yesterday&until=2026-11-22T08:00:00Z").await.is_problem(400, "invalid");
}

#[tokio::test]
async fn the_bar_counts_what_arrived_in_each_part() {
    let node = Node::new().await;
    for kind in ["report", "alert", "report"] {
        let opcw = node.signed_in("Duty officer OPCW").await;
        let mut draft = until_evening("Van");
        draft["kind"] = json!(kind);
        shared(&opcw, draft).await;
        node.clock.advance_millis(30 * MINUTE_MS);
    }
    let opcw = node.signed_in("Duty officer OPCW").await;
    let hours = "from=2026-11-22T07:00:00Z&until=2026-11-22T10:00:00Z&buckets=3";
    let bar = opcw.get(&format!("/activity?{hours}")).await.json(200);
    assert_eq!(
        bar["buckets"],
        json!([{ "total": 0, "alerts": 0 }, { "total": 2, "alerts": 1 }, { "total": 1, "alerts": 0 }])
    );
    let alerts = opcw.get(&format!("/activity?{hours}&kind=alert")).await.json(200);
    assert_eq!(alerts["buckets"][1], json!({ "total": 1, "alerts": 1 }));
    for wrong in ["buckets=0", "buckets=100000", "q=van"] {
        let path = format!("/activity?from=2026-11-22T07:00:00Z&until=2026-11-22T10:00:00Z&{wrong}");
        opcw.get(&path).await.is_problem(400, "invalid");
    }
    opcw.get("/activity?until=2026-11-22T10:00:00Z").await.is_problem(400, "invalid");
}
