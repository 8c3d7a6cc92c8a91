//! Scenes with a known truth, for senses.
//!
//! Not here: seeing and hearing (which must know nothing of this).

mod canvas;
pub mod picture;
