//! Foreign formats, bytes to record and back: CAP 1.2 alerts, GeoJSON features and iCalendar entries; and RSS feeds out.
//!
//! Not here: sockets, files, clocks, signing, or who may import what. Everything that comes in is refused or becomes
//! [`record::Draft`]s that pass [`record::Draft::check`]; nothing that comes in can set originator, author or version.

pub mod cap;
pub mod geojson;
pub mod ical;
pub mod rss;
mod text;
