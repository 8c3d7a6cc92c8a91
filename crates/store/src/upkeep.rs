//! What time does: items whose retention ended are erased, what was only for a while is swept.
//!
//! Not here: when it runs (the server's jobs). Each call does a bounded part and says whether there is more.

use base::Timestamp;
use base::ids::{ActId, ItemId, MemberId, OrganisationId};
use ledger::Leaf;
use record::{Act, Deed};

use crate::access::AccessRecord;
use crate::facts::{self, id};
use crate::people::SessionLimits;
use crate::sql::{Connection, NONE, params};
use crate::writer::{Answer, Batch};
use crate::{Store, StoreError, database, prepare};

/// Most items erased in one call: they share the writer with everyone.
const ITEMS_MAX: usize = 200;
/// Most rows of one kind swept in one call.
const ROWS_MAX: i64 = 2_000;
const MS_PER_HOUR: i64 = 3_600_000;
const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;
/// How long an answer is remembered so that it is not given twice, in hours.
pub const IDEMPOTENCY_HOURS: i64 = 24;
/// How long a file may belong to no item, in hours.
pub const UNBOUND_HOURS: i64 = 24;
/// How long a draft is kept after its last change, in days.
pub const DRAFT_DAYS: i64 = 90;
/// Why the node erases by itself.
const RETENTION_ENDED: &str = "retention ended";
/// Why the node erases again after a restore.
const ERASED_BEFORE: &str = "erased before this backup was restored";

/// How long things are kept that no marking speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// Days until the content of an access record is destroyed; its leaf stays.
    pub access_days: u32,
    /// How long sessions last.
    pub sessions: SessionLimits,
}

impl Default for Keeping {
    /// A year of access records.
    fn default() -> Self {
        Self { access_days: 365, sessions: SessionLimits::default() }
    }
}

/// What one call has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Items erased because their retention ended.
    pub items: usize,
    /// Files that belonged to no item.
    pub attachments: usize,
    /// Drafts nobody had touched.
    pub drafts: usize,
    /// Sessions and invitations past their time.
    pub sign_ins: usize,
    /// Remembered answers.
    pub answers: usize,
    /// Access records whose content was destroyed.
    pub access_records: usize,
    /// Whether another call would find more to do.
    pub more: bool,
}

impl Store {
    /// Erases and sweeps what is past its time at `now`.
    pub fn expire(&self, now: Timestamp, keeping: Keeping) -> Result<Answer<Expired>, StoreError> {
        self.0.writer.send(move |batch| {
            let items = due(batch.connection, now)?;
            for (item, originator) in &items {
                erase(batch, *item, originator, RETENTION_ENDED)?;
            }
            let mut done = Expired { items: items.len(), ..Expired::default() };
            sweep(batch.connection, now, keeping, &mut done)?;
            done.access_records = empty_access_records(batch, now, keeping)?;
            let swept = [done.attachments, done.drafts, done.sign_ins, done.answers, done.access_records];
            let full = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
            done.more = done.items == ITEMS_MAX || swept.iter().any(|count| *count >= full);
            Ok(done)
        })
    }

    /// Erases items that had been erased before a backup without that erasure was restored. Those that are not here
    /// are passed over. Gives the number of items erased.
    pub fn erase_again(&self, items: &[ItemId]) -> Result<usize, StoreError> {
        let mut erased = 0;
        for part in items.chunks(ITEMS_MAX) {
            let part = part.to_vec();
            erased += self
                .0
                .writer
                .send(move |batch| {
                    let mut erased = 0;
                    for item in part {
                        if let Some(originator) = originator(batch.connection, item)? {
                            erase(batch, item, &originator, ERASED_BEFORE)?;
                            erased += 1;
                        }
                    }
                    Ok(erased)
                })?
                .wait()?;
        }
        Ok(erased)
    }

    /// Writes the database's log back and empties it: what was erased is then in no file of the store. Says whether
    /// it could be done wholly; a long read that is going on prevents it.
    pub fn empty_log(&self) -> Result<bool, StoreError> {
        database::empty_log(&self.0.options.folder)
    }
}

/// Items past their retention, the longest overdue first.
fn due(connection: &Connection, now: Timestamp) -> Result<Vec<(ItemId, OrganisationId)>, StoreError> {
    let most = i64::try_from(ITEMS_MAX).unwrap_or(i64::MAX);
    let statement = connection.prepare(
        "SELECT id, originator FROM item WHERE state < 2 AND kept_until <= ?1 ORDER BY kept_until LIMIT ?2",
    );
    statement.query_map(params![now.millis(), most], |row| {
        Ok((ItemId::from_bytes(row.get(0)?), parse(&row.get::<String>(1)?)?))
    })
}

fn originator(connection: &Connection, item: ItemId) -> Result<Option<OrganisationId>, StoreError> {
    let statement = connection.prepare("SELECT originator FROM item WHERE id = ?1");
    let text: Option<String> = statement.find([id(item)], |row| row.get(0))?;
    text.map(|text| parse(&text)).transpose()
}

fn parse(organisation: &str) -> Result<OrganisationId, StoreError> {
    organisation.parse().map_err(|_| StoreError::Damaged("an item of an organisation without a name".into()))
}

/// Erases an item as its originator promised it would be: an act of nobody in particular, signed by that
/// organisation's key. No policy is asked, because no member acts.
fn erase(
    batch: &mut Batch<'_>,
    item: ItemId,
    originator: &OrganisationId,
    reason: &str,
) -> Result<(), StoreError> {
    let inner = batch.inner;
    let nobody = MemberId::from_bytes([0; 16]);
    let act_id = ActId::new(&*inner.clock, &*inner.random);
    let deed = Deed::Erase { reason: reason.into(), granted: Vec::new() };
    let act = Act::new(act_id, item, originator.clone(), nobody, inner.clock.now(), deed);
    facts::append_erasure(batch, act, reason.into(), [0; 32])?;
    Ok(())
}

fn sweep(
    connection: &Connection,
    now: Timestamp,
    keeping: Keeping,
    done: &mut Expired,
) -> Result<(), StoreError> {
    let before = |ms: i64| now.plus_millis(-ms).millis();
    let run = |sql: &str, before: i64| -> Result<usize, StoreError> {
        connection.prepare(sql).execute(params![before, ROWS_MAX])
    };
    done.attachments = run(
        "DELETE FROM attachment WHERE id IN
           (SELECT id FROM attachment WHERE item IS NULL AND uploaded < ?1 LIMIT ?2)",
        before(UNBOUND_HOURS * MS_PER_HOUR),
    )?;
    done.drafts = run(
        "DELETE FROM draft WHERE id IN (SELECT id FROM draft WHERE changed < ?1 LIMIT ?2)",
        before(DRAFT_DAYS * MS_PER_DAY),
    )?;
    done.answers = run(
        "DELETE FROM idempotency WHERE (member, key) IN
           (SELECT member, key FROM idempotency WHERE at < ?1 ORDER BY at LIMIT ?2)",
        before(IDEMPOTENCY_HOURS * MS_PER_HOUR),
    )?;
    let idle = run(
        "DELETE FROM session WHERE secret_hash IN (SELECT secret_hash FROM session WHERE seen < ?1 LIMIT ?2)",
        before(keeping.sessions.idle_ms),
    )?;
    let old = run(
        "DELETE FROM session WHERE secret_hash IN (SELECT secret_hash FROM session WHERE created < ?1 LIMIT ?2)",
        before(keeping.sessions.absolute_ms),
    )?;
    let invitations = run(
        "DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE expires < ?1 LIMIT ?2)",
        before(0),
    )?;
    done.sign_ins = idle + old + invitations;
    Ok(())
}

/// Destroys the content of old access records. They go in the order of the ledger, so that verification knows: what is
/// empty lies before everything that is not. The time kept beside the leaf becomes the leaf's own.
fn empty_access_records(batch: &Batch<'_>, now: Timestamp, keeping: Keeping) -> Result<usize, StoreError> {
    let connection = batch.connection;
    let before = now.plus_millis(-i64::from(keeping.access_days) * MS_PER_DAY);
    let mut emptied = 0;
    for (seq, leaf, header, sealed) in access_records_from(connection, first_full(connection)?)? {
        let at = Leaf::decode(&leaf)?.at;
        if at >= before {
            break;
        }
        let (_, plain) = prepare::open(batch.inner, &header, &sealed, |_| Err(StoreError::Absent))?;
        let record: AccessRecord = serde_json::from_slice(&plain)
            .map_err(|error| StoreError::Damaged(format!("access record {seq}: {error}")))?;
        let forget = connection.prepare("DELETE FROM access_item WHERE item = ?1 AND seq = ?2");
        for item in record.items {
            forget.execute(params![id(item), seq])?;
        }
        connection
            .prepare("UPDATE access SET at = ?2, salt = NULL, header = NULL, sealed = NULL WHERE seq = ?1")
            .execute([seq, at.millis()])?;
        emptied += 1;
    }
    Ok(emptied)
}

type SealedAccess = (i64, Vec<u8>, Vec<u8>, Vec<u8>);

fn access_records_from(connection: &Connection, first: i64) -> Result<Vec<SealedAccess>, StoreError> {
    let statement = connection.prepare(
        "SELECT seq, leaf, header, sealed FROM access WHERE seq >= ?1 AND sealed IS NOT NULL ORDER BY seq LIMIT ?2",
    );
    statement.query_map([first, ROWS_MAX], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
}

/// The first access record that still has content, found by halving: the empty ones come first.
fn first_full(connection: &Connection) -> Result<i64, StoreError> {
    let mut end: i64 =
        connection.query_row("SELECT coalesce(max(seq) + 1, 0) FROM access", NONE, |row| row.get(0))?;
    let mut start = 0;
    let is_empty = connection.prepare("SELECT sealed IS NULL FROM access WHERE seq = ?1");
    while start < end {
        let middle = start + (end - start) / 2;
        if is_empty.query_row([middle], |row| row.get(0))? {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    Ok(start)
}
