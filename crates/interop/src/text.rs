//! Small help with text that comes from elsewhere: position in lines, invisible characters, shortening.
//!
//! Not here: what a text means.

/// Line and column, both from 1, of a byte offset. A column counts characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// The text without characters that no reader sees and that [`record::Faults::text`] refuses, and how many they were.
pub(crate) fn without_invisible(text: &str) -> (String, usize) {
    let bad = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let kept: String = text.chars().filter(|c| !bad(*c)).collect();
    let removed = text.chars().count() - kept.chars().count();
    (kept, removed)
}

/// The text in one line: every run of white space becomes one space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `chars_max` characters, the last of them an ellipsis when something was cut.
pub(crate) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.into();
    }
    let mut short: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one() {
        assert_eq!(line_and_column("a\nbc", 0), (1, 1));
        assert_eq!(line_and_column("é\nbc", 4), (2, 2));
        assert_eq!(line_and_column("a", 99), (1, 2));
    }

    #[test]
    fn invisible_characters_go_and_are_counted() {
        assert_eq!(without_invisible("a\u{202E}b\u{7}\n\tc"), ("ab\n\tc".into(), 2));
        assert_eq!(one_line(" a\n b\t"), "a b");
        assert_eq!(shortened("abcd", 3), "ab…");
        assert_eq!(shortened("abc", 3), "abc");
    }
}
