//! What handlers take from a request, with problems instead of axum's own refusals: JSON bodies, paths, queries.
//!
//! Not here: who asks ([`crate::caller`]).

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base::limits::BODY_BYTES_MAX;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Longest query string, in bytes.
const QUERY_BYTES_MAX: usize = 4 * 1024;

/// A JSON body: `Content-Type: application/json`, at most 1 MiB, at most 128 deep. As an answer, plain JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::MediaType("application/json"));
        }
        let told =
            request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        // What says that it is too large is not even begun with.
        if told.is_some_and(|bytes: usize| bytes > BODY_BYTES_MAX) {
            return Err(Problem::TooLarge { limit_bytes: BODY_BYTES_MAX });
        }
        Ok(Self(from_json(&body(request, state).await?)?))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Reads the whole body; its limit is the one of the route.
async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(error)
            if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE =>
        {
            Problem::TooLarge { limit_bytes: BODY_BYTES_MAX }
        }
        _ => Problem::fault("", "the body ended before its end", "send it again"),
    })
}

/// Reads JSON; a fault names the place in the document.
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        Problem::fault(&path, short(error.inner()), "see the API reference")
    })?;
    reader.end().map_err(|error| Problem::fault("", short(&error), "send one JSON document"))?;
    Ok(value)
}

fn short(error: &serde_json::Error) -> String {
    error.to_string().chars().take(300).collect()
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}

/// The parameters of a path. One that cannot be the name of anything names nothing: absent.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // What is not UTF-8 is refused here, before the typed reading.
        RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::Absent)?;
        let found = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        found.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Problem::Absent)
    }
}

/// The parameters of a query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.len() > QUERY_BYTES_MAX {
            return Err(Problem::fault(
                "query",
                format!("is longer than {QUERY_BYTES_MAX} bytes"),
                "shorten it",
            ));
        }
        let found = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        found.map(|axum::extract::Query(value)| Self(value)).map_err(|rejection| {
            let what: String = rejection.body_text().chars().take(300).collect();
            Problem::fault("query", what, "see the API reference")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: DeserializeOwned + std::fmt::Debug>(text: &str, path: &str) {
        let Err(Problem::Invalid(faults)) = from_json::<T>(text.as_bytes()) else { panic!("{text}") };
        assert_eq!(faults.0[0].path, path, "{text}: {faults}");
    }

    #[test]
    fn a_fault_names_its_place() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Body {
            #[allow(dead_code, reason = "read by nobody")]
            list: Vec<u8>,
        }
        check::<Body>(r#"{"list":[1,"two"]}"#, "list[1]");
        check::<Body>(r#"{"list":[],"other":1}"#, "other");
        check::<Body>(r#"{"list":[]} {}"#, "");
        check::<Body>("", "");
    }

    #[test]
    fn deep_json_is_refused_without_falling_over() {
        check::<serde_json::Value>(&"[".repeat(10_000), &"[0]".repeat(127));
    }
}
