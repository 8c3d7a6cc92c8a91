//! Texts to hashed features: words, pairs of words, stretches of letters, where words stand in their
//! sentence, and which lists of the rules they stand in.
//!
//! Not here: what the features weigh.
//!
//! Method: feature hashing (Weinberger and others 2009); counts as 1 + ln, times inverse document frequency, each group
//! of features brought to length one, so that long texts and big groups do not drown the others.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::detect::class::Rules;
use crate::detect::hash;
use crate::detect::words::Words;

/// Letters of a text that are read.
const LETTERS_MAX: usize = 4_000;
/// Groups of features: words, letters, positions, lists.
const GROUPS: u32 = 4;

/// How texts become features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSettings {
    /// Binary logarithm of the number of buckets per group, 10 to 20.
    pub bits: u8,
    /// Most words in a row.
    pub words: u8,
    /// Fewest and most letters in a row; no stretches of letters when 0.
    pub letters: (u8, u8),
    /// Where words stand in their sentence, and what ends it.
    pub positions: bool,
    /// Which lists of the rules the words stand in, and which of them near each other.
    pub lists: bool,
    /// How much the groups count beside each other, in percent: words, letters, positions, lists.
    pub shares: [u8; GROUPS as usize],
}

impl Default for FeatureSettings {
    fn default() -> Self {
        Self { bits: 18, words: 2, letters: (3, 5), positions: true, lists: true, shares: [100, 120, 60, 50] }
    }
}

/// Features of a text with their counts, by bucket, in order. No text can be read back from them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Features(pub Vec<(u32, u16)>);

impl FeatureSettings {
    /// How many buckets there are.
    pub fn size(&self) -> usize {
        (GROUPS as usize) << self.bits.clamp(10, 20)
    }

    fn bucket(&self, group: u32, hash: u64) -> u32 {
        let bits = self.bits.clamp(10, 20);
        #[allow(clippy::cast_possible_truncation, reason = "shifted to at most 20 bits")]
        let low = (hash >> (64 - bits)) as u32;
        (group << bits) | low
    }

    /// Values to multiply weights with: damped counts times rarity, each group of length one.
    pub fn vector(&self, features: &Features, rarity: &[f32]) -> Vec<(u32, f32)> {
        let mut vector = Vec::with_capacity(features.0.len());
        let mut squares = [0f32; GROUPS as usize];
        let group = |bucket: u32| (bucket >> self.bits.clamp(10, 20)) as usize;
        for (bucket, count) in &features.0 {
            let rare = rarity.get(*bucket as usize).copied().unwrap_or(0.0);
            if rare > 0.0 {
                let value = (1.0 + f32::from(*count).ln()) * rare;
                squares[group(*bucket)] += value * value;
                vector.push((*bucket, value));
            }
        }
        for (bucket, value) in &mut vector {
            let place = group(*bucket);
            *value *= f32::from(self.shares[place]) / 100.0 / squares[place].sqrt();
        }
        vector
    }
}

/// Reads features out of folded texts.
pub struct Extractor {
    settings: FeatureSettings,
    language: String,
    letters: Vec<(char, Range<usize>)>,
}

impl Extractor {
    /// For some settings and a language.
    pub fn new(settings: &FeatureSettings, language: &str) -> Self {
        Self { settings: *settings, language: language.to_owned(), letters: Vec::new() }
    }

    /// The features of a folded text.
    pub fn features(&mut self, words: &Words) -> Features {
        let mut all: Vec<u32> = Vec::with_capacity(words.normal.text().len() * 4);
        self.visit(words, &mut |bucket, _| all.push(bucket));
        all.sort_unstable();
        let mut counted: Vec<(u32, u16)> = Vec::with_capacity(all.len());
        for bucket in all {
            match counted.last_mut() {
                Some((known, count)) if *known == bucket => *count = count.saturating_add(1),
                _ => counted.push((bucket, 1)),
            }
        }
        Features(counted)
    }

    /// Each feature of a folded text and the stretch it is made of.
    pub fn visit(&mut self, words: &Words, push: &mut dyn FnMut(u32, Range<usize>)) {
        self.read(words.normal.text());
        let tokens = tokens(&self.letters);
        self.words(&tokens, push);
        self.stretches(push);
        if self.settings.positions {
            self.positions(&tokens, push);
        }
        if self.settings.lists {
            Rules::shared().lists(words, &self.language, &mut |state, found| {
                let at = words.list[found.start].at.start as usize..words.list[found.end - 1].at.end as usize;
                push(self.settings.bucket(3, hash::mix(state)), at);
            });
        }
    }

    /// Letters with single spaces; addresses and masked persons become one sign each.
    fn read(&mut self, folded: &str) {
        self.letters.clear();
        for word in folded.split_whitespace() {
            if self.letters.len() > LETTERS_MAX {
                break;
            }
            let at = word.as_ptr() as usize - folded.as_ptr() as usize;
            let whole = at..at + word.len();
            if !self.letters.is_empty() {
                self.letters.push((' ', at..at));
            }
            if word.contains("://") {
                self.letters.push(('\u{1}', whole));
            } else if word.starts_with('@') || word.starts_with('[') && word.contains(']') {
                self.letters.push(('\u{2}', whole));
            } else {
                let letters = word
                    .char_indices()
                    .map(|(place, letter)| (letter, at + place..at + place + letter.len_utf8()));
                self.letters.extend(letters);
            }
        }
    }

    fn words(&self, tokens: &[Token], push: &mut dyn FnMut(u32, Range<usize>)) {
        for start in 0..tokens.len() {
            let mut state = 11;
            for token in tokens.iter().skip(start).take(usize::from(self.settings.words)) {
                state = hash::pair(state, token.hash);
                push(self.settings.bucket(0, state), tokens[start].at.start..token.at.end);
            }
        }
    }

    fn stretches(&self, push: &mut dyn FnMut(u32, Range<usize>)) {
        let (least, most) = (usize::from(self.settings.letters.0), usize::from(self.settings.letters.1));
        if least == 0 {
            return;
        }
        for start in 0..self.letters.len() {
            let mut state = 0xcbf2_9ce4_8422_2325u64;
            for (len, (letter, at)) in (1..).zip(&self.letters[start..(start + most).min(self.letters.len())])
            {
                state = (state ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3);
                if len >= least {
                    push(self.settings.bucket(1, hash::mix(state)), self.letters[start].1.start..at.end);
                }
            }
        }
    }

    /// First and last words of each sentence, words with what ends the sentence, words one apart, and lengths.
    fn positions(&self, tokens: &[Token], push: &mut dyn FnMut(u32, Range<usize>)) {
        let mut emit = |state: u64, at: Range<usize>| push(self.settings.bucket(2, hash::mix(state)), at);
        for sentence in tokens.split_inclusive(|token| token.ends) {
            let (Some(first), Some(last)) = (sentence.first(), sentence.last()) else { continue };
            let ends = if last.ends { last.hash } else { 7 };
            emit(hash::pair(21, first.hash), first.at.clone());
            emit(hash::pair(hash::pair(22, first.hash), ends), first.at.clone());
            emit(hash::pair(23, last.hash), last.at.clone());
            if let [first, second, ..] = sentence {
                emit(hash::pair(hash::pair(24, first.hash), second.hash), first.at.start..second.at.end);
            }
            if let [.., before, last] = sentence {
                emit(hash::pair(hash::pair(25, before.hash), last.hash), before.at.start..last.at.end);
            }
            for apart in sentence.windows(3) {
                emit(
                    hash::pair(hash::pair(26, apart[0].hash), apart[2].hash),
                    apart[0].at.start..apart[2].at.end,
                );
            }
            for token in sentence {
                emit(hash::pair(hash::pair(27, token.hash), ends), token.at.clone());
            }
        }
        let whole =
            tokens.first().map_or(0, |token| token.at.start)..tokens.last().map_or(0, |token| token.at.end);
        let length = u64::from((tokens.len() as u64 + 1).ilog2().min(8));
        emit(hash::pair(28, length), whole);
    }
}

struct Token {
    hash: u64,
    at: Range<usize>,
    /// It ends a sentence.
    ends: bool,
}

/// Words, hashtags with their sign, and each other sign by itself.
fn tokens(letters: &[(char, Range<usize>)]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let (letter, place) = &letters[at];
        if *letter == ' ' {
            at += 1;
            continue;
        }
        let mut state = 5 ^ u64::from(u32::from(*letter));
        let mut end = at + 1;
        if letter.is_alphanumeric() || *letter == '#' {
            while end < letters.len() && (letters[end].0.is_alphanumeric() || letters[end].0 == '_') {
                state = hash::pair(state, u64::from(u32::from(letters[end].0)));
                end += 1;
            }
        }
        let ends = matches!(letter, '.' | '!' | '?' | ':' | '|' | '…');
        tokens.push(Token { hash: hash::mix(state), at: place.start..letters[end - 1].1.end, ends });
        at = end;
    }
    tokens
}
