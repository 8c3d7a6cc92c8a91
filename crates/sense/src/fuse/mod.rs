//! Putting together what was heard and what was seen, into one observation that says why.
//!
//! [`group`] decides which sounds are one event, [`weigh`] what speaks for and against it, [`judged`] what operators said of
//! others like it, [`cue`] which camera looks. Each piece of evidence is a log-likelihood ratio; they are added, and the sum
//! through the logistic function is the probability that is told.
//!
//! Not here: hearing and seeing themselves.

pub mod cue;
pub mod group;
pub mod judged;
mod spot;
pub mod weigh;

pub use spot::Spot;

use crate::bulletin::Likely;
use crate::ear::place::Towards;
use crate::plan::{Moment, Point};

/// What one sensor heard, ready to be put with what others heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The sensor.
    pub sensor: String,
    /// Where it stands.
    pub at: Point,
    /// When the sound came in, by the sensor's clock.
    pub when: Moment,
    /// How sure that time is: a standard deviation, in seconds.
    pub spread_s: f64,
    /// How far its clock is off, in milliseconds, when that is known.
    pub clock_offset_ms: Option<f64>,
    /// How loud over the local background, in dB.
    pub over_background_db: f32,
    /// What it might be; the rest of the probability is "unsure".
    pub classes: Vec<Likely>,
    /// From where, when the sensor can tell.
    pub bearing: Option<Towards>,
}

/// A sensor that listens, whether it heard this or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Listener {
    /// The sensor.
    pub sensor: String,
    /// Where it stands.
    pub at: Point,
    /// Whether it works.
    pub works: bool,
    /// Its background, in dB of full scale, when it is known.
    pub background_dbfs: Option<f32>,
}
