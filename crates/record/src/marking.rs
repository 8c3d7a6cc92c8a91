//! What may be done with an item, as a lattice: markings join, and can be compared for strictness.
//!
//! Not here: who that means in a given directory (policy). Labels: FIRST TLP 2.0; PAP as MISP defines it; handling
//! codes H0-H3 as used in exchanges with Europol.

use std::collections::BTreeSet;

use base::ids::{CommunityId, MemberId, OrganisationId, PurposeId};
use base::limits;
use serde::{Deserialize, Serialize};

/// Traffic Light Protocol 2.0: how far information may travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Tlp {
    /// May be public.
    #[serde(rename = "CLEAR")]
    Clear,
    /// For everyone who takes part in the area.
    #[serde(rename = "GREEN")]
    Green,
    /// For the organisations named, and inside them those who need it.
    #[serde(rename = "AMBER")]
    Amber,
    /// The same, but for persons of organisations named one by one: no communities, no services.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// For the persons named, and nobody else.
    #[serde(rename = "RED")]
    Red,
}

impl Tlp {
    /// Every label, from loose to strict.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The label without its `TLP:` prefix.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }
}

/// Permissible Actions Protocol: how visibly the receiver may act on the information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Pap {
    /// Freely.
    Clear,
    /// Active steps that do not touch the adversary are fine.
    #[default]
    Green,
    /// Passive steps only: what the adversary cannot notice.
    Amber,
    /// On paper and in isolated systems only.
    Red,
}

/// Handling codes as used in exchanges with Europol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HandlingCode {
    /// For preventing and combating crime within the mandate only.
    H0,
    /// Not as evidence in court without the originator's permission.
    H1,
    /// Not to be passed on without the originator's permission.
    H2,
    /// Other conditions, written in the text.
    H3,
}

/// How long the content is kept, from short to long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// 7 days after its validity ends.
    Brief,
    /// 90 days.
    #[default]
    Standard,
    /// 1 year.
    Extended,
    /// 5 years: part of a case, with the reason in the text.
    Case,
}

impl Retention {
    /// Every class, from short to long.
    pub const ALL: [Self; 4] = [Self::Brief, Self::Standard, Self::Extended, Self::Case];

    /// Days kept after validity ends.
    pub fn days(self) -> i64 {
        match self {
            Self::Brief => 7,
            Self::Standard => 90,
            Self::Extended => 365,
            Self::Case => 5 * 365,
        }
    }
}

/// One condition on readers: to be of one of these organisations or communities, or one of these members.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Organisations, by id.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub organisations: BTreeSet<OrganisationId>,
    /// Communities, by id.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub communities: BTreeSet<CommunityId>,
    /// Single members, by id.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub members: BTreeSet<MemberId>,
}

impl Clause {
    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.organisations.len() + self.communities.len() + self.members.len()
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether everyone who meets this clause meets `other`, whatever the directory says.
    pub fn implies(&self, other: &Self) -> bool {
        self.organisations.is_subset(&other.organisations)
            && self.communities.is_subset(&other.communities)
            && self.members.is_subset(&other.members)
    }
}

/// What may be done with one version of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Marking {
    /// How far it may travel.
    pub tlp: Tlp,
    /// How visibly one may act on it.
    #[serde(default)]
    pub pap: Pap,
    /// Handling codes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub handling: BTreeSet<HandlingCode>,
    /// Who it is for: a reader must meet every clause. Empty: no condition beyond the label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<Clause>,
    /// What it is for: a reader must hold every purpose.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub purposes: BTreeSet<PurposeId>,
    /// How long it is kept.
    #[serde(default)]
    pub retention: Retention,
}

/// A join would need more than the limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotJoin {
    /// Too many differently shared sources.
    #[error(
        "the sources are shared with more than {} different audiences: nobody could be told who reads the result",
        limits::AUDIENCE_CLAUSES_MAX
    )]
    Clauses,
    /// Too many purposes together.
    #[error("the sources have more than {} purposes together", limits::PURPOSES_MAX)]
    Purposes,
}

impl Marking {
    /// A marking with only a label: PAP GREEN, standard retention, nobody named.
    pub fn new(tlp: Tlp) -> Self {
        Self {
            tlp,
            pap: Pap::default(),
            handling: BTreeSet::new(),
            audience: Vec::new(),
            purposes: BTreeSet::new(),
            retention: Retention::default(),
        }
    }

    /// The least marking that is at least as strict as both.
    pub fn join(&self, other: &Self) -> Result<Self, CannotJoin> {
        let purposes: BTreeSet<_> = self.purposes.union(&other.purposes).cloned().collect();
        if purposes.len() > limits::PURPOSES_MAX {
            return Err(CannotJoin::Purposes);
        }
        let all: BTreeSet<&Clause> = self.audience.iter().chain(&other.audience).collect();
        let needed = |clause: &&Clause| !all.iter().any(|one| one != clause && one.implies(clause));
        let audience: Vec<Clause> = all.iter().copied().filter(needed).cloned().collect();
        if audience.len() > limits::AUDIENCE_CLAUSES_MAX {
            return Err(CannotJoin::Clauses);
        }
        Ok(Self {
            tlp: self.tlp.max(other.tlp),
            pap: self.pap.max(other.pap),
            handling: self.handling.union(&other.handling).copied().collect(),
            audience,
            purposes,
            retention: self.retention.min(other.retention),
        })
    }

    /// Whether nothing is allowed here that `other` forbids, whatever the directory says.
    pub fn is_at_least_as_strict_as(&self, other: &Self) -> bool {
        self.tlp >= other.tlp
            && self.pap >= other.pap
            && self.handling.is_superset(&other.handling)
            && self.purposes.is_superset(&other.purposes)
            && self.retention <= other.retention
            && other.audience.iter().all(|theirs| self.audience.iter().any(|ours| ours.implies(theirs)))
    }
}
