//! `POST /requests`: the same request to several organisations, each of which learns of itself only.
//!
//! Not here: a request to one ([`super::items::create`]).

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base::ids::{ItemId, OrganisationId};
use record::{Clause, Draft, Faults, Kind, RequestTerms, Tlp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::items::create::idempotency;
use super::together::share_all;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Most organisations that are asked together.
const ASKED_MAX: usize = 50;

/// A request, and who is asked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// The request, as it would be to one. Its audience and `content.request.to` are set for each organisation.
    pub draft: Draft,
    /// Who is asked.
    pub to: BTreeSet<OrganisationId>,
}

/// What was shared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requested {
    /// One item per organisation.
    pub items: Vec<RequestedItem>,
}

/// One request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedItem {
    /// Who is asked.
    pub to: OrganisationId,
    /// The item.
    pub item: ItemId,
}

/// Asks several organisations: one item each, in one transaction, none telling of the others.
#[utoipa::path(post, path = "/requests", tag = "items", operation_id = "shareRequests", request_body = Requests,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same body is shared once, also when it is sent again")),
    responses((status = CREATED, body = Requested),
        (status = OK, body = Requested, description = "They had been shared already, with this key"),
        (status = BAD_REQUEST, body = ProblemDocument), (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(asked): Json<Requests>,
) -> Result<(StatusCode, Json<Requested>), Problem> {
    check(&caller, &asked)?;
    let idempotency = idempotency(&headers, &asked)?;
    let drafts = asked.to.iter().map(|to| draft_to(&asked.draft, to)).collect();
    let receipts = share_all(&app, &caller, drafts, idempotency).await?;
    let repeated = receipts.iter().all(|receipt| receipt.repeated);
    let items = asked.to.into_iter().zip(receipts);
    let items = items.map(|(to, receipt)| RequestedItem { to, item: receipt.item }).collect();
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(Requested { items })))
}

/// The request to one of them, for its eyes.
fn draft_to(draft: &Draft, to: &OrganisationId) -> Draft {
    let mut draft = draft.clone();
    let due = draft.content.request.as_ref().and_then(|terms| terms.due);
    draft.content.request = Some(RequestTerms { to: to.clone(), due });
    draft.marking.audience = vec![Clause { organisations: [to.clone()].into(), ..Clause::default() }];
    draft
}

fn check(caller: &Caller, asked: &Requests) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let Requests { draft, to } = asked;
    if draft.kind != Kind::Request {
        faults.add("draft.kind", "is not request", "ask for something, or share one item");
    }
    if to.is_empty() || to.len() > ASKED_MAX {
        faults.add("to", format!("names none or more than {ASKED_MAX}"), "name who is asked");
    }
    if to.contains(&caller.principal.organisation) {
        faults.add("to", "names your own organisation", "name others");
    }
    match draft.marking.tlp {
        Tlp::Clear => {
            faults.add(
                "draft.marking.tlp",
                "is CLEAR: each would see the others",
                "choose GREEN or stricter",
            );
        }
        Tlp::Red => {
            faults.add("draft.marking.tlp", "is RED: that names persons", "ask each in a request of its own");
        }
        Tlp::Green | Tlp::Amber | Tlp::AmberStrict => {}
    }
    if !draft.content.attachments.is_empty() {
        let mend = "share it in an item of its own and refer to that";
        faults.add("draft.content.attachments", "a file belongs to one item", mend);
    }
    faults.into_result().map_err(Problem::from)
}
