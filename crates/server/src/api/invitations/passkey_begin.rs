//! `POST /invitations/{secret}/passkey/begin`: options for registering a passkey.

use axum::extract::State;
use serde_json::Value;

use super::usable;
use crate::caller::SignIn;
use crate::extract::{Json, Path};
use crate::passkey;
use crate::problem::Problem;
use crate::state::App;

/// Begin registering a passkey
///
/// Options for `navigator.credentials.create`, binary values as base64url. They can be used once, within 5 minutes.
#[utoipa::path(
    post,
    path = "/invitations/{secret}/passkey/begin",
    tag = "invitations",
    security(()),
    params(("secret" = String, Path, description = "The secret of the link.")),
    request_body(content = Value, description = "An empty object."),
    responses((status = 200, description = "`{ \"publicKey\": ... }` (WebAuthn level 3).", body = Value))
)]
pub(super) async fn begin_registration(
    State(app): State<App>,
    _: SignIn,
    Path(secret): Path<String>,
    Json(_body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let options = app.in_thread(move |app| {
        let (_, member) = usable(app, &secret)?;
        passkey::begin_registration(app, &member)
    });
    Ok(Json(options.await?))
}
