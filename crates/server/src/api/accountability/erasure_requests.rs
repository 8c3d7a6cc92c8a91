//! `GET /erasure-requests` and `POST /erasure-requests/{request}/refuse`: what others ask of one's own items.
//!
//! Not here: asking ([`crate::api::items::ask_erasure`]); granting, which is erasing the item.

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use base::ids::{ActId, ItemId, OrganisationId};
use policy::Role;
use policy::action::Erase;
use record::Deed;
use serde::Serialize;
use utoipa::ToSchema;

use super::accountable;
use crate::api::items::{Why, act};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Requests to erase.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureRequests {
    /// Open ones first, the latest first; at most 200. A request that was granted is gone with its item.
    pub items: Vec<ErasureRequestView>,
}

/// A request to erase.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureRequest)]
pub struct ErasureRequestView {
    /// The request.
    #[schema(value_type = String, format = Uuid)]
    pub id: ActId,
    /// What is to be erased.
    pub item: ItemId,
    /// Who asks.
    pub organisation: OrganisationId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// When it was refused; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Timestamp>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// Requests to erase items of the caller's organisation, for its auditors, administrators and coordinators.
#[utoipa::path(get, path = "/erasure-requests", tag = "accountability", operation_id = "listErasureRequests",
    responses((status = OK, body = ErasureRequests), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<ErasureRequests>, Problem> {
    if !caller.principal.roles.contains(&Role::Coordinator) {
        accountable(&app, &caller)?;
    }
    let found = app.in_thread(move |app| Ok(app.store.erasure_requests(&caller.principal)?)).await?;
    let items = found.into_iter().map(|one| {
        let (refused, refusal) = one.refused.unzip();
        let (id, item, organisation) = (one.id, one.item, one.organisation);
        ErasureRequestView { id, item, organisation, at: one.at, reason: one.reason, refused, refusal }
    });
    Ok(Json(ErasureRequests { items: items.collect() }))
}

/// Refuses a request: for whoever could erase the item, with a fresh sign-in. Erasing it grants the request.
#[utoipa::path(post, path = "/erasure-requests/{request}/refuse", tag = "accountability",
    operation_id = "refuseErasure", request_body = Why,
    params(("request" = String, Path, description = "The request")),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = ProblemDocument),
        (status = FORBIDDEN, body = ProblemDocument), (status = CONFLICT, body = ProblemDocument)))]
pub async fn refuse(
    State(app): State<App>,
    caller: Caller,
    Path(request): Path<ActId>,
    Json(why): Json<Why>,
) -> Result<StatusCode, Problem> {
    let answer = app
        .in_thread(move |app| {
            let item = app.store.item_of_erasure_request(request)?.ok_or(Problem::Absent)?;
            let (permit, _) = app.gate.act::<Erase>(&caller.principal, item)?;
            let reason = why.checked()?;
            let act = act(app, &caller.principal, item, Deed::RefuseErasure { request, reason });
            Ok(app.store.refuse_erasure(&permit, act)?)
        })
        .await?;
    answer.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
