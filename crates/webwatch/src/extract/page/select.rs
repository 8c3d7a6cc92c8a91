//! CSS selectors, as far as a part of a page needs them: `main`, `#id`, `.class`, `[key]`, `[key=value]` with `~= ^= $= *= |=`,
//! `:not(...)`, `:first-child`, `:nth-child(n)`, descendants, children (`>`) and alternatives (`,`).
//!
//! Not here: states, namespaces and siblings: they are refused, not ignored.

use super::tree::{Id, NONE, Tree};
use crate::extract::{Unreadable, entities};

/// Longest selector, in bytes.
pub const MAX_SELECTOR_BYTES: usize = 500;
/// Largest number of `:nth-child`.
const MAX_NTH_COUNT: usize = 1_000;
/// Most parts of a selector.
const MAX_PARTS_COUNT: usize = 32;

/// A selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector(Vec<Vec<Part>>);

/// A simple selector and how the one before it must stand to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Part {
    /// The one before is its parent, not just around it.
    child: bool,
    tests: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Any,
    Name(String),
    Id(String),
    Class(String),
    Has(String),
    Value { key: String, how: char, value: String },
    Nth(usize),
    Not(Box<Test>),
}

impl Selector {
    /// Reads a selector.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let wrong = || Unreadable::NotASelector(text.chars().take(80).collect());
        if text.len() > MAX_SELECTOR_BYTES {
            return Err(wrong());
        }
        let mut alternatives = Vec::new();
        for alternative in split(text, ',') {
            let mut parts: Vec<Part> = Vec::new();
            let mut rest = alternative.trim();
            let mut child = false;
            while !rest.is_empty() {
                if let Some(after) = rest.strip_prefix('>') {
                    if child || parts.is_empty() {
                        return Err(wrong());
                    }
                    child = true;
                    rest = after.trim_start();
                    continue;
                }
                let mut part = Part { child, tests: Vec::new() };
                child = false;
                while let Some((test, after)) = test(rest).ok_or_else(wrong)? {
                    part.tests.push(test);
                    rest = after;
                }
                parts.push(part);
                rest = rest.trim_start();
            }
            if parts.is_empty() || child || parts.len() > MAX_PARTS_COUNT {
                return Err(wrong());
            }
            alternatives.push(parts);
        }
        Ok(Self(alternatives))
    }

    /// The outermost elements that fit, in order.
    pub fn find(&self, tree: &Tree<'_>) -> Vec<Id> {
        let mut found = Vec::new();
        let mut at: Id = 1;
        while (at as usize) < tree.nodes.len() {
            if self.fits(tree, at) {
                found.push(at);
                at = tree.nodes[at as usize].end;
            } else {
                at += 1;
            }
        }
        found
    }

    /// Whether an element fits.
    pub fn fits(&self, tree: &Tree<'_>, at: Id) -> bool {
        !tree.nodes[at as usize].name.is_empty() && self.0.iter().any(|parts| fits(tree, at, parts))
    }
}

/// Follows the elements from the root to `at` with two sets of parts: those that fit an element around, and those that fit
/// its parent. Time is the depth times the parts, whatever the selector.
fn fits(tree: &Tree<'_>, at: Id, parts: &[Part]) -> bool {
    let passes_all = |at: Id, part: &Part| part.tests.iter().all(|test| passes(tree, at, test));
    let Some((last, before)) = parts.split_last() else { return true };
    if at == 0 || !passes_all(at, last) {
        return false;
    }
    let mut path = Vec::new();
    let mut around = tree.nodes[at as usize].parent;
    while around != NONE && around != 0 && !before.is_empty() {
        path.push(around);
        around = tree.nodes[around as usize].parent;
    }
    let (mut seen, mut parent) = (0u32, 0u32);
    let reached = |index: usize, child: bool, seen: u32, parent: u32| {
        index == 0 || (if child { parent } else { seen }) & (1 << (index - 1)) != 0
    };
    for element in path.into_iter().rev() {
        let mut here = 0u32;
        for (index, part) in before.iter().enumerate() {
            if reached(index, part.child, seen, parent) && passes_all(element, part) {
                here |= 1 << index;
            }
        }
        (seen, parent) = (seen | here, here);
    }
    reached(before.len(), last.child, seen, parent)
}

fn passes(tree: &Tree<'_>, at: Id, test: &Test) -> bool {
    let words = |key: &str, word: &str| {
        tree.attribute(at, key).is_some_and(|value| value.split_ascii_whitespace().any(|known| known == word))
    };
    match test {
        Test::Any => true,
        Test::Name(name) => tree.is_named(at, name),
        Test::Id(id) => tree.attribute(at, "id") == Some(id),
        Test::Class(class) => words("class", class),
        Test::Has(key) => tree.attribute(at, key).is_some(),
        Test::Value { key, how, value } => {
            tree.attribute(at, key).map(entities::decode).is_some_and(|found| match how {
                '~' => found.split_ascii_whitespace().any(|word| word == value),
                '^' => found.starts_with(value.as_str()),
                '$' => found.ends_with(value.as_str()),
                '*' => found.contains(value.as_str()),
                '|' => found
                    .strip_prefix(value.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
                _ => found == value.as_str(),
            })
        }
        Test::Nth(nth) => {
            let parent = tree.nodes[at as usize].parent;
            parent != NONE
                && tree
                    .children(parent)
                    .filter(|child| !tree.nodes[*child as usize].name.is_empty())
                    .nth(nth - 1)
                    == Some(at)
        }
        Test::Not(test) => !passes(tree, at, test),
    }
}

/// Reads one test at the start of `text`: none at a blank, a `>` or the end; the outer `None` when it cannot be read.
#[allow(clippy::option_option, reason = "no test and no reading are two answers")]
fn test(text: &str) -> Option<Option<(Test, &str)>> {
    let name = |text: &str| {
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || *byte >= 0x80)
            .count()
    };
    let named = |text: &'_ str| Some(name(text)).filter(|length| *length > 0);
    let Some(first) = text.chars().next() else { return Some(None) };
    let after = &text[first.len_utf8()..];
    Some(Some(match first {
        '>' => return Some(None),
        blank if blank.is_whitespace() => return Some(None),
        '*' => (Test::Any, after),
        '#' => named(after).map(|length| (Test::Id(after[..length].to_owned()), &after[length..]))?,
        '.' => named(after).map(|length| (Test::Class(after[..length].to_owned()), &after[length..]))?,
        '[' => {
            let length = named(after)?;
            let key = after[..length].to_ascii_lowercase();
            let rest = after[length..].trim_start();
            if let Some(rest) = rest.strip_prefix(']') {
                return Some(Some((Test::Has(key), rest)));
            }
            let how = rest.chars().next().filter(|how| "~^$*|".contains(*how)).unwrap_or('=');
            let rest = rest.trim_start_matches(['~', '^', '$', '*', '|']).strip_prefix('=')?.trim_start();
            let (value, rest) = match rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
                Some(quote) => rest[1..].split_once(quote)?,
                None => rest.split_at(named(rest)?),
            };
            (Test::Value { key, how, value: value.to_owned() }, rest.trim_start().strip_prefix(']')?)
        }
        ':' => {
            if let Some(rest) = after.strip_prefix("first-child") {
                (Test::Nth(1), rest)
            } else if let Some(rest) = after.strip_prefix("nth-child(") {
                let (number, rest) = rest.split_once(')')?;
                (Test::Nth(number.trim().parse().ok().filter(|nth| (1..=MAX_NTH_COUNT).contains(nth))?), rest)
            } else {
                let inside = after.strip_prefix("not(")?;
                if inside.starts_with(':') {
                    return None;
                }
                let (inner, rest) = test(inside)??;
                (Test::Not(Box::new(inner)), rest.strip_prefix(')')?)
            }
        }
        _ => {
            let length = named(text)?;
            (Test::Name(text[..length].to_owned()), &text[length..])
        }
    }))
}

/// Splits at `mark` where it is not within quotes or brackets.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut from, mut quote, mut depth) = (Vec::new(), 0, None, 0u32);
    for (at, character) in text.char_indices() {
        match character {
            '"' | '\'' if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            '[' | '(' if quote.is_none() => depth += 1,
            ']' | ')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ if character == mark && quote.is_none() && depth == 0 => {
                parts.push(&text[from..at]);
                from = at + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<main id=m><div class="a b"><p>1</p><p lang=nl-BE>2 <b>3</b></p></div><p data-x="y z">4</p></main><div class=b><p>5</p></div>"#;

    #[test]
    fn selectors_find_their_elements() {
        let tree = Tree::parse(PAGE);
        let check = |selector: &str, expect: &[&str]| {
            let found: Vec<String> = Selector::parse(selector)
                .unwrap()
                .find(&tree)
                .into_iter()
                .map(|at| tree.text(at).replace('\n', "/"))
                .collect();
            assert_eq!(found, expect, "{selector}");
        };
        check("p", &["1", "2 3", "4", "5"]);
        check("#m > p", &["4"]);
        check("main > div p b", &["3"]);
        check("main > div > b", &[]);
        check("#m > .a p", &["1", "2 3"]);
        check("#m p:first-child, div.b:not(.a)", &["1", "5"]);
        check("main .a.b p b", &["3"]);
        check("[lang|=nl]", &["2 3"]);
        check("[data-x~='z'],[data-x^=n]", &["4"]);
        check("p[data-x*=\"y \"]", &["4"]);
        check("div > p:nth-child(2)", &["2 3"]);
        check("*", &["1/2 3/4", "5"]);
        check("h1", &[]);
    }

    #[test]
    fn a_farther_element_may_fit_where_the_nearest_does_not() {
        let tree = Tree::parse("<main><div><section><div><p>x</p></div></section></div></main>");
        let found = |selector: &str| Selector::parse(selector).unwrap().find(&tree).len();
        assert_eq!((found("main > div p"), found("main > section p")), (1, 0));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            ">p",
            "p >",
            "p > > b",
            "p + b",
            "p:hover",
            "[",
            "[a",
            "p:not(",
            "p:nth-child(0)",
            "a,,b",
            "#",
            ".",
            &"a".repeat(501),
        ] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_selector_makes_it_panic(text in "[a-z#.\\[\\]=\"':()>, *^é]{0,30}") {
            if let Ok(selector) = Selector::parse(&text) {
                selector.find(&Tree::parse(PAGE));
            }
        }
    }
}
