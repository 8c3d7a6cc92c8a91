//! `GET /public/measures.geojson`: what is closed and where something is noticed, for whoever makes maps.
//!
//! Not here: the streets that are open ([`super::streets`]).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use measures::public::geojson;

use super::{answer, json, published};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// What is closed, as map data
///
/// GeoJSON (RFC 7946). Features of `kind` `closed` are what is closed now or will be, to whom, when and why; those of `kind`
/// `neighbourhood` are outlines with the measures that are noticed there.
#[utoipa::path(get, path = "/public/measures.geojson", tag = "residents", operation_id = "readPublicMeasuresMap",
    security(()),
    responses((status = 200, description = "The map data.", body = Value, content_type = "application/geo+json"),
        (status = 404, description = "Nothing is published.", body = ProblemDocument)))]
pub(super) async fn handle(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let published = published(&app).await?;
    Ok(answer(&headers, "application/geo+json", json(&geojson(&published, app.now()))?))
}
