//! The two hashes of an RFC 6962 tree (section 2.1) and their value.
//!
//! Not here: trees.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::Error;

/// Length of a hash, in bytes.
pub const HASH_BYTES: usize = 32;

/// A SHA-256 hash in a tree. Written in lower-case hexadecimal; checkpoints write it in base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

/// The root of a tree without entries: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The hash of an entry: SHA-256(0x00, data).
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash(Sha256::new_with_prefix([0]).chain_update(data).finalize().into())
}

/// The hash of two subtrees: SHA-256(0x01, left, right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new_with_prefix([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

impl Hash {
    /// From its 32 bytes.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// From 32 bytes of unknown length.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::Hash)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// In standard base64 with padding, as checkpoints write it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// From standard base64 with padding; one text per hash.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        // 44 characters hold 32 bytes: nothing longer is decoded.
        if text.len() != 44 {
            return Err(Error::Hash);
        }
        Self::from_slice(&STANDARD.decode(text).map_err(|_| Error::Hash)?)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Hash {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; HASH_BYTES];
        if text.len() != 2 * HASH_BYTES {
            return Err(Error::Hash);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn nibble(digit: u8) -> Result<u8, Error> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(Error::Hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_root_is_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT.as_bytes().as_slice(), Sha256::digest([]).as_slice());
    }

    #[test]
    fn known_hashes_of_the_certificate_transparency_reference() {
        assert_eq!(
            leaf_hash(b"").to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            node_hash(&leaf_hash(b""), &leaf_hash(&[0])).to_string(),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }

    #[test]
    fn one_text_per_hash() {
        let hash = leaf_hash(b"x");
        let (hex, base64) = (hash.to_string(), hash.to_base64());
        assert_eq!(hex.parse(), Ok(hash));
        assert_eq!(Hash::from_base64(&base64), Ok(hash));
        for text in [&hex[1..], "", &hex.to_uppercase(), &format!("{hex}0"), &"é".repeat(32)] {
            assert_eq!(text.parse::<Hash>(), Err(Error::Hash), "{text}");
        }
        // The last character before the padding carries two bits that must be zero.
        let mut loose = EMPTY_ROOT.to_base64().into_bytes();
        assert_eq!(loose[42], b'U');
        loose[42] = b'V';
        for text in [&base64[..43], "", std::str::from_utf8(&loose).unwrap(), &hex[..44]] {
            assert_eq!(Hash::from_base64(text), Err(Error::Hash), "{text}");
        }
    }
}
