//! `POST /items/{item}/erasure-requests`: asks the originator to erase an item.
//!
//! Not here: what becomes of it ([`crate::api::accountability`]); erasing the item grants it ([`super::erase`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::{ActId, ItemId};
use policy::action::Audit;
use record::Deed;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Why, act};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// A request that has been made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureAsked {
    /// The request.
    #[schema(value_type = String, format = Uuid)]
    pub id: ActId,
}

/// Asks the originator to erase an item: an entry of the ledger. For whoever may see it, and for the auditors of its
/// originator; by a person at the screen.
#[utoipa::path(post, path = "/items/{item}/erasure-requests", tag = "accountability", operation_id = "askErasure",
    request_body = Why, params(("item" = ItemId, Path, description = "The item")),
    responses((status = CREATED, body = ErasureAsked), (status = NOT_FOUND, body = ProblemDocument),
        (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(why): Json<Why>,
) -> Result<(StatusCode, Json<ErasureAsked>), Problem> {
    let (id, answer) = app
        .in_thread(move |app| {
            let principal = &caller.principal;
            let seen = app.gate.see(principal, item);
            let audits = app.engine.permit_organisation::<Audit>(principal, &principal.organisation);
            let asked = |reason| act(app, principal, item, Deed::AskErasure { reason });
            match (seen, audits) {
                (Ok((permit, _)), _) => {
                    let act = asked(checked(&caller, why)?);
                    Ok((act.id, app.store.ask_erasure(&permit, act)?))
                }
                (Err(_), Ok(permit)) if app.store.is_of(item, permit.organisation())? => {
                    let act = asked(checked(&caller, why)?);
                    Ok((act.id, app.store.ask_own_erasure(&permit, act)?))
                }
                (Err(problem), _) => Err(problem),
            }
        })
        .await?;
    answer.ready().await?;
    Ok((StatusCode::CREATED, Json(ErasureAsked { id })))
}

fn checked(caller: &Caller, why: Why) -> Result<String, Problem> {
    if caller.session().is_none() {
        return Err(Problem::NotAllowed("An API token does not ask for erasure.".into()));
    }
    why.checked()
}
