//! Web monitoring: bytes of feeds, pages and streams in, explained signals out.
//!
//! [`fetch`] is the one part that meets the network, behind a trait. All that follows is pure: [`extract`] makes documents,
//! [`privacy`] takes the persons out, [`detect`] reads, [`stories`] folds what is the same, and [`pipeline`] is all of that in one.
//!
//! Not here: keeping (`store`), screens and analysts' accounts (`server`).

pub mod detect;
pub mod document;
pub mod evaluate;
pub mod extract;
pub mod fetch;
pub mod pipeline;
pub mod privacy;
pub mod source;
pub mod stories;

pub use document::{Document, Happening, Pseudonym, RawDocument};
pub use source::{Source, SourceKind, Trust};
