//! `GET /watch/why`: why a document is, or is not, a signal.
//!
//! Not here: the score (`webwatch::detect::score`).

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use webwatch::pipeline::WhyNot;
use webwatch::stories::DocumentName;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::App;

/// Which document.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Its source.
    source: String,
    /// The source's own name for it.
    key: String,
}

/// Why a document is or is not a signal
#[utoipa::path(get, path = "/watch/why", tag = "web monitoring", operation_id = "whyNot", params(Wanted),
    responses((status = 200, description = "Its score, and what keeps it from being a signal.", body = WhyNot)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<WhyNot>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let why = at_desk(&app, &permit, move |desk| {
        let name = DocumentName { source: wanted.source, key: wanted.key };
        let document = desk.document(&name, now)?.ok_or(Problem::Absent)?;
        desk.why_not(&document, now).ok_or(Problem::Absent)
    });
    Ok(Json(why.await?))
}
