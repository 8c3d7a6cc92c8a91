//! Passkeys: the public half of each, as the WebAuthn library keeps it. To the store it is opaque text.
//!
//! Not here: the ceremony (server).

use base::Timestamp;
use base::ids::MemberId;

use super::{Authority, id_bytes, member};
use crate::directory::DirectoryChange;
use crate::sql::{Row, params};
use crate::writer::{Answer, Batch};
use crate::{Store, StoreError};

/// Most passkeys of one member.
pub const CREDENTIALS_MAX: i64 = 10;
/// Longest name of a passkey, in characters.
pub const CREDENTIAL_NAME_CHARS_MAX: usize = 60;
/// Longest credential id, in bytes (WebAuthn level 3, section 4: at most 1023).
const ID_BYTES_MAX: usize = 1_023;
/// Longest passkey text, in bytes.
const JSON_BYTES_MAX: usize = 16 * 1024;

/// A passkey of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The id the authenticator gave it.
    pub id: Vec<u8>,
    /// Whose.
    pub member: MemberId,
    /// The public half with its counter, as the WebAuthn library keeps it.
    pub json: String,
}

/// What a member is told of a passkey of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCredential {
    /// The id the authenticator gave it.
    pub id: Vec<u8>,
    /// What the member calls it; empty when it has not said.
    pub name: String,
    /// When it was made; not known of old ones.
    pub added: Option<Timestamp>,
    /// When it last opened the node; not known of old ones that have not since.
    pub used: Option<Timestamp>,
}

impl Store {
    /// Adds a passkey to a member that has just proved who it is; an empty name is none.
    pub fn add_credential(
        &self,
        credential: Credential,
        name: &str,
    ) -> Result<Answer<NamedCredential>, StoreError> {
        let name = checked_name(name)?;
        self.0.writer.send(move |batch| add(batch, &credential, name))
    }

    /// Gives a passkey of a member another name; an empty one takes it away.
    pub fn name_credential(
        &self,
        owner: MemberId,
        id: Vec<u8>,
        name: &str,
    ) -> Result<Answer<()>, StoreError> {
        let name = checked_name(name)?;
        self.0.writer.send(move |batch| {
            let sql = "UPDATE credential SET name = ?3 WHERE id = ?1 AND member = ?2";
            let changed = batch.connection.execute(sql, params![id, &owner.as_bytes()[..], name])?;
            if changed == 0 { Err(StoreError::Absent) } else { Ok(()) }
        })
    }

    /// The passkeys of a member as it knows them, the oldest first.
    pub fn named_credentials(&self, owner: MemberId) -> Result<Vec<NamedCredential>, StoreError> {
        self.0.readers.read(|connection| {
            let sql = "SELECT id, name, added, used FROM credential WHERE member = ?1 ORDER BY added, id";
            connection.prepare(sql).query_map([owner.as_bytes()], |row| {
                let instant = |column| row.get::<Option<i64>>(column);
                Ok(NamedCredential {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    added: instant(2)?.map(Timestamp::from_millis),
                    used: instant(3)?.map(Timestamp::from_millis),
                })
            })
        })
    }

    /// The passkeys of a member.
    pub fn credentials(&self, id: MemberId) -> Result<Vec<Credential>, StoreError> {
        self.0.readers.read(|connection| {
            let sql = "SELECT id, member, json FROM credential WHERE member = ?1 ORDER BY id";
            let statement = connection.prepare(sql);
            statement.query_map([id.as_bytes()], credential)
        })
    }

    /// The passkey of an authenticator's id.
    pub fn credential(&self, id: &[u8]) -> Result<Option<Credential>, StoreError> {
        self.0.readers.read(|connection| {
            let sql = "SELECT id, member, json FROM credential WHERE id = ?1";
            connection.prepare(sql).find([id], credential)
        })
    }

    /// Keeps the new counter of a passkey after its use, and when that was. False when it has been removed meanwhile.
    pub fn update_credential(&self, credential: Credential) -> Result<Answer<bool>, StoreError> {
        self.0.writer.send(move |batch| {
            let sql = "UPDATE credential SET json = ?3, used = ?4 WHERE id = ?1 AND member = ?2";
            let (id, owner) = (&credential.id, &credential.member.as_bytes()[..]);
            let now = batch.clock().now().millis();
            Ok(batch.connection.execute(sql, params![id, owner, credential.json, now])? > 0)
        })
    }

    /// Removes a passkey of a member, at its own wish. The last one stays: without it nobody could sign in.
    pub fn remove_credential(&self, owner: MemberId, id: Vec<u8>) -> Result<Answer<()>, StoreError> {
        self.0.writer.send(move |batch| {
            let Some(owner) = member(batch.connection, owner)? else { return Err(StoreError::Absent) };
            let sql = "DELETE FROM credential WHERE id = ?1 AND member = ?2";
            if batch.connection.execute(sql, params![id, &owner.id.as_bytes()[..]])? == 0 {
                return Err(StoreError::Absent);
            }
            if count(batch, owner.id)? == 0 {
                return Err(StoreError::Conflict("this is the last passkey: add another one first"));
            }
            Authority::own(&owner).record(batch, &DirectoryChange::PasskeyRemoved { member: owner.id })
        })
    }
}

/// A name as it is kept: without the spaces around it.
pub(super) fn checked_name(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    if name.chars().count() > CREDENTIAL_NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(StoreError::Conflict("the name of a passkey has at most 60 plain characters"));
    }
    Ok(name.to_owned())
}

/// Adds a passkey in a running command.
pub(super) fn add(
    batch: &mut Batch<'_>,
    credential: &Credential,
    name: String,
) -> Result<NamedCredential, StoreError> {
    let owner = member(batch.connection, credential.member)?.filter(|member| member.active);
    let Some(owner) = owner else { return Err(StoreError::Absent) };
    if credential.id.is_empty()
        || credential.id.len() > ID_BYTES_MAX
        || credential.json.len() > JSON_BYTES_MAX
    {
        return Err(StoreError::Conflict("the passkey is larger than any should be"));
    }
    if count(batch, owner.id)? >= CREDENTIALS_MAX {
        return Err(StoreError::Conflict("the member has as many passkeys as it may: remove one first"));
    }
    let known = "SELECT 1 FROM credential WHERE id = ?1";
    if batch.connection.prepare(known).exists([&credential.id])? {
        return Err(StoreError::Conflict("this passkey is known already"));
    }
    let now = batch.clock().now();
    batch.connection.execute(
        "INSERT INTO credential (id, member, json, name, added) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![credential.id, &owner.id.as_bytes()[..], credential.json, name, now.millis()],
    )?;
    Authority::own(&owner).record(batch, &DirectoryChange::PasskeyAdded { member: owner.id })?;
    Ok(NamedCredential { id: credential.id.clone(), name, added: Some(now), used: None })
}

/// Removes every passkey of a member in a running command.
pub(super) fn remove_all(batch: &mut Batch<'_>, owner: MemberId) -> Result<usize, StoreError> {
    batch.connection.execute("DELETE FROM credential WHERE member = ?1", [&owner.as_bytes()[..]])
}

fn count(batch: &Batch<'_>, owner: MemberId) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM credential WHERE member = ?1";
    batch.connection.query_row(sql, [&owner.as_bytes()[..]], |row| row.get(0))
}

fn credential(row: &Row<'_>) -> Result<Credential, StoreError> {
    Ok(Credential { id: row.get(0)?, member: MemberId::from_bytes(id_bytes(row, 1)?), json: row.get(2)? })
}
