//! `GET /watch/signals/{signal}`: a signal with the documents it rests on; and the item it was shared as.
//!
//! Not here: judging ([`super::judge`]) and sharing, which is sharing an item of kind signal.

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::ItemId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webwatch::Document;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::Shown;

/// A signal and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSignal)]
pub(super) struct SignalView {
    shown: Shown,
    /// Its documents that are still kept, masked, the latest first.
    documents: Vec<Document>,
}

/// One signal with its documents
#[utoipa::path(get, path = "/watch/signals/{signal}", tag = "web monitoring", operation_id = "readSignal",
    params(("signal" = String, Path, description = "The signal.")),
    responses((status = 200, description = "The signal.", body = SignalView)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<SignalView>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let view = at_desk(&app, &permit, move |desk| {
        let shown = desk.signal(&id).cloned().ok_or(Problem::Absent)?;
        let documents = desk.documents(&id, now)?;
        Ok(SignalView { shown, documents })
    });
    Ok(Json(view.await?))
}

/// The item that a signal was shared as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchShared)]
pub(super) struct Shared {
    item: ItemId,
}

/// Note that a signal was shared
///
/// The item is one that the caller may see.
#[utoipa::path(put, path = "/watch/signals/{signal}/item", tag = "web monitoring", operation_id = "noteShared",
    params(("signal" = String, Path, description = "The signal.")), request_body = Shared,
    responses((status = 204, description = "It is noted.")))]
pub(super) async fn shared(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<Shared>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let (_, candidate) = app.gate.see(&caller.principal, body.item)?;
    let (now, asked) = (app.now(), id.clone());
    let there = at_desk(&app, &permit, move |desk| Ok(desk.shared(&asked, candidate.id, now)?));
    if !there.await? {
        return Err(Problem::Absent);
    }
    app.watching.tell(permit.organisation(), [id]);
    Ok(StatusCode::NO_CONTENT)
}
