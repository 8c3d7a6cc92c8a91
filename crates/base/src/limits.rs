//! The limits that hold everywhere, each with its unit in its name.
//!
//! Not here: limits of one crate only, which stand beside what they limit.

/// Largest request body that is not a file, in bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Largest imported file, in bytes.
pub const IMPORT_BYTES_MAX: usize = 1024 * 1024;
/// Largest attachment, in bytes.
pub const ATTACHMENT_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Most attachments of one item.
pub const ATTACHMENTS_MAX: usize = 10;
/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest text of an item, in characters.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Most tags of one item.
pub const TAGS_MAX: usize = 20;
/// Longest tag, in characters.
pub const TAG_CHARS_MAX: usize = 48;
/// Most references of one item.
pub const REFERENCES_MAX: usize = 100;
/// Most vertices of one place.
pub const VERTICES_MAX: usize = 2_000;
/// Most organisations, communities and members together in one audience clause.
pub const AUDIENCE_NAMES_MAX: usize = 200;
/// Most audience clauses of one marking: each join with a differently shared source adds one.
pub const AUDIENCE_CLAUSES_MAX: usize = 4;
/// Most purposes of one marking.
pub const PURPOSES_MAX: usize = 4;
/// Longest JSON of one item, in bytes: what is signed.
pub const ITEM_BYTES_MAX: usize = 256 * 1024;
/// Largest page of a list, in rows.
pub const PAGE_ROWS_MAX: usize = 100;
/// Longest radius of uncertainty, in metres.
pub const UNCERTAINTY_M_MAX: f64 = 100_000.0;
/// Most versions of one item.
pub const VERSIONS_MAX: u32 = 1_000;
/// Most entries of one thread that one answer holds.
pub const THREAD_ROWS_MAX: usize = 500;
