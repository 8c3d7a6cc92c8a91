//! The page as notices in one language, for calendars and feeds: one per measure and span.
//!
//! Not here: iCalendar and RSS themselves (`interop`), which know nothing of measures.

use base::Timestamp;

use super::page::{PublicClosure, PublicMeasure, Span};
use super::places::Published;
use crate::model::{Group, Mode, Words};

/// The language of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Dutch.
    Nl,
}

impl Language {
    fn of(self, words: &Words) -> &str {
        match self {
            Self::En => &words.en,
            Self::Nl => &words.nl,
        }
    }

    const fn pick(self, en: &'static str, nl: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Nl => nl,
        }
    }
}

/// A measure and one stretch of time in which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The same for the same measure and beginning, and for nothing else.
    pub uid: String,
    /// What it is.
    pub title: String,
    /// Why, for whom and when, by whom, and how to object.
    pub text: String,
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub until: Timestamp,
    /// The streets that are closed, if any.
    pub place: Option<String>,
    /// When it was last decided about.
    pub changed: Timestamp,
}

/// The notices of a page, by when they begin; of one street if it is named, which gives nothing when the street is not
/// known.
pub fn notices(published: &Published, language: Language, street: Option<&str>) -> Option<Vec<Notice>> {
    let measures: Vec<&PublicMeasure> = match street {
        Some(name) => published.in_street(published.street(name)?).collect(),
        None => published.page.measures.iter().collect(),
    };
    let each = measures.into_iter().flat_map(|one| one.spans.iter().map(move |span| (one, span)));
    let mut notices: Vec<Notice> =
        each.map(|(measure, span)| notice(published, language, measure, span)).collect();
    notices.sort_by(|a, b| (a.from, &a.uid).cmp(&(b.from, &b.uid)));
    Some(notices)
}

fn notice(published: &Published, language: Language, measure: &PublicMeasure, span: &Span) -> Notice {
    let mut text = vec![language.of(&measure.why).to_owned()];
    text.extend(measure.closures.iter().map(|closure| closed(closure, language)));
    let decisions: Vec<_> =
        published.page.decisions.iter().filter(|one| span.decisions.contains(&one.id)).collect();
    if let Some(first) = decisions.first() {
        text.push(format!("{} {}.", language.pick("Decided by:", "Besloten door:"), first.decided_by));
    }
    if let Some(contact) = &published.page.contact {
        text.push(language.of(&contact.object).to_owned());
        let reach: Vec<&str> = [contact.name.as_str(), &contact.email, &contact.telephone]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        text.push(format!("{}.", reach.join(", ")));
    }
    let mut streets: Vec<&str> =
        measure.closures.iter().flat_map(|closure| &closure.streets).map(String::as_str).collect();
    streets.sort_unstable();
    streets.dedup();
    Notice {
        uid: format!("{}-{}", measure.id, span.from.seconds()),
        title: language.of(&measure.name).to_owned(),
        text: text.join("\n"),
        from: span.from,
        until: span.until,
        place: (!streets.is_empty()).then(|| streets.join(", ")),
        changed: decisions.iter().map(|one| one.decided_at).max().unwrap_or(published.page.at),
    }
}

/// "Closed to cars and bicycles from 7:00 to 23:00. May pass: care at home."
fn closed(closure: &PublicClosure, language: Language) -> String {
    let modes: Vec<&str> = closure.modes.iter().map(|mode| mode_name(*mode, language)).collect();
    let hours = if closure.from_hour % 24 == closure.until_hour % 24 {
        language.pick("day and night", "dag en nacht").to_owned()
    } else {
        let (from, until) = (closure.from_hour, closure.until_hour);
        match language {
            Language::En => format!("from {from}:00 to {until}:00"),
            Language::Nl => format!("van {from}.00 tot {until}.00 uur"),
        }
    };
    let mut text =
        format!("{} {}, {hours}.", language.pick("Closed to", "Dicht voor"), listed(&modes, language));
    if !closure.exempt.is_empty() {
        let groups: Vec<&str> = closure.exempt.iter().map(|group| group_name(*group, language)).collect();
        text.push_str(&format!(
            " {} {}.",
            language.pick("May pass:", "Mogen erdoor:"),
            listed(&groups, language)
        ));
    }
    text
}

fn listed(words: &[&str], language: Language) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} {} {last}", most.join(", "), language.pick("and", "en")),
    }
}

const fn mode_name(mode: Mode, language: Language) -> &'static str {
    match mode {
        Mode::Car => language.pick("cars", "auto's"),
        Mode::Bike => language.pick("bicycles", "fietsers"),
        Mode::Foot => language.pick("people on foot", "voetgangers"),
        Mode::Emergency => language.pick("emergency services", "hulpdiensten"),
    }
}

const fn group_name(group: Group, language: Language) -> &'static str {
    match group {
        Group::Residents => language.pick("residents", "bewoners"),
        Group::PermitHolders => language.pick("people with a permit", "mensen met een vergunning"),
        Group::Deliveries => language.pick("deliveries", "bezorgers"),
        Group::Care => language.pick("care at home", "zorg aan huis"),
    }
}
