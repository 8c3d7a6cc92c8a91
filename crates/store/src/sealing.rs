//! Sealing at rest: the node key wraps organisation keys, those wrap data keys, those seal content.
//!
//! Not here: signatures (record). Algorithm: XChaCha20-Poly1305, its name in every header.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, RwLock};

use base::Random;
use base::ids::{ItemId, MemberId, OrganisationId};
use base::random::bytes;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use record::keys::SecretKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::StoreError;

/// The name of the sealing algorithm, written in headers.
pub const ALGORITHM: &str = "xchacha20poly1305";
const NONCE_BYTES: usize = 24;
const KEY_FILE_HEAD: &str = "belfry-node-key/1 ";

/// A 32-byte key; wiped when dropped, never printed.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    pub(crate) fn random(random: &dyn Random) -> Self {
        Self::new(bytes(random))
    }

    /// Seals bytes: a random nonce, then the ciphertext. `context` is bound to it and must be the same to open.
    pub(crate) fn seal(&self, random: &dyn Random, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = bytes(random);
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context })
            .expect("content is far below the cipher's limit of 256 GB");
        let mut out = Vec::with_capacity(NONCE_BYTES + sealed.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    /// Opens what [`Key::seal`] made with the same context.
    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let damaged = || StoreError::Damaged("a sealed value does not open: changed, or another key".into());
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: context }).map_err(|_| damaged())
    }

    /// This key sealed under `wrapping`, for one item.
    pub(crate) fn wrap(&self, wrapping: &Self, random: &dyn Random, item: ItemId) -> Vec<u8> {
        wrapping.seal(random, item.as_bytes(), &*self.0)
    }

    /// Opens what [`Key::wrap`] made for the same item.
    pub(crate) fn unwrap_for(wrapping: &Self, item: ItemId, wrapped: &[u8]) -> Result<Self, StoreError> {
        let plain = Zeroizing::new(wrapping.open(item.as_bytes(), wrapped)?);
        let key = <[u8; 32]>::try_from(plain.as_slice());
        Ok(Self::new(key.map_err(|_| StoreError::Damaged("a data key of a wrong length".into()))?))
    }

    /// Another key for another use, so that no key serves two.
    pub(crate) fn derive(&self, purpose: &str) -> Self {
        Self::new(self.mac(purpose.as_bytes()))
    }

    /// HMAC-SHA-256.
    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&*self.0).expect("HMAC takes keys of any length");
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

/// The key of a node: everything at rest hangs on it. Kept in a file only its owner may read.
#[derive(Clone)]
pub struct NodeKey(Key);

impl NodeKey {
    /// A new key.
    pub fn random(random: &dyn Random) -> Self {
        Self(Key::random(random))
    }

    /// Reads the key file; refuses one that others can read.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let at = |source| StoreError::File { path: path.into(), source };
        check_mode(path)?;
        let text = Zeroizing::new(fs::read_to_string(path).map_err(at)?);
        let hex = text.trim().strip_prefix(KEY_FILE_HEAD).and_then(unhex);
        let bytes = hex.ok_or_else(|| {
            StoreError::Unsupported(format!("{}: not a node key of this format", path.display()))
        })?;
        Ok(Self(Key::new(bytes)))
    }

    /// Writes the key file, mode 0600; refuses to replace one.
    pub fn write(&self, path: &Path) -> Result<(), StoreError> {
        let at = |source| StoreError::File { path: path.into(), source };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(at)?;
        let mut text = Zeroizing::new(String::from(KEY_FILE_HEAD));
        for byte in &*self.0.0 {
            text.push_str(&format!("{byte:02x}"));
        }
        text.push('\n');
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at)
    }

    /// A key of 32 bytes for another part of the node, such as its cursors.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        *self.0.derive(purpose).0
    }

    pub(crate) fn key(&self, purpose: &str) -> Key {
        self.0.derive(purpose)
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let meta = fs::metadata(path).map_err(|source| StoreError::File { path: path.into(), source })?;
    if meta.permissions().mode() & 0o077 != 0 {
        let path = path.display();
        return Err(StoreError::Unsupported(format!("{path}: others can read the node key; chmod 600 it")));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(out)
}

/// The keys of one organisation.
pub(crate) struct OrganisationKeys {
    /// Signs its items and acts.
    pub(crate) signing: SecretKey,
    /// Wraps the data keys of its items.
    pub(crate) wrapping: Key,
    /// Makes pseudonyms of its members.
    pub(crate) pseudonyms: Key,
}

impl OrganisationKeys {
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self {
            signing: SecretKey::from_seed(&bytes(random)),
            wrapping: Key::random(random),
            pseudonyms: Key::random(random),
        }
    }

    /// The 96 bytes that are sealed under the node key.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(96));
        out.extend_from_slice(&self.signing.to_seed());
        out.extend_from_slice(&*self.wrapping.0);
        out.extend_from_slice(&*self.pseudonyms.0);
        out
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (seed, rest) = bytes.split_first_chunk::<32>()?;
        let (wrapping, rest) = rest.split_first_chunk::<32>()?;
        let pseudonyms: &[u8; 32] = rest.try_into().ok()?;
        Some(Self {
            signing: SecretKey::from_seed(seed),
            wrapping: Key::new(*wrapping),
            pseudonyms: Key::new(*pseudonyms),
        })
    }

    /// How a member is named in leaves: the same member the same way, and no way back without the key.
    pub(crate) fn pseudonym(&self, member: MemberId) -> [u8; 16] {
        let mac = self.pseudonyms.mac(member.as_bytes());
        *mac.first_chunk().expect("32 bytes begin with 16")
    }
}

/// The opened keys of every organisation.
pub(crate) struct Keyring {
    /// Wraps organisation keys.
    pub(crate) wrapping: Key,
    /// Hashes names of sources.
    pub(crate) sources: Key,
    organisations: RwLock<HashMap<OrganisationId, Arc<OrganisationKeys>>>,
}

impl Keyring {
    pub(crate) fn new(node: &NodeKey) -> Self {
        Self {
            wrapping: node.key("wrap-organisation-keys"),
            sources: node.key("hash-sources"),
            organisations: RwLock::new(HashMap::new()),
        }
    }

    pub(crate) fn put(&self, organisation: OrganisationId, keys: Arc<OrganisationKeys>) {
        let mut all = self.organisations.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.insert(organisation, keys);
    }

    pub(crate) fn get(&self, organisation: &OrganisationId) -> Result<Arc<OrganisationKeys>, StoreError> {
        let all = self.organisations.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.get(organisation).cloned().ok_or(StoreError::Absent)
    }
}

#[cfg(test)]
mod tests {
    use base::random::SeededRandom;

    use super::*;

    #[test]
    fn opens_only_with_key_and_context() {
        let random = SeededRandom::new(1);
        let (key, other) = (Key::random(&random), Key::random(&random));
        let sealed = key.seal(&random, b"context", b"plain");
        assert_eq!(key.open(b"context", &sealed).unwrap(), b"plain");
        assert!(key.open(b"other", &sealed).is_err());
        assert!(other.open(b"context", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[index] ^= 1;
            assert!(key.open(b"context", &bad).is_err(), "byte {index}");
        }
        assert!(key.open(b"context", &[]).is_err());
    }

    #[test]
    fn key_file_is_private_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let key = NodeKey::random(&SeededRandom::new(2));
        key.write(&path).unwrap();
        assert!(key.write(&path).is_err());
        assert_eq!(NodeKey::read(&path).unwrap().derive("x"), key.derive("x"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(NodeKey::read(&path).is_err());
        }
    }
}
