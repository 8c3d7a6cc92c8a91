//! What time does: retention, and what is swept.

use policy::action::{Audit, Create};
use record::{Marking, Retention};
use store::{AccessQuery, Idempotency, Keeping, Ledger, StoreError};

use crate::support::{CITY, EUROPOL, Node, OPCW, green, start};

const DAY_S: i64 = 86_400;

#[test]
fn an_item_is_erased_when_its_retention_ends() {
    let node = Node::new();
    let brief = node.item(OPCW, "brief words", Marking { retention: Retention::Brief, ..green() });
    let long = node.item(OPCW, "long words", green());
    node.publish(&brief);
    node.publish(&long);
    let end = brief.kept_until();
    let expire = |now| node.store.expire(now, Keeping::default()).unwrap().wait().unwrap();
    assert_eq!(expire(end.plus_millis(-1)).items, 0);
    let done = expire(end);
    assert_eq!((done.items, done.more), (1, false));
    assert!(node.store.candidate(brief.id).unwrap().is_none());
    assert_eq!(node.find(CITY, "words"), ["long words"]);
    assert_eq!(expire(end).items, 0);
    node.assert_sound();
    let report = node.store.verify(&mut |_, _| {}).unwrap();
    assert_eq!(report.facts.emptied, 1);
}

#[test]
fn a_call_does_a_bounded_part() {
    let node = Node::new();
    let items: Vec<_> = (0..250).map(|n| node.item(OPCW, &format!("item {n}"), green())).collect();
    node.publish_all(&items);
    let now = start().plus_seconds(1_000 * DAY_S);
    let expire = || node.store.expire(now, Keeping::default()).unwrap().wait().unwrap();
    let first = expire();
    assert_eq!((first.items, first.more), (200, true));
    let second = expire();
    assert_eq!((second.items, second.more), (50, false));
    node.assert_sound();
}

#[test]
fn old_access_records_lose_their_content_and_keep_their_leaves() {
    let node = Node::new();
    let item = node.item(OPCW, "watched", green());
    node.publish(&item);
    for _ in 0..5 {
        node.open(EUROPOL, &item);
    }
    node.clock.set(start().plus_seconds(300 * DAY_S));
    node.open(EUROPOL, &item);
    let keeping = Keeping { access_days: 365, ..Keeping::default() };
    let expire = |days: i64| {
        let now = start().plus_seconds(days * DAY_S);
        node.store.expire(now, keeping).unwrap().wait().unwrap().access_records
    };
    assert_eq!(expire(364), 0);
    assert_eq!(expire(366), 5);
    assert_eq!(expire(366), 0);
    let who = node.who(EUROPOL);
    let permit = node.engine.permit_organisation::<Audit>(&who, &who.organisation).unwrap();
    let left = node.store.access_records(&permit, &AccessQuery::default()).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(node.store.ledger_size(Ledger::Access).unwrap(), 6);
    let report = node.store.verify(&mut |_, _| {}).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.access.emptied, 5);
}

#[test]
fn answers_are_forgotten_after_a_day() {
    let node = Node::new();
    let key = Idempotency { key: "k".into(), request_hash: [1; 32] };
    let send = || {
        let item = node.item(OPCW, "again", green());
        let permit = node.permit::<Create>(OPCW, &item);
        node.store.publish(&permit, item, Some(key.clone())).unwrap().wait().unwrap().repeated
    };
    assert!(!send() && send());
    let expire = |hours: i64| {
        let now = start().plus_seconds(hours * 3_600);
        node.store.expire(now, Keeping::default()).unwrap().wait().unwrap().answers
    };
    assert_eq!((expire(23), expire(25)), (0, 1));
    assert!(!send());
}

#[test]
fn a_store_of_a_newer_form_is_left_alone() {
    let node = Node::new();
    let (options, key, _folder) = node.shut();
    let database = rusqlite::Connection::open(options.folder.join("belfry.db")).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    let clock = std::sync::Arc::new(base::clock::ManualClock::new(start()));
    let random = std::sync::Arc::new(base::system::SystemRandom);
    let opened = store::Store::open(options, &key, clock, random);
    assert!(matches!(opened, Err(StoreError::Unsupported(_))));
}
