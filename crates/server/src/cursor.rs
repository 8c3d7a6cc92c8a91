//! Sealed cursors and stream ids: a place in the global order that tells its holder nothing, all of one length.
//!
//! Not here: what they point to. Sealed with XChaCha20-Poly1305 for one member and one use.

use base::Random;
use base::ids::MemberId;
use base::random::bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// What a cursor is for: one for lists does not open as one for streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The next page of a list.
    List,
    /// Where a stream was.
    Stream,
    /// The next page of access records.
    Access,
    /// The next page of a replay.
    Replay,
    /// The next page of observations.
    Observations,
}

/// Seals and opens cursors.
#[derive(Clone)]
pub struct Cursors(XChaCha20Poly1305);

impl Cursors {
    /// With a key of its own.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// A cursor for one member: 64 characters, whatever it points to.
    pub fn seal(&self, random: &dyn Random, purpose: Use, member: MemberId, place: u64) -> String {
        let nonce: [u8; 24] = bytes(random);
        let payload = Payload { msg: &place.to_be_bytes(), aad: &context(purpose, member) };
        let sealed =
            self.0.encrypt(&XNonce::from(nonce), payload).expect("eight bytes are within every limit");
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// What a cursor points to; `None` when it is not one of ours for this member and use.
    pub fn open(&self, purpose: Use, member: MemberId, cursor: &str) -> Option<u64> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
        let payload = Payload { msg: sealed, aad: &context(purpose, member) };
        let place = self.0.decrypt(&XNonce::from(*nonce), payload).ok()?;
        Some(u64::from_be_bytes(place.try_into().ok()?))
    }
}

fn context(purpose: Use, member: MemberId) -> [u8; 17] {
    let mut context = [0; 17];
    context[0] = purpose as u8;
    context[1..].copy_from_slice(member.as_bytes());
    context
}

#[cfg(test)]
mod tests {
    use base::random::SeededRandom;

    use super::*;

    #[test]
    fn opens_for_its_member_and_use_only_and_has_one_length() {
        let (cursors, random) = (Cursors::new(&[7; 32]), SeededRandom::new(1));
        let (one, other) = (MemberId::from_bytes([1; 16]), MemberId::from_bytes([2; 16]));
        for place in [0, 1, 1_000_000, u64::MAX] {
            let sealed = cursors.seal(&random, Use::List, one, place);
            assert_eq!(sealed.len(), 64);
            assert_eq!(cursors.open(Use::List, one, &sealed), Some(place));
            assert_eq!(cursors.open(Use::List, other, &sealed), None);
            assert_eq!(cursors.open(Use::Stream, one, &sealed), None);
            assert_eq!(cursors.open(Use::List, one, &sealed[1..]), None);
        }
    }
}
