//! The one writer: takes what is queued, one transaction for many commands, answers after the disk has it.
//!
//! Not here: what the commands do ([`crate::facts`], [`crate::people`] ...).

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use base::Clock;
use ledger::TreeWriter;
use tokio::sync::oneshot;

use crate::facts::Change;
use crate::ledgers::{self, Ledger};
use crate::sql::{Connection, FailureKind};
use crate::{Inner, StoreError};

/// Most commands that wait for the writer.
const QUEUE_MAX: usize = 2_048;
/// Most commands in one transaction.
const BATCH_MAX: usize = 256;

/// Whether the store takes changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// Reads and changes.
    Open = 0,
    /// The disk is full: reads only, until a change succeeds again.
    Full = 1,
    /// The disk failed: the node must stop.
    Failed = 2,
}

type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A command; without a batch it does nothing, and its reply takes an error only.
type Job = Box<dyn FnOnce(Option<&mut Batch<'_>>) -> Reply + Send>;

/// What a command works with: the open transaction and the two trees.
pub(crate) struct Batch<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) facts: &'a mut TreeWriter,
    pub(crate) access: &'a mut TreeWriter,
    pub(crate) changes: Vec<Change>,
    pub(crate) after: Vec<AfterCommit>,
    pub(crate) inner: &'a Inner,
    /// The disk refused in the middle: nothing of this transaction can stand.
    broken: Option<StoreError>,
}

/// Memory that must follow the disk: runs after the commit, never when it fails.
pub(crate) type AfterCommit = Box<dyn FnOnce(&Inner) + Send>;

/// The way to the writer.
pub(crate) struct Handle {
    queue: mpsc::SyncSender<Job>,
    mode: Arc<AtomicU8>,
}

/// The writer before it runs: made first, because the store holds its handle.
pub(crate) struct Waiting {
    jobs: mpsc::Receiver<Job>,
    mode: Arc<AtomicU8>,
}

pub(crate) fn channel() -> (Handle, Waiting) {
    let (queue, jobs) = mpsc::sync_channel(QUEUE_MAX);
    let mode = Arc::new(AtomicU8::new(Mode::Open as u8));
    (Handle { queue, mode: mode.clone() }, Waiting { jobs, mode })
}

impl Handle {
    pub(crate) fn mode(&self) -> Mode {
        match self.mode.load(Ordering::Acquire) {
            0 => Mode::Open,
            1 => Mode::Full,
            _ => Mode::Failed,
        }
    }

    /// Queues a command. The answer comes when its transaction is on disk, or has failed.
    pub(crate) fn send<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Batch<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Answer<T>, StoreError> {
        if self.mode() == Mode::Failed {
            return Err(StoreError::ReadOnly("the disk failed"));
        }
        let (answer, receiver) = oneshot::channel();
        let job: Job = Box::new(move |batch| {
            let result = batch.map_or(Err(STOPPED), |batch| batch.wholly(command));
            Box::new(move |committed| {
                // Nobody listens any more when the caller has gone; the change stands all the same.
                let _ = answer.send(committed.and(result));
            })
        });
        self.queue.try_send(job).map_err(|error| match error {
            mpsc::TrySendError::Full(_) => StoreError::Busy(QUEUE_MAX),
            mpsc::TrySendError::Disconnected(_) => StoreError::ReadOnly("the node is stopping"),
        })?;
        Ok(Answer(receiver))
    }
}

/// An answer to come: await it, or wait for it in a thread.
#[must_use = "a change is acknowledged only when the answer is there"]
pub struct Answer<T>(oneshot::Receiver<Result<T, StoreError>>);

const STOPPED: StoreError = StoreError::ReadOnly("the node stopped before the change was on disk");

impl<T> Answer<T> {
    /// Waits in a thread.
    pub fn wait(self) -> Result<T, StoreError> {
        self.0.blocking_recv().unwrap_or(Err(STOPPED))
    }

    /// Waits in a task.
    pub async fn ready(self) -> Result<T, StoreError> {
        self.0.await.unwrap_or(Err(STOPPED))
    }
}

/// Starts the writer thread. It ends when the store is dropped.
pub(crate) fn start(
    waiting: Waiting,
    connection: Connection,
    facts: TreeWriter,
    access: TreeWriter,
    inner: &Arc<Inner>,
) -> Result<JoinHandle<()>, StoreError> {
    let inner = Arc::downgrade(inner);
    let mut state = State { connection, facts, access };
    std::thread::Builder::new()
        .name("store-writer".into())
        .spawn(move || {
            while let Ok(first) = waiting.jobs.recv() {
                let Some(inner) = inner.upgrade() else { break };
                let mut jobs = vec![first];
                while jobs.len() < BATCH_MAX {
                    let Ok(job) = waiting.jobs.try_recv() else { break };
                    jobs.push(job);
                }
                state.run(jobs, &inner, &waiting.mode);
            }
        })
        .map_err(|source| StoreError::File { path: "store-writer".into(), source })
}

struct State {
    connection: Connection,
    facts: TreeWriter,
    access: TreeWriter,
}

impl State {
    /// One transaction. Each command has a savepoint, so a refused one leaves no trace and harms no other.
    fn run(&mut self, jobs: Vec<Job>, inner: &Arc<Inner>, mode: &AtomicU8) {
        let (facts_before, access_before) = (self.facts.clone(), self.access.clone());
        let mut answers = Vec::with_capacity(jobs.len());
        let outcome = self.transaction(jobs, inner, &mut answers);
        let (error, changes, after) = match outcome {
            Ok((changes, after)) => (None, changes, after),
            Err(error) => {
                let _ = self.connection.execute_batch("ROLLBACK");
                (self.facts, self.access) = (facts_before, access_before);
                (Some(error), Vec::new(), Vec::new())
            }
        };
        let now = error.as_ref().map_or(Mode::Open, mode_after);
        mode.store(now as u8, Ordering::Release);
        if let Some(error) = &error {
            tracing::error!(%error, source = ?error, "a transaction failed; nothing of it is kept");
        }
        for work in after {
            work(inner);
        }
        for answer in answers {
            answer(match (&error, now) {
                (None, _) => Ok(()),
                (Some(_), Mode::Full) => Err(StoreError::ReadOnly("the disk is full")),
                (Some(_), Mode::Failed) => Err(StoreError::ReadOnly("the disk failed")),
                (Some(_), Mode::Open) => {
                    Err(StoreError::Conflict("the change could not be written; try again"))
                }
            });
        }
        for change in changes {
            // Without a listener nobody needs to know.
            let _ = inner.changes.send(change);
        }
    }

    fn transaction(
        &mut self,
        jobs: Vec<Job>,
        inner: &Arc<Inner>,
        answers: &mut Vec<Reply>,
    ) -> Result<(Vec<Change>, Vec<AfterCommit>), StoreError> {
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            answers.extend(jobs.into_iter().map(|job| job(None)));
            return Err(error);
        }
        let sizes = (self.facts.size(), self.access.size());
        let mut batch = Batch {
            connection: &self.connection,
            facts: &mut self.facts,
            access: &mut self.access,
            changes: Vec::new(),
            after: Vec::new(),
            inner,
            broken: None,
        };
        for job in jobs {
            let usable = batch.broken.is_none();
            answers.push(job(usable.then_some(&mut batch)));
        }
        let Batch { changes, after, facts, access, broken, .. } = batch;
        if let Some(error) = broken {
            return Err(error);
        }
        if facts.size() != sizes.0 {
            ledgers::settle(&self.connection, Ledger::Facts, facts, inner)?;
        }
        if access.size() != sizes.1 {
            ledgers::settle(&self.connection, Ledger::Access, access, inner)?;
        }
        self.connection.execute_batch("COMMIT")?;
        Ok((changes, after))
    }
}

impl Batch<'_> {
    /// Runs a command so that it is wholly done or not at all: in the database, the trees and memory.
    fn wholly<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let (changes, after) = (self.changes.len(), self.after.len());
        self.connection.execute_batch("SAVEPOINT command")?;
        let (facts, access) = (self.facts.clone(), self.access.clone());
        let result = work(self);
        let Err(error) = result else {
            self.connection.execute_batch("RELEASE command")?;
            return result;
        };
        (*self.facts, *self.access) = (facts, access);
        self.changes.truncate(changes);
        self.after.truncate(after);
        // A full or failing disk makes SQLite roll back by itself. A savepoint opened after that would be a
        // transaction of its own and its release a commit: so nothing more may run in this batch.
        if !self.connection.in_transaction() || mode_after(&error) != Mode::Open {
            self.broken = Some(error);
            return Err(STOPPED);
        }
        self.connection.execute_batch("ROLLBACK TO command; RELEASE command")?;
        Err(error)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }
}

/// What a failed transaction says about the disk.
fn mode_after(error: &StoreError) -> Mode {
    match error {
        StoreError::Database(error) => match error.kind {
            FailureKind::Full => Mode::Full,
            FailureKind::Failed => Mode::Failed,
            FailureKind::Broken | FailureKind::Other => Mode::Open,
        },
        _ => Mode::Open,
    }
}
