//! `GET /watch/learning` and its models: what to judge next, how good the signals are, making a model and taking it into
//! use.
//!
//! Not here: the methods ([`crate::watch`], `webwatch::detect::model`).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::{Learning, ModelShown};

/// Where learning stands
#[utoipa::path(get, path = "/watch/learning", tag = "web monitoring", operation_id = "readLearning",
    responses((status = 200, description = "Where it stands.", body = Learning)))]
pub(super) async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Learning>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    Ok(Json(at_desk(&app, &permit, move |desk| Ok(desk.learning(now)?)).await?))
}

/// Make a model of a language from the judgements
///
/// It is compared with the one in use, on judgements that neither learned from, and waits until somebody chooses it.
#[utoipa::path(post, path = "/watch/learning/{language}", tag = "web monitoring", operation_id = "refitModel",
    params(("language" = String, Path, description = "The language (ISO 639-1).")),
    responses((status = 201, description = "The model.", body = ModelShown)))]
pub(super) async fn refit(
    State(app): State<App>,
    caller: Caller,
    Path(language): Path<String>,
) -> Result<(axum::http::StatusCode, Json<ModelShown>), Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let made = at_desk(&app, &permit, move |desk| Ok(desk.refit(&language, now)?)).await?;
    let few = "There are too few judgements: at least 8 relevant and 8 not relevant, beside those held out.";
    let made = made.ok_or_else(|| Problem::Conflict(few.into()))?;
    Ok((axum::http::StatusCode::CREATED, Json(made)))
}

/// Which model is to be used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchModelChoice)]
pub(super) struct Choice {
    /// Its number; none for no model.
    number: Option<u32>,
}

/// What came of a choice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchModelChosen)]
pub(super) struct Chosen {
    /// Open signals whose score changed.
    changed: usize,
}

/// Take a model into use, go back to an earlier one, or use none
///
/// Open signals are scored anew.
#[utoipa::path(put, path = "/watch/learning/{language}", tag = "web monitoring", operation_id = "chooseModel",
    params(("language" = String, Path, description = "The language (ISO 639-1).")), request_body = Choice,
    responses((status = 200, description = "What came of it.", body = Chosen)))]
pub(super) async fn choose(
    State(app): State<App>,
    caller: Caller,
    Path(language): Path<String>,
    Json(choice): Json<Choice>,
) -> Result<Json<Chosen>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let changed =
        at_desk(&app, &permit, move |desk| Ok(desk.choose_model(&language, choice.number, now)?)).await?;
    let changed = changed.ok_or(Problem::Absent)?;
    let count = changed.len();
    app.watching.tell(permit.organisation(), changed);
    Ok(Json(Chosen { changed: count }))
}
