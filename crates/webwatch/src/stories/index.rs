//! Finding the stored texts that are like a new one among a million, in a memory that is set beforehand.
//!
//! Not here: what a signature is ([`super::signature`]) and what is done with what is found.
//!
//! Method: banding (Leskovec and others, Mining of Massive Datasets, 3.4): 16 bands of 4 bins; texts that share a whole
//! band are candidates, and their signatures are compared. The kept crates hold their bands in hash maps of lists, which
//! grow without end and forget nothing by age; here each band is a fixed table of buckets of two places in which the
//! newest take the place of the oldest, and signatures stand in a ring.

use super::signature::{BINS, Signature};
use crate::detect::hash;

const BANDS: usize = 16;
const ROWS: usize = BINS / BANDS;
const EMPTY: u32 = u32::MAX;
/// Candidates looked at for one text.
const CANDIDATES_MAX: usize = 2 * BANDS;

/// The signatures of the latest texts.
pub struct Index {
    ring: Vec<Signature>,
    /// How many texts came in all; the place of the latest is one less, within the ring.
    count: u64,
    room: usize,
    /// One table of buckets per band, one after the other.
    tables: Vec<[u32; 2]>,
    buckets: usize,
}

impl Index {
    /// Room for a number of texts; about 260 bytes each.
    pub fn new(room: usize) -> Self {
        let room = room.clamp(16, 1 << 24);
        let buckets = room.next_power_of_two();
        Self { ring: Vec::new(), count: 0, room, tables: vec![[EMPTY; 2]; buckets * BANDS], buckets }
    }

    /// How many texts it holds at most.
    pub fn room(&self) -> usize {
        self.room
    }

    /// The stored text most like this one, and how alike; of equals the latest.
    pub fn nearest(&self, signature: &Signature, least: f64) -> Option<(u32, f64)> {
        let mut looked = [EMPTY; CANDIDATES_MAX];
        let mut count = 0;
        let mut best: Option<(u32, f64)> = None;
        for band in 0..BANDS {
            for place in self.tables[self.bucket(band, signature)] {
                if place == EMPTY || looked[..count].contains(&place) {
                    continue;
                }
                looked[count] = place;
                count += 1;
                let likeness = self.ring[place as usize].likeness(signature);
                let better = best.is_none_or(|(known, most)| {
                    likeness > most || (likeness >= most && self.age(place) < self.age(known))
                });
                if likeness >= least && better {
                    best = Some((place, likeness));
                }
            }
        }
        best
    }

    /// Stores a signature; gives its place, which the oldest one had before when the ring is full.
    pub fn insert(&mut self, signature: &Signature) -> u32 {
        let place = u32::try_from(self.count % self.room as u64).unwrap_or(0);
        if self.ring.len() < self.room {
            self.ring.push(*signature);
        } else {
            self.ring[place as usize] = *signature;
        }
        self.count += 1;
        for band in 0..BANDS {
            let bucket = self.bucket(band, signature);
            let [newer, _] = self.tables[bucket];
            self.tables[bucket] = [place, newer];
        }
        place
    }

    /// How many texts came after the one at a place.
    fn age(&self, place: u32) -> u64 {
        (self.count + self.room as u64 - 1 - u64::from(place)) % self.room as u64
    }

    fn bucket(&self, band: usize, signature: &Signature) -> usize {
        let rows = &signature.0[band * ROWS..(band + 1) * ROWS];
        let word = rows.iter().fold(band as u64, |word, row| (word << 16) ^ u64::from(*row) ^ (word >> 48));
        let slot = hash::mix(word.wrapping_add(band as u64)) as usize & (self.buckets - 1);
        band * self.buckets + slot
    }
}

#[cfg(test)]
mod tests {
    use super::super::signature::Scratch;
    use super::*;

    #[test]
    fn finds_its_like_until_that_is_too_old() {
        let mut scratch = Scratch::default();
        let mut signature = |number: u32| {
            let words: Vec<String> =
                (0..30).map(|word| format!("w{:x}", hash::mix(u64::from(number * 100 + word)))).collect();
            Signature::of(&words.join(" "), &mut scratch).unwrap()
        };
        let mut index = Index::new(1000);
        let first = index.insert(&signature(0));
        for number in 1..900 {
            index.insert(&signature(number));
        }
        assert_eq!(index.nearest(&signature(0), 0.9), Some((first, 1.0)));
        let found = (0..900).filter(|number| index.nearest(&signature(*number), 0.9).is_some()).count();
        assert_eq!(found, 900);
        for number in 900..1001 {
            index.insert(&signature(number));
        }
        assert_eq!(index.nearest(&signature(0), 0.9), None);
        assert_eq!(index.nearest(&signature(2000), 0.5), None);
    }
}
