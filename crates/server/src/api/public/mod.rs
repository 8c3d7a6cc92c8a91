//! What anyone may read of measures, without signing in: the page that was published, and the same as map data, calendar
//! and feed. One endpoint, one file. All of them read what was published and nothing else: no plan, no member, no session.
//!
//! Not here: what is published and by whom ([`super::measures`]), the register of sensors ([`super::sense`]).

mod calendar;
mod feed;
mod geojson;
mod page;
mod streets;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use measures::public::{Notice, Published, notices};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::language::Language;
use crate::planning::publication;
use crate::problem::Problem;
use crate::state::App;

/// For a minute anybody between the node and the reader may answer in its place: it is the same for everyone.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// The routes of this folder.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(page::handle))
        .routes(routes!(streets::handle))
        .routes(routes!(geojson::handle))
        .routes(routes!(calendar::handle))
        .routes(routes!(feed::handle))
}

/// In which language, and of which street.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The language of the texts.
    #[serde(default)]
    #[param(inline)]
    language: Language,
    /// A street by its name: then only what is noticed there.
    #[param(example = "Churchillplein")]
    street: Option<String>,
}

impl Asked {
    /// The notices that are asked for. A street that is not known is absent.
    fn notices(&self, published: &Published) -> Result<Vec<Notice>, Problem> {
        notices(published, self.language.into(), self.street.as_deref()).ok_or(Problem::Absent)
    }

    /// What a calendar or feed of them is called.
    fn name(&self) -> String {
        let what = self.language.pick("Measures", "Maatregelen");
        self.street.as_ref().map_or_else(|| what.to_owned(), |street| format!("{what}: {street}"))
    }

    /// The page for residents, at the street.
    fn address(&self, app: &App) -> String {
        let mut address = app.config.http.public_url.clone();
        address.set_path("residents");
        if let Some(street) = &self.street {
            address.query_pairs_mut().append_pair("street", street);
        }
        address.into()
    }
}

/// What is published; absent when nothing is.
async fn published(app: &App) -> Result<Arc<Published>, Problem> {
    let found = app.in_thread(publication::published).await?;
    found.map(|(_, published)| published).ok_or(Problem::Absent)
}

/// An answer that is the same for everyone, or that it has not changed.
fn answer(headers: &HeaderMap, media_type: &'static str, body: String) -> Response {
    // Weak: the bytes on the way may be compressed.
    let etag = format!("W/\"{}\"", hex::encode(&Sha256::digest(body.as_bytes())[..16]));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    if let Ok(etag) = HeaderValue::try_from(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// Something of our own as JSON.
fn json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Problem::Internal)
}
