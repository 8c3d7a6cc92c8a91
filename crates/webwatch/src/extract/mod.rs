//! Bytes to documents: decoding, feeds, pages, difference, language. Pure.
//!
//! Not here: fetching, and taking persons out.
