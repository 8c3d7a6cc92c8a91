//! Bad input: a problem that says what is wrong, and nothing breaks.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::json;

use crate::support::Node;

async fn post(node: &Node, content_type: Option<&str>, body: Vec<u8>) -> crate::support::Answer {
    let request = node.browser().request(Method::POST, "/demo/session");
    let request = match content_type {
        Some(content_type) => request.header(header::CONTENT_TYPE, content_type),
        None => request,
    };
    node.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be() {
    let node = Node::demo().await;
    let json = Some("application/json");
    for content_type in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")]
    {
        post(&node, content_type, b"{}".to_vec()).await.is_problem(415, "media-type");
    }
    post(&node, Some("Application/JSON; charset=utf-8"), b"{}".to_vec()).await.is_problem(400, "invalid");
    for body in [&b""[..], b"{", b"[]", b"null", b"\xff\xfe", b"{\"member\":1}", b"{\"member\":\"x\"}"] {
        post(&node, json, body.to_vec()).await.is_problem(400, "invalid");
    }
    let deep = [b"{\"member\":".as_slice(), &[b'['; 10_000]].concat();
    post(&node, json, deep).await.is_problem(400, "invalid");
    let twice = b"{\"member\":\"a\",\"member\":\"b\"}".to_vec();
    post(&node, json, twice).await.is_problem(400, "invalid");
}

#[tokio::test]
async fn bodies_beyond_the_limit() {
    let node = Node::demo().await;
    let body = vec![b' '; 1024 * 1024 + 1];
    let document = post(&node, Some("application/json"), body).await.is_problem(413, "too-large");
    assert_eq!(document["detail"], "The limit is 1048576 bytes.");
    // One that says its length is refused before it is read.
    let request = node.browser().request(Method::POST, "/demo/session");
    let request =
        request.header(header::CONTENT_TYPE, "application/json").header(header::CONTENT_LENGTH, "104857600");
    node.send(request.body(Body::from("{}")).unwrap()).await.is_problem(413, "too-large");
}

#[tokio::test]
async fn a_problem_document_has_its_parts_and_no_more() {
    let node = Node::new().await;
    let answer = node.browser().get("/session").await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let document = answer.is_problem(401, "unauthenticated");
    let keys: BTreeSet<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["detail", "status", "title", "type"]));
    let browser = node.signed_in("Administrator OPCW").await;
    let document = browser
        .post("/organisations/opcw/members", json!({ "kind": "person" }))
        .await
        .is_problem(400, "invalid");
    let fault = document["faults"][0].as_object().unwrap();
    assert!(["path", "what", "mend"].iter().all(|key| fault[*key].is_string()), "{fault:?}");
}

#[tokio::test]
async fn at_a_number_there_are_no_passkeys_and_that_is_said() {
    let node =
        Node::with(true, |config| config.http.public_url = "http://127.0.0.1:8080".parse().unwrap()).await;
    node.browser().post("/session/passkey/begin", json!({})).await.is_problem(409, "no-passkeys");
}

#[tokio::test]
async fn a_busy_node_says_so() {
    let node = Node::with(false, |config| config.http.requests_max = 1).await;
    // One request holds the only place: its body does not end.
    let (_held, stream) = held_body();
    let browser = node.signed_in("Administrator OPCW").await;
    let request = browser.request(Method::POST, "/organisations/opcw/members");
    let request = request.header(header::CONTENT_TYPE, "application/json").body(stream).unwrap();
    let mut first = Box::pin(node.send(request));
    let other = node.browser();
    let second = loop {
        tokio::select! {
            biased;
            _ = &mut first => unreachable!("its body has not ended"),
            second = other.get("/session") => if second.status == 503 { break second },
        }
    };
    second.is_problem(503, "busy");
    assert_eq!(second.header("retry-after"), "2");
}

/// A body that goes on until the sender is dropped.
fn held_body() -> (tokio::sync::mpsc::Sender<Result<bytes::Bytes, std::io::Error>>, Body) {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    (sender, Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(receiver)))
}
