//! `GET /erasure-requests`, `GET /erasure-requests/made` and `POST /erasure-requests/{request}/refuse`: what is asked of
//! one's own items, what one asked oneself, and what became of it.
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
use store::{ErasureRequest, Outcome};
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
    /// Open ones first, the latest first; at most 200.
    pub items: Vec<ErasureRequestView>,
}

/// A request to erase, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureRequest)]
pub struct ErasureRequestView {
    /// The request.
    #[schema(value_type = String, format = Uuid)]
    pub id: ActId,
    /// What is to be erased.
    pub item: ItemId,
    /// Whose it is: who decides.
    pub originator: OrganisationId,
    /// Who asks.
    pub organisation: OrganisationId,
    /// The member who asked, when it is of the caller's organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_name: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why; destroyed with the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Timestamp>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// When the item was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<Timestamp>,
    /// Whether the caller may refuse it, or grant it by erasing the item.
    pub may_decide: bool,
}

/// Requests to erase items of the caller's organisation, for its auditors, administrators and coordinators.
#[utoipa::path(get, path = "/erasure-requests", tag = "accountability", operation_id = "listErasureRequests",
    responses((status = OK, body = ErasureRequests), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<ErasureRequests>, Problem> {
    if !answers_for_others(&app, &caller) {
        return Err(Problem::Absent);
    }
    let items = app.in_thread(move |app| {
        let found = app.store.erasure_requests(&caller.principal)?;
        Ok(found.into_iter().map(|one| view(app, &caller, one)).collect())
    });
    Ok(Json(ErasureRequests { items: items.await? }))
}

/// What the caller asked others, or its own organisation, to erase, and what became of it. Auditors, administrators and
/// coordinators are told of every request of their organisation.
#[utoipa::path(get, path = "/erasure-requests/made", tag = "accountability",
    operation_id = "listErasureRequestsMade", responses((status = OK, body = ErasureRequests)))]
pub async fn made(State(app): State<App>, caller: Caller) -> Result<Json<ErasureRequests>, Problem> {
    let items = app.in_thread(move |app| {
        let all = answers_for_others(app, &caller);
        let found = app.store.erasure_requests_made(&caller.principal, all)?;
        Ok(found.into_iter().map(|one| view(app, &caller, one)).collect())
    });
    Ok(Json(ErasureRequests { items: items.await? }))
}

fn answers_for_others(app: &App, caller: &Caller) -> bool {
    caller.principal.roles.contains(&Role::Coordinator) || accountable(app, caller).is_ok()
}

fn view(app: &App, caller: &Caller, request: ErasureRequest) -> ErasureRequestView {
    let ErasureRequest { id, item, originator, organisation, member, at, reason, outcome } = request;
    let may_decide = outcome.is_none()
        && app.gate.see(&caller.principal, item).is_ok_and(|(_, candidate)| {
            app.gate.may(&caller.principal, &candidate).contains(&policy::Action::Erase)
        });
    let (refused, refusal, erased) = match outcome {
        None => (None, None, None),
        Some(Outcome::Refused { at, reason }) => (Some(at), Some(reason), None),
        Some(Outcome::Erased { at }) => (None, None, Some(at)),
    };
    let ours = organisation == caller.principal.organisation;
    let member_name = ours.then(|| app.store.directory().member_name(member).to_owned());
    ErasureRequestView {
        id,
        item,
        originator,
        organisation,
        member_name,
        at,
        reason,
        refused,
        refusal,
        erased,
        may_decide,
    }
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
