//! The public web preview of a Telegram channel (`https://t.me/s/CHANNEL`): a page that holds several posts.
//!
//! Only what the preview shows to everybody. Not here: anything that needs an account.

use url::Url;

use super::page::tree::{Id, Tree};
use super::text::one_line;
use super::{address, date, entities, text};
use crate::document::{Happening, RawDocument};

/// Most posts of one page: the preview shows about twenty.
pub const MAX_POSTS_COUNT: usize = 200;

/// Whether an address is such a preview.
pub fn is_preview(address: &Url) -> bool {
    matches!(address.host_str(), Some("t.me" | "telegram.me")) && address.path().starts_with("/s/")
}

/// The posts of a preview, oldest first as the page has them.
pub fn read(html: &str) -> Vec<Happening> {
    let tree = Tree::parse(html);
    let posts = (1..Id::try_from(tree.nodes.len()).unwrap_or(Id::MAX))
        .filter(|at| tree.attribute(*at, "data-post").is_some());
    posts.take(MAX_POSTS_COUNT).filter_map(|at| post(&tree, at)).map(Happening::Posted).collect()
}

fn post(tree: &Tree<'_>, at: Id) -> Option<RawDocument> {
    // Service messages tell who joined or what was pinned.
    let key = tree.attribute(at, "data-post").filter(|_| !has_class(tree, at, "service_message"))?.trim();
    let within = |class: &str| (at..tree.nodes[at as usize].end).find(|inner| has_class(tree, *inner, class));
    let mut links = Vec::new();
    let mut parts = Vec::new();
    for class in [
        "tgme_widget_message_text",
        "link_preview_title",
        "link_preview_description",
        "tgme_widget_message_poll_question",
    ] {
        if let Some(part) = within(class) {
            parts.push(tree.text(part));
        }
    }
    for inner in at..tree.nodes[at as usize].end {
        let outward = has_class(tree, inner, "tgme_widget_message_link_preview")
            || is_in(tree, inner, at, "tgme_widget_message_text");
        if tree.is_named(inner, "a")
            && outward
            && let Some(link) = tree
                .attribute(inner, "href")
                .and_then(|href| address::canonical(&entities::decode(href), None))
            && !links.contains(&link)
            && links.len() < super::feed::MAX_LIST_COUNT
        {
            links.push(link);
        }
    }
    let body = parts.join("\n");
    if body.is_empty() {
        return None;
    }
    let author =
        within("tgme_widget_message_from_author").or_else(|| within("tgme_widget_message_owner_name"));
    let time = (at..tree.nodes[at as usize].end)
        .filter(|inner| tree.is_named(*inner, "time"))
        .find_map(|inner| tree.attribute(inner, "datetime"));
    let tags = body
        .split_whitespace()
        .filter_map(|word| word.strip_prefix('#'))
        .map(|tag| tag.trim_end_matches(|letter: char| !letter.is_alphanumeric()));
    Some(RawDocument {
        key: key.to_owned(),
        url: address::canonical(&format!("https://t.me/{key}"), None),
        title: String::new(),
        author: author.map(|at| one_line(&tree.text(at))).filter(|name| !name.is_empty()),
        published: time.and_then(date::parse),
        tags: tags
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .take(super::feed::MAX_LIST_COUNT)
            .collect(),
        text: text::lines(&body),
        links,
        ..RawDocument::default()
    })
}

fn has_class(tree: &Tree<'_>, at: Id, class: &str) -> bool {
    tree.attribute(at, "class")
        .is_some_and(|classes| classes.split_ascii_whitespace().any(|known| known == class))
}

fn is_in(tree: &Tree<'_>, at: Id, outermost: Id, class: &str) -> bool {
    let mut around = at;
    while around > outermost {
        if has_class(tree, around, class) {
            return true;
        }
        around = tree.nodes[around as usize].parent;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r##"<main><section class="tgme_channel_history">
<div class="tgme_widget_message_wrap"><div class="tgme_widget_message js-widget_message service_message" data-post="wijk/1"><div class="tgme_widget_message_text">Channel created</div></div></div>
<div class="tgme_widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="wijk/2">
<div class="tgme_widget_message_author"><a class="tgme_widget_message_owner_name" href="https://t.me/wijk"><span dir="auto">Wijknieuws</span></a></div>
<div class="tgme_widget_message_text js-message_text" dir="auto">De brug is dicht. <a href="?q=%23brug">#brug</a><br/>Zie <a href="https://n.example/a?utm_source=t">het bericht</a></div>
<a class="tgme_widget_message_link_preview" href="https://n.example/a"><div class="link_preview_title">Brug dicht</div></a>
<div class="tgme_widget_message_footer"><a class="tgme_widget_message_date" href="https://t.me/wijk/2"><time datetime="2026-11-25T14:02:11+00:00" class="time">14:02</time></a></div></div></div>
<div class="tgme_widget_message" data-post="wijk/3"><i class="tgme_widget_message_photo"></i></div></section></main>"##;

    #[test]
    fn posts_of_a_preview() {
        let found = read(PAGE);
        let [Happening::Posted(post)] = found.as_slice() else { panic!("{} posts", found.len()) };
        assert_eq!((post.key.as_str(), post.url.as_deref()), ("wijk/2", Some("https://t.me/wijk/2")));
        assert_eq!(post.text, "De brug is dicht. #brug\nZie het bericht\nBrug dicht");
        assert_eq!(
            (post.author.as_deref(), post.tags.as_slice()),
            (Some("Wijknieuws"), ["brug".to_owned()].as_slice())
        );
        assert_eq!(
            (post.published.unwrap().to_string().as_str(), post.links.as_slice()),
            ("2026-11-25T14:02:11Z", ["https://n.example/a".to_owned()].as_slice())
        );
        assert!(read("<p>not found").is_empty());
    }

    #[test]
    fn previews_are_known_by_their_address() {
        let check = |address: &str, expect: bool| {
            assert_eq!(is_preview(&Url::parse(address).unwrap()), expect, "{address}");
        };
        check("https://t.me/s/wijk", true);
        check("https://t.me/wijk", false);
        check("https://example.org/s/wijk", false);
    }
}
