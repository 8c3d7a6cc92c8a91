//! The audience in words, and sight as a set of labels.

use std::collections::BTreeSet;

use base::ids::MemberId;
use policy::{Action, Audience, Engine, MemberKind, Principal, Reason, Role};
use record::{Clause, Kind, Marking, Tlp, VisibilityLabel};

use crate::world::{self, Dice, Item};

fn person(number: u8, organisation: &str) -> Principal {
    Principal {
        member: MemberId::from_bytes([number; 16]),
        organisation: organisation.parse().expect("a slug"),
        kind: MemberKind::Person,
        roles: [Role::Member].into(),
        communities: BTreeSet::new(),
        purposes: world::purposes().into_iter().collect(),
        active: true,
        scopes: None,
        reauthenticated: false,
        host: false,
    }
}

/// Two of the court, three of the agency, one of the city whose organisation is a neighbour.
fn directory() -> Vec<Principal> {
    let neighbour = ["neighbours".parse().expect("a slug")];
    vec![
        person(1, "court"),
        Principal { purposes: BTreeSet::new(), ..person(2, "court") },
        person(3, "agency"),
        Principal { kind: MemberKind::Sensor, ..person(4, "agency") },
        Principal { active: false, ..person(5, "agency") },
        Principal { communities: neighbour.into(), ..person(6, "city") },
    ]
}

fn audience(tlp: Tlp, clauses: Vec<Clause>) -> Audience {
    let purposes = world::purposes().into_iter().take(1).collect();
    let marking = Marking { audience: clauses, purposes, ..Marking::new(tlp) };
    let label = VisibilityLabel::new("court".parse().expect("a slug"), &marking);
    let item = Item { label, kind: Kind::Report, author: MemberId::from_bytes([1; 16]), retracted: false };
    Engine::standard().expect("valid policies").explain_audience(&directory(), &item.facts())
}

/// Each group as one line: organisation, people, devices, reason.
fn check(audience: &Audience, readers: &[&str], not: &[&str]) {
    let lines = |groups: &[policy::AudienceGroup]| -> Vec<String> {
        let line = |one: &policy::AudienceGroup| {
            format!("{} {} {} {}", one.organisation, one.people, one.devices, one.why.as_str())
        };
        groups.iter().map(line).collect()
    };
    assert_eq!(lines(&audience.readers), readers);
    assert_eq!(lines(&audience.not), not);
    let told = audience.readers.iter().chain(&audience.not).map(|one| one.members.len()).sum::<usize>();
    assert_eq!(told, directory().len(), "everyone is in one group");
}

fn clause(organisations: &[&str], communities: &[&str], members: &[u8]) -> Clause {
    Clause {
        organisations: world::ids(organisations).into_iter().collect(),
        communities: world::ids(communities).into_iter().collect(),
        members: members.iter().map(|one| MemberId::from_bytes([*one; 16])).collect(),
    }
}

#[test]
fn each_reason_is_given() {
    let green = audience(Tlp::Green, vec![]);
    check(
        &green,
        &["agency 1 1 everyone", "city 1 0 everyone", "court 2 0 everyone"],
        &["agency 1 0 inactive"],
    );
    assert_eq!((green.people, green.organisations), (4, 3));

    let amber = audience(Tlp::Amber, vec![clause(&["agency"], &["neighbours"], &[])]);
    check(
        &amber,
        &["agency 1 0 organisation-named", "city 1 0 community-named", "court 1 0 originator"],
        &["agency 1 0 inactive", "agency 0 1 is-a-sensor", "court 1 0 purpose-missing"],
    );
    assert_eq!((amber.people, amber.organisations), (3, 3));

    let strict = audience(Tlp::AmberStrict, vec![clause(&["agency"], &["neighbours"], &[])]);
    check(
        &strict,
        &["agency 1 0 organisation-named", "court 1 0 originator"],
        &[
            "agency 1 0 inactive",
            "agency 0 1 not-a-person",
            "city 1 0 not-in-audience",
            "court 1 0 purpose-missing",
        ],
    );

    let red = audience(Tlp::Red, vec![clause(&[], &[], &[3])]);
    check(
        &red,
        &["agency 1 0 named"],
        &["agency 1 0 inactive", "agency 0 1 not-named", "city 1 0 not-named", "court 2 0 not-named"],
    );

    let nobody = audience(Tlp::Amber, vec![]);
    assert_eq!((nobody.people, nobody.organisations), (1, 1), "the originator only, never everyone");
}

#[test]
fn reasons_and_words_agree_with_json() {
    for reason in Reason::ALL {
        let code = serde_json::to_string(&reason).unwrap();
        assert_eq!(code, format!("\"{}\"", reason.as_str()));
        assert_eq!(Reason::from_code(reason.as_str()), Some(reason));
    }
    for action in Action::ALL {
        assert_eq!(serde_json::to_string(&action).unwrap(), format!("\"{}\"", action.as_str()));
    }
    for role in Role::ALL {
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.as_str()));
    }
    for kind in MemberKind::ALL {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
    }
}

#[test]
fn sight_is_the_labels_one_by_one() {
    let engine = Engine::standard().unwrap();
    let mut dice = Dice::new(21);
    for _ in 0..10 {
        let who = world::principal(&mut dice);
        let labels: Vec<VisibilityLabel> = (0..200).map(|_| world::item(&mut dice).label).collect();
        // Every third id is left out: ids need not be dense.
        let listed = (0_u32..).zip(&labels).filter(|(id, _)| id % 3 != 0);
        let mut sight = engine.sight(&who, listed);
        let sees = |id: usize| engine.sees_label(&who, &labels[id]);
        let expected: Vec<u32> = (0..200).filter(|id| id % 3 != 0 && sees(*id as usize)).collect();
        assert_eq!(sight.visible_ids().collect::<Vec<_>>(), expected);
        assert!((0..400).all(|id| sight.sees(id) == expected.contains(&id)));
        assert_eq!(sight.extend(&engine, 300, &labels[0]), sees(0));
        assert_eq!(sight.sees(300), sees(0));
        assert_eq!((sight.member(), sight.organisation()), (who.member, &who.organisation));
    }
}
