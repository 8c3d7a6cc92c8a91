//! What changed on a watched page: paragraphs that came and went.
//!
//! Two looks are compared by the normal form of their paragraphs, as bags: what only moved did not change. White space, stamps of
//! date and time, counters and advertisements are no change. A date within a sentence is one: a demonstration that moves to
//! another day is news. An error page, however polite, is no page ([`NoPage`]). Not here: keeping the last look; what is kept
//! goes through the privacy gate first, so both looks must be masked or neither.

mod normal;
mod soft;

use std::collections::HashMap;

use super::page::article::Article;
use super::page::marks::is_advertisement;
use super::page::select::Selector;
use super::page::tree::{Id, Tree};
use super::text::{PlainText, one_line};
use super::{Unreadable, entities, key_of_text};
use crate::document::RawDocument;
use normal::normal_form;
use soft::soft_error;

/// Most selectors that say what to leave out.
pub const MAX_IGNORE_COUNT: usize = 50;
/// Most paragraphs of one look.
pub const MAX_PARAGRAPHS_COUNT: usize = 10_000;

/// A look with less text than this part of the look before is nearly empty.
const NEARLY_EMPTY_SHARE: usize = 10;
/// A look with less text than this cannot become nearly empty, in bytes.
const LEAST_TEXT_BYTES: usize = 200;

/// Which part of a page is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    select: Option<Selector>,
    ignore: Vec<Selector>,
}

/// Why an answer is no look at the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPage {
    /// The answer's status is not 200 to 299.
    #[error("the answer's status is {0}")]
    Status(u16),
    /// It says that there is no such page.
    #[error("the answer is a page that says there is no such page")]
    NotFound,
    /// It says that something is wrong for now.
    #[error("the answer is a page that says it does not work now")]
    Failing,
    /// It asks who is there.
    #[error("the answer is a page to log in")]
    LogIn,
    /// It wants to see a human.
    #[error("the answer is a test for humans")]
    Captcha,
    /// There is no text.
    #[error("the answer has no text")]
    Empty,
    /// The watched part is not there.
    #[error("the watched part is not on the page")]
    NotThere,
    /// Nearly all text is gone at once.
    #[error("nearly all of the text is gone")]
    NearlyEmpty,
}

/// A look at a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Look {
    /// The page's title.
    pub title: String,
    /// The paragraphs of the watched part, in order.
    pub paragraphs: Vec<String>,
}

/// What came and what went between two looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Paragraphs that are new, in order.
    pub added: Vec<String>,
    /// Paragraphs that are gone, in order.
    pub removed: Vec<String>,
}

impl Watch {
    /// A watch of the part `select` says (all but furniture when not given), without the parts `ignore` says.
    pub fn new(select: Option<&str>, ignore: &[String]) -> Result<Self, Unreadable> {
        Ok(Self {
            select: select.map(Selector::parse).transpose()?,
            ignore: ignore
                .iter()
                .take(MAX_IGNORE_COUNT)
                .map(|text| Selector::parse(text))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Looks at a page, as answered with `status`.
    pub fn look(&self, status: u16, html: &str) -> Result<Look, NoPage> {
        if !(200..300).contains(&status) {
            return Err(NoPage::Status(status));
        }
        let tree = Tree::parse(html);
        let title = tree
            .named("title")
            .next()
            .map(|at| tree.children(at).map(|child| tree.nodes[child as usize].text).collect::<String>());
        let title = one_line(&entities::decode(&title.unwrap_or_default()));
        if let Some(error) = soft_error(&tree, &title) {
            return Err(error);
        }
        let article = Article::find(&tree);
        let left_out = |at: Id| {
            self.ignore.iter().any(|selector| selector.fits(&tree, at)) || is_advertisement(&tree, at)
        };
        let mut plain = PlainText::default();
        match &self.select {
            Some(select) => {
                let parts = select.find(&tree);
                if parts.is_empty() {
                    return Err(NoPage::NotThere);
                }
                for part in parts {
                    tree.write_text(part, &mut plain, left_out);
                    plain.line();
                }
            }
            None => tree.write_text(0, &mut plain, |at| article.is_cut(at) || left_out(at)),
        }
        let text = plain.finish();
        let paragraphs: Vec<String> = text.lines().take(MAX_PARAGRAPHS_COUNT).map(str::to_owned).collect();
        if paragraphs.is_empty() { Err(NoPage::Empty) } else { Ok(Look { title, paragraphs }) }
    }
}

/// Compares two looks; an error when nearly everything is gone, which no editor does.
pub fn difference(before: &Look, after: &Look) -> Result<Change, NoPage> {
    let size = |look: &Look| look.paragraphs.iter().map(String::len).sum::<usize>();
    if size(before) >= LEAST_TEXT_BYTES && size(after) * NEARLY_EMPTY_SHARE < size(before) {
        return Err(NoPage::NearlyEmpty);
    }
    Ok(Change { added: only_in(after, before), removed: only_in(before, after) })
}

/// Paragraphs of `look` that `other` has not, or has fewer of.
fn only_in(look: &Look, other: &Look) -> Vec<String> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for paragraph in &other.paragraphs {
        *known.entry(normal_form(paragraph)).or_default() += 1;
    }
    let mut only = Vec::new();
    for paragraph in &look.paragraphs {
        let form = normal_form(paragraph);
        if form.is_empty() {
            continue;
        }
        match known.get_mut(&form).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => only.push(paragraph.clone()),
        }
    }
    only
}

impl Change {
    /// Whether nothing changed.
    pub fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// The change as a document: its text is what was added, or that something was removed. `url` is the page's.
    pub fn document(&self, look: &Look, url: &str) -> RawDocument {
        let text = if self.added.is_empty() { &self.removed } else { &self.added }.join("\n");
        RawDocument {
            key: format!("{url}#{}", key_of_text("", &text)),
            url: Some(url.to_owned()),
            title: look.title.clone(),
            text,
            ..RawDocument::default()
        }
    }
}

#[cfg(test)]
mod tests;
