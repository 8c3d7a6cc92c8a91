//! The DSSE envelope: exact bytes, their type, and the signatures over both.
//!
//! Not here: what the bytes say. Source: Dead Simple Signing Envelope v1.0 (secure-systems-lab/dsse).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::keys::{PublicKey, SecretKey};
use crate::{RecordError, from_json, to_json};

/// The payload type of an item version.
pub const ITEM_TYPE: &str = "application/vnd.belfry.item+json";
/// The payload type of an act.
pub const ACT_TYPE: &str = "application/vnd.belfry.act+json";
/// Longest envelope, in bytes: the longest payload in base64, with room for signatures.
pub const ENVELOPE_BYTES_MAX: usize = base::limits::ITEM_BYTES_MAX / 3 * 4 + 8 * 1024;
/// Most signatures of one envelope.
pub const SIGNATURES_MAX: usize = 16;

/// Signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    payload_type: String,
    payload: Vec<u8>,
    signatures: Vec<(String, [u8; 64])>,
}

#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    #[serde(rename = "payloadType")]
    payload_type: std::borrow::Cow<'a, str>,
    payload: std::borrow::Cow<'a, str>,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
struct WireSignature {
    keyid: String,
    sig: String,
}

impl Envelope {
    /// Signs a payload with one key.
    pub fn sign(payload_type: &str, payload: Vec<u8>, key: &SecretKey) -> Self {
        let signature = key.sign(&pre_authentication_encoding(payload_type, &payload));
        Self {
            payload_type: payload_type.into(),
            payload,
            signatures: vec![(key.public().id().to_string(), signature)],
        }
    }

    /// The payload when `key` signed it as `payload_type`; an error otherwise. There is no other way to a payload
    /// that came from outside.
    pub fn verify(&self, payload_type: &'static str, key: &PublicKey) -> Result<&[u8], RecordError> {
        if self.payload_type != payload_type {
            let found = self.payload_type.clone();
            return Err(RecordError::Unknown { what: "the payload type", found, known: payload_type });
        }
        let key_id = key.id().to_string();
        let signature = self.signatures.iter().find(|(id, _)| *id == key_id);
        let (_, signature) = signature.ok_or(RecordError::Signature { key_id })?;
        key.verify(&pre_authentication_encoding(&self.payload_type, &self.payload), signature)?;
        Ok(&self.payload)
    }

    /// The payload without a look at the signature: only for bytes this node has verified and sealed itself.
    pub fn payload_as_kept(&self) -> &[u8] {
        &self.payload
    }

    /// Its type.
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The ids of the keys that signed, as the envelope says.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|(id, _)| id.as_str())
    }

    /// The envelope as DSSE JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, RecordError> {
        let signatures = self
            .signatures
            .iter()
            .map(|(id, sig)| WireSignature { keyid: id.clone(), sig: STANDARD.encode(sig) })
            .collect();
        let wire = Wire {
            payload_type: self.payload_type.as_str().into(),
            payload: STANDARD.encode(&self.payload).into(),
            signatures,
        };
        to_json("an envelope", &wire, ENVELOPE_BYTES_MAX)
    }

    /// Reads DSSE JSON. Nothing is verified yet.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordError> {
        let wire: Wire<'_> = from_json("an envelope", bytes, ENVELOPE_BYTES_MAX)?;
        if wire.signatures.len() > SIGNATURES_MAX {
            return Err(RecordError::Key("more signatures than an envelope may have"));
        }
        let payload = STANDARD
            .decode(wire.payload.as_bytes())
            .map_err(|_| RecordError::Key("payload is not base64"))?;
        let signatures = wire
            .signatures
            .into_iter()
            .map(|one| {
                let sig = STANDARD.decode(one.sig).ok().and_then(|sig| <[u8; 64]>::try_from(sig).ok());
                Ok((one.keyid, sig.ok_or(RecordError::Key("a signature is not 64 bytes in base64"))?))
            })
            .collect::<Result<_, RecordError>>()?;
        Ok(Self { payload_type: wire.payload_type.into_owned(), payload, signatures })
    }
}

/// SHA-256 of signed bytes as 64 hex digits: how a version names the one before it.
pub fn digest(payload: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(payload) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// DSSE's PAE: the bytes that are really signed, so that type and payload cannot be mixed up.
fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_that_of_the_standard() {
        let bytes = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn only_the_right_key_type_and_bytes_verify() {
        let (key, other) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        let envelope = Envelope::sign(ITEM_TYPE, b"{}".to_vec(), &key);
        assert_eq!(envelope.verify(ITEM_TYPE, key.public()).unwrap(), b"{}");
        assert!(envelope.verify(ACT_TYPE, key.public()).is_err());
        assert!(envelope.verify(ITEM_TYPE, other.public()).is_err());
        let json = envelope.to_json().unwrap();
        let read = Envelope::from_json(&json).unwrap();
        assert_eq!(read, envelope);
        let mut forged = read;
        forged.payload = b"{ }".to_vec();
        assert!(forged.verify(ITEM_TYPE, key.public()).is_err());
    }
}
