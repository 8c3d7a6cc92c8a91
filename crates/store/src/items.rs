//! Reading items: candidates without content, and content against permits, each consultation on record.
//!
//! Not here: decisions. A candidate has just what policy needs; its content takes a permit for that very item.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use base::Timestamp;
use base::ids::{ItemId, MemberId, OrganisationId, PurposeId};
use ledger::LeafKind;
use policy::action::See;
use policy::{ItemFacts, Permit, Sight};
use record::envelope::{ACT_TYPE, Envelope};
use record::{Act, Item, Kind, VisibilityLabel};

use crate::access::{Access, AccessAction, Consultation};
use crate::columns::{Counts, Filter, ItemState, MapView};
use crate::facts::{Receipt, id};
use crate::sealing::{Key, Keyring};
use crate::sql::{Connection, Row, Walk, params};
use crate::{EntryProof, Inner, Ledger, Store, StoreError, ledgers, prepare};

/// Most labels; each decides who may see, and few are needed.
const THREAD_MAX: usize = base::limits::THREAD_ROWS_MAX;
/// Rows looked at for the number of items with a source in common.
const SOURCES_LOOKED_AT_MAX: usize = 1_000;

/// An item before it is decided whether the caller may see it. Says nothing to anyone but policy.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The item.
    pub id: ItemId,
    /// Its place in arrival order: seal it before it leaves the node.
    pub row: u32,
    /// Number of its label.
    pub label_id: u32,
    /// Who may see it.
    pub label: Arc<VisibilityLabel>,
    /// What it is.
    pub kind: Kind,
    /// Who wrote its first version.
    pub author: MemberId,
    /// Its present version.
    pub version: u32,
    /// Where it is in its life.
    pub state: ItemState,
    /// Its last entry.
    pub changed: u64,
}

impl Candidate {
    /// What policy looks at.
    pub fn facts(&self) -> ItemFacts<'_> {
        ItemFacts {
            label: &self.label,
            kind: self.kind,
            author: self.author,
            retracted: self.state == ItemState::Retracted,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Candidates, newest first; decide each again before opening it.
    pub candidates: Vec<Candidate>,
    /// The row to go on before; `None` at the end.
    pub next: Option<u32>,
}

/// An item as it is now.
#[derive(Debug, Clone)]
pub struct ItemView {
    /// The present version.
    pub item: Item,
    /// Its place in arrival order.
    pub row: u32,
    /// Number of its label.
    pub label_id: u32,
    /// Where it is in its life.
    pub state: ItemState,
    /// Position of its last entry.
    pub changed: u64,
    /// Position of the entry of its present version.
    pub head: u64,
    /// When its last entry was made.
    pub changed_at: Timestamp,
    /// Organisations that have taken note of the present version (or of the recall), and when.
    pub acknowledged: BTreeMap<OrganisationId, Timestamp>,
    /// When a request was closed by the one who asked.
    pub closed: Option<Timestamp>,
    /// Until when its recall is to be acknowledged.
    pub recall_due: Option<Timestamp>,
    /// Other items of its thread that the reader may see.
    pub replies: u32,
    /// Organisations that have replied, as far as the reader may see.
    pub replied_by: Vec<OrganisationId>,
    /// Other items the reader may see that rest on a source this one rests on.
    pub same_source: u32,
}

/// One earlier or present version.
#[derive(Debug, Clone)]
pub struct VersionView {
    /// The version.
    pub item: Item,
    /// Its entry in the facts ledger.
    pub entry: u64,
}

/// What proves an item: every entry of it.
#[derive(Debug, Clone)]
pub struct ItemProof {
    /// The entries in order, each with its sealed parts opened for the reader.
    pub entries: Vec<ProvenEntry>,
    /// The signed head of the ledger the proofs lead to.
    pub checkpoint: String,
}

/// One entry, and what its leaf commits to.
#[derive(Debug, Clone)]
pub struct ProvenEntry {
    /// What it does.
    pub kind: LeafKind,
    /// Leaf and path to the root.
    pub proof: EntryProof,
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// The header of its commitment.
    pub header: Vec<u8>,
    /// The ciphertext of its commitment.
    pub sealed: Vec<u8>,
    /// The signed envelope inside.
    pub envelope: Vec<u8>,
}

impl Store {
    /// The item with an id, for policy to decide on. `None` when there is none.
    pub fn candidate(&self, item: ItemId) -> Result<Option<Candidate>, StoreError> {
        let row = self.0.readers.read(|connection| {
            let sql = format!("SELECT {CANDIDATE} FROM item WHERE id = ?1");
            let statement = connection.prepare(&sql);
            statement.find([id(item)], read_candidate)
        })?;
        row.map(|row| self.with_label(&row)).transpose()
    }

    /// Candidates under a sight, newest first.
    pub fn page(
        &self,
        sight: &Sight,
        filter: &Filter,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let limit = limit.clamp(1, base::limits::PAGE_ROWS_MAX);
        let rows = self.0.columns().page(sight, filter, before, limit + 1);
        self.page_of(sight, rows, limit)
    }

    /// Turns rows (one more than `limit` when there is a next page) into a page.
    pub fn page_of(&self, sight: &Sight, mut rows: Vec<u32>, limit: usize) -> Result<Page, StoreError> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().copied() } else { None };
        Ok(Page { candidates: self.candidates(sight, &rows)?, next })
    }

    /// Counts under a sight.
    pub fn counts(&self, sight: &Sight, filter: &Filter) -> Counts {
        self.0.columns().counts(sight, filter)
    }

    /// How much arrived in each of some equal parts of a period, under a sight.
    pub fn activity(
        &self,
        sight: &Sight,
        filter: &Filter,
        period: (base::Timestamp, base::Timestamp),
        parts: usize,
    ) -> Vec<crate::Activity> {
        self.0.columns().activity(sight, filter, period, parts)
    }

    /// What a map shows under a sight; the filter must have bounds.
    pub fn map(&self, sight: &Sight, filter: &Filter, items_max: usize, cells: u32) -> MapView {
        self.0.columns().map(sight, filter, items_max, cells)
    }

    /// Candidates that changed after an entry, oldest change first: what a stream that was away has missed.
    pub fn changed_after(&self, sight: &Sight, seq: u64, limit: usize) -> Result<Vec<Candidate>, StoreError> {
        let seq = u32::try_from(seq).unwrap_or(u32::MAX);
        let rows = self.0.columns().changed_after(sight, seq, limit);
        self.candidates(sight, &rows)
    }

    /// Candidates of one thread under a sight, oldest first.
    pub fn thread(&self, sight: &Sight, thread: ItemId) -> Result<Vec<Candidate>, StoreError> {
        let rows = self.0.readers.read(|connection| thread_rows(connection, thread))?;
        let columns = self.0.columns();
        let seen = rows.into_iter().filter(|row| columns.get(*row).is_some_and(|row| sight.sees(row.label)));
        let rows: Vec<u32> = seen.take(THREAD_MAX).collect();
        drop(columns);
        self.candidates(sight, &rows)
    }

    /// The candidates of rows, in the same order; rows that went away in between, or out of sight, are left out.
    pub fn candidates(&self, sight: &Sight, rows: &[u32]) -> Result<Vec<Candidate>, StoreError> {
        let read = self.0.readers.read(|connection| {
            let sql = format!("SELECT {CANDIDATE} FROM item WHERE row = ?1");
            let statement = connection.prepare(&sql);
            rows.iter().map(|row| statement.find([row], read_candidate)).collect::<Result<Vec<_>, _>>()
        })?;
        let seen = read.into_iter().flatten().filter(|row| sight.sees(row.label_id));
        seen.map(|row| self.with_label(&row)).collect()
    }

    /// Opens items, each against its permit. The answer comes after the access record is on disk.
    pub async fn consult(
        &self,
        permits: Vec<Permit<See>>,
        sight: &Sight,
        access: impl Into<Access>,
    ) -> Result<Vec<ItemView>, StoreError> {
        let access = access.into();
        let (views, consultation) = self.0.readers.read(|connection| {
            let mut views = Vec::with_capacity(permits.len());
            for permit in &permits {
                let item = permit.item().ok_or(StoreError::Absent)?;
                if let Some(view) = self.0.view(connection, item, Some(sight))? {
                    views.push(view);
                }
            }
            let items = views.iter().map(|view| view.item.id).collect();
            Ok((views, Consultation::new(sight.member(), sight.organisation().clone(), access, items)))
        })?;
        if !consultation.items.is_empty() {
            self.record_access(vec![consultation]).await?;
        }
        Ok(views)
    }

    /// Opens an item for the author who has just shared it, whose consultation is on record with it.
    pub fn shared(
        &self,
        receipt: &Receipt,
        permit: &Permit<See>,
        sight: &Sight,
    ) -> Result<Option<ItemView>, StoreError> {
        if receipt.opened_by != Some(permit.member()) || permit.item() != Some(receipt.item) {
            return Err(StoreError::Absent);
        }
        self.0.readers.read(|connection| self.0.view(connection, receipt.item, Some(sight)))
    }

    /// Opens items for the streams of several members, each with the purpose it was opened for, and records to whom
    /// each item was delivered. Gives the views without what depends on the reader; items that none of them may see, or that are gone, are left out.
    pub async fn deliver(
        &self,
        items: &[ItemId],
        streams: &[(Arc<Sight>, Option<PurposeId>)],
    ) -> Result<Vec<ItemView>, StoreError> {
        let views = self.0.readers.read(|connection| {
            let views = items.iter().map(|item| self.0.view(connection, *item, None));
            views.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()
        })?;
        let mut records = Vec::new();
        let mut delivered = Vec::with_capacity(views.len());
        for view in views {
            let mut readers: BTreeMap<(OrganisationId, Option<PurposeId>), Vec<MemberId>> = BTreeMap::new();
            for (sight, purpose) in streams.iter().filter(|(sight, _)| sight.sees(view.label_id)) {
                let key = (sight.organisation().clone(), purpose.clone());
                readers.entry(key).or_default().push(sight.member());
            }
            if readers.is_empty() {
                continue;
            }
            records.extend(readers.into_iter().map(|((organisation, purpose), members)| Consultation {
                members,
                organisation,
                access: Access { action: AccessAction::Stream, purpose },
                items: vec![view.item.id],
            }));
            delivered.push(view);
        }
        if !records.is_empty() {
            self.record_access(records).await?;
        }
        Ok(delivered)
    }

    /// Every version of an item, oldest first.
    pub async fn versions(
        &self,
        permit: &Permit<See>,
        purpose: Option<PurposeId>,
    ) -> Result<Vec<VersionView>, StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        let entries = self.read_versions(item)?;
        self.record_permit(permit, Access { action: AccessAction::Versions, purpose }).await?;
        Ok(entries)
    }

    /// Every act about an item, oldest first, with its entry.
    pub fn acts(&self, permit: &Permit<See>) -> Result<Vec<(u64, Act)>, StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        self.0.readers.read(|connection| {
            let key = item_key(&self.0, connection, item)?;
            let all = LeafKind::ALL.into_iter().filter(|kind| *kind != LeafKind::Publish).collect::<Vec<_>>();
            let entries = read_entries(&self.0, connection, item, &key, &all)?;
            let acts = entries.into_iter().filter(|entry| entry.payload == ACT_TYPE).map(|entry| {
                let envelope = Envelope::from_json(&entry.envelope)?;
                Ok((entry.seq, Act::from_payload(envelope.payload_as_kept())?))
            });
            acts.collect()
        })
    }

    /// What proves an item, for everyone who may see it.
    pub async fn proof(
        &self,
        permit: &Permit<See>,
        purpose: Option<PurposeId>,
    ) -> Result<ItemProof, StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        let proof = self.0.readers.read(|connection| {
            let key = item_key(&self.0, connection, item)?;
            let (_, checkpoint) =
                ledgers::read_checkpoint(connection, Ledger::Facts)?.ok_or(StoreError::Absent)?;
            let entries = read_entries(&self.0, connection, item, &key, &LeafKind::ALL)?;
            let entries = entries.into_iter().map(|entry| {
                let proof = ledgers::prove(connection, Ledger::Facts, entry.seq)?;
                let OpenedEntry { kind, salt, header, sealed, envelope, .. } = entry;
                Ok(ProvenEntry { kind, proof, salt, header, sealed, envelope })
            });
            Ok(ItemProof { entries: entries.collect::<Result<_, StoreError>>()?, checkpoint })
        })?;
        self.record_permit(permit, Access { action: AccessAction::Proof, purpose }).await?;
        Ok(proof)
    }

    /// Every version of an item that was just consulted, for the lines of its history.
    pub fn version_list(&self, permit: &Permit<See>) -> Result<Vec<Item>, StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        Ok(self.read_versions(item)?.into_iter().map(|version| version.item).collect())
    }

    fn read_versions(&self, item: ItemId) -> Result<Vec<VersionView>, StoreError> {
        self.0.readers.read(|connection| {
            let key = item_key(&self.0, connection, item)?;
            let entries = read_entries(&self.0, connection, item, &key, &[LeafKind::Publish])?;
            let versions = entries.into_iter().map(|entry| {
                let envelope = Envelope::from_json(&entry.envelope)?;
                let item = Item::from_payload(envelope.payload_as_kept())?;
                Ok(VersionView { item, entry: entry.seq })
            });
            versions.collect()
        })
    }

    /// Originators and markings of items that something is derived from. Nothing else of them is read.
    pub fn markings(
        &self,
        permits: &[Permit<See>],
    ) -> Result<Vec<(OrganisationId, record::Marking)>, StoreError> {
        let items = permits.iter().map(|permit| permit.item().ok_or(StoreError::Absent));
        items.map(|item| self.present_version(item?).map(|item| (item.originator, item.marking))).collect()
    }

    /// Candidates under a sight that rest on one of these sources, newest first.
    pub fn with_source(
        &self,
        sight: &Sight,
        sources: &std::collections::BTreeSet<String>,
        limit: usize,
    ) -> Result<Vec<Candidate>, StoreError> {
        let most = i64::try_from(SOURCES_LOOKED_AT_MAX).unwrap_or(i64::MAX);
        let mut rows = self.0.readers.read(|connection| {
            let mut rows = Vec::new();
            let statement =
                connection.prepare("SELECT row FROM source WHERE hash = ?1 ORDER BY row DESC LIMIT ?2");
            for source in sources {
                let hash = self.0.keyring.sources.mac(source.as_bytes());
                rows.extend(statement.query_map(params![&hash[..16], most], |row| row.get::<u32>(0))?);
            }
            Ok(rows)
        })?;
        rows.sort_by_key(|row| std::cmp::Reverse(*row));
        rows.dedup();
        let columns = self.0.columns();
        rows.retain(|row| columns.get(*row).is_some_and(|one| sight.sees(one.label)));
        drop(columns);
        rows.truncate(limit);
        self.candidates(sight, &rows)
    }

    /// The first item of the thread an item is in.
    pub fn thread_of(&self, permit: &Permit<See>) -> Result<ItemId, StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        self.0.readers.read(|connection| {
            let statement = connection.prepare("SELECT thread FROM item WHERE id = ?1");
            let thread = statement.find([id(item)], |row| row.get(0))?;
            thread.map(ItemId::from_bytes).ok_or(StoreError::Absent)
        })
    }

    /// Whether an organisation has acknowledged the present version, or the recall, of an item.
    pub fn has_acknowledged(&self, item: ItemId, organisation: &OrganisationId) -> Result<bool, StoreError> {
        self.0.readers.read(|connection| Ok(acknowledged(connection, item)?.contains_key(organisation)))
    }

    /// The exact bytes of the present version's payload: what the next version names as its previous one.
    pub fn present_payload(
        &self,
        permit: &Permit<policy::action::Amend>,
    ) -> Result<(Item, Vec<u8>), StoreError> {
        self.head_payload(permit.item().ok_or(StoreError::Absent)?)
    }

    /// The same for a release.
    pub fn payload_to_release(
        &self,
        permit: &Permit<policy::action::Release>,
    ) -> Result<(Item, Vec<u8>), StoreError> {
        self.head_payload(permit.item().ok_or(StoreError::Absent)?)
    }

    pub(crate) fn present_version(&self, item: ItemId) -> Result<Item, StoreError> {
        self.head_payload(item).map(|(item, _)| item)
    }

    fn head_payload(&self, item: ItemId) -> Result<(Item, Vec<u8>), StoreError> {
        self.0.readers.read(|connection| {
            let key = item_key(&self.0, connection, item)?;
            let envelope = self.0.head_envelope(connection, item, &key)?;
            let payload = envelope.payload_as_kept().to_vec();
            Ok((Item::from_payload(&payload)?, payload))
        })
    }

    /// Whether an item comes from an organisation; false when there is no such item.
    pub fn is_of(&self, item: ItemId, organisation: &OrganisationId) -> Result<bool, StoreError> {
        match self.originator_of(item) {
            Ok(originator) => Ok(originator == *organisation),
            Err(StoreError::Absent) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn originator_of(&self, item: ItemId) -> Result<OrganisationId, StoreError> {
        let text: Option<String> = self.0.readers.read(|connection| {
            let statement = connection.prepare("SELECT originator FROM item WHERE id = ?1");
            statement.find([id(item)], |row| row.get(0))
        })?;
        let text = text.ok_or(StoreError::Absent)?;
        text.parse().map_err(|_| StoreError::Damaged("an item of an organisation without a name".into()))
    }

    pub(crate) fn item_key(&self, item: ItemId) -> Result<Key, StoreError> {
        self.0.readers.read(|connection| item_key(&self.0, connection, item))
    }

    fn with_label(&self, row: &CandidateRow) -> Result<Candidate, StoreError> {
        let label = self.0.label(row.label_id)?;
        Ok(Candidate {
            id: row.id,
            row: row.row,
            label_id: row.label_id,
            label,
            kind: row.kind,
            author: row.author,
            version: row.version,
            state: row.state,
            changed: row.changed,
        })
    }
}

impl Inner {
    pub(crate) fn columns(&self) -> std::sync::RwLockReadGuard<'_, crate::columns::Columns> {
        self.columns.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn label(&self, label: u32) -> Result<Arc<VisibilityLabel>, StoreError> {
        let labels = self.labels.read().unwrap_or_else(PoisonError::into_inner);
        labels.get(label).cloned().ok_or_else(|| StoreError::Damaged("an item with an unknown label".into()))
    }

    fn head_envelope(
        &self,
        connection: &Connection,
        item: ItemId,
        key: &Key,
    ) -> Result<Envelope, StoreError> {
        let (header, sealed): (Vec<u8>, Vec<u8>) = connection
            .prepare("SELECT header, sealed FROM entry WHERE seq = (SELECT head FROM item WHERE id = ?1)")
            .find([id(item)], |row| Ok((row.get(0)?, row.get(1)?)))?
            .ok_or(StoreError::Absent)?;
        let (_, plain) = prepare::open(self, &header, &sealed, |_| Ok(key.clone()))?;
        Ok(Envelope::from_json(&plain)?)
    }

    /// An item as it is now. With a sight also what depends on the reader.
    pub(crate) fn view(
        &self,
        connection: &Connection,
        item: ItemId,
        sight: Option<&Sight>,
    ) -> Result<Option<ItemView>, StoreError> {
        let narrow = connection
            .prepare(
                "SELECT item.row, item.label, item.state, item.changed, item.head, item.closed, item.thread, entry.leaf
                 FROM item JOIN entry ON entry.seq = item.changed WHERE item.id = ?1",
            )
            .find([id(item)], |row| {
                let (row_number, label): (u32, u32) = (row.get(0)?, row.get(1)?);
                let (state, changed, head): (u8, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
                let (closed, thread, leaf): (Option<i64>, [u8; 16], Vec<u8>) =
                    (row.get(5)?, row.get(6)?, row.get(7)?);
                Ok((row_number, label, state, changed, head, closed, thread, leaf))
            })?;
        let Some((row, label_id, state, changed, head, closed, thread, leaf)) = narrow else {
            return Ok(None);
        };
        let key = item_key(self, connection, item)?;
        let envelope = self.head_envelope(connection, item, &key)?;
        let mut view = ItemView {
            item: Item::from_payload(envelope.payload_as_kept())?,
            row,
            label_id,
            state: ItemState::from_code(state),
            changed: changed.unsigned_abs(),
            head: head.unsigned_abs(),
            changed_at: ledger::Leaf::decode(&leaf)?.at,
            acknowledged: acknowledged(connection, item)?,
            closed: closed.map(Timestamp::from_millis),
            recall_due: if state == ItemState::Retracted as u8 {
                recall_due(connection, item)?
            } else {
                None
            },
            replies: 0,
            replied_by: Vec::new(),
            same_source: 0,
        };
        if let Some(sight) = sight {
            self.add_what_the_reader_sees(connection, sight, ItemId::from_bytes(thread), &mut view)?;
        }
        Ok(Some(view))
    }

    fn add_what_the_reader_sees(
        &self,
        connection: &Connection,
        sight: &Sight,
        thread: ItemId,
        view: &mut ItemView,
    ) -> Result<(), StoreError> {
        let sees = |row: u32| {
            let columns = self.columns();
            columns.get(row).is_some_and(|one| sight.sees(one.label))
        };
        if thread == view.item.id {
            let others = thread_rows(connection, thread)?.into_iter().filter(|row| *row != view.row);
            let seen: Vec<u32> = others.filter(|row| sees(*row)).collect();
            view.replies = u32::try_from(seen.len()).unwrap_or(u32::MAX);
            let statement = connection.prepare("SELECT originator FROM item WHERE row = ?1");
            for row in seen {
                let originator: Option<String> = statement.find([row], |row| row.get(0))?;
                if let Some(originator) = originator.and_then(|text| text.parse().ok()) {
                    view.replied_by.push(originator);
                }
            }
            view.replied_by.sort();
            view.replied_by.dedup();
        }
        if !view.item.content.sources.is_empty() {
            let most = i64::try_from(SOURCES_LOOKED_AT_MAX).unwrap_or(i64::MAX);
            let statement = connection.prepare(
                "SELECT DISTINCT other.row FROM source AS own JOIN source AS other ON other.hash = own.hash
                 WHERE own.row = ?1 AND other.row <> ?1 ORDER BY other.row DESC LIMIT ?2",
            );
            let rows = statement.query_map(params![view.row, most], |row| row.get::<u32>(0))?;
            for row in rows {
                view.same_source += u32::from(sees(row));
            }
        }
        Ok(())
    }
}

const CANDIDATE: &str = "id, row, label, kind, author, version, state, changed";

struct CandidateRow {
    id: ItemId,
    row: u32,
    label_id: u32,
    kind: Kind,
    author: MemberId,
    version: u32,
    state: ItemState,
    changed: u64,
}

fn read_candidate(row: &Row<'_>) -> Result<CandidateRow, StoreError> {
    let kind: u8 = row.get(3)?;
    Ok(CandidateRow {
        id: ItemId::from_bytes(row.get(0)?),
        row: row.get(1)?,
        label_id: row.get(2)?,
        kind: Kind::from_code(kind)
            .ok_or_else(|| StoreError::Damaged(format!("an item of an unknown kind: {kind}")))?,
        author: MemberId::from_bytes(row.get(4)?),
        version: row.get(5)?,
        state: ItemState::from_code(row.get(6)?),
        changed: row.get::<i64>(7)?.unsigned_abs(),
    })
}

fn thread_rows(connection: &Connection, thread: ItemId) -> Result<Vec<u32>, StoreError> {
    let most = i64::try_from(THREAD_MAX * 10).unwrap_or(i64::MAX);
    let statement = connection.prepare("SELECT row FROM item WHERE thread = ?1 ORDER BY row LIMIT ?2");
    statement.query_map(params![id(thread), most], |row| row.get(0))
}

fn recall_due(connection: &Connection, item: ItemId) -> Result<Option<Timestamp>, StoreError> {
    let due =
        connection.prepare("SELECT due FROM recall WHERE item = ?1").find([id(item)], |row| row.get(0))?;
    Ok(due.map(Timestamp::from_millis))
}

fn acknowledged(
    connection: &Connection,
    item: ItemId,
) -> Result<BTreeMap<OrganisationId, Timestamp>, StoreError> {
    let statement = connection.prepare(
        "SELECT a.organisation, a.at FROM acknowledgement AS a JOIN item ON item.id = a.item
         WHERE a.item = ?1 AND a.version = item.version",
    );
    let rows = statement.query_map([id(item)], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
    rows.into_iter()
        .map(|(organisation, at)| {
            let organisation = organisation.parse().map_err(|_| {
                StoreError::Damaged("an acknowledgement by an organisation without a name".into())
            })?;
            Ok((organisation, Timestamp::from_millis(at)))
        })
        .collect()
}

/// The data key of an item; absent when the item is, or was erased.
pub(crate) fn item_key(inner: &Inner, connection: &Connection, item: ItemId) -> Result<Key, StoreError> {
    key_of(&inner.keyring, connection, item)
}

/// The same without a store.
pub(crate) fn key_of(keyring: &Keyring, connection: &Connection, item: ItemId) -> Result<Key, StoreError> {
    let (organisation, wrapped): (String, Vec<u8>) = connection
        .prepare("SELECT organisation, wrapped FROM item_key WHERE item = ?1")
        .find([id(item)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .ok_or(StoreError::Absent)?;
    let organisation: OrganisationId =
        organisation.parse().map_err(|_| StoreError::Damaged("a data key of nobody".into()))?;
    Key::unwrap_for(&keyring.get(&organisation)?.wrapping, item, &wrapped)
}

/// An entry with its seal opened.
pub(crate) struct OpenedEntry {
    pub(crate) seq: u64,
    pub(crate) kind: LeafKind,
    pub(crate) payload: String,
    pub(crate) salt: [u8; 32],
    pub(crate) header: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) envelope: Vec<u8>,
}

fn read_entries(
    inner: &Inner,
    connection: &Connection,
    item: ItemId,
    key: &Key,
    kinds: &[LeafKind],
) -> Result<Vec<OpenedEntry>, StoreError> {
    let statement = connection.prepare(
        "SELECT seq, leaf, salt, header, sealed FROM entry WHERE subject = ?1 AND sealed IS NOT NULL ORDER BY seq",
    );
    let mut entries = Vec::new();
    statement.walk([id(item)], |row| {
        let kind = ledger::Leaf::decode(row.bytes(1)?)?.kind;
        if !kinds.contains(&kind) {
            return Ok(Walk::On);
        }
        let (header, sealed): (Vec<u8>, Vec<u8>) = (row.get(3)?, row.get(4)?);
        let (read, envelope) = prepare::open(inner, &header, &sealed, |_| Ok(key.clone()))?;
        entries.push(OpenedEntry {
            seq: row.get::<i64>(0)?.unsigned_abs(),
            kind,
            payload: read.payload,
            salt: row.get(2)?,
            header,
            sealed,
            envelope,
        });
        Ok(Walk::On)
    })?;
    Ok(entries)
}
