//! Measures: the least that is enough. Threats, norms and measures in; the least-burden posture that meets the norms, with its
//! proof, and what it costs people in the street, out.
//!
//! Not here: who may see it and where it is kept; of what residents may know, `public` decides what, not how it looks. No IO: bytes in, values out.

pub mod joint;
pub mod model;
pub mod public;
pub mod solve;
pub mod streets;
