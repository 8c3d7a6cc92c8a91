//! Language identification: accuracy on sentences, per language, and speed.
//!
//! Not here: the sentences; they are data of others and only for measuring.

use super::{File, Row, Seconds, rate, share};
use crate::extract::language;

/// Measures on files named `lang_CODE.txt` with a sentence a line.
pub fn measure(files: &[File], seconds: Seconds<'_>) -> Row {
    measure_with("language, belfry", &|sentence| language::language(sentence).code, files, seconds)
}

/// Measures what tells a sentence's language (ISO 639-1) on the same files.
pub fn measure_with(
    name: &str,
    tell: &dyn Fn(&str) -> &'static str,
    files: &[File],
    seconds: Seconds<'_>,
) -> Row {
    let mut row = Row::new(name);
    let (mut right, mut all) = (0, 0);
    let mut spent = 0.0;
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort();
    for (path, bytes) in sorted {
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(code) = name.strip_prefix("lang_").and_then(|name| name.strip_suffix(".txt")) else {
            continue;
        };
        let text = String::from_utf8_lossy(bytes);
        let sentences: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let start = seconds();
        let found = sentences.iter().filter(|sentence| tell(sentence) == code).count();
        spent += seconds() - start;
        right += found;
        all += sentences.len();
        row = row.with(code, share(found, sentences.len()));
    }
    row.with("all", share(right, all)).with("sentences/s", rate(all, spent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_right() {
        let files = vec![
            (
                "lang_nl.txt".to_owned(),
                "De brug is dicht.\nThe bridge is closed today.\n".as_bytes().to_vec(),
            ),
            ("other.txt".to_owned(), b"x".to_vec()),
        ];
        let row = measure(&files, &|| 0.0);
        assert_eq!((row.figure("nl"), row.figure("all")), (Some(0.5), Some(0.5)));
    }
}
