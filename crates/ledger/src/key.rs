//! Keys of signed notes (C2SP signed-note): a log's key and a witness's key, under a name.
//!
//! Not here: notes (see [`crate::note`]), and where secret keys are kept.

use std::fmt;
use std::str::FromStr;

use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// Longest name of a key, in bytes.
pub const KEY_NAME_BYTES_MAX: usize = 256;

/// What a key signs, as numbered by C2SP signed-note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// The text itself: the key of a log.
    Ed25519 = 0x01,
    /// The text behind a time (C2SP tlog-cosignature): the key of a witness.
    CosignatureV1 = 0x04,
}

/// The public half of a key with its name and kind. Written `name+id+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: Box<str>,
    kind: KeyKind,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// The key under that name. A name is not empty and holds neither white space nor `+`.
    pub fn new(name: &str, kind: KeyKind, key: VerifyingKey) -> Result<Self, Error> {
        check_name(name)?;
        if key.is_weak() {
            return Err(Error::Key("a weak key"));
        }
        let hash = Sha256::new_with_prefix(name)
            .chain_update([b'\n', kind as u8])
            .chain_update(key.as_bytes())
            .finalize();
        Ok(Self { name: name.into(), kind, id: [hash[0], hash[1], hash[2], hash[3]], key })
    }

    /// Its name, such as `example.org/facts`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Its id: the first four bytes of SHA-256(name, newline, kind, public key).
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The public key.
    pub fn public_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether it signed a text: the time of a cosignature, `None` of a plain signature.
    pub(crate) fn verify(&self, text: &str, signature: &[u8]) -> Result<Option<Timestamp>, Error> {
        let plain = |message: &[u8], signature: &[u8]| {
            let signature = Signature::from_slice(signature).map_err(|_| Error::Signature)?;
            self.key.verify_strict(message, &signature).map_err(|_| Error::Signature)
        };
        match self.kind {
            KeyKind::Ed25519 => plain(text.as_bytes(), signature).map(|()| None),
            KeyKind::CosignatureV1 => {
                let (time, signature) = signature.split_first_chunk().ok_or(Error::Signature)?;
                let seconds = u64::from_be_bytes(*time);
                plain(cosigned_message(seconds, text).as_bytes(), signature)?;
                time_of(seconds).map(Some)
            }
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind as u8];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(out, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), STANDARD.encode(bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_id), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::Key("not name+id+base64"));
        };
        if base64.len() != 44 {
            return Err(Error::Key("not an Ed25519 key"));
        }
        let bytes = STANDARD.decode(base64).map_err(|_| Error::Key("not base64"))?;
        let (kind, key) = bytes.split_first().ok_or(Error::Key("empty"))?;
        let kind = match kind {
            0x01 => KeyKind::Ed25519,
            0x04 => KeyKind::CosignatureV1,
            _ => return Err(Error::Key("kind unknown")),
        };
        let key = VerifyingKey::try_from(key).map_err(|_| Error::Key("not an Ed25519 key"))?;
        let key = Self::new(name, kind, key)?;
        // The one text of this key, so the id in the text is the right one.
        if key.to_string() == text { Ok(key) } else { Err(Error::Key("the id is not this key's")) }
    }
}

/// A key that signs notes.
pub struct NoteSigner {
    verifier: VerifierKey,
    key: SigningKey,
}

impl NoteSigner {
    /// The key under that name.
    pub fn new(name: &str, kind: KeyKind, key: SigningKey) -> Result<Self, Error> {
        Ok(Self { verifier: VerifierKey::new(name, kind, key.verifying_key())?, key })
    }

    /// Its public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signature bytes of a log under a text.
    pub(crate) fn sign(&self, text: &str) -> Result<Vec<u8>, Error> {
        if self.verifier.kind != KeyKind::Ed25519 {
            return Err(Error::Key("a witness's key does not sign notes"));
        }
        Ok(self.key.sign(text.as_bytes()).to_bytes().to_vec())
    }

    /// The signature bytes of a witness under a text.
    pub(crate) fn cosign(&self, text: &str, at: Timestamp) -> Result<Vec<u8>, Error> {
        if self.verifier.kind != KeyKind::CosignatureV1 {
            return Err(Error::Key("a log's key does not cosign"));
        }
        let seconds = u64::try_from(at.seconds()).map_err(|_| Error::Time)?;
        let signature = self.key.sign(cosigned_message(seconds, text).as_bytes()).to_bytes();
        Ok([seconds.to_be_bytes().as_slice(), &signature].concat())
    }
}

/// One rule for names, in keys and on signature lines.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty()
        || name.len() > KEY_NAME_BYTES_MAX
        || name.contains(|c: char| c == '+' || c < ' ' || c.is_whitespace())
    {
        return Err(Error::Key("a name is 1 to 256 bytes without white space or +"));
    }
    Ok(())
}

fn cosigned_message(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

fn time_of(seconds: u64) -> Result<Timestamp, Error> {
    let seconds = i64::try_from(seconds).map_err(|_| Error::Time)?;
    let at = Timestamp::from_seconds(seconds);
    // A timestamp stops at its last instant: what does not come back was beyond it.
    if at.seconds() == seconds { Ok(at) } else { Err(Error::Time) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The example key of Go's package golang.org/x/mod/sumdb/note.
    const PETER_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn every_mangled_reference_key_is_refused() {
        for start in 0..PETER_KEY.len() {
            for end in start..=PETER_KEY.len() {
                let whole = start == 0 && end == PETER_KEY.len();
                assert_eq!(PETER_KEY[start..end].parse::<VerifierKey>().is_ok(), whole, "{start}..{end}");
            }
        }
        for at in 0..PETER_KEY.len() {
            let mut bytes = PETER_KEY.as_bytes().to_vec();
            bytes[at] += 1;
            assert!(String::from_utf8(bytes).unwrap().parse::<VerifierKey>().is_err(), "{at}");
        }
        for text in [
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_public_witness_key_reads() {
        let text = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
        let key: VerifierKey = text.parse().unwrap();
        assert_eq!(
            (key.kind(), key.id(), key.to_string().as_str()),
            (KeyKind::CosignatureV1, [0xda, 0x77, 0xad, 0xe7], text)
        );
    }

    #[test]
    fn a_weak_key_is_no_key() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let weak = VerifyingKey::from_bytes(&identity).unwrap();
        assert_eq!(VerifierKey::new("log", KeyKind::Ed25519, weak), Err(Error::Key("a weak key")));
    }

    #[test]
    fn names_and_times_have_limits() {
        for name in ["", "a b", "a+b", "a\nb", "\u{2003}", &"a".repeat(257)] {
            let key = SigningKey::from_bytes(&[1; 32]);
            assert!(NoteSigner::new(name, KeyKind::Ed25519, key).is_err(), "{name:?}");
        }
        assert!(time_of(u64::MAX).is_err() && time_of(i64::MAX as u64).is_err());
    }

    proptest! {
        #[test]
        fn keys_read_back(seed: [u8; 32], name in "[a-z./]{1,30}") {
            for kind in [KeyKind::Ed25519, KeyKind::CosignatureV1] {
                let signer = NoteSigner::new(&name, kind, SigningKey::from_bytes(&seed)).unwrap();
                let key: VerifierKey = signer.verifier().to_string().parse().unwrap();
                prop_assert_eq!(&key, signer.verifier());
            }
        }

        #[test]
        fn rubbish_does_not_panic(text in "[a+]{0,9}\\PC{0,80}") {
            prop_assert!(text.parse::<VerifierKey>().is_err());
        }
    }
}
