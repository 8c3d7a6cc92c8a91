//! GeoJSON (RFC 7946): features as reports, items as features.
//!
//! Not here: the area's own map data, which is not shared as items.
//!
//! Properties that fill a field of the item, all but the title optional: `title` (or `name`, `headline`), `text` (or
//! `description`), `language`, `observed` (or `observed_from`), `observed_until`, `valid_from`, `valid_until`, `urgency`,
//! `severity`, `certainty`, `reliability`, `credibility`, `place` (its name), `site`, `zone`, `uncertainty_m`, `tags` (a
//! list, or a text with commas), `source` or `sources`. `tlp` is not obeyed but compared: a feature never goes in looser
//! than it says. The feature's `id`, the altitude of a point and all other properties are kept under `geojson` in
//! [`record::Content::extra`]. A feature has one shape: `Point`, `LineString`, `Polygon`, or none.

mod feature;
mod properties;
mod read;
mod write;

use record::{Draft, Fault, Marking};

pub use read::read;
pub use write::write;

/// What the features do not say and the importer must.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The marking of every item.
    pub marking: Marking,
    /// What happens when some features are bad.
    pub bad_rows: BadRows,
}

/// What happens to the good features when others are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRows {
    /// Nothing goes in.
    Refuse,
    /// The good ones go in; the bad ones are named.
    Skip,
}

/// Features that were read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// One report per good feature, in order.
    pub drafts: Vec<Draft>,
    /// The bad ones; empty unless they are skipped.
    pub refused: Vec<RowFault>,
}

/// A feature that cannot go in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RowFault {
    /// Its place among the features, from 0.
    pub index: usize,
    /// The line on which it begins, or on which its JSON is wrong, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "line {}, features[{}]: {}", self.line, self.index, record::Faults(self.faults.clone()))
    }
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum GeoJsonError {
    /// Longer than the limit.
    #[error("the file is {bytes} bytes long; the limit is {limit_bytes}: split it")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The most that is read.
        limit_bytes: usize,
    },
    /// Not UTF-8.
    #[error("the file is not UTF-8 (first in line {line}): save it as UTF-8")]
    Encoding {
        /// The first line that is not.
        line: u32,
    },
    /// Not the JSON it should be.
    #[error("line {line}, column {column}: {what}")]
    Json {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What is wrong.
        what: String,
    },
    /// JSON, but not GeoJSON that can go in.
    #[error("{what}: {mend}")]
    Document {
        /// What is wrong.
        what: String,
        /// How to mend it.
        mend: String,
    },
    /// Some features are bad, and all or nothing was asked for.
    #[error("{} of {total} features are bad, so nothing goes in; the first: {}", rows.len(), rows[0])]
    Rows {
        /// The bad ones, at least one.
        rows: Vec<RowFault>,
        /// How many features there are.
        total: usize,
    },
}
