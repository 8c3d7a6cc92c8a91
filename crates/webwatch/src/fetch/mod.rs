//! The one egress point: polite, pinned, capped. The only part of this crate that meets the network.
//!
//! Not here: what the bytes mean ([`crate::extract`]).

mod address;
mod body;
mod conditional;
mod connect;
mod egress;
mod fault;
mod headers;
mod robots;
mod schedule;
mod settings;

pub use address::{Allowed, Range};
pub use conditional::{Seen, last_modified};
pub use connect::{Resolve, Resolved, SystemResolver};
pub use egress::{Answer, Egress, Request, redirect_target};
pub use fault::{FetchFault, Phase};
pub use robots::{Known, Robots, RobotsCache};
pub use schedule::{
    Breaker, DAYS_MAX, Day, Done, Health, Job, Memory, Next, Pace, Reading, Report, Schedule,
    ScheduleSettings, Wishes, Wrong,
};
pub use settings::EgressSettings;

/// The name by which robots.txt can speak to us.
pub const AGENT: &str = "Belfry";
