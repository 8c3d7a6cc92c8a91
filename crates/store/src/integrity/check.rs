//! The check of everything derived: read model, memory and search index must be what the entries give, and files what
//! their metadata says.
//!
//! Not here: whether the entries are the ones that were written ([`super::verify`]).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use base::Timestamp;
use base::ids::ItemId;
use ledger::Leaf;
use record::envelope::{ACT_TYPE, Envelope, ITEM_TYPE};
use record::{Act, Item, RecordError};

use crate::facts::id;
use crate::items::item_key;
use crate::search::Indexed;
use crate::sql::{Cell, Connection, NONE, Row, Walk, params};
use crate::{Inner, Ledger, Store, StoreError, blobs, database, directory, fold, ledgers, prepare, search};

/// Most faults that are listed.
const FAULTS_MAX: usize = 100;
/// Entries between two words on progress.
const PROGRESS_EVERY: u64 = 1_000;
/// Rows of one read model that are read ahead while it is held against the other.
const ROWS_AHEAD: usize = 512;
/// The file in which the read model is folded anew; gone afterwards.
const FILE: &str = "check.tmp";
/// What both read models are asked, the key first. Numbers of labels may differ, so labels go by their text.
const TABLES: [(&str, &str); 11] = [
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
    (
        "erasure_granted",
        "SELECT id, entry, item, originator, organisation, at FROM erasure_granted ORDER BY id",
    ),
    ("recall", "SELECT item, at, due FROM recall ORDER BY item"),
    ("area_part", "SELECT kind || ' ' || id, json FROM area_part ORDER BY kind, id"),
    ("watched", "SELECT organisation || ' ' || kind || ' ' || id, json FROM watched ORDER BY organisation, kind, id"),
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
        let mut scratch = Scratch::new(&self.0.options.folder)?;
        let connection = database::open_reader(&self.0.options.folder.join(database::FILE), 16 * 1024)?;
        connection.execute_batch("BEGIN")?;
        let size = ledgers::size_of(&connection, Ledger::Facts)?;
        fold_anew(&self.0, &connection, scratch.connection(), size, &mut report, progress)?;
        for (table, sql) in TABLES {
            compare(table, sql, &connection, scratch.connection_mut(), &mut report)?;
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
        let scratch = Self { connection: Some(database::open_scratch(&path)?), path };
        scratch.connection().execute_batch("BEGIN")?;
        Ok(scratch)
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("there until it is dropped")
    }

    fn connection_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("there until it is dropped")
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
    let statement = connection
        .prepare("SELECT seq, header, sealed, leaf FROM entry WHERE sealed IS NOT NULL ORDER BY seq");
    statement.walk(NONE, |row| {
        let seq = row.get::<i64>(0)?.unsigned_abs();
        let folded =
            Kept::read(row, seq).and_then(|kept| fold_entry(inner, connection, scratch, &kept, report));
        if let Err(error) = folded {
            report.fault(format!("entry {seq} cannot be folded: {error}"));
        }
        report.entries += 1;
        if seq.is_multiple_of(PROGRESS_EVERY) {
            progress(seq, size);
        }
        Ok(Walk::On)
    })?;
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
    fn read(row: &Row<'_>, seq: u64) -> Result<Self, StoreError> {
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
        prepare::DIRECTORY_TYPE => directory::fold(scratch, &plain),
        other => {
            let known = "an item, an act or a change of the directory";
            Err(RecordError::Unknown { what: "the payload type", found: other.into(), known }.into())
        }
    }
}

fn row_of(connection: &Connection, item: ItemId) -> Result<Option<u32>, StoreError> {
    let statement = connection.prepare("SELECT row FROM item WHERE id = ?1");
    statement.find([id(item)], |row| row.get(0))
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
    if !connection.prepare(present).exists(params![id(item.id), ledgers::position(seq)?])? {
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

/// Walks over two answers side by side and names the first rows that differ. Another thread reads the folded one, some
/// rows ahead.
fn compare(
    table: &str,
    sql: &str,
    kept: &Connection,
    folded: &mut Connection,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let (ahead, theirs) = sync_channel(ROWS_AHEAD);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            folded.prepare(sql).walk(NONE, |row| {
                // Nobody takes any more when the two have parted.
                Ok(if ahead.send(values(row)).is_ok() { Walk::On } else { Walk::End })
            })
        });
        compare_rows(table, sql, kept, theirs, report)?;
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The same, of which one answer comes from a queue. Dropping the queue ends its writer.
#[allow(clippy::needless_pass_by_value, reason = "dropped at the end, so that the one who fills it stops")]
fn compare_rows(
    table: &str,
    sql: &str,
    kept: &Connection,
    theirs: Receiver<Vec<Value>>,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let mut parted = false;
    kept.prepare(sql).walk(NONE, |row| {
        let ours = values(row);
        let key = name(&ours[0]);
        let Ok(theirs) = theirs.recv() else {
            report.fault(format!("{table} {key} is kept, but no entry gives it"));
            parted = true;
            return Ok(Walk::End);
        };
        if let Some(at) = (0..ours.len()).find(|at| ours[*at] != theirs[*at]) {
            report.fault(format!("{table} {key}: column {} is not what the entries give", row.name(at)));
            // The two are no longer side by side; one fault says enough.
            parted = at == 0;
        }
        Ok(if parted { Walk::End } else { Walk::On })
    })?;
    if !parted && let Ok(only) = theirs.recv() {
        report.fault(format!("{table} {} is missing", name(&only[0])));
    }
    Ok(())
}

/// The value of a cell, whatever it is.
#[derive(PartialEq)]
enum Value {
    Nothing,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    /// Nothing that the store writes; the text says what.
    Other(String),
}

fn values(row: &Row<'_>) -> Vec<Value> {
    let value = |column| match row.cell(column) {
        Ok(Cell::Null) => Value::Nothing,
        Ok(Cell::Integer(number)) => Value::Number(number),
        Ok(Cell::Text(text)) => Value::Text(text.to_owned()),
        Ok(Cell::Blob(bytes)) => Value::Bytes(bytes.to_vec()),
        Err(error) => Value::Other(error.to_string()),
    };
    (0..row.columns()).map(value).collect()
}

fn name(value: &Value) -> String {
    match value {
        Value::Nothing => "nothing".into(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Bytes(bytes) => match <[u8; 16]>::try_from(bytes.as_slice()) {
            Ok(bytes) => ItemId::from_bytes(bytes).to_string(),
            Err(_) => format!("{bytes:02x?}"),
        },
        Value::Other(what) => what.clone(),
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
    let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), NONE, |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// Every item is in the index with its present text and label, and nothing else is.
fn compare_search(
    inner: &Inner,
    connection: &Connection,
    index: &Connection,
    faults: &mut Vec<String>,
) -> Result<(), StoreError> {
    let statement = connection.prepare(
        "SELECT item.row, item.label, item.id, entry.header, entry.sealed
         FROM item JOIN entry ON entry.seq = item.head ORDER BY item.row",
    );
    let mut items = 0;
    statement.walk(NONE, |row| {
        items += 1;
        let (number, label, item): (u32, u32, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (item, header, sealed): (_, Vec<u8>, Vec<u8>) =
            (ItemId::from_bytes(item), row.get(3)?, row.get(4)?);
        let opened = prepare::open(inner, &header, &sealed, |_| item_key(inner, connection, item));
        // An entry that cannot be opened has been named when it was folded.
        let Ok((_, plain)) = opened else { return Ok(Walk::On) };
        let Ok(item) = Envelope::from_json(&plain).and_then(|one| Item::from_payload(one.payload_as_kept()))
        else {
            return Ok(Walk::On);
        };
        if search::read_indexed(index, number)? != Some(Indexed::of(label, &item)) {
            faults.push(format!("item {}: the search index has another text or label", item.id));
        }
        Ok(if faults.len() < FAULTS_MAX { Walk::On } else { Walk::End })
    })?;
    if faults.len() >= FAULTS_MAX {
        return Ok(());
    }
    let indexed = search::count_indexed(index)?;
    if indexed != items {
        faults.push(format!("the search index holds {indexed} items, the store {items}"));
    }
    Ok(())
}
