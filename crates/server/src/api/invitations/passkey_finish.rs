//! `POST /invitations/{secret}/passkey/finish`: a passkey and a session, for an invitation.

use axum::extract::State;
use axum::response::Response;

use super::usable;
use crate::api::session::{SessionView, signed_in};
use crate::caller::SignIn;
use crate::extract::{Json, Path};
use crate::passkey::{self, NamedAnswer};
use crate::problem::Problem;
use crate::state::App;

/// Accept an invitation
///
/// Takes what `navigator.credentials.create` gave, binary values as base64url. The invitation is used, the new passkey
/// takes the place of earlier ones, earlier sessions end, and a session starts.
#[utoipa::path(
    post,
    path = "/invitations/{secret}/passkey/finish",
    tag = "invitations",
    security(()),
    params(("secret" = String, Path, description = "The secret of the link.")),
    request_body(content = Value, description = "A `PublicKeyCredential` (WebAuthn level 3) as JSON; with `name`, what its member calls it."),
    responses((status = 200, description = "Signed in.", body = SessionView))
)]
pub(super) async fn finish_registration(
    State(app): State<App>,
    _: SignIn,
    Path(secret): Path<String>,
    Json(answer): Json<NamedAnswer>,
) -> Result<Response, Problem> {
    let accepted = app.in_thread(move |app| {
        let (_, member) = usable(app, &secret)?;
        let credential = passkey::finish_registration(app, member.id, &answer.credential)?;
        Ok(app.store.accept_invitation(&secret, credential, &answer.name, app.session_limits())?)
    });
    let session = accepted.await?.ready().await?;
    app.hub.session_ended();
    signed_in(&app, session).await
}
