//! How people and programs prove who they are: passkeys, invitations, sessions, API tokens. Secrets are kept as
//! hashes only.
//!
//! Not here: who they are and what they may do ([`crate::directory`], policy), the WebAuthn ceremony (server).

mod invitation;
mod passkey;
mod preference;
mod roster;
mod session;
mod token;

pub use invitation::{INVITATION_HOURS, Invitation};
pub use passkey::{CREDENTIAL_NAME_CHARS_MAX, CREDENTIALS_MAX, Credential, NamedCredential};
pub use preference::PREFERENCES_BYTES_MAX;
pub use roster::MemberPatch;
pub use session::{SESSIONS_MAX, Session, SessionKey, SessionLimits};
pub use token::{NewToken, TOKEN_DAYS_MAX, TOKEN_NAME_CHARS_MAX, TOKEN_PREFIX, TOKENS_MAX, Token};

use base::Random;
use base::ids::{MemberId, OrganisationId};
use base::random::bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use policy::Permit;
use policy::action::Administer;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::directory::Member;
use crate::sql::{Connection, Row};
use crate::{StoreError, directory};

const MS_PER_SECOND: i64 = 1_000;
const MS_PER_HOUR: i64 = 3_600 * MS_PER_SECOND;
const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;

/// A secret that is told once and never kept; wiped when dropped, never printed.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// 32 random bytes, base64url without padding: 43 characters.
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes::<32>(random))))
    }

    /// The text, for the one who must have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(...)")
    }
}

/// What is kept of a secret. It has 256 random bits, so a plain hash keeps it.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whose the change is: the one who makes it and the policies that allowed it.
pub(crate) struct Authority {
    actor: MemberId,
    organisation: OrganisationId,
    policy: [u8; 32],
}

impl Authority {
    pub(crate) fn of(permit: &Permit<Administer>) -> Self {
        Self {
            actor: permit.member(),
            organisation: permit.organisation().clone(),
            policy: permit.policy_set_hash(),
        }
    }

    /// What a member does for itself: it needs no policy, only the proof that it is the one.
    pub(crate) fn own(member: &Member) -> Self {
        Self { actor: member.id, organisation: member.organisation.clone(), policy: [0; 32] }
    }

    pub(crate) fn record(
        &self,
        batch: &mut crate::writer::Batch<'_>,
        change: &directory::DirectoryChange,
    ) -> Result<(), StoreError> {
        crate::facts::append_directory(batch, &self.organisation, self.actor, self.policy, change)
    }
}

/// The member as it is on disk: memory follows only after the commit.
fn member(connection: &Connection, id: MemberId) -> Result<Option<Member>, StoreError> {
    let json: Option<String> = connection
        .prepare("SELECT json FROM member WHERE id = ?1")
        .find([&id.as_bytes()[..]], |row| row.get(0))?;
    json.map(|json| directory::parse("member", &json)).transpose()
}

/// The member when the permit covers it; else it is as if it did not exist.
fn member_under(
    connection: &Connection,
    permit: &OrganisationId,
    id: MemberId,
) -> Result<Member, StoreError> {
    match member(connection, id)? {
        Some(member) if member.organisation == *permit => Ok(member),
        _ => Err(StoreError::Absent),
    }
}

/// The organisation a permit is for; `Absent` when it is for something else.
fn organisation_of(permit: &Permit<Administer>) -> Result<OrganisationId, StoreError> {
    match permit.subject() {
        policy::Subject::Organisation(organisation) => Ok(organisation.clone()),
        policy::Subject::Item(_) | policy::Subject::Area => Err(StoreError::Absent),
    }
}

/// An id of 16 bytes from a column.
fn id_bytes(row: &Row<'_>, column: usize) -> Result<[u8; 16], StoreError> {
    row.get(column)
}
