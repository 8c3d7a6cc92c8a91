//! Open streams end within a second when their holder loses the right to them.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use crate::support::{Answer, Browser, Node, with_body};

const WITHIN: Duration = Duration::from_secs(1);

/// Holds a stream open, takes the right away when it has begun, and waits for its end.
async fn ends(node: &Node, stream: impl Future<Output = Answer>, taking: impl Future<Output = Answer>) {
    let passing_on = tokio::spawn(server::hub::run(node.app.clone()));
    let take = async {
        while node.app.hub.open_streams() == 0 {
            tokio::task::yield_now().await;
        }
        let answer = taking.await;
        assert!(answer.status.is_success(), "{answer:?}");
    };
    let mut stream = Box::pin(stream);
    tokio::select! {
        answer = &mut stream => panic!("ended too early: {answer:?}"),
        () = take => {}
    }
    #[allow(clippy::disallowed_methods, reason = "the promise is about real time")]
    let answer = tokio::time::timeout(WITHIN, stream).await.expect("ends within a second");
    passing_on.abort();
    let text = String::from_utf8(answer.body).unwrap();
    assert!(
        text.contains("event: hello") && text.contains("event: session\ndata: {\"ended\":true}"),
        "{text}"
    );
    assert_eq!(node.app.hub.open_streams(), 0);
}

async fn member(browser: &Browser<'_>, name: &str) -> String {
    format!("/organisations/opcw/members/{}", browser.node.member(name))
}

#[tokio::test]
async fn when_the_member_is_revoked() {
    let node = Node::new().await;
    let (duty, administrator) =
        (node.signed_in("Duty officer OPCW").await, node.signed_in("Administrator OPCW").await);
    let path = format!("{}/revoke", member(&administrator, "Duty officer OPCW").await);
    ends(&node, duty.get("/stream"), administrator.post(&path, json!({ "reason": "Left." }))).await;
}

#[tokio::test]
async fn when_the_organisation_is_ended() {
    let node = Node::new().await;
    let (duty, host) = (node.signed_in("Duty officer OPCW").await, node.signed_in("Area coordinator").await);
    let end = host.ask(Method::PATCH, "/organisations/opcw", Some(json!({ "active": false })));
    ends(&node, duty.get("/stream"), end).await;
}

#[tokio::test]
async fn when_the_member_signs_out() {
    let node = Node::new().await;
    let duty = node.signed_in("Duty officer OPCW").await;
    ends(&node, duty.get("/stream"), duty.ask(Method::DELETE, "/session", None)).await;
}

#[tokio::test]
async fn when_the_token_is_revoked() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let tokens = format!("{}/tokens", member(&administrator, "Duty officer OPCW").await);
    let wanted = json!({ "name": "a", "scopes": ["see"], "expires": "2026-12-22T09:00:00Z" });
    let made = administrator.post(&tokens, wanted).await.json(201);
    let request = axum::http::Request::builder().uri("/api/v1/stream").header("host", node.host());
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let stream = node.send(with_body(request.header("authorization", bearer), None));
    let one = format!("{tokens}/{}", made["id"].as_str().unwrap());
    ends(&node, stream, administrator.ask(Method::DELETE, &one, None)).await;
}

#[tokio::test]
async fn when_the_session_grows_old() {
    let node = Node::new().await;
    let duty = node.signed_in("Duty officer OPCW").await;
    let age = async {
        node.clock.advance_millis(12 * 3_600_000);
        node.browser().get("/openapi.json").await
    };
    ends(&node, duty.get("/stream"), age).await;
}
