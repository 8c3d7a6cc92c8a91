//! Measuring against published test sets: pure functions; `examples/` reads the files.
//!
//! Not here: the sets, which are not ours to ship.

pub mod classes;
pub mod duplicates;
pub mod model;
pub mod pipeline;
pub mod table;
