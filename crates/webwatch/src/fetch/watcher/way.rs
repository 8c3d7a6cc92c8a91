//! How a kind of source is reached: by asking an address, by a stream, or not at all.
//!
//! Not here: asking.

use url::Url;

use crate::fetch::connect::check;
use crate::fetch::egress::{Request, SOCKETS, WEB};
use crate::fetch::fault::FetchFault;
use crate::fetch::stream::Listen;
use crate::{Source, SourceKind};

/// Posts of one page of a timeline: the most that Mastodon gives.
pub(super) const PAGE_POSTS: usize = 40;
/// What a Jetstream is asked for.
const POSTS: &str = "app.bsky.feed.post";

/// How a source is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// By asking.
    Ask(Url),
    /// By asking for the posts after the last one.
    AskAfter(Url),
    /// By a stream; what was missed is asked for at the address.
    Listen(Listen, Option<Url>),
    /// Nothing is fetched for it.
    Nothing,
}

impl Way {
    /// The way of a source.
    pub(super) fn of(source: &Source) -> Result<Self, FetchFault> {
        if source.paused {
            return Ok(Self::Nothing);
        }
        Ok(match &source.kind {
            SourceKind::Feed { url }
            | SourceKind::Page { url, .. }
            | SourceKind::Sitemap { url }
            | SourceKind::Json { url, .. } => Self::Ask(fit(url, WEB)?),
            SourceKind::Mastodon { url, hashtag, streaming } => {
                let server = fit(url, WEB)?;
                let rest = timeline(&server, hashtag.as_deref())?;
                if *streaming {
                    Self::Listen(Listen::Mastodon(stream(&server, hashtag.as_deref())), Some(rest))
                } else {
                    Self::AskAfter(rest)
                }
            }
            SourceKind::Jetstream { url, .. } => {
                let mut url = fit(url, SOCKETS)?;
                if url.path() == "/" {
                    url.set_path("/subscribe");
                }
                if !url.query_pairs().any(|(name, _)| name == "wantedCollections") {
                    url.query_pairs_mut().append_pair("wantedCollections", POSTS);
                }
                Self::Listen(Listen::Jetstream(url), None)
            }
            SourceKind::Inbox {} => Self::Nothing,
        })
    }
}

fn fit(address: &str, schemes: &[&str]) -> Result<Url, FetchFault> {
    let url = Request::to(address)?.url;
    check(&url, schemes)?;
    Ok(url)
}

fn timeline(server: &Url, hashtag: Option<&str>) -> Result<Url, FetchFault> {
    let mut url = server.clone();
    url.set_query(None);
    match hashtag {
        Some(tag) => {
            url.set_path("/api/v1/timelines/tag");
            let wrong = |()| FetchFault::NotAnAddress(server.as_str().chars().take(200).collect());
            url.path_segments_mut().map_err(wrong)?.push(tag);
        }
        None => url.set_path("/api/v1/timelines/public"),
    }
    url.query_pairs_mut().append_pair("local", "true").append_pair("limit", &PAGE_POSTS.to_string());
    Ok(url)
}

fn stream(server: &Url, hashtag: Option<&str>) -> Url {
    let mut url = server.clone();
    url.set_query(None);
    match hashtag {
        Some(tag) => {
            url.set_path("/api/v1/streaming/hashtag/local");
            url.query_pairs_mut().append_pair("tag", tag);
        }
        None => url.set_path("/api/v1/streaming/public/local"),
    }
    url
}

/// The address of the posts after the last one that was read: in order, so that none is passed over.
pub(super) fn after(url: &Url, cursor: Option<&str>) -> Url {
    let mut url = url.clone();
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("min_id", cursor);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: SourceKind, expect: &str) {
        let source = Source {
            id: "s".into(),
            name: "s".into(),
            kind,
            owner: "police".into(),
            purpose: "site-security".into(),
            language: None,
            trust: crate::Trust::C,
            retention_days: 30,
            interval_s: 60,
            silence_s: None,
            paused: false,
        };
        let way = match Way::of(&source) {
            Ok(Way::Ask(url)) => format!("ask {url}"),
            Ok(Way::AskAfter(url)) => format!("after {}", after(&url, Some("7"))),
            Ok(Way::Listen(Listen::Mastodon(url), rest)) => format!("events {url} or {}", rest.unwrap()),
            Ok(Way::Listen(Listen::Jetstream(url), _)) => format!("socket {url}"),
            Ok(Way::Nothing) => "nothing".into(),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(way, expect);
        assert_eq!(Way::of(&Source { paused: true, ..source }), Ok(Way::Nothing));
    }

    #[test]
    fn each_kind_has_its_way() {
        check(SourceKind::Feed { url: " https://a.example/rss ".into() }, "ask https://a.example/rss");
        check(SourceKind::Feed { url: "not an address".into() }, "\"not an address\" is not a web address");
        check(
            SourceKind::Feed { url: "ftp://a.example/".into() },
            "addresses that begin with ftp: are not fetched",
        );
        let mastodon = |hashtag: Option<&str>, streaming| SourceKind::Mastodon {
            url: "https://m.example".into(),
            hashtag: hashtag.map(str::to_owned),
            streaming,
        };
        check(
            mastodon(None, false),
            "after https://m.example/api/v1/timelines/public?local=true&limit=40&min_id=7",
        );
        check(
            mastodon(Some("den/haag"), false),
            "after https://m.example/api/v1/timelines/tag/den%2Fhaag?local=true&limit=40&min_id=7",
        );
        check(
            mastodon(Some("denhaag"), true),
            "events https://m.example/api/v1/streaming/hashtag/local?tag=denhaag or \
             https://m.example/api/v1/timelines/tag/denhaag?local=true&limit=40",
        );
        let jetstream = |url: &str| SourceKind::Jetstream { url: url.into(), words: Vec::new() };
        check(
            jetstream("wss://j.example"),
            "socket wss://j.example/subscribe?wantedCollections=app.bsky.feed.post",
        );
        check(
            jetstream("wss://j.example/x?wantedCollections=y"),
            "socket wss://j.example/x?wantedCollections=y",
        );
        check(SourceKind::Inbox {}, "nothing");
    }
}
