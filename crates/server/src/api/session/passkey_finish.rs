//! `POST /session/passkey/finish`: a session, for a passkey.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::{Secret, StoreError};
use webauthn_rs::prelude::PublicKeyCredential;

use super::{Purpose, SessionView};
use crate::caller::{Caller, MaybeCaller, SignIn, set_cookie};
use crate::challenge::Ceremony;
use crate::extract::{Json, Query};
use crate::passkey;
use crate::problem::Problem;
use crate::state::App;

/// Finish signing in
///
/// Takes what `navigator.credentials.get` gave, binary values as base64url. Answers with the session and its cookie;
/// with `reauthenticate`, the present session goes on with a new proof of identity.
#[utoipa::path(
    post,
    path = "/session/passkey/finish",
    tag = "session",
    security(()),
    params(Purpose),
    request_body(content = Value, description = "A `PublicKeyCredential` (WebAuthn level 3) as JSON."),
    responses((status = 200, description = "Signed in.", body = SessionView))
)]
pub(super) async fn finish_sign_in(
    State(app): State<App>,
    _: SignIn,
    MaybeCaller(caller): MaybeCaller,
    Query(purpose): Query<Purpose>,
    Json(answer): Json<PublicKeyCredential>,
) -> Result<Response, Problem> {
    let finish = move |app: &App| passkey::finish_authentication(app, &answer);
    let (ceremony, credential) = app.in_thread(finish).await?;
    let member = credential.member;
    let session = caller.as_ref().and_then(|caller| caller.session());
    match (ceremony, purpose.reauthenticate) {
        (Ceremony::SignIn(_), false) => {
            // The passkey may have been removed since it was looked up: then it opens nothing.
            if !app.store.update_credential(credential)?.ready().await? {
                return Err(Problem::SignInRefused);
            }
            let started = app.store.create_session(member, true, app.session_limits())?.ready().await;
            let secret = started.map_err(|error| match error {
                StoreError::Absent => Problem::SignInRefused,
                error => error.into(),
            })?;
            if let Some(before) = session {
                app.store.end_session(before.key)?.ready().await?;
                app.hub.session_ended();
            }
            signed_in(&app, secret).await
        }
        (Ceremony::Renew { session: key, member: begun, .. }, true) => {
            let same = session.is_some_and(|session| session.key == key) && begun == member;
            if !same || !app.store.update_credential(credential)?.ready().await? {
                return Err(Problem::SignInRefused);
            }
            if !app.store.renew_session(key)?.ready().await? {
                return Err(Problem::Unauthenticated);
            }
            let renewed = caller.ok_or(Problem::Unauthenticated)?;
            let view = app.in_thread(move |app| {
                let caller = renewed.again(app)?.ok_or(Problem::Unauthenticated)?;
                SessionView::of(app, &caller)
            });
            Ok(Json(view.await?).into_response())
        }
        _ => Err(Problem::SignInRefused),
    }
}

/// The answer to the one who has just signed in: the cookie, and who that is.
pub(crate) async fn signed_in(app: &App, secret: Secret) -> Result<Response, Problem> {
    let cookie = set_cookie(app, &secret)?;
    let view = app.in_thread(move |app| SessionView::of(app, &Caller::of_secret(app, &secret)?)).await?;
    Ok((StatusCode::OK, [(header::SET_COOKIE, cookie)], Json(view)).into_response())
}
