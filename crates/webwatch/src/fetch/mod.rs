//! The one egress point: polite, pinned, capped. The only part of this crate that meets the network.
//!
//! Not here: what the bytes mean ([`crate::extract`]).
