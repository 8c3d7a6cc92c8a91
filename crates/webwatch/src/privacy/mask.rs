//! Masks for what leads to a person: mentions, telephone numbers, e-mail addresses, national numbers, number plates,
//! bank accounts, and addresses of profiles.
//!
//! Not here: names in running text ([`super::names`]).

use std::sync::LazyLock;

use regex::{Captures, Regex};
use url::Url;

/// Most times that a text is gone through.
const PASSES_MAX: usize = 8;

/// What to look for, in this order, and how a hit is checked before it is masked.
struct Mask {
    regex: Regex,
    word: &'static str,
    holds: fn(&str) -> bool,
}

fn mask(pattern: &str, word: &'static str, holds: fn(&str) -> bool) -> Mask {
    let regex = Regex::new(pattern).expect("the patterns are constants, and a test reads each of them");
    Mask { regex, word, holds }
}

/// Telephone numbers: Dutch ones as written at home (ten digits from 0), any country's with `+` or `00` (E.164: at
/// most fifteen digits). Number plates: the Dutch sidecodes 1 to 14, which always have two hyphens here.
static MASKS: LazyLock<Vec<Mask>> = LazyLock::new(|| {
    vec![
        mask(
            r"(?i)[a-z0-9._%+\-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}\b",
            "[email]",
            |hit| !hit.contains("://"),
        ),
        mask(r"(?i)\b[a-z]{2}[0-9]{2}(?:[ ]?[a-z0-9]{4}){2,7}(?:[ ]?[a-z0-9]{1,3})?\b", "[iban]", is_iban),
        mask(r"(?:\+|\b00)[1-9](?:[ .()\-/]{0,2}[0-9]){7,14}\b", "[phone]", |hit| digits(hit).len() <= 17),
        mask(r"\(?\b0[1-9](?:\)?[ .\-/]{0,2}[0-9]){8}\b", "[phone]", is_dutch_phone),
        mask(r"\b[0-9](?:[ .]?[0-9]){7,8}\b", "[number]", is_bsn),
        mask(
            r"\b(?:[A-Z]{1,3}|[0-9]{1,3})-(?:[A-Z]{1,3}|[0-9]{1,3})-(?:[A-Z]{1,3}|[0-9]{1,3})\b",
            "[plate]",
            is_plate,
        ),
    ]
});

/// `@name`, `@name@server` and `u/name`, `/u/name`.
static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(^|[^\p{L}\p{N}_/.@])(@[\p{L}\p{N}_][\p{L}\p{N}_.\-]{0,63}(?:@[a-z0-9.\-]{1,120}[a-z0-9])?|/?u/[a-z0-9_\-]{3,30})")
        .expect("the pattern is a constant, and a test reads it")
});

/// An address within a text.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\bhttps?://[^\s<>"']{1,2000}"#).expect("the pattern is a constant, and a test reads it")
});

/// A text with what leads to a person masked by words in brackets.
pub fn masked(text: &str) -> String {
    let mut out = masked_once(text);
    // What a mask leaves beside it may be one in turn: `@a@b@c`.
    for _ in 0..PASSES_MAX {
        let again = masked_once(&out);
        if again == out {
            break;
        }
        out = again;
    }
    out
}

fn masked_once(text: &str) -> String {
    let mut out = mask_addresses(text);
    if out.contains(['@', '/']) {
        let marked = MENTION.replace_all(&out, |found: &Captures| match &found[2] {
            // `@ 14:00` and such have no name; a name has a letter.
            name if name.chars().any(char::is_alphabetic) => format!("{}[account]", &found[1]),
            other => format!("{}{other}", &found[1]),
        });
        out = marked.into_owned();
    }
    // Each mask but the e-mail address has a digit in it.
    let digit = out.bytes().any(|letter| letter.is_ascii_digit());
    for mask in MASKS.iter().filter(|mask| digit || mask.word == "[email]") {
        if mask.word == "[email]" && !out.contains('@') && !out.contains("at") {
            continue;
        }
        out = apply(mask, &out);
    }
    out
}

/// An address; `None` when it is that of a person's profile or holds what would be masked.
pub fn masked_url(address: &str) -> Option<String> {
    let parsed = Url::parse(address).ok()?;
    if parsed.scheme() == "mailto" || parsed.scheme() == "tel" || names_a_person(&parsed) {
        return None;
    }
    let plain = percent_decoded(address);
    let checked = mask_numbers_in_address(&plain);
    (checked == plain).then(|| address.to_owned())
}

fn apply(mask: &Mask, text: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(hit) = mask.regex.find_at(text, at) {
        if (mask.holds)(hit.as_str()) {
            let lead = hit.as_str().len() - hit.as_str().trim_start_matches('(').len();
            out.push_str(&text[done..hit.start() + lead]);
            out.push_str(mask.word);
            done = hit.end();
            at = hit.end();
        } else {
            // A shorter hit may begin behind the first letter.
            at = hit.start() + text[hit.start()..].chars().next().map_or(1, char::len_utf8);
        }
    }
    out.push_str(&text[done..]);
    out
}

/// Addresses of profiles within a text become `[profile]`.
fn mask_addresses(text: &str) -> String {
    if !text.contains("://") {
        return text.to_owned();
    }
    ADDRESS
        .replace_all(text, |found: &Captures| {
            let whole = &found[0];
            if masked_url(whole).is_some() { whole.to_owned() } else { "[profile]".to_owned() }
        })
        .into_owned()
}

/// E-mail addresses in an address; numbers of posts in it are no telephone numbers.
fn mask_numbers_in_address(address: &str) -> String {
    MASKS
        .iter()
        .filter(|mask| mask.word == "[email]")
        .fold(address.to_owned(), |text, mask| apply(mask, &text))
}

/// Path words behind which an account's name comes, on the sites where people write.
const PERSON_PATHS: &[&str] = &[
    "user", "users", "u", "profile", "profiles", "people", "person", "author", "auteur", "in", "member",
    "members",
];
/// Sites whose first path word is an account, unless it is one of the site's own words.
const PERSON_HOSTS: &[&str] = &[
    "twitter.com",
    "x.com",
    "instagram.com",
    "facebook.com",
    "tiktok.com",
    "threads.net",
    "vk.com",
    "snapchat.com",
    "linktr.ee",
    "github.com",
    "pinterest.com",
    "twitch.tv",
    "soundcloud.com",
    "medium.com",
];
const SITE_WORDS: &[&str] = &[
    "i",
    "search",
    "hashtag",
    "explore",
    "events",
    "groups",
    "watch",
    "home",
    "about",
    "help",
    "p",
    "reel",
    "tag",
    "pages",
    "topics",
    "features",
    "marketplace",
    "sharer",
    "share",
    "intent",
    "r",
    "t",
];

fn names_a_person(address: &Url) -> bool {
    if !address.username().is_empty() || address.path().contains("/@") || address.path().starts_with("/%40") {
        return true;
    }
    let host = address.host_str().unwrap_or_default().trim_start_matches("www.").trim_start_matches("m.");
    let mut words = address.path_segments().into_iter().flatten().filter(|word| !word.is_empty());
    let Some(first) = words.next().map(str::to_ascii_lowercase) else { return false };
    if PERSON_HOSTS.contains(&host) && !SITE_WORDS.contains(&first.as_str()) {
        return true;
    }
    let second = words.next();
    PERSON_PATHS.contains(&first.as_str()) && second.is_some_and(|word| word.chars().any(char::is_alphabetic))
}

fn percent_decoded(address: &str) -> String {
    address.replace("%40", "@")
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|letter| letter.to_digit(10)).collect()
}

/// Ten digits that are not a date or a time: `06` and area codes.
fn is_dutch_phone(hit: &str) -> bool {
    digits(hit).len() == 10 && digits(hit).iter().any(|digit| *digit != 0)
}

/// The eleven test of a Dutch citizen service number: eight or nine digits, weights 9 to 2 and -1.
fn is_bsn(hit: &str) -> bool {
    let mut numbers = digits(hit);
    if numbers.len() == 8 {
        numbers.insert(0, 0);
    }
    if numbers.len() != 9 || numbers.iter().all(|digit| *digit == numbers[0]) {
        return false;
    }
    let weighted: i64 = numbers
        .iter()
        .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
        .map(|(digit, weight)| i64::from(*digit) * weight)
        .sum();
    weighted % 11 == 0
}

/// ISO 13616: the first four signs behind the rest, letters as 10 to 35, one when divided by 97.
fn is_iban(hit: &str) -> bool {
    let plain: Vec<char> = hit.chars().filter(|letter| !letter.is_whitespace()).collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let rest = plain[4..].iter().chain(&plain[..4]).try_fold(0u32, |rest, letter| {
        let value = letter.to_digit(36)?;
        Some(if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 })
    });
    rest == Some(1)
}

/// Six signs, letters and digits both, as on a Dutch plate: `12-AB-34`, `1-ABC-23`.
fn is_plate(hit: &str) -> bool {
    let signs = hit.chars().filter(|letter| *letter != '-').count();
    signs == 6
        && hit.chars().any(|letter| letter.is_ascii_digit())
        && hit.chars().any(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_what_leads_to_a_person() {
        let check = |text: &str, expect: &str| assert_eq!(masked(text), expect, "{text}");
        check("hoi @iemand en @iemand@plek.example!", "hoi [account] en [account]!");
        check("zie u/quokka_fan en /u/quokka_fan", "zie [account] en [account]");
        check("bel 06-12345678 of 070 123 45 67", "bel [phone] of [phone]");
        check("(070) 1234567", "([phone]");
        check("call +31 (0)6 12 34 56 78 now", "call [phone] now");
        check("or 0044 20 7946 0958", "or [phone]");
        check("mail me.you+tag@post.example.org.", "mail [email].");
        check("mail iemand (at) post.example", "mail [email]");
        check("BSN 111222333 maar niet 111222334", "BSN [number] maar niet 111222334");
        check("IBAN NL91 ABNA 0417 1643 00 graag", "IBAN [iban] graag");
        check("auto 12-AB-34 of 1-ABC-23, niet 12-12-12", "auto [plate] of [plate], niet 12-12-12");
        check("zie https://social.example/@quokka/1 daar", "zie [profile] daar");
        check("zie https://news.example/2026/11/25/a daar", "zie https://news.example/2026/11/25/a daar");
        check(
            "@ 14:00 op 25-11-2026, 300 man, 2.500.000 euro",
            "@ 14:00 op 25-11-2026, 300 man, 2.500.000 euro",
        );
        check("van 10:00 tot 18.30, halte 1, lijn 16/17", "van 10:00 tot 18.30, halte 1, lijn 16/17");
    }

    #[test]
    fn addresses_of_profiles_are_not_kept() {
        let check = |address: &str, kept: bool| assert_eq!(masked_url(address).is_some(), kept, "{address}");
        check("https://x.com/someone/status/1", false);
        check("https://x.com/hashtag/mars", true);
        check("https://social.example/users/someone/statuses/1", false);
        check("https://news.example/author/some-one", false);
        check("https://news.example/article/1234567890", true);
        check("https://news.example/?from=a@post.example", false);
        check("mailto:a@post.example", false);
        check("https://bsky.app/profile/someone.example/post/3k", false);
        check("niet", false);
    }

    proptest::proptest! {
        #[test]
        fn masking_twice_changes_nothing(text in "[a-z@./0-9+ \\-()]{0,60}") {
            let once = masked(&text);
            proptest::prop_assert_eq!(masked(&once), once);
        }
    }
}
