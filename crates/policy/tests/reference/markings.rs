//! Joining and tightening markings never adds a reader.
//!
//! Not here: the algebra itself (record).

use base::ids::OrganisationId;
use base::limits;
use policy::Engine;
use record::marking::CannotJoin;
use record::{Clause, Marking, Tlp, VisibilityLabel};

use crate::world::{self, Dice};

const CASES: usize = 3_000;

type Join = fn(&Marking, &Marking) -> Result<Marking, CannotJoin>;

/// A marking that a draft may carry: AMBER and stricter name someone.
fn marking(dice: &mut Dice) -> Marking {
    let mut marking = world::marking(dice);
    marking.audience.retain(|clause| !clause.is_empty());
    marking.audience.truncate(limits::AUDIENCE_CLAUSES_MAX);
    if marking.tlp >= Tlp::Amber && marking.audience.is_empty() {
        let members = world::members().into_iter().take(3).collect();
        marking.audience.push(Clause { members, ..Clause::default() });
    }
    marking
}

/// A reader of the joined marking who may not read one of its sources.
fn leak(engine: &Engine, join: Join, seed: u64) -> Option<String> {
    let mut dice = Dice::new(seed);
    for _ in 0..CASES {
        let (one, other) = (marking(&mut dice), marking(&mut dice));
        let Ok(joined) = join(&one, &other) else { continue };
        let originator = world::organisations()[dice.below(3)].clone();
        for _ in 0..4 {
            let who = world::principal(&mut dice);
            if engine.sees_label(&who, &label(&originator, &joined)) {
                for source in [&one, &other] {
                    if !engine.sees_label(&who, &label(&originator, source)) {
                        return Some(format!("{who:?} reads {joined:?} but not {source:?}"));
                    }
                }
            }
        }
    }
    None
}

fn label(originator: &OrganisationId, marking: &Marking) -> VisibilityLabel {
    VisibilityLabel::new(originator.clone(), marking)
}

/// A join that an engineer in a hurry would write: everyone named anywhere.
fn careless(one: &Marking, other: &Marking) -> Result<Marking, CannotJoin> {
    let mut joined = one.join(other)?;
    let all = joined.audience.drain(..).reduce(|mut all, clause| {
        all.organisations.extend(clause.organisations);
        all.communities.extend(clause.communities);
        all.members.extend(clause.members);
        all
    });
    joined.audience = all.into_iter().collect();
    Ok(joined)
}

#[test]
fn whoever_reads_a_join_reads_its_sources() {
    let engine = Engine::standard().unwrap();
    assert_eq!(leak(&engine, Marking::join, 11), None);
    assert!(leak(&engine, careless, 11).is_some(), "the check notices a join that widens");
}

fn tighten(dice: &mut Dice, marking: &Marking) -> Marking {
    let mut tight = marking.clone();
    match dice.below(5) {
        0 => tight.tlp = *Tlp::ALL.iter().find(|tlp| **tlp > tight.tlp).unwrap_or(&Tlp::Red),
        1 => tight.purposes.extend(world::purposes()),
        2 if tight.audience.len() < limits::AUDIENCE_CLAUSES_MAX => tight.audience.push(world::clause(dice)),
        _ => {
            for clause in &mut tight.audience {
                clause.organisations = dice.some_of(clause.organisations.clone(), 60);
                clause.communities = dice.some_of(clause.communities.clone(), 60);
                clause.members = dice.some_of(clause.members.clone(), 60);
            }
        }
    }
    tight
}

#[test]
fn tightening_adds_no_reader() {
    let engine = Engine::standard().unwrap();
    let mut dice = Dice::new(12);
    let mut fewer = 0;
    for _ in 0..CASES {
        let loose = marking(&mut dice);
        let tight = tighten(&mut dice, &loose);
        assert!(tight.is_at_least_as_strict_as(&loose), "{tight:?} against {loose:?}");
        let originator = world::organisations()[dice.below(3)].clone();
        for _ in 0..4 {
            let who = world::principal(&mut dice);
            let [before, after] =
                [&loose, &tight].map(|marking| engine.sees_label(&who, &label(&originator, marking)));
            assert!(before || !after, "{who:?} reads {tight:?} but not {loose:?}");
            fewer += usize::from(before && !after);
        }
    }
    assert!(fewer > 300, "tightening took a reader away {fewer} times");
}

#[test]
fn a_restriction_adds_no_reader() {
    let engine = Engine::standard().unwrap();
    let mut dice = Dice::new(13);
    for _ in 0..CASES {
        let (who, item) = (world::principal(&mut dice), world::item(&mut dice));
        let open = VisibilityLabel { restrictions: [].into(), ..item.label.clone() };
        let (before, after) = (engine.sees_label(&who, &open), engine.sees_label(&who, &item.label));
        let kept_out =
            item.label.restrictions.get(&who.organisation).is_some_and(|kept| !kept.contains(&who.member));
        assert_eq!(after, before && !kept_out, "{who:?} {item:?}");
    }
}
