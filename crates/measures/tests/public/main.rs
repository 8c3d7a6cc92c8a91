//! What residents may know: nothing that is not public changes a byte of it, and the sample's page says only what it may.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;
mod hidden;
mod sample;
mod small;
