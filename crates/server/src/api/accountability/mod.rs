//! Accountability: what is kept, whether the ledgers are in order, which rules decide. One endpoint, one file.
//!
//! Not here: access records ([`super::access`]) and who read an item ([`super::items::readers`]).

mod erasure_requests;
mod evidence;
mod health;
mod policies;
mod retention;
mod verification;

pub use verification::Verification;

use policy::action::{Administer, Audit};
use policy::{Permit, Principal};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::App;

/// The routes of this folder.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(erasure_requests::list))
        .routes(routes!(erasure_requests::made))
        .routes(routes!(erasure_requests::refuse))
        .routes(routes!(evidence::handle))
        .routes(routes!(policies::handle))
        .routes(routes!(retention::handle))
        .routes(routes!(health::handle))
        .routes(routes!(verification::begin, verification::show))
}

/// For auditors and administrators of their own organisation; to look needs no fresh sign-in.
pub(super) fn accountable(app: &App, caller: &Caller) -> Result<(), Problem> {
    let fresh = Principal { reauthenticated: true, ..caller.principal.clone() };
    let own = &caller.principal.organisation;
    let audits: Result<Permit<Audit>, _> = app.engine.permit_organisation(&fresh, own);
    let administers: Result<Permit<Administer>, _> = app.engine.permit_organisation(&fresh, own);
    if audits.is_ok() || administers.is_ok() { Ok(()) } else { Err(Problem::Absent) }
}
