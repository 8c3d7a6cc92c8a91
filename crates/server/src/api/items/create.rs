//! `POST /items`: share an item. Once it is answered, it is on disk and on the screens of all who may see it.
//!
//! Not here: what makes a draft fit to be shared ([`crate::share`]).

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use record::Draft;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{AccessAction, Idempotency};

use super::read;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::{Problem, ProblemDocument};
use crate::share::{self, Ready};
use crate::state::App;
use crate::views::ItemDetail;

/// Longest idempotency key, in characters.
const KEY_CHARS_MAX: usize = 100;

/// Shares an item, signed by the caller's organisation. The marking is raised to that of its parent and references.
#[utoipa::path(post, path = "/items", tag = "items", operation_id = "shareItem", request_body = Draft,
    params(("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same body is shared once, also when it is sent again"),
        ("Prefer" = Option<String>, Header, description = "`return=minimal` for an answer without a body (RFC 7240)")),
    responses((status = CREATED, body = ItemDetail, headers(("Location" = String), ("ETag" = String))),
        (status = OK, body = ItemDetail, description = "It had been shared already, with this key"),
        (status = BAD_REQUEST, body = ProblemDocument), (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(draft): Json<Draft>,
) -> Result<Response, Problem> {
    let idempotency = idempotency(&headers, &draft)?;
    let minimal = headers.get("prefer").is_some_and(|prefer| prefer == "return=minimal");
    let opened = (!minimal).then(|| caller.access(AccessAction::Open));
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let Ready { permit, mut shared } = share::ready(app, &principal, draft, None)?;
            shared.opened = opened;
            if share::needs_approval(app, &shared.item) {
                return Err(Problem::ApprovalNeeded);
            }
            Ok(app.store.publish(&permit, shared, idempotency)?)
        })
        .await?;
    let receipt = answer.ready().await?;
    let status = if receipt.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = HeaderValue::try_from(format!("/api/v1/items/{}", receipt.item));
    let [etag] = read::etag(receipt.version);
    let headers_out = [(header::LOCATION, location.map_err(|_| Problem::Internal)?), etag];
    if minimal {
        return Ok((status, headers_out).into_response());
    }
    let detail = read::shared(&app, &caller, &receipt).await?;
    Ok((status, headers_out, Json(detail)).into_response())
}

/// The idempotency key of a request with the hash of what is asked.
pub fn idempotency(headers: &HeaderMap, asked: &impl Serialize) -> Result<Option<Idempotency>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_CHARS_MAX);
    let key = key.ok_or_else(|| {
        let what = format!("is not 1 to {KEY_CHARS_MAX} plain characters");
        Problem::fault("Idempotency-Key", what, "send a random UUID")
    })?;
    let bytes = serde_json::to_vec(asked).map_err(|_| Problem::Internal)?;
    Ok(Some(Idempotency { key: key.into(), request_hash: Sha256::digest(&bytes).into() }))
}
