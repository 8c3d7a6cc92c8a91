//! Documents about the same thing: near duplicates, stories, bursts, novelty. Pure.
//!
//! Not here: what one document says ([`crate::detect`]).
