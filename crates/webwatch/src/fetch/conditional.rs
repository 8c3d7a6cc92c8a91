//! Conditional requests: what was seen last, so that a source need not send it again (RFC 9110, section 13).
//!
//! Not here: keeping it between two runs of the node.

use base::clock::Timestamp;
use hyper::header::{
    ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::egress::Answer;

/// Longest tag or date that is kept, in bytes.
const MARK_BYTES_MAX: usize = 512;

/// What was seen of a source last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seen {
    /// Its entity tag, as it came.
    pub etag: Option<String>,
    /// Its date of change, as it came.
    pub last_modified: Option<String>,
    /// The first half of SHA-256 over its body: many servers have neither tag nor date, and send the same again.
    pub digest: Option<[u8; 16]>,
}

impl Seen {
    /// The headers that ask for it only if it changed.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(IF_NONE_MATCH, &self.etag), (IF_MODIFIED_SINCE, &self.last_modified)] {
            if let Some(value) = value.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Whether the answer has something new; it is what was seen last from now on.
    pub fn learn(&mut self, answer: &Answer) -> bool {
        if answer.status == 304 {
            return false;
        }
        self.etag = mark(&answer.headers, &ETAG);
        self.last_modified = mark(&answer.headers, &LAST_MODIFIED);
        let hash = Sha256::digest(&answer.body);
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash[..16]);
        self.digest.replace(digest) != Some(digest)
    }
}

/// When the answer says it was last changed.
pub fn last_modified(answer: &Answer) -> Option<Timestamp> {
    super::headers::time(&answer.headers, &LAST_MODIFIED)
}

fn mark(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= MARK_BYTES_MAX).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, etag: &'static str, body: &'static [u8]) -> Answer {
        let mut headers = HeaderMap::new();
        if !etag.is_empty() {
            headers.insert(ETAG, HeaderValue::from_static(etag));
        }
        let url = url::Url::parse("https://example.org/").unwrap();
        Answer { status, url, moved_to: None, headers, body: body.into() }
    }

    #[test]
    fn the_same_again_is_nothing_new() {
        let mut seen = Seen::default();
        assert!(seen.headers().is_empty());
        assert!(seen.learn(&answer(200, "\"a\"", b"one")));
        assert_eq!(seen.headers()[IF_NONE_MATCH], "\"a\"");
        assert!(!seen.learn(&answer(304, "", b"")));
        assert_eq!(seen.headers()[IF_NONE_MATCH], "\"a\"", "304 keeps what was seen");
        assert!(!seen.learn(&answer(200, "\"b\"", b"one")), "a new tag on the same body");
        assert_eq!(seen.headers()[IF_NONE_MATCH], "\"b\"");
        assert!(seen.learn(&answer(200, "", b"two")));
        assert!(seen.headers().is_empty(), "a tag that is gone is not asked for");
    }

    #[test]
    fn a_tag_cannot_carry_a_header_of_its_own() {
        let seen = Seen { etag: Some("\"a\"\r\nX-Evil: 1".into()), ..Seen::default() };
        assert!(seen.headers().is_empty());
    }
}
