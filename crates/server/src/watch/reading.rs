//! What a source said, from what was fetched of it: which reader takes which kind of source.
//!
//! Not here: the readers (`webwatch::extract`).

use url::Url;
use webwatch::extract::difference::{self, Change, Look};
use webwatch::extract::{decode, feed, jetstream, json, mastodon, page, sitemap, telegram};
use webwatch::fetch::{Answer, Message, What, Wishes};
use webwatch::privacy::{Known, without_names};
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
    /// What a watched page says now, masked: to be compared with the next look.
    pub look: Option<Look>,
}

impl Said {
    /// Adds what was read next of the same source.
    pub fn add(&mut self, more: Self) {
        self.happenings.extend(more.happenings);
        self.errands.extend(more.errands);
        self.wishes = more.wishes;
        self.fault = more.fault.or(self.fault.take());
        self.look = more.look.or(self.look.take());
    }
}

/// The language of a text, when it can be told.
pub fn language_of(text: &str) -> Option<String> {
    let found = webwatch::extract::language::language(text);
    (found.code != "und").then(|| found.code.to_owned())
}

/// Reads what was fetched of a source; `before` is what a watched page said last, `known` the names that are never masked
/// in it. What cannot be read is said in words.
pub fn read(source: &Source, what: &What, before: Option<&Look>, known: &Known) -> Result<Said, String> {
    match what {
        What::Answer { answer, errand } => answered(source, answer, *errand, before, known),
        What::Message(message) => Ok(said(heard(source, message).into_iter().collect())),
        What::Fault(_) => Ok(Said::default()),
    }
}

fn said(happenings: Vec<Happening>) -> Said {
    Said { happenings, ..Said::default() }
}

fn answered(
    source: &Source,
    answer: &Answer,
    errand: bool,
    before: Option<&Look>,
    known: &Known,
) -> Result<Said, String> {
    let words = |wrong: webwatch::extract::Unreadable| wrong.to_string();
    let kind = answer.headers.get("content-type").and_then(|value| value.to_str().ok());
    let decoded = decode::decode(&answer.body, kind);
    let (text, at) = (&*decoded.text, Some(&answer.url));
    match &source.kind {
        SourceKind::Sitemap { .. } if errand => {
            Ok(said(vec![Happening::Posted(page::read(text, &answer.url))]))
        }
        SourceKind::Feed { .. } => {
            let feed = feed::read(text, at).map_err(words)?;
            let fault = feed.fault.map(|fault| format!("line {}: {}", fault.line, fault.what));
            let wishes = Wishes { ttl_s: feed.ttl_min.map(|minutes| minutes * 60), ..Wishes::default() };
            Ok(Said { happenings: feed.happenings, wishes, fault, ..Said::default() })
        }
        SourceKind::Sitemap { .. } => match sitemap::read(text, at).map_err(words)? {
            sitemap::Sitemap::Pages(places) => {
                let urls = places.iter().filter_map(|place| Url::parse(&place.url).ok());
                Ok(Said { errands: urls.take(ERRANDS_MAX).collect(), ..Said::default() })
            }
            sitemap::Sitemap::Index(_) => Ok(Said::default()),
        },
        SourceKind::Mastodon { .. } => Ok(said(mastodon::timeline(text).map_err(words)?)),
        SourceKind::Json { map, .. } => {
            let mapping = json::Mapping::new(map).map_err(words)?;
            Ok(said(mapping.read(text, at).map_err(words)?))
        }
        SourceKind::Page { .. } if telegram::is_preview(&answer.url) => Ok(said(telegram::read(text))),
        SourceKind::Page { url, select, ignore } => {
            let watch = difference::Watch::new(select.as_deref(), ignore).map_err(words)?;
            let look = watch.look(answer.status, text).map_err(|wrong| wrong.to_string())?;
            let language = source.language.clone().or_else(|| language_of(&look.paragraphs.join(" ")));
            let masked = |look: &Look| masked(look, language.as_deref().unwrap_or("und"), known);
            // What was kept may have been masked by earlier rules or among other names.
            looked(url, masked(&look), before.map(masked).as_ref())
        }
        SourceKind::Jetstream { .. } | SourceKind::Inbox {} => Ok(Said::default()),
    }
}

/// A page that was looked at before and says something else now is a document: what is new in it.
fn looked(url: &str, look: Look, before: Option<&Look>) -> Result<Said, String> {
    let change = match before {
        Some(before) => difference::difference(before, &look).map_err(|wrong| wrong.to_string())?,
        None => Change::default(),
    };
    let news = (!change.is_none()).then(|| Happening::Posted(change.document(&look, url)));
    Ok(Said { happenings: news.into_iter().collect(), look: Some(look), ..Said::default() })
}

/// What is kept of a look has no persons in it, so both looks that are compared are masked.
fn masked(look: &Look, language: &str, known: &Known) -> Look {
    let parts = std::iter::once(&look.title).chain(&look.paragraphs);
    let mut parts: Vec<String> = parts.map(|one| webwatch::privacy::masked(one)).collect();
    without_names(&mut parts, language, known);
    let title = parts.remove(0);
    Look { title, paragraphs: parts }
}

fn heard(source: &Source, message: &Message) -> Option<Happening> {
    let text = std::str::from_utf8(&message.data).ok()?;
    match &source.kind {
        SourceKind::Mastodon { .. } => mastodon::event(&message.event, text),
        SourceKind::Jetstream { words, .. } => jetstream::message(text, words)?.happening,
        _ => None,
    }
}
