//! HTML to plain text: blocks become lines, white space becomes one space, entities characters, scripts nothing.
//!
//! Not here: which part of a page is worth reading ([`super::page`]).

use super::entities;
use super::markup::{Dialect, Reader, Token, attribute};

/// Most bytes of plain text that one document keeps; the rest is left out.
pub const MAX_TEXT_BYTES: usize = 200_000;

/// Builds plain text with at most one space or line end between words.
#[derive(Debug, Default)]
pub struct PlainText {
    out: String,
    gap: Gap,
    scratch: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl PlainText {
    /// Adds text with entities in it.
    pub fn push_encoded(&mut self, text: &str) {
        if memchr::memchr(b'&', text.as_bytes()).is_none() {
            return self.push(text);
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        entities::decode_into(text, &mut scratch);
        self.push(&scratch);
        self.scratch = scratch;
    }

    /// Adds text as it is.
    pub fn push(&mut self, text: &str) {
        if text.starts_with(is_blank) {
            self.space();
        }
        for (index, word) in text.split(is_blank).filter(|word| !word.is_empty()).enumerate() {
            if index > 0 {
                self.space();
            }
            self.word(word);
        }
        if text.ends_with(is_blank) {
            self.space();
        }
    }

    fn word(&mut self, word: &str) {
        if self.out.len() + word.len() + 1 > MAX_TEXT_BYTES {
            return;
        }
        match self.gap {
            _ if self.out.is_empty() => {}
            Gap::None => {}
            Gap::Space => self.out.push(' '),
            Gap::Line => self.out.push('\n'),
        }
        self.gap = Gap::None;
        self.out.extend(word.chars().filter(|character| !is_invisible(*character)));
    }

    /// The next word stands apart from the last.
    pub fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// The next word begins a line.
    pub fn line(&mut self) {
        self.gap = Gap::Line;
    }

    /// What was built.
    pub fn finish(self) -> String {
        self.out
    }

    /// Whether nothing was built yet.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}' | '\u{feff}' | '\u{0}'..='\u{1f}')
}

/// Marks that are not seen and would split a word for whoever searches it: soft hyphen, joiners, direction.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{7f}')
}

/// Plain text of HTML; each address that it points to goes to `link`, with entities decoded.
pub fn html_to_text_and_links(html: &str, mut link: impl FnMut(&str)) -> String {
    let mut plain = PlainText::default();
    if memchr::memchr2(b'<', b'&', html.as_bytes()).is_none() {
        plain.push(html);
        return plain.finish();
    }
    let mut reader = Reader::new(html, Dialect::Html);
    // The element whose inside is left out.
    let mut hidden: Option<&str> = None;
    while let Some(token) = reader.next() {
        match token {
            Token::Open { name, closed } => {
                separate(&mut plain, name);
                if !closed && is_hidden(name) {
                    hidden.get_or_insert(name);
                } else if hidden.is_none()
                    && name.eq_ignore_ascii_case("a")
                    && let Some(href) = attribute(reader.attributes(), "href")
                {
                    link(&entities::decode(href));
                }
            }
            Token::Close(name) => {
                if hidden.is_some_and(|open| open.eq_ignore_ascii_case(name)) {
                    hidden = None;
                }
                separate(&mut plain, name);
            }
            Token::Text(text) if hidden.is_none() => plain.push_encoded(text),
            Token::Text(_) | Token::Verbatim(_) | Token::Aside(_) => {}
        }
    }
    plain.finish()
}

/// Plain text of HTML.
pub fn html_to_text(html: &str) -> String {
    html_to_text_and_links(html, |_| ())
}

/// Text on one line with single spaces.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Plain text line by line: single spaces, no empty lines.
pub fn lines(text: &str) -> String {
    let mut plain = PlainText::default();
    for line in text.lines() {
        plain.push(line);
        plain.line();
    }
    plain.finish()
}

/// Puts into `plain` what a tag of this name separates: a line, a space or nothing.
pub fn separate(plain: &mut PlainText, name: &str) {
    match breaks(name) {
        Breaks::Line => plain.line(),
        Breaks::Space => plain.space(),
        Breaks::Nothing => {}
    }
}

/// What a tag puts between the words before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    /// They are one word.
    Nothing,
    /// They are two words.
    Space,
    /// They are on two lines.
    Line,
}

/// What a tag of this name separates.
pub fn breaks(name: &str) -> Breaks {
    const LINES: [&str; 47] = [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "main",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "dl",
        "dt",
        "dd",
        "hr",
        "form",
        "fieldset",
        "address",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "body",
        "head",
        "html",
        "title",
        "details",
        "summary",
        "center",
        "noscript",
        "option",
        "legend",
        "dialog",
    ];
    const SPACES: [&str; 8] = ["td", "th", "img", "button", "select", "input", "iframe", "label"];
    if LINES.iter().any(|line| name.eq_ignore_ascii_case(line)) {
        Breaks::Line
    } else if SPACES.iter().any(|space| name.eq_ignore_ascii_case(space)) {
        Breaks::Space
    } else {
        Breaks::Nothing
    }
}

/// Whether what is inside such an element is never text to read.
pub fn is_hidden(name: &str) -> bool {
    const HIDDEN: [&str; 14] = [
        "title", "script", "style", "noscript", "template", "svg", "math", "iframe", "canvas", "head",
        "textarea", "select", "noembed", "noframes",
    ];
    HIDDEN.iter().any(|hidden| name.eq_ignore_ascii_case(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text_as_it_is_seen() {
        let check = |html: &str, expect: &str| assert_eq!(html_to_text(html), expect, "{html}");
        check("plain  text\n here", "plain text here");
        check("<p>One</p><p>Two <b>bo</b>ld</p>", "One\nTwo bold");
        check("a<br/>b<br>c", "a\nb\nc");
        check("x <script>if (a<b) c()</script> y <style>p{}</style>", "x y");
        check("caf&eacute;&nbsp;de &amp; thee", "café de & thee");
        check("<ul><li>een<li>twee</ul>drie", "een\ntwee\ndrie");
        check("<tr><td>a</td><td>b</td></tr>", "a b");
        check("1 < 2 &amp;&amp; 3 > 2", "1 < 2 && 3 > 2");
        check("zie\u{ad}ken\u{200d}huis", "ziekenhuis");
        check("<svg><text>no</text></svg>yes", "yes");
        check("<b>unclosed <i>tags", "unclosed tags");
        check("", "");
    }

    #[test]
    fn links_are_found() {
        let mut links = Vec::new();
        html_to_text_and_links("<a href='/a?b=1&amp;c=2'>x</a> <A HREF=/d>y</A> <a name=z>", |link| {
            links.push(link.to_owned());
        });
        assert_eq!(links, ["/a?b=1&c=2", "/d"]);
    }

    #[test]
    fn text_has_an_end() {
        assert!(html_to_text(&"woord ".repeat(100_000)).len() <= MAX_TEXT_BYTES);
    }
}
