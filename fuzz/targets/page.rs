//! Any bytes as a page: it gives a text within its limits, and a look at it differs in nothing from itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use webwatch::extract::{decode, difference, page, telegram, text};

fuzz_target!(|bytes: &[u8]| {
    let decoded = decode::decode(bytes, None);
    let address = Url::parse("https://example.org/a").expect("a whole address");
    let document = page::read(&decoded.text, &address);
    assert!(document.text.len() <= text::MAX_TEXT_BYTES && !document.key.is_empty());
    telegram::read(&decoded.text);
    let watch = difference::Watch::new(None, &[]).expect("no selectors");
    if let Ok(look) = watch.look(200, &decoded.text) {
        assert!(difference::difference(&look, &look).is_ok_and(|change| change.is_none()));
    }
});
