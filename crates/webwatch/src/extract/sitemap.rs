//! Sitemaps: an index of sitemaps, or a list of addresses with when each changed; also as plain text, an address a line.
//!
//! Not here: which of the addresses are new.

use base::clock::Timestamp;
use url::Url;

use super::markup::{Dialect, Reader, Token};
use super::text::one_line;
use super::{Unreadable, address, date, entities, start_of};

/// Most addresses of one sitemap: the protocol's own limit.
pub const MAX_ADDRESSES_COUNT: usize = 50_000;
/// Longest value that is read, in bytes.
const MAX_VALUE_BYTES: usize = 4_096;

/// A sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Sitemaps to look in.
    Index(Vec<Place>),
    /// Pages.
    Pages(Vec<Place>),
}

/// An address in a sitemap and what is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The address, canonical.
    pub url: String,
    /// When what is there last changed.
    pub changed: Option<Timestamp>,
    /// When a news page was published.
    pub published: Option<Timestamp>,
    /// The title of a news page.
    pub title: Option<String>,
    /// The language of a news page.
    pub language: Option<String>,
}

/// Reads a sitemap; places whose address is no web address are left out.
pub fn read(text: &str, base: Option<&Url>) -> Result<Sitemap, Unreadable> {
    let start =
        text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if start.starts_with("http://") || start.starts_with("https://") {
        let urls = start.lines().take(MAX_ADDRESSES_COUNT).filter_map(|line| address::canonical(line, None));
        return Ok(Sitemap::Pages(urls.map(|url| Place { url, ..Place::default() }).collect()));
    }
    let mut places = Vec::new();
    let mut is_index = None;
    let mut place = Place::default();
    let mut value = String::new();
    let mut within = "";
    for token in Reader::new(text, Dialect::Xml) {
        match token {
            Token::Open { name, .. } => {
                let name = local(name);
                match name {
                    _ if is_index.is_some() => {}
                    "urlset" => is_index = Some(false),
                    "sitemapindex" => is_index = Some(true),
                    _ => return Err(Unreadable::NoSitemap(start_of(start))),
                }
                if matches!(name, "url" | "sitemap") {
                    place = Place::default();
                }
                value.clear();
                within = name;
            }
            Token::Text(piece) if value.len() + piece.len() <= MAX_VALUE_BYTES => {
                entities::decode_into(piece, &mut value);
            }
            Token::Verbatim(piece) if value.len() + piece.len() <= MAX_VALUE_BYTES => value.push_str(piece),
            Token::Close(name) => {
                let name = local(name);
                if name == within {
                    set(&mut place, name, &value, base);
                }
                if matches!(name, "url" | "sitemap")
                    && !place.url.is_empty()
                    && places.len() < MAX_ADDRESSES_COUNT
                {
                    places.push(std::mem::take(&mut place));
                }
                within = "";
            }
            _ => {}
        }
    }
    match is_index {
        Some(true) => Ok(Sitemap::Index(places)),
        Some(false) => Ok(Sitemap::Pages(places)),
        None if start.is_empty() => Err(Unreadable::Empty),
        None => Err(Unreadable::NoSitemap(start_of(start))),
    }
}

fn set(place: &mut Place, name: &str, value: &str, base: Option<&Url>) {
    match name {
        // An image or a video of the page has its own `loc`, after the page's.
        "loc" if place.url.is_empty() => place.url = address::canonical(value, base).unwrap_or_default(),
        "lastmod" => place.changed = date::parse(value),
        "publication_date" => place.published = date::parse(value),
        "title" if place.title.is_none() => {
            place.title = Some(one_line(value)).filter(|title| !title.is_empty());
        }
        "language" => place.language = Some(one_line(value)).filter(|language| !language.is_empty()),
        _ => {}
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_with_their_dates() {
        let text = r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n" xmlns:image="i">
            <url><loc>https://n.example/a?x=1&amp;y=2</loc><lastmod>2026-11-25</lastmod><image:image><image:loc>https://n.example/a.png</image:loc></image:image>
            <news:news><news:publication><news:name>N</news:name><news:language>nl</news:language></news:publication><news:publication_date>2026-11-25T14:02:11+01:00</news:publication_date><news:title>Brug dicht</news:title></news:news></url>
            <url><loc> /b </loc></url><url><loc>mailto:x@example.org</loc></url><url><loc>https://n.example/c</urlset>"#;
        let base = Url::parse("https://n.example/sitemap.xml").unwrap();
        let Sitemap::Pages(places) = read(text, Some(&base)).unwrap() else { panic!("an index") };
        let shown: Vec<String> = places
            .iter()
            .map(|place| {
                format!(
                    "{} {:?} {:?} {:?} {:?}",
                    place.url, place.changed, place.published, place.title, place.language
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                r#"https://n.example/a?x=1&y=2 Some(2026-11-25T00:00:00Z) Some(2026-11-25T13:02:11Z) Some("Brug dicht") Some("nl")"#,
                "https://n.example/b None None None None",
            ]
        );
    }

    #[test]
    fn an_index_and_plain_text() {
        let Sitemap::Index(places) =
            read("<sitemapindex><sitemap><loc>https://n.example/1.xml</loc></sitemap></sitemapindex>", None)
                .unwrap()
        else {
            panic!("not an index")
        };
        assert_eq!(places[0].url, "https://n.example/1.xml");
        let Sitemap::Pages(places) =
            read("https://n.example/1\nhttps://n.example/2\nnothing\n", None).unwrap()
        else {
            panic!("an index")
        };
        assert_eq!(places.len(), 2);
    }

    #[test]
    fn what_is_no_sitemap_is_said_so() {
        assert_eq!(read(" ", None), Err(Unreadable::Empty));
        assert_eq!(read("<html><p>", None), Err(Unreadable::NoSitemap("<html><p>".to_owned())));
    }
}
