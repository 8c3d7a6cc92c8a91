//! The test vectors of `ref/ledger-format.md` hold: each is computed here and must stand in the page.

use base::Timestamp;
use ed25519_dalek::SigningKey;
use ledger::proof::{prove_consistency, prove_inclusion};
use ledger::{
    Checkpoint, KeyKind, Leaf, LeafKind, NoteSigner, SignedCheckpoint, TilePath, TreeWriter, commitment,
    leaf_hash,
};

use crate::tiles::Tiles;

const PAGE: &str = include_str!("../../../../ref/ledger-format.md");

/// Every line of these must stand in the page as it is, indentation aside.
fn check(vector: &str) {
    for line in vector.lines() {
        let stands = PAGE.lines().any(|written| written.trim() == line.trim());
        assert!(stands, "ref/ledger-format.md lacks this line:\n{line}\nof\n{vector}");
    }
}

fn leaf() -> Leaf {
    Leaf {
        kind: LeafKind::Publish,
        subject: std::array::from_fn(|at| 0x10 + at as u8),
        commitment: commitment(&[0x01; 32], b"header", b"ciphertext"),
        actor: [0x02; 16],
        at: Timestamp::from_millis(1_795_356_131_250),
        policy: [0x03; 32],
        previous: None,
        key_id: [0x04; 8],
        signature: None,
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

#[test]
fn commitment_vector() {
    check(&format!("commitment = {}", hex::encode(leaf().commitment)));
}

#[test]
fn leaf_vectors() {
    let first = leaf().signed(&key(0x05));
    first.verify(&key(0x05).verifying_key()).unwrap();
    check(&format!("public key  = {}", hex::encode(key(0x05).verifying_key().as_bytes())));
    check(&format!("signed part = {}", hex::encode(first.signed_bytes())));
    check(&format!("signature   = {}", hex::encode(first.signature.unwrap())));
    check(&format!("leaf        = {}", hex::encode(first.encode())));
    check(&format!("leaf hash   = {}", first.hash()));
    let second = Leaf { kind: LeafKind::Erase, previous: Some(first.hash()), ..leaf() };
    check(&format!("second leaf = {}", hex::encode(second.encode())));
    check(&format!("its hash    = {}", second.hash()));
}

#[test]
fn kinds_are_listed_with_their_codes() {
    for kind in LeafKind::ALL {
        let row = format!("| {} | {} |", kind.code(), kind.name());
        assert!(PAGE.contains(&row), "ref/ledger-format.md lacks the row {row}");
    }
}

#[test]
fn tree_and_proof_vectors() {
    let mut tiles = Tiles::default();
    check(&format!("root of 0 = {}", tiles.writer.root()));
    for entry in ["a", "b", "c", "d", "e"] {
        tiles.push(entry.as_bytes());
        check(&format!("root of {} = {}", tiles.writer.size(), tiles.writer.root()));
    }
    for (at, hash) in (1..).zip(prove_inclusion(&tiles, 2, 5).unwrap()) {
        check(&format!("inclusion of entry 2 in 5, hash {at} = {hash}"));
    }
    for (at, hash) in (1..).zip(prove_consistency(&tiles, 3, 5).unwrap()) {
        check(&format!("consistency of 3 and 5, hash {at} = {hash}"));
    }
}

#[test]
fn tile_vectors() {
    for (level, index, width) in [(0, 1_234_067, 256), (1, 0, 17)] {
        check(&TilePath::new(level, index, width).unwrap().to_string());
    }
    let mut writer = TreeWriter::new();
    (0..256).for_each(|_| writer.append(leaf_hash(b"a")).unwrap());
    let tiles = writer.take_tiles();
    assert_eq!(tiles[1].bytes.as_ref(), writer.root().as_bytes());
    check(&format!("tile 1/000.p/1 after 256 entries \"a\" = {}", hex::encode(&tiles[1].bytes)));
}

#[test]
fn checkpoint_vectors() {
    let log = NoteSigner::new("example.org/facts", KeyKind::Ed25519, key(0x05)).unwrap();
    let witness = NoteSigner::new("witness.example.org", KeyKind::CosignatureV1, key(0x06)).unwrap();
    check(&log.verifier().to_string());
    check(&witness.verifier().to_string());
    let checkpoint = Checkpoint::new("example.org/facts", 1, leaf_hash(b"a")).unwrap();
    let mut signed = SignedCheckpoint::sign(checkpoint, &log).unwrap();
    signed.cosign(&witness, Timestamp::from_seconds(1_795_356_131)).unwrap();
    check(&signed.to_string());
}
