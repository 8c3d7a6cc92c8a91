//! Bytes to documents: decoding, feeds, pages, streams, difference, language. Pure.
//!
//! A fetched answer goes through [`decode`] to text, and by its source's kind to [`feed`], [`page`], [`sitemap`], [`json`],
//! [`mastodon`], [`jetstream`] or [`telegram`], which give [`Happening`](crate::Happening)s. Nothing here refuses what is
//! broken as long as something can be read, and everything has a limit. Not here: fetching, and taking persons out.

pub mod address;
pub mod date;
pub mod decode;
pub mod difference;
pub mod entities;
pub mod feed;
pub mod jetstream;
pub mod json;
pub mod language;
pub mod markup;
pub mod mastodon;
pub mod opml;
pub mod page;
pub mod sitemap;
pub mod telegram;
pub mod text;

/// Nothing could be read: the answer is something else than its source promises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing but white space.
    #[error("the answer is empty")]
    Empty,
    /// Some other format; HTML, mostly.
    #[error("the answer is no feed: it begins with {0:?}")]
    NoFeed(String),
    /// JSON, but not a JSON Feed.
    #[error("the answer is JSON but no feed")]
    NoFeedInJson,
    /// Not JSON.
    #[error("the answer is not JSON: line {line}")]
    NotJson {
        /// The line where it is not, from 1.
        line: usize,
    },
    /// A path of a JSON mapping cannot be read.
    #[error("not a path such as $.data.posts[*]: {0:?}")]
    NotAPath(String),
    /// The answer has no list where the source says it has.
    #[error("the answer has no list at {0}")]
    NoList(String),
    /// Some other format.
    #[error("the answer is no sitemap: it begins with {0:?}")]
    NoSitemap(String),
    /// Some other format.
    #[error("the file is no OPML: it begins with {0:?}")]
    NoOutline(String),
    /// A CSS selector that cannot be read.
    #[error("not a selector that can be used: {0:?}")]
    NotASelector(String),
}

impl Unreadable {
    fn json(error: &serde_json::Error) -> Self {
        Self::NotJson { line: error.line() }
    }
}

/// The key of a document that has neither id nor address: a hash (FNV-1a, 64 bits) of its title and text.
pub fn key_of_text(title: &str, text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in title.bytes().chain([0xff]).chain(text.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("text:{hash:016x}")
}

/// How an answer begins, for a message.
fn start_of(text: &str) -> String {
    text.trim_start().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_of_title_and_text() {
        assert_eq!(key_of_text("a", "b"), key_of_text("a", "b"));
        assert_ne!(key_of_text("a", "b"), key_of_text("ab", ""));
    }
}
