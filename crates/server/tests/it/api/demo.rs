//! The chooser of a demonstration.

use serde_json::json;

use crate::support::Node;

#[tokio::test]
async fn anyone_may_be_anyone_on_a_demonstration() {
    let node = Node::demo().await;
    let mut browser = node.browser();
    let members = browser.get("/demo/members").await.json(200);
    let members = members["items"].as_array().unwrap();
    let duty = members.iter().find(|one| one["name"] == "Duty officer OPCW").unwrap();
    assert_eq!(duty["organisation"], "opcw");
    assert!(duty["note"]["nl"].is_string());
    let answer = browser.post("/demo/session", json!({ "member": duty["id"] })).await;
    assert_eq!(answer.json(200)["member"]["id"], duty["id"]);
    let set = answer.header("set-cookie");
    assert!(set.starts_with("belfry-demo=") && set.contains("HttpOnly") && !set.contains("Secure"), "{set}");
    browser.keep(&answer);
    let session = browser.get("/session").await.json(200);
    assert_eq!(session["demo"], true);
    assert!(session["fresh_until"].is_string());

    let before = browser.cookie.clone();
    let answer = browser.post("/demo/session", json!({ "member": members[0]["id"] })).await;
    browser.keep(&answer);
    assert_eq!(browser.get("/session").await.json(200)["member"]["id"], members[0]["id"]);
    browser.cookie = before;
    browser.get("/session").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn unknown_members_are_absent() {
    let node = Node::demo().await;
    let nobody = json!({ "member": "0192f5a0-0000-7000-8000-000000000000" });
    node.browser().post("/demo/session", nobody).await.is_problem(404, "absent");
}

#[tokio::test]
async fn there_is_no_chooser_on_a_real_node() {
    let node = Node::new().await;
    let nothing = node.browser().get("/nothing").await;
    nothing.is_problem(404, "absent");
    assert_eq!(node.browser().get("/demo/members").await.body, nothing.body);
    let member = json!({ "member": node.member("Duty officer OPCW") });
    assert_eq!(node.browser().post("/demo/session", member).await.body, nothing.body);
}
