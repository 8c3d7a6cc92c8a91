//! The leaf: what an entry adds to the tree. Commitments only, never content.
//!
//! Not here: what is committed to, and which key belongs to whom.

use std::convert::Infallible;

use base::Timestamp;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use minicbor::{Decoder, Encoder};
use sha2::{Digest as _, Sha256};

use crate::{Error, Hash, leaf_hash};

/// The format of leaves written now, and the only one read.
pub const LEAF_FORMAT: u8 = 1;
/// Longest encoded leaf, in bytes.
pub const LEAF_BYTES_MAX: usize = 256;
/// Begins what is signed, so that the signature means nothing elsewhere.
pub const LEAF_DOMAIN: &[u8] = b"belfry-leaf/1\n";
/// Begins what is hashed into a commitment.
pub const COMMITMENT_DOMAIN: &[u8] = b"belfry-commitment/1\n";

const FIELDS_SIGNED: u64 = 9;

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeafKind {
    /// A version of an item is published.
    Publish,
    /// An organisation acknowledges an item.
    Acknowledge,
    /// The originator recalls an item.
    Retract,
    /// The originator loosens a marking.
    Release,
    /// The content of an item is destroyed.
    Erase,
    /// An organisation tightens a marking for itself.
    Restrict,
    /// A second person approves.
    Approve,
    /// The directory of organisations and members changes.
    Administer,
    /// Someone consulted items (access ledger).
    Access,
}

impl LeafKind {
    /// Every kind, in the order of their codes.
    pub const ALL: [Self; 9] = [
        Self::Publish,
        Self::Acknowledge,
        Self::Retract,
        Self::Release,
        Self::Erase,
        Self::Restrict,
        Self::Approve,
        Self::Administer,
        Self::Access,
    ];

    /// The number that stands for it in a leaf, from 1.
    pub const fn code(self) -> u8 {
        self as u8 + 1
    }

    /// The kind with that number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code.checked_sub(1)?)).copied()
    }

    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Acknowledge => "acknowledge",
            Self::Retract => "retract",
            Self::Release => "release",
            Self::Erase => "erase",
            Self::Restrict => "restrict",
            Self::Approve => "approve",
            Self::Administer => "administer",
            Self::Access => "access",
        }
    }
}

/// One leaf. Its encoding is one definite-length CBOR array in the order of these fields, behind the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What the entry does.
    pub kind: LeafKind,
    /// The item's id, or zero when the entry is about no item.
    pub subject: [u8; 16],
    /// See [`commitment`].
    pub commitment: [u8; 32],
    /// Pseudonym of the member who acted.
    pub actor: [u8; 16],
    /// When the node took it in.
    pub at: Timestamp,
    /// Hash of the policy set that allowed it.
    pub policy: [u8; 32],
    /// Hash of the previous leaf of the same subject.
    pub previous: Option<Hash>,
    /// Id of the key that signed.
    pub key_id: [u8; 8],
    /// Ed25519 signature over [`Leaf::signed_bytes`].
    pub signature: Option<[u8; 64]>,
}

impl Leaf {
    /// What the signature covers: [`LEAF_DOMAIN`], then every field before the signature as a CBOR array.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = LEAF_DOMAIN.to_vec();
        self.write(&mut bytes, false).expect("a vector takes every byte");
        bytes
    }

    /// The whole leaf; its [`leaf_hash`] goes into the tree.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LEAF_BYTES_MAX);
        self.write(&mut bytes, true).expect("a vector takes every byte");
        bytes
    }

    /// The leaf with these bytes. There is one encoding per leaf: anything else is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > LEAF_BYTES_MAX {
            return Err(Error::Leaf("longer than a leaf can be"));
        }
        let leaf = read(bytes)?;
        if leaf.encode() != bytes {
            return Err(Error::Leaf("not the shortest encoding, or bytes behind it"));
        }
        Ok(leaf)
    }

    /// The hash that stands for it in the tree.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }

    /// This leaf with the signature of `key`; `key_id` must already name that key.
    #[must_use]
    pub fn signed(self, key: &SigningKey) -> Self {
        let signature = key.sign(&self.signed_bytes()).to_bytes();
        Self { signature: Some(signature), ..self }
    }

    /// Whether `key` signed it.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), Error> {
        let signature = Signature::from_bytes(&self.signature.ok_or(Error::Unsigned)?);
        key.verify_strict(&self.signed_bytes(), &signature).map_err(|_| Error::Signature)
    }

    fn write(&self, bytes: &mut Vec<u8>, whole: bool) -> Result<(), minicbor::encode::Error<Infallible>> {
        let mut out = Encoder::new(bytes);
        out.array(FIELDS_SIGNED + 1 - u64::from(!whole))?;
        out.u8(LEAF_FORMAT)?.u8(self.kind.code())?;
        out.bytes(&self.subject)?.bytes(&self.commitment)?.bytes(&self.actor)?;
        out.i64(self.at.millis())?.bytes(&self.policy)?;
        match &self.previous {
            Some(hash) => out.bytes(hash.as_bytes())?,
            None => out.null()?,
        };
        out.bytes(&self.key_id)?;
        if whole {
            match &self.signature {
                Some(signature) => out.bytes(signature)?,
                None => out.null()?,
            };
        }
        Ok(())
    }
}

/// The salted commitment of an entry: SHA-256 over [`COMMITMENT_DOMAIN`], then salt, header and ciphertext, each
/// behind its length as eight bytes, big-endian. Without the salt nobody can confirm a guess.
pub fn commitment(salt: &[u8; 32], header: &[u8], ciphertext: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new_with_prefix(COMMITMENT_DOMAIN);
    for part in [salt.as_slice(), header, ciphertext] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

fn read(bytes: &[u8]) -> Result<Leaf, Error> {
    let mut input = Decoder::new(bytes);
    if !matches!(input.array(), Ok(Some(length)) if length == FIELDS_SIGNED + 1) {
        return Err(Error::Leaf("not an array of 10"));
    }
    if !matches!(input.u8(), Ok(LEAF_FORMAT)) {
        return Err(Error::Leaf("format unknown"));
    }
    let kind = input.u8().ok().and_then(LeafKind::from_code).ok_or(Error::Leaf("kind unknown"))?;
    Ok(Leaf {
        kind,
        subject: fixed(&mut input)?,
        commitment: fixed(&mut input)?,
        actor: fixed(&mut input)?,
        at: Timestamp::from_millis(input.i64().map_err(|_| Error::Leaf("time is not a number"))?),
        policy: fixed(&mut input)?,
        previous: fixed_or_null(&mut input)?.map(Hash::from_bytes),
        key_id: fixed(&mut input)?,
        signature: fixed_or_null(&mut input)?,
    })
}

fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], Error> {
    let bytes = input.bytes().map_err(|_| Error::Leaf("a field is not bytes"))?;
    bytes.try_into().map_err(|_| Error::Leaf("a field has the wrong length"))
}

fn fixed_or_null<const N: usize>(input: &mut Decoder<'_>) -> Result<Option<[u8; N]>, Error> {
    if input.probe().null().is_ok() {
        input.null().map_err(|_| Error::Leaf("a field is not null"))?;
        return Ok(None);
    }
    fixed(input).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn any_leaf()(
            kind in prop::sample::select(LeafKind::ALL.to_vec()),
            ids in any::<([u8; 16], [u8; 16], [u8; 8])>(),
            hashes in any::<([u8; 32], [u8; 32], Option<[u8; 32]>)>(),
            millis in any::<i64>(),
            halves in any::<Option<([u8; 32], [u8; 32])>>(),
        ) -> Leaf {
            let (subject, actor, key_id) = ids;
            let (commitment, policy, previous) = hashes;
            Leaf {
                kind, subject, commitment, actor, at: Timestamp::from_millis(millis), policy,
                previous: previous.map(Hash::from_bytes), key_id,
                signature: halves.map(|(left, right)| [left, right].concat().try_into().unwrap()),
            }
        }
    }

    fn sample() -> Leaf {
        Leaf {
            kind: LeafKind::Publish,
            subject: [1; 16],
            commitment: commitment(&[2; 32], b"header", b"ciphertext"),
            actor: [3; 16],
            at: Timestamp::from_millis(1_795_356_131_250),
            policy: [4; 32],
            previous: None,
            key_id: [5; 8],
            signature: None,
        }
    }

    proptest! {
        #[test]
        fn every_leaf_reads_back(leaf in any_leaf()) {
            let bytes = leaf.encode();
            prop_assert!(bytes.len() <= LEAF_BYTES_MAX);
            prop_assert_eq!(Leaf::decode(&bytes), Ok(leaf));
        }

        #[test]
        fn what_reads_is_the_one_encoding(leaf in any_leaf(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut bytes = leaf.encode();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            if let Ok(other) = Leaf::decode(&bytes) {
                prop_assert_eq!(other.encode(), bytes);
                prop_assert_ne!(other.hash(), leaf.hash());
            }
        }

        #[test]
        fn rubbish_is_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Leaf::decode(&bytes);
        }

        #[test]
        fn a_signature_covers_every_field(leaf in any_leaf(), other in any_leaf(), seed in any::<[u8; 32]>()) {
            let key = SigningKey::from_bytes(&seed);
            let signed = leaf.clone().signed(&key);
            prop_assert_eq!(signed.verify(&key.verifying_key()), Ok(()));
            let moved = Leaf { signature: signed.signature, ..other.clone() };
            let same = Leaf { signature: None, ..leaf } == Leaf { signature: None, ..other };
            prop_assert_eq!(moved.verify(&key.verifying_key()).is_ok(), same);
        }
    }

    #[test]
    fn strict_about_bytes() {
        let good = sample().encode();
        let refused = |bytes: &[u8], why: &str| match Leaf::decode(bytes) {
            Err(Error::Leaf(reason)) => assert!(reason.contains(why), "{reason} / {why}"),
            other => panic!("{why}: {other:?}"),
        };
        refused(&[good.as_slice(), &[0]].concat(), "bytes behind");
        refused(&good[..good.len() - 1], "not bytes");
        refused(&[], "array");
        refused(&vec![0x8a; 257], "longer");
        let change = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            bytes
        };
        refused(&change(0, 0x89), "array");
        refused(&change(0, 0x9f), "array");
        refused(&change(1, 2), "format");
        refused(&change(2, 0), "kind");
        refused(&change(2, 10), "kind");
        refused(&change(3, 0x51), "wrong length");
        // The number 1 in two bytes is the same number in another encoding.
        refused(&[&good[..1], &[0x18, 1], &good[2..]].concat(), "shortest");
        // A time past the year 9999 has no leaf.
        let late = [0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let at = good.len() - (9 + 34 + 1 + 9 + 1);
        assert_eq!(good[at], 0x1b);
        refused(&[&good[..at], &late, &good[at + 9..]].concat(), "shortest");
    }

    #[test]
    fn unsigned_and_foreign_signatures_are_refused() {
        let (key, other) = (SigningKey::from_bytes(&[7; 32]), SigningKey::from_bytes(&[8; 32]));
        assert_eq!(sample().verify(&key.verifying_key()), Err(Error::Unsigned));
        assert_eq!(sample().signed(&other).verify(&key.verifying_key()), Err(Error::Signature));
    }

    #[test]
    fn codes_and_kinds_match() {
        for (code, kind) in (1..).zip(LeafKind::ALL) {
            assert_eq!((kind.code(), LeafKind::from_code(code)), (code, Some(kind)));
        }
        assert_eq!((LeafKind::from_code(0), LeafKind::from_code(10)), (None, None));
    }

    #[test]
    fn commitment_parts_do_not_run_together() {
        let salt = [9; 32];
        assert_ne!(commitment(&salt, b"ab", b"c"), commitment(&salt, b"a", b"bc"));
        assert_ne!(commitment(&salt, b"a", b"b"), commitment(&[8; 32], b"a", b"b"));
    }
}
