//! `POST /measures/route` and `/measures/reach`: what closures would do in the streets, and how far one gets with them, at once, while
//! somebody draws them.
//!
//! Not here: finding postures ([`super::searches`]).

use axum::extract::State;
use measures::joint::{Effect, JointError, Reach, ReachAsked};
use measures::model::limits::CLOSURES_MAX;
use measures::model::{Closure, Plan};
use serde::Deserialize;
use utoipa::ToSchema;

use super::planner;
use crate::caller::Caller;
use crate::extract::Json;
use crate::planning::{self, options::closures_of};
use crate::problem::Problem;
use crate::state::App;

/// What is to be closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresRouteBody)]
pub(super) struct RouteBody {
    /// Measures of the plan, with what they close.
    #[serde(default)]
    measures: Vec<String>,
    /// Closures beside those.
    #[serde(default)]
    closures: Vec<Closure>,
}

/// What closures would do
///
/// Minutes that residents lose a day by neighbourhood and street, rights that break, and which streets get more or less
/// traffic. Nothing is kept. Absent while there is no plan or there are no streets.
#[utoipa::path(post, path = "/measures/route", tag = "measures", operation_id = "routeMeasures", request_body = RouteBody,
    responses((status = 200, description = "What they would do.", body = Effect)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<RouteBody>,
) -> Result<Json<Effect>, Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| {
        let standing = planning::plan(app, &permit, None)?;
        let joint = planning::joint(app, &permit, &standing)?.ok_or(Problem::Absent)?;
        joint.effect(&shut(&standing.plan, &body.measures, body.closures)?).map_err(away)
    };
    app.in_thread(work).await.map(Json)
}

/// From where, how, how far, and what is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresReachBody)]
pub(super) struct ReachBody {
    /// From where, how and how far.
    asked: ReachAsked,
    /// Measures of the plan, with what they close.
    #[serde(default)]
    measures: Vec<String>,
    /// Closures beside those.
    #[serde(default)]
    closures: Vec<Closure>,
}

/// How far one gets
///
/// Pieces of street that are reached from some places in some minutes, with closures and without, and how many households
/// live there. Hours of closures are left aside: each is shut. Nothing is kept. Absent while there is no plan or there are no streets.
#[utoipa::path(post, path = "/measures/reach", tag = "measures", operation_id = "reachMeasures", request_body = ReachBody,
    responses((status = 200, description = "How far one gets.", body = Reach)))]
pub(super) async fn reach(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<ReachBody>,
) -> Result<Json<Reach>, Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| {
        let standing = planning::plan(app, &permit, None)?;
        let area = planning::area(app, &permit)?.ok_or(Problem::Absent)?;
        body.asked.check().map_err(|(field, what)| {
            Problem::fault(&format!("asked.{field}"), what, "ask for something else")
        })?;
        area.reach(&body.asked, &shut(&standing.plan, &body.measures, body.closures)?).map_err(away)
    };
    app.in_thread(work).await.map(Json)
}

/// What measures of a plan close, and what is drawn beside them.
fn shut(plan: &Plan, measures: &[String], drawn: Vec<Closure>) -> Result<Vec<Closure>, Problem> {
    let mut closures = closures_of(plan, measures);
    closures.extend(drawn);
    if closures.len() > CLOSURES_MAX {
        let mend = format!("close at most {CLOSURES_MAX} at once");
        return Err(Problem::fault("closures", "are too many", mend));
    }
    Ok(closures)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn away(error: JointError) -> Problem {
    let (field, mend) = match error {
        JointError::Reach(_) => ("asked.starts", "set out from a place beside a street of the area"),
        _ => ("closures", "name streets of the area, or draw it again"),
    };
    Problem::fault(field, error.to_string(), mend)
}
