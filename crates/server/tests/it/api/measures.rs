//! Measures: a plan in versions, searches and what they find, a decision and its item, what is published; and that for
//! everyone else there is no such thing.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};
use server::route_table;

use crate::support::{Answer, Browser, Node, with_body};

const PLANNER: &str = "Events planner";
const COORDINATOR: &str = "Area coordinator";
const OUTSIDER: &str = "Duty officer Police";
const PLAN: &str = include_str!("../../../../../areas/international-zone/plan.json");
const STREETS: &str = include_str!("../../../../../areas/international-zone/streets.geojson");
const NEIGHBOURHOODS: &str = include_str!("../../../../../areas/international-zone/neighbourhoods.geojson");

fn sample() -> Value {
    serde_json::from_str(PLAN).unwrap()
}

async fn with_match(browser: &Browser<'_>, method: Method, path: &str, version: &str, body: Value) -> Answer {
    let request = browser.request(method, path).header(header::IF_MATCH, version);
    browser.node.send(with_body(request, Some(body))).await
}

async fn bring(browser: &Browser<'_>) {
    for (what, text) in [("streets", STREETS), ("neighbourhoods", NEIGHBOURHOODS)] {
        let request = browser.request(Method::PUT, &format!("/measures/{what}"));
        browser.node.send(request.body(Body::from(text)).unwrap()).await.is_empty(204);
    }
    with_match(browser, Method::PUT, "/measures/plan", "\"0\"", sample()).await.json(200);
}

#[tokio::test]
async fn a_plan_is_kept_in_versions_and_faults_name_their_place() {
    let node = Node::new().await;
    let planner = node.signed_in(PLANNER).await;
    planner.get("/measures/plan").await.is_problem(404, "absent");
    let mut wrong = sample();
    wrong["measures"][3]["effects"][0]["low"] = json!(2.0);
    let problem =
        with_match(&planner, Method::PUT, "/measures/plan", "\"0\"", wrong).await.is_problem(400, "invalid");
    let path = problem["faults"][0]["path"].as_str().unwrap();
    assert!(path.starts_with("measures[3].effects[0]"), "{path}");
    with_match(&planner, Method::PUT, "/measures/plan", "\"0\"", sample()).await.json(200);
    let mut second = sample();
    second["name"] = json!("Second");
    with_match(&planner, Method::PUT, "/measures/plan", "\"0\"", second.clone())
        .await
        .is_problem(412, "stale");
    let shown = with_match(&planner, Method::PUT, "/measures/plan", "\"1\"", second).await.json(200);
    assert_eq!((&shown["version"], &shown["plan"]["name"]), (&json!(2), &json!("Second")));
    let versions = planner.get("/measures/plan/versions").await.json(200);
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    let first = planner.get("/measures/plan?version=1").await.json(200);
    assert_eq!(first["plan"]["name"], sample()["name"]);
}

#[tokio::test]
async fn closures_are_routed_at_once() {
    let node = Node::new().await;
    let planner = node.signed_in(PLANNER).await;
    planner.post("/measures/route", json!({})).await.is_problem(404, "absent");
    let nowhere = json!({ "asked": { "starts": [], "mode": "car", "group": "residents", "minutes": 1 } });
    planner.post("/measures/reach", nowhere).await.is_problem(404, "absent");
    bring(&planner).await;
    let map = planner.get("/measures/map").await.json(200);
    assert!(map["streets"]["features"].as_array().unwrap().len() > 50);
    assert_eq!(map["neighbourhoods"]["features"].as_array().unwrap().len(), 46);
    let none = planner.post("/measures/route", json!({})).await.json(200);
    let lost = |effect: &Value| -> f64 {
        let all = effect["neighbourhoods"].as_array().unwrap().iter();
        all.map(|one| one["resident_minutes_per_day"].as_f64().unwrap()).sum()
    };
    assert!(lost(&none).abs() < 1e-9);
    let name = map["streets"]["features"].as_array().unwrap().iter();
    let name = name.filter_map(|one| one["properties"]["name"].as_str()).find(|name| !name.is_empty());
    let closure = json!({ "modes": ["car"], "streets": [name.unwrap()], "from_hour": 0, "until_hour": 24 });
    let some = planner.post("/measures/route", json!({ "closures": [closure.clone()] })).await.json(200);
    assert!(lost(&some) >= 0.0);
    let unknown = json!({ "closures": [{ "modes": ["car"], "streets": ["No such street"], "from_hour": 0, "until_hour": 24 }] });
    planner.post("/measures/route", unknown).await.is_problem(400, "invalid");

    let destinations = sample()["destinations"].as_array().unwrap().clone();
    let asked = |minutes: f64| json!({ "starts": [destinations[0]["at"]], "mode": "car", "group": "residents", "minutes": minutes });
    let reach = planner
        .post("/measures/reach", json!({ "asked": asked(3.0), "closures": [closure] }))
        .await
        .json(200);
    assert!(!reach["pieces"].as_array().unwrap().is_empty());
    let households = |which: &str| reach[which].as_f64().unwrap();
    assert!(households("households") <= households("households_before"));
    assert!(households("households_before") <= households("households_all"));
    planner.post("/measures/reach", json!({ "asked": asked(0.0) })).await.is_problem(400, "invalid");
}

fn rota(shifts: usize) -> Value {
    let target = |id: &str, stake: f64| json!({ "id": id, "ours_covered": -stake / 2.0, "ours_open": -stake, "theirs_covered": stake / 2.0, "theirs_open": stake });
    json!({ "targets": [target("gate", 8.0), target("square", 6.0), target("bridge", 5.0)], "units": 1, "shifts": shifts })
}

#[tokio::test]
async fn a_rota_keeps_its_shares_and_tells_what_overrides_lose() {
    let node = Node::new().await;
    let planner = node.signed_in(PLANNER).await;
    // It needs no plan: nothing of one is read.
    let drawn = planner.post("/measures/rota", rota(4_000)).await.json(200);
    let shares = drawn["coverage"]["shares"].as_array().unwrap();
    let shifts = drawn["shifts"].as_array().unwrap();
    assert_eq!((shares.len(), shifts.len()), (3, 4_000));
    for (id, share) in ["gate", "square", "bridge"].iter().zip(shares) {
        let share = share.as_f64().unwrap();
        let times = shifts.iter().filter(|shift| shift.as_array().unwrap().contains(&json!(id))).count();
        let seen = f64::from(u32::try_from(times).unwrap()) / 4_000.0;
        let spread = (share * (1.0 - share) / 4_000.0).sqrt();
        assert!((seen - share).abs() <= 5.0 * spread + 1e-9, "{id}: {seen} for {share}");
    }
    let ours = drawn["coverage"]["worth"].as_f64().unwrap();
    let theirs = drawn["coverage"]["attacker_worth"].as_f64().unwrap();
    assert!((ours + theirs).abs() < 1e-6, "{drawn}");
    let mut pinned = rota(6);
    pinned["overrides"] = json!([{ "shift": 2, "target": "bridge" }]);
    let drawn = planner.post("/measures/rota", pinned).await.json(200);
    assert_eq!(drawn["shifts"][2], json!(["bridge"]));
    assert_eq!(drawn["losses"][0]["shift"], 2);
    // The gate is open then, and an attacker who knows has all of it.
    let lost = drawn["losses"][0]["worth"].as_f64().unwrap();
    assert!((lost - (8.0 - theirs)).abs() < 1e-6, "{drawn}");
    let mut wrong = rota(6);
    wrong["targets"][1]["ours_open"] = json!(1.0);
    let problem = planner.post("/measures/rota", wrong).await.is_problem(400, "invalid");
    assert_eq!(problem["faults"][0]["path"], "targets[1]");
    let outsider = node.signed_in(OUTSIDER).await;
    outsider.post("/measures/rota", rota(6)).await.is_problem(404, "absent");
}

#[allow(clippy::disallowed_methods, reason = "a search takes real time")]
async fn a_moment() {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
}

/// Waits for the search that is under way and gives its option.
async fn found(browser: &Browser<'_>) -> u64 {
    for _ in 0..2_400 {
        let searches = browser.get("/measures/searches").await.json(200);
        let latest = &searches["items"][0];
        match latest["state"].as_str().unwrap() {
            "done" => return latest["option"].as_u64().unwrap(),
            "failed" => panic!("{latest}"),
            _ => a_moment().await,
        }
    }
    panic!("the search takes more than two minutes");
}

#[allow(clippy::needless_pass_by_value, reason = "made where it is given")]
fn wanted(must_not: Value) -> Value {
    json!({ "name": "Least", "request": {
        "levels": [1, 2], "zones": ["peace-palace"], "at": "2026-11-22T08:00:00Z", "ends": "2026-12-22T08:00:00Z",
        "must_not": must_not, "prices": false, "ranges": false, "caution_cost": false,
    } })
}

#[tokio::test]
async fn a_search_leaves_an_option_and_a_decision_enters_the_plan() {
    let node = Node::new().await;
    let coordinator = node.signed_in(COORDINATOR).await;
    bring(&coordinator).await;
    coordinator.post("/measures/searches", wanted(json!(["no-such-measure"]))).await.json(202);
    let failed = loop {
        let latest = coordinator.get("/measures/searches").await.json(200)["items"][0].clone();
        if latest["state"] == "failed" {
            break latest;
        }
        assert_ne!(latest["state"], "done");
        a_moment().await;
    };
    assert!(failed["why"].as_str().unwrap().contains("no-such-measure"), "{failed}");
    // One of all levels and zones takes a while: another waits for it, or it is ended.
    let long =
        json!({ "name": "All", "request": { "at": "2026-11-22T08:00:00Z", "ends": "2026-12-22T08:00:00Z" } });
    let begun = coordinator.post("/measures/searches", long).await.json(202);
    coordinator.post("/measures/searches", wanted(json!([]))).await.is_problem(409, "conflict");
    let path = format!("/measures/searches/{}", begun["id"].as_str().unwrap());
    coordinator.ask(Method::DELETE, &path, None).await.is_empty(204);
    coordinator.ask(Method::DELETE, &path, None).await.is_problem(404, "absent");
    assert!(coordinator.get("/measures/options").await.json(200)["items"].as_array().unwrap().is_empty());
    coordinator.post("/measures/searches", wanted(json!([]))).await.json(202);
    let number = found(&coordinator).await;
    let option = coordinator.get(&format!("/measures/options/{number}")).await.json(200);
    assert_eq!((&option["met"], &option["proved"]), (&json!(true), &json!(true)));
    let postures = option["outcome"]["postures"].as_array().unwrap();
    assert_eq!(postures.len(), 2);
    let certificates = option["outcome"]["certificates"].as_array().unwrap();
    let needed = |one: &Value| {
        one["necessary"].as_array().unwrap().iter().any(|need| {
            !need["unmet"].as_array().unwrap().is_empty() || !need["broken"].as_array().unwrap().is_empty()
        })
    };
    assert!(!certificates.is_empty() && certificates.iter().all(needed), "{certificates:?}");
    assert_eq!(option["streets"].as_array().unwrap().len(), 2);

    let decision = json!({
        "option": number, "level": 2, "name": "Level 2 at the Peace Palace", "ends": "2026-12-22T08:00:00Z",
        "decided_by": "The mayor (invented)", "why": "A hearing draws many visitors.",
        "plain": { "en": "A hearing draws many visitors.", "nl": "Bij een zitting komen veel bezoekers." },
    });
    with_match(&coordinator, Method::POST, "/measures/decisions", "\"9\"", decision.clone())
        .await
        .is_problem(412, "stale");
    let decided =
        with_match(&coordinator, Method::POST, "/measures/decisions", "\"1\"", decision).await.json(201);
    assert_eq!(decided["version"], 2);
    let plan = coordinator.get("/measures/plan").await.json(200);
    let held = plan["plan"]["postures"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(held["measures"], postures[1]["measures"]);
    let seen = &plan["plan"]["decisions"].as_array().unwrap().last().unwrap()["alternatives"];
    assert_eq!(seen.as_array().unwrap().len(), 1, "to do nothing is always one: {seen}");
    let id = decided["decision"].as_str().unwrap();
    let draft =
        coordinator.post(&format!("/measures/decisions/{id}/draft"), json!({ "language": "nl" })).await;
    let draft = draft.json(200);
    assert_eq!(draft["kind"], "decision");
    assert!(draft["content"]["text"].as_str().unwrap().contains("Besloten door: The mayor"), "{draft}");
    coordinator.post("/items", draft).await.json(201);

    let renamed = coordinator
        .ask(Method::PATCH, &format!("/measures/options/{number}"), Some(json!({ "name": "Other" })))
        .await;
    assert_eq!(renamed.json(200)["name"], "Other");
    coordinator.ask(Method::DELETE, &format!("/measures/options/{number}"), None).await.is_empty(204);
    coordinator.get(&format!("/measures/options/{number}")).await.is_problem(404, "absent");
}

#[tokio::test]
async fn residents_read_what_was_published_and_nothing_before() {
    let node = Node::new().await;
    let coordinator = node.signed_in(COORDINATOR).await;
    node.browser().get("/public/measures").await.is_problem(404, "absent");
    bring(&coordinator).await;
    node.browser().get("/public/measures").await.is_problem(404, "absent");
    let planner = node.signed_in(PLANNER).await;
    with_match(&planner, Method::PUT, "/measures/publication", "\"1\"", json!({}))
        .await
        .is_problem(404, "absent");
    assert_eq!(planner.get("/measures/publication").await.json(200)["same"], false);
    with_match(&coordinator, Method::PUT, "/measures/publication", "\"0\"", json!({}))
        .await
        .is_problem(412, "stale");
    let shown =
        with_match(&coordinator, Method::PUT, "/measures/publication", "\"1\"", json!({})).await.json(200);
    assert_eq!(shown["same"], true);
    let page = node.browser().get("/public/measures").await.json(200);
    assert_eq!(page["measures"], shown["page"]["measures"]);
    for (path, media) in [
        ("/public/measures", "application/json"),
        ("/public/streets", "application/geo+json"),
        ("/public/measures.geojson", "application/geo+json"),
        ("/public/measures.ics?language=nl&street=churchillplein", "text/calendar; charset=utf-8"),
        ("/public/measures.rss?language=nl", "application/rss+xml; charset=utf-8"),
    ] {
        let browser = node.browser();
        let first = browser.get(path).await;
        assert_eq!((first.status.as_u16(), first.header("content-type")), (200, media), "{path}");
        assert_eq!(first.headers[header::CACHE_CONTROL], "public, max-age=60");
        assert!(!first.headers.contains_key(header::SET_COOKIE));
        let etag = first.headers[header::ETAG].clone();
        let again = browser.request(Method::GET, path).header(header::IF_NONE_MATCH, etag);
        assert_eq!(node.send(with_body(again, None)).await.status.as_u16(), 304, "{path}");
    }
    node.browser().get("/public/measures.ics?street=Nowhere").await.is_problem(404, "absent");
}

#[tokio::test]
async fn events_leave_as_a_calendar_and_come_from_one() {
    let node = Node::new().await;
    let planner = node.signed_in(PLANNER).await;
    bring(&planner).await;
    let taken = planner.get("/measures/events.ics?language=nl").await;
    assert_eq!((taken.status.as_u16(), taken.header("content-type")), (200, "text/calendar; charset=utf-8"));
    let text = String::from_utf8(taken.body).unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR") && text.contains("opbouw"), "{text}");
    let foreign = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\nSUMMARY:Fair\n\
                   DTSTART;TZID=Europe/Amsterdam:20270601T120000\nEND:VEVENT\n\
                   BEGIN:VEVENT\nUID:2\nSUMMARY:Again\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n";
    for (calendar, items) in [(text.as_str(), None), (foreign, Some(1))] {
        let request = planner.request(Method::POST, "/measures/calendar");
        let read = node.send(request.body(Body::from(calendar.to_owned())).unwrap()).await.json(200);
        let found = read["items"].as_array().unwrap().len();
        assert!(items.is_none_or(|items| items == found) && found > 0, "{read}");
        if items.is_some() {
            assert_eq!(read["items"][0]["from"], "2027-06-01T10:00:00Z");
            assert_eq!(read["refused"][0]["line"], 8);
        }
    }
    let request = planner.request(Method::POST, "/measures/calendar");
    node.send(request.body(Body::from("hello")).unwrap()).await.is_problem(400, "invalid");
}

#[tokio::test]
async fn for_others_there_is_no_such_thing() {
    let node = Node::new().await;
    let coordinator = node.signed_in(COORDINATOR).await;
    bring(&coordinator).await;
    let outsider = node.signed_in(OUTSIDER).await;
    let routes = route_table().into_iter().filter(|one| one.path.starts_with("/api/v1/measures/"));
    let mut asked = 0;
    for route in routes {
        let path = route.path.trim_start_matches("/api/v1");
        let path = path.replace("{option}", "1").replace("{search}", "1").replace("{decision}", "1");
        let method: Method = route.method.parse().unwrap();
        let body = match route.operation.as_str() {
            "putMeasuresPlan" => Some(sample()),
            "beginMeasuresSearch" => Some(wanted(json!([]))),
            "decideMeasures" => Some(json!({
                "option": 1, "level": 2, "name": "x", "ends": "2026-12-22T08:00:00Z", "decided_by": "x", "why": "x",
            })),
            "reachMeasures" => Some(json!({
                "asked": { "starts": [[4.3, 52.08]], "mode": "car", "group": "residents", "minutes": 1 },
            })),
            "drawMeasuresRota" => Some(rota(1)),
            "renameMeasuresOption" => Some(json!({ "name": "x" })),
            _ if method == Method::GET || method == Method::DELETE => None,
            _ => Some(json!({})),
        };
        let answer = match body {
            Some(body) => with_match(&outsider, method, &path, "\"1\"", body).await,
            None => outsider.ask(method, &path, None).await,
        };
        answer.is_problem(404, "absent");
        asked += 1;
    }
    assert!(asked >= 15, "{asked}");
}
