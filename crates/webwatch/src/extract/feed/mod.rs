//! Feeds to documents: RSS 0.9x to 2.0, RDF (RSS 1.0), Atom 0.3 and 1.0, CDF and JSON Feed; which one is found by looking.
//!
//! Broken XML gives what can be read, and says where it broke ([`FeedFault`]). Not here: fetching, and how often to.

mod capture;
mod entry;
mod json;
mod names;
mod xml;

use url::Url;

use crate::document::Happening;
use crate::extract::Unreadable;

/// Most entries of one feed that are read; the rest is left out.
pub const MAX_ENTRIES_COUNT: usize = 5_000;

/// Most elements within each other that are followed; what is deeper is text of the last.
pub const MAX_DEPTH_COUNT: usize = 200;

/// Most tags, and most links, of one entry.
pub const MAX_LIST_COUNT: usize = 200;

/// The family of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    /// RSS 0.91 to 2.0.
    Rss,
    /// RDF: RSS 0.90 and 1.0.
    Rdf,
    /// Atom 0.3 and 1.0.
    Atom,
    /// Channel Definition Format.
    Cdf,
    /// JSON Feed.
    Json,
    /// Entries under a root that is none of these.
    Unknown,
}

/// A feed that was read.
#[derive(Debug)]
pub struct Feed {
    /// Its family.
    pub kind: FeedKind,
    /// Its title, plain text.
    pub title: String,
    /// The page it belongs to, canonical.
    pub link: Option<String>,
    /// Its language, as it says (BCP 47).
    pub language: Option<String>,
    /// How long it asks to be left alone, in minutes.
    pub ttl_min: Option<u32>,
    /// Its entries, in its order, and what it says is gone.
    pub happenings: Vec<Happening>,
    /// Entries that were left out because of [`MAX_ENTRIES_COUNT`].
    pub left_out_count: usize,
    /// The first place where it is broken.
    pub fault: Option<FeedFault>,
}

impl Feed {
    fn new(kind: FeedKind) -> Self {
        Self {
            kind,
            title: String::new(),
            link: None,
            language: None,
            ttl_min: None,
            happenings: Vec::new(),
            left_out_count: 0,
            fault: None,
        }
    }
}

/// Where a feed is broken; all that could be read around it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFault {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong there.
    pub what: &'static str,
}

/// Reads a feed; `address` is where it came from, for its relative links.
pub fn read(text: &str, address: Option<&Url>) -> Result<Feed, Unreadable> {
    let start =
        text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    match start.as_bytes().first() {
        None => Err(Unreadable::Empty),
        Some(b'{') => json::read(start, address),
        Some(_) => xml::read(text, address),
    }
}

#[cfg(test)]
mod tests;
