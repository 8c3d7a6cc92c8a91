//! Signing keys of organisations, with their algorithm named everywhere.
//!
//! Not here: where keys are kept (store).

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::RecordError;

/// The algorithm of every signature so far: Ed25519 (RFC 8032).
pub const ALGORITHM: &str = "ed25519";

/// Names a public key: the first 8 bytes of SHA-256 over the algorithm's name, a zero byte and the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{ALGORITHM}:{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The public half: anyone may verify with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    key: VerifyingKey,
    id: KeyId,
}

impl PublicKey {
    /// From its 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, RecordError> {
        let key =
            VerifyingKey::from_bytes(bytes).map_err(|_| RecordError::Key("not a point of the curve"))?;
        if key.is_weak() {
            return Err(RecordError::Key("a weak key: anything would verify"));
        }
        Ok(Self::of(key))
    }

    fn of(key: VerifyingKey) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(ALGORITHM.as_bytes());
        hasher.update([0]);
        hasher.update(key.as_bytes());
        let mut id = [0; 8];
        id.copy_from_slice(&hasher.finalize()[..8]);
        Self { key, id: KeyId(id) }
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Its 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether a signature fits the bytes, by the strict rules (no malleable or small-order signatures).
    pub fn verify(&self, bytes: &[u8], signature: &[u8; 64]) -> Result<(), RecordError> {
        self.key
            .verify_strict(bytes, &Signature::from_bytes(signature))
            .map_err(|_| RecordError::Signature { key_id: self.id.to_string() })
    }
}

/// The secret half: signs for an organisation. Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct SecretKey {
    key: SigningKey,
    public: PublicKey,
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SecretKey({})", self.public.id)
    }
}

impl SecretKey {
    /// From 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey::of(key.verifying_key());
        Self { key, public }
    }

    /// Its 32 bytes, to be sealed and kept.
    pub fn to_seed(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }
}
