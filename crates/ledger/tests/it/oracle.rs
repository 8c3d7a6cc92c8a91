//! Roots and proofs against `ct-merkle`, an independent implementation of RFC 6962.

use base::random::{Random, SeededRandom, bytes};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::Hash;
use ledger::proof::{prove_consistency, prove_inclusion, root_at, verify_consistency, verify_inclusion};
use sha2::Sha256;

use crate::tiles::Tiles;

const GROWN_TO: u64 = 300;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn our_tree(size: u64) -> Tiles {
    let mut tiles = Tiles::default();
    (0..size).for_each(|index| tiles.push(&entry(index)));
    tiles
}

fn their_tree(size: u64) -> Oracle {
    let mut tree = Oracle::new();
    (0..size).for_each(|index| tree.push(entry(index)));
    tree
}

fn joined(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(Hash::as_bytes).copied().collect()
}

fn check_inclusion(ours: &Tiles, theirs: &Oracle, index: u64) {
    let (size, root) = (theirs.len(), ours.writer.root());
    let proof = prove_inclusion(ours, index, size).unwrap();
    assert_eq!(joined(&proof), theirs.prove_inclusion(index as usize).as_bytes(), "{index} of {size}");
    verify_inclusion(ledger::leaf_hash(&entry(index)), index, size, root, &proof).unwrap();
}

fn check_consistency(ours: &Tiles, theirs: &Oracle, old: u64, old_root: Hash) {
    let (new, root) = (theirs.len(), ours.writer.root());
    let proof = prove_consistency(ours, old, new).unwrap();
    let additions = (new - old) as usize;
    assert_eq!(joined(&proof), theirs.prove_consistency(additions).as_bytes(), "{old} to {new}");
    verify_consistency((old, old_root), (new, root), &proof).unwrap();
}

#[test]
fn every_inclusion_proof_of_every_size_agrees() {
    let (mut ours, mut theirs) = (our_tree(0), their_tree(0));
    for size in 1..=GROWN_TO {
        ours.push(&entry(size - 1));
        theirs.push(entry(size - 1));
        assert_eq!(ours.writer.root().as_bytes().as_slice(), theirs.root().as_bytes().as_slice(), "{size}");
        for index in 0..size {
            check_inclusion(&ours, &theirs, index);
        }
    }
}

#[test]
fn every_consistency_proof_of_every_size_agrees() {
    let (mut ours, mut theirs) = (our_tree(0), their_tree(0));
    let mut roots = Vec::new();
    for size in 1..=GROWN_TO {
        ours.push(&entry(size - 1));
        theirs.push(entry(size - 1));
        for (old, root) in (1..).zip(&roots) {
            check_consistency(&ours, &theirs, old, *root);
        }
        roots.push(ours.writer.root());
    }
}

#[test]
fn earlier_sizes_agree_from_later_tiles() {
    let ours = our_tree(GROWN_TO);
    for size in 1..=GROWN_TO {
        let then = our_tree(size);
        assert_eq!(root_at(&ours, size).unwrap(), then.writer.root(), "{size}");
        for index in [0, size / 2, size - 1] {
            let proof = prove_inclusion(&ours, index, size).unwrap();
            assert_eq!(proof, prove_inclusion(&then, index, size).unwrap());
        }
    }
}

#[test]
fn larger_trees_agree() {
    let random = SeededRandom::new(5);
    for size in [65_535, 65_536, 65_537, 66_000 + pick(&random, 2_000)] {
        let (ours, theirs) = (our_tree(size), their_tree(size));
        assert_eq!(ours.writer.root().as_bytes().as_slice(), theirs.root().as_bytes().as_slice(), "{size}");
        let picked = (0..50).map(|_| pick(&random, size));
        for at in [0, 255, 256, 65_534, size - 1].into_iter().chain(picked) {
            check_inclusion(&ours, &theirs, at);
            let old = at.max(1);
            check_consistency(&ours, &theirs, old, root_at(&ours, old).unwrap());
        }
    }
}

fn pick(random: &dyn Random, below: u64) -> u64 {
    u64::from_be_bytes(bytes(random)) % below
}
