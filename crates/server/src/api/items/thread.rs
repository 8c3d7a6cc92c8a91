//! `GET /items/{item}/thread`: every item of the thread that the caller may see, oldest first.
//!
//! Not here: items of other threads that refer to it.

use axum::extract::State;
use base::ids::ItemId;
use serde::Serialize;
use store::AccessAction;
use utoipa::ToSchema;

use super::read;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::ItemDetail;

/// A thread.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThreadView {
    /// Oldest first; at most 500.
    pub items: Vec<ItemDetail>,
}

/// The thread an item is in.
#[utoipa::path(get, path = "/items/{item}/thread", tag = "items", operation_id = "readThread",
    params(("item" = ItemId, Path, description = "Any item of the thread")),
    responses((status = OK, body = ThreadView), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<ThreadView>, Problem> {
    let principal = &caller.principal;
    let (permit, _) = app.gate.see(principal, item)?;
    let sight = app.gate.sight(principal);
    let candidates = app.store.thread(&sight, app.store.thread_of(&permit)?)?;
    let permits = app.gate.see_all(principal, &candidates);
    let views = app.store.consult(permits, &sight, caller.access(AccessAction::Thread)).await?;
    let mut items = Vec::with_capacity(views.len());
    for view in &views {
        let Some(candidate) = candidates.iter().find(|one| one.id == view.item.id) else { continue };
        items.push(read::detail(&app, &caller, &sight, candidate, view).await?);
    }
    Ok(Json(ThreadView { items }))
}
