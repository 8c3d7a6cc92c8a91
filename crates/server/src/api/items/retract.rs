//! `POST /items/{item}/retract`: the originator withdraws an item.
//!
//! Not here: who may (policy) and what it does (store).

use axum::extract::State;
use base::Timestamp;
use base::ids::ItemId;
use policy::action::Retract;
use record::Deed;
use serde::Deserialize;
use store::AccessAction;
use utoipa::ToSchema;

use super::{Why, act, read};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::ItemDetail;

/// Longest time a recall waits for acknowledgements, in days.
const WAIT_DAYS_MAX: i64 = 30;

/// Why an item is withdrawn, and until when the others are to acknowledge that.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecallTerms {
    /// The reason, for everyone who may see the item.
    #[schema(example = "The drone was found and belongs to the venue")]
    pub reason: String,
    /// Until when; within two hours when not given, at most 30 days ahead.
    #[serde(default)]
    pub acknowledge_by: Option<Timestamp>,
}

/// Withdraws an item. Everyone who could read it is told and asked to acknowledge.
#[utoipa::path(post, path = "/items/{item}/retract", tag = "items", operation_id = "retractItem", 
    request_body = RecallTerms,
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = FORBIDDEN, body = ProblemDocument), (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(terms): Json<RecallTerms>,
) -> Result<Json<ItemDetail>, Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, _) = app.gate.act::<Retract>(&principal, item)?;
            let RecallTerms { reason, acknowledge_by } = terms;
            let reason = Why { reason }.checked()?;
            check(app.now(), acknowledge_by)?;
            let act = act(app, &principal, item, Deed::Retract { reason, acknowledge_by });
            Ok(app.store.retract(&permit, act)?)
        })
        .await?;
    answer.ready().await?;
    Ok(Json(read::read(&app, &caller, item, AccessAction::Open).await?))
}

fn check(now: Timestamp, acknowledge_by: Option<Timestamp>) -> Result<(), Problem> {
    let latest = now.plus_seconds(WAIT_DAYS_MAX * 86_400);
    if acknowledge_by.is_none_or(|by| by > now && by <= latest) {
        return Ok(());
    }
    let what = format!("is past, or more than {WAIT_DAYS_MAX} days ahead");
    Err(Problem::fault("acknowledge_by", what, "give a later or an earlier instant"))
}
