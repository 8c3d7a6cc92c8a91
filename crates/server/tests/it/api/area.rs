//! The area, how its host changes it, and the members that may be named.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{Method, header};
use serde_json::{Value, json};
use server::route_table;

use super::items::{report, share};
use crate::support::{Answer, Browser, Node, with_body};

/// A square within the sample area.
fn square(west: f64, south: f64) -> Value {
    let (east, north) = (west + 0.001, south + 0.001);
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

fn zone(name: &str) -> Value {
    json!({ "name": { "en": name, "nl": name }, "shape": square(4.28, 52.09) })
}

async fn put(browser: &Browser<'_>, path: &str, body: Value) -> Answer {
    browser.ask(Method::PUT, path, Some(body)).await
}

async fn retire(browser: &Browser<'_>, path: &str) -> Value {
    browser.ask(Method::DELETE, path, None).await.json(200)
}

fn entry<'a>(area: &'a Value, list: &str, id: &str) -> Option<&'a Value> {
    area[list].as_array().unwrap().iter().find(|one| one["id"] == id)
}

fn drawn(area: &Value, layer: &str, id: &str) -> bool {
    let features = area["layers"]["features"].as_array().unwrap();
    features.iter().any(|one| one["properties"]["layer"] == layer && one["properties"]["id"] == id)
}

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

async fn assert_sound(node: &Node) {
    let store = node.app.store.clone();
    let report = tokio::task::spawn_blocking(move || store.check(&mut |_, _| ()).unwrap()).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

#[tokio::test]
async fn the_host_draws_moves_and_retires_and_everyone_reads_it() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let duty = node.signed_in("Duty officer OPCW").await;
    let before = duty.get("/area").await.json(200);
    let made = put(&host, "/area/zones/north-gate", zone("North gate")).await.json(200);
    assert_eq!(made["retired"], false);
    let mut site = entry(&before, "sites", "opcw").unwrap().clone();
    let id = site.as_object_mut().unwrap().remove("id").unwrap();
    site["shape"] = square(4.281, 52.091);
    put(&host, &format!("/area/sites/{}", id.as_str().unwrap()), site).await.json(200);
    let after = duty.get("/area").await.json(200);
    assert_ne!(before["version"], after["version"]);
    assert_eq!(entry(&after, "sites", "opcw").unwrap()["shape"], square(4.281, 52.091));
    assert!(drawn(&after, "zone", "north-gate") && drawn(&after, "site", "opcw"));

    assert_eq!(retire(&host, "/area/zones/north-gate").await["retired"], true);
    let entries = node.app.store.ledger_size(store::Ledger::Facts).unwrap();
    assert_eq!(retire(&host, "/area/zones/north-gate").await["retired"], true);
    assert_eq!(node.app.store.ledger_size(store::Ledger::Facts).unwrap(), entries, "twice is one entry");
    let after = duty.get("/area").await.json(200);
    assert_eq!(entry(&after, "zones", "north-gate").unwrap()["retired"], true);
    assert!(!drawn(&after, "zone", "north-gate"));
    put(&host, "/area/zones/north-gate", zone("North gate")).await.json(200);
    assert!(drawn(&duty.get("/area").await.json(200), "zone", "north-gate"));
    host.ask(Method::DELETE, "/area/zones/nothing", None).await.is_problem(404, "absent");
    assert_sound(&node).await;
}

#[tokio::test]
async fn what_is_retired_stays_where_it_was_and_cannot_be_chosen() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let duty = node.signed_in("Duty officer OPCW").await;
    let mut draft = report("Grey van");
    draft["content"]["place"]["zone"] = "world-forum".into();
    let item = share(&duty, draft.clone()).await;
    let path = format!("/items/{}", item["id"].as_str().unwrap());
    for part in ["/area/sites/opcw", "/area/zones/world-forum", "/area/purposes/site-security"] {
        retire(&host, part).await;
    }
    let refused = duty.post("/items", draft.clone()).await.is_problem(400, "invalid");
    let paths: Vec<&str> =
        refused["faults"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["marking.purposes.site-security", "content.place.site", "content.place.zone"]);
    assert_eq!(refused["faults"][0]["what"], "is no longer in use");

    // The next version keeps what it has; a reply comes under the purpose of what it answers.
    assert_eq!(duty.get(&path).await.json(200)["place"]["site"], "opcw");
    let about = format!("/audience?amends={}", item["id"].as_str().unwrap());
    assert_eq!(duty.post(&about, draft.clone()).await.json(200)["faults"], json!([]));
    assert_ne!(duty.post("/audience", draft.clone()).await.json(200)["faults"], json!([]));
    let mut content = draft["content"].clone();
    content["title"] = "White van".into();
    let amendment = json!({ "content": content, "marking": draft["marking"] });
    let request = duty.request(Method::PUT, &path).header(header::IF_MATCH, "\"1\"");
    node.send(with_body(request, Some(amendment))).await.json(200);
    let mut reply = report("Seen too");
    (reply["kind"], reply["parent"]) = ("reply".into(), item["id"].clone());
    reply["content"]["place"] = json!({});
    share(&duty, reply).await;

    // Who held the purpose keeps it; nobody is given it.
    let administrator = node.signed_in("Administrator OPCW").await;
    let member = format!("/organisations/opcw/members/{}", node.member("Duty officer OPCW"));
    let held = json!({ "purposes": ["site-security"] });
    administrator.ask(Method::PATCH, &member, Some(held)).await.json(200);
    let new = json!({ "name": "Night officer", "kind": "person", "roles": ["member"], "purposes": ["site-security"] });
    let refused = administrator.post("/organisations/opcw/members", new).await.is_problem(400, "invalid");
    assert_eq!(refused["faults"][0]["what"], "site-security is no longer in use");
}

#[tokio::test]
async fn a_purpose_bounds_how_long_items_for_it_are_kept() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let duty = node.signed_in("Duty officer OPCW").await;
    let mut draft = report("Grey van");
    draft["marking"]["retention"] = "extended".into();
    assert_eq!(share(&duty, draft.clone()).await["marking"]["retention"], "extended");
    let name = json!({ "en": "Site security", "nl": "Objectbeveiliging" });
    let purpose = json!({ "name": name, "help": name, "retention": "brief" });
    put(&host, "/area/purposes/site-security", purpose).await.json(200);
    assert_eq!(duty.post("/audience", draft.clone()).await.json(200)["marking"]["retention"], "brief");
    assert_eq!(share(&duty, draft.clone()).await["marking"]["retention"], "brief");
    draft["marking"]["purposes"] = json!(["crisis"]);
    assert_eq!(share(&duty, draft).await["marking"]["retention"], "extended");
    assert_sound(&node).await;
}

#[tokio::test]
async fn a_four_eyes_rule_holds_from_the_moment_it_is_made() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let duty = node.signed_in("Duty officer OPCW").await;
    share(&duty, report("Grey van")).await;
    let rules = json!({ "rules": [{ "organisation": "opcw", "kind": "report" }] });
    assert_eq!(put(&host, "/area/four-eyes", rules.clone()).await.json(200), rules);
    assert_eq!(duty.get("/area").await.json(200)["four_eyes"], rules["rules"]);
    duty.post("/items", report("Grey van")).await.is_problem(409, "approval-needed");
    share(&node.signed_in("Duty officer Europol").await, report("Grey van")).await;
    put(&host, "/area/four-eyes", json!({ "rules": [] })).await.json(200);
    share(&duty, report("Grey van")).await;
}

#[tokio::test]
async fn faults_of_a_change_name_their_place() {
    let node = Node::new().await;
    let host = node.signed_in("Area coordinator").await;
    let site = json!({ "name": { "en": "A", "nl": "" }, "shape": square(5.0, 52.09), "organisation": "nobody",
                       "short": "Longer than room is" });
    let name = json!({ "en": "A", "nl": "A" });
    let twice = json!([{ "organisation": "opcw" }, { "organisation": "nobody" }, { "organisation": "opcw" }]);
    for (path, body, expect) in [
        ("/area/sites/a", site, vec!["name.nl", "shape.coordinates[0][0]", "short", "organisation"]),
        (
            "/area/zones/a",
            json!({ "name": name, "shape": { "type": "Point", "coordinates": [4.28, 52.09] } }),
            vec!["shape"],
        ),
        (
            "/area/purposes/a",
            json!({ "name": name, "help": { "en": "", "nl": "A" }, "retention": "brief" }),
            vec!["help.en"],
        ),
        ("/area/purposes/a", json!({ "name": name, "help": name, "retention": "ever" }), vec!["retention"]),
        ("/area/four-eyes", json!({ "rules": twice }), vec!["rules[1].organisation", "rules[2]"]),
    ] {
        let faults = put(&host, path, body).await.is_problem(400, "invalid");
        let found: Vec<&str> =
            faults["faults"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
        assert!(expect.iter().all(|one| found.contains(one)), "{path}: {found:?}");
    }
}

/// Every route that changes the area, taken from the description of the API: for everyone but the coordinators of the
/// host it is as absent as what it names.
#[tokio::test]
async fn for_everyone_else_the_changes_of_the_area_are_absent() {
    let node = Node::new().await;
    let stale = node.browser_of(node.member("Area coordinator"), false).await;
    let others = ["Administrator OPCW", "Duty officer OPCW", "Duty officer Police", "Auditor OPCW"];
    let mut tried = 0;
    for route in route_table() {
        if !route.path.starts_with("/api/v1/area/") && !route.path.starts_with("/api/v1/communities/") {
            continue;
        }
        let name = json!({ "en": "A", "nl": "A" });
        let body = match route.operation.as_str() {
            "put_site" | "put_zone" => zone("A"),
            "put_purpose" => json!({ "name": name, "help": name, "retention": "brief" }),
            "put_community" => json!({ "name": name, "organisations": [] }),
            "put_four_eyes" => json!({ "rules": [] }),
            _ => Value::Null,
        };
        let body = Some(body).filter(|body| !body.is_null());
        let ask = async |browser: &Browser<'_>, [site, zone, purpose, community]: [&str; 4]| {
            let path = route.path.replace("{site}", site).replace("{zone}", zone);
            let path = path.replace("{purpose}", purpose).replace("{community}", community);
            let method = Method::from_bytes(route.method.as_bytes()).unwrap();
            browser.ask(method, path.strip_prefix("/api/v1").unwrap(), body.clone()).await
        };
        for who in others {
            let browser = node.signed_in(who).await;
            let absent = ask(&browser, ["nothing"; 4]).await;
            absent.is_problem(404, "absent");
            let there = ["opcw", "world-forum", "site-security", "world-forum-neighbours"];
            assert_eq!(ask(&browser, there).await.body, absent.body, "{route:?} {who}");
            tried += 1;
        }
        ask(&stale, ["nothing"; 4]).await.is_problem(403, "reauthenticate");
    }
    assert!(tried >= 8 * others.len(), "{tried}");
    assert!(drawn(&stale.get("/area").await.json(200), "site", "opcw"));
}

#[tokio::test]
async fn open_streams_are_told_of_a_change_of_the_area_and_of_no_other() {
    let node = Node::new().await;
    let (duty, host) = (node.signed_in("Duty officer OPCW").await, node.signed_in("Area coordinator").await);
    let administrator = node.signed_in("Administrator Europol").await;
    let passing_on = tokio::spawn(server::hub::run(node.app.clone()));
    let work = async {
        while node.app.hub.open_streams() == 0 {
            tokio::task::yield_now().await;
        }
        #[allow(clippy::disallowed_methods, reason = "the promise is about real time")]
        let wait = async || tokio::time::sleep(Duration::from_millis(600)).await;
        let new = json!({ "name": "Night officer", "kind": "person", "roles": ["member"] });
        administrator.post("/organisations/europol/members", new).await.json(201);
        wait().await;
        put(&host, "/area/zones/north-gate", zone("North gate")).await.json(200);
        wait().await;
        node.app.stopping.send_replace(true);
    };
    let (answer, ()) = tokio::join!(duty.get("/stream"), work);
    passing_on.abort();
    let text = String::from_utf8(answer.body).unwrap();
    let version = duty.get("/area").await.json(200)["version"].clone();
    let told: Vec<&str> = text.split("event: area\n").skip(1).collect();
    assert_eq!(told.len(), 1, "{text}");
    assert!(told[0].starts_with(&format!("data: {{\"version\":{version}}}")), "{text}");
}
