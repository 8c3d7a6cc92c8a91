//! `POST /items/{item}/retract`: the originator withdraws an item.
//!
//! Not here: who may (policy) and what it does (store).

use axum::extract::State;
use base::ids::ItemId;
use policy::action::Retract;
use record::Deed;
use store::AccessAction;

use super::{Why, act, read};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::ItemDetail;

/// Withdraws an item. Everyone who could read it is told and asked to acknowledge.
#[utoipa::path(post, path = "/items/{item}/retract", tag = "items", operation_id = "retractItem", request_body = Why,
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = FORBIDDEN, body = ProblemDocument), (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(why): Json<Why>,
) -> Result<Json<ItemDetail>, Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, _) = app.gate.act::<Retract>(&principal, item)?;
            let reason = why.checked()?;
            let act = act(app, &principal, item, Deed::Retract { reason });
            Ok(app.store.retract(&permit, act)?)
        })
        .await?;
    answer.ready().await?;
    Ok(Json(read::read(&app, &caller, item, AccessAction::Open).await?))
}
