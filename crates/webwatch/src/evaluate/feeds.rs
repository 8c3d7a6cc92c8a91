//! Feeds: entries, titles, links and dates, equal to those of another reader (feedparser) on the same files.
//!
//! Not here: the other reader; its answers are data (`bench/webwatch/peers.py` writes them).

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use super::{File, Row, Seconds, rate, share};
use crate::document::Happening;
use crate::extract::text::one_line;
use crate::extract::{address, decode, feed};

/// What the other reader found in a file.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    /// The address the file was read as coming from.
    pub address: String,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// An entry of the other reader.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Plain text.
    pub title: String,
    /// As found.
    pub link: String,
    /// Seconds since 1970.
    pub published: Option<i64>,
    /// Seconds since 1970.
    pub updated: Option<i64>,
}

/// What was compared and what differs.
#[derive(Debug, Default)]
pub struct Comparison {
    counts: BTreeMap<&'static str, (usize, usize)>,
    /// Each difference: the file, what differs, ours and theirs.
    pub differences: Vec<String>,
}

impl Comparison {
    fn note(&mut self, what: &'static str, file: &str, ours: &str, theirs: &str) {
        let count = self.counts.entry(what).or_default();
        count.1 += 1;
        if ours == theirs {
            count.0 += 1;
        } else {
            self.differences.push(format!("{file}: {what}: {ours:?} is {theirs:?}"));
        }
    }
}

/// Measures on `files` against the other reader's answers, by path.
pub fn measure(
    files: &[File],
    answers: &BTreeMap<String, Answer>,
    seconds: Seconds<'_>,
) -> (Row, Comparison) {
    let mut comparison = Comparison::default();
    for (path, bytes) in files {
        if let Some(answer) = answers.get(path) {
            compare(path, bytes, answer, &mut comparison);
        }
    }
    let mut row = Row::new("feeds, belfry");
    let (mut same, mut all) = (0, 0);
    for (what, (equal, count)) in &comparison.counts {
        row = row.with(what, share(*equal, *count));
        (same, all) = (same + equal, all + count);
    }
    row = row.with("all", share(same, all)).with("differences", rate(all - same, 1.0));
    let (entries, spent) = speed(files, seconds);
    (row.with("entries/s", rate(entries, spent)), comparison)
}

/// Reads all files ten times.
fn speed(files: &[File], seconds: Seconds<'_>) -> (usize, f64) {
    let address = Url::parse("https://example.org/feed").ok();
    let start = seconds();
    let mut entries = 0;
    for _ in 0..10 {
        for (_, bytes) in files {
            let decoded = decode::decode(bytes, None);
            entries += feed::read(&decoded.text, address.as_ref()).map_or(0, |feed| feed.happenings.len());
        }
    }
    (entries, seconds() - start)
}

fn compare(path: &str, bytes: &[u8], answer: &Answer, comparison: &mut Comparison) {
    let base = Url::parse(&answer.address).ok();
    let decoded = decode::decode(bytes, None);
    let feed = feed::read(&decoded.text, base.as_ref());
    let ours = feed.iter().flat_map(|feed| &feed.happenings).filter_map(|happening| match happening {
        Happening::Posted(document) => Some(document),
        Happening::Deleted { .. } => None,
    });
    let ours: Vec<_> = ours.collect();
    comparison.note("entries", path, &ours.len().to_string(), &answer.entries.len().to_string());
    for (ours, theirs) in ours.iter().zip(&answer.entries) {
        comparison.note("title", path, &ours.title, &one_line(&theirs.title));
        let link = address::canonical(&theirs.link, base.as_ref()).unwrap_or_default();
        comparison.note("link", path, ours.url.as_deref().unwrap_or_default(), &link);
        for (ours, theirs) in [(ours.published, theirs.published), (ours.updated, theirs.updated)] {
            let ours = ours.map(|time| time.seconds().to_string()).unwrap_or_default();
            comparison.note("date", path, &ours, &theirs.map(|time| time.to_string()).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_counted_and_named() {
        let files =
            vec![("a.xml".to_owned(), b"<rss><item><title>A</title><link>/1</link></item></rss>".to_vec())];
        let answers = r#"{"a.xml":{"address":"https://a.example/f","entries":[{"title":" A ","link":"https://a.example/2","published":null,"updated":null}]}}"#;
        let (row, comparison) = measure(&files, &serde_json::from_str(answers).unwrap(), &|| 0.0);
        assert_eq!(
            (row.figure("title"), row.figure("link"), row.figure("date")),
            (Some(1.0), Some(0.0), Some(1.0))
        );
        assert_eq!(
            comparison.differences,
            ["a.xml: link: \"https://a.example/1\" is \"https://a.example/2\""]
        );
    }
}
