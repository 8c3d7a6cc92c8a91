//! Streets: how people get about, what closures cost them in minutes, and whether help still gets there.
//!
//! Load a network once ([`read_pbf`] or [`read_lines`], then [`Streets::build`]), keep it, and ask it often: nothing in it
//! changes, a closure is a mask. Times are whole deciseconds inside; what comes out is minutes.
//!
//! Not here: files, threat levels, who may see a plan. No IO and no clock.

mod attach;
mod closure;
mod contract;
mod emergency;
mod error;
mod expand;
mod graph;
mod grid;
mod impact;
mod json;
pub mod limits;
mod lines;
mod mode;
mod network;
mod parts;
mod passage;
mod pbf;
mod people;
mod place;
mod plan;
mod queue;
mod raw;
mod root;
mod search;
mod show;
mod stream;
mod tree;
mod turns;
mod weigh;

#[cfg(test)]
pub(crate) mod tests;

pub use closure::{Closure, Extent, Group, Heading, Hours};
pub use emergency::{Access, Block, Way};
pub use error::StreetsError;
pub use graph::Graph;
pub use impact::{Changed, Impact, StreetMinutes};
pub use lines::read_lines;
pub use mode::Mode;
pub use network::{Edge, ImportReport, Islands, Streets};
pub use passage::{BIKE_KMH, CAR_SHARE_OF_LIMIT, Country, FOOT_KMH};
pub use pbf::read_pbf;
pub use people::{
    Home, Neighbourhood, NeighbourhoodKeys, Table, join_households, read_households, read_neighbourhoods,
};
pub use place::{Nearest, Place, is_within};
pub use plan::{Bound, Burden, CutOff, Destination, Plan, Travel};
pub use raw::{Point, Raw, RawMember, RawNode, RawRelation, RawWay, Tags};
pub use search::{Direction, Mask, Search, UNREACHED};
pub use show::{Isochrone, Reached};
pub use turns::TurnsReport;
