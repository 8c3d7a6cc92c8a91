//! The words of a folded text, their sentences and the quotation marks around them.
//!
//! Not here: folding ([`super::normal`]) and what the words mean.

use std::ops::Range;

use super::normal::Normal;

/// Most words of one document that are read; what follows is not looked at.
pub const WORDS_MAX: usize = 6_000;

/// One word of a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the folded text, in bytes; a hashtag without its `#`.
    pub at: Range<u32>,
    /// The number of its sentence.
    pub sentence: u32,
    /// The number of its clause: as its sentence, and cut at commas and colons too.
    pub clause: u32,
    /// It stands between quotation marks.
    pub quoted: bool,
    /// It stands behind a `#`.
    pub tag: bool,
}

/// A folded text and its words.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The folded text.
    pub normal: Normal,
    /// Its words, in order.
    pub list: Vec<Word>,
}

impl Words {
    /// The words of a folded text.
    pub fn of(normal: Normal) -> Self {
        let mut reader = Reader::default();
        let text = normal.text();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < text.len() && reader.list.len() < WORDS_MAX {
            let Some(letter) = text[at..].chars().next() else { break };
            if letter.is_alphanumeric() {
                let end = word_end(text, at);
                reader.word(at..end, at > 0 && bytes[at - 1] == b'#');
                at = end;
            } else {
                reader.sign(letter, text, at);
                at += letter.len_utf8();
            }
        }
        let list = reader.done();
        Self { normal, list }
    }

    /// The letters of a word.
    pub fn text(&self, index: usize) -> &str {
        let at = &self.list[index].at;
        &self.normal.text()[at.start as usize..at.end as usize]
    }

    /// Where some words in a row stand in the original text, in bytes.
    pub fn original(&self, words: &Range<usize>) -> Range<usize> {
        let (Some(first), Some(last)) =
            (self.list.get(words.start), self.list.get(words.end.saturating_sub(1)))
        else {
            return 0..0;
        };
        self.normal.original(&(first.at.start as usize..last.at.end as usize))
    }

    /// The word that holds a byte of the folded text, or the next one after it.
    pub fn index_at(&self, byte: usize) -> usize {
        self.list.partition_point(|word| word.at.end as usize <= byte)
    }
}

#[derive(Default)]
struct Reader {
    list: Vec<Word>,
    sentence: u32,
    clause: u32,
    /// Where the open quotation began in `list`, and its closing sign.
    open: Option<(usize, char)>,
    quotes: Vec<Range<usize>>,
}

impl Reader {
    fn word(&mut self, at: Range<usize>, tag: bool) {
        let at = small(at.start)..small(at.end);
        self.list.push(Word { at, sentence: self.sentence, clause: self.clause, quoted: false, tag });
    }

    fn sign(&mut self, sign: char, text: &str, at: usize) {
        let next = text[at + sign.len_utf8()..].chars().next();
        match sign {
            '"' => self.quote('"', true),
            // A single mark is an apostrophe unless it stands before a word or closes what it opened.
            '\'' => {
                let before = text[..at].chars().next_back();
                let opens = before.is_none_or(|letter| !letter.is_alphanumeric())
                    && next.is_some_and(char::is_alphanumeric);
                self.quote('\'', opens);
            }
            '.' if next.is_some_and(char::is_alphanumeric) => {}
            '.' | '!' | '?' | '\n' | '…' => {
                self.sentence += 1;
                self.clause += 1;
            }
            ',' | ';' | ':' | '(' | ')' if next.is_none_or(|letter| !letter.is_ascii_digit()) => {
                self.clause += 1;
            }
            _ => {}
        }
    }

    fn quote(&mut self, sign: char, opens: bool) {
        match self.open {
            Some((from, closing)) if closing == sign => {
                self.quotes.push(from..self.list.len());
                self.open = None;
            }
            None if opens => self.open = Some((self.list.len(), sign)),
            _ => {}
        }
    }

    fn done(mut self) -> Vec<Word> {
        for quote in self.quotes {
            for word in &mut self.list[quote] {
                word.quoted = true;
            }
        }
        self.list
    }
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A word runs on over an apostrophe between letters: `don't`, `'s` stays apart.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut signs = text[start..].char_indices().peekable();
    while let Some((place, letter)) = signs.next() {
        let inner = letter == '\'' && signs.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(letter.is_alphanumeric() || inner) {
            break;
        }
        end = start + place + letter.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_sentences_and_quotes() {
        let words =
            Words::of(Normal::of("Hij zei \"kom niet\", maar ik don't. Om 14.00 uur 'ja zeker' #Mars"));
        let check = |index: usize, text: &str, sentence: u32, quoted: bool, tag: bool| {
            let word = &words.list[index];
            assert_eq!(
                (words.text(index), word.sentence, word.quoted, word.tag),
                (text, sentence, quoted, tag)
            );
        };
        check(1, "zei", 0, false, false);
        check(2, "kom", 0, true, false);
        check(4, "maar", 0, false, false);
        check(6, "don't", 0, false, false);
        check(9, "00", 1, false, false);
        check(11, "ja", 1, true, false);
        check(13, "mars", 1, false, true);
        assert_ne!(words.list[3].clause, words.list[4].clause);
        assert_eq!(words.index_at(words.list[4].at.start as usize), 4);
    }
}
