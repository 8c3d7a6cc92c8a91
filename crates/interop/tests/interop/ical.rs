//! Calendars: written and read again, from elsewhere, and damaged.

use base::Timestamp;
use interop::ical::{ENTRIES_MAX, Entry, IcalError, read, write};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn entry() -> Entry {
    Entry {
        uid: "summit-phase-0@example.org".into(),
        title: "Build-up; fences, stands, cables".into(),
        text: "Level 3.\nA gate at the Johan de Wittlaan \\ people stand there: ask them, or call. Één lange zin die over \
            meer dan een regel gaat, met een komma, een puntkomma; en een dubbele punt: zo."
            .into(),
        from: at("2027-06-07T05:00:00Z"),
        until: at("2027-06-15T18:00:00Z"),
        place: Some("World Forum, Den Haag".into()),
        url: Some("https://example.org/measures?id=1&lang=nl".into()),
        changed: at("2027-05-01T10:00:00Z"),
    }
}

fn written() -> String {
    write("Summit", "en", &[entry(), Entry { uid: "2".into(), ..entry() }], at("2027-05-02T00:00:00Z"))
}

#[test]
fn what_is_written_is_read_again() {
    let text = written();
    let (entries, refused) = read(text.as_bytes(), ZONE).unwrap();
    assert_eq!((entries, refused), (vec![entry(), Entry { uid: "2".into(), ..entry() }], vec![]));
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Belfry//Belfry//EN\r\n"), "{text}");
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(
        text.contains("\r\nDTSTART:20270607T050000Z\r\n")
            && text.contains("SUMMARY;LANGUAGE=en:Build-up\\; ")
    );
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    assert_eq!(text, written(), "nothing in it comes from a clock or by chance");
}

#[test]
fn a_value_cannot_write_lines_of_its_own() {
    let evil = Entry {
        title: "a\r\nEND:VEVENT\r\nBEGIN:VEVENT".into(),
        url: Some("https://example.org/\r\nX-EVIL:1".into()),
        place: Some("\u{202e}x".into()),
        ..entry()
    };
    let text = write("n\r\nX-EVIL:1", "e\r\nn", &[evil], at("2027-05-02T00:00:00Z"));
    let begun = text.lines().filter(|line| *line == "BEGIN:VEVENT").count();
    assert!(!text.contains("\nX-EVIL") && begun == 1, "{text}");
    let (entries, refused) = read(text.as_bytes(), ZONE).unwrap();
    assert_eq!((entries.len(), refused.len()), (1, 0));
    assert_eq!(entries[0].title, "a END:VEVENT BEGIN:VEVENT");
}

/// The zone of who reads.
const ZONE: &str = "Europe/Amsterdam";

/// A calendar as others write them, with one entry of these lines in its eighth line.
fn other(lines: &str) -> String {
    let head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Other//EN\nBEGIN:VTIMEZONE\nTZID:Europe/Amsterdam\nDTSTART:19700101T000000\nEND:VTIMEZONE\n";
    let alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDESCRIPTION:Reminder\nEND:VALARM\n";
    format!(
        "{head}BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n{lines}\n{alarm}END:VEVENT\nEND:VCALENDAR\n"
    )
}

#[test]
fn calendars_of_others_are_read() {
    let text = other("SUMMARY:Long\n  title\nDTSTART;VALUE=DATE-TIME:20260601T120000Z\nX-MORE;A=\"b:c\":d");
    let (entries, refused) = read(text.as_bytes(), ZONE).unwrap();
    assert_eq!(refused, []);
    assert_eq!((entries[0].title.as_str(), entries[0].text.as_str()), ("Long title", ""));
    assert_eq!((entries[0].from, entries[0].until), (at("2026-06-01T12:00:00Z"), at("2026-06-01T12:00:00Z")));
    assert_eq!(entries[0].changed, at("2026-01-01T00:00:00Z"));
}

#[test]
fn times_of_other_zones_and_whole_days_are_read() {
    for (lines, from, until) in [
        // Summer and winter, by a zone that is named, in quotes as some write it, and by that of the reader.
        ("DTSTART;TZID=Europe/Amsterdam:20260601T120000", "2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z"),
        ("DTSTART;TZID=\"America/New_York\":20260101T120000", "2026-01-01T17:00:00Z", "2026-01-01T17:00:00Z"),
        ("DTSTART:20260101T120000", "2026-01-01T11:00:00Z", "2026-01-01T11:00:00Z"),
        // The end of whole days is the first that is no more part of it.
        (
            "DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260603",
            "2026-05-31T22:00:00Z",
            "2026-06-02T22:00:00Z",
        ),
        // An hour that is not there, since the clock goes forward.
        ("DTSTART;TZID=Europe/Amsterdam:20260329T023000", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"),
    ] {
        let (entries, refused) = read(other(&format!("SUMMARY:a\n{lines}")).as_bytes(), ZONE).unwrap();
        assert_eq!(refused, [], "{lines}");
        assert_eq!((entries[0].from, entries[0].until), (at(from), at(until)), "{lines}");
    }
}

#[test]
fn what_cannot_be_read_is_named_by_its_line() {
    for (lines, word) in [
        ("SUMMARY:a\nDTSTART;TZID=Nowhere:20260601T120000", "which is not known"),
        ("SUMMARY:a\nDTSTART:20261301T120000Z", "give a time"),
        ("SUMMARY:a\nDTSTART:20260601T12", "give a time"),
        ("SUMMARY:a\nDTSTART:2026060éT12000Z", "give a time"),
        ("SUMMARY:a\nDTSTART:20260601T120000Z\nRRULE:FREQ=DAILY", "it repeats"),
        ("SUMMARY:a\nDTSTART:20260601T120000Z\nDTEND:20260601T110000Z", "ends before it begins"),
        ("SUMMARY:a\nDTSTART:20260601T120000Z\nDURATION:PT1H", "give DTEND"),
        ("SUMMARY:a\nSUMMARY:b\nDTSTART:20260601T120000Z", "SUMMARY twice"),
        ("SUMMARY:a\nDTSTART:20260601T120000Z\nSTATUS:CANCELLED", "cancelled"),
        ("DTSTART:20260601T120000Z", "no SUMMARY"),
        ("SUMMARY:a", "no DTSTART"),
        ("SUMMARY:a\nDTSTART:20260601T120000Z\nnothing", "NAME:VALUE"),
    ] {
        let (entries, refused) = read(other(lines).as_bytes(), ZONE).unwrap();
        assert_eq!((entries.len(), refused.len()), (0, 1), "{lines}");
        assert_eq!(refused[0].line, 8, "{lines}");
        assert!(refused[0].to_string().contains(word), "{word}: {}", refused[0]);
    }
    let long = other(&format!("SUMMARY:{}\nDTSTART:20260601T120000Z", "a".repeat(301)));
    assert!(read(long.as_bytes(), ZONE).unwrap().1[0].why.contains("301 characters"));
    let twice = written().replace("UID:2\r\n", "UID:summit-phase-0@example.org\r\n");
    let (entries, refused) = read(twice.as_bytes(), ZONE).unwrap();
    assert!(entries.len() == 1 && refused[0].why.contains("a second time"), "{refused:?}");
}

#[test]
fn what_is_no_calendar_is_refused_whole() {
    let refused = |text: &str| read(text.as_bytes(), ZONE).unwrap_err().to_string();
    assert!(refused("").contains("no calendar") && refused("hello").contains("outside of a calendar"));
    assert!(refused("BEGIN:VEVENT\nEND:VEVENT").contains("line 1: this is no calendar"));
    assert!(refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR").contains("line 3: END:VCALENDAR"));
    assert!(refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1").contains("ends before END:VEVENT"));
    assert!(refused(&"BEGIN:VCALENDAR\n".repeat(100_000)).contains("stand in one another"));
    let many = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\nEND:VEVENT\n".repeat(ENTRIES_MAX + 1));
    assert!(refused(&many).contains("more than 5000 entries"));
    assert!(matches!(read(&vec![b'a'; 3_000_000], ZONE), Err(IcalError::TooLong { .. })));
    assert_eq!(read(b"BEGIN:VCALENDAR\n\xff", ZONE), Err(IcalError::Encoding { line: 2 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_words_come_back(
        title in "[^\\p{C}\\s]([^\\p{C}]{0,150}[^\\p{C}\\s])?",
        text in "([^\\p{C}]|\n){0,400}",
        from in 0_i64..4_000_000_000,
        seconds in 0_i64..1_000_000,
    ) {
        let from = Timestamp::from_millis(from * 1_000);
        let one = Entry { title, text, from, until: from.plus_seconds(seconds), ..entry() };
        let written = write("Name", "nl", std::slice::from_ref(&one), from);
        let (entries, refused) = read(written.as_bytes(), ZONE).unwrap();
        prop_assert_eq!(refused, vec![]);
        let title = one.title.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(entries, vec![Entry { title, ..one }]);
    }

    #[test]
    fn damage_never_panics(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..8), cut in 0..40_usize) {
        let mut text = written().into_bytes();
        let at = at.index(text.len());
        let end = (at + cut).min(text.len());
        text.splice(at..end, bytes);
        if let Ok((entries, _)) = read(&text, ZONE) {
            prop_assert!(entries.len() <= 2);
        }
    }
}
