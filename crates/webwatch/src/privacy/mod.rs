//! The gate before storage: persons are masked or become pseudonyms. Pure.
//!
//! Not here: retention, which belongs to `store`.

mod keys;
mod mask;
mod names;
mod person;

use base::clock::Timestamp;

pub use keys::{GateKeys, Month, PostKey};
pub use mask::{masked, masked_url};
pub use names::{Known, without_names};
pub use person::{PERSON_REFUSED, PersonWatch, refuse_person_watch};

use crate::{Document, RawDocument, Source};

/// Longest title kept, in characters.
pub const TITLE_CHARS_MAX: usize = 500;
/// Longest text kept, in characters.
pub const TEXT_CHARS_MAX: usize = 50_000;
/// Longest name of a document that was kept plainly, in characters.
const KEY_CHARS_MAX: usize = 300;
/// Most tags and most links kept.
pub const LIST_MAX: usize = 50;

/// A document that may be kept, from one as it came. `language` is what was found when the source says none, `known` what
/// is looked for and placed afterwards, and therefore stays.
pub fn gate(
    source: &Source,
    raw: &RawDocument,
    arrived: Timestamp,
    language: Option<&str>,
    keys: &GateKeys,
    known: &Known,
) -> Document {
    let voice = raw.author.as_deref().and_then(|author| keys.voice(&source.id, author, arrived));
    let author = raw.author.as_deref().map(str::trim).filter(|author| author.chars().count() >= 3);
    let clean = |text: &str, most: usize| {
        let cut: String = text.chars().take(most).collect();
        masked(&without_author(&cut, author))
    };
    let published = raw.updated.or(raw.published).unwrap_or(arrived).min(arrived);
    let said = raw.language.as_deref().or(language).or(source.language.as_deref());
    let language = short_language(said);
    let mut parts = [clean(&raw.title, TITLE_CHARS_MAX), clean(&raw.text, TEXT_CHARS_MAX)];
    without_names(&mut parts, &language, known);
    let [title, text] = parts;
    Document {
        source: source.id.clone(),
        key: keys.post(&source.id, &raw.key),
        url: raw.url.as_deref().and_then(masked_url),
        title,
        text,
        voice,
        published: raw.published.map_or(published, |first| first.min(arrived)),
        arrived,
        language,
        tags: raw.tags.iter().take(LIST_MAX).map(|tag| clean(tag, 100)).collect(),
        links: raw.links.iter().take(LIST_MAX).filter_map(|link| masked_url(link)).collect(),
    }
}

/// How earlier versions named a post: plainly, or hashed without a key when that led to a person. What they kept is found
/// under that name until it goes, which takes 30 days.
pub fn name_before(key: &str) -> String {
    let personal = masked(key) != key || (key.contains("://") && masked_url(key).is_none());
    if personal || key.chars().count() > KEY_CHARS_MAX {
        return format!("hashed:{:016x}", crate::detect::hash::of_text(key));
    }
    key.to_owned()
}

/// An author's own name in its own text (a signature, "by ...") goes too.
fn without_author(text: &str, author: Option<&str>) -> String {
    match author {
        Some(author) if text.contains(author) => text.replace(author, "[name]"),
        _ => text.to_owned(),
    }
}

/// `nl-NL` and `NL` are `nl`; what is no language is `und`.
fn short_language(said: Option<&str>) -> String {
    let first = said.and_then(|said| said.split(['-', '_']).next()).unwrap_or_default().to_ascii_lowercase();
    if first.len() == 2 && first.bytes().all(|letter| letter.is_ascii_lowercase()) {
        first
    } else {
        "und".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SourceKind, Trust};

    #[test]
    fn nothing_of_the_author_is_left() {
        let source = Source {
            id: "news".into(),
            name: "News".into(),
            kind: SourceKind::Inbox {},
            owner: "police".into(),
            purpose: "public-order".into(),
            language: Some("nl".into()),
            trust: Trust::B,
            retention_days: 30,
            interval_s: 60,
            silence_s: None,
            paused: false,
        };
        let at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let raw = RawDocument {
            key: "https://social.example/@quokka_fan/12".into(),
            url: Some("https://social.example/@quokka_fan/12".into()),
            text: "Quokka Fan hier: bel +31 6 1234 5678 of mail q@fan.example, groet @quokka_fan".into(),
            author: Some("Quokka Fan".into()),
            published: Some(at.plus_seconds(60)),
            links: vec!["https://social.example/@quokka_fan".into(), "https://news.example/a".into()],
            ..RawDocument::default()
        };
        let kept =
            gate(&source, &raw, at, None, &GateKeys::new([8; 32], Month::of(at), [7; 32]), &Known::default());
        let written = serde_json::to_string(&kept).unwrap().to_lowercase();
        for trace in ["quokka", "1234 5678", "q@fan"] {
            assert!(!written.contains(trace), "{written}");
        }
        assert_eq!(kept.links, ["https://news.example/a"]);
        assert_eq!((kept.language.as_str(), kept.published, kept.url), ("nl", at, None));
        assert!(kept.voice.is_some());
    }
}
