//! Who takes part, and where: organisations, communities, members, the parts of the area. All of it in memory,
//! replaced as a whole at each change.
//!
//! Not here: how people sign in ([`crate::people`]), what a part of the area is ([`crate::area`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Timestamp;
use base::ids::{CommunityId, InvitationId, MemberId, OrganisationId, PurposeId, SiteId, TokenId, ZoneId};
use policy::action::Administer;
use policy::{Action, MemberKind, Permit, Principal, Role, Subject};
use record::keys::PublicKey;
use serde::{Deserialize, Serialize};

use crate::area::{FourEyes, Purpose, Site, Zone};
use crate::sealing::OrganisationKeys;
use crate::sql::{Connection, NONE, Walk, params};
use crate::watch::{Watched, watched};
use crate::writer::Answer;
use crate::{Store, StoreError, area, facts};

/// A text in the languages of the screens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// English.
    pub en: String,
    /// Dutch.
    pub nl: String,
}

/// An organisation that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: Names,
    /// Its name where room is short.
    pub short: String,
    /// Whether it runs the area: its coordinators administer organisations and communities.
    #[serde(default)]
    pub host: bool,
    /// Whether it takes part now. One that does not can see and do nothing.
    #[serde(default = "yes")]
    pub active: bool,
}

/// A named group of organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Community {
    /// Its id.
    pub id: CommunityId,
    /// Its name.
    pub name: Names,
    /// Who is in it.
    pub organisations: BTreeSet<OrganisationId>,
}

/// A member of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// Its organisation, for good.
    pub organisation: OrganisationId,
    /// The name that others in its threads see.
    pub name: String,
    /// Person, service or sensor.
    pub kind: MemberKind,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// What it needs information for.
    pub purposes: BTreeSet<PurposeId>,
    /// Whether it may do anything now.
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

/// Everyone who takes part, at one moment.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Counts changes: what was decided under another version is decided again.
    pub version: u64,
    /// Another number after each change that everyone may know: organisations, communities, parts of the area.
    pub area_version: i64,
    /// Organisations by id.
    pub organisations: BTreeMap<OrganisationId, Organisation>,
    /// Their public keys.
    pub public_keys: BTreeMap<OrganisationId, PublicKey>,
    /// Communities by id.
    pub communities: BTreeMap<CommunityId, Community>,
    /// Members by id.
    pub members: BTreeMap<MemberId, Arc<Member>>,
    /// Sites by id, also those no longer in use.
    pub sites: BTreeMap<SiteId, Arc<Site>>,
    /// Zones by id, also those no longer in use.
    pub zones: BTreeMap<ZoneId, Arc<Zone>>,
    /// Purposes by id, also those no longer in use.
    pub purposes: BTreeMap<PurposeId, Purpose>,
    /// What needs a second person.
    pub four_eyes: Vec<FourEyes>,
}

impl Directory {
    /// The communities an organisation is in.
    pub fn communities_of(&self, organisation: &OrganisationId) -> BTreeSet<CommunityId> {
        let within = self.communities.values().filter(|one| one.organisations.contains(organisation));
        within.map(|one| one.id.clone()).collect()
    }

    /// The member as the policy knows it, by session. `None` when there is no such member.
    pub fn principal(&self, member: MemberId) -> Option<Principal> {
        let member = self.members.get(&member)?;
        let organisation = self.organisations.get(&member.organisation)?;
        Some(Principal {
            member: member.id,
            organisation: member.organisation.clone(),
            kind: member.kind,
            roles: member.roles.clone(),
            communities: self.communities_of(&member.organisation),
            purposes: member.purposes.clone(),
            active: member.active && organisation.active,
            host: organisation.host,
            scopes: None,
            reauthenticated: false,
        })
    }

    /// The name of a member; empty when there is no such member any more.
    pub fn member_name(&self, member: MemberId) -> &str {
        self.members.get(&member).map_or("", |member| &member.name)
    }
}

/// A change of the directory; each is an entry of the facts ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum DirectoryChange {
    /// An organisation is new or changed.
    Organisation(Organisation),
    /// A community is new or changed.
    Community(Community),
    /// A member is new or changed.
    Member(Member),
    /// A site is new or changed.
    Site(Site),
    /// A zone is new or changed.
    Zone(Zone),
    /// A purpose is new or changed.
    Purpose(Purpose),
    /// These rules take the place of all earlier ones.
    FourEyes {
        /// The rules.
        rules: Vec<FourEyes>,
    },
    /// What an organisation's web monitoring watches has changed.
    Watched(Watched),
    /// Why a member was changed.
    Reason {
        /// The member.
        member: MemberId,
        /// Why.
        reason: String,
    },
    /// A member was invited to register a passkey.
    InvitationMade {
        /// The member.
        member: MemberId,
        /// The invitation.
        invitation: InvitationId,
        /// Until when it can be used.
        expires: Timestamp,
    },
    /// A member registered a passkey.
    PasskeyAdded {
        /// The member.
        member: MemberId,
    },
    /// A member removed a passkey.
    PasskeyRemoved {
        /// The member.
        member: MemberId,
    },
    /// An API token was made.
    TokenMade {
        /// The member it is for.
        member: MemberId,
        /// The token.
        token: TokenId,
        /// What it is called.
        name: String,
        /// What it may be used for.
        scopes: BTreeSet<Action>,
        /// Until when.
        expires: Timestamp,
    },
    /// An API token was revoked.
    TokenRevoked {
        /// The member it is for.
        member: MemberId,
        /// The token.
        token: TokenId,
    },
}

impl Store {
    /// Everyone who takes part, now.
    pub fn directory(&self) -> Arc<Directory> {
        self.0.directory.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Changes the directory. An organisation, a community or a part of the area needs a permit for the area, a
    /// member one for its organisation.
    pub fn change_directory(
        &self,
        permit: &Permit<Administer>,
        change: DirectoryChange,
    ) -> Result<Answer<()>, StoreError> {
        let needed = match &change {
            DirectoryChange::Organisation(_)
            | DirectoryChange::Community(_)
            | DirectoryChange::Site(_)
            | DirectoryChange::Zone(_)
            | DirectoryChange::Purpose(_)
            | DirectoryChange::FourEyes { .. } => Subject::Area,
            DirectoryChange::Member(member) => Subject::Organisation(member.organisation.clone()),
            // Made by the functions that do what they say, never by hand.
            _ => return Err(StoreError::Absent),
        };
        if *permit.subject() != needed {
            return Err(StoreError::Absent);
        }
        let (actor, organisation) = (permit.member(), permit.organisation().clone());
        let policy = permit.policy_set_hash();
        self.0.writer.send(move |batch| {
            put(batch, &change)?;
            facts::append_directory(batch, &organisation, actor, policy, &change)
        })
    }

    /// Fills an empty store with its first organisations, communities and members: what `belfry init` and the
    /// demo do. Refused once anyone takes part, so that nothing can come in past the gate.
    pub fn found(&self, changes: Vec<DirectoryChange>) -> Result<Answer<()>, StoreError> {
        self.0.writer.send(move |batch| {
            let members: i64 =
                batch.connection.query_row("SELECT count(*) FROM organisation", NONE, |r| r.get(0))?;
            if members > 0 {
                return Err(StoreError::Conflict("the node has been set up already"));
            }
            let Some(DirectoryChange::Organisation(host)) = changes.first().cloned() else {
                return Err(StoreError::Conflict(
                    "the first change must be the organisation that runs the area",
                ));
            };
            for change in &changes {
                put_founding(batch, &host.id, change)?;
            }
            Ok(())
        })
    }
}

/// A change that nobody made: what a node is set up with.
pub(crate) fn put_founding(
    batch: &mut crate::writer::Batch<'_>,
    host: &OrganisationId,
    change: &DirectoryChange,
) -> Result<(), StoreError> {
    put(batch, change)?;
    facts::append_directory(batch, host, MemberId::from_bytes([0; 16]), [0; 32], change)
}

/// Writes a change to the tables; memory follows after the commit.
pub(crate) fn put(batch: &mut crate::writer::Batch<'_>, change: &DirectoryChange) -> Result<(), StoreError> {
    match change {
        DirectoryChange::Organisation(organisation) => put_organisation(batch, organisation)?,
        DirectoryChange::Community(community) => {
            batch.connection.execute(
                "INSERT INTO community (id, json) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET json = ?2",
                params![community.id.as_str(), json(community)],
            )?;
        }
        DirectoryChange::Member(member) => put_member(batch, member)?,
        DirectoryChange::Site(_)
        | DirectoryChange::Zone(_)
        | DirectoryChange::Purpose(_)
        | DirectoryChange::FourEyes { .. } => area::write(batch.connection, change, &json(change))?,
        DirectoryChange::Watched(one) => return watched::write(batch.connection, one, &json(change)),
        _ => return Ok(()),
    }
    let change = change.clone();
    batch.after.push(Box::new(move |inner| {
        let mut current = inner.directory.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut next = Directory::clone(&current);
        next.version += 1;
        if !matches!(change, DirectoryChange::Member(_)) {
            next.area_version += 1;
        }
        match change {
            DirectoryChange::Organisation(one) => {
                if let Ok(keys) = inner.keyring.get(&one.id) {
                    next.public_keys.insert(one.id.clone(), keys.signing.public().clone());
                }
                next.organisations.insert(one.id.clone(), one);
            }
            DirectoryChange::Community(one) => drop(next.communities.insert(one.id.clone(), one)),
            DirectoryChange::Member(one) => drop(next.members.insert(one.id, Arc::new(one))),
            part => drop(next.take_part(&part)),
        }
        *current = Arc::new(next);
    }));
    Ok(())
}

/// Writes a change from an entry's own bytes: the parts of the area and what is watched are folds over entries.
pub(crate) fn fold(connection: &Connection, plain: &[u8]) -> Result<(), StoreError> {
    let text = std::str::from_utf8(plain)
        .map_err(|_| StoreError::Damaged("a change of the directory is not text".into()))?;
    match parse("the directory's changes", text)? {
        DirectoryChange::Watched(one) => watched::write(connection, &one, text),
        change => area::write(connection, &change, text),
    }
}

fn put_organisation(
    batch: &mut crate::writer::Batch<'_>,
    organisation: &Organisation,
) -> Result<(), StoreError> {
    let id = organisation.id.as_str();
    let changed = batch
        .connection
        .execute("UPDATE organisation SET json = ?2 WHERE id = ?1", params![id, json(organisation)])?;
    if changed > 0 {
        return if organisation.active { Ok(()) } else { end_all_of(batch, id) };
    }
    let inner = batch.inner;
    let keys = OrganisationKeys::random(&*inner.random);
    let wrapped = inner.keyring.wrapping.seal(&*inner.random, id.as_bytes(), &keys.to_bytes());
    batch.connection.execute(
        "INSERT INTO organisation (id, json, public_key, wrapped_keys) VALUES (?1, ?2, ?3, ?4)",
        params![id, json(organisation), keys.signing.public().to_bytes(), wrapped],
    )?;
    // In memory at once: the next command of this transaction may sign for it. Should the transaction fail, keys
    // without an organisation are of no use to anyone.
    inner.keyring.put(organisation.id.clone(), Arc::new(keys));
    Ok(())
}

/// Ends the sessions and tokens of an organisation that no longer takes part.
fn end_all_of(batch: &crate::writer::Batch<'_>, organisation: &str) -> Result<(), StoreError> {
    let members = "member IN (SELECT id FROM member WHERE organisation = ?1)";
    batch.connection.execute(&format!("DELETE FROM session WHERE {members}"), [organisation])?;
    batch.connection.execute(
        &format!("UPDATE token SET revoked = ?2 WHERE {members} AND revoked IS NULL"),
        params![organisation, batch.clock().now().millis()],
    )?;
    Ok(())
}

fn put_member(batch: &mut crate::writer::Batch<'_>, member: &Member) -> Result<(), StoreError> {
    let organisation: Option<String> = batch
        .connection
        .prepare("SELECT organisation FROM member WHERE id = ?1")
        .find([member.id.as_bytes()], |row| row.get(0))?;
    if organisation.is_some_and(|found| found != member.organisation.as_str()) {
        return Err(StoreError::Conflict("a member stays with its organisation: make a new member instead"));
    }
    batch.connection.execute(
        "INSERT INTO member (id, organisation, json) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET json = ?3",
        params![&member.id.as_bytes()[..], member.organisation.as_str(), json(member)],
    )?;
    if !member.active {
        let id = &member.id.as_bytes()[..];
        batch.connection.execute("DELETE FROM preference WHERE member = ?1", [id])?;
        batch.connection.execute("DELETE FROM session WHERE member = ?1", [id])?;
        let now = batch.clock().now().millis();
        batch.connection.execute(
            "UPDATE token SET revoked = ?2 WHERE member = ?1 AND revoked IS NULL",
            params![id, now],
        )?;
    }
    Ok(())
}

pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data with text keys")
}

/// Reads the directory and the keys of its organisations.
pub(crate) fn load(
    connection: &Connection,
    keyring: &crate::sealing::Keyring,
    now: Timestamp,
) -> Result<Directory, StoreError> {
    // From the time, so that a number is not given twice when the node starts again.
    let mut directory = Directory { version: 1, area_version: now.millis(), ..Directory::default() };
    let statement = connection.prepare("SELECT id, json, wrapped_keys FROM organisation");
    statement.walk(NONE, |row| {
        let (id, json, wrapped): (String, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let organisation: Organisation = parse("organisation", &json)?;
        let keys = keyring
            .wrapping
            .open(id.as_bytes(), &wrapped)
            .map_err(|_| StoreError::Damaged(format!("the keys of {id} do not open with this node key")))?;
        let keys = OrganisationKeys::from_bytes(&keys)
            .ok_or_else(|| StoreError::Damaged(format!("the keys of {id} have a wrong length")))?;
        directory.public_keys.insert(organisation.id.clone(), keys.signing.public().clone());
        keyring.put(organisation.id.clone(), Arc::new(keys));
        directory.organisations.insert(organisation.id.clone(), organisation);
        Ok(Walk::On)
    })?;
    for community in rows_of::<Community>(connection, "community")? {
        directory.communities.insert(community.id.clone(), community);
    }
    for member in rows_of::<Member>(connection, "member")? {
        directory.members.insert(member.id, Arc::new(member));
    }
    area::load(connection, &mut directory)?;
    Ok(directory)
}

fn rows_of<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    table: &str,
) -> Result<Vec<T>, StoreError> {
    let sql = format!("SELECT json FROM {table}");
    connection.prepare(&sql).query_map(NONE, |row| parse(table, &row.get::<String>(0)?))
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(what: &str, json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Damaged(format!("a row of {what}: {error}")))
}
