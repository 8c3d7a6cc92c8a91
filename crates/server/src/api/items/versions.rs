//! `GET /items/{item}/versions`: every version, with its whole content.
//!
//! Not here: the proof that they are unchanged ([`super::proof`]).

use axum::extract::State;
use base::ids::ItemId;
use record::Item;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// The versions of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct Versions {
    /// Oldest first, as they were signed. References to items the caller may not see are left out.
    pub versions: Vec<Item>,
}

/// All versions of an item that the caller may see now.
#[utoipa::path(get, path = "/items/{item}/versions", tag = "items", operation_id = "readVersions",
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = Versions), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<Versions>, Problem> {
    let (permit, _) = app.gate.see(&caller.principal, item)?;
    let found = app.store.versions(&permit, caller.purpose.clone()).await?;
    let versions = found
        .into_iter()
        .map(|version| {
            let mut item = version.item;
            item.content.references.retain(|one| app.gate.see(&caller.principal, one.item).is_ok());
            item
        })
        .collect();
    Ok(Json(Versions { versions }))
}
