//! From a checked CAP tree to drafts: one per `info`, nothing of the alert lost.
//!
//! Not here: the rules of CAP (schema), geometry (shape), the copy of what has no field of its own (kept).

use std::collections::{BTreeMap, BTreeSet};

use base::limits;
use record::rating::{Certainty, Severity, Urgency};
use record::{Content, Draft, Kind, Marking, Tlp};
use roxmltree::Node;

use super::error::CapError;
use super::kept::{self, Notes};
use super::{
    AlertName, Defaults, Imported, MsgType, SignatureState, Status, child, children, schema, word, xml,
};
use crate::text::{one_line, shortened};

/// Room for what signing adds to a draft, in bytes.
const ORIGIN_BYTES_MAX: usize = 2 * 1024;

/// Everything an alert says, as drafts.
pub(super) fn imported(
    root: Node<'_, '_>,
    digest: &str,
    signature: SignatureState,
    defaults: &Defaults,
) -> Result<Imported, CapError> {
    // The schema was checked, so the fallbacks below are never used.
    let status = Status::from_word(&word(root, "status")).unwrap_or(Status::Draft);
    let msg_type = MsgType::from_word(&word(root, "msgType")).unwrap_or(MsgType::Error);
    let sent = schema::time(&word(root, "sent")).unwrap_or_default();
    let name = AlertName { sender: word(root, "sender"), identifier: word(root, "identifier"), sent };
    let references = word(root, "references");
    let references: Vec<AlertName> = schema::references(&references)
        .unwrap_or_default()
        .into_iter()
        .map(|(sender, identifier, sent)| AlertName {
            sender: sender.into(),
            identifier: identifier.into(),
            sent,
        })
        .collect();
    let infos: Vec<_> = children(root, "info").collect();
    if infos.is_empty() && matches!(msg_type, MsgType::Alert | MsgType::Update) {
        let what = format!("is missing in an alert of type {}", msg_type.as_str());
        return Err(xml::fault(root, "info", what, "add at least one: without it there is nothing to show"));
    }
    if references.is_empty() && matches!(msg_type, MsgType::Update | MsgType::Cancel) {
        let what = format!("is missing in an alert of type {}", msg_type.as_str());
        return Err(xml::fault(root, "references", what, "name the alerts it is about"));
    }
    if name.source().chars().count() > limits::TITLE_CHARS_MAX {
        let at = child(root, "identifier").unwrap_or(root);
        return Err(xml::fault(
            at,
            "identifier",
            "is too long together with the sender",
            "shorten one of them",
        ));
    }
    let mut notes = Notes::default();
    let alert = Alert { root, name: &name, status, digest, signature, marking: marking(root, defaults)? };
    let drafts = infos.into_iter().map(|info| alert.draft(info, &mut notes)).collect::<Result<_, _>>()?;
    let AlertName { sender, identifier, sent } = name;
    let notes = notes.into_sentences();
    Ok(Imported { identifier, sender, sent, status, msg_type, references, signature, drafts, notes })
}

/// Public alerts are TLP CLEAR. All others get the importer's marking, never CLEAR, and never looser than the TLP
/// label that their `restriction` begins with.
fn marking(root: Node<'_, '_>, defaults: &Defaults) -> Result<Marking, CapError> {
    if word(root, "scope") == "Public" {
        return Ok(Marking { retention: defaults.marking.retention, ..Marking::new(Tlp::Clear) });
    }
    let marking = Marking { tlp: defaults.marking.tlp.max(Tlp::Green), ..defaults.marking.clone() };
    let restriction = word(root, "restriction");
    let label = restriction.strip_prefix("TLP:").unwrap_or_default();
    // The longest label first: AMBER+STRICT begins with AMBER.
    let label = Tlp::ALL.into_iter().rev().find(|tlp| label.starts_with(tlp.as_str()));
    if let Some(label) = label
        && label > marking.tlp
    {
        let at = child(root, "restriction").unwrap_or(root);
        let what =
            format!("says TLP:{}, and the import would mark it {}", label.as_str(), marking.tlp.as_str());
        let mend = format!("import it with a marking of at least {}", label.as_str());
        return Err(xml::fault(at, "restriction", what, mend));
    }
    Ok(marking)
}

struct Alert<'a, 'input> {
    root: Node<'a, 'input>,
    name: &'a AlertName,
    status: Status,
    digest: &'a str,
    signature: SignatureState,
    marking: Marking,
}

impl Alert<'_, '_> {
    fn draft(&self, info: Node<'_, '_>, notes: &mut Notes) -> Result<Draft, CapError> {
        // en-US is the schema's default.
        let language = child(info, "language").map_or("en-US".into(), |_| word(info, "language"));
        let title = self.title(info, notes);
        let (place, areas) = kept::places(info, notes);
        let kept = kept::copy(self.root, info, areas, self.digest, self.signature, notes);
        let (valid_from, valid_until) = self.validity(info)?;
        let rating = |name: &str| word(info, name).to_lowercase();
        let mut tags: BTreeSet<String> =
            children(info, "category").map(|one| schema::raw_text(one).to_lowercase()).collect();
        if self.status != Status::Actual {
            tags.insert(self.status.as_str().to_lowercase());
        }
        let content = Content {
            text: self.text(info, &title, &language, notes)?,
            title: shortened(&title, limits::TITLE_CHARS_MAX),
            language: Some(language).filter(|tag| tag != "und"),
            observed_from: schema::time(&word(info, "onset")),
            valid_from: Some(valid_from),
            valid_until,
            urgency: Urgency::from_word(&rating("urgency")).unwrap_or_default(),
            severity: Severity::from_word(&rating("severity")).unwrap_or_default(),
            certainty: Certainty::from_word(&rating("certainty")).unwrap_or_default(),
            place,
            tags,
            sources: BTreeSet::from([self.name.source()]),
            extra: BTreeMap::from([("cap".to_owned(), kept)]),
            ..Content::default()
        };
        let kind = match self.status {
            Status::Actual | Status::Exercise => Kind::Alert,
            // Nobody must act on these.
            Status::System | Status::Test | Status::Draft => Kind::Report,
        };
        let draft = Draft { kind, parent: None, content, marking: self.marking.clone() };
        draft.check().map_err(CapError::Item)?;
        let bytes = serde_json::to_vec(&draft).map_or(usize::MAX, |json| json.len());
        let limit = limits::ITEM_BYTES_MAX - ORIGIN_BYTES_MAX;
        if bytes > limit {
            let what = format!("holds more than an item can ({bytes} bytes; the limit is {limit})");
            return Err(xml::fault(info, "info", what, "give fewer parameters, codes and resources"));
        }
        Ok(draft)
    }

    fn validity(&self, info: Node<'_, '_>) -> Result<(base::Timestamp, Option<base::Timestamp>), CapError> {
        let effective = schema::time(&word(info, "effective"));
        let expires = schema::time(&word(info, "expires"));
        let sent = self.name.sent;
        match (effective, expires) {
            (Some(from), Some(until)) if until < from => {
                let at = child(info, "expires").unwrap_or(info);
                Err(xml::fault(at, "expires", "is before <effective>", "mend one of the two times"))
            }
            (Some(from), until) => Ok((from, until)),
            // Without <effective> an alert counts from when it was sent; some are sent when they are over.
            (None, until) => Ok((until.map_or(sent, |end| end.min(sent)), until)),
        }
    }

    fn title(&self, info: Node<'_, '_>, notes: &mut Notes) -> String {
        let headline = one_line(&notes.text(info, "headline"));
        let event = one_line(&notes.text(info, "event"));
        let title = [headline, event].into_iter().find(|text| !text.is_empty());
        let title = title.unwrap_or_else(|| self.name.identifier.clone());
        // What is not real must say so before anything else.
        if self.status == Status::Actual { title } else { format!("[{}] {title}", self.status.as_str()) }
    }

    fn text(
        &self,
        info: Node<'_, '_>,
        title: &str,
        language: &str,
        notes: &mut Notes,
    ) -> Result<String, CapError> {
        let dutch = language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("nl"));
        let label = |english: &'static str, nl: &'static str| if dutch { nl } else { english };
        let long_title = if title.chars().count() > limits::TITLE_CHARS_MAX { title } else { "" };
        let instruction = match notes.text(info, "instruction").trim() {
            "" => String::new(),
            some => format!("**{}**\n\n{some}", label("What to do", "Wat te doen")),
        };
        let sender = match one_line(&notes.text(info, "senderName")) {
            name if name.is_empty() => self.name.sender.clone(),
            name => format!("{name} ({})", self.name.sender),
        };
        let areas: Vec<String> = children(info, "area").map(|area| notes.text(area, "areaDesc")).collect();
        let facts = [
            (label("Area", "Gebied"), areas.join("; ")),
            (label("For", "Voor"), notes.text(info, "audience")),
            (label("Sender", "Afzender"), sender),
            ("Contact", notes.text(info, "contact")),
            (label("More", "Meer"), notes.text(info, "web")),
            (label("Signature", "Handtekening"), self.signature.sentence(dutch).into()),
        ];
        let facts = facts.iter().filter(|(_, value)| !value.trim().is_empty());
        let facts: Vec<String> =
            facts.map(|(name, value)| format!("- {name}: {}", one_line(value))).collect();
        let description = notes.text(info, "description");
        let mut parts = vec![long_title, description.trim(), instruction.as_str()];
        let facts = facts.join("\n");
        parts.push(&facts);
        parts.retain(|part| !part.is_empty());
        let text = parts.join("\n\n");
        if text.chars().count() > limits::TEXT_CHARS_MAX {
            let at = child(info, "description").unwrap_or(info);
            let what = format!("makes a text of more than {} characters", limits::TEXT_CHARS_MAX);
            return Err(xml::fault(at, "description", what, "shorten it, or <instruction>, or the areas"));
        }
        Ok(text)
    }
}
