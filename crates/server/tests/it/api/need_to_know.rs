//! Need to know, from outside: what a member may not see answers as if it did not exist, and changes nothing else.
//!
//! Two worlds are built alike; one also holds items that the caller may not see, among and around the others. Every
//! answer of lists, searches, counts, maps, threads, details and replays must be the same to the byte. Left out by design: the
//! position and size of the ledger in the proof line, which participants may know.

use std::collections::BTreeMap;

use axum::http::Method;
use base::clock::ManualClock;
use base::ids::ItemId;
use base::random::SeededRandom;
use record::item::Origin;
use record::{Clause, Content, Draft, Geometry, Item, Kind, Marking, Place, Tlp};
use serde_json::{Value, json};
use server::route_table;

use super::items::{report, share};
use crate::support::{Browser, Node};

/// Who looks.
const CALLER: &str = "Duty manager World Forum";

/// One thing that happens in a world.
#[derive(Clone)]
struct Step {
    who: &'static str,
    id: ItemId,
    parent: Option<ItemId>,
    draft: Draft,
    hidden: bool,
}

/// A story of visible and hidden items, told by a seed.
fn story(seed: u64) -> Vec<Step> {
    let (clock, random) =
        (ManualClock::new("2026-11-22T08:00:00Z".parse().unwrap()), SeededRandom::new(seed));
    let mut steps: Vec<Step> = Vec::new();
    for index in 0..60u32 {
        clock.advance_millis(1_000);
        let dice: [u8; 8] = base::random::bytes(&random);
        let hidden = dice[0].is_multiple_of(2);
        let who =
            ["Duty officer OPCW", "Duty officer Europol", "Duty officer Police"][usize::from(dice[1] % 3)];
        let parent = steps
            .iter()
            .filter(|one| one.hidden == hidden && one.parent.is_none())
            .map(|one| one.id)
            .nth(usize::from(dice[2] % 8));
        let mut content = Content {
            title: format!("{} number {index}", ["Van", "Drone", "Fence"][usize::from(dice[3] % 3)]),
            text: "A grey van near the gate".into(),
            ..Content::default()
        };
        content.sources.insert(format!("camera:{}", dice[4] % 3));
        content.place = Some(Place {
            geometry: Some(Geometry::Point([
                4.28 + f64::from(dice[5]) * 1e-5,
                52.09 + f64::from(dice[6]) * 1e-5,
            ])),
            zone: Some("world-forum".parse().unwrap()),
            ..Place::default()
        });
        let mut marking = Marking::new(Tlp::Amber);
        marking.purposes.insert("site-security".parse().unwrap());
        let readers: &[&str] = if hidden {
            &["opcw", "europol", "police"]
        } else {
            &["opcw", "europol", "police", "world-forum"]
        };
        let organisations = readers.iter().map(|one| one.parse().unwrap()).collect();
        marking.audience.push(Clause { organisations, ..Clause::default() });
        let kind = if parent.is_some() {
            Kind::Reply
        } else {
            [Kind::Report, Kind::Alert, Kind::Notice][usize::from(dice[7] % 3)]
        };
        let draft = Draft { kind, parent, content, marking };
        steps.push(Step { who, id: ItemId::new(&clock, &random), parent, draft, hidden });
    }
    steps
}

/// A node in which the story happened, with or without what the caller may not see.
async fn world(steps: &[Step], with_hidden: bool) -> Node {
    let node = Node::new().await;
    for step in steps {
        node.clock.advance_millis(1_000);
        if step.hidden && !with_hidden {
            continue;
        }
        let author = node.member(step.who);
        let principal = node.app.store.directory().principal(author).unwrap();
        let origin = Origin {
            id: step.id,
            thread: step.parent,
            originator: principal.organisation.clone(),
            author,
            approved_by: None,
            reported: node.app.now(),
        };
        let item = Item::first(origin, step.draft.clone());
        let permit = node.app.gate.create(&principal, &item, &item.visibility_label()).unwrap();
        node.app.store.publish(&permit, item, None).unwrap().ready().await.unwrap();
    }
    node.app.store.settle_search().unwrap();
    node
}

/// Everything a caller can ask for, by path.
async fn answers(node: &Node, visible: &[ItemId]) -> BTreeMap<String, Value> {
    let browser = node.signed_in(CALLER).await;
    let filters = [
        "",
        "&q=van",
        "&q=grey%20dro",
        "&kind=alert",
        "&zone=world-forum",
        "&originator=opcw",
        "&unacknowledged=true",
        "&current=true",
        "&kind=report,reply&q=number",
    ];
    let mut paths = Vec::new();
    for filter in filters {
        paths.push(format!("/items?limit=100{filter}"));
        paths.push(format!("/items/count?{}", filter.trim_start_matches('&')));
        paths.push(format!("/map?bbox=4.2,52.0,4.4,52.2{filter}"));
    }
    for id in visible {
        paths.extend([
            format!("/items/{id}"),
            format!("/items/{id}/thread"),
            format!("/items/{id}/versions"),
        ]);
    }
    let mut answers = BTreeMap::new();
    for path in paths {
        let mut answer = browser.get(&path).await.json(200);
        forget_ledger_size(&mut answer);
        answers.insert(path, answer);
    }
    let hours = "from=2026-11-22T07:00:00Z&until=2026-11-22T12:00:00Z";
    for path in [format!("/activity?{hours}"), format!("/activity?{hours}&buckets=7&kind=alert")] {
        let answer = browser.get(&path).await.json(200);
        answers.insert(path, answer);
    }
    for path in [format!("/replay?{hours}"), format!("/replay?{hours}&limit=4")] {
        let pages = pages(&browser, &path).await;
        answers.insert(path, pages);
    }
    answers
}

/// Every page of a replay; cursors are random and tell nothing but that there is more.
async fn pages(browser: &Browser<'_>, path: &str) -> Value {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let mut page = browser.get(&format!("{path}{cursor}")).await.json(200);
        let next = page["next"].take();
        pages.push(page);
        let Some(next) = next.as_str() else { return pages.into() };
        cursor = format!("&cursor={next}");
    }
}

/// The one thing that may differ: where in the ledger, and how long it is.
fn forget_ledger_size(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(proof) = fields.get_mut("proof").and_then(Value::as_object_mut) {
                assert!(proof.remove("entry").is_some() && proof.remove("size").is_some());
            }
            fields.values_mut().for_each(forget_ledger_size);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_ledger_size),
        _ => {}
    }
}

#[tokio::test]
async fn hidden_items_change_no_answer() {
    for seed in 1..=3 {
        let steps = story(seed);
        assert!(steps.iter().filter(|one| one.hidden).count() > 15);
        let visible: Vec<ItemId> = steps.iter().filter(|one| !one.hidden).map(|one| one.id).collect();
        let (without, with) = (world(&steps, false).await, world(&steps, true).await);
        let (expected, found) = (answers(&without, &visible).await, answers(&with, &visible).await);
        assert!(
            expected.values().any(|one| one["total"] == visible.len()),
            "the caller sees what is not hidden"
        );
        for (path, expected) in &expected {
            assert_eq!(&found[path], expected, "seed {seed}: {path}");
        }
    }
}

/// The test above can fail: a caller who may see the rest does get other answers.
#[tokio::test]
async fn who_may_see_more_gets_more() {
    let steps = story(1);
    let node = world(&steps, true).await;
    let total =
        async |who: &str| node.signed_in(who).await.get("/items/count").await.json(200)["total"].as_u64();
    assert_eq!(total("Duty officer OPCW").await, Some(60));
    assert!(total(CALLER).await < Some(60));
}

#[tokio::test]
async fn cursors_have_one_length_and_serve_one_member() {
    let node = world(&story(2), true).await;
    let (one, other) = (node.signed_in(CALLER).await, node.signed_in("Duty officer OPCW").await);
    let first = one.get("/items?limit=5").await.json(200);
    let cursor = first["next"].as_str().unwrap();
    let second = one.get(&format!("/items?limit=5&cursor={cursor}")).await.json(200);
    assert_ne!(first["items"], second["items"]);
    assert_eq!(second["next"].as_str().unwrap().len(), cursor.len());
    other.get(&format!("/items?limit=5&cursor={cursor}")).await.is_problem(400, "invalid");
}

/// Every route that names an item or a draft, taken from the description of the API: one that the caller may not see is
/// answered like one that does not exist, to the byte.
#[tokio::test]
async fn what_is_hidden_is_as_absent_as_what_does_not_exist() {
    let node = Node::new().await;
    let police = node.signed_in("Duty officer Police").await;
    let mut draft = report("For Europol only");
    draft["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let hidden = share(&police, draft.clone()).await["id"].as_str().unwrap().to_owned();
    let kept = police.post("/drafts", draft.clone()).await.json(201)["id"].as_str().unwrap().to_owned();
    let nothing = "0192f5a0-0000-7000-8000-000000000000";
    let caller = node.signed_in("Administrator OPCW").await;
    let mut tried = 0;
    for route in route_table() {
        if !route.path.contains("{item}") && !route.path.contains("{draft}") {
            continue;
        }
        let body = match route.operation.as_str() {
            "amendItem" => json!({ "content": { "title": "x" }, "marking": { "tlp": "GREEN" } }),
            "releaseItem" => json!({ "reason": "x", "marking": { "tlp": "GREEN" } }),
            "restrictItem" => json!({ "members": null }),
            "acknowledgeItem" => json!({}),
            "replaceDraft" => report("x"),
            _ => json!({ "reason": "x" }),
        };
        let ask = async |item: &str, draft: &str| {
            let path =
                route.path.replace("{item}", item).replace("{draft}", draft).replace("{attachment}", nothing);
            let method = Method::from_bytes(route.method.as_bytes()).unwrap();
            caller.ask(method, path.strip_prefix("/api/v1").unwrap(), Some(body.clone())).await
        };
        let absent = ask(nothing, nothing).await;
        absent.is_problem(404, "absent");
        let answer = ask(&hidden, &kept).await;
        assert_eq!(answer.status, absent.status, "{route:?}");
        assert_eq!(answer.body, absent.body, "{route:?}");
        tried += 1;
    }
    assert!(tried >= 17, "{tried}");
    police.get(&format!("/items/{hidden}")).await.json(200);
}
