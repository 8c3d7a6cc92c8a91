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
    /// For programs: by which code something was refused, and what.
    pub refused: Option<Box<Refused>>,
}

/// Something was refused for a reason that programs are to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The reason; it stays when the words change.
    pub code: &'static str,
    /// What was refused, as it was given.
    pub value: String,
}

impl WatchError {
    /// From its parts.
    pub fn new(place: &str, field: &str, what: &str, mend: impl Display) -> Self {
        let (place, field, what) = (place.into(), field.into(), what.into());
        Self { place, field, what, mend: mend.to_string(), refused: None }
    }
}
