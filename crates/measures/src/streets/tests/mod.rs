//! Tests of the room as a whole, on towns made by hand and by dice.
//!
//! Not here: tests of one file, which stand in it.

mod damage;
mod help;
mod plans;
mod routes;
pub(crate) mod town;
mod turning;
