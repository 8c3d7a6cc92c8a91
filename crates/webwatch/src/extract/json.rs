//! Any JSON list to documents, by paths that an analyst writes.
//!
//! A path has names, `[n]`, `[*]` and `['name']`, with or without `$` in front. Not here: JSON Feed ([`super::feed`]).

use serde_json::Value;
use url::Url;

use super::{Unreadable, address, date, key_of_text, text};
use crate::document::{Happening, RawDocument};
use crate::source::JsonMap;

/// Most documents of one answer that are read.
pub const MAX_DOCUMENTS_COUNT: usize = 5_000;
/// Most steps of one path.
pub const MAX_STEPS_COUNT: usize = 16;

/// A path through JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    All,
}

impl Path {
    /// Reads a path such as `$.data.posts[*]`.
    pub fn parse(path: &str) -> Result<Self, Unreadable> {
        let wrong = || Unreadable::NotAPath(path.chars().take(80).collect());
        let mut rest = path.trim();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let quote = after.chars().next().filter(|quote| matches!(quote, '\'' | '"'));
                let (inside, after) = match quote {
                    Some(quote) => after[1..].split_once(quote).ok_or_else(wrong)?,
                    None => (after.find(']').map(|end| &after[..end]).ok_or_else(wrong)?, after),
                };
                rest = after.split_once(']').ok_or_else(wrong)?.1;
                steps.push(match inside {
                    name if quote.is_some() => Step::Name(name.to_owned()),
                    "*" => Step::All,
                    index => Step::Index(index.trim().parse().map_err(|_| wrong())?),
                });
            } else {
                let after = rest.strip_prefix('.').unwrap_or(rest);
                let end = after.find(['.', '[']).unwrap_or(after.len());
                match &after[..end] {
                    "" => return Err(wrong()),
                    "*" => steps.push(Step::All),
                    name => steps.push(Step::Name(name.to_owned())),
                }
                rest = &after[end..];
            }
            if steps.len() > MAX_STEPS_COUNT {
                return Err(wrong());
            }
        }
        Ok(Self(steps))
    }

    /// What is at the path; at most [`MAX_DOCUMENTS_COUNT`] values.
    pub fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for step in &self.0 {
            found = found
                .into_iter()
                .flat_map(|value| -> Box<dyn Iterator<Item = &'v Value>> {
                    match (step, value) {
                        (Step::Name(name), _) => Box::new(value.get(name).into_iter()),
                        (Step::Index(index), _) => Box::new(value.get(*index).into_iter()),
                        (Step::All, Value::Array(list)) => Box::new(list.iter()),
                        (Step::All, Value::Object(map)) => Box::new(map.values()),
                        (Step::All, _) => Box::new(std::iter::empty()),
                    }
                })
                .take(MAX_DOCUMENTS_COUNT)
                .collect();
        }
        found
    }

    fn text(&self, value: &Value) -> Option<String> {
        self.find(value).into_iter().find_map(|value| match value {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        })
    }

    /// A date in words, or a number of seconds or milliseconds since 1970.
    fn time(&self, value: &Value) -> Option<base::clock::Timestamp> {
        /// Seconds reach this in the year 5138; milliseconds did in 1973.
        const FIRST_MILLIS: i64 = 100_000_000_000;
        let text = self.text(value)?;
        match text.parse::<i64>() {
            Ok(number) if number.abs() >= FIRST_MILLIS => Some(base::clock::Timestamp::from_millis(number)),
            Ok(number) if number > 9_999 => Some(base::clock::Timestamp::from_seconds(number)),
            _ => date::parse(&text),
        }
    }
}

/// The paths of a mapping, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    items: Path,
    items_text: String,
    key: Path,
    text: Path,
    title: Option<Path>,
    url: Option<Path>,
    published: Option<Path>,
    author: Option<Path>,
    language: Option<Path>,
}

impl Mapping {
    /// Reads the paths of `map`.
    pub fn new(map: &JsonMap) -> Result<Self, Unreadable> {
        let optional = |path: &Option<String>| path.as_deref().map(Path::parse).transpose();
        Ok(Self {
            items: Path::parse(&map.items)?,
            items_text: map.items.clone(),
            key: Path::parse(&map.key)?,
            text: Path::parse(&map.text)?,
            title: optional(&map.title)?,
            url: optional(&map.url)?,
            published: optional(&map.published)?,
            author: optional(&map.author)?,
            language: optional(&map.language)?,
        })
    }

    /// The documents of an answer; those without any text are left out.
    pub fn read(&self, json: &str, base: Option<&Url>) -> Result<Vec<Happening>, Unreadable> {
        let value: Value = serde_json::from_str(json).map_err(|error| Unreadable::json(&error))?;
        let mut items = self.items.find(&value);
        // `$.posts` and `$.posts[*]` mean the same list.
        if let [Value::Array(list)] = items.as_slice() {
            items = list.iter().take(MAX_DOCUMENTS_COUNT).collect();
        }
        if items.is_empty() && self.items.find(&value).is_empty() && !is_empty_list(&self.items, &value) {
            return Err(Unreadable::NoList(self.items_text.clone()));
        }
        Ok(items.into_iter().filter_map(|item| self.document(item, base)).map(Happening::Posted).collect())
    }

    fn document(&self, item: &Value, base: Option<&Url>) -> Option<RawDocument> {
        let optional = |path: &Option<Path>| path.as_ref().and_then(|path| path.text(item));
        let mut links = Vec::new();
        let text = self.text.text(item).unwrap_or_default();
        let text = text::html_to_text_and_links(&text, |link| {
            if links.len() < super::feed::MAX_LIST_COUNT {
                links.extend(address::canonical(link, base));
            }
        });
        let title = optional(&self.title)
            .map(|title| text::one_line(&text::html_to_text(&title)))
            .unwrap_or_default();
        if text.is_empty() && title.is_empty() {
            return None;
        }
        let url = optional(&self.url).and_then(|url| address::canonical(&url, base));
        let key = self.key.text(item).or_else(|| url.clone()).unwrap_or_else(|| key_of_text(&title, &text));
        Some(RawDocument {
            key,
            url,
            title,
            text,
            author: optional(&self.author),
            published: self.published.as_ref().and_then(|path| path.time(item)),
            language: optional(&self.language),
            links,
            ..RawDocument::default()
        })
    }
}

/// Whether the path leads to a list, and the list is empty.
fn is_empty_list(path: &Path, value: &Value) -> bool {
    let without_all = match path.0.split_last() {
        Some((Step::All, rest)) => Path(rest.to_vec()),
        _ => return false,
    };
    matches!(without_all.find(value).as_slice(), [Value::Array(list)] if list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(items: &str) -> JsonMap {
        JsonMap {
            items: items.to_owned(),
            key: "id".to_owned(),
            text: "body.html".to_owned(),
            title: Some("titles[0]".to_owned()),
            url: Some("['web address']".to_owned()),
            published: Some("when".to_owned()),
            author: Some("by.name".to_owned()),
            language: None,
        }
    }

    #[test]
    fn paths_pick_the_fields() {
        let json = r#"{"data":{"posts":[
            {"id":7,"body":{"html":"<p>De <a href=\"/m\">markt</a></p>"},"titles":["Markt &amp; meer"],"web address":"/7","when":1795615331,"by":{"name":"Wijk"}},
            {"id":8,"when":"x"}]}}"#;
        let base = Url::parse("https://api.example/").unwrap();
        for items in ["$.data.posts[*]", "data.posts", "$['data'].posts.*"] {
            let found = Mapping::new(&map(items)).unwrap().read(json, Some(&base)).unwrap();
            let [Happening::Posted(document)] = found.as_slice() else { panic!("{items}: {}", found.len()) };
            assert_eq!(
                (document.key.as_str(), document.title.as_str(), document.text.as_str()),
                ("7", "Markt & meer", "De markt")
            );
            assert_eq!(
                (document.url.as_deref(), document.author.as_deref()),
                (Some("https://api.example/7"), Some("Wijk"))
            );
            assert_eq!(document.published.unwrap().to_string(), "2026-11-25T14:02:11Z");
            assert_eq!(document.links, ["https://api.example/m"]);
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let check = |items: &str, json: &str, expect: &str| {
            let found = Mapping::new(&map(items)).and_then(|mapping| mapping.read(json, None));
            assert_eq!(
                found.map(|list| list.len().to_string()).unwrap_or_else(|error| error.to_string()),
                expect
            );
        };
        check("$.a[*]", "{\"a\":[]}", "0");
        check("$.a", "{\"a\":[]}", "0");
        check("$.b[*]", "{\"a\":[]}", "the answer has no list at $.b[*]");
        check("$.a[*]", "{\"a\":\n[", "the answer is not JSON: line 2");
        for path in ["$..a", "a[", "a[x]", "a['b", "a.", &"a.".repeat(20)] {
            assert!(matches!(Path::parse(path), Err(Unreadable::NotAPath(_))), "{path}");
        }
    }
}
