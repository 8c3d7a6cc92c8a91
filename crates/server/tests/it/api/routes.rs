//! What holds for every route there is, taken from the description of the API.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;
use server::route_table;

use crate::support::{Node, with_body};

/// Routes that need nobody to be signed in, and why.
const OPEN: [(&str, &str); 15] = [
    ("openapi", "the description is public"),
    ("sign_out", "signing out twice is no error"),
    ("begin_sign_in", "the door"),
    ("finish_sign_in", "the door"),
    ("show_invitation", "the door"),
    ("begin_registration", "the door"),
    ("finish_registration", "the door"),
    ("readPublicSensors", "residents may know what hangs in their street"),
    ("readPublicMeasures", "residents may know what is closed in their street, and why"),
    ("readPublicStreets", "residents may know what is closed in their street, and why"),
    ("readPublicMeasuresMap", "residents may know what is closed in their street, and why"),
    ("readPublicMeasuresCalendar", "residents may know what is closed in their street, and why"),
    ("readPublicMeasuresFeed", "residents may know what is closed in their street, and why"),
    ("demo_members", "absent on a real node"),
    ("demo_sign_in", "absent on a real node"),
];

#[tokio::test]
async fn every_other_route_asks_who_it_is() {
    let node = Node::new().await;
    let mut open: BTreeSet<&str> = OPEN.iter().map(|(name, _)| *name).collect();
    for route in route_table() {
        assert!(!route.operation.is_empty(), "{route:?}");
        if open.remove(route.operation.as_str()) {
            continue;
        }
        let path = route.path.replace(['{', '}'], "");
        let request = Request::builder().method(route.method).uri(path).header(header::HOST, node.host());
        node.send(with_body(request, Some(json!({})))).await.is_problem(401, "unauthenticated");
    }
    assert!(open.is_empty(), "no such routes any more: {open:?}");
}

#[tokio::test]
async fn operations_have_one_name_each_and_are_described() {
    let table = route_table();
    let names: BTreeSet<_> = table.iter().map(|route| &route.operation).collect();
    assert_eq!(names.len(), table.len());
    let document = serde_json::to_value(server::openapi()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Belfry API");
    assert_eq!(document["info"]["license"]["identifier"], "EUPL-1.2");
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            for part in ["summary", "tags"] {
                assert!(operation.get(part).is_some(), "{method} {path} has no {part}");
            }
            assert!(operation["responses"].get("default").is_some(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_reference_of_the_description_leads_somewhere() {
    let text = serde_json::to_string(&server::openapi()).unwrap();
    let document = serde_json::to_value(server::openapi()).unwrap();
    let names: BTreeSet<&str> =
        text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 10, "{names:?}");
    let lost: Vec<_> =
        names.iter().filter(|name| document["components"]["schemas"].get(name).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[tokio::test]
async fn the_description_is_served() {
    let node = Node::new().await;
    let served = node.browser().get("/openapi.json").await.json(200);
    assert_eq!(served, serde_json::to_value(server::openapi()).unwrap());
}

#[tokio::test]
async fn another_organisation_is_as_absent_as_one_that_does_not_exist() {
    let node = Node::new().await;
    let theirs = node.member("Duty officer Europol").to_string();
    let nobody = "0192f5a0-0000-7000-8000-000000000000";
    let administrator = node.signed_in("Administrator OPCW").await;
    let routes = route_table().into_iter().filter(|route| route.path.contains("{organisation}"));
    let mut tried = 0;
    for route in routes.filter(|route| route.operation != "change_organisation") {
        let body = match route.operation.as_str() {
            "add_member" => json!({ "name": "A", "kind": "person", "roles": ["member"] }),
            "change_member" => json!({ "name": "A" }),
            "revoke_member" => json!({ "reason": "A" }),
            "make_token" => json!({ "name": "A", "scopes": ["see"], "expires": "2026-12-22T09:00:00Z" }),
            _ => json!({}),
        };
        let ask = async |organisation: &str, member: &str| {
            let path = route.path.replace("{organisation}", organisation).replace("{member}", member);
            let path = path.replace("{token}", nobody);
            let method = Method::from_bytes(route.method.as_bytes()).unwrap();
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            administrator.ask(method, &path, Some(body.clone())).await
        };
        let absent = ask("nobody", nobody).await;
        absent.is_problem(404, "absent");
        let mut cases = vec![("europol", theirs.as_str())];
        if route.path.contains("{member}") {
            cases.extend([("opcw", theirs.as_str()), ("opcw", nobody), ("opcw", "x"), ("%FF", nobody)]);
        }
        for (organisation, member) in cases {
            let answer = ask(organisation, member).await;
            assert_eq!(answer.status, 404, "{route:?} {organisation} {member}");
            assert_eq!(answer.body, absent.body, "{route:?} {organisation} {member}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_problems() {
    let node = Node::new().await;
    let browser = node.browser();
    browser.get("/nothing").await.is_problem(404, "absent");
    let answer = browser.ask(Method::PUT, "/session", Some(json!({}))).await;
    answer.is_problem(405, "method");
    let allowed: BTreeSet<&str> = answer.header("allow").split(',').map(str::trim).collect();
    assert_eq!(allowed, BTreeSet::from(["GET", "HEAD", "DELETE"]));
    for path in ["/api", "/api/", "/api/v2/session"] {
        let request =
            Request::builder().uri(path).header(header::HOST, node.host()).body(Body::empty()).unwrap();
        node.send(request).await.is_problem(404, "absent");
    }
}
