//! Addresses: one canonical form, so that the same page is the same page.
//!
//! Not here: whether an address may be fetched ([`crate::fetch`]).

use url::Url;

/// Longest address that is kept, in bytes.
pub const MAX_ADDRESS_BYTES: usize = 2048;

/// Parameters that say where a reader came from, not what the page is.
const TRACKING: [&str; 31] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "vero_id",
    "oly_anon_id",
    "oly_enc_id",
    "wickedid",
    "ncid",
    "cmpid",
    "ref_src",
    "ref_url",
    "s_cid",
    "spm",
    "xtor",
    "at_medium",
];

/// Beginnings of such parameters.
const TRACKING_STARTS: [&str; 5] = ["utm_", "pk_", "piwik_", "matomo_", "hsa_"];

/// The canonical form of a web address, resolved against `base`.
///
/// Scheme and host are lower case, a default port, a trailing dot of the host, log-in data, the fragment and tracking
/// parameters are taken off. `None` when it is not `http` or `https`, names no host or is too long.
pub fn canonical(address: &str, base: Option<&Url>) -> Option<String> {
    let mut url = resolve(address, base)?;
    let host = url.host_str()?;
    if host.ends_with('.') {
        let host = host.trim_end_matches('.').to_owned();
        url.set_host(Some(&host)).ok()?;
    }
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    if url.query().is_some_and(|query| query.is_empty() || query.split('&').any(is_tracking)) {
        let kept: Vec<&str> = url
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !is_tracking(pair))
            .collect();
        let kept = (!kept.is_empty()).then(|| kept.join("&"));
        url.set_query(kept.as_deref());
    }
    let text = String::from(url);
    (text.len() <= MAX_ADDRESS_BYTES).then_some(text)
}

/// A web address resolved against `base`, not yet canonical.
pub fn resolve(address: &str, base: Option<&Url>) -> Option<Url> {
    let address = address.trim();
    if address.is_empty() || address.len() > MAX_ADDRESS_BYTES {
        return None;
    }
    let url = match Url::parse(address) {
        Err(url::ParseError::RelativeUrlWithoutBase) => base?.join(address).ok()?,
        other => other.ok()?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_STARTS.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page_has_one_address() {
        let base = Url::parse("https://nieuws.example/den-haag/").unwrap();
        let check = |address: &str, expect: &str| {
            assert_eq!(canonical(address, Some(&base)).unwrap_or_default(), expect, "{address}");
        };
        check("HTTP://Example.ORG:80/A?b=1#deel", "http://example.org/A?b=1");
        check("https://example.org.:443", "https://example.org/");
        check("https://example.org/a?utm_source=x&id=4&UTM_Medium=y&fbclid=z", "https://example.org/a?id=4");
        check("https://example.org/a?gclid=1", "https://example.org/a");
        check("https://example.org/a?", "https://example.org/a");
        check("https://jan:geheim@example.org/", "https://example.org/");
        check(" bericht-1\n", "https://nieuws.example/den-haag/bericht-1");
        check("//cdn.example/x", "https://cdn.example/x");
        check("/a/../b", "https://nieuws.example/b");
        check("https://example.org/?copy=1&b", "https://example.org/?copy=1&b");
        for none in [
            "",
            "javascript:alert(1)",
            "mailto:a@example.org",
            "data:text/html,x",
            "http://",
            "https://[",
            &"x".repeat(3000),
        ] {
            check(none, "");
        }
    }

    #[test]
    fn without_a_base_only_whole_addresses() {
        assert_eq!(canonical("/a", None), None);
        assert_eq!(canonical("https://example.org/a", None).as_deref(), Some("https://example.org/a"));
    }
}
