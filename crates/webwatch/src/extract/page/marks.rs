//! What names in `class`, `id` and `role` say about a part of a page.
//!
//! Names are cut into words first (`article-related_linksBox`: article, related, links, box): a part of a word says nothing. Not
//! here: how much text the part has, which may say the opposite.

use super::tree::{Id, Tree};

/// What its names say about a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// It is likely the text or around it.
    Body,
    /// It is likely furniture: to share, to follow, to read more.
    Furniture,
}

/// Words of furniture, in order.
const FURNITURE: [&str; 120] = [
    "ad",
    "ads",
    "adsense",
    "advert",
    "advertisement",
    "advertising",
    "adverts",
    "alsoread",
    "appendix",
    "authorbio",
    "authors",
    "banner",
    "bookmark",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "caption",
    "captions",
    "carousel",
    "comment",
    "commentlist",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "copyright",
    "credit",
    "credits",
    "dateline",
    "dfp",
    "disclaimer",
    "discussion",
    "disqus",
    "donate",
    "figcaption",
    "follow",
    "footer",
    "footnav",
    "gallery",
    "gdpr",
    "gpt",
    "infobox",
    "inread",
    "keywords",
    "kicker",
    "lightbox",
    "login",
    "masthead",
    "menu",
    "metadata",
    "metainfo",
    "modal",
    "mostread",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "newsletters",
    "outbrain",
    "overlay",
    "pager",
    "pagination",
    "partner",
    "paywall",
    "photocredit",
    "popular",
    "popup",
    "postmeta",
    "print",
    "printonly",
    "promo",
    "promoted",
    "promotion",
    "rating",
    "readmore",
    "recirc",
    "recirculation",
    "recommend",
    "recommendation",
    "recommendations",
    "recommended",
    "register",
    "related",
    "relatedcontent",
    "relatedlinks",
    "relatedposts",
    "reply",
    "respond",
    "rss",
    "share",
    "sharebar",
    "sharedaddy",
    "sharing",
    "sidebar",
    "signup",
    "skip",
    "skyscraper",
    "slideshow",
    "social",
    "socials",
    "sponsor",
    "sponsored",
    "sponsors",
    "subscribe",
    "subscription",
    "taboola",
    "tagcloud",
    "taglist",
    "tags",
    "teaser",
    "teasers",
    "toc",
    "toolbar",
    "tools",
    "toplist",
    "trending",
    "utility",
    "widget",
    "widgets",
    "zergnet",
];

/// Words of the text.
const BODY: [&str; 14] = [
    "article",
    "articlebody",
    "bodytext",
    "content",
    "entry",
    "main",
    "maincontent",
    "post",
    "postbody",
    "story",
    "storybody",
    "text",
    "body",
    "artikel",
];

/// What `names` (a class, id or role) say.
pub fn mark(names: &str) -> Mark {
    let mut found = Mark::None;
    let mut word = [0u8; 16];
    let mut length = 0;
    let mut lower = false;
    for byte in names.bytes().chain([b' ']) {
        let cut = !byte.is_ascii_alphabetic() || lower && byte.is_ascii_uppercase();
        if cut && length > 0 {
            match std::str::from_utf8(word.get(..length).unwrap_or_default()).unwrap_or_default() {
                known if FURNITURE.binary_search(&known).is_ok() => return Mark::Furniture,
                known if BODY.contains(&known) => found = Mark::Body,
                _ => {}
            }
            length = 0;
        }
        if byte.is_ascii_alphabetic() {
            if let Some(place) = word.get_mut(length) {
                *place = byte.to_ascii_lowercase();
            }
            length += 1;
        }
        lower = byte.is_ascii_lowercase();
    }
    found
}

/// Whether an element's names say that it is an advertisement.
pub fn is_advertisement(tree: &Tree<'_>, at: Id) -> bool {
    const WORDS: [&str; 12] = [
        "ad",
        "ads",
        "adsense",
        "advert",
        "advertentie",
        "advertisement",
        "advertising",
        "adslot",
        "dfp",
        "gpt",
        "sponsored",
        "taboola",
    ];
    ["class", "id"].iter().filter_map(|key| tree.attribute(at, key)).any(|names| {
        names
            .split(|letter: char| !letter.is_ascii_alphabetic())
            .any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_and_parts_of_words_do_not() {
        assert!(
            FURNITURE.windows(2).all(|pair| pair[0] < pair[1]),
            "{:?}",
            FURNITURE.windows(2).find(|pair| pair[0] >= pair[1])
        );
        let check = |names: &str, expect: Mark| assert_eq!(mark(names), expect, "{names}");
        check("article-body", Mark::Body);
        check("article__related-links", Mark::Furniture);
        check("socialShare", Mark::Furniture);
        check("shaded download adage", Mark::None);
        check("ad_300x250", Mark::Furniture);
        check("averyveryverylongwordwithoutend", Mark::None);
        check("", Mark::None);
    }
}
