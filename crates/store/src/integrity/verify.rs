//! Verification of both ledgers: every entry against the tree, the tree against the signed head, every commitment against
//! what it commits to, every signature.
//!
//! Not here: whether lists and search agree with the entries ([`super::check`]). Works on a store that cannot be opened
//! any more, and changes nothing. One thread reads and walks the tree, two check entries; memory stays bounded.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use base::ids::OrganisationId;
use ledger::{EMPTY_ROOT, Hash, LedgerVerifier, SignedCheckpoint, TileReader, VerifierKey};

use super::entries::{Beside, Checker, Entry, First, Trust, in_full};
use crate::ledgers::{self, Tiles};
use crate::sealing::{Keyring, OrganisationKeys};
use crate::sql::{Connection, NONE, Row, Walk};
use crate::{Ledger, NodeKey, Options, Store, StoreError, database};

/// Entries handed to a checking thread at a time.
const BATCH: usize = 256;
/// Such batches that wait at most.
const WAITING_MAX: usize = 8;
/// Threads that check entries.
const CHECKERS: usize = 2;
/// Page cache of each connection, in KiB.
const CACHE_KIB: i32 = 16 * 1024;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The entry, when it is one; the first of its ledger.
    pub entry: Option<u64>,
    /// What is wrong with it.
    pub what: String,
}

/// What verification found in one ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// Entries that are in order.
    pub entries: u64,
    /// Entries of them whose content has been destroyed as it should be.
    pub emptied: u64,
    /// The root over all entries, when all are in order.
    pub root: Option<Hash>,
    /// The first fault.
    pub fault: Option<Fault>,
}

/// What verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// The ledger of facts.
    pub facts: LedgerReport,
    /// The ledger of consultations.
    pub access: LedgerReport,
    /// Faults of what belongs to no ledger: the database itself, the organisations' keys.
    pub faults: Vec<String>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.facts.fault.is_none() && self.access.fault.is_none() && self.faults.is_empty()
    }
}

impl Store {
    /// Verifies both ledgers as they are now. `progress` is told how many entries are done, and of how many.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, StoreError> {
        let heads = Ledger::ALL.map(|which| self.0.signer(which).verifier().clone());
        run(&self.0.options.folder, &self.0.keyring, heads, progress)
    }
}

/// Verifies the store in a folder without opening it as a store: it may be damaged in any way.
pub fn verify_folder(
    options: &Options,
    node_key: &NodeKey,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<VerifyReport, StoreError> {
    let file = options.folder.join(database::FILE);
    if let Err(source) = std::fs::metadata(&file) {
        return Err(StoreError::File { path: file, source });
    }
    let [facts, access] = Ledger::ALL;
    let heads = [
        ledgers::signer(options, node_key, facts)?.verifier().clone(),
        ledgers::signer(options, node_key, access)?.verifier().clone(),
    ];
    run(&options.folder, &Keyring::new(node_key), heads, progress)
}

fn run(
    folder: &Path,
    keyring: &Keyring,
    heads: [VerifierKey; 2],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<VerifyReport, StoreError> {
    let file = folder.join(database::FILE);
    let mut report = VerifyReport::default();
    let connection = match open(&file) {
        Ok(connection) => connection,
        Err(error) => {
            report.faults.push(format!("the database cannot be read: {}", in_full(&error)));
            return Ok(report);
        }
    };
    let mut trust = Trust { keyring, organisations: HashMap::new() };
    if let Err(error) = load_keys(&connection, &mut trust, &mut report.faults) {
        report.faults.push(format!("the keys of the organisations cannot be read: {}", in_full(&error)));
    }
    let total = |which| ledgers::size_of(&connection, which).unwrap_or(0);
    let (facts, access) = (total(Ledger::Facts), total(Ledger::Access));
    let all = facts.saturating_add(access);
    let [facts_head, access_head] = heads;
    let mut part = |which, head: &VerifierKey, before: u64| {
        let pass = Pass { file: &file, connection: &connection, which, trust: &trust, head };
        pass.run(&mut |done| progress(before + done, all))
    };
    report.facts = part(Ledger::Facts, &facts_head, 0);
    report.access = part(Ledger::Access, &access_head, facts);
    if let Err(error) = check_tables(&connection, &mut report.faults) {
        report.faults.push(format!("the tables cannot be checked: {}", in_full(&error)));
    }
    Ok(report)
}

pub(super) fn open(file: &Path) -> Result<Connection, StoreError> {
    let connection = database::open_reader(file, CACHE_KIB)?;
    // One state of the store from here on, however long it takes.
    connection.execute_batch("BEGIN")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", NONE, |_| Ok(()))?;
    Ok(connection)
}

fn load_keys(
    connection: &Connection,
    trust: &mut Trust<'_>,
    faults: &mut Vec<String>,
) -> Result<(), StoreError> {
    let statement = connection.prepare("SELECT id, public_key, wrapped_keys FROM organisation");
    statement.walk(NONE, |row| {
        let (id, public, wrapped): (String, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let opened = trust.keyring.wrapping.open(id.as_bytes(), &wrapped).ok();
        let keys = opened.and_then(|bytes| OrganisationKeys::from_bytes(&bytes));
        let (Ok(organisation), Some(keys)) = (id.parse::<OrganisationId>(), keys) else {
            faults.push(format!("the keys of organisation {id:?} do not open with this node key"));
            return Ok(Walk::On);
        };
        if keys.signing.public().to_bytes().as_slice() != public {
            faults.push(format!("the public key of {organisation} is not that of its secret key"));
        }
        let key = keys.signing.public().clone();
        trust.organisations.insert(key.id().0, (organisation.clone(), key));
        trust.keyring.put(organisation, keys.into());
        Ok(Walk::On)
    })
}

/// The tables of the ledgers as the database checks them, and rows in them that belong to no ledger. The order of a
/// table's pages is in no entry, and without it entries are there but not found.
fn check_tables(connection: &Connection, faults: &mut Vec<String>) -> Result<(), StoreError> {
    for table in ["tile", "checkpoint"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE ledger NOT IN (0, 1)");
        let strays: i64 = connection.query_row(&sql, NONE, |row| row.get(0))?;
        if strays > 0 {
            faults.push(format!("{strays} rows of table {table} belong to no ledger"));
        }
    }
    for table in ["entry", "access", "tile", "checkpoint"] {
        let sql = format!("PRAGMA integrity_check({table})");
        let found: String = connection.query_row(&sql, NONE, |row| row.get(0))?;
        if found != "ok" {
            faults.push(format!("table {table} is damaged: {found}"));
        }
    }
    Ok(())
}

/// Tiles of which the last, that is made from the entries, may have holes: the walk finds them when it gets there.
struct Patient<'a>(Tiles<'a>);

impl TileReader for Patient<'_> {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Box<[u8]>>, StoreError> {
        self.0.tile(level, index)
    }

    fn leaf_hashes(&self, first: u64, count: u64) -> Result<Vec<Hash>, StoreError> {
        (first..first + count)
            .map(|index| Ok(self.0.leaf_hashes(index, 1)?.pop().unwrap_or(EMPTY_ROOT)))
            .collect()
    }
}

struct Pass<'a> {
    file: &'a Path,
    connection: &'a Connection,
    which: Ledger,
    trust: &'a Trust<'a>,
    head: &'a VerifierKey,
}

/// What the walk over the tree came to.
struct Walked {
    entries: u64,
    emptied: u64,
    root: Option<Hash>,
    /// A fault that is no single entry's.
    general: Option<String>,
}

/// What entries must be to those before them.
struct Order {
    which: Ledger,
    latest: i64,
    full_before: bool,
}

impl Order {
    fn check(&mut self, entry: Entry) -> Result<Entry, String> {
        if entry.leaf.at.millis() < self.latest {
            return Err("the entry is older than the one before it".into());
        }
        self.latest = entry.leaf.at.millis();
        if entry.is_empty() && self.full_before && self.which == Ledger::Access {
            return Err("the access record is gone, but older ones are there".into());
        }
        self.full_before |= !entry.is_empty();
        Ok(entry)
    }
}

impl Pass<'_> {
    fn run(&self, progress: &mut dyn FnMut(u64)) -> LedgerReport {
        let first = First::default();
        let (queue, waiting) = sync_channel::<Vec<Entry>>(WAITING_MAX);
        let waiting = Mutex::new(waiting);
        let walked = std::thread::scope(|scope| {
            for _ in 0..CHECKERS {
                let checker = Checker { file: self.file, trust: self.trust };
                let (waiting, first) = (&waiting, &first);
                scope.spawn(move || checker.run(waiting, first));
            }
            self.walk(&first, queue, progress)
        });
        let fault = first.fault.into_inner().unwrap_or_else(PoisonError::into_inner);
        let fault = match (fault, walked.general) {
            (Some((seq, what)), _) => Some(Fault { entry: Some(seq), what }),
            (None, Some(what)) => Some(Fault { entry: None, what }),
            (None, None) => None,
        };
        let entries = fault.as_ref().and_then(|fault| fault.entry).unwrap_or(walked.entries);
        let root = if fault.is_none() { walked.root } else { None };
        LedgerReport { entries, emptied: walked.emptied, root, fault }
    }

    /// Reads the signed head, then every entry in order through the tree. Dropping the queue ends its readers.
    #[allow(clippy::needless_pass_by_value, reason = "dropped at the end, so that those who read it stop")]
    fn walk(&self, first: &First, queue: SyncSender<Vec<Entry>>, progress: &mut dyn FnMut(u64)) -> Walked {
        let mut walked = Walked { entries: 0, emptied: 0, root: None, general: None };
        let head = match self.read_head() {
            Ok(head) => head,
            Err(what) => {
                walked.general = Some(what);
                None
            }
        };
        let size = match &head {
            Some(head) => head.size(),
            None => ledgers::size_of(self.connection, self.which).unwrap_or(0),
        };
        let tiles = Patient(Tiles { connection: self.connection, ledger: self.which });
        let mut verifier = LedgerVerifier::new(&tiles, size);
        let whole = self.read_entries(first, queue, &mut verifier, &mut walked, progress);
        if let Err((seq, what)) = whole {
            first.put(seq, what);
            return walked;
        }
        if first.found.load(Ordering::Acquire) {
            return walked;
        }
        if walked.entries < size {
            first.put(walked.entries, "the entry is missing: the ledger ends before its signed head".into());
            return walked;
        }
        let end = (|| {
            if let Some(head) = &head {
                verifier.checkpoint(head)?;
            }
            let frontier = verifier.finish()?;
            self.count_tiles(frontier.size())?;
            Ok::<_, StoreError>(frontier.root())
        })();
        match end {
            Ok(root) => walked.root = Some(root),
            Err(error) => walked.general = walked.general.or_else(|| Some(in_full(&error))),
        }
        walked
    }

    /// The signed head, when there must be one.
    fn read_head(&self) -> Result<Option<ledger::Checkpoint>, String> {
        let wrong = |error: &dyn std::error::Error| format!("the signed head: {}", in_full(error));
        let stored = ledgers::read_checkpoint(self.connection, self.which).map_err(|error| wrong(&error))?;
        let size = ledgers::size_of(self.connection, self.which).map_err(|error| wrong(&error))?;
        let Some((stored_size, note)) = stored else {
            let missing = || "there are entries, but no signed head".to_owned();
            return if size == 0 { Ok(None) } else { Err(missing()) };
        };
        let opened = SignedCheckpoint::parse(&note)
            .and_then(|signed| signed.open(self.head, &[]).map(|opened| opened.checkpoint))
            .map_err(|error| wrong(&error))?;
        if opened.size() != stored_size {
            return Err("the signed head has another size than the row it is in".into());
        }
        Ok(Some(opened))
    }

    #[allow(clippy::needless_pass_by_value, reason = "dropped at the end, so that those who read it stop")]
    fn read_entries(
        &self,
        first: &First,
        queue: SyncSender<Vec<Entry>>,
        verifier: &mut LedgerVerifier<'_, Patient<'_>>,
        walked: &mut Walked,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), (u64, String)> {
        let sql = match self.which {
            Ledger::Facts => "SELECT seq, leaf, salt, header, sealed, subject FROM entry ORDER BY seq",
            Ledger::Access => {
                "SELECT seq, leaf, salt, header, sealed, at, organisation FROM access ORDER BY seq"
            }
        };
        let mut order = Order { which: self.which, latest: i64::MIN, full_before: false };
        let (mut batch, mut wrong) = (Vec::with_capacity(BATCH), None);
        let read = self.connection.prepare(sql).walk(NONE, |row| {
            let seq = walked.entries;
            let taken = self.take(row, seq, verifier).and_then(|entry| order.check(entry));
            let entry = match taken {
                Ok(entry) => entry,
                Err(what) => {
                    wrong = Some((seq, what));
                    return Ok(Walk::End);
                }
            };
            walked.emptied += u64::from(entry.is_empty());
            walked.entries += 1;
            batch.push(entry);
            if batch.len() == BATCH {
                // A checker is there until this queue is dropped.
                let _ = queue.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
                progress(walked.entries);
                if first.found.load(Ordering::Acquire) {
                    return Ok(Walk::End);
                }
            }
            Ok(Walk::On)
        });
        if let Err(error) = read {
            return Err((walked.entries, format!("the entry cannot be read: {}", in_full(&error))));
        }
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let _ = queue.send(batch);
        progress(walked.entries);
        Ok(())
    }

    fn take(
        &self,
        row: &Row<'_>,
        seq: u64,
        verifier: &mut LedgerVerifier<'_, Patient<'_>>,
    ) -> Result<Entry, String> {
        let read = || {
            let beside = match self.which {
                Ledger::Facts => Beside::Facts { subject: row.get(5)? },
                Ledger::Access => Beside::Access { at: row.get(5)?, organisation: row.get(6)? },
            };
            let parts = [row.get(2)?, row.get(3)?, row.get(4)?];
            Ok::<_, StoreError>((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?, parts, beside))
        };
        let (found, bytes, parts, beside) =
            read().map_err(|error| format!("the entry cannot be read: {}", in_full(&error)))?;
        if u64::try_from(found) != Ok(seq) {
            return Err(format!("the entry is missing; the next one says it is {found}"));
        }
        let leaf = verifier.push(&bytes).map_err(|error| in_full(&error))?;
        Ok(Entry { seq, position: found, leaf, parts, beside })
    }

    /// There are as many tiles as the tree has, and no more.
    fn count_tiles(&self, size: u64) -> Result<(), StoreError> {
        let mut expected = size / ledger::tile::TILE_WIDTH;
        let mut hashes = size / ledger::tile::TILE_WIDTH;
        while hashes > 0 {
            expected += hashes.div_ceil(ledger::tile::TILE_WIDTH);
            hashes /= ledger::tile::TILE_WIDTH;
        }
        let sql = "SELECT count(*) FROM tile WHERE ledger = ?1";
        let found: i64 = self.connection.query_row(sql, [self.which.code()], |row| row.get(0))?;
        if u64::try_from(found) == Ok(expected) {
            return Ok(());
        }
        Err(StoreError::Damaged(format!("there are {found} tiles where the tree has {expected}")))
    }
}
