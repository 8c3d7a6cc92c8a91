//! `POST /organisations/{organisation}/members/{member}/invitations`: a link to begin with, or to recover by.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use super::{InvitationMade, permit};
use crate::api::shapes::MemberPath;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Invite a member
///
/// For administrators of the organisation, with a fresh sign-in. A one-time link, for 72 hours, to register a passkey;
/// links made before end. When it is used, earlier passkeys and sessions of the member end: so it is the way back for
/// someone who lost a passkey, too.
#[utoipa::path(
    post,
    path = "/organisations/{organisation}/members/{member}/invitations",
    tag = "administration",
    params(MemberPath),
    request_body(content = Value, description = "An empty object."),
    responses((status = 201, description = "Invited.", body = InvitationMade))
)]
pub(super) async fn invite_member(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<MemberPath>,
    Json(_body): Json<Value>,
) -> Result<(StatusCode, Json<InvitationMade>), Problem> {
    let permit = permit(&app, &caller, &path.organisation)?;
    let made = app.store.invite(&permit, path.member)?.ready().await?;
    Ok((StatusCode::CREATED, Json(InvitationMade::new(&app, &made))))
}
