//! The lists of words that decide about names, and the words of a text as they are written.
//!
//! Not here: what follows from them ([`super`]).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use crate::detect::normal::folded;
use crate::privacy::person::{GIVEN, is_thing};

/// Words of one text that are looked at.
const WORDS_MAX: usize = 12_000;
/// From this share of capitals on, a sentence is a headline in which capitals say little, in percent.
const HEADLINE_PERCENT: usize = 80;
/// Fewest words of a headline.
const HEADLINE_WORDS: usize = 5;

static LISTS: LazyLock<BTreeMap<&str, BTreeSet<&str>>> = LazyLock::new(|| {
    let mut lists: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some((list, words)) = line.split_once(": ") {
            let split: fn(char) -> bool =
                if list == "no_person" { |sign| sign == '|' } else { char::is_whitespace };
            lists.entry(list).or_default().extend(words.split(split));
        }
    }
    lists
});

/// Whether a folded word stands in a list.
pub(super) fn is(list: &str, word: &str) -> bool {
    LISTS.get(list).is_some_and(|words| words.contains(word))
}

/// A given name, or one of several joined by hyphens.
pub(super) fn is_given(word: &str) -> bool {
    let given = |word: &str| GIVEN.contains(word) && !is("no_name", word);
    given(word) || (word.contains('-') && word.split('-').next().is_some_and(given))
}

/// What a person does or is: a word of the list, or one that ends in one (`minister-president`, `aussenminister`).
pub(super) fn is_role(word: &str) -> bool {
    const COMPOUND: &[&str] = &[
        "minister",
        "ministerin",
        "president",
        "prasident",
        "prasidentin",
        "kanzler",
        "kanzlerin",
        "burgermeister",
        "burgermeisterin",
        "burgemeester",
        "sprecher",
        "sprecherin",
        "woordvoerder",
        "woordvoerster",
        "commissaris",
        "secretaris",
        "voorzitter",
        "voorzitster",
        "officier",
        "rechter",
    ];
    is("role", word) || COMPOUND.iter().any(|end| word.ends_with(end))
}

/// A word of a place, a building, an organisation or an event, alone or as the end or a part of a longer one.
pub(super) fn is_thing_word(word: &str) -> bool {
    // `Hoogendijk` and `Westerhof` are surnames more often than streets with a given name before them.
    let surname = |word: &str| word.ends_with("dijk") || word.ends_with("hof");
    let one = |word: &str| (is_thing(word) && !surname(word)) || is("thing", word);
    one(word) || word.split('-').any(one)
}

/// A word of a text as it is written.
pub(super) struct Word {
    /// Where it stands, in bytes; without a genitive ending.
    pub(super) at: Range<usize>,
    pub(super) folded: String,
    /// It begins with a capital and goes on in small letters.
    pub(super) capital: bool,
    /// `J.` or `J.P.`
    pub(super) initials: bool,
    /// Nothing but one space is between it and the word before (a full stop too, behind a form of address).
    pub(super) joined: bool,
    /// An age stands behind it: `(34)`, `, 34,`.
    pub(super) aged: bool,
    /// It begins its sentence.
    pub(super) first: bool,
    /// Its sentence is a headline.
    pub(super) headline: bool,
    /// It is a part of a name that is known, or of a mask.
    pub(super) known: bool,
}

/// The words of a text. German has capitals on nouns too, and no headlines of them.
pub(super) fn words(text: &str, known: &[Range<usize>], german: bool) -> Vec<Word> {
    let mut all: Vec<Word> = Vec::new();
    let mut at = 0;
    let mut sentence = 0;
    while at < text.len() && all.len() < WORDS_MAX {
        let Some(letter) = text[at..].chars().next() else { break };
        if letter == '['
            && let Some(end) = text[at..].find(']').filter(|end| *end < 20)
        {
            at += end + 1;
            continue;
        }
        if !letter.is_alphabetic() {
            at += letter.len_utf8();
            continue;
        }
        let initials = initials_end(text, at);
        let end = initials.unwrap_or_else(|| word_end(text, at));
        let gap = &text[all.last().map_or(0, |word| word.at.end)..at];
        let first =
            all.is_empty() || gap.contains(['.', '!', '?', '\n', ':', '"', '“', '„', '«', '‘', '|', '–']);
        let after_form = all.last().is_some_and(|word| is("form", &word.folded));
        let joined = !all.is_empty()
            && (matches!(gap, " " | "\u{a0}" | "") || (after_form && matches!(gap, ". " | "." | ".\u{a0}")));
        if first && !joined {
            if !german {
                mark_headline(&mut all[sentence..]);
            }
            sentence = all.len();
        }
        let whole = text[at..end].strip_suffix("'s").or_else(|| text[at..end].strip_suffix("’s"));
        let range = at..at + whole.map_or(end - at, str::len);
        let inside = known.partition_point(|one| one.end <= at);
        let written = &text[range.clone()];
        let capital = letter.is_uppercase() && written.chars().skip(1).any(char::is_lowercase);
        let folded = if written.is_ascii() { written.to_ascii_lowercase() } else { folded(written) };
        all.push(Word {
            known: known.get(inside).is_some_and(|one| one.start < end),
            folded,
            capital,
            initials: initials.is_some(),
            joined,
            aged: is_age(&text[end..]),
            first: first && !joined,
            headline: false,
            at: range,
        });
        at = end;
    }
    if !german {
        mark_headline(&mut all[sentence..]);
    }
    all
}

/// ` (34)`, ` (34 jaar)`, `, 34,`.
fn is_age(rest: &str) -> bool {
    let number = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(rest) = rest.strip_prefix(" (") {
        let digits = number(rest);
        return (1..=2).contains(&digits) && rest[digits..].starts_with([')', ' ']);
    }
    rest.strip_prefix(", ").is_some_and(|rest| number(rest) == 2 && rest[2..].starts_with(','))
}

fn mark_headline(sentence: &mut [Word]) {
    let long = sentence.iter().filter(|word| word.at.len() >= 4);
    let (count, capitals) =
        long.fold((0, 0), |(count, capitals), word| (count + 1, capitals + usize::from(word.capital)));
    if count >= HEADLINE_WORDS && capitals * 100 >= count * HEADLINE_PERCENT {
        sentence.iter_mut().for_each(|word| word.headline = true);
    }
}

/// A word runs on over hyphens and apostrophes between letters, and over digits.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut signs = text[start..].char_indices().peekable();
    while let Some((place, letter)) = signs.next() {
        let inner =
            matches!(letter, '-' | '\'' | '’') && signs.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(letter.is_alphanumeric() || inner) {
            break;
        }
        end = start + place + letter.len_utf8();
    }
    end
}

/// Where `J.`, `J.P.` or `J.-P.` ends, at most four letters and no abbreviation.
fn initials_end(text: &str, start: usize) -> Option<usize> {
    if text[..start].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '.') {
        return None;
    }
    let mut end = start;
    let mut letters = 0;
    loop {
        let mut signs = text[end..].chars();
        let Some(letter) = signs.next().filter(|letter| letter.is_uppercase()) else { break };
        if signs.next() != Some('.') {
            break;
        }
        letters += 1;
        end += letter.len_utf8() + 1;
        let rest = &text[end..];
        if rest.starts_with('-') && rest[1..].chars().next().is_some_and(char::is_uppercase) {
            end += 1;
        }
    }
    let fits = (1..=4).contains(&letters) && !is("abbreviation", &text[start..end].to_lowercase());
    fits.then_some(end)
}
