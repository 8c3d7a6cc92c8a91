//! `POST /measures/route`: what closures would do in the streets, at once, while somebody draws them.
//!
//! Not here: finding postures ([`super::searches`]).

use axum::extract::State;
use measures::joint::Effect;
use measures::model::Closure;
use measures::model::limits::CLOSURES_MAX;
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
        let mut closures = closures_of(&standing.plan, &body.measures);
        closures.extend(body.closures);
        if closures.len() > CLOSURES_MAX {
            let mend = format!("close at most {CLOSURES_MAX} at once");
            return Err(Problem::fault("closures", "are too many", mend));
        }
        joint.effect(&closures).map_err(|error| {
            Problem::fault("closures", error.to_string(), "name streets of the area, or draw it again")
        })
    };
    app.in_thread(work).await.map(Json)
}
