//! What a person writes: the content of an item, and the draft that carries it before it is signed.
//!
//! Not here: originator, author, version, signature: those the node sets ([`crate::item`]).

use std::collections::{BTreeMap, BTreeSet};

use base::clock::Timestamp;
use base::ids::{AttachmentId, ItemId, OrganisationId};
use base::limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::Kind;
use crate::marking::{Marking, Tlp};
use crate::place::Place;
use crate::rating::{Certainty, Credibility, Reliability, Severity, Urgency};
use crate::validate::Faults;

/// The content of one version of an item.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Content {
    /// One line that says it.
    pub title: String,
    /// The rest: plain text with the safe Markdown subset (paragraphs, emphasis, lists, quotes, code; no HTML, no images).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Language of title and text (BCP 47), such as `en` or `nl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When it was seen or happens: start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_from: Option<Timestamp>,
    /// When it was seen or happens: end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_until: Option<Timestamp>,
    /// From when it counts; the time of signing when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Until when it counts; a default per kind when not given. After it the item is stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// How soon people must act.
    #[serde(default)]
    pub urgency: Urgency,
    /// How bad it is.
    #[serde(default)]
    pub severity: Severity,
    /// How sure it is.
    #[serde(default)]
    pub certainty: Certainty,
    /// How reliable the source is.
    #[serde(default)]
    pub reliability: Reliability,
    /// How credible the information is.
    #[serde(default)]
    pub credibility: Credibility,
    /// Where it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Short words to find it by.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// What it rests on, as names of sources such as `camera:south-gate` or `cap:SENDER,IDENTIFIER`:
    /// items with a source in common may be one observation, not several.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sources: BTreeSet<String>,
    /// Files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Other items it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// For a request: from whom, by when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestTerms>,
    /// Fields this version does not know: kept, signed and handed on as they came.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub extra: BTreeMap<String, Value>,
}

/// A file that goes with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its name, for people.
    pub name: String,
    /// What its bytes are, found by looking at them.
    pub media_type: String,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
}

/// How an item relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is derived from the other.
    RestsOn,
    /// It is about the other.
    About,
    /// It takes the other's place.
    Replaces,
}

/// A reference to another item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The other item.
    pub item: ItemId,
    /// How it relates.
    pub relation: Relation,
}

/// The terms of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestTerms {
    /// Who is asked.
    pub to: OrganisationId,
    /// By when an answer is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

/// What a member wants to share: everything that is theirs to say, nothing that is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it is.
    pub kind: Kind,
    /// The item it answers, for a reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ItemId>,
    /// The content.
    pub content: Content,
    /// The marking.
    pub marking: Marking,
}

impl Content {
    /// The box around its place, when it has a shape.
    pub fn bounds(&self) -> Option<base::geo::Bounds> {
        self.place.as_ref()?.geometry.as_ref()?.bounds()
    }

    /// Adds everything that is wrong with the content.
    pub fn check(&self, faults: &mut Faults) {
        if self.title.trim().is_empty() {
            faults.add("content.title", "is empty", "say it in one line");
        }
        if self.title.contains(['\n', '\t']) {
            faults.add("content.title", "has more than one line", "move the rest to the text");
        }
        faults.text("content.title", &self.title, limits::TITLE_CHARS_MAX);
        faults.text("content.text", &self.text, limits::TEXT_CHARS_MAX);
        if let Some(language) = &self.language {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if !(2..=35).contains(&language.len()) || !language.chars().all(plain) {
                faults.add("content.language", "is not a BCP 47 tag", "use a tag such as en or nl");
            }
        }
        self.check_times(faults);
        if let Some(place) = &self.place {
            place.check("content.place", faults);
        }
        check_words("content.tags", &self.tags, limits::TAGS_MAX, limits::TAG_CHARS_MAX, faults);
        check_words("content.sources", &self.sources, limits::TAGS_MAX, limits::TITLE_CHARS_MAX, faults);
        self.check_attachments(faults);
        if self.references.len() > limits::REFERENCES_MAX {
            let most = limits::REFERENCES_MAX;
            faults.add("content.references", format!("has more than {most}"), "refer to fewer items");
        }
    }

    fn check_times(&self, faults: &mut Faults) {
        let ordered = |from: Option<Timestamp>, until: Option<Timestamp>| match (from, until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        if !ordered(self.observed_from, self.observed_until) {
            faults.add("content.observed_until", "is before observed_from", "swap or mend the times");
        }
        if !ordered(self.valid_from, self.valid_until) {
            faults.add("content.valid_until", "is before valid_from", "swap or mend the times");
        }
    }

    fn check_attachments(&self, faults: &mut Faults) {
        if self.attachments.len() > limits::ATTACHMENTS_MAX {
            let most = limits::ATTACHMENTS_MAX;
            faults.add("content.attachments", format!("has more than {most}"), "attach fewer files");
        }
        for (index, one) in self.attachments.iter().enumerate() {
            let path = format!("content.attachments[{index}]");
            faults.text(&format!("{path}.name"), &one.name, limits::TITLE_CHARS_MAX);
            if one.sha256.len() != 64 || !one.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
                faults.add(&format!("{path}.sha256"), "is not a SHA-256", "give 64 hex digits");
            }
        }
    }
}

fn check_words(path: &str, words: &BTreeSet<String>, most: usize, chars_max: usize, faults: &mut Faults) {
    if words.len() > most {
        faults.add(path, format!("has more than {most}"), "give fewer");
    }
    for (index, word) in words.iter().enumerate() {
        let path = format!("{path}[{index}]");
        if word.trim().is_empty() {
            faults.add(&path, "is empty", "remove it");
        }
        faults.text(&path, word, chars_max);
    }
}

impl Draft {
    /// Everything that is wrong with the draft, at once.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        self.content.check(&mut faults);
        check_marking(&self.marking, &mut faults);
        match (self.kind, self.parent) {
            (Kind::Reply, None) => {
                faults.add("parent", "is missing", "a reply needs the item it answers");
            }
            (Kind::Reply, Some(_)) | (_, None) => {}
            (_, Some(_)) => {
                faults.add("parent", "belongs to replies only", "use a reference, or make it a reply");
            }
        }
        if self.content.request.is_some() && self.kind != Kind::Request {
            faults.add("content.request", "belongs to requests only", "make it a request or remove it");
        }
        if self.kind == Kind::Request && self.content.request.is_none() {
            faults.add("content.request", "is missing", "say who is asked");
        }
        faults.into_result()
    }
}

fn check_marking(marking: &Marking, faults: &mut Faults) {
    let clauses = &marking.audience;
    if clauses.len() > limits::AUDIENCE_CLAUSES_MAX {
        let most = limits::AUDIENCE_CLAUSES_MAX;
        faults.add("marking.audience", format!("has more than {most} clauses"), "name fewer");
    }
    for (index, clause) in clauses.iter().enumerate() {
        let path = format!("marking.audience[{index}]");
        if clause.is_empty() {
            faults.add(&path, "names nobody", "name an organisation, community or member, or remove it");
        }
        if clause.len() > limits::AUDIENCE_NAMES_MAX {
            faults.add(&path, "names too many", "make a community for them");
        }
        if marking.tlp == Tlp::AmberStrict && !clause.communities.is_empty() {
            let mend = "name the organisations one by one";
            faults.add(&format!("{path}.communities"), "cannot be used with AMBER+STRICT", mend);
        }
        if marking.tlp == Tlp::Red && clause.len() > clause.members.len() {
            faults.add(&path, "names more than persons, and the label is RED", "name members only");
        }
    }
    if marking.tlp >= Tlp::Amber && clauses.is_empty() {
        faults.add("marking.audience", "is empty", "say who it is for, or choose GREEN");
    }
    if marking.tlp >= Tlp::Amber && marking.purposes.is_empty() {
        faults.add("marking.purposes", "is empty", "say what it is for");
    }
    if marking.purposes.len() > limits::PURPOSES_MAX {
        let most = limits::PURPOSES_MAX;
        faults.add("marking.purposes", format!("has more than {most}"), "name fewer");
    }
}
