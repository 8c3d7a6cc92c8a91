//! `PATCH /organisations/{organisation}/members/{member}`: other roles, purposes or name; taking part again.

use std::collections::BTreeSet;

use axum::extract::State;
use base::ids::PurposeId;
use policy::Role;
use record::Faults;
use serde::Deserialize;
use store::MemberPatch;
use utoipa::ToSchema;

use super::{MemberView, NAME_CHARS_MAX, check_name, check_purposes, check_reason, permit};
use crate::api::shapes::MemberPath;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// What to change; what is left out stays. Kind and organisation are for good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChange {
    name: Option<String>,
    roles: Option<BTreeSet<Role>>,
    purposes: Option<BTreeSet<PurposeId>>,
    /// Whether it takes part. When it no longer does, its sessions, tokens and streams end within a second.
    active: Option<bool>,
    /// Why; kept in the ledger.
    reason: Option<String>,
}

/// Change a member
///
/// For administrators of the organisation, with a fresh sign-in. What the member may see changes at once, also on open
/// streams. An organisation keeps at least one administrator.
#[utoipa::path(
    patch,
    path = "/organisations/{organisation}/members/{member}",
    tag = "administration",
    params(MemberPath),
    request_body = MemberChange,
    responses((status = 200, description = "Changed.", body = MemberView))
)]
pub(super) async fn change_member(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<MemberPath>,
    Json(change): Json<MemberChange>,
) -> Result<Json<MemberView>, Problem> {
    let permit = permit(&app, &caller, &path.organisation)?;
    let mut faults = Faults::default();
    if let Some(name) = &change.name {
        check_name(&mut faults, "name", name, NAME_CHARS_MAX);
    }
    if change.roles.as_ref().is_some_and(BTreeSet::is_empty) {
        faults.add("roles", "are none", "name at least one role, or revoke the member");
    }
    check_purposes(&caller.directory, &mut faults, Some(path.member), change.purposes.iter().flatten());
    if let Some(reason) = &change.reason {
        check_reason(&mut faults, reason);
    }
    faults.into_result()?;
    let patch = MemberPatch {
        name: change.name,
        roles: change.roles,
        purposes: change.purposes,
        active: change.active,
        reason: change.reason,
    };
    let member = app.store.change_member(&permit, path.member, patch)?.ready().await?;
    Ok(Json(MemberView::from(&member)))
}
