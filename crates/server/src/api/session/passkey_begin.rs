//! `POST /session/passkey/begin`: options for signing in with a passkey.

use axum::extract::State;
use serde_json::Value;

use super::Purpose;
use crate::caller::{MaybeCaller, SignIn};
use crate::extract::{Json, Query};
use crate::passkey;
use crate::problem::Problem;
use crate::state::App;

/// Begin signing in
///
/// Options for `navigator.credentials.get`, binary values as base64url. They can be used once, within 5 minutes.
#[utoipa::path(
    post,
    path = "/session/passkey/begin",
    tag = "session",
    security(()),
    params(Purpose),
    request_body(content = Value, description = "An empty object."),
    responses((status = 200, description = "`{ \"publicKey\": ... }` (WebAuthn level 3).", body = Value))
)]
pub(super) async fn begin_sign_in(
    State(app): State<App>,
    _: SignIn,
    MaybeCaller(caller): MaybeCaller,
    Query(purpose): Query<Purpose>,
    Json(_body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let session = caller.as_ref().and_then(|caller| caller.session());
    let renew = match (purpose.reauthenticate, session) {
        (true, None) => return Err(Problem::Unauthenticated),
        (true, session) => session,
        (false, _) => None,
    };
    Ok(Json(passkey::begin_authentication(&app, renew)?))
}
