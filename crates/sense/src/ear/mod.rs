//! Hearing: windows of samples in; levels, onsets, directions, places and classes out.
//!
//! Not here: where samples come from.

pub mod place;
mod window;

pub use window::{NotAWindow, Window};
