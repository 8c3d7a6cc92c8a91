//! One version of an item: the document whose exact bytes are signed.
//!
//! Not here: the signature ([`crate::envelope`]); what happened to the item afterwards ([`crate::act`], the ledger).

use std::collections::BTreeMap;

use base::clock::Timestamp;
use base::ids::{ItemId, MemberId, OrganisationId};
use base::limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content::{Content, Draft};
use crate::kind::Kind;
use crate::label::VisibilityLabel;
use crate::marking::Marking;
use crate::{RecordError, from_json, to_json};

/// The format this version writes.
pub const FORMAT: &str = "belfry-item/1";

/// One signed version of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Item {
    /// Always `belfry-item/1`.
    pub format: String,
    /// The item, through all its versions.
    pub id: ItemId,
    /// 1 for the first, then counting.
    pub version: u32,
    /// SHA-256 of the previous version's signed bytes, 64 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// The first item of its thread; itself when it begins one.
    pub thread: ItemId,
    /// The item it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ItemId>,
    /// The organisation it comes from.
    pub originator: OrganisationId,
    /// The member who wrote this version.
    pub author: MemberId,
    /// The second person who approved it, where four eyes are required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<MemberId>,
    /// When this version was signed.
    pub reported: Timestamp,
    /// The content.
    pub content: Content,
    /// The marking.
    pub marking: Marking,
    /// Fields this version does not know: kept as they came.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub extra: BTreeMap<String, Value>,
}

/// Who signs an item, and when: what the node knows and the draft does not say.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The new item's id.
    pub id: ItemId,
    /// The thread; `None` begins one.
    pub thread: Option<ItemId>,
    /// The organisation it comes from.
    pub originator: OrganisationId,
    /// The member who wrote it.
    pub author: MemberId,
    /// The member who approved it.
    pub approved_by: Option<MemberId>,
    /// The time of signing.
    pub reported: Timestamp,
}

impl Item {
    /// The first version of an item. Fills in the validity its kind has by default.
    pub fn first(origin: Origin, draft: Draft) -> Self {
        let content = with_validity(draft.content, draft.kind, origin.reported);
        Self {
            format: FORMAT.into(),
            id: origin.id,
            version: 1,
            previous: None,
            kind: draft.kind,
            thread: origin.thread.unwrap_or(origin.id),
            parent: draft.parent,
            originator: origin.originator,
            author: origin.author,
            approved_by: origin.approved_by,
            reported: origin.reported,
            content,
            marking: draft.marking,
            extra: BTreeMap::new(),
        }
    }

    /// The version after this one, with new content and marking. `payload` is what was signed for this one.
    #[must_use]
    pub fn next(
        &self,
        payload: &[u8],
        author: MemberId,
        reported: Timestamp,
        content: Content,
        marking: Marking,
    ) -> Self {
        Self {
            version: self.version.saturating_add(1),
            previous: Some(crate::envelope::digest(payload)),
            author,
            approved_by: None,
            reported,
            content: with_validity(content, self.kind, reported),
            marking,
            ..self.clone()
        }
    }

    /// What decides who may see it.
    pub fn visibility_label(&self) -> VisibilityLabel {
        VisibilityLabel::new(self.originator.clone(), &self.marking)
    }

    /// From when it counts.
    pub fn valid_from(&self) -> Timestamp {
        self.content.valid_from.unwrap_or(self.reported)
    }

    /// Until when it counts.
    pub fn valid_until(&self) -> Timestamp {
        self.content.valid_until.unwrap_or_else(|| default_end(self.kind, self.valid_from()))
    }

    /// When its content is destroyed.
    pub fn kept_until(&self) -> Timestamp {
        self.valid_until().max(self.reported).plus_seconds(self.marking.retention.days() * 86_400)
    }

    /// Reads what was signed.
    pub fn from_payload(payload: &[u8]) -> Result<Self, RecordError> {
        let item: Self = from_json("an item", payload, limits::ITEM_BYTES_MAX)?;
        if item.format != FORMAT {
            return Err(RecordError::Unknown { what: "the item format", found: item.format, known: FORMAT });
        }
        Ok(item)
    }

    /// Writes what will be signed.
    pub fn to_payload(&self) -> Result<Vec<u8>, RecordError> {
        to_json("an item", self, limits::ITEM_BYTES_MAX)
    }
}

fn default_end(kind: Kind, from: Timestamp) -> Timestamp {
    from.plus_seconds(kind.default_validity_hours() * 3600)
}

fn with_validity(mut content: Content, kind: Kind, reported: Timestamp) -> Content {
    // What is over before it is signed has counted until its end, not from after it.
    let start = content.valid_until.map_or(reported, |end| end.min(reported));
    let from = *content.valid_from.get_or_insert(start);
    let _ = content.valid_until.get_or_insert_with(|| default_end(kind, from));
    content
}
