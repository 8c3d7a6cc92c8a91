//! What web monitoring keeps, for how long, and that a day goes whole.

use base::Timestamp;
use base::ids::{MemberId, OrganisationId};
use policy::action::Watch;
use policy::{Permit, Principal, Role};
use store::watch::{
    Case, Counted, Day, Judged, KeptDocument, Raw, Record, RecordKind, WatchStore, Watched, WatchedKind,
};
use store::{Ledger, StoreError};

use crate::support::{Node, OPCW};

fn of(name: &str) -> OrganisationId {
    name.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn document(id: i64, arrived: &str, days: i64) -> KeptDocument {
    KeptDocument {
        organisation: of("police"),
        source: "news".into(),
        key: format!("key-{id}"),
        story: Some(format!("story-{}", id % 2)),
        arrived: at(arrived),
        until: at(arrived).plus_seconds(days * 86_400),
        json: format!("{{\"id\":{id}}}"),
    }
}

fn number(document: &KeptDocument) -> i64 {
    document.key.rsplit('-').next().unwrap().parse().unwrap()
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let read = std::fs::read_dir(folder.join("watch")).unwrap();
    let mut names: Vec<String> = read.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".db"));
    names.sort();
    names
}

#[test]
fn documents_are_found_by_story_source_and_number_and_only_by_their_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    let now = at("2026-11-25T12:00:00Z");
    watch.keep(&[document(1, "2026-11-24T12:00:00Z", 30), document(2, "2026-11-25T11:00:00Z", 30)]).unwrap();
    watch.keep(&[document(3, "2026-11-25T11:30:00Z", 30)]).unwrap();
    let ids = |found: Vec<KeptDocument>| found.iter().map(number).collect::<Vec<_>>();
    assert_eq!(ids(watch.documents_of(&of("police"), "story-1", now).unwrap()), [3, 1]);
    assert_eq!(ids(watch.documents_from(&of("police"), "news", 2, now).unwrap()), [3, 2]);
    assert_eq!(
        watch.document(&of("police"), "news", "key-1", now).unwrap().unwrap(),
        document(1, "2026-11-24T12:00:00Z", 30)
    );
    assert_eq!(ids(watch.documents_of(&of("opcw"), "story-1", now).unwrap()), [0_i64; 0]);
    assert_eq!(watch.document(&of("opcw"), "news", "key-1", now).unwrap(), None);
    let changed = KeptDocument { json: "{}".into(), ..document(3, "2026-11-25T11:30:00Z", 30) };
    watch.keep(std::slice::from_ref(&changed)).unwrap();
    assert_eq!(watch.document(&of("police"), "news", "key-3", now).unwrap().unwrap(), changed);
    let mut all = Vec::new();
    watch
        .each_document(now, &mut |one| {
            all.push(number(&one));
            Ok(())
        })
        .unwrap();
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn a_day_goes_whole_when_it_has_passed() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    watch.keep(&[document(1, "2026-11-01T12:00:00Z", 30), document(2, "2026-11-25T11:00:00Z", 1)]).unwrap();
    for day in ["2026-11-17T10:00:00Z", "2026-11-25T10:00:00Z"] {
        let raw = Raw {
            organisation: of("police"),
            source: "news".into(),
            at: at(day),
            head: "{}".into(),
            body: vec![0, 255],
        };
        watch.keep_raw(&raw).unwrap();
        assert_eq!(watch.last_raw(&of("police"), "news").unwrap(), Some(raw));
    }
    assert_eq!(watch.last_raw(&of("opcw"), "news").unwrap(), None);
    assert_eq!(watch.expire(at("2026-11-25T12:00:00Z")).unwrap(), 1);
    assert_eq!(
        files(folder.path()),
        ["desk.db", "documents-2026-11-01.db", "documents-2026-11-25.db", "raw-2026-11-25.db"]
    );
    assert_eq!(watch.expire_documents(at("2026-11-26T12:00:00Z")).unwrap(), 1);
    assert_eq!(watch.document(&of("police"), "news", "key-2", at("2026-11-26T12:00:00Z")).unwrap(), None);
    assert_eq!(watch.expire(at("2026-12-25T12:00:00Z")).unwrap(), 3);
    assert_eq!(files(folder.path()), ["desk.db"]);
    assert!(!std::fs::read_dir(folder.path().join("watch")).unwrap().any(|one| {
        let name = one.unwrap().file_name().into_string().unwrap();
        name.starts_with("documents") || name.starts_with("raw")
    }));
}

#[test]
fn what_a_source_takes_back_goes_from_every_day() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    let now = at("2026-11-25T12:00:00Z");
    let same = |id, arrived| KeptDocument { key: "post".into(), ..document(id, arrived, 30) };
    watch
        .keep(&[
            same(1, "2026-11-24T12:00:00Z"),
            same(2, "2026-11-25T11:00:00Z"),
            document(3, "2026-11-25T11:00:00Z", 30),
        ])
        .unwrap();
    assert_eq!(watch.take_back(&of("opcw"), "news", "post", now).unwrap(), 0);
    assert_eq!(watch.take_back(&of("police"), "news", "post", now).unwrap(), 2);
    assert!(watch.document(&of("police"), "news", "key-3", now).unwrap().is_some());
}

#[test]
fn a_case_holds_longer_with_a_reason_and_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    let case = Case {
        id: "blockade".into(),
        organisation: of("police"),
        made: at("2026-11-25T12:00:00Z"),
        until: at("2027-03-01T00:00:00Z"),
        member: MemberId::from_bytes([7; 16]),
        reason: "Evidence of a blocked gate".into(),
    };
    watch.hold(&case, &[document(1, "2026-11-25T11:00:00Z", 30)]).unwrap();
    let long = Case { id: "long".into(), until: at("2028-01-01T00:00:00Z"), ..case.clone() };
    assert!(matches!(watch.hold(&long, &[]), Err(StoreError::Conflict(_))));
    watch.expire(at("2027-02-28T00:00:00Z")).unwrap();
    assert_eq!(watch.cases(&of("police")).unwrap(), [case]);
    assert_eq!(watch.held_documents(&of("police"), "blockade").unwrap(), ["{\"id\":1}"]);
    assert_eq!(watch.held_documents(&of("opcw"), "blockade").unwrap(), [""; 0]);
    assert!(!watch.end_case(&of("opcw"), "blockade").unwrap());
    watch.expire(at("2027-03-01T00:00:00Z")).unwrap();
    assert!(watch.cases(&of("police")).unwrap().is_empty());
    assert!(watch.held_documents(&of("police"), "blockade").unwrap().is_empty());
}

#[test]
fn records_judgements_models_and_counts_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let police = of("police");
    let record = |id: &str, changed: &str| Record {
        organisation: of("police"),
        id: id.into(),
        changed: at(changed),
        json: id.into(),
    };
    let judged = |json: &str| Judged {
        organisation: of("police"),
        document: "s1".into(),
        member: MemberId::from_bytes([1; 16]),
        at: at("2026-11-25T12:00:00Z"),
        json: json.into(),
    };
    let day = Counted { day: Day::parse("2026-11-25").unwrap(), documents: 3, copies: 1, faults: 0 };
    {
        let watch = WatchStore::open(folder.path()).unwrap();
        watch
            .put(
                RecordKind::Signal,
                &[record("a", "2026-11-25T10:00:00Z"), record("b", "2026-11-25T11:00:00Z")],
            )
            .unwrap();
        watch.judge(&judged("first")).unwrap();
        watch.judge(&judged("second")).unwrap();
        assert_eq!(watch.keep_model(&police, "nl", at("2026-11-25T12:00:00Z"), "{}", &[1]).unwrap(), 1);
        assert_eq!(watch.keep_model(&police, "nl", at("2026-11-25T13:00:00Z"), "{}", &[2]).unwrap(), 2);
        assert!(watch.choose_model(&police, "nl", Some(2)).unwrap());
        assert!(!watch.choose_model(&police, "nl", Some(9)).unwrap());
        watch.count(&police, "news", day).unwrap();
        watch.count(&police, "news", day).unwrap();
    }
    let watch = WatchStore::open(folder.path()).unwrap();
    assert_eq!(watch.latest(RecordKind::Signal, &police, 1).unwrap(), [record("b", "2026-11-25T11:00:00Z")]);
    assert_eq!(watch.get(RecordKind::Story, &police, "a").unwrap(), None);
    assert_eq!(watch.judgements(&police).unwrap(), [judged("second")]);
    let models = watch.models(&police).unwrap();
    let versions: Vec<_> = models.iter().map(|one| (one.version, one.champion)).collect();
    assert_eq!(versions, [(2, true), (1, false)]);
    assert_eq!(watch.counts(&police, "news", day.day).unwrap(), [Counted { documents: 6, copies: 2, ..day }]);
    assert!(watch.counts(&of("opcw"), "news", day.day).unwrap().is_empty());
    // A signal lasts no longer than the documents it rests on.
    watch.expire(at("2027-01-01T00:00:00Z")).unwrap();
    assert!(watch.every(RecordKind::Signal).unwrap().is_empty());
    assert!(watch.unjudge(&police, "s1").unwrap());
}

#[test]
fn what_is_watched_is_an_entry_and_only_the_own_analysts_change_it() {
    let node = Node::new();
    let analyst = Principal { roles: [Role::Analyst].into(), ..node.who(OPCW) };
    let permit = |node: &Node| -> Permit<Watch> {
        node.engine.permit_organisation(&analyst, &analyst.organisation).unwrap()
    };
    let watched = |organisation: &str, content| Watched {
        organisation: of(organisation),
        kind: WatchedKind::Source,
        id: "news".into(),
        content,
    };
    let put = |node: &Node, one| node.store.change_watched(&permit(node), vec![one])?.wait();
    let entries = node.store.ledger_size(Ledger::Facts).unwrap();
    put(&node, watched("opcw", Some(serde_json::json!({ "b": 1, "a": 0.1 })))).unwrap();
    assert!(matches!(put(&node, watched("police", None)), Err(StoreError::Absent)));
    assert_eq!(node.store.ledger_size(Ledger::Facts).unwrap(), entries + 1);
    node.assert_sound();

    let node = node.reopen();
    let kept = node.store.watched(&of("opcw"), WatchedKind::Source).unwrap();
    assert_eq!(kept[0].content, Some(serde_json::json!({ "b": 1, "a": 0.1 })));
    assert!(node.store.watched(&of("police"), WatchedKind::Source).unwrap().is_empty());
    put(&node, watched("opcw", None)).unwrap();
    assert!(node.store.watched(&of("opcw"), WatchedKind::Source).unwrap().is_empty());
    node.assert_sound();
}

#[test]
fn the_key_of_a_month_is_kept_sealed_and_destroyed_when_it_has_passed() {
    let node = Node::new();
    let november = node.store.voice_key(24_322).unwrap();
    let node = node.reopen();
    assert_eq!(node.store.voice_key(24_322).unwrap(), november);
    let december = node.store.voice_key(24_323).unwrap();
    assert_ne!(december, november);
    assert_ne!(node.store.voice_key(24_322).unwrap(), november);
}

#[test]
fn the_key_of_posts_stays_and_is_kept_sealed() {
    let node = Node::new();
    let key = node.store.post_key().unwrap();
    node.store.voice_key(24_322).unwrap();
    let node = node.reopen();
    node.store.voice_key(24_399).unwrap();
    assert_eq!(node.store.post_key().unwrap(), key);
    let kept = std::fs::read(node.folder().join("watch/desk.db")).unwrap();
    assert!(!kept.windows(32).any(|window| window == &key[..]));
}
