//! The thread that keeps the index: takes changes as they come, some at a time, and reads the entries when it missed
//! some.
//!
//! Not here: the file ([`super::table`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use base::ids::ItemId;
use record::{Envelope, Item};

use super::table::{self, Change, Indexed, Position};
use super::{IndexChange, Message, Shared};
use crate::items::item_key;
use crate::sql::{Connection, Row};
use crate::{Inner, Ledger, StoreError, ledgers, prepare};

/// Most changes in one transaction of the index.
const BATCH_MAX: usize = 512;
/// How long the thread waits for more changes before it writes those it has, in ms: each write of a part costs as
/// much for one change as for a hundred.
const GATHER_MS: u64 = 100;
/// How long nothing must change before the parts of the index are merged, in ms: a search looks into each part.
const IDLE_MS: u64 = 500;
/// Entries or items read at a time when the index catches up.
const CATCH_UP_ROWS: i64 = 4_000;

struct Keeper {
    connection: Connection,
    shared: Arc<Shared>,
    at: Position,
    /// Whether parts of the index may be left to merge.
    unmerged: bool,
}

pub(super) fn spawn(
    connection: Connection,
    messages: Receiver<Message>,
    shared: Arc<Shared>,
    inner: &Arc<Inner>,
) -> Result<(), StoreError> {
    let inner = Arc::downgrade(inner);
    let at = table::position(&connection)?;
    let mut keeper = Keeper { connection, shared, at, unmerged: true };
    std::thread::Builder::new()
        .name("store-search".into())
        .spawn(move || keeper.run(&messages, &inner))
        .map(drop)
        .map_err(|source| StoreError::File { path: "store-search".into(), source })
}

impl Keeper {
    fn run(&mut self, messages: &Receiver<Message>, inner: &Weak<Inner>) {
        if let Some(inner) = inner.upgrade() {
            let result = self.recognise(&inner).and_then(|()| self.catch_up(&inner));
            self.report(&result);
        }
        while let Some(first) = self.next(messages) {
            // The store is going: its readers of this file are closed before the queue is, and this connection last.
            let Some(inner) = inner.upgrade() else { continue };
            let mut changes = Vec::new();
            let mut next = Some(first);
            let until = now() + Duration::from_millis(GATHER_MS);
            while let Some(message) = next.take() {
                match message {
                    Message::Change(change) => changes.push(change),
                    Message::Rebuild { mut progress, answer } => {
                        changes.clear();
                        let result = self.rebuild(&inner, &mut *progress);
                        self.report(&result);
                        // Nobody listens any more when the caller has gone.
                        let _ = answer.send(result);
                    }
                    Message::Check { answer } => {
                        let _ = answer.send(table::check(&self.connection));
                    }
                }
                if changes.len() < BATCH_MAX {
                    next = messages.recv_timeout(until.saturating_duration_since(now())).ok();
                }
            }
            let result = self.follow(changes, &inner);
            self.report(&result);
        }
    }

    /// The next message; `None` when there will be none. While none comes, parts of the index are merged.
    fn next(&mut self, messages: &Receiver<Message>) -> Option<Message> {
        let mut pause = Duration::from_millis(IDLE_MS);
        while self.unmerged {
            match messages.recv_timeout(pause) {
                Ok(message) => return Some(message),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.merge(),
            }
            pause = Duration::ZERO;
        }
        let message = messages.recv().ok();
        self.unmerged = true;
        message
    }

    /// Merges some parts of the index. What fails here fails nothing: the index is as good as before.
    fn merge(&mut self) {
        self.unmerged = table::merge(&self.connection).unwrap_or_else(|error| {
            tracing::warn!(%error, "the parts of the search index could not be merged");
            false
        });
    }

    /// Tells those who wait how far the index is, or why it does not get on.
    fn report(&self, result: &Result<(), StoreError>) {
        let mut progress = self.shared.lock();
        progress.applied = self.at.applied;
        progress.failed = None;
        if let Err(error) = result {
            tracing::error!(%error, source = ?error, "the search index does not get on");
            progress.failed = Some(error.to_string());
            progress.behind = true;
        }
        drop(progress);
        self.shared.moved.notify_all();
    }

    /// An index of another store, or of a later state of this one, is of no use.
    fn recognise(&mut self, inner: &Inner) -> Result<(), StoreError> {
        let known = self.at.applied == 0 || leaf_before(inner, self.at.applied)? == self.at.leaf;
        if known { Ok(()) } else { self.reset() }
    }

    fn reset(&mut self) -> Result<(), StoreError> {
        table::reset(&self.connection)?;
        self.at = Position::default();
        Ok(())
    }

    fn follow(&mut self, changes: Vec<IndexChange>, inner: &Inner) -> Result<(), StoreError> {
        let behind = self.shared.lock().behind;
        if behind {
            // What was not taken is on disk since, and so is everything that waits in these changes.
            return self.catch_up(inner);
        }
        let changes: Vec<_> =
            changes.into_iter().filter(|change| change.entry() >= self.at.applied).collect();
        let Some(applied) = changes.iter().map(|change| change.entry() + 1).max() else { return Ok(()) };
        let mut rows = BTreeMap::new();
        for change in changes {
            match change {
                IndexChange::Put { row, text, .. } => drop(rows.insert(row, Change::Put(text))),
                IndexChange::Remove { row, .. } => drop(rows.insert(row, Change::Remove)),
                IndexChange::Label { row, label, .. } => {
                    match rows.entry(row).or_insert(Change::Label(label)) {
                        Change::Put(text) => text.label = label,
                        Change::Label(old) => *old = label,
                        Change::Remove => {}
                    }
                }
            }
        }
        let to = Position { applied, leaf: leaf_before(inner, applied)? };
        if self.apply(rows, to)? { Ok(()) } else { self.catch_up(inner) }
    }

    /// One transaction. `false` when another keeper of the same file came between: then this one knows where it is.
    fn apply(&mut self, rows: BTreeMap<u32, Change>, to: Position) -> Result<bool, StoreError> {
        if table::apply(&self.connection, rows, &self.at, &to)? {
            self.at = to;
            self.shared.lock().applied = self.at.applied;
            return Ok(true);
        }
        self.at = table::position(&self.connection)?;
        Ok(false)
    }

    /// Reads from the store whatever the index lacks.
    fn catch_up(&mut self, inner: &Inner) -> Result<(), StoreError> {
        // Before the store is read: whatever is not taken from now on will be caught up with again.
        self.shared.lock().behind = false;
        if self.at.applied == 0 {
            self.fill(inner, &mut |_, _| {})?;
        }
        loop {
            let (rows, to) = inner.readers.read(|connection| changed_since(inner, connection, &self.at))?;
            if to == self.at {
                return Ok(());
            }
            self.apply(rows, to)?;
        }
    }

    fn rebuild(
        &mut self,
        inner: &Inner,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<(), StoreError> {
        self.reset()?;
        self.shared.lock().applied = 0;
        self.fill(inner, progress)?;
        self.catch_up(inner)
    }

    /// Takes every item in. The position moves only at the end: a fill that was broken off begins anew.
    fn fill(&mut self, inner: &Inner, progress: &mut (dyn FnMut(u64, u64) + Send)) -> Result<(), StoreError> {
        let start = inner.readers.read(end_of)?;
        let total = inner.columns().len() as u64;
        let (mut done, mut from) = (0, -1);
        loop {
            let at = self.at.clone();
            let items = inner.readers.read(|connection| items_after(inner, connection, from))?;
            let Some((last, _)) = items.last() else { break };
            from = i64::from(*last);
            done += items.len() as u64;
            let rows = items.into_iter().map(|(row, text)| (row, Change::Put(text))).collect();
            self.apply(rows, at)?;
            progress(done.min(total), total);
        }
        self.apply(BTreeMap::new(), start)?;
        Ok(())
    }
}

#[allow(clippy::disallowed_methods, reason = "how long to gather; no result depends on it")]
fn now() -> Instant {
    Instant::now()
}

/// The leaf of the last of so many entries.
fn leaf_before(inner: &Inner, applied: u64) -> Result<Option<Vec<u8>>, StoreError> {
    inner.readers.read(|connection| leaf_at(connection, applied))
}

fn leaf_at(connection: &Connection, applied: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(seq) = applied.checked_sub(1) else { return Ok(None) };
    let statement = connection.prepare("SELECT leaf FROM entry WHERE seq = ?1");
    statement.find([ledgers::position(seq)?], |row| row.get(0))
}

fn end_of(connection: &Connection) -> Result<Position, StoreError> {
    let applied = ledgers::size_of(connection, Ledger::Facts)?;
    Ok(Position { applied, leaf: leaf_at(connection, applied)? })
}

/// The present state of items that the next entries are about, and the position after those entries.
fn changed_since(
    inner: &Inner,
    connection: &Connection,
    at: &Position,
) -> Result<(BTreeMap<u32, Change>, Position), StoreError> {
    let statement = connection.prepare("SELECT subject FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2");
    let from = ledgers::position(at.applied)?;
    let subjects = statement.query_map([from, CATCH_UP_ROWS], |row| row.get::<[u8; 16]>(0))?;
    let applied = at.applied + subjects.len() as u64;
    let to = Position { applied, leaf: leaf_at(connection, applied)? };
    let mut changes = BTreeMap::new();
    for subject in subjects.into_iter().collect::<BTreeSet<_>>() {
        let first: u32 = connection
            .prepare("SELECT min(seq) FROM entry WHERE subject = ?1")
            .query_row([subject], |row| row.get(0))?;
        let item = connection
            .prepare("SELECT row, label, id, head FROM item WHERE id = ?1")
            .find([subject], read_place)?;
        let change = match item {
            Some(place) => Change::Put(place.open(inner, connection)?),
            None => Change::Remove,
        };
        changes.insert(first, change);
    }
    Ok((changes, to))
}

fn items_after(inner: &Inner, connection: &Connection, from: i64) -> Result<Vec<(u32, Indexed)>, StoreError> {
    let statement =
        connection.prepare("SELECT row, label, id, head FROM item WHERE row > ?1 ORDER BY row LIMIT ?2");
    let places = statement.query_map([from, CATCH_UP_ROWS], read_place)?;
    places.into_iter().map(|place| Ok((place.row, place.open(inner, connection)?))).collect()
}

struct Place {
    row: u32,
    label: u32,
    item: ItemId,
    head: i64,
}

fn read_place(row: &Row<'_>) -> Result<Place, StoreError> {
    let item = ItemId::from_bytes(row.get(2)?);
    Ok(Place { row: row.get(0)?, label: row.get(1)?, item, head: row.get(3)? })
}

impl Place {
    fn open(&self, inner: &Inner, connection: &Connection) -> Result<Indexed, StoreError> {
        let (header, sealed): (Vec<u8>, Vec<u8>) = connection
            .prepare("SELECT header, sealed FROM entry WHERE seq = ?1")
            .query_row([self.head], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (_, plain) = prepare::open(inner, &header, &sealed, |_| item_key(inner, connection, self.item))?;
        let item = Item::from_payload(Envelope::from_json(&plain)?.payload_as_kept())?;
        Ok(Indexed::of(self.label, &item))
    }
}
