//! `POST /organisations/{organisation}/members/{member}/revoke`: ending a member's part.

use axum::extract::State;
use record::Faults;
use serde::Deserialize;
use store::MemberPatch;
use utoipa::ToSchema;

use super::{MemberView, check_reason, permit};
use crate::api::shapes::MemberPath;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Why a member is revoked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Revocation {
    /// Why; kept in the ledger.
    #[schema(example = "Left the organisation.")]
    reason: String,
}

/// Revoke a member
///
/// For administrators of the organisation, with a fresh sign-in. Sessions, tokens and streams of the member end within
/// a second. What it shared stays. Done again, it only adds the reason.
#[utoipa::path(
    post,
    path = "/organisations/{organisation}/members/{member}/revoke",
    tag = "administration",
    params(MemberPath),
    request_body = Revocation,
    responses((status = 200, description = "Takes part no longer.", body = MemberView))
)]
pub(super) async fn revoke_member(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<MemberPath>,
    Json(revocation): Json<Revocation>,
) -> Result<Json<MemberView>, Problem> {
    let permit = permit(&app, &caller, &path.organisation)?;
    let mut faults = Faults::default();
    check_reason(&mut faults, &revocation.reason);
    faults.into_result()?;
    let patch =
        MemberPatch { active: Some(false), reason: Some(revocation.reason), ..MemberPatch::default() };
    let member = app.store.change_member(&permit, path.member, patch)?.ready().await?;
    Ok(Json(MemberView::from(&member)))
}
