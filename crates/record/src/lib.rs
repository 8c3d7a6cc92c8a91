//! What is shared, and the exact bytes that are signed and exchanged.
//!
//! Not here: who may see it (policy), where it is kept (store), foreign formats (interop).

pub mod act;
pub mod content;
pub mod envelope;
pub mod item;
pub mod keys;
pub mod kind;
pub mod label;
pub mod marking;
pub mod place;
pub mod rating;
pub mod validate;

pub use act::{Act, Deed, Granted};
pub use content::{Attachment, Content, Draft, Reference, Relation, RequestTerms};
pub use envelope::Envelope;
pub use item::Item;
pub use kind::Kind;
pub use label::VisibilityLabel;
pub use marking::{Clause, HandlingCode, Marking, Pap, Retention, Tlp};
pub use place::{Geometry, Place};
pub use validate::{Fault, Faults};

/// What went wrong with a record: its bytes, its signature or its content.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Not the JSON it should be; the text says where.
    #[error("{what} cannot be read at {path}")]
    Shape {
        /// What was being read.
        what: &'static str,
        /// Where in the document, as a dotted path.
        path: String,
        /// The reader's own words.
        #[source]
        source: serde_json::Error,
    },
    /// Longer than the limit.
    #[error("{what} is {bytes} bytes long; the limit is {limit_bytes}")]
    TooLong {
        /// What was being read or written.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The most that is accepted.
        limit_bytes: usize,
    },
    /// The content breaks rules of the record; each fault names its field.
    #[error("the content has faults: {0}")]
    Content(Faults),
    /// A format or algorithm this version does not know.
    #[error("{what} {found:?} is not known here; known: {known}")]
    Unknown {
        /// What kind of name it is.
        what: &'static str,
        /// The name that was found.
        found: String,
        /// The names that are known.
        known: &'static str,
    },
    /// A signature that does not fit the bytes and the key.
    #[error("the signature by key {key_id} does not fit the bytes")]
    Signature {
        /// The id of the key that was tried.
        key_id: String,
    },
    /// A key that cannot be used.
    #[error("not a usable key: {0}")]
    Key(&'static str),
}

/// Reads JSON of a bounded length and says where it is wrong.
pub(crate) fn from_json<'de, T: serde::Deserialize<'de>>(
    what: &'static str,
    bytes: &'de [u8],
    limit_bytes: usize,
) -> Result<T, RecordError> {
    if bytes.len() > limit_bytes {
        return Err(RecordError::TooLong { what, bytes: bytes.len(), limit_bytes });
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        RecordError::Shape { what, path, source: error.into_inner() }
    })?;
    reader.end().map_err(|source| RecordError::Shape { what, path: "end".into(), source })?;
    Ok(value)
}

/// Writes JSON and keeps to the limit.
pub(crate) fn to_json<T: serde::Serialize>(
    what: &'static str,
    value: &T,
    limit_bytes: usize,
) -> Result<Vec<u8>, RecordError> {
    let bytes = serde_json::to_vec(value).map_err(|source| RecordError::Shape {
        what,
        path: "output".into(),
        source,
    })?;
    if bytes.len() > limit_bytes {
        return Err(RecordError::TooLong { what, bytes: bytes.len(), limit_bytes });
    }
    Ok(bytes)
}
