//! Full-text search: an index in a file of its own, derived from the entries and rebuilt when asked.
//!
//! Not here: what is true. Every row the index finds is held against the columns, so it can lag behind and still
//! never show what the caller may not see, or what has been erased. It stays out of backups.

mod keeper;
mod table;
mod words;

pub(crate) use table::{Indexed, count as count_indexed, read as read_indexed};
pub use words::{SEARCH_CHARS_MAX, SEARCH_WORDS_MAX};

use std::collections::BinaryHeap;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use policy::Sight;
use record::Item;

use crate::columns::{Counts, Filter};
use crate::database::Readers;
use crate::sql::Connection;
use crate::{Inner, Ledger, Store, StoreError, ledgers};

/// Most changes that wait for the index; more are read from the entries later.
const QUEUE_MAX: usize = 2_048;
/// Up to so many visible labels each label is searched by itself; beyond that the whole index is.
const LABELS_ONE_BY_ONE_MAX: usize = 512;
/// Rows taken from the index at a time before they are held against the columns.
const CHUNK_ROWS: usize = 256;

/// What someone looks for.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// Words that must all occur, the last one as a beginning; phrases in double quotes; `#word` for a tag. Empty: any text.
    pub text: String,
    /// What else must hold.
    pub filter: Filter,
}

/// A change for the index, sent after it is on disk.
#[derive(Debug)]
pub(crate) enum IndexChange {
    /// The present version of an item.
    Put { entry: u64, row: u32, text: Indexed },
    /// The item is erased.
    Remove { entry: u64, row: u32 },
    /// The label of the item has changed, its text has not.
    Label { entry: u64, row: u32, label: u32 },
}

impl IndexChange {
    pub(crate) fn put(entry: u64, row: u32, label: u32, item: &Item) -> Self {
        Self::Put { entry, row, text: Indexed::of(label, item) }
    }

    fn entry(&self) -> u64 {
        match self {
            Self::Put { entry, .. } | Self::Remove { entry, .. } | Self::Label { entry, .. } => *entry,
        }
    }
}

enum Message {
    Change(IndexChange),
    Rebuild { progress: Box<dyn FnMut(u64, u64) + Send>, answer: SyncSender<Result<(), StoreError>> },
    Check { answer: SyncSender<Result<(), StoreError>> },
}

/// How far the index is. Positions count entries: all before the number.
#[derive(Default)]
struct Progress {
    sent: u64,
    applied: u64,
    /// Changes were not taken; the entries must be read.
    behind: bool,
    /// Why the index does not get on; it tries again at the next change.
    failed: Option<String>,
}

#[derive(Default)]
struct Shared {
    progress: Mutex<Progress>,
    moved: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way to the index.
pub(crate) struct Index {
    /// Closed before the queue and so before the keeper's connection, which then empties the log.
    readers: Readers,
    shared: Arc<Shared>,
    queue: SyncSender<Message>,
    waiting: Mutex<Option<(Connection, Receiver<Message>)>>,
}

impl Index {
    /// Opens the index of a folder, or makes an empty one. It follows the store once [`start`] has been called.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let connection = table::open(folder)?;
        let (queue, messages) = sync_channel(QUEUE_MAX);
        Ok(Self {
            shared: Arc::default(),
            queue,
            readers: Readers::open_file(&folder.join(table::FILE), table::READER_CACHE_KIB)?,
            waiting: Mutex::new(Some((connection, messages))),
        })
    }

    /// Takes a change. Never waits: what finds no room is read from the entries later.
    pub(crate) fn send(&self, change: IndexChange) {
        let mut progress = self.shared.lock();
        progress.sent = progress.sent.max(change.entry() + 1);
        progress.failed = None;
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.queue.try_send(Message::Change(change))
        {
            progress.behind = true;
        }
    }

    fn ask(
        &self,
        message: impl FnOnce(SyncSender<Result<(), StoreError>>) -> Message,
    ) -> Result<(), StoreError> {
        let (answer, result) = sync_channel(1);
        let stopping = |_| StoreError::ReadOnly("the node is stopping");
        self.queue.send(message(answer)).map_err(|_| StoreError::ReadOnly("the node is stopping"))?;
        result.recv().map_err(stopping)?
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.read(work)
    }
}

/// Lets the index follow the store; its thread ends when the store is dropped.
pub(crate) fn start(inner: &Arc<Inner>) -> Result<(), StoreError> {
    let index = &inner.search;
    let waiting = index.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((connection, messages)) = waiting else { return Ok(()) };
    let size = inner.readers.read(|connection| ledgers::size_of(connection, Ledger::Facts))?;
    {
        let mut progress = index.shared.lock();
        progress.sent = size;
        progress.behind = true;
    }
    keeper::spawn(connection, messages, index.shared.clone(), inner)
}

impl Store {
    /// Rows of items that match, newest first, at most `limit`, before the row `before`.
    pub fn search(
        &self,
        sight: &Sight,
        query: &SearchQuery,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<u32>, StoreError> {
        let Some(words) = words::compile(&query.text)? else {
            return Ok(self.0.columns().page(sight, &query.filter, before, limit));
        };
        let mut newest = Newest { rows: BinaryHeap::new(), limit };
        self.0.each_match(sight, query, &words, before, &mut |rows| newest.take(rows))?;
        Ok(newest.into_rows())
    }

    /// Counts over everything that matches.
    pub fn search_counts(&self, sight: &Sight, query: &SearchQuery) -> Result<Counts, StoreError> {
        let Some(words) = words::compile(&query.text)? else {
            return Ok(self.0.columns().counts(sight, &query.filter));
        };
        let mut rows = Vec::new();
        self.0.each_match(sight, query, &words, None, &mut |found| {
            rows.extend_from_slice(found);
            0
        })?;
        Ok(self.0.columns().counts_of(sight, &query.filter, &rows))
    }

    /// Whether the index lacks something that is in the store.
    pub fn search_is_behind(&self) -> bool {
        let progress = self.0.search.shared.lock();
        progress.behind || progress.applied < progress.sent
    }

    /// Waits until everything that is in the store now can be found.
    pub fn settle_search(&self) -> Result<(), StoreError> {
        let shared = &self.0.search.shared;
        let mut progress = shared.lock();
        let sent = progress.sent;
        while progress.behind || progress.applied < sent {
            if let Some(reason) = &progress.failed {
                return Err(StoreError::Damaged(format!("the search index does not get on: {reason}")));
            }
            progress = shared.moved.wait(progress).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Makes the index anew from the entries. `progress` is told how many items are done, and of how many.
    pub fn rebuild_search(&self, progress: impl FnMut(u64, u64) + Send + 'static) -> Result<(), StoreError> {
        let progress = Box::new(progress);
        self.0.search.ask(|answer| Message::Rebuild { progress, answer })
    }

    /// Whether the index fits its own text, as FTS5 checks it.
    pub(crate) fn check_search_index(&self) -> Result<(), StoreError> {
        self.0.search.ask(|answer| Message::Check { answer })
    }
}

impl Inner {
    /// Hands out the matching rows that the sight may see, in chunks. `take` says from which row on more are of
    /// use; within a label rows come newest first, so that a label ends there.
    fn each_match(
        &self,
        sight: &Sight,
        query: &SearchQuery,
        words: &str,
        before: Option<u32>,
        take: &mut dyn FnMut(&[u32]) -> u32,
    ) -> Result<(), StoreError> {
        let labels: Vec<u32> = sight.visible_ids().collect();
        let one_by_one = labels.len() <= LABELS_ONE_BY_ONE_MAX;
        self.search.readers.read(|connection| {
            let mut keep = |rows: &mut Vec<u32>| {
                if !one_by_one {
                    rows.retain(|row| before.is_none_or(|before| *row < before));
                }
                self.columns().retain(sight, &query.filter, rows);
                let needed = take(rows);
                if one_by_one { needed } else { 0 }
            };
            if one_by_one {
                let ranges = labels.iter().rev().map(|label| table::range(*label, before));
                ranges.into_iter().try_for_each(|range| table::find(connection, words, range, &mut keep))
            } else {
                table::find(connection, words, table::EVERYTHING, &mut keep)
            }
        })
    }
}

/// The newest rows so far.
struct Newest {
    rows: BinaryHeap<std::cmp::Reverse<u32>>,
    limit: usize,
}

impl Newest {
    /// Takes rows and says from which row on more are of use.
    fn take(&mut self, rows: &[u32]) -> u32 {
        for row in rows {
            self.rows.push(std::cmp::Reverse(*row));
            if self.rows.len() > self.limit {
                self.rows.pop();
            }
        }
        match self.rows.peek() {
            Some(oldest) if self.rows.len() >= self.limit => oldest.0,
            _ if self.limit == 0 => u32::MAX,
            _ => 0,
        }
    }

    fn into_rows(self) -> Vec<u32> {
        self.rows.into_sorted_vec().into_iter().map(|row| row.0).collect()
    }
}
