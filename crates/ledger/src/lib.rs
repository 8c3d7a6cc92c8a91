//! The ledger: an append-only Merkle log of commitments, its proofs and its signed checkpoints.
//!
//! Formats are those of RFC 6962 (tree and proofs) and C2SP (signed-note, tlog-checkpoint, tlog-tiles,
//! tlog-cosignature); `ref/ledger-format.md` has them in plain words with test vectors.
//!
//! Not here: storage (a trait, [`TileReader`]), transport, or what an entry commits to.

pub mod checkpoint;
mod error;
pub mod hash;
pub mod key;
pub mod leaf;
#[cfg(test)]
mod memory;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;
pub mod verify;

pub use checkpoint::{Checkpoint, Opened, SignedCheckpoint};
pub use error::Error;
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use key::{KeyKind, NoteSigner, VerifierKey};
pub use leaf::{Leaf, LeafKind, commitment};
pub use note::Note;
pub use tile::{Tile, TilePath, TileReader};
pub use tree::{Frontier, SIZE_MAX, TreeWriter};
pub use verify::LedgerVerifier;
