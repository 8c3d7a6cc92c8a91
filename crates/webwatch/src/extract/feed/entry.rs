//! One entry while it is read, and what becomes of it.
//!
//! Not here: reading.

use base::clock::Timestamp;
use url::Url;

use super::MAX_LIST_COUNT;
use crate::document::RawDocument;
use crate::extract::address;

/// An entry while it is read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub id: String,
    pub link: Option<String>,
    /// Serves as link when there is none better.
    pub other_link: Option<String>,
    pub title: Text,
    pub summary: Text,
    pub content: Text,
    pub author: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub created: Option<Timestamp>,
    pub language: Option<String>,
    pub tags: Vec<String>,
    pub links: Vec<String>,
}

/// A text and how deep the element stood: of two, the less deep counts.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    depth: Option<usize>,
}

impl Text {
    /// Takes `text` unless a text that stood less deep is there.
    pub fn offer(&mut self, text: String, depth: usize) {
        let better = self.depth.is_none_or(|known| depth <= known);
        if better && !(text.is_empty() && self.depth.is_some()) {
            *self = Self { text, depth: Some(depth) };
        }
    }
}

impl Draft {
    /// Adds a tag, without `#`, once.
    pub fn tag(&mut self, tag: &str) {
        let tag = crate::extract::text::one_line(tag.trim().trim_start_matches('#'));
        if !tag.is_empty() && self.tags.len() < MAX_LIST_COUNT && !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
    }

    /// Takes the entry's name as its address when it looks like one and there is none better.
    pub fn name_is_link(&mut self, name: &str, base: Option<&Url>) {
        if name.contains("://") || name.starts_with('/') {
            self.other_link = address::canonical(name, base).or(self.other_link.take());
        }
    }

    /// Adds an address the entry points to, once.
    pub fn point_to(&mut self, link: &str, base: Option<&Url>) {
        if self.links.len() < MAX_LIST_COUNT
            && let Some(link) = address::canonical(link, base)
            && !self.links.contains(&link)
        {
            self.links.push(link);
        }
    }

    /// The document: its text is the longer of content and summary.
    pub fn finish(self, feed_language: Option<&str>) -> RawDocument {
        let Text { text: content, .. } = self.content;
        let Text { text: summary, .. } = self.summary;
        let text = if content.len() >= summary.len() { content } else { summary };
        let url = self.link.or(self.other_link);
        let key = match (self.id.is_empty(), &url) {
            (false, _) => self.id,
            (true, Some(url)) => url.clone(),
            (true, None) => crate::extract::key_of_text(&self.title.text, &text),
        };
        RawDocument {
            key,
            url,
            title: self.title.text,
            text,
            author: self.author,
            published: self.published.or(self.created),
            updated: self.updated,
            language: self.language.or_else(|| feed_language.map(str::to_owned)),
            tags: self.tags,
            links: self.links,
        }
    }
}
