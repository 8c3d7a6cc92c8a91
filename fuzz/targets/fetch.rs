//! Any bytes as what a host says of itself: robots.txt, a redirect, a stream of events, an address range.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use webwatch::fetch::{AGENT, Range, Robots, SseReader, redirect_target};

fuzz_target!(|bytes: &[u8]| {
    let robots = Robots::parse(bytes, AGENT);
    let text = String::from_utf8_lossy(bytes);
    robots.allows(&format!("/{}", text.chars().take(4_000).collect::<String>()));
    assert!(robots.delay_ms().is_none_or(|delay| delay <= 3_600_000));

    let from = Url::parse("https://example.org/a/b?c").expect("a fixed address that parses");
    if let Ok(to) = redirect_target(&from, bytes) {
        assert!(matches!(to.scheme(), "http" | "https"), "{to}");
        assert!(to.has_host() && to.username().is_empty() && to.password().is_none(), "{to}");
    }

    let (mut whole, mut cut) = (SseReader::default(), SseReader::default());
    let at_once = whole.push(bytes);
    let in_parts: Result<Vec<_>, _> = bytes.chunks(3).map(|part| cut.push(part)).collect();
    assert_eq!(at_once.ok(), in_parts.ok().map(|parts| parts.concat()));

    if let Ok(range) = text.parse::<Range>() {
        assert_eq!(range.to_string().parse::<Range>().ok(), Some(range));
    }
});
