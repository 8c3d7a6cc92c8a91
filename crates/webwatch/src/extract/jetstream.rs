//! Bluesky's Jetstream: one JSON message per commit; posts are read, and their deletion.
//!
//! Not here: the WebSocket, and which cursor to begin at.

use serde::Deserialize;

use super::{address, date, text};
use crate::document::{Happening, RawDocument};

/// Longest message that is read, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 256 << 10;

/// The collection that holds posts.
pub const COLLECTION: &str = "app.bsky.feed.post";

/// What a message says.
#[derive(Debug)]
pub struct Message {
    /// The place in the stream after it, in microseconds since 1970: where to begin again.
    pub cursor_us: i64,
    /// The post, or that one is gone; `None` when it is about something else or has none of the words.
    pub happening: Option<Happening>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    did: std::borrow::Cow<'a, str>,
    time_us: i64,
    #[serde(default, borrow)]
    commit: Option<Commit<'a>>,
}

#[derive(Deserialize)]
struct Commit<'a> {
    #[serde(borrow)]
    operation: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    collection: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    rkey: std::borrow::Cow<'a, str>,
    #[serde(default, borrow)]
    record: Option<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(default)]
    text: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    langs: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    facets: Vec<Facet>,
    #[serde(default)]
    embed: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Facet {
    #[serde(default)]
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    tag: Option<String>,
}

/// Reads a message; only posts with one of `words` (lower case; none: all) are taken. `None` when it is not a message.
pub fn message(json: &str, words: &[String]) -> Option<Message> {
    if json.len() > MAX_MESSAGE_BYTES {
        return None;
    }
    let event: Event<'_> = serde_json::from_str(json).ok()?;
    let happening = event.commit.filter(|commit| commit.collection == COLLECTION).and_then(|commit| {
        let key = format!("at://{}/{COLLECTION}/{}", event.did, commit.rkey);
        match commit.operation.as_ref() {
            "delete" => Some(Happening::Deleted { key }),
            "create" | "update" => post(&event.did, &commit, key, words).map(Happening::Posted),
            _ => None,
        }
    });
    Some(Message { cursor_us: event.time_us, happening })
}

fn post(did: &str, commit: &Commit<'_>, key: String, words: &[String]) -> Option<RawDocument> {
    let record: Record = serde_json::from_str(commit.record?.get()).ok()?;
    let features: Vec<Feature> = record.facets.into_iter().flat_map(|facet| facet.features).collect();
    let card = record.embed.as_ref().and_then(|embed| embed.get("external"));
    let field = |name: &str| {
        card.and_then(|card| card.get(name))
            .and_then(serde_json::Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let mut body = text::lines(&record.text);
    // What a card says is what a reader sees.
    for line in [field("title"), field("description")].into_iter().flatten() {
        body.push('\n');
        body.push_str(&text::one_line(line));
    }
    if !words.is_empty() && !has_word(&body.to_lowercase(), words) {
        return None;
    }
    let mut tags: Vec<String> = record.tags;
    tags.extend(features.iter().filter_map(|feature| feature.tag.clone()));
    let mut links: Vec<String> = Vec::new();
    for link in features.iter().filter_map(|feature| feature.uri.as_deref()).chain(field("uri")) {
        if let Some(link) = address::canonical(link, None)
            && !links.contains(&link)
            && links.len() < super::feed::MAX_LIST_COUNT
        {
            links.push(link);
        }
    }
    tags.truncate(super::feed::MAX_LIST_COUNT);
    Some(RawDocument {
        url: address::canonical(&format!("https://bsky.app/profile/{did}/post/{}", commit.rkey), None),
        key,
        title: String::new(),
        text: body.trim().to_owned(),
        author: Some(did.to_owned()),
        published: record.created_at.as_deref().and_then(date::parse),
        updated: None,
        language: record.langs.into_iter().next(),
        tags,
        links,
    })
}

/// Whether `text` has one of the words, not as a part of a longer word.
fn has_word(text: &str, words: &[String]) -> bool {
    words.iter().filter(|word| !word.is_empty()).any(|word| {
        text.match_indices(word.as_str()).any(|(at, found)| {
            let before = text[..at].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
            let after =
                text[at + found.len()..].chars().next().is_none_or(|letter| !letter.is_alphanumeric());
            before && after
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = r##"{"did":"did:plc:a1","time_us":1795615331000123,"kind":"commit","commit":{"rev":"r","operation":"create","collection":"app.bsky.feed.post","rkey":"3k","cid":"c",
        "record":{"$type":"app.bsky.feed.post","createdAt":"2026-11-25T14:02:11.000Z","langs":["nl","en"],"text":"Brug dicht\n\n#brug zie n.example",
        "facets":[{"index":{},"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"brug"}]},{"features":[{"uri":"https://n.example/a?utm_source=b"}]}],
        "embed":{"$type":"app.bsky.embed.external","external":{"uri":"https://n.example/a","title":"Omleiding","description":""}}}}}"##;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn posts_are_read_and_the_cursor_moves() {
        let found = message(CREATE, &[]).unwrap();
        assert_eq!(found.cursor_us, 1_795_615_331_000_123);
        let Some(Happening::Posted(post)) = found.happening else { panic!("no post") };
        assert_eq!(
            (post.key.as_str(), post.text.as_str()),
            ("at://did:plc:a1/app.bsky.feed.post/3k", "Brug dicht\n#brug zie n.example\nOmleiding")
        );
        assert_eq!(
            (post.language.as_deref(), post.tags, post.links),
            (Some("nl"), words(&["brug"]), words(&["https://n.example/a"]))
        );
        assert_eq!(post.url.as_deref(), Some("https://bsky.app/profile/did:plc:a1/post/3k"));
        assert_eq!(
            (post.author.as_deref(), post.published.unwrap().to_string().as_str()),
            (Some("did:plc:a1"), "2026-11-25T14:02:11Z")
        );
    }

    #[test]
    fn only_posts_with_one_of_the_words() {
        let check = |list: &[&str], expect: bool| {
            assert_eq!(message(CREATE, &words(list)).unwrap().happening.is_some(), expect, "{list:?}");
        };
        check(&["brug"], true);
        check(&["markt", "omleiding"], true);
        check(&["bru", "rug"], false);
        check(&["markt", ""], false);
    }

    #[test]
    fn deletions_and_what_is_about_something_else() {
        let delete = r#"{"did":"did:plc:a1","time_us":5,"kind":"commit","commit":{"rev":"r","operation":"delete","collection":"app.bsky.feed.post","rkey":"3k"}}"#;
        let found = message(delete, &words(&["x"])).unwrap().happening;
        assert!(
            matches!(found, Some(Happening::Deleted { key }) if key == "at://did:plc:a1/app.bsky.feed.post/3k")
        );
        for other in [
            r#"{"did":"d","time_us":5,"kind":"identity","identity":{}}"#,
            r#"{"did":"d","time_us":5,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.like","rkey":"3k","record":{}}}"#,
            r#"{"did":"d","time_us":5,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"3k","record":{"text":5}}}"#,
        ] {
            let found = message(other, &[]).unwrap();
            assert!(found.happening.is_none() && found.cursor_us == 5, "{other}");
        }
        assert!(message("", &[]).is_none() && message("[1]", &[]).is_none());
    }
}
