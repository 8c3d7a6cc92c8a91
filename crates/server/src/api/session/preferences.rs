//! `GET` and `PUT /session/preferences`: one document of the member's own, such as saved views and layout.
//!
//! Not here: what is in it (screens).

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use store::PREFERENCES_BYTES_MAX;

use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// My preferences
///
/// The document that was kept last; an empty object before that.
#[utoipa::path(
    get,
    path = "/session/preferences",
    tag = "session",
    responses((status = 200, description = "The document.", body = Value))
)]
pub(super) async fn read_preferences(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Map<String, Value>>, Problem> {
    let kept = app.in_thread(move |app| Ok(app.store.preferences(&caller.principal)?)).await?;
    let kept = kept.map(|bytes| serde_json::from_slice(&bytes)).transpose();
    kept.map(|kept| Json(kept.unwrap_or_default())).map_err(|error| {
        tracing::error!(%error, "preferences that are no JSON object");
        Problem::Internal
    })
}

/// Keep my preferences
///
/// One JSON object of at most 64 KiB, sealed for the member, in place of the one before.
#[utoipa::path(
    put,
    path = "/session/preferences",
    tag = "session",
    request_body(content = Value, description = "The whole document."),
    responses((status = 204, description = "Kept."))
)]
pub(super) async fn keep_preferences(
    State(app): State<App>,
    caller: Caller,
    Json(document): Json<Map<String, Value>>,
) -> Result<StatusCode, Problem> {
    let bytes = serde_json::to_vec(&document).map_err(|_| Problem::Internal)?;
    if bytes.len() > PREFERENCES_BYTES_MAX {
        return Err(Problem::TooLarge { limit_bytes: PREFERENCES_BYTES_MAX });
    }
    let answer = app.in_thread(move |app| Ok(app.store.keep_preferences(&caller.principal, &bytes)?)).await?;
    answer.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
