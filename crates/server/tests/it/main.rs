//! The node as its callers see it: requests in, answers out, on a store of its own with a clock that is moved by hand.
//!
//! Not here: the network itself, and browsers (e2e).

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "all of this is tests")]

mod api;
mod problems;
mod security;
mod serve;
mod support;
