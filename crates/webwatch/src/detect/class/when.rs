//! The times that a text speaks of: "tomorrow at 14:00", "zaterdag om 2 uur", "28. November".
//!
//! Not here: when it was published.
//!
//! Days are found by words, then a time of day behind or before them in the same sentence narrows them. A weekday is
//! the next one, today included; a day and month without a year is the nearest, at most two months back.

use std::collections::HashMap;
use std::sync::LazyLock;

use base::clock::Timestamp;

use super::Times;
use crate::detect::calendar::{Zone, civil, days, weekday};
use crate::detect::span::Body;
use crate::detect::words::Words;

/// Most times kept of one document.
pub const TIMES_MAX: usize = 6;
/// How many words may come between a day and its time of day.
const BETWEEN: usize = 4;

#[derive(Clone, Copy)]
enum Meaning {
    /// Today, tomorrow: so many days on, with the part of the day.
    Days(i64, (i64, i64)),
    /// Monday is 0.
    Weekday(i64),
    Month(u8),
    /// A part of the day, in hours.
    Part(i64, i64),
}

const WHOLE: (i64, i64) = (0, 24);

static MEANINGS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    use Meaning::{Days, Month, Part, Weekday};
    let mut known = HashMap::new();
    let evening = (17, 24);
    for (words, meaning) in [
        ("today vandaag heute", Days(0, WHOLE)),
        ("tonight vanavond", Days(0, evening)),
        ("vanmiddag", Days(0, (12, 18))),
        ("vannacht", Days(0, (22, 30))),
        ("tomorrow morgen", Days(1, WHOLE)),
        ("morgenavond", Days(1, evening)),
        ("morgenmiddag", Days(1, (12, 18))),
        ("morgenochtend", Days(1, (6, 12))),
        ("overmorgen ubermorgen", Days(2, WHOLE)),
        ("morning ochtend ochtends vormittag", Part(6, 12)),
        ("afternoon middag middags nachmittag nachmittags", Part(12, 18)),
        ("evening avond avonds abend abends", Part(17, 24)),
        ("noon mittag mittags", Part(12, 13)),
        ("night nacht nachts", Part(20, 30)),
    ] {
        known.extend(words.split(' ').map(|word| (word, meaning)));
    }
    let weekdays = [
        "monday maandag montag",
        "tuesday dinsdag dienstag",
        "wednesday woensdag mittwoch",
        "thursday donderdag donnerstag",
        "friday vrijdag freitag",
        "saturday zaterdag samstag sonnabend",
        "sunday zondag sonntag",
    ];
    for (number, words) in (0..).zip(weekdays) {
        known.extend(words.split(' ').map(|word| (word, Weekday(number))));
    }
    let months = [
        "january januari januar jan",
        "february februari februar feb",
        "march maart marz mrt",
        "april apr",
        "may mei mai",
        "june juni jun",
        "july juli jul",
        "august augustus aug",
        "september sept",
        "october oktober okt oct",
        "november nov",
        "december dezember dec",
    ];
    for (number, words) in (1..).zip(months) {
        known.extend(words.split(' ').map(|word| (word, Month(number))));
    }
    known
});

/// A day found in the words: its number since 1970, the hours of it, and the words from and to.
struct Day {
    day: i64,
    hours: (i64, i64),
    from: usize,
    to: usize,
}

/// The times that a text speaks of, in their order.
pub fn read_times(words: &Words, body: &Body, published: Timestamp, zone: Zone) -> Vec<Times> {
    let mut times: Vec<Times> = Vec::new();
    let mut at = 0;
    while at < words.list.len() && times.len() < TIMES_MAX {
        let Some(mut found) = day_at(words, at, zone.day(published)) else {
            at += 1;
            continue;
        };
        let sentence = words.list[at].sentence;
        let near = |index: &usize| words.list.get(*index).is_some_and(|word| word.sentence == sentence);
        let behind = (found.to..found.to + BETWEEN).take_while(near);
        let before = (found.from.saturating_sub(BETWEEN)..found.from).rev().filter(near);
        let clock = behind.chain(before).find_map(|index| clock_at(words, index).map(|clock| (index, clock)));
        let (from, until) = match clock {
            Some((index, (minutes, len))) => {
                // A time of day a little before a day belongs to it: "14:00 tomorrow".
                found.from = found.from.min(index);
                found.to = found.to.max(index + len);
                let instant = zone.instant(found.day, minutes * 60);
                (instant, instant.plus_seconds(3600))
            }
            None => (
                zone.instant(found.day, found.hours.0 * 3600),
                zone.instant(found.day, found.hours.1 * 3600).plus_seconds(-1),
            ),
        };
        let place = words.original(&(found.from..found.to));
        let time = Times { from, until, words: body.words(&place), span: body.span(&place) };
        if !times.iter().any(|known| known.from == time.from) {
            times.push(time);
        }
        at = found.to.max(at + 1);
    }
    times
}

fn day_at(words: &Words, at: usize, today: i64) -> Option<Day> {
    let word = words.text(at);
    if let Some(meaning) = MEANINGS.get(word) {
        return match *meaning {
            Meaning::Days(on, hours) => {
                // German "morgen" and English "tomorrow" may have a part of the day behind them.
                let part = words.list.get(at + 1).and_then(|_| MEANINGS.get(words.text(at + 1)));
                let (hours, to) = match part {
                    Some(Meaning::Part(from, until)) => ((*from, *until), at + 2),
                    _ => (hours, at + 1),
                };
                Some(Day { day: today + on, hours, from: at, to })
            }
            Meaning::Weekday(wanted) => {
                let on = (wanted - weekday(today)).rem_euclid(7);
                let part = words.list.get(at + 1).and_then(|_| MEANINGS.get(words.text(at + 1)));
                match part {
                    Some(Meaning::Part(from, until)) => {
                        Some(Day { day: today + on, hours: (*from, *until), from: at, to: at + 2 })
                    }
                    _ => Some(Day { day: today + on, hours: WHOLE, from: at, to: at + 1 }),
                }
            }
            // "April 28"
            Meaning::Month(month) => {
                let of_month = number(words, at + 1).filter(|day| (1..=31).contains(day))?;
                Some(Day { day: nearest(today, month, of_month)?, hours: WHOLE, from: at, to: at + 2 })
            }
            Meaning::Part(..) => None,
        };
    }
    // "28 november"
    let of_month = number(words, at).filter(|day| (1..=31).contains(day))?;
    let next = words.list.get(at + 1).map(|_| words.text(at + 1))?;
    match MEANINGS.get(next) {
        Some(Meaning::Month(month)) => {
            Some(Day { day: nearest(today, *month, of_month)?, hours: WHOLE, from: at, to: at + 2 })
        }
        _ => None,
    }
}

/// Minutes after midnight and the number of words: `14:00`, `14.00 uur`, `14 uur`, `2 pm`, `2pm`, `14 h`.
fn clock_at(words: &Words, at: usize) -> Option<(i64, usize)> {
    let text = words.normal.text();
    let word = words.text(at);
    let end = words.list[at].at.end as usize;
    let follows = |index: usize| words.list.get(index).map(|_| words.text(index));
    let half = |hour: i64, word: &str| match word {
        "pm" if hour < 12 => hour + 12,
        "am" if hour == 12 => 0,
        _ => hour,
    };
    if let Some((digits, suffix)) =
        word.find(|letter: char| !letter.is_ascii_digit()).map(|place| word.split_at(place))
    {
        let hour = digits.parse::<i64>().ok().filter(|hour| *hour <= 24)?;
        return matches!(suffix, "pm" | "am" | "h" | "u").then(|| (half(hour, suffix) * 60, 1));
    }
    let hour = word.parse::<i64>().ok().filter(|hour| *hour <= 24)?;
    let joined = text[end..].starts_with([':', '.'])
        && words.list.get(at + 1).is_some_and(|next| next.at.start as usize == end + 1);
    if joined {
        let minutes = words.text(at + 1);
        let colon = text[end..].starts_with(':');
        let count =
            minutes.parse::<i64>().ok().filter(|minutes| *minutes < 60 && words.text(at + 1).len() == 2)?;
        let unit = follows(at + 2).filter(|word| matches!(*word, "uur" | "uhr" | "h" | "pm" | "am" | "u"));
        return (colon || unit.is_some())
            .then(|| (half(hour, unit.unwrap_or_default()) * 60 + count, 2 + usize::from(unit.is_some())));
    }
    let unit = follows(at + 1)
        .filter(|word| matches!(*word, "uur" | "uhr" | "h" | "pm" | "am" | "o'clock" | "u"))?;
    Some((half(hour, unit) * 60, 2))
}

fn number(words: &Words, at: usize) -> Option<u8> {
    words.list.get(at)?;
    let digits = words
        .text(at)
        .trim_end_matches("st")
        .trim_end_matches("nd")
        .trim_end_matches("rd")
        .trim_end_matches("th");
    digits.parse().ok()
}

/// The day of that month nearest to today, at most two months back.
fn nearest(today: i64, month: u8, of_month: u8) -> Option<i64> {
    let (year, _, _) = civil(today);
    let candidates = [year, year + 1].map(|year| days(year, month, of_month));
    candidates.into_iter().find(|day| *day >= today - 61 && civil(*day).1 == month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::normal::Normal;

    #[test]
    fn days_and_hours_are_read_as_the_area_counts_them() {
        // A Wednesday, 15:00 in the area.
        let published: Timestamp = "2026-11-25T14:00:00Z".parse().unwrap();
        let check = |text: &str, expect: &[(&str, &str)]| {
            let body = Body::new("", text, &[]);
            let words = Words::of(Normal::of(body.whole()));
            let found = read_times(&words, &body, published, Zone::default());
            let found: Vec<_> =
                found.iter().map(|time| (time.from.to_string(), time.words.clone())).collect();
            let expect: Vec<_> =
                expect.iter().map(|(from, words)| ((*from).to_owned(), (*words).to_owned())).collect();
            assert_eq!(found, expect, "{text}");
        };
        check("See you tomorrow at 14:00!", &[("2026-11-26T13:00:00Z", "tomorrow at 14:00")]);
        check("morgen om 14.00 uur bij het plein", &[("2026-11-26T13:00:00Z", "morgen om 14.00 uur")]);
        check("Zaterdag 2 uur", &[("2026-11-28T01:00:00Z", "Zaterdag 2 uur")]);
        check("am Samstag um 15 Uhr", &[("2026-11-28T14:00:00Z", "Samstag um 15 Uhr")]);
        check("vanavond verzamelen", &[("2026-11-25T16:00:00Z", "vanavond")]);
        check(
            "28 november en 3 januari",
            &[("2026-11-27T23:00:00Z", "28 november"), ("2027-01-02T23:00:00Z", "3 januari")],
        );
        check("on July 1st", &[("2027-06-30T22:00:00Z", "July 1st")]);
        check("meet 7pm Friday", &[("2026-11-27T18:00:00Z", "7pm Friday")]);
        check("14 people, version 2.10, in 2026", &[]);
    }
}
