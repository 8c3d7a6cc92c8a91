//! What a host asks of robots (RFC 9309), with the crawl delay that many add.
//!
//! Not here: fetching robots.txt. Written for this: the crate that does it has not moved since 2023 and brings a parser
//! framework for a format of four words.

use std::collections::HashMap;
use std::sync::Arc;

use base::clock::Timestamp;

use super::fault::FetchFault;

/// Most of a robots.txt that is read, in bytes (the RFC asks for at least 500 KiB).
const BYTES_MAX: usize = 512 * 1024;
/// Most rules that are kept of one host.
const RULES_MAX: usize = 1_000;
/// Longest rule, in bytes.
const RULE_BYTES_MAX: usize = 1_024;
/// Most stars in one rule; the rest of a longer one counts as a star.
const STARS_MAX: usize = 16;
/// Longest crawl delay that is kept, in seconds: an hour.
const DELAY_S_MAX: f64 = 3_600.0;
/// How long an answer counts, in seconds: a day.
const KEPT_S: i64 = 86_400;
/// How long a robots.txt that cannot be had keeps us away, in seconds.
const AWAY_S: i64 = 60;
/// Most hosts whose answers are kept.
const HOSTS_MAX: usize = 20_000;

/// The rules of one host for us.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Robots {
    rules: Vec<Rule>,
    delay_ms: Option<u32>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    allow: bool,
    /// Literal parts with a star between each two.
    parts: Vec<String>,
    /// The last part must be the end of the path.
    whole: bool,
    length: usize,
}

impl Robots {
    /// Reads a robots.txt, for the agent of this name. Whatever cannot be read is no rule.
    pub fn parse(bytes: &[u8], agent: &str) -> Self {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(BYTES_MAX)]);
        let text = text.trim_start_matches('\u{feff}');
        let (ours, ours_seen) = Self::of_group(text, agent);
        if ours_seen { ours } else { Self::of_group(text, "*").0 }
    }

    /// The rules of all groups for one agent together, and whether there is such a group.
    fn of_group(text: &str, agent: &str) -> (Self, bool) {
        let mut robots = Self::default();
        let (mut seen, mut within, mut naming) = (false, false, false);
        for line in text.split(['\r', '\n']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else { continue };
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            if name == "user-agent" {
                if !naming {
                    within = false;
                }
                naming = true;
                within |= value.split('/').next().unwrap_or_default().trim().eq_ignore_ascii_case(agent);
                seen |= within;
                continue;
            }
            match name.as_str() {
                "allow" | "disallow" => {
                    naming = false;
                    if within && !value.is_empty() && robots.rules.len() < RULES_MAX {
                        robots.rules.push(Rule::new(name == "allow", value));
                    }
                }
                "crawl-delay" => {
                    naming = false;
                    if within {
                        robots.delay_ms = delay_ms(value).or(robots.delay_ms);
                    }
                }
                _ => {}
            }
        }
        (robots, seen)
    }

    /// Whether a path (with its query) may be fetched. The longest rule that fits counts; of two equal ones the kinder.
    pub fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        let path = normal(path);
        let fitting = self.rules.iter().filter(|rule| rule.fits(&path));
        fitting.max_by_key(|rule| (rule.length, rule.allow)).is_none_or(|rule| rule.allow)
    }

    /// The wait between two requests that the host asks for, in milliseconds.
    pub fn delay_ms(&self) -> Option<u32> {
        self.delay_ms
    }
}

impl Rule {
    fn new(allow: bool, value: &str) -> Self {
        let mut end = value.len().min(RULE_BYTES_MAX);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        let value = normal(&value[..end]);
        let (pattern, whole) = value.strip_suffix('$').map_or((value.as_str(), false), |rest| (rest, true));
        let mut parts: Vec<String> = pattern.split('*').map(str::to_owned).collect();
        let cut = parts.len() > STARS_MAX;
        parts.truncate(STARS_MAX);
        Self { allow, parts, whole: whole && !cut, length: value.len() }
    }

    fn fits(&self, path: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some(mut path) = path.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = rest.split_last() else { return !self.whole || path.is_empty() };
        for part in middle {
            let Some(at) = path.find(part.as_str()) else { return false };
            path = &path[at + part.len()..];
        }
        if self.whole { path.ends_with(last.as_str()) } else { path.contains(last.as_str()) }
    }
}

fn delay_ms(value: &str) -> Option<u32> {
    let seconds: f64 = value.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 3.6 million")]
    let millis = (seconds.min(DELAY_S_MAX) * 1_000.0) as u32;
    Some(millis)
}

/// A path in one form: bytes outside ASCII as `%XX`, hexadecimal digits in capitals, what needs no `%` without it.
fn normal(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut bytes = path.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        let (value, escaped) = match byte {
            b'%' => {
                let ahead = bytes.as_slice();
                match ahead.get(..2).and_then(|two| std::str::from_utf8(two).ok()) {
                    Some(two) if two.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                        bytes.nth(1);
                        (u8::from_str_radix(two, 16).unwrap_or(b'%'), true)
                    }
                    _ => (b'%', true),
                }
            }
            other => (other, false),
        };
        let unreserved = value.is_ascii_alphanumeric() || b"-._~".contains(&value);
        if unreserved || (!escaped && value.is_ascii_graphic()) {
            out.push(char::from(value));
        } else {
            out.push_str(&format!("%{value:02X}"));
        }
    }
    out
}

/// What is known of the hosts' wishes.
#[derive(Debug, Default)]
pub struct RobotsCache {
    hosts: HashMap<String, (Timestamp, Known)>,
}

/// What a host's robots.txt says to us.
#[derive(Debug, Clone)]
pub enum Known {
    /// These rules hold.
    Rules(Arc<Robots>),
    /// It cannot be had now, so nothing of the host is fetched now.
    Unknown(String),
}

impl RobotsCache {
    /// What is known of a host (scheme, name and port) and still counts.
    pub fn known(&self, origin: &str, now: Timestamp) -> Option<Known> {
        let (until, known) = self.hosts.get(origin)?;
        (now < *until).then(|| known.clone())
    }

    /// Takes what came of asking for robots.txt: any 4xx means there are no rules, a fault of the host means not now.
    pub fn learn(
        &mut self,
        origin: &str,
        came: Result<&[u8], &FetchFault>,
        agent: &str,
        now: Timestamp,
    ) -> Known {
        let free = || Known::Rules(Arc::new(Robots::default()));
        let (kept_s, known) = match came {
            Ok(bytes) => (KEPT_S, Known::Rules(Arc::new(Robots::parse(bytes, agent)))),
            Err(FetchFault::Status { status: 400..=428 | 430..=499, .. }) => (KEPT_S, free()),
            // The RFC lets a circle of redirects count as "not there".
            Err(FetchFault::Redirects(_)) => (KEPT_S, free()),
            // What was known before goes on while the host cannot say (section 2.4).
            Err(fault) => match self.hosts.remove(origin) {
                Some((_, rules @ Known::Rules(_))) => (AWAY_S, rules),
                _ => (AWAY_S, Known::Unknown(fault.to_string())),
            },
        };
        if self.hosts.len() >= HOSTS_MAX {
            self.hosts.retain(|_, (until, _)| now < *until);
        }
        if self.hosts.len() < HOSTS_MAX {
            self.hosts.insert(origin.to_owned(), (now.plus_seconds(kept_s), known.clone()));
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cases: &[(&str, bool)]) {
        let robots = Robots::parse(text.as_bytes(), "Belfry");
        for (path, expect) in cases {
            assert_eq!(robots.allows(path), *expect, "{path} by {text:?}");
        }
    }

    #[test]
    fn the_longest_rule_counts() {
        check("User-agent: *\nDisallow: /a\nAllow: /a/b\n", &[("/", true), ("/a", false), ("/a/b/c", true)]);
        check("User-agent: *\nDisallow: /x\nAllow: /x\n", &[("/x", true)]);
        check("User-agent: *\nDisallow: /\n", &[("/", false), ("/x?y", false), ("/robots.txt", true)]);
        check("User-agent: *\nDisallow:\n", &[("/", true)]);
        check("", &[("/", true)]);
        check("Disallow: /\n", &[("/", true)]);
    }

    #[test]
    fn our_group_goes_before_the_one_for_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: belfry/1.0\nDisallow: /in\n\n\
                    Sitemap: https://example.org/s.xml\nUser-agent: BELFRY\nDisallow: /out\nCrawl-delay: 2.5\n";
        check(text, &[("/", true), ("/in", false), ("/out", false)]);
        assert_eq!(Robots::parse(text.as_bytes(), "Belfry").delay_ms(), Some(2_500));
        assert_eq!(Robots::parse(text.as_bytes(), "Else").delay_ms(), None);
        check("User-agent: belfryish\nDisallow: /\n", &[("/", true)]);
    }

    #[test]
    fn stars_and_ends() {
        let text = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /a*b*c\nDisallow: /end$\n";
        check(
            text,
            &[
                ("/x.pdf", false),
                ("/x.pdf?y", true),
                ("/x.pdf.pdf", false),
                ("/a-b-c-d", false),
                ("/a-c-b", true),
                ("/end", false),
                ("/ends", true),
            ],
        );
        let stars = format!("User-agent: *\nDisallow: /{}z\n", "*a".repeat(400));
        check(&stars, &[("/b", true), (&format!("/{}", "a".repeat(4_000)), false)]);
    }

    #[test]
    fn escapes_have_one_form() {
        let text = "\u{feff}User-agent: * # all\r\nDisallow: /caf%c3%a9\r\nDisallow: /%7Ename # home\r\nnonsense\r\n";
        check(
            text,
            &[
                ("/café", false),
                ("/caf%C3%A9", false),
                ("/~name", false),
                ("/%7ename", false),
                ("/cafe", true),
            ],
        );
        check("User-agent: *\nDisallow: /a%2Fb\n", &[("/a%2fb", false), ("/a/b", true)]);
        assert_eq!(normal("/%"), "/%25");
        assert_eq!(normal("/%zz"), "/%25zz");
    }

    #[test]
    fn delays_that_are_none_are_none() {
        for (value, expect) in [
            ("10", Some(10_000)),
            ("-1", None),
            ("soon", None),
            ("NaN", None),
            ("inf", None),
            ("1e9", Some(3_600_000)),
        ] {
            assert_eq!(delay_ms(value), expect, "{value}");
        }
    }

    #[test]
    fn what_is_known_counts_for_a_day() {
        let (mut cache, start) = (RobotsCache::default(), Timestamp::from_seconds(1_800_000_000));
        let status = |status| FetchFault::Status { status, retry_after_s: None };
        let mut check = |came: Result<&[u8], &FetchFault>, allowed: Option<bool>, kept_s: i64| {
            match cache.learn("https://example.org", came, "Belfry", start) {
                Known::Rules(rules) => assert_eq!(Some(rules.allows("/x")), allowed, "{came:?}"),
                Known::Unknown(_) => assert_eq!(None, allowed, "{came:?}"),
            }
            let known = |after| cache.known("https://example.org", start.plus_seconds(after)).is_some();
            assert!(known(kept_s - 1) && !known(kept_s), "{came:?}");
        };
        check(Ok(b"User-agent: *\nDisallow: /x"), Some(false), 86_400);
        check(Err(&status(404)), Some(true), 86_400);
        check(Err(&status(403)), Some(true), 86_400);
        check(Ok(b"User-agent: *\nDisallow: /x"), Some(false), 86_400);
        check(Err(&status(503)), Some(false), 60);
        for unknown in [503, 429] {
            let mut cache = RobotsCache::default();
            let known = cache.learn("https://example.org", Err(&status(unknown)), "Belfry", start);
            assert!(matches!(known, Known::Unknown(_)), "{unknown}");
            assert!(cache.known("https://example.org", start.plus_seconds(60)).is_none());
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read(bytes: Vec<u8>, path in "/[ -~]{0,60}") {
            let robots = Robots::parse(&[b"User-agent: *\nDisallow: ", &bytes[..]].concat(), "Belfry");
            let _ = robots.allows(&path);
        }
    }
}
