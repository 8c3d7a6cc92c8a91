//! Measures: the plan of an organisation, its streets, searches for postures and the options they found, decisions and what
//! is published, for the planners and coordinators of that organisation; for everyone else there is no such thing. One
//! endpoint, one file.
//!
//! Not here: how postures are found (`measures`), what residents read ([`super::public`]).

mod calendar;
mod decide;
mod ground;
mod options;
mod plan;
mod publication;
mod rota;
mod route;
mod searches;

use axum::extract::DefaultBodyLimit;
use policy::Permit;
use policy::action::Plan;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::App;

/// Largest file of streets or neighbourhoods, in bytes.
const GROUND_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The routes of this folder. A plan and what it is about have body limits of their own.
pub fn router() -> OpenApiRouter<App> {
    let plan = OpenApiRouter::new()
        .routes(routes!(plan::show, plan::put))
        .layer(DefaultBodyLimit::max(measures::model::limits::PLAN_BYTES_MAX));
    let ground = OpenApiRouter::new()
        .routes(routes!(ground::put_streets))
        .routes(routes!(ground::put_neighbourhoods))
        .layer(DefaultBodyLimit::max(GROUND_BYTES_MAX));
    OpenApiRouter::new()
        .routes(routes!(plan::versions))
        .routes(routes!(ground::map))
        .routes(routes!(route::handle))
        .routes(routes!(route::reach))
        .routes(routes!(rota::handle))
        .routes(routes!(calendar::write))
        .routes(routes!(calendar::read))
        .routes(routes!(searches::list, searches::begin))
        .routes(routes!(searches::end))
        .routes(routes!(options::list))
        .routes(routes!(options::show, options::rename, options::remove))
        .routes(routes!(decide::handle))
        .routes(routes!(decide::draft))
        .routes(routes!(publication::show, publication::publish))
        .merge(plan)
        .merge(ground)
}

/// Whether the caller plans for its organisation; for others there is no such thing.
fn planner(app: &App, caller: &Caller) -> Result<Permit<Plan>, Problem> {
    let own = &caller.principal.organisation;
    app.engine.permit_organisation(&caller.principal, own).map_err(|_| Problem::Absent)
}
