//! The check of everything derived: read model, memory and search index must be what the entries give, and files what
//! their metadata says.
//!
//! Not here: whether the entries are the ones that were written ([`super::verify`]).

use std::path::{Path, PathBuf};

use base::Timestamp;
use base::ids::ItemId;
use ledger::Leaf;
use record::envelope::{ACT_TYPE, Envelope, ITEM_TYPE};
use record::{Act, Item, RecordError};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};

use crate::facts::id;
use crate::items::item_key;
use crate::search::Indexed;
use crate::{Inner, Ledger, Store, StoreError, blobs, database, fold, ledgers, prepare, search};

/// Most faults that are listed.
const FAULTS_MAX: usize = 100;
/// Entries between two words on progress.
const PROGRESS_EVERY: u64 = 1_000;
/// The file in which the read model is folded anew; gone afterwards.
const FILE: &str = "check.tmp";
/// What both read models are asked, the key first. Numbers of labels may differ, so labels go by their text.
const TABLES: [(&str, &str); 8] = [
    (
        "item",
        "SELECT item.id, row, version, head, changed, thread, parent, kind, originator, author, label.key, state,
           reported, valid_from, valid_until, kept_until, urgency, severity, west, south, east, north, site, zone,
           due, asked, closed
         FROM item LEFT JOIN label ON label.id = item.label ORDER BY item.id",
    ),
    (
        "acknowledgement",
        "SELECT item, organisation, version, at FROM acknowledgement ORDER BY item, organisation",
    ),
    ("restriction", "SELECT item, organisation, members FROM restriction ORDER BY item, organisation"),
    (
        "span",
        "SELECT entry, row, version, label.key, since, until, ended, next
         FROM span LEFT JOIN label ON label.id = span.label ORDER BY entry",
    ),
    (
        "span_label",
        "SELECT span, entry, since, label.key
         FROM span_label LEFT JOIN label ON label.id = span_label.label ORDER BY span, entry",
    ),
    (
        "erasure_request",
        "SELECT id, entry, item, organisation, at, refused FROM erasure_request ORDER BY id",
    ),
    ("recall", "SELECT item, at, due FROM recall ORDER BY item"),
    ("source", "SELECT row, hash FROM source ORDER BY row, hash"),
];

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Entries that were folded.
    pub entries: u64,
    /// Items in the read model.
    pub items: u64,
    /// Files that were opened.
    pub attachments: u64,
    /// Whether memory and search index were compared too; not when the store changed meanwhile.
    pub memory_compared: bool,
    /// What is wrong, at most 100.
    pub faults: Vec<String>,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, what: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(what);
        }
    }
}

impl Store {
    /// Checks everything that is derived. `progress` is told how many entries are done, and of how many. Changes go on
    /// meanwhile; the log grows until the check is done.
    pub fn check(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        let scratch = Scratch::new(&self.0.options.folder)?;
        let connection = database::open_reader(&self.0.options.folder.join(database::FILE), 16 * 1024)?;
        connection.execute_batch("BEGIN")?;
        let size = ledgers::size_of(&connection, Ledger::Facts)?;
        fold_anew(&self.0, &connection, scratch.connection(), size, &mut report, progress)?;
        for (table, sql) in TABLES {
            compare(table, sql, &connection, scratch.connection(), &mut report)?;
        }
        report.items = count(&connection, "item")?;
        check_attachments(&self.0, &connection, &mut report)?;
        self.check_memory(&connection, size, &mut report)?;
        Ok(report)
    }

    /// Holds memory and search index against the read model, unless the store has changed since.
    fn check_memory(
        &self,
        connection: &Connection,
        size: u64,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        // Behind this, memory has followed every change that is on disk.
        self.0.writer.send(|_| Ok(()))?.wait()?;
        self.settle_search()?;
        let mut faults = Vec::new();
        if let Some(row) = fold::load_columns(connection)?.first_difference(&self.0.columns()) {
            faults.push(format!("row {row}: the columns in memory differ from the read model"));
        }
        if let Err(error) = self.check_search_index() {
            faults.push(format!("the search index does not fit its own text: {error}"));
        }
        self.0.search.read(|index| compare_search(&self.0, connection, index, &mut faults))?;
        if self.ledger_size(Ledger::Facts)? == size {
            report.memory_compared = true;
            faults.into_iter().for_each(|fault| report.fault(fault));
        }
        Ok(())
    }
}

/// A store without anything in it, in a file that goes away.
struct Scratch {
    connection: Option<Connection>,
    path: PathBuf,
}

impl Scratch {
    fn new(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        if let Err(source) = std::fs::remove_file(&path)
            && source.kind() != std::io::ErrorKind::NotFound
        {
            return Err(StoreError::File { path, source });
        }
        let scratch = Self { connection: Some(Connection::open(&path)?), path };
        scratch.connection().execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA cache_size = -32768;",
        )?;
        database::migrate(scratch.connection())?;
        scratch.connection().execute_batch("PRAGMA foreign_keys = OFF; BEGIN")?;
        Ok(scratch)
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("there until it is dropped")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.connection.take());
        // What cannot be removed is replaced by the next check.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Folds every entry that still has content into another read model.
fn fold_anew(
    inner: &Inner,
    connection: &Connection,
    scratch: &Connection,
    size: u64,
    report: &mut CheckReport,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare("SELECT seq, header, sealed, leaf FROM entry WHERE sealed IS NOT NULL ORDER BY seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)?.unsigned_abs();
        let folded =
            Kept::read(row, seq).and_then(|kept| fold_entry(inner, connection, scratch, &kept, report));
        if let Err(error) = folded {
            report.fault(format!("entry {seq} cannot be folded: {error}"));
        }
        report.entries += 1;
        if seq.is_multiple_of(PROGRESS_EVERY) {
            progress(seq, size);
        }
    }
    progress(size, size);
    Ok(())
}

/// An entry as it is kept.
struct Kept {
    seq: u64,
    at: Timestamp,
    header: Vec<u8>,
    sealed: Vec<u8>,
}

impl Kept {
    fn read(row: &rusqlite::Row<'_>, seq: u64) -> Result<Self, StoreError> {
        let leaf: Vec<u8> = row.get(3)?;
        Ok(Self { seq, at: Leaf::decode(&leaf)?.at, header: row.get(1)?, sealed: row.get(2)? })
    }
}

fn fold_entry(
    inner: &Inner,
    connection: &Connection,
    scratch: &Connection,
    kept: &Kept,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let Kept { seq, at, header, sealed } = kept;
    let (seq, at) = (*seq, *at);
    let (header, plain) = prepare::open(inner, header, sealed, |item| item_key(inner, connection, item))?;
    match header.payload.as_str() {
        ITEM_TYPE => {
            let envelope = Envelope::from_json(&plain)?;
            let item = Item::from_payload(envelope.payload_as_kept())?;
            envelope.verify(ITEM_TYPE, inner.keyring.get(&item.originator)?.signing.public())?;
            fold::write_version(scratch, seq, at, &item)?;
            let row = row_of(scratch, item.id)?.ok_or(StoreError::Absent)?;
            fold::write_sources(scratch, inner, row, &item)?;
            check_listed(connection, seq, &item, report)
        }
        ACT_TYPE => {
            let envelope = Envelope::from_json(&plain)?;
            let act = Act::from_payload(envelope.payload_as_kept())?;
            envelope.verify(ACT_TYPE, inner.keyring.get(&act.organisation)?.signing.public())?;
            fold::write_act(scratch, seq, at, &act)
        }
        prepare::DIRECTORY_TYPE => Ok(()),
        other => {
            let known = "an item, an act or a change of the directory";
            Err(RecordError::Unknown { what: "the payload type", found: other.into(), known }.into())
        }
    }
}

fn row_of(connection: &Connection, item: ItemId) -> Result<Option<u32>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT row FROM item WHERE id = ?1")?;
    Ok(statement.query_row([id(item)], |row| row.get(0)).optional()?)
}

/// Every file the present version lists is there, with the same metadata.
fn check_listed(
    connection: &Connection,
    seq: u64,
    item: &Item,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    if item.content.attachments.is_empty() {
        return Ok(());
    }
    let present = "SELECT 1 FROM item WHERE id = ?1 AND head = ?2";
    let params = rusqlite::params![id(item.id), ledgers::position(seq)?];
    if !connection.prepare_cached(present)?.exists(params)? {
        return Ok(());
    }
    for listed in &item.content.attachments {
        let kept = blobs::read(connection, listed.id)?;
        if kept.is_none_or(|kept| kept.meta != *listed || kept.item != Some(item.id)) {
            report.fault(format!("item {}: attachment {} is not as it is listed", item.id, listed.id));
        }
    }
    Ok(())
}

/// Walks over two answers side by side and names the first rows that differ.
fn compare(
    table: &str,
    sql: &str,
    kept: &Connection,
    folded: &Connection,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let (mut kept, mut folded) = (kept.prepare(sql)?, folded.prepare(sql)?);
    let columns: Vec<String> = kept.column_names().map(str::to_owned).collect();
    let (mut kept, mut folded) = (kept.query([])?, folded.query([])?);
    loop {
        let (ours, theirs) = (values(kept.next()?)?, values(folded.next()?)?);
        let (ours, theirs) = match (ours, theirs) {
            (None, None) => return Ok(()),
            (Some(only), None) => {
                report.fault(format!("{table} {} is kept, but no entry gives it", name(&only[0])));
                return Ok(());
            }
            (None, Some(only)) => {
                report.fault(format!("{table} {} is missing", name(&only[0])));
                return Ok(());
            }
            (Some(ours), Some(theirs)) => (ours, theirs),
        };
        if let Some(at) = (0..columns.len()).find(|at| ours[*at] != theirs[*at]) {
            let key = name(&ours[0]);
            report.fault(format!("{table} {key}: column {} is not what the entries give", columns[at]));
            if at == 0 {
                // The two are no longer side by side; one fault says enough.
                return Ok(());
            }
        }
    }
}

fn values(row: Option<&rusqlite::Row<'_>>) -> Result<Option<Vec<Value>>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let columns = row.as_ref().column_count();
    Ok(Some((0..columns).map(|at| row.get(at)).collect::<Result<_, _>>()?))
}

fn name(value: &Value) -> String {
    match value {
        Value::Blob(bytes) => match <[u8; 16]>::try_from(bytes.as_slice()) {
            Ok(bytes) => ItemId::from_bytes(bytes).to_string(),
            Err(_) => format!("{bytes:02x?}"),
        },
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn check_attachments(
    inner: &Inner,
    connection: &Connection,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    for attachment in blobs::ids(connection)? {
        report.attachments += 1;
        let result = blobs::read(connection, attachment).and_then(|kept| {
            let kept = kept.ok_or(StoreError::Absent)?;
            kept.open(inner)?;
            Ok(kept.item)
        });
        match result {
            Ok(Some(item)) if row_of(connection, item)?.is_none() => {
                report.fault(format!("attachment {attachment} belongs to an item that is not there"));
            }
            Ok(_) => {}
            Err(error) => report.fault(format!("attachment {attachment}: {error}")),
        }
    }
    Ok(())
}

fn count(connection: &Connection, table: &str) -> Result<u64, StoreError> {
    let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// Every item is in the index with its present text and label, and nothing else is.
fn compare_search(
    inner: &Inner,
    connection: &Connection,
    index: &Connection,
    faults: &mut Vec<String>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT item.row, item.label, item.id, entry.header, entry.sealed
         FROM item JOIN entry ON entry.seq = item.head ORDER BY item.row",
    )?;
    let mut rows = statement.query([])?;
    let mut items = 0;
    while let Some(row) = rows.next()? {
        items += 1;
        let (number, label, item): (u32, u32, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (item, header, sealed): (_, Vec<u8>, Vec<u8>) =
            (ItemId::from_bytes(item), row.get(3)?, row.get(4)?);
        let opened = prepare::open(inner, &header, &sealed, |_| item_key(inner, connection, item));
        // An entry that cannot be opened has been named when it was folded.
        let Ok((_, plain)) = opened else { continue };
        let Ok(item) = Envelope::from_json(&plain).and_then(|one| Item::from_payload(one.payload_as_kept()))
        else {
            continue;
        };
        if search::read_indexed(index, number)? != Some(Indexed::of(label, &item)) {
            faults.push(format!("item {}: the search index has another text or label", item.id));
        }
        if faults.len() >= FAULTS_MAX {
            return Ok(());
        }
    }
    let indexed = search::count_indexed(index)?;
    if indexed != items {
        faults.push(format!("the search index holds {indexed} items, the store {items}"));
    }
    Ok(())
}
