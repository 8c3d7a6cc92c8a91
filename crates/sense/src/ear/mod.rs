//! Hearing: windows of samples in; levels, onsets, directions, places and classes out.
//!
//! Not here: where samples come from.

mod window;

pub use window::{NotAWindow, Window};
