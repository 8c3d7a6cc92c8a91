//! The rules of CAP 1.2 as a table: which elements, in which order, how often, and what their text may be.
//!
//! Not here: what the values become. Source: OASIS CAP-v1.2.xsd, and the conformance text of CAP 1.2 where the schema
//! is silent (closed polygons, forbidden characters in names of alerts).

use base::clock::Timestamp;
use roxmltree::Node;

use super::error::CapError;
use super::{shape, xml};

/// The namespace of CAP 1.2.
pub(super) const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// The namespace of XML signatures, which alone may follow the last `info`.
pub(super) const SIGNATURE_NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
const INSTANCE_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";

struct Rule {
    name: &'static str,
    needed: bool,
    many: bool,
    form: Form,
}

enum Form {
    Text,
    Name,
    Word(&'static [&'static str]),
    Time,
    Language,
    Integer,
    Decimal,
    Polygon,
    Circle,
    References,
    Group(&'static [Rule]),
}

const fn one(name: &'static str, form: Form) -> Rule {
    Rule { name, needed: true, many: false, form }
}
const fn maybe(name: &'static str, form: Form) -> Rule {
    Rule { name, needed: false, many: false, form }
}
const fn any(name: &'static str, form: Form) -> Rule {
    Rule { name, needed: false, many: true, form }
}

const ALERT: &[Rule] = &[
    one("identifier", Form::Name),
    one("sender", Form::Name),
    one("sent", Form::Time),
    one("status", Form::Word(&["Actual", "Exercise", "System", "Test", "Draft"])),
    one("msgType", Form::Word(&["Alert", "Update", "Cancel", "Ack", "Error"])),
    maybe("source", Form::Text),
    one("scope", Form::Word(&["Public", "Restricted", "Private"])),
    maybe("restriction", Form::Text),
    maybe("addresses", Form::Text),
    any("code", Form::Text),
    maybe("note", Form::Text),
    maybe("references", Form::References),
    maybe("incidents", Form::Text),
    any("info", Form::Group(INFO)),
];

const INFO: &[Rule] = &[
    maybe("language", Form::Language),
    Rule { name: "category", needed: true, many: true, form: Form::Word(CATEGORIES) },
    one("event", Form::Text),
    any("responseType", Form::Word(RESPONSES)),
    one("urgency", Form::Word(&["Immediate", "Expected", "Future", "Past", "Unknown"])),
    one("severity", Form::Word(&["Extreme", "Severe", "Moderate", "Minor", "Unknown"])),
    one("certainty", Form::Word(&["Observed", "Likely", "Possible", "Unlikely", "Unknown"])),
    maybe("audience", Form::Text),
    any("eventCode", Form::Group(PAIR)),
    maybe("effective", Form::Time),
    maybe("onset", Form::Time),
    maybe("expires", Form::Time),
    maybe("senderName", Form::Text),
    maybe("headline", Form::Text),
    maybe("description", Form::Text),
    maybe("instruction", Form::Text),
    maybe("web", Form::Text),
    maybe("contact", Form::Text),
    any("parameter", Form::Group(PAIR)),
    any("resource", Form::Group(RESOURCE)),
    any("area", Form::Group(AREA)),
];

const PAIR: &[Rule] = &[one("valueName", Form::Text), one("value", Form::Text)];

const RESOURCE: &[Rule] = &[
    one("resourceDesc", Form::Text),
    one("mimeType", Form::Text),
    maybe("size", Form::Integer),
    maybe("uri", Form::Text),
    maybe("derefUri", Form::Text),
    maybe("digest", Form::Text),
];

const AREA: &[Rule] = &[
    one("areaDesc", Form::Text),
    any("polygon", Form::Polygon),
    any("circle", Form::Circle),
    any("geocode", Form::Group(PAIR)),
    maybe("altitude", Form::Decimal),
    maybe("ceiling", Form::Decimal),
];

/// CAP's categories.
pub(super) const CATEGORIES: &[&str] = &[
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
];
/// CAP's recommended actions.
pub(super) const RESPONSES: &[&str] =
    &["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"];

/// Checks a whole alert; the first breach is the refusal.
pub(super) fn check(root: Node<'_, '_>) -> Result<(), CapError> {
    let name = root.tag_name();
    if name.name() != "alert" || name.namespace() != Some(NAMESPACE) {
        let found = name.namespace().unwrap_or("no namespace");
        let what = format!("in {} is not a CAP 1.2 alert", crate::text::shortened(found, 80));
        return Err(xml::fault(root, name.name(), what, format!("give <alert xmlns=\"{NAMESPACE}\">")));
    }
    check_group(root, ALERT)
}

fn check_group(parent: Node<'_, '_>, rules: &'static [Rule]) -> Result<(), CapError> {
    check_attributes(parent)?;
    let parent_name = parent.tag_name().name();
    if parent.children().any(|child| child.is_text() && !child.text().unwrap_or("").trim().is_empty()) {
        return Err(xml::fault(parent, parent_name, "holds text between its elements", "remove the text"));
    }
    let (mut at, mut seen) = (0, false);
    for child in parent.children().filter(Node::is_element) {
        let name = child.tag_name();
        if parent_name == "alert" && name.namespace() == Some(SIGNATURE_NAMESPACE) {
            check_missing(parent, child, &rules[at..], seen)?;
            (at, seen) = (rules.len(), false);
            continue;
        }
        let rule =
            rules.iter().position(|rule| rule.name == name.name() && name.namespace() == Some(NAMESPACE));
        let Some(index) = rule else {
            let what = format!("does not belong in <{parent_name}> of CAP 1.2");
            return Err(xml::fault(child, name.name(), what, "remove it, or mend its name and namespace"));
        };
        let rule = &rules[index];
        if index < at {
            let what = format!("stands too late in <{parent_name}>");
            let before = rules.get(at).map_or("the signature".into(), |rule| format!("<{}>", rule.name));
            return Err(xml::fault(child, rule.name, what, format!("move it before {before}")));
        }
        if index == at && seen && !rule.many {
            return Err(xml::fault(child, rule.name, "stands twice", "keep one of them"));
        }
        if index > at {
            check_missing(parent, child, &rules[at..index], seen)?;
        }
        (at, seen) = (index, true);
        check_form(child, rule)?;
    }
    check_missing(parent, parent, &rules[at..], seen)
}

/// `rules` are the ones passed over; the first of them does not count when it was seen.
fn check_missing(parent: Node<'_, '_>, at: Node<'_, '_>, rules: &[Rule], seen: bool) -> Result<(), CapError> {
    let Some(rule) = rules.iter().skip(usize::from(seen)).find(|rule| rule.needed) else { return Ok(()) };
    let parent_name = parent.tag_name().name();
    let what = format!("is missing in <{parent_name}>");
    let mend = if at == parent {
        format!("add it to the <{parent_name}> that begins here")
    } else {
        format!("add it before the <{}> here", at.tag_name().name())
    };
    Err(xml::fault(at, rule.name, what, mend))
}

fn check_attributes(node: Node<'_, '_>) -> Result<(), CapError> {
    let strange = node.attributes().find(|attribute| attribute.namespace() != Some(INSTANCE_NAMESPACE));
    let Some(attribute) = strange else { return Ok(()) };
    let what = format!("has the attribute {:?}", crate::text::shortened(attribute.name(), 40));
    Err(xml::fault(node, node.tag_name().name(), what, "remove it: elements of CAP have no attributes"))
}

fn check_form(node: Node<'_, '_>, rule: &Rule) -> Result<(), CapError> {
    if let Form::Group(rules) = rule.form {
        return check_group(node, rules);
    }
    check_attributes(node)?;
    if let Some(child) = node.children().find(Node::is_element) {
        let what = format!("holds the element <{}>", crate::text::shortened(child.tag_name().name(), 40));
        return Err(xml::fault(node, rule.name, what, "give text only"));
    }
    let value = raw_text(node);
    let refuse = |what: &str, mend: String| {
        let found = crate::text::shortened(value.trim(), 60);
        Err(xml::fault(node, rule.name, format!("{what}: found {found:?}"), mend))
    };
    let trimmed = value.trim();
    match rule.form {
        Form::Text | Form::Group(_) => Ok(()),
        Form::Name if is_name(trimmed) => Ok(()),
        Form::Name => refuse(
            "cannot name an alert",
            "give at most 150 characters without spaces, commas, < and &".into(),
        ),
        Form::Word(words) if words.contains(&value.as_str()) => Ok(()),
        Form::Word(words) => refuse("is not one of its words", format!("give one of {}", words.join(", "))),
        Form::Time if time(trimmed).is_some() => Ok(()),
        Form::Time => refuse("is not a time with its offset", "write it as 2026-11-22T15:02:11+01:00".into()),
        Form::Language if is_language(trimmed) => Ok(()),
        Form::Language => refuse("is not a language tag", "give a tag such as en or nl-NL".into()),
        Form::Integer if is_number(trimmed, false) => Ok(()),
        Form::Integer => refuse("is not a whole number", "give digits only".into()),
        Form::Decimal if is_number(trimmed, true) => Ok(()),
        Form::Decimal => refuse("is not a decimal number", "give digits with at most one point".into()),
        Form::Polygon => shape::polygon(trimmed).map(drop).or_else(|(what, mend)| refuse(&what, mend.into())),
        Form::Circle => shape::circle(trimmed).map(drop).or_else(|(what, mend)| refuse(&what, mend.into())),
        Form::References if references(trimmed).is_some() => Ok(()),
        Form::References => {
            refuse("does not name earlier alerts", "write sender,identifier,sent with spaces between".into())
        }
    }
}

/// The whole text of an element, as it stands.
pub(super) fn raw_text(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|child| child.text()).collect()
}

/// A time in CAP's form: `2026-11-22T15:02:11+01:00`, always with its offset, without parts of a second.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let form = b"dddd-dd-ddTdd:dd:ddsdd:dd";
    let fits = text.len() == form.len()
        && text.bytes().zip(form).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            b's' => matches!(byte, b'+' | b'-'),
            other => byte == *other,
        });
    // The offset -00:00 says "UTC, and the local time is not known".
    if fits { text.parse().ok() } else { None }
}

/// The alerts named in `references`: sender, identifier, sent.
pub(super) fn references(text: &str) -> Option<Vec<(&str, &str, Timestamp)>> {
    let triple = |word: &'_ str| -> Option<(usize, usize)> {
        let first = word.find(',')?;
        let last = word.rfind(',')?;
        (first < last && !word[first + 1..last].contains(',')).then_some((first, last))
    };
    text.split_whitespace()
        .map(|word| {
            let (first, last) = triple(word)?;
            Some((&word[..first], &word[first + 1..last], time(&word[last + 1..])?))
        })
        .collect()
}

fn is_name(text: &str) -> bool {
    (1..=150).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | '<' | '&'))
}

fn is_language(text: &str) -> bool {
    // xs:language, with the bounds that the record sets.
    (2..=35).contains(&text.len())
        && text.split('-').enumerate().all(|(index, part)| {
            (1..=8).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| if index == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() })
        })
}

fn is_number(text: &str, decimal: bool) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) if decimal => (whole, part),
        Some(_) => return false,
        None => (digits, ""),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() || !part.is_empty()) && all_digits(whole) && all_digits(part) && text.len() <= 40
}
