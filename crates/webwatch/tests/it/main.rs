//! Fetching against small servers of our own: each attack is a test.
//!
//! Not here: what needs no network, which is tested beside it.

#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod egress;
mod server;
mod watcher;
