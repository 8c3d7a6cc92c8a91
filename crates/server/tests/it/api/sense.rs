//! Eye and Ear: what a post brings, what an operator sees and says of it, and that for everyone else there is no such
//! thing.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use server::route_table;

use crate::support::{Answer, Browser, Node};

const OPERATOR: &str = "Sensor operator Police";
const OTHER_OPERATOR: &str = "Sensor operator Municipality";
const FIRST: &str = "0192f5a0-0000-7000-8000-000000000001";
const SECOND: &str = "0192f5a0-0000-7000-8000-000000000002";
const NOTHING: &str = "0192f5a0-0000-7000-8000-0000000000ff";

/// A service of an organisation, and the token that it posts with.
async fn post_of(node: &Node, organisation: &str, name: &str, scopes: Value) -> String {
    let administrator = match organisation {
        "police" => "Administrator Police",
        _ => "Administrator Municipality",
    };
    let path = format!("/organisations/{organisation}/members/{}/tokens", node.member(name));
    let wanted = json!({ "name": "post", "scopes": scopes, "expires": "2027-11-01T00:00:00Z" });
    let made = node.signed_in(administrator).await.post(&path, wanted).await.json(201);
    made["secret"].as_str().unwrap().to_owned()
}

async fn police_post(node: &Node) -> String {
    post_of(node, "police", "Sensor post Police", json!(["operate"])).await
}

async fn send(node: &Node, token: &str, bulletin: Value) -> Answer {
    node.by_token(token, Method::POST, "/sense/bulletins", Some(bulletin)).await
}

fn sensor(id: &str, kind: &str) -> Value {
    json!({
        "id": id, "kind": kind, "at": [4.2825, 52.0905],
        "register": {
            "name": format!("Sensor {id}"), "owner": "Police, The Hague unit", "purpose": "Finding where a bang was",
            "legal_basis": "Gemeentewet 151c", "data": "Levels and directions; no sound is kept.", "personal_data": false,
            "retention_days": 14, "contact": "sensors@police.example"
        },
        "health": { "state": "working", "since": "2026-11-22T07:00:00Z", "level_dbfs": -60.0 },
        "turns": kind == "camera",
    })
}

fn observation(id: &str, revision: u32) -> Value {
    json!({
        "id": id, "revision": revision, "stage": "provisional", "basis": "heard_and_seen",
        "what": { "kind": "sound", "name": "gun_shot" },
        "classes": [{ "class": "gun_shot", "probability": 0.7 }, { "class": "firework", "probability": 0.2 }],
        "probability": 0.8, "at": "2026-11-22T07:59:58Z", "first_heard": "2026-11-22T07:59:58Z",
        "told": "2026-11-22T07:59:59Z",
        "place": { "at": [4.2825, 52.0905], "major_m": 9.0, "minor_m": 4.0, "towards_deg": 30.0 },
        "evidence": [
            { "code": "loudness", "sensor": "mast-1", "weight": 2.0, "value": 21.0 },
            { "code": "not_heard", "sensor": "mast-2", "weight": -0.5, "value": 3.0 },
            { "code": "cannot_see", "sensor": "camera-1", "weight": 0.0 }
        ],
        "cameras": [{ "sensor": "camera-1", "sees": false, "turned": true, "still": "camera-1-a" }],
        "levels": [{ "sensor": "mast-1", "from": "2026-11-22T07:59:57Z", "step_ms": 50, "over_background_db": [0.0, 21.0] }],
        "settings_version": 0
    })
}

#[allow(clippy::needless_pass_by_value, reason = "made where it is given")]
fn bulletin(at: &str, observations: Value) -> Value {
    json!({
        "post": "world-forum", "at": at, "sensors": [sensor("mast-1", "array"), sensor("mast-2", "microphone"), sensor("camera-1", "camera")],
        "observations": observations,
    })
}

async fn first(node: &Node, token: &str) {
    send(node, token, bulletin("2026-11-22T08:00:00Z", json!([observation(FIRST, 1)]))).await.json(200);
}

async fn judge(operator: &Browser<'_>, id: &str, body: Value) -> Answer {
    operator.post(&format!("/sense/observations/{id}/judgements"), body).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["observation"]["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_bulletin_sent_again_changes_nothing_and_a_newer_revision_does() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let operator = node.signed_in(OPERATOR).await;
    first(&node, &token).await;
    first(&node, &token).await;
    let page = operator.get("/sense/observations").await.json(200);
    assert_eq!((ids(&page), &page["next"]), (vec![FIRST], &Value::Null));
    let shown = &page["items"][0];
    assert_eq!((&shown["state"], &shown["post"]), (&json!("open"), &json!("world-forum")));
    assert_eq!(shown["observation"]["place"]["zone"], "world-forum", "the node says in which zone it lies");
    assert_eq!(shown["kept_until"], "2026-12-06T07:59:58Z", "as long as the register says");
    // An older revision is no news, a newer one is, and what was said stays said.
    judge(&operator, FIRST, json!({ "verdict": "confirm" })).await.json(200);
    let mut newer = observation(FIRST, 3);
    newer["stage"] = json!("settled");
    send(&node, &token, bulletin("2026-11-22T08:00:01Z", json!([newer]))).await.json(200);
    send(&node, &token, bulletin("2026-11-22T08:00:02Z", json!([observation(FIRST, 2)]))).await.json(200);
    let shown = operator.get(&format!("/sense/observations/{FIRST}")).await.json(200);
    assert_eq!(
        (&shown["observation"]["revision"], &shown["observation"]["stage"]),
        (&json!(3), &json!("settled"))
    );
    assert_eq!(shown["state"], "confirmed");
    // Another post does not speak of it.
    let mut other = bulletin("2026-11-22T08:00:03Z", json!([observation(FIRST, 4)]));
    other["post"] = json!("palace");
    other["sensors"] = json!([]);
    let faults = send(&node, &token, other).await.is_problem(400, "invalid");
    assert_eq!(faults["faults"][0]["path"], "observations[0].id");
}

#[tokio::test]
async fn what_is_wrong_with_a_bulletin_is_named() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut one = bulletin("2026-11-22T08:00:00Z", json!([observation(FIRST, 1)]));
        change(&mut one);
        one
    };
    let many = |one: Value, count: usize| Value::from(vec![one; count]);
    let detection = json!({ "sensor": "mast-1", "at_us": 1, "over_background_db": 9.0, "classes": [] });
    let cases: Vec<(Value, &str)> = vec![
        (with(&|one| one["post"] = json!("World Forum")), "post"),
        (with(&|one| one["at"] = json!("2026-11-22T08:10:00Z")), "at"),
        (with(&|one| one["colour"] = json!("red")), "colour"),
        (with(&|one| one["sensors"] = many(sensor("a", "array"), 65)), "sensors"),
        (with(&|one| one["detections"] = many(detection.clone(), 513)), "detections"),
        (with(&|one| one["observations"] = many(observation(FIRST, 1), 65)), "observations"),
        (with(&|one| one["sensors"][1]["id"] = json!("mast-1")), "sensors[1].id"),
        (with(&|one| one["sensors"][0]["at"] = json!([4.0, 95.0])), "sensors[0].at"),
        (with(&|one| one["sensors"][0]["register"]["contact"] = json!(" ")), "sensors[0].register.contact"),
        (
            with(&|one| one["sensors"][0]["register"]["retention_days"] = json!(0)),
            "sensors[0].register.retention_days",
        ),
        (with(&|one| one["sensors"][0]["kind"] = json!("nose")), "sensors[0].kind"),
        (with(&|one| one["observations"][0]["id"] = json!("x")), "observations[0].id"),
        (with(&|one| one["observations"][0]["probability"] = json!(1.5)), "observations[0].probability"),
        (with(&|one| one["observations"][0]["place"]["at"] = json!([200, 0])), "observations[0].place.at"),
        (
            with(&|one| {
                one["observations"][0]["evidence"] = many(json!({ "code": "prior", "weight": 0.0 }), 65);
            }),
            "observations[0].evidence",
        ),
        (
            with(&|one| one["observations"][0]["levels"][0]["over_background_db"] = many(json!(0.0), 201)),
            "observations[0].levels[0].over_background_db",
        ),
        (
            with(&|one| one["observations"][0]["classes"][1]["probability"] = json!(0.9)),
            "observations[0].classes",
        ),
        (with(&|one| one["observations"][0]["samples"] = json!([0, 1])), "observations[0].samples"),
    ];
    for (one, path) in cases {
        let faults = send(&node, &token, one).await.is_problem(400, "invalid");
        assert_eq!(faults["faults"][0]["path"], path, "{faults}");
    }
    let operator = node.signed_in(OPERATOR).await;
    assert_eq!(operator.get("/sense/observations").await.json(200)["items"], json!([]));
    assert_eq!(operator.get("/sense/sensors").await.json(200)["items"], json!([]));
    let mut long = bulletin("2026-11-22T08:00:00Z", json!([]));
    long["post"] = json!("x".repeat(1_100_000));
    send(&node, &token, long).await.is_problem(413, "too-large");
}

#[tokio::test]
async fn a_post_brings_and_does_not_read_and_an_operator_reads_and_does_not_bring() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let operator = node.signed_in(OPERATOR).await;
    let one = bulletin("2026-11-22T08:00:01Z", json!([]));
    operator.post("/sense/bulletins", one.clone()).await.is_problem(404, "absent");
    let scoped = post_of(&node, "police", "Sensor post Police", json!(["see", "create"])).await;
    send(&node, &scoped, one.clone()).await.is_problem(404, "absent");
    node.by_token("bft_nonsense", Method::POST, "/sense/bulletins", Some(one))
        .await
        .is_problem(401, "unauthenticated");
    for path in ["/sense/observations", "/sense/sensors", "/sense/settings", "/sense/rates"] {
        node.by_token(&token, Method::GET, path, None).await.is_problem(404, "absent");
    }
    let judged = format!("/sense/observations/{FIRST}/judgements");
    let body = json!({ "verdict": "reject" });
    node.by_token(&token, Method::POST, &judged, Some(body)).await.is_problem(404, "absent");
}

#[tokio::test]
async fn for_everyone_else_there_is_no_such_thing() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let theirs = post_of(&node, "municipality", "Sensor post Municipality", json!(["operate"])).await;
    let planner = node.signed_in("Web analyst Police").await;
    let other = node.signed_in(OTHER_OPERATOR).await;
    let mut tried = 0;
    for route in route_table().into_iter().filter(|route| route.path.starts_with("/api/v1/sense")) {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let fill = |observation: &str, sensor: &str| {
            let path = route.path.replace("{observation}", observation).replace("{sensor}", sensor);
            path.replace("{still}", "camera-1-a").strip_prefix("/api/v1").unwrap().to_owned()
        };
        let body = match route.operation.as_str() {
            "postBulletin" => bulletin("2026-11-22T08:00:00Z", json!([])),
            "judgeObservation" => json!({ "verdict": "confirm" }),
            "noteObservationShared" => json!({ "item": NOTHING }),
            "lookAt" => json!({ "at": [4.28, 52.09] }),
            "putSenseSettings" => json!({ "false_alarms_per_day": 1.0 }),
            "replaySettings" => json!({
                "from": "2026-11-22T00:00:00Z", "until": "2026-11-22T08:00:00Z", "settings": { "false_alarms_per_day": 1.0 }
            }),
            _ => json!({}),
        };
        if ["readSensorRegister", "exportSensorRegister"].contains(&route.operation.as_str()) {
            continue;
        }
        let answer = planner.ask(method.clone(), &fill(FIRST, "mast-1"), Some(body.clone())).await;
        answer.is_problem(404, "absent");
        tried += 1;
        if route.path.contains('{') {
            let asked = other.ask(method.clone(), &fill(FIRST, "camera-1"), Some(body.clone())).await;
            let nothing = other.ask(method.clone(), &fill(NOTHING, "nothing"), Some(body)).await;
            assert_eq!((asked.status.as_u16(), &asked.body), (404, &nothing.body), "{route:?}");
        }
        if route.operation == "putStill" {
            let asked = still(&node, &theirs, FIRST, "camera-1-a", &PNG).await;
            let nothing = still(&node, &theirs, NOTHING, "camera-1-a", &PNG).await;
            assert_eq!((asked.status.as_u16(), &asked.body), (404, &nothing.body));
        }
    }
    assert!(tried > 12, "{tried}");
    assert_eq!(other.get("/sense/observations").await.json(200)["items"], json!([]));
    assert_eq!(other.get("/sense/sensors").await.json(200)["items"], json!([]));
    // An id of one organisation is free for another: nobody learns that it is taken.
    let mut same = bulletin("2026-11-22T08:00:01Z", json!([observation(FIRST, 9)]));
    same["post"] = json!("elsewhere");
    send(&node, &theirs, same).await.json(200);
    let operator = node.signed_in(OPERATOR).await;
    let own = operator.get(&format!("/sense/observations/{FIRST}")).await.json(200);
    assert_eq!(own["observation"]["revision"], 1);
}

#[tokio::test]
async fn judgements_follow_one_another_and_the_last_can_be_taken_back() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let two = json!([observation(FIRST, 1), observation(SECOND, 1)]);
    send(&node, &token, bulletin("2026-11-22T08:00:00Z", two)).await.json(200);
    let operator = node.signed_in(OPERATOR).await;
    let colleague = node.signed_in("Duty officer Police").await;
    let path = format!("/sense/observations/{FIRST}/judgements");
    for (body, field) in [
        (json!({ "verdict": "class" }), "class"),
        (json!({ "verdict": "merge" }), "into"),
        (json!({ "verdict": "merge", "into": FIRST }), "into"),
        (json!({ "verdict": "merge", "into": NOTHING }), "into"),
        (json!({ "verdict": "confirm", "into": SECOND }), "into"),
        (json!({ "verdict": "confirm", "reason": "weather" }), "reason"),
        (json!({ "verdict": "reject", "note": "x".repeat(501) }), "note"),
        (json!({ "verdict": "perhaps" }), "verdict"),
    ] {
        let faults = judge(&operator, FIRST, body).await.is_problem(400, "invalid");
        assert_eq!(faults["faults"][0]["path"], field, "{faults}");
    }
    operator.ask(Method::DELETE, &path, None).await.is_problem(409, "conflict");
    let shown =
        judge(&operator, FIRST, json!({ "verdict": "reject", "reason": "weather", "class": "other" }))
            .await
            .json(200);
    assert_eq!((&shown["state"], &shown["class"]), (&json!("rejected"), &json!("other")));
    assert_eq!(shown["undo_until"], "2026-11-22T08:01:00Z");
    assert_eq!(shown["judgements"][0]["member"], node.member(OPERATOR).to_string());
    // Nobody takes back what another said, nor what is long ago.
    colleague.ask(Method::DELETE, &path, None).await.is_problem(409, "conflict");
    let shown = operator.ask(Method::DELETE, &path, None).await.json(200);
    assert_eq!((&shown["state"], &shown["judgements"]), (&json!("open"), &json!([])));
    let shown = judge(&operator, FIRST, json!({ "verdict": "merge", "into": SECOND })).await.json(200);
    assert_eq!((&shown["state"], &shown["judgements"][0]["into"]), (&json!("merged"), &json!(SECOND)));
    let faults = judge(&operator, SECOND, json!({ "verdict": "merge", "into": FIRST })).await;
    assert_eq!(faults.is_problem(400, "invalid")["faults"][0]["path"], "into");
    node.clock.advance_millis(60_000);
    operator.ask(Method::DELETE, &path, None).await.is_problem(409, "conflict");
    for (state, expect) in [("merged", vec![FIRST]), ("open", vec![SECOND]), ("confirmed", vec![])] {
        let page = operator.get(&format!("/sense/observations?state={state}")).await.json(200);
        assert_eq!(ids(&page), expect, "{state}");
    }
    // Nobody said anything of the other one for a day.
    node.clock.advance_millis(24 * 3_600_000);
    let operator = node.signed_in(OPERATOR).await;
    let page = operator.get("/sense/observations?state=expired").await.json(200);
    assert_eq!(ids(&page), [SECOND]);
}

#[tokio::test]
async fn a_post_learns_of_a_judgement_once_it_stands_and_again_when_the_answer_was_lost() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let operator = node.signed_in(OPERATOR).await;
    let orders = async |at: &str| send(&node, &token, bulletin(at, json!([]))).await.json(200);
    judge(&operator, FIRST, json!({ "verdict": "confirm" })).await.json(200);
    judge(&operator, FIRST, json!({ "verdict": "class", "class": "explosion" })).await.json(200);
    assert!(orders("2026-11-22T08:00:01Z").await.get("judged").is_none(), "it can still be taken back");
    node.clock.advance_millis(61_000);
    let told = orders("2026-11-22T08:01:01Z").await;
    let expect = json!([{ "observation": FIRST, "confirmed": true, "class": "explosion", "at": "2026-11-22T08:00:00Z" }]);
    assert_eq!(told["judged"], expect);
    // The same bulletin again: its answer may not have arrived.
    assert_eq!(orders("2026-11-22T08:01:01Z").await["judged"], expect);
    assert!(orders("2026-11-22T08:01:02Z").await.get("judged").is_none());
    // What is taken back in time is never told.
    judge(&operator, FIRST, json!({ "verdict": "reject" })).await.json(200);
    operator.ask(Method::DELETE, &format!("/sense/observations/{FIRST}/judgements"), None).await.json(200);
    node.clock.advance_millis(120_000);
    assert!(orders("2026-11-22T08:03:02Z").await.get("judged").is_none());
}

#[tokio::test]
async fn settings_go_out_with_the_next_answer_and_nobody_overwrites_them_unseen() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let operator = node.signed_in(OPERATOR).await;
    let before = operator.get("/sense/settings").await;
    assert_eq!(before.header("etag"), "\"0\"");
    assert_eq!(
        before.json(200)["settings"],
        json!({ "false_alarms_per_day": 2.0, "rules": [], "stills": false })
    );
    let put = async |etag: Option<&str>, body: Value| {
        let mut request = operator.request(Method::PUT, "/sense/settings");
        if let Some(etag) = etag {
            request = request.header(header::IF_MATCH, etag);
        }
        node.send(crate::support::with_body(request, Some(body))).await
    };
    let rule = json!({
        "name": "New Year's Eve", "zone": "world-forum", "from": "2026-12-31T17:00:00Z", "until": "2027-01-01T03:00:00Z",
        "classes": ["firework"], "then": "hush"
    });
    let body = json!({ "false_alarms_per_day": 0.5, "rules": [rule] });
    put(None, body.clone()).await.is_problem(428, "precondition-required");
    let answer = put(Some("\"0\""), body.clone()).await;
    assert_eq!(answer.header("etag"), "\"1\"");
    put(Some("\"0\""), body.clone()).await.is_problem(412, "stale");
    let orders = send(&node, &token, bulletin("2026-11-22T08:00:01Z", json!([]))).await.json(200);
    assert_eq!(orders["settings"], json!({ "version": 1, "false_alarms_per_day": 0.5, "rules": [rule] }));
    for (change, field) in [
        (json!({ "false_alarms_per_day": 0.0 }), "false_alarms_per_day"),
        (json!({ "rules": [{ "name": "", "then": "tell" }] }), "rules[0].name"),
        (json!({ "rules": [{ "name": "a", "zone": "moon", "then": "tell" }] }), "rules[0].zone"),
        (
            json!({ "rules": [{ "name": "a", "from_minute": 1440, "until_minute": 2, "then": "tell" }] }),
            "rules[0].from_minute",
        ),
        (json!({ "rules": [{ "name": "a", "from_minute": 1, "then": "tell" }] }), "rules[0].until_minute"),
        (json!({ "rules": vec![json!({ "name": "a", "then": "tell" }); 101] }), "rules"),
    ] {
        let mut wrong = json!({ "false_alarms_per_day": 1.0, "rules": [] });
        wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let faults = put(Some("\"1\""), wrong).await.is_problem(400, "invalid");
        assert_eq!(faults["faults"][0]["path"], field, "{faults}");
    }
}

#[tokio::test]
async fn sensors_are_as_their_post_says_and_gone_when_it_is_silent() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let mut told = node.app.sensing.told();
    first(&node, &token).await;
    let changed = |told: &mut tokio::sync::broadcast::Receiver<server::sensing::Told>| {
        let mut found = Vec::new();
        while let Ok(one) = told.try_recv() {
            found.push(one.what);
        }
        found
    };
    assert_eq!(changed(&mut told).len(), 4, "three sensors and an observation are new");
    let mut next = bulletin("2026-11-22T08:00:01Z", json!([]));
    next["sensors"][0]["health"]["level_dbfs"] = json!(-40.0);
    send(&node, &token, next.clone()).await.json(200);
    assert_eq!(changed(&mut told), [], "a level is no news");
    next["sensors"][1]["health"]["state"] = json!("dead");
    send(&node, &token, next.clone()).await.json(200);
    assert_eq!(changed(&mut told), [server::sensing::Changed::Sensor("mast-2".into())]);
    let operator = node.signed_in(OPERATOR).await;
    let states = async || {
        let list = operator.get("/sense/sensors").await.json(200);
        let items = list["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|one| one["sensor"]["health"]["state"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["working", "dead", "working"]);
    // Another post of the organisation does not speak for a sensor while its own does.
    let mut other =
        json!({ "post": "palace", "at": "2026-11-22T08:00:02Z", "sensors": [sensor("mast-1", "array")] });
    let faults = send(&node, &token, other.clone()).await.is_problem(400, "invalid");
    assert_eq!(faults["faults"][0]["path"], "sensors[0].id");
    node.clock.advance_millis(30_000);
    assert_eq!(states().await, ["gone", "gone", "gone"]);
    other["at"] = json!("2026-11-22T08:00:31Z");
    send(&node, &token, other).await.json(200);
}

#[tokio::test]
async fn a_camera_that_turns_is_asked_to_look_within_ten_seconds_or_not_at_all() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let operator = node.signed_in(OPERATOR).await;
    let look = async |sensor: &str, at: Value| {
        operator.post(&format!("/sense/sensors/{sensor}/look"), json!({ "at": at })).await
    };
    let orders = async |at: &str| send(&node, &token, bulletin(at, json!([]))).await.json(200);
    look("mast-1", json!([4.28, 52.09])).await.is_problem(409, "conflict");
    look("nothing", json!([4.28, 52.09])).await.is_problem(404, "absent");
    look("camera-1", json!([4.28, 95.0])).await.is_problem(400, "invalid");
    look("camera-1", json!([4.27, 52.08])).await.json(202);
    look("camera-1", json!([4.28, 52.09])).await.json(202);
    let expect = json!([{ "camera": "camera-1", "at": [4.28, 52.09], "asked": "2026-11-22T08:00:00Z" }]);
    assert_eq!(orders("2026-11-22T08:00:01Z").await["look"], expect, "the last one counts");
    assert_eq!(orders("2026-11-22T08:00:01Z").await["look"], expect, "the same bulletin again");
    assert!(orders("2026-11-22T08:00:02Z").await.get("look").is_none());
    look("camera-1", json!([4.28, 52.09])).await.json(202);
    node.clock.advance_millis(10_000);
    assert!(orders("2026-11-22T08:00:12Z").await.get("look").is_none());
}

/// The least picture: eight bytes of PNG's signature and a header.
const PNG: [u8; 33] = *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

async fn still(node: &Node, token: &str, id: &str, name: &str, bytes: &[u8]) -> Answer {
    let request = Request::builder()
        .method(Method::PUT)
        .uri(format!("/api/v1/sense/observations/{id}/stills/{name}"))
        .header(header::HOST, node.host())
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    node.send(request).await
}

async fn allow_stills(node: &Node, operator: &Browser<'_>) {
    let request = operator.request(Method::PUT, "/sense/settings").header(header::IF_MATCH, "\"0\"");
    let body = json!({ "false_alarms_per_day": 2.0, "stills": true });
    node.send(crate::support::with_body(request, Some(body))).await.json(200);
}

#[tokio::test]
async fn stills_are_kept_where_they_are_allowed_and_longer_when_confirmed() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let two = json!([observation(FIRST, 1), observation(SECOND, 1)]);
    send(&node, &token, bulletin("2026-11-22T08:00:00Z", two)).await.json(200);
    let operator = node.signed_in(OPERATOR).await;
    let path = |id: &str| format!("/sense/observations/{id}/stills/camera-1-a");
    still(&node, &token, FIRST, "camera-1-a", &PNG).await.is_problem(403, "not-allowed");
    allow_stills(&node, &operator).await;
    still(&node, &token, FIRST, "camera-1-b", &PNG).await.is_problem(400, "invalid");
    still(&node, &token, FIRST, "camera-1-a", b"<svg onload='x'>").await.is_problem(400, "invalid");
    still(&node, &token, FIRST, "camera-1-a", &vec![0; 256 * 1024 + 1]).await.is_problem(413, "too-large");
    operator.get(&path(FIRST)).await.is_problem(404, "absent");
    for id in [FIRST, SECOND] {
        still(&node, &token, id, "camera-1-a", &PNG).await.is_empty(204);
    }
    let answer = operator.get(&path(FIRST)).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/png"));
    assert_eq!(answer.body, PNG);
    judge(&operator, FIRST, json!({ "verdict": "confirm" })).await.json(200);
    // A week later only the confirmed one is there, and goes with its observation.
    node.clock.advance_millis(7 * 86_400_000);
    node.app.store.sense().unwrap().expire(node.app.now()).unwrap();
    let operator = node.signed_in(OPERATOR).await;
    operator.get(&path(SECOND)).await.is_problem(404, "absent");
    assert_eq!(operator.get(&path(FIRST)).await.body, PNG);
    let page = operator.get("/sense/observations").await.json(200);
    assert_eq!(
        (&page["items"][0]["stills"], &page["items"][1]["stills"]),
        (&json!([]), &json!(["camera-1-a"]))
    );
    node.clock.advance_millis(7 * 86_400_000);
    let operator = node.signed_in(OPERATOR).await;
    operator.get(&path(FIRST)).await.is_problem(404, "absent");
    operator.get(&format!("/sense/observations/{FIRST}")).await.is_problem(404, "absent");
}

#[tokio::test]
async fn a_draft_says_it_in_the_readers_language_and_can_be_shared() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let operator = node.signed_in(OPERATOR).await;
    let path = format!("/sense/observations/{FIRST}");
    let draft = operator.post(&format!("{path}/draft"), json!({})).await.json(200);
    assert_eq!((&draft["kind"], &draft["marking"]["tlp"]), (&json!("observation"), &json!("AMBER")));
    assert_eq!(draft["content"]["title"], "Shot heard and seen in World Forum");
    let text = draft["content"]["text"].as_str().unwrap();
    for piece in [
        "80 %",
        "18 x 8 m",
        "(21 dB): Sensor mast-1",
        "no view of that spot: Sensor camera-1",
        "No sound was kept",
    ] {
        assert!(text.contains(piece), "{piece}: {text}");
    }
    assert_eq!(draft["content"]["place"]["zone"], "world-forum");
    assert_eq!(draft["content"]["sources"], json!(["microphone:mast-1", format!("observation:{FIRST}")]));
    let dutch = operator.post(&format!("{path}/draft"), json!({ "language": "nl" })).await.json(200);
    assert!(
        dutch["content"]["title"].as_str().unwrap().starts_with("Schot gehoord en gezien in "),
        "{dutch}"
    );
    assert!(dutch["content"]["text"].as_str().unwrap().contains("Pleit ervoor"));
    // The ordinary way to share.
    let item = operator.post("/items", draft).await.json(201);
    let noted = json!({ "item": item["id"] });
    let shown = operator.ask(Method::PUT, &format!("{path}/item"), Some(noted)).await.json(200);
    assert_eq!(shown["item"], item["id"]);
    operator
        .ask(Method::PUT, &format!("{path}/item"), Some(json!({ "item": NOTHING })))
        .await
        .is_problem(404, "absent");
}

#[tokio::test]
async fn the_list_is_filtered_and_paged_and_every_consultation_is_on_record() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let id = |number: u32| format!("0192f5a0-0000-7000-8000-0000000001{number:02}");
    for number in 0..5 {
        let mut one = observation(&id(number), 1);
        one["at"] = json!(format!("2026-11-22T07:0{number}:00Z"));
        if number == 2 {
            one["what"] = json!({ "kind": "sound", "name": "scream" });
            one["place"]["at"] = json!([4.2956, 52.0866]);
        }
        send(&node, &token, bulletin(&format!("2026-11-22T08:00:0{number}Z"), json!([one]))).await.json(200);
    }
    let operator = node.signed_in(OPERATOR).await;
    let get = async |query: &str| operator.get(&format!("/sense/observations{query}")).await.json(200);
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = get(&query).await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(seen, [4, 3, 2, 1, 0].map(id));
    assert_eq!(ids(&get("?class=scream").await), [id(2)]);
    assert_eq!(ids(&get("?zone=world-forum&since=2026-11-22T07:03:00Z").await), [id(4), id(3)]);
    assert_eq!(ids(&get("?until=2026-11-22T07:01:00Z").await), [id(0)]);
    operator.get("/sense/observations?cursor=x").await.is_problem(400, "invalid");
    operator.get("/sense/observations?colour=red").await.is_problem(400, "invalid");
    let records = node.signed_in("Administrator Police").await.get("/access?action=observation").await;
    records.is_problem(404, "absent");
    let permit = {
        let mut auditor = node.app.store.directory().principal(node.member(OPERATOR)).unwrap();
        auditor.roles.insert(policy::Role::Auditor);
        node.app.engine.permit_organisation(&auditor, &auditor.organisation).unwrap()
    };
    let query = store::AccessQuery {
        action: Some(store::AccessAction::Observation),
        ..store::AccessQuery::default()
    };
    let records = node.app.store.access_records(&permit, &query).unwrap();
    assert_eq!(records.len(), 6, "one per answer that showed any");
    assert!(records.iter().all(|(_, one)| one.members == [node.member(OPERATOR)] && !one.items.is_empty()));
}

#[allow(clippy::too_many_lines, reason = "one story, from what was told to what would have been")]
#[tokio::test]
async fn rates_count_what_was_said_and_a_replay_says_what_would_have_been() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let id = |number: u32| format!("0192f5a0-0000-7000-8000-0000000002{number:02}");
    let mut all = Vec::new();
    for number in 0..4 {
        let mut one = observation(&id(number), 1);
        one["at"] = json!(format!("2026-11-22T07:0{number}:00Z"));
        one["probability"] = json!(0.9 - 0.2 * f64::from(number));
        all.push(one);
    }
    let mut with_detections = bulletin("2026-11-22T08:00:00Z", all.into());
    let at_us = 1_795_331_400_000_000_i64; // 2026-11-22T07:10:00Z
    let detection = |sensor: &str, at_us: i64, class: &str| {
        json!({
            "sensor": sensor, "at_us": at_us, "over_background_db": 8.0, "classes": [{ "class": class, "probability": 0.5 }]
        })
    };
    with_detections["detections"] = json!([
        detection("mast-1", at_us, "gun_shot"),
        detection("mast-2", at_us + 300_000, "gun_shot"),
        detection("mast-1", at_us + 60_000_000, "firework"),
    ]);
    send(&node, &token, with_detections).await.json(200);
    let operator = node.signed_in(OPERATOR).await;
    judge(&operator, &id(0), json!({ "verdict": "confirm" })).await.json(200);
    judge(&operator, &id(3), json!({ "verdict": "reject", "reason": "harmless" })).await.json(200);
    node.clock.advance_millis(2 * 86_400_000);
    let operator = node.signed_in(OPERATOR).await;
    let rates = operator.get("/sense/rates?days=7").await.json(200);
    let counts =
        |rate: &Value| ["told", "confirmed", "rejected", "unjudged"].map(|name| rate[name].as_u64().unwrap());
    assert_eq!(counts(&rates["all"]), [4, 1, 1, 2], "{rates}");
    assert_eq!((&rates["all"]["days"], &rates["all"]["false_per_day"]), (&json!(2.0), &json!(0.5)));
    let (low, high) = (&rates["all"]["false_per_day_low"], &rates["all"]["false_per_day_high"]);
    assert!(low.as_f64().unwrap() < 0.1 && high.as_f64().unwrap() > 2.0, "{rates}");
    assert_eq!(
        rates["items"].as_array().unwrap().len(),
        1,
        "one sensor heard it, the other spoke against it"
    );
    assert_eq!(
        (&rates["items"][0]["sensor"], &rates["items"][0]["class"]),
        (&json!("mast-1"), &json!("gun_shot"))
    );
    operator.get("/sense/rates?days=31").await.is_problem(400, "invalid");

    let replay = async |settings: Value| {
        let body =
            json!({ "from": "2026-11-22T07:00:00Z", "until": "2026-11-23T07:00:00Z", "settings": settings });
        operator.post("/sense/replays", body).await.json(200)
    };
    let lists =
        |answer: &Value| ["same", "gained", "lost"].map(|name| answer[name].as_array().unwrap().len());
    let same = replay(json!({ "false_alarms_per_day": 2.0 })).await;
    assert_eq!(
        (lists(&same), &same["told"], &same["detections"]),
        ([4, 0, 0], &json!(4), &json!(3)),
        "{same}"
    );
    let fewer = replay(json!({ "false_alarms_per_day": 0.5 })).await;
    assert_eq!(lists(&fewer), [2, 0, 2], "{fewer}");
    let more = replay(json!({ "false_alarms_per_day": 4.0 })).await;
    assert_eq!(lists(&more), [4, 1, 0], "{more}");
    assert_eq!(
        (&more["gained"][0]["sensor"], &more["gained"][0]["zone"]),
        (&json!("mast-1"), &json!("world-forum"))
    );
    let hush = json!({ "name": "Quiet", "zone": "world-forum", "from_minute": 480, "until_minute": 482, "then": "hush" });
    let hushed = replay(json!({ "false_alarms_per_day": 2.0, "rules": [hush] })).await;
    assert_eq!(lists(&hushed), [2, 0, 2], "from 8:00 to 8:02 in The Hague, 7:00 to 7:02 in UTC: {hushed}");
    assert_eq!(hushed["lost"][0]["rule"], "Quiet");
    let long = json!({ "from": "2026-11-01T00:00:00Z", "until": "2026-11-22T00:00:00Z", "settings": { "false_alarms_per_day": 2.0 } });
    let faults = operator.post("/sense/replays", long).await.is_problem(400, "invalid");
    assert_eq!(faults["faults"][0]["path"], "until");
}

#[tokio::test]
async fn anyone_may_know_what_hangs_where_and_nothing_of_how_it_is() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let mut one = bulletin("2026-11-22T08:00:00Z", json!([observation(FIRST, 1)]));
    one["sensors"][0]["register"]["purpose"] = json!("=HYPERLINK(\"x\"), and more");
    send(&node, &token, one).await.json(200);
    let member = node.signed_in("Duty officer Europol").await;
    let register = member.get("/sense/register").await.json(200);
    assert_eq!(node.browser().get("/public/sensors").await.json(200), register);
    let row = &register["items"][0];
    assert_eq!(
        (&row["id"], &row["kind"], &row["organisation"]),
        (&json!("camera-1"), &json!("camera"), &json!("police"))
    );
    assert_eq!(row["register"]["contact"], "sensors@police.example");
    let text = register.to_string();
    assert!(!text.contains("health") && !text.contains("working") && !text.contains(FIRST), "{text}");
    let table = member.get("/sense/register.csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let table = String::from_utf8(table.body).unwrap();
    assert_eq!(table.lines().count(), 4);
    assert!(table.contains("\"'=HYPERLINK(\"\"x\"\"), and more\""), "{table}");
    node.browser().get("/sense/register").await.is_problem(401, "unauthenticated");
    let closed = Node::with(false, |config| config.sensing.public_register = false).await;
    closed.browser().get("/public/sensors").await.is_problem(404, "absent");
}

#[tokio::test]
async fn what_changes_is_told_to_the_own_operators_and_to_nobody_else() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    let passing_on = tokio::spawn(server::hub::run(node.app.clone()));
    let (operator, analyst, other) = (
        node.signed_in(OPERATOR).await,
        node.signed_in("Web analyst Police").await,
        node.signed_in(OTHER_OPERATOR).await,
    );
    let work = async {
        while node.app.hub.open_streams() < 3 {
            tokio::task::yield_now().await;
        }
        first(&node, &token).await;
        // The streams end, with all that was told before.
        node.app.sensing.tell(&"police".parse().unwrap(), server::sensing::Changed::Sensor("last".into()));
        for _ in 0..10_000 {
            tokio::task::yield_now().await;
        }
        node.app.stopping.send_replace(true);
    };
    let (ours, analysts, theirs, ()) =
        tokio::join!(operator.get("/stream"), analyst.get("/stream"), other.get("/stream"), work);
    passing_on.abort();
    let text = |answer: Answer| String::from_utf8(answer.body).unwrap();
    let ours = text(ours);
    assert!(ours.contains(&format!("event: observation\ndata: {{\"id\":\"{FIRST}\"}}")), "{ours}");
    assert!(ours.contains("event: sensor\ndata: {\"id\":\"mast-1\"}"), "{ours}");
    for nothing in [text(analysts), text(theirs)] {
        assert!(!nothing.contains("event: observation") && !nothing.contains("event: sensor"), "{nothing}");
    }
}

#[tokio::test]
async fn what_is_kept_is_there_after_a_new_start() {
    let node = Node::new().await;
    let token = police_post(&node).await;
    first(&node, &token).await;
    let again = server::sensing::Sensing::new(node.app.store.clone());
    let kept = again.posts().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].sensors.len(), 3);
}
