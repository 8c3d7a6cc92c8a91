//! Measures: the least that is enough. Threats, norms and measures in; the least-burden posture that meets the norms, with its
//! proof, and what it costs people in the street, out.
//!
//! Not here: who may see it, where it is kept, and what a resident is shown of it. No IO: bytes in, values out.

pub mod joint;
pub mod model;
pub mod solve;
pub mod streets;
