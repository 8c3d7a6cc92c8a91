//! What one member may see, as a set of labels decided once.
//!
//! Not here: items. Sight is a prefilter: each row that leaves is decided again.

use base::ids::{MemberId, OrganisationId};
use record::VisibilityLabel;

use crate::engine::Engine;
use crate::principal::Principal;

/// Most distinct labels one sight holds: label ids are handed out one by one, so the bitset stays small.
pub const LABELS_MAX: u32 = 16 * 1024 * 1024;

/// The labels one member may see. Only [`Engine::sight`] makes it.
#[derive(Debug, Clone)]
pub struct Sight {
    principal: Principal,
    policy_set_hash: [u8; 32],
    bits: Vec<u64>,
}

impl Sight {
    pub(crate) fn new(principal: Principal, policy_set_hash: [u8; 32]) -> Self {
        Self { principal, policy_set_hash, bits: Vec::new() }
    }

    /// Whether items under this label may be seen; a label never decided may not.
    pub fn sees(&self, label_id: u32) -> bool {
        let (word, bit) = place(label_id);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Decides one more label, and says whether it may be seen.
    pub fn extend(&mut self, engine: &Engine, label_id: u32, label: &VisibilityLabel) -> bool {
        let sees =
            engine.policy_set_hash() == self.policy_set_hash && engine.sees_label(&self.principal, label);
        self.set(label_id, sees);
        sees
    }

    /// The ids of the labels that may be seen, ascending.
    pub fn visible_ids(&self) -> impl Iterator<Item = u32> + '_ {
        let ids = (0..).step_by(64).zip(&self.bits);
        ids.flat_map(|(first, bits): (u32, &u64)| {
            (0..64).filter(move |bit| bits >> bit & 1 != 0).map(move |bit| first + bit)
        })
    }

    /// Who sees.
    pub fn member(&self) -> MemberId {
        self.principal.member
    }

    /// The organisation of the one who sees.
    pub fn organisation(&self) -> &OrganisationId {
        &self.principal.organisation
    }

    /// The one who sees, as the directory was.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The policies by which it was decided.
    pub fn policy_set_hash(&self) -> [u8; 32] {
        self.policy_set_hash
    }

    pub(crate) fn set(&mut self, label_id: u32, sees: bool) {
        if label_id >= LABELS_MAX {
            return;
        }
        let (word, bit) = place(label_id);
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        if sees {
            self.bits[word] |= bit;
        } else {
            self.bits[word] &= !bit;
        }
    }
}

fn place(label_id: u32) -> (usize, u64) {
    ((label_id / 64) as usize, 1 << (label_id % 64))
}
