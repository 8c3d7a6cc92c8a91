//! Entries to a calendar that others can subscribe to.
//!
//! Not here: folding and escaping, which are the library's.

use base::Timestamp;
use icalendar::{Calendar, Component, Event, Property};

use super::Entry;
use crate::text::{one_line, without_invisible};

/// A calendar of a name, in a language such as `nl`, as it is now.
pub fn write(name: &str, language: &str, entries: &[Entry], now: Timestamp) -> String {
    let mut calendar = Calendar::empty();
    let own = |key: &str, value: &str| Property::new(key, value);
    calendar.append_property(own("VERSION", "2.0"));
    calendar.append_property(own("PRODID", "-//Belfry//Belfry//EN"));
    calendar.append_property(own("CALSCALE", "GREGORIAN"));
    calendar.append_property(own("METHOD", "PUBLISH"));
    calendar.name(&line(name));
    let language: String = language.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    for entry in entries {
        calendar.push(event(entry, &language, now));
    }
    calendar.to_string()
}

fn event(entry: &Entry, language: &str, now: Timestamp) -> Event {
    let mut event = Event::with_uid(&line(&entry.uid));
    let spoken = |key: &str, text: &str| {
        let mut property = Property::new(key, text);
        if !language.is_empty() {
            property.add_parameter("LANGUAGE", language);
        }
        property
    };
    event.append_property(Property::new("DTSTAMP", instant(now)));
    event.append_property(Property::new("LAST-MODIFIED", instant(entry.changed)));
    event.append_property(Property::new("DTSTART", instant(entry.from)));
    event.append_property(Property::new("DTEND", instant(entry.until)));
    event.append_property(spoken("SUMMARY", &line(&entry.title)));
    if !entry.text.is_empty() {
        event.append_property(spoken("DESCRIPTION", &without_invisible(&entry.text).0));
    }
    if let Some(place) = &entry.place {
        event.append_property(spoken("LOCATION", &line(place)));
    }
    if let Some(url) = &entry.url {
        // An address is not escaped: what could end the line does not come in.
        event.append_property(Property::new("URL", url.split_whitespace().collect::<String>()));
    }
    event
}

fn line(text: &str) -> String {
    one_line(&without_invisible(text).0)
}

/// `20260601T120000Z`.
fn instant(at: Timestamp) -> String {
    let whole = Timestamp::from_millis(at.millis().div_euclid(1_000) * 1_000);
    whole.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect()
}
