//! `POST /items/{item}/close`: the one who asked closes its request.
//!
//! Not here: who may (policy) and what it does (store).

use axum::extract::State;
use base::ids::ItemId;
use policy::action::Acknowledge;
use record::Deed;
use store::AccessAction;

use super::{Why, act, read};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::ItemDetail;

/// Closes a request, with what came of it.
#[utoipa::path(post, path = "/items/{item}/close", tag = "items", operation_id = "closeRequest", request_body = Why,
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
            let (permit, _) = app.gate.act::<Acknowledge>(&principal, item)?;
            let reason = why.checked()?;
            let act = act(app, &principal, item, Deed::Close { reason });
            Ok(app.store.acknowledge(&permit, act)?)
        })
        .await?;
    answer.ready().await?;
    Ok(Json(read::read(&app, &caller, item, AccessAction::Open).await?))
}
