//! `POST /items/{item}/erase`: the originator destroys the content for good.
//!
//! Not here: retention, which erases by itself when the time has come.

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::ItemId;
use policy::action::Erase;
use record::Deed;

use super::{Why, act};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Destroys key, ciphertext, files and index of every version. The ledger still verifies. Cannot be undone.
#[utoipa::path(post, path = "/items/{item}/erase", tag = "items", operation_id = "eraseItem", request_body = Why,
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = ProblemDocument),
        (status = FORBIDDEN, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(why): Json<Why>,
) -> Result<StatusCode, Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, _) = app.gate.act::<Erase>(&principal, item)?;
            let reason = why.checked()?;
            let act = act(app, &principal, item, Deed::Erase { reason, granted: Vec::new() });
            Ok(app.store.erase(&permit, act)?)
        })
        .await?;
    answer.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
