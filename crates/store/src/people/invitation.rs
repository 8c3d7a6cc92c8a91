//! Invitations: a secret that lets one person register a passkey once, to begin or to recover.
//!
//! Not here: how the link reaches the person.

use base::Timestamp;
use base::ids::{InvitationId, MemberId};
use policy::action::Administer;
use policy::{MemberKind, Permit};

use super::{
    Authority, Credential, MS_PER_HOUR, Secret, SessionLimits, hash, id_bytes, member, member_under,
    organisation_of, passkey, session,
};
use crate::directory::{DirectoryChange, Member};
use crate::sql::{Connection, NONE, params};
use crate::writer::{Answer, Batch};
use crate::{Store, StoreError};

/// How long an invitation can be used, in hours.
pub const INVITATION_HOURS: i64 = 72;

/// An invitation that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub member: MemberId,
    /// Until when.
    pub expires: Timestamp,
}

impl Store {
    /// Invites a member of the organisation to register a passkey. Invitations made before end.
    pub fn invite(
        &self,
        permit: &Permit<Administer>,
        invited: MemberId,
    ) -> Result<Answer<(Invitation, Secret)>, StoreError> {
        let (organisation, authority) = (organisation_of(permit)?, Authority::of(permit));
        self.0.writer.send(move |batch| {
            let invited = member_under(batch.connection, &organisation, invited)?;
            make(batch, &authority, &invited)
        })
    }

    /// The invitation that sets up a new node. Refused once anyone can sign in, so that nothing passes the gate.
    pub fn invite_first(&self, invited: MemberId) -> Result<Answer<(Invitation, Secret)>, StoreError> {
        self.0.writer.send(move |batch| {
            let known = "SELECT 1 FROM credential LIMIT 1";
            if batch.connection.prepare(known).exists(NONE)? {
                return Err(StoreError::Conflict(
                    "the node has been set up: an administrator invites others",
                ));
            }
            let invited = member(batch.connection, invited)?.ok_or(StoreError::Absent)?;
            make(batch, &Authority::own(&invited), &invited)
        })
    }

    /// The invitation of a secret, when it can still be used.
    pub fn invitation(&self, secret: &str) -> Result<Option<Invitation>, StoreError> {
        let (hash, now) = (hash(secret), self.0.clock.now());
        self.0.readers.read(|connection| usable(connection, &hash, now))
    }

    /// Uses an invitation: once, wholly or not at all. The new passkey takes the place of all earlier ones, earlier
    /// sessions end, and a session starts. `name` is what the member calls it; empty for none.
    pub fn accept_invitation(
        &self,
        secret: &str,
        credential: Credential,
        name: &str,
        limits: SessionLimits,
    ) -> Result<Answer<Secret>, StoreError> {
        let (hash, name) = (hash(secret), passkey::checked_name(name)?);
        self.0.writer.send(move |batch| {
            let now = batch.clock().now();
            let found = usable(batch.connection, &hash, now)?;
            let Some(invitation) = found.filter(|one| one.member == credential.member) else {
                return Err(StoreError::Absent);
            };
            batch.connection.execute(
                "UPDATE invitation SET used = ?2 WHERE secret_hash = ?1",
                params![hash, now.millis()],
            )?;
            passkey::remove_all(batch, invitation.member)?;
            session::end_all(batch, invitation.member)?;
            passkey::add(batch, &credential, name)?;
            session::create(batch, invitation.member, true, limits)
        })
    }
}

/// Makes an invitation in a running command.
pub(super) fn make(
    batch: &mut Batch<'_>,
    authority: &Authority,
    invited: &Member,
) -> Result<(Invitation, Secret), StoreError> {
    if invited.kind != MemberKind::Person {
        return Err(StoreError::Conflict("only persons are invited: services and sensors get an API token"));
    }
    if !invited.active {
        return Err(StoreError::Conflict("the member does not take part: let it take part again first"));
    }
    let inner = batch.inner;
    let now = batch.clock().now();
    let id = InvitationId::new(&*inner.clock, &*inner.random);
    let secret = Secret::random(&*inner.random);
    let expires = now.plus_millis(INVITATION_HOURS * MS_PER_HOUR);
    let owner = &invited.id.as_bytes()[..];
    batch.connection.execute("DELETE FROM invitation WHERE member = ?1", [owner])?;
    batch.connection.execute(
        "INSERT INTO invitation (id, secret_hash, member, expires) VALUES (?1, ?2, ?3, ?4)",
        params![&id.as_bytes()[..], hash(secret.reveal()), owner, expires.millis()],
    )?;
    authority
        .record(batch, &DirectoryChange::InvitationMade { member: invited.id, invitation: id, expires })?;
    Ok((Invitation { id, member: invited.id, expires }, secret))
}

fn usable(
    connection: &Connection,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Invitation>, StoreError> {
    let sql = "SELECT id, member, expires FROM invitation
               WHERE secret_hash = ?1 AND used IS NULL AND expires > ?2";
    let found = connection.prepare(sql).find(params![hash, now.millis()], |row| {
        Ok(Invitation {
            id: InvitationId::from_bytes(id_bytes(row, 0)?),
            member: MemberId::from_bytes(id_bytes(row, 1)?),
            expires: Timestamp::from_millis(row.get(2)?),
        })
    })?;
    let Some(found) = found else { return Ok(None) };
    let active = member(connection, found.member)?.is_some_and(|member| member.active);
    Ok(active.then_some(found))
}
