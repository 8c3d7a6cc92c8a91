//! First-story novelty: how little of what a text says was said lately.
//!
//! Not here: copies ([`super::fold`]).
//!
//! Method: nearest-neighbour first story detection (Allan and others 2000; Petrovic and others 2010): one minus the highest
//! cosine with a recent text over words weighted by rarity. Only texts that share one of the rarest words are compared,
//! and per word only the latest ones are known, so the work per text is bounded.

use std::collections::HashMap;

use crate::detect::hash;
use crate::detect::words::Words;

/// Texts that are remembered.
const TEXTS_MAX: usize = 100_000;
/// Words of a text that are compared.
const WORDS_MAX: usize = 24;
/// Rarest words by which others are looked up.
const LOOKED_MAX: usize = 6;
/// Latest texts known per word.
const PER_WORD: usize = 8;
/// Buckets of the counts of words.
const BUCKETS: usize = 1 << 18;

/// What was said lately.
pub struct Novelty {
    /// In how many texts a word came, by bucket.
    counts: Vec<u32>,
    texts: u32,
    ring: Vec<Vec<(u64, f32)>>,
    next: usize,
    by_word: HashMap<u64, [u32; PER_WORD]>,
}

impl Default for Novelty {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], texts: 0, ring: Vec::new(), next: 0, by_word: HashMap::new() }
    }
}

impl Novelty {
    /// How new a text is, 0 to 1, and remembers it. `None` when too little was seen to say.
    pub fn note(&mut self, words: &Words) -> Option<f64> {
        let vector = self.vector(words);
        let new = (self.texts > 200 && vector.len() >= 4).then(|| 1.0 - self.nearest(&vector));
        self.remember(vector);
        new
    }

    fn vector(&mut self, words: &Words) -> Vec<(u64, f32)> {
        let mut hashes: Vec<u64> = (0..words.list.len().min(400))
            .map(|index| words.text(index))
            .filter(|word| word.len() > 2)
            .map(hash::of_text)
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        self.texts = self.texts.saturating_add(1);
        let texts = f64::from(self.texts);
        let mut vector: Vec<(u64, f32)> = hashes
            .into_iter()
            .map(|word| {
                let count = &mut self.counts[word as usize % BUCKETS];
                *count = count.saturating_add(1);
                #[allow(clippy::cast_possible_truncation, reason = "a weight between 0 and 30")]
                let rarity = (1.0 + texts / f64::from(*count)).ln() as f32;
                (word, rarity)
            })
            .collect();
        vector.sort_by(|one, two| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0)));
        vector.truncate(WORDS_MAX);
        let length =
            vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
        vector
    }

    fn nearest(&self, vector: &[(u64, f32)]) -> f64 {
        let mut looked: Vec<u32> = vector
            .iter()
            .take(LOOKED_MAX)
            .filter_map(|(word, _)| self.by_word.get(word))
            .flatten()
            .copied()
            .filter(|place| *place != u32::MAX)
            .collect();
        looked.sort_unstable();
        looked.dedup();
        let cosine = |other: &[(u64, f32)]| -> f32 {
            let shared = vector.iter().filter_map(|(word, weight)| {
                other.iter().find(|(known, _)| known == word).map(|(_, theirs)| weight * theirs)
            });
            shared.sum()
        };
        let best =
            looked.iter().filter_map(|place| self.ring.get(*place as usize)).map(|other| cosine(other));
        f64::from(best.fold(0.0, f32::max).clamp(0.0, 1.0))
    }

    fn remember(&mut self, vector: Vec<(u64, f32)>) {
        let place = u32::try_from(self.next).unwrap_or(0);
        for (word, _) in vector.iter().take(LOOKED_MAX) {
            let known = self.by_word.entry(*word).or_insert([u32::MAX; PER_WORD]);
            known.rotate_right(1);
            known[0] = place;
        }
        if self.ring.len() < TEXTS_MAX {
            self.ring.push(vector);
        } else {
            let old = std::mem::replace(&mut self.ring[self.next], vector);
            for (word, _) in old.iter().take(LOOKED_MAX) {
                self.drop_word(*word, place);
            }
        }
        self.next = (self.next + 1) % TEXTS_MAX;
    }

    fn drop_word(&mut self, word: u64, place: u32) {
        let Some(known) = self.by_word.get_mut(&word) else { return };
        // The oldest of the same place: the new text may have put itself in front.
        if let Some(at) = known.iter().rposition(|one| *one == place)
            && at > 0
        {
            known[at] = u32::MAX;
        }
        if known.iter().all(|one| *one == u32::MAX) {
            self.by_word.remove(&word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::normal::Normal;

    #[test]
    fn the_first_is_new_and_the_second_is_not() {
        let mut novelty = Novelty::default();
        let mut say = |text: &str| novelty.note(&Words::of(Normal::of(text)));
        assert_eq!(say("te vroeg om iets te zeggen over nieuws"), None);
        for number in 0..300 {
            say(&format!("gewoon bericht over straat {number} met verkeer en weer vandaag"));
        }
        let first = say("lekkage van ammoniak bij ijsbaan gemeld, buurt binnen blijven").unwrap();
        let second = say("ijsbaan: ammoniak lekkage, iedereen in de buurt moet binnen blijven").unwrap();
        assert!(first > 0.8 && second < 0.5, "{first} {second}");
    }
}
