//! Who would be able to read an item, and why; who not, and why not.
//!
//! Not here: names of people and organisations; the server adds those.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::{MemberId, OrganisationId};
use record::{Clause, Tlp};
use serde::Serialize;

use crate::action::Action;
use crate::decision::{Decision, Reason};
use crate::engine::Engine;
use crate::facts::{ItemFacts, Resource};
use crate::principal::{MemberKind, Principal};

/// Members of one organisation with the same answer for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AudienceGroup {
    /// The organisation.
    pub organisation: OrganisationId,
    /// How many persons.
    pub people: usize,
    /// How many services and sensors.
    pub devices: usize,
    /// Why.
    pub why: Reason,
    /// Why, in plain English.
    pub text: &'static str,
    /// Who, sorted: for the server, which knows whom it may name to whom.
    #[serde(skip)]
    pub members: Vec<MemberId>,
}

/// Who can read an item and who cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Audience {
    /// How many persons can read it.
    pub people: usize,
    /// How many organisations have a person, service or sensor that can read it.
    pub organisations: usize,
    /// Who can, by organisation and reason.
    pub readers: Vec<AudienceGroup>,
    /// Who cannot, by organisation and reason.
    pub not: Vec<AudienceGroup>,
}

impl Engine {
    /// Asks the policies for each member of the directory. API tokens play no part: it is about members.
    pub fn explain_audience<'a>(
        &self,
        members: impl IntoIterator<Item = &'a Principal>,
        facts: &ItemFacts<'_>,
    ) -> Audience {
        let mut readers = BTreeMap::new();
        let mut not = BTreeMap::new();
        for principal in members {
            let (groups, why) =
                match self.decide_without_token(principal, Action::See, &Resource::Item(*facts)) {
                    Decision::Permit { .. } => (&mut readers, why_reads(principal, facts)),
                    Decision::Refusal(refusal) => (&mut not, refusal.reasons[0]),
                };
            let key = (principal.organisation.clone(), why);
            groups.entry(key).or_insert_with(Vec::new).push(principal);
        }
        let readers = groups(readers);
        let organisations = readers.iter().map(|group| &group.organisation).collect::<BTreeSet<_>>().len();
        Audience {
            people: readers.iter().map(|group| group.people).sum(),
            organisations,
            readers,
            not: groups(not),
        }
    }
}

fn groups(found: BTreeMap<(OrganisationId, Reason), Vec<&Principal>>) -> Vec<AudienceGroup> {
    let group = |((organisation, why), found): ((OrganisationId, Reason), Vec<&Principal>)| {
        let people = found.iter().filter(|one| one.kind == MemberKind::Person).count();
        let mut members: Vec<MemberId> = found.iter().map(|one| one.member).collect();
        members.sort();
        AudienceGroup { organisation, people, devices: found.len() - people, why, text: why.text(), members }
    };
    found.into_iter().map(group).collect()
}

/// The weakest of what lets a reader in: whoever meets one clause only through a community reads through it.
fn why_reads(principal: &Principal, facts: &ItemFacts<'_>) -> Reason {
    let label = facts.label;
    let open = label.tlp == Tlp::Clear || (label.tlp == Tlp::Green && label.audience.is_empty());
    if open {
        return Reason::Everyone;
    }
    if label.audience.is_empty() || (label.tlp != Tlp::Red && label.originator == principal.organisation) {
        return Reason::Originator;
    }
    let named = |clause: &Clause| clause.members.contains(&principal.member);
    let of_named = |clause: &Clause| named(clause) || clause.organisations.contains(&principal.organisation);
    if label.audience.iter().all(named) {
        Reason::Named
    } else if label.audience.iter().all(of_named) {
        Reason::OrganisationNamed
    } else {
        Reason::CommunityNamed
    }
}
