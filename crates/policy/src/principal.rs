//! Who asks: a member as the directory knows it at this moment.
//!
//! Not here: how it signed in.

use std::collections::BTreeSet;

use base::ids::{CommunityId, MemberId, OrganisationId, PurposeId};
use serde::{Deserialize, Serialize};

use crate::action::Action;

/// What a member does in its organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Shares and receives: the duty officer.
    Member,
    /// Judges what web monitoring brings.
    Analyst,
    /// Judges what sensors bring.
    Operator,
    /// Compares measures and plans events.
    Planner,
    /// Coordinates for the organisation; at the host, runs the area.
    Coordinator,
    /// Reads the access records of the organisation.
    Auditor,
    /// Manages the members of the organisation.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Member,
        Self::Analyst,
        Self::Operator,
        Self::Planner,
        Self::Coordinator,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word used in JSON and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Analyst => "analyst",
            Self::Operator => "operator",
            Self::Planner => "planner",
            Self::Coordinator => "coordinator",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// A human being.
    Person,
    /// A program.
    Service,
    /// A device.
    Sensor,
}

impl MemberKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Person, Self::Service, Self::Sensor];

    /// The word used in JSON and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
            Self::Sensor => "sensor",
        }
    }
}

/// A member who asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The member.
    pub member: MemberId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// What it is.
    pub kind: MemberKind,
    /// What it does there.
    pub roles: BTreeSet<Role>,
    /// The communities its organisation belongs to.
    pub communities: BTreeSet<CommunityId>,
    /// The purposes it holds.
    pub purposes: BTreeSet<PurposeId>,
    /// Whether member and organisation take part now.
    pub active: bool,
    /// What the API token in use allows; `None` for a session of a person.
    pub scopes: Option<BTreeSet<Action>>,
    /// Whether the member proved its identity again in the last minutes.
    pub reauthenticated: bool,
    /// Whether its organisation runs the area.
    pub host: bool,
}
