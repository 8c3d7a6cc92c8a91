//! What every other crate stands on: ids, clock, random, geography, limits.
//!
//! Not here: IO, async, or anything that knows what an item is.

pub mod clock;
pub mod geo;
pub mod ids;
pub mod limits;
pub mod random;
pub mod system;

pub use clock::{Clock, Timestamp};
pub use random::Random;
