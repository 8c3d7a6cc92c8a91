//! A tree in memory, as a store would keep it.

use std::collections::BTreeMap;

use ledger::{Error, Hash, TileReader, TreeWriter, leaf_hash};

#[derive(Default)]
pub struct Tiles {
    tiles: BTreeMap<(u8, u64), Box<[u8]>>,
    leaves: Vec<Hash>,
    pub writer: TreeWriter,
}

impl Tiles {
    pub fn push(&mut self, entry: &[u8]) {
        self.leaves.push(leaf_hash(entry));
        self.writer.append(leaf_hash(entry)).unwrap();
        for tile in self.writer.take_tiles() {
            self.tiles.insert((tile.level, tile.index), tile.bytes);
        }
    }
}

impl TileReader for Tiles {
    type Error = Error;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Box<[u8]>>, Error> {
        Ok(self.tiles.get(&(level, index)).cloned())
    }

    fn leaf_hashes(&self, first: u64, count: u64) -> Result<Vec<Hash>, Error> {
        Ok(self.leaves[first as usize..][..count as usize].to_vec())
    }
}
