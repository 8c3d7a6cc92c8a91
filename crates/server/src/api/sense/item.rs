//! `PUT /sense/observations/{observation}/item`: the item that an observation was shared as.
//!
//! Not here: sharing, which is sharing an item of kind observation.

use axum::extract::State;
use base::ids::{ItemId, ObservationId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{change, operator};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::sensing::Shown;
use crate::state::App;

/// The item that an observation was shared as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SenseShared)]
pub(super) struct Shared {
    item: ItemId,
}

/// Note that an observation was shared
///
/// The item is one that the caller may see.
#[utoipa::path(put, path = "/sense/observations/{observation}/item", tag = "sensors",
    operation_id = "noteObservationShared",
    params(("observation" = ObservationId, Path, description = "The observation.")), request_body = Shared,
    responses((status = 200, description = "The observation as it is now.", body = Shown)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ObservationId>,
    Json(body): Json<Shared>,
) -> Result<Json<Shown>, Problem> {
    let permit = operator(&app, &caller)?;
    let (_, candidate) = app.gate.see(&caller.principal, body.item)?;
    let work = move |app: &App| {
        change(app, &permit, id, |_, entry| {
            entry.item = Some(candidate.id);
            Ok(())
        })
    };
    app.in_thread(work).await.map(Json)
}
