//! Near duplicates: texts made for the purpose, what was found of them, and how fast is timed by the caller.
//!
//! Not here: clocks.

use crate::detect::hash;
use crate::detect::normal::Normal;
use crate::stories::{Index, Scratch, Signature};

/// Words of the made language.
const WORDS: u64 = 20_000;

/// A made text of about 40 words, always the same for a number. Words are as unevenly common as in a language (Zipf).
pub fn text(number: u64) -> String {
    (0..40).map(|place| word(hash::pair(number, place))).collect::<Vec<_>>().join(" ")
}

/// The text with some of its words changed and a mark of repost before it.
pub fn near_copy(number: u64, changed_words: u64) -> String {
    let mut words: Vec<String> = text(number).split(' ').map(str::to_owned).collect();
    for change in 0..changed_words {
        let place = hash::pair(number ^ 0xc0b1, change) as usize % words.len();
        words[place] = word(hash::pair(number ^ 0xface, change));
    }
    format!("RT [account]: {}", words.join(" "))
}

fn word(seed: u64) -> String {
    // The rank is an exponential of an even draw: each power of two of ranks is as likely as the next.
    let even = (seed >> 11) as f64 / (1u64 << 53) as f64;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank below the number of words"
    )]
    let rank = (WORDS as f64).powf(even) as u64;
    let mut bits = hash::mix(rank);
    let length = 3 + (bits % 7);
    let letters = (0..length).map(|_| {
        bits = hash::mix(bits);
        char::from(b'a' + u8::try_from(bits % 26).unwrap_or(0))
    });
    letters.collect()
}

/// Signature, search and storing of one text: what the pipeline does with it. Whether a like one was found.
pub fn step(index: &mut Index, scratch: &mut Scratch, text: &str) -> Option<u32> {
    let normal = Normal::of(text);
    let signature = Signature::of(normal.text(), scratch)?;
    let found = index.nearest(&signature, 0.6).map(|(place, _)| place);
    index.insert(&signature);
    found
}
