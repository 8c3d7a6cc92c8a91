//! The rule files: lists of words and rules over them, read once and checked.
//!
//! Not here: applying them ([`super::read`]).
//!
//! A rule's pattern is a row of steps. A step is one or more lists with `|` between, with `?` behind it when it may be
//! missing. The list `place` is filled from the gazetteer. `~4` before a step lets up to four other words come in between; without it the step follows at once.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Class, Guard};
use crate::detect::WatchError;
use crate::detect::hash;
use crate::detect::normal::Normal;
use crate::detect::words::Words;

/// Most lists of one language: they are bits of one number.
const LISTS_MAX: usize = 128;
/// Most steps of one rule.
const STEPS_MAX: usize = 8;
/// Most words that may come between two steps.
const BETWEEN_MAX: usize = 20;
/// How far apart two lists may begin to be a pair, in words.
const PAIR_WORDS: usize = 8;

const FILES: [(&str, &str); 3] = [
    ("en", include_str!("rules/en.toml")),
    ("nl", include_str!("rules/nl.toml")),
    ("de", include_str!("rules/de.toml")),
];

/// The rules of all languages.
pub struct Rules {
    languages: Vec<(String, Language)>,
    version: String,
}

impl Rules {
    /// The rules that come with this version.
    pub fn shipped() -> Self {
        let mut version = 0;
        let languages = FILES
            .iter()
            .map(|(code, text)| {
                version = hash::pair(version, hash::of_text(text));
                let language = Language::read(code, text).expect("the shipped files are read by a test");
                ((*code).to_owned(), language)
            })
            .collect();
        Self { languages, version: format!("{:08x}", version >> 32) }
    }

    /// The shipped rules, read once.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Rules> = LazyLock::new(Rules::shipped);
        &SHARED
    }

    /// The lists that the words of a text stand in, and pairs of them near each other in one sentence, each as a hash of
    /// their names with the words they rest on: features for a model.
    pub fn lists(&self, words: &Words, language: &str, push: &mut dyn FnMut(u64, Range<usize>)) {
        for rules in self.of(language) {
            let mut near: VecDeque<(usize, usize, u8)> = VecDeque::new();
            for at in 0..words.list.len() {
                while near.front().is_some_and(|(start, _, _)| at - start > PAIR_WORDS) {
                    near.pop_front();
                }
                let mut hits: Vec<(u8, usize)> = Vec::new();
                rules.hits(words, at, &mut |list, len| hits.push((list, len)));
                for (list, len) in hits {
                    let name = rules.names[usize::from(list)];
                    push(hash::pair(31, name), at..at + len);
                    for (start, end, before) in &near {
                        if *end <= at && words.list[*start].sentence == words.list[at].sentence {
                            let pair = hash::pair(hash::pair(32, rules.names[usize::from(*before)]), name);
                            push(pair, *start..at + len);
                        }
                    }
                    near.push_back((at, at + len, list));
                }
            }
        }
    }

    /// Their version: it changes with every letter of the files.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rules for a language; all of them when it is not one of ours.
    pub(super) fn of(&self, language: &str) -> Vec<&Language> {
        match self.languages.iter().find(|(code, _)| code == language) {
            Some((_, rules)) => vec![rules],
            None => self.languages.iter().map(|(_, rules)| rules).collect(),
        }
    }
}

/// The rules of one language.
pub(super) struct Language {
    /// Whole words, by hash: the entries that begin with them.
    starts: HashMap<u64, Vec<Entry>>,
    /// Hashes of the names of the lists.
    names: Vec<u64>,
    /// Starts of words (`block*`), by hash of the first four letters.
    prefixes: HashMap<u64, Vec<(String, Entry)>>,
    pub(super) rules: Vec<Rule>,
    pub(super) guards: GuardLists,
    /// The list that the names of the area's places stand in.
    pub(super) place: u8,
}

/// The lists that speak against a rule.
pub(super) struct GuardLists {
    pub(super) negation: u8,
    pub(super) not_negation: u8,
    pub(super) report: u8,
    pub(super) condition: u8,
    pub(super) fiction: u8,
    pub(super) idiom: u8,
    pub(super) past: u8,
}

/// An entry of a list: what must follow its first word.
struct Entry {
    list: u8,
    rest: Vec<String>,
}

/// A rule.
pub(super) struct Rule {
    pub(super) class: Class,
    pub(super) name: String,
    pub(super) strength: f64,
    pub(super) steps: Vec<Step>,
    /// Guards that do not touch it.
    pub(super) ignores: Vec<Guard>,
    /// One of these lists must be in the same sentence.
    pub(super) with: u128,
    /// None of these lists may be in the same sentence.
    pub(super) without: u128,
    /// All lists that must be in the document: looked at first.
    pub(super) needs: Vec<u128>,
    /// It must begin its sentence.
    pub(super) first: bool,
}

/// A step of a rule.
pub(super) struct Step {
    pub(super) lists: u128,
    pub(super) between: usize,
    pub(super) optional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lists: BTreeMap<String, String>,
    rule: Vec<FileRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    class: Class,
    name: String,
    pattern: String,
    strength: f64,
    #[serde(default)]
    ignores: Vec<Guard>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    first: bool,
}

impl Language {
    fn read(code: &str, text: &str) -> Result<Self, WatchError> {
        let wrong =
            |field: &str, what: &str| WatchError::new(&format!("rules {code}"), field, what, "mend the file");
        let file: File = toml::from_str(text).map_err(|error| wrong("file", &error.to_string()))?;
        if file.lists.len() > LISTS_MAX {
            return Err(wrong("lists", "too many"));
        }
        let names: Vec<&String> = file.lists.keys().collect();
        let number = |name: &str| -> Result<u8, WatchError> {
            let found = names.iter().position(|known| *known == name);
            let found = found.and_then(|at| u8::try_from(at).ok());
            found.ok_or_else(|| wrong(name, "no list of that name"))
        };
        let mut language = Self {
            starts: HashMap::new(),
            names: names.iter().map(|name| hash::of_text(name)).collect(),
            prefixes: HashMap::new(),
            rules: Vec::new(),
            place: number("place")?,
            guards: GuardLists {
                negation: number("negation")?,
                not_negation: number("not_negation")?,
                report: number("report")?,
                condition: number("condition")?,
                fiction: number("fiction")?,
                idiom: number("idiom")?,
                past: number("past")?,
            },
        };
        for (name, entries) in &file.lists {
            for entry in entries.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
                language.entry(number(name)?, entry);
            }
        }
        for rule in &file.rule {
            language.rules.push(read_rule(rule, &number, &wrong)?);
        }
        Ok(language)
    }

    fn entry(&mut self, list: u8, entry: &str) {
        let words = Words::of(Normal::of(entry));
        let starred = entry.ends_with('*');
        let mut texts: Vec<String> =
            (0..words.list.len()).map(|index| words.text(index).to_owned()).collect();
        if texts.is_empty() {
            return;
        }
        let first = texts.remove(0);
        if starred && texts.is_empty() && first.chars().count() >= 4 {
            let key: String = first.chars().take(4).collect();
            self.prefixes.entry(hash::of_text(&key)).or_default().push((first, Entry { list, rest: texts }));
            return;
        }
        if starred && let Some(last) = texts.last_mut() {
            last.push('*');
        }
        self.starts.entry(hash::of_text(&first)).or_default().push(Entry { list, rest: texts });
    }

    /// What the word at an index begins: (list, number of words).
    pub(super) fn hits(&self, words: &Words, index: usize, push: &mut dyn FnMut(u8, usize)) {
        let word = words.text(index);
        if let Some(entries) = self.starts.get(&hash::of_text(word)) {
            for entry in entries {
                let follows = entry.rest.iter().enumerate().all(|(place, rest)| {
                    let at = index + 1 + place;
                    words.list.get(at).is_some_and(|next| next.sentence == words.list[index].sentence)
                        && match rest.strip_suffix('*') {
                            Some(start) => words.text(at).starts_with(start),
                            None => words.text(at) == rest,
                        }
                });
                if follows {
                    push(entry.list, entry.rest.len() + 1);
                }
            }
        }
        let Some((four, _)) =
            word.char_indices().nth(4).or_else(|| (word.chars().count() == 4).then_some((word.len(), ' ')))
        else {
            return;
        };
        if let Some(entries) = self.prefixes.get(&hash::of_text(&word[..four])) {
            for (start, entry) in entries {
                if word.starts_with(start.as_str()) {
                    push(entry.list, 1);
                }
            }
        }
    }
}

fn read_rule(
    rule: &FileRule,
    number: &dyn Fn(&str) -> Result<u8, WatchError>,
    wrong: &dyn Fn(&str, &str) -> WatchError,
) -> Result<Rule, WatchError> {
    let bits = |names: &mut dyn Iterator<Item = &str>| -> Result<u128, WatchError> {
        let mut bits = 0;
        for name in names {
            bits |= 1u128 << number(name)?;
        }
        Ok(bits)
    };
    let mut steps = Vec::new();
    let mut between = 0;
    for part in rule.pattern.split_whitespace() {
        if let Some(words) = part.strip_prefix('~') {
            between = words.parse().map_err(|_| wrong(&rule.name, "no number behind ~"))?;
            continue;
        }
        let optional = part.ends_with('?');
        let lists = bits(&mut part.trim_end_matches('?').split('|'))?;
        steps.push(Step { lists, between, optional });
        between = 0;
    }
    let fits = steps.len() <= STEPS_MAX && steps.iter().all(|step| step.between <= BETWEEN_MAX);
    if steps.first().is_none_or(|step| step.optional) || !fits || !(0.0..=1.0).contains(&rule.strength) {
        return Err(wrong(&rule.name, "a pattern or strength that cannot be"));
    }
    let needs = steps.iter().filter(|step| !step.optional).map(|step| step.lists).collect();
    Ok(Rule {
        class: rule.class,
        name: rule.name.clone(),
        strength: rule.strength,
        steps,
        ignores: rule.ignores.clone(),
        with: bits(&mut rule.with.iter().map(String::as_str))?,
        without: bits(&mut rule.without.iter().map(String::as_str))?,
        needs,
        first: rule.first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_file_is_read() {
        for (code, text) in FILES {
            let language = Language::read(code, text).unwrap();
            for class in Class::ALL {
                assert!(
                    language.rules.iter().any(|rule| rule.class == class),
                    "{code} has no rule for {class:?}"
                );
            }
        }
        assert_eq!(Rules::shipped().version().len(), 8);
    }

    #[test]
    fn a_rule_over_no_list_is_refused() {
        let text = "[lists]\na='x'\n[[rule]]\nclass='rumour'\nname='r'\npattern='b'\nstrength=1.0";
        assert!(Language::read("xx", text).is_err());
    }
}
