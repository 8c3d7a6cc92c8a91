//! One request to several organisations.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Node, with_body};

fn asked(to: &[&str]) -> Value {
    json!({
        "draft": {
            "kind": "request",
            "content": { "title": "Have you seen this van?", "text": "Grey, since this morning." },
            "marking": { "tlp": "AMBER", "purposes": ["site-security"] },
        },
        "to": to,
    })
}

async fn send(browser: &Browser<'_>, key: &str, body: Value) -> Answer {
    let request = browser.request(Method::POST, "/requests").header("idempotency-key", key);
    browser.node.send(with_body(request, Some(body))).await
}

#[tokio::test]
async fn each_is_asked_by_itself() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let shared = send(&opcw, "one", asked(&["europol", "police", "eurojust"])).await.json(201);
    let items = shared["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    let police = node.signed_in("Duty officer Police").await;
    let list = police.get("/items").await.json(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["request"]["to"], "police");
    assert_eq!(list["items"][0]["id"], items.iter().find(|one| one["to"] == "police").unwrap()["item"]);
    assert!(!list.to_string().contains("eurojust"), "{list}");
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 3);

    let again = send(&opcw, "one", asked(&["europol", "police", "eurojust"])).await.json(200);
    assert_eq!(again, shared);
    send(&opcw, "one", asked(&["europol"])).await.is_problem(409, "conflict");
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 3);
}

#[tokio::test]
async fn one_that_cannot_be_asked_keeps_all_out() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    for (body, path) in [
        (asked(&["europol", "nobody"]), "content.request.to"),
        (asked(&["europol", "opcw"]), "to"),
        (asked(&[]), "to"),
    ] {
        let problem = opcw.post("/requests", body).await.is_problem(400, "invalid");
        let faults = problem["faults"].as_array().unwrap();
        assert!(faults.iter().any(|fault| fault["path"] == path), "{problem}");
    }
    for tlp in ["CLEAR", "RED"] {
        let mut body = asked(&["europol"]);
        body["draft"]["marking"]["tlp"] = json!(tlp);
        opcw.post("/requests", body).await.is_problem(400, "invalid");
    }
    let mut report = asked(&["europol"]);
    report["draft"]["kind"] = json!("report");
    opcw.post("/requests", report).await.is_problem(400, "invalid");
    assert_eq!(opcw.get("/items/count").await.json(200)["total"], 0);
}
