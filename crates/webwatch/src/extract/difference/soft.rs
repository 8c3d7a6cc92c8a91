//! Error pages that say that all is well: a status of 200 and a text that there is nothing.
//!
//! Not here: errors that have a status.

use super::NoPage;
use crate::extract::page::tree::{Id, Tree};

/// A page with more text than this is no error page, whatever its title, in bytes.
const ERROR_PAGE_BYTES: usize = 1_500;

/// What such pages say in title or heading.
const SIGNS: [(&[&str], NoPage); 4] = [
    (
        &[
            "just a moment",
            "verify you are human",
            "are you a robot",
            "not a robot",
            "captcha",
            "checking your browser",
            "ben je een robot",
            "attention required",
        ],
        NoPage::Captcha,
    ),
    (
        &[
            "404",
            "not found",
            "page does not exist",
            "no longer available",
            "niet gevonden",
            "bestaat niet",
            "nicht gefunden",
            "introuvable",
            "no encontrada",
        ],
        NoPage::NotFound,
    ),
    (
        &[
            "403 forbidden",
            "access denied",
            "toegang geweigerd",
            "service unavailable",
            "bad gateway",
            "gateway time",
            "internal server error",
            "too many requests",
            "maintenance",
            "onderhoud",
            "storing",
            "temporarily unavailable",
            "tijdelijk niet",
        ],
        NoPage::Failing,
    ),
    (&["log in", "login", "sign in", "inloggen", "aanmelden", "anmelden", "se connecter"], NoPage::LogIn),
];

/// What a polite error page says of itself.
pub(super) fn soft_error(tree: &Tree<'_>, title: &str) -> Option<NoPage> {
    let text = tree.text(0);
    if text.len() > ERROR_PAGE_BYTES {
        return None;
    }
    let heading = tree.named("h1").next().map(|at| tree.text(at)).unwrap_or_default();
    // A sign counts in the title or the heading; deeper in a text it may be what the page is about.
    let said = format!("{} {}", title.to_lowercase(), heading.to_lowercase());
    let password = tree
        .named("input")
        .any(|at| tree.attribute(at, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("password")));
    let challenge = ["g-recaptcha", "h-captcha", "cf-challenge", "cf-turnstile"];
    let challenged = (1..Id::try_from(tree.nodes.len()).unwrap_or(Id::MAX)).any(|at| {
        tree.attribute(at, "class")
            .or(tree.attribute(at, "id"))
            .is_some_and(|names| challenge.iter().any(|name| names.contains(name)))
    });
    if challenged {
        return Some(NoPage::Captcha);
    }
    let short_said = said.split_whitespace().count() <= 14;
    let found = SIGNS.iter().find(|(signs, what)| {
        short_said && (*what != NoPage::LogIn || password) && signs.iter().any(|sign| has_words(&said, sign))
    });
    found.map(|(_, what)| *what)
}

/// Whether `text` has `words`, not as part of longer words.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
        before && text[at + words.len()..].chars().next().is_none_or(|letter| !letter.is_alphanumeric())
    })
}
