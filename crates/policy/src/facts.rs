//! What is asked about, and its Cedar form.
//!
//! Not here: the rules. What Cedar sees of a member and of an item is exactly what is written here.

use std::collections::{BTreeSet, HashMap, HashSet};

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
    actions: [EntityUid; 10],
    /// By `in_scope` and `reauthenticated`.
    contexts: [[Context; 2]; 2],
}

/// A member in Cedar's form: made once, asked about many times.
pub(crate) struct Asker {
    uid: EntityUid,
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

    pub(crate) fn asker(&self, principal: &Principal) -> Asker {
        let organisation = uid(&self.organisation, principal.organisation.as_str());
        let communities = principal.communities.iter().map(|one| uid(&self.community, one.as_str()));
        let parents: HashSet<EntityUid> = communities.chain([organisation.clone()]).collect();
        let roles = principal.roles.iter().map(|role| self.roles[*role as usize].clone());
        let purposes = principal.purposes.iter().map(|one| uid(&self.purpose, one.as_str()));
        let attributes = HashMap::from([
            ("organisation".to_owned(), RestrictedExpression::new_entity_uid(organisation)),
            ("kind".to_owned(), value(&self.member_kinds[principal.kind as usize])),
            ("roles".to_owned(), set(roles)),
            ("purposes".to_owned(), set(purposes)),
            ("active".to_owned(), RestrictedExpression::new_bool(principal.active)),
            ("host".to_owned(), RestrictedExpression::new_bool(principal.host)),
        ]);
        let uid = self.member_uid(principal.member);
        let entity = entity(uid.clone(), attributes, parents);
        Asker { uid, entity }
    }

    /// The question in Cedar's form, or nothing for a label that has no form.
    pub(crate) fn question(
        &self,
        asker: &Asker,
        action: Action,
        resource: &Resource<'_>,
        now: Circumstances,
        restricted_to: Option<&BTreeSet<MemberId>>,
    ) -> Option<(Request, Entities)> {
        let (uid, entities) = match resource {
            Resource::Item(facts) => {
                let item = self.item(facts, restricted_to)?;
                (self.item.clone(), Entities::from_entities([asker.entity.clone(), item], None))
            }
            Resource::Organisation(organisation) => {
                let uid = uid(&self.organisation, organisation.as_str());
                (uid, Entities::from_entities([asker.entity.clone()], None))
            }
            Resource::Area => (self.area.clone(), Entities::from_entities([asker.entity.clone()], None)),
        };
        let context = self.contexts[usize::from(now.in_scope)][usize::from(now.reauthenticated)].clone();
        let request =
            Request::new(asker.uid.clone(), self.action(action).clone(), uid, context, None).ok()?;
        Some((request, entities.ok()?))
    }

    fn item(&self, facts: &ItemFacts<'_>, restricted_to: Option<&BTreeSet<MemberId>>) -> Option<Entity> {
        const CLAUSES: [&str; AUDIENCE_CLAUSES_MAX] = ["clause1", "clause2", "clause3", "clause4"];
        let label = facts.label;
        if label.audience.len() > CLAUSES.len() {
            return None;
        }
        let originator = uid(&self.organisation, label.originator.as_str());
        let purposes = label.purposes.iter().map(|one| uid(&self.purpose, one.as_str()));
        let author = self.member_uid(facts.author);
        let mut attributes = HashMap::from([
            ("kind".to_owned(), value(&self.kinds[facts.kind as usize])),
            ("tlp".to_owned(), value(&self.tlps[label.tlp as usize])),
            ("originator".to_owned(), RestrictedExpression::new_entity_uid(originator)),
            ("author".to_owned(), RestrictedExpression::new_entity_uid(author)),
            ("retracted".to_owned(), RestrictedExpression::new_bool(facts.retracted)),
            ("purposes".to_owned(), set(purposes)),
        ]);
        for (name, clause) in CLAUSES.iter().zip(&label.audience) {
            attributes.insert((*name).to_owned(), self.clause(clause));
        }
        if let Some(members) = restricted_to {
            attributes.insert("restrictedTo".to_owned(), self.members(members));
        }
        Some(entity(self.item.clone(), attributes, HashSet::new()))
    }

    fn clause(&self, clause: &Clause) -> RestrictedExpression {
        let organisations = clause.organisations.iter().map(|one| uid(&self.organisation, one.as_str()));
        let communities = clause.communities.iter().map(|one| uid(&self.community, one.as_str()));
        let fields = [
            ("organisations".to_owned(), set(organisations)),
            ("communities".to_owned(), set(communities)),
            ("members".to_owned(), self.members(&clause.members)),
        ];
        RestrictedExpression::new_record(fields).expect("the three field names differ")
    }

    fn members(&self, members: &BTreeSet<MemberId>) -> RestrictedExpression {
        set(members.iter().map(|one| self.member_uid(*one)))
    }

    fn member_uid(&self, member: MemberId) -> EntityUid {
        EntityUid::from_type_name_and_id(self.member.clone(), EntityId::new(member.to_string()))
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
    attributes: HashMap<String, RestrictedExpression>,
    parents: HashSet<EntityUid>,
) -> Entity {
    Entity::new(uid, attributes, parents)
        .expect("attributes are literals: nothing in them can fail to evaluate")
}
