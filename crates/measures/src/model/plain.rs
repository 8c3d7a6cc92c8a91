//! What residents are told in plain words, in English and Dutch, and whom they can ask or object to.
//!
//! Not here: what of a plan residents may know (`crate::public`).

use record::Faults;
use serde::{Deserialize, Serialize};

use super::limits::{NAME_CHARS_MAX, NAMED_IN_PLAIN_CHARS_MIN, PLAIN_CHARS_MAX};
use super::{Plan, Publication};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PlainWords))]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Plain English.
    pub en: String,
    /// Plain Dutch, level B1.
    pub nl: String,
}

/// What residents are told of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPlain))]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// What it is, as one would call it in the street.
    pub name: Words,
    /// Why it is there, in one sentence.
    pub why: Words,
}

/// Whom residents can ask, and how they can object. It is told to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresContact))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The office; a function, not a person.
    pub name: String,
    /// Its address for mail; may be empty when there is a telephone.
    #[serde(default)]
    pub email: String,
    /// Its telephone number; may be empty when there is an address.
    #[serde(default)]
    pub telephone: String,
    /// How to object, to whom and until when.
    pub object: Words,
}

/// Whether what residents are told is there, short enough, and says nothing of what is not public.
pub(super) fn check(plan: &Plan, faults: &mut Faults) {
    let hidden: Vec<&str> = hidden_names(plan).collect();
    for (index, one) in plan.measures.iter().enumerate() {
        let path = format!("measures[{index}].plain");
        let public = one.origin.publication == Publication::Public;
        match &one.plain {
            Some(plain) => {
                words(&format!("{path}.name"), &plain.name, NAME_CHARS_MAX, faults);
                words(&format!("{path}.why"), &plain.why, PLAIN_CHARS_MAX, faults);
                if public {
                    quiet(&format!("{path}.name"), &plain.name, &hidden, faults);
                    quiet(&format!("{path}.why"), &plain.why, &hidden, faults);
                }
            }
            None if public => {
                faults.add(
                    &path,
                    "is missing",
                    "say its name and why in plain English and Dutch: it is public",
                );
            }
            None => {}
        }
    }
    decisions(plan, &hidden, faults);
    if let Some(contact) = &plan.contact {
        self::contact(contact, faults);
        quiet("contact.object", &contact.object, &hidden, faults);
    }
}

fn decisions(plan: &Plan, hidden: &[&str], faults: &mut Faults) {
    for (index, one) in plan.decisions.iter().enumerate() {
        let path = format!("decisions[{index}].plain");
        let public = one.origin.publication == Publication::Public;
        if let Some(plain) = &one.plain {
            words(&path, plain, PLAIN_CHARS_MAX, faults);
        }
        if !public {
            continue;
        }
        match &one.plain {
            Some(plain) => quiet(&path, plain, hidden, faults),
            None => {
                faults.add(&path, "is missing", "say why in plain English and Dutch: the decision is public");
            }
        }
        let posture = plan.postures.iter().find(|posture| posture.id == one.posture);
        if posture.is_some_and(|posture| posture.origin.publication != Publication::Public) {
            faults.add(
                &format!("decisions[{index}].posture"),
                format!("names {}, which is not public, in a decision that is", one.posture),
                "make the posture public (residents see only its public measures) or the decision not",
            );
        }
        if plan.contact.is_none() {
            faults.add("contact", "is missing", "say to whom residents can object: a decision is public");
        }
    }
}

fn contact(contact: &Contact, faults: &mut Faults) {
    if contact.name.trim().is_empty() {
        faults.add("contact.name", "is empty", "name the office that answers");
    }
    if contact.email.trim().is_empty() && contact.telephone.trim().is_empty() {
        faults.add("contact", "has neither email nor telephone", "give at least one of them");
    }
    let whole = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    if !contact.email.is_empty() && !contact.email.split_once('@').is_some_and(|(a, b)| whole(a) && whole(b))
    {
        faults.add("contact.email", "is no address", "write it as office@municipality.example");
    }
    if !contact.telephone.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c)) {
        faults.add("contact.telephone", "is no number", "use digits, spaces, +, - and brackets");
    }
    for (path, text) in [
        ("contact.name", &contact.name),
        ("contact.email", &contact.email),
        ("contact.telephone", &contact.telephone),
    ] {
        faults.text(path, text, NAME_CHARS_MAX);
    }
    words("contact.object", &contact.object, PLAIN_CHARS_MAX, faults);
}

fn words(path: &str, words: &Words, most: usize, faults: &mut Faults) {
    for (language, text) in [("en", &words.en), ("nl", &words.nl)] {
        let path = format!("{path}.{language}");
        if text.trim().is_empty() {
            faults.add(&path, "is empty", "say it in both languages, in short sentences");
        }
        faults.text(&path, text, most);
    }
}

/// Names of measures that are not public. Very short ones would be found in any text.
fn hidden_names(plan: &Plan) -> impl Iterator<Item = &str> {
    let hidden = plan.measures.iter().filter(|one| one.origin.publication != Publication::Public);
    let names = hidden.flat_map(|one| {
        let plain = one.plain.iter().flat_map(|plain| [plain.name.en.as_str(), plain.name.nl.as_str()]);
        plain.chain([one.name.as_str()])
    });
    names.map(str::trim).filter(|name| name.chars().count() >= NAMED_IN_PLAIN_CHARS_MIN)
}

/// A public text that names a measure which is not public gives it away.
fn quiet(path: &str, words: &Words, hidden: &[&str], faults: &mut Faults) {
    for (language, text) in [("en", &words.en), ("nl", &words.nl)] {
        let text = text.to_lowercase();
        for name in hidden.iter().filter(|name| text.contains(&name.to_lowercase())) {
            let what = format!("names {name:?}, a measure that is not public");
            faults.add(&format!("{path}.{language}"), what, "say it without, or make that measure public");
        }
    }
}
