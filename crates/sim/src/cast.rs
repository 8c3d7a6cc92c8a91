//! Who plays: the handles of the sample area, and the members they are on this node.
//!
//! Not here: who they are to each other; the node knows that.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use base::ids::{MemberId, OrganisationId, PurposeId};

/// A member that takes part in the play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// Its id on the node.
    pub member: MemberId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// What it needs information for.
    pub purposes: BTreeSet<PurposeId>,
}

/// Every player by its handle in the area's file, such as `opcw-duty`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cast(BTreeMap<String, Player>);

impl Cast {
    /// The player of a handle.
    pub fn player(&self, handle: &str) -> Result<&Player> {
        self.0.get(handle).with_context(|| format!("the area has no member {handle:?}"))
    }

    /// Every handle, in alphabetical order.
    pub fn handles(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, Player)> for Cast {
    fn from_iter<T: IntoIterator<Item = (String, Player)>>(players: T) -> Self {
        Self(players.into_iter().collect())
    }
}
