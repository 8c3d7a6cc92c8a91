//! `GET /access`: who of one's own organisation consulted what, for its auditors.
//!
//! Not here: who of other organisations read an own item ([`super::items::readers`]).

use axum::extract::State;
use base::Timestamp;
use base::ids::{ItemId, MemberId, PurposeId};
use policy::action::Audit;
use serde::{Deserialize, Serialize};
use store::{AccessAction, AccessQuery};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::cursor::Use;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Rows of a page.
const ROWS: usize = 100;

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccessFilters {
    /// About this item.
    pub item: Option<ItemId>,
    /// By this member.
    pub member: Option<MemberId>,
    /// In this way: list, search, map, open, thread, versions, proof, stream, attachment, export, replay or
    /// observation.
    #[param(value_type = Option<String>)]
    pub action: Option<AccessAction>,
    /// For this purpose.
    pub purpose: Option<PurposeId>,
    /// At or after this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A page of access records.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessPage {
    /// Newest first.
    pub records: Vec<AccessLine>,
    /// The cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// One access record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessLine {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub members: Vec<AccessMember>,
    /// How.
    #[schema(value_type = String)]
    pub action: AccessAction,
    /// What for, when they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeId>,
    /// What.
    pub items: Vec<ItemId>,
}

/// A member in a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessMember {
    /// The member.
    pub id: MemberId,
    /// Its name.
    pub name: String,
}

/// Access records of the caller's organisation.
#[utoipa::path(get, path = "/access", tag = "accountability", operation_id = "listAccess", params(AccessFilters),
    responses((status = OK, body = AccessPage), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(filters): Query<AccessFilters>,
) -> Result<Json<AccessPage>, Problem> {
    let member = caller.principal.member;
    let before = filters.cursor.as_deref().map(|cursor| {
        let place = app.cursors.open(Use::Access, member, cursor);
        place.ok_or_else(|| Problem::fault("cursor", "is not one of this list", "begin without a cursor"))
    });
    let query = AccessQuery {
        item: filters.item,
        member: filters.member,
        action: filters.action,
        purpose: filters.purpose,
        from: filters.from,
        until: filters.until,
        before: before.transpose()?,
    };
    let mut found = app
        .in_thread(move |app| {
            let principal = &caller.principal;
            let permit = app.engine.permit_organisation::<Audit>(principal, &principal.organisation)?;
            Ok(app.store.access_records(&permit, &query)?)
        })
        .await?;
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    let last = found.last().map(|(seq, _)| *seq).filter(|_| more);
    let directory = app.store.directory();
    let records = found
        .into_iter()
        .map(|(_, record)| AccessLine {
            at: record.at,
            members: record
                .members
                .iter()
                .map(|id| AccessMember { id: *id, name: directory.member_name(*id).to_owned() })
                .collect(),
            action: record.action,
            purpose: record.purpose,
            items: record.items,
        })
        .collect();
    let next = last.map(|seq| app.cursors.seal(&*app.random, Use::Access, member, seq));
    Ok(Json(AccessPage { records, next }))
}
