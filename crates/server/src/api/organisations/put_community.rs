//! `PUT /communities/{community}`: making or changing a named group of organisations.

use std::collections::BTreeSet;

use axum::extract::State;
use base::ids::{CommunityId, OrganisationId};
use base::limits::AUDIENCE_NAMES_MAX;
use record::Faults;
use serde::{Deserialize, Serialize};
use store::{Community, DirectoryChange};
use utoipa::ToSchema;

use super::{NAME_CHARS_MAX, area_permit, check_name};
use crate::api::shapes::Name;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Most communities of one area.
const COMMUNITIES_MAX: usize = 200;

/// A named group of organisations.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Community)]
pub(super) struct CommunityBody {
    name: Name,
    /// Who is in it: from now on they, and only they, read what was shared with it.
    organisations: BTreeSet<OrganisationId>,
}

/// Make or change a community
///
/// For coordinators of the host, with a fresh sign-in. Who joins can read what was shared with the community before;
/// who leaves no longer can.
#[utoipa::path(
    put,
    path = "/communities/{community}",
    tag = "administration",
    params(("community" = CommunityId, Path, description = "The community.")),
    request_body = CommunityBody,
    responses((status = 200, description = "As it is now.", body = CommunityBody))
)]
pub(super) async fn put_community(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CommunityId>,
    Json(body): Json<CommunityBody>,
) -> Result<Json<CommunityBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let directory = &caller.directory;
    let mut faults = Faults::default();
    check_name(&mut faults, "name.en", &body.name.en, NAME_CHARS_MAX);
    check_name(&mut faults, "name.nl", &body.name.nl, NAME_CHARS_MAX);
    for lost in body.organisations.iter().filter(|one| !directory.organisations.contains_key(*one)) {
        faults.add("organisations", format!("{lost} takes no part in this area"), "see GET /organisations");
    }
    if body.organisations.len() > AUDIENCE_NAMES_MAX {
        faults.add(
            "organisations",
            format!("are more than {AUDIENCE_NAMES_MAX}"),
            "make smaller communities",
        );
    }
    faults.into_result()?;
    if directory.communities.len() >= COMMUNITIES_MAX && !directory.communities.contains_key(&id) {
        return Err(Problem::Conflict(format!("an area has at most {COMMUNITIES_MAX} communities")));
    }
    let community =
        Community { id, name: body.name.clone().into(), organisations: body.organisations.clone() };
    app.store.change_directory(&permit, DirectoryChange::Community(community))?.ready().await?;
    Ok(Json(body))
}
