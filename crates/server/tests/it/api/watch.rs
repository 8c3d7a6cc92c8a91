//! Web monitoring: what an analyst sets up, what comes of a document, judging and learning; and that for everyone else
//! there is no such thing.

use axum::http::Method;
use serde_json::{Value, json};
use server::route_table;
use server::watch::trials::TrialState;
use store::watch::RecordKind;
use webwatch::{Happening, RawDocument};

use crate::support::{Browser, Node};

const ANALYST: &str = "Web analyst Police";
const OTHER_ANALYST: &str = "Analyst Europol";

fn inbox() -> Value {
    json!({ "kind": "inbox", "name": "Forwarded", "purpose": "public-order", "language": "nl", "trust": "C" })
}

fn profile() -> Value {
    json!({ "name": "World Forum", "purpose": "public-order", "phrases": ["world forum", "ingang*"], "weight": 2.0 })
}

async fn set_up(analyst: &Browser<'_>) {
    analyst.ask(Method::PUT, "/watch/sources/inbox", Some(inbox())).await.json(200);
    analyst.ask(Method::PUT, "/watch/profiles/forum", Some(profile())).await.json(200);
}

async fn forward(analyst: &Browser<'_>, title: &str, text: &str) -> Value {
    let body = json!({ "title": title, "text": text });
    analyst.post("/watch/sources/inbox/documents", body).await.json(201)
}

/// A word that nobody uses.
fn word(mut seed: u32) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.push(['b', 'd', 'k', 'l', 'm', 'n', 'r', 's'][(seed % 8) as usize]);
        word.push(['a', 'e', 'i', 'o'][(seed / 8 % 4) as usize]);
        seed /= 29;
    }
    word
}

/// The mild threat of these tests.
const BLOCKADE: &str = "Morgen om 7 uur blokkeren we de ingang van het World Forum met fietsen en lijmen we de sloten dicht. \
    Deel dit met @iemand of mail a.b@voorbeeld.example.";

#[tokio::test]
async fn a_document_becomes_a_signal_with_its_reasons_and_without_persons() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let taken = forward(&analyst, "Blokkade", BLOCKADE).await;
    assert_eq!(
        (&taken["new"], taken["signals"].as_array().map(Vec::len)),
        (&json!(true), Some(1)),
        "{taken}"
    );
    let queue = analyst.get("/watch/signals").await.json(200);
    assert_eq!((&queue["total"], &queue["open"]), (&json!(1), &json!(1)), "{queue}");
    let signal = &queue["items"][0]["signal"];
    let classes = signal["story"]["classes"].as_array().unwrap();
    assert!(classes.contains(&json!("disruption")), "{signal}");
    assert_eq!(signal["story"]["profiles"], json!(["forum"]));
    assert!(signal["places"].as_array().unwrap().iter().any(|one| one["place"] == "world-forum"), "{signal}");
    let terms = signal["score"]["terms"].as_array().unwrap();
    let sum: f64 = terms.iter().map(|term| term["value"].as_f64().unwrap()).sum();
    assert!((sum - signal["score"]["total"].as_f64().unwrap()).abs() < 1e-6);
    let id = signal["id"].as_str().unwrap();
    let view = analyst.get(&format!("/watch/signals/{id}")).await.json(200);
    let document = &view["documents"][0];
    let text = document["text"].as_str().unwrap();
    assert!(
        text.contains("World Forum") && !text.contains("iemand") && !text.contains("voorbeeld.example"),
        "{text}"
    );
    // The same again is no news.
    let again = forward(&analyst, "Blokkade", BLOCKADE).await;
    assert_eq!(again, json!({ "new": false, "signals": [] }));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("source", "inbox")
        .append_pair("key", document["key"].as_str().unwrap())
        .finish();
    let why = analyst.get(&format!("/watch/why?{query}")).await.json(200);
    assert!(why["reasons"].as_array().unwrap().iter().any(|one| one["because"] == "in_signal"), "{why}");
}

#[allow(clippy::too_many_lines, reason = "a body for every route")]
#[tokio::test]
async fn for_everyone_else_there_is_no_such_thing() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let taken = forward(&analyst, "Blokkade", BLOCKADE).await;
    let signal = taken["signals"][0].as_str().unwrap().to_owned();
    let held = analyst.post("/watch/cases", case(&signal, "2027-01-01T00:00:00Z")).await.json(201);
    let held = held["id"].as_str().unwrap().to_owned();
    let begun =
        analyst.post("/watch/replays", replay(&node, json!({ "signals_per_shift": 1 }))).await.json(202);
    let begun = begun["id"].as_str().unwrap().to_owned();
    let duty = node.signed_in("Duty officer Police").await;
    let other = node.signed_in(OTHER_ANALYST).await;
    let mut tried = 0;
    for route in route_table().into_iter().filter(|route| route.path.starts_with("/api/v1/watch")) {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let fill = |signal: &str, source: &str, profile: &str| {
            let known = signal != "0000000000000000";
            let of = |id: &str| if known { id.to_owned() } else { "nothing".into() };
            let path = route.path.replace("{case}", &of(&held)).replace("{replay}", &of(&begun));
            let path = path.replace("{signal}", signal).replace("{story}", signal);
            let path =
                path.replace("{source}", source).replace("{profile}", profile).replace("{event}", profile);
            let path = path.strip_prefix("/api/v1").unwrap().replace("{language}", "nl");
            let query = match route.operation.as_str() {
                "whyNot" => "?source=inbox&key=x",
                "unmute" => "?id=x",
                "importOpml" => "?purpose=public-order",
                _ => "",
            };
            format!("{path}{query}")
        };
        let body = match route.operation.as_str() {
            "putSource" => inbox(),
            "putProfile" => profile(),
            "putWatchEvent" => {
                json!({ "id": "x", "name": "Event", "starts": "2026-11-25T10:00:00Z", "ends": "2026-11-25T12:00:00Z" })
            }
            "judgeSignal" => json!({ "verdict": "relevant" }),
            "noteShared" => json!({ "item": "0192f5a0-0000-7000-8000-000000000000" }),
            "forwardDocument" => json!({ "text": "x" }),
            "mute" => {
                json!({ "what": { "kind": "story", "id": "x" }, "until": "2026-11-23T10:00:00Z", "reason": "x" })
            }
            "chooseModel" => json!({ "number": 1 }),
            "openCase" => case(&signal, "2027-01-01T00:00:00Z"),
            "changeCase" => changed_case("2027-01-01T00:00:00Z"),
            "beginWatchReplay" => replay(&node, json!({ "signals_per_shift": 1 })),
            "putWatchSettings" => json!({ "signals_per_shift": 40, "shift_hours": 8 }),
            _ => json!({}),
        };
        // Who is no analyst is told the same of everything.
        let answer = duty.ask(method.clone(), &fill(&signal, "inbox", "forum"), Some(body.clone())).await;
        answer.is_problem(404, "absent");
        tried += 1;
        // Another organisation's analyst is told of theirs what it is told of what does not exist.
        if route.path.contains('{') && !route.operation.starts_with("put") {
            let theirs =
                other.ask(method.clone(), &fill(&signal, "inbox", "forum"), Some(body.clone())).await;
            let nothing =
                other.ask(method, &fill("0000000000000000", "nothing", "nothing"), Some(body)).await;
            assert_eq!((theirs.status, &theirs.body), (nothing.status, &nothing.body), "{route:?}");
        }
    }
    assert!(tried > 34, "{tried}");
    // A story of another organisation cannot be held either.
    let theirs = other.post(
        "/watch/cases",
        json!({ "purpose": "host-state-security", "name": "x", "reason": "x",
        "until": "2027-01-01T00:00:00Z", "story": signal }),
    );
    theirs.await.is_problem(400, "invalid");
    assert_eq!(other.get("/watch/cases").await.json(200)["items"], json!([]));
    let replays = other.get("/watch/replays").await.json(200);
    assert_eq!((&replays["items"], &replays["kept"]["documents"]), (&json!([]), &json!(0)));
    assert_eq!(analyst.get(&format!("/watch/cases/{held}")).await.json(200)["case"]["documents"], 1);
    analyst.get(&format!("/watch/replays/{begun}")).await.json(200);
    assert_eq!(other.get("/watch/signals").await.json(200)["total"], 0);
    assert_eq!(other.get("/watch/sources").await.json(200)["items"], json!([]));
    assert_eq!(analyst.get("/watch/signals").await.json(200)["total"], 1);
}

fn changed_case(until: &str) -> Value {
    json!({ "name": "The gate", "purpose": "public-order", "reason": "Evidence of a blocked gate", "until": until })
}

fn case(story: &str, until: &str) -> Value {
    let mut case = changed_case(until);
    case["story"] = json!(story);
    case
}

/// The last two days with something other than it is.
#[allow(clippy::needless_pass_by_value, reason = "made where it is given")]
fn replay(node: &Node, change: Value) -> Value {
    let now = node.app.now();
    let mut body = json!({ "from": now.plus_seconds(-2 * 86_400), "until": now.plus_seconds(1) });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_case_holds_a_story_past_its_time_until_it_is_closed() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let taken = forward(&analyst, "Blokkade", BLOCKADE).await;
    let story = taken["signals"][0].as_str().unwrap().to_owned();
    let entries = node.app.store.ledger_size(store::Ledger::Facts).unwrap();
    let until = "2027-06-01T00:00:00Z";
    let made = analyst.post("/watch/cases", case(&story, until)).await.json(201);
    assert_eq!((&made["documents"], &made["only_here"]), (&json!(1), &json!(0)), "{made}");
    assert_eq!(node.app.store.ledger_size(store::Ledger::Facts).unwrap(), entries + 1);
    let path = format!("/watch/cases/{}", made["id"].as_str().unwrap());
    // What is told about later is held too.
    forward(&analyst, "Blokkade nu", &format!("{BLOCKADE} Kom ook.")).await;
    assert_eq!(analyst.get(&path).await.json(200)["stories"][0]["documents"].as_array().unwrap().len(), 2);

    // Past its ordinary time the story is gone everywhere but here.
    node.clock.advance_millis(40 * 86_400_000);
    node.app.store.watch().unwrap().expire(node.app.now()).unwrap();
    let analyst = node.signed_in(ANALYST).await;
    let view = analyst.get(&path).await.json(200);
    assert_eq!((&view["case"]["documents"], &view["case"]["only_here"]), (&json!(2), &json!(2)), "{view}");
    let document = &view["stories"][0]["documents"][0];
    assert_eq!(document["only_here"], true);
    let text = document["document"]["text"].as_str().unwrap();
    assert!(text.contains("World Forum") && !text.contains("iemand"), "{text}");

    // Another end and reason leave it as it is; a longer time than a year is refused, and so is no reason.
    let changed = analyst.ask(Method::PUT, &path, Some(changed_case("2027-07-01T00:00:00Z"))).await.json(200);
    assert_eq!((&changed["until"], &changed["documents"]), (&json!("2027-07-01T00:00:00Z"), &json!(2)));
    let refused = analyst.ask(Method::PUT, &path, Some(changed_case("2028-07-01T00:00:00Z"))).await;
    refused.is_problem(400, "invalid");
    let mut silent = changed_case(until);
    silent["reason"] = json!(" ");
    analyst.ask(Method::PUT, &path, Some(silent)).await.is_problem(400, "invalid");
    // What is not kept any more cannot be held anew.
    analyst.post("/watch/cases", case(&story, until)).await.is_problem(400, "invalid");
    analyst.ask(Method::PUT, &format!("{path}/stories/nothing"), None).await.is_problem(404, "absent");

    analyst.ask(Method::DELETE, &path, None).await.is_empty(204);
    analyst.get(&path).await.is_problem(404, "absent");
    assert_eq!(analyst.get("/watch/cases").await.json(200)["items"], json!([]));
    // Opened, changed, closed: each an entry.
    assert_eq!(node.app.store.ledger_size(store::Ledger::Facts).unwrap(), entries + 3);
}

#[tokio::test]
async fn a_case_lets_go_of_a_story_and_of_what_its_source_takes_back() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let first = forward(&analyst, "Blokkade", BLOCKADE).await["signals"][0].clone();
    let second =
        forward(&analyst, "Ander", "Vrijdag een gesprek over koffie in het World Forum, met muziek.").await;
    let second = second["signals"][0].as_str().unwrap().to_owned();
    let first = first.as_str().unwrap().to_owned();
    let made = analyst.post("/watch/cases", case(&first, "2027-01-01T00:00:00Z")).await.json(201);
    let path = format!("/watch/cases/{}", made["id"].as_str().unwrap());
    let held = analyst.ask(Method::PUT, &format!("{path}/stories/{second}"), None).await.json(200);
    assert_eq!((&held["stories"], &held["documents"]), (&json!(2), &json!(2)));
    analyst.ask(Method::DELETE, &format!("{path}/stories/{second}"), None).await.is_empty(204);
    analyst.ask(Method::DELETE, &format!("{path}/stories/{second}"), None).await.is_problem(404, "absent");
    let view = analyst.get(&path).await.json(200);
    let key = view["stories"][0]["documents"][0]["document"]["key"].as_str().unwrap();
    let of = "police".parse().unwrap();
    node.app.store.watch().unwrap().take_back(&of, "inbox", key, node.app.now()).unwrap();
    let view = analyst.get(&path).await.json(200);
    assert_eq!(
        (&view["stories"][0]["documents"], &view["stories"][0]["taken_back"]),
        (&json!([]), &json!(1))
    );
    assert!(!view.to_string().to_lowercase().contains("blokk"), "{view}");
}

/// Waits until a replay is done.
async fn done(node: &Node, analyst: &Browser<'_>, id: &Value) -> Value {
    let (of, id) = ("police".parse().unwrap(), id.as_str().unwrap());
    loop {
        let now = node.app.watching.trials.get(&of, id, node.app.now()).unwrap();
        match now.state {
            TrialState::Done => return analyst.get(&format!("/watch/replays/{id}")).await.json(200),
            TrialState::Failed => panic!("{now:?}"),
            TrialState::Waiting | TrialState::Running => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn a_replay_says_what_a_change_would_have_gained_and_lost_and_changes_nothing() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let gate = forward(&analyst, "Blokkade", BLOCKADE).await["signals"][0].as_str().unwrap().to_owned();
    forward(&analyst, "Markt", "Kaas en bloemen op de boulevard, en zaterdag een optocht met trommels.")
        .await;
    let verdict = json!({ "verdict": "relevant" });
    analyst.ask(Method::PUT, &format!("/watch/signals/{gate}/judgement"), Some(verdict)).await.json(200);
    node.clock.advance_millis(3_600_000);
    // An hour later the session is over.
    let analyst = node.signed_in(ANALYST).await;
    let before = analyst.get("/watch/signals?state=judged").await.json(200);

    let market = json!({ "profile": { "id": "market", "profile":
        { "name": "Market", "purpose": "public-order", "phrases": ["kaas"], "weight": 3.0 } } });
    let begun = analyst.post("/watch/replays", replay(&node, market.clone())).await.json(202);
    let gained = done(&node, &analyst, &begun["id"]).await;
    let found = &gained["found"];
    assert_eq!(
        (&found["same"], &found["gained"], &found["lost"]),
        (&json!(1), &json!(1), &json!(0)),
        "{gained}"
    );
    assert_eq!(found["gains"][0]["title"], "Markt");
    assert_eq!((&gained["shown"], &gained["done"], &gained["total"]), (&json!(1), &json!(2), &json!(2)));
    assert_eq!(found["now"]["precision"]["estimate"], 1.0);
    assert_eq!(found["now"]["recall"]["judged"], 1);
    // The same again gives the same.
    let again = analyst.post("/watch/replays", replay(&node, market)).await.json(202);
    assert_eq!(done(&node, &analyst, &again["id"]).await["found"], *found);

    let paused = json!({ "profile": { "id": "forum", "profile":
        { "name": "World Forum", "purpose": "public-order", "phrases": ["niets"], "paused": true } },
        "signals_per_shift": 40 });
    let begun = analyst.post("/watch/replays", replay(&node, paused)).await.json(202);
    let other = done(&node, &analyst, &begun["id"]).await;
    assert_eq!(other["found"]["now"]["signals"], 1, "{other}");

    assert_eq!(analyst.get("/watch/signals?state=judged").await.json(200), before);
    let profiles = analyst.get("/watch/profiles").await.json(200);
    assert_eq!(profiles["items"].as_array().unwrap().len(), 1);
    let list = analyst.get("/watch/replays").await.json(200);
    assert_eq!(
        (list["items"].as_array().unwrap().len(), &list["kept"]["documents"]),
        (3, &json!(2)),
        "{list}"
    );
    // What its source took back is told no more, also not here.
    let of = "police".parse().unwrap();
    let key = found["gains"][0]["leading"]["key"].as_str().unwrap();
    node.app.store.watch().unwrap().take_back(&of, "inbox", key, node.app.now()).unwrap();
    let path = format!("/watch/replays/{}", gained["id"].as_str().unwrap());
    assert_eq!(analyst.get(&path).await.json(200)["found"]["gains"][0]["title"], "");
    analyst.ask(Method::DELETE, &path, None).await.is_empty(204);
    analyst.get(&path).await.is_problem(404, "absent");
}

#[tokio::test]
async fn a_replay_is_bounded_and_one_at_a_time() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let few = json!({ "signals_per_shift": 1 });
    // There is nothing to replay yet.
    analyst.post("/watch/replays", replay(&node, few.clone())).await.is_problem(400, "invalid");
    forward(&analyst, "Blokkade", BLOCKADE).await;
    let refused = async |change: Value, words: &str| {
        let answer = analyst.post("/watch/replays", replay(&node, change)).await;
        answer.is_problem(400, "invalid");
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(text.contains(words), "{words}: {text}");
    };
    refused(json!({}), "changes nothing").await;
    refused(json!({ "signals_per_shift": 0 }), "signals_per_shift").await;
    refused(json!({ "signals_per_shift": 1, "from": "2026-10-01T00:00:00Z" }), "14 days").await;
    refused(json!({ "models": { "nl": 9 } }), "models").await;
    let named = json!({ "id": "p", "profile": { "name": "x", "purpose": "public-order", "phrases": ["Jan de Vries"] } });
    refused(json!({ "profile": named }), "person").await;
    // While one waits its turn there is no second; ending it makes room.
    let turn = node.app.watching.trials.hold_turn().await;
    let begun = analyst.post("/watch/replays", replay(&node, few.clone())).await.json(202);
    assert_eq!(begun["state"], "waiting");
    analyst.post("/watch/replays", replay(&node, few.clone())).await.is_problem(409, "conflict");
    let path = format!("/watch/replays/{}", begun["id"].as_str().unwrap());
    analyst.ask(Method::DELETE, &path, None).await.is_empty(204);
    let second = analyst.post("/watch/replays", replay(&node, few)).await.json(202);
    drop(turn);
    done(&node, &analyst, &second["id"]).await;
    assert_eq!(analyst.get("/watch/replays").await.json(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_watch_on_a_person_and_other_mistakes_are_refused_with_what_to_do() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    let check = async |path: &str, body: Value, words: &str| {
        let answer = analyst.ask(Method::PUT, path, Some(body)).await;
        answer.is_problem(400, "invalid");
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(text.contains(words), "{words}: {text}");
    };
    let with = |mut base: Value, key: &str, value: Value| {
        base[key] = value;
        base
    };
    let person = with(profile(), "phrases", json!(["Jan de Vries"]));
    let refused = analyst.ask(Method::PUT, "/watch/profiles/p", Some(person)).await.json(400);
    let fault = &refused["faults"][0];
    assert_eq!(
        (&fault["code"], &fault["value"]),
        (&json!("person_name"), &json!("Jan de Vries")),
        "{refused}"
    );
    check("/watch/profiles/p", with(profile(), "regexes", json!(["("])), "regex").await;
    check("/watch/profiles/p", with(profile(), "purpose", json!("no-such-purpose")), "purpose").await;
    check("/watch/profiles/P%20", profile(), "lower-case").await;
    check("/watch/sources/s", with(inbox(), "retention_days", json!(31)), "retention_days").await;
    let feed = json!({ "kind": "feed", "url": "ftp://example.org/x", "name": "x", "purpose": "public-order", "trust": "A" });
    check("/watch/sources/s", feed, "https://example.org").await;
    let map = json!({ "items": "$..[", "key": "id", "text": "text" });
    let json = json!({ "kind": "json", "url": "https://example.org/x", "map": map, "name": "x", "purpose": "public-order", "trust": "A" });
    check("/watch/sources/s", json, "map").await;
    let page = |select: &str, ignore: &str| {
        let about =
            json!({ "name": "x", "purpose": "public-order", "trust": "A", "url": "https://example.org/x" });
        with(with(with(about, "kind", json!("page")), "select", json!(select)), "ignore", json!([ignore]))
    };
    check("/watch/sources/s", page("div[", ".ad"), "div[").await;
    check("/watch/sources/s", page("#news", "p >> q"), "p >> q").await;
    assert_eq!(analyst.get("/watch/profiles").await.json(200)["items"], json!([]));
    assert_eq!(analyst.get("/watch/sources").await.json(200)["items"], json!([]));
}

/// Signals of two sorts, and which are of the sort to be found.
async fn two_sorts(node: &Node, analyst: &Browser<'_>) -> Vec<(String, bool)> {
    let mut signals = Vec::new();
    let words: Vec<String> = (0..400_u32).map(|number| word(number.wrapping_mul(2_654_435_761))).collect();
    let others = |number: usize| words[number * 5..number * 5 + 5].join(" ");
    for number in 0..80 {
        let (title, text) = if number % 2 == 0 {
            (
                format!("Actie {}", words[number * 5]),
                format!(
                    "{}. Blokkeer het World Forum, sluit je aan. {}",
                    others(number),
                    words[number * 5 + 1]
                ),
            )
        } else {
            (
                format!("Concert {}", words[number * 5]),
                format!(
                    "{}. Kaarten en koffie in het World Forum. {}",
                    others(number),
                    words[number * 5 + 1]
                ),
            )
        };
        node.clock.advance_millis(1_000);
        let taken = forward(analyst, &title, &text).await;
        for id in taken["signals"].as_array().unwrap() {
            signals.push((id.as_str().unwrap().to_owned(), number % 2 == 0));
        }
    }
    signals.sort();
    signals.dedup_by(|one, two| one.0 == two.0);
    signals
}

#[tokio::test]
async fn judgements_teach_a_model_that_is_compared_before_it_is_used() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let signals = two_sorts(&node, &analyst).await;
    assert!(signals.len() > 30, "{}", signals.len());
    analyst.post("/watch/learning/nl", json!({})).await.is_problem(409, "conflict");
    let (judged, left) = signals.split_at(signals.len() - 6);
    for (id, relevant) in judged {
        let verdict = if *relevant { "relevant" } else { "not_relevant" };
        let shown = analyst
            .ask(Method::PUT, &format!("/watch/signals/{id}/judgement"), Some(json!({ "verdict": verdict })))
            .await;
        assert_eq!(shown.json(200)["state"], "judged");
    }
    let learning = analyst.get("/watch/learning").await.json(200);
    assert_eq!(learning["judged"], judged.len());
    assert!(!learning["points"].as_array().unwrap().is_empty(), "{learning}");
    let model = analyst.post("/watch/learning/nl", json!({})).await.json(201);
    assert_eq!((&model["number"], &model["champion"]), (&json!(1), &json!(false)), "{model}");
    let before = analyst.get("/watch/signals").await.json(200);
    let chosen = analyst.ask(Method::PUT, "/watch/learning/nl", Some(json!({ "number": 1 }))).await.json(200);
    assert_eq!(chosen["changed"], left.len());
    let after = analyst.get("/watch/signals").await.json(200);
    assert_ne!(before["items"], after["items"]);
    let score = |id: &str| {
        let items = after["items"].as_array().unwrap();
        items.iter().find(|one| one["signal"]["id"] == id).unwrap()["signal"]["score"]["total"]
            .as_f64()
            .unwrap()
    };
    let mean = |wanted: bool| {
        let of: Vec<f64> = left.iter().filter(|one| one.1 == wanted).map(|one| score(&one.0)).collect();
        (!of.is_empty()).then(|| of.iter().sum::<f64>() / of.len() as f64)
    };
    if let (Some(good), Some(bad)) = (mean(true), mean(false)) {
        assert!(good > bad, "{good} {bad}");
    }
    // A judgement can be taken back, and no model can be used instead.
    let id = &judged[0].0;
    let shown = analyst.ask(Method::DELETE, &format!("/watch/signals/{id}/judgement"), None).await.json(200);
    assert_eq!(shown["state"], "open");
    analyst.ask(Method::PUT, "/watch/learning/nl", Some(json!({ "number": null }))).await.json(200);
    analyst
        .ask(Method::PUT, "/watch/learning/nl", Some(json!({ "number": 9 })))
        .await
        .is_problem(404, "absent");
}

#[tokio::test]
async fn what_is_muted_raises_no_signal_and_feeds_go_out_and_in() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let mute = json!({ "what": { "kind": "profile", "id": "forum" }, "until": "2026-11-23T08:00:00Z", "reason": "Beurs" });
    let made = analyst.post("/watch/mutes", mute).await.json(201);
    let taken = forward(&analyst, "Blokkade", BLOCKADE).await;
    assert_eq!(taken["signals"], json!([]));
    let id = made["id"].as_str().unwrap();
    analyst.ask(Method::DELETE, &format!("/watch/mutes?id={id}"), None).await.is_empty(204);
    let feed = json!({ "kind": "feed", "url": "https://example.org/feed", "name": "Example & co", "purpose": "public-order", "trust": "B" });
    analyst.ask(Method::PUT, "/watch/sources/example", Some(feed)).await.json(200);
    let opml = analyst.get("/watch/opml").await;
    assert_eq!(opml.status, 200);
    let text = String::from_utf8(opml.body.to_vec()).unwrap();
    assert!(text.contains("https://example.org/feed") && text.contains("Example &amp; co"), "{text}");
    analyst.ask(Method::DELETE, "/watch/sources/example", None).await.is_empty(204);
    analyst.get("/watch/sources/example").await.is_problem(404, "absent");
}

#[tokio::test]
async fn a_new_version_takes_the_place_of_yesterdays_and_what_is_taken_back_leaves_no_word() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let of = "police".parse().unwrap();
    let take = |happening: Happening| {
        let now = node.app.now();
        let desk = node.app.watching.desk(&of, now).unwrap();
        let mut desk = server::watch::lock(&desk);
        let source = desk.source("inbox").unwrap().clone();
        node.app.watching.with_keys(now, |keys| desk.take(&source, &[happening], now, keys)).unwrap().unwrap()
    };
    let post = |text: &str| {
        Happening::Posted(RawDocument { key: "post".into(), text: text.into(), ..RawDocument::default() })
    };
    let first = take(post(BLOCKADE));
    let id = first.signals[0].clone();
    node.clock.advance_millis(26 * 3_600_000);
    let analyst = node.signed_in(ANALYST).await;
    assert_eq!(take(post(&format!("{BLOCKADE} Neem handschoenen mee."))).new, 1);
    let view = analyst.get(&format!("/watch/signals/{id}")).await.json(200);
    assert_eq!(view["documents"].as_array().unwrap().len(), 1, "{view}");
    let source = analyst.get("/watch/sources/inbox").await.json(200);
    assert_eq!(source["documents"].as_array().unwrap().len(), 1, "{source}");

    take(Happening::Deleted { key: "post".into() });
    let view = analyst.get(&format!("/watch/signals/{id}")).await.json(200);
    assert_eq!((&view["shown"]["state"], &view["documents"]), (&json!("withdrawn"), &json!([])));
    let told = view.to_string().to_lowercase();
    for word in ["blokkeren", "fietsen", "handschoenen", "ingang"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    let watch = node.app.store.watch().unwrap();
    for kind in [RecordKind::Story, RecordKind::Signal] {
        for kept in watch.every(kind).unwrap() {
            assert!(!kept.json.contains("blokkeren"), "{}", kept.json);
        }
    }
    assert!(watch.every(RecordKind::Story).unwrap().is_empty());
    // The same words again are news again.
    assert_eq!(take(post(BLOCKADE)).new, 1);
}

/// A document as versions before kept it: its name plain, or hashed without a key.
fn kept_before(key: &str, at: base::Timestamp) -> store::watch::KeptDocument {
    let document = json!({
        "source": "inbox", "key": key, "url": null, "title": "", "text": BLOCKADE, "voice": null, "published": at,
        "arrived": at, "language": "nl", "tags": [], "links": [],
    });
    store::watch::KeptDocument {
        organisation: "police".parse().unwrap(),
        source: "inbox".into(),
        key: key.into(),
        story: None,
        arrived: at,
        until: at.plus_seconds(30 * 86_400),
        json: json!({ "document": document }).to_string(),
    }
}

#[tokio::test]
async fn what_an_earlier_version_kept_is_still_found_and_its_judgements_get_a_keyed_name() {
    let node = Node::new().await;
    let analyst = node.signed_in(ANALYST).await;
    set_up(&analyst).await;
    let (of, now, watch) = ("police".parse().unwrap(), node.app.now(), node.app.store.watch().unwrap());
    let address = "https://social.example/@someone/1";
    let hashed = webwatch::privacy::name_before(address);
    assert!(hashed.starts_with("hashed:"), "{hashed}");
    watch.keep(&[kept_before("plain", now), kept_before(&hashed, now)]).unwrap();
    let judgement = json!({
        "document": { "source": "inbox", "key": "hashed:gone" }, "story": "x", "language": "nl", "verdict": "relevant",
        "at": now, "raised": true, "features": [],
    });
    let judged = store::watch::Judged {
        organisation: of,
        document: "inbox\nhashed:gone".into(),
        member: base::ids::MemberId::from_bytes([1; 16]),
        at: now,
        json: judgement.to_string(),
    };
    watch.judge(&judged).unwrap();
    let of = judged.organisation.clone();
    // A node that starts: its desk is opened anew.
    let watching = server::watch::Watching::new(node.app.store.clone(), node.app.area.clone());
    let desk = watching.desk(&of, now).unwrap();
    let renamed = watch.judgements(&of).unwrap().remove(0);
    assert!(renamed.document.starts_with("inbox\npost:") && !renamed.json.contains("hashed:"), "{renamed:?}");
    let mut desk = server::watch::lock(&desk);
    let source = desk.source("inbox").unwrap().clone();
    let mut take = |happening| {
        watching.with_keys(now, |keys| desk.take(&source, &[happening], now, keys)).unwrap().unwrap()
    };
    let new = RawDocument { key: "plain".into(), text: "Toch niet.".into(), ..RawDocument::default() };
    assert_eq!(take(Happening::Posted(new)).new, 1);
    take(Happening::Deleted { key: address.into() });
    let left: Vec<String> =
        watch.documents_from(&of, "inbox", 9, now).unwrap().into_iter().map(|one| one.key).collect();
    assert_eq!(left, ["plain"]);
    // What is new has a name under the key.
    let new = RawDocument { key: address.into(), text: "Iets anders".into(), ..RawDocument::default() };
    take(Happening::Posted(new));
    let left = watch.documents_from(&of, "inbox", 9, now).unwrap();
    assert!(left[0].key.starts_with("post:") && !left[0].json.contains("social.example"), "{left:?}");
}
