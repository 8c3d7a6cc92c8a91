//! Feeds that people subscribe to: entries to RSS 2.0. Bytes are made by the crate `rss`.
//!
//! Not here: reading feeds (`webwatch`), and what the entries are about.

use base::clock::Timestamp;
use rss::{Channel, Guid, Item};

use crate::text::{shortened, without_invisible};

/// Most entries of one feed; what is past it is left out, so the newest come first.
pub const ENTRIES_MAX: usize = 500;
/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 300;
/// Longest text, in characters.
pub const TEXT_CHARS_MAX: usize = 8_000;

/// What a feed is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its name.
    pub title: String,
    /// What it holds, in a sentence.
    pub text: String,
    /// The page it belongs to.
    pub url: String,
    /// Language of its texts, as in `nl`.
    pub language: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same for as long as it is about the same.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// Its text; lines are kept.
    pub text: String,
    /// Where to read on.
    pub url: Option<String>,
    /// When it was published.
    pub published: Timestamp,
}

/// Writes a feed.
pub fn write(feed: &Feed, entries: &[Entry], now: Timestamp) -> String {
    let items = entries.iter().take(ENTRIES_MAX).map(item).collect();
    let channel = Channel {
        title: clean(&feed.title, TITLE_CHARS_MAX),
        link: feed.url.clone(),
        description: clean(&feed.text, TEXT_CHARS_MAX),
        language: Some(feed.language.clone()),
        last_build_date: Some(time(now)),
        items,
        ..Channel::default()
    };
    channel.to_string()
}

fn item(entry: &Entry) -> Item {
    Item {
        title: Some(clean(&entry.title, TITLE_CHARS_MAX)),
        description: Some(clean(&entry.text, TEXT_CHARS_MAX)),
        link: entry.url.clone(),
        guid: Some(Guid { value: clean(&entry.uid, TITLE_CHARS_MAX), permalink: false }),
        pub_date: Some(time(entry.published)),
        ..Item::default()
    }
}

fn clean(text: &str, chars_max: usize) -> String {
    shortened(&without_invisible(text).0, chars_max)
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECONDS_PER_DAY: i64 = 86_400;

/// The time as RFC 822 has it, with four digits for the year as RSS asks: `Sat, 28 Nov 2026 12:00:00 GMT`.
fn time(at: Timestamp) -> String {
    let text = at.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<usize>().ok());
    let (Some(year), Some(month), Some(day)) = (text.get(..4), number(5..7), number(8..10)) else {
        return text;
    };
    let (Some(name), Some(clock)) = (MONTHS.get(month.wrapping_sub(1)), text.get(11..19)) else {
        return text;
    };
    // The first of January 1970 was a Thursday.
    let weekday = usize::try_from(at.seconds().div_euclid(SECONDS_PER_DAY).rem_euclid(7)).unwrap_or(0);
    format!("{}, {day:02} {name} {year} {clock} GMT", DAYS[weekday])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Feed {
        Feed {
            title: "Kerkstraat & omgeving".into(),
            text: "Wat er dicht is".into(),
            url: "https://zone.example/residents?street=Kerkstraat&x=1".into(),
            language: "nl".into(),
        }
    }

    #[test]
    fn times_are_those_of_the_format() {
        let at: Timestamp = "2026-11-28T12:03:04Z".parse().unwrap();
        assert_eq!(time(at), "Sat, 28 Nov 2026 12:03:04 GMT");
        assert_eq!(time(Timestamp::from_seconds(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let at = Timestamp::from_seconds(1_795_867_384);
        let entry = Entry {
            uid: "close-ring-1".into(),
            title: "Dicht <b>voor</b> auto's & \u{202E}fietsers".into(),
            text: "Waarom: ]]> druk\nDicht van 7.00 tot 19.00 uur.".into(),
            url: Some("https://zone.example/residents?street=a&b".into()),
            published: at,
        };
        let written = write(&feed(), std::slice::from_ref(&entry), at);
        let document = roxmltree::Document::parse(&written).unwrap();
        assert_eq!(document.root_element().attribute("version"), Some("2.0"));
        let read = Channel::read_from(written.as_bytes()).unwrap();
        assert_eq!((read.title(), read.link()), (feed().title.as_str(), feed().url.as_str()));
        let item = &read.items()[0];
        assert_eq!(item.title(), Some("Dicht <b>voor</b> auto's & fietsers"));
        assert_eq!(item.description(), Some(entry.text.as_str()));
        assert_eq!(item.link(), entry.url.as_deref());
        assert!(!item.guid().unwrap().is_permalink());
    }

    #[test]
    fn a_feed_has_an_end() {
        let at = Timestamp::from_seconds(0);
        let entry = Entry {
            uid: "a".into(),
            title: "t".repeat(TITLE_CHARS_MAX + 5),
            text: String::new(),
            url: None,
            published: at,
        };
        let written = write(&feed(), &vec![entry; ENTRIES_MAX + 5], at);
        let read = Channel::read_from(written.as_bytes()).unwrap();
        assert_eq!(read.items().len(), ENTRIES_MAX);
        assert_eq!(read.items()[0].title().unwrap().chars().count(), TITLE_CHARS_MAX);
    }
}
