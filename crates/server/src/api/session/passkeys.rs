//! `/session/passkeys`: the passkeys of the member itself; a second one is a way in when the first is lost.
//!
//! Not here: the first one, which comes with an invitation ([`crate::api::invitations`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::NamedCredential;
use utoipa::ToSchema;

use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::passkey::{self, NamedAnswer};
use crate::problem::Problem;
use crate::state::App;

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passkey)]
pub(super) struct PasskeyView {
    /// The id its authenticator gave it, as base64url.
    id: String,
    /// What its member calls it; empty when it has not said.
    name: String,
    /// When it was made; absent when that was before this was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Timestamp>,
    /// When it last opened the node; absent when it has not, or before this was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<Timestamp>,
}

impl PasskeyView {
    fn of(NamedCredential { id, name, added, used }: NamedCredential) -> Self {
        Self { id: URL_SAFE_NO_PAD.encode(id), name, added, used }
    }
}

/// What a passkey is to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeyName {
    /// At most 60 characters; empty takes the name away.
    name: String,
}

/// My passkeys
#[utoipa::path(
    get,
    path = "/session/passkeys",
    tag = "session",
    responses((status = 200, description = "The passkeys.", body = List<PasskeyView>))
)]
pub(super) async fn list_passkeys(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<List<PasskeyView>>, Problem> {
    let found = app.in_thread(move |app| Ok(app.store.named_credentials(caller.principal.member)?)).await?;
    Ok(Json(List::whole(found.into_iter().map(PasskeyView::of).collect())))
}

/// Begin adding a passkey
///
/// Options for `navigator.credentials.create`, binary values as base64url. Needs a fresh sign-in; they can be used once,
/// within 5 minutes.
#[utoipa::path(
    post,
    path = "/session/passkeys/begin",
    tag = "session",
    request_body(content = Value, description = "An empty object."),
    responses((status = 200, description = "`{ \"publicKey\": ... }` (WebAuthn level 3).", body = Value))
)]
pub(super) async fn begin_passkey(
    State(app): State<App>,
    caller: Caller,
    Json(_body): Json<Value>,
) -> Result<Json<Value>, Problem> {
    fresh(&caller)?;
    let begin = app.in_thread(move |app| {
        let member = caller.directory.members.get(&caller.principal.member).ok_or(Problem::Absent)?;
        passkey::begin_registration(app, member)
    });
    Ok(Json(begin.await?))
}

/// Finish adding a passkey
///
/// Takes what `navigator.credentials.create` gave. An entry of the ledger; needs a fresh sign-in.
#[utoipa::path(
    post,
    path = "/session/passkeys",
    tag = "session",
    request_body(content = Value, description = "A `PublicKeyCredential` (WebAuthn level 3) as JSON; with `name`, what its member calls it."),
    responses((status = 201, description = "Added.", body = PasskeyView))
)]
pub(super) async fn add_passkey(
    State(app): State<App>,
    caller: Caller,
    Json(answer): Json<NamedAnswer>,
) -> Result<(StatusCode, Json<PasskeyView>), Problem> {
    fresh(&caller)?;
    let added = app
        .in_thread(move |app| {
            let member = caller.principal.member;
            let credential = passkey::finish_registration(app, member, &answer.credential)?;
            Ok(app.store.add_credential(credential, &answer.name)?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(PasskeyView::of(added.ready().await?))))
}

/// Name a passkey
///
/// One of one's own, so that its member knows which device it is on. Opens and closes nothing.
#[utoipa::path(
    patch,
    path = "/session/passkeys/{passkey}",
    tag = "session",
    params(("passkey" = String, Path, description = "Its id.")),
    request_body = PasskeyName,
    responses((status = 204, description = "It has that name."))
)]
pub(super) async fn name_passkey(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(PasskeyName { name }): Json<PasskeyName>,
) -> Result<StatusCode, Problem> {
    if caller.session().is_none() {
        return Err(Problem::NotAllowed("An API token does not change ways to sign in.".into()));
    }
    let id = URL_SAFE_NO_PAD.decode(id).map_err(|_| Problem::Absent)?;
    let member = caller.principal.member;
    app.in_thread(move |app| Ok(app.store.name_credential(member, id, &name)?)).await?.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a passkey
///
/// One of one's own; the last one stays. An entry of the ledger; needs a fresh sign-in.
#[utoipa::path(
    delete,
    path = "/session/passkeys/{passkey}",
    tag = "session",
    params(("passkey" = String, Path, description = "Its id.")),
    responses((status = 204, description = "It opens nothing any more."))
)]
pub(super) async fn remove_passkey(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    fresh(&caller)?;
    let id = URL_SAFE_NO_PAD.decode(id).map_err(|_| Problem::Absent)?;
    let member = caller.principal.member;
    app.in_thread(move |app| Ok(app.store.remove_credential(member, id)?)).await?.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ways in are changed by a person at the screen who has just proved to be the one, never by a program.
fn fresh(caller: &Caller) -> Result<(), Problem> {
    match caller.session() {
        None => Err(Problem::NotAllowed("An API token does not change ways to sign in.".into())),
        Some(_) if caller.principal.reauthenticated => Ok(()),
        Some(_) => Err(Problem::Reauthenticate),
    }
}
