//! What a plan may not be, each time with where it is wrong.

use measures::model::{
    Alternative, Closure, Decision, Destination, Event, Group, Impact, Mode, Origin, Phase, PhaseKind, Plan,
    PlanError, PlaybookStep, Posture, Share, ThreatLevel, Travel, Trigger,
};

use super::random::{self, Shape, origin};

fn plan() -> Plan {
    let shape = Shape { measures: 6, levels: 2, scenarios: 2, places: 3, closing: 2, limits: true };
    let mut plan = random::plan(shape, 5);
    plan.postures.push(posture());
    plan
}

fn posture() -> Posture {
    Posture {
        id: "calm".into(),
        name: "Calm".into(),
        zones: vec!["zone".into()],
        level: 1,
        measures: vec!["measure-0".into()],
        up: vec![Trigger::Level { level: 2 }],
        down: vec![Trigger::Judged { what: "the marches are over".into() }],
        ends: Some(random::at().plus_seconds(86_400)),
        origin: origin(),
    }
}

/// One change, and the path of the fault that it must bring.
fn wrong(path: &str, change: impl Fn(&mut Plan)) {
    let mut plan = plan();
    plan.validate().unwrap();
    change(&mut plan);
    let faults = plan.validate().unwrap_err();
    assert!(faults.0.iter().any(|fault| fault.path == path), "{path}: {faults}");
    assert!(faults.0.iter().all(|fault| !fault.mend.is_empty() && !fault.what.is_empty()));
}

#[test]
fn ids_lead_somewhere_and_are_told_once() {
    wrong("measures[0].requires", |plan| plan.measures[0].requires = vec!["nobody".into()]);
    wrong("measures[1].id", |plan| plan.measures[1].id = "measure-0".into());
    wrong("measures[1].id", |plan| plan.measures[1].id = "Measure One".into());
    wrong("norms[0].scenario", |plan| plan.norms[0].scenario = "nothing".into());
    wrong("scenarios[0].zones", |plan| plan.scenarios[0].zones.clear());
    wrong("neighbourhoods[2].zone", |plan| plan.neighbourhoods[2].zone = "elsewhere".into());
    wrong("postures[0].measures", |plan| plan.postures[0].measures.push("gone".into()));
    wrong("measures[0].burdens[0].neighbourhoods", |plan| {
        let twice = measures::model::Burden {
            kind: measures::model::BurdenKind::Privacy,
            weight: measures::model::Weight::Slight,
            neighbourhoods: vec!["block-0".into(), "block-0".into()],
        };
        plan.measures[0].burdens = vec![twice];
    });
}

#[test]
fn numbers_are_in_range_and_in_order() {
    let effect = |low, likely, high| measures::model::Effect {
        scenario: "scenario-0".into(),
        layer: measures::model::Layer::Delay,
        low,
        likely,
        high,
    };
    wrong("measures[0].effects[0]", move |plan| plan.measures[0].effects = vec![effect(0.5, 0.4, 0.9)]);
    wrong("measures[0].effects[0].high", move |plan| plan.measures[0].effects = vec![effect(0.5, 0.6, 1.0)]);
    wrong("measures[0].effects[0].low", move |plan| {
        plan.measures[0].effects = vec![effect(f64::NAN, 0.6, 0.9)];
    });
    wrong("scale.points", |plan| plan.scale.points = [0.0, 2.0, 1.0, 3.0, 4.0]);
    wrong("scale.points[0]", |plan| plan.scale.points[0] = 0.5);
    wrong("norms[0].remaining_share_max", |plan| plan.norms[0].remaining_share_max = 0.0);
    wrong("levels[1].level", |plan| plan.levels[1].level = 1);
    wrong("levels[1].level", |plan| plan.levels[1].level = 6);
    wrong("measures[0].closures[0].until_hour", |plan| plan.measures[0].closures[0].until_hour = 25);
    wrong("measures[0].closures[0].until_hour", |plan| plan.measures[0].closures[0].until_hour = 0);
    wrong("measures[0].closures[0].from_hour", |plan| plan.measures[0].closures[0].from_hour = 24);
    wrong("version", |plan| plan.version = 2);
}

#[test]
fn a_higher_level_asks_at_least_as_much() {
    wrong("norms[1].remaining_share_max", |plan| {
        let mut low = plan.norms[0].clone();
        (low.level, low.scenario, low.remaining_share_max) = (1, "scenario-0".into(), 0.2);
        let mut high = low.clone();
        (high.id, high.level, high.remaining_share_max) = ("other".into(), 2, 0.3);
        plan.norms = vec![low, high];
    });
}

#[test]
fn what_requires_each_other_is_one_measure() {
    wrong("measures[0].requires", |plan| {
        for one in &mut plan.measures {
            (one.requires, one.excludes) = (Vec::new(), Vec::new());
        }
        plan.measures[0].requires = vec!["measure-1".into()];
        plan.measures[1].requires = vec!["measure-2".into()];
        plan.measures[2].requires = vec!["measure-0".into()];
    });
    wrong("measures[3].excludes", |plan| {
        plan.measures[3].requires = vec!["measure-0".into()];
        plan.measures[3].excludes = vec!["measure-0".into()];
    });
}

#[test]
fn everything_ends_and_can_step_down() {
    wrong("postures[0].ends", |plan| plan.postures[0].ends = None);
    wrong("postures[0].down", |plan| plan.postures[0].down.clear());
    wrong("measures[0].origin.valid_until", |plan| {
        plan.measures[0].origin = Origin { valid_until: origin().valid_from, ..origin() };
    });
    wrong("threat_levels[0].until", |plan| {
        plan.threat_levels.push(ThreatLevel { until: random::at(), ..threat() });
    });
}

fn threat() -> ThreatLevel {
    ThreatLevel {
        id: "march".into(),
        zone: "zone".into(),
        level: 2,
        from: random::at(),
        until: random::at().plus_seconds(3_600),
        why: "a march is announced".into(),
        origin: origin(),
    }
}

#[test]
fn records_of_what_was_decided_are_whole() {
    let alternative = Alternative {
        name: "nothing".into(),
        measures: Vec::new(),
        worst_points: 0.0,
        money_eur: 0.0,
        why_not: "norms fail".into(),
    };
    let decision = Decision {
        id: "decided".into(),
        posture: "calm".into(),
        decided_by: "the mayor".into(),
        decided_at: random::at(),
        from: None,
        until: None,
        why: "the least".into(),
        plain: None,
        alternatives: vec![alternative],
        origin: origin(),
    };
    let (good, bad) = (decision.clone(), Decision { alternatives: Vec::new(), ..decision });
    let mut whole = plan();
    whole.decisions.push(good);
    whole.validate().unwrap();
    wrong("decisions[0].alternatives", move |plan| plan.decisions.push(bad.clone()));
    let impact = |minutes| Impact {
        id: "impact".into(),
        posture: "calm".into(),
        neighbourhood: "block-0".into(),
        predicted_minutes_per_day: minutes,
        measured_minutes_per_day: None,
        origin: origin(),
    };
    wrong("impacts[0].predicted_minutes_per_day", move |plan| plan.impacts.push(impact(-1.0)));
    let phase = |kind, from, until| Phase {
        kind,
        from: random::at().plus_seconds(from),
        until: random::at().plus_seconds(until),
        level: 1,
        posture: None,
    };
    let event = |phases| Event {
        id: "summit".into(),
        name: "Summit".into(),
        zones: vec!["zone".into()],
        phases,
        playbook: Vec::new(),
        origin: origin(),
    };
    let order = move |plan: &mut Plan| {
        plan.events.push(event(vec![phase(PhaseKind::Day, 0, 10), phase(PhaseKind::BuildUp, 10, 20)]));
    };
    wrong("events[0].phases[1]", order);
    let step = |phase, hours, who: &str| PlaybookStep { phase, hours, who: who.into(), what: "close".into() };
    let with = move |step: PlaybookStep| {
        move |plan: &mut Plan| {
            let day = event(vec![phase(PhaseKind::Day, 0, 10)]);
            plan.events.push(Event { playbook: vec![step.clone()], ..day });
        }
    };
    let mut whole = plan();
    with(step(0, -2.0, "police"))(&mut whole);
    whole.validate().unwrap();
    wrong("events[0].playbook[0].phase", with(step(1, 0.0, "police")));
    wrong("events[0].playbook[0].hours", with(step(0, f64::NAN, "police")));
    wrong("events[0].playbook[0].who", with(step(0, 0.0, " ")));
}

fn travel(mode: Mode, shares: &[(&str, f64)]) -> Travel {
    let share = |(id, share): &(&str, f64)| Share { destination: (*id).into(), share: *share };
    Travel {
        group: Group::Residents,
        mode,
        trips_per_household_per_day: 2.0,
        to: shares.iter().map(share).collect(),
        origin: origin(),
    }
}

#[test]
fn people_go_somewhere_and_help_comes_from_somewhere() {
    let towards = |at| Destination { id: "gate".into(), name: "Gate".into(), at, origin: origin() };
    let with = move |travel: Travel| {
        move |plan: &mut Plan| {
            plan.destinations = vec![towards([4.28, 52.09])];
            plan.travels = vec![travel.clone()];
            plan.emergency_from = vec!["gate".into()];
        }
    };
    let fine = travel(Mode::Car, &[("gate", 1.0)]);
    let mut whole = plan();
    with(fine.clone())(&mut whole);
    whole.validate().unwrap();
    wrong("travels[0].mode", with(travel(Mode::Emergency, &[("gate", 1.0)])));
    wrong("travels[0].to", with(travel(Mode::Bike, &[("gate", 0.9)])));
    wrong("travels[0].to", with(travel(Mode::Bike, &[("gate", 0.5), ("gate", 0.5)])));
    wrong("travels[0].to", with(travel(Mode::Bike, &[("nowhere", 1.0)])));
    wrong("travels[0].to[0].share", with(travel(Mode::Bike, &[("gate", f64::NAN)])));
    let many = Travel { trips_per_household_per_day: 101.0, ..fine };
    wrong("travels[0].trips_per_household_per_day", with(many));
    wrong("emergency_from", |plan| plan.emergency_from = vec!["nowhere".into()]);
    wrong("destinations[0].at", move |plan| plan.destinations = vec![towards([52.09, f64::INFINITY])]);
}

#[test]
fn closures_are_somewhere() {
    let with = |change: fn(&mut Closure)| move |plan: &mut Plan| change(&mut plan.measures[0].closures[0]);
    wrong("measures[0].closures[0].streets", with(|one| one.streets.clear()));
    wrong("measures[0].closures[0].at", with(|one| one.at = vec![[4.28, 91.0]]));
    wrong("measures[0].closures[0].within[0]", with(|one| one.within = vec![vec![[4.28, 52.0]; 2]]));
    wrong("measures[0].closures[0].modes", with(|one| one.modes.clear()));
    wrong("measures[0].closures[0].until_hour", with(|one| (one.from_hour, one.until_hour) = (7, 7)));
    let mut night = plan();
    let closure = &mut night.measures[0].closures[0];
    (closure.from_hour, closure.until_hour) = (22, 6);
    closure.streets.clear();
    closure.at = vec![[4.28, 52.09]];
    assert_eq!(closure.hours_per_day(), 8);
    night.validate().unwrap();
}

#[test]
fn levels_are_those_of_the_hour() {
    let mut plan = plan();
    plan.threat_levels.push(threat());
    assert_eq!(plan.level_at("zone", random::at()), 2);
    assert_eq!(plan.level_at("zone", random::at().plus_seconds(3_600)), 1);
    assert_eq!(plan.level_at("other", random::at()), 1);
}

#[test]
fn bytes_that_are_no_plan_are_refused_with_the_place() {
    assert!(matches!(Plan::from_json(b"{}"), Err(PlanError::NotAPlan(_))));
    let mut json: serde_json::Value = serde_json::to_value(plan()).unwrap();
    json["measures"][0]["surprise"] = true.into();
    assert!(matches!(Plan::from_json(json.to_string().as_bytes()), Err(PlanError::NotAPlan(_))));
    let mut plan = plan();
    plan.postures[0].ends = None;
    let error = Plan::from_json(&serde_json::to_vec(&plan).unwrap()).unwrap_err();
    assert!(
        matches!(&error, PlanError::Invalid(faults) if faults.to_string().contains("every posture ends"))
    );
}
