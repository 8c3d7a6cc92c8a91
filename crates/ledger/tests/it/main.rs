//! Tests of the ledger from outside: against another implementation, and against its written format.
#![allow(clippy::unwrap_used, reason = "tests")]

mod format;
mod oracle;
mod tiles;
