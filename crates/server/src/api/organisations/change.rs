//! `PATCH /organisations/{organisation}`: renaming an organisation, ending or resuming its part in the area.

use axum::extract::State;
use base::ids::OrganisationId;
use record::Faults;
use serde::Deserialize;
use store::DirectoryChange;
use utoipa::ToSchema;

use super::{NAME_CHARS_MAX, OrganisationView, SHORT_CHARS_MAX, area_permit, check_name};
use crate::api::shapes::Name;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganisationChange {
    name: Option<Name>,
    /// Its name where room is short, at most 14 characters.
    short: Option<String>,
    /// Whether it takes part. When it no longer does, its sessions, tokens and streams end within a second.
    active: Option<bool>,
}

/// Change an organisation
///
/// For coordinators of the host, with a fresh sign-in. The host itself always takes part.
#[utoipa::path(
    patch,
    path = "/organisations/{organisation}",
    tag = "administration",
    params(("organisation" = OrganisationId, Path, description = "The organisation.")),
    request_body = OrganisationChange,
    responses((status = 200, description = "Changed.", body = OrganisationView))
)]
pub(super) async fn change_organisation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrganisationId>,
    Json(change): Json<OrganisationChange>,
) -> Result<Json<OrganisationView>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let mut organisation = caller.directory.organisations.get(&id).cloned().ok_or(Problem::Absent)?;
    let mut faults = Faults::default();
    if let Some(name) = &change.name {
        check_name(&mut faults, "name.en", &name.en, NAME_CHARS_MAX);
        check_name(&mut faults, "name.nl", &name.nl, NAME_CHARS_MAX);
    }
    if let Some(short) = &change.short {
        check_name(&mut faults, "short", short, SHORT_CHARS_MAX);
    }
    faults.into_result()?;
    if organisation.host && change.active == Some(false) {
        return Err(Problem::Conflict("the host takes part as long as the area does".into()));
    }
    organisation.name = change.name.map_or(organisation.name, Into::into);
    organisation.short = change.short.unwrap_or(organisation.short);
    organisation.active = change.active.unwrap_or(organisation.active);
    let view = OrganisationView::from(&organisation);
    app.store.change_directory(&permit, DirectoryChange::Organisation(organisation))?.ready().await?;
    Ok(Json(view))
}
