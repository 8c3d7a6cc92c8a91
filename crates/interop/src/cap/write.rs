//! An alert item as a CAP 1.2 document. What is written is read back and checked before it is handed out.
//!
//! Not here: signing, sending, or the decision who may export.

use base::clock::Timestamp;
use record::{Geometry, Item, Kind, Place, Tlp};
use serde_json::{Map, Value};

use super::error::CapError;
use super::{AlertName, MsgType, Status, schema, xml};
use crate::text::one_line;

/// What the item does not say about the message that carries it.
#[derive(Debug, Clone)]
pub struct Sending<'a> {
    /// The sender's name in CAP's sense: unique to it, without spaces, commas, `<` and `&`.
    pub sender: &'a str,
    /// The sender's name for people.
    pub sender_name: Option<&'a str>,
    /// Whether it is real.
    pub status: Status,
    /// What the message does; updates and cancellations need references.
    pub msg_type: MsgType,
    /// The messages it is about.
    pub references: &'a [AlertName],
}

/// How the message of one version of an item is named.
pub fn name_of(item: &Item, sender: &str) -> AlertName {
    let sent = Timestamp::from_seconds(item.reported.seconds());
    AlertName { sender: sender.into(), identifier: format!("{}.{}", item.id, item.version), sent }
}

/// Writes an alert. Everybody may read a CLEAR one; the others say their marking in `restriction`, and RED is refused,
/// because CAP cannot keep a message to the persons named. Holes of polygons are filled, lines become thin polygons.
pub fn write(item: &Item, sending: &Sending<'_>) -> Result<String, CapError> {
    if item.kind != Kind::Alert {
        return Err(CapError::NotForCap("it is not an alert"));
    }
    if item.marking.tlp == Tlp::Red {
        return Err(CapError::NotForCap("its label is RED, and CAP cannot keep it to the persons named"));
    }
    let kept = item.content.extra.get("cap").and_then(|cap| cap.get("info")).and_then(Value::as_object);
    let document = with_info(item, sending, kept);
    if kept.is_some() && checked(&document).is_err() {
        // What was kept may come from anyone; the item's own fields always do.
        let document = with_info(item, sending, None);
        return checked(&document).map(|()| document);
    }
    checked(&document).map(|()| document)
}

fn checked(document: &str) -> Result<(), CapError> {
    schema::check(xml::parse(xml::text_of(document.as_bytes())?)?.root_element())
}

fn with_info(item: &Item, sending: &Sending<'_>, kept: Option<&Map<String, Value>>) -> String {
    let mut out = Writer(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    out.0.push_str(&format!("<alert xmlns=\"{}\">\n", schema::NAMESPACE));
    let name = name_of(item, sending.sender);
    out.element("identifier", &name.identifier);
    out.element("sender", &name.sender);
    out.element("sent", &time(name.sent));
    out.element("status", sending.status.as_str());
    out.element("msgType", sending.msg_type.as_str());
    if item.marking.tlp == Tlp::Clear {
        out.element("scope", "Public");
    } else {
        out.element("scope", "Restricted");
        out.element("restriction", &restriction(item));
    }
    let references = sending.references.iter();
    let references = references.map(|one| format!("{},{},{}", one.sender, one.identifier, time(one.sent)));
    out.some("references", &references.collect::<Vec<_>>().join(" "));
    info(item, sending, kept, &mut out);
    out.0.push_str("</alert>\n");
    out.0
}

fn info(item: &Item, sending: &Sending<'_>, kept: Option<&Map<String, Value>>, out: &mut Writer) {
    let content = &item.content;
    let prefix = format!("[{}] ", sending.status.as_str());
    let title = one_line(content.title.strip_prefix(&prefix).unwrap_or(&content.title));
    let kept_text =
        |name: &str| kept.and_then(|kept| kept.get(name)).and_then(Value::as_str).unwrap_or_default();
    out.open("info");
    // Without a language a reader would take the schema's default, en-US.
    out.element("language", content.language.as_deref().unwrap_or("und"));
    let mut categories: Vec<&str> = schema::CATEGORIES.to_vec();
    categories.retain(|category| content.tags.contains(&category.to_lowercase()));
    if categories.is_empty() {
        categories.push("Security");
    }
    categories.iter().for_each(|category| out.element("category", category));
    out.element("event", if kept_text("event").is_empty() { &title } else { kept_text("event") });
    out.list(kept, "responseType");
    out.element("urgency", &capital(content.urgency.as_str()));
    out.element("severity", &capital(content.severity.as_str()));
    out.element("certainty", &capital(content.certainty.as_str()));
    out.some("audience", kept_text("audience"));
    out.list(kept, "eventCode");
    out.element("effective", &time(item.valid_from()));
    if let Some(onset) = content.observed_from {
        out.element("onset", &time(onset));
    }
    out.element("expires", &time(item.valid_until()));
    out.some("senderName", sending.sender_name.unwrap_or_default());
    out.element("headline", &title);
    out.some("description", &content.text);
    out.some("web", kept_text("web"));
    out.some("contact", kept_text("contact"));
    out.list(kept, "parameter");
    if let Some(place) = &content.place {
        area(place, out);
    }
    out.close("info");
}

fn area(place: &Place, out: &mut Writer) {
    out.open("area");
    let site = place.site.as_ref().map(ToString::to_string);
    let zone = place.zone.as_ref().map(ToString::to_string);
    let name = place.name.clone().or(site).or(zone).filter(|name| !name.trim().is_empty());
    out.element("areaDesc", &name.unwrap_or_else(|| "see the map".into()));
    match &place.geometry {
        None => {}
        Some(Geometry::Point(point)) => {
            let radius_km = place.uncertainty_m.unwrap_or(0.0) / 1000.0;
            out.element("circle", &format!("{} {}", pair(point), degrees(radius_km)));
        }
        Some(Geometry::LineString(line)) => {
            // There and back; two positions alone would be one pair short of a polygon.
            let mut ring = line.clone();
            ring.extend(line.iter().rev().skip(usize::from(line.len() > 2)));
            out.element("polygon", &ring.iter().map(pair).collect::<Vec<_>>().join(" "));
        }
        Some(Geometry::Polygon(rings)) => {
            let outside = rings.first().into_iter().flatten().map(pair);
            out.element("polygon", &outside.collect::<Vec<_>>().join(" "));
        }
    }
    out.close("area");
}

/// CAP's order: latitude first.
fn pair([longitude, latitude]: &[f64; 2]) -> String {
    format!("{},{}", degrees(*latitude), degrees(*longitude))
}

/// As exact as it was given, unless that takes more digits than any instrument has.
fn degrees(number: f64) -> String {
    let exact = number.to_string();
    if exact.len() <= 24 { exact } else { format!("{number:.12}") }
}

/// In CAP's form: whole seconds and an offset, never `Z`; `-00:00` is UTC.
fn time(instant: Timestamp) -> String {
    let seconds = Timestamp::from_seconds(instant.seconds()).to_string();
    format!("{}-00:00", seconds.trim_end_matches('Z'))
}

fn restriction(item: &Item) -> String {
    let marking = &item.marking;
    let mut parts = vec![format!("TLP:{}", marking.tlp.as_str())];
    for clause in &marking.audience {
        let names = clause.organisations.iter().map(ToString::to_string);
        let names = names.chain(clause.communities.iter().map(ToString::to_string));
        parts.push(format!("for {}", names.collect::<Vec<_>>().join(", ")));
    }
    if !marking.purposes.is_empty() {
        let purposes: Vec<String> = marking.purposes.iter().map(ToString::to_string).collect();
        parts.push(format!("purpose {}", purposes.join(", ")));
    }
    parts.join("; ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Writes elements and escapes text; what XML 1.0 cannot hold at all is left out.
struct Writer(String);

impl Writer {
    fn open(&mut self, name: &str) {
        self.0.push_str(&format!("<{name}>\n"));
    }

    fn close(&mut self, name: &str) {
        self.0.push_str(&format!("</{name}>\n"));
    }

    fn some(&mut self, name: &str, text: &str) {
        if !text.trim().is_empty() {
            self.element(name, text);
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        self.0.push_str(&format!("<{name}>"));
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '\n' | '\t' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => self.0.push(c),
                _ => {}
            }
        }
        self.0.push_str(&format!("</{name}>\n"));
    }

    /// A list that was kept: of texts, or of name and value.
    fn list(&mut self, kept: Option<&Map<String, Value>>, name: &str) {
        let values = kept.and_then(|kept| kept.get(name)).and_then(Value::as_array);
        for value in values.into_iter().flatten() {
            if let Some(text) = value.as_str() {
                self.element(name, text);
            } else {
                let part = |part: &str| value.get(part).and_then(Value::as_str).unwrap_or_default();
                self.open(name);
                self.element("valueName", part("valueName"));
                self.element("value", part("value"));
                self.close(name);
            }
        }
    }
}
