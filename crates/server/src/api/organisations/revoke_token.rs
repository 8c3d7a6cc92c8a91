//! `DELETE /organisations/{organisation}/members/{member}/tokens/{token}`: revoking an API token.

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::{MemberId, OrganisationId, TokenId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::permit;
use crate::caller::Caller;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::App;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TokenPath {
    /// The organisation.
    organisation: OrganisationId,
    /// The member.
    member: MemberId,
    /// The token.
    token: TokenId,
}

/// Revoke an API token
///
/// For administrators of the organisation, with a fresh sign-in. Its streams end within a second.
#[utoipa::path(
    delete,
    path = "/organisations/{organisation}/members/{member}/tokens/{token}",
    tag = "administration",
    params(TokenPath),
    responses((status = 204, description = "Revoked."))
)]
pub(super) async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TokenPath>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller, &path.organisation)?;
    app.store.revoke_token(&permit, path.member, path.token)?.ready().await?;
    app.hub.session_ended();
    Ok(StatusCode::NO_CONTENT)
}
