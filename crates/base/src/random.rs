//! Randomness as an argument: the trait, and a seeded source that replays.
//!
//! Not here: the operating system's source (see [`crate::system`]).

use std::sync::Mutex;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Gives random bytes. Everything that needs randomness takes one of these.
pub trait Random: Send + Sync {
    /// Fills the whole of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` bytes from a source.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut out = [0; N];
    random.fill(&mut out);
    out
}

/// A source that gives the same bytes for the same seed: for simulations and tests, never for keys.
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// The source for a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_replays() {
        let (one, two, other) = (SeededRandom::new(7), SeededRandom::new(7), SeededRandom::new(8));
        let first: [u8; 32] = bytes(&one);
        assert_eq!(first, bytes(&two));
        assert_ne!(first, bytes::<32>(&one));
        assert_ne!(first, bytes(&other));
    }
}
