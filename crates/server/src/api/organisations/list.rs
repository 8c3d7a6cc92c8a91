//! `GET /organisations`: the organisations of the area, for its host.

use axum::extract::State;

use super::{OrganisationView, area_permit};
use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// The organisations of the area
///
/// For coordinators of the host, with a fresh sign-in: also those that no longer take part.
#[utoipa::path(
    get,
    path = "/organisations",
    tag = "administration",
    responses((status = 200, description = "The organisations.", body = List<OrganisationView>))
)]
pub(super) async fn list_organisations(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<List<OrganisationView>>, Problem> {
    let _permit = area_permit(&app, &caller)?;
    let organisations = caller.directory.organisations.values().map(OrganisationView::from);
    Ok(Json(List::whole(organisations.collect())))
}
