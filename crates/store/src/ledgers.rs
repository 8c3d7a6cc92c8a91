//! The two ledgers on disk: tiles, checkpoints and proofs.
//!
//! Not here: what entries mean ([`crate::facts`], [`crate::access`]).

use ed25519_dalek::SigningKey;
use ledger::{Checkpoint, Hash, KeyKind, NoteSigner, SignedCheckpoint, TilePath, TileReader, TreeWriter};

use crate::sql::{Connection, NONE, params};
use crate::{Inner, NodeKey, Options, Store, StoreError};

/// One of a node's two ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ledger {
    /// What was shared and done.
    Facts,
    /// Who consulted what.
    Access,
}

impl Ledger {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Facts, Self::Access];

    /// The word in paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Access => "access",
        }
    }

    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Facts => 0,
            Self::Access => 1,
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Facts => "entry",
            Self::Access => "access",
        }
    }
}

/// Reads tiles of a ledger within one transaction.
pub(crate) struct Tiles<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) ledger: Ledger,
}

impl TileReader for Tiles<'_> {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Box<[u8]>>, StoreError> {
        let statement = self
            .connection
            .prepare("SELECT hashes FROM tile WHERE ledger = ?1 AND level = ?2 AND position = ?3");
        let position = position(index)?;
        statement.find(params![self.ledger.code(), level, position], |row| {
            row.get::<Vec<u8>>(0).map(Vec::into_boxed_slice)
        })
    }

    fn leaf_hashes(&self, first: u64, count: u64) -> Result<Vec<Hash>, StoreError> {
        let table = self.ledger.table();
        let sql = format!("SELECT leaf FROM {table} WHERE seq >= ?1 AND seq < ?2 ORDER BY seq");
        let statement = self.connection.prepare(&sql);
        statement.query_map(params![position(first)?, position(first + count)?], |row| {
            Ok(ledger::leaf_hash(row.bytes(0)?))
        })
    }
}

pub(crate) fn position(index: u64) -> Result<i64, StoreError> {
    i64::try_from(index).map_err(|_| StoreError::Damaged("a ledger position beyond any ledger".into()))
}

/// The tree of a ledger as it is on disk.
pub(crate) fn restore(connection: &Connection, ledger: Ledger) -> Result<TreeWriter, StoreError> {
    let size = size_of(connection, ledger)?;
    TreeWriter::restore(&Tiles { connection, ledger }, size)
}

pub(crate) fn size_of(connection: &Connection, ledger: Ledger) -> Result<u64, StoreError> {
    let table = ledger.table();
    let sql = format!("SELECT coalesce(max(seq) + 1, 0) FROM {table}");
    let size: i64 = connection.prepare(&sql).query_row(NONE, |row| row.get(0))?;
    u64::try_from(size).map_err(|_| StoreError::Damaged("a ledger with a negative size".into()))
}

/// The key that signs the checkpoints of a ledger. Its name is the ledger's, so one is never taken for the other.
pub(crate) fn signer(options: &Options, node_key: &NodeKey, which: Ledger) -> Result<NoteSigner, StoreError> {
    let name = format!("{}/{}", options.origin, which.as_str());
    let seed = node_key.derive(&format!("sign-checkpoints-of-{}", which.as_str()));
    Ok(NoteSigner::new(&name, KeyKind::Ed25519, SigningKey::from_bytes(&seed))?)
}

/// The latest time in either ledger, in ms since 1970; 0 when both are empty.
pub(crate) fn latest_ms(connection: &Connection) -> Result<i64, StoreError> {
    let mut latest = 0;
    for which in Ledger::ALL {
        latest = latest.max(last_at(connection, which)?.map_or(0, base::Timestamp::millis));
    }
    Ok(latest)
}

/// The time of the last entry of a ledger.
pub(crate) fn last_at(connection: &Connection, which: Ledger) -> Result<Option<base::Timestamp>, StoreError> {
    let sql = format!("SELECT leaf FROM {} ORDER BY seq DESC LIMIT 1", which.table());
    let leaf: Option<Vec<u8>> = connection.prepare(&sql).find(NONE, |row| row.get(0))?;
    Ok(leaf.map(|leaf| ledger::Leaf::decode(&leaf)).transpose()?.map(|leaf| leaf.at))
}

/// Writes what a transaction changed of a tree, and its new signed head. Called once before each commit.
pub(crate) fn settle(
    connection: &Connection,
    which: Ledger,
    tree: &mut TreeWriter,
    inner: &Inner,
) -> Result<(), StoreError> {
    let put = connection
        .prepare("INSERT OR REPLACE INTO tile (ledger, level, position, hashes) VALUES (?1, ?2, ?3, ?4)");
    for tile in tree.take_tiles() {
        put.execute(params![which.code(), tile.level, position(tile.index)?, tile.bytes[..]])?;
    }
    let note = sign_checkpoint(inner, which, tree.size(), tree.root())?;
    connection
        .prepare("INSERT OR REPLACE INTO checkpoint (ledger, size, note) VALUES (?1, ?2, ?3)")
        .execute(params![which.code(), position(tree.size())?, note])?;
    Ok(())
}

fn sign_checkpoint(inner: &Inner, which: Ledger, size: u64, root: Hash) -> Result<String, StoreError> {
    let signer = inner.signer(which);
    let checkpoint = Checkpoint::new(signer.verifier().name(), size, root)?;
    Ok(SignedCheckpoint::sign(checkpoint, signer)?.to_string())
}

/// That one entry is in a ledger, as anyone can check it.
#[derive(Debug, Clone)]
pub struct EntryProof {
    /// Its position.
    pub index: u64,
    /// The bytes whose leaf hash is in the tree.
    pub leaf: Vec<u8>,
    /// Size of the ledger in the checkpoint.
    pub size: u64,
    /// Hashes from the entry to the root.
    pub inclusion: Vec<Hash>,
}

impl Store {
    /// The signed head of a ledger; `None` while it is empty.
    pub fn checkpoint(&self, which: Ledger) -> Result<Option<String>, StoreError> {
        self.0.readers.read(|connection| Ok(read_checkpoint(connection, which)?.map(|(_, note)| note)))
    }

    /// The key that verifies the checkpoints of a ledger, as C2SP signed-note writes it.
    pub fn verifier_key(&self, which: Ledger) -> String {
        self.0.signer(which).verifier().to_string()
    }

    /// Number of entries in a ledger.
    pub fn ledger_size(&self, which: Ledger) -> Result<u64, StoreError> {
        self.0.readers.read(|connection| size_of(connection, which))
    }

    /// The bytes of a tile of hashes; `None` when the ledger has not grown that far.
    pub fn tile(&self, which: Ledger, path: &TilePath) -> Result<Option<Box<[u8]>>, StoreError> {
        self.0.readers.read(|connection| {
            let size = size_of(connection, which)?;
            ledger::tile::tile_bytes(&Tiles { connection, ledger: which }, size, path)
        })
    }

    /// Hashes that prove that the ledger of size `to` continues the one of size `from`.
    pub fn consistency(&self, which: Ledger, from: u64, to: u64) -> Result<Vec<Hash>, StoreError> {
        self.0.readers.read(|connection| {
            if from > to || to > size_of(connection, which)? {
                return Err(StoreError::Absent);
            }
            ledger::proof::prove_consistency(&Tiles { connection, ledger: which }, from, to)
        })
    }
}

/// Size and note of the last checkpoint.
pub(crate) fn read_checkpoint(
    connection: &Connection,
    which: Ledger,
) -> Result<Option<(u64, String)>, StoreError> {
    let statement = connection.prepare("SELECT size, note FROM checkpoint WHERE ledger = ?1");
    statement.find([which.code()], |row| Ok((row.get::<i64>(0)?.unsigned_abs(), row.get(1)?)))
}

/// A proof that the entry at `index` is in the ledger of the last checkpoint.
pub(crate) fn prove(connection: &Connection, which: Ledger, index: u64) -> Result<EntryProof, StoreError> {
    let (size, _) = read_checkpoint(connection, which)?.ok_or(StoreError::Absent)?;
    let table = which.table();
    let leaf = connection
        .prepare(&format!("SELECT leaf FROM {table} WHERE seq = ?1"))
        .query_row([position(index)?], |row| row.get(0))?;
    let inclusion = ledger::proof::prove_inclusion(&Tiles { connection, ledger: which }, index, size)?;
    Ok(EntryProof { index, leaf, size, inclusion })
}
