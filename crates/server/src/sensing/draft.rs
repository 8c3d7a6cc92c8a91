//! An observation as the item that is shared of it: what was heard or seen, where, how sure, and what speaks for it and
//! against it, in the reader's language. Nothing is shared by this: an operator reads it, mends it and shares it.
//!
//! Not here: sharing ([`crate::share`]); the words themselves ([`words`]).

mod words;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use base::Timestamp;
use base::ids::{OrganisationId, PurposeId};
use record::rating::{Certainty, Credibility, Reliability, Severity, Urgency};
use record::{Content, Draft, Geometry, Kind, Place};
use sense::bulletin::{Basis, Observation, SensorKind, SensorState, What};
use store::Directory;

use super::shown::{Entry, State};
use crate::language::Language;
use crate::share::own_marking;
use words::Words;

/// The purpose that is chosen when the member holds it: sensors keep sites safe before anything else.
const PURPOSE: &str = "site-security";
/// Most pieces of evidence in a text.
const EVIDENCE_MAX: usize = 12;
/// How long after an event it is urgent, in seconds.
const URGENT_S: i64 = 1_800;

/// What a draft is made from besides the observation.
pub struct Needs<'a> {
    /// The language of the reader.
    pub language: Language,
    /// The names of zones.
    pub directory: &'a Directory,
    /// The sensors of the organisation, by name.
    pub sensors: &'a BTreeMap<String, SensorState>,
    /// The own organisation: nobody else reads it until its member says so.
    pub own: &'a OrganisationId,
    /// The purposes the member holds.
    pub purposes: &'a BTreeSet<PurposeId>,
    /// Where the observation is on its way.
    pub state: State,
    /// The present instant.
    pub now: Timestamp,
}

/// The draft of an observation.
pub fn draft(entry: &Entry, needs: &Needs<'_>) -> Draft {
    let words = Words::of(needs.language);
    let one = &entry.observation;
    let what = entry.judged_class().map(What::Sound).or(one.what);
    let confirmed = needs.state == State::Confirmed;
    let alarms = match what {
        Some(What::Sound(class)) => class.alarms(),
        Some(What::Movement(_)) => true,
        None => false,
    };
    let recent = needs.now.millis_since(one.at) < URGENT_S * 1_000;
    let content = Content {
        title: title(&words, one, what, needs),
        text: text(&words, one, needs),
        language: Some(words.tag.into()),
        observed_from: Some(one.at),
        urgency: if alarms && recent { Urgency::Immediate } else { Urgency::Unknown },
        severity: if alarms { Severity::Moderate } else { Severity::Unknown },
        certainty: certainty(one.probability, confirmed),
        reliability: if confirmed { Reliability::B } else { Reliability::C },
        credibility: Credibility::try_from(if confirmed { 2 } else { 3 }).unwrap_or_default(),
        place: place(one),
        tags: BTreeSet::from([words.what(what).to_owned()]),
        sources: sources(one, needs.sensors),
        ..Content::default()
    };
    let marking = own_marking(needs.own, needs.directory, needs.purposes, PURPOSE);
    Draft { kind: Kind::Observation, parent: None, content, marking }
}

fn title(words: &Words, one: &Observation, what: Option<What>, needs: &Needs<'_>) -> String {
    let basis = match one.basis {
        Basis::Heard => words.heard,
        Basis::HeardAndSeen => words.heard_and_seen,
        Basis::Seen => words.seen,
    };
    let mut title = format!("{} {basis}", words.title(what));
    let zone = one.place.as_ref().and_then(|place| place.zone.as_deref());
    let zone = zone.and_then(|zone| needs.directory.zones.values().find(|known| known.id.as_str() == zone));
    if let Some(zone) = zone {
        let name = match needs.language {
            Language::En => &zone.name.en,
            Language::Nl => &zone.name.nl,
        };
        title.push_str(&format!(" {} {name}", words.within));
    }
    title.chars().take(base::limits::TITLE_CHARS_MAX).collect()
}

fn text(words: &Words, one: &Observation, needs: &Needs<'_>) -> String {
    let percent = words.number(one.probability * 100.0, 0);
    let mut lines = vec![format!("{} {percent} %.", words.likely)];
    match &one.place {
        Some(place) => lines.push(format!(
            "{} {} x {} m.",
            words.ellipse,
            words.number(place.major_m * 2.0, 0),
            words.number(place.minor_m * 2.0, 0)
        )),
        None => lines.push(words.no_place.into()),
    }
    for (heading, speaks) in [
        (words.speaks_for, Ordering::Greater),
        (words.against, Ordering::Less),
        (words.missing, Ordering::Equal),
    ] {
        let of_kind = one.evidence.iter().filter(|piece| piece.weight.partial_cmp(&0.0) == Some(speaks));
        let pieces = of_kind.take(EVIDENCE_MAX).map(|piece| {
            let sensor = piece.sensor.as_ref().map(|id| name_of(needs.sensors, id));
            format!("- {}", words.evidence(piece, sensor))
        });
        let pieces: Vec<String> = pieces.collect();
        if !pieces.is_empty() {
            lines.push(format!("\n{heading}\n\n{}", pieces.join("\n")));
        }
    }
    lines.push(format!("\n{}", words.no_sound));
    lines.join("\n")
}

fn name_of<'a>(sensors: &'a BTreeMap<String, SensorState>, id: &'a str) -> &'a str {
    sensors.get(id).map_or(id, |one| one.register.name.as_str())
}

fn place(one: &Observation) -> Option<Place> {
    let place = one.place.as_ref()?;
    Some(Place {
        geometry: Some(Geometry::Point(place.at)),
        uncertainty_m: Some(place.major_m.clamp(0.0, base::limits::UNCERTAINTY_M_MAX)),
        zone: place.zone.as_ref().and_then(|zone| zone.parse().ok()),
        ..Place::default()
    })
}

/// The observation, so that two items of it are known as one, and the sensors it rests on.
fn sources(one: &Observation, sensors: &BTreeMap<String, SensorState>) -> BTreeSet<String> {
    let named = super::take::sensors_of(one).into_iter().map(|id| {
        let kind = match sensors.get(id).map(|known| known.kind) {
            Some(SensorKind::Microphone | SensorKind::Array) => "microphone",
            Some(SensorKind::Camera) => "camera",
            None => "sensor",
        };
        format!("{kind}:{id}")
    });
    std::iter::once(format!("observation:{}", one.id)).chain(named).take(base::limits::TAGS_MAX).collect()
}

fn certainty(probability: f64, confirmed: bool) -> Certainty {
    match probability {
        _ if confirmed => Certainty::Observed,
        likely if likely >= 0.5 => Certainty::Likely,
        possible if possible >= 0.1 => Certainty::Possible,
        _ => Certainty::Unlikely,
    }
}
