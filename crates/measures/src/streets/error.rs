//! What can be wrong with what is brought in: one text each, with where it is and how to mend it.
//!
//! Not here: broken hard limits of a plan. Those are results, see [`super::Broken`].

/// Why streets, neighbourhoods or a plan were refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StreetsError {
    /// More bytes than are read.
    #[error("{what} has {bytes} bytes and may have {max}: cut it to the area that matters")]
    TooLarge {
        /// What was brought.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The most that is read.
        max: usize,
    },
    /// More things than are kept.
    #[error("more than {max} {what}: cut it to the area that matters")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The most that is kept.
        max: usize,
    },
    /// A `.osm.pbf` that cannot be read.
    #[error("block {block} of the .osm.pbf, at byte {byte}: {why}; fetch the file again")]
    Pbf {
        /// Counted from 0; the header is block 0.
        block: usize,
        /// Where the block begins.
        byte: usize,
        /// What is wrong.
        why: String,
    },
    /// Text that is no JSON.
    #[error("no JSON at line {line}, column {column}: {why}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// JSON that is no collection of features.
    #[error("no GeoJSON FeatureCollection: {0}")]
    NotFeatures(&'static str),
    /// One feature that cannot be used.
    #[error("feature {index} (counted from 0): {why}")]
    Feature {
        /// Its place in the list.
        index: usize,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// One row that cannot be used.
    #[error("line {line}, column \"{column}\": {why}")]
    Row {
        /// Counted from 1, the heading being line 1.
        line: usize,
        /// Its heading.
        column: &'static str,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// A table without a column that is needed.
    #[error("line 1: no column \"{column}\"; the heading must name it")]
    Column {
        /// What is missing.
        column: &'static str,
    },
    /// Nothing to route on.
    #[error(
        "no street that can be used: ways need a \"highway\" and at least two points that are in the file"
    )]
    NoStreets,
    /// A closure, home or destination that names what is not there.
    #[error("there is no {what} {id}")]
    Unknown {
        /// Kind of thing.
        what: &'static str,
        /// Its number or name.
        id: String,
    },
    /// A place with no street of the mode nearby.
    #[error("{what} is more than {max_m} m from a street for {mode}: move it, or import a larger area")]
    OffStreet {
        /// Which place.
        what: String,
        /// Whose street.
        mode: &'static str,
        /// How far is looked.
        max_m: f64,
    },
    /// Households with no street to live on.
    #[error(
        "neighbourhood \"{id}\" has households and no street on foot inside its outline: draw the outline over its streets, bring streets that reach it, or state 0 households"
    )]
    NoStreetWithin {
        /// The neighbourhood.
        id: String,
    },
    /// A number that makes no sense.
    #[error("{field} is {value}: {why}")]
    Number {
        /// Which one.
        field: String,
        /// As it was.
        value: f64,
        /// What is allowed.
        why: &'static str,
    },
}
