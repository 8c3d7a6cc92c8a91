//! The page is a function of public records only: whatever else is put in, taken out or changed, its bytes are the same.

use measures::model::{Closure, Plan, Publication};
use measures::public::{PublicRecords, Published, geojson, project};
use proptest::prelude::*;
use serde_json::json;

use super::small::{self, at, day};

/// Something that is done to a plan and must not be seen.
#[derive(Debug, Clone)]
enum Deed {
    /// Records that are not public go in, and what is public names them where it can.
    Insert(Kind, Publication, usize, u8),
    /// One that is not public goes.
    Remove(Kind, usize),
    /// One that is not public, or what is never told of a public one, changes.
    Change(Kind, usize, u8),
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Measure,
    Neighbourhood,
    Decision,
    Posture,
    Scenario,
    Norm,
    Threat,
    Impact,
    Event,
}

const KINDS: [Kind; 9] = [
    Kind::Measure,
    Kind::Neighbourhood,
    Kind::Decision,
    Kind::Posture,
    Kind::Scenario,
    Kind::Norm,
    Kind::Threat,
    Kind::Impact,
    Kind::Event,
];

fn deed() -> impl Strategy<Value = Deed> {
    let kind = || proptest::sample::select(&KINDS[..]);
    let class = proptest::sample::select(&[Publication::Partners, Publication::Closed][..]);
    prop_oneof![
        3 => (kind(), class, any::<usize>(), any::<u8>()).prop_map(|(a, b, c, d)| Deed::Insert(a, b, c, d)),
        1 => (kind(), any::<usize>()).prop_map(|(a, b)| Deed::Remove(a, b)),
        2 => (kind(), any::<usize>(), any::<u8>()).prop_map(|(a, b, c)| Deed::Change(a, b, c)),
    ]
}

/// Takes out one of those that are not public.
fn remove<T>(list: &mut Vec<T>, which: usize, hidden: impl Fn(&T) -> bool) {
    let places: Vec<usize> = (0..list.len()).filter(|index| hidden(&list[*index])).collect();
    if let Some(place) = places.get(which % places.len().max(1)) {
        list.remove(*place);
    }
}

macro_rules! lists {
    ($plan:expr, $kind:expr, |$list:ident| $body:expr) => {
        match $kind {
            Kind::Measure => {
                let $list = &mut $plan.measures;
                $body
            }
            Kind::Neighbourhood => {
                let $list = &mut $plan.neighbourhoods;
                $body
            }
            Kind::Decision => {
                let $list = &mut $plan.decisions;
                $body
            }
            Kind::Posture => {
                let $list = &mut $plan.postures;
                $body
            }
            Kind::Scenario => {
                let $list = &mut $plan.scenarios;
                $body
            }
            Kind::Norm => {
                let $list = &mut $plan.norms;
                $body
            }
            Kind::Threat => {
                let $list = &mut $plan.threat_levels;
                $body
            }
            Kind::Impact => {
                let $list = &mut $plan.impacts;
                $body
            }
            Kind::Event => {
                let $list = &mut $plan.events;
                $body
            }
        }
    };
}

fn insert(plan: &mut Plan, kind: Kind, class: Publication, place: usize, value: u8) {
    let id = format!("hidden-{}-{value}", place % 97);
    // Of these nothing is told, not even when somebody marked them public.
    let any_class = if value.is_multiple_of(2) { Publication::Public } else { class };
    match kind {
        Kind::Measure => {
            let mut one = small::measure(&id, class);
            one.closures = vec![Closure { from_hour: value % 20, ..small::closure("Geheimstraat") }];
            plan.measures.insert(place % (plan.measures.len() + 1), one);
            for posture in &mut plan.postures {
                posture.measures.insert(place % (posture.measures.len() + 1), id.clone());
            }
            plan.measures[0].requires.push(id);
        }
        Kind::Neighbourhood => {
            plan.neighbourhoods
                .insert(place % (plan.neighbourhoods.len() + 1), small::neighbourhood(&id, class));
            for burden in plan.measures.iter_mut().flat_map(|one| &mut one.burdens) {
                burden.neighbourhoods.push(id.clone());
            }
        }
        Kind::Decision => {
            let mut one = small::decision(&id, if value.is_multiple_of(2) { "now" } else { "soon" }, class);
            one.until = Some(day(i64::from(value % 50) + 1));
            plan.decisions.insert(place % (plan.decisions.len() + 1), one);
        }
        Kind::Posture => {
            plan.postures.insert(
                place % (plan.postures.len() + 1),
                small::posture(&id, &["officers", "closing"], class),
            );
            // Decided in public, but what was decided is not.
            plan.decisions.push(small::decision(&format!("of-{id}"), &id, Publication::Public));
        }
        Kind::Scenario => plan.scenarios.push(small::scenario(&id, any_class)),
        Kind::Norm => plan.norms.push(small::norm(&id, f64::from(value) / 300.0, any_class)),
        Kind::Threat => plan.threat_levels.push(small::threat(&id, any_class)),
        Kind::Impact => plan.impacts.push(small::impact(&id, any_class)),
        Kind::Event => plan.events.push(small::event(&id, any_class)),
    }
}

fn change(plan: &mut Plan, kind: Kind, which: usize, value: u8) {
    let share = f64::from(value) / 300.0;
    match kind {
        Kind::Measure => {
            let index = which % plan.measures.len();
            let one = &mut plan.measures[index];
            one.name = format!("another planner's name {value}");
            one.effects = vec![small::effect(share)];
            one.cost.once_eur = f64::from(value);
            one.lowest_level = 1 + value % 5;
            one.same_function = None;
            if one.origin.publication != Publication::Public {
                one.closures.clear();
                one.plain = Some(measures::model::Plain {
                    name: small::words("quite another"),
                    why: small::words("reason"),
                });
            }
        }
        Kind::Posture => {
            let index = which % plan.postures.len();
            plan.postures[index].name = format!("another name {value}");
            plan.postures[index].level = 1 + value % 5;
        }
        Kind::Decision => {
            let index = which % plan.decisions.len();
            plan.decisions[index].why = format!("another planner's reason {value}");
            plan.decisions[index].alternatives[0].worst_points = f64::from(value);
        }
        Kind::Neighbourhood => {
            let index = which % plan.neighbourhoods.len();
            plan.neighbourhoods[index].residents = u32::from(value);
            plan.neighbourhoods[index].burden_points_max = Some(f64::from(value));
        }
        Kind::Scenario => {
            for one in &mut plan.scenarios {
                one.common_cause_share = share;
            }
        }
        Kind::Norm => {
            for one in &mut plan.norms {
                one.remaining_share_max = share;
            }
        }
        Kind::Threat => {
            for one in &mut plan.threat_levels {
                one.level = 1 + value % 5;
            }
        }
        Kind::Impact => {
            for one in &mut plan.impacts {
                one.predicted_minutes_per_day = f64::from(value);
            }
        }
        Kind::Event => {
            for one in &mut plan.events {
                one.name = format!("another event {value}");
            }
        }
    }
}

fn done(mut plan: Plan, deeds: &[Deed]) -> Plan {
    for deed in deeds {
        match *deed {
            Deed::Insert(kind, class, place, value) => insert(&mut plan, kind, class, place, value),
            Deed::Remove(kind, which) => {
                lists!(plan, kind, |list| remove(list, which, |one| {
                    one.origin.publication != Publication::Public
                }));
            }
            Deed::Change(kind, which, value) => change(&mut plan, kind, which, value),
        }
    }
    plan
}

/// Everything that is published of a plan, as bytes.
fn told(plan: &Plan) -> Vec<u8> {
    let records = PublicRecords::of(plan);
    let page = project(&records, &small::minutes(&records), at());
    let line = |name: &str| {
        json!({ "properties": { "name": name },
            "geometry": { "type": "LineString", "coordinates": [[4.0, 52.0], [4.001, 52.0]] } })
    };
    let block = |id: &str| {
        json!({ "properties": { "id": id }, "geometry": { "type": "Polygon",
            "coordinates": [[[4.0, 52.0], [4.01, 52.0], [4.01, 52.01], [4.0, 52.0]]] } })
    };
    let streets = json!({ "features": [line("Kerkstraat"), line("Geheimstraat")] });
    // The outlines that the node has are of all neighbourhoods, the hidden ones too.
    let blocks: Vec<_> = plan.neighbourhoods.iter().map(|one| block(&one.id)).collect();
    let published = Published::new(page, &streets, &json!({ "features": blocks })).unwrap();
    let mut bytes = serde_json::to_vec(&published).unwrap();
    for days in [0, 21, 40] {
        bytes.extend(geojson(&published, day(days)).to_string().into_bytes());
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_not_public_changes_not_a_byte(deeds in prop::collection::vec(deed(), 1..12)) {
        let plan = small::plan();
        let expected = told(&plan);
        prop_assert_eq!(String::from_utf8(expected), String::from_utf8(told(&done(plan, &deeds))));
    }
}

/// The test above could only pass if nothing at all were told: what is public does change the page.
#[test]
fn what_is_public_does_change_it() {
    let before = told(&small::plan());
    let changes: [fn(&mut Plan); 6] = [
        |plan| plan.measures[0].plain.as_mut().unwrap().why = small::words("another reason"),
        |plan| plan.measures[1].closures[0].until_hour = 20,
        |plan| plan.decisions[1].until = Some(day(26)),
        |plan| plan.postures[0].ends = Some(day(80)),
        |plan| plan.measures[2].origin.publication = Publication::Partners,
        |plan| plan.neighbourhoods[1].name = "Another".into(),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut plan = small::plan();
        change(&mut plan);
        assert_ne!(before, told(&plan), "{index}");
    }
}
