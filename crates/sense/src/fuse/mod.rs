//! Putting together what was heard and what was seen, into one observation that says why.
//!
//! Not here: hearing and seeing themselves.
