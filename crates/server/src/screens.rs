//! The screens: the built files of `web/`, inside the program. Every address that is no file shows the application, `/residents` the page for residents.
//!
//! Not here: the API, and anything that is not a file.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

const INDEX: &str = "index.html";
/// The page for residents is a document of its own: it needs no sign-in and has none of the members' parts.
const RESIDENTS: &str = "residents.html";
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Belfry</title></head>\n\
    <body><h1>Belfry</h1><p>The node runs. Its screens are not built into this program: build them with \
    <code>cargo xtask web</code>, then build the program again.</p></body></html>\n";

/// Answers whatever no other route answers.
pub(crate) async fn screens(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::Absent.into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return ([(header::ALLOW, "GET, HEAD")], Problem::Method).into_response();
    }
    if let Some(response) = file(path, &headers) {
        return response;
    }
    // A file that is not there is not there; an address without a dot is one of the application's.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return Problem::Absent.into_response();
    }
    let page = if path.trim_end_matches('/') == "residents" { RESIDENTS } else { INDEX };
    file(page, &headers).unwrap_or_else(|| {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], NOT_BUILT)
            .into_response()
    })
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Files::get(path)?;
    // Weak: the bytes on the way may be compressed.
    let etag = format!("W/\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    // Built files under assets/ carry a hash in their name: what is under a name never changes.
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = axum::body::Body::from(file.data.into_owned());
        ([(header::CONTENT_TYPE, media_type(path))], body).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Some(response)
}

/// The media types of what the screens are built to; anything else is just bytes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("pbf") => "application/x-protobuf",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
