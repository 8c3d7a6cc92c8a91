//! The normal form of a paragraph: without counters, and without dates where there is little else.
//!
//! Not here: comparing.

/// A paragraph with at most this many words besides its dates is a stamp: the dates do not count.
const STAMP_WORDS_COUNT: usize = 6;

/// What pages count by themselves.
const COUNTED: [&str; 44] = [
    "comment",
    "comments",
    "view",
    "views",
    "like",
    "likes",
    "share",
    "shares",
    "reply",
    "replies",
    "reader",
    "readers",
    "visitor",
    "visitors",
    "vote",
    "votes",
    "result",
    "results",
    "follower",
    "followers",
    "download",
    "downloads",
    "reactie",
    "reacties",
    "weergave",
    "weergaven",
    "bezoeker",
    "bezoekers",
    "lezer",
    "lezers",
    "stem",
    "stemmen",
    "resultaat",
    "resultaten",
    "volger",
    "volgers",
    "keer",
    "times",
    "seconds",
    "seconden",
    "kommentare",
    "aufrufe",
    "commentaires",
    "vues",
];

/// Spans of time that go by themselves.
const SPANS: [&str; 20] = [
    "second", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "minuut", "minuten",
    "uur", "uren", "dag", "dagen", "weken", "min", "mins", "u", "h",
];

/// A paragraph without what changes by itself: counters, and dates when there is little else.
pub(super) fn normal_form(paragraph: &str) -> String {
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let counted = without_counters(&words);
    let undated: Vec<&str> = counted.iter().copied().filter(|word| !is_of_date(word)).collect();
    let kept = if undated.len() <= STAMP_WORDS_COUNT { undated } else { counted };
    kept.join(" ")
}

/// Leaves out numbers that count readers, reactions and minutes.
fn without_counters<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let bare = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let next = words.get(at + 1).map(|word| bare(word)).unwrap_or_default();
        let then = words.get(at + 2).map(|word| bare(word)).unwrap_or_default();
        if is_number(words[at])
            && SPANS.contains(&next.as_str())
            && matches!(then.as_str(), "ago" | "geleden")
        {
            at += 3;
        } else if is_number(words[at]) && COUNTED.contains(&next.as_str()) {
            kept.push(words[at + 1]);
            at += 2;
        } else if at + 1 < words.len()
            && is_number(words[at + 1])
            && words[at].ends_with(':')
            && COUNTED.contains(&bare(words[at]).as_str())
        {
            kept.push(words[at]);
            at += 2;
        } else {
            kept.push(words[at]);
            at += 1;
        }
    }
    kept
}

fn is_number(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '[', ']', '+', 'k', 'K', 'M']);
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a word is of a date or time: a number, a month, a day of the week, a part of the day.
fn is_of_date(word: &str) -> bool {
    const NAMES: [&str; 50] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "januari",
        "februari",
        "maart",
        "mei",
        "juni",
        "juli",
        "augustus",
        "oktober",
        "jan",
        "feb",
        "mar",
        "mrt",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "okt",
        "nov",
        "dec",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "am",
        "pm",
    ];
    const PARTS: [&str; 12] =
        ["uur", "om", "at", "utc", "gmt", "cet", "cest", "today", "yesterday", "vandaag", "gisteren", "h"];
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let digits = bare.bytes().any(|byte| byte.is_ascii_digit());
    let only = bare.bytes().all(|byte| {
        byte.is_ascii_digit() || matches!(byte, b':' | b'-' | b'/' | b'.' | b't' | b'z' | b'h' | b'+')
    });
    bare.is_empty() || digits && only || NAMES.contains(&bare.as_str()) || PARTS.contains(&bare.as_str())
}
