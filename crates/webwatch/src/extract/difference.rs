//! What changed on a watched page: paragraphs that came and went.
//!
//! Two looks are compared by the normal form of their paragraphs, as bags: what only moved did not change. White space, stamps of
//! date and time, counters and advertisements are no change. A date within a sentence is one: a demonstration that moves to
//! another day is news. An error page, however polite, is no page ([`NoPage`]). Not here: keeping the last look; what is kept
//! goes through the privacy gate first, so both looks must be masked or neither.

use std::collections::HashMap;

use super::Unreadable;
use super::page::article::Article;
use super::page::marks::is_advertisement;
use super::page::select::Selector;
use super::page::tree::{Id, Tree};
use super::text::{PlainText, one_line};
use crate::document::RawDocument;

/// Most selectors that say what to leave out.
pub const MAX_IGNORE_COUNT: usize = 50;
/// Most paragraphs of one look.
pub const MAX_PARAGRAPHS_COUNT: usize = 10_000;

/// A paragraph with at most this many words besides its dates is a stamp: the dates do not count.
const STAMP_WORDS_COUNT: usize = 6;
/// A page with more text than this is no error page, whatever its title, in bytes.
const ERROR_PAGE_BYTES: usize = 1_500;
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
        let title = one_line(&super::entities::decode(&title.unwrap_or_default()));
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
            key: format!("{url}#{}", super::key_of_text("", &text)),
            url: Some(url.to_owned()),
            title: look.title.clone(),
            text,
            ..RawDocument::default()
        }
    }
}

/// A paragraph without what changes by itself: counters, and dates when there is little else.
fn normal_form(paragraph: &str) -> String {
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let counted = without_counters(&words);
    let undated: Vec<&str> = counted.iter().copied().filter(|word| !is_of_date(word)).collect();
    let kept = if undated.len() <= STAMP_WORDS_COUNT { undated } else { counted };
    kept.join(" ")
}

/// Leaves out numbers that count readers, reactions and minutes.
fn without_counters<'w>(words: &[&'w str]) -> Vec<&'w str> {
    const COUNTED: [&str; 44] = [
        "comment",
        "comments",
        "view",
        "views",
        "like",
        "likes",
        "share",
        "shares",
        "reply",
        "replies",
        "reader",
        "readers",
        "visitor",
        "visitors",
        "vote",
        "votes",
        "result",
        "results",
        "follower",
        "followers",
        "download",
        "downloads",
        "reactie",
        "reacties",
        "weergave",
        "weergaven",
        "bezoeker",
        "bezoekers",
        "lezer",
        "lezers",
        "stem",
        "stemmen",
        "resultaat",
        "resultaten",
        "volger",
        "volgers",
        "keer",
        "times",
        "seconds",
        "seconden",
        "kommentare",
        "aufrufe",
        "commentaires",
        "vues",
    ];
    const SPANS: [&str; 20] = [
        "second", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "minuut", "minuten",
        "uur", "uren", "dag", "dagen", "weken", "min", "mins", "u", "h",
    ];
    let bare = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let next = words.get(at + 1).map(|word| bare(word)).unwrap_or_default();
        let then = words.get(at + 2).map(|word| bare(word)).unwrap_or_default();
        if is_number(words[at])
            && SPANS.contains(&next.as_str())
            && matches!(then.as_str(), "ago" | "geleden")
        {
            at += 3;
        } else if is_number(words[at]) && COUNTED.contains(&next.as_str()) {
            kept.push(words[at + 1]);
            at += 2;
        } else if at + 1 < words.len()
            && is_number(words[at + 1])
            && words[at].ends_with(':')
            && COUNTED.contains(&bare(words[at]).as_str())
        {
            kept.push(words[at]);
            at += 2;
        } else {
            kept.push(words[at]);
            at += 1;
        }
    }
    kept
}

fn is_number(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '[', ']', '+', 'k', 'K', 'M']);
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a word is of a date or time: a number, a month, a day of the week, a part of the day.
fn is_of_date(word: &str) -> bool {
    const NAMES: [&str; 50] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "januari",
        "februari",
        "maart",
        "mei",
        "juni",
        "juli",
        "augustus",
        "oktober",
        "jan",
        "feb",
        "mar",
        "mrt",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "okt",
        "nov",
        "dec",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "am",
        "pm",
    ];
    const PARTS: [&str; 12] =
        ["uur", "om", "at", "utc", "gmt", "cet", "cest", "today", "yesterday", "vandaag", "gisteren", "h"];
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let digits = bare.bytes().any(|byte| byte.is_ascii_digit());
    let only = bare.bytes().all(|byte| {
        byte.is_ascii_digit() || matches!(byte, b':' | b'-' | b'/' | b'.' | b't' | b'z' | b'h' | b'+')
    });
    bare.is_empty() || digits && only || NAMES.contains(&bare.as_str()) || PARTS.contains(&bare.as_str())
}

/// What a polite error page says of itself.
fn soft_error(tree: &Tree<'_>, title: &str) -> Option<NoPage> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "De gemeente werkt deze maand aan de weg voor het congresgebouw en leidt het verkeer om langs de andere kant van het park.";

    fn page(inside: &str) -> String {
        format!(
            "<html><head><title>Werk aan de weg</title></head><body><main><p>{LONG}</p>{inside}</main></body></html>"
        )
    }

    fn change(
        select: Option<&str>,
        ignore: &[&str],
        before: &str,
        after: &str,
    ) -> (Vec<String>, Vec<String>) {
        let ignore: Vec<String> = ignore.iter().map(|text| (*text).to_owned()).collect();
        let watch = Watch::new(select, &ignore).unwrap();
        let look = |html: &str| watch.look(200, &page(html)).unwrap();
        let change = difference(&look(before), &look(after)).unwrap();
        (change.added, change.removed)
    }

    #[test]
    fn paragraphs_that_came_and_went() {
        let check = |before: &str, after: &str, added: &[&str], removed: &[&str]| {
            let found = change(None, &[], before, after);
            assert_eq!(
                (found.0, found.1),
                (
                    added.iter().map(|text| (*text).to_owned()).collect(),
                    removed.iter().map(|text| (*text).to_owned()).collect()
                ),
                "{after}"
            );
        };
        check("<p>Een</p><p>Twee</p>", "<p>Twee</p><p>Drie</p>", &["Drie"], &["Een"]);
        check("<p>Een</p><p>Twee</p>", "<p>Twee</p>\n\n<p> Een </p>", &[], &[]);
        check(
            "<p>Bijgewerkt: 25 november 2026 14:02</p>",
            "<p>Bijgewerkt: 26-11-2026 om 09:15 uur</p>",
            &[],
            &[],
        );
        check(
            "<p>12 reacties</p><p>3 minuten geleden</p>",
            "<p>13 reacties</p><p>8 uur geleden</p>",
            &[],
            &[],
        );
        check(
            "<p>Er zijn 3 gewonden</p>",
            "<p>Er zijn 5 gewonden naar het ziekenhuis gebracht</p>",
            &["Er zijn 5 gewonden naar het ziekenhuis gebracht"],
            &["Er zijn 3 gewonden"],
        );
        check(
            "<p>De mars begint op 25 november om 14:00 uur voor de ingang.</p>",
            "<p>De mars begint op 26 november om 14:00 uur voor de ingang.</p>",
            &["De mars begint op 26 november om 14:00 uur voor de ingang."],
            &["De mars begint op 25 november om 14:00 uur voor de ingang."],
        );
        check("<div class=ad-slot>Koop nu</div>", "<div class=ad-slot>Koop iets anders</div>", &[], &[]);
        check("", "<script>let a = 1</script>", &[], &[]);
    }

    #[test]
    fn a_part_and_what_to_leave_out() {
        let before = "<ul id=list><li>A<li class=tip>x</ul><p>n</p>";
        let after = "<ul id=list><li>A<li class=tip>y<li>B</ul><p>m</p>";
        assert_eq!(change(Some("#list"), &[".tip"], before, after), (vec!["B".to_owned()], vec![]));
        let watch = Watch::new(Some("#gone"), &[]).unwrap();
        assert_eq!(watch.look(200, &page("")), Err(NoPage::NotThere));
        assert!(Watch::new(Some("p:hover"), &[]).is_err());
    }

    #[test]
    fn an_error_page_is_no_change() {
        let check = |status: u16, html: &str, expect: NoPage| {
            assert_eq!(Watch::new(None, &[]).unwrap().look(status, html), Err(expect), "{html}");
        };
        check(404, "<p>x", NoPage::Status(404));
        check(304, "", NoPage::Status(304));
        check(200, "<title>Pagina niet gevonden</title><p>Zoek verder op onze site.", NoPage::NotFound);
        check(200, "<title>Gemeente</title><h1>Error 404</h1><p>Sorry.", NoPage::NotFound);
        check(200, "<title>Just a moment...</title><p>Checking", NoPage::Captcha);
        check(200, "<title>Hallo</title><div class='g-recaptcha'></div><p>Nog even", NoPage::Captcha);
        check(200, "<title>Inloggen</title><form><input type=password></form><p>Vul in", NoPage::LogIn);
        check(200, "<title>Gepland onderhoud</title><p>Kom later terug", NoPage::Failing);
        check(200, "<title>Leeg</title><body></body>", NoPage::Empty);
        check(200, "", NoPage::Empty);
    }

    #[test]
    fn a_page_about_errors_is_a_page() {
        let text = format!("<title>404 bomen niet gevonden</title><p>{}</p>", LONG.repeat(20));
        assert!(Watch::new(None, &[]).unwrap().look(200, &text).is_ok());
    }

    #[test]
    fn a_page_that_is_suddenly_empty_is_no_change() {
        let look = |paragraphs: &[&str]| Look {
            title: String::new(),
            paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
        };
        let long = LONG.repeat(3);
        assert_eq!(difference(&look(&[&long]), &look(&["Kop"])), Err(NoPage::NearlyEmpty));
        let change = difference(&look(&[LONG, "x"]), &look(&[LONG, "y"])).unwrap();
        let document = change.document(&look(&[]), "https://g.example/");
        assert_eq!((document.text.as_str(), change.is_none()), ("y", false));
        assert!(document.key.starts_with("https://g.example/#text:"));
    }
}
