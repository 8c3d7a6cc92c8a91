//! The servers of the small web, each on a port of its own.
//!
//! Not here: what stands on the sites, and the host that means harm.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::clock::Clock;
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, broadcast};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request as Asked, Response as Greeting};

use super::render::{article, atom, calendar, event, rss, status};
use super::stage::{Change, Post, Site, Stage};

/// Most connections of one site at once.
const CONNECTIONS_MAX: usize = 256;
/// Most posts of one page of a timeline.
const PAGE_POSTS_MAX: usize = 40;
/// Between two signs of life of a stream, in milliseconds.
const SIGN_OF_LIFE_MS: u64 = 15_000;
/// Messages of the Jetstream that can be asked for again.
pub(super) const REPLAYED_MAX: usize = 2_000;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What all sites share.
pub(super) struct Shared {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) stage: Mutex<Stage>,
    pub(super) changes: broadcast::Sender<Arc<Change>>,
    /// Jetstream's messages with their times in microseconds, oldest first; and the live ones.
    pub(super) commits: Mutex<std::collections::VecDeque<(u64, Arc<str>)>>,
    pub(super) commit: broadcast::Sender<(u64, Arc<str>)>,
    pub(super) visits: AtomicU64,
}

impl Shared {
    pub(super) fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn commits(&self) -> MutexGuard<'_, std::collections::VecDeque<(u64, Arc<str>)>> {
        self.commits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves a site until its task is ended.
pub(super) async fn serve(listener: TcpListener, site: Site, base: String, shared: Arc<Shared>) {
    let (room, base) = (Arc::new(Semaphore::new(CONNECTIONS_MAX)), Arc::<str>::from(base));
    // Connections end with the listener.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let (base, shared) = (base.clone(), shared.clone());
        connections.spawn(async move {
            let _place = place;
            if site == Site::Jet {
                jetstream(stream, &shared).await;
                return;
            }
            let answering = hyper::service::service_fn(|request: Request<Incoming>| {
                let answer = answer(&request, site, &base, &shared);
                async move { Ok::<_, Infallible>(answer) }
            });
            // A caller that breaks off is no fault of the site.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answering)
                .await;
        });
    }
}

fn answer(request: &Request<Incoming>, site: Site, base: &str, shared: &Arc<Shared>) -> Response<Body> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let visit = shared.visits.fetch_add(1, Ordering::Relaxed);
    let now = shared.clock.now();
    let stage = shared.stage();
    if (site == Site::Dying && stage.is_dead(now)) || (site == Site::Calendar && stage.is_calendar_away(now))
    {
        let text = "<html><body><h1>503</h1><p>Even geduld, wij zijn zo terug.</p></body></html>";
        return said(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", text.to_owned());
    }
    let newest = || stage.posts(site).rev();
    let html = "text/html; charset=utf-8";
    let (kind, text) = match (site, path) {
        (Site::Municipality, "/robots.txt") => {
            ("text/plain", "User-agent: *\nDisallow: /intern/\n".to_owned())
        }
        (Site::News, "/rss") => ("application/rss+xml", rss(base, "Stadsnieuws (oefening)", newest())),
        (Site::Dying, "/rss") => ("application/rss+xml", rss(base, "Wijkblad (oefening)", newest())),
        (Site::Municipality, "/atom") => {
            ("application/atom+xml", atom(base, "Gemeente (oefening)", newest()))
        }
        (Site::Calendar, "/kalender") => (html, calendar(stage.posts(site), now, visit)),
        (Site::Plein | Site::Square, path) if path.starts_with("/api/v1/streaming/") => {
            drop(stage);
            return events(site, base, tag_of(path, query), shared);
        }
        (Site::Plein | Site::Square, path) if path.starts_with("/api/v1/timelines/") => {
            ("application/json", timeline(base, &stage, site, path, query))
        }
        (Site::News | Site::Municipality, path) => {
            let id = path.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0);
            match stage.post(site, id) {
                Some(post) => (html, article("Oefening", post, visit)),
                None => return said(StatusCode::NOT_FOUND, html, "<p>Niet gevonden</p>".to_owned()),
            }
        }
        _ => return said(StatusCode::NOT_FOUND, html, "<p>Niet gevonden</p>".to_owned()),
    };
    unless_known(request, said(StatusCode::OK, kind, text.clone()), &text)
}

/// 304 for who has it already.
fn unless_known(request: &Request<Incoming>, mut answer: Response<Body>, text: &str) -> Response<Body> {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    text.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        answer = said(StatusCode::NOT_MODIFIED, "text/plain", String::new());
    }
    if let Ok(tag) = tag.parse() {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

fn said(status: StatusCode, kind: &'static str, text: String) -> Response<Body> {
    let mut answer = Response::new(Full::from(text).boxed_unsync());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    answer
}

fn query_value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The hashtag that a timeline or stream is asked for, in small letters.
fn tag_of(path: &str, query: &str) -> Option<String> {
    let named = path.strip_prefix("/api/v1/timelines/tag/").or_else(|| query_value(query, "tag"));
    named.map(str::to_lowercase)
}

fn has_tag(post: &Post, tag: Option<&str>) -> bool {
    tag.is_none_or(|wanted| post.tags.iter().any(|tag| tag.to_lowercase() == wanted))
}

/// A page of a timeline, newest first: the newest after `since_id`, or the oldest after `min_id`.
fn timeline(base: &str, stage: &Stage, site: Site, path: &str, query: &str) -> String {
    let number = |name| query_value(query, name).and_then(|value| value.parse::<u64>().ok());
    let limit = usize::try_from(number("limit").unwrap_or(20)).unwrap_or(20).min(PAGE_POSTS_MAX);
    let tag = tag_of(path, query);
    let after = number("min_id").or(number("since_id")).unwrap_or(0);
    let mut posts: Vec<&Post> =
        stage.posts(site).filter(|post| post.id > after && has_tag(post, tag.as_deref())).collect();
    if number("min_id").is_some() {
        posts.truncate(limit);
    }
    let posts = posts.iter().rev().take(limit);
    serde_json::Value::Array(posts.map(|post| status(base, post)).collect()).to_string()
}

/// A stream of events that does not end, with a sign of life when nothing happens.
fn events(site: Site, base: &str, tag: Option<String>, shared: &Shared) -> Response<Body> {
    let (changes, base) = (shared.changes.subscribe(), base.to_owned());
    let parts = stream::unfold((changes, base, tag), move |(mut changes, base, tag)| async move {
        let sign = std::time::Duration::from_millis(SIGN_OF_LIFE_MS);
        loop {
            let text = match tokio::time::timeout(sign, changes.recv()).await {
                Err(_) => ":thump\n\n".to_owned(),
                Ok(Err(broadcast::error::RecvError::Closed)) => return None,
                // Who reads too slowly misses some, as on any stream.
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => continue,
                Ok(Ok(change)) => {
                    let (Change::Posted(post) | Change::Edited(post) | Change::Deleted(post)) = &*change;
                    if post.site != site || !has_tag(post, tag.as_deref()) {
                        continue;
                    }
                    event(&base, &change)
                }
            };
            return Some((Ok(Frame::data(Bytes::from(text))), (changes, base, tag)));
        }
    });
    let first = stream::iter([Ok(Frame::data(Bytes::from_static(b":)\n\n")))]);
    let mut answer = Response::new(StreamBody::new(first.chain(parts)).boxed_unsync());
    answer.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("text/event-stream"));
    answer
}

/// One caller of the Jetstream: what it missed since its cursor, then what happens.
async fn jetstream(stream: TcpStream, shared: &Shared) {
    let mut since = None;
    #[allow(clippy::result_large_err, reason = "the shape that the library wants")]
    let note = |asked: &Asked, greeting: Greeting| {
        let query = asked.uri().query().unwrap_or_default();
        since = query_value(query, "cursor").and_then(|value| value.parse::<u64>().ok());
        Ok(greeting)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, note).await else { return };
    let mut live = shared.commit.subscribe();
    let mut last = since.unwrap_or(u64::MAX);
    if let Some(since) = since {
        let missed: Vec<_> = shared.commits().iter().filter(|(time, _)| *time > since).cloned().collect();
        for (time, text) in missed {
            last = time;
            if socket.send(Message::text(&*text)).await.is_err() {
                return;
            }
        }
    }
    loop {
        tokio::select! {
            came = socket.next() => match came {
                Some(Ok(message)) if !message.is_close() => {}
                _ => return,
            },
            commit = live.recv() => match commit {
                Ok((time, text)) if since.is_none() || time > last => {
                    if socket.send(Message::text(&*text)).await.is_err() {
                        return;
                    }
                }
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
        }
    }
}
