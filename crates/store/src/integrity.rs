//! Whether what is kept is whole: verification of the ledgers, the check of everything derived, backup and restore.
//!
//! Not here: mending. What is damaged is named; a backup brings it back.

mod backup;
mod check;
mod entries;
mod verify;

pub use backup::{Restored, backup_folder, erasures_of, restore};
pub use check::CheckReport;
pub use verify::{Fault, LedgerReport, VerifyReport, verify_folder};
