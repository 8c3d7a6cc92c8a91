//! `GET /measures/options`, `GET`, `PATCH` and `DELETE /measures/options/{option}`: what searches found.
//!
//! Not here: taking one ([`super::decide`]).

use axum::extract::State;
use axum::http::StatusCode;
use record::Faults;
use serde::Deserialize;
use utoipa::ToSchema;

use super::planner;
use super::searches::check_name;
use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::planning::options::{OptionRow, OptionShown, option};
use crate::problem::Problem;
use crate::state::App;

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresOptionName)]
pub(super) struct NameBody {
    /// What it is called from now on.
    name: String,
}

/// The options of the own organisation
///
/// The latest first; the last 100 are kept.
#[utoipa::path(get, path = "/measures/options", tag = "measures", operation_id = "listMeasuresOptions",
    responses((status = 200, description = "The options.", body = List<OptionRow>)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<List<OptionRow>>, Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| {
        let kept = app.store.measures()?.options(&permit)?;
        let rows: Result<Vec<OptionRow>, Problem> = kept.iter().map(OptionRow::read).collect();
        Ok((rows?, permit))
    };
    let (rows, permit) = app.in_thread(work).await?;
    if !rows.is_empty() {
        app.store.record_planned(&permit, caller.purpose.clone()).await?;
    }
    Ok(Json(List::whole(rows)))
}

/// One option, whole
///
/// With its postures per level, their certificates, what was rejected and why, what each norm costs, and what its closures do
/// in the streets.
#[utoipa::path(get, path = "/measures/options/{option}", tag = "measures", operation_id = "readMeasuresOption",
    params(("option" = u64, Path, description = "The option.")),
    responses((status = 200, description = "The option.", body = OptionShown)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<u64>,
) -> Result<Json<OptionShown>, Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| Ok((option(app, &permit, number)?, permit));
    let (shown, permit) = app.in_thread(work).await?;
    app.store.record_planned(&permit, caller.purpose.clone()).await?;
    Ok(Json(shown))
}

/// Give an option another name
#[utoipa::path(patch, path = "/measures/options/{option}", tag = "measures", operation_id = "renameMeasuresOption",
    params(("option" = u64, Path, description = "The option.")), request_body = NameBody,
    responses((status = 200, description = "As a list tells it now.", body = OptionRow)))]
pub(super) async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<u64>,
    Json(body): Json<NameBody>,
) -> Result<Json<OptionRow>, Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| {
        let mut faults = Faults::default();
        check_name(&mut faults, &body.name);
        let mut row = option(app, &permit, number)?.row;
        faults.into_result()?;
        row.head.name = body.name;
        if !app.store.measures()?.change_option(&permit, number, &row.head.write()?)? {
            return Err(Problem::Absent);
        }
        Ok(row)
    };
    app.in_thread(work).await.map(Json)
}

/// Destroy an option
///
/// Decisions that took it keep what they say.
#[utoipa::path(delete, path = "/measures/options/{option}", tag = "measures", operation_id = "deleteMeasuresOption",
    params(("option" = u64, Path, description = "The option.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<u64>,
) -> Result<StatusCode, Problem> {
    let permit = planner(&app, &caller)?;
    let gone = app.in_thread(move |app| Ok(app.store.measures()?.drop_option(&permit, number)?)).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::Absent) }
}
