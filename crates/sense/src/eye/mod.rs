//! Seeing: grey frames in; what moves, where on the ground, and whether the camera is fit out.
//!
//! [`camera`] is all of it in one. Masks are laid on before anything else; nothing is recognised.
//!
//! Not here: where frames come from, and persons.

mod assign;
pub mod camera;
mod components;
pub mod events;
mod frame;
pub mod ground;
pub mod health;
pub mod journal;
pub mod mask;
pub mod motion;
pub(crate) mod shape;
pub mod sight;
pub mod still;
pub mod thing;
pub mod track;
pub mod turn;

#[cfg(test)]
mod scenes;

pub use frame::{Frame, NotAFrame};
