//! Keyed pseudonyms that live for a month: enough to count distinct voices, not enough to find anyone.
//!
//! Not here: making the keys, and keeping them apart from what they hid.
//!
//! Method: HMAC-SHA-256 (RFC 2104) over source and author, cut to 64 bits; without the key nobody can try names.

use base::clock::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Pseudonym;

/// A calendar month in UTC: months since the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

impl Month {
    /// The month of an instant, in UTC.
    pub fn of(instant: Timestamp) -> Self {
        let (year, month, _) = crate::detect::calendar::civil(instant.seconds().div_euclid(86_400));
        Self(year * 12 + i32::from(month) - 1)
    }
}

/// The keys of the months that are still open: never written in logs, wiped from memory when dropped.
pub struct VoiceKeys {
    keys: Vec<(Month, Zeroizing<[u8; 32]>)>,
}

impl VoiceKeys {
    /// With the key of one month.
    pub fn new(month: Month, key: [u8; 32]) -> Self {
        Self { keys: vec![(month, Zeroizing::new(key))] }
    }

    /// Adds the key of a month; one that is there stays.
    pub fn add(&mut self, month: Month, key: [u8; 32]) {
        if !self.knows(month) {
            self.keys.push((month, Zeroizing::new(key)));
        }
    }

    /// Whether the key of a month is there.
    pub fn knows(&self, month: Month) -> bool {
        self.keys.iter().any(|(known, _)| *known == month)
    }

    /// Destroys the keys of all months before one.
    pub fn forget_before(&mut self, month: Month) {
        self.keys.retain(|(known, _)| *known >= month);
    }

    /// The voice of an author of a source in the month of an instant; `None` when that month's key is gone.
    pub fn voice(&self, source: &str, author: &str, at: Timestamp) -> Option<Pseudonym> {
        let month = Month::of(at);
        let (_, key) = self.keys.iter().find(|(known, _)| *known == month)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()?;
        // Lengths in front: no source and author run together into those of another.
        mac.update(&(source.len() as u64).to_be_bytes());
        mac.update(source.as_bytes());
        mac.update(author.trim().as_bytes());
        let bytes = mac.finalize().into_bytes();
        let first: [u8; 8] = bytes[..8].try_into().ok()?;
        Some(Pseudonym(u64::from_be_bytes(first)))
    }
}

impl std::fmt::Debug for VoiceKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "VoiceKeys({} months)", self.keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_lasts_a_month_and_belongs_to_a_source() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (first, last, next) =
            (at("2026-11-01T00:00:00Z"), at("2026-11-30T23:59:59Z"), at("2026-12-01T00:00:00Z"));
        let mut keys = VoiceKeys::new(Month::of(first), [1; 32]);
        let one = keys.voice("a", "someone", first).unwrap();
        assert_eq!(keys.voice("a", " someone", last), Some(one));
        assert_ne!(keys.voice("b", "someone", first), Some(one));
        assert_ne!(keys.voice("as", "omeone", first), Some(one));
        assert_eq!(keys.voice("a", "someone", next), None);
        keys.add(Month::of(next), [2; 32]);
        assert_ne!(keys.voice("a", "someone", next), Some(one));
        keys.forget_before(Month::of(next));
        assert_eq!(keys.voice("a", "someone", first), None);
        assert_eq!(format!("{keys:?}"), "VoiceKeys(1 months)");
    }
}
