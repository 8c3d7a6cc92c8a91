//! Changing members, and admitting an organisation with its first administrator: each in one transaction.
//!
//! Not here: what a change of the directory is ([`crate::directory`]).

use std::collections::BTreeSet;

use base::ids::{MemberId, OrganisationId, PurposeId};
use policy::action::Administer;
use policy::{Permit, Role};

use super::{Authority, Invitation, Secret, invitation, member_under, organisation_of};
use crate::directory::{self, DirectoryChange, Member, Organisation};
use crate::sql::{Connection, Walk};
use crate::writer::Answer;
use crate::{Store, StoreError};

/// What to change of a member; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberPatch {
    /// Its name.
    pub name: Option<String>,
    /// Its roles.
    pub roles: Option<BTreeSet<Role>>,
    /// Its purposes.
    pub purposes: Option<BTreeSet<PurposeId>>,
    /// Whether it takes part.
    pub active: Option<bool>,
    /// Why: kept in the ledger.
    pub reason: Option<String>,
}

impl Store {
    /// Changes a member of the organisation. One who no longer takes part loses sessions and tokens at once.
    pub fn change_member(
        &self,
        permit: &Permit<Administer>,
        id: MemberId,
        patch: MemberPatch,
    ) -> Result<Answer<Member>, StoreError> {
        let (organisation, authority) = (organisation_of(permit)?, Authority::of(permit));
        self.0.writer.send(move |batch| {
            let mut member = member_under(batch.connection, &organisation, id)?;
            member.name = patch.name.unwrap_or(member.name);
            member.roles = patch.roles.unwrap_or(member.roles);
            member.purposes = patch.purposes.unwrap_or(member.purposes);
            member.active = patch.active.unwrap_or(member.active);
            let change = DirectoryChange::Member(member.clone());
            directory::put(batch, &change)?;
            if !has_administrator(batch.connection, &organisation)? {
                return Err(StoreError::Conflict("an organisation keeps at least one administrator"));
            }
            authority.record(batch, &change)?;
            if let Some(reason) = patch.reason {
                authority.record(batch, &DirectoryChange::Reason { member: id, reason })?;
            }
            Ok(member)
        })
    }

    /// Admits an organisation to the area, with its first administrator and the invitation for that one.
    pub fn admit_organisation(
        &self,
        permit: &Permit<Administer>,
        organisation: Organisation,
        administrator: Member,
    ) -> Result<Answer<(Invitation, Secret)>, StoreError> {
        let fits = administrator.organisation == organisation.id
            && administrator.active
            && administrator.roles.contains(&Role::Administrator);
        if !matches!(permit.subject(), policy::Subject::Area) {
            return Err(StoreError::Absent);
        }
        if !fits || organisation.host || !organisation.active {
            return Err(StoreError::Conflict("a new organisation needs an administrator of its own"));
        }
        let authority = Authority::of(permit);
        self.0.writer.send(move |batch| {
            let known = "SELECT 1 FROM organisation WHERE id = ?1";
            if batch.connection.prepare(known).exists([organisation.id.as_str()])? {
                return Err(StoreError::Conflict("there is an organisation of this id already"));
            }
            let changes =
                [DirectoryChange::Organisation(organisation), DirectoryChange::Member(administrator.clone())];
            for change in &changes {
                directory::put(batch, change)?;
                authority.record(batch, change)?;
            }
            invitation::make(batch, &authority, &administrator)
        })
    }
}

fn has_administrator(connection: &Connection, organisation: &OrganisationId) -> Result<bool, StoreError> {
    let statement = connection.prepare("SELECT json FROM member WHERE organisation = ?1");
    let mut found = false;
    statement.walk([organisation.as_str()], |row| {
        let member: Member = directory::parse("member", &row.get::<String>(0)?)?;
        found = member.active && member.roles.contains(&Role::Administrator);
        Ok(if found { Walk::End } else { Walk::On })
    })?;
    Ok(found)
}
