//! Hearing: windows of samples in; levels, onsets, directions, places and classes out.
//!
//! Not here: where samples come from.

pub mod bearing;
pub mod class;
mod hermitian;
pub mod level;
pub mod place;
pub mod ring;
mod spectra;
pub mod speech;
mod window;

pub use window::{NotAWindow, Window};
