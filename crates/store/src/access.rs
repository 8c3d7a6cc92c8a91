//! The access ledger: who consulted what, when and how. Content leaves the node after its record is on disk.
//!
//! Not here: who may read the records (policy); they are sealed for the organisation of the one who consulted.

use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::{ItemId, MemberId, ObservationId, OrganisationId, PurposeId};
use ledger::{Leaf, LeafKind, leaf_hash};
use policy::action::{Audit, Operate, Plan, See};
use policy::{Permit, Subject};
use serde::{Deserialize, Serialize};

use crate::facts::id;
use crate::prepare::{self, ACCESS_TYPE};
use crate::sql::{Connection, Walk, params};
use crate::writer::{Batch, Mode};
use crate::{Inner, Store, StoreError, ledgers};

/// Most records that wait in memory while the disk is full; after that, reading stops too.
const BACKLOG_MAX: usize = 10_000;
/// Most records of one answer.
const ANSWER_MAX: usize = 1_000;

/// How something was consulted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessAction {
    /// In a list.
    List,
    /// In a search.
    Search,
    /// On the map.
    Map,
    /// Opened by itself.
    Open,
    /// In its thread.
    Thread,
    /// Its earlier versions.
    Versions,
    /// Its proof, with the signed bytes.
    Proof,
    /// Delivered to a live stream.
    Stream,
    /// A file that goes with it.
    Attachment,
    /// In an export.
    Export,
    /// In a replay of the past.
    Replay,
    /// An observation of the own sensors, which is no item: in the queue, by itself or with a picture.
    Observation,
    /// The own plan of measures, which is no item: what threatens, how much may remain, and what is done about it.
    Plan,
}

/// A consultation as its record tells it: how, and what for when the one who asked said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// How.
    pub action: AccessAction,
    /// What for.
    pub purpose: Option<PurposeId>,
}

impl From<AccessAction> for Access {
    fn from(action: AccessAction) -> Self {
        Self { action, purpose: None }
    }
}

/// One record of the access ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRecord {
    /// When.
    pub at: Timestamp,
    /// The members who consulted, all of one organisation; several for a stream.
    pub members: Vec<MemberId>,
    /// Their organisation.
    pub organisation: OrganisationId,
    /// How.
    pub action: AccessAction,
    /// What for, when the one who consulted said so; records of before that could be said have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeId>,
    /// What.
    pub items: Vec<ItemId>,
}

/// A consultation to be put on record.
#[derive(Debug, Clone)]
pub(crate) struct Consultation {
    pub(crate) members: Vec<MemberId>,
    pub(crate) organisation: OrganisationId,
    pub(crate) access: Access,
    pub(crate) items: Vec<ItemId>,
}

impl Consultation {
    pub(crate) fn new(
        member: MemberId,
        organisation: OrganisationId,
        access: Access,
        items: Vec<ItemId>,
    ) -> Self {
        Self { members: vec![member], organisation, access, items }
    }

    /// Its record.
    pub(crate) fn record(self, at: Timestamp) -> AccessRecord {
        AccessRecord {
            at,
            members: self.members,
            organisation: self.organisation,
            action: self.access.action,
            purpose: self.access.purpose,
            items: self.items,
        }
    }
}

/// Records that wait for room on the disk.
#[derive(Default)]
pub(crate) struct Backlog(Mutex<Vec<AccessRecord>>);

/// Which access records are asked for.
#[derive(Debug, Clone, Default)]
pub struct AccessQuery {
    /// About this item.
    pub item: Option<ItemId>,
    /// By this member.
    pub member: Option<MemberId>,
    /// In this way.
    pub action: Option<AccessAction>,
    /// For this purpose.
    pub purpose: Option<PurposeId>,
    /// At or after this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Before this position: to go on.
    pub before: Option<u64>,
}

impl Store {
    /// Puts consultations on record and waits until they are on disk. While the disk is full they wait in memory,
    /// bounded: after that nothing is shown any more.
    pub(crate) async fn record_access(&self, consultations: Vec<Consultation>) -> Result<(), StoreError> {
        let at = self.0.clock.now();
        let records: Vec<AccessRecord> = consultations.into_iter().map(|one| one.record(at)).collect();
        let kept = records.clone();
        let answer = self.0.writer.send(move |batch| {
            for record in batch.inner.backlog.take() {
                append(batch, &record)?;
            }
            records.iter().try_for_each(|record| append(batch, record))
        })?;
        match answer.ready().await {
            Err(StoreError::ReadOnly(_)) if self.0.writer.mode() == Mode::Full => self.0.backlog.keep(kept),
            other => other,
        }
    }

    pub(crate) async fn record_permit(&self, permit: &Permit<See>, access: Access) -> Result<(), StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        let organisation = permit.organisation().clone();
        self.record_access(vec![Consultation::new(permit.member(), organisation, access, vec![item])]).await
    }

    /// Puts on record that observations of the own sensors were consulted, and waits until that is on disk.
    pub async fn record_observed(
        &self,
        permit: &Permit<Operate>,
        purpose: Option<PurposeId>,
        observations: impl IntoIterator<Item = ObservationId>,
    ) -> Result<(), StoreError> {
        let items: Vec<ItemId> =
            observations.into_iter().map(|one| ItemId::from_bytes(*one.as_bytes())).collect();
        if items.is_empty() {
            return Ok(());
        }
        let access = Access { action: AccessAction::Observation, purpose };
        let organisation = permit.organisation().clone();
        self.record_access(vec![Consultation::new(permit.member(), organisation, access, items)]).await
    }

    /// Puts on record that the own plan was consulted, and waits until that is on disk.
    pub async fn record_planned(
        &self,
        permit: &Permit<Plan>,
        purpose: Option<PurposeId>,
    ) -> Result<(), StoreError> {
        let access = Access { action: AccessAction::Plan, purpose };
        let organisation = permit.organisation().clone();
        self.record_access(vec![Consultation::new(permit.member(), organisation, access, Vec::new())]).await
    }

    /// Access records of the permit's organisation, newest first, at most 1,000, with their positions.
    pub fn access_records(
        &self,
        permit: &Permit<Audit>,
        query: &AccessQuery,
    ) -> Result<Vec<(u64, AccessRecord)>, StoreError> {
        let Subject::Organisation(organisation) = permit.subject() else { return Err(StoreError::Absent) };
        self.0.readers.read(|connection| self.0.read_access(connection, Some(organisation), query))
    }

    /// Who consulted an item, of whichever organisation: for its originator.
    pub fn readers_of(
        &self,
        permit: &Permit<Audit>,
        item: ItemId,
    ) -> Result<Vec<(u64, AccessRecord)>, StoreError> {
        if *permit.subject() != Subject::Organisation(self.originator_of(item)?) {
            return Err(StoreError::Absent);
        }
        let query = AccessQuery { item: Some(item), ..AccessQuery::default() };
        self.0.readers.read(|connection| self.0.read_access(connection, None, &query))
    }
}

impl AccessQuery {
    /// What cannot be asked of the table, because it is sealed.
    fn takes(&self, record: &AccessRecord) -> bool {
        self.member.is_none_or(|member| record.members.contains(&member))
            && self.action.is_none_or(|action| record.action == action)
            && self.purpose.as_ref().is_none_or(|purpose| record.purpose.as_ref() == Some(purpose))
    }
}

impl Inner {
    fn read_access(
        &self,
        connection: &Connection,
        organisation: Option<&OrganisationId>,
        query: &AccessQuery,
    ) -> Result<Vec<(u64, AccessRecord)>, StoreError> {
        let before = query.before.map_or(Ok(i64::MAX), ledgers::position)?;
        let sql = if query.item.is_some() {
            "SELECT seq, header, sealed FROM access_item JOIN access USING (seq)
             WHERE access_item.item = ?1 AND seq < ?2 AND (?3 IS NULL OR organisation = ?3)
               AND at >= ?4 AND at < ?5 AND sealed IS NOT NULL ORDER BY seq DESC"
        } else {
            "SELECT seq, header, sealed FROM access
             WHERE (?1 IS NULL OR true) AND seq < ?2 AND (?3 IS NULL OR organisation = ?3)
               AND at >= ?4 AND at < ?5 AND sealed IS NOT NULL ORDER BY seq DESC"
        };
        let (from, until) =
            (query.from.map_or(i64::MIN, Timestamp::millis), query.until.map_or(i64::MAX, Timestamp::millis));
        let (item, organisation) = (query.item.map(id), organisation.map(OrganisationId::as_str));
        let mut records = Vec::new();
        connection.prepare(sql).walk(params![item, before, organisation, from, until], |row| {
            let (header, sealed): (Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?);
            let (_, plain) = prepare::open(self, &header, &sealed, |_| Err(StoreError::Absent))?;
            let record: AccessRecord = serde_json::from_slice(&plain)
                .map_err(|error| StoreError::Damaged(format!("an access record: {error}")))?;
            if query.takes(&record) {
                records.push((row.get::<i64>(0)?.unsigned_abs(), record));
            }
            Ok(if records.len() == ANSWER_MAX { Walk::End } else { Walk::On })
        })?;
        Ok(records)
    }
}

impl Backlog {
    fn take(&self) -> Vec<AccessRecord> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, records: Vec<AccessRecord>) -> Result<(), StoreError> {
        let mut backlog = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if backlog.len() + records.len() > BACKLOG_MAX {
            return Err(StoreError::ReadOnly("the disk is full, and access records find no room any more"));
        }
        backlog.extend(records);
        Ok(())
    }
}

pub(crate) fn append(batch: &mut Batch<'_>, record: &AccessRecord) -> Result<(), StoreError> {
    let keys = batch.inner.keyring.get(&record.organisation)?;
    let plain = serde_json::to_vec(record).expect("plain data with text keys");
    let sealed = prepare::own(batch.inner, &keys, &record.organisation, ACCESS_TYPE, &plain);
    let first = record.members.first().copied();
    let leaf = Leaf {
        kind: LeafKind::Access,
        subject: [0; 16],
        commitment: sealed.commitment(),
        actor: first.map_or([0; 16], |member| keys.pseudonym(member)),
        at: batch.inner.ledger_time(),
        policy: [0; 32],
        previous: None,
        key_id: keys.signing.public().id().0,
        signature: None,
    };
    let bytes = leaf.encode();
    let seq = ledgers::position(batch.access.size())?;
    batch
        .connection
        .prepare(
            "INSERT INTO access (seq, at, organisation, leaf, salt, header, sealed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .execute(params![
            seq,
            record.at.millis(),
            record.organisation.as_str(),
            bytes,
            sealed.salt,
            sealed.header,
            sealed.sealed
        ])?;
    let put = batch.connection.prepare("INSERT OR IGNORE INTO access_item (item, seq) VALUES (?1, ?2)");
    for item in &record.items {
        put.execute(params![id(*item), seq])?;
    }
    batch.access.append(leaf_hash(&bytes))?;
    Ok(())
}
