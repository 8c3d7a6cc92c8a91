//! Inclusion and consistency proofs (RFC 6962 section 2.1, verified as RFC 9162 sections 2.1.3.2 and 2.1.4.2).
//!
//! A proof reads a few tiles per level of the tree. Not here: who may ask for one.

use std::collections::BTreeMap;

use crate::hash::Hash;
use crate::tile::{TILE_WIDTH, TileReader, perfect_root, read_row};
use crate::{EMPTY_ROOT, Error, SIZE_MAX, node_hash};

/// Most hashes of a proof.
pub const PROOF_HASHES_MAX: usize = 64;

/// The proof that entry `index` is in the tree of the first `size` entries.
pub fn prove_inclusion<R: TileReader>(reader: &R, index: u64, size: u64) -> Result<Vec<Hash>, R::Error> {
    check_size(size)?;
    if index >= size {
        return Err(Error::Beyond { asked: index, size }.into());
    }
    let mut nodes = Nodes::new(reader, size);
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split_point(end - start);
        if index < middle {
            proof.push(nodes.root_over(middle, end)?);
            end = middle;
        } else {
            proof.push(nodes.root_over(start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of the first `new` entries begins with that of the first `old`.
pub fn prove_consistency<R: TileReader>(reader: &R, old: u64, new: u64) -> Result<Vec<Hash>, R::Error> {
    check_size(new)?;
    if old > new {
        return Err(Error::Beyond { asked: old, size: new }.into());
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut nodes = Nodes::new(reader, new);
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, new);
    while end != old {
        let middle = start + split_point(end - start);
        if old <= middle {
            proof.push(nodes.root_over(middle, end)?);
            end = middle;
        } else {
            proof.push(nodes.root_over(start, middle)?);
            start = middle;
        }
    }
    // A verifier knows the old root itself; it needs the last old subtree only when that is not the whole.
    if start > 0 {
        proof.push(nodes.root_over(start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The root of the tree of the first `size` entries.
pub fn root_at<R: TileReader>(reader: &R, size: u64) -> Result<Hash, R::Error> {
    check_size(size)?;
    if size == 0 { Ok(EMPTY_ROOT) } else { Nodes::new(reader, size).root_over(0, size) }
}

/// Whether `proof` shows that the entry with this leaf hash is number `index` of the tree of that size and root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, root: Hash, proof: &[Hash]) -> Result<(), Error> {
    check_size(size)?;
    if index >= size || proof.len() > PROOF_HASHES_MAX {
        return Err(Error::Proof);
    }
    let mut walk = Walk { node: index, last: size - 1 };
    let mut hash = leaf;
    for other in proof {
        match walk.step()? {
            Side::Left => hash = node_hash(other, &hash),
            Side::Right => hash = node_hash(&hash, other),
        }
    }
    if walk.last == 0 && hash == root { Ok(()) } else { Err(Error::Proof) }
}

/// Whether `proof` shows that the tree of `new` entries begins with the tree of `old` entries.
pub fn verify_consistency(
    (old, old_root): (u64, Hash),
    (new, new_root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), Error> {
    check_size(new)?;
    let holds = |whether: bool| if whether { Ok(()) } else { Err(Error::Proof) };
    if old > new || proof.len() > PROOF_HASHES_MAX {
        return Err(Error::Proof);
    }
    if old == new {
        return holds(proof.is_empty() && old_root == new_root);
    }
    if old == 0 {
        return holds(proof.is_empty() && old_root == EMPTY_ROOT);
    }
    // The last complete subtree of the old tree: the whole of it, or the first hash of the proof.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(Error::Proof)?;
        (*first, rest)
    };
    let shift = (old - 1).trailing_ones();
    let mut walk = Walk { node: (old - 1) >> shift, last: (new - 1) >> shift };
    let (mut old_hash, mut new_hash) = (first, first);
    for other in rest {
        match walk.step()? {
            Side::Left => {
                old_hash = node_hash(other, &old_hash);
                new_hash = node_hash(other, &new_hash);
            }
            Side::Right => new_hash = node_hash(&new_hash, other),
        }
    }
    holds(walk.last == 0 && old_hash == old_root && new_hash == new_root)
}

fn check_size(size: u64) -> Result<(), Error> {
    if size <= SIZE_MAX { Ok(()) } else { Err(Error::Full) }
}

/// The largest power of two below `size`, which is at least 2.
fn split_point(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

enum Side {
    Left,
    Right,
}

/// The way from a node up to the root: the node's position in its row and that of the row's last node.
struct Walk {
    node: u64,
    last: u64,
}

impl Walk {
    /// On which side the next hash of the proof stands; fails above the root.
    fn step(&mut self) -> Result<Side, Error> {
        if self.last == 0 {
            return Err(Error::Proof);
        }
        let side = if self.node % 2 == 1 || self.node == self.last {
            // The last node of a row without a partner moves up unchanged until it has one.
            let alone = self.node.trailing_zeros();
            self.node >>= alone;
            self.last >>= alone;
            Side::Left
        } else {
            Side::Right
        };
        self.node >>= 1;
        self.last >>= 1;
        Ok(side)
    }
}

/// The nodes of a tree of one size, computed from rows that are read at most once.
struct Nodes<'r, R> {
    reader: &'r R,
    size: u64,
    rows: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl<'r, R: TileReader> Nodes<'r, R> {
    fn new(reader: &'r R, size: u64) -> Self {
        Self { reader, size, rows: BTreeMap::new() }
    }

    /// The root over the entries from `start` up to `end`, where `start` is a multiple of the largest power of
    /// two within that range.
    fn root_over(&mut self, start: u64, end: u64) -> Result<Hash, R::Error> {
        let mut peaks = Vec::new();
        let mut at = start;
        while at < end {
            let height = (end - at).ilog2();
            peaks.push(self.perfect(height, at >> height)?);
            at += 1 << height;
        }
        let folded = peaks.into_iter().rev().reduce(|right, left| node_hash(&left, &right));
        Ok(folded.unwrap_or(EMPTY_ROOT))
    }

    /// The root of the complete subtree of 2^height entries at that position of its row.
    fn perfect(&mut self, height: u32, position: u64) -> Result<Hash, R::Error> {
        let level = u8::try_from(height / 8).expect("a height is below 64");
        let first = position << (height % 8);
        let index = first / TILE_WIDTH;
        if !self.rows.contains_key(&(level, index)) {
            let hashes = (self.size >> (8 * u32::from(level))) - index * TILE_WIDTH;
            let row = read_row(self.reader, level, index, hashes.min(TILE_WIDTH))?;
            self.rows.insert((level, index), row);
        }
        let from = (first % TILE_WIDTH) as usize;
        Ok(perfect_root(&self.rows[&(level, index)][from..from + (1 << (height % 8))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frontier;
    use crate::memory::MemoryTiles;
    use proptest::prelude::*;

    fn reference(size: usize) -> MemoryTiles {
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
        let mut tiles = MemoryTiles::default();
        for leaf in &leaves[..size] {
            tiles.push(crate::leaf_hash(&hex::decode(leaf).unwrap()));
        }
        tiles
    }

    fn texts(proof: &[Hash]) -> Vec<String> {
        proof.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn proofs_of_the_reference_data() {
        let inclusion = |index, size: u64| texts(&prove_inclusion(&reference(8), index, size).unwrap());
        let consistency = |old, new| texts(&prove_consistency(&reference(8), old, new).unwrap());
        assert_eq!(inclusion(0, 1), [""; 0]);
        assert_eq!(
            inclusion(0, 7),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
            ]
        );
        assert_eq!(
            consistency(6, 8),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            consistency(2, 5),
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
    }

    #[test]
    fn a_million_entries_need_few_reads() {
        // The tree's own tiles are stand-ins: reads depend on the shape only.
        let mut tiles = MemoryTiles::default();
        let size = 1_000_000;
        let full: Box<[u8]> = vec![7; 8192].into();
        for level in 0..3_u8 {
            for index in 0..=size >> (8 * (u32::from(level) + 1)) {
                tiles.tiles.insert((level, index), full.clone());
            }
        }
        tiles.leaves = vec![EMPTY_ROOT; 1_000_000];
        for index in [0, 1, 255, 256, 65_535, 65_536, 500_000, 999_423, 999_424, 999_999] {
            tiles.reads.set(0);
            let proof = prove_inclusion(&tiles, index, size).unwrap();
            assert!((12..=20).contains(&proof.len()), "{index}: {}", proof.len());
            assert!(tiles.reads.get() <= 5, "{index}: {} reads", tiles.reads.get());
            tiles.reads.set(0);
            prove_consistency(&tiles, index, size).unwrap();
            assert!(tiles.reads.get() <= 6, "{index}: {} reads", tiles.reads.get());
        }
    }

    proptest! {
        #[test]
        fn proofs_hold_and_nothing_near_them(
            size in 1..3_000_u64, at in any::<prop::sample::Index>(), part in any::<prop::sample::Index>(), bit in 0..256_usize,
        ) {
            let tiles = MemoryTiles::grown(size);
            let (index, root) = (at.index(size as usize) as u64, tiles.writer.root());
            let leaf = tiles.leaves[index as usize];
            let proof = prove_inclusion(&tiles, index, size).unwrap();
            prop_assert_eq!(root_at(&tiles, size).unwrap(), root);
            prop_assert_eq!(verify_inclusion(leaf, index, size, root, &proof), Ok(()));
            let refused = |leaf, index, root, proof: &[Hash]| verify_inclusion(leaf, index, size, root, proof).is_err();
            prop_assert!(refused(flip(leaf, bit), index, root, &proof));
            prop_assert!(refused(leaf, index, flip(root, bit), &proof));
            prop_assert!(refused(leaf, (index + 1) % size, root, &proof) || size == 1);
            prop_assert!(refused(leaf, index + size, root, &proof));
            prop_assert!(refused(leaf, index, root, &[proof.as_slice(), &[root]].concat()));
            if !proof.is_empty() {
                let mut bent = proof.clone();
                let which = part.index(bent.len());
                bent[which] = flip(bent[which], bit);
                prop_assert!(refused(leaf, index, root, &bent));
                prop_assert!(refused(leaf, index, root, &proof[1..]));
            }
        }

        #[test]
        fn growth_holds_and_nothing_near_it(
            new in 2..3_000_u64, at in any::<prop::sample::Index>(), part in any::<prop::sample::Index>(), bit in 0..256_usize,
        ) {
            let tiles = MemoryTiles::grown(new);
            let (old, new_root) = (1 + at.index(new as usize - 1) as u64, tiles.writer.root());
            let old_root = root_at(&tiles, old).unwrap();
            let proof = prove_consistency(&tiles, old, new).unwrap();
            prop_assert_eq!(verify_consistency((old, old_root), (new, new_root), &proof), Ok(()));
            let refused = |old, new, proof: &[Hash]| verify_consistency(old, new, proof).is_err();
            prop_assert!(refused((old, flip(old_root, bit)), (new, new_root), &proof));
            prop_assert!(refused((old, old_root), (new, flip(new_root, bit)), &proof));
            prop_assert!(refused((old - 1, old_root), (new, new_root), &proof));
            prop_assert!(refused((new, old_root), (old, new_root), &proof));
            prop_assert!(refused((old, old_root), (new, new_root), &[proof.as_slice(), &[old_root]].concat()));
            prop_assert!(refused((old, old_root), (new, new_root), &proof[1..]));
            let mut bent = proof.clone();
            let which = part.index(bent.len());
            bent[which] = flip(bent[which], bit);
            prop_assert!(refused((old, old_root), (new, new_root), &bent));
        }

        #[test]
        fn arbitrary_proofs_do_not_panic(
            old: u64, new: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        ) {
            let proof: Vec<Hash> = hashes.into_iter().map(Hash::from_bytes).collect();
            prop_assert!(verify_inclusion(EMPTY_ROOT, old, new, EMPTY_ROOT, &proof).is_err());
            if old != new {
                let root = Hash::from_bytes([1; 32]);
                prop_assert!(verify_consistency((old, root), (new, EMPTY_ROOT), &proof).is_err());
            }
        }
    }

    #[test]
    fn edges_of_growth() {
        let (root, other) = (Hash::from_bytes([1; 32]), Hash::from_bytes([2; 32]));
        assert!(verify_consistency((0, EMPTY_ROOT), (9, root), &[]).is_ok());
        assert!(verify_consistency((0, root), (9, root), &[]).is_err());
        assert!(verify_consistency((0, EMPTY_ROOT), (9, root), &[root]).is_err());
        assert!(verify_consistency((9, root), (9, root), &[]).is_ok());
        assert!(verify_consistency((9, root), (9, other), &[]).is_err());
        assert!(verify_consistency((9, root), (9, root), &[root]).is_err());
        assert_eq!(prove_consistency(&reference(3), 4, 3), Err(Error::Beyond { asked: 4, size: 3 }));
        assert_eq!(prove_inclusion(&reference(3), 3, 3), Err(Error::Beyond { asked: 3, size: 3 }));
        assert_eq!(prove_inclusion(&reference(3), 0, u64::MAX), Err(Error::Full));
        assert_eq!(root_at(&reference(0), 0), Ok(EMPTY_ROOT));
    }

    #[test]
    fn the_longest_proofs_fit() {
        let mut frontier = Frontier::from_parts(SIZE_MAX - 1, vec![EMPTY_ROOT; 62]).unwrap();
        frontier.append(EMPTY_ROOT).unwrap();
        assert_eq!(frontier.peaks().len(), 1);
        // The way from the first entry of a full tree has 62 steps.
        let mut walk = Walk { node: 0, last: SIZE_MAX - 1 };
        let steps = std::iter::from_fn(|| walk.step().ok()).count();
        assert_eq!(steps, 62);
        assert!(steps < PROOF_HASHES_MAX);
    }

    fn flip(hash: Hash, bit: usize) -> Hash {
        let mut bytes = *hash.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Hash::from_bytes(bytes)
    }
}
