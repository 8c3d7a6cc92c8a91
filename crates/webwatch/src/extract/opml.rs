//! OPML: lists of feeds, in from other readers and out to them.
//!
//! Not here: what a source needs besides its address (purpose, owner, retention): the importer asks.

use super::markup::{Dialect, Reader, Token, attribute};
use super::text::one_line;
use super::{Unreadable, address, entities, start_of};

/// Most feeds of one file.
pub const MAX_FEEDS_COUNT: usize = 20_000;
/// Most folders within each other.
pub const MAX_FOLDERS_DEPTH_COUNT: usize = 32;

/// A feed in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub title: String,
    /// The feed's address, canonical.
    pub url: String,
    /// The page it belongs to, canonical.
    pub page: Option<String>,
    /// The folders it is in, outermost first.
    pub folders: Vec<String>,
}

/// Reads a list; each address once.
pub fn read(text: &str) -> Result<Vec<Outline>, Unreadable> {
    let mut reader = Reader::new(text, Dialect::Xml);
    let mut found: Vec<Outline> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut open: Vec<Option<String>> = Vec::new();
    let mut is_list = false;
    while let Some(token) = reader.next() {
        match token {
            Token::Open { name, .. } if name.eq_ignore_ascii_case("opml") => is_list = true,
            Token::Open { name, closed } if name.eq_ignore_ascii_case("outline") && is_list => {
                let value = |key: &str| {
                    attribute(reader.attributes(), key)
                        .map(|value| one_line(&entities::decode(value)))
                        .filter(|value| !value.is_empty())
                };
                let title = value("title").or_else(|| value("text")).unwrap_or_default();
                let url = value("xmlUrl").and_then(|url| address::canonical(&url, None));
                let folder = (value("xmlUrl").is_none() && !title.is_empty()).then(|| title.clone());
                if let Some(url) = url
                    && found.len() < MAX_FEEDS_COUNT
                    && seen.insert(url.clone())
                {
                    let page = value("htmlUrl").and_then(|page| address::canonical(&page, None));
                    found.push(Outline {
                        title,
                        url,
                        page,
                        folders: open.iter().flatten().cloned().collect(),
                    });
                }
                if !closed && open.len() < MAX_FOLDERS_DEPTH_COUNT {
                    open.push(folder);
                }
            }
            Token::Close(name) if name.eq_ignore_ascii_case("outline") => {
                open.pop();
            }
            _ => {}
        }
    }
    if is_list { Ok(found) } else { Err(Unreadable::NoOutline(start_of(text))) }
}

/// Writes a list: OPML 2.0, feeds of the same folders together.
pub fn write(title: &str, feeds: &[Outline]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>");
    escape_into(title, &mut out);
    out.push_str("</title></head>\n<body>\n");
    let mut sorted: Vec<&Outline> = feeds.iter().collect();
    sorted.sort_by(|one, other| {
        (&one.folders, &one.title, &one.url).cmp(&(&other.folders, &other.title, &other.url))
    });
    let mut open: &[String] = &[];
    for feed in sorted {
        let common = open.iter().zip(&feed.folders).take_while(|(one, other)| one == other).count();
        out.push_str(&"</outline>\n".repeat(open.len() - common));
        for folder in &feed.folders[common..] {
            out.push_str("<outline text=\"");
            escape_into(folder, &mut out);
            out.push_str("\">\n");
        }
        open = &feed.folders;
        out.push_str("<outline type=\"rss\"");
        for (key, value) in [
            ("text", Some(&feed.title)),
            ("title", Some(&feed.title)),
            ("xmlUrl", Some(&feed.url)),
            ("htmlUrl", feed.page.as_ref()),
        ] {
            if let Some(value) = value {
                out.push_str(&format!(" {key}=\""));
                escape_into(value, &mut out);
                out.push('"');
            }
        }
        out.push_str("/>\n");
    }
    out.push_str(&"</outline>\n".repeat(open.len()));
    out.push_str("</body>\n</opml>\n");
    out
}

fn escape_into(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_from_another_reader() {
        let text = r#"<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
            <outline text="Nieuws &amp; meer"><outline text="Stad"><outline type="rss" text="A &quot;krant&quot;" xmlUrl="https://a.example/feed?utm_source=x" htmlUrl="https://a.example"/></outline>
            <outline title="B" text="b" XMLURL="https://b.example/rss"></outline></outline>
            <outline text="C" xmlUrl="javascript:alert(1)"/><outline text="A again" xmlUrl="https://a.example/feed"/></body></opml>"#;
        let found = read(text).unwrap();
        let expect = [
            Outline {
                title: "A \"krant\"".to_owned(),
                url: "https://a.example/feed".to_owned(),
                page: Some("https://a.example/".to_owned()),
                folders: vec!["Nieuws & meer".to_owned(), "Stad".to_owned()],
            },
            Outline {
                title: "B".to_owned(),
                url: "https://b.example/rss".to_owned(),
                page: None,
                folders: vec!["Nieuws & meer".to_owned()],
            },
        ];
        assert_eq!(found, expect);
        let mut again = read(&write("Bronnen <2026>", &found)).unwrap();
        again.sort_by(|one, other| one.title.cmp(&other.title));
        assert_eq!(again, expect);
    }

    #[test]
    fn what_is_no_list_is_said_so() {
        assert_eq!(read("<rss/>"), Err(Unreadable::NoOutline("<rss/>".to_owned())));
        assert_eq!(read(&write("none", &[])), Ok(Vec::new()));
    }
}
