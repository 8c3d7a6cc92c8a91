//! Access records, and what their consultations were for.

use axum::http::Method;
use serde_json::{Value, json};

use super::items::{report, share};
use crate::support::{Answer, Browser, Node};

/// Asks with a purpose in the header.
async fn ask_for(browser: &Browser<'_>, purpose: &str, path: &str) -> Answer {
    let request = browser.request(Method::GET, path).header("belfry-purpose", purpose);
    browser.node.send(request.body(axum::body::Body::empty()).unwrap()).await
}

async fn records(browser: &Browser<'_>, filter: &str) -> Vec<Value> {
    browser.get(&format!("/access?{filter}")).await.json(200)["records"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_consultation_says_what_it_was_for() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let auditor = node.signed_in("Auditor OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let item = share(&europol, report("Van at the gate")).await["id"].as_str().unwrap().to_owned();
    let path = format!("/items/{item}");
    ask_for(&opcw, "crisis", &path).await.json(200);
    ask_for(&opcw, "site-security", "/items").await.json(200);
    opcw.get(&path).await.json(200);

    let all = records(&auditor, &format!("item={item}")).await;
    let told: Vec<_> = all.iter().map(|one| (one["action"].clone(), one.get("purpose").cloned())).collect();
    assert_eq!(
        told,
        [
            (json!("open"), None),
            (json!("list"), Some(json!("site-security"))),
            (json!("open"), Some(json!("crisis"))),
        ]
    );
    assert_eq!(records(&auditor, "action=open").await.len(), 2);
    assert_eq!(records(&auditor, "purpose=crisis").await.len(), 1);
    assert_eq!(records(&auditor, "purpose=crisis&action=list").await.len(), 0);
    auditor.get("/access?action=guess").await.is_problem(400, "invalid");

    // The auditor of the originator is told too.
    let theirs = json!({ "roles": ["member", "auditor"] });
    let member = format!("/organisations/europol/members/{}", node.member("Duty officer Europol"));
    let administrator = node.signed_in("Administrator Europol").await;
    administrator.ask(Method::PATCH, &member, Some(theirs)).await.json(200);
    let readers = europol.get(&format!("{path}/readers")).await.json(200);
    let purposes: Vec<_> = readers["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["organisation"] == "opcw")
        .map(|one| one["purpose"].clone())
        .collect();
    assert_eq!(purposes, [Value::Null, json!("site-security"), json!("crisis")]);
}

#[tokio::test]
async fn nobody_consults_for_a_purpose_it_does_not_hold() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    for purpose in ["cyber", "no-such-thing", "Not an id", ""] {
        let problem = ask_for(&opcw, purpose, "/items").await.is_problem(400, "invalid");
        assert_eq!(problem["faults"][0]["path"], "belfry-purpose");
    }
    ask_for(&node.browser(), "crisis", "/items").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn where_a_browser_sends_no_header_the_query_says_it() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    opcw.get("/stream?purpose=cyber").await.is_problem(400, "invalid");
    // Elsewhere the word means what it means there.
    opcw.get("/items?purpose=cyber").await.json(200);
}
