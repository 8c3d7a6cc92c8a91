//! Keyed names: pseudonyms that live for a month, enough to count distinct voices and not enough to find anyone; and names
//! of posts, which last, so that a deletion or a new version finds what is kept.
//!
//! Not here: making the keys, and keeping them apart from what they hid.
//!
//! Method: HMAC-SHA-256 (RFC 2104) over source and author, cut to 64 bits, or over source and post, cut to 128; without
//! the key nobody can try names.

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

/// How a keyed name of a post begins.
const POST: &str = "post:";

/// The key of the names of posts: wiped from memory when dropped.
pub struct PostKey(Zeroizing<[u8; 32]>);

impl PostKey {
    /// From its bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The name under which a post is kept, from the name that its source gives it. The same for each version.
    pub fn name(&self, source: &str, key: &str) -> String {
        let digest = digest(&self.0, source, key);
        let hex: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{POST}{hex}")
    }

    /// Whether a name is one of [`Self::name`].
    pub fn made(name: &str) -> bool {
        name.strip_prefix(POST).is_some_and(|rest| {
            rest.len() == 32 && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
    }
}

/// The key of posts and those of the months that are still open: never written in logs, wiped from memory when dropped.
pub struct GateKeys {
    posts: PostKey,
    keys: Vec<(Month, Zeroizing<[u8; 32]>)>,
}

impl GateKeys {
    /// With the key of posts, and the key of one month.
    pub fn new(posts: [u8; 32], month: Month, key: [u8; 32]) -> Self {
        Self { posts: PostKey::new(posts), keys: vec![(month, Zeroizing::new(key))] }
    }

    /// The name under which a post is kept ([`PostKey::name`]).
    pub fn post(&self, source: &str, key: &str) -> String {
        self.posts.name(source, key)
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
        let [a, b, c, d, e, f, g, h, ..] = digest(key, source, author.trim());
        Some(Pseudonym(u64::from_be_bytes([a, b, c, d, e, f, g, h])))
    }
}

fn digest(key: &[u8; 32], source: &str, name: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    // The length in front: no source and name run together into those of another.
    mac.update(&(source.len() as u64).to_be_bytes());
    mac.update(source.as_bytes());
    mac.update(name.as_bytes());
    mac.finalize().into_bytes().into()
}

impl std::fmt::Debug for GateKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "GateKeys({} months)", self.keys.len())
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
        let mut keys = GateKeys::new([9; 32], Month::of(first), [1; 32]);
        let one = keys.voice("a", "someone", first).unwrap();
        assert_eq!(keys.voice("a", " someone", last), Some(one));
        assert_ne!(keys.voice("b", "someone", first), Some(one));
        assert_ne!(keys.voice("as", "omeone", first), Some(one));
        assert_eq!(keys.voice("a", "someone", next), None);
        keys.add(Month::of(next), [2; 32]);
        assert_ne!(keys.voice("a", "someone", next), Some(one));
        keys.forget_before(Month::of(next));
        assert_eq!(keys.voice("a", "someone", first), None);
        assert_eq!(format!("{keys:?}"), "GateKeys(1 months)");
    }

    #[test]
    fn a_post_has_one_name_that_nobody_without_the_key_can_try() {
        let keys = |posts| GateKeys::new([posts; 32], Month(0), [1; 32]);
        let address = "https://social.example/@someone/1";
        let name = keys(1).post("a", address);
        assert_eq!(name, keys(1).post("a", address));
        assert!(PostKey::made(&name) && !PostKey::made("post:1") && !PostKey::made(address));
        for other in [keys(2).post("a", address), keys(1).post("b", address), keys(1).post("a", "2")] {
            assert_ne!(other, name);
        }
        assert_ne!(keys(1).post("ab", "c"), keys(1).post("a", "bc"));
    }
}
