//! What a document says: normal form, profiles, places, classes, model, score. Pure.
//!
//! Not here: which documents are about the same thing ([`crate::stories`]).

pub mod calendar;
pub mod class;
pub mod hash;
pub mod model;
pub mod normal;
pub mod place;
pub mod profile;
pub mod score;
pub mod span;
pub mod words;

use std::fmt::Display;

pub use calendar::{CalendarEvent, Window, Zone};
pub use class::{Class, ClassHit, Guard, Rules, Times};
pub use place::{Gazetteer, GazetteerPlace, PlaceKind, Placed, Places};
pub use profile::{NamedOrganisation, Profile, ProfileMatch, Profiles};
pub use score::{Score, Term, TermKind};
pub use span::{Body, Part, Span};

/// Something in what is to be watched cannot be: what, where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}, {field}: {what}; {mend}")]
pub struct WatchError {
    /// Which profile, place or file.
    pub place: String,
    /// Which of its fields.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

impl WatchError {
    /// From its parts.
    pub fn new(place: &str, field: &str, what: &str, mend: impl Display) -> Self {
        Self { place: place.into(), field: field.into(), what: what.into(), mend: mend.to_string() }
    }
}
