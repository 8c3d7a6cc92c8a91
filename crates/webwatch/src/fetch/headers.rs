//! What an answer's headers say about asking again.
//!
//! Not here: what is done with it (the schedule).

use std::time::{Duration, SystemTime};

use base::clock::Timestamp;
use hyper::header::{CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};

/// Longest wait that a host can ask for, in seconds: a day.
pub(super) const ASKED_WAIT_S_MAX: u32 = 86_400;

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); a date counts from the answer's own `Date`.
pub(super) fn retry_after_s(headers: &HeaderMap) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => seconds_between(date(headers, &DATE)?, httpdate::parse_http_date(text).ok()?),
    };
    Some(capped(seconds))
}

/// How long the answer stays fresh, in seconds: `Cache-Control: max-age`, or `Expires` against `Date` (RFC 9111).
/// `None` when it says nothing, or not to keep it.
pub(super) fn fresh_s(headers: &HeaderMap) -> Option<u32> {
    let mut seen = false;
    for value in headers.get_all(CACHE_CONTROL) {
        seen = true;
        for part in value.to_str().unwrap_or_default().split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return None,
                "max-age" => return Some(capped(value.trim().trim_matches('"').parse().ok()?)),
                _ => {}
            }
        }
    }
    if seen {
        return None;
    }
    let fresh = seconds_between(date(headers, &DATE)?, date(headers, &EXPIRES)?);
    (fresh > 0).then_some(capped(fresh))
}

/// The time a header gives, as a [`Timestamp`].
pub(super) fn time(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    let since = date(headers, name)?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_seconds(i64::try_from(since.as_secs()).ok()?))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok()
}

fn seconds_between(from: SystemTime, to: SystemTime) -> u64 {
    to.duration_since(from).unwrap_or(Duration::ZERO).as_secs()
}

fn capped(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap_or(ASKED_WAIT_S_MAX).min(ASKED_WAIT_S_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        all.iter().map(pair).collect()
    }

    const NOON: &str = "Wed, 25 Nov 2026 12:00:00 GMT";
    const LATER: &str = "Wed, 25 Nov 2026 12:02:00 GMT";

    #[test]
    fn when_to_come_back() {
        let check = |all: &[_], expect| assert_eq!(retry_after_s(&headers(all)), expect, "{all:?}");
        check(&[("retry-after", "120")], Some(120));
        check(&[("retry-after", "99999999999")], Some(86_400));
        check(&[("retry-after", LATER), ("date", NOON)], Some(120));
        check(&[("retry-after", NOON), ("date", LATER)], Some(0));
        check(&[("retry-after", LATER)], None);
        check(&[("retry-after", "soon")], None);
        check(&[], None);
    }

    #[test]
    fn how_long_it_is_fresh() {
        let check = |all: &[_], expect| assert_eq!(fresh_s(&headers(all)), expect, "{all:?}");
        check(&[("cache-control", "public, max-age=300")], Some(300));
        check(&[("cache-control", "MAX-AGE=\"300\"")], Some(300));
        check(&[("cache-control", "max-age=300, no-cache")], Some(300));
        check(&[("cache-control", "no-cache, max-age=300")], None);
        check(&[("cache-control", "max-age=-1")], None);
        check(&[("cache-control", "private"), ("expires", LATER), ("date", NOON)], None);
        check(&[("expires", LATER), ("date", NOON)], Some(120));
        check(&[("expires", "0"), ("date", NOON)], None);
        check(&[("expires", NOON), ("date", LATER)], None);
    }

    #[test]
    fn times_are_read() {
        let at = time(&headers(&[("date", NOON)]), &DATE).unwrap();
        assert_eq!(at.to_string(), "2026-11-25T12:00:00Z");
    }
}
