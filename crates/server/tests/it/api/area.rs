//! The area and the members that may be named.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::Node;

#[tokio::test]
async fn the_area_has_what_the_screens_draw() {
    let node = Node::new().await;
    node.browser().get("/area").await.is_problem(401, "unauthenticated");
    let area = node.signed_in("Duty officer OPCW").await.get("/area").await.json(200);
    assert_eq!(area["id"], "international-zone");
    assert_eq!(area["timezone"], "Europe/Amsterdam");
    assert_eq!(area["bounds"].as_array().unwrap().len(), 4);
    let opcw = area["organisations"].as_array().unwrap().iter().find(|one| one["id"] == "opcw").unwrap();
    assert_eq!(opcw["kind"], "international-organisation");
    assert_eq!(area["layers"]["type"], "FeatureCollection");
    assert!(area["sites"].as_array().unwrap().iter().any(|one| one["organisation"] == "opcw"));
    assert!(!area["zones"].as_array().unwrap().is_empty());
    assert_eq!(area["four_eyes"], json!([]));
}

#[tokio::test]
async fn members_come_in_pages_that_join_up() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    let whole = browser.get("/directory/members").await.json(200);
    assert!(whole["next"].is_null());
    let whole = whole["items"].as_array().unwrap().clone();
    let mut pages = Vec::new();
    let mut path = "/directory/members?limit=7".to_owned();
    loop {
        let page = browser.get(&path).await.json(200);
        pages.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/directory/members?limit=7&cursor={next}");
    }
    assert_eq!(pages, whole);
    let own = browser.get("/directory/members?organisation=opcw").await.json(200);
    let names: BTreeSet<String> =
        own["items"].as_array().unwrap().iter().map(|one| one["organisation"].to_string()).collect();
    assert_eq!(names.len(), 1);
    for wrong in ["limit=0", "limit=101", "limit=x", "cursor=x", "organisation=%20", "other=1"] {
        browser.get(&format!("/directory/members?{wrong}")).await.is_problem(400, "invalid");
    }
}
