//! What the streets refuse to hold, each with its unit in its name.
//!
//! Not here: limits of the model of measures, or of requests.

/// Largest `.osm.pbf`, in bytes: a Dutch province is about 100 MB.
pub const PBF_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Largest GeoJSON of lines, neighbourhoods or homes, in bytes.
pub const GEOJSON_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Largest table of neighbourhoods, in bytes.
pub const CSV_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most points read from one file.
pub const NODES_MAX: usize = 20_000_000;
/// Most ways kept: those with a `highway`.
pub const WAYS_MAX: usize = 2_000_000;
/// Most points of one way (the OpenStreetMap database itself stops at 2,000).
pub const WAY_NODES_MAX: usize = 20_000;
/// Most points of all ways kept, together.
pub const WAY_NODES_TOTAL_MAX: usize = 20_000_000;
/// Most turn restrictions kept.
pub const RESTRICTIONS_MAX: usize = 200_000;
/// Most members of one turn restriction.
pub const RESTRICTION_MEMBERS_MAX: usize = 16;
/// Longest name of a street, in characters; the rest is cut.
pub const NAME_CHARS_MAX: usize = 200;
/// Most pieces of street (edges).
pub const EDGES_MAX: usize = 4_000_000;
/// Most neighbourhoods.
pub const NEIGHBOURHOODS_MAX: usize = 2_000;
/// Most homes: places on streets where households are counted.
pub const HOMES_MAX: usize = 500_000;
/// Most points of the outline of a neighbourhood, or of what is drawn on the map.
pub const OUTLINE_POINTS_MAX: usize = 20_000;
/// Most destinations of one plan.
pub const DESTINATIONS_MAX: usize = 200;
/// Most closures in one variant.
pub const CLOSURES_MAX: usize = 500;
/// Most variants compared at once.
pub const VARIANTS_MAX: usize = 2_000;
/// How far a home or destination may lie from its street, in metres.
pub const SNAP_M_MAX: f64 = 500.0;
