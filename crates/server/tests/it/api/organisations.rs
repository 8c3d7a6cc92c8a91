//! Administration of one's own organisation, and of the area by its host.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Browser, Node};

async fn members(browser: &Browser<'_>) -> Vec<Value> {
    let list = browser.get("/organisations/opcw/members").await.json(200);
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn administrators_manage_their_own_members() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let before = members(&administrator).await;
    assert!(before.iter().all(|one| one["organisation"] == "opcw") && before.len() == 4, "{before:?}");

    let new = json!({ "name": "Night officer OPCW", "kind": "person", "roles": ["member"],
                      "purposes": ["site-security"] });
    let added = administrator.post("/organisations/opcw/members", new).await.json(201);
    assert_eq!(added["name"], "Night officer OPCW");
    assert!(added["invitation"]["link"].as_str().unwrap().starts_with("https://belfry.test/invitation/"));
    let service = json!({ "name": "Gateway OPCW", "kind": "service", "roles": ["member"] });
    let service = administrator.post("/organisations/opcw/members", service).await.json(201);
    assert!(service.get("invitation").is_none());
    assert_eq!(members(&administrator).await.len(), 6);

    let path = format!("/organisations/opcw/members/{}", added["id"].as_str().unwrap());
    let change = json!({ "roles": ["member", "operator"], "purposes": ["crisis"], "reason": "New post." });
    let changed = administrator.ask(Method::PATCH, &path, Some(change)).await.json(200);
    assert_eq!(changed["roles"], json!(["member", "operator"]));
    assert_eq!(changed["purposes"], json!(["crisis"]));
    assert_eq!(changed["name"], "Night officer OPCW");
}

#[tokio::test]
async fn revoking_ends_sessions_at_once_and_for_good() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let duty = node.signed_in("Duty officer OPCW").await;
    duty.get("/session").await.json(200);
    let path = format!("/organisations/opcw/members/{}", node.member("Duty officer OPCW"));
    let revoked = administrator.post(&format!("{path}/revoke"), json!({ "reason": "Left." })).await.json(200);
    assert_eq!(revoked["active"], false);
    duty.get("/session").await.is_problem(401, "unauthenticated");
    administrator.ask(Method::PATCH, &path, Some(json!({ "active": true }))).await.json(200);
    duty.get("/session").await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_organisation_keeps_an_administrator() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let path = format!("/organisations/opcw/members/{}", node.member("Administrator OPCW"));
    administrator
        .post(&format!("{path}/revoke"), json!({ "reason": "Left." }))
        .await
        .is_problem(409, "conflict");
    let change = json!({ "roles": ["member"] });
    administrator.ask(Method::PATCH, &path, Some(change)).await.is_problem(409, "conflict");
    administrator.get("/session").await.json(200);
    let second = format!("/organisations/opcw/members/{}", node.member("Duty officer OPCW"));
    let change = json!({ "roles": ["member", "administrator"] });
    administrator.ask(Method::PATCH, &second, Some(change)).await.json(200);
    administrator.post(&format!("{path}/revoke"), json!({ "reason": "Left." })).await.json(200);
}

#[tokio::test]
async fn faults_name_their_fields() {
    let node = Node::new().await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let new = json!({ "name": " ", "kind": "person", "roles": [], "purposes": ["nothing"] });
    let faults = administrator.post("/organisations/opcw/members", new).await.is_problem(400, "invalid");
    let paths: Vec<_> = faults["faults"].as_array().unwrap().iter().map(|one| one["path"].clone()).collect();
    assert_eq!(paths, ["name", "roles", "purposes"]);
    let new = json!({ "name": "A", "kind": "person", "roles": ["king"] });
    let faults = administrator.post("/organisations/opcw/members", new).await.is_problem(400, "invalid");
    assert_eq!(faults["faults"][0]["path"], "roles[0]");
    let new = json!({ "name": "A", "kind": "person", "roles": ["member"], "organisation": "police" });
    let faults = administrator.post("/organisations/opcw/members", new).await.is_problem(400, "invalid");
    assert_eq!(faults["faults"][0]["path"], "organisation");
}

#[tokio::test]
async fn administration_needs_a_fresh_proof_and_says_so_only_to_administrators() {
    let node = Node::new().await;
    let stale = node.browser_of(node.member("Administrator OPCW"), false).await;
    stale.get("/organisations/opcw/members").await.is_problem(403, "reauthenticate");
    stale.get("/organisations/europol/members").await.is_problem(404, "absent");
    let duty = node.browser_of(node.member("Duty officer OPCW"), false).await;
    duty.get("/organisations/opcw/members").await.is_problem(404, "absent");
    let coordinator = node.browser_of(node.member("Area coordinator"), false).await;
    coordinator.get("/organisations").await.is_problem(403, "reauthenticate");
    stale.get("/organisations").await.is_problem(404, "absent");
}

#[tokio::test]
async fn the_host_admits_and_ends_organisations_and_manages_nobody_elses_members() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let new = json!({ "id": "embassy", "name": { "en": "Embassy", "nl": "Ambassade" }, "short": "Embassy",
                      "administrator": { "name": "Administrator Embassy", "purposes": ["site-security"] } });
    let admitted = host.post("/organisations", new.clone()).await.json(201);
    assert_eq!(admitted["organisation"]["host"], false);
    assert_eq!(admitted["administrator"]["roles"], json!(["administrator"]));
    let secret = admitted["invitation"]["secret"].as_str().unwrap();
    let invitation = node.browser().get(&format!("/invitations/{secret}")).await.json(200);
    assert_eq!(invitation["organisation"]["nl"], "Ambassade");
    host.post("/organisations", new).await.is_problem(409, "conflict");
    host.get("/organisations/embassy/members").await.is_problem(404, "absent");

    let theirs = node.browser_of(node.member("Administrator Embassy"), true).await;
    theirs.get("/organisations/embassy/members").await.json(200);
    let end = json!({ "active": false });
    host.ask(Method::PATCH, "/organisations/embassy", Some(end.clone())).await.json(200);
    theirs.get("/session").await.is_problem(401, "unauthenticated");
    node.browser().get(&format!("/invitations/{secret}")).await.is_problem(404, "absent");
    host.ask(Method::PATCH, "/organisations/embassy", Some(json!({ "active": true }))).await.json(200);
    theirs.get("/session").await.is_problem(401, "unauthenticated");
    host.ask(Method::PATCH, "/organisations/municipality", Some(end.clone()))
        .await
        .is_problem(409, "conflict");
    host.ask(Method::PATCH, "/organisations/nobody", Some(end.clone())).await.is_problem(404, "absent");
    let other = node.signed_in("Administrator OPCW").await;
    other.ask(Method::PATCH, "/organisations/opcw", Some(end)).await.is_problem(404, "absent");
}

#[tokio::test]
async fn the_host_makes_communities() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let body =
        json!({ "name": { "en": "North side", "nl": "Noordkant" }, "organisations": ["opcw", "europol"] });
    host.ask(Method::PUT, "/communities/north-side", Some(body.clone())).await.json(200);
    let duty = node.signed_in("Duty officer OPCW").await;
    let session = duty.get("/session").await.json(200);
    assert!(session["communities"].as_array().unwrap().contains(&"north-side".into()));
    duty.ask(Method::PUT, "/communities/north-side", Some(body)).await.is_problem(404, "absent");
    let body = json!({ "name": { "en": "A", "nl": "A" }, "organisations": ["nobody"] });
    host.ask(Method::PUT, "/communities/a", Some(body)).await.is_problem(400, "invalid");
}

#[tokio::test]
async fn an_organisation_lists_its_own_keys() {
    let node = Node::new().await;
    let administrator = node.browser_of(node.member("Administrator OPCW"), false).await;
    let keys = administrator.get("/organisations/opcw/keys").await.json(200);
    assert_eq!(keys["items"][0]["since"], "2026-11-22T08:00:00Z");
    assert!(keys["items"][0]["until"].is_null() && keys["items"][0]["public_key"].is_string());
    node.signed_in("Auditor OPCW").await.get("/organisations/opcw/keys").await.json(200);
    administrator.get("/organisations/europol/keys").await.is_problem(404, "absent");
    let duty = node.signed_in("Duty officer OPCW").await;
    duty.get("/organisations/opcw/keys").await.is_problem(404, "absent");
}
