//! Names that are never masked: the places, organisations and events of the area, and what is watched for.
//!
//! Not here: which of them a document names ([`crate::detect::place`]).

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::words::is_given;
use crate::detect::WatchError;
use crate::detect::normal::{Normal, folded};

/// Fewest letters of a known name.
const LETTERS_MIN: usize = 2;

/// The names, made ready to be found.
#[derive(Default)]
pub struct Known {
    names: Option<AhoCorasick>,
}

impl Known {
    /// Makes names ready. A given name alone is not one: it would let every person of that name through.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, WatchError> {
        let mut all: Vec<String> = names.into_iter().map(|name| folded(name.trim())).collect();
        all.retain(|name| name.chars().count() >= LETTERS_MIN && !is_given(name));
        all.sort();
        all.dedup();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&all);
        let finder = finder.map_err(|error| {
            WatchError::new("names of the area", "names", &error.to_string(), "give fewer or shorter names")
        })?;
        Ok(Self { names: (!all.is_empty()).then_some(finder) })
    }

    /// Where they stand in a text, in bytes, in order.
    pub(super) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let Some(names) = &self.names else { return Vec::new() };
        let normal = Normal::of(text);
        let found = names.find_iter(normal.text()).map(|hit| hit.range());
        let whole = found.filter(|at| crate::detect::place::stands_alone(normal.text(), at));
        whole.map(|at| normal.original(&at)).collect()
    }
}
