//! The one gate: from a caller and an id to a permit, or to the one answer that absent and forbidden share.
//!
//! Not here: the rules (policy) and the records (store). Sights are kept while directory, policies and labels stand.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base::ids::{ItemId, MemberId, OrganisationId};
use policy::action::{Create, See};
use policy::{Action, ActionMarker, Engine, ItemFacts, Permit, Principal, Refusal, Sight};
use record::{Item, VisibilityLabel};
use store::{Candidate, Past, Store};

use crate::problem::Problem;

/// Most sights kept; a node has far fewer members at work at a time.
const SIGHTS_MAX: usize = 4_096;

/// Decides for callers.
pub struct Gate {
    engine: Arc<Engine>,
    store: Store,
    sights: Mutex<HashMap<SightKey, Kept>>,
    readers: Mutex<Readers>,
}

type SightKey = (MemberId, Option<BTreeSet<Action>>);

#[derive(Clone)]
struct Kept {
    directory: u64,
    labels: u32,
    sight: Arc<Sight>,
}

/// Who may see items under one label.
#[derive(Debug, Default)]
pub struct LabelReaders {
    /// Persons.
    pub people: usize,
    /// The organisations they are of.
    pub organisations: BTreeSet<OrganisationId>,
}

/// Per label who may see it, for one version of the directory.
#[derive(Default)]
struct Readers {
    directory: u64,
    by_label: HashMap<u32, Arc<LabelReaders>>,
}

impl Gate {
    /// A gate before a store.
    pub fn new(engine: Arc<Engine>, store: Store) -> Self {
        Self { engine, store, sights: Mutex::default(), readers: Mutex::default() }
    }

    /// The policies.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What a caller may see: every label there is now, decided under the present directory.
    pub fn sight(&self, principal: &Principal) -> Arc<Sight> {
        let key = (principal.member, principal.scopes.clone());
        let directory = self.store.directory().version;
        let kept = self.sights.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let kept = kept
            .filter(|kept| kept.directory == directory && kept.sight.principal().active == principal.active);
        let count = self.store.label_count();
        let kept = match kept {
            Some(kept) if kept.labels == count => return kept.sight,
            Some(kept) => self.extended(&kept, count),
            None => {
                let labels = self.store.labels();
                let pairs = labels.iter().map(|(id, label)| (*id, &**label));
                let sight = Arc::new(self.engine.sight(principal, pairs));
                Kept { directory, labels: count, sight }
            }
        };
        let mut sights = self.sights.lock().unwrap_or_else(PoisonError::into_inner);
        if sights.len() >= SIGHTS_MAX {
            sights.clear();
        }
        sights.insert(key, kept.clone());
        kept.sight
    }

    /// The sight with the labels that are new since.
    fn extended(&self, kept: &Kept, count: u32) -> Kept {
        let mut sight = Sight::clone(&kept.sight);
        for id in kept.labels..count {
            if let Some(label) = self.store.label(id) {
                sight.extend(&self.engine, id, &label);
            }
        }
        Kept { labels: count, sight: Arc::new(sight), ..*kept }
    }

    /// A permit to see an item. Absent and forbidden give the same problem.
    pub fn see(&self, principal: &Principal, item: ItemId) -> Result<(Permit<See>, Candidate), Problem> {
        let candidate = self.store.candidate(item)?.ok_or(Problem::Absent)?;
        let permit = self.engine.permit_item(principal, item, &candidate.facts());
        Ok((permit.map_err(|_| Problem::Absent)?, candidate))
    }

    /// Permits to see candidates: each is decided again, those that fail are left out.
    pub fn see_all(&self, principal: &Principal, candidates: &[Candidate]) -> Vec<Permit<See>> {
        let permits = candidates.iter().map(|one| self.engine.permit_item(principal, one.id, &one.facts()));
        permits.filter_map(Result::ok).collect()
    }

    /// A permit for an action on an item that the caller may see. Only then is a refusal said aloud.
    pub fn act<A: ActionMarker>(
        &self,
        principal: &Principal,
        item: ItemId,
    ) -> Result<(Permit<A>, Candidate), Problem> {
        let (_, candidate) = self.see(principal, item)?;
        let permit = self.engine.permit_item(principal, item, &candidate.facts());
        Ok((permit.map_err(|refusal| refused(&refusal))?, candidate))
    }

    /// A permit to create an item as it will be, under the label it will have.
    pub fn create(
        &self,
        principal: &Principal,
        item: &Item,
        label: &VisibilityLabel,
    ) -> Result<Permit<Create>, Problem> {
        let facts = ItemFacts { label, kind: item.kind, author: item.author, retracted: false };
        self.engine.permit_item(principal, item.id, &facts).map_err(|refusal| refused(&refusal))
    }

    /// What the caller could see in the past, from each instant on; labels are decided where they are met.
    pub fn pasts(&self, principal: &Principal) -> Result<Vec<Past>, Problem> {
        let known = self.store.past_principals(principal.member)?;
        let sight = |one: &Principal| self.engine.sight(one, []);
        Ok(known.into_iter().map(|(since, one)| Past { since, sight: one.as_ref().map(sight) }).collect())
    }

    /// What the caller could do with an item it sees, for screens: the words of the actions.
    pub fn may(&self, principal: &Principal, candidate: &Candidate) -> Vec<Action> {
        // Fresh authentication can be given when it is needed: a button that then asks for it is shown.
        let fresh = Principal { reauthenticated: true, ..principal.clone() };
        let actions = [
            Action::Amend,
            Action::Release,
            Action::Retract,
            Action::Erase,
            Action::Acknowledge,
            Action::Restrict,
        ];
        actions
            .into_iter()
            .filter(|one| self.engine.decide_item(&fresh, *one, &candidate.facts()).is_permit())
            .collect()
    }

    /// Who may see items under a label.
    pub fn readers_of(&self, label: u32) -> Arc<LabelReaders> {
        let directory = self.store.directory();
        {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.directory != directory.version {
                *readers = Readers { directory: directory.version, by_label: HashMap::new() };
            }
            if let Some(found) = readers.by_label.get(&label) {
                return found.clone();
            }
        }
        let mut found = LabelReaders::default();
        if let Some(label) = self.store.label(label) {
            let principals = directory.members.keys().filter_map(|member| directory.principal(*member));
            let people = principals.filter(|one| one.kind == policy::MemberKind::Person);
            for person in people.filter(|one| self.engine.sees_label(one, &label)) {
                found.people += 1;
                found.organisations.insert(person.organisation);
            }
        }
        let found = Arc::new(found);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.directory == directory.version {
            readers.by_label.insert(label, found.clone());
        }
        found
    }
}

/// What a caller who may see the thing is told: that a fresh sign-in is missing, or why not.
fn refused(refusal: &Refusal) -> Problem {
    if refusal.needs_reauthentication() {
        return Problem::Reauthenticate;
    }
    Problem::NotAllowed(refusal.reasons.iter().map(|reason| reason.text()).collect::<Vec<_>>().join(" "))
}
