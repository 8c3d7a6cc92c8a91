//! Noise by the million samples: a small generator that takes its seed from the dice.
//!
//! Not here: choices, for which the dice themselves are quick enough.

use base::random::bytes;

use crate::Dice;

/// Endless noise, the same for the same dice.
#[derive(Debug, Clone)]
pub struct Noise(u64);

impl Noise {
    /// Noise of its own for whoever asks.
    pub fn new(dice: &Dice) -> Self {
        Self(u64::from_be_bytes(bytes(dice)) | 1)
    }

    /// Evenly between -1 and 1.
    pub fn even(&mut self) -> f32 {
        // The upper 24 bits: as many as a sample has.
        let steps = (self.step() >> 40) as f32;
        steps / 8_388_608.0 - 1.0
    }

    /// Near enough a normal distribution: mean 0, standard deviation 1, never beyond 3.5.
    pub fn normal(&mut self) -> f32 {
        let word = self.step();
        let sum: u64 = (0..4).map(|part| (word >> (16 * part)) & 0xffff).sum();
        (sum as f32 - 131_070.0) / 37_837.0
    }

    /// xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators" (2016).
    fn step(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_spread_it_says() {
        let mut noise = Noise::new(&Dice::new(1));
        let samples: Vec<f32> = (0..100_000).map(|_| noise.normal()).collect();
        let mean = samples.iter().sum::<f32>() / 1e5;
        let power = samples.iter().map(|one| one * one).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.01 && (power - 1.0).abs() < 0.02, "{mean} {power}");
        assert!((0..10_000).all(|_| noise.even().abs() <= 1.0));
    }
}
