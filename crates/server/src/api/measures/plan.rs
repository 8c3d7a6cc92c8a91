//! `GET` and `PUT /measures/plan`, `GET /measures/plan/versions`: what planners state, whole, in versions.
//!
//! Not here: what makes a plan valid (`measures::model`).

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use base::Timestamp;
use base::ids::MemberId;
use measures::model::Plan;
use measures::model::limits::PLAN_BYTES_MAX;
use serde::{Deserialize, Serialize};
use store::measures::KeptPlan;
use utoipa::{IntoParams, ToSchema};

use super::planner;
use crate::api::items::amend::if_match;
use crate::api::items::read::etag;
use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Query, from_json};
use crate::planning;
use crate::problem::Problem;
use crate::state::App;

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// An earlier version; the latest when not given.
    version: Option<u32>,
}

/// A plan, and which version it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresPlanShown)]
pub(super) struct PlanShown {
    /// The version.
    #[serde(flatten)]
    row: VersionRow,
    /// What it says.
    plan: Plan,
}

/// A version of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresPlanVersion)]
pub(super) struct VersionRow {
    /// Which: from 1.
    version: u32,
    /// Since when.
    at: Timestamp,
    /// Who made it.
    member: MemberId,
}

impl From<&KeptPlan> for VersionRow {
    fn from(kept: &KeptPlan) -> Self {
        Self { version: kept.version, at: kept.at, member: kept.member }
    }
}

type Answer = ([(axum::http::HeaderName, axum::http::HeaderValue); 1], Json<PlanShown>);

/// The plan of the own organisation
///
/// Absent while nobody has made one.
#[utoipa::path(get, path = "/measures/plan", tag = "measures", operation_id = "readMeasuresPlan", params(Wanted),
    responses((status = 200, description = "The plan. The ETag is its version.", body = PlanShown,
        headers(("ETag" = String)))))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Answer, Problem> {
    let permit = planner(&app, &caller)?;
    let work =
        move |app: &App| planning::plan(app, &permit, wanted.version).map(|standing| (standing, permit));
    let (standing, permit) = app.in_thread(work).await?;
    app.store.record_planned(&permit, caller.purpose.clone()).await?;
    let row = VersionRow::from(&standing.kept);
    Ok((etag(row.version), Json(PlanShown { row, plan: standing.plan })))
}

/// Make the plan anew
///
/// Whole; `If-Match` is the version that it takes the place of, `"0"` for the first. Every fault names its place. The last
/// 200 versions are kept, with who made them.
#[utoipa::path(put, path = "/measures/plan", tag = "measures", operation_id = "putMeasuresPlan",
    params(("If-Match" = String, Header, description = "ETag of the plan that is changed")), request_body = Plan,
    responses((status = 200, description = "As it is now.", body = PlanShown, headers(("ETag" = String)))))]
pub(super) async fn put(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Answer, Problem> {
    let permit = planner(&app, &caller)?;
    let version = if_match(&headers)?.saturating_add(1);
    let body = body.map_err(|_| Problem::TooLarge { limit_bytes: PLAN_BYTES_MAX })?;
    let (at, member) = (app.now(), caller.principal.member);
    let work = move |app: &App| {
        let plan: Plan = from_json(&body)?;
        plan.validate()?;
        let content = serde_json::to_vec(&plan).map_err(|_| Problem::Internal)?;
        app.store.measures()?.keep_plan(&permit, &KeptPlan { version, at, member, content })?;
        Ok(plan)
    };
    let plan = app.in_thread(work).await?;
    Ok((etag(version), Json(PlanShown { row: VersionRow { version, at, member }, plan })))
}

/// The versions of the plan
///
/// The latest first.
#[utoipa::path(get, path = "/measures/plan/versions", tag = "measures", operation_id = "listMeasuresPlanVersions",
    responses((status = 200, description = "The versions.", body = List<VersionRow>)))]
pub(super) async fn versions(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<List<VersionRow>>, Problem> {
    let permit = planner(&app, &caller)?;
    let found = app.in_thread(move |app| Ok(app.store.measures()?.plan_versions(&permit)?)).await?;
    Ok(Json(List::whole(found.iter().map(VersionRow::from).collect())))
}
