//! `POST /items/{item}/release`: the originator loosens the marking. A signed deed and a new version, together.
//!
//! Not here: anything that tightens ([`super::amend`]).

use axum::extract::State;
use base::ids::ItemId;
use policy::action::Release;
use record::{Deed, Marking};
use serde::Deserialize;
use store::AccessAction;
use utoipa::ToSchema;

use super::{act, read};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::share;
use crate::state::App;
use crate::views::ItemDetail;

/// The new marking and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseTerms {
    /// Why, for everyone who may see the item.
    pub reason: String,
    /// The marking from now on.
    pub marking: Marking,
}

/// Releases an item under a looser marking. Needs a fresh sign-in.
#[utoipa::path(post, path = "/items/{item}/release", tag = "items", operation_id = "releaseItem",
    request_body = ReleaseTerms, params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = FORBIDDEN, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(terms): Json<ReleaseTerms>,
) -> Result<Json<ItemDetail>, Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, _) = app.gate.act::<Release>(&principal, item)?;
            let ReleaseTerms { reason, marking } = terms;
            let reason = super::Why { reason }.checked()?;
            let (present, payload) = app.store.payload_to_release(&permit)?;
            let next = share::released_version(app, &principal, (&present, &payload), marking)?;
            let deed = Deed::Release { reason, version: next.item.version };
            Ok(app.store.release(&permit, act(app, &principal, item, deed), next)?)
        })
        .await?;
    answer.ready().await?;
    Ok(Json(read::read(&app, &caller, item, AccessAction::Open).await?))
}
