//! Sessions: how long they live, how they end.

use axum::http::Method;
use base::ids::MemberId;
use serde_json::json;

use crate::support::authenticator::Authenticator;
use crate::support::{Browser, Node};

const MINUTE_MS: i64 = 60_000;

/// Signs of life are written behind the answer: waits until they are on disk.
async fn settle(node: &Node) {
    node.app.store.end_sessions(MemberId::from_bytes([0; 16])).unwrap().ready().await.unwrap();
}

#[tokio::test]
async fn says_who_is_signed_in() {
    let node = Node::new().await;
    node.browser().get("/session").await.is_problem(401, "unauthenticated");
    let session = node.signed_in("Duty officer OPCW").await.get("/session").await.json(200);
    assert_eq!(session["member"]["name"], "Duty officer OPCW");
    assert_eq!(session["member"]["kind"], "person");
    assert_eq!(session["organisation"]["id"], "opcw");
    assert_eq!(session["host"], false);
    assert_eq!(session["demo"], false);
    assert_eq!(session["area"]["id"], "international-zone");
    assert_eq!(session["fresh_until"], "2026-11-22T08:05:00Z");
    assert_eq!(session["expires"], "2026-11-22T08:30:00Z");
    assert!(session["communities"].as_array().unwrap().contains(&"world-forum-neighbours".into()));
}

#[tokio::test]
async fn ends_when_idle_and_at_its_age() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    node.clock.advance_millis(6 * MINUTE_MS);
    assert!(browser.get("/session").await.json(200)["fresh_until"].is_null(), "no longer fresh");
    settle(&node).await;
    node.clock.advance_millis(29 * MINUTE_MS);
    let session = browser.get("/session").await.json(200);
    assert_eq!(session["expires"], "2026-11-22T08:36:00Z", "by the sign of life before this one");
    settle(&node).await;
    for _ in 0..24 {
        node.clock.advance_millis(28 * MINUTE_MS);
        browser.get("/session").await.json(200);
        settle(&node).await;
    }
    node.clock.advance_millis(20 * MINUTE_MS);
    browser.get("/session").await.is_problem(401, "unauthenticated");

    let idle = node.signed_in("Duty officer OPCW").await;
    node.clock.advance_millis(30 * MINUTE_MS);
    idle.get("/session").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn ends_by_signing_out() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    let answer = browser.ask(Method::DELETE, "/session", None).await;
    answer.is_empty(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    browser.get("/session").await.is_problem(401, "unauthenticated");
    browser.ask(Method::DELETE, "/session", None).await.is_empty(204);
}

#[tokio::test]
async fn a_session_from_the_future_ends_when_the_clock_is_set_back() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    node.clock.advance_millis(-30_000);
    browser.get("/session").await.json(200);
    node.clock.advance_millis(-60 * MINUTE_MS);
    browser.get("/session").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_oldest_of_too_many_ends() {
    let node = Node::new().await;
    let member = node.member("Duty officer OPCW");
    let first = node.browser_of(member, false).await;
    for _ in 0..20 {
        node.clock.advance_millis(1);
        node.browser_of(member, false).await.get("/session").await.json(200);
    }
    first.get("/session").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let node = Node::with(false, |config| config.rates.sign_in_per_minute = 5).await;
    let mut guesser = node.browser();
    guesser.cookie = Some("A".repeat(43));
    for _ in 0..10 {
        guesser.get("/session").await.is_problem(401, "unauthenticated");
    }
    let answer = guesser.get("/session").await;
    answer.is_problem(429, "too-many");
    assert_eq!(answer.header("retry-after"), "12");
    node.signed_in("Duty officer OPCW").await.get("/session").await.json(200);
}

#[tokio::test]
async fn a_member_that_asks_too_much_waits_and_others_do_not() {
    let node = Node::with(false, |config| config.rates.member_per_minute = 3).await;
    let one = node.signed_in("Duty officer OPCW").await;
    for _ in 0..6 {
        one.get("/session").await.json(200);
    }
    one.get("/session").await.is_problem(429, "too-many");
    node.signed_in("Duty officer Europol").await.get("/session").await.json(200);
    node.clock.advance_millis(20_000);
    one.get("/session").await.json(200);
}

#[tokio::test]
async fn preferences_are_the_members_own() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    assert_eq!(browser.get("/session/preferences").await.json(200), json!({}));
    let document = json!({ "views": [{ "name": "Gate", "q": "van" }], "purpose": "crisis" });
    for _ in 0..2 {
        browser.ask(Method::PUT, "/session/preferences", Some(document.clone())).await.is_empty(204);
    }
    assert_eq!(browser.get("/session/preferences").await.json(200), document);
    let other = node.signed_in("Shift supervisor OPCW").await;
    assert_eq!(other.get("/session/preferences").await.json(200), json!({}));
    let large = json!({ "text": "x".repeat(64 * 1024) });
    browser.ask(Method::PUT, "/session/preferences", Some(large)).await.is_problem(413, "too-large");
    browser.ask(Method::PUT, "/session/preferences", Some(json!([1]))).await.is_problem(400, "invalid");
    assert_eq!(browser.get("/session/preferences").await.json(200), document);
}

#[tokio::test]
async fn a_member_adds_a_second_passkey_and_signs_in_with_it() {
    let node = Node::new().await;
    let name = "Duty officer OPCW";
    let mut authenticator = Authenticator::new(3, "https://belfry.test");
    let stale = node.browser_of(node.member(name), false).await;
    stale.post("/session/passkeys/begin", json!({})).await.is_problem(403, "reauthenticate");

    let browser = node.signed_in(name).await;
    assert_eq!(browser.get("/session/passkeys").await.json(200)["items"], json!([]));
    let options = browser.post("/session/passkeys/begin", json!({})).await.json(200);
    let answer = authenticator.create(&options);
    let other = node.signed_in("Duty officer Europol").await;
    let theirs = other.post("/session/passkeys/begin", json!({})).await.json(200);
    other.post("/session/passkeys", answer.clone()).await.is_problem(403, "sign-in-refused");
    browser.post("/session/passkeys", answer.clone()).await.is_problem(403, "sign-in-refused");

    let options = browser.post("/session/passkeys/begin", json!({})).await.json(200);
    let mut answer = authenticator.create(&options);
    answer["name"] = json!("  Blue key ");
    let added = browser.post("/session/passkeys", answer).await.json(201);
    assert_eq!(added["name"], "Blue key");
    assert!(added["added"].is_string() && added.get("used").is_none(), "{added}");
    let listed = browser.get("/session/passkeys").await.json(200);
    assert_eq!(listed["items"], json!([added]));
    let mut second = Authenticator::new(4, "https://belfry.test");
    other.post("/session/passkeys", second.create(&theirs)).await.json(201);

    let mut fresh = node.browser();
    let options = fresh.post("/session/passkey/begin", json!({})).await.json(200);
    let signed_in = fresh.post("/session/passkey/finish", authenticator.get(&options)).await;
    assert_eq!(signed_in.json(200)["member"]["name"], name);
    fresh.keep(&signed_in);

    let path = format!("/session/passkeys/{}", added["id"].as_str().unwrap());
    let named = async |browser: &Browser, name: String| {
        browser.ask(Method::PATCH, &path, Some(json!({ "name": name }))).await
    };
    named(&other, "Mine".into()).await.is_problem(404, "absent");
    named(&fresh, "n".repeat(61)).await.is_problem(409, "conflict");
    named(&fresh, "Red key".into()).await.is_empty(204);
    let listed = fresh.get("/session/passkeys").await.json(200);
    assert_eq!(listed["items"][0]["name"], "Red key");
    assert!(listed["items"][0]["used"].is_string(), "it has opened the node");
    other.ask(Method::DELETE, &path, None).await.is_problem(404, "absent");
    fresh.ask(Method::DELETE, "/session/passkeys/x", None).await.is_problem(404, "absent");
    fresh.ask(Method::DELETE, &path, None).await.is_problem(409, "conflict");
    let options = fresh.post("/session/passkeys/begin", json!({})).await.json(200);
    let mut third = Authenticator::new(5, "https://belfry.test");
    fresh.post("/session/passkeys", third.create(&options)).await.json(201);
    fresh.ask(Method::DELETE, &path, None).await.is_empty(204);
    assert_eq!(fresh.get("/session/passkeys").await.json(200)["items"].as_array().unwrap().len(), 1);
}
