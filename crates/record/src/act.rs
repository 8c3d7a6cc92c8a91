//! An act: a signed deed about an item that is not a new version of it.
//!
//! Not here: changes of the directory, which the store records as administer entries of its own.

use base::clock::Timestamp;
use base::ids::{ActId, ItemId, MemberId, OrganisationId};
use serde::{Deserialize, Serialize};

use crate::{RecordError, from_json, to_json};

/// The format this version writes.
pub const FORMAT: &str = "belfry-act/1";
/// Longest act, in bytes.
pub const ACT_BYTES_MAX: usize = 64 * 1024;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// The organisation has taken note of this version.
    Acknowledge {
        /// The version that was acknowledged.
        version: u32,
    },
    /// The originator withdraws the item; everyone who could read it is told.
    Retract {
        /// Why.
        reason: String,
        /// Until when the others are asked to acknowledge that; absent: within two hours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acknowledge_by: Option<Timestamp>,
    },
    /// The originator loosens the marking; the looser version follows as the next entry.
    Release {
        /// Why.
        reason: String,
        /// The version that carries the looser marking.
        version: u32,
    },
    /// The originator destroys the content.
    Erase {
        /// Why.
        reason: String,
        /// The open requests that this grants: the acts that asked are destroyed with the item.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        granted: Vec<Granted>,
    },
    /// An organisation keeps the item to some of its own members; `None` lifts it.
    Restrict {
        /// The members who may still see it.
        members: Option<Vec<MemberId>>,
    },
    /// An organisation asks the originator to destroy the content.
    AskErasure {
        /// Why.
        reason: String,
    },
    /// The originator does not destroy it.
    RefuseErasure {
        /// The act that asked.
        request: ActId,
        /// Why not.
        reason: String,
    },
    /// A request was answered to the satisfaction of the one who asked.
    Close {
        /// What came of it.
        reason: String,
    },
}

/// A request to erase that was granted: what is left of it, so that the one who asked can see what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Granted {
    /// The act that asked.
    pub request: ActId,
    /// The organisation that asked.
    pub organisation: OrganisationId,
    /// The member who asked for it.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
}

impl Deed {
    /// The word used in JSON and on screens.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Acknowledge { .. } => "acknowledge",
            Self::Retract { .. } => "retract",
            Self::Release { .. } => "release",
            Self::Erase { .. } => "erase",
            Self::Restrict { .. } => "restrict",
            Self::AskErasure { .. } => "ask_erasure",
            Self::RefuseErasure { .. } => "refuse_erasure",
            Self::Close { .. } => "close",
        }
    }
}

/// A signed deed of a member, for an organisation, about an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Act {
    /// Always `belfry-act/1`.
    pub format: String,
    /// The act.
    pub id: ActId,
    /// The item it is about.
    pub item: ItemId,
    /// The organisation that acts.
    pub organisation: OrganisationId,
    /// The member who acts for it.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
    /// What was done.
    #[serde(flatten)]
    pub deed: Deed,
}

impl Act {
    /// An act in the present format.
    pub fn new(
        id: ActId,
        item: ItemId,
        organisation: OrganisationId,
        member: MemberId,
        at: Timestamp,
        deed: Deed,
    ) -> Self {
        Self { format: FORMAT.into(), id, item, organisation, member, at, deed }
    }

    /// Reads what was signed.
    pub fn from_payload(payload: &[u8]) -> Result<Self, RecordError> {
        let act: Self = from_json("an act", payload, ACT_BYTES_MAX)?;
        if act.format != FORMAT {
            return Err(RecordError::Unknown { what: "the act format", found: act.format, known: FORMAT });
        }
        Ok(act)
    }

    /// Writes what will be signed.
    pub fn to_payload(&self) -> Result<Vec<u8>, RecordError> {
        to_json("an act", self, ACT_BYTES_MAX)
    }
}
