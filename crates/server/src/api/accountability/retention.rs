//! `GET /retention`: how long one's own items are kept, what ends soon, what was erased and why.
//!
//! Not here: erasing ([`crate::api::items::erase`], upkeep).

use axum::extract::State;
use base::Timestamp;
use base::ids::ItemId;
use record::Retention;
use serde::Serialize;
use store::{DRAFT_DAYS, Keeping};
use utoipa::ToSchema;

use super::accountable;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// What is kept, and for how long.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionView {
    /// Items of the caller's organisation by class.
    pub classes: Vec<RetentionClass>,
    /// The latest 200 erasures of its items, the last first.
    pub erased: Vec<ErasureView>,
    /// Days until the content of an access record is destroyed; that there was one stays provable.
    pub access_days: u32,
    /// Days a draft is kept after its last change.
    pub draft_days: i64,
}

/// One retention class.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionClass {
    /// The class.
    pub class: Retention,
    /// Days it is kept after its validity ends.
    pub days: i64,
    /// How many items.
    pub items: u64,
    /// How many of them are destroyed within 7 days.
    pub within_7_days: u64,
    /// How many of them are destroyed within 30 days.
    pub within_30_days: u64,
}

/// An erasure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureView {
    /// What was erased.
    pub item: ItemId,
    /// When.
    pub at: Timestamp,
    /// By whom; absent when its retention ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_name: Option<String>,
    /// Why.
    pub reason: String,
}

/// How long the items of the caller's organisation are kept, for its auditors and administrators.
#[utoipa::path(get, path = "/retention", tag = "accountability", operation_id = "readRetention",
    responses((status = OK, body = RetentionView), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<RetentionView>, Problem> {
    accountable(&app, &caller)?;
    let (kept, erased) = {
        let principal = caller.principal.clone();
        app.in_thread(move |app| {
            Ok((app.store.kept(&principal, app.now())?, app.store.erasures(&principal)?))
        })
        .await?
    };
    let classes = kept.into_iter().map(|one| RetentionClass {
        class: one.class,
        days: one.class.days(),
        items: one.items,
        within_7_days: one.within_7_days,
        within_30_days: one.within_30_days,
    });
    let erased = erased.into_iter().map(|one| ErasureView {
        item: one.item,
        at: one.at,
        member_name: one.by.map(|member| caller.directory.member_name(member).to_owned()),
        reason: one.reason,
    });
    Ok(Json(RetentionView {
        classes: classes.collect(),
        erased: erased.collect(),
        access_days: Keeping::default().access_days,
        draft_days: DRAFT_DAYS,
    }))
}
