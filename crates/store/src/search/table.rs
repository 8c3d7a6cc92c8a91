//! The index on disk: an FTS5 table whose row ids begin with the label, so that what is hidden is never walked over.
//!
//! Not here: when changes come ([`super::keeper`]). Row id = label number times 2^32 plus item row: the matches under
//! one label lie together, and a search costs what the caller may see, not what there is.

use std::collections::BTreeMap;
use std::path::Path;

use crate::sql::{Connection, FailureKind, NONE, Walk, params};
use crate::{StoreError, database};
use record::Item;

/// The index file in a store's folder.
pub(crate) const FILE: &str = "search.db";
/// Page cache of each reader, in KiB.
pub(super) const READER_CACHE_KIB: i32 = 4 * 1024;
/// Page cache of the keeper, in KiB.
const KEEPER_CACHE_KIB: i32 = 16 * 1024;
/// Pages written by one step of merging: a fraction of a second.
const MERGE_PAGES: i64 = 1_000;
/// The form of the file; a file of another form is thrown away and made anew.
const FORM: i64 = 1;
/// Two parts are enough to be merged into one; the file keeps that.
const MERGE_FROM_TWO: &str = "INSERT INTO words (words, rank) VALUES ('usermerge', 2);";
/// A transaction that changes the index.
const BEGIN: &str = "BEGIN IMMEDIATE";
/// The last row id that can be.
pub(super) const EVERYTHING: (i64, i64) = (0, i64::MAX);
const SCHEMA: &str = "
CREATE VIRTUAL TABLE words USING fts5(title, text, tags, columnsize = 0,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4 5 6 7 8 9 10 11 12 13 14 15 16');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
CREATE TABLE place (row INTEGER PRIMARY KEY, label INTEGER NOT NULL) STRICT;
CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 0), applied INTEGER NOT NULL, leaf BLOB) STRICT;
INSERT INTO position VALUES (0, 0, NULL);
";

/// What of an item can be found, and under which label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Indexed {
    pub(crate) label: u32,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) tags: String,
}

impl Indexed {
    pub(crate) fn of(label: u32, item: &Item) -> Self {
        let content = &item.content;
        let tags: Vec<&str> = content.tags.iter().map(String::as_str).collect();
        Self { label, title: content.title.clone(), text: content.text.clone(), tags: tags.join("\n") }
    }
}

/// What becomes of one row.
#[derive(Debug)]
pub(super) enum Change {
    Put(Indexed),
    Remove,
    Label(u32),
}

/// How far the index is: the number of entries it holds, and the last one's leaf, by which it knows its store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) applied: u64,
    pub(super) leaf: Option<Vec<u8>>,
}

/// Opens the index; one that cannot be used is thrown away, for it can be made anew.
pub(super) fn open(folder: &Path) -> Result<Connection, StoreError> {
    match open_as_it_is(folder) {
        Err(StoreError::Database(error)) if error.kind == FailureKind::Broken => {
            for end in ["", "-wal", "-shm"] {
                let path = folder.join(format!("{FILE}{end}"));
                match std::fs::remove_file(&path) {
                    Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                        return Err(StoreError::File { path, source });
                    }
                    _ => {}
                }
            }
            open_as_it_is(folder)
        }
        other => other,
    }
}

fn open_as_it_is(folder: &Path) -> Result<Connection, StoreError> {
    let connection = database::open(&folder.join(FILE))?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;
         PRAGMA cache_size = -{KEEPER_CACHE_KIB}; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 67108864;"
    ))?;
    let form: i64 = connection.query_row("PRAGMA user_version", NONE, |row| row.get(0))?;
    if form == FORM {
        // A file that an earlier version made may not have it yet.
        connection.execute_batch(MERGE_FROM_TWO)?;
    } else {
        reset(&connection)?;
    }
    Ok(connection)
}

/// Empties the index.
pub(super) fn reset(connection: &Connection) -> Result<(), StoreError> {
    let anew = format!(
        "DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS place; DROP TABLE IF EXISTS position; {SCHEMA} {MERGE_FROM_TWO}
         PRAGMA user_version = {FORM};"
    );
    connection.transaction(BEGIN, || connection.execute_batch(&anew))
}

pub(super) fn position(connection: &Connection) -> Result<Position, StoreError> {
    let sql = "SELECT applied, leaf FROM position";
    connection.query_row(sql, NONE, |row| {
        Ok(Position { applied: row.get::<i64>(0)?.unsigned_abs(), leaf: row.get(1)? })
    })
}

/// The row ids under one label, of rows before `before`.
pub(super) fn range(label: u32, before: Option<u32>) -> (i64, i64) {
    (row_id(label, 0), row_id(label, 0) + before.map_or(i64::from(u32::MAX), |before| i64::from(before) - 1))
}

pub(super) fn row_id(label: u32, row: u32) -> i64 {
    // Labels are at most 16 million (policy::sight), so this is far from the end of i64.
    (i64::from(label) << 32) | i64::from(row)
}

/// Walks over matches within a range of row ids, last first. `keep` gets chunks of item rows and says from which
/// row on more are of use.
pub(super) fn find(
    connection: &Connection,
    words: &str,
    range: (i64, i64),
    keep: &mut dyn FnMut(&mut Vec<u32>) -> u32,
) -> Result<(), StoreError> {
    let statement = connection.prepare(
        "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    );
    // The first chunks are small: most labels have nothing new enough, or the page is soon full.
    let (mut chunk, mut size, mut needed) = (Vec::new(), 16, keep(&mut Vec::new()));
    statement.walk(params![words, range.0, range.1], |row| {
        let row_id: i64 = row.get(0)?;
        let row = u32::try_from(row_id & i64::from(u32::MAX)).expect("masked to 32 bits");
        if row < needed {
            return Ok(Walk::End);
        }
        chunk.push(row);
        if chunk.len() >= size {
            needed = keep(&mut chunk);
            chunk.clear();
            size = (size * 2).min(super::CHUNK_ROWS);
        }
        Ok(Walk::On)
    })?;
    keep(&mut chunk);
    Ok(())
}

/// What the index holds of an item.
pub(crate) fn read(connection: &Connection, row: u32) -> Result<Option<Indexed>, StoreError> {
    let Some(label) = label_of(connection, row)? else { return Ok(None) };
    let statement = connection.prepare("SELECT title, text, tags FROM words WHERE rowid = ?1");
    statement.find([row_id(label, row)], |found| {
        Ok(Indexed { label, title: found.get(0)?, text: found.get(1)?, tags: found.get(2)? })
    })
}

fn label_of(connection: &Connection, row: u32) -> Result<Option<u32>, StoreError> {
    connection.prepare("SELECT label FROM place WHERE row = ?1").find([row], |row| row.get(0))
}

/// Number of items in the index.
pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let places: i64 = connection.query_row("SELECT count(*) FROM place", NONE, |row| row.get(0))?;
    Ok(places.unsigned_abs())
}

/// Whether the words fit the text, as FTS5 itself checks it.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("INSERT INTO words (words) VALUES ('integrity-check')", NONE)?;
    Ok(())
}

/// Merges some parts of the index into fewer, and says whether there may be more to merge.
pub(super) fn merge(connection: &Connection) -> Result<bool, StoreError> {
    let changes = || connection.query_row("SELECT total_changes()", NONE, |row| row.get::<i64>(0));
    let before = changes()?;
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?1)", [MERGE_PAGES])?;
    // FTS5 counts one change for a merge that found nothing to do.
    Ok(changes()? - before >= 2)
}

/// Applies changes in one transaction, when the index is still `from` there; `false` when it is not.
pub(super) fn apply(
    connection: &Connection,
    changes: BTreeMap<u32, Change>,
    from: &Position,
    to: &Position,
) -> Result<bool, StoreError> {
    let mut removed = false;
    let applied = connection.transaction(BEGIN, || {
        if position(connection)? != *from {
            return Ok(false);
        }
        // FTS5 wants row ids in ascending order: each step back would write out a part of the index.
        let mut steps = BTreeMap::new();
        for (row, change) in changes {
            let remove = matches!(change, Change::Remove);
            removed |= plan(connection, row, change, &mut steps)? && remove;
        }
        let delete = connection.prepare("DELETE FROM words WHERE rowid = ?1");
        let insert =
            connection.prepare("INSERT INTO words (rowid, title, text, tags) VALUES (?1, ?2, ?3, ?4)");
        for (row_id, step) in steps {
            if step.delete {
                delete.execute([row_id])?;
            }
            if let Some(text) = step.insert {
                insert.execute(params![row_id, text.title, text.text, text.tags])?;
            }
        }
        connection
            .prepare("UPDATE position SET applied = ?1, leaf = ?2")
            .execute(params![crate::ledgers::position(to.applied)?, to.leaf])?;
        Ok(true)
    })?;
    if removed {
        // What was erased must not linger in the log.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", NONE, |_| Ok(()))?;
    }
    Ok(applied)
}

#[derive(Default)]
struct Step {
    delete: bool,
    insert: Option<Indexed>,
}

/// What a change does to row ids; says whether the item was there.
fn plan(
    connection: &Connection,
    row: u32,
    change: Change,
    steps: &mut BTreeMap<i64, Step>,
) -> Result<bool, StoreError> {
    let place = label_of(connection, row)?;
    let text = match change {
        Change::Put(text) => Some(text),
        Change::Remove => None,
        Change::Label(label) => read(connection, row)?.map(|text| Indexed { label, ..text }),
    };
    if let Some(label) = place {
        steps.entry(row_id(label, row)).or_default().delete = true;
    }
    match text {
        Some(text) => {
            connection
                .prepare("INSERT OR REPLACE INTO place (row, label) VALUES (?1, ?2)")
                .execute([row, text.label])?;
            let row_id = row_id(text.label, row);
            steps.entry(row_id).or_default().insert = Some(text);
        }
        None => {
            connection.prepare("DELETE FROM place WHERE row = ?1").execute([row])?;
        }
    }
    Ok(place.is_some())
}
