//! One post or page: as it comes (raw, with persons in it) and as it may be kept.
//!
//! Not here: how it is found in bytes ([`crate::extract`]) and how persons are taken out ([`crate::privacy`]).

use std::fmt;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// What a source said: a post, or that an earlier one is gone.
#[derive(Debug)]
pub enum Happening {
    /// A post or page, new or in a new version.
    Posted(RawDocument),
    /// The source took it back; what is kept of it goes too.
    Deleted {
        /// The source's own name for it ([`RawDocument::key`]).
        key: String,
    },
}

/// A post or page as it came. Lives only until the privacy gate: it can be neither written down nor printed whole.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawDocument {
    /// The source's own name for it (guid, id or address): the same for each version.
    pub key: String,
    /// Its address, canonical.
    pub url: Option<String>,
    /// Its title, plain text; empty when it has none.
    pub title: String,
    /// Its text, plain.
    pub text: String,
    /// Who wrote it, as the source says.
    pub author: Option<String>,
    /// When it was published, as the source says.
    pub published: Option<Timestamp>,
    /// When it was last changed, as the source says.
    pub updated: Option<Timestamp>,
    /// Its language, as the source says (BCP 47).
    pub language: Option<String>,
    /// Its hashtags or categories, without `#`.
    pub tags: Vec<String>,
    /// Addresses it points to, canonical.
    pub links: Vec<String>,
}

impl fmt::Debug for RawDocument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RawDocument({} characters)", self.text.chars().count())
    }
}

/// A voice, not a person: a keyed hash whose key is destroyed monthly. Good for counting distinct voices, for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pseudonym(pub u64);

/// A post or page that may be kept: persons masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// The source it came from ([`crate::Source::id`]).
    pub source: String,
    /// Its name: that of its source, hashed under a key of the node.
    pub key: String,
    /// Its address; `None` when the address names a person.
    pub url: Option<String>,
    /// Its title, masked.
    pub title: String,
    /// Its text, masked.
    pub text: String,
    /// Whose voice.
    pub voice: Option<Pseudonym>,
    /// When it was published, as the source says; never after `arrived`.
    pub published: Timestamp,
    /// When it came to the node.
    pub arrived: Timestamp,
    /// Its language: ISO 639-1, or `und`.
    pub language: String,
    /// Its hashtags or categories, masked.
    pub tags: Vec<String>,
    /// Addresses it points to.
    pub links: Vec<String>,
}
