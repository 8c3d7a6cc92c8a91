//! The visibility label: the part of an item that alone decides who may see it.
//!
//! Not here: the decision (policy). Few labels exist for many items, so a decision per label serves them all.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::{MemberId, OrganisationId, PurposeId};
use serde::{Deserialize, Serialize};

use crate::marking::{Clause, Marking, Tlp};

/// Who may see an item, before it is known who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisibilityLabel {
    /// The organisation the item comes from; always part of its own audience.
    pub originator: OrganisationId,
    /// How far it may travel.
    pub tlp: Tlp,
    /// Every clause must be met.
    #[serde(default)]
    pub audience: Vec<Clause>,
    /// Every purpose must be held.
    #[serde(default)]
    pub purposes: BTreeSet<PurposeId>,
    /// Organisations that keep the item to these members of their own.
    #[serde(default)]
    pub restrictions: Restrictions,
}

/// Organisations that keep something to some members of their own, and those members.
pub type Restrictions = BTreeMap<OrganisationId, BTreeSet<MemberId>>;

/// Adds the restrictions of another source: who may see both.
pub fn join_restrictions(into: &mut Restrictions, other: &Restrictions) {
    for (organisation, members) in other {
        match into.get_mut(organisation) {
            Some(kept) => kept.retain(|member| members.contains(member)),
            None => drop(into.insert(organisation.clone(), members.clone())),
        }
    }
}

impl VisibilityLabel {
    /// The label of a marking by an originator, without restrictions, in one fixed form.
    pub fn new(originator: OrganisationId, marking: &Marking) -> Self {
        let mut audience = marking.audience.clone();
        audience.sort();
        audience.dedup();
        Self {
            originator,
            tlp: marking.tlp,
            audience,
            purposes: marking.purposes.clone(),
            restrictions: BTreeMap::new(),
        }
    }

    /// The one text by which equal labels are known to be equal.
    pub fn key(&self) -> String {
        serde_json::to_string(self).expect("a label is plain data with text keys")
    }
}
