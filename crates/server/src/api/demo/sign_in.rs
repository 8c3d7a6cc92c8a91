//! `POST /demo/session`: signing in as a sample member.

use axum::extract::State;
use axum::response::Response;
use base::ids::MemberId;
use policy::MemberKind;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Demo;
use crate::api::session::{SessionView, signed_in};
use crate::caller::MaybeCaller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Whom to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoSignIn {
    /// The sample member.
    member: MemberId,
}

/// Sign in as a sample member
///
/// Starts a session as if the member had just proved who it is. Absent on nodes that are no demonstration.
#[utoipa::path(
    post,
    path = "/demo/session",
    tag = "demo",
    security(()),
    request_body = DemoSignIn,
    responses((status = 200, description = "Signed in.", body = SessionView))
)]
pub(super) async fn demo_sign_in(
    State(app): State<App>,
    _: Demo,
    MaybeCaller(caller): MaybeCaller,
    Json(wanted): Json<DemoSignIn>,
) -> Result<Response, Problem> {
    let directory = app.store.directory();
    let person =
        directory.principal(wanted.member).filter(|one| one.active && one.kind == MemberKind::Person);
    let member = person.ok_or(Problem::Absent)?.member;
    let secret = app.store.create_session(member, true, app.session_limits())?.ready().await?;
    if let Some(before) = caller.as_ref().and_then(|caller| caller.session()) {
        app.store.end_session(before.key)?.ready().await?;
        app.hub.session_ended();
    }
    signed_in(&app, secret).await
}
