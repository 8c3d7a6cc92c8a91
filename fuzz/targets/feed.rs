//! Any bytes as a feed: it reads or is refused, within its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webwatch::extract::{decode, feed, text};
use webwatch::Happening;

fuzz_target!(|bytes: &[u8]| {
    let decoded = decode::decode(bytes, None);
    let Ok(found) = feed::read(&decoded.text, None) else { return };
    assert!(found.happenings.len() <= feed::MAX_ENTRIES_COUNT);
    for happening in &found.happenings {
        if let Happening::Posted(document) = happening {
            assert!(!document.key.is_empty(), "each entry has a key");
            assert!(document.text.len() <= text::MAX_TEXT_BYTES && document.links.len() <= feed::MAX_LIST_COUNT);
        }
    }
});
