//! JSON Feed 1.0 and 1.1.
//!
//! Not here: any other JSON ([`crate::extract::json`]).

use serde_json::Value;
use url::Url;

use super::entry::Draft;
use super::{Feed, FeedFault, FeedKind, MAX_ENTRIES_COUNT};
use crate::document::Happening;
use crate::extract::{Unreadable, address, date, text};

/// Reads a JSON Feed.
pub(super) fn read(json: &str, base: Option<&Url>) -> Result<Feed, Unreadable> {
    let mut feed = Feed::new(FeedKind::Json);
    let value: Value = match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) if json.contains("jsonfeed.org/version") => {
            feed.fault = Some(FeedFault {
                line: u32::try_from(error.line()).unwrap_or(u32::MAX),
                what: "not JSON from here",
            });
            return Ok(feed);
        }
        Err(_) => return Err(Unreadable::NoFeedInJson),
    };
    let is_feed = string(&value, "version").is_some_and(|version| version.contains("jsonfeed.org"));
    let Some(items) = value.get("items").and_then(Value::as_array).filter(|_| is_feed) else {
        return Err(Unreadable::NoFeedInJson);
    };
    feed.title = string(&value, "title").map(text::one_line).unwrap_or_default();
    feed.link = string(&value, "home_page_url").and_then(|link| address::canonical(link, base));
    feed.language = string(&value, "language").map(str::to_owned);
    feed.left_out_count = items.len().saturating_sub(MAX_ENTRIES_COUNT);
    let author = author(&value);
    for item in items.iter().take(MAX_ENTRIES_COUNT) {
        let draft = entry(item, base, author.as_deref());
        feed.happenings.push(Happening::Posted(draft.finish(feed.language.as_deref())));
    }
    Ok(feed)
}

fn entry(item: &Value, base: Option<&Url>, feed_author: Option<&str>) -> Draft {
    let mut draft = Draft {
        id: match item.get("id") {
            Some(Value::String(id)) => id.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        },
        link: string(item, "url").and_then(|link| address::canonical(link, base)),
        other_link: string(item, "external_url").and_then(|link| address::canonical(link, base)),
        author: author(item).or_else(|| feed_author.map(str::to_owned)),
        published: string(item, "date_published").and_then(date::parse),
        updated: string(item, "date_modified").and_then(date::parse),
        language: string(item, "language").map(str::to_owned),
        ..Draft::default()
    };
    draft.title.offer(string(item, "title").map(text::one_line).unwrap_or_default(), 0);
    draft.summary.offer(string(item, "summary").map(text::one_line).unwrap_or_default(), 0);
    let content = match (string(item, "content_text"), string(item, "content_html")) {
        (_, Some(html)) => text::html_to_text_and_links(html, |link| draft.point_to(link, base)),
        (Some(plain), None) => text::lines(plain),
        (None, None) => String::new(),
    };
    draft.content.offer(content, 0);
    if let Some(link) = string(item, "external_url") {
        draft.point_to(link, base);
    }
    for tag in item.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        draft.tag(tag);
    }
    draft
}

fn author(value: &Value) -> Option<String> {
    let one = value.get("authors").and_then(|authors| authors.get(0)).or_else(|| value.get("author"))?;
    string(one, "name").or_else(|| string(one, "url")).map(str::to_owned)
}

fn string<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}
