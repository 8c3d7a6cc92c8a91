//! Sharing, reading, amending, and every act about an item.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Node, with_body};

/// A report for the neighbours of the World Forum.
pub fn report(title: &str) -> Value {
    json!({
        "kind": "report",
        "content": { "title": title, "text": "Seen from the gate.", "place": { "site": "opcw" } },
        "marking": {
            "tlp": "AMBER",
            "audience": [{ "communities": ["world-forum-neighbours"] }],
            "purposes": ["site-security"],
        },
    })
}

pub async fn share(browser: &Browser<'_>, draft: Value) -> Value {
    browser.post("/items", draft).await.json(201)
}

fn id(item: &Value) -> String {
    item["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_report_is_shared_read_and_acknowledged() {
    let node = Node::new().await;
    let (opcw, europol) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Europol").await);
    let item = share(&opcw, report("Grey van at the south gate")).await;
    assert_eq!(item["originator"], "opcw");
    assert_eq!(item["state"], "current");
    let path = format!("/items/{}", id(&item));
    let seen = europol.get(&path).await;
    assert_eq!(seen.header("etag"), "\"1\"");
    assert!(seen.json(200)["awaiting"].as_array().unwrap().contains(&json!("europol")));
    let waiting = europol.get("/items?unacknowledged=true").await.json(200);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    for _ in 0..2 {
        let after = europol.post(&format!("{path}/acknowledge"), json!({})).await.json(200);
        assert_eq!(after["acknowledged"], json!(["europol"]));
        assert_eq!(after["acts"].as_array().unwrap().len(), 1, "acknowledging again changes nothing");
    }
    let waiting = europol.get("/items?unacknowledged=true").await.json(200);
    assert_eq!(waiting["items"], json!([]));
    let found = europol.get("/items?q=grey%20va").await;
    node.app.store.settle_search().unwrap();
    let found =
        if found.json(200)["items"] == json!([]) { europol.get("/items?q=grey%20va").await } else { found };
    assert_eq!(found.json(200)["items"][0]["id"], item["id"]);
}

#[tokio::test]
async fn nothing_is_shared_twice() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let send = async |draft: Value| {
        let request = opcw.request(Method::POST, "/items").header("idempotency-key", "one");
        node.send(with_body(request, Some(draft))).await
    };
    let first = send(report("Once")).await.json(201);
    let again = send(report("Once")).await.json(200);
    assert_eq!(first["id"], again["id"]);
    send(report("Something else")).await.is_problem(409, "conflict");
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 1);
}

#[tokio::test]
async fn who_shares_does_not_choose_who_it_comes_from() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    for (field, value) in [
        ("originator", json!("police")),
        ("author", json!(node.member("Duty officer Police"))),
        ("id", json!("0192f5a0-0000-7000-8000-000000000000")),
        ("version", json!(7)),
        ("approved_by", json!(node.member("Duty officer Police"))),
        ("signature", json!("x")),
    ] {
        let mut draft = report("Mine");
        draft[field] = value;
        let problem = opcw.post("/items", draft).await.is_problem(400, "invalid");
        assert!(problem["faults"][0]["path"].as_str().unwrap().contains(field), "{problem}");
    }
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 0);
}

async fn amend(browser: &Browser<'_>, path: &str, version: u32, body: Value) -> Answer {
    let request = browser.request(Method::PUT, path).header(header::IF_MATCH, format!("\"{version}\""));
    browser.node.send(with_body(request, Some(body))).await
}

#[tokio::test]
async fn a_version_follows_the_one_it_names_and_never_loosens() {
    let node = Node::new().await;
    let (opcw, europol) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Europol").await);
    let path = format!("/items/{}", id(&share(&opcw, report("Van")).await));
    let body = json!({ "content": { "title": "Van, gone" }, "marking": report("")["marking"] });
    let request = opcw.request(Method::PUT, &path);
    node.send(with_body(request, Some(body.clone()))).await.is_problem(428, "precondition-required");
    assert_eq!(amend(&opcw, &path, 1, body.clone()).await.json(200)["version"], 2);
    amend(&opcw, &path, 1, body.clone()).await.is_problem(412, "stale");
    amend(&europol, &path, 2, body.clone()).await.is_problem(403, "not-allowed");
    let mut looser = body.clone();
    looser["marking"] = json!({ "tlp": "GREEN" });
    amend(&opcw, &path, 2, looser).await.is_problem(409, "looser");
    let mut wider = body.clone();
    wider["marking"]["audience"][0]["organisations"] = json!(["residents"]);
    amend(&opcw, &path, 2, wider).await.is_problem(409, "looser");
    let versions = opcw.get(&format!("{path}/versions")).await.json(200);
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    assert!(versions["versions"][1]["previous"].is_string());
}

#[tokio::test]
async fn a_reply_is_as_strict_as_what_it_answers_and_its_originator_reads_it() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let mut asked = report("For Europol only");
    asked["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let parent = id(&share(&opcw, asked).await);
    let reply = json!({
        "kind": "reply", "parent": parent, "content": { "title": "Seen here too" }, "marking": { "tlp": "CLEAR" },
    });
    let answer = share(&europol, reply).await;
    assert_eq!(answer["marking"]["tlp"], "AMBER");
    assert_eq!(answer["thread"], json!(parent));
    opcw.get(&format!("/items/{}", id(&answer))).await.json(200);
    let thread = opcw.get(&format!("/items/{parent}/thread")).await.json(200);
    assert_eq!(thread["items"].as_array().unwrap().len(), 2);
    let police = node.signed_in("Duty officer Police").await;
    police.get(&format!("/items/{}", id(&answer))).await.is_problem(404, "absent");
    let absent = json!({
        "kind": "reply", "parent": parent, "content": { "title": "Guess" }, "marking": { "tlp": "CLEAR" },
    });
    police.post("/items", absent).await.is_problem(404, "absent");
}

/// A report of OPCW for one other organisation.
async fn shared_with(opcw: &Browser<'_>, organisation: &str) -> String {
    let mut draft = report("For one only");
    draft["marking"]["audience"] = json!([{ "organisations": [organisation] }]);
    id(&share(opcw, draft).await)
}

#[tokio::test]
async fn an_edit_is_as_strict_as_what_it_newly_refers_to() {
    let node = Node::new().await;
    let (opcw, police) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Police").await);
    let secret = shared_with(&opcw, "europol").await;
    let open = share(
        &opcw,
        json!({ "kind": "report", "content": { "title": "Open" }, "marking": { "tlp": "GREEN" } }),
    )
    .await;
    let path = format!("/items/{}", id(&open));
    police.get(&path).await.json(200);
    let referring = |item: &str| {
        let references = json!([{ "item": item, "relation": "rests_on" }]);
        json!({ "content": { "title": "Open", "references": references }, "marking": { "tlp": "GREEN" } })
    };
    let nothing = "0192f5a0-0000-7000-8000-000000000000";
    amend(&opcw, &path, 1, referring(nothing)).await.is_problem(404, "absent");
    let raised = amend(&opcw, &path, 1, referring(&secret)).await.json(200);
    assert_eq!(raised["marking"]["tlp"], "AMBER");
    police.get(&path).await.is_problem(404, "absent");
    let unknown = json!({ "content": { "title": "x" }, "marking": { "tlp": "AMBER",
        "audience": [{ "organisations": ["nobody"] }], "purposes": ["site-security"] } });
    amend(&opcw, &path, 2, unknown).await.is_problem(400, "invalid");
}

#[tokio::test]
async fn nobody_releases_what_is_anothers() {
    let node = Node::new().await;
    let (opcw, europol) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Europol").await);
    let parent = shared_with(&opcw, "europol").await;
    let reply = json!({ "kind": "reply", "parent": parent, "content": { "title": "It says so" },
        "marking": { "tlp": "CLEAR" } });
    let reply = format!("/items/{}/release", id(&share(&europol, reply).await));
    let terms = json!({ "reason": "All may know", "marking": { "tlp": "GREEN" } });
    let problem = europol.post(&reply, terms.clone()).await.is_problem(400, "invalid");
    assert_eq!(problem["faults"][0]["path"], "marking");
    opcw.post(&format!("/items/{parent}/release"), terms.clone()).await.json(200);
    assert_eq!(europol.post(&reply, terms).await.json(200)["marking"]["tlp"], "GREEN");
}

#[tokio::test]
async fn what_an_organisation_keeps_to_some_stays_so_where_others_answer_it() {
    let node = Node::new().await;
    let (opcw, police) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Duty officer Police").await);
    let (europol, analyst) =
        (node.signed_in("Duty officer Europol").await, node.signed_in("Analyst Europol").await);
    let green = |title: &str| json!({ "kind": "report", "content": { "title": title }, "marking": { "tlp": "GREEN" } });
    let parent = id(&share(&opcw, green("Seen")).await);
    let path = format!("/items/{parent}");
    analyst.get(&path).await.json(200);
    let kept = json!({ "members": [node.member("Duty officer Europol")] });
    let administrator = node.signed_in("Administrator Europol").await;
    administrator.post(&format!("{path}/restrict"), kept).await.json(200);
    analyst.get(&path).await.is_problem(404, "absent");

    let mut reply = green("It was parked there");
    (reply["kind"], reply["parent"]) = (json!("reply"), json!(parent));
    let preview = police.post("/audience", reply.clone()).await.json(200);
    let of_europol: Vec<_> = preview["readers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["organisation"] == "europol")
        .collect();
    assert_eq!(of_europol.len(), 1);
    assert_eq!(of_europol[0]["people"], 2, "the two of three it is kept to: {preview}");
    let reply = id(&share(&police, reply).await);
    let mut report = green("About it");
    report["content"]["references"] = json!([{ "item": reply, "relation": "about" }]);
    let report = id(&share(&opcw, report).await);
    // Europol's own answer is kept to the same members, without RED and names.
    let mut own = green("Ours");
    (own["kind"], own["parent"]) = (json!("reply"), json!(parent));
    let own = id(&share(&europol, own).await);
    // An edit that newly refers to it too.
    let edited = id(&share(&opcw, green("Edited")).await);
    let references = json!([{ "item": parent, "relation": "about" }]);
    let body =
        json!({ "content": { "title": "Edited", "references": references }, "marking": { "tlp": "GREEN" } });
    analyst.get(&format!("/items/{edited}")).await.json(200);
    amend(&opcw, &format!("/items/{edited}"), 1, body).await.json(200);
    for item in [&reply, &report, &own, &edited] {
        europol.get(&format!("/items/{item}")).await.json(200);
        analyst.get(&format!("/items/{item}")).await.is_problem(404, "absent");
        police.get(&format!("/items/{item}")).await.json(200);
    }
    let store = node.app.store.clone();
    let (check, verified) = tokio::task::spawn_blocking(move || {
        (store.check(&mut |_, _| {}).unwrap(), store.verify(&mut |_, _| {}).unwrap())
    })
    .await
    .unwrap();
    assert!(check.is_sound() && verified.is_sound(), "{check:#?} {verified:#?}");
}

#[tokio::test]
async fn recall_release_and_erasure() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let coordinator = node.signed_in("Administrator OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let police = node.signed_in("Duty officer Police").await;
    let mut draft = report("For Europol only");
    draft["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let path = format!("/items/{}", id(&share(&opcw, draft).await));
    police.get(&path).await.is_problem(404, "absent");
    let terms = json!({ "reason": "All may know", "marking": { "tlp": "GREEN" } });
    europol.post(&format!("{path}/release"), terms.clone()).await.is_problem(403, "not-allowed");
    let stale = node.browser_of(node.member("Duty officer OPCW"), false).await;
    stale.post(&format!("{path}/release"), terms.clone()).await.is_problem(403, "reauthenticate");
    let released = opcw.post(&format!("{path}/release"), terms).await.json(200);
    assert_eq!(released["version"], 2);
    police.get(&path).await.json(200);
    police.post(&format!("{path}/acknowledge"), json!({})).await.json(200);
    opcw.post(&format!("{path}/retract"), json!({ "reason": "" })).await.is_problem(400, "invalid");
    let recalled = opcw.post(&format!("{path}/retract"), json!({ "reason": "It was ours" })).await.json(200);
    assert_eq!(recalled["state"], "retracted");
    assert_eq!(recalled["acknowledged"], json!([]), "a recall asks everyone again");
    opcw.post(&format!("{path}/retract"), json!({ "reason": "Twice" })).await.is_problem(409, "conflict");
    let erased = coordinator.post(&format!("{path}/erase"), json!({ "reason": "A name was in it" })).await;
    erased.is_empty(204);
    for browser in [&opcw, &europol, &police] {
        browser.get(&path).await.is_problem(404, "absent");
    }
}

#[tokio::test]
async fn imports_go_through_the_same_gate() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let send = async |path: &str, body: &'static str| {
        node.send(opcw.request(Method::POST, path).body(Body::from(body)).unwrap()).await
    };
    let good = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Point","coordinates":[4.28,52.09]},"properties":{"title":"Hole in the road"}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[400,52.09]},"properties":{"title":"Nowhere"}}]}"#;
    send("/import/geojson", good).await.is_problem(400, "invalid");
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 0, "one bad row keeps all out");
    let partly = send("/import/geojson?bad_rows=skip", good).await.json(200);
    assert_eq!(partly["items"].as_array().unwrap().len(), 1);
    assert_eq!(partly["refused"][0]["row"], 1);
    let amber = send("/import/geojson?tlp=AMBER", good).await;
    amber.is_problem(400, "invalid");
    let entity =
        r#"<!DOCTYPE a [<!ENTITY x "y">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&x;</alert>"#;
    let problem = send("/import/cap", entity).await.is_problem(400, "invalid");
    assert!(problem["detail"].as_str().unwrap().contains("DOCTYPE"), "{problem}");
}

#[tokio::test]
async fn hostile_bodies_are_refused_and_change_nothing() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let mut polygon = report("Many corners");
    let ring: Vec<[f64; 2]> = (0..40_000).map(|n| [4.2 + f64::from(n) * 1e-6, 52.0]).collect();
    polygon["content"]["place"] = json!({ "geometry": { "type": "Polygon", "coordinates": [ring] } });
    let refused = opcw.post("/items", polygon).await;
    assert!([400, 413].contains(&refused.status.as_u16()), "{}", refused.status);
    for text in [
        r#"{"kind":"report","content":{"title":"x","place":{"geometry":{"type":"Point","coordinates":[NaN,1]}}},"marking":{"tlp":"GREEN"}}"#.to_owned(),
        r#"{"kind":"report","content":{"title":"x","place":{"geometry":{"type":"Point","coordinates":[1e999,1]}}},"marking":{"tlp":"GREEN"}}"#.to_owned(),
        format!(r#"{{"kind":"report","content":{{"title":"x","extra":{}1{}}},"marking":{{"tlp":"GREEN"}}}}"#, "[".repeat(10_000), "]".repeat(10_000)),
    ] {
        let request = opcw.request(Method::POST, "/items").header(header::CONTENT_TYPE, "application/json");
        node.send(request.body(Body::from(text)).unwrap()).await.is_problem(400, "invalid");
    }
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 0);
}

#[tokio::test]
async fn a_recall_says_who_has_not_acknowledged_it_in_time() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let mut draft = report("For Europol only");
    draft["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let item = share(&opcw, draft.clone()).await;
    assert!(item.get("recall").is_none());
    let path = format!("/items/{}", id(&item));
    let retract = async |path: &str, by: &str| {
        let terms = json!({ "reason": "It was ours", "acknowledge_by": by });
        opcw.post(&format!("{path}/retract"), terms).await
    };
    retract(&path, "2026-11-22T07:00:00Z").await.is_problem(400, "invalid");
    retract(&path, "2027-11-22T07:00:00Z").await.is_problem(400, "invalid");
    let recalled = retract(&path, "2026-11-22T08:10:00Z").await.json(200);
    assert_eq!(recalled["recall"], json!({ "due": "2026-11-22T08:10:00Z", "overdue": [] }));
    node.clock.advance_millis(600_001);
    let late = opcw.get("/items").await.json(200);
    assert_eq!(late["items"][0]["recall"]["overdue"], json!(["europol"]));
    europol.post(&format!("{path}/acknowledge"), json!({})).await.json(200);
    assert_eq!(opcw.get(&path).await.json(200)["recall"]["overdue"], json!([]));

    let other = format!("/items/{}", id(&share(&opcw, draft).await));
    let plain = opcw.post(&format!("{other}/retract"), json!({ "reason": "It was ours" })).await.json(200);
    assert_eq!(plain["recall"]["due"], "2026-11-22T10:10:00.001Z");
}
