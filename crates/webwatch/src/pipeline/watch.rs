//! What is watched for, made ready: profiles, places, calendar, rules, models, settings; and reading one document with it.
//!
//! Not here: stories, and what came before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Document;
use crate::detect::model::{Model, Scored};
use crate::detect::normal::{Normal, folded};
use crate::detect::words::Words;
use crate::detect::{
    Body, CalendarEvent, ClassHit, Gazetteer, NamedOrganisation, Placed, Places, Profile, ProfileMatch,
    Profiles, Rules, Times, WatchError, Window, Zone, class,
};
use crate::privacy::Known;

/// Finds the language of a text (ISO 639-1), when it can.
pub type LanguageOf = fn(&str) -> Option<String>;

/// What is watched for.
#[derive(Default)]
pub struct Watch {
    /// Watch profiles.
    pub profiles: Vec<Profile>,
    /// Organisations that profiles may name.
    pub organisations: Vec<NamedOrganisation>,
    /// Places of the area.
    pub gazetteer: Gazetteer,
    /// What is planned.
    pub calendar: Vec<CalendarEvent>,
    /// The champion model of each language, if there is one.
    pub models: Vec<Model>,
    /// The settings.
    pub settings: Settings,
    /// Finds the language where the source says none.
    pub language: Option<LanguageOf>,
}

/// How the node watches.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// How many signals the analysts can look at in a shift: the threshold follows from it.
    pub signals_per_shift: u32,
    /// Length of a shift, in hours.
    pub shift_hours: u16,
    /// No score below this is a signal, however quiet it is.
    pub score_min: f64,
    /// Stories are silent this long before they are closed, in hours.
    pub silent_hours: u16,
    /// From which likeness on a text is a copy, 0 to 1.
    pub likeness: f64,
    /// Signatures of texts held to find copies of; about 260 bytes of memory each, taken at the start.
    pub signatures_max: u32,
    /// Stories held.
    pub stories_max: u32,
    /// A burst needs this many distinct sources.
    pub burst_sources_min: u8,
    /// A burst needs this many distinct voices.
    pub burst_voices_min: u8,
    /// How the area's clocks differ from UTC.
    pub zone: Zone,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            signals_per_shift: 40,
            shift_hours: 8,
            score_min: 1.5,
            silent_hours: 72,
            likeness: 0.6,
            signatures_max: 1_000_000,
            stories_max: 200_000,
            burst_sources_min: 3,
            burst_voices_min: 5,
            zone: Zone::default(),
        }
    }
}

/// What was read in one document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The profiles that match.
    pub profiles: Vec<ProfileMatch>,
    /// The places that are named.
    pub places: Vec<Placed>,
    /// The classes that fired, and those that a guard took away.
    pub classes: Vec<ClassHit>,
    /// The times that are spoken of.
    pub times: Vec<Times>,
    /// Events of the calendar that it belongs to: id, window, weight.
    pub events: Vec<(String, Window, f64)>,
    /// What the model says.
    pub model: Option<(String, Scored, f64)>,
}

/// What is watched for, made ready.
pub(super) struct Ready {
    profiles: Profiles,
    places: Places,
    calendar: Vec<(CalendarEvent, Vec<String>)>,
    /// Names of the area and what is watched for: never masked.
    pub(super) known: Known,
    pub(super) rules: Rules,
    models: BTreeMap<String, Model>,
    zone: Zone,
    pub(super) language: Option<LanguageOf>,
}

impl Ready {
    pub(super) fn new(watch: Watch) -> Result<Self, WatchError> {
        let names = watch.gazetteer.places.iter().map(|place| {
            let names = std::iter::once(&place.name).chain(&place.aliases).cloned().collect();
            (place.id.clone(), names)
        });
        let names: BTreeMap<String, Vec<String>> = names.collect();
        if watch.calendar.len() > crate::detect::calendar::EVENTS_MAX {
            return Err(WatchError::new("calendar", "events", "too many", "remove what is past"));
        }
        for event in &watch.calendar {
            let wrong = |field: &str, what: &str, mend: &str| {
                Err(WatchError::new(&format!("calendar event {:?}", event.id), field, what, mend))
            };
            if event.ends < event.starts {
                return wrong("ends", "before it starts", "give a later end");
            }
            if !(0.0..=2.0).contains(&event.weight) {
                return wrong("weight", "not from 0 to 2", "1 is usual");
            }
            if let Some(place) = event.places.iter().find(|place| !names.contains_key(*place)) {
                return wrong("places", &format!("no place {place:?}"), "name one of the gazetteer");
            }
        }
        let aliases = |event: &CalendarEvent| -> Vec<String> {
            let all = std::iter::once(&event.name).chain(&event.aliases);
            all.map(|name| folded(name.trim())).filter(|name| name.chars().count() >= 4).collect()
        };
        let known = known(&watch)?;
        let calendar = watch.calendar.into_iter().map(|event| (event.clone(), aliases(&event))).collect();
        Ok(Self {
            profiles: Profiles::new(watch.profiles, &watch.organisations, &names)?,
            places: Places::new(watch.gazetteer)?,
            calendar,
            known,
            rules: Rules::shipped(),
            models: watch.models.into_iter().map(|model| (model.language.clone(), model)).collect(),
            zone: watch.settings.zone,
            language: watch.language,
        })
    }

    /// Reads a document; gives the folded text too.
    pub(super) fn read(&self, document: &Document) -> (Reading, Words) {
        let body = Body::of(document);
        let words = Words::of(Normal::of(body.whole()));
        let tricks = words.normal.without_tricks().map(Words::of);
        let texts: Vec<&Words> = std::iter::once(&words).chain(tricks.as_ref()).collect();
        let (places, names) = self.places.read(&words, &body);
        let times = class::read_times(&words, &body, document.published, self.zone);
        let events = self.events(document, &places, &times, words.normal.text());
        let model = self.models.get(&document.language).map(|model| {
            let scored = model.score_words(&words, &body);
            (model.version.clone(), scored, model.calibration.base)
        });
        let reading = Reading {
            profiles: self.profiles.read(&texts, &body, &document.language),
            classes: self.rules.read(&texts, &names, &body, &document.language),
            places,
            times,
            events,
            model,
        };
        (reading, words)
    }

    /// The events that a document belongs to: it names one, or one of its places, in the window around it or speaking of it.
    fn events(
        &self,
        document: &Document,
        places: &[Placed],
        times: &[Times],
        text: &str,
    ) -> Vec<(String, Window, f64)> {
        let of = |(event, aliases): &(CalendarEvent, Vec<String>)| {
            let named = aliases.iter().any(|alias| text.contains(alias.as_str()))
                || places.iter().any(|placed| event.places.contains(&placed.place));
            if !named {
                return None;
            }
            let spoken = times.iter().any(|time| time.from <= event.ends && time.until >= event.starts);
            let window = if spoken { Some(Window::During) } else { event.window(document.published) };
            window.map(|window| (event.id.clone(), window, event.weight))
        };
        self.calendar.iter().filter_map(of).take(8).collect()
    }
}

/// Everything that has a name of its own in what is watched.
fn known(watch: &Watch) -> Result<Known, WatchError> {
    let places =
        watch.gazetteer.places.iter().flat_map(|place| std::iter::once(&place.name).chain(&place.aliases));
    let organisations = watch.organisations.iter().flat_map(|one| &one.names);
    let events = watch.calendar.iter().flat_map(|event| std::iter::once(&event.name).chain(&event.aliases));
    let names = places.chain(&watch.gazetteer.context).chain(organisations).chain(events).map(String::as_str);
    // A phrase of a profile is no person's name: such a profile is refused. One word may be a surname.
    let phrases = watch.profiles.iter().flat_map(|profile| &profile.phrases);
    let phrases =
        phrases.map(|phrase| phrase.split('~').next().unwrap_or_default().trim_matches(['"', '*', ' ']));
    let phrases = phrases.filter(|phrase| phrase.contains(' '));
    Known::new(names.chain(phrases))
}
