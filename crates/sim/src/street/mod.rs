//! A street with sensors: six listening places, two of them arrays, and four cameras around the World Forum, and what happens
//! there: a bang behind the building, a firework, a shout. Played into named pipes as real sensors would bring it.
//!
//! Invented, all of it: no camera or microphone hangs where this says. Buildings are blocks, sound is that of
//! [`crate::scene`], pictures are those of [`crate::scene::picture`].
//!
//! Not here: hearing and seeing, which must know nothing of this.

mod camera;
mod pipe;
mod play;
#[cfg(test)]
mod tests;

use crate::scene::picture::Lens;
use crate::scene::{Clock, Sensor, Spot, Surroundings, Wall};

pub use camera::Head;
pub use play::{Playing, Street};

/// The middle of the plan: longitude and latitude, in degrees.
pub const ORIGIN: [f64; 2] = [4.2825, 52.0905];
/// Temperature of its air, in degrees Celsius.
pub const TEMPERATURE_C: f64 = 12.0;
/// Samples a second of each microphone.
pub const RATE_HZ: u32 = 24_000;
/// Pictures a second of each camera.
pub const FRAMES_PER_S: u32 = 5;
/// Pixels across and down of each picture.
pub const PICTURE: [usize; 2] = [384, 216];
/// How wide each camera sees, in degrees.
pub const FIELD_DEG: f64 = 60.0;
/// A round of what happens begins anew after so many seconds.
pub const ROUND_S: f64 = 1_200.0;
/// When in a round the bang is, in seconds: when every background is known.
pub const BANG_S: f64 = 20.0;
/// When the firework is.
pub const FIREWORK_S: f64 = 40.0;
/// When somebody shouts.
pub const SHOUT_S: f64 = 55.0;
/// Where the bang is: behind the World Forum.
pub const BANG_AT: [f64; 2] = [58.0, -20.0];
/// Where the firework is: before the museum.
pub const FIREWORK_AT: [f64; 2] = [64.0, 118.0];
/// Where somebody shouts: near an array.
pub const SHOUT_AT: [f64; 2] = [38.0, -84.0];

/// A listening place.
pub struct Ear {
    /// Its name.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Metres east and north of [`ORIGIN`].
    pub at: [f64; 2],
    /// Whether it is an array of four microphones.
    pub array: bool,
    /// How far its clock is ahead, in seconds.
    pub ahead_s: f64,
}

/// A camera.
pub struct Eye {
    /// Its name.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Metres east and north of [`ORIGIN`].
    pub at: [f64; 2],
    /// Where it looks when nobody turned it: degrees from north, clockwise.
    pub heading_deg: f64,
    /// Whether it can be turned.
    pub turns: bool,
}

/// Metres above the ground at which microphones hang.
pub const EAR_HEIGHT_M: f64 = 4.0;
/// Metres above the ground at which cameras hang.
pub const EYE_HEIGHT_M: f64 = 7.0;
/// Degrees below level that cameras look.
pub const DOWN_DEG: f64 = 20.0;
/// Metres of each microphone of an array from its middle.
const ARRAY_RADIUS_M: f64 = 0.05;

/// The listening places.
pub const EARS: [Ear; 6] = [
    Ear { id: "array-south", name: "Array south", at: [52.0, -76.0], array: true, ahead_s: 0.0 },
    Ear { id: "array-north", name: "Array north", at: [56.0, 112.0], array: true, ahead_s: 0.000_8 },
    Ear { id: "microphone-east", name: "Microphone east", at: [142.0, 8.0], array: false, ahead_s: -0.001 },
    Ear {
        id: "microphone-court",
        name: "Microphone court",
        at: [74.0, 66.0],
        array: false,
        ahead_s: 0.000_4,
    },
    Ear { id: "microphone-west", name: "Microphone west", at: [-74.0, -80.0], array: false, ahead_s: 0.0 },
    Ear {
        id: "microphone-square",
        name: "Microphone square",
        at: [-86.0, 74.0],
        array: false,
        ahead_s: 0.001_2,
    },
];

/// The cameras.
pub const EYES: [Eye; 4] = [
    Eye { id: "camera-south", name: "Camera south", at: [66.0, -58.0], heading_deg: 120.0, turns: true },
    Eye { id: "camera-north", name: "Camera north", at: [44.0, 104.0], heading_deg: 20.0, turns: false },
    Eye { id: "camera-west", name: "Camera west", at: [-72.0, -75.0], heading_deg: 350.0, turns: false },
    Eye { id: "camera-square", name: "Camera square", at: [-76.0, 70.0], heading_deg: 30.0, turns: false },
];

/// Outlines of what stands there: the World Forum and the building east of it, as blocks.
const OUTLINES: [&[[f64; 2]]; 2] = [
    &[[-65.0, -62.0], [21.0, -70.0], [38.0, -51.0], [39.0, 40.0], [21.0, 92.0], [-34.0, 92.0], [-69.0, 52.0]],
    &[[79.0, 18.0], [106.0, 21.0], [131.0, 57.0], [128.0, 90.0], [106.0, 114.0], [79.0, 105.0]],
];
/// Metres that they are high.
const OUTLINE_HEIGHT_M: f64 = 18.0;
/// Share of the pressure that a facade gives back.
const FACADE_REFLECTS: f64 = 0.5;

impl Ear {
    /// How its microphones sit: metres to the right and forward of the middle; nothing for a single one.
    pub fn offsets_m(&self) -> Vec<[f64; 2]> {
        if self.array { self.sensor().microphones } else { Vec::new() }
    }

    /// As a scene of sound has it.
    pub fn sensor(&self) -> Sensor {
        let at = Spot::new(self.at[0], self.at[1], EAR_HEIGHT_M);
        let sensor = if self.array { Sensor::circle(at, 0.0, 4, ARRAY_RADIUS_M) } else { Sensor::single(at) };
        Sensor { clock: Clock { ahead_s: self.ahead_s, fast_ppm: 0.0 }, ..sensor }
    }
}

impl Eye {
    /// How it hangs when nobody turned it.
    pub fn lens(&self) -> Lens {
        Lens {
            at: self.at,
            height_m: EYE_HEIGHT_M,
            heading_deg: self.heading_deg,
            down_deg: DOWN_DEG,
            field_deg: FIELD_DEG,
            width: PICTURE[0],
            height: PICTURE[1],
        }
    }

    /// Five places on the ground, each with the pixel that shows it, as somebody who calibrates it would measure them.
    pub fn landmarks(&self) -> Vec<([f64; 2], [f64; 2])> {
        let lens = self.lens();
        let ahead = |aside_deg: f64, metres: f64| {
            let (sin, cos) = (self.heading_deg + aside_deg).to_radians().sin_cos();
            [self.at[0] + metres * sin, self.at[1] + metres * cos]
        };
        let places = [(-18.0, 14.0), (18.0, 14.0), (0.0, 22.0), (-20.0, 40.0), (20.0, 40.0)];
        let places = places.into_iter().map(|(aside_deg, metres)| ahead(aside_deg, metres));
        places.filter_map(|place| Some((lens.pixel(place)?, place))).collect()
    }
}

/// Its walls, for sound.
pub fn surroundings() -> Surroundings {
    let walls = OUTLINES.iter().flat_map(|corners| {
        let next = corners.iter().cycle().skip(1);
        corners.iter().zip(next).map(|(from, to)| Wall { from: *from, to: *to, reflects: FACADE_REFLECTS })
    });
    Surroundings { walls: walls.collect(), ground_reflects: 0.5, celsius: TEMPERATURE_C }
}
