//! Pages to documents: main text, title, dates, language, canonical address and links of news and municipal pages.
//!
//! Not here: what changed on a page ([`super::difference`]).

pub mod article;
pub mod marks;
pub mod meta;
pub mod select;
pub mod tree;

use url::Url;

use super::{address, entities};
use crate::document::RawDocument;
use article::Article;
use meta::Meta;
use tree::Tree;

/// Reads a page as an article; `address` is where it came from.
pub fn read(html: &str, address: &Url) -> RawDocument {
    let tree = Tree::parse(html);
    let meta = Meta::read(&tree, Some(address));
    let article = Article::find(&tree);
    let base = base_of(&tree, address);
    let mut links: Vec<String> = Vec::new();
    for link in article.links() {
        if links.len() < super::feed::MAX_LIST_COUNT
            && let Some(link) = address::canonical(&entities::decode(link), Some(&base))
            && !links.contains(&link)
        {
            links.push(link);
        }
    }
    let own = address::canonical(address.as_str(), None);
    let url = meta.canonical.or(own);
    RawDocument {
        key: url.clone().unwrap_or_else(|| address.to_string()),
        url,
        title: meta.title,
        text: article.text(),
        author: meta.author,
        published: meta.published,
        updated: meta.updated,
        language: meta.language,
        tags: meta.tags,
        links,
    }
}

/// The address a page's links are relative to.
fn base_of(tree: &Tree<'_>, address: &Url) -> Url {
    let named = tree.named("base").find_map(|at| tree.attribute(at, "href"));
    named
        .and_then(|href| address::resolve(&entities::decode(href), Some(address)))
        .unwrap_or_else(|| address.clone())
}

#[cfg(test)]
mod tests;
