//! Markings are a lattice: join is the least upper bound of strictness, and strictness is a partial order.
//!
//! Two markings are the same when each is at least as strict as the other: clauses may stand in another order, and a
//! clause that another implies may be absent.

use std::collections::BTreeSet;

use base::ids::MemberId;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use record::{Clause, HandlingCode, Marking, Pap, Retention, Tlp};

fn clause() -> impl Strategy<Value = Clause> {
    let organisations = subsequence(vec!["europol", "icc", "opcw"], 0..=3);
    let communities = subsequence(vec!["neighbours", "police"], 0..=2);
    let members = subsequence(vec![1_u8, 2], 0..=2);
    (organisations, communities, members).prop_map(|(organisations, communities, members)| Clause {
        organisations: organisations.into_iter().map(|id| id.parse().unwrap()).collect(),
        communities: communities.into_iter().map(|id| id.parse().unwrap()).collect(),
        members: members.into_iter().map(|id| MemberId::from_bytes([id; 16])).collect(),
    })
}

fn marking() -> impl Strategy<Value = Marking> {
    let handling = vec![HandlingCode::H0, HandlingCode::H1, HandlingCode::H2, HandlingCode::H3];
    (
        select(Tlp::ALL.to_vec()),
        select(vec![Pap::Clear, Pap::Green, Pap::Amber, Pap::Red]),
        subsequence(handling, 0..=4),
        proptest::collection::vec(clause(), 0..3),
        subsequence(vec!["crisis", "exercise", "public-order"], 0..=3),
        select(Retention::ALL.to_vec()),
    )
        .prop_map(|(tlp, pap, handling, audience, purposes, retention)| Marking {
            tlp,
            pap,
            handling: handling.into_iter().collect(),
            audience,
            purposes: purposes.into_iter().map(|id| id.parse().unwrap()).collect(),
            retention,
        })
}

fn same(one: &Marking, two: &Marking) -> bool {
    one.is_at_least_as_strict_as(two) && two.is_at_least_as_strict_as(one)
}

/// Whether a reader of this organisation, these communities and this member id meets every clause.
fn meets(marking: &Marking, organisation: &str, communities: &BTreeSet<&str>, member: u8) -> bool {
    marking.audience.iter().all(|clause| {
        clause.organisations.iter().any(|id| id.as_str() == organisation)
            || clause.communities.iter().any(|id| communities.contains(id.as_str()))
            || clause.members.contains(&MemberId::from_bytes([member; 16]))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn join_is_idempotent(a in marking()) {
        let twice = a.join(&a).unwrap();
        prop_assert!(same(&twice, &a));
        prop_assert_eq!(twice.join(&twice).unwrap(), twice);
    }

    #[test]
    fn join_is_commutative(a in marking(), b in marking()) {
        prop_assert_eq!(a.join(&b), b.join(&a));
    }

    #[test]
    fn join_is_associative(a in marking(), b in marking(), c in marking()) {
        let left = a.join(&b).and_then(|ab| ab.join(&c));
        let right = b.join(&c).and_then(|bc| a.join(&bc));
        // A limit may be met on the way on one side only; results never differ.
        if let (Ok(left), Ok(right)) = (left, right) {
            prop_assert_eq!(left, right);
        }
    }

    #[test]
    fn join_is_the_least_upper_bound(a in marking(), b in marking(), other in marking()) {
        if let Ok(join) = a.join(&b) {
            prop_assert!(join.is_at_least_as_strict_as(&a) && join.is_at_least_as_strict_as(&b));
            let bound = other.is_at_least_as_strict_as(&a) && other.is_at_least_as_strict_as(&b);
            prop_assert!(!bound || other.is_at_least_as_strict_as(&join));
        }
    }

    #[test]
    fn every_bound_of_both_bounds_their_join(a in marking(), b in marking(), extra in marking()) {
        // Random markings are seldom comparable, so the bound is made.
        if let Ok(join) = a.join(&b)
            && let Ok(bound) = extra.join(&a).and_then(|one| one.join(&b))
        {
            prop_assert!(bound.is_at_least_as_strict_as(&join));
        }
    }

    #[test]
    fn strictness_is_a_partial_order_that_agrees_with_join(a in marking(), b in marking(), c in marking()) {
        prop_assert!(a.is_at_least_as_strict_as(&a));
        if let (Ok(ab), Ok(bc)) = (a.join(&b), b.join(&c)) {
            // ab >= b, and the join of ab with bc >= bc >= b.
            if let Ok(top) = ab.join(&bc) {
                prop_assert!(top.is_at_least_as_strict_as(&b));
            }
            prop_assert_eq!(a.is_at_least_as_strict_as(&b), same(&ab, &a));
        }
    }

    #[test]
    fn who_may_read_the_join_may_read_both(
        a in marking(), b in marking(),
        organisation in select(vec!["europol", "icc", "opcw", "city"]),
        communities in subsequence(vec!["neighbours", "police"], 0..=2),
        member in 0_u8..3,
    ) {
        let communities: BTreeSet<&str> = communities.into_iter().collect();
        let reads = |marking: &Marking| meets(marking, organisation, &communities, member);
        if let Ok(join) = a.join(&b) {
            prop_assert_eq!(reads(&join), reads(&a) && reads(&b), "clauses are a conjunction");
        }
        if a.is_at_least_as_strict_as(&b) && reads(&a) {
            prop_assert!(reads(&b), "strictness never gives readers");
        }
    }
}

#[test]
fn labels_and_classes_are_ordered_from_loose_to_strict() {
    assert!(Tlp::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(Pap::Clear < Pap::Green && Pap::Green < Pap::Amber && Pap::Amber < Pap::Red);
    assert!(Retention::ALL.windows(2).all(|pair| pair[0].days() < pair[1].days()));
    let (brief, case) = (Retention::Brief, Retention::Case);
    let marked = |retention| Marking { retention, ..Marking::new(Tlp::Green) };
    assert_eq!(marked(brief).join(&marked(case)).unwrap().retention, brief, "the shorter time wins");
}

#[test]
fn what_cannot_be_joined_says_why() {
    let clause =
        |id: &str| Clause { organisations: BTreeSet::from([id.parse().unwrap()]), ..Clause::default() };
    let shared = |ids: [&str; 3]| Marking { audience: ids.map(clause).to_vec(), ..Marking::new(Tlp::Amber) };
    let error = shared(["a", "b", "c"]).join(&shared(["d", "e", "f"])).unwrap_err();
    assert!(error.to_string().contains("4 different audiences"), "{error}");
    let purposes = |ids: [&str; 3]| Marking {
        purposes: ids.iter().map(|id| id.parse().unwrap()).collect(),
        ..Marking::new(Tlp::Amber)
    };
    assert!(purposes(["a", "b", "c"]).join(&purposes(["a", "b", "d"])).is_ok());
    let error = purposes(["a", "b", "c"]).join(&purposes(["d", "e", "f"])).unwrap_err();
    assert!(error.to_string().contains("4 purposes"), "{error}");
}
