//! Decisions already made. A decision depends on its question alone, so the same question gets the same answer
//! without asking the policies again.
//!
//! Not here: the decision ([`crate::Engine`]). The whole question is compared, never a digest of it.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

use base::ids::MemberId;
use record::{Kind, VisibilityLabel};

use crate::action::Action;
use crate::decision::Decision;
use crate::facts::ItemFacts;
use crate::principal::Principal;

/// Parts of the memory, each with a lock of its own.
const SHARDS: usize = 16;
/// Most decisions in one part; a full part starts anew.
const SHARD_MAX: usize = 2_048;

/// Decisions about items, by their questions.
#[derive(Default)]
pub(crate) struct Remembered {
    state: RandomState,
    shards: [Mutex<HashMap<u64, (Question, Decision)>>; SHARDS],
}

/// Everything that a decision about an item depends on, but the policies.
#[derive(PartialEq, Eq)]
struct Question {
    principal: Principal,
    action: Action,
    label: VisibilityLabel,
    kind: Kind,
    author: MemberId,
    retracted: bool,
}

impl Question {
    fn is(&self, principal: &Principal, action: Action, facts: &ItemFacts<'_>) -> bool {
        self.action == action
            && self.author == facts.author
            && self.kind == facts.kind
            && self.retracted == facts.retracted
            && self.principal == *principal
            && self.label == *facts.label
    }
}

impl Remembered {
    /// The answer to a question: the one given before, or what `decide` says now.
    pub(crate) fn or_decide(
        &self,
        principal: &Principal,
        action: Action,
        facts: &ItemFacts<'_>,
        decide: impl FnOnce() -> Decision,
    ) -> Decision {
        let hash = self.state.hash_one((
            principal.member,
            principal.reauthenticated,
            &principal.scopes,
            action,
            facts.label,
            facts.kind,
            facts.author,
            facts.retracted,
        ));
        let shard = &self.shards[usize::from(hash.to_le_bytes()[0]) % SHARDS];
        {
            let known = shard.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((question, decision)) = known.get(&hash)
                && question.is(principal, action, facts)
            {
                return decision.clone();
            }
        }
        let decision = decide();
        let question = Question {
            principal: principal.clone(),
            action,
            label: facts.label.clone(),
            kind: facts.kind,
            author: facts.author,
            retracted: facts.retracted,
        };
        let mut known = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SHARD_MAX {
            known.clear();
        }
        known.insert(hash, (question, decision.clone()));
        decision
    }
}
