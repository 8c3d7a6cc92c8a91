//! API tokens: scoped, expiring, revocable.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Browser, Node};

fn path(node: &Node) -> String {
    format!("/organisations/opcw/members/{}/tokens", node.member("Duty officer OPCW"))
}

async fn make(browser: &Browser<'_>, scopes: Value, expires: &str) -> Value {
    let wanted = json!({ "name": "gateway", "scopes": scopes, "expires": expires });
    browser.post(&path(browser.node), wanted).await.json(201)
}

#[tokio::test]
async fn a_token_stands_for_its_member_until_it_ends() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let made = make(&administrator, json!(["see", "create"]), "2026-11-22T09:00:00Z").await;
    let text = made["secret"].as_str().unwrap();
    assert!(text.starts_with("bft_") && text.len() == 52, "{text}");
    let session = node.by_token(text, Method::GET, "/session", None).await.json(200);
    assert_eq!(session["member"]["name"], "Duty officer OPCW");
    assert_eq!(session["expires"], "2026-11-22T09:00:00Z");
    assert!(session["fresh_until"].is_null());

    let list = administrator.get(&path(&node)).await.json(200);
    assert_eq!(list["items"][0]["id"], made["id"]);
    assert_eq!(list["items"][0]["scopes"], json!(["see", "create"]));
    assert!(list["items"][0].get("secret").is_none());

    let mut mistyped = text.to_owned();
    mistyped.replace_range(20..21, if &text[20..21] == "A" { "B" } else { "A" });
    for wrong in [mistyped.as_str(), "bft_", "nonsense", ""] {
        node.by_token(wrong, Method::GET, "/session", None).await.is_problem(401, "unauthenticated");
    }
    node.clock.advance_millis(3_600_000);
    node.by_token(text, Method::GET, "/session", None).await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_revoked_token_ends_at_once() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let made = make(&administrator, json!(["see"]), "2027-11-22T09:00:00Z").await;
    let text = made["secret"].as_str().unwrap();
    node.by_token(text, Method::GET, "/session", None).await.json(200);
    let one = format!("{}/{}", path(&node), made["id"].as_str().unwrap());
    administrator.ask(Method::DELETE, &one, None).await.is_empty(204);
    administrator.ask(Method::DELETE, &one, None).await.is_empty(204);
    node.by_token(text, Method::GET, "/session", None).await.is_problem(401, "unauthenticated");
    assert_eq!(
        administrator.get(&path(&node)).await.json(200)["items"][0]["revoked"],
        "2026-11-22T08:00:00Z"
    );
}

#[tokio::test]
async fn revoking_the_member_ends_its_tokens() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let made = make(&administrator, json!(["see"]), "2026-12-22T09:00:00Z").await;
    let member = path(&node).replace("/tokens", "");
    administrator.post(&format!("{member}/revoke"), json!({ "reason": "Left." })).await.json(200);
    administrator.ask(Method::PATCH, &member, Some(json!({ "active": true }))).await.json(200);
    let text = made["secret"].as_str().unwrap();
    node.by_token(text, Method::GET, "/session", None).await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn tokens_do_not_administer() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let own = format!("/organisations/opcw/members/{}/tokens", node.member("Administrator OPCW"));
    let wanted = json!({ "name": "all", "scopes": ["see", "administer"], "expires": "2026-12-22T09:00:00Z" });
    let made = administrator.post(&own, wanted).await.json(201);
    let text = made["secret"].as_str().unwrap();
    let answer = node.by_token(text, Method::GET, "/organisations/opcw/members", None).await;
    answer.is_problem(403, "reauthenticate");
    let made = make(&administrator, json!(["see"]), "2026-12-22T09:00:00Z").await;
    let text = made["secret"].as_str().unwrap();
    let answer = node.by_token(text, Method::GET, "/organisations/opcw/members", None).await;
    answer.is_problem(404, "absent");
}

#[tokio::test]
async fn what_a_token_may_not_be() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    for (wanted, field) in [
        (json!({ "name": "", "scopes": ["see"], "expires": "2026-12-22T09:00:00Z" }), "name"),
        (json!({ "name": "a", "scopes": [], "expires": "2026-12-22T09:00:00Z" }), "scopes"),
        (json!({ "name": "a", "scopes": ["fly"], "expires": "2026-12-22T09:00:00Z" }), "scopes[0]"),
        (json!({ "name": "a", "scopes": ["see"], "expires": "2028-12-22T09:00:00Z" }), "expires"),
        (json!({ "name": "a", "scopes": ["see"], "expires": "2026-11-22T08:00:00Z" }), "expires"),
        (json!({ "name": "a", "scopes": ["see"], "expires": "soon" }), "expires"),
    ] {
        let faults = administrator.post(&path(&node), wanted.clone()).await.is_problem(400, "invalid");
        assert_eq!(faults["faults"][0]["path"], field, "{wanted}");
    }
    for _ in 0..20 {
        make(&administrator, json!(["see"]), "2026-12-22T09:00:00Z").await;
    }
    let wanted = json!({ "name": "one too many", "scopes": ["see"], "expires": "2026-12-22T09:00:00Z" });
    administrator.post(&path(&node), wanted).await.is_problem(409, "conflict");
}
