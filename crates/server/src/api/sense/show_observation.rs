//! `GET /sense/observations/{observation}`: one observation with what was said of it.
//!
//! Not here: its stills ([`super::stills`]).

use axum::extract::State;
use base::ids::ObservationId;

use super::{consult, operator};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::sensing::{Entry, Shown};
use crate::state::App;

/// One observation
#[utoipa::path(get, path = "/sense/observations/{observation}", tag = "sensors", operation_id = "readObservation",
    params(("observation" = ObservationId, Path, description = "The observation.")),
    responses((status = 200, description = "The observation.", body = Shown)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ObservationId>,
) -> Result<Json<Shown>, Problem> {
    let permit = std::sync::Arc::new(operator(&app, &caller)?);
    let asked = permit.clone();
    let shown = app
        .in_thread(move |app| {
            let kept = app.store.sense()?.observation(&asked, id)?.ok_or(Problem::Absent)?;
            Ok(Entry::read(&kept)?.shown(&kept, app.now()))
        })
        .await?;
    consult(&app, &caller, &permit, std::slice::from_ref(&shown)).await?;
    Ok(Json(shown))
}
