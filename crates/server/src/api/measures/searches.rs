//! `GET` and `POST /measures/searches`, `DELETE /measures/searches/{search}`: searches for the postures of least burden.
//! One goes on when the screen is left, and can be ended.
//!
//! Not here: how they run ([`crate::planning::searches`]).

use axum::extract::State;
use axum::http::StatusCode;
use measures::solve::{Request, SECONDS_MAX};
use record::Faults;
use serde::Deserialize;
use utoipa::ToSchema;

use super::planner;
use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::planning::searches::{self, SearchShown};
use crate::problem::Problem;
use crate::state::App;

/// What is searched for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresSearchBody)]
pub(super) struct SearchBody {
    /// The name of the option that it makes.
    name: String,
    /// What is asked.
    request: Request,
}

/// The searches of the last day
///
/// The latest first.
#[utoipa::path(get, path = "/measures/searches", tag = "measures", operation_id = "listMeasuresSearches",
    responses((status = 200, description = "The searches.", body = List<SearchShown>)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<List<SearchShown>>, Problem> {
    let permit = planner(&app, &caller)?;
    Ok(Json(List::whole(app.planning.searches.list(permit.organisation(), app.now()))))
}

/// Search for the postures of least burden that meet every norm
///
/// An organisation has one search under way at a time. What it finds is kept as an option. When no choice meets every norm,
/// the option says what is short and what stands in the way; no norm is loosened.
#[utoipa::path(post, path = "/measures/searches", tag = "measures", operation_id = "beginMeasuresSearch",
    request_body = SearchBody, responses((status = 202, description = "It was begun.", body = SearchShown)))]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<SearchBody>,
) -> Result<(StatusCode, Json<SearchShown>), Problem> {
    let permit = planner(&app, &caller)?;
    let mut faults = Faults::default();
    check_name(&mut faults, &body.name);
    if body.request.ends <= body.request.at {
        faults.add("request.ends", "is not after its beginning", "let the postures end later");
    }
    if !(1.0..=SECONDS_MAX).contains(&body.request.seconds_max) {
        faults.add("request.seconds_max", "is out of range", format!("use 1 to {SECONDS_MAX} seconds"));
    }
    faults.into_result()?;
    let begun = app.in_thread(move |app| searches::begin(app, permit, body.name, body.request)).await?;
    let begun = begun.ok_or_else(|| {
        Problem::Conflict("A search is under way: wait until it is done, or end it.".into())
    })?;
    Ok((StatusCode::ACCEPTED, Json(begun)))
}

/// The name of an option.
pub(super) fn check_name(faults: &mut Faults, name: &str) {
    if name.trim().is_empty() {
        faults.add("name", "is empty", "give the option a name, so that people can speak of it");
    }
    faults.text("name", name, measures::model::limits::NAME_CHARS_MAX);
}

/// End a search, or forget it
///
/// The option that it made stays.
#[utoipa::path(delete, path = "/measures/searches/{search}", tag = "measures", operation_id = "endMeasuresSearch",
    params(("search" = String, Path, description = "The search.")),
    responses((status = 204, description = "It is ended.")))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = planner(&app, &caller)?;
    if app.planning.searches.end(permit.organisation(), &id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::Absent)
    }
}
