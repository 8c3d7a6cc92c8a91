//! Mastodon's public timelines and hashtags: lists by REST, and events of a stream.
//!
//! Only public and unlisted posts are read; a boost gives the post that was boosted. Addresses of persons who are mentioned are not
//! kept as links. Not here: asking for pages, and the connection.

use serde::Deserialize;

use super::{Unreadable, address, date, text};
use crate::document::{Happening, RawDocument};

/// Most posts of one answer that are read.
pub const MAX_POSTS_COUNT: usize = 200;
/// Longest event of a stream, in bytes; longer ones are left out.
pub const MAX_EVENT_BYTES: usize = 512 << 10;

#[derive(Deserialize)]
struct Status {
    id: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    edited_at: Option<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    spoiler_text: String,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    account: Option<Account>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    mentions: Vec<Mention>,
    #[serde(default)]
    card: Option<Card>,
    #[serde(default)]
    reblog: Option<Box<Status>>,
}

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    acct: String,
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Mention {
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Card {
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    event: String,
    #[serde(default)]
    payload: Option<serde_json::Value>,
}

/// The posts of a timeline, as its REST answer lists them.
pub fn timeline(json: &str) -> Result<Vec<Happening>, Unreadable> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(json).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Unreadable::NoList("$".to_owned()),
            _ => Unreadable::json(&error),
        })?;
    Ok(list
        .into_iter()
        .take(MAX_POSTS_COUNT)
        .filter_map(|value| status(serde_json::from_value(value).ok()?))
        .collect())
}

/// What an event of a stream says; `None` for events that are about something else.
pub fn event(name: &str, payload: &str) -> Option<Happening> {
    if payload.len() > MAX_EVENT_BYTES {
        return None;
    }
    match name {
        "update" | "status.update" => status(serde_json::from_str(payload).ok()?),
        "delete" => Some(payload.trim().trim_matches('"').to_owned())
            .filter(|key| !key.is_empty())
            .map(|key| Happening::Deleted { key }),
        _ => None,
    }
}

/// What a message of the WebSocket says: an event with its payload as text.
pub fn message(json: &str) -> Option<Happening> {
    let message: Message = serde_json::from_str(json).ok()?;
    match message.payload? {
        serde_json::Value::String(payload) => event(&message.event, &payload),
        other => event(&message.event, &other.to_string()),
    }
}

fn status(mut status: Status) -> Option<Happening> {
    // A boost of a boost does not exist.
    if let Some(inner) = status.reblog.take() {
        status = *inner;
    }
    if !matches!(status.visibility.as_deref(), None | Some("public" | "unlisted")) {
        return None;
    }
    let persons: Vec<&str> = status.mentions.iter().filter_map(|mention| mention.url.as_deref()).collect();
    let tag_pages: Vec<&str> = status.tags.iter().filter_map(|tag| tag.url.as_deref()).collect();
    let mut links: Vec<String> = Vec::new();
    let mut link = |found: &str| {
        let tag_page = |path: &str| path.contains("/tags/") || path.contains("/tag/");
        if !persons.contains(&found)
            && !tag_pages.contains(&found)
            && !tag_page(found)
            && let Some(found) = address::canonical(found, None)
            && !links.contains(&found)
            && links.len() < super::feed::MAX_LIST_COUNT
        {
            links.push(found);
        }
    };
    let body = text::html_to_text_and_links(&status.content, &mut link);
    if let Some(card) = status.card.as_ref().and_then(|card| card.url.as_deref()) {
        link(card);
    }
    let warning = text::one_line(&status.spoiler_text);
    let author =
        status.account.map(|account| account.url.filter(|url| !url.is_empty()).unwrap_or(account.acct));
    Some(Happening::Posted(RawDocument {
        key: status.id,
        url: status.url.or(status.uri).and_then(|url| address::canonical(&url, None)),
        title: warning,
        text: body,
        author: author.filter(|author| !author.is_empty()),
        published: status.created_at.as_deref().and_then(date::parse),
        updated: status.edited_at.as_deref().and_then(date::parse),
        language: status.language,
        tags: status.tags.into_iter().map(|tag| tag.name).take(super::feed::MAX_LIST_COUNT).collect(),
        links,
    }))
}

/// Takes the events out of a stream of server-sent events, however its pieces are cut.
#[derive(Debug, Default)]
pub struct EventStream {
    line: Vec<u8>,
    name: String,
    data: String,
    /// The event or line is longer than [`MAX_EVENT_BYTES`].
    too_long: bool,
}

impl EventStream {
    /// Takes the next bytes; gives what became whole.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                if self.line.len() < MAX_EVENT_BYTES {
                    self.line.push(*byte);
                } else {
                    self.too_long = true;
                }
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(&line);
            happenings.extend(self.line(line.trim_end_matches('\r')));
        }
        happenings
    }

    fn line(&mut self, line: &str) -> Option<Happening> {
        if line.is_empty() {
            let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
            return if std::mem::take(&mut self.too_long) { None } else { event(&name, &data) };
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" if self.data.len() + value.len() < MAX_EVENT_BYTES => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "data" => self.too_long = true,
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = r##"{"id":"11","uri":"https://m.example/u/11","url":"https://m.example/@wijk/11","created_at":"2026-11-25T14:02:11.000Z",
        "edited_at":null,"visibility":"public","language":"nl","spoiler_text":"verkeer","account":{"acct":"wijk","url":"https://m.example/@wijk"},
        "content":"<p>De brug is dicht <a href=\"https://m.example/tags/Brug\" class=\"mention hashtag\">#<span>Brug</span></a><br>Zie <a href=\"https://n.example/a?utm_source=m\">hier</a> <a href=\"https://m.example/@jan\">@jan</a></p>",
        "tags":[{"name":"Brug","url":"https://m.example/tags/Brug"}],"mentions":[{"url":"https://m.example/@jan"}],"card":{"url":"https://n.example/a"}}"##;

    fn shown(happening: &Happening) -> String {
        match happening {
            Happening::Deleted { key } => format!("gone {key}"),
            Happening::Posted(post) => format!(
                "{} {:?} {} | {} {:?} {} {:?} {:?} {:?}",
                post.key,
                post.url,
                post.title,
                post.text.replace('\n', "/"),
                post.author,
                post.published.unwrap(),
                post.language,
                post.tags,
                post.links
            ),
        }
    }

    const SHOWN: &str = r#"11 Some("https://m.example/@wijk/11") verkeer | De brug is dicht #Brug/Zie hier @jan Some("https://m.example/@wijk") 2026-11-25T14:02:11Z Some("nl") ["Brug"] ["https://n.example/a"]"#;

    #[test]
    fn a_timeline_gives_its_public_posts() {
        let private = STATUS.replace("\"public\"", "\"private\"");
        let boost = format!(r#"{{"id":"99","content":"","reblog":{STATUS}}}"#);
        let found = timeline(&format!("[{STATUS},{private},{{\"odd\":1}},{boost}]")).unwrap();
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), [SHOWN, SHOWN]);
        assert!(matches!(timeline("{\"error\":\"x\"}"), Err(Unreadable::NoList(_))));
        assert!(matches!(timeline("<html>"), Err(Unreadable::NotJson { .. })));
    }

    #[test]
    fn events_post_edit_and_delete() {
        let whole = serde_json::json!({"stream": ["public"], "event": "status.update", "payload": STATUS})
            .to_string();
        assert_eq!(shown(&message(&whole).unwrap()), SHOWN);
        assert_eq!(shown(&message(r#"{"event":"delete","payload":"11"}"#).unwrap()), "gone 11");
        for other in [r#"{"event":"filters_changed"}"#, r#"{"event":"update","payload":"{"}"#, "", "[]"] {
            assert!(message(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_stream_may_be_cut_anywhere() {
        let stream = format!(
            ":thump\nevent: update\ndata: {}\n\nevent: delete\r\ndata: 11\r\n\r\n",
            STATUS.replace('\n', " ")
        );
        for size in [1, 7, 100_000] {
            let mut events = EventStream::default();
            let found: Vec<String> = stream
                .as_bytes()
                .chunks(size)
                .flat_map(|piece| events.push(piece))
                .map(|found| shown(&found))
                .collect();
            assert_eq!(found, [SHOWN, "gone 11"]);
        }
        let mut events = EventStream::default();
        let long =
            format!("event: update\ndata: {}\n\nevent: delete\ndata: 3\n\n", "x".repeat(MAX_EVENT_BYTES + 9));
        assert_eq!(events.push(long.as_bytes()).iter().map(shown).collect::<Vec<_>>(), ["gone 3"]);
    }
}
