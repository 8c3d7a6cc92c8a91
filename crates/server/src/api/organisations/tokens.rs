//! `GET /organisations/{organisation}/members/{member}/tokens`: the API tokens of a member.

use axum::extract::State;

use super::{TokenView, permit};
use crate::api::shapes::{List, MemberPath};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// The API tokens of a member
///
/// For administrators of the organisation, with a fresh sign-in. Without their texts; dead ones for 90 days.
#[utoipa::path(
    get,
    path = "/organisations/{organisation}/members/{member}/tokens",
    tag = "administration",
    params(MemberPath),
    responses((status = 200, description = "The tokens, newest first.", body = List<TokenView>))
)]
pub(super) async fn list_tokens(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<MemberPath>,
) -> Result<Json<List<TokenView>>, Problem> {
    let permit = permit(&app, &caller, &path.organisation)?;
    let tokens = app.in_thread(move |app| Ok(app.store.tokens(&permit, path.member)?)).await?;
    Ok(Json(List::whole(tokens.iter().map(TokenView::from).collect())))
}
