//! Hearing: windows of samples in; levels, onsets, directions, places and classes out.
//!
//! Not here: where samples come from.

pub mod class;
pub mod place;
pub mod speech;
mod window;

pub use window::{NotAWindow, Window};
