//! The whole pipeline on made documents: a stand-in for a day of one area, timed by the caller.
//!
//! Not here: clocks, and real documents.

use base::clock::Timestamp;

use super::duplicates;
use crate::detect::{CalendarEvent, Gazetteer, GazetteerPlace, PlaceKind, Profile};
use crate::pipeline::{Settings, Watch};
use crate::{Happening, RawDocument, Source, SourceKind, Trust};

/// A watch with so many profiles of three phrases each, and an area with 400 places.
pub fn watch(profiles: u64) -> Watch {
    let name = |kind: &str, number: u64| {
        let words = duplicates::text(number ^ 0xabcd);
        let first = words.split(' ').find(|word| word.len() > 5).unwrap_or("plaats").to_owned();
        format!("{first}{kind}{number}")
    };
    let place = |number: u64| GazetteerPlace {
        id: format!("place-{number}"),
        kind: if number.is_multiple_of(10) { PlaceKind::Site } else { PlaceKind::Street },
        name: name("straat", number),
        aliases: vec![],
        longitude: 4.28,
        latitude: 52.09,
        radius_m: 150.0,
        ambiguous: false,
    };
    let profile = |number: u64| Profile {
        id: format!("profile-{number}"),
        name: format!("Profile {number}"),
        owner: "police".into(),
        purpose: "public-order".into(),
        phrases: vec![
            name("fest", number),
            format!("\"{} blokkade\"~5", name("plein", number)),
            name("actie", number),
        ],
        exclude: vec!["carnaval".into()],
        regexes: vec![],
        hashtags: vec![name("tag", number)],
        organisations: vec![],
        places: vec![format!("place-{}", number % 400)],
        languages: vec![],
        weight: 1.0,
        paused: false,
    };
    let start: Timestamp = Timestamp::from_seconds(1_795_600_000);
    Watch {
        profiles: (0..profiles).map(profile).collect(),
        gazetteer: Gazetteer { places: (0..400).map(place).collect(), context: vec!["Den Haag".into()] },
        calendar: vec![CalendarEvent {
            id: "conference".into(),
            name: "Wereldconferentie".into(),
            starts: start,
            ends: start.plus_seconds(86_400),
            before_hours: 72,
            after_hours: 12,
            places: vec!["place-0".into()],
            aliases: vec![],
            weight: 1.0,
        }],
        settings: Settings::default(),
        ..Watch::default()
    }
}

/// A source to say it.
pub fn source(number: u64) -> Source {
    Source {
        id: format!("source-{number}"),
        name: format!("Source {number}"),
        kind: SourceKind::Inbox {},
        owner: "police".into(),
        purpose: "public-order".into(),
        language: Some("nl".into()),
        trust: Trust::C,
        retention_days: 30,
        interval_s: 60,
        silence_s: None,
        paused: false,
    }
}

/// A made document: one in ten names a place and what may happen there, one in five is a near copy of an earlier one.
pub fn happening(number: u64) -> Happening {
    let mut text = match number % 5 {
        4 => duplicates::near_copy(number.saturating_sub(60), 2),
        _ => duplicates::text(number),
    };
    if number % 10 < 2 {
        let street = watch_place(number % 400);
        text.push_str(&format!(
            ". Morgen om 14:00 gaan we de {street} blokkeren, kom ook! https://a.example/{number}"
        ));
    }
    Happening::Posted(RawDocument {
        key: number.to_string(),
        text,
        author: Some(format!("author {}", number % 5000)),
        ..RawDocument::default()
    })
}

fn watch_place(number: u64) -> String {
    let words = duplicates::text(number ^ 0xabcd);
    let first = words.split(' ').find(|word| word.len() > 5).unwrap_or("plaats").to_owned();
    format!("{first}straat{number}")
}
