//! The one egress point: polite, pinned, capped. The only part of this crate that meets the network.
//!
//! Not here: what the bytes mean ([`crate::extract`]).

mod address;
mod body;
mod connect;
mod egress;
mod fault;
mod headers;
mod settings;

pub use address::{Allowed, Range};
pub use connect::{Resolve, Resolved, SystemResolver};
pub use egress::{Answer, Egress, Request, redirect_target};
pub use fault::{FetchFault, Phase};
pub use settings::EgressSettings;

/// The name by which robots.txt can speak to us.
pub const AGENT: &str = "Belfry";
