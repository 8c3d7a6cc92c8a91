//! Dates as feeds and pages write them: RFC 822 with its oddities, W3C-DTF and ISO 8601, asctime, and dates in words.
//!
//! A time without a zone is taken as UTC. Not here: which date of a document counts.

use base::clock::Timestamp;

/// Longest text that is looked at, in bytes.
const MAX_DATE_BYTES: usize = 64;

/// Reads a date in any of the usual formats.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_DATE_BYTES {
        return None;
    }
    iso(text).or_else(|| words(text)).or_else(|| numbers(text))
}

#[derive(Debug, Default, Clone, Copy)]
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    /// How far its zone is ahead of UTC.
    offset_min: i64,
}

impl Moment {
    fn timestamp(self) -> Option<Timestamp> {
        let length = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        let valid = (1..=length).contains(&self.day)
            && (0..=9999).contains(&self.year)
            && (0..=24).contains(&self.hour)
            && (0..=59).contains(&self.minute)
            && (0..=60).contains(&self.second)
            && self.offset_min.abs() <= 24 * 60;
        // Days since 1970 of the proleptic Gregorian calendar, counted in eras of 400 years from 1 March.
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let seconds =
            days * 86_400 + self.hour * 3600 + self.minute * 60 + self.second - self.offset_min * 60;
        valid.then(|| Timestamp::from_millis(seconds * 1000 + self.millisecond))
    }
}

/// Digits at the start: their value, how many, and what follows.
fn digits(text: &str) -> Option<(i64, usize, &str)> {
    let length = text.bytes().take(9).take_while(u8::is_ascii_digit).count();
    (length > 0).then_some(())?;
    Some((text[..length].parse().ok()?, length, &text[length..]))
}

fn exactly(text: &str, length: usize) -> Option<(i64, &str)> {
    let part = text.get(..length)?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((part.parse().ok()?, &text[length..]))
}

/// `2026-11-25T14:02:11.25+01:00` and what is short of it: `2026`, `2026-11`, `20261125`, `2026-329`, a blank for the T.
fn iso(text: &str) -> Option<Timestamp> {
    let (year, rest) = exactly(text, 4)?;
    let mut moment = Moment { year, month: 1, day: 1, ..Moment::default() };
    let rest = match rest.strip_prefix('-') {
        None if rest.is_empty() => return moment.timestamp(),
        None => {
            let (month, rest) = exactly(rest, 2)?;
            let (day, rest) = exactly(rest, 2)?;
            (moment.month, moment.day) = (month, day);
            rest
        }
        Some(after) => {
            let (number, length, rest) = digits(after)?;
            match (length, rest.strip_prefix('-')) {
                (1 | 2, Some(after)) => {
                    let (day, _, rest) = digits(after)?;
                    (moment.month, moment.day) = (number, day);
                    rest
                }
                (1 | 2, None) => {
                    moment.month = number;
                    rest
                }
                (3, None) => return day_of_year(moment, number, rest),
                _ => return None,
            }
        }
    };
    let rest = rest.trim_start();
    match rest.strip_prefix(['T', 't']).or(Some(rest)).map(str::trim_start) {
        Some("") | None => moment.timestamp(),
        Some(time) => finish(moment, time),
    }
}

fn day_of_year(moment: Moment, number: i64, rest: &str) -> Option<Timestamp> {
    if !(1..=366).contains(&number) || !rest.is_empty() {
        return None;
    }
    Some(moment.timestamp()?.plus_seconds((number - 1) * 86_400))
}

/// Reads a time of day and a zone into `moment`.
fn finish(mut moment: Moment, time: &str) -> Option<Timestamp> {
    let (hour, length, rest) = digits(time)?;
    let mut rest = rest;
    if length > 2 {
        // `140211` or `1402`
        let (hour, after) = exactly(time, 2)?;
        let (minute, after) = exactly(after, 2)?;
        let (second, after) = exactly(after, 2).unwrap_or((0, after));
        (moment.hour, moment.minute, moment.second, rest) = (hour, minute, second, after);
    } else {
        moment.hour = hour;
        if let Some((minute, _, after)) = rest.strip_prefix([':', '.']).and_then(digits) {
            (moment.minute, rest) = (minute, after);
            if let Some((second, _, after)) = rest.strip_prefix([':', '.']).and_then(digits) {
                (moment.second, rest) = (second, after);
            }
        }
    }
    if let Some((fraction, length, after)) = rest.strip_prefix(['.', ',']).and_then(digits) {
        let thousandths =
            i64::try_from(length).ok().and_then(|length| 10i64.checked_pow(u32::try_from(length).ok()?));
        moment.millisecond = fraction * 1000 / thousandths?;
        rest = after.trim_start_matches(|character: char| character.is_ascii_digit());
    }
    let mut rest = rest.trim();
    for (mark, add) in [("am", -12), ("pm", 12)] {
        if rest.len() >= 2 && rest.is_char_boundary(2) && rest[..2].eq_ignore_ascii_case(mark) {
            if (moment.hour == 12) == (add < 0) && moment.hour <= 12 {
                moment.hour += add;
            }
            rest = rest[2..].trim();
        }
    }
    moment.offset_min = zone(rest)?;
    moment.timestamp()
}

/// Minutes ahead of UTC; a zone that is not known counts as UTC, as feeds' readers do.
fn zone(text: &str) -> Option<i64> {
    let text = text.split('(').next().unwrap_or_default().trim();
    let text = ["GMT", "UTC", "Z"]
        .iter()
        .find_map(|name| text.strip_prefix(name).filter(|rest| rest.starts_with(['+', '-'])))
        .unwrap_or(text);
    if let Some(after) = text.strip_prefix(['+', '-']) {
        let (first, length, rest) = digits(after.trim_start())?;
        let (hours, minutes) = match length {
            1 | 2 => (first, rest.strip_prefix(':').and_then(digits).map_or(0, |(minutes, ..)| minutes)),
            _ => (first / 100, first % 100),
        };
        let sign = if text.starts_with('-') { -1 } else { 1 };
        return Some(sign * (hours * 60 + minutes));
    }
    let name = text.split_whitespace().next().unwrap_or_default().trim_end_matches([',', '.']);
    let hours = match name.to_ascii_uppercase().as_str() {
        "EST" | "CDT" | "ET" => -5,
        "EDT" | "AST" => -4,
        "CST" | "MDT" | "CT" => -6,
        "MST" | "PDT" | "MT" => -7,
        "PST" | "AKDT" | "PT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "ADT" => -3,
        "CET" | "MET" | "BST" | "IST" | "WEST" => 1,
        "CEST" | "MEST" | "EET" | "SAST" => 2,
        "EEST" | "MSK" | "TRT" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        _ => 0,
    };
    Some(hours * 60)
}

/// Dates with a month in words: RFC 822 and 850, asctime, `November 25, 2026`, `25 november 2026`.
fn words(text: &str) -> Option<Timestamp> {
    let mut moment = Moment { day: -1, year: -1, ..Moment::default() };
    let mut time = None;
    let mut from = 0;
    for part in
        text.split(|character: char| character.is_whitespace() || matches!(character, ',' | '-' | '/'))
    {
        let at = from;
        from += part.len() + text[at + part.len()..].chars().next().map_or(0, char::len_utf8);
        if part.is_empty() || moment.month > 0 && moment.day > 0 && moment.year >= 0 && time.is_some() {
            continue;
        }
        if moment.month == 0
            && let Some(month) = month(part)
        {
            moment.month = month;
        } else if part.contains(':') && part.as_bytes()[0].is_ascii_digit() {
            time = Some(at);
        } else if let Some((number, length, rest)) = digits(part) {
            match length {
                4 if moment.year < 0 => moment.year = number,
                1 | 2 if moment.day < 0 && matches!(rest, "" | "." | "st" | "nd" | "rd" | "th" | "e") => {
                    moment.day = number;
                }
                // Two digits count from 1970 to 2069.
                2 if moment.year < 0 => moment.year = number + if number < 70 { 2000 } else { 1900 },
                _ => {}
            }
        }
    }
    if moment.month == 0 || moment.day < 0 || moment.year < 0 {
        return None;
    }
    let Some(time) = time else { return moment.timestamp() };
    // Asctime writes the year after the time; a zone may stand between.
    let clock = text[time..].split_whitespace().next().unwrap_or_default();
    let after: Vec<&str> = text[time + clock.len()..]
        .split_whitespace()
        .filter(|word| !(word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())))
        .take(3)
        .collect();
    finish(moment, &format!("{clock} {}", after.join(" ")))
}

/// `25-11-2026`, `25/11/2026`, `25.11.2026`, with or without a time: day first, as in Europe, unless that cannot be.
fn numbers(text: &str) -> Option<Timestamp> {
    let (first, _, rest) = digits(text)?;
    let (second, _, rest) = digits(rest.strip_prefix(['-', '/', '.'])?)?;
    let (year, rest) = exactly(rest.strip_prefix(['-', '/', '.'])?, 4)?;
    let (day, month) = if second > 12 { (second, first) } else { (first, second) };
    let moment = Moment { year, month, day, ..Moment::default() };
    match rest.trim_start_matches([',', ' ', '-']) {
        "" => moment.timestamp(),
        time => finish(moment, time),
    }
}

/// The month a word names, in English, Dutch, German or French, whole or its first letters.
fn month(word: &str) -> Option<i64> {
    const NAMES: [&[&str]; 12] = [
        &["jan", "janv"],
        &["feb", "fév", "fev"],
        &["mar", "maart", "mrt", "mär", "mars"],
        &["apr", "avr"],
        &["may", "mei", "mai"],
        &["jun", "juin"],
        &["jul", "juil"],
        &["aug", "août", "aout"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez", "déc"],
    ];
    let word = word.trim_end_matches('.').to_lowercase();
    let whole = [
        "january",
        "january",
        "januari",
        "januar",
        "janvier",
        "february",
        "februari",
        "februar",
        "février",
        "march",
        "maart",
        "märz",
        "april",
        "avril",
        "june",
        "juni",
        "july",
        "juli",
        "juillet",
        "august",
        "augustus",
        "september",
        "septembre",
        "october",
        "oktober",
        "octobre",
        "november",
        "novembre",
        "december",
        "dezember",
        "décembre",
        "sept",
    ];
    let known = |name: &&str| word == **name || whole.contains(&word.as_str()) && word.starts_with(*name);
    NAMES.iter().position(|names| names.iter().any(&known)).and_then(|found| i64::try_from(found + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let found = parse(text).map(|time| time.to_string()).unwrap_or_default();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn iso_dates_and_what_is_short_of_them() {
        check("2026-11-25T14:02:11Z", "2026-11-25T14:02:11Z");
        check("2026-11-25T14:02:11.25+01:00", "2026-11-25T13:02:11.25Z");
        check("2026-11-25T14:02:11,5-0530", "2026-11-25T19:32:11.5Z");
        check("2026-11-25 14:02", "2026-11-25T14:02:00Z");
        check("2026-11-25T14:02+01", "2026-11-25T13:02:00Z");
        check("20261125T140211Z", "2026-11-25T14:02:11Z");
        check("20261125", "2026-11-25T00:00:00Z");
        check("2026-11-25", "2026-11-25T00:00:00Z");
        check("2026-11", "2026-11-01T00:00:00Z");
        check("2026", "2026-01-01T00:00:00Z");
        check("2026-032", "2026-02-01T00:00:00Z");
        check("2024-02-29T24:00:00Z", "2024-03-01T00:00:00Z");
        check(" 2026-11-25t14:02:11z\n", "2026-11-25T14:02:11Z");
    }

    #[test]
    fn rfc_822_and_its_oddities() {
        check("Wed, 25 Nov 2026 14:02:11 GMT", "2026-11-25T14:02:11Z");
        check("25 Nov 26 14:02 EST", "2026-11-25T19:02:00Z");
        check("Wed,25 Nov 2026 14:02:11 +0100", "2026-11-25T13:02:11Z");
        check("Wed, 25 November 2026 14:02:11 PDT", "2026-11-25T21:02:11Z");
        check("Wednesday, 25-Nov-26 14:02:11 UTC", "2026-11-25T14:02:11Z");
        check("Wed Nov 25 14:02:11 2026", "2026-11-25T14:02:11Z");
        check("Wed Nov 25 14:02:11 CET 2026", "2026-11-25T13:02:11Z");
        check("Wed, 25 Nov 2026", "2026-11-25T00:00:00Z");
        check("Wed, 25 Nov 2026 14:02:11 Etc/GMT", "2026-11-25T14:02:11Z");
        check("Wed, 25 Nov 2026 14:02:11 GMT+02:00", "2026-11-25T12:02:11Z");
        check("woensdag 25 november 2026 14:02", "2026-11-25T14:02:00Z");
        check("25 mrt. 2026", "2026-03-25T00:00:00Z");
        check("November 25th, 2026 2:02 PM", "2026-11-25T14:02:00Z");
        check("Mar 1, 2026 12:05 AM", "2026-03-01T00:05:00Z");
    }

    #[test]
    fn numbers_and_what_is_no_date() {
        check("25-11-2026 14:02", "2026-11-25T14:02:00Z");
        check("25/11/2026", "2026-11-25T00:00:00Z");
        check("11/25/2026", "2026-11-25T00:00:00Z");
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "31 Feb 2026 10:00",
            "99",
            "2026-11-25T99:00",
            "marathon 3 2026",
            "é",
            "1234567890123",
        ] {
            check(text, "");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9TZ:+\\-./, a-zé]{0,40}") {
            let _ = parse(&text);
        }
    }
}
