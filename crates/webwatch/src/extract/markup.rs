//! A tolerant reader of markup: XML as feeds write it and HTML as pages write it, token by token, without a copy.
//!
//! It never refuses: what is broken is read as text or left out, and the first place where it broke is kept. Time is linear in
//! the text, whatever is in it. Not here: what tags mean (feeds, pages), and trees.

use memchr::{memchr, memchr2, memmem};

/// Most attributes of one tag that are read; more are left out.
pub const MAX_ATTRIBUTES_COUNT: usize = 64;

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// CDATA is text; no element is special.
    Xml,
    /// Scripts, styles and the like hold no tags.
    Html,
}

/// One piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A start tag; its attributes are with [`Reader::attributes`].
    Open {
        /// Its name as written.
        name: &'a str,
        /// It ends itself (`<br/>`).
        closed: bool,
    },
    /// An end tag, its name as written.
    Close(&'a str),
    /// Text with entities in it.
    Text(&'a str),
    /// Text without entities: CDATA, or the inside of a script.
    Verbatim(&'a str),
    /// A comment, declaration or instruction, whole.
    Aside(&'a str),
}

/// An attribute: its name as written, and its value with entities in it.
pub type Attribute<'a> = (&'a str, &'a str);

/// Where a text stops being well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The byte.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// Reads a text token by token.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
    attributes: Vec<Attribute<'a>>,
    /// The element whose inside holds no tags.
    raw: Option<&'a str>,
    /// Searches that found nothing once find nothing later: this keeps broken text from costing square time.
    absent: Absent,
    first: Option<Break>,
}

#[derive(Debug, Default)]
struct Absent {
    double: bool,
    single: bool,
    comment: bool,
    cdata: bool,
    bracket: bool,
    end: bool,
}

/// HTML elements whose inside holds no tags.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"];

impl<'a> Reader<'a> {
    /// A reader at the start of `text`.
    pub fn new(text: &'a str, dialect: Dialect) -> Self {
        Self {
            text,
            at: 0,
            dialect,
            attributes: Vec::new(),
            raw: None,
            absent: Absent::default(),
            first: None,
        }
    }

    /// The attributes of the start tag that was read last.
    pub fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// The byte after the token that was read last.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The first place where the text is broken, as far as read.
    pub fn first_break(&self) -> Option<&Break> {
        self.first.as_ref()
    }

    /// Keeps a place where the text is broken, when it is the first.
    pub fn broke(&mut self, at: usize, what: &'static str) {
        if self.first.is_none() {
            self.first = Some(Break { at, what });
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = &self.text[self.at..self.at + length];
        self.at += length;
        taken
    }

    /// The inside of a script or the like, up to its end tag.
    fn raw_text(&mut self, name: &'a str) -> Option<Token<'a>> {
        self.raw = None;
        let rest = self.rest();
        let mut from = 0;
        let mut end = rest.len();
        while let Some(found) = memmem::find(&rest.as_bytes()[from..], b"</") {
            let tag = from + found;
            if starts_with_name(&rest.as_bytes()[tag + 2..], name) {
                end = tag;
                break;
            }
            from = tag + 2;
        }
        let inside = self.take(end);
        if inside.is_empty() {
            return None;
        }
        Some(match name {
            _ if name.eq_ignore_ascii_case("title") || name.eq_ignore_ascii_case("textarea") => {
                Token::Text(inside)
            }
            _ => Token::Verbatim(inside),
        })
    }

    fn aside(&mut self) -> Token<'a> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        if bytes.starts_with(b"<!--") {
            // HTML ends `<!-->` and `<!--->` at once.
            let skip = if self.dialect == Dialect::Html { 2 } else { 4 };
            if !self.absent.comment
                && let Some(end) = memmem::find(&bytes[skip..], b"-->")
            {
                return Token::Aside(self.take(skip + end + 3));
            }
            self.absent.comment = true;
            self.broke(self.at, "a comment does not end");
        } else if bytes.starts_with(b"<![CDATA[") && self.dialect == Dialect::Xml {
            if !self.absent.cdata
                && let Some(end) = memmem::find(&bytes[9..], b"]]>")
            {
                return Token::Verbatim(&self.take(9 + end + 3)[9..9 + end]);
            }
            self.absent.cdata = true;
            self.broke(self.at, "a CDATA section does not end");
            return Token::Verbatim(&self.take(rest.len())[9..]);
        } else if bytes.len() > 9 && bytes[..9].eq_ignore_ascii_case(b"<!doctype") {
            return self.doctype();
        }
        self.up_to_bracket()
    }

    /// A declaration with, perhaps, declarations within brackets.
    fn doctype(&mut self) -> Token<'a> {
        let bytes = self.rest().as_bytes();
        let Some(end) = memchr2(b'[', b'>', bytes) else { return self.up_to_bracket() };
        if bytes[end] == b'>' {
            return Token::Aside(self.take(end + 1));
        }
        let closes = |close: usize| memchr(b'>', &bytes[end + close..]).map(|last| end + close + last);
        if !self.absent.bracket
            && let Some(last) = memchr(b']', &bytes[end..]).and_then(closes)
        {
            return Token::Aside(self.take(last + 1));
        }
        self.absent.bracket = true;
        self.up_to_bracket()
    }

    fn up_to_bracket(&mut self) -> Token<'a> {
        let rest = self.rest();
        if !self.absent.end
            && let Some(end) = memchr(b'>', rest.as_bytes())
        {
            return Token::Aside(self.take(end + 1));
        }
        self.absent.end = true;
        self.broke(self.at, "a tag does not end");
        Token::Aside(self.take(rest.len()))
    }

    fn close(&mut self) -> Token<'a> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let length = name_length(&bytes[2..]);
        if length == 0 {
            self.broke(self.at, "an end tag without a name");
            return self.up_to_bracket();
        }
        let name = &rest[2..2 + length];
        let mut end = 2 + length;
        while end < bytes.len() && bytes[end] != b'>' && bytes[end] != b'<' {
            end += 1;
        }
        if bytes.get(end) == Some(&b'>') {
            end += 1;
        } else {
            self.broke(self.at, "an end tag does not end");
        }
        self.take(end);
        Token::Close(name)
    }

    fn open(&mut self) -> Token<'a> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let length = name_length(&bytes[1..]);
        let name = &rest[1..=length];
        let start = self.at;
        self.at += 1 + length;
        self.attributes.clear();
        let mut closed = false;
        loop {
            let bytes = self.rest().as_bytes();
            let blank = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
            self.at += blank;
            match bytes.get(blank) {
                None => {
                    self.broke(start, "a start tag does not end");
                    break;
                }
                Some(b'>') => {
                    self.at += 1;
                    break;
                }
                Some(b'/') => {
                    closed = bytes.get(blank + 1) == Some(&b'>');
                    self.at += 1;
                }
                Some(b'<') => {
                    self.broke(self.at, "a start tag does not end");
                    break;
                }
                Some(_) => self.attribute(),
            }
        }
        if self.dialect == Dialect::Html && !closed && RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            self.raw = Some(name);
        }
        Token::Open { name, closed }
    }

    /// Reads one attribute; at a byte that is neither blank nor an end.
    fn attribute(&mut self) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        // A name may begin with anything, even `=`: that keeps this moving.
        let length = 1 + bytes[1..]
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/' | b'<'))
            .unwrap_or(bytes.len() - 1);
        let name = slice(rest, 0, length);
        let blank =
            |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let mut end = blank(length);
        let mut value = "";
        if bytes.get(end) == Some(&b'=') {
            end = blank(end + 1);
            let quote = bytes.get(end).copied().filter(|byte| matches!(byte, b'"' | b'\''));
            match quote.and_then(|quote| self.quoted(bytes, end, quote)) {
                Some(close) => {
                    value = slice(rest, end + 1, close);
                    end = close + 1;
                }
                None => {
                    let from = end + usize::from(quote.is_some());
                    end = from
                        + bytes[from..]
                            .iter()
                            .position(|byte| byte.is_ascii_whitespace() || *byte == b'>')
                            .unwrap_or(bytes.len() - from);
                    value = slice(rest, from, end);
                }
            }
        } else {
            end = length;
        }
        self.at += end;
        if self.attributes.len() < MAX_ATTRIBUTES_COUNT {
            self.attributes.push((name, value));
        }
    }

    /// Where the quote at `from` closes.
    fn quoted(&mut self, bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
        let absent = if quote == b'"' { &mut self.absent.double } else { &mut self.absent.single };
        if !*absent {
            if let Some(close) = memchr(quote, &bytes[from + 1..]) {
                return Some(from + 1 + close);
            }
            *absent = true;
        }
        self.broke(self.at, "a quote does not close");
        None
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw
            && let Some(token) = self.raw_text(name)
        {
            return Some(token);
        }
        let rest = self.rest();
        let bytes = rest.as_bytes();
        if bytes.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(found) = memchr(b'<', &bytes[from..]) {
            let tag = from + found;
            let begins = match bytes.get(tag + 1) {
                Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => true,
                Some(b'!' | b'?') => true,
                Some(b'/') => bytes
                    .get(tag + 2)
                    .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte == b'>'),
                _ => false,
            };
            if begins && tag > 0 {
                return Some(Token::Text(self.take(tag)));
            }
            if begins {
                return Some(match bytes[1] {
                    b'!' | b'?' => self.aside(),
                    b'/' => self.close(),
                    _ => self.open(),
                });
            }
            self.broke(self.at + tag, "a bare <");
            from = tag + 1;
        }
        Some(Token::Text(self.take(rest.len())))
    }
}

/// The attribute with this name, in any case of letters.
pub fn attribute<'a>(attributes: &[Attribute<'a>], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// The line, from 1, of a byte.
pub fn line_of(text: &str, at: usize) -> u32 {
    let before = &text.as_bytes()[..at.min(text.len())];
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX - 1) + 1
}

fn name_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<' | b'=' | b'"'))
        .unwrap_or(bytes.len())
}

fn starts_with_name(bytes: &[u8], name: &str) -> bool {
    bytes.len() >= name.len()
        && bytes[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && bytes.get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

/// `text[from..to]`, or nothing where that would cut a character: all cuts are at ASCII, so that never happens.
fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, text: &str, expect: &str) {
        let mut reader = Reader::new(text, dialect);
        let mut shown = Vec::new();
        while let Some(token) = reader.next() {
            shown.push(match token {
                Token::Open { name, closed } => {
                    let attributes: Vec<String> =
                        reader.attributes().iter().map(|(key, value)| format!(" {key}={value}")).collect();
                    format!("<{name}{}{}>", attributes.concat(), if closed { "/" } else { "" })
                }
                Token::Close(name) => format!("</{name}>"),
                Token::Text(text) => format!("t:{text}"),
                Token::Verbatim(text) => format!("v:{text}"),
                Token::Aside(text) => format!("a:{text}"),
            });
        }
        assert_eq!(shown.join("|"), expect, "{text}");
    }

    #[test]
    fn reads_markup_and_what_is_nearly_markup() {
        use Dialect::{Html, Xml};
        check(Xml, "<a b='1' c=\"2\" d=3 e>x</a >", "<a b=1 c=2 d=3 e=>|t:x|</a>");
        check(Xml, "<a/><b c='/'/><d e=f/>", "<a/>|<b c=//>|<d e=f/>");
        check(Xml, "a < b <3 & c", "t:a < b <3 & c");
        check(Xml, "<![CDATA[<b>]]>x<![CDATA[y", "v:<b>|t:x|v:y");
        check(
            Xml,
            "<!DOCTYPE r [<!ENTITY a 'b'>]><?pi x?><r>",
            "a:<!DOCTYPE r [<!ENTITY a 'b'>]>|a:<?pi x?>|<r>",
        );
        check(Xml, "<script><b></script>", "<script>|<b>|</script>");
        check(Html, "<script>if (a<b) '</p>'</SCRIPT><p>", "<script>|v:if (a<b) '</p>'|</SCRIPT>|<p>");
        check(Html, "<title>A <b> C</title>", "<title>|t:A <b> C|</title>");
        check(Html, "<!-->x<!-- a --> b", "a:<!-->|t:x|a:<!-- a -->|t: b");
        check(Html, "<a href=\"x <b>y</b>", "<a href=x>|<b>|t:y|</b>");
        check(Xml, "<é>", "t:<é>");
        check(Xml, "<a =b>", "<a =b=>");
    }

    #[test]
    fn keeps_the_first_place_where_it_broke() {
        let text = "<a>\n<b \n</a>";
        let mut reader = Reader::new(text, Dialect::Xml);
        while reader.next().is_some() {}
        let first = reader.first_break().unwrap();
        assert_eq!((line_of(text, first.at), first.what), (3, "a start tag does not end"));
    }

    #[test]
    fn broken_text_takes_linear_time() {
        for piece in ["<a b=\"", "<a b='", "<!--", "<![CDATA[", "</", "<a ", "<!", "<!doctype [>", "<script>"]
        {
            let text = piece.repeat(200_000);
            assert!(Reader::new(&text, Dialect::Html).count() > 0);
            assert!(Reader::new(&text, Dialect::Xml).count() > 0);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/!='\" a&;\\-\\[\\]é]{0,60}") {
            for dialect in [Dialect::Xml, Dialect::Html] {
                let mut reader = Reader::new(&text, dialect);
                while reader.next().is_some() {}
                assert_eq!(reader.position(), text.len());
            }
        }
    }
}
