//! A small plan of public records, and records to put beside them.
//!
//! Not here: what is asked of them.

use base::Timestamp;
use measures::model::{
    Alternative, Burden, BurdenKind, BurdenScale, Closure, Contact, Cost, Decision, Effect, Event, Impact,
    Layer, Level, Measure, Mode, Neighbourhood, Norm, Origin, PLAN_VERSION, Plain, Plan, Posture,
    Publication, Reversibility, Scenario, ThreatLevel, Trigger, Weight, Words, Zone,
};
use measures::public::{Minutes, PublicRecords, StreetMinutes};

/// The instant at which everything is asked.
pub fn at() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

pub fn day(days: i64) -> Timestamp {
    at().plus_seconds(days * 86_400)
}

pub fn origin(publication: Publication) -> Origin {
    Origin {
        source: "test".into(),
        author: "test".into(),
        valid_from: day(-300),
        valid_until: day(300),
        publication,
    }
}

pub fn words(text: &str) -> Words {
    Words { en: format!("{text} in English"), nl: format!("{text} in het Nederlands") }
}

pub fn measure(id: &str, publication: Publication) -> Measure {
    Measure {
        id: id.into(),
        name: format!("planner's name of {id}"),
        same_function: Some("function".into()),
        effects: vec![effect(0.25)],
        burdens: vec![Burden {
            kind: BurdenKind::Accessibility,
            weight: Weight::Moderate,
            neighbourhoods: vec!["block-a".into()],
        }],
        cost: Cost { once_eur: 1_234.0, per_day_eur: 56.0, staff_hours_per_day: 7.0 },
        set_up_hours: 3.0,
        reversibility: Reversibility::Undone { hours: 2.0 },
        legal_basis: "a law".into(),
        lowest_level: 1,
        requires: Vec::new(),
        excludes: Vec::new(),
        closures: Vec::new(),
        mobile: false,
        plain: Some(Plain { name: words(&format!("told {id}")), why: words(&format!("why {id}")) }),
        origin: origin(publication),
    }
}

pub fn closure(street: &str) -> Closure {
    Closure {
        modes: vec![Mode::Car],
        exempt: Vec::new(),
        streets: vec![street.into()],
        at: Vec::new(),
        within: Vec::new(),
        from_hour: 7,
        until_hour: 19,
        manned_gate: true,
    }
}

pub fn effect(low: f64) -> Effect {
    Effect { scenario: "scenario".into(), layer: Layer::Delay, low, likely: 0.8, high: 0.9 }
}

pub fn neighbourhood(id: &str, publication: Publication) -> Neighbourhood {
    Neighbourhood {
        id: id.into(),
        name: format!("Block {id}"),
        zone: "zone".into(),
        residents: 100,
        burden_points_max: None,
        origin: origin(publication),
    }
}

pub fn posture(id: &str, measures: &[&str], publication: Publication) -> Posture {
    Posture {
        id: id.into(),
        name: format!("planner's name of {id}"),
        zones: vec!["zone".into()],
        level: 1,
        measures: measures.iter().map(|id| (*id).to_owned()).collect(),
        up: Vec::new(),
        down: vec![Trigger::Judged { what: "it is over".into() }],
        ends: Some(day(90)),
        origin: origin(publication),
    }
}

pub fn decision(id: &str, posture: &str, publication: Publication) -> Decision {
    Decision {
        id: id.into(),
        posture: posture.into(),
        decided_by: "the mayor".into(),
        decided_at: day(-10),
        from: None,
        until: None,
        why: "planner's reason".into(),
        plain: Some(words(&format!("why {id}"))),
        alternatives: vec![Alternative {
            name: "nothing".into(),
            measures: Vec::new(),
            worst_points: 0.0,
            money_eur: 0.0,
            why_not: "too little".into(),
        }],
        origin: origin(publication),
    }
}

pub fn scenario(id: &str, publication: Publication) -> Scenario {
    Scenario {
        id: id.into(),
        name: format!("Feared {id}"),
        zones: vec!["zone".into()],
        assets: Vec::new(),
        path: Vec::new(),
        common_cause_share: 0.0,
        origin: origin(publication),
    }
}

pub fn norm(id: &str, share: f64, publication: Publication) -> Norm {
    Norm {
        id: id.into(),
        scenario: "scenario".into(),
        level: 1,
        remaining_share_max: share,
        set_by: "the authority".into(),
        origin: origin(publication),
    }
}

pub fn threat(id: &str, publication: Publication) -> ThreatLevel {
    ThreatLevel {
        id: id.into(),
        zone: "zone".into(),
        level: 3,
        from: day(-1),
        until: day(9),
        why: "feared".into(),
        origin: origin(publication),
    }
}

pub fn impact(id: &str, publication: Publication) -> Impact {
    Impact {
        id: id.into(),
        posture: "now".into(),
        neighbourhood: "block-a".into(),
        predicted_minutes_per_day: 12.0,
        measured_minutes_per_day: None,
        origin: origin(publication),
    }
}

pub fn event(id: &str, publication: Publication) -> Event {
    Event {
        id: id.into(),
        name: format!("Event {id}"),
        zones: vec!["zone".into()],
        phases: Vec::new(),
        playbook: Vec::new(),
        origin: origin(publication),
    }
}

/// Two postures, one of which stands and one of which is announced; all of it public.
pub fn plan() -> Plan {
    use Publication::Public;
    let mut closing = measure("closing", Public);
    closing.closures = vec![closure("Kerkstraat")];
    let mut later = decision("later", "soon", Public);
    (later.from, later.until) = (Some(day(20)), Some(day(25)));
    Plan {
        version: PLAN_VERSION,
        name: "Small".into(),
        origin: origin(Public),
        national_level: String::new(),
        zones: vec![Zone { id: "zone".into(), name: "Zone".into(), origin: origin(Public) }],
        sites: Vec::new(),
        assets: Vec::new(),
        neighbourhoods: vec![neighbourhood("block-a", Public), neighbourhood("block-b", Public)],
        levels: vec![Level {
            level: 1,
            days_per_year: 300,
            warning_hours: 0.0,
            staff_hours_per_day_max: None,
        }],
        scenarios: vec![scenario("scenario", Publication::Partners)],
        threat_levels: Vec::new(),
        norms: vec![norm("norm", 0.5, Publication::Closed)],
        measures: vec![measure("officers", Public), closing, measure("lights", Public)],
        destinations: Vec::new(),
        travels: Vec::new(),
        emergency_from: Vec::new(),
        scale: BurdenScale {
            points: [0.0, 1.0, 2.0, 3.0, 4.0],
            weights: [1.0; 5],
            points_per_minute: 1.0,
            staff_hour_eur: 50.0,
            origin: origin(Public),
        },
        money_eur_per_year_max: None,
        postures: vec![
            posture("now", &["officers", "lights"], Public),
            posture("soon", &["officers", "closing"], Public),
        ],
        decisions: vec![decision("first", "now", Public), later],
        impacts: Vec::new(),
        events: Vec::new(),
        contact: Some(Contact {
            name: "The desk".into(),
            email: "desk@town.example".into(),
            telephone: String::new(),
            object: words("write to the desk"),
        }),
    }
}

/// Minutes made of the public closures, as a server would ask the streets for them: here each closure costs one.
pub fn minutes(records: &PublicRecords) -> Vec<StreetMinutes> {
    let each = records.periods(at()).into_iter().map(|period| {
        let lost = period.closures.iter().map(|one| f64::from(one.hours_per_day()) / 10.0).sum();
        let of = |id: &str| Minutes { of: id.into(), minutes_per_household_per_day: lost };
        StreetMinutes {
            from: period.from,
            until: period.until,
            streets: vec![of("Kerkstraat")],
            neighbourhoods: vec![of("block-a"), of("hidden-block")],
        }
    });
    each.collect()
}
