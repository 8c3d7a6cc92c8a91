//! `MinHash` signatures of texts: how alike two texts are, from 128 bytes each.
//!
//! Not here: finding the texts to compare with ([`super::index`]).
//!
//! Method: the set of six-letter stretches of the folded text without addresses and masks; one permutation hashing (Li,
//! Owen, Zhang 2012) into 64 bins, empty bins filled by optimal densification (Shrivastava 2017), 16 bits kept of each
//! (Li, Koenig 2010). The share of equal bins estimates the Jaccard likeness with a standard error of at most .0625.

use crate::detect::hash;

/// Bins of a signature.
pub const BINS: usize = 64;
/// Letters of a stretch.
const STRETCH: usize = 6;
/// Letters of a text that are looked at.
const LETTERS_MAX: usize = 20_000;

/// The signature of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u16; BINS]);

/// Room that is used again from text to text.
#[derive(Debug, Default)]
pub struct Scratch {
    letters: Vec<u8>,
}

impl Signature {
    /// The signature of a folded text; `None` when hardly anything is left of it to compare.
    pub fn of(folded: &str, scratch: &mut Scratch) -> Option<Self> {
        scratch.letters.clear();
        plain(folded, &mut scratch.letters);
        let letters = &scratch.letters;
        if letters.len() < STRETCH * 2 {
            return None;
        }
        let mut bins = [u64::MAX; BINS];
        let mut state = 0u64;
        for (at, letter) in letters.iter().enumerate() {
            // The last eight bytes in one word: six of them are the stretch.
            state = (state << 8) | u64::from(*letter);
            if at + 1 >= STRETCH {
                let hash = hash::mix((state & 0xffff_ffff_ffff).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                let bin = (hash >> 58) as usize;
                bins[bin] = bins[bin].min(hash & 0x03ff_ffff_ffff_ffff);
            }
        }
        Some(Self(densified(&bins)))
    }

    /// The share of equal bins: about the Jaccard likeness, 0 to 1.
    pub fn likeness(&self, other: &Self) -> f64 {
        let equal = self.0.iter().zip(&other.0).filter(|(one, two)| one == two).count();
        f64::from(u32::try_from(equal).unwrap_or(0)) / BINS as f64
    }
}

fn densified(bins: &[u64; BINS]) -> [u16; BINS] {
    let mut out = [0u16; BINS];
    for (bin, kept) in out.iter_mut().enumerate() {
        let mut from = bin;
        let mut tries = 0u64;
        while bins[from] == u64::MAX {
            tries += 1;
            from = (hash::mix(((bin as u64) << 32) | tries) >> 58) as usize;
        }
        // The low bits of the smallest value of a bin are as good as random.
        *kept = (bins[from] & 0xffff) as u16;
    }
    out
}

/// Letters and digits, one space between words; addresses, masks and the mark of a repost left out.
fn plain(folded: &str, out: &mut Vec<u8>) {
    for word in folded.split_ascii_whitespace() {
        if word.starts_with("http") && word.contains("://")
            || word == "rt"
            || (word.starts_with('[') && word.contains(']'))
        {
            continue;
        }
        let before = out.len();
        if !out.is_empty() {
            out.push(b' ');
        }
        let start = out.len();
        if word.is_ascii() {
            out.extend(word.bytes().filter(u8::is_ascii_alphanumeric));
        } else {
            out.extend(word.bytes().filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()));
        }
        if out.len() == start {
            out.truncate(before);
        }
        if out.len() > LETTERS_MAX {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "de gemeente sluit morgen vanaf tien uur de johan de wittlaan voor alle verkeer vanwege de conferentie in het \
        world forum en vraagt bewoners om hun auto elders te zetten";

    fn signature(text: &str) -> Signature {
        Signature::of(text, &mut Scratch::default()).unwrap()
    }

    #[test]
    fn what_is_alike_has_like_signatures() {
        let check = |other: &str, least: f64, most: f64| {
            let likeness = signature(TEXT).likeness(&signature(other));
            assert!((least..=most).contains(&likeness), "{likeness} {other}");
        };
        check(TEXT, 1.0, 1.0);
        check(&format!("rt [account]: {TEXT} https://a.example/1"), 0.999, 1.0);
        check(&TEXT.replace("tien", "elf"), 0.8, 0.99);
        check(&format!("{TEXT} meer nieuws volgt later vandaag"), 0.6, 0.95);
        check(
            "het weer blijft de komende dagen zacht met af en toe wat regen en een matige wind uit het zuidwesten",
            0.0,
            0.1,
        );
        assert!(Signature::of("ok [account]", &mut Scratch::default()).is_none());
    }
}
