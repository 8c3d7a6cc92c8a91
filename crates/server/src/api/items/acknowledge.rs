//! `POST /items/{item}/acknowledge`: the caller's organisation has taken note.
//!
//! Not here: reading, which is on record by itself.

use axum::extract::State;
use base::ids::ItemId;
use policy::action::Acknowledge;
use record::Deed;
use serde::Deserialize;
use store::AccessAction;
use utoipa::ToSchema;

use super::{act, read};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::ItemDetail;

/// Which version was read; the present one when not given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// The version.
    #[serde(default)]
    pub version: Option<u32>,
}

/// Acknowledges an item for the caller's organisation. Doing it again changes nothing.
#[utoipa::path(post, path = "/items/{item}/acknowledge", tag = "items", operation_id = "acknowledgeItem",
    request_body = Acknowledgement, params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = PRECONDITION_FAILED, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(asked): Json<Acknowledgement>,
) -> Result<Json<ItemDetail>, Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, candidate) = app.gate.act::<Acknowledge>(&principal, item)?;
            if app.store.has_acknowledged(item, &principal.organisation)? {
                return Ok(None);
            }
            let version = asked.version.unwrap_or(candidate.version);
            let act = act(app, &principal, item, Deed::Acknowledge { version });
            Ok(Some(app.store.acknowledge(&permit, act)?))
        })
        .await?;
    if let Some(answer) = answer {
        answer.ready().await?;
    }
    Ok(Json(read::read(&app, &caller, item, AccessAction::Open).await?))
}
