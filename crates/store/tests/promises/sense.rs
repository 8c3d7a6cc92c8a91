//! What Eye and Ear keep: sealed, for their organisation only, for how long, and that a day goes whole.

use base::Timestamp;
use base::ids::{MemberId, ObservationId};
use policy::action::Operate;
use policy::{Permit, Principal, Role};
use store::StoreError;
use store::sense::{
    DETECTIONS_DAY_MAX, KeptDetection, KeptJudged, KeptObservation, KeptSettings, KeptStill, ObservedQuery,
};

use crate::support::{EUROPOL, Node, OPCW};

const DAY_MS: i64 = 86_400_000;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn permit(node: &Node, member: MemberId) -> Permit<Operate> {
    let operator = Principal { roles: [Role::Operator].into(), ..node.who(member) };
    node.engine.permit_organisation(&operator, &operator.organisation).unwrap()
}

fn id(number: u8) -> ObservationId {
    ObservationId::from_bytes([number; 16])
}

fn observation(number: u8, came: &str, days: i64) -> KeptObservation {
    KeptObservation {
        number: 0,
        id: id(number),
        post: "gate".into(),
        at: at(came),
        came: at(came),
        until: at(came).plus_millis(days * DAY_MS),
        content: format!("secret words of {number}").into_bytes(),
    }
}

fn all(node: &Node, member: MemberId, query: ObservedQuery) -> Vec<KeptObservation> {
    let mut found = Vec::new();
    let each = &mut |one| {
        found.push(one);
        true
    };
    node.store.sense().unwrap().observations(&permit(node, member), query, each).unwrap();
    found
}

fn numbers(found: &[KeptObservation]) -> Vec<u8> {
    found.iter().map(|one| one.id.as_bytes()[0]).collect()
}

/// Everything that lies in the folder of sensing.
fn bytes(node: &Node) -> Vec<u8> {
    let files = std::fs::read_dir(node.folder().join("sense")).unwrap();
    files.flat_map(|one| std::fs::read(one.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn observations_come_back_in_order_and_only_to_their_organisation() {
    let node = Node::new();
    let sense = node.store.sense().unwrap();
    let came = "2026-11-22T07:00:00Z";
    // More than are read at once.
    let many: Vec<_> = (1..=150).map(|number| observation(number, came, 30)).collect();
    sense.keep_observations(&permit(&node, OPCW), &many).unwrap();
    let found = all(&node, OPCW, ObservedQuery::default());
    assert_eq!(numbers(&found), (1..=150).rev().collect::<Vec<_>>());
    let before = ObservedQuery { before: Some(found[147].number), ..ObservedQuery::default() };
    assert_eq!(numbers(&all(&node, OPCW, before)), [2, 1]);
    assert!(all(&node, EUROPOL, ObservedQuery::default()).is_empty());
    assert_eq!(sense.observation(&permit(&node, EUROPOL), id(1)).unwrap(), None);
    // Kept again, it stays where it was.
    let again = KeptObservation { content: b"other words".to_vec(), ..many[0].clone() };
    sense.keep_observations(&permit(&node, OPCW), std::slice::from_ref(&again)).unwrap();
    let kept = sense.observation(&permit(&node, OPCW), id(1)).unwrap().unwrap();
    assert_eq!((kept.number, &kept.content[..]), (found[149].number, &b"other words"[..]));
}

#[test]
fn nothing_that_is_kept_can_be_read_from_the_files() {
    let node = Node::new();
    let sense = node.store.sense().unwrap();
    let permit = permit(&node, OPCW);
    sense.keep_observations(&permit, &[observation(1, "2026-11-22T07:00:00Z", 30)]).unwrap();
    let until = at("2026-11-29T07:00:00Z");
    let still =
        KeptStill { observation: id(1), name: "one".into(), until, bytes: b"secret picture".to_vec() };
    sense.keep_still(&permit, &still).unwrap();
    let detection = KeptDetection {
        sensor: "mast".into(),
        at_us: 1_795_330_800_000_000,
        until,
        content: b"secret bang".to_vec(),
    };
    sense.keep_detections(&permit, &[detection]).unwrap();
    sense.keep_post(&permit, "gate", until, b"secret post").unwrap();
    let settings = KeptSettings { version: 1, at: until, member: OPCW, content: b"secret settings".to_vec() };
    sense.keep_settings(&permit, &settings).unwrap();
    let judged = KeptJudged {
        post: "gate".into(),
        observation: id(1),
        due: until,
        content: b"secret verdict".to_vec(),
    };
    sense.keep_judged(&permit, &judged, until).unwrap();
    assert_eq!(sense.still(&permit, id(1), "one").unwrap().unwrap(), b"secret picture");
    let kept = bytes(&node);
    assert!(holds(&kept, "gate"), "the search finds what is not sealed");
    assert!(!holds(&kept, "secret"));
}

#[test]
fn a_day_goes_whole_and_what_may_stay_less_goes_before() {
    let node = Node::new();
    let sense = node.store.sense().unwrap();
    let permit = permit(&node, OPCW);
    let came = "2026-11-22T07:00:00Z";
    sense.keep_observations(&permit, &[observation(1, came, 30), observation(2, came, 3)]).unwrap();
    let still = |number, days: i64| KeptStill {
        observation: id(number),
        name: "one".into(),
        until: at(came).plus_millis(days * DAY_MS),
        bytes: vec![number],
    };
    sense.keep_still(&permit, &still(1, 7)).unwrap();
    sense.keep_still(&permit, &still(2, 3)).unwrap();
    assert!(matches!(sense.keep_still(&permit, &still(9, 7)), Err(StoreError::Absent)));
    let detection = KeptDetection {
        sensor: "mast".into(),
        at_us: at(came).millis() * 1_000,
        until: at(came).plus_millis(7 * DAY_MS),
        content: vec![1],
    };
    sense.keep_detections(&permit, std::slice::from_ref(&detection)).unwrap();
    sense.keep_detections(&permit, std::slice::from_ref(&detection)).unwrap();
    let detections = || {
        let mut count = 0;
        let each = &mut |_| {
            count += 1;
            true
        };
        sense.detections(&permit, 0, i64::MAX, each).unwrap();
        count
    };
    assert_eq!(detections(), 1, "the same again is the same");
    let later = |days: i64| {
        node.clock.set(at(came).plus_millis(days * DAY_MS));
        sense.expire(at(came).plus_millis(days * DAY_MS)).unwrap()
    };
    assert_eq!(later(3), 0);
    assert_eq!(numbers(&all(&node, OPCW, ObservedQuery::default())), [1]);
    assert_eq!(sense.still(&permit, id(2), "one").unwrap(), None);
    sense.hold_stills(&permit, id(1), at(came).plus_millis(90 * DAY_MS)).unwrap();
    assert_eq!(later(7), 1, "detections stay for a week");
    assert_eq!(detections(), 0);
    assert_eq!(
        sense.still(&permit, id(1), "one").unwrap(),
        Some(vec![1]),
        "held, as long as its observation"
    );
    assert_eq!(later(30), 1);
    assert!(all(&node, OPCW, ObservedQuery::default()).is_empty());
    let names = std::fs::read_dir(node.folder().join("sense")).unwrap();
    assert!(names.into_iter().all(|one| one.unwrap().file_name().to_str().unwrap().starts_with("desk.db")));
}

#[test]
fn posts_are_told_what_stands_and_settings_have_one_next_version() {
    let node = Node::new();
    let (own, other) = (permit(&node, OPCW), permit(&node, EUROPOL));
    let now = at("2026-11-22T08:00:00Z");
    let judged = |content: &str, due: i64| KeptJudged {
        post: "gate".into(),
        observation: id(1),
        due: now.plus_millis(due),
        content: content.into(),
    };
    let sense = node.store.sense().unwrap();
    sense.keep_post(&own, "gate", now, b"{}").unwrap();
    sense.keep_judged(&own, &judged("first", 60_000), now).unwrap();
    sense.keep_judged(&own, &judged("second", 60_000), now).unwrap();
    assert!(!sense.take_back_judged(&other, id(1), now).unwrap());
    let later = now.plus_millis(60_000);
    let told = |permit, bulletin: i64| {
        let sense = node.store.sense().unwrap();
        sense.judged_for(permit, "gate", now.plus_millis(bulletin), later, 10).unwrap()
    };
    assert!(told(&other, 1).is_empty());
    assert_eq!(told(&own, 1), [b"second"], "the first was replaced before it was told");
    assert_eq!(told(&own, 1), [b"second"]);
    assert!(told(&own, 2).is_empty());
    assert!(!sense.take_back_judged(&own, id(1), later).unwrap());
    let settings = |version| KeptSettings { version, at: now, member: OPCW, content: vec![1] };
    sense.keep_settings(&own, &settings(1)).unwrap();
    assert!(matches!(sense.keep_settings(&own, &settings(1)), Err(StoreError::Stale { version: 1 })));
    sense.keep_settings(&own, &settings(2)).unwrap();
    assert_eq!(sense.settings(&other, now).unwrap(), None);
    assert_eq!(sense.settings(&own, now.plus_millis(-1)).unwrap(), None, "nobody had made any then");
    let node = node.reopen();
    let sense = node.store.sense().unwrap();
    assert_eq!(sense.settings(&permit(&node, OPCW), now).unwrap(), Some(settings(2)));
    assert_eq!(sense.every_post().unwrap().len(), 1);
}

#[test]
fn more_detections_than_fit_in_a_day_are_left_out() {
    let node = Node::new();
    let sense = node.store.sense().unwrap();
    let permit = permit(&node, OPCW);
    let first = at("2026-11-22T00:00:00Z");
    let many: Vec<_> = (0..=DETECTIONS_DAY_MAX)
        .map(|number| KeptDetection {
            sensor: "mast".into(),
            at_us: first.millis() * 1_000 + number,
            until: first.plus_millis(7 * DAY_MS),
            content: Vec::new(),
        })
        .collect();
    assert_eq!(sense.keep_detections(&permit, &many).unwrap(), 1);
}
