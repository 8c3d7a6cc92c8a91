//! What a page says of itself: title, date, language, address and author.
//!
//! Not here: its text ([`super::article`]).

use base::clock::Timestamp;
use serde_json::Value;
use url::Url;

use super::tree::{Id, Tree};
use crate::extract::text::one_line;
use crate::extract::{address, date, entities};

/// Longest block of linked data that is read, in bytes.
const MAX_LINKED_DATA_BYTES: usize = 256 << 10;

/// Most nodes of a part that shows a date.
const MAX_DATE_NODES_COUNT: Id = 12;

/// What a page says of itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its title, without the name of the site.
    pub title: String,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
    /// Its language (BCP 47).
    pub language: Option<String>,
    /// The address it calls its own, canonical; never on another host.
    pub canonical: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its keywords.
    pub tags: Vec<String>,
}

impl Meta {
    /// Reads what a page says of itself; `address` is where it came from.
    pub fn read(tree: &Tree<'_>, address: Option<&Url>) -> Self {
        let mut found = Found::default();
        for at in 1..Id::try_from(tree.nodes.len()).unwrap_or(Id::MAX) {
            let node = &tree.nodes[at as usize];
            match node.name.len() {
                0 => {}
                _ if tree.is_named(at, "html") => {
                    found.language = found.language.take().or_else(|| value(tree, at, "lang"));
                }
                _ if tree.is_named(at, "meta") => found.meta(tree, at),
                _ if tree.is_named(at, "link") => {
                    let relation = tree.attribute(at, "rel").unwrap_or_default();
                    if relation.eq_ignore_ascii_case("canonical") {
                        found.canonical = found.canonical.take().or_else(|| value(tree, at, "href"));
                    }
                }
                _ if tree.is_named(at, "title") && found.title.is_empty() => {
                    found.title = title_text(tree, at);
                }
                _ if tree.is_named(at, "h1") && found.heading.is_empty() => {
                    found.heading = one_line(&tree.text(at));
                }
                _ if tree.is_named(at, "time") => {
                    let own = value(tree, at, "datetime").and_then(|text| date::parse(&text));
                    found.time = found.time.or(own);
                }
                _ if tree.is_named(at, "script") => found.linked_data(tree, at),
                _ => found.visible_date(tree, at),
            }
        }
        found.finish(address)
    }
}

#[derive(Debug, Default)]
struct Found {
    title: String,
    heading: String,
    meta_title: Option<String>,
    language: Option<String>,
    canonical: Option<String>,
    author: Option<String>,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    time: Option<Timestamp>,
    /// A date that readers see, in a part that is named after it.
    visible: Option<Timestamp>,
    tags: Vec<String>,
}

fn value(tree: &Tree<'_>, at: Id, name: &str) -> Option<String> {
    let text = one_line(&entities::decode(tree.attribute(at, name)?));
    (!text.is_empty()).then_some(text)
}

/// The inside of a `title` element; [`Tree::text`] would leave it out with the head around it.
fn title_text(tree: &Tree<'_>, at: Id) -> String {
    tree.children(at).map(|child| one_line(&entities::decode(tree.nodes[child as usize].text))).collect()
}

impl Found {
    fn meta(&mut self, tree: &Tree<'_>, at: Id) {
        let Some(name) =
            ["property", "name", "itemprop", "http-equiv"].iter().find_map(|key| tree.attribute(at, key))
        else {
            return;
        };
        let Some(content) = value(tree, at, "content") else { return };
        let time = || date::parse(&content);
        match name.to_ascii_lowercase().as_str() {
            "og:title" => self.meta_title = Some(content),
            "twitter:title" | "dc.title" => self.meta_title = self.meta_title.take().or(Some(content)),
            "article:published_time"
            | "datepublished"
            | "og:published_time"
            | "pubdate"
            | "publishdate"
            | "publish-date"
            | "dc.date.issued"
            | "dcterms.issued"
            | "dcterms.created"
            | "dcterms.available"
            | "date"
            | "dc.date"
            | "parsely-pub-date"
            | "sailthru.date" => {
                self.published = self.published.or_else(time);
            }
            "article:modified_time"
            | "datemodified"
            | "og:updated_time"
            | "dcterms.modified"
            | "last-modified" => self.updated = self.updated.or_else(time),
            "author" | "article:author" | "dc.creator" | "parsely-author" if !content.starts_with("http") => {
                self.author = self.author.take().or(Some(content));
            }
            "content-language" | "og:locale" | "dc.language" | "dcterms.language" => {
                self.language = self.language.take().or(Some(content.replace('_', "-")));
            }
            "keywords" | "news_keywords" if self.tags.is_empty() => {
                self.tags = content.split(',').map(one_line).filter(|tag| !tag.is_empty()).take(30).collect();
            }
            _ => {}
        }
    }

    /// The date in an element whose class says that it is one: municipal pages have no better.
    fn visible_date(&mut self, tree: &Tree<'_>, at: Id) {
        const NAMES: [&str; 7] =
            ["date", "datum", "pubdate", "published", "publicatiedatum", "timestamp", "datetime"];
        // A part with much in it is no date, and reading each such part would cost square time.
        let small = tree.nodes[at as usize].end - at <= MAX_DATE_NODES_COUNT;
        let Some(class) = tree.attribute(at, "class").filter(|_| small && self.visible.is_none()) else {
            return;
        };
        let mut words = class.split(|letter: char| !letter.is_ascii_alphabetic());
        if words.any(|word| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name))) {
            self.visible = date::parse(&one_line(&tree.text(at)));
        }
    }

    /// Dates and author of linked data (schema.org).
    fn linked_data(&mut self, tree: &Tree<'_>, at: Id) {
        if !tree.attribute(at, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json")) {
            return;
        }
        let Some(child) = tree.children(at).next() else { return };
        let text = tree.nodes[child as usize].text;
        if text.len() > MAX_LINKED_DATA_BYTES {
            return;
        }
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            self.linked_value(&value, 0);
        }
    }

    fn linked_value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(list) if depth < 4 => {
                list.iter().take(50).for_each(|value| self.linked_value(value, depth + 1));
            }
            Value::Object(map) if depth < 4 => {
                let time = |key: &str| map.get(key).and_then(Value::as_str).and_then(date::parse);
                self.published = self.published.or_else(|| time("datePublished"));
                self.updated = self.updated.or_else(|| time("dateModified"));
                let author = map.get("author").map(|author| author.get(0).unwrap_or(author));
                let author =
                    author.and_then(|author| author.as_str().or_else(|| author.get("name")?.as_str()));
                self.author =
                    self.author.take().or_else(|| author.map(one_line).filter(|name| !name.is_empty()));
                if let Some(graph) = map.get("@graph") {
                    self.linked_value(graph, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn finish(self, address: Option<&Url>) -> Meta {
        let canonical = self.canonical.and_then(|link| address::canonical(&link, address)).filter(|link| {
            match (Url::parse(link), address) {
                // Another host's address may be anybody's: the page does not speak for it.
                (Ok(link), Some(address)) => same_site(link.host_str(), address.host_str()),
                _ => true,
            }
        });
        let title = match (&self.meta_title, self.title.is_empty()) {
            (Some(title), _) => title.clone(),
            (None, false) => self.title.clone(),
            (None, true) => self.heading.clone(),
        };
        Meta {
            title: without_site(&title, &self.heading),
            published: self.published.or(self.time).or(self.visible).or_else(|| date_in(address?)),
            updated: self.updated,
            language: self.language,
            canonical,
            author: self.author,
            tags: self.tags,
        }
    }
}

/// The date in an address such as `/nieuws/2026/11/25/brug`.
fn date_in(address: &Url) -> Option<Timestamp> {
    let parts: Vec<&str> = address.path_segments()?.collect();
    parts.windows(3).find_map(|three| match three {
        [year, month, day]
            if year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len()) =>
        {
            date::parse(&format!("{year}-{month}-{day}"))
        }
        _ => None,
    })
}

fn same_site(one: Option<&str>, other: Option<&str>) -> bool {
    let bare = |host: Option<&str>| {
        host.map(|host| host.trim_start_matches("www.").trim_start_matches("m.").to_owned())
    };
    bare(one) == bare(other)
}

/// `Bridge closed | The Paper` is `Bridge closed`, when the page's heading says so too or the rest is short.
fn without_site(title: &str, heading: &str) -> String {
    if !heading.is_empty() && title.len() > heading.len() && title.starts_with(heading) {
        return heading.to_owned();
    }
    for mark in [" | ", " – ", " — ", " - ", " · ", " » "] {
        if let Some((start, rest)) = title.rsplit_once(mark)
            && rest.split_whitespace().count() <= 4
            && start.split_whitespace().count() >= 3
        {
            return start.trim().to_owned();
        }
    }
    title.to_owned()
}
