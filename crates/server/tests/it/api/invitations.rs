//! From an invitation to a passkey to a session, with an authenticator in software.

use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::{Browser, HOST, Node};

const HOUR_MS: i64 = 3_600_000;

fn origin() -> String {
    format!("https://{HOST}")
}

/// Invites a member of OPCW and gives the secret of the link.
async fn invite(node: &Node, name: &str) -> String {
    let administrator = node.signed_in("Administrator OPCW").await;
    let path = format!("/organisations/opcw/members/{}/invitations", node.member(name));
    let made = administrator.post(&path, json!({})).await.json(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert_eq!(made["link"], format!("https://{HOST}/invitation/{secret}"));
    assert_eq!(secret.len(), 43);
    secret
}

async fn accept(browser: &mut Browser<'_>, secret: &str, authenticator: &mut Authenticator) -> Value {
    let options = browser.post(&format!("/invitations/{secret}/passkey/begin"), json!({})).await.json(200);
    let made = authenticator.create(&options);
    let answer = browser.post(&format!("/invitations/{secret}/passkey/finish"), made).await;
    browser.keep(&answer);
    answer.json(200)
}

#[tokio::test]
async fn from_invitation_to_session_and_back_in() {
    let node = Node::new().await;
    let secret = invite(&node, "Duty officer OPCW").await;
    let mut browser = node.browser();
    let shown = browser.get(&format!("/invitations/{secret}")).await.json(200);
    assert_eq!(shown["name"], "Duty officer OPCW");
    assert_eq!(shown["expires"], "2026-11-25T08:00:00Z");

    let mut authenticator = Authenticator::new(1, &origin());
    let session = accept(&mut browser, &secret, &mut authenticator).await;
    assert_eq!(session["member"]["name"], "Duty officer OPCW");
    assert!(session["fresh_until"].is_string());
    browser.get(&format!("/invitations/{secret}")).await.is_problem(404, "absent");
    browser.post(&format!("/invitations/{secret}/passkey/begin"), json!({})).await.is_problem(404, "absent");

    let mut other = node.browser();
    let options = other.post("/session/passkey/begin", json!({})).await.json(200);
    assert!(options.get("mediation").is_none());
    let answer = other.post("/session/passkey/finish", authenticator.get(&options)).await;
    let set = answer.header("set-cookie").to_owned();
    for word in ["__Host-belfry=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(set.contains(word), "{set}");
    }
    other.keep(&answer);
    assert_eq!(other.get("/session").await.json(200)["member"]["name"], "Duty officer OPCW");
}

#[tokio::test]
async fn identity_is_proved_again_for_the_same_session() {
    let node = Node::new().await;
    let secret = invite(&node, "Duty officer OPCW").await;
    let (mut browser, mut authenticator) = (node.browser(), Authenticator::new(1, &origin()));
    accept(&mut browser, &secret, &mut authenticator).await;
    node.clock.advance_millis(600_000);
    assert!(browser.get("/session").await.json(200)["fresh_until"].is_null());

    node.browser()
        .post("/session/passkey/begin?reauthenticate=true", json!({}))
        .await
        .is_problem(401, "unauthenticated");
    let options = browser.post("/session/passkey/begin?reauthenticate=true", json!({})).await.json(200);
    let proof = authenticator.get(&options);
    let renewed = browser.post("/session/passkey/finish?reauthenticate=true", proof.clone()).await.json(200);
    assert_eq!(renewed["fresh_until"], "2026-11-22T08:15:00Z");
    let again = browser.post("/session/passkey/finish?reauthenticate=true", proof).await;
    again.is_problem(403, "sign-in-refused");

    // Another member's passkey renews nothing here.
    let secret = invite(&node, "Shift supervisor OPCW").await;
    let (mut second, mut theirs) = (node.browser(), Authenticator::new(2, &origin()));
    accept(&mut second, &secret, &mut theirs).await;
    let options = browser.post("/session/passkey/begin?reauthenticate=true", json!({})).await.json(200);
    let answer = browser.post("/session/passkey/finish?reauthenticate=true", theirs.get(&options)).await;
    answer.is_problem(403, "sign-in-refused");
    // A ceremony for renewing starts no session, and the other way round.
    let options = browser.post("/session/passkey/begin?reauthenticate=true", json!({})).await.json(200);
    let answer = browser.post("/session/passkey/finish", authenticator.get(&options)).await;
    answer.is_problem(403, "sign-in-refused");
}

#[tokio::test]
async fn what_is_not_right_is_refused() {
    let node = Node::new().await;
    let secret = invite(&node, "Duty officer OPCW").await;
    let finish = format!("/invitations/{secret}/passkey/finish");
    let begin = format!("/invitations/{secret}/passkey/begin");
    let browser = node.browser();

    let options = browser.post(&begin, json!({})).await.json(200);
    let elsewhere = Authenticator::new(1, "https://belfry.example").create(&options);
    browser.post(&finish, elsewhere).await.is_problem(403, "sign-in-refused");
    let again = Authenticator::new(1, &origin()).create(&options);
    browser.post(&finish, again).await.is_problem(403, "sign-in-refused");

    let options = browser.post(&begin, json!({})).await.json(200);
    let mut careless = Authenticator::new(1, &origin());
    careless.verifies_user = false;
    browser.post(&finish, careless.create(&options)).await.is_problem(403, "sign-in-refused");

    let options = browser.post(&begin, json!({})).await.json(200);
    let made = Authenticator::new(1, &origin()).create(&options);
    node.clock.advance_millis(301_000);
    browser.post(&finish, made).await.is_problem(403, "sign-in-refused");

    // A challenge for one invitation is none for another.
    let other = invite(&node, "Shift supervisor OPCW").await;
    let options = browser.post(&begin, json!({})).await.json(200);
    let made = Authenticator::new(1, &origin()).create(&options);
    let crossed = browser.post(&format!("/invitations/{other}/passkey/finish"), made).await;
    crossed.is_problem(403, "sign-in-refused");

    // A passkey nobody registered.
    let options = browser.post("/session/passkey/begin", json!({})).await.json(200);
    let mut unknown = Authenticator::new(9, &origin());
    unknown.create(&browser.post(&begin, json!({})).await.json(200));
    browser.post("/session/passkey/finish", unknown.get(&options)).await.is_problem(403, "sign-in-refused");
    browser.post("/session/passkey/finish", json!({ "id": 1 })).await.is_problem(400, "invalid");
}

#[tokio::test]
async fn an_invitation_is_for_once_and_for_a_while() {
    let node = Node::new().await;
    let first = invite(&node, "Duty officer OPCW").await;
    let second = invite(&node, "Duty officer OPCW").await;
    let browser = node.browser();
    browser.get(&format!("/invitations/{first}")).await.is_problem(404, "absent");
    node.clock.advance_millis(72 * HOUR_MS - 1);
    browser.get(&format!("/invitations/{second}")).await.json(200);
    node.clock.advance_millis(1);
    browser.get(&format!("/invitations/{second}")).await.is_problem(404, "absent");

    // Two at the same time: one of them wins.
    let secret = invite(&node, "Duty officer OPCW").await;
    let (begin, finish) =
        (format!("/invitations/{secret}/passkey/begin"), format!("/invitations/{secret}/passkey/finish"));
    let one = Authenticator::new(1, &origin()).create(&browser.post(&begin, json!({})).await.json(200));
    let two = Authenticator::new(2, &origin()).create(&browser.post(&begin, json!({})).await.json(200));
    let (one, two) = tokio::join!(browser.post(&finish, one), browser.post(&finish, two));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}

#[tokio::test]
async fn recovery_ends_what_was_before() {
    let node = Node::new().await;
    let (mut old, mut lost) = (node.browser(), Authenticator::new(1, &origin()));
    accept(&mut old, &invite(&node, "Duty officer OPCW").await, &mut lost).await;
    let (mut new, mut found) = (node.browser(), Authenticator::new(2, &origin()));
    accept(&mut new, &invite(&node, "Duty officer OPCW").await, &mut found).await;
    old.get("/session").await.is_problem(401, "unauthenticated");
    new.get("/session").await.json(200);
    let options = old.post("/session/passkey/begin", json!({})).await.json(200);
    old.post("/session/passkey/finish", lost.get(&options)).await.is_problem(403, "sign-in-refused");
}

#[tokio::test]
async fn one_who_was_revoked_comes_in_no_more() {
    let node = Node::new().await;
    let (mut browser, mut authenticator) = (node.browser(), Authenticator::new(1, &origin()));
    accept(&mut browser, &invite(&node, "Duty officer OPCW").await, &mut authenticator).await;
    let open = invite(&node, "Duty officer OPCW").await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let path = format!("/organisations/opcw/members/{}", node.member("Duty officer OPCW"));
    administrator.post(&format!("{path}/revoke"), json!({ "reason": "Left." })).await.json(200);
    browser.get("/session").await.is_problem(401, "unauthenticated");
    browser.get(&format!("/invitations/{open}")).await.is_problem(404, "absent");
    let options = browser.post("/session/passkey/begin", json!({})).await.json(200);
    let answer = browser.post("/session/passkey/finish", authenticator.get(&options)).await;
    answer.is_problem(403, "sign-in-refused");
    let again = administrator.post(&format!("{path}/invitations"), json!({})).await;
    again.is_problem(409, "conflict");
}
