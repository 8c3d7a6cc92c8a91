//! How long each version of an item stood, kept beside the read model: what a replay of the past is made of.
//!
//! Not here: who was entitled to what; that is decided from outside, for now and for then.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::Timestamp;
use base::ids::{ItemId, MemberId, OrganisationId};
use ledger::Leaf;
use policy::action::See;
use policy::{Permit, Sight};
use record::envelope::{ACT_TYPE, Envelope, ITEM_TYPE};
use record::{Act, Deed, Item};

use crate::access::{Access, Consultation};
use crate::facts::id;
use crate::items::item_key;
use crate::sealing::Keyring;
use crate::sql::{Connection, NONE, Row, Walk, params};
use crate::{Store, StoreError, fold, ledgers, prepare};

/// Most changes of its label that one version is replayed with; the last stands from there on.
const LABELS_MAX: i64 = 1_000;

/// What ended the time of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The next version.
    Amended,
    /// Its originator withdrew it.
    Recalled,
    /// Its validity.
    Stale,
}

/// A version for as long as it stood, before it is decided who may know. Says nothing to anyone but policy.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The position of its entry: seal it before it leaves the node.
    pub entry: u64,
    /// The place of its item in arrival order.
    pub row: u32,
    since: Timestamp,
    until: Timestamp,
    ended: Ended,
    /// Its label from each instant on; the first is that of its beginning.
    labels: Vec<(Timestamp, u32)>,
    /// The label with which the next version began.
    next: Option<u32>,
}

/// What one member could see from an instant on; nothing when it took no part.
#[derive(Debug, Clone)]
pub struct Past {
    /// From when.
    pub since: Timestamp,
    /// As policy decides it for the member as it was; labels are decided as they are met.
    pub sight: Option<Sight>,
}

/// A part of a version's time in which one member was entitled to see it.
#[derive(Debug, Clone)]
pub struct Entitled {
    entry: u64,
    row: u32,
    member: MemberId,
    from: Timestamp,
    until: Timestamp,
    ended: Option<Ended>,
}

impl Entitled {
    /// The place of its item in arrival order.
    pub fn row(&self) -> u32 {
        self.row
    }

    /// Whether some of it lies after `from` and before `until`.
    pub fn meets(&self, from: Timestamp, until: Timestamp) -> bool {
        self.from < until && self.until > from
    }
}

/// A version as it stood, opened for its reader.
#[derive(Debug, Clone)]
pub struct SpanView {
    /// The version.
    pub item: Item,
    /// From when the reader was entitled to see it.
    pub from: Timestamp,
    /// Until when it stood, as far as the reader was entitled to see it.
    pub until: Timestamp,
    /// What ended it; nothing while it stands, and where the reader may know no more than that it ended.
    pub ended: Option<Ended>,
}

impl Standing {
    /// The labels it stood under, and the one that followed.
    pub fn labels(&self) -> impl Iterator<Item = u32> + '_ {
        self.labels.iter().map(|(_, label)| *label).chain(self.next)
    }

    /// Whether it stood, or the next one began, at some time from `from` on and before `until`.
    pub fn touches(&self, from: Timestamp, until: Option<Timestamp>) -> bool {
        self.until >= from && until.is_none_or(|until| self.since < until)
    }

    /// The parts of its time in which a member was entitled to see it. `pasts` are in order, each until the next.
    /// Neighbouring parts are one: that a label changed tells nothing to whom it made no difference.
    pub fn entitled(&self, pasts: &[Past], now: Timestamp) -> Vec<Entitled> {
        let mut instants: BTreeSet<Timestamp> = self.labels.iter().map(|(since, _)| *since).collect();
        instants.extend(pasts.iter().map(|past| past.since));
        instants.insert(self.since);
        let mut parts: Vec<Entitled> = Vec::new();
        let within: Vec<Timestamp> =
            instants.range(self.since..self.until).copied().chain([self.until]).collect();
        for pair in within.windows(2) {
            let Some(member) = self.seen_at(pair[0], pasts) else { continue };
            match parts.last_mut() {
                Some(last) if last.until == pair[0] => last.until = pair[1],
                _ => parts.push(Entitled {
                    entry: self.entry,
                    row: self.row,
                    member,
                    from: pair[0],
                    until: pair[1],
                    ended: None,
                }),
            }
        }
        if let Some(last) = parts.last_mut().filter(|last| last.until == self.until) {
            last.ended = self.end(pasts, now);
        }
        parts
    }

    /// Who sees it at an instant of its time, when the member of `pasts` did.
    fn seen_at(&self, at: Timestamp, pasts: &[Past]) -> Option<MemberId> {
        let label = self.labels.iter().rfind(|(since, _)| *since <= at)?.1;
        let sight = pasts.iter().rfind(|past| past.since <= at)?.sight.as_ref()?;
        sight.sees(label).then(|| sight.member())
    }

    /// What the reader may know of its end: of a next version only when that was for the reader too.
    fn end(&self, pasts: &[Past], now: Timestamp) -> Option<Ended> {
        match self.ended {
            Ended::Stale => (self.until <= now).then_some(Ended::Stale),
            Ended::Recalled => Some(Ended::Recalled),
            Ended::Amended => {
                let then = pasts.iter().rfind(|past| past.since <= self.until)?.sight.as_ref()?;
                then.sees(self.next?).then_some(Ended::Amended)
            }
        }
    }
}

impl Store {
    /// Versions under a sight that stood at some time after `from` and before `until`, in the order of their entries,
    /// after the entry `after`.
    pub fn standing(
        &self,
        sight: &Sight,
        from: Timestamp,
        until: Timestamp,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Standing>, StoreError> {
        let after = after.map_or(Ok(-1), ledgers::position)?;
        self.0.readers.read(|connection| {
            let statement = connection.prepare(
                "SELECT entry, row, since, until, ended, label, next FROM span
                 WHERE entry > ?1 AND until > ?2 AND until > since ORDER BY entry",
            );
            let mut found = Vec::new();
            statement.walk(params![after, from.millis()], |row| {
                let since = Timestamp::from_millis(row.get(2)?);
                // Entries never go back in time: all that follow began later.
                if since >= until || found.len() == limit {
                    return Ok(Walk::End);
                }
                let number: u32 = row.get(1)?;
                if self.0.columns().get(number).is_some_and(|one| sight.sees(one.label)) {
                    found.push(read_standing(connection, row, number, since)?);
                }
                Ok(Walk::On)
            })?;
            Ok(found)
        })
    }

    /// Opens versions as they stood. Each takes a permit for its item as it is now, and was entitled to be seen then.
    /// The answer comes after the access record is on disk.
    pub async fn replay(
        &self,
        permits: Vec<Permit<See>>,
        sight: &Sight,
        parts: Vec<Entitled>,
        access: impl Into<Access>,
    ) -> Result<Vec<SpanView>, StoreError> {
        let views = self.0.readers.read(|connection| {
            let mut keys = HashMap::new();
            for permit in &permits {
                let item = permit.item().ok_or(StoreError::Absent)?;
                if permit.member() == sight.member()
                    && let Some(key) = absent_is_none(item_key(&self.0, connection, item))?
                {
                    keys.insert(item, key);
                }
            }
            let mut views = Vec::with_capacity(parts.len());
            for part in parts.into_iter().filter(|part| part.member == sight.member()) {
                let Some((header, sealed)) = read_sealed(connection, part.entry)? else { continue };
                let opened = prepare::open(&self.0, &header, &sealed, |item| {
                    keys.get(&item).cloned().ok_or(StoreError::Absent)
                });
                let Some((_, plain)) = absent_is_none(opened)? else { continue };
                let item = Item::from_payload(Envelope::from_json(&plain)?.payload_as_kept())?;
                let Entitled { from, until, ended, .. } = part;
                views.push(SpanView { item, from, until, ended });
            }
            Ok(views)
        })?;
        let items: BTreeSet<ItemId> = views.iter().map(|view| view.item.id).collect();
        if !items.is_empty() {
            let (member, organisation) = (sight.member(), sight.organisation().clone());
            let items = items.into_iter().collect();
            self.record_access(vec![Consultation::new(member, organisation, access.into(), items)]).await?;
        }
        Ok(views)
    }
}

fn read_standing(
    connection: &Connection,
    row: &Row<'_>,
    number: u32,
    since: Timestamp,
) -> Result<Standing, StoreError> {
    let entry: i64 = row.get(0)?;
    let mut labels = vec![(since, row.get(5)?)];
    let later =
        connection.prepare("SELECT since, label FROM span_label WHERE span = ?1 ORDER BY entry LIMIT ?2");
    labels.extend(later.query_map(params![entry, LABELS_MAX], |row| {
        Ok((Timestamp::from_millis(row.get(0)?), row.get::<u32>(1)?))
    })?);
    let next: Option<i64> = row.get(6)?;
    let next = next.map(|next| {
        let statement = connection.prepare("SELECT label FROM span WHERE entry = ?1");
        statement.find([next], |row| row.get(0))
    });
    Ok(Standing {
        entry: entry.unsigned_abs(),
        row: number,
        since,
        until: Timestamp::from_millis(row.get(3)?),
        ended: match row.get(4)? {
            1_u8 => Ended::Amended,
            2 => Ended::Recalled,
            _ => Ended::Stale,
        },
        labels,
        next: next.transpose()?.flatten(),
    })
}

/// Header and ciphertext of an entry.
type Closed = (Vec<u8>, Vec<u8>);

fn read_sealed(connection: &Connection, entry: u64) -> Result<Option<Closed>, StoreError> {
    let statement =
        connection.prepare("SELECT header, sealed FROM entry WHERE seq = ?1 AND sealed IS NOT NULL");
    statement.find([ledgers::position(entry)?], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What was erased in between, or is under no permit, is left out.
fn absent_is_none<T>(result: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(StoreError::Absent) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A version begins, and ends the one whose entry is named.
pub(crate) fn begin(
    connection: &Connection,
    entry: u64,
    at: Timestamp,
    item: &Item,
    label: u32,
    before: Option<i64>,
) -> Result<(), StoreError> {
    let position = ledgers::position(entry)?;
    if let Some(before) = before {
        connection
            .prepare("UPDATE span SET until = ?2, ended = 1, next = ?3 WHERE entry = ?1 AND until > ?2")
            .execute(params![before, at.millis(), position])?;
    }
    connection
        .prepare(
            "INSERT INTO span (entry, row, version, label, since, until, ended)
             VALUES (?1, (SELECT row FROM item WHERE id = ?2), ?3, ?4, ?5, ?6, 0)",
        )
        .execute(params![
            position,
            id(item.id),
            item.version,
            label,
            at.millis(),
            item.valid_until().millis()
        ])?;
    Ok(())
}

/// A version is withdrawn.
pub(crate) fn recall(connection: &Connection, head: i64, at: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare("UPDATE span SET until = ?2, ended = 2 WHERE entry = ?1 AND until > ?2")
        .execute(params![head, at.millis()])?;
    Ok(())
}

/// A version goes on under another label. What an act of nobody restricts was never there without that restriction:
/// it came with the version itself.
pub(crate) fn relabel(
    connection: &Connection,
    head: i64,
    entry: u64,
    at: Timestamp,
    act: &Act,
    label: u32,
) -> Result<(), StoreError> {
    let with_the_version = *act.member.as_bytes() == [0; 16];
    connection
        .prepare(
            "INSERT INTO span_label (span, entry, since, label)
             VALUES (?1, ?2, CASE WHEN ?4 THEN (SELECT since FROM span WHERE entry = ?1) ELSE ?3 END, ?5)",
        )
        .execute(params![head, ledgers::position(entry)?, at.millis(), with_the_version, label])?;
    Ok(())
}

/// Nothing of an item was ever there.
pub(crate) fn forget(connection: &Connection, item: ItemId) -> Result<(), StoreError> {
    for (table, column) in [("span_label", "span"), ("span", "entry")] {
        let sql = format!("DELETE FROM {table} WHERE {column} IN (SELECT seq FROM entry WHERE subject = ?1)");
        connection.prepare(&sql).execute([id(item)])?;
    }
    Ok(())
}

/// When an entry was made.
pub(crate) fn time_of(connection: &Connection, entry: u64) -> Result<Timestamp, StoreError> {
    let statement = connection.prepare("SELECT leaf FROM entry WHERE seq = ?1");
    let leaf: Vec<u8> = statement.query_row([ledgers::position(entry)?], |row| row.get(0))?;
    Ok(Leaf::decode(&leaf)?.at)
}

type Restrictions = BTreeMap<OrganisationId, BTreeSet<MemberId>>;

/// An item while a store of an earlier form is read through.
#[derive(Default)]
struct Known {
    head: Option<i64>,
    marking: Option<record::VisibilityLabel>,
    restrictions: Restrictions,
}

/// Gives a store of an earlier form what this one keeps beside the read model: once, at its first start.
pub(crate) fn fill(connection: &Connection, keyring: &Keyring) -> Result<(), StoreError> {
    let missing = "SELECT EXISTS (SELECT 1 FROM item) AND NOT EXISTS (SELECT 1 FROM span)";
    if !connection.query_row(missing, NONE, |row| row.get::<bool>(0))? {
        return Ok(());
    }
    tracing::info!("an older store: working out how long each version stood");
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let filled = fill_all(connection, keyring);
    connection.execute_batch(if filled.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    filled
}

fn fill_all(connection: &Connection, keyring: &Keyring) -> Result<(), StoreError> {
    let statement = connection.prepare(
        "SELECT seq, leaf, header, sealed FROM entry
         WHERE sealed IS NOT NULL AND subject IN (SELECT id FROM item) ORDER BY seq",
    );
    let mut known: HashMap<ItemId, Known> = HashMap::new();
    statement.walk(NONE, |row| {
        let (seq, leaf): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let (header, sealed): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
        let at = Leaf::decode(&leaf)?.at;
        let opened = prepare::open_with(keyring, &header, &sealed, |item| {
            crate::items::key_of(keyring, connection, item)
        });
        let (header, plain) = opened?;
        let payload = Envelope::from_json(&plain)?;
        match header.payload.as_str() {
            ITEM_TYPE => {
                let item = Item::from_payload(payload.payload_as_kept())?;
                let one = known.entry(item.id).or_default();
                let label = item.visibility_label();
                let number = fold::intern(connection, &one.restricted(&label))?;
                begin(connection, seq.unsigned_abs(), at, &item, number, one.head)?;
                (one.head, one.marking) = (Some(seq), Some(label));
            }
            ACT_TYPE => fill_act(connection, &mut known, seq, at, &payload)?,
            _ => {}
        }
        Ok(Walk::On)
    })
}

impl Known {
    fn restricted(&self, label: &record::VisibilityLabel) -> record::VisibilityLabel {
        record::VisibilityLabel { restrictions: self.restrictions.clone(), ..label.clone() }
    }
}

fn fill_act(
    connection: &Connection,
    known: &mut HashMap<ItemId, Known>,
    seq: i64,
    at: Timestamp,
    envelope: &Envelope,
) -> Result<(), StoreError> {
    let act = Act::from_payload(envelope.payload_as_kept())?;
    let one = known.entry(act.item).or_default();
    let (Some(head), Some(label)) = (one.head, one.marking.clone()) else { return Ok(()) };
    match &act.deed {
        Deed::Retract { .. } => {
            recall(connection, head, at)?;
            fold::write_recall(connection, &act)?;
        }
        Deed::Restrict { members } => {
            match members {
                Some(members) => {
                    one.restrictions.insert(act.organisation.clone(), members.iter().copied().collect());
                }
                None => drop(one.restrictions.remove(&act.organisation)),
            }
            let number = fold::intern(connection, &one.restricted(&label))?;
            relabel(connection, head, seq.unsigned_abs(), at, &act, number)?;
        }
        _ => {}
    }
    Ok(())
}
