//! The properties of a feature that have a field in an item, by name.
//!
//! Not here: the geometry and what is kept without a field (feature).

use std::collections::BTreeSet;
use std::str::FromStr;

use base::clock::Timestamp;
use record::rating::{Certainty, Credibility, Reliability, Severity, Urgency};
use record::{Content, Faults, Geometry, Marking, Place, Tlp};
use serde_json::{Map, Value};

use crate::text::{one_line, shortened};

/// Properties not yet taken, and what was wrong with those that were.
pub(super) struct Properties<'f> {
    left: Map<String, Value>,
    faults: &'f mut Faults,
}

impl<'f> Properties<'f> {
    pub(super) fn new(left: Map<String, Value>, faults: &'f mut Faults) -> Self {
        Self { left, faults }
    }

    /// Those without a field, as they came.
    pub(super) fn left(self) -> Map<String, Value> {
        self.left
    }

    /// Everything that has a field.
    pub(super) fn content(&mut self, geometry: Option<Geometry>) -> Content {
        let title = self.text(&["title", "name", "headline"]).unwrap_or_default();
        let place = Place {
            geometry,
            uncertainty_m: self.number("uncertainty_m"),
            site: self.parsed("site", "give the id of a site"),
            zone: self.parsed("zone", "give the id of a zone"),
            name: self.text(&["place"]),
        };
        Content {
            title: one_line(&title),
            text: self.text(&["text", "description"]).unwrap_or_default(),
            language: self.text(&["language"]),
            observed_from: self.time("observed").or_else(|| self.time("observed_from")),
            observed_until: self.time("observed_until"),
            valid_from: self.time("valid_from"),
            valid_until: self.time("valid_until"),
            urgency: self.word("urgency", Urgency::ALL, Urgency::as_str),
            severity: self.word("severity", Severity::ALL, Severity::as_str),
            certainty: self.word("certainty", Certainty::ALL, Certainty::as_str),
            reliability: self.word("reliability", Reliability::ALL, Reliability::as_str),
            credibility: self.credibility(),
            place: (place != Place::default()).then_some(place),
            tags: self.words(&["tags"]),
            sources: self.words(&["sources", "source"]),
            ..Content::default()
        }
    }

    /// A feature that names a TLP label goes in with one at least as strict.
    pub(super) fn check_label(&mut self, marking: &Marking) {
        let Some(text) = self.text(&["tlp"]) else { return };
        let label = text.trim().to_uppercase();
        let label = label.strip_prefix("TLP:").unwrap_or(&label);
        match Tlp::ALL.into_iter().find(|tlp| tlp.as_str() == label) {
            None => {
                let what = format!("is {:?}", shortened(&text, 40));
                self.faults.add("properties.tlp", what, "give CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
            }
            Some(tlp) if tlp > marking.tlp => {
                let what = format!("is {label}, and the import would mark it {}", marking.tlp.as_str());
                let mend = format!("import it with a marking of at least {label}");
                self.faults.add("properties.tlp", what, mend);
            }
            Some(_) => {}
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| *value != Value::Null)
    }

    /// The first of some names; the others stay what they are.
    fn text(&mut self, names: &[&str]) -> Option<String> {
        let name =
            names.iter().find(|name| self.left.get(**name).is_some_and(|value| *value != Value::Null))?;
        match self.take(name)? {
            // Line ends of other systems are no fault of the text.
            Value::String(text) => Some(text.replace("\r\n", "\n")),
            _ => {
                self.faults.add(&format!("properties.{name}"), "is not a text", "put it in quotes");
                None
            }
        }
    }

    fn parsed<T: FromStr>(&mut self, name: &str, mend: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(&[name])?;
        text.parse()
            .map_err(|error| self.faults.add(&format!("properties.{name}"), format!("{error}"), mend))
            .ok()
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.parsed(name, "write it as 2026-11-22T15:02:11+01:00, with its offset")
    }

    fn number(&mut self, name: &str) -> Option<f64> {
        let value = self.take(name)?;
        if !value.is_number() {
            self.faults.add(&format!("properties.{name}"), "is not a number", "give a number without quotes");
        }
        value.as_f64()
    }

    fn word<T: Copy + Default>(&mut self, name: &str, all: &[T], as_str: fn(T) -> &'static str) -> T {
        let Some(text) = self.text(&[name]) else { return T::default() };
        let found = all.iter().find(|value| as_str(**value).eq_ignore_ascii_case(text.trim()));
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|value| as_str(*value)).collect();
            let what = format!("is {:?}", shortened(&text, 40));
            self.faults.add(&format!("properties.{name}"), what, format!("give one of {}", words.join(", ")));
        }
        found.copied().unwrap_or_default()
    }

    fn credibility(&mut self) -> Credibility {
        let Some(value) = self.take("credibility") else { return Credibility::default() };
        let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
        number.and_then(|number| Credibility::try_from(number).ok()).unwrap_or_else(|| {
            self.faults.add("properties.credibility", "is not from 1 to 6", "give a number from 1 to 6");
            Credibility::default()
        })
    }

    /// A list of texts, or one text with commas.
    fn words(&mut self, names: &[&str]) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for name in names {
            let values = match self.take(name) {
                None => continue,
                Some(Value::Array(values)) => values,
                Some(Value::String(text)) if *name == "tags" => text.split(',').map(Value::from).collect(),
                Some(value) => vec![value],
            };
            for value in values {
                match value.as_str() {
                    Some(text) if text.trim().is_empty() => {}
                    Some(text) => {
                        all.insert(text.trim().to_owned());
                    }
                    None => {
                        let path = format!("properties.{name}");
                        self.faults.add(&path, "holds something that is not a text", "put each in quotes");
                    }
                }
            }
        }
        all
    }
}
