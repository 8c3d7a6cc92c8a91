//! Persons' names in running text become `[name]`: Dutch, English and German.
//!
//! Rules, not a tagger. A name is found
//! 1. behind a form of address or what a person does (`mevrouw`, `Herr`, `minister`): that word stays;
//! 2. from a given name of the list on (`Jan de Vries`, `Mohammed B.`), or from initials on (`J.P. Smit`);
//! 3. by an age behind it (`Xyz Abc (34)`), or by somebody saying something, when two unknown words with capitals are there;
//! 4. by a Dutch particle with a capital within a sentence (`volgens Van der Berg`);
//! 5. again, when a part of it was found in the same document.
//!
//! Never masked: names of the area and what is watched for ([`Known`]), and runs with a word of a place, a building, an
//! organisation or an event (`Johan de Wittlaan`, `Anne Frank House`).
//!
//! Not caught: a given name alone, names without capitals or all in capitals, rare names without any of these signs,
//! names in hashtags and addresses, other scripts. A name that is also a place's, an organisation's or a word may stay.

mod known;
mod words;

use std::collections::BTreeSet;
use std::ops::Range;

pub use known::Known;
use words::{Word, is, is_given, is_role, is_thing_word};

/// What stands for a person's name.
pub const MASK: &str = "[name]";
/// Most times that a text is gone through.
const PASSES_MAX: usize = 4;
/// Most words of one name.
const NAME_WORDS_MAX: usize = 8;

/// Parts of one document, in one language (ISO 639-1), with the names of persons masked: what was found in one part is
/// masked in each.
pub fn without_names(parts: &mut [String], language: &str, known: &Known) {
    for _ in 0..PASSES_MAX {
        let reader = Reader { german: language == "de" };
        let read: Vec<Vec<Word>> =
            parts.iter().map(|part| words::words(part, &known.ranges(part), reader.german)).collect();
        let mut found: Vec<Vec<Range<usize>>> = read.iter().map(|words| reader.names(words)).collect();
        let mut again = BTreeSet::new();
        for (words, names) in read.iter().zip(&found) {
            again.extend(
                names
                    .iter()
                    .cloned()
                    .flatten()
                    .filter(|at| repeats(&words[*at]))
                    .map(|at| words[at].folded.as_str()),
            );
        }
        if found.iter().all(Vec::is_empty) {
            return;
        }
        for ((part, words), names) in parts.iter_mut().zip(&read).zip(&mut found) {
            let more = (0..words.len()).filter(|at| {
                let word = &words[*at];
                word.capital
                    && !word.known
                    && again.contains(word.folded.as_str())
                    && !names.iter().any(|name| name.contains(at))
            });
            let more: Vec<Range<usize>> = more.map(|at| at..at + 1).collect();
            names.extend(more);
            names.sort_by_key(|name| name.start);
            *part = masked(part, words, names);
        }
    }
}

/// Whether a word of a name is one by itself when it comes again.
fn repeats(word: &Word) -> bool {
    word.capital && word.folded.chars().count() >= 3 && !is("no_name", &word.folded)
}

fn masked(part: &str, words: &[Word], names: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(part.len());
    let mut done = 0;
    for name in names {
        let (start, end) = (words[name.start].at.start, words[name.end - 1].at.end);
        if start >= done {
            out.push_str(&part[done..start]);
            out.push_str(MASK);
            done = end;
        }
    }
    out.push_str(&part[done..]);
    out
}

struct Reader {
    german: bool,
}

impl Reader {
    /// Where names stand, in words, in order.
    fn names(&self, words: &[Word]) -> Vec<Range<usize>> {
        let mut names: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.name_at(words, at).filter(|name| !excepted(words, name)) {
                Some(name) => {
                    at = name.end;
                    names.push(name);
                }
                None => at += 1,
            }
        }
        names
    }

    fn name_at(&self, words: &[Word], at: usize) -> Option<Range<usize>> {
        let word = &words[at];
        if word.known {
            return None;
        }
        if is("form", &word.folded) {
            let from = behind_titles(words, at);
            let end = self.full(words, from, true)?;
            return Some(from..end);
        }
        if is_role(&word.folded) {
            let from = behind_titles(words, at);
            let next = words.get(from).filter(|next| next.joined && !next.known)?;
            let sure = next.initials || is_given(&next.folded);
            let named =
                next.capital && !is_thing_word(&next.folded) && !(self.german && is_noun(&next.folded));
            let end =
                if sure || (named && !next.headline) { self.full(words, from, false)? } else { return None };
            return Some(from..end);
        }
        if word.initials {
            let numbered = at > 0 && word.joined && is("numbered", &words[at - 1].folded);
            let end = if numbered { return None } else { self.full(words, at, false)? };
            return (end > at + 1).then_some(at..end);
        }
        if !word.capital {
            return None;
        }
        if is_given(&word.folded) {
            let end = self.full(words, at, false)?;
            return (end > at + 1).then_some(at..end);
        }
        self.unlisted(words, at)
    }

    /// Where a name that begins at a word ends: given names and initials, particles, up to two surnames. `titled` names
    /// may begin with a small particle (`mevrouw van Dijk`).
    fn full(&self, words: &[Word], start: usize, titled: bool) -> Option<usize> {
        let part = |at: usize| words.get(at).filter(|word| !word.known && (at == start || word.joined));
        let mut at = start;
        if at > 0 && !part(at)?.joined && titled {
            return None;
        }
        while let Some(word) = part(at)
            && at < start + NAME_WORDS_MAX
            && (word.initials || (word.capital && is_given(&word.folded)))
        {
            at += 1;
        }
        let begun = at > start;
        let surname_from = self.behind_particles(words, at, begun || titled);
        let mut end = surname_from;
        while let Some(word) = part(end)
            && end < surname_from + 2
            && is_surname(word)
            && !(end > surname_from && (word.headline || self.german || words[end - 1].headline))
        {
            end += 1;
        }
        if end == surname_from {
            // `Mohammed B.`, `Jan Willem`, `mevrouw Anna`.
            return begun.then_some(at);
        }
        Some(end)
    }

    /// Where the particles at a place end; small ones count only behind something that is a name.
    fn behind_particles(&self, words: &[Word], start: usize, small: bool) -> usize {
        const DUTCH: &[&str] = &[
            "van", "de", "der", "den", "ten", "ter", "'t", "t", "von", "zum", "zur", "al", "el", "bin",
            "ibn", "di", "da", "dos", "del", "della", "la", "le", "du",
        ];
        const GERMAN: &[&str] = &[
            "von", "van", "vom", "zur", "zum", "de", "al", "el", "bin", "ibn", "di", "da", "del", "la", "le",
        ];
        const PAIRS: &[(&str, &str)] = &[
            ("in", "t"),
            ("in", "'t"),
            ("op", "den"),
            ("op", "de"),
            ("van", "het"),
            ("von", "der"),
            ("von", "dem"),
            ("von", "und"),
        ];
        let list = if self.german { GERMAN } else { DUTCH };
        let fits = |at: usize| {
            words
                .get(at)
                .is_some_and(|word| word.joined && !word.known && (small || at > start || word.capital))
        };
        let mut at = start;
        while fits(at) && at < start + 3 {
            let next = words.get(at + 1).map_or("", |word| word.folded.as_str());
            if PAIRS.contains(&(words[at].folded.as_str(), next)) {
                at += 2;
            } else if list.contains(&words[at].folded.as_str()) {
                at += 1;
            } else {
                break;
            }
        }
        at
    }

    /// Names without a word of the lists: two words with capitals and an age or somebody speaking, or a particle.
    fn unlisted(&self, words: &[Word], at: usize) -> Option<Range<usize>> {
        let word = &words[at];
        if word.headline {
            return None;
        }
        if !self.german && !word.first && word.folded == "van" && at > 0 && word.joined {
            let from = self.behind_particles(words, at, false);
            return words.get(from).filter(|word| word.joined && is_surname(word)).map(|_| at..from + 1);
        }
        if !is_surname(word) || is_role(&word.folded) {
            return None;
        }
        let from = self.behind_particles(words, at + 1, true);
        let last =
            words.get(from).filter(|last| last.joined && is_surname(last) && !is_role(&last.folded))?;
        let next = words.get(from + 1).filter(|next| next.joined);
        let spoken = next.is_some_and(|next| is("says", &next.folded))
            || (at > 0 && word.joined && is("says", &words[at - 1].folded));
        let alone = next.is_none_or(|next| !next.capital && !next.known && !is_thing_word(&next.folded));
        let said = last.aged || (spoken && alone);
        (said && !(self.german && (is_noun(&word.folded) || is_noun(&last.folded)))).then_some(at..from + 1)
    }
}

/// The first word behind forms of address and functions in a row.
fn behind_titles(words: &[Word], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(word) = words.get(at)
        && word.joined
        && (is("form", &word.folded) || is_role(&word.folded))
    {
        at += 1;
    }
    at
}

fn is_surname(word: &Word) -> bool {
    word.capital && !word.known && !word.initials && !is("no_name", &word.folded)
}

/// Endings of German nouns, which have capitals and are no names.
fn is_noun(word: &str) -> bool {
    [
        "ung", "ungen", "heit", "keit", "schaft", "tion", "tionen", "tat", "rat", "amt", "treffen", "gipfel",
        "ismus",
    ]
    .iter()
    .any(|end| word.len() > end.len() + 2 && word.ends_with(end))
}

/// Whether a run of words with capitals that a name is in is that of a thing, or of a firm.
fn excepted(words: &[Word], name: &Range<usize>) -> bool {
    const SMALL: &[&str] =
        &["street", "straat", "laan", "weg", "school", "bridge", "square", "museum", "stadium", "stichting"];
    let joined = |at: &usize| words[*at].joined && !words[*at].known;
    let behind = (name.end..words.len().min(name.end + 2)).take_while(joined);
    let thing = name.clone().any(|at| is_thing_word(&words[at].folded))
        || behind.take_while(|at| words[*at].capital).any(|at| is_thing_word(&words[at].folded))
        || words.get(name.end).is_some_and(|next| next.joined && SMALL.contains(&next.folded.as_str()));
    let run: Vec<&str> = name.clone().map(|at| words[at].folded.as_str()).collect();
    thing || is("no_person", &run.join(" ").replace('-', " "))
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
