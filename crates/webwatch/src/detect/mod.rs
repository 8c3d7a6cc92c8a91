//! What a document says: normal form, profiles, places, classes, model, score. Pure.
//!
//! Not here: which documents are about the same thing ([`crate::stories`]).
