//! Items as screens and partners read them: the summary in lists and streams, the detail with everything.
//!
//! Not here: what is signed (record::Item), and whether the reader may see it (gate).

use base::Timestamp;
use base::ids::{ItemId, OrganisationId};
use record::rating::{Certainty, Credibility, Reliability, Severity, Urgency};
use record::{Attachment, Deed, Kind, Marking, Place, Relation};
use serde::Serialize;
use store::{ItemState, ItemView};
use utoipa::ToSchema;

use crate::state::App;

/// Longest excerpt of a text in a summary, in characters.
const EXCERPT_CHARS_MAX: usize = 160;

/// Where an item is in its life, for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Counts now, or will from its start.
    Current,
    /// Its validity has ended.
    Stale,
    /// Withdrawn by its originator.
    Retracted,
}

/// Where a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Nobody has answered.
    Open,
    /// The organisation that was asked has replied.
    Answered,
    /// The one who asked has closed it.
    Closed,
    /// Nobody has answered, and the due time is past.
    Overdue,
}

/// The terms of a request and where it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestView {
    /// Who is asked.
    pub to: OrganisationId,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Where it is.
    pub state: RequestState,
}

/// A recall.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecallView {
    /// Until when it is to be acknowledged.
    pub due: Timestamp,
    /// Organisations that have not, although that time is past.
    pub overdue: Vec<OrganisationId>,
}

/// An item in a list, on the map or in the stream.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemSummary {
    /// The item.
    pub id: ItemId,
    /// Its present version.
    pub version: u32,
    /// What it is.
    pub kind: Kind,
    /// The first item of its thread.
    pub thread: ItemId,
    /// The item it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<ItemId>,
    /// The organisation it comes from.
    pub originator: OrganisationId,
    /// The name of the member who wrote this version.
    pub author_name: String,
    /// When this version was signed.
    pub reported: Timestamp,
    /// When anything about it last changed.
    pub changed: Timestamp,
    /// One line.
    pub title: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// When it was seen or happens: start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_from: Option<Timestamp>,
    /// When it was seen or happens: end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_until: Option<Timestamp>,
    /// From when it counts.
    pub valid_from: Timestamp,
    /// Until when it counts.
    pub valid_until: Timestamp,
    /// How soon people must act.
    pub urgency: Urgency,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// Where it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Short words to find it by.
    pub tags: Vec<String>,
    /// What may be done with it.
    pub marking: Marking,
    /// Where it is in its life.
    pub state: State,
    /// Number of its files.
    pub attachments: usize,
    /// Other items of its thread that the reader may see; absent in the stream, which is the same for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<u32>,
    /// Organisations that have acknowledged the present version, or the recall.
    pub acknowledged: Vec<OrganisationId>,
    /// Organisations that could, and have not.
    pub awaiting: Vec<OrganisationId>,
    /// For a request: its terms and where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestView>,
    /// For a withdrawn item: until when that is to be acknowledged, and by whom it was not in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<RecallView>,
    /// Other items the reader may see that rest on a source this one rests on; absent in the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_source: Option<u32>,
}

/// A reference to another item that the reader may see too.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReferenceView {
    /// The other item.
    pub item: ItemId,
    /// How it relates.
    pub relation: Relation,
    /// Its title.
    pub title: String,
}

/// One version in the history of an item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionSummary {
    /// Its number.
    pub version: u32,
    /// When it was signed.
    pub reported: Timestamp,
    /// The name of the member who wrote it.
    pub author_name: String,
    /// Its marking.
    pub marking: Marking,
}

/// One act about an item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActView {
    /// What was done: acknowledge, retract, release, restrict, close, ask_erasure or refuse_erasure.
    pub deed: &'static str,
    /// By which organisation.
    pub organisation: OrganisationId,
    /// By whom; told to its own organisation and, for the originator's acts, to every reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_name: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How many can read an item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReaderCount {
    /// Persons.
    pub people: usize,
    /// Organisations.
    pub organisations: usize,
}

/// The proof of an item in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofLine {
    /// Position of its present version in the facts ledger.
    pub entry: u64,
    /// Size of the ledger now.
    pub size: u64,
    /// The key that signed.
    pub key_id: String,
    /// The organisation that signed.
    pub signed_by: OrganisationId,
}

/// An item with everything the reader may know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemDetail {
    /// What lists show too.
    #[serde(flatten)]
    pub summary: ItemSummary,
    /// The text.
    pub text: String,
    /// Language of title and text (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it rests on.
    pub sources: Vec<String>,
    /// Its files.
    pub attachment_list: Vec<Attachment>,
    /// Other items it is about, as far as the reader may see them.
    pub references: Vec<ReferenceView>,
    /// Its versions, oldest first.
    pub versions: Vec<VersionSummary>,
    /// What was done about it, oldest first.
    pub acts: Vec<ActView>,
    /// What the reader could do with it.
    pub may: Vec<&'static str>,
    /// How many can read it.
    pub readers: ReaderCount,
    /// Its proof in one line.
    pub proof: ProofLine,
}

/// An item as a summary. `reader_sees` is false for the stream, whose text is the same for all readers.
pub fn summary(app: &App, view: &ItemView, reader_sees: bool) -> ItemSummary {
    let now = app.clock.now();
    let item = &view.item;
    let content = &item.content;
    let acknowledged: Vec<OrganisationId> = view.acknowledged.keys().cloned().collect();
    let readers = app.gate.readers_of(view.label_id);
    let open = readers
        .organisations
        .iter()
        .filter(|one| **one != item.originator && !view.acknowledged.contains_key(*one));
    let awaiting: Vec<OrganisationId> = open.cloned().collect();
    let overdue = |due: Timestamp| if due < now { awaiting.clone() } else { Vec::new() };
    let recall = view.recall_due.map(|due| RecallView { due, overdue: overdue(due) });
    ItemSummary {
        id: item.id,
        version: item.version,
        kind: item.kind,
        thread: item.thread,
        parent: item.parent,
        originator: item.originator.clone(),
        author_name: app.store.directory().member_name(item.author).to_owned(),
        reported: item.reported,
        changed: view.changed_at,
        title: content.title.clone(),
        excerpt: excerpt(&content.text),
        observed_from: content.observed_from,
        observed_until: content.observed_until,
        valid_from: item.valid_from(),
        valid_until: item.valid_until(),
        urgency: content.urgency,
        severity: content.severity,
        certainty: content.certainty,
        reliability: content.reliability,
        credibility: content.credibility,
        place: content.place.clone(),
        tags: content.tags.iter().cloned().collect(),
        marking: item.marking.clone(),
        state: state(view, now),
        attachments: content.attachments.len(),
        replies: reader_sees.then_some(view.replies),
        awaiting,
        acknowledged,
        request: content.request.as_ref().map(|request| RequestView {
            to: request.to.clone(),
            due: request.due,
            state: request_state(view, &request.to, request.due, now),
        }),
        recall,
        same_source: reader_sees.then_some(view.same_source),
    }
}

fn state(view: &ItemView, now: Timestamp) -> State {
    match view.state {
        ItemState::Live if view.item.valid_until() > now => State::Current,
        ItemState::Live => State::Stale,
        ItemState::Retracted | ItemState::Erased => State::Retracted,
    }
}

fn request_state(
    view: &ItemView,
    to: &OrganisationId,
    due: Option<Timestamp>,
    now: Timestamp,
) -> RequestState {
    if view.closed.is_some() {
        RequestState::Closed
    } else if view.replied_by.contains(to) {
        RequestState::Answered
    } else if due.is_some_and(|due| due < now) {
        RequestState::Overdue
    } else {
        RequestState::Open
    }
}

fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= EXCERPT_CHARS_MAX {
        return flat;
    }
    let mut cut: String = flat.chars().take(EXCERPT_CHARS_MAX).collect();
    cut.truncate(cut.rfind(' ').unwrap_or(cut.len()));
    cut.push('…');
    cut
}

/// An act as its readers may know it; whom an organisation keeps an item to is known to itself alone.
pub fn act(
    app: &App,
    reader: &OrganisationId,
    originator: &OrganisationId,
    act: &record::Act,
) -> Option<ActView> {
    if matches!(act.deed, Deed::Restrict { .. }) && act.organisation != *reader {
        return None;
    }
    let named = act.organisation == *reader || act.organisation == *originator;
    let reason = match &act.deed {
        Deed::Retract { reason, .. }
        | Deed::Erase { reason, .. }
        | Deed::AskErasure { reason }
        | Deed::RefuseErasure { reason, .. }
        | Deed::Close { reason } => Some(reason.clone()),
        Deed::Release { reason, .. } => Some(reason.clone()),
        Deed::Acknowledge { .. } | Deed::Restrict { .. } => None,
    };
    Some(ActView {
        deed: act.deed.as_str(),
        organisation: act.organisation.clone(),
        member_name: named.then(|| app.store.directory().member_name(act.member).to_owned()),
        at: act.at,
        reason: reason.filter(|reason| !reason.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_end_at_a_word() {
        assert_eq!(excerpt("one\n two"), "one two");
        let long = "word ".repeat(100);
        let cut = excerpt(&long);
        assert!(cut.ends_with("word…") && cut.chars().count() <= EXCERPT_CHARS_MAX + 1, "{cut}");
    }
}
