//! A growing tree: the frontier that gives the root, and the writer that also gives the tiles to store.
//!
//! Not here: storage, proofs.

use std::collections::BTreeMap;

use crate::tile::{TILE_WIDTH, Tile, TileReader, join, perfect_root, read_row};
use crate::{EMPTY_ROOT, Error, Hash, node_hash};

/// Most entries of a tree. Keeps every proof within 64 hashes and every index within a signed 64-bit integer.
pub const SIZE_MAX: u64 = 1 << 62;

/// The roots of the complete subtrees of a tree, largest first: all that appending needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A tree without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// From what [`Frontier::size`] and [`Frontier::peaks`] gave.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Result<Self, Error> {
        if size > SIZE_MAX || peaks.len() != size.count_ones() as usize {
            return Err(Error::Frontier { size, peaks: peaks.len() });
        }
        Ok(Self { size, peaks })
    }

    /// Adds an entry by its leaf hash.
    pub fn append(&mut self, leaf: Hash) -> Result<(), Error> {
        if self.size >= SIZE_MAX {
            return Err(Error::Full);
        }
        let mut peak = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("one peak stands for each one bit of the size");
            peak = node_hash(&left, &peak);
        }
        self.peaks.push(peak);
        self.size += 1;
        Ok(())
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the complete subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let folded = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        folded.unwrap_or(EMPTY_ROOT)
    }
}

/// Grows a tree and says which tiles changed. A clone taken before a transaction is the way back when it fails.
#[derive(Debug, Clone, Default)]
pub struct TreeWriter {
    frontier: Frontier,
    /// Per level the hashes of the tile that is still open.
    open: Vec<Vec<Hash>>,
    changed: BTreeMap<(u8, u64), Box<[u8]>>,
}

impl TreeWriter {
    /// A tree without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The writer of a stored tree of `size` entries. Reads one row per level.
    pub fn restore<R: TileReader>(reader: &R, size: u64) -> Result<Self, R::Error> {
        if size > SIZE_MAX {
            return Err(Error::Full.into());
        }
        let mut open = Vec::new();
        let mut hashes = size;
        for level in 0.. {
            if hashes == 0 {
                break;
            }
            let width = hashes % TILE_WIDTH;
            hashes /= TILE_WIDTH;
            open.push(if width == 0 { Vec::new() } else { read_row(reader, level, hashes, width)? });
        }
        let peaks = open.iter().rev().flat_map(|row| row_peaks(row)).collect();
        Ok(Self { frontier: Frontier::from_parts(size, peaks)?, open, changed: BTreeMap::new() })
    }

    /// Adds an entry by its leaf hash.
    pub fn append(&mut self, leaf: Hash) -> Result<(), Error> {
        self.frontier.append(leaf)?;
        let mut hash = leaf;
        let mut hashes = self.frontier.size();
        for level in 0.. {
            if self.open.len() == usize::from(level) {
                self.open.push(Vec::new());
            }
            let row = &mut self.open[usize::from(level)];
            row.push(hash);
            let full = row.len() as u64 == TILE_WIDTH;
            if level > 0 || full {
                self.changed.insert((level, (hashes - 1) / TILE_WIDTH), join(row));
            }
            if !full {
                break;
            }
            hash = perfect_root(row);
            row.clear();
            hashes /= TILE_WIDTH;
        }
        Ok(())
    }

    /// The tiles that changed since the last call, each in its latest state, to be stored in the transaction
    /// that stores the entries. None most of the time: a tile of level 0 is given when it is full.
    pub fn take_tiles(&mut self) -> Vec<Tile> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|((level, index), bytes)| Tile { level, index, bytes }).collect()
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The open tiles above level 0 that hold something: level, index, hashes.
    pub(crate) fn open_tiles(&self) -> impl Iterator<Item = (u8, u64, &[Hash])> {
        let rows = (0..).zip(&self.open).skip(1).filter(|(_, row)| !row.is_empty());
        rows.map(|(level, row)| (level, self.size() >> (8 * (u32::from(level) + 1)), row.as_slice()))
    }

    /// The complete subtrees of the tree.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}

/// The complete subtrees over a row of fewer than 256 hashes, largest first.
fn row_peaks(row: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    let mut rest = row;
    for bit in (0..8).rev() {
        if row.len() & (1 << bit) != 0 {
            let (left, right) = rest.split_at(1 << bit);
            peaks.push(perfect_root(left));
            rest = right;
        }
    }
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf_hash;
    use crate::memory::MemoryTiles;

    /// Roots of the first n entries of the reference data of Certificate Transparency.
    pub const REFERENCE_ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_of_the_reference_data() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let mut frontier = Frontier::new();
        assert_eq!(frontier.root().to_string(), REFERENCE_ROOTS[0]);
        for (leaf, root) in leaves.iter().zip(&REFERENCE_ROOTS[1..]) {
            frontier.append(leaf_hash(&hex::decode(leaf).unwrap())).unwrap();
            assert_eq!(frontier.root().to_string(), *root);
        }
    }

    #[test]
    fn restored_writers_go_on_alike() {
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_000] {
            let mut tiles = MemoryTiles::grown(size);
            let mut restored = TreeWriter::restore(&tiles, size).unwrap();
            assert_eq!(restored.frontier(), tiles.writer.frontier(), "{size}");
            for extra in 0..300_u64 {
                let leaf = leaf_hash(&extra.to_be_bytes());
                tiles.writer.append(leaf).unwrap();
                restored.append(leaf).unwrap();
            }
            assert_eq!(restored.root(), tiles.writer.root(), "{size}");
            assert_eq!(restored.take_tiles(), tiles.writer.take_tiles(), "{size}");
        }
    }

    #[test]
    fn an_earlier_size_restores_from_later_tiles() {
        let tiles = MemoryTiles::grown(1_000);
        let mut frontier = Frontier::new();
        for (size, leaf) in (0..).zip(&tiles.leaves) {
            let restored = TreeWriter::restore(&tiles, size).unwrap();
            assert_eq!(restored.frontier(), &frontier, "{size}");
            frontier.append(*leaf).unwrap();
        }
    }

    #[test]
    fn tiles_come_when_full_and_grow_above() {
        let mut writer = TreeWriter::new();
        let mut seen = Vec::new();
        for index in 0..512_u64 {
            writer.append(leaf_hash(&index.to_be_bytes())).unwrap();
            seen.extend(writer.take_tiles().into_iter().map(|t| (index, t.level, t.index, t.bytes.len())));
        }
        assert_eq!(seen, [(255, 0, 0, 8192), (255, 1, 0, 32), (511, 0, 1, 8192), (511, 1, 0, 64)]);
    }

    #[test]
    fn damaged_storage_is_named() {
        let whole = MemoryTiles::grown(70_000);
        let check = |change: fn(&mut MemoryTiles), error: Error| {
            let mut tiles = whole.clone();
            change(&mut tiles);
            assert_eq!(TreeWriter::restore(&tiles, 70_000).unwrap_err(), error);
        };
        check(|t| drop(t.tiles.remove(&(1, 1))), Error::Tile { level: 1, index: 1 });
        check(|t| drop(t.tiles.insert((1, 1), vec![0; 16 * 32].into())), Error::Tile { level: 1, index: 1 });
        check(|t| drop(t.tiles.insert((2, 0), vec![0; 33].into())), Error::Tile { level: 2, index: 0 });
        check(|t| t.leaves.truncate(69_999), Error::Tile { level: 0, index: 273 });
    }

    #[test]
    fn limits_hold() {
        let peaks = vec![EMPTY_ROOT];
        let mut full = Frontier::from_parts(SIZE_MAX, peaks.clone()).unwrap();
        assert_eq!(full.append(EMPTY_ROOT), Err(Error::Full));
        assert!(Frontier::from_parts(SIZE_MAX * 2, peaks.clone()).is_err());
        assert!(Frontier::from_parts(3, peaks).is_err());
        assert!(TreeWriter::restore(&MemoryTiles::default(), SIZE_MAX + 1).is_err());
    }
}
