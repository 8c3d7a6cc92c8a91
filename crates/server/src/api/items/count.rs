//! `GET /items/count`: how many items the caller may see, by kind, zone, originator and urgency.
//!
//! Not here: counts over anything else. What the caller may not see is in no number.

use std::collections::BTreeMap;

use axum::extract::State;
use record::Kind;
use record::rating::Urgency;
use serde::Serialize;
use store::SearchQuery;
use utoipa::ToSchema;

use super::Filters;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Counts over what the caller may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemCounts {
    /// All together.
    pub total: u64,
    /// By kind.
    pub by_kind: BTreeMap<Kind, u64>,
    /// By zone.
    pub by_zone: BTreeMap<String, u64>,
    /// By originator.
    pub by_originator: BTreeMap<String, u64>,
    /// By urgency.
    pub by_urgency: BTreeMap<Urgency, u64>,
    /// Not acknowledged by the caller's organisation.
    pub unacknowledged: u64,
}

/// Counts with the same filters as the list.
#[utoipa::path(get, path = "/items/count", tag = "items", operation_id = "countItems", params(Filters),
    responses((status = OK, body = ItemCounts), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(filters): Query<Filters>,
) -> Result<Json<ItemCounts>, Problem> {
    let filter = filters.filter(&app, &caller)?;
    let text = filters.text()?.map(str::to_owned);
    let counts = app
        .in_thread(move |app| {
            let sight = app.gate.sight(&caller.principal);
            Ok(match text {
                None => app.store.counts(&sight, &filter),
                Some(text) => app.store.search_counts(&sight, &SearchQuery { text, filter })?,
            })
        })
        .await?;
    Ok(Json(ItemCounts {
        total: counts.total,
        by_kind: counts.by_kind,
        by_zone: counts.by_zone,
        by_originator: counts.by_originator,
        by_urgency: counts.by_urgency,
        unacknowledged: counts.unacknowledged,
    }))
}
