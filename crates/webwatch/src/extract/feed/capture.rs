//! The text of one element while it is collected: plain, HTML, markup or base64, and what becomes of it.
//!
//! Not here: which element it is for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::names::Element;
use crate::extract::entities;
use crate::extract::markup::{Attribute, attribute};
use crate::extract::text::{
    MAX_TEXT_BYTES, PlainText, html_to_text, html_to_text_and_links, is_hidden, lines, separate,
};

/// Most bytes of one element's text before it is made plain: markup takes room.
const MAX_CAPTURE_BYTES: usize = 4 * MAX_TEXT_BYTES;

/// What is being collected.
#[derive(Debug)]
pub(super) struct Capture {
    pub element: Element,
    pub depth: usize,
    form: Form,
    pub raw: String,
    plain: PlainText,
    /// Depth of the element in it whose inside is not text.
    hidden: Option<usize>,
    pub links: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Text, in which HTML may hide when `guess` is set.
    Text { guess: bool },
    /// HTML as text.
    Html,
    /// Markup as such.
    Markup,
    /// HTML in base64.
    Base64,
    /// A picture or the like: no text.
    Opaque,
}

impl Capture {
    pub fn new(element: Element, depth: usize, form: Form) -> Self {
        Self {
            element,
            depth,
            form,
            raw: String::new(),
            plain: PlainText::default(),
            hidden: None,
            links: Vec::new(),
        }
    }

    /// Titles, summaries and contents may hold markup; dates and addresses not.
    pub fn takes_markup(&self) -> bool {
        matches!(self.element, Element::Title | Element::Summary | Element::Content)
    }

    pub fn text(&mut self, piece: &str, encoded: bool) {
        match self.form {
            Form::Opaque => {}
            _ if self.hidden.is_some() => {}
            Form::Markup if encoded => self.plain.push_encoded(piece),
            Form::Markup => self.plain.push(piece),
            _ if self.raw.len() + piece.len() > MAX_CAPTURE_BYTES => {}
            _ if encoded => entities::decode_into(piece, &mut self.raw),
            _ => self.raw.push_str(piece),
        }
    }

    /// An element inside the text.
    pub fn inline(&mut self, local: &str, attributes: &[Attribute<'_>], depth: usize, closed: bool) {
        if self.form == Form::Opaque {
            return;
        }
        // A div around escaped HTML is a habit of some writers, not markup.
        if self.form != Form::Markup && !local.eq_ignore_ascii_case("div") {
            let raw = std::mem::take(&mut self.raw);
            self.plain.push(&raw);
            self.form = Form::Markup;
        }
        separate(&mut self.plain, local);
        if !closed && self.hidden.is_none() && is_hidden(local) {
            self.hidden = Some(depth);
        }
        if local.eq_ignore_ascii_case("a")
            && let Some(href) = attribute(attributes, "href")
        {
            self.links.push(entities::decode(href).into_owned());
        }
    }

    pub fn inline_end(&mut self, name: &str, depth: usize) {
        if self.hidden == Some(depth) {
            self.hidden = None;
        }
        separate(&mut self.plain, name.rsplit(':').next().unwrap_or(name));
    }

    /// The text, plain; each address in it goes to `link`.
    pub fn into_text(self, link: impl FnMut(&str)) -> String {
        match self.form {
            Form::Opaque => String::new(),
            Form::Base64 => {
                let packed: String = self.raw.split_ascii_whitespace().collect();
                let html = BASE64.decode(packed).unwrap_or_default();
                html_to_text_and_links(&String::from_utf8_lossy(&html), link)
            }
            Form::Markup => self.plain.finish(),
            Form::Html => html_to_text_and_links(&self.raw, link),
            Form::Text { guess: true } if looks_like_html(&self.raw) => html_to_text(&self.raw),
            Form::Text { .. } => lines(&self.raw),
        }
    }
}

/// Whether a text that was declared plain is HTML: it has an end tag or an entity, and no tag or entity that HTML lacks.
fn looks_like_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut sign = false;
    for at in memchr::memchr2_iter(b'<', b'&', bytes) {
        let after = &text[at + 1..];
        let word = |text: &str| {
            text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
        };
        if bytes[at] == b'&' {
            let name = after.trim_start_matches('#');
            let length = word(name);
            if length > 0 && name[length..].starts_with(';') {
                if name.len() == after.len() && !entities::is_name(&name[..length]) {
                    return false;
                }
                sign = true;
            }
        } else {
            let name = after.strip_prefix('/').unwrap_or(after);
            let length = word(name);
            if length > 0 {
                if !is_html_element(&name[..length]) {
                    return false;
                }
                sign |= name.len() < after.len() && name[length..].starts_with('>');
            }
        }
    }
    sign
}

fn is_html_element(name: &str) -> bool {
    const OTHERS: [&str; 47] = [
        "a", "abbr", "acronym", "area", "audio", "b", "big", "canvas", "cite", "code", "col", "colgroup",
        "datalist", "del", "dfn", "dir", "em", "font", "i", "ins", "kbd", "label", "map", "mark", "menu",
        "meter", "optgroup", "output", "progress", "q", "rp", "rt", "ruby", "s", "samp", "small", "source",
        "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "video",
    ];
    crate::extract::text::breaks(name) != crate::extract::text::Breaks::Nothing
        || OTHERS.iter().any(|other| name.eq_ignore_ascii_case(other))
        || name.eq_ignore_ascii_case("textarea")
}
