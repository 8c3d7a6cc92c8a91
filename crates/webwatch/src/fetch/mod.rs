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
mod stream;
mod watcher;

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
pub use stream::{Listen, MESSAGE_BYTES_MAX, MESSAGES_PER_S_MAX, Message, SILENCE_MS_MAX, SseReader};
pub use watcher::{Fetched, Watcher, WatcherSettings, What, World};

/// The name by which robots.txt can speak to us.
pub const AGENT: &str = "Belfry";
