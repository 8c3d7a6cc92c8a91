//! What people type, turned into a query that FTS5 takes, whatever they type.
//!
//! Not here: operators. There are words, quoted phrases, tags (`#word`, `#"more words"`), and the last word as a beginning;
//! nothing else means anything.

use crate::StoreError;

/// Longest search text, in characters.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Most words and phrases in one search.
pub const SEARCH_WORDS_MAX: usize = 16;
/// Longest beginning that the index keeps, in characters: of a longer last word so much is a beginning.
pub(super) const PREFIX_CHARS_MAX: usize = 16;
/// Shortest beginning; a shorter last word stands for itself.
const PREFIX_CHARS_MIN: usize = 2;

/// The FTS5 query for a text; `None` when the text is blank and so asks for nothing.
pub(super) fn compile(text: &str) -> Result<Option<String>, StoreError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text.chars().count() > SEARCH_CHARS_MAX {
        return Err(StoreError::Conflict("a search has at most 200 characters"));
    }
    let mut terms = Vec::new();
    let mut tagged = false;
    let mut pieces = text.split('"').enumerate().peekable();
    while let Some((index, piece)) = pieces.next() {
        let last = pieces.peek().is_none();
        if index % 2 == 1 {
            terms.extend(if tagged { tag(piece) } else { phrase(piece) });
            continue;
        }
        let words = piece.strip_suffix('#').filter(|before| !before.ends_with(|c: char| !c.is_whitespace()));
        tagged = !last && words.is_some();
        let piece = if tagged { words.unwrap_or(piece) } else { piece };
        let mut words = piece.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let beginning = last && words.peek().is_none();
            terms.extend(match word.strip_prefix('#') {
                Some(name) if name.starts_with(char::is_alphanumeric) => tag(name),
                _ if beginning => prefix(word),
                _ => phrase(word),
            });
        }
    }
    if terms.len() > SEARCH_WORDS_MAX {
        return Err(StoreError::Conflict("a search has at most 16 words and phrases"));
    }
    // Text without any letter or digit is in no item: a query that finds nothing.
    Ok(Some(if terms.is_empty() { "\"\"".into() } else { terms.join(" AND ") }))
}

fn phrase(text: &str) -> Option<String> {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.contains(char::is_alphanumeric).then(|| format!("\"{clean}\""))
}

/// Words that stand together in a tag.
fn tag(text: &str) -> Option<String> {
    Some(format!("tags : {}", phrase(text)?))
}

/// The last word: its last run of letters and digits is a beginning.
fn prefix(word: &str) -> Option<String> {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let run = word.rsplit(|c: char| !c.is_alphanumeric()).next()?;
    let length = run.chars().count();
    if length < PREFIX_CHARS_MIN {
        return phrase(word);
    }
    let cut: usize = run.chars().skip(PREFIX_CHARS_MAX).map(char::len_utf8).sum();
    Some(format!("{} *", phrase(&word[..word.len() - cut])?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(compile(text).unwrap().as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn words_phrases_and_a_beginning() {
        check("witte bus", r#""witte" AND "bus" *"#);
        check(r#"van "World Forum""#, r#""van" AND "World Forum""#);
        check(r#""open end"#, r#""open end""#);
        check("a NOT b", r#""a" AND "NOT" AND "b""#);
        check("col:umn -x* (y) ^z", r#""col:umn" AND "-x*" AND "(y)" AND "^z""#);
        check("van #firework", r#""van" AND tags : "firework""#);
        check(r##"#"fire alarm" van"##, r#"tags : "fire alarm" AND "van" *"#);
        check(r##"C# "sharp" # #- a#b"##, r##""C#" AND "sharp" AND "a#b""##);
        check("IJ-12", r#""IJ-12" *"#);
        check("plate...", r#""plate" *"#);
        check("abcdefghijklmnopqrstuvwxyz", r#""abcdefghijklmnop" *"#);
        check("-- !", "\"\"");
        assert_eq!(compile("  ").unwrap(), None);
    }

    #[test]
    fn limits() {
        assert!(compile(&"a".repeat(201)).is_err());
        assert!(compile(&"ab ".repeat(17)).is_err());
        assert!(compile(&"ab ".repeat(16)).is_ok());
    }

    proptest! {
        #[test]
        fn nothing_is_a_syntax_error(text in "\\PC{0,40}|[\"*^:(){}+\\-a ]{0,30}|(NEAR|AND|OR|NOT|[\"a ]){0,8}") {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch("CREATE VIRTUAL TABLE words USING fts5(title, text, tags)").unwrap();
            if let Some(query) = compile(&text).unwrap() {
                let count: i64 = connection
                    .query_row("SELECT count(*) FROM words WHERE words MATCH ?1", [&query], |row| row.get(0))
                    .unwrap();
                prop_assert_eq!(count, 0);
            }
        }
    }
}
