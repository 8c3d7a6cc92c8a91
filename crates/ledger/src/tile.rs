//! Tiles (C2SP tlog-tiles): rows of 256 hashes in which a tree is stored and served, and their paths.
//!
//! Level `l` holds the hashes of complete subtrees of 256^l entries. Not here: growing a tree.

use std::fmt;
use std::str::FromStr;

use crate::hash::HASH_BYTES;
use crate::{Error, Hash, node_hash};

/// Hashes in a full tile.
pub const TILE_WIDTH: u64 = 256;
/// Bytes of a full tile.
pub const TILE_BYTES: usize = 256 * HASH_BYTES;
/// Highest level of a tile in C2SP tlog-tiles.
pub const TILE_LEVEL_MAX: u8 = 63;
/// Longest tile path, in characters.
const PATH_CHARS_MAX: usize = 48;

/// A tile to be stored. Stored under its level and index, replacing what was there: a tile above level 0 is
/// stored while it grows, so that no proof has to rebuild it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Level; 0 holds hashes of entries.
    pub level: u8,
    /// Index within the level.
    pub index: u64,
    /// The hashes one after the other: 8192 bytes when full.
    pub bytes: Box<[u8]>,
}

/// Where the hashes of a tree are stored. Tiles only ever grow, so a reader may know a later state of the tree
/// than the size it is asked about.
pub trait TileReader {
    /// The storage's own error.
    type Error: From<Error>;

    /// The bytes of a tile as last given out by [`crate::TreeWriter::take_tiles`]; `None` when there is none.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Box<[u8]>>, Self::Error>;

    /// Hashes of `count` entries (at most 255) from `first` on. Only asked for entries of the last level-0
    /// tile of the size in question. Give hashes that are stored, not computed from the entries: else
    /// verification compares an entry of the last tile with itself, and only a checkpoint finds it changed.
    fn leaf_hashes(&self, first: u64, count: u64) -> Result<Vec<Hash>, Self::Error>;
}

/// The path of a tile, such as `0/x001/x234/067` or, 17 hashes wide, `1/000.p/17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TilePath {
    level: u8,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The path of `width` hashes (1 to 256) of a tile.
    pub fn new(level: u8, index: u64, width: u16) -> Result<Self, Error> {
        if level > TILE_LEVEL_MAX || !(1..=TILE_WIDTH).contains(&u64::from(width)) {
            return Err(Error::TilePath);
        }
        Ok(Self { level, index, width })
    }

    /// Level of the tile.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Index within the level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Hashes wanted: 256 is the full tile.
    pub fn width(&self) -> u16 {
        self.width
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/", self.level)?;
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(out, "x{group:03}/")?;
        }
        write!(out, "{:03}", groups[0])?;
        if u64::from(self.width) < TILE_WIDTH {
            write!(out, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

impl FromStr for TilePath {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > PATH_CHARS_MAX {
            return Err(Error::TilePath);
        }
        let (tile, width) = match text.split_once(".p/") {
            Some((tile, width)) => (tile, width.parse().map_err(|_| Error::TilePath)?),
            None => (text, 256),
        };
        let (level, index) = tile.split_once('/').ok_or(Error::TilePath)?;
        let digits = index.replace(['x', '/'], "");
        let path = Self::new(
            level.parse().map_err(|_| Error::TilePath)?,
            digits.parse().map_err(|_| Error::TilePath)?,
            width,
        )?;
        // One path per tile: whatever was read loosely above must read back the same.
        if path.to_string() == text { Ok(path) } else { Err(Error::TilePath) }
    }
}

/// The bytes to serve for a path out of a tree of `size` entries; `None` when that tree has no such tile.
pub fn tile_bytes<R: TileReader>(
    reader: &R,
    size: u64,
    path: &TilePath,
) -> Result<Option<Box<[u8]>>, R::Error> {
    let width = u64::from(path.width);
    let hashes = size.checked_shr(8 * u32::from(path.level)).unwrap_or(0);
    let end = path.index.checked_mul(TILE_WIDTH).and_then(|start| start.checked_add(width));
    if end.is_none_or(|end| end > hashes) {
        return Ok(None);
    }
    Ok(Some(join(&read_row(reader, path.level, path.index, width)?)))
}

/// The first `width` hashes of a tile: from the tile, or at the right edge of level 0 from the entries.
pub(crate) fn read_row<R: TileReader>(
    reader: &R,
    level: u8,
    index: u64,
    width: u64,
) -> Result<Vec<Hash>, R::Error> {
    let damaged = || R::Error::from(Error::Tile { level, index });
    if level == 0 && width < TILE_WIDTH {
        let hashes = reader.leaf_hashes(index * TILE_WIDTH, width)?;
        return if hashes.len() as u64 == width { Ok(hashes) } else { Err(damaged()) };
    }
    let bytes = reader.tile(level, index)?.ok_or_else(damaged)?;
    let mut hashes = split(&bytes).ok_or_else(damaged)?;
    if (hashes.len() as u64) < width {
        return Err(damaged());
    }
    hashes.truncate(width as usize);
    Ok(hashes)
}

/// The hashes of a tile; `None` when the bytes are not 1 to 256 whole hashes.
pub(crate) fn split(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (chunks, rest) = bytes.as_chunks::<HASH_BYTES>();
    if !rest.is_empty() || bytes.is_empty() || bytes.len() > TILE_BYTES {
        return None;
    }
    Some(chunks.iter().copied().map(Hash::from_bytes).collect())
}

/// The bytes of a tile.
pub(crate) fn join(hashes: &[Hash]) -> Box<[u8]> {
    hashes.iter().flat_map(Hash::as_bytes).copied().collect()
}

/// The root over a power of two of neighbouring subtrees.
pub(crate) fn perfect_root(hashes: &[Hash]) -> Hash {
    debug_assert!(hashes.len().is_power_of_two());
    let mut row = hashes.to_vec();
    let mut width = row.len();
    while width > 1 {
        width /= 2;
        for at in 0..width {
            row[at] = node_hash(&row[2 * at], &row[2 * at + 1]);
        }
    }
    row[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryTiles;
    use proptest::prelude::*;

    #[test]
    fn paths_of_the_specification() {
        for (level, index, width, text) in [
            (0, 1_234_067, 256, "0/x001/x234/067"),
            (0, 0, 256, "0/000"),
            (1, 0, 17, "1/000.p/17"),
            (63, 999, 255, "63/999.p/255"),
            (2, 1000, 1, "2/x001/000.p/1"),
        ] {
            let path = TilePath::new(level, index, width).unwrap();
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path));
        }
    }

    #[test]
    fn other_paths_are_refused() {
        for text in [
            "",
            "0",
            "0/",
            "/000",
            "0/0",
            "00/000",
            "+0/000",
            "64/000",
            "0/x000/001",
            "0/001/002",
            "0/x001",
            "0/1000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/1.p/1",
            "0/000/",
            "-1/000",
            "0/x01/001",
            "0/x018/x446/x744/x073/x709/x551/616",
            "0/٠٠٠",
            "0/../../secret",
            "entries/000",
        ] {
            assert_eq!(text.parse::<TilePath>(), Err(Error::TilePath), "{text}");
        }
        assert!(TilePath::new(0, 0, 0).is_err() && TilePath::new(0, 0, 257).is_err());
    }

    proptest! {
        #[test]
        fn paths_read_back(level in 0..=TILE_LEVEL_MAX, index: u64, width in 1..=256_u16) {
            let path = TilePath::new(level, index, width).unwrap();
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn rubbish_paths_do_not_panic(text in "[0-9x/.p]{0,60}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_the_specification_counts() {
        let tiles = MemoryTiles::grown(70_000);
        let width = |level: u8, index: u64, width: u16| {
            let path = TilePath::new(level, index, width).unwrap();
            tile_bytes(&tiles, 70_000, &path).unwrap().map(|bytes| bytes.len())
        };
        assert_eq!(width(0, 272, 256), Some(TILE_BYTES));
        assert_eq!((width(0, 273, 112), width(0, 273, 113)), (Some(112 * 32), None));
        assert_eq!(width(1, 0, 256), Some(TILE_BYTES));
        assert_eq!((width(1, 1, 17), width(1, 1, 18)), (Some(17 * 32), None));
        assert_eq!((width(2, 0, 1), width(2, 0, 2), width(3, 0, 1)), (Some(32), None, None));
        assert_eq!((width(63, u64::MAX, 256), width(0, u64::MAX, 1)), (None, None));
    }

    #[test]
    fn each_hash_is_the_root_of_the_tile_below() {
        let tiles = MemoryTiles::grown(70_000);
        let row = read_row(&tiles, 1, 1, 17).unwrap();
        for (at, hash) in (256..).zip(&row) {
            assert_eq!(*hash, perfect_root(&read_row(&tiles, 0, at, 256).unwrap()), "{at}");
        }
        assert_eq!(read_row(&tiles, 2, 0, 1).unwrap(), [perfect_root(&read_row(&tiles, 1, 0, 256).unwrap())]);
    }
}
