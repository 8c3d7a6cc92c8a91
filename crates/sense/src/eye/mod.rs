//! Seeing: grey frames in; what moves, where on the ground, and whether the camera is fit out.
//!
//! Not here: where frames come from, and persons: nothing is recognised.

mod frame;

pub use frame::{Frame, NotAFrame};
