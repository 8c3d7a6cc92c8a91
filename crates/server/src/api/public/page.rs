//! `GET /public/measures`: what residents may know of measures.
//!
//! Not here: its look, which is the page `/residents`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use measures::public::PublicPage;

use super::{answer, json, published};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// What residents may know of measures
///
/// What is closed or measured, why in plain words, since when and until when, by whom, what it costs a household in time, and
/// how to object; as it was published. It holds public records only.
#[utoipa::path(get, path = "/public/measures", tag = "residents", operation_id = "readPublicMeasures", security(()),
    responses((status = 200, description = "The page.", body = PublicPage),
        (status = 404, description = "Nothing is published.", body = ProblemDocument)))]
pub(super) async fn handle(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let published = published(&app).await?;
    Ok(answer(&headers, "application/json", json(&published.page)?))
}
