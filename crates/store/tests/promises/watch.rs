//! What web monitoring keeps, for how long, and that a day goes whole.

use base::Timestamp;
use base::ids::{MemberId, OrganisationId};
use policy::action::Watch;
use policy::{Permit, Principal, Role};
use store::watch::{
    CASE_DOCUMENTS_MAX, Case, CaseStory, Counted, Day, Holding, Judged, KeptDocument, Raw, Record,
    RecordKind, WatchStore, Watched, WatchedKind,
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

fn case(id: &str, until: &str) -> Case {
    Case {
        id: id.into(),
        organisation: of("police"),
        name: "The gate".into(),
        purpose: "public-order".parse().unwrap(),
        reason: "Evidence of a blocked gate".into(),
        made: at("2026-11-25T12:00:00Z"),
        until: at(until),
        member: MemberId::from_bytes([7; 16]),
    }
}

fn held(story: &str) -> CaseStory {
    CaseStory {
        story: story.into(),
        added: at("2026-11-25T12:00:00Z"),
        member: MemberId::from_bytes([7; 16]),
        taken_back: 0,
    }
}

#[test]
fn a_case_holds_longer_with_a_reason_and_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    let (police, opcw) = (of("police"), of("opcw"));
    let blockade = case("blockade", "2027-03-01T00:00:00Z");
    watch.put_case(&blockade).unwrap();
    let documents = [document(1, "2026-11-25T11:00:00Z", 30)];
    assert!(watch.hold(&police, "blockade", &held("story"), &documents).unwrap());
    assert!(!watch.hold(&opcw, "blockade", &held("story"), &documents).unwrap());
    let too_long = watch.put_case(&case("long", "2028-01-01T00:00:00Z"));
    assert!(matches!(too_long, Err(StoreError::Conflict(_))));
    let now = at("2027-02-28T00:00:00Z");
    watch.expire(now).unwrap();
    let holding = Holding { stories: 1, documents: 1, only_here: 1 };
    assert_eq!(watch.cases(&police, now).unwrap(), [(blockade.clone(), holding)]);
    assert_eq!(watch.held_documents(&police, "blockade").unwrap()[0].json, "{\"id\":1}");
    assert_eq!(watch.held_documents(&opcw, "blockade").unwrap(), []);
    // A longer end leaves what is held as it is.
    watch.put_case(&Case { until: at("2027-04-01T00:00:00Z"), ..blockade }).unwrap();
    assert_eq!(watch.case(&police, "blockade", now).unwrap().unwrap().1, holding);
    assert!(!watch.end_case(&opcw, "blockade").unwrap());
    // At its end it is not shown, also before it is destroyed.
    let end = at("2027-04-01T00:00:00Z");
    assert!(watch.cases(&police, end).unwrap().is_empty());
    watch.expire(end).unwrap();
    assert!(watch.held_documents(&police, "blockade").unwrap().is_empty());
    assert!(watch.case_stories(&police, "blockade").unwrap().is_empty());
}

#[test]
fn a_case_grows_with_its_story_and_lets_go_of_what_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    let police = of("police");
    let now = at("2026-11-25T12:00:00Z");
    let told = |id, story: &str| KeptDocument {
        story: Some(story.into()),
        ..document(id, "2026-11-25T11:00:00Z", 30)
    };
    watch.put_case(&case("gate", "2027-01-01T00:00:00Z")).unwrap();
    watch.hold(&police, "gate", &held("s1"), &[told(1, "s1")]).unwrap();
    watch.hold_more(&[told(2, "s1"), told(3, "s2"), told(2, "s1")]).unwrap();
    assert_eq!(watch.held_documents(&police, "gate").unwrap().len(), 2);
    assert_eq!(watch.held_stories(&police).unwrap(), ["s1".to_owned()].into());
    watch.take_back(&police, "news", "key-2", now).unwrap();
    let left: Vec<String> =
        watch.held_documents(&police, "gate").unwrap().into_iter().map(|one| one.json).collect();
    assert_eq!(left, ["{\"id\":1}"]);
    assert_eq!(watch.case_stories(&police, "gate").unwrap()[0].taken_back, 1);
    assert!(watch.let_go(&police, "gate", "s1").unwrap());
    assert!(!watch.let_go(&police, "gate", "s1").unwrap());
    assert!(watch.held_documents(&police, "gate").unwrap().is_empty());
    // No case grows without end.
    watch.hold(&police, "gate", &held("s1"), &[]).unwrap();
    let most = i64::try_from(CASE_DOCUMENTS_MAX).unwrap();
    let many: Vec<_> = (0..most + 5).map(|id| told(id, "s1")).collect();
    watch.hold_more(&many).unwrap();
    assert_eq!(watch.held_documents(&police, "gate").unwrap().len(), CASE_DOCUMENTS_MAX);
    let full = watch.hold(&police, "gate", &held("s2"), &[]);
    assert!(matches!(full, Err(StoreError::Conflict(_))));
}

#[test]
fn a_day_is_read_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchStore::open(folder.path()).unwrap();
    let police = of("police");
    watch.keep(&[document(1, "2026-11-24T12:00:00Z", 30)]).unwrap();
    let day: Vec<_> = (2..7).map(|id| document(id, "2026-11-25T11:00:00Z", 30)).collect();
    watch.keep(&day).unwrap();
    let [first, second] = ["2026-11-24", "2026-11-25"].map(|day| Day::parse(day).unwrap());
    assert_eq!(watch.documents_per_day(&police).unwrap(), [(first, 1), (second, 5)]);
    assert!(watch.documents_per_day(&of("opcw")).unwrap().is_empty());
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let part = watch.documents_after(&police, second, after, 2).unwrap();
        let Some((last, _)) = part.last() else { break };
        after = *last;
        found.extend(part.into_iter().map(|(_, one)| one));
    }
    assert_eq!(found, day);
    assert!(watch.documents_after(&of("opcw"), second, 0, 2).unwrap().is_empty());
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
