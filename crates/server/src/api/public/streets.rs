//! `GET /public/streets`: the streets of the published page, for its search and its map.
//!
//! Not here: routes, and anything that the page does not say.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{answer, json, published};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Streets by name
///
/// GeoJSON (RFC 7946): a line or more for each name, with the ids of the neighbourhoods it lies in and of the published
/// measures that close it.
#[utoipa::path(get, path = "/public/streets", tag = "residents", operation_id = "readPublicStreets", security(()),
    responses((status = 200, description = "The streets.", body = Value, content_type = "application/geo+json"),
        (status = 404, description = "Nothing is published.", body = ProblemDocument)))]
pub(super) async fn handle(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let published = published(&app).await?;
    Ok(answer(&headers, "application/geo+json", json(&published.streets_geojson())?))
}
