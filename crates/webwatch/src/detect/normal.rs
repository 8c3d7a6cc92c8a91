//! The shadow copy of a text that everything matches on: compatibility forms, case, accents, look-alike letters and the
//! tricks of spelling (digits for letters, letters set apart) folded away, with the way back into the original.
//!
//! Not here: what is looked for in it.
//!
//! Method: Unicode NFKD (UAX 15) with marks dropped, the skeleton of UTS 39 for what is not Latin but looks like it.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A folded copy of a text and, for each of its bytes, where that came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normal {
    text: String,
    /// For each byte of `text` and one past its end: the byte of the original.
    from: Vec<u32>,
}

impl Normal {
    /// The folded copy: same words, one way of writing each letter.
    pub fn of(original: &str) -> Self {
        let mut normal = Self {
            text: String::with_capacity(original.len()),
            from: Vec::with_capacity(original.len() + 1),
        };
        for (at, letter) in original.char_indices() {
            fold(letter, &mut |folded| normal.push(folded, at));
        }
        normal.from.push(offset(original.len()));
        normal
    }

    /// The copy with the tricks of spelling undone; `None` when it holds none.
    pub fn without_tricks(&self) -> Option<Self> {
        let mut copy =
            Self { text: String::with_capacity(self.text.len()), from: Vec::with_capacity(self.from.len()) };
        let mut changed = false;
        let mut at = 0;
        while at < self.text.len() {
            let run = trick_run(&self.text, at);
            if let Some((end, letters)) = joined(&self.text, at) {
                changed = true;
                for (place, letter) in letters {
                    copy.push(letter, place);
                }
                at = end;
            } else if run.len() > 1 && is_leet(&self.text[run.clone()]) {
                changed = true;
                for (place, letter) in self.text[run.clone()].char_indices() {
                    copy.push(unleet(letter), run.start + place);
                }
                at = run.end;
            } else {
                let end = if run.is_empty() { at + letter_len(&self.text, at) } else { run.end };
                for (place, letter) in self.text[at..end].char_indices() {
                    copy.push(letter, at + place);
                }
                at = end;
            }
        }
        copy.from.push(offset(self.text.len()));
        for from in &mut copy.from {
            *from = self.from[*from as usize];
        }
        changed.then_some(copy)
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a stretch of the folded text stands in the original, in bytes.
    pub fn original(&self, folded: &Range<usize>) -> Range<usize> {
        let start = self.from[folded.start.min(self.from.len() - 1)] as usize;
        let mut end = self.from[folded.end.min(self.from.len() - 1)] as usize;
        // The last letter may have become several: go to where another letter begins.
        let mut next = folded.end;
        while end == start && next + 1 < self.from.len() {
            next += 1;
            end = self.from[next] as usize;
        }
        start..end
    }

    fn push(&mut self, letter: char, at: usize) {
        self.text.push(letter);
        self.from.extend(std::iter::repeat_n(offset(at), letter.len_utf8()));
    }
}

/// The folded form of a word or phrase that is looked for.
pub fn folded(text: &str) -> String {
    Normal::of(text).text
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn letter_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

fn fold(letter: char, push: &mut dyn FnMut(char)) {
    if letter.is_ascii() {
        return push(letter.to_ascii_lowercase());
    }
    match letter {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2b9}' | '\u{2bc}' | '\u{b4}' => return push('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' => return push('"'),
        '\u{2010}'..='\u{2015}' => return push('-'),
        '\u{df}' | '\u{1e9e}' => {
            push('s');
            return push('s');
        }
        '\u{e6}' | '\u{c6}' => {
            push('a');
            return push('e');
        }
        '\u{f8}' | '\u{d8}' => return push('o'),
        '\u{142}' | '\u{141}' => return push('l'),
        _ => {}
    }
    if is_invisible(letter) {
        return;
    }
    for part in std::iter::once(letter).nfkd() {
        if unicode_normalization::char::is_combining_mark(part) {
            continue;
        }
        for small in part.to_lowercase() {
            match lookalike(small) {
                Some(latin) => push(latin),
                None => push(small),
            }
        }
    }
}

/// Letters that show nothing and are put between others to hide a word.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// The small Latin letter that a letter of another script looks like.
fn lookalike(letter: char) -> Option<char> {
    if letter.is_ascii() || !letter.is_alphabetic() {
        return None;
    }
    let mut skeleton =
        unicode_security::skeleton(letter.encode_utf8(&mut [0; 4])).collect::<Vec<_>>().into_iter();
    match (skeleton.next(), skeleton.next()) {
        (Some(latin), None) if latin.is_ascii_alphabetic() => Some(latin.to_ascii_lowercase()),
        _ => None,
    }
}

/// The stretch of letters, digits and the signs that stand for letters.
fn trick_run(text: &str, at: usize) -> Range<usize> {
    let end = text[at..]
        .char_indices()
        .find(|(_, letter)| !(letter.is_alphanumeric() || matches!(letter, '@' | '$' | '!' | '|')))
        .map_or(text.len(), |(place, _)| at + place);
    let run = &text[at..end];
    at..at + run.trim_end_matches(['!', '|']).len()
}

/// Letters with signs for letters among them: `k1ll`, not `14`, `a12`, `7th` or `@name`.
fn is_leet(run: &str) -> bool {
    let signs = |letter: char| matches!(letter, '0' | '1' | '3' | '4' | '5' | '7' | '@' | '$' | '!' | '|');
    let letters = run.chars().filter(|letter| letter.is_alphabetic()).count();
    let inner = run.char_indices().any(|(at, letter)| {
        let before = run[..at].chars().next_back();
        let after = run[at + letter.len_utf8()..].chars().find(|next| !signs(*next));
        signs(letter) && after.is_some() && (before.is_some_and(char::is_alphanumeric) || letter != '@')
    });
    letters >= 2 && inner && run.chars().all(|letter| letter.is_alphabetic() || signs(letter))
}

fn unleet(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Single letters set apart by one and the same sign, three or more: where they end, and the letters.
fn joined(text: &str, at: usize) -> Option<(usize, Vec<(usize, char)>)> {
    if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let mut letters = Vec::new();
    let mut signs = text[at..].char_indices().peekable();
    let mut between = None;
    let mut end = at;
    while let Some((place, letter)) = signs.next() {
        if !letter.is_alphabetic() {
            return None;
        }
        letters.push((at + place, letter));
        end = at + place + letter.len_utf8();
        match signs.next() {
            None => break,
            Some((_, sign))
                if matches!(sign, ' ' | '.' | '-' | '_' | '*') && between.is_none_or(|old| old == sign) =>
            {
                let mut ahead = text[end + sign.len_utf8()..].chars();
                let single = ahead.next().is_some_and(char::is_alphabetic)
                    && !ahead.next().is_some_and(char::is_alphanumeric);
                if !single {
                    break;
                }
                between = Some(sign);
            }
            Some((_, sign)) if sign.is_alphanumeric() => return None,
            Some(_) => break,
        }
    }
    (letters.len() >= 3).then_some((end, letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_looks_the_same() {
        let check =
            |original: &str, expect: &str| assert_eq!(Normal::of(original).text(), expect, "{original}");
        check("Vredespaleis", "vredespaleis");
        check("ＷＯＲＬＤ Ｆｏｒｕｍ", "world forum");
        check("Straße für Übung", "strasse fur ubung");
        check("w\u{200b}o\u{ad}rd", "word");
        check("р\u{430}ris", "paris");
        check("“Het’s”", "\"het's\"");
        check("ﬁets", "fiets");
        check("e\u{301}\u{301}\u{301}en", "een");
    }

    #[test]
    fn undoes_tricks_only_where_there_are_some() {
        let check = |original: &str, expect: Option<&str>| {
            let copy = Normal::of(original).without_tricks();
            assert_eq!(copy.as_ref().map(Normal::text), expect, "{original}");
        };
        check("bl0kk33r de weg", Some("blokkeer de weg"));
        check("wij g4an b l o k k e r e n morgen", Some("wij gaan blokkeren morgen"));
        check("m.a.r.s", Some("mars"));
        check("om 14:00 op de A12 met 300 man", None);
        check("mail@ ok! en 5e", None);
        check("een gewone zin", None);
    }

    #[test]
    fn every_stretch_finds_its_way_back() {
        let original = "Kom naar de Ｐl0kk-straße, b l o k";
        let plain = Normal::of(original);
        let at = plain.text().find("strasse").unwrap();
        assert_eq!(&original[plain.original(&(at..at + 7))], "straße");
        let tricks = plain.without_tricks().unwrap();
        let at = tricks.text().find("blok").unwrap();
        assert_eq!(&original[tricks.original(&(at..at + 4))], "b l o k");
        let at = tricks.text().find("plokk").unwrap();
        assert_eq!(&original[tricks.original(&(at..at + 5))], "Ｐl0kk");
    }
}
