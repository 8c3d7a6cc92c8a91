//! `DELETE /session`: signing out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::caller::{MaybeCaller, clear_cookie};
use crate::problem::Problem;
use crate::state::App;

/// Sign out
///
/// Ends the session; its streams end within a second. Done again, it does nothing.
#[utoipa::path(
    delete,
    path = "/session",
    tag = "session",
    responses((status = 204, description = "Nobody is signed in any more."))
)]
pub(super) async fn sign_out(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
) -> Result<Response, Problem> {
    if let Some(session) = caller.as_ref().and_then(|caller| caller.session()) {
        app.store.end_session(session.key)?.ready().await?;
        app.hub.session_ended();
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, clear_cookie(&app)?)]).into_response())
}
