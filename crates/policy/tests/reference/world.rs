//! Random members and items of a small world, in which every condition is met about as often as missed.
//!
//! Not here: rules.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use base::ids::{CommunityId, MemberId, OrganisationId, PurposeId};
use policy::{Action, MemberKind, Principal, Role};
use record::{Clause, Kind, Marking, Tlp, VisibilityLabel};

/// One seed, one sequence (SplitMix64, Steele et al. 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub fn some_of<T: Ord>(&mut self, all: impl IntoIterator<Item = T>, chance: usize) -> BTreeSet<T> {
        all.into_iter().filter(|_| self.percent(chance)).collect()
    }
}

/// An item without the borrow.
#[derive(Debug, Clone)]
pub struct Item {
    pub label: VisibilityLabel,
    pub kind: Kind,
    pub author: MemberId,
    pub retracted: bool,
}

impl Item {
    pub fn facts(&self) -> policy::ItemFacts<'_> {
        policy::ItemFacts {
            label: &self.label,
            kind: self.kind,
            author: self.author,
            retracted: self.retracted,
        }
    }
}

pub fn organisations() -> Vec<OrganisationId> {
    ids(&["court", "agency", "city"])
}

pub fn communities() -> Vec<CommunityId> {
    ids(&["neighbours", "hosts"])
}

pub fn purposes() -> Vec<PurposeId> {
    ids(&["site-security", "crisis"])
}

/// Two members of each organisation.
pub fn members() -> Vec<MemberId> {
    (0..6).map(|number| MemberId::from_bytes([number; 16])).collect()
}

pub fn ids<T: FromStr<Err: std::fmt::Debug>>(names: &[&str]) -> Vec<T> {
    names.iter().map(|name| name.parse().expect("an id")).collect()
}

pub fn principal(dice: &mut Dice) -> Principal {
    let number = dice.below(6);
    Principal {
        member: members()[number],
        organisation: organisations()[number / 2].clone(),
        kind: if dice.percent(70) { MemberKind::Person } else { dice.one_of(&MemberKind::ALL) },
        roles: dice.some_of(Role::ALL, 25),
        communities: dice.some_of(communities(), 50),
        purposes: dice.some_of(purposes(), 75),
        active: dice.percent(95),
        scopes: if dice.percent(80) { None } else { Some(dice.some_of(Action::ALL, 60)) },
        reauthenticated: dice.percent(60),
        host: dice.percent(40),
    }
}

pub fn clause(dice: &mut Dice) -> Clause {
    Clause {
        organisations: dice.some_of(organisations(), 35),
        communities: dice.some_of(communities(), 25),
        members: dice.some_of(members(), 40),
    }
}

pub fn marking(dice: &mut Dice) -> Marking {
    let clauses = match dice.below(100) {
        0..20 => 0,
        20..60 => 1,
        60..80 => 2,
        80..88 => 3,
        88..96 => 4,
        _ => 5,
    };
    Marking {
        audience: (0..clauses).map(|_| clause(dice)).collect(),
        purposes: dice.some_of(purposes(), 40),
        ..Marking::new(dice.one_of(&Tlp::ALL))
    }
}

pub fn item(dice: &mut Dice) -> Item {
    let number = dice.below(6);
    let originator = organisations()[dice.below(3)].clone();
    let mut label = VisibilityLabel::new(originator, &marking(dice));
    if dice.percent(25) {
        let kept = dice.some_of(organisations(), 50);
        label.restrictions =
            kept.into_iter().map(|one| (one, dice.some_of(members(), 50))).collect::<BTreeMap<_, _>>();
    }
    Item { label, kind: dice.one_of(&Kind::ALL), author: members()[number], retracted: dice.percent(20) }
}
