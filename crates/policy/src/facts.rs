//! What is asked about, and its Cedar form.
//!
//! Not here: the rules. What Cedar sees of a member and of an item is exactly what is written here: of an audience
//! only the names that stand for the one who asks, so that a label with 200 names costs no more than one with two.

use std::collections::BTreeSet;

use base::ids::{MemberId, OrganisationId};
use base::limits::AUDIENCE_CLAUSES_MAX;
use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};
use record::{Clause, Kind, Tlp, VisibilityLabel};

use crate::PolicyError;
use crate::action::Action;
use crate::principal::{MemberKind, Principal, Role};

/// What of an item matters for a decision.
#[derive(Debug, Clone, Copy)]
pub struct ItemFacts<'a> {
    /// Who may see it.
    pub label: &'a VisibilityLabel,
    /// What it is.
    pub kind: Kind,
    /// Who wrote its first version.
    pub author: MemberId,
    /// Whether it has been withdrawn.
    pub retracted: bool,
}

/// What an action is about.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'a> {
    /// An item.
    Item(ItemFacts<'a>),
    /// An organisation: its members, its access records.
    Organisation(&'a OrganisationId),
    /// The area: its organisations.
    Area,
}

/// Names and constants of the schema, made once.
pub(crate) struct Words {
    member: EntityTypeName,
    organisation: EntityTypeName,
    community: EntityTypeName,
    purpose: EntityTypeName,
    item: EntityUid,
    area: EntityUid,
    roles: [EntityUid; 7],
    member_kinds: [EntityUid; 3],
    kinds: [EntityUid; 10],
    tlps: [EntityUid; 5],
    actions: [EntityUid; Action::ALL.len()],
    /// By `in_scope` and `reauthenticated`.
    contexts: [[Context; 2]; 2],
}

/// A member in Cedar's form: made once, asked about many times.
pub(crate) struct Asker<'a> {
    pub(crate) principal: &'a Principal,
    uid: EntityUid,
    organisation: EntityUid,
    entity: Entity,
}

/// What of the moment matters.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) in_scope: bool,
    pub(crate) reauthenticated: bool,
}

impl Words {
    pub(crate) fn new() -> Result<Self, PolicyError> {
        let [role, member_kind, kind, tlp, action] =
            [name("Role")?, name("MemberKind")?, name("Kind")?, name("Tlp")?, name("Action")?];
        Ok(Self {
            member: name("Member")?,
            organisation: name("Organisation")?,
            community: name("Community")?,
            purpose: name("Purpose")?,
            item: uid(&name("Item")?, "item"),
            area: uid(&name("Area")?, "area"),
            roles: Role::ALL.map(|one| uid(&role, one.as_str())),
            member_kinds: MemberKind::ALL.map(|one| uid(&member_kind, one.as_str())),
            kinds: Kind::ALL.map(|one| uid(&kind, one.as_str())),
            tlps: Tlp::ALL.map(|one| uid(&tlp, one.as_str())),
            actions: Action::ALL.map(|one| uid(&action, one.as_str())),
            contexts: [false, true].map(|scope| [false, true].map(|fresh| context(scope, fresh))),
        })
    }

    pub(crate) fn action(&self, action: Action) -> &EntityUid {
        &self.actions[action as usize]
    }

    pub(crate) fn asker<'a>(&self, principal: &'a Principal) -> Asker<'a> {
        let organisation = uid(&self.organisation, principal.organisation.as_str());
        let communities = principal.communities.iter().map(|one| uid(&self.community, one.as_str()));
        let parents = communities.chain([organisation.clone()]);
        let roles = principal.roles.iter().map(|role| self.roles[*role as usize].clone());
        let purposes = principal.purposes.iter().map(|one| uid(&self.purpose, one.as_str()));
        let attributes = [
            ("organisation".to_owned(), value(&organisation)),
            ("kind".to_owned(), value(&self.member_kinds[principal.kind as usize])),
            ("roles".to_owned(), set(roles)),
            ("purposes".to_owned(), set(purposes)),
            ("active".to_owned(), RestrictedExpression::new_bool(principal.active)),
            ("host".to_owned(), RestrictedExpression::new_bool(principal.host)),
        ];
        let uid = self.member_uid(principal.member);
        let entity = entity(uid.clone(), attributes, parents);
        Asker { principal, uid, organisation, entity }
    }

    /// The question in Cedar's form, or nothing for a label that has no form.
    pub(crate) fn question(
        &self,
        asker: &Asker<'_>,
        action: Action,
        resource: &Resource<'_>,
        now: Circumstances,
    ) -> Option<(Request, Entities)> {
        let member = asker.entity.clone();
        let (uid, entities) = match resource {
            Resource::Item(facts) => {
                let item = self.item(asker, facts)?;
                (self.item.clone(), Entities::from_entities([member, item], None))
            }
            Resource::Organisation(organisation) => {
                let uid = uid(&self.organisation, organisation.as_str());
                (uid, Entities::from_entities([member], None))
            }
            Resource::Area => (self.area.clone(), Entities::from_entities([member], None)),
        };
        let context = self.contexts[usize::from(now.in_scope)][usize::from(now.reauthenticated)].clone();
        let request =
            Request::new(asker.uid.clone(), self.action(action).clone(), uid, context, None).ok()?;
        Some((request, entities.ok()?))
    }

    fn item(&self, asker: &Asker<'_>, facts: &ItemFacts<'_>) -> Option<Entity> {
        const CLAUSES: [&str; AUDIENCE_CLAUSES_MAX] = ["clause1", "clause2", "clause3", "clause4"];
        let label = facts.label;
        if label.audience.len() > CLAUSES.len() {
            return None;
        }
        let originator = uid(&self.organisation, label.originator.as_str());
        let purposes = label.purposes.iter().map(|one| uid(&self.purpose, one.as_str()));
        let author = self.member_uid(facts.author);
        let mut attributes = vec![
            ("kind".to_owned(), value(&self.kinds[facts.kind as usize])),
            ("tlp".to_owned(), value(&self.tlps[label.tlp as usize])),
            ("originator".to_owned(), RestrictedExpression::new_entity_uid(originator)),
            ("author".to_owned(), RestrictedExpression::new_entity_uid(author)),
            ("retracted".to_owned(), RestrictedExpression::new_bool(facts.retracted)),
            ("purposes".to_owned(), set(purposes)),
        ];
        for (name, clause) in CLAUSES.iter().zip(&label.audience) {
            attributes.push(((*name).to_owned(), self.clause(asker, clause)));
        }
        if let Some(members) = label.restrictions.get(&asker.principal.organisation) {
            attributes.push(("restrictedTo".to_owned(), asker.among(members)));
        }
        Some(entity(self.item.clone(), attributes, []))
    }

    fn clause(&self, asker: &Asker<'_>, clause: &Clause) -> RestrictedExpression {
        let principal = asker.principal;
        let named = clause.organisations.contains(&principal.organisation);
        let organisations = named.then(|| asker.organisation.clone());
        let communities = principal.communities.iter().filter(|one| clause.communities.contains(*one));
        let communities = communities.map(|one| uid(&self.community, one.as_str()));
        let fields = [
            ("organisations".to_owned(), set(organisations.into_iter())),
            ("communities".to_owned(), set(communities)),
            ("members".to_owned(), asker.among(&clause.members)),
        ];
        RestrictedExpression::new_record(fields).expect("the three field names differ")
    }

    fn member_uid(&self, member: MemberId) -> EntityUid {
        EntityUid::from_type_name_and_id(self.member.clone(), EntityId::new(member.to_string()))
    }
}

impl Asker<'_> {
    fn among(&self, members: &BTreeSet<MemberId>) -> RestrictedExpression {
        let found = members.contains(&self.principal.member);
        set(found.then(|| self.uid.clone()).into_iter())
    }
}

fn name(text: &'static str) -> Result<EntityTypeName, PolicyError> {
    text.parse().map_err(|_| PolicyError::Name(text))
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn value(uid: &EntityUid) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid.clone())
}

fn set(uids: impl Iterator<Item = EntityUid>) -> RestrictedExpression {
    RestrictedExpression::new_set(uids.map(RestrictedExpression::new_entity_uid))
}

fn context(in_scope: bool, reauthenticated: bool) -> Context {
    let pairs = [("inScope", in_scope), ("reauthenticated", reauthenticated)];
    Context::from_pairs(pairs.map(|(name, one)| (name.to_owned(), RestrictedExpression::new_bool(one))))
        .expect("two names that differ, with plain booleans")
}

fn entity(
    uid: EntityUid,
    attributes: impl IntoIterator<Item = (String, RestrictedExpression)>,
    parents: impl IntoIterator<Item = EntityUid>,
) -> Entity {
    Entity::new_with_tags(uid, attributes, parents, [])
        .expect("attributes are literals: nothing in them can fail to evaluate")
}
