//! The words of a document as one string to read, and where a finding stands in its parts.
//!
//! Not here: folding for matching ([`super::normal`]).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::Document;

/// Most places that one finding points to.
pub const SPANS_MAX: usize = 12;

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Part {
    /// Its title.
    Title,
    /// Its text.
    Text,
    /// Its tags, written `#one #two`.
    Tags,
}

/// A stretch of a document's part, to be highlighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TextSpan))]
pub struct Span {
    /// Which part.
    pub part: Part,
    /// Where it begins, in UTF-16 units: what a browser's `slice` takes.
    pub start: u32,
    /// Where it ends, in UTF-16 units, exclusive.
    pub end: u32,
}

/// Title, text and tags of a document in one string, each on lines of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    whole: String,
    text_at: usize,
    tags_at: usize,
}

impl Body {
    /// The body of a document.
    pub fn of(document: &Document) -> Self {
        Self::new(&document.title, &document.text, &document.tags)
    }

    /// From the parts.
    pub fn new(title: &str, text: &str, tags: &[String]) -> Self {
        let mut whole = String::with_capacity(title.len() + text.len() + 16);
        whole.push_str(title);
        whole.push('\n');
        let text_at = whole.len();
        whole.push_str(text);
        whole.push('\n');
        let tags_at = whole.len();
        whole.push_str(&tags.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" "));
        Self { whole, text_at, tags_at }
    }

    /// All of it.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// A stretch of the whole, in bytes, as a stretch of the part it begins in.
    pub fn span(&self, bytes: &Range<usize>) -> Span {
        let (part, from, until) = match bytes.start {
            at if at >= self.tags_at => (Part::Tags, self.tags_at, self.whole.len()),
            at if at >= self.text_at => (Part::Text, self.text_at, self.tags_at - 1),
            _ => (Part::Title, 0, self.text_at - 1),
        };
        let start = utf16(&self.whole, from, bytes.start.clamp(from, until));
        let end = utf16(&self.whole, from, bytes.end.clamp(from, until));
        Span { part, start, end: end.max(start) }
    }

    /// The words of a stretch, at most 80 characters.
    pub fn words(&self, bytes: &Range<usize>) -> String {
        self.whole.get(bytes.clone()).unwrap_or_default().chars().take(80).collect()
    }
}

fn utf16(text: &str, from: usize, to: usize) -> u32 {
    let units = text.get(from..to).unwrap_or_default().chars().map(char::len_utf16).sum::<usize>();
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_as_browsers_do() {
        let body = Body::new("Één 🎉 kop", "tekst met wóórd", &["tag".into(), "nog".into()]);
        let check = |needle: &str, expect: (Part, u32, u32)| {
            let at = body.whole().find(needle).unwrap();
            let span = body.span(&(at..at + needle.len()));
            assert_eq!((span.part, span.start, span.end), expect, "{needle}");
            assert_eq!(body.words(&(at..at + needle.len())), needle);
        };
        check("kop", (Part::Title, 7, 10));
        check("wóórd", (Part::Text, 10, 15));
        check("#nog", (Part::Tags, 5, 9));
    }
}
