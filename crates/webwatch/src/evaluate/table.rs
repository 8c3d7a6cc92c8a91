//! Tables in comma-separated form (RFC 4180) with any separator. Not here: files.

use std::collections::BTreeMap;

/// The rows of a table by the names in its first line; a row with too few fields gets empty ones.
pub fn rows(text: &str, separator: char) -> Vec<BTreeMap<String, String>> {
    let mut lines = records(text, separator).into_iter();
    let Some(names) = lines.next() else { return Vec::new() };
    let names: Vec<String> =
        names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let named = lines.filter(|line| line.len() > 1).map(|line| {
        let mut line = line.into_iter();
        names.iter().map(|name| (name.clone(), line.next().unwrap_or_default())).collect()
    });
    named.collect()
}

fn records(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            sign if sign == separator && !quoted => record.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_lines_within_fields() {
        let table = rows("a;b\n1;\"x;\"\"y\"\"\nz\"\n2;plain \"word\"\n", ';');
        assert_eq!(table.len(), 2);
        assert_eq!((table[0]["b"].as_str(), table[1]["b"].as_str()), ("x;\"y\"\nz", "plain \"word\""));
    }
}
