//! Scenes with a known truth, for ears and eyes: sources of sound, the walls around them and what microphones make of both; and
//! [`picture`]s of the same streets.
//!
//! Simulated: spherical spreading, first-order reflections of walls and ground, a late and dull path round the end of a wall that
//! stands in the way, delays to fractions of a sample, clocks that are off and drift, self noise, clipping. Not simulated: second
//! reflections, reverberation, air absorption, wind that bends sound, sources that move while they sound.
//!
//! Not here: hearing and seeing (which must know nothing of this). No word is ever synthesised.

mod canvas;
mod noise;
pub mod picture;
mod sound;
mod soundscape;
mod surroundings;

pub use noise::Noise;
pub use sound::{Clip, Sound};
pub use soundscape::{Arrival, Block, Clock, Happened, Sensor, Soundscape};
pub use surroundings::{Path, Surroundings, Wall};

/// The sound pressure that a sample of 1 stands for, in dB SPL; what is louder is clipped.
pub const FULL_SCALE_DB: f64 = 120.0;

/// A place, in metres from the origin of the scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Metres to the east.
    pub east_m: f64,
    /// Metres to the north.
    pub north_m: f64,
    /// Metres above the ground.
    pub up_m: f64,
}

impl Spot {
    /// From metres east, north and up.
    pub const fn new(east_m: f64, north_m: f64, up_m: f64) -> Self {
        Self { east_m, north_m, up_m }
    }

    /// Metres between two places.
    pub fn distance_m(self, other: Self) -> f64 {
        (self.east_m - other.east_m).hypot(self.north_m - other.north_m).hypot(self.up_m - other.up_m)
    }

    /// The direction to another place: degrees from north, clockwise, 0 to 360.
    pub fn towards_deg(self, other: Self) -> f64 {
        (other.east_m - self.east_m).atan2(other.north_m - self.north_m).to_degrees().rem_euclid(360.0)
    }

    /// The place some metres away in a direction (degrees from north, clockwise), at the same height.
    #[must_use]
    pub fn moved(self, towards_deg: f64, metres: f64) -> Self {
        let (sin, cos) = towards_deg.to_radians().sin_cos();
        Self::new(self.east_m + metres * sin, self.north_m + metres * cos, self.up_m)
    }
}
