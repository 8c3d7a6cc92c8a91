//! Stores that earlier versions made: each form is kept as a fixture and opens for good.
//!
//! A new form gets a new fixture: `BELFRY_WRITE_FIXTURE=FOLDER` makes this test write one. Old ones never change.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use policy::{Principal, Role};
use record::{Content, Deed, Item};
use store::watch::{Watched, WatchedKind};
use store::{ErasureRequest, Outcome, Upload};

use crate::support::{CITY, EUROPOL, Node, OPCW, amber, close, green, organisation};

/// The node key of every fixture. It protects nothing.
const KEY: &str = "belfry-node-key/1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// A node in a new folder, with the key of the fixtures.
fn node_in(folder: &Path) -> Node {
    let data = folder.join("data");
    let key = data.with_extension("key");
    std::fs::write(&key, KEY).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    Node::in_folder(&data)
}

/// Something of everything that a form keeps.
fn write(node: &Node) {
    let upload =
        Upload { name: "plan.txt".into(), media_type: "text/plain".into(), bytes: b"the plan".to_vec() };
    let file = node.store.upload(&node.who(OPCW), upload).unwrap().wait().unwrap();
    let content = Content { title: "Van at the gate".into(), attachments: vec![file], ..Content::default() };
    let shared = node.item_with(OPCW, content, amber(&["europol"]));
    node.publish(&shared);
    let next = node.next(OPCW, &shared, "White van at the gate", amber(&["europol"]));
    node.store.amend(&node.permit(OPCW, &shared), next).unwrap().wait().unwrap();
    let act = node.act(EUROPOL, &shared, Deed::Acknowledge { version: 2 });
    node.store.acknowledge(&node.permit(EUROPOL, &shared), act).unwrap().wait().unwrap();
    let erased = node.item(CITY, "Erased", green());
    node.publish(&erased);
    node.erase(CITY, &erased);
    node.publish(&node.item(CITY, "Road closed", green()));
    node.open(EUROPOL, &shared);
    // Since form 2: how long versions stood, recalls, preferences.
    let keep = node.act(OPCW, &shared, Deed::Restrict { members: Some(vec![OPCW]) });
    node.store.restrict(&node.permit(OPCW, &shared), keep).unwrap().wait().unwrap();
    let recalled = node.item(CITY, "Recalled", green());
    node.publish(&recalled);
    let recall = Deed::Retract { reason: "a mistake".into(), acknowledge_by: None };
    let recall = node.act(CITY, &recalled, recall);
    node.store.retract(&node.permit(CITY, &recalled), recall).unwrap().wait().unwrap();
    node.store.keep_preferences(&node.who(OPCW), b"{}").unwrap().wait().unwrap();
    // Since form 3: what became of requests to erase.
    let unwanted = node.item(CITY, "Unwanted", green());
    node.publish(&unwanted);
    ask_erasure(node, &unwanted);
    node.erase(CITY, &unwanted);
    // Since form 4: what is watched.
    let source = Watched {
        organisation: organisation("opcw"),
        kind: WatchedKind::Source,
        id: "news".into(),
        content: Some(serde_json::json!({ "name": "News" })),
    };
    let analyst = Principal { roles: [Role::Analyst].into(), ..node.who(OPCW) };
    let permit = node.engine.permit_organisation(&analyst, &analyst.organisation).unwrap();
    node.store.change_watched(&permit, vec![source]).unwrap().wait().unwrap();
}

fn ask_erasure(node: &Node, item: &Item) {
    let ask = node.act(EUROPOL, item, Deed::AskErasure { reason: "a name".into() });
    node.store.ask_erasure(&node.permit(EUROPOL, item), ask).unwrap().wait().unwrap();
}

#[test]
fn form_1_opens() {
    let (_folder, node) = opened("form-1");
    assert_eq!(node.find(EUROPOL, ""), ["Road closed", "White van at the gate"]);
    goes_on(&node, 1);
}

#[test]
fn form_2_opens() {
    let (_folder, node) = opened("form-2");
    assert_eq!(node.find(EUROPOL, ""), ["Recalled", "Road closed", "White van at the gate"]);
    assert_eq!(node.store.preferences(&node.who(OPCW)).unwrap().unwrap(), b"{}");
    goes_on(&node, 1);
}

#[test]
fn form_3_opens() {
    let (_folder, node) = opened("form-3");
    assert_eq!(node.find(EUROPOL, ""), ["Recalled", "Road closed", "White van at the gate"]);
    let made = node.store.erasure_requests_made(&node.who(EUROPOL), false).unwrap();
    assert!(matches!(made[..], [ErasureRequest { outcome: Some(Outcome::Erased { .. }), reason: None, .. }]));
    goes_on(&node, 3);
}

#[test]
fn form_4_opens() {
    if let Some(target) = std::env::var_os("BELFRY_WRITE_FIXTURE") {
        let folder = tempfile::tempdir().unwrap();
        let node = node_in(folder.path());
        write(&node);
        node.store.settle_search().unwrap();
        let data = node.folder().to_owned();
        close(node.store, &data);
        std::fs::copy(data.join("belfry.db"), Path::new(&target).join("belfry.db")).unwrap();
        return;
    }
    let (_folder, node) = opened("form-4");
    let watched = node.store.watched(&organisation("opcw"), WatchedKind::Source).unwrap();
    assert_eq!(watched[0].id, "news");
    goes_on(&node, 3);
}

/// A copy of a fixture, opened as any store is.
fn opened(form: &str) -> (tempfile::TempDir, Node) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises/fixtures");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::copy(fixtures.join(form).join("belfry.db"), folder.path().join("data/belfry.db")).unwrap();
    let node = node_in(folder.path());
    (folder, node)
}

/// What every store does, however old.
fn goes_on(node: &Node, emptied: u64) {
    assert_eq!(node.find(CITY, "van"), [""; 0]);
    assert_eq!(node.find(EUROPOL, "white"), ["White van at the gate"]);
    node.publish(&node.item(OPCW, "Written now", green()));
    node.assert_sound();
    let report = node.store.verify(&mut |_, _| {}).unwrap();
    assert_eq!(report.facts.emptied, emptied);
}
