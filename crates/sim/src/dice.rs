//! Choices from a seed: numbers, chances, places a few metres off.
//!
//! Not here: keys or ids. Nothing secret comes from a seed.

use base::random::{Random, SeededRandom, bytes};

/// Metres in one degree of latitude; of longitude about 61 % of it at the latitude of The Hague.
const METRES_PER_DEGREE: f64 = 111_320.0;

/// Dice that fall the same way for the same seed.
pub struct Dice(SeededRandom);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// A whole number below `end`; 0 when `end` is 0.
    pub fn below(&self, end: usize) -> usize {
        let wide = u128::from(u64::from_be_bytes(bytes(&self.0)));
        // The high half of a product: even within 2^-64 x `end`, which no story notices.
        usize::try_from((wide * end as u128) >> 64).unwrap_or(0)
    }

    /// One of some; `None` of none.
    pub fn pick<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// True this many times in a hundred.
    pub fn percent(&self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// A number from -1 to 1, in steps of a thousandth.
    pub fn around(&self) -> f64 {
        let steps = u32::try_from(self.below(2_001)).unwrap_or(1_000);
        f64::from(steps) / 1_000.0 - 1.0
    }

    /// A position at most `metres` east or west and north or south of another, to about a metre.
    pub fn near(&self, [longitude, latitude]: [f64; 2], metres: f64) -> [f64; 2] {
        let north = self.around() * metres / METRES_PER_DEGREE;
        let east = self.around() * metres / (METRES_PER_DEGREE * latitude.to_radians().cos());
        [to_metre(longitude + east), to_metre(latitude + north)]
    }
}

impl Random for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

fn to_metre(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_range_and_reach_every_side() {
        let dice = Dice::new(3);
        let mut seen = [0_u32; 6];
        for _ in 0..600 {
            seen[dice.below(6)] += 1;
        }
        assert!(seen.iter().all(|count| (60..140).contains(count)), "{seen:?}");
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }

    #[test]
    fn near_is_near() {
        let dice = Dice::new(4);
        let start = base::geo::Position::new(4.2825, 52.0905).unwrap();
        for _ in 0..100 {
            let [lon, lat] = dice.near([4.2825, 52.0905], 50.0);
            let distance = start.distance_m(base::geo::Position::new(lon, lat).unwrap());
            assert!(distance < 73.0, "{distance} m");
        }
    }
}
