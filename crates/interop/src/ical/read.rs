//! A calendar from elsewhere to entries. A bad entry is named by its line and harms no other.
//!
//! Entries are cut out here, so that nothing nests and every line is known; what a line says is the library's to read.
//!
//! Not here: whether anybody wants them.

use std::collections::BTreeSet;

use base::Timestamp;
use icalendar::parser::{Component, read_components};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{
    CALENDAR_BYTES_MAX, ENTRIES_MAX, ENTRY_LINES_MAX, Entry, IcalError, Refused, TEXT_CHARS_MAX,
    TITLE_CHARS_MAX, UID_CHARS_MAX, URL_CHARS_MAX,
};
use crate::text::{one_line, shortened, without_invisible};

/// Components stand in one another this deep at most: a calendar, an entry, an alarm.
const DEPTH_MAX: usize = 4;

/// Reads the entries of a calendar, and those that cannot be read. Whole days and times that name no zone are those of `zone`, a name
/// of the time zone database; a zone that an entry names is looked up there.
///
/// # Errors
/// When it is too long, or no whole calendar.
pub fn read(bytes: &[u8], zone: &str) -> Result<(Vec<Entry>, Vec<Refused>), IcalError> {
    if bytes.len() > CALENDAR_BYTES_MAX {
        return Err(IcalError::TooLong { bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| IcalError::Encoding {
        line: bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1,
    })?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (mut entries, mut refused, mut uids) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (line, lines) in events(text.trim_start_matches('\u{feff}'))? {
        match entry(&lines, &zone) {
            Ok(entry) if !uids.insert(entry.uid.clone()) => {
                let why = format!("UID {} is there a second time; keep one", shortened(&entry.uid, 60));
                refused.push(Refused { line, why });
            }
            Ok(entry) => entries.push(entry),
            Err(why) => refused.push(Refused { line, why }),
        }
    }
    Ok((entries, refused))
}

/// Lines with their numbers; what was folded is whole again.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, whole))) => whole.push_str(more),
            _ => lines.push((number + 1, line.to_owned())),
        }
    }
    lines
}

/// The lines of each entry, without what nests in it, and the line on which it begins.
fn events(text: &str) -> Result<Vec<(usize, Vec<String>)>, IcalError> {
    let damaged = |line: usize, why: String| Err(IcalError::Damaged { line, why });
    let (mut found, mut open): (Vec<(usize, Vec<String>)>, Vec<String>) = (Vec::new(), Vec::new());
    let mut last = 1;
    for (number, line) in unfolded(text).into_iter().filter(|(_, line)| !line.trim().is_empty()) {
        last = number;
        let word = |prefix: &str| {
            let head = line.get(..prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then(|| line[prefix.len()..].trim().to_ascii_uppercase())
        };
        if let Some(name) = word("BEGIN:") {
            if open.is_empty() && name != "VCALENDAR" {
                return damaged(
                    number,
                    "this is no calendar, it does not begin with BEGIN:VCALENDAR".to_owned(),
                );
            }
            if open.len() >= DEPTH_MAX {
                return damaged(number, format!("more than {DEPTH_MAX} things stand in one another"));
            }
            if open.len() == 1 && name == "VEVENT" {
                if found.len() >= ENTRIES_MAX {
                    return Err(IcalError::TooMany { line: number });
                }
                found.push((number, Vec::new()));
            }
            open.push(name);
        } else if let Some(name) = word("END:") {
            if open.pop().as_ref() != Some(&name) {
                return damaged(number, format!("END:{} ends what did not begin", shortened(&name, 40)));
            }
        } else if open.is_empty() {
            return damaged(number, "this stands outside of a calendar".to_owned());
        } else if let ([_, event], Some((_, lines))) = (open.as_slice(), found.last_mut())
            && event == "VEVENT"
            // One more than may be, so that it is seen.
            && lines.len() <= ENTRY_LINES_MAX
        {
            lines.push(line);
        }
    }
    match open.last() {
        Some(name) => damaged(last, format!("the file ends before END:{}", shortened(name, 40))),
        None if last == 1 => {
            damaged(1, "this is no calendar, it does not begin with BEGIN:VCALENDAR".to_owned())
        }
        None => Ok(found),
    }
}

fn entry(lines: &[String], zone: &TimeZone) -> Result<Entry, String> {
    if lines.len() > ENTRY_LINES_MAX {
        return Err(format!("it has more than {ENTRY_LINES_MAX} lines; shorten it"));
    }
    if let Some(line) = lines.iter().find(|line| !line.contains(':')) {
        return Err(format!("\"{}\" is no line of an entry: write NAME:VALUE", shortened(line, 40)));
    }
    let text = format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", lines.join("\n"));
    let unread = || "a line of it cannot be read; export it again".to_owned();
    let read = read_components(&text).map_err(|_| unread())?;
    let read = read.first().ok_or_else(unread)?;
    for name in ["RRULE", "RDATE", "RECURRENCE-ID"] {
        if read.find_prop(name).is_some() {
            return Err(format!("it repeats ({name}): write out each time as an entry of its own"));
        }
    }
    if one(read, "STATUS")?.is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Err("it is cancelled: take it out".to_owned());
    }
    if read.find_prop("DURATION").is_some() {
        return Err("it says how long and not until when: give DTEND instead of DURATION".to_owned());
    }
    let from = instant(read, "DTSTART", zone)?.ok_or("it has no DTSTART: say when it begins")?;
    let until = instant(read, "DTEND", zone)?.unwrap_or(from);
    if until < from {
        return Err("it ends before it begins: put DTEND after DTSTART".to_owned());
    }
    let changed = match instant(read, "LAST-MODIFIED", zone)? {
        Some(changed) => changed,
        None => instant(read, "DTSTAMP", zone)?.ok_or("it has neither LAST-MODIFIED nor DTSTAMP: add one")?,
    };
    let uid = words(read, "UID", UID_CHARS_MAX)?.ok_or("it has no UID: give it one")?;
    let title = words(read, "SUMMARY", TITLE_CHARS_MAX)?.ok_or("it has no SUMMARY: give it a title")?;
    let text = without_invisible(&one(read, "DESCRIPTION")?.unwrap_or_default()).0;
    short("DESCRIPTION", &text, TEXT_CHARS_MAX)?;
    let place = words(read, "LOCATION", TITLE_CHARS_MAX)?;
    let url = words(read, "URL", URL_CHARS_MAX)?;
    Ok(Entry { uid, title, text, from, until, place, url, changed })
}

/// The value of a property that may be there once.
fn one(read: &Component<'_>, name: &str) -> Result<Option<String>, String> {
    let mut all = read.properties.iter().filter(|one| one.name.as_str().eq_ignore_ascii_case(name));
    let first = all.next().map(|one| one.val.as_str().to_owned());
    if all.next().is_some() {
        return Err(format!("it has {name} twice: keep one"));
    }
    Ok(first)
}

/// A text in one line; none when it says nothing.
fn words(read: &Component<'_>, name: &str, chars_max: usize) -> Result<Option<String>, String> {
    let text = one(read, name)?.map(|text| one_line(&without_invisible(&text).0));
    let text = text.filter(|text| !text.is_empty());
    if let Some(text) = &text {
        short(name, text, chars_max)?;
    }
    Ok(text)
}

fn short(name: &str, text: &str, chars_max: usize) -> Result<(), String> {
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(format!("{name} has {chars} characters, at most {chars_max} are read: shorten it"));
    }
    Ok(())
}

/// An instant: in UTC, in a zone that is named, or else in the zone of the reader; a day begins at midnight there.
fn instant(read: &Component<'_>, name: &str, zone: &TimeZone) -> Result<Option<Timestamp>, String> {
    let Some(value) = one(read, name)? else { return Ok(None) };
    let value = value.trim();
    let shown = || format!("{name} is \"{}\"", shortened(value, 40));
    let named = read.properties.iter().filter(|one| one.name.as_str().eq_ignore_ascii_case(name));
    let named = named.flat_map(|one| &one.params).find(|one| one.key.as_str().eq_ignore_ascii_case("TZID"));
    let named = named.and_then(|one| one.val.as_ref()).map(|one| one.as_str().trim_matches('"').to_owned());
    let written = value.strip_suffix('Z').unwrap_or(value);
    let unread = || format!("{}: give a time such as 20260601T120000Z, or a day", shown());
    let local = civil(written).ok_or_else(unread)?;
    let zone = match (value.ends_with('Z'), named) {
        (true, _) => TimeZone::UTC,
        (false, None) => zone.clone(),
        (false, Some(named)) => TimeZone::get(&named).map_err(|_| {
            let named = shortened(&named, 40);
            format!(
                "{}, in the time zone \"{named}\", which is not known: name one such as Europe/Amsterdam",
                shown()
            )
        })?,
    };
    let instant = zone.to_ambiguous_timestamp(local).compatible().map_err(|_| unread())?;
    Ok(Some(Timestamp::from_millis(instant.as_millisecond())))
}

/// A day or a time of a day as calendars write them.
fn civil(written: &str) -> Option<DateTime> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, time) = match (written.len(), written.as_bytes().get(8)) {
        (8, None) => (written, "000000"),
        (15, Some(b'T')) => (written.get(..8)?, written.get(9..)?),
        _ => return None,
    };
    if !is_number(day) || !is_number(time) {
        return None;
    }
    let part = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year: i16 = day.get(..4)?.parse().ok()?;
    DateTime::new(
        year,
        part(day, 4, 6)?,
        part(day, 6, 8)?,
        part(time, 0, 2)?,
        part(time, 2, 4)?,
        part(time, 4, 6)?,
        0,
    )
    .ok()
}
