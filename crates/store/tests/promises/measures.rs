//! What planners keep: sealed, for their organisation only, in versions; and what is published, for anyone.

use base::Timestamp;
use base::ids::MemberId;
use policy::action::{Administer, Plan};
use policy::{Permit, Principal, Role};
use store::StoreError;
use store::measures::{Ground, KeptPlan, OPTIONS_MAX, PLAN_VERSIONS_MAX};

use crate::backup::{open, restored};
use crate::support::{EUROPOL, Node, OPCW};

fn at() -> Timestamp {
    "2026-11-28T07:00:00Z".parse().unwrap()
}

fn permit(node: &Node, member: MemberId) -> Permit<Plan> {
    let planner = Principal { roles: [Role::Planner].into(), ..node.who(member) };
    node.engine.permit_organisation(&planner, &planner.organisation).unwrap()
}

fn runs_the_area(node: &Node, member: MemberId) -> Permit<Administer> {
    let coordinator = Principal {
        roles: [Role::Coordinator].into(),
        host: true,
        reauthenticated: true,
        ..node.who(member)
    };
    node.engine.permit_area(&coordinator).unwrap()
}

fn plan(version: u32, content: &str) -> KeptPlan {
    KeptPlan { version, at: at(), member: OPCW, content: content.into() }
}

#[test]
fn versions_of_a_plan_follow_each_other_and_are_their_organisations_own() {
    let node = Node::new();
    let measures = node.store.measures().unwrap();
    let (own, other) = (permit(&node, OPCW), permit(&node, EUROPOL));
    assert_eq!(measures.plan(&own, None).unwrap(), None);
    measures.keep_plan(&own, &plan(1, "first")).unwrap();
    measures.keep_plan(&own, &plan(2, "second")).unwrap();
    let stale = measures.keep_plan(&own, &plan(2, "another second")).unwrap_err();
    assert!(matches!(stale, StoreError::Stale { version: 2 }), "{stale}");
    assert_eq!(measures.plan(&own, None).unwrap().unwrap(), plan(2, "second"));
    assert_eq!(measures.plan(&own, Some(1)).unwrap().unwrap().content, b"first");
    let versions: Vec<u32> =
        measures.plan_versions(&own).unwrap().into_iter().map(|one| one.version).collect();
    assert_eq!(versions, [2, 1]);
    assert_eq!(measures.plan(&other, None).unwrap(), None);
    assert!(measures.plan_versions(&other).unwrap().is_empty());
    for version in 3..=PLAN_VERSIONS_MAX + 2 {
        measures.keep_plan(&own, &plan(version, "next")).unwrap();
    }
    let versions = measures.plan_versions(&own).unwrap();
    assert_eq!(versions.len(), PLAN_VERSIONS_MAX as usize);
    assert_eq!(versions.last().unwrap().version, 3);
}

#[test]
fn options_are_kept_changed_and_destroyed_by_their_organisation_only() {
    let node = Node::new();
    let measures = node.store.measures().unwrap();
    let (own, other) = (permit(&node, OPCW), permit(&node, EUROPOL));
    let first = measures.keep_option(&own, at(), b"one", b"all of one").unwrap();
    assert!(measures.change_option(&own, first, b"changed").unwrap());
    assert!(!measures.change_option(&other, first, b"not theirs").unwrap());
    assert!(!measures.drop_option(&other, first).unwrap());
    assert!(measures.options(&other).unwrap().is_empty());
    let kept = measures.options(&own).unwrap();
    assert_eq!((kept.len(), &kept[0].head[..], kept[0].member), (1, &b"changed"[..], OPCW));
    assert_eq!(measures.option(&own, first).unwrap().unwrap().1, b"all of one");
    assert_eq!(measures.option(&other, first).unwrap(), None);
    for _ in 0..OPTIONS_MAX {
        measures.keep_option(&own, at(), b"more", b"all").unwrap();
    }
    let kept = measures.options(&own).unwrap();
    assert_eq!(kept.len(), usize::try_from(OPTIONS_MAX).unwrap());
    assert!(kept.iter().all(|one| one.number != first), "the oldest went");
    assert!(measures.drop_option(&own, kept[0].number).unwrap());
    assert!(!measures.drop_option(&own, kept[0].number).unwrap());
}

#[test]
fn what_is_published_is_for_anyone_and_nothing_else_can_be_read_from_the_file() {
    let node = Node::new();
    let measures = node.store.measures().unwrap();
    let own = permit(&node, OPCW);
    measures.keep_plan(&own, &plan(1, "secret plan")).unwrap();
    measures.keep_option(&own, at(), b"secret head", b"secret option").unwrap();
    measures.keep_ground(&own, Ground::Streets, at(), b"secret streets").unwrap();
    assert_eq!(measures.ground(&own, Ground::Streets).unwrap().unwrap().1, b"secret streets");
    assert_eq!(measures.ground_since(&own, Ground::Streets).unwrap(), Some(at()));
    assert_eq!(measures.ground(&own, Ground::Neighbourhoods).unwrap(), None);
    assert_eq!(measures.ground(&permit(&node, EUROPOL), Ground::Streets).unwrap(), None);
    assert_eq!(measures.published().unwrap(), None);
    measures.publish(&runs_the_area(&node, OPCW), at(), b"for anyone").unwrap();
    measures.publish(&runs_the_area(&node, OPCW), at(), b"for anyone, later").unwrap();
    assert_eq!(measures.published().unwrap().unwrap().content, b"for anyone, later");
    let files = std::fs::read_dir(node.folder().join("measures")).unwrap();
    let bytes: Vec<u8> = files.flat_map(|one| std::fs::read(one.unwrap().path()).unwrap()).collect();
    let holds = |words: &str| bytes.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(holds("for anyone"), "the search finds what is not sealed");
    assert!(!holds("secret"));
}

#[test]
fn a_backup_holds_what_planners_keep() {
    let node = Node::new();
    let measures = node.store.measures().unwrap();
    let own = permit(&node, OPCW);
    measures.keep_plan(&own, &plan(1, "first")).unwrap();
    measures.keep_plan(&own, &plan(2, "second")).unwrap();
    measures.keep_ground(&own, Ground::Streets, at(), b"streets").unwrap();
    let dropped = measures.keep_option(&own, at(), b"dropped", b"all of it").unwrap();
    let number = measures.keep_option(&own, at(), b"head", b"all of it").unwrap();
    measures.drop_option(&own, dropped).unwrap();
    measures.publish(&runs_the_area(&node, OPCW), at(), b"for anyone").unwrap();

    let folder = tempfile::tempdir().unwrap();
    let (file, target) = (folder.path().join("backup.db"), folder.path().join("restored"));
    node.store.backup(&file, &mut |_, _| {}).unwrap();
    measures.keep_plan(&own, &plan(3, "after the backup")).unwrap();
    restored(&file, &target, &node.key, &[]).unwrap();

    let copy = open(&target, node.folder());
    let (back, own) = (copy.store.measures().unwrap(), permit(&copy, OPCW));
    assert_eq!(back.plan(&own, None).unwrap().unwrap(), plan(2, "second"));
    assert_eq!(back.plan(&own, Some(1)).unwrap().unwrap(), plan(1, "first"));
    assert_eq!(back.ground(&own, Ground::Streets).unwrap().unwrap(), (at(), b"streets".to_vec()));
    assert_eq!(back.options(&own).unwrap().len(), 1);
    assert_eq!(back.option(&own, number).unwrap().unwrap().1, b"all of it");
    assert_eq!(back.published().unwrap().unwrap().content, b"for anyone");
    // Numbers go on where they were, and the restored store can be copied in its turn.
    assert!(back.keep_option(&own, at(), b"next", b"next").unwrap() > number);
    back.keep_plan(&own, &plan(3, "another third")).unwrap();
    copy.store.backup(&folder.path().join("again.db"), &mut |_, _| {}).unwrap();
    copy.assert_sound();
}
