//! Documents about the same thing: near duplicates, stories, bursts, novelty. Pure.
//!
//! Not here: what one document says ([`crate::detect`]).

pub mod burst;
mod fold;
pub mod index;
pub mod novelty;
pub mod signature;

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::detect::Class;

pub use burst::{Burst, Bursts};
pub use fold::title_of;
pub use fold::{Fact, Folded, Stories, StoryLimits, Telling};
pub use index::Index;
pub use novelty::Novelty;
pub use signature::{Scratch, Signature};

/// Most documents of a story that are named; the rest is counted.
pub const MEMBERS_MAX: usize = 100;

/// The name of a kept document: its source and the source's name for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentName {
    /// The source's id.
    pub source: String,
    /// The source's own name for it, as it is kept.
    pub key: String,
}

/// Documents about the same thing, and how it spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Story {
    /// Its name: made from its first document, the same in every replay.
    pub id: String,
    /// What it is called: the title, or the beginning of the text, of its leading document.
    pub title: String,
    /// The document that stands for it: the one with the highest score of its own.
    pub leading: DocumentName,
    /// When its first document came.
    pub started: Timestamp,
    /// When its latest document came.
    pub latest: Timestamp,
    /// How many documents it has now.
    pub documents: u32,
    /// How many of them are (nearly) copies of an earlier one.
    pub copies: u32,
    /// How many times one of them came in a new version.
    pub updates: u32,
    /// How many were taken back by their sources.
    pub deleted: u32,
    /// Its sources, by id, in the order in which they told it.
    pub sources: Vec<String>,
    /// How many distinct voices tell it.
    pub voices: u32,
    /// The languages it is told in.
    pub languages: Vec<String>,
    /// The places that it names, by id.
    pub places: Vec<String>,
    /// The classes that fired.
    pub classes: Vec<Class>,
    /// The profiles that matched, by id.
    pub profiles: Vec<String>,
    /// Its documents, the latest last; at most [`MEMBERS_MAX`].
    pub members: Vec<DocumentName>,
}
