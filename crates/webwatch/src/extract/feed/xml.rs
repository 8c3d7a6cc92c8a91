//! The families of feeds in XML, read as events: no tree, no second pass, and nothing that is broken stops it.
//!
//! Method: a stack of open elements; an end tag closes the nearest element of its name and all that is open within, an end
//! tag without one is left out. Markup inside a text (title, summary, content) belongs to the text.

use url::Url;

use super::capture::{Capture, Form};
use super::entry::Draft;
use super::names::{Element, Space, element, space_of, space_of_prefix};
use super::{Feed, FeedFault, FeedKind, MAX_DEPTH_COUNT, MAX_ENTRIES_COUNT};
use crate::document::Happening;
use crate::extract::markup::{Attribute, Dialect, Reader, Token, attribute, line_of};
use crate::extract::text::one_line;
use crate::extract::{Unreadable, address, date, entities, start_of};

/// An element that is open.
#[derive(Debug)]
struct Frame<'a> {
    name: &'a str,
    meaning: Element,
    /// How many name spaces, bases and languages were known before it.
    before: [usize; 3],
}

struct State<'a> {
    reader: Reader<'a>,
    stack: Vec<Frame<'a>>,
    /// Elements that are open and too deep to follow.
    beyond: usize,
    spaces: Vec<(&'a str, Space)>,
    bases: Vec<Url>,
    languages: Vec<String>,
    capture: Option<Capture>,
    /// The element that text is read from when it is not a text with markup.
    entry: Option<Draft>,
    author: Option<String>,
    feed: Feed,
    period_min: Option<u32>,
    rooted: bool,
}

/// Reads a feed in XML.
pub(super) fn read(text: &str, address: Option<&Url>) -> Result<Feed, Unreadable> {
    let mut state = State {
        reader: Reader::new(text, Dialect::Xml),
        stack: Vec::with_capacity(16),
        beyond: 0,
        spaces: Vec::with_capacity(8),
        bases: address.into_iter().cloned().collect(),
        languages: Vec::new(),
        capture: None,
        entry: None,
        author: None,
        feed: Feed::new(FeedKind::Unknown),
        period_min: None,
        rooted: false,
    };
    while let Some(token) = state.reader.next() {
        match token {
            Token::Open { name, closed } => state.open(name, closed),
            Token::Close(name) => state.close(name),
            Token::Text(piece) => state.text(piece, true),
            Token::Verbatim(piece) => state.text(piece, false),
            Token::Aside(_) => {}
        }
    }
    state.end(text)
}

impl<'a> State<'a> {
    fn open(&mut self, name: &'a str, closed: bool) {
        if self.stack.len() >= MAX_DEPTH_COUNT {
            self.beyond += usize::from(!closed);
            self.reader.broke(self.reader.position(), "too many elements within each other");
            return;
        }
        let before = [self.spaces.len(), self.bases.len(), self.languages.len()];
        let attributes: Vec<Attribute<'a>> = self.reader.attributes().to_vec();
        self.declare(&attributes);
        let (space, local) = self.space(name);
        let meaning = element(space, local);
        if !self.rooted {
            self.rooted = true;
            self.feed.kind = root(space, local);
        }
        let starts_entry = meaning == Element::Entry && space == Space::Plain;
        if starts_entry && self.capture.is_some() {
            self.reader.broke(self.reader.position(), "an entry begins inside another element");
            self.finish_capture();
        }
        let depth = self.stack.len() + 1;
        let meaning = match &mut self.capture {
            Some(capture) if capture.takes_markup() => {
                capture.inline(local, &attributes, depth, closed);
                Element::Inline
            }
            // An element within a date or an address is not part of it.
            Some(_) => Element::Other,
            None => {
                self.begin(meaning, space, &attributes, depth);
                meaning
            }
        };
        self.stack.push(Frame { name, meaning, before });
        if closed {
            self.pop();
        }
    }

    /// Takes note of name spaces, base and language.
    fn declare(&mut self, attributes: &[Attribute<'a>]) {
        for (key, value) in attributes {
            if let Some(prefix) = key.strip_prefix("xmlns") {
                if prefix.is_empty() || prefix.starts_with(':') {
                    self.spaces.push((prefix.trim_start_matches(':'), space_of(value)));
                }
            } else if *key == "xml:base" || self.stack.is_empty() && key.eq_ignore_ascii_case("base") {
                let value = entities::decode(value);
                let base = match self.bases.last() {
                    Some(base) => base.join(value.trim()),
                    None => Url::parse(value.trim()),
                };
                if let Ok(base) = base {
                    self.bases.push(base);
                }
            } else if *key == "xml:lang" {
                self.languages.push(value.trim().to_owned());
            }
        }
    }

    fn space(&self, name: &'a str) -> (Space, &'a str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let declared = self.spaces.iter().rev().find(|(known, _)| *known == prefix).map(|(_, space)| *space);
        let space = match declared {
            // A default name space nobody knows is as good as none; a prefix that names one is not.
            Some(Space::Other) if prefix.is_empty() => Space::Plain,
            Some(space) => space,
            None => space_of_prefix(prefix),
        };
        (space, local)
    }

    /// Whether an element is about something else than the feed or its entry.
    fn is_aside(&self) -> bool {
        self.stack.iter().any(|frame| matches!(frame.meaning, Element::Source | Element::Furniture))
    }

    fn begin(&mut self, meaning: Element, space: Space, attributes: &[Attribute<'a>], depth: usize) {
        match meaning {
            Element::Entry => self.begin_entry(attributes),
            Element::Deleted => self.deleted(attributes),
            _ if self.is_aside() => {}
            Element::Link => self.link(attributes, depth),
            Element::Category => {
                if let (Some(term), Some(entry)) =
                    (attribute(attributes, "term").or(attribute(attributes, "label")), &mut self.entry)
                {
                    entry.tag(&entities::decode(term));
                }
                self.capture = Some(Capture::new(meaning, depth, Form::Text { guess: false }));
            }
            Element::Title | Element::Summary | Element::Content => {
                let form = self.form(meaning, space, attributes);
                if let (Some(src), Some(entry)) = (attribute(attributes, "src"), &mut self.entry) {
                    entry.other_link = entry
                        .other_link
                        .take()
                        .or_else(|| address::canonical(&entities::decode(src), self.bases.last()));
                }
                self.capture = Some(Capture::new(meaning, depth, form));
            }
            Element::Name if !self.stack.iter().any(|frame| frame.meaning == Element::Author) => {}
            Element::Guid => {
                let permanent = attribute(attributes, "ispermalink")
                    .is_none_or(|value| value.eq_ignore_ascii_case("true"));
                let meaning = if permanent { Element::Guid } else { Element::Id };
                self.capture = Some(Capture::new(meaning, depth, Form::Text { guess: false }));
            }
            Element::Id
            | Element::Published
            | Element::Updated
            | Element::Created
            | Element::Creator
            | Element::Name
            | Element::Language
            | Element::Ttl
            | Element::UpdatePeriod
            | Element::UpdateFrequency => {
                self.capture = Some(Capture::new(meaning, depth, Form::Text { guess: false }));
            }
            Element::Channel
            | Element::Author
            | Element::Source
            | Element::Furniture
            | Element::Inline
            | Element::Other => {}
        }
    }

    /// How a text is written: by its `type` and `mode`, or by the habits of its family.
    fn form(&self, meaning: Element, space: Space, attributes: &[Attribute<'a>]) -> Form {
        let kind = attribute(attributes, "type").unwrap_or_default().trim().to_ascii_lowercase();
        let atom = self.feed.kind == FeedKind::Atom && space == Space::Plain;
        match kind.as_str() {
            _ if attribute(attributes, "mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64")) => {
                Form::Base64
            }
            "xhtml" | "application/xhtml+xml" => Form::Markup,
            "html" | "text/html" => Form::Html,
            "text" | "text/plain" | "plain" => Form::Text { guess: !atom },
            _ if kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("xml") => Form::Opaque,
            _ if space == Space::Xhtml => Form::Markup,
            _ if atom || meaning == Element::Title => Form::Text { guess: !atom },
            _ => Form::Html,
        }
    }

    fn begin_entry(&mut self, attributes: &[Attribute<'a>]) {
        self.finish_entry();
        let mut entry = Draft::default();
        if let Some(about) = attributes.iter().find(|(key, _)| key.ends_with(":about")) {
            entry.id = entities::decode(about.1).trim().to_owned();
        }
        let base = self.bases.last();
        entry.link =
            attribute(attributes, "href").and_then(|link| address::canonical(&entities::decode(link), base));
        entry.updated = attribute(attributes, "lastmod").and_then(date::parse);
        entry.language = self.languages.last().cloned();
        self.entry = Some(entry);
    }

    fn deleted(&mut self, attributes: &[Attribute<'a>]) {
        if let Some(key) = attribute(attributes, "ref")
            .map(|key| entities::decode(key).trim().to_owned())
            .filter(|key| !key.is_empty())
        {
            self.happen(Happening::Deleted { key });
        }
    }

    fn link(&mut self, attributes: &[Attribute<'a>], depth: usize) {
        let Some(href) = attribute(attributes, "href").or_else(|| attribute(attributes, "url")) else {
            self.capture = Some(Capture::new(Element::Link, depth, Form::Text { guess: false }));
            return;
        };
        let href = entities::decode(href);
        let base = self.bases.last();
        let relation = attribute(attributes, "rel").unwrap_or("alternate").trim().to_ascii_lowercase();
        let is_page = attribute(attributes, "type").is_none_or(|kind| kind.contains("html"));
        let Some(entry) = &mut self.entry else {
            if relation == "alternate" && is_page {
                self.feed.link = address::canonical(&href, base).or(self.feed.link.take());
            }
            return;
        };
        match relation.as_str() {
            "alternate" if is_page => entry.link = address::canonical(&href, base).or(entry.link.take()),
            "alternate" => entry.other_link = address::canonical(&href, base).or(entry.other_link.take()),
            "related" | "via" | "enclosure" => entry.point_to(&href, base),
            _ => {}
        }
    }

    fn text(&mut self, piece: &str, encoded: bool) {
        let depth = self.stack.len();
        if let Some(capture) = &mut self.capture {
            if capture.takes_markup() || depth == capture.depth {
                capture.text(piece, encoded);
            }
        } else if self.stack.last().is_some_and(|frame| frame.meaning == Element::Author)
            && !piece.trim().is_empty()
            && !self.is_aside()
        {
            // RSS writes the author as text; Atom writes parts.
            self.set_author(&entities::decode(piece));
        }
    }

    fn set_author(&mut self, name: &str) {
        let name = one_line(name);
        let author = match &mut self.entry {
            Some(entry) => &mut entry.author,
            None => &mut self.author,
        };
        if author.is_none() && !name.is_empty() {
            *author = Some(name);
        }
    }

    fn close(&mut self, name: &str) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(found) = self.stack.iter().rposition(|frame| frame.name.eq_ignore_ascii_case(name)) else {
            self.reader.broke(self.reader.position(), "an end tag without a start tag");
            return;
        };
        if found + 1 < self.stack.len() {
            self.reader.broke(self.reader.position(), "an element does not end before the one around it");
        }
        while self.stack.len() > found {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let depth = self.stack.len();
        if self.capture.as_ref().is_some_and(|capture| capture.depth == depth) {
            self.finish_capture();
        }
        let Some(frame) = self.stack.pop() else { return };
        match frame.meaning {
            Element::Entry => self.finish_entry(),
            Element::Inline => {
                if let Some(capture) = &mut self.capture {
                    capture.inline_end(frame.name, depth);
                }
            }
            _ => {}
        }
        self.spaces.truncate(frame.before[0]);
        self.bases.truncate(frame.before[1]);
        self.languages.truncate(frame.before[2]);
    }

    /// Puts what was collected where it belongs.
    fn finish_capture(&mut self) {
        let Some(mut capture) = self.capture.take() else { return };
        let (element, depth) = (capture.element, capture.depth);
        let links = std::mem::take(&mut capture.links);
        match element {
            Element::Title | Element::Summary | Element::Content => {
                let Some(entry) = &mut self.entry else {
                    if element == Element::Title && self.feed.title.is_empty() {
                        self.feed.title = one_line(&capture.into_text(|_| ()));
                    }
                    return;
                };
                let base = self.bases.last();
                links.iter().for_each(|link| entry.point_to(link, base));
                let text = capture.into_text(|link| entry.point_to(link, base));
                match element {
                    Element::Title => entry.title.offer(one_line(&text), depth),
                    Element::Summary => entry.summary.offer(text, depth),
                    _ => entry.content.offer(text, depth),
                }
            }
            _ => self.finish_value(element, capture.raw.trim()),
        }
    }

    fn finish_value(&mut self, element: Element, value: &str) {
        if value.is_empty() {
            return;
        }
        let base = self.bases.last();
        match (element, &mut self.entry) {
            (Element::Creator | Element::Name, _) => self.set_author(value),
            (Element::Link, Some(entry)) => {
                entry.link = address::canonical(value, base).or(entry.link.take());
            }
            (Element::Link, None) => {
                self.feed.link = self.feed.link.take().or_else(|| address::canonical(value, base));
            }
            (Element::Guid, Some(entry)) => {
                value.clone_into(&mut entry.id);
                entry.name_is_link(value, base);
            }
            (Element::Id, Some(entry)) => {
                value.clone_into(&mut entry.id);
                if self.feed.kind == FeedKind::Atom {
                    entry.name_is_link(value, base);
                }
            }
            (Element::Published, Some(entry)) => entry.published = date::parse(value),
            (Element::Updated, Some(entry)) => entry.updated = date::parse(value),
            (Element::Created, Some(entry)) => entry.created = date::parse(value),
            (Element::Category, Some(entry)) => entry.tag(value),
            (Element::Language, Some(entry)) => entry.language = Some(value.to_owned()),
            (Element::Language, None) => self.feed.language = Some(value.to_owned()),
            (Element::Ttl, None) => self.feed.ttl_min = value.parse().ok(),
            (Element::UpdatePeriod, None) => {
                self.period_min = match value.to_ascii_lowercase().as_str() {
                    "hourly" => Some(60),
                    "daily" => Some(24 * 60),
                    "weekly" => Some(7 * 24 * 60),
                    "monthly" => Some(30 * 24 * 60),
                    "yearly" => Some(365 * 24 * 60),
                    _ => None,
                };
            }
            (Element::UpdateFrequency, None) => {
                let often = value.parse().ok().filter(|often| *often > 0);
                self.period_min =
                    self.period_min.zip(often).map(|(period, often): (u32, u32)| period / often);
            }
            _ => {}
        }
    }

    fn finish_entry(&mut self) {
        let Some(mut entry) = self.entry.take() else { return };
        entry.author = entry.author.take().or_else(|| self.author.clone());
        let document =
            entry.finish(self.feed.language.as_deref().or(self.languages.first().map(String::as_str)));
        self.happen(Happening::Posted(document));
    }

    fn happen(&mut self, happening: Happening) {
        if self.feed.happenings.len() < MAX_ENTRIES_COUNT {
            self.feed.happenings.push(happening);
        } else {
            self.feed.left_out_count += 1;
        }
    }

    fn end(mut self, text: &str) -> Result<Feed, Unreadable> {
        if !self.stack.is_empty() {
            self.reader.broke(text.len(), "it ends inside an element");
        }
        while !self.stack.is_empty() {
            self.pop();
        }
        if self.feed.kind == FeedKind::Unknown && self.feed.happenings.is_empty() {
            return Err(Unreadable::NoFeed(start_of(text)));
        }
        let fault = self.reader.first_break();
        self.feed.fault = fault.map(|found| FeedFault { line: line_of(text, found.at), what: found.what });
        self.feed.ttl_min = self.feed.ttl_min.or(self.period_min);
        Ok(self.feed)
    }
}

/// The family of a feed with this root.
fn root(space: Space, local: &str) -> FeedKind {
    match (space, local.to_ascii_lowercase().as_str()) {
        (Space::Plain, "rss") => FeedKind::Rss,
        (Space::Rdf, "rdf") => FeedKind::Rdf,
        (Space::Plain, "feed" | "entry") => FeedKind::Atom,
        (Space::Plain, "channel") => FeedKind::Cdf,
        _ => FeedKind::Unknown,
    }
}
