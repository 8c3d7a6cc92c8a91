//! The script against the sample area: names exist, authors may say what they say, one seed gives one day.

use std::collections::{BTreeMap, BTreeSet};

use base::Timestamp;
use base::ids::MemberId;
use record::Tlp;
use serde::Deserialize;

use super::*;
use crate::cast::Player;

#[derive(Deserialize)]
struct Area {
    members: Vec<Member>,
    organisations: Vec<Named>,
    communities: Vec<Named>,
    purposes: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Member {
    handle: String,
    organisation: String,
    roles: Vec<String>,
    purposes: BTreeSet<base::ids::PurposeId>,
}

fn area() -> Area {
    toml::from_str(include_str!("../../../areas/international-zone/area.toml")).unwrap()
}

fn map_ids(layer: &str) -> BTreeSet<String> {
    let map = include_str!("../../../areas/international-zone/area.geojson");
    let map: serde_json::Value = serde_json::from_str(map).unwrap();
    let features = map["features"].as_array().unwrap();
    let of_layer = features.iter().filter(|one| one["properties"]["layer"] == layer);
    let id =
        |one: &serde_json::Value| one["id"].as_str().or(one["properties"]["id"].as_str()).map(str::to_owned);
    of_layer.filter_map(id).collect()
}

pub(crate) fn sample_cast() -> Cast {
    let members = area().members.into_iter().zip(1_u8..);
    members
        .map(|(member, number)| {
            let player = Player {
                member: MemberId::from_bytes([number; 16]),
                organisation: member.organisation.parse().unwrap(),
                purposes: member.purposes,
            };
            (member.handle, player)
        })
        .collect()
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// History, then enough live events to hear the whole story.
fn day(seed: u64) -> Vec<Event> {
    let mut plan = Plan::new(seed, sample_cast());
    let past = plan.history(now()).unwrap();
    let mut events: Vec<_> = past.into_iter().map(|(_, event)| event).collect();
    for minute in 0..200 {
        events.push(plan.next_event(now().plus_seconds(60 * minute)).unwrap());
    }
    events
}

#[test]
fn one_seed_gives_one_day() {
    assert_eq!(day(11), day(11));
    assert_ne!(day(11), day(12));
}

#[test]
fn the_history_fills_a_first_page() {
    let past = Plan::new(1, sample_cast()).history(now()).unwrap();
    assert!(past.is_sorted_by_key(|(at, _)| *at), "the past is in order: a clock only goes on");
    let events: Vec<_> = past.into_iter().map(|(_, event)| event).collect();
    let shared = events.iter().filter(|event| matches!(event.happening, Happening::Share { .. })).count();
    assert!((24..=36).contains(&shared), "{shared} items");
}

#[test]
fn the_whole_story_is_told_and_everything_spoken_of_came_before() {
    let events = day(3);
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for event in &events {
        let (key, spoken_of): (&str, Vec<&str>) = match &event.happening {
            Happening::Share { key, answers, references, .. } => {
                let spoken_of = references.iter().map(|(key, _)| key.as_str());
                (key, spoken_of.chain(answers.as_deref()).collect())
            }
            Happening::Acknowledge { key } => ("", vec![key]),
            Happening::Retract { key, .. } => {
                assert_eq!(
                    known.get(key.as_str()),
                    Some(&event.by.as_str()),
                    "only the author takes {key} back"
                );
                ("", vec![key])
            }
        };
        for key in spoken_of {
            assert!(known.contains_key(key), "{} speaks of {key:?} too early", event.by);
        }
        if !key.is_empty() {
            assert!(known.insert(key, &event.by).is_none(), "{key} comes twice");
        }
    }
    for scene in day::DAY {
        if let Deed::Share(sheet) = scene.deed {
            assert!(sheet.key.is_empty() || known.contains_key(sheet.key), "{} was never told", sheet.key);
        }
    }
}

#[test]
fn every_draft_is_valid_and_its_author_may_share_it() {
    let (area, cast) = (area(), sample_cast());
    let (sites, zones) = (map_ids("site"), map_ids("zone"));
    assert!(sites.len() > 5 && zones.len() > 5);
    let ids = |all: &[Named]| all.iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>();
    let (organisations, communities) = (ids(&area.organisations), ids(&area.communities));
    let purposes = ids(&area.purposes);
    for event in day(7) {
        let member =
            area.members.iter().find(|member| member.handle == event.by).expect("a member of the area");
        let has = |role: &str| member.roles.iter().any(|one| one == role);
        let Happening::Share { mut draft, answers, .. } = event.happening else { continue };
        draft.parent = answers.map(|_| base::ids::ItemId::from_bytes([1; 16]));
        draft.check().unwrap_or_else(|faults| panic!("{}: {faults}", draft.content.title));
        let title = &draft.content.title;
        assert!(cast.player(&event.by).unwrap().purposes.is_superset(&draft.marking.purposes), "{title}");
        assert!(draft.marking.purposes.iter().all(|one| purposes.contains(one.as_str())), "{title}");
        for clause in &draft.marking.audience {
            assert!(clause.organisations.iter().all(|one| organisations.contains(one.as_str())), "{title}");
            assert!(clause.communities.iter().all(|one| communities.contains(one.as_str())), "{title}");
        }
        if draft.marking.tlp == Tlp::Red {
            let author = cast.player(&event.by).unwrap().member;
            assert!(
                draft.marking.audience[0].members.contains(&author),
                "{title}: its author cannot read it"
            );
        }
        match draft.kind {
            Kind::Observation => assert!(has("operator"), "{title}"),
            Kind::Signal => assert!(has("analyst"), "{title}"),
            Kind::Assessment => assert!(has("analyst") || has("coordinator"), "{title}"),
            Kind::Decision => assert!(has("coordinator"), "{title}"),
            _ => assert!(!has("auditor"), "{title}"),
        }
        if let Some(place) = &draft.content.place {
            assert!(place.site.as_ref().is_none_or(|site| sites.contains(site.as_str())), "{title}");
            assert!(place.zone.as_ref().is_none_or(|zone| zones.contains(zone.as_str())), "{title}");
        }
    }
}

#[test]
fn two_reports_of_the_van_rest_on_one_source() {
    let past = Plan::new(1, sample_cast()).history(now()).unwrap();
    let events: Vec<_> = past.into_iter().map(|(_, event)| event).collect();
    let on_camera = events.iter().filter(|event| match &event.happening {
        Happening::Share { draft, .. } => draft.content.sources.contains("camera:tram-stop-world-forum-2"),
        _ => false,
    });
    let by: Vec<&str> = on_camera.map(|event| event.by.as_str()).collect();
    assert_eq!(by, ["opcw-duty", "europol-duty"]);
}
