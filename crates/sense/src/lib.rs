//! Eye and Ear: samples and frames in, explained observations out.
//!
//! [`ear`] hears, [`eye`] sees, [`fuse`] puts the two together and says why; [`post`] is all of that in one. Time is an
//! argument, so a recorded night gives the same observations again. What leaves for a node is in [`bulletin`], and it holds no
//! samples and no frames.
//!
//! Not here: microphones, cameras, files and sockets (`belfry sense`), keeping (`store`), screens and judgements (`server`).

pub mod bulletin;
pub mod class;
pub mod ear;
pub mod eye;
pub mod fuse;
pub mod limits;
pub mod plan;
pub mod post;
pub mod rules;
pub mod threshold;

pub use class::Class;
pub use plan::{Moment, Plan, Point};
