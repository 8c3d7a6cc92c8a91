//! The program from outside: what it prints, how it ends, what it leaves behind.
//!
//! Not here: the API itself (server's tests), the screens (e2e).

#![allow(clippy::unwrap_used, reason = "tests: a panic is the message")]

mod demo;
mod import;
mod pages;
mod prove;
mod sense;
mod set_up;
mod street;
mod support;
mod watch;
