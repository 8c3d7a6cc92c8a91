//! `PUT /items/{item}`: a new version, with `If-Match` naming the one it follows.
//!
//! Not here: a looser marking ([`super::release`]).

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base::ids::ItemId;
use policy::action::Amend;
use record::{Content, Marking};
use serde::Deserialize;
use store::AccessAction;
use utoipa::ToSchema;

use super::read;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::share;
use crate::state::App;
use crate::views::ItemDetail;

/// The new content and marking.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// The content, whole.
    pub content: Content,
    /// The marking: the same, or stricter.
    pub marking: Marking,
}

/// Amends an item.
#[utoipa::path(put, path = "/items/{item}", tag = "items", operation_id = "amendItem", request_body = Amendment,
    params(("item" = ItemId, Path, description = "The item"),
        ("If-Match" = String, Header, description = "ETag of the version that is amended")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = PRECONDITION_FAILED, body = ProblemDocument), (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    headers: HeaderMap,
    Json(amendment): Json<Amendment>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<ItemDetail>), Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, _) = app.gate.act::<Amend>(&principal, item)?;
            let version = if_match(&headers)?;
            let (present, payload) = app.store.present_payload(&permit)?;
            if present.version != version {
                return Err(Problem::Stale { version: present.version });
            }
            let Amendment { content, marking } = amendment;
            let next = share::next_version(app, &principal, (&present, &payload), content, marking)?;
            Ok(app.store.amend(&permit, next)?)
        })
        .await?;
    let receipt = answer.ready().await?;
    let detail = read::read(&app, &caller, receipt.item, AccessAction::Open).await?;
    Ok((read::etag(receipt.version), Json(detail)))
}

/// The version that `If-Match` names.
pub fn if_match(headers: &HeaderMap) -> Result<u32, Problem> {
    let value = headers.get(header::IF_MATCH).ok_or(Problem::PreconditionRequired)?;
    let text = value.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    let version = text.and_then(|text| text.parse().ok());
    version
        .ok_or_else(|| Problem::fault("If-Match", "is not an ETag of an item", "send the ETag you have read"))
}
