//! What holds for every request before and after its handler: host and origin, headers, limits, panics, numbers.
//!
//! Not here: who asks ([`crate::caller`]), how often ([`crate::rate`]).

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::random::bytes;
use futures_util::FutureExt as _;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::caller::{cookie, cookie_name};
use crate::problem::Problem;
use crate::state::App;

/// What the screens may load and do: their own files and nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a browser offers pages that these never use; the place of a device only when its owner asks for it in a report.
const PERMISSIONS_POLICY: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(self), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self), \
    publickey-credentials-create=(self)";
const HSTS: &str = "max-age=63072000; includeSubDomains";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FETCH_SITE: &str = "sec-fetch-site";
/// The version of the API, in every answer of it (Dutch REST API Design Rules, core/version-header).
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The outermost layer: number, span, metrics, panics, headers.
pub(crate) async fn every_request(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = hex::encode(bytes::<8>(&*app.random));
    let method = request.method().clone();
    // The pattern, never the path itself: paths hold secrets of invitations and ids of items.
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let began = app.now();
    let span = tracing::info_span!("request", %id, %method, %route);
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = answer.unwrap_or_else(|panic| span.in_scope(|| panicked(&*panic)));
    let (status, ms) = (response.status(), app.now().millis_since(began).max(0));
    span.in_scope(|| tracing::debug!(status = status.as_u16(), ms, "answered"));
    app.metrics.answered(&method, &route, status, ms);
    set_headers(response.headers_mut(), app.config.is_secure());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
    tracing::error!(panic = text, "a handler panicked");
    Problem::Internal.into_response()
}

fn set_headers(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    ] {
        // A handler may be stricter: the bytes of an attachment get a policy of their own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
}

/// Places for requests in work; the one who finds none is told that the node is busy.
#[derive(Clone)]
pub(crate) struct Limits {
    places: Arc<Semaphore>,
    longest: Duration,
}

impl Limits {
    pub(crate) fn new(app: &App) -> Self {
        let http = &app.config.http;
        let places = Arc::new(Semaphore::new(http.requests_max));
        Self { places, longest: Duration::from_secs(http.request_s_max) }
    }
}

/// Bounds how many requests are in work, and for how long.
pub(crate) async fn within_limits(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let Ok(_place) = limits.places.try_acquire() else { return Problem::Busy.into_response() };
    // The rim: a request that hangs must end, whatever the node's own clock shows.
    let answer = tokio::time::timeout(limits.longest, next.run(request)).await;
    answer.unwrap_or_else(|_| Problem::Timeout.into_response())
}

/// Refuses requests for another host: else a foreign name that points here would count as the same site.
pub(crate) async fn own_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = authority(&request);
    if host.is_some_and(|host| is_own(&app, &host)) {
        next.run(request).await
    } else {
        Problem::WrongHost.into_response()
    }
}

fn authority(request: &Request) -> Option<Authority> {
    let header = request.headers().get(header::HOST);
    let named = header.and_then(|value| Authority::try_from(value.as_bytes()).ok());
    named.or_else(|| request.uri().authority().cloned())
}

/// On this machine any loopback name will do, with any port: a demo takes the port it gets.
fn is_own(app: &App, host: &Authority) -> bool {
    let url = &app.config.http.public_url;
    let loopback = |name: &str| matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    if app.demo {
        return loopback(host.host());
    }
    let port = host
        .port_u16()
        .or(url.port_or_known_default().filter(|_| host.port().is_none() && url.port().is_none()));
    url.host_str().is_some_and(|name| name.eq_ignore_ascii_case(host.host()))
        && port == url.port_or_known_default()
}

/// Refuses what another site asks for in the name of someone who is signed in here (Fetch Metadata; Origin for
/// browsers without it).
pub(crate) async fn same_site(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_same_site(&app, &request) { next.run(request).await } else { Problem::CrossSite.into_response() }
}

fn is_same_site(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // A browser never adds this header by itself, and then no cookie counts.
    if headers.contains_key(header::AUTHORIZATION) {
        return true;
    }
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin" || (reads && site == "none");
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().ok().and_then(|origin| url::Url::parse(origin).ok());
        return origin.is_some_and(|origin| is_own_origin(app, &origin, authority(request)));
    }
    // No browser: without a cookie there is nothing to misuse.
    reads || cookie(headers, cookie_name(app)).is_none()
}

/// The host has been checked before: an origin of the same host and scheme is this node's.
fn is_own_origin(app: &App, origin: &url::Url, host: Option<Authority>) -> bool {
    let text = origin.origin().ascii_serialization();
    let scheme = app.config.http.public_url.scheme();
    host.is_some_and(|host| text == format!("{scheme}://{host}"))
}

/// For answers of the API: nobody on the way keeps them, and the version of the API.
pub(crate) async fn api_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(API_VERSION, HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    response
}
