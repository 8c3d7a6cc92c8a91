//! A tree in memory for the tests of this crate: tiles, leaf hashes, and a count of what was read.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::{Error, Hash, TileReader, TreeWriter, leaf_hash};

#[derive(Debug, Clone, Default)]
pub struct MemoryTiles {
    pub tiles: BTreeMap<(u8, u64), Box<[u8]>>,
    pub leaves: Vec<Hash>,
    pub writer: TreeWriter,
    pub reads: Cell<usize>,
}

impl MemoryTiles {
    /// A tree of `size` entries; entry `n` is the decimal text of `n`.
    pub fn grown(size: u64) -> Self {
        let mut tiles = Self::default();
        for index in 0..size {
            tiles.push(leaf_hash(index.to_string().as_bytes()));
        }
        tiles
    }

    pub fn push(&mut self, leaf: Hash) {
        self.leaves.push(leaf);
        self.writer.append(leaf).unwrap();
        for tile in self.writer.take_tiles() {
            self.tiles.insert((tile.level, tile.index), tile.bytes);
        }
    }
}

impl TileReader for MemoryTiles {
    type Error = Error;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Box<[u8]>>, Error> {
        self.reads.set(self.reads.get() + 1);
        Ok(self.tiles.get(&(level, index)).cloned())
    }

    fn leaf_hashes(&self, first: u64, count: u64) -> Result<Vec<Hash>, Error> {
        self.reads.set(self.reads.get() + 1);
        assert!(count < 256, "{count} hashes asked for at once");
        let first = usize::try_from(first).unwrap();
        Ok(self.leaves.iter().skip(first).take(usize::try_from(count).unwrap()).copied().collect())
    }
}
