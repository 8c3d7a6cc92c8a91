//! A source: a feed, page or stream that somebody decided to watch, for a purpose, for a while.
//!
//! Not here: fetching it, or how it fares.

use serde::{Deserialize, Serialize};

/// How far a source can be trusted: the Admiralty system's reliability, A (reliable) to F (cannot be judged).
pub type Trust = record::rating::Reliability;

/// A source and what may be done with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// Its name on this node: lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it is and where.
    #[serde(flatten)]
    pub kind: SourceKind,
    /// The organisation that watches it.
    pub owner: String,
    /// For which of the area's purposes.
    pub purpose: String,
    /// Its language when it says none (ISO 639-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// How far it can be trusted.
    pub trust: Trust,
    /// How long its documents are kept, in days.
    pub retention_days: u16,
    /// The shortest time between two looks, in seconds; the node adapts above it.
    pub interval_s: u32,
    /// Silence longer than this is an alarm, in seconds; `None` for the source's own habit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_s: Option<u32>,
    /// Off: kept, not watched.
    #[serde(default)]
    pub paused: bool,
}

/// What a source is and where it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceKind {
    /// RSS, RDF, Atom or JSON Feed: which one is found by looking.
    Feed {
        /// Its address.
        url: String,
    },
    /// A page, watched for change.
    Page {
        /// Its address.
        url: String,
        /// The part to watch, as a CSS selector; the whole page without its furniture when not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        select: Option<String>,
        /// Parts to leave out, as CSS selectors.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ignore: Vec<String>,
    },
    /// A sitemap: each new or changed address is fetched as an article.
    Sitemap {
        /// Its address.
        url: String,
    },
    /// A Mastodon server's public timeline, or one hashtag of it.
    Mastodon {
        /// The server, such as `https://example.org`.
        url: String,
        /// The hashtag, without `#`; all local posts when not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hashtag: Option<String>,
        /// By its stream instead of by asking.
        #[serde(default)]
        streaming: bool,
    },
    /// A Bluesky Jetstream: posts by WebSocket.
    Jetstream {
        /// Its address (`wss://...`).
        url: String,
        /// Only posts with one of these words; what has none is dropped at once.
        words: Vec<String>,
    },
    /// Any JSON list.
    Json {
        /// Its address.
        url: String,
        /// Where in the answer the fields are.
        map: JsonMap,
    },
    /// What members forward.
    Inbox {},
}

/// Where the fields of a document are in a JSON answer: paths such as `$.data.posts[*]` and `title`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JsonMap {
    /// The list of documents, from the root.
    pub items: String,
    /// Its own name, from a document.
    pub key: String,
    /// Its text, from a document.
    pub text: String,
    /// Its title, from a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address, from a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was published, from a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Who wrote it, from a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Its language, from a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}
