//! What the elements of feeds mean, by name space and name.
//!
//! Not here: what is done with them.

/// The name spaces that matter; the wrong addresses that are in use too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS, Atom, or none.
    Plain,
    Dublin,
    DublinTerms,
    Content,
    Media,
    Syndication,
    Itunes,
    Tombstone,
    Rdf,
    Xhtml,
    Xml,
    Other,
}

/// What an element is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Channel,
    Entry,
    Deleted,
    Title,
    Link,
    Guid,
    Id,
    Summary,
    Content,
    Published,
    Updated,
    Created,
    Author,
    /// An author in one text, without parts.
    Creator,
    Name,
    Category,
    Language,
    Ttl,
    UpdatePeriod,
    UpdateFrequency,
    /// The feed an entry was taken from: nothing in it is about the entry.
    Source,
    /// The picture or search box of a feed.
    Furniture,
    /// Markup in a text.
    Inline,
    Other,
}

/// The name space with this address.
pub(super) fn space_of(address: &str) -> Space {
    let address = address.trim().trim_end_matches(['/', '#']).to_ascii_lowercase();
    let address =
        address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(&address);
    match address {
        ""
        | "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "purl.org/rss/1.0"
        | "my.netscape.com/rdf/simple/0.9"
        | "blogs.law.harvard.edu/tech/rss"
        | "purl.org/echo"
        | "purl.org/pie"
        | "example.com/newformat"
        | "example.com/necho"
        | "uri/of/echo/namespace"
        | "purl.org/rss/1.0/modules/rss091"
        | "channel.netscape.com/rdf/simple/0.9" => Space::Plain,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" => Space::Dublin,
        "purl.org/dc/terms" => Space::DublinTerms,
        "purl.org/rss/1.0/modules/content" => Space::Content,
        "search.yahoo.com/mrss" => Space::Media,
        "purl.org/rss/1.0/modules/syndication" => Space::Syndication,
        "www.itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => Space::Itunes,
        "purl.org/atompub/tombstones/1.0" => Space::Tombstone,
        "www.w3.org/1999/02/22-rdf-syntax-ns" => Space::Rdf,
        "www.w3.org/1999/xhtml" => Space::Xhtml,
        "www.w3.org/xml/1998/namespace" => Space::Xml,
        _ if address.starts_with("backend.userland.com/rss") => Space::Plain,
        _ => Space::Other,
    }
}

/// The name space a prefix means when nobody declared it.
pub(super) fn space_of_prefix(prefix: &str) -> Space {
    match prefix {
        "" | "atom" | "rss" => Space::Plain,
        "dc" => Space::Dublin,
        "dcterms" => Space::DublinTerms,
        "content" => Space::Content,
        "media" => Space::Media,
        "sy" => Space::Syndication,
        "itunes" => Space::Itunes,
        "at" => Space::Tombstone,
        "rdf" => Space::Rdf,
        "xhtml" => Space::Xhtml,
        "xml" => Space::Xml,
        _ => Space::Other,
    }
}

/// What an element of this name space and local name is; the case of letters does not matter.
pub(super) fn element(space: Space, local: &str) -> Element {
    let mut lower = [0u8; 16];
    let Some(lower) = lower.get_mut(..local.len()) else { return Element::Other };
    lower.copy_from_slice(local.as_bytes());
    lower.make_ascii_lowercase();
    let name: &[u8] = lower;
    match space {
        Space::Plain => plain(name),
        Space::Dublin => match name {
            b"title" => Element::Title,
            b"description" => Element::Summary,
            b"date" => Element::Updated,
            b"creator" | b"author" => Element::Creator,
            b"subject" => Element::Category,
            b"language" => Element::Language,
            _ => Element::Other,
        },
        Space::DublinTerms => match name {
            b"issued" => Element::Published,
            b"modified" => Element::Updated,
            b"created" => Element::Created,
            _ => Element::Other,
        },
        Space::Content => {
            if name == b"encoded" {
                Element::Content
            } else {
                Element::Other
            }
        }
        Space::Media => match name {
            b"title" => Element::Title,
            b"description" => Element::Summary,
            b"category" => Element::Category,
            _ => Element::Other,
        },
        Space::Syndication => match name {
            b"updateperiod" => Element::UpdatePeriod,
            b"updatefrequency" => Element::UpdateFrequency,
            _ => Element::Other,
        },
        Space::Itunes => match name {
            b"author" => Element::Creator,
            b"summary" => Element::Summary,
            _ => Element::Other,
        },
        Space::Tombstone => {
            if name == b"deleted-entry" {
                Element::Deleted
            } else {
                Element::Other
            }
        }
        Space::Xhtml => {
            if name == b"body" || name == b"div" {
                Element::Content
            } else {
                Element::Other
            }
        }
        Space::Rdf | Space::Xml | Space::Other => Element::Other,
    }
}

fn plain(name: &[u8]) -> Element {
    match name {
        b"feed" | b"channel" => Element::Channel,
        b"item" | b"entry" | b"product" => Element::Entry,
        b"deleted-entry" => Element::Deleted,
        b"title" => Element::Title,
        b"link" => Element::Link,
        b"guid" => Element::Guid,
        b"id" => Element::Id,
        b"summary" | b"description" | b"abstract" => Element::Summary,
        b"content" | b"fullitem" | b"body" => Element::Content,
        b"published" | b"issued" | b"pubdate" => Element::Published,
        b"updated" | b"modified" | b"lastbuilddate" => Element::Updated,
        b"created" => Element::Created,
        b"author" | b"managingeditor" => Element::Author,
        b"name" => Element::Name,
        b"category" | b"keywords" => Element::Category,
        b"language" => Element::Language,
        b"ttl" => Element::Ttl,
        b"source" => Element::Source,
        b"image" | b"textinput" => Element::Furniture,
        _ => Element::Other,
    }
}
