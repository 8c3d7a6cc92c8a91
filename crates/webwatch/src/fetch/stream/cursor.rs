//! How far a stream was read, so that nothing is missed when it is opened again.
//!
//! Not here: everything else that a message says.

use serde::Deserialize;
use url::Url;

use super::{Listen, Message};

/// How much earlier than the last message Jetstream is resumed, in microseconds: its order is loose at the edges.
const OVERLAP_US: u64 = 5_000_000;
/// Longest id of a post, in bytes.
const ID_BYTES_MAX: usize = 64;

/// How far a stream was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cursor {
    /// The highest id of a post.
    Post(Option<String>),
    /// The time of the last message, in microseconds since 1970.
    Time(Option<u64>),
}

#[derive(Deserialize)]
struct Post {
    id: String,
}

#[derive(Deserialize)]
struct Timed {
    time_us: u64,
}

impl Cursor {
    pub(super) fn new(listen: &Listen, kept: Option<String>) -> Self {
        match listen {
            Listen::Mastodon(_) => Self::Post(kept),
            Listen::Jetstream(_) => Self::Time(kept.and_then(|text| text.parse().ok())),
        }
    }

    pub(super) fn note(&mut self, message: &Message) {
        match self {
            Self::Post(last) if message.event == "update" => {
                if let Ok(post) = serde_json::from_slice::<Post>(&message.data) {
                    *last = later_id(last.take(), post.id);
                }
            }
            Self::Post(_) => {}
            Self::Time(last) => {
                if let Ok(timed) = serde_json::from_slice::<Timed>(&message.data) {
                    *last = Some(timed.time_us).max(*last);
                }
            }
        }
    }

    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Post(last) => last.clone(),
            Self::Time(last) => last.map(|time| time.to_string()),
        }
    }

    /// The address from which to go on.
    pub(super) fn resume(&self, url: &Url) -> Url {
        let mut url = url.clone();
        if let Self::Time(Some(time)) = self {
            url.query_pairs_mut().append_pair("cursor", &time.saturating_sub(OVERLAP_US).to_string());
        }
        url
    }
}

/// The later of two ids: numbers in text, so the longer one, and of equal ones the greater.
fn later_id(last: Option<String>, id: String) -> Option<String> {
    let sound =
        !id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match last {
        _ if !sound => last,
        Some(last) if (last.len(), &last) >= (id.len(), &id) => Some(last),
        _ => Some(id),
    }
}

/// The highest id in a list of posts, such as a timeline.
pub(in crate::fetch) fn latest_in_list(body: &[u8], last: Option<String>) -> Option<String> {
    let posts: Vec<Post> = serde_json::from_slice(body).unwrap_or_default();
    posts.into_iter().fold(last, |last, post| later_id(last, post.id))
}

/// How many things a JSON list has; 0 when it is none.
pub(in crate::fetch) fn list_length(body: &[u8]) -> usize {
    serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(body).map_or(0, |list| list.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(event: &str, data: &'static str) -> Message {
        Message { event: event.into(), data: data.into() }
    }

    #[test]
    fn posts_are_followed_by_id() {
        let listen = Listen::Mastodon(Url::parse("https://example.org/").unwrap());
        let mut cursor = Cursor::new(&listen, Some("99".into()));
        cursor.note(&message("update", r#"{"id":"101","content":"x"}"#));
        cursor.note(&message("update", r#"{"id":"100"}"#));
        cursor.note(&message("delete", "102"));
        cursor.note(&message("update", "not json"));
        cursor.note(&message("update", r#"{"id":"1&limit=1"}"#));
        assert_eq!(cursor.text().as_deref(), Some("101"));
        assert_eq!(latest_in_list(br#"[{"id":"7"},{"id":"12"}]"#, Some("9".into())).as_deref(), Some("12"));
        assert_eq!(latest_in_list(b"<html>", Some("9".into())).as_deref(), Some("9"));
    }

    #[test]
    fn jetstream_goes_on_a_little_earlier() {
        let url = Url::parse("wss://example.org/subscribe?wantedCollections=app.bsky.feed.post").unwrap();
        let listen = Listen::Jetstream(url.clone());
        let mut cursor = Cursor::new(&listen, None);
        assert_eq!(cursor.resume(&url), url);
        cursor.note(&message("", r#"{"did":"x","time_us":1800000009000000,"kind":"commit"}"#));
        cursor.note(&message("", r#"{"time_us":1800000007000000}"#));
        assert_eq!(
            cursor.resume(&url).query(),
            Some("wantedCollections=app.bsky.feed.post&cursor=1800000004000000")
        );
        assert_eq!(Cursor::new(&listen, cursor.text()), cursor);
    }
}
