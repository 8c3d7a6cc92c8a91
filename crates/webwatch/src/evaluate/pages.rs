//! Main text of pages: F1 by shingles of four words, as the article extraction benchmark of Scrapinghub publishes it.
//!
//! Precision and recall are means over pages of true positives, false positives and false negatives that are normalised per
//! page; F1 is of these means. Not here: the pages.

use std::collections::HashMap;

use url::Url;

use super::{File, Row, Seconds, rate};
use crate::extract::{decode, page};

/// A page: its name, address, HTML and true text.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The name the two halves are made by.
    pub name: String,
    /// Where it came from.
    pub url: String,
    /// The answer's bytes.
    pub html: Vec<u8>,
    /// Its article.
    pub truth: String,
}

/// Joins `ground-truth.json` and the pages, unpacked, whose names are its keys.
pub fn samples(truth: &[u8], pages: &[File]) -> Result<Vec<Sample>, serde_json::Error> {
    let truth: std::collections::BTreeMap<String, HashMap<String, String>> = serde_json::from_slice(truth)?;
    let by_name: HashMap<&str, &[u8]> = pages
        .iter()
        .map(|(path, bytes)| {
            (path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or(path), bytes.as_slice())
        })
        .collect();
    Ok(truth
        .into_iter()
        .filter_map(|(name, fields)| {
            let html = by_name.get(name.as_str())?.to_vec();
            let field = |key: &str| fields.get(key).cloned().unwrap_or_default();
            Some(Sample { url: field("url"), truth: field("articleBody"), html, name })
        })
        .collect())
}

/// Measures all pages, and the two halves: rules were looked at on the first only.
pub fn measure(samples: &[Sample], seconds: Seconds<'_>) -> Row {
    let start = seconds();
    let texts: Vec<String> = samples.iter().map(extract).collect();
    let spent = seconds() - start;
    let scores: Vec<(bool, Counts)> = samples
        .iter()
        .zip(&texts)
        .map(|(sample, text)| (is_first_half(&sample.name), compare(&sample.truth, text)))
        .collect();
    let of = |keep: &dyn Fn(bool) -> bool| {
        mean(scores.iter().filter(|(first, _)| keep(*first)).map(|(_, counts)| *counts))
    };
    let (all, first, second) = (of(&|_| true), of(&|first| first), of(&|first| !first));
    Row::new("article text, belfry")
        .with("F1", all.2)
        .with("precision", all.0)
        .with("recall", all.1)
        .with("F1 of the half looked at", first.2)
        .with("F1 of the other half", second.2)
        .with("pages/s", rate(samples.len(), spent))
}

/// The text of a page, as the node would read it.
pub fn extract(sample: &Sample) -> String {
    let decoded = decode::decode(&sample.html, None);
    Url::parse(&sample.url).map(|url| page::read(&decoded.text, &url).text).unwrap_or_default()
}

/// The half a page is in, by a hash of its name (FNV-1a).
pub fn is_first_half(name: &str) -> bool {
    name.bytes().fold(0x811c_9dc5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)) & 1
        == 0
}

/// True positives, false positives and false negatives of a page, together 1.
type Counts = (f64, f64, f64);

/// Compares two texts by their shingles of four words.
pub fn compare(truth: &str, found: &str) -> Counts {
    let mut counts: HashMap<Vec<&str>, (i64, i64)> = HashMap::new();
    for shingle in shingles(truth) {
        counts.entry(shingle).or_default().0 += 1;
    }
    for shingle in shingles(found) {
        counts.entry(shingle).or_default().1 += 1;
    }
    #[allow(clippy::cast_precision_loss, reason = "counts of words of a page")]
    let sum = |count: fn(i64, i64) -> i64| {
        counts.values().map(|(truth, found)| count(*truth, *found)).sum::<i64>() as f64
    };
    let (good, over, missed) = (
        sum(std::cmp::Ord::min),
        sum(|truth, found| (found - truth).max(0)),
        sum(|truth, found| (truth - found).max(0)),
    );
    let all = good + over + missed;
    if all > 0.0 { (good / all, over / all, missed / all) } else { (0.0, 0.0, 0.0) }
}

fn shingles(text: &str) -> Vec<Vec<&str>> {
    let words: Vec<&str> = text
        .split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    match words.len() {
        0 => Vec::new(),
        1..=4 => vec![words],
        _ => words.windows(4).map(<[&str]>::to_vec).collect(),
    }
}

/// Precision, recall and F1 over pages.
#[allow(clippy::cast_precision_loss, reason = "counts of pages")]
fn mean(counts: impl Iterator<Item = Counts>) -> Counts {
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    for (good, over, missed) in counts {
        if good + over > 0.0 {
            precisions.push(good / (good + over));
        }
        if good + missed > 0.0 {
            recalls.push(good / (good + missed));
        }
    }
    let mean =
        |list: &[f64]| if list.is_empty() { 0.0 } else { list.iter().sum::<f64>() / list.len() as f64 };
    let (precision, recall) = (mean(&precisions), mean(&recalls));
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    (precision, recall, f1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metric_is_the_published_one() {
        let check = |truth: &str, found: &str, expect: Counts| {
            let counts = compare(truth, found);
            let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
            assert!(
                near(counts.0, expect.0) && near(counts.1, expect.1) && near(counts.2, expect.2),
                "{truth} {found} {counts:?}"
            );
        };
        check("a b c d e", "a b c d e", (1.0, 0.0, 0.0));
        check("a b c d e", "a b c d", (0.5, 0.0, 0.5));
        check("a b", "a, b", (1.0, 0.0, 0.0));
        check("a b", "", (0.0, 0.0, 1.0));
        check("", "", (0.0, 0.0, 0.0));
        check("a b c d", "x a b c d", (0.5, 0.5, 0.0));
    }

    #[test]
    fn pages_are_joined_with_their_truth() {
        let html = b"<p>De brug over het kanaal is sinds vanmorgen dicht voor al het verkeer.</p>".to_vec();
        let truth = br#"{"a1":{"url":"https://a.example/","articleBody":"De brug over het kanaal is sinds vanmorgen dicht voor al het verkeer."}}"#;
        let samples = samples(truth, &[("html/a1.html".to_owned(), html)]).unwrap();
        assert!(measure(&samples, &|| 0.0).figure("F1").unwrap() > 0.99);
    }
}
