//! Why a CAP document was refused, or an item cannot be written as one.
//!
//! Not here: the rules, which stand with what they check.

use record::{Faults, RecordError};

/// A refusal. Every one says where and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum CapError {
    /// Longer than the limit.
    #[error("the alert is {bytes} bytes long; the limit is {limit_bytes}: make its polygons simpler")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The most that is read.
        limit_bytes: usize,
    },
    /// Not UTF-8.
    #[error("the alert is {found}, and only UTF-8 is read: save it as UTF-8")]
    Encoding {
        /// What it seems to be.
        found: String,
    },
    /// A document type declaration: never read, so entities cannot be defined or fetched.
    #[error(
        "line {line}, column {column}: a document type declaration (<!DOCTYPE>) is refused, because entities can be \
         used to attack: remove it"
    )]
    Dtd {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
    },
    /// Not well-formed XML, or more deeply nested than any alert.
    #[error("line {line}, column {column}: {what}")]
    Xml {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What is wrong.
        what: String,
    },
    /// An element breaks a rule of CAP 1.2.
    #[error("line {line}, column {column}: element <{element}> {what}: {mend}")]
    Element {
        /// The element's name.
        element: String,
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What is wrong.
        what: String,
        /// How to mend it.
        mend: String,
    },
    /// The XML signature does not fit: the alert was changed, or the signature was damaged.
    #[error(
        "line {line}, column {column}: element <{element}> of the signature {what}: ask the sender for the alert again"
    )]
    Signature {
        /// The element that does not fit.
        element: String,
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What does not fit.
        what: String,
    },
    /// The alert is valid but does not fit in an item.
    #[error("the alert does not fit in an item: {0}")]
    Item(Faults),
    /// An item that CAP cannot carry.
    #[error("the item cannot be written as CAP: {0}")]
    NotForCap(&'static str),
    /// The record refused.
    #[error(transparent)]
    Record(#[from] RecordError),
}
