//! Bytes to documents: decoding, feeds, pages, streams, difference, language. Pure.
//!
//! A fetched answer goes through [`decode`] to text, and by its source's kind to [`feed`], [`page`], [`sitemap`], [`json`],
//! [`mastodon`], [`jetstream`] or [`telegram`], which give [`Happening`](crate::Happening)s. Nothing here refuses what is
//! broken as long as something can be read, and everything has a limit. Not here: fetching, and taking persons out.

pub mod address;
pub mod date;
pub mod decode;
pub mod entities;
pub mod feed;
pub mod language;
pub mod markup;
pub mod text;

/// The key of a document that has neither id nor address: a hash (FNV-1a, 64 bits) of its title and text.
pub fn key_of_text(title: &str, text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in title.bytes().chain([0xff]).chain(text.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("text:{hash:016x}")
}
