//! `GET /organisations/{organisation}/members`: the members of one's own organisation.

use axum::extract::State;
use base::ids::OrganisationId;

use super::{MemberView, permit};
use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// The members of an organisation
///
/// For its administrators, with a fresh sign-in: also those that no longer take part.
#[utoipa::path(
    get,
    path = "/organisations/{organisation}/members",
    tag = "administration",
    params(("organisation" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "The members.", body = List<MemberView>))
)]
pub(super) async fn list_members(
    State(app): State<App>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<List<MemberView>>, Problem> {
    let _permit = permit(&app, &caller, &organisation)?;
    let members = caller.directory.members.values().filter(|one| one.organisation == organisation);
    Ok(Json(List::whole(members.map(|one| MemberView::from(&**one)).collect())))
}
