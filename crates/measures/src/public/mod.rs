//! What residents may know: the projection of a plan that holds public records only, and the page that is made of it.
//!
//! [`PublicRecords::of`] is the one door. It copies, field by field, what residents are told of measures, postures,
//! decisions and neighbourhoods **whose own origin is public**, and of the office that answers. Of scenarios, threat
//! levels, norms, effects, assets, sites, requirements, burdens in words, money, staff, the rota, events and impacts it
//! copies nothing, even if somebody marked such a record public: together they tell where the area is weak. What names
//! a record that is not public is left out as if it named nothing. The page is a function of [`PublicRecords`], of
//! minutes that were computed from its closures alone ([`PublicRecords::periods`]), and of an instant.
//!
//! Not here: keeping and serving the page, and the texts in which planners speak with each other.

mod geojson;
mod notices;
mod page;
mod places;
mod project;
mod routes;
mod spans;

pub use geojson::geojson;
pub use notices::{Language, Notice, notices};
pub use page::{
    Change, Minutes, Period, PublicClosure, PublicDecision, PublicMeasure, PublicNeighbourhood, PublicPage,
    Span, StreetMinutes,
};
pub use places::{Outline, PlacesError, PublicStreet, Published};
pub use project::{PublicRecords, project};
pub use routes::open_routes;

/// Most stretches of time for which minutes are told.
pub const PERIODS_MAX: usize = 60;
/// Most spans of one measure that are told, the next ones first.
pub const SPANS_MAX: usize = 20;
/// Minutes a day below which a street or neighbourhood is not named.
pub const TOLD_MINUTES_MIN: f64 = 0.05;
