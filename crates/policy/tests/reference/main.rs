//! The policies against an independent model of the rules, and what must hold for every marking.
//!
//! `BELFRY_NIGHTLY=1` takes 1,000,000 cases instead of 20,000.

mod audience;
mod markings;
mod model;
mod world;

use std::collections::BTreeSet;
use std::thread;

use policy::{Action, Decision, Engine, Principal, Reason, Resource};

use model::{About, Model, Slip};
use world::{Dice, Item};

const THREADS: usize = 2;

fn cases() -> usize {
    if std::env::var("BELFRY_NIGHTLY").is_ok_and(|value| value == "1") { 1_000_000 } else { 20_000 }
}

/// What the model and the policies say differently about one member and one item, over every action.
fn difference(engine: &Engine, model: Model, who: &Principal, item: &Item) -> Option<String> {
    let organisation = &item.label.originator;
    let facts = item.facts();
    let subjects = [
        (About::Item(item), Resource::Item(facts)),
        (About::Organisation(organisation), Resource::Organisation(organisation)),
        (About::Area, Resource::Area),
    ];
    for (about, resource) in subjects {
        for action in Action::ALL {
            let expected = model.allows(who, action, about);
            let decision = engine.decide(who, action, &resource);
            if decision.is_permit() != expected {
                return Some(format!("{action:?} expected {expected}: {decision:?}\n{who:?}\n{about:?}"));
            }
            if let Decision::Refusal(refusal) = &decision {
                let fresh = Principal { reauthenticated: true, ..who.clone() };
                let hinted = refusal.needs_reauthentication();
                if hinted != model.allows(&fresh, action, about) || refusal.reasons.contains(&Reason::Error) {
                    return Some(format!("{action:?}: {decision:?}\n{who:?}\n{about:?}"));
                }
            }
        }
    }
    let sees = engine.sees_label(who, &item.label);
    let expected = model.allows(who, Action::See, About::Item(item));
    (sees != expected).then(|| format!("sees_label expected {expected}\n{who:?}\n{item:?}"))
}

fn first_difference(engine: &Engine, model: Model, seed: u64, cases: usize) -> Option<String> {
    let mut dice = Dice::new(seed);
    (0..cases).find_map(|_| {
        let (who, item) = (world::principal(&mut dice), world::item(&mut dice));
        difference(engine, model, &who, &item)
    })
}

#[test]
fn policies_and_model_agree() {
    let engine = Engine::standard().unwrap();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let engine = &engine;
            let share = cases() / THREADS;
            scope.spawn(move || {
                let found = first_difference(engine, Model { slip: None }, number as u64, share);
                assert!(found.is_none(), "{}", found.unwrap_or_default());
            });
        }
    });
}

/// A few members and items asked about again and again, each time with something changed: what is remembered for one
/// question is never the answer to another.
#[test]
fn what_is_remembered_is_what_the_policies_say() {
    let engine = Engine::standard().unwrap();
    let mut dice = Dice::new(11);
    let (mut who, mut items) = (Vec::new(), Vec::new());
    for _ in 0..12 {
        who.push(world::principal(&mut dice));
        items.push(world::item(&mut dice));
    }
    for _ in 0..2 {
        for (index, one) in who.clone().iter().enumerate() {
            let other = &who[(index + 1) % who.len()];
            for changed in [
                one.clone(),
                Principal { reauthenticated: !one.reauthenticated, ..one.clone() },
                Principal { purposes: other.purposes.clone(), ..one.clone() },
                Principal { roles: other.roles.clone(), ..one.clone() },
                Principal { communities: other.communities.clone(), ..one.clone() },
                Principal { active: !one.active, ..one.clone() },
                Principal { scopes: Some([Action::See].into()), ..one.clone() },
            ] {
                for (item, action) in items.iter().flat_map(|item| Action::ALL.map(|action| (item, action))) {
                    let facts = item.facts();
                    let expected = engine.decide(&changed, action, &Resource::Item(facts));
                    assert_eq!(engine.decide_item(&changed, action, &facts), expected);
                }
            }
        }
    }
}

#[test]
fn every_policy_decides_alone_somewhere() {
    let engine = Engine::standard().unwrap();
    let mut dice = Dice::new(5);
    let mut alone = BTreeSet::new();
    for _ in 0..5_000 {
        let (who, item) = (world::principal(&mut dice), world::item(&mut dice));
        let organisation = &item.label.originator;
        let resources = [Resource::Item(item.facts()), Resource::Organisation(organisation), Resource::Area];
        for (resource, action) in resources.iter().flat_map(|one| Action::ALL.map(|action| (one, action))) {
            let policy_ids = match engine.decide(&who, action, resource) {
                Decision::Permit { policy_ids, .. } => policy_ids,
                Decision::Refusal(refusal) => refusal.policy_ids,
            };
            if let [one] = &policy_ids[..] {
                alone.insert(one.clone());
            }
        }
    }
    let all: BTreeSet<String> = engine.rules().iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(alone, all);
}

#[test]
fn every_slip_of_the_model_is_noticed() {
    let engine = Engine::standard().unwrap();
    for slip in Slip::ALL {
        let found = first_difference(&engine, Model { slip: Some(slip) }, 7, 10_000);
        assert!(found.is_some(), "{slip:?} was not noticed in 10,000 cases");
    }
}

#[test]
fn random_cases_reach_both_answers() {
    let model = Model { slip: None };
    let mut dice = Dice::new(3);
    let mut yes = [0_usize; Action::ALL.len()];
    for _ in 0..20_000 {
        let (who, item) = (world::principal(&mut dice), world::item(&mut dice));
        for action in Action::ALL {
            let about = match action {
                Action::Administer => About::Area,
                Action::Audit | Action::Watch | Action::Operate | Action::Plan => {
                    About::Organisation(&item.label.originator)
                }
                _ => About::Item(&item),
            };
            yes[action as usize] += usize::from(model.allows(&who, action, about));
        }
    }
    for (action, yes) in Action::ALL.iter().zip(yes) {
        assert!((200..19_800).contains(&yes), "{action:?}: {yes} of 20,000 are allowed");
    }
}
