//! Simulated worlds: what happens in the area on an invented day, played through the public API and nothing else; a small web to
//! be watched; scenes to be heard and seen, and a street of them with sensors.
//!
//! Not here: real people, real incidents, or any way past the gate. One seed gives one day, word for word.

pub mod api;
pub mod cast;
mod dice;
pub mod load;
mod plan;
pub mod scene;
mod script;
pub mod street;
pub mod trace;
pub mod web;
mod world;

pub use api::Api;
pub use cast::Cast;
pub use dice::Dice;
pub use load::Load;
pub use plan::{Event, Happening, Plan};
pub use world::{Played, World};
