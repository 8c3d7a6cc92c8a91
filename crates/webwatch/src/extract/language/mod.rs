//! The language of a text: naive Bayes over n-grams of letters and common short words.
//!
//! Method: the script is that of most letters; scripts of one language decide alone. For Latin, Cyrillic and Arabic each
//! n-gram of 1 to 4 letters inside a word, and each whole common word, adds its weight for each language. A word that begins
//! with a capital inside a sentence counts half: names say little. Profiles: `profiles.bin`, made by
//! `bench/webwatch/language_profiles.py` from the lingua language models 1.3.0 (Copyright 2020-present Peter M. Stahl,
//! Apache-2.0) and `words.txt`. Not here: translation, or the language a source says it has.

use std::sync::LazyLock;

/// How much of a text is looked at, in bytes: more does not change the answer.
pub const MAX_LOOKED_AT_BYTES: usize = 2_000;

/// Columns of a weight row.
const WIDTH: usize = 16;
/// Letters of the longest n-gram.
const GRAM_LETTERS: usize = 4;
/// Margin, in the units of the weights, that makes one language e times likelier than the next; found on sentences
/// apart from the test: n-grams that overlap are far from independent.
const MARGIN_OF_E: f32 = 160.0;

const LATIN: [&str; 16] =
    ["nl", "en", "de", "fr", "es", "it", "pt", "pl", "tr", "ro", "cs", "hu", "fi", "sv", "da", "no"];
const CYRILLIC: [&str; 4] = ["ru", "uk", "bg", "sr"];
const ARABIC: [&str; 3] = ["ar", "fa", "ur"];

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Language {
    /// ISO 639-1, or `und` when nothing says which.
    pub code: &'static str,
    /// How likely it is, 0 to 1, among the languages that are known here.
    pub confidence: f32,
}

impl Language {
    /// No language.
    pub const UNKNOWN: Self = Self { code: "und", confidence: 0.0 };
}

/// The language of `text`.
pub fn language(text: &str) -> Language {
    let text = &text[..text.floor_char_boundary(MAX_LOOKED_AT_BYTES)];
    match script(text) {
        Script::None => Language::UNKNOWN,
        Script::Only(code) => Language { code, confidence: 0.95 },
        Script::Latin => PROFILES.latin.read(text, &LATIN),
        Script::Cyrillic => PROFILES.cyrillic.read(text, &CYRILLIC),
        Script::Arabic => PROFILES.arabic.read(text, &ARABIC),
    }
}

/// The codes [`language`] can give, besides `und`.
pub fn known() -> impl Iterator<Item = &'static str> {
    let only = ["el", "he", "hy", "ka", "hi", "bn", "ta", "th", "am", "ko", "ja", "zh"];
    LATIN.into_iter().chain(CYRILLIC).chain(ARABIC).chain(only)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    None,
    Only(&'static str),
    Latin,
    Cyrillic,
    Arabic,
}

/// The script of most letters of a text.
fn script(text: &str) -> Script {
    if text.is_ascii() {
        let any = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        return if any { Script::Latin } else { Script::None };
    }
    let mut counts = [(0u32, Script::None); 16];
    let mut kana = 0u32;
    for character in text.chars() {
        let (slot, script) = match character {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => (0, Script::Latin),
            '\u{400}'..='\u{52f}' => (1, Script::Cyrillic),
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' => (2, Script::Arabic),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => (3, Script::Only("el")),
            '\u{590}'..='\u{5ff}' => (4, Script::Only("he")),
            '\u{530}'..='\u{58f}' => (5, Script::Only("hy")),
            '\u{10a0}'..='\u{10ff}' => (6, Script::Only("ka")),
            '\u{900}'..='\u{97f}' => (7, Script::Only("hi")),
            '\u{980}'..='\u{9ff}' => (8, Script::Only("bn")),
            '\u{b80}'..='\u{bff}' => (9, Script::Only("ta")),
            '\u{e00}'..='\u{e7f}' => (10, Script::Only("th")),
            '\u{1200}'..='\u{137f}' => (11, Script::Only("am")),
            '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => (12, Script::Only("ko")),
            '\u{3040}'..='\u{30ff}' => {
                kana += 1;
                (13, Script::Only("zh"))
            }
            '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => (13, Script::Only("zh")),
            _ => continue,
        };
        counts[slot].0 += 1;
        counts[slot].1 = script;
    }
    let (count, script) = counts.into_iter().max_by_key(|(count, _)| *count).unwrap_or((0, Script::None));
    match script {
        // Chinese has no kana; Japanese is full of them.
        Script::Only("zh") if kana * 10 > count => Script::Only("ja"),
        other => other,
    }
}

struct Profiles {
    latin: Profile,
    cyrillic: Profile,
    arabic: Profile,
}

static PROFILES: LazyLock<Profiles> = LazyLock::new(|| {
    let mut bytes: &[u8] = include_bytes!("profiles.bin");
    let mut next =
        || Profile::take(&mut bytes).expect("profiles.bin is part of the program and read by a test");
    Profiles { latin: next(), cyrillic: next(), arabic: next() }
});

/// The weights of one script, in an open hash table whose size is a power of two.
struct Profile {
    /// The feature's hash and its row; row 0 is nobody's.
    slots: Vec<(u32, u32)>,
    rows: Vec<[i8; WIDTH]>,
}

impl Profile {
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let number = |bytes: &mut &[u8]| {
            let (head, rest) = bytes.split_first_chunk::<4>()?;
            *bytes = rest;
            Some(u32::from_le_bytes(*head))
        };
        let count = number(bytes)?;
        let width = usize::try_from(number(bytes)?).ok().filter(|width| (1..=WIDTH).contains(width))?;
        let size = usize::try_from(count).ok()?.checked_mul(3)?.next_power_of_two();
        let mut slots = vec![(0, 0); size];
        for row in 1..=count {
            let key = number(bytes)?;
            let mut slot = key as usize & (size - 1);
            while slots[slot].1 != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = (key, row);
        }
        let mut rows = vec![[0; WIDTH]];
        for _ in 0..count {
            let (weights, rest) = bytes.split_at_checked(width)?;
            *bytes = rest;
            let mut row = [0; WIDTH];
            for (cell, weight) in row.iter_mut().zip(weights) {
                *cell = i8::from_le_bytes([*weight]);
            }
            rows.push(row);
        }
        Some(Self { slots, rows })
    }

    fn row(&self, key: u32) -> Option<&[i8; WIDTH]> {
        let mask = self.slots.len() - 1;
        let mut slot = key as usize & mask;
        loop {
            match self.slots[slot] {
                (_, 0) => return None,
                (known, row) if known == key => return self.rows.get(row as usize),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn read(&self, text: &str, codes: &[&'static str]) -> Language {
        let mut sums = [0i32; WIDTH];
        let mut word = String::with_capacity(64);
        let mut first = true;
        let mut capital = false;
        for character in text.chars().chain([' ']) {
            if character.is_alphabetic() {
                if word.is_empty() {
                    capital = character.is_uppercase();
                }
                push_lower(&mut word, character);
            } else if !word.is_empty() {
                self.add(&word, if capital && !first { 1 } else { 2 }, &mut sums);
                word.clear();
                first = false;
            }
        }
        judge(&sums[..codes.len()], codes)
    }

    /// Adds the weights of a word, `times` their half; a common word counts whole.
    fn add(&self, word: &str, times: i32, sums: &mut [i32; WIDTH]) {
        let bytes = word.as_bytes();
        let mut grams = [0i16; WIDTH];
        let mut found = 0u8;
        for start in 0..bytes.len() {
            if is_inside(bytes[start]) {
                continue;
            }
            let mut key = FNV_START;
            let mut letters = 0;
            for at in start..bytes.len() {
                key = fnv(key, bytes[at]);
                if bytes.get(at + 1).is_some_and(|next| is_inside(*next)) {
                    continue;
                }
                letters += 1;
                if let Some(row) = self.row(key) {
                    for (sum, weight) in grams.iter_mut().zip(row) {
                        *sum += i16::from(*weight);
                    }
                    found += 1;
                    // Before 16 bits could run over.
                    if found == u8::MAX {
                        flush(&mut grams, times, sums);
                        found = 0;
                    }
                }
                if letters == GRAM_LETTERS {
                    break;
                }
            }
        }
        flush(&mut grams, times, sums);
        let whole = bytes.iter().fold(fnv(FNV_START, b' '), |key, byte| fnv(key, *byte));
        if let Some(row) = self.row(whole) {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += 2 * i32::from(*weight);
            }
        }
    }
}

fn flush(grams: &mut [i16; WIDTH], times: i32, sums: &mut [i32; WIDTH]) {
    for (sum, gram) in sums.iter_mut().zip(grams.iter_mut()) {
        *sum += times * i32::from(*gram);
        *gram = 0;
    }
}

fn push_lower(word: &mut String, character: char) {
    if character.is_ascii() {
        word.push(character.to_ascii_lowercase());
    } else {
        word.extend(character.to_lowercase());
    }
}

/// Whether a byte of UTF-8 continues a letter.
fn is_inside(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

const FNV_START: u32 = 0x811c_9dc5;

fn fnv(key: u32, byte: u8) -> u32 {
    (key ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// The language with the largest sum, and how likely it is.
#[allow(clippy::cast_precision_loss, reason = "sums of a few thousand bytes are far below 2^24")]
fn judge(sums: &[i32], codes: &[&'static str]) -> Language {
    let Some((best, top)) = sums.iter().enumerate().max_by_key(|(_, sum)| **sum) else {
        return Language::UNKNOWN;
    };
    if sums.iter().all(|sum| sum == top) {
        return Language::UNKNOWN;
    }
    let total: f32 = sums.iter().map(|sum| ((sum - top) as f32 / MARGIN_OF_E).exp()).sum();
    Language { code: codes[best], confidence: 1.0 / total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_apart() {
        let check = |text: &str, expect: &str| {
            let found = language(text);
            assert_eq!(found.code, expect, "{text}: {found:?}");
            assert!((0.0..=1.0).contains(&found.confidence));
        };
        check("De weg langs het congresgebouw is tot vrijdag dicht.", "nl");
        check("The road along the congress centre is closed until Friday.", "en");
        check("Die Straße am Kongresszentrum ist bis Freitag gesperrt.", "de");
        check("La route le long du palais des congrès est fermée jusqu'à vendredi.", "fr");
        check("La calle junto al palacio de congresos está cerrada hasta el viernes.", "es");
        check("La strada lungo il centro congressi è chiusa fino a venerdì.", "it");
        check("A rua junto ao centro de congressos está fechada até sexta-feira.", "pt");
        check("Droga przy centrum kongresowym jest zamknięta do piątku.", "pl");
        check("Kongre merkezinin yanındaki yol cuma gününe kadar kapalı.", "tr");
        check("Vägen längs kongresshuset är stängd till fredag.", "sv");
        check("Дорога возле конгресс-центра закрыта до пятницы.", "ru");
        check("Дорога біля конгрес-центру закрита до п'ятниці.", "uk");
        check("الطريق بجانب مركز المؤتمرات مغلق حتى يوم الجمعة", "ar");
        check("جاده کنار مرکز همایش تا روز جمعه بسته است", "fa");
        check("Ο δρόμος είναι κλειστός", "el");
        check("道路は金曜日まで閉鎖されています", "ja");
        check("会议中心旁的道路关闭", "zh");
    }

    #[test]
    fn what_has_no_language_says_so() {
        for text in ["", "123 !?", "🎉🎉", "https"] {
            let found = language(text);
            assert!(found == Language::UNKNOWN || found.confidence < 0.9, "{text}: {found:?}");
        }
    }

    #[test]
    fn long_sentences_are_surer_than_short_ones() {
        assert!(language("De weg is tot vrijdag dicht voor alle auto's.").confidence > 0.9);
        assert!(
            language("Stop").confidence
                < language("De weg is tot vrijdag dicht voor alle auto's.").confidence
        );
    }

    #[test]
    fn the_longest_word_does_not_run_over() {
        assert!(known().any(|code| code == language(&"en".repeat(100_000)).code));
    }
}
