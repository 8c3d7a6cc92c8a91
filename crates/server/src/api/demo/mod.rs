//! The chooser of a demonstration: anyone may be any sample member. On other nodes these paths are absent.
//!
//! Not here: the guard that a demonstration listens on loopback only ([`crate::state`]).

mod members;
mod sign_in;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(members::demo_members)).routes(routes!(sign_in::demo_sign_in))
}

/// Only on a demonstration: elsewhere it is as if there were no such path.
struct Demo;

impl FromRequestParts<App> for Demo {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Problem> {
        if app.demo { Ok(Self) } else { Err(Problem::Absent) }
    }
}
