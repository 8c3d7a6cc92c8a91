//! The gate before storage: persons are masked or become pseudonyms. Pure.
//!
//! Not here: retention, which belongs to `store`.
