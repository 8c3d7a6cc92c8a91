//! The store from outside: what it promises, held against it.
//!
//! One binary. `BELFRY_NIGHTLY=1` takes the large numbers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod area;
mod backup;
mod conformance;
mod damage;
mod disk;
mod erasure;
mod files;
mod forms;
mod kill;
mod measures;
mod search;
mod sense;
mod support;
mod upkeep;
mod watch;

/// The smaller number, or the larger one in the nightly run.
fn cases(normal: usize, nightly: usize) -> usize {
    if std::env::var("BELFRY_NIGHTLY").is_ok_and(|value| value == "1") { nightly } else { normal }
}
