//! What a source said, from what was fetched of it: which reader takes which kind of source.
//!
//! Not here: the readers (`webwatch::extract`).

use url::Url;
use webwatch::extract::{Unreadable, decode, feed, jetstream, json, mastodon, page, sitemap};
use webwatch::fetch::{Answer, Message, What, Wishes};
use webwatch::{Happening, Source, SourceKind};

/// Most addresses of a sitemap that are fetched after one look.
const ERRANDS_MAX: usize = 20;

/// What was read.
#[derive(Debug, Default)]
pub struct Said {
    /// Posts, and what is gone.
    pub happenings: Vec<Happening>,
    /// When the source wishes to be looked at.
    pub wishes: Wishes,
    /// Addresses to be fetched on its behalf.
    pub errands: Vec<Url>,
    /// Where it is broken although it could be read.
    pub fault: Option<String>,
}

/// The language of a text, when it can be told.
pub fn language_of(text: &str) -> Option<String> {
    let found = webwatch::extract::language::language(text);
    (found.code != "und").then(|| found.code.to_owned())
}

/// Reads what was fetched of a source.
pub fn read(source: &Source, what: &What) -> Result<Said, Unreadable> {
    match what {
        What::Answer { answer, errand } => answered(source, answer, *errand),
        What::Message(message) => Ok(said(heard(source, message).into_iter().collect())),
        What::Fault(_) => Ok(Said::default()),
    }
}

fn said(happenings: Vec<Happening>) -> Said {
    Said { happenings, ..Said::default() }
}

fn answered(source: &Source, answer: &Answer, errand: bool) -> Result<Said, Unreadable> {
    let kind = answer.headers.get("content-type").and_then(|value| value.to_str().ok());
    let decoded = decode::decode(&answer.body, kind);
    let (text, at) = (&*decoded.text, Some(&answer.url));
    match &source.kind {
        SourceKind::Sitemap { .. } if errand => {
            Ok(said(vec![Happening::Posted(page::read(text, &answer.url))]))
        }
        SourceKind::Feed { .. } => {
            let feed = feed::read(text, at)?;
            let fault = feed.fault.map(|fault| format!("line {}: {}", fault.line, fault.what));
            let wishes = Wishes { ttl_s: feed.ttl_min.map(|minutes| minutes * 60), ..Wishes::default() };
            Ok(Said { happenings: feed.happenings, wishes, fault, ..Said::default() })
        }
        SourceKind::Sitemap { .. } => match sitemap::read(text, at)? {
            sitemap::Sitemap::Pages(places) => {
                let urls = places.iter().filter_map(|place| Url::parse(&place.url).ok());
                Ok(Said { errands: urls.take(ERRANDS_MAX).collect(), ..Said::default() })
            }
            sitemap::Sitemap::Index(_) => Ok(Said::default()),
        },
        SourceKind::Mastodon { .. } => Ok(said(mastodon::timeline(text)?)),
        SourceKind::Json { map, .. } => Ok(said(json::Mapping::new(map)?.read(text, at)?)),
        SourceKind::Page { .. } | SourceKind::Jetstream { .. } | SourceKind::Inbox {} => Ok(Said::default()),
    }
}

fn heard(source: &Source, message: &Message) -> Option<Happening> {
    let text = std::str::from_utf8(&message.data).ok()?;
    match &source.kind {
        SourceKind::Mastodon { .. } => mastodon::event(&message.event, text),
        SourceKind::Jetstream { words, .. } => jetstream::message(text, words)?.happening,
        _ => None,
    }
}
