//! What comes out of a decision: a permit that the store demands, or a refusal with its reasons.
//!
//! Not here: how the decision is made ([`crate::Engine`]), what the caller is told (a hidden item is an absent one).

use std::marker::PhantomData;

use base::ids::{ItemId, MemberId, OrganisationId};
use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionMarker};

/// Why something is refused, or why someone can read: a code that screens translate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Reads it: of the organisation the item comes from.
    Originator,
    /// Reads it: named in person.
    Named,
    /// Reads it: of an organisation that is named.
    OrganisationNamed,
    /// Reads it: of an organisation in a community that is named.
    CommunityNamed,
    /// Reads it: everyone who takes part does.
    Everyone,
    /// The member or its organisation no longer takes part.
    Inactive,
    /// The audience does not include the organisation or the member.
    NotInAudience,
    /// The item is for named persons, and this is not one of them.
    NotNamed,
    /// The organisation keeps the item to some of its members.
    Restricted,
    /// The item is for persons only.
    NotAPerson,
    /// The item is for persons and services, and this is a sensor.
    IsASensor,
    /// A purpose of the item is not held.
    PurposeMissing,
    /// The API token does not allow the action.
    OutOfScope,
    /// Only the organisation the item comes from may do this.
    NotOriginator,
    /// The item has been withdrawn.
    Retracted,
    /// Identity must be proved again first; nothing else stands in the way.
    Reauthenticate,
    /// No role of the member allows it.
    RoleMissing,
    /// More audience clauses than the limit.
    TooManyClauses,
    /// The policies could not be evaluated; nothing is allowed then.
    Error,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 19] = [
        Self::Originator,
        Self::Named,
        Self::OrganisationNamed,
        Self::CommunityNamed,
        Self::Everyone,
        Self::Inactive,
        Self::NotInAudience,
        Self::NotNamed,
        Self::Restricted,
        Self::NotAPerson,
        Self::IsASensor,
        Self::PurposeMissing,
        Self::OutOfScope,
        Self::NotOriginator,
        Self::Retracted,
        Self::Reauthenticate,
        Self::RoleMissing,
        Self::TooManyClauses,
        Self::Error,
    ];

    /// The code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Originator => "originator",
            Self::Named => "named",
            Self::OrganisationNamed => "organisation-named",
            Self::CommunityNamed => "community-named",
            Self::Everyone => "everyone",
            Self::Inactive => "inactive",
            Self::NotInAudience => "not-in-audience",
            Self::NotNamed => "not-named",
            Self::Restricted => "restricted",
            Self::NotAPerson => "not-a-person",
            Self::IsASensor => "is-a-sensor",
            Self::PurposeMissing => "purpose-missing",
            Self::OutOfScope => "out-of-scope",
            Self::NotOriginator => "not-originator",
            Self::Retracted => "retracted",
            Self::Reauthenticate => "reauthenticate",
            Self::RoleMissing => "role-missing",
            Self::TooManyClauses => "too-many-clauses",
            Self::Error => "error",
        }
    }

    /// The reason in plain English.
    pub fn text(self) -> &'static str {
        match self {
            Self::Originator => "The item comes from this organisation.",
            Self::Named => "Named in person.",
            Self::OrganisationNamed => "The organisation is named in the audience.",
            Self::CommunityNamed => "The organisation belongs to a community named in the audience.",
            Self::Everyone => "Everyone who takes part in the area can read it.",
            Self::Inactive => "No longer takes part.",
            Self::NotInAudience => "Not in the audience.",
            Self::NotNamed => "The item is for the persons named only.",
            Self::Restricted => "The organisation keeps this item to some of its members.",
            Self::NotAPerson => "For persons only, not for services and sensors.",
            Self::IsASensor => "For persons and services, not for sensors.",
            Self::PurposeMissing => "Does not hold every purpose the item is shared for.",
            Self::OutOfScope => "The API token does not allow this.",
            Self::NotOriginator => "Only the organisation the item comes from may do this.",
            Self::Retracted => "The item has been withdrawn.",
            Self::Reauthenticate => "Sign in again first.",
            Self::RoleMissing => "No role of this member allows it.",
            Self::TooManyClauses => "The audience has more conditions than the limit.",
            Self::Error => "The rules could not be applied, so nothing is allowed.",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }
}

/// A refusal. Callers are told no more than that the thing is absent, unless they may see it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is refused: {}", action.as_str(), codes(reasons))]
pub struct Refusal {
    /// What was asked.
    pub action: Action,
    /// The policies that refused, sorted; none when no policy allowed it.
    pub policy_ids: Vec<String>,
    /// Why, the most telling first; never empty.
    pub reasons: Vec<Reason>,
    /// The policies by which it was decided.
    pub policy_set_hash: [u8; 32],
}

fn codes(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(", ")
}

impl Refusal {
    /// Whether proving one's identity again is all that is missing.
    pub fn needs_reauthentication(&self) -> bool {
        self.reasons == [Reason::Reauthenticate]
    }
}

/// The outcome of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Allowed.
    Permit {
        /// The policies that allowed it, sorted.
        policy_ids: Vec<String>,
        /// The policies by which it was decided.
        policy_set_hash: [u8; 32],
    },
    /// Not allowed.
    Refusal(Refusal),
}

impl Decision {
    /// Whether it is allowed.
    pub fn is_permit(&self) -> bool {
        matches!(self, Self::Permit { .. })
    }
}

/// What a permit is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// One item.
    Item(ItemId),
    /// One organisation.
    Organisation(OrganisationId),
    /// The area.
    Area,
}

/// Proof that policy allowed one member one action on one subject. Only [`crate::Engine`] makes it.
#[derive(Debug)]
#[must_use]
pub struct Permit<A: ActionMarker> {
    member: MemberId,
    organisation: OrganisationId,
    subject: Subject,
    policy_ids: Vec<String>,
    policy_set_hash: [u8; 32],
    action: PhantomData<fn() -> A>,
}

impl<A: ActionMarker> Permit<A> {
    pub(crate) fn new(
        member: MemberId,
        organisation: OrganisationId,
        subject: Subject,
        policy_ids: Vec<String>,
        policy_set_hash: [u8; 32],
    ) -> Self {
        Self { member, organisation, subject, policy_ids, policy_set_hash, action: PhantomData }
    }

    /// Who may.
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// The organisation the member acts for.
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// What it is for.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The item it is for, when it is for one.
    pub fn item(&self) -> Option<ItemId> {
        match self.subject {
            Subject::Item(item) => Some(item),
            Subject::Organisation(_) | Subject::Area => None,
        }
    }

    /// What is allowed.
    pub fn action(&self) -> Action {
        A::ACTION
    }

    /// The policies that allowed it, sorted.
    pub fn policy_ids(&self) -> &[String] {
        &self.policy_ids
    }

    /// The policies by which it was decided.
    pub fn policy_set_hash(&self) -> [u8; 32] {
        self.policy_set_hash
    }
}
