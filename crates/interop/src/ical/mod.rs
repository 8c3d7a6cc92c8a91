//! iCalendar (RFC 5545): the days of an event as entries of a calendar, written and read.
//!
//! Times are UTC, each entry once: what repeats, lasts whole days, or is in local time is refused by its line, with what to do.
//!
//! Not here: to-dos, alarms, invitations, and fetching a calendar.

mod read;
mod write;

use base::Timestamp;

pub use read::read;
pub use write::write;

/// Longest calendar that is read, in bytes.
pub const CALENDAR_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Most entries that are read.
pub const ENTRIES_MAX: usize = 5_000;
/// Most lines of one entry.
pub const ENTRY_LINES_MAX: usize = 500;
/// Longest id of an entry, in characters.
pub const UID_CHARS_MAX: usize = 255;
/// Longest title or place, in characters.
pub const TITLE_CHARS_MAX: usize = 300;
/// Longest text, in characters.
pub const TEXT_CHARS_MAX: usize = 10_000;
/// Longest address on the web, in characters.
pub const URL_CHARS_MAX: usize = 2_000;

/// An entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same for the same entry, whenever it is written; unlike that of any other.
    pub uid: String,
    /// In one line.
    pub title: String,
    /// What else there is to say; may be empty.
    pub text: String,
    /// Begins.
    pub from: Timestamp,
    /// Ends; the same as the beginning for a moment.
    pub until: Timestamp,
    /// Where.
    pub place: Option<String>,
    /// Where more stands.
    pub url: Option<String>,
    /// When it was last changed.
    pub changed: Timestamp,
}

/// An entry that was not read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What is wrong and how to mend it.
    pub why: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the entry in line {}: {}", self.line, self.why)
    }
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IcalError {
    /// Longer than the limit.
    #[error("the calendar is {bytes} bytes long, at most {CALENDAR_BYTES_MAX} are read: export fewer months")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("the calendar is not UTF-8 (first in line {line}): save it as UTF-8")]
    Encoding {
        /// The first line that is not.
        line: usize,
    },
    /// Not a calendar, or a damaged one.
    #[error("line {line}: {why}; export the calendar again")]
    Damaged {
        /// From 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// More entries than the limit.
    #[error("line {line}: more than {ENTRIES_MAX} entries; export fewer months")]
    TooMany {
        /// Where the limit was reached, from 1.
        line: usize,
    },
}
