//! What every record of a plan carries: where it comes from, how long it holds, and who may read it.
//!
//! Not here: who is which reader; a class is a statement of the planner that other crates obey.

use base::Timestamp;
use record::Faults;
use serde::{Deserialize, Serialize};

use super::limits::NAME_CHARS_MAX;

/// How far a record may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublication))]
#[serde(rename_all = "kebab-case")]
pub enum Publication {
    /// Anyone, residents too.
    Public,
    /// The organisations that keep the area safe together.
    Partners,
    /// Those who plan.
    Closed,
}

/// Source, author, validity and publication class of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresOrigin))]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Where the value comes from: a document, an elicitation, an assumption.
    pub source: String,
    /// Who stated it: a role or organisation.
    pub author: String,
    /// Holds from then on.
    pub valid_from: Timestamp,
    /// Holds until then; nothing holds for ever.
    pub valid_until: Timestamp,
    /// Who may read it.
    pub publication: Publication,
}

impl Origin {
    /// Whether the record holds at an instant; the end is outside.
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.valid_from <= at && at < self.valid_until
    }

    pub(super) fn check(&self, path: &str, faults: &mut Faults) {
        for (name, text) in [("source", &self.source), ("author", &self.author)] {
            let path = format!("{path}.origin.{name}");
            if text.trim().is_empty() {
                faults.add(&path, "is empty", "say where the value comes from and who stated it");
            }
            faults.text(&path, text, NAME_CHARS_MAX);
        }
        if self.valid_until <= self.valid_from {
            let what = format!("ends at {} before it begins at {}", self.valid_until, self.valid_from);
            faults.add(&format!("{path}.origin.valid_until"), what, "give an end after the beginning");
        }
    }
}
