//! Watch profiles: what somebody decided to look for, for an organisation and a purpose.
//!
//! Not here: what a document is about apart from that ([`super::class`]), and watches on persons, which
//! [`crate::privacy::refuse_person_watch`] refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::normal::{Normal, folded};
use super::place::stands_alone;
use super::span::{Body, SPANS_MAX, Span};
use super::words::Words;
use super::{Refused, WatchError};
use crate::privacy::{PERSON_REFUSED, refuse_person_watch};

/// Most profiles of a node.
pub const PROFILES_MAX: usize = 10_000;
/// Most phrases, tags and regular expressions of one profile together.
pub const PATTERNS_MAX: usize = 500;
/// Longest phrase, in characters.
pub const PHRASE_CHARS_MAX: usize = 200;
/// Most memory of one compiled regular expression, in bytes.
pub const REGEX_BYTES_MAX: usize = 256 * 1024;
/// Most regular expressions of a node: each is run over each document.
pub const REGEXES_MAX: usize = 500;

/// A watch profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Its name on this node: lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The organisation that watches.
    pub owner: String,
    /// For which of the area's purposes.
    pub purpose: String,
    /// Any of these matches. `"a b"~5` is both words within five of each other; a word that ends in `*` goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<String>,
    /// Nothing matches in a document with one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Any of these matches: regular expressions of the `regex` crate, over the folded text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regexes: Vec<String>,
    /// Any of these matches, as a tag of the document or in its text, without `#`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<String>,
    /// Organisations of the area, by id: their names and aliases match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<String>,
    /// Places of the gazetteer, by id: their names and aliases match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Only documents in these languages (ISO 639-1); all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// What a match adds to a score, 0 to 3.
    #[serde(default = "weight_default")]
    pub weight: f64,
    /// Off: kept, not watched.
    #[serde(default)]
    pub paused: bool,
}

fn weight_default() -> f64 {
    1.0
}

/// An organisation of the area and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedOrganisation {
    /// Its id in the area.
    pub id: String,
    /// Its names and aliases, in any language.
    pub names: Vec<String>,
}

/// A profile that matched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileMatch {
    /// The profile's id.
    pub profile: String,
    /// What it adds to a score.
    pub weight: f64,
    /// The words that matched.
    pub words: Vec<String>,
    /// Where they stand.
    pub spans: Vec<Span>,
}

/// A part of a profile that is found by its words.
struct Piece {
    profile: usize,
    exclude: bool,
    tag: bool,
    /// Word starts that must all be within `within` words of each other; the first is in the automaton.
    others: Vec<String>,
    within: usize,
    prefix: bool,
}

/// Profiles made ready: one automaton over all of them.
pub struct Profiles {
    profiles: Vec<Profile>,
    automaton: AhoCorasick,
    /// For each pattern of the automaton: what it may be a part of.
    pieces: Vec<Vec<Piece>>,
    regexes: Vec<(usize, Regex)>,
}

impl Profiles {
    /// Reads profiles; the first mistake is refused with what, where and how to mend it.
    pub fn new(
        profiles: Vec<Profile>,
        organisations: &[NamedOrganisation],
        place_names: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, WatchError> {
        if profiles.len() > PROFILES_MAX {
            return Err(WatchError::new(
                "profiles",
                "list",
                "too many",
                format!("keep at most {PROFILES_MAX}"),
            ));
        }
        let mut ids = BTreeSet::new();
        let mut builder = Builder::default();
        for (index, profile) in profiles.iter().enumerate() {
            if !ids.insert(&profile.id) {
                return Err(wrong(profile, "id", "used twice", "give each profile an id of its own"));
            }
            check_profile(profile)?;
            if profile.paused {
                continue;
            }
            builder.profile(index, profile, organisations, place_names)?;
        }
        if builder.regexes.len() > REGEXES_MAX {
            return Err(WatchError::new(
                "profiles",
                "regexes",
                "too many",
                format!("keep at most {REGEXES_MAX}"),
            ));
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(builder.pieces.keys())
            .map_err(|error| {
            WatchError::new("profiles", "phrases", &error.to_string(), "give fewer or shorter ones")
        })?;
        Ok(Self {
            profiles,
            automaton,
            pieces: builder.pieces.into_values().collect(),
            regexes: builder.regexes,
        })
    }

    /// The profiles that a document matches, in the order of their ids. Texts are the folded one and, when the
    /// document plays tricks with its spelling, the one without.
    pub fn read(&self, texts: &[&Words], body: &Body, language: &str) -> Vec<ProfileMatch> {
        let mut hits: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
        let mut excluded = BTreeSet::new();
        for words in texts {
            self.read_phrases(words, &mut hits, &mut excluded);
            for (profile, regex) in &self.regexes {
                for hit in regex.find_iter(words.normal.text()).filter(|hit| !hit.is_empty()).take(SPANS_MAX)
                {
                    hits.entry(*profile).or_default().push(words.normal.original(&hit.range()));
                }
            }
        }
        let mut matches: Vec<ProfileMatch> = hits
            .into_iter()
            .filter(|(index, _)| !excluded.contains(index))
            .filter(|(index, _)| {
                let languages = &self.profiles[*index].languages;
                languages.is_empty() || languages.iter().any(|one| one == language)
            })
            .map(|(index, mut places)| {
                places.sort_by_key(|at| (at.start, at.end));
                places.dedup();
                places.truncate(SPANS_MAX);
                let profile = &self.profiles[index];
                let mut words: Vec<String> = Vec::new();
                for word in places.iter().map(|at| body.words(at)) {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                ProfileMatch {
                    profile: profile.id.clone(),
                    weight: profile.weight,
                    words,
                    spans: places.iter().map(|at| body.span(at)).collect(),
                }
            })
            .collect();
        matches.sort_by(|one, two| one.profile.cmp(&two.profile));
        matches
    }

    /// The profiles, as they were given.
    pub fn list(&self) -> &[Profile] {
        &self.profiles
    }

    fn read_phrases(
        &self,
        words: &Words,
        hits: &mut BTreeMap<usize, Vec<Range<usize>>>,
        excluded: &mut BTreeSet<usize>,
    ) {
        let text = words.normal.text();
        for hit in self.automaton.find_overlapping_iter(text) {
            let at = hit.range();
            if at.start > 0 && text[..at.start].chars().next_back().is_some_and(char::is_alphanumeric) {
                continue;
            }
            let whole = stands_alone(text, &at);
            for piece in &self.pieces[hit.pattern().as_usize()] {
                if (!whole && !piece.prefix) || (piece.tag && !text[..at.start].ends_with('#')) {
                    continue;
                }
                let Some(found) = piece.found(words, &at) else { continue };
                if piece.exclude {
                    excluded.insert(piece.profile);
                } else {
                    let list = hits.entry(piece.profile).or_default();
                    if list.len() < SPANS_MAX * 2 {
                        list.extend(found.iter().map(|at| words.normal.original(at)));
                    }
                }
            }
        }
    }
}

impl Piece {
    /// The stretches of the folded text that make the match, when all words are near enough.
    fn found(&self, words: &Words, at: &Range<usize>) -> Option<Vec<Range<usize>>> {
        let first = words.index_at(at.start);
        let mut end = at.end;
        if self.prefix {
            end = words.list.get(first).map_or(at.end, |word| word.at.end as usize);
        }
        let mut found = Vec::with_capacity(self.others.len() + 1);
        found.push(at.start..end);
        let from = first.saturating_sub(self.within);
        let until = (first + self.within + 1).min(words.list.len());
        for other in &self.others {
            let (start, prefix) =
                other.strip_suffix('*').map_or((other.as_str(), false), |start| (start, true));
            let near = (from..until).filter(|index| *index != first).find(|index| {
                let word = words.text(*index);
                if prefix { word.starts_with(start) } else { word == start }
            })?;
            found.push(words.list[near].at.start as usize..words.list[near].at.end as usize);
        }
        Some(found)
    }
}

#[derive(Default)]
struct Builder {
    pieces: BTreeMap<String, Vec<Piece>>,
    regexes: Vec<(usize, Regex)>,
}

impl Builder {
    fn profile(
        &mut self,
        index: usize,
        profile: &Profile,
        organisations: &[NamedOrganisation],
        place_names: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), WatchError> {
        for phrase in &profile.phrases {
            self.phrase(index, profile, "phrases", phrase, false)?;
        }
        for phrase in &profile.exclude {
            self.phrase(index, profile, "exclude", phrase, true)?;
        }
        for tag in &profile.hashtags {
            let text = folded(tag.trim().trim_start_matches('#'));
            self.add(text, Piece { tag: true, ..plain(index) });
        }
        for id in &profile.organisations {
            let Some(known) = organisations.iter().find(|one| one.id == *id) else {
                return Err(wrong(
                    profile,
                    "organisations",
                    &format!("no organisation {id:?}"),
                    "name one of the area",
                ));
            };
            for name in &known.names {
                self.add(folded(name.trim()), plain(index));
            }
        }
        for id in &profile.places {
            let Some(names) = place_names.get(id) else {
                return Err(wrong(
                    profile,
                    "places",
                    &format!("no place {id:?}"),
                    "name one of the gazetteer",
                ));
            };
            for name in names {
                self.add(folded(name.trim()), plain(index));
            }
        }
        for pattern in &profile.regexes {
            let regex = RegexBuilder::new(pattern)
                .size_limit(REGEX_BYTES_MAX)
                .dfa_size_limit(REGEX_BYTES_MAX * 4)
                .nest_limit(20)
                .build()
                .map_err(|error| {
                    let what = format!("{pattern:?} is no regular expression for us: {error}");
                    wrong(
                        profile,
                        "regexes",
                        &what,
                        "write it as for the regex crate, without look-around, and shorter",
                    )
                })?;
            self.regexes.push((index, regex));
        }
        Ok(())
    }

    fn phrase(
        &mut self,
        index: usize,
        profile: &Profile,
        field: &str,
        phrase: &str,
        exclude: bool,
    ) -> Result<(), WatchError> {
        let (text, within) = near(phrase).ok_or_else(|| {
            wrong(profile, field, &format!("{phrase:?} has no number of words after ~"), "write \"a b\"~5")
        })?;
        if let (false, Some(reason)) = (exclude, refuse_person_watch(text)) {
            let what = format!("{text:?} looks like the name of a person");
            let refused = Some(Box::new(Refused { code: PERSON_REFUSED, value: text.to_owned() }));
            return Err(WatchError { refused, ..wrong(profile, field, &what, &reason.to_string()) });
        }
        let text = Normal::of(text.trim()).text().to_owned();
        let bare: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
        if bare.chars().count() < 2 {
            return Err(wrong(
                profile,
                field,
                &format!("{phrase:?} is too short to mean anything"),
                "give a word",
            ));
        }
        let mut piece = Piece { exclude, ..plain(index) };
        if let Some(within) = within {
            let mut parts = text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            // The longest word goes into the automaton: it is met least often.
            parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
            piece.within = within;
            piece.others = parts.split_off(1);
            return self.word(parts.swap_remove(0), piece, profile, field);
        }
        self.word(text, piece, profile, field)
    }

    fn word(
        &mut self,
        text: String,
        mut piece: Piece,
        profile: &Profile,
        field: &str,
    ) -> Result<(), WatchError> {
        let text = match text.strip_suffix('*') {
            Some(start) if start.chars().count() >= 3 => {
                piece.prefix = true;
                start.to_owned()
            }
            Some(_) => {
                return Err(wrong(
                    profile,
                    field,
                    "* after fewer than three letters",
                    "write more letters before *",
                ));
            }
            None => text,
        };
        self.add(text, piece);
        Ok(())
    }

    fn add(&mut self, text: String, piece: Piece) {
        if !text.is_empty() {
            self.pieces.entry(text).or_default().push(piece);
        }
    }
}

fn plain(profile: usize) -> Piece {
    Piece { profile, exclude: false, tag: false, others: Vec::new(), within: 0, prefix: false }
}

/// A phrase and, when it is of the form `"a b"~5`, within how many words.
fn near(phrase: &str) -> Option<(&str, Option<usize>)> {
    let phrase = phrase.trim();
    let Some((words, number)) = phrase.strip_prefix('"').and_then(|rest| rest.rsplit_once("\"~")) else {
        return Some((phrase.trim_matches('"'), None));
    };
    let number = number.parse::<usize>().ok().filter(|number| (1..=50).contains(number))?;
    Some((words, Some(number)))
}

fn check_profile(profile: &Profile) -> Result<(), WatchError> {
    let count =
        profile.phrases.len() + profile.exclude.len() + profile.regexes.len() + profile.hashtags.len();
    let named = profile.organisations.len() + profile.places.len();
    let fine = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if profile.id.is_empty() || profile.id.len() > 64 || !profile.id.chars().all(fine) {
        return Err(wrong(
            profile,
            "id",
            "not a name for a machine",
            "use lower-case letters, digits and hyphens",
        ));
    }
    if count + named > PATTERNS_MAX {
        return Err(wrong(
            profile,
            "phrases",
            "too many",
            &format!("give at most {PATTERNS_MAX}, or make a second profile"),
        ));
    }
    if count - profile.exclude.len() + named == 0 {
        return Err(wrong(
            profile,
            "phrases",
            "nothing to look for",
            "give a phrase, tag, place or organisation",
        ));
    }
    if !(0.0..=3.0).contains(&profile.weight) {
        return Err(wrong(profile, "weight", "not from 0 to 3", "1 is usual"));
    }
    let all = profile.phrases.iter().chain(&profile.exclude).chain(&profile.regexes).chain(&profile.hashtags);
    for text in all {
        if text.chars().count() > PHRASE_CHARS_MAX {
            return Err(wrong(
                profile,
                "phrases",
                "one is too long",
                &format!("at most {PHRASE_CHARS_MAX} characters"),
            ));
        }
    }
    Ok(())
}

fn wrong(profile: &Profile, field: &str, what: &str, mend: &str) -> WatchError {
    WatchError::new(&format!("profile {:?}", profile.id), field, what, mend)
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
