//! `GET /items/{item}/readers`: who has consulted an item, for the auditors of its originator.
//!
//! Not here: who could have (the audience).

use axum::extract::State;
use base::Timestamp;
use base::ids::{ItemId, OrganisationId, PurposeId};
use policy::action::Audit;
use serde::Serialize;
use store::AccessAction;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Who has consulted an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readers {
    /// Newest first, at most 1,000.
    pub records: Vec<Reading>,
}

/// One consultation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    /// When.
    pub at: Timestamp,
    /// By whose members.
    pub organisation: OrganisationId,
    /// Their names, for the own organisation; how many for others.
    pub members: Vec<String>,
    /// How many members.
    pub people: usize,
    /// How.
    #[schema(value_type = String)]
    pub action: AccessAction,
    /// What for, when they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeId>,
}

/// Consultations of an item that comes from the caller's organisation.
#[utoipa::path(get, path = "/items/{item}/readers", tag = "items", operation_id = "readReaders",
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = Readers), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<Readers>, Problem> {
    let records = app
        .in_thread(move |app| {
            let principal = &caller.principal;
            let permit = app.engine.permit_organisation::<Audit>(principal, &principal.organisation)?;
            let directory = app.store.directory();
            let found = app.store.readers_of(&permit, item)?;
            let records = found.into_iter().map(|(_, record)| {
                let own = record.organisation == principal.organisation;
                let names = record.members.iter().map(|one| directory.member_name(*one).to_owned());
                Reading {
                    at: record.at,
                    members: if own { names.collect() } else { Vec::new() },
                    people: record.members.len(),
                    organisation: record.organisation,
                    action: record.action,
                    purpose: record.purpose,
                }
            });
            Ok(records.collect())
        })
        .await?;
    Ok(Json(Readers { records }))
}
