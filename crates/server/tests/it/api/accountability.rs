//! What is kept, whether the ledgers are in order, which rules decide.

use serde_json::{Value, json};

use super::items::{report, share};
use crate::support::{Browser, Node};

async fn verified(browser: &Browser<'_>) -> Value {
    loop {
        let view = browser.get("/ledger/verification").await.json(200);
        if view["state"] != "running" {
            return view;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn retention_counts_ones_own_items_and_tells_what_was_erased() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let auditor = node.signed_in("Auditor OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    share(&europol, report("Not ours")).await;
    share(&opcw, report("Standard")).await;
    let mut brief = report("Brief");
    brief["marking"]["retention"] = json!("brief");
    brief["content"]["valid_until"] = json!("2026-11-22T10:00:00Z");
    share(&opcw, brief).await;
    let gone = share(&opcw, report("A name")).await["id"].as_str().unwrap().to_owned();
    let why = json!({ "reason": "A name was in it" });
    administrator.post(&format!("/items/{gone}/erase"), why).await.is_empty(204);
    for browser in [&auditor, &administrator] {
        let kept = browser.get("/retention").await.json(200);
        let class = |name: &str| {
            let all = kept["classes"].as_array().unwrap();
            all.iter().find(|one| one["class"] == name).unwrap().clone()
        };
        assert_eq!(
            (&class("standard")["items"], &class("standard")["within_30_days"]),
            (&json!(1), &json!(0))
        );
        assert_eq!((&class("brief")["items"], &class("brief")["within_7_days"]), (&json!(1), &json!(0)));
        assert_eq!(class("brief")["within_30_days"], 1);
        assert_eq!(class("case")["items"], 0);
        assert_eq!(kept["erased"].as_array().unwrap().len(), 1);
        assert_eq!(kept["erased"][0]["item"], json!(gone));
        assert_eq!(kept["erased"][0]["reason"], "A name was in it");
        assert_eq!(kept["erased"][0]["member_name"], "Administrator OPCW");
        assert_eq!(kept["access_days"], 365);
    }
}

#[tokio::test]
async fn only_who_accounts_for_it_is_told() {
    let node = Node::new().await;
    let duty = node.signed_in("Duty officer OPCW").await;
    for path in ["/retention", "/ledger/health", "/ledger/verification"] {
        duty.get(path).await.is_problem(404, "absent");
        // To look needs no fresh sign-in.
        let stale = node.browser_of(node.member("Administrator OPCW"), false).await;
        stale.get(path).await.json(200);
    }
    duty.post("/ledger/verification", json!({})).await.is_problem(404, "absent");
}

#[tokio::test]
async fn the_ledgers_are_verified_from_the_screen() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let auditor = node.signed_in("Auditor OPCW").await;
    share(&opcw, report("Van")).await;
    assert_eq!(auditor.get("/ledger/verification").await.json(200)["state"], "none");
    assert_eq!(auditor.post("/ledger/verification", json!({})).await.json(202)["state"], "running");
    let found = verified(&auditor).await;
    assert_eq!((&found["state"], &found["report"]["sound"]), (&json!("done"), &json!(true)), "{found}");
    assert_eq!(found["done"], found["total"]);
    assert!(found["report"]["ledgers"][0]["root"].is_string());
    let again = auditor.post("/ledger/verification", json!({})).await;
    again.is_problem(429, "too-many");
    assert_eq!(again.header("retry-after"), "60");
    node.clock.advance_millis(60_000);
    auditor.post("/ledger/verification", json!({})).await.json(202);
    verified(&auditor).await;

    let health = auditor.get("/ledger/health").await.json(200);
    assert_eq!(health["mode"], "open");
    assert_eq!(health["ledgers"][0]["ledger"], "facts");
    assert_eq!(health["ledgers"][0]["age_s"], 60);
    assert!(health["ledgers"][0]["checkpoint"].as_str().unwrap().contains("/facts"));
    assert_eq!(health["verification"]["state"], "done");
}

#[tokio::test]
async fn everyone_reads_the_rules() {
    let node = Node::new().await;
    let duty = node.signed_in("Duty officer OPCW").await;
    let policies = duty.get("/policies").await.json(200);
    assert!(policies["matrix"].as_str().unwrap().starts_with("# Who may do what"));
    assert_eq!(policies["policy_set_hash"].as_str().unwrap().len(), 64);
    let rules = policies["rules"].as_array().unwrap();
    assert!(rules.iter().any(|one| one["id"] == "see-red" && one["permits"] == true));
    assert!(rules.iter().any(|one| one["permits"] == false));
}

#[tokio::test]
async fn evidence_is_of_what_the_caller_may_see() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let police = node.signed_in("Duty officer Police").await;
    let id = async |draft: Value| share(&opcw, draft).await["id"].as_str().unwrap().to_owned();
    let mut hidden = report("For Europol only");
    hidden["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let (one, two) = (id(report("Van")).await, id(hidden).await);
    let both = json!({ "items": [one, two] });
    let evidence = europol.post("/evidence", both.clone()).await.json(200);
    assert_eq!(evidence["format"], "belfry-evidence/1");
    let proofs = evidence["proofs"].as_array().unwrap();
    assert!(proofs.iter().all(|one| one["format"] == "belfry-proof/1") && proofs.len() == 2);
    let absent = police.post("/evidence", both).await;
    absent.is_problem(404, "absent");
    let nothing = json!({ "items": [one, "0192f5a0-0000-7000-8000-000000000000"] });
    assert_eq!(police.post("/evidence", nothing).await.body, absent.body);
    europol.post("/evidence", json!({ "items": [] })).await.is_problem(400, "invalid");
}

async fn assert_sound(node: &Node) {
    let store = node.app.store.clone();
    let report = tokio::task::spawn_blocking(move || store.check(&mut |_, _| {})).await.unwrap().unwrap();
    assert!(report.is_sound(), "{report:?}");
}

#[tokio::test]
async fn erasure_is_asked_for_refused_and_granted() {
    let node = Node::new().await;
    let opcw = node.signed_in("Duty officer OPCW").await;
    let administrator = node.signed_in("Administrator OPCW").await;
    let auditor = node.signed_in("Auditor OPCW").await;
    let europol = node.signed_in("Duty officer Europol").await;
    let outsider = node.signed_in("Duty officer Police").await;
    let why = || json!({ "reason": "A name is in it" });
    let mut draft = report("A name is in it");
    draft["marking"]["audience"] = json!([{ "organisations": ["europol"] }]);
    let item = share(&opcw, draft).await["id"].as_str().unwrap().to_owned();
    let path = format!("/items/{item}/erasure-requests");
    outsider.post(&path, why()).await.is_problem(404, "absent");
    europol.post(&path, json!({ "reason": " " })).await.is_problem(400, "invalid");
    let asked = europol.post(&path, why()).await.json(201);
    europol.post(&path, why()).await.is_problem(409, "conflict");

    for browser in [&administrator, &auditor] {
        let list = browser.get("/erasure-requests").await.json(200);
        assert_eq!((&list["items"][0]["id"], &list["items"][0]["item"]), (&asked["id"], &json!(item)));
        assert_eq!(list["items"][0]["reason"], "A name is in it");
        assert!(list["items"][0].get("refused").is_none());
    }
    assert_eq!(administrator.get("/erasure-requests").await.json(200)["items"][0]["may_decide"], true);
    assert_eq!(auditor.get("/erasure-requests").await.json(200)["items"][0]["may_decide"], false);
    opcw.get("/erasure-requests").await.is_problem(404, "absent");
    let accountable = node.signed_in("Administrator Europol").await;
    let theirs = accountable.get("/erasure-requests").await.json(200);
    assert_eq!(theirs["items"], json!([]), "requests are about own items");
    let made =
        async |browser: &Browser| browser.get("/erasure-requests/made").await.json(200)["items"].clone();
    let told = made(&europol).await;
    assert_eq!((&told[0]["reason"], &told[0]["originator"]), (&json!("A name is in it"), &json!("opcw")));
    assert_eq!(made(&accountable).await[0]["member_name"], "Duty officer Europol");
    let colleague = node.signed_in("Analyst Europol").await;
    for other in [&colleague, &opcw, &administrator, &outsider] {
        assert_eq!(made(other).await, json!([]), "who asked is told, and who answers for it");
    }

    let refuse = format!("/erasure-requests/{}/refuse", asked["id"].as_str().unwrap());
    let nothing = "/erasure-requests/0192f5a0-0000-7000-8000-000000000000/refuse";
    let absent = outsider.post(nothing, why()).await;
    absent.is_problem(404, "absent");
    assert_eq!(outsider.post(&refuse, why()).await.body, absent.body, "hidden is as absent as nothing");
    europol.post(&refuse, why()).await.is_problem(403, "not-allowed");
    let stale = node.browser_of(node.member("Administrator OPCW"), false).await;
    stale.post(&refuse, why()).await.is_problem(403, "reauthenticate");
    administrator.post(&refuse, json!({ "reason": "It is evidence" })).await.is_empty(204);
    administrator.post(&refuse, why()).await.is_problem(409, "conflict");
    let list = administrator.get("/erasure-requests").await.json(200);
    assert_eq!(list["items"][0]["refusal"], "It is evidence");
    assert_eq!(made(&europol).await[0]["refusal"], "It is evidence");
    let acts = europol.get(&format!("/items/{item}")).await.json(200)["acts"].clone();
    assert_eq!((&acts[0]["deed"], &acts[1]["deed"]), (&json!("ask_erasure"), &json!("refuse_erasure")));

    // Its own auditor asks too, without seeing it; erasing grants it.
    auditor.get(&format!("/items/{item}")).await.is_problem(404, "absent");
    auditor.post(&path, why()).await.json(201);
    europol.post(&path, why()).await.json(201);
    assert_sound(&node).await;
    administrator.post(&format!("/items/{item}/erase"), why()).await.is_empty(204);
    // Both learn that it is gone, and nothing of what it said.
    let list = administrator.get("/erasure-requests").await.json(200);
    let granted = list["items"].as_array().unwrap();
    assert_eq!(granted.len(), 2);
    assert!(granted.iter().all(|one| one["erased"].is_string() && one.get("reason").is_none()), "{list}");
    let told = made(&europol).await;
    assert_eq!((told.as_array().unwrap().len(), &told[0]["item"]), (1, &json!(item)));
    assert!(told[0]["erased"].is_string());
    assert_eq!(made(&accountable).await, told, "{told}");
    assert!(made(&auditor).await[0]["erased"].is_string());
    for other in [&colleague, &outsider] {
        assert_eq!(made(other).await, json!([]));
    }
    assert_sound(&node).await;
}
