//! From what was read to the terms of a score. Each term is bounded. Pure and without memory.
//!
//! Not here: the sum ([`crate::detect::score`]) and the threshold ([`super::queue`]).

use crate::Trust;
use crate::detect::{Class, PlaceKind, Placed, Term, TermKind, Window};
use crate::stories::{Burst, Story};

use super::watch::Reading;

/// The most that profiles add together.
const PROFILES_MAX: f64 = 3.0;
/// The most that the model adds or takes away.
const MODEL_MAX: f64 = 2.0;
/// The most that novelty adds.
const NOVELTY_MAX: f64 = 0.3;

/// The terms that a document has of its own.
pub(super) fn of_document(reading: &Reading, trust: Trust) -> Vec<Term> {
    let mut terms = Vec::new();
    profiles(reading, &mut terms);
    classes(reading, &mut terms);
    if let Some(placed) = reading.places.first() {
        terms.push(place(placed));
    }
    for (event, window, weight) in &reading.events {
        let (share, why) = match window {
            Window::During => (1.0, "during"),
            Window::Before => (0.5, "before"),
            Window::After => (0.5, "after"),
        };
        terms.push(term(TermKind::Calendar, event, weight * share, why));
    }
    let trusted = match trust {
        Trust::A => 0.4,
        Trust::B => 0.2,
        Trust::C | Trust::F => 0.0,
        Trust::D => -0.2,
        Trust::E => -0.5,
    };
    terms.push(term(TermKind::Trust, trust.as_str(), trusted, "source"));
    if let Some((version, scored, base)) = &reading.model {
        let odds = |p: f64| (p.clamp(1e-4, 1.0 - 1e-4) / (1.0 - p.clamp(1e-4, 1.0 - 1e-4))).ln();
        let value = (odds(scored.probability) - odds(*base)).clamp(-MODEL_MAX, MODEL_MAX);
        let mut one =
            term(TermKind::Model, version, value, &format!("probability {:.2}", scored.probability));
        one.words = scored.reasons.iter().map(|(word, _, _)| word.clone()).collect();
        one.spans = scored.reasons.iter().map(|(_, span, _)| *span).collect();
        terms.push(one);
    }
    terms
}

/// The terms that a document has by its story and its time.
pub(super) fn of_story(story: &Story, burst: Option<(&str, Burst)>, novelty: Option<f64>) -> Vec<Term> {
    let mut terms = Vec::new();
    let sources = f64::from(u32::try_from(story.sources.len()).unwrap_or(1).max(1));
    if sources > 1.0 {
        terms.push(term(
            TermKind::Spread,
            "sources",
            (0.25 * sources.log2()).min(1.0),
            &format!("{sources} sources"),
        ));
    }
    if let Some((subject, burst)) = burst {
        let why = format!(
            "{} in an hour, usual {}, {} sources, {} voices",
            burst.seen, burst.usual, burst.sources, burst.voices
        );
        terms.push(term(TermKind::Burst, subject, burst.value(), &why));
    }
    if let Some(new) = novelty.filter(|new| *new > 0.5) {
        terms.push(term(
            TermKind::Novelty,
            "first",
            NOVELTY_MAX * (new - 0.5) * 2.0,
            &format!("{new:.2} new"),
        ));
    }
    terms
}

fn profiles(reading: &Reading, terms: &mut Vec<Term>) {
    let mut left = PROFILES_MAX;
    let mut list: Vec<_> = reading.profiles.iter().collect();
    list.sort_by(|one, two| two.weight.total_cmp(&one.weight).then_with(|| one.profile.cmp(&two.profile)));
    // Each further profile adds half of what the one before did: profiles overlap.
    let mut share = 1.0;
    for one in list {
        let value = (one.weight * share).min(left);
        left -= value;
        share /= 2.0;
        let mut made = term(TermKind::Profile, &one.profile, value, "match");
        made.words.clone_from(&one.words);
        made.spans.clone_from(&one.spans);
        terms.push(made);
    }
}

fn classes(reading: &Reading, terms: &mut Vec<Term>) {
    let fired = |class: Class| reading.classes.iter().find(|hit| hit.class == class && hit.strength > 0.0);
    let assembly = fired(Class::Demonstration).is_some();
    for hit in reading.classes.iter().filter(|hit| hit.strength > 0.0) {
        // Calling people to a lawful demonstration is a part of announcing it.
        let share = if assembly && hit.class == Class::CallToAction { 0.5 } else { 1.0 };
        let mut why =
            if hit.class == Class::Demonstration { "lawful assembly: ".to_owned() } else { String::new() };
        why.push_str(&hit.rule);
        for guard in &hit.guards {
            why.push_str(&format!(", {guard:?}").to_lowercase());
        }
        let mut made =
            term(TermKind::Class, hit.class.as_str(), hit.class.weight() * hit.strength * share, &why);
        made.words.clone_from(&hit.words);
        made.spans.clone_from(&hit.spans);
        terms.push(made);
    }
}

fn place(placed: &Placed) -> Term {
    let kind = match placed.kind {
        PlaceKind::Site => 1.5,
        PlaceKind::Street => 1.2,
        PlaceKind::Zone => 1.0,
        PlaceKind::Area => 0.5,
    };
    // Half as much at one kilometre.
    let sure = 1.0 / (1.0 + placed.uncertainty_m / 1000.0);
    let mut made =
        term(TermKind::Place, &placed.place, kind * sure, &format!("within {} m", placed.uncertainty_m));
    made.words.clone_from(&placed.words);
    made.spans.clone_from(&placed.spans);
    made
}

fn term(kind: TermKind, name: &str, value: f64, why: &str) -> Term {
    Term {
        kind,
        name: name.to_owned(),
        value,
        words: Vec::new(),
        spans: Vec::new(),
        why: Some(why.to_owned()),
    }
}
