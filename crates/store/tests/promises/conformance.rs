//! What every kind of storage must do: publish, amend, act, read, and leave a record of who read.

use base::Timestamp;
use policy::action::{Acknowledge, Amend, Audit, Create, Release, Restrict, Retract, See};
use record::{Deed, Marking, Tlp};
use store::{AccessAction, AccessQuery, Change, Filter, Idempotency, ItemState, StoreError};

use crate::support::{CITY, EUROPOL, Node, OPCW, OPCW_SECOND, amber, green, organisation, start, wait};

#[test]
fn what_is_published_is_there_for_whom_it_is_for() {
    let node = Node::new();
    let mut changes = node.store.changes();
    let open = node.item(OPCW, "for all", green());
    let closed = node.item(OPCW, "for two", amber(&["europol"]));
    let receipt = node.publish(&open);
    node.publish(&closed);
    assert_eq!((receipt.item, receipt.version, receipt.repeated), (open.id, 1, false));
    let Change { item, seq, label_before, .. } = changes.try_recv().unwrap();
    assert_eq!((item, seq, label_before), (open.id, receipt.entry, None));

    let titles = |id| {
        let page = node.store.page(&node.sight(id), &Filter::default(), None, 10).unwrap();
        node.titles(id, &page.candidates.iter().map(|one| one.row).collect::<Vec<_>>())
    };
    assert_eq!(titles(OPCW), ["for two", "for all"]);
    assert_eq!(titles(EUROPOL), ["for two", "for all"]);
    assert_eq!(titles(CITY), ["for all"]);
    assert_eq!(node.store.counts(&node.sight(CITY), &Filter::default()).total, 1);

    let node = node.reopen();
    assert_eq!(node.open(EUROPOL, &closed).item, closed);
    node.assert_sound();
}

#[test]
fn a_permit_is_for_one_thing() {
    let node = Node::new();
    let (one, other) = (node.item(OPCW, "one", green()), node.item(OPCW, "other", green()));
    let permit = node.permit::<Create>(OPCW, &one);
    assert!(matches!(node.store.publish(&permit, other, None), Err(StoreError::Absent)));
    let mut forged = one.clone();
    forged.originator = organisation("europol");
    assert!(matches!(node.store.publish(&permit, forged, None), Err(StoreError::Absent)));
    let mut forged = one.clone();
    forged.author = OPCW_SECOND;
    assert!(matches!(node.store.publish(&permit, forged, None), Err(StoreError::Absent)));
    node.publish(&one);
    let again = node.store.publish(&permit, one, None).unwrap().wait();
    assert!(again.is_err(), "the same item twice");
    assert_eq!(node.store.items(), 1);
    node.assert_sound();
}

#[test]
fn nothing_is_sent_twice() {
    let node = Node::new();
    let item = node.item(OPCW, "once", green());
    let key = Idempotency { key: "k1".into(), request_hash: [1; 32] };
    let send = |item: &record::Item, key: &Idempotency| {
        node.store
            .publish(&node.permit::<Create>(OPCW, item), item.clone(), Some(key.clone()))
            .unwrap()
            .wait()
    };
    let first = send(&item, &key).unwrap();
    let second = send(&node.item(OPCW, "once", green()), &key).unwrap();
    assert_eq!((second.item, second.entry, second.repeated), (first.item, first.entry, true));
    let other = Idempotency { request_hash: [2; 32], ..key };
    assert!(matches!(send(&node.item(OPCW, "else", green()), &other), Err(StoreError::Conflict(_))));
    assert_eq!(node.store.items(), 1);
}

#[test]
fn versions_follow_each_other_and_only_a_release_loosens() {
    let node = Node::new();
    let first = node.item(OPCW, "first", amber(&["europol", "city"]));
    node.publish(&first);
    let second = node.next(OPCW, &first, "second", amber(&["europol"]));
    let permit = node.permit::<Amend>(OPCW, &first);
    let receipt = node.store.amend(&permit, second.clone()).unwrap().wait().unwrap();
    assert_eq!(receipt.version, 2);
    assert!(node.find(CITY, "second").is_empty());
    let stale = node.store.amend(&permit, second.clone()).unwrap().wait();
    assert!(matches!(stale, Err(StoreError::Stale { version: 2 })), "{stale:?}");
    let third = node.next(OPCW, &first, "third", green());
    assert!(matches!(node.store.amend(&permit, third.clone()), Err(StoreError::Looser)));

    let permit = node.permit::<Release>(OPCW, &first);
    let wrong = node.act(OPCW, &first, Deed::Release { reason: "asked".into(), version: 7 });
    assert!(matches!(node.store.release(&permit, wrong, third.clone()), Err(StoreError::Conflict(_))));
    let act = node.act(OPCW, &first, Deed::Release { reason: "asked".into(), version: 3 });
    node.store.release(&permit, act, third.clone()).unwrap().wait().unwrap();
    assert_eq!(node.open(CITY, &first).item, third);
    let versions = wait(node.store.versions(&node.permit::<See>(CITY, &first), None)).unwrap();
    let titles: Vec<_> = versions.iter().map(|one| one.item.content.title.as_str()).collect();
    assert_eq!(titles, ["first", "second", "third"]);
    node.assert_sound();
}

#[test]
fn acts_change_the_state() {
    let node = Node::new();
    let item = node.item(OPCW, "van at the gate", green());
    node.publish(&item);
    let acknowledge = |version| {
        let act = node.act(EUROPOL, &item, Deed::Acknowledge { version });
        node.store.acknowledge(&node.permit::<Acknowledge>(EUROPOL, &item), act).unwrap().wait()
    };
    assert!(matches!(acknowledge(2), Err(StoreError::Stale { version: 1 })));
    acknowledge(1).unwrap();
    let view = node.open(CITY, &item);
    assert_eq!(view.acknowledged.keys().collect::<Vec<_>>(), [&organisation("europol")]);

    let only = Deed::Restrict { members: Some(vec![OPCW]) };
    let act = node.act(OPCW, &item, only);
    node.store.restrict(&node.permit::<Restrict>(OPCW, &item), act).unwrap().wait().unwrap();
    assert!(node.find(OPCW_SECOND, "van").is_empty());
    assert_eq!(node.find(OPCW, "van").len(), 1);
    assert_eq!(node.find(EUROPOL, "van").len(), 1);

    let act = node.act(OPCW, &item, Deed::Retract { reason: "a mistake".into(), acknowledge_by: None });
    node.store.retract(&node.permit::<Retract>(OPCW, &item), act.clone()).unwrap().wait().unwrap();
    assert_eq!(node.open(CITY, &item).state, ItemState::Retracted);
    let twice = node.store.retract(&node.permit::<Retract>(OPCW, &item), act).unwrap().wait();
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
    assert_eq!(node.store.acts(&node.permit::<See>(CITY, &item)).unwrap().len(), 3);

    let node = node.reopen();
    assert_eq!(node.open(CITY, &item).state, ItemState::Retracted);
    assert!(node.find(OPCW_SECOND, "van").is_empty());
    node.assert_sound();
}

#[test]
fn who_reads_is_on_record() {
    let node = Node::new();
    let item = node.item(OPCW, "read me", amber(&["europol"]));
    node.publish(&item);
    node.open(EUROPOL, &item);
    let audit = |id| {
        let who = node.who(id);
        let permit = node.engine.permit_organisation::<Audit>(&who, &who.organisation).unwrap();
        node.store.access_records(&permit, &AccessQuery::default()).unwrap()
    };
    let records = audit(EUROPOL);
    assert_eq!(records.len(), 1);
    let (_, record) = &records[0];
    assert_eq!((record.action, &record.items[..]), (AccessAction::Open, &[item.id][..]));
    assert_eq!(record.members, [EUROPOL]);
    assert!(audit(OPCW).is_empty());
    let who = node.who(OPCW);
    let permit = node.engine.permit_organisation::<Audit>(&who, &who.organisation).unwrap();
    assert_eq!(node.store.readers_of(&permit, item.id).unwrap().len(), 1);
    node.assert_sound();
}

#[test]
fn a_clock_set_back_turns_no_ledger_back() {
    let node = Node::new();
    node.clock.set(start().plus_seconds(3_600));
    node.publish(&node.item(OPCW, "later", green()));
    node.clock.set(start());
    let item = node.item(OPCW, "earlier", green());
    node.publish(&item);
    assert_eq!(node.open(OPCW, &item).changed_at, start().plus_seconds(3_600));
    let node = node.reopen();
    node.clock.set(Timestamp::from_seconds(1_000));
    node.publish(&node.item(OPCW, "long ago", Marking::new(Tlp::Clear)));
    node.open(OPCW, &item);
    node.assert_sound();
}

#[test]
fn another_node_key_opens_nothing() {
    let node = Node::new();
    node.publish(&node.item(OPCW, "sealed", green()));
    let options = node.options.clone();
    let wrong = store::NodeKey::random(&base::system::SystemRandom);
    let clock = node.clock.clone();
    let opened =
        store::Store::open(options.clone(), &wrong, clock, std::sync::Arc::new(base::system::SystemRandom));
    assert!(matches!(opened, Err(StoreError::Damaged(_))));
    let report = store::verify_folder(&options, &wrong, &mut |_, _| {}).unwrap();
    assert!(!report.is_sound());
}
