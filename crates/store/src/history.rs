//! Who took part when: the directory of any moment, folded from the ledger's own entries.
//!
//! Not here: the directory as it is now ([`crate::directory`]).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use base::Timestamp;
use base::ids::{CommunityId, MemberId, OrganisationId};
use ledger::Leaf;
use policy::Principal;

use crate::directory::{DirectoryChange, Member, Organisation};
use crate::prepare::{self, DIRECTORY_TYPE};
use crate::sql::{Connection, Walk, params};
use crate::{Inner, Store, StoreError, ledgers};

/// The changes of the directory that have been read so far: each entry is opened once while the node runs.
#[derive(Default)]
pub(crate) struct History(Mutex<Read>);

#[derive(Default)]
struct Read {
    /// The entry to go on with.
    next: u64,
    changes: Arc<Vec<(Timestamp, DirectoryChange)>>,
}

impl Store {
    /// The member as policy knew it, from each instant on, oldest first; nothing while it took no part.
    pub fn past_principals(
        &self,
        member: MemberId,
    ) -> Result<Vec<(Timestamp, Option<Principal>)>, StoreError> {
        let changes = self.0.history_of_the_directory()?;
        Ok(principals(member, &changes))
    }
}

impl Store {
    /// When an organisation began to take part, and with that the key it signs with.
    pub fn organisation_since(&self, organisation: &OrganisationId) -> Result<Option<Timestamp>, StoreError> {
        let changes = self.0.history_of_the_directory()?;
        Ok(changes.iter().find_map(|(at, change)| match change {
            DirectoryChange::Organisation(one) if one.id == *organisation => Some(*at),
            _ => None,
        }))
    }
}

impl Inner {
    fn history_of_the_directory(&self) -> Result<Arc<Vec<(Timestamp, DirectoryChange)>>, StoreError> {
        let mut read = self.history.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (size, new) = self.readers.read(|connection| {
            let size = ledgers::size_of(connection, ledgers::Ledger::Facts)?;
            Ok((size, read_changes(self, connection, read.next)?))
        })?;
        read.next = size;
        if !new.is_empty() {
            Arc::make_mut(&mut read.changes).extend(new);
        }
        Ok(read.changes.clone())
    }
}

fn read_changes(
    inner: &Inner,
    connection: &Connection,
    from: u64,
) -> Result<Vec<(Timestamp, DirectoryChange)>, StoreError> {
    let statement = connection.prepare(
        "SELECT leaf, header, sealed FROM entry WHERE subject = ?1 AND seq >= ?2 AND sealed IS NOT NULL ORDER BY seq",
    );
    let mut changes = Vec::new();
    statement.walk(params![[0_u8; 16], ledgers::position(from)?], |row| {
        let (leaf, header, sealed): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (header, plain) = prepare::open(inner, &header, &sealed, |_| Err(StoreError::Absent))?;
        if header.payload != DIRECTORY_TYPE {
            return Ok(Walk::On);
        }
        let change: DirectoryChange = serde_json::from_slice(&plain)
            .map_err(|error| StoreError::Damaged(format!("a change of the directory: {error}")))?;
        // The others change nobody's rights.
        if matches!(
            change,
            DirectoryChange::Organisation(_) | DirectoryChange::Community(_) | DirectoryChange::Member(_)
        ) {
            changes.push((Leaf::decode(&leaf)?.at, change));
        }
        Ok(Walk::On)
    })?;
    Ok(changes)
}

/// Folds the changes that touch one member. Of changes at the same instant the last counts.
fn principals(
    member: MemberId,
    changes: &[(Timestamp, DirectoryChange)],
) -> Vec<(Timestamp, Option<Principal>)> {
    let of = changes.iter().find_map(|(_, change)| match change {
        DirectoryChange::Member(one) if one.id == member => Some(one.organisation.clone()),
        _ => None,
    });
    let Some(of) = of else { return Vec::new() };
    let mut known: Vec<(Timestamp, Option<Principal>)> = Vec::new();
    let (mut own, mut organisation): (Option<&Member>, Option<&Organisation>) = (None, None);
    let mut communities: BTreeSet<CommunityId> = BTreeSet::new();
    for (at, change) in changes {
        match change {
            DirectoryChange::Member(one) if one.id == member => own = Some(one),
            DirectoryChange::Organisation(one) if one.id == of => organisation = Some(one),
            DirectoryChange::Community(one) if one.organisations.contains(&of) => {
                communities.insert(one.id.clone());
            }
            DirectoryChange::Community(one) => drop(communities.remove(&one.id)),
            _ => continue,
        }
        let principal = own.zip(organisation).map(|(own, organisation)| Principal {
            member,
            organisation: of.clone(),
            kind: own.kind,
            roles: own.roles.clone(),
            communities: communities.clone(),
            purposes: own.purposes.clone(),
            active: own.active && organisation.active,
            host: organisation.host,
            scopes: None,
            reauthenticated: false,
        });
        match known.last_mut() {
            Some((since, last)) if since == at => *last = principal,
            Some((_, last)) if *last == principal => {}
            _ => known.push((*at, principal)),
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use policy::MemberKind;

    use super::*;
    use crate::directory::{Community, Names};

    fn organisation(active: bool) -> DirectoryChange {
        let name = Names { en: "Court".into(), nl: "Hof".into() };
        let (id, short) = ("court".parse().unwrap(), "Court".into());
        DirectoryChange::Organisation(Organisation { id, name, short, host: false, active })
    }

    fn community(organisations: &[&str]) -> DirectoryChange {
        let organisations = organisations.iter().map(|one| one.parse::<OrganisationId>().unwrap()).collect();
        let name = Names { en: "North".into(), nl: "Noord".into() };
        DirectoryChange::Community(Community { id: "north".parse().unwrap(), name, organisations })
    }

    fn member(number: u8, purposes: &[&str]) -> DirectoryChange {
        DirectoryChange::Member(Member {
            id: MemberId::from_bytes([number; 16]),
            organisation: "court".parse().unwrap(),
            name: "Duty officer".into(),
            kind: MemberKind::Person,
            roles: BTreeSet::new(),
            purposes: purposes.iter().map(|one| one.parse().unwrap()).collect(),
            active: true,
        })
    }

    fn check(changes: &[(i64, DirectoryChange)], expect: &[(i64, bool, usize, usize)]) {
        let at = |ms: i64| Timestamp::from_millis(ms);
        let changes: Vec<_> = changes.iter().map(|(ms, change)| (at(*ms), change.clone())).collect();
        let found = principals(MemberId::from_bytes([1; 16]), &changes);
        let found: Vec<_> = found
            .iter()
            .map(|(since, one)| {
                let one = one.as_ref().unwrap();
                (since.millis(), one.active, one.communities.len(), one.purposes.len())
            })
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn each_change_counts_from_its_instant() {
        check(&[], &[]);
        check(&[(1, organisation(true)), (2, member(2, &[]))], &[]);
        check(
            &[
                (1, organisation(true)),
                (1, community(&["court"])),
                (1, member(1, &[])),
                (2, member(2, &["crisis"])),
                (3, member(1, &["crisis"])),
                (4, community(&["police"])),
                (4, organisation(false)),
                (5, organisation(false)),
                (6, organisation(true)),
            ],
            &[(1, true, 1, 0), (3, true, 1, 1), (4, false, 0, 1), (6, true, 0, 1)],
        );
    }
}
