//! What can be wrong with a ledger or with something that claims to come from one.
//!
//! Not here: errors of the storage; those are the reader's own and wrap this one.

/// Everything this crate refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Text that is not 32 bytes in the encoding asked for.
    #[error("not a hash of 32 bytes")]
    Hash,
    /// Bytes that are not the one encoding of a leaf.
    #[error("not a ledger leaf: {0}")]
    Leaf(&'static str),
    /// A signature was asked for and the leaf carries none.
    #[error("the leaf has no signature")]
    Unsigned,
    /// A signature by a known key that does not verify.
    #[error("the signature does not verify")]
    Signature,
    /// The tree has [`crate::SIZE_MAX`] entries.
    #[error("the ledger is full")]
    Full,
    /// An entry or a size beyond the tree.
    #[error("{asked} is beyond a tree of {size} entries")]
    Beyond {
        /// The index or size asked for.
        asked: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The peaks do not belong to a tree of that size.
    #[error("a tree of {size} entries does not have {peaks} peaks")]
    Frontier {
        /// The size of the tree.
        size: u64,
        /// How many peaks were given.
        peaks: usize,
    },
    /// The storage lacks a tile, or holds too little of it.
    #[error("tile {level}/{index} is missing or damaged")]
    Tile {
        /// Level of the tile.
        level: u8,
        /// Index within its level.
        index: u64,
    },
    /// Text that is not the one path of a tile.
    #[error("not a tile path such as 0/x001/x234/067 or 1/000.p/17")]
    TilePath,
    /// A proof that does not lead to the root.
    #[error("the proof does not hold")]
    Proof,
    /// Text that is not a signed note.
    #[error("not a signed note: {0}")]
    Note(&'static str),
    /// Text that is not a checkpoint.
    #[error("not a checkpoint: {0}")]
    Checkpoint(&'static str),
    /// A key of the wrong kind, or text that is not a verifier key.
    #[error("not a key that fits: {0}")]
    Key(&'static str),
    /// No line is a signature by the key that must have signed.
    #[error("not signed by {0}")]
    NotSignedBy(String),
    /// A cosignature time before 1970 or after the year 9999.
    #[error("a cosignature time must be from 1970 to 9999")]
    Time,
    /// The stored bytes of an entry do not hash to the hash stored for it.
    #[error("entry {index} is not what the tree holds")]
    EntryDiffers {
        /// The entry.
        index: u64,
    },
    /// An entry that the tree holds but that is not a leaf.
    #[error("entry {index} is not a ledger leaf: {reason}")]
    EntryUnreadable {
        /// The entry.
        index: u64,
        /// Why not.
        reason: &'static str,
    },
    /// A stored tile is not what its entries give.
    #[error("tile {level}/{index} is not what its entries give, first at entry {entry}")]
    TileDiffers {
        /// Level of the tile.
        level: u8,
        /// Index within its level.
        index: u64,
        /// The first entry below the first hash that differs.
        entry: u64,
    },
    /// The entries agree with their tiles but not with a checkpoint.
    #[error("the root over {size} entries is not the checkpoint's; {agreed} entries agreed before")]
    RootDiffers {
        /// Size of the checkpoint.
        size: u64,
        /// Size of the last checkpoint that agreed, 0 without one.
        agreed: u64,
    },
    /// Verification ended, or met a checkpoint, at another number of entries than it has.
    #[error("{expected} entries expected, {found} found")]
    Count {
        /// How many there should be.
        expected: u64,
        /// How many there were.
        found: u64,
    },
}
