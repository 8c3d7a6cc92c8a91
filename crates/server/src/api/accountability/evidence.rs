//! `POST /evidence`: the proofs of several items in one file, to be checked anywhere and without this node.
//!
//! Not here: the check itself (`belfry verify --bundle`).

use std::collections::BTreeSet;

use axum::extract::State;
use base::Timestamp;
use base::ids::{ItemId, OrganisationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::items::proof::{Proof, prove};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Most items of one file.
const ITEMS_MAX: usize = 100;

/// Which items.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceItems {
    /// Items the caller may see, 1 to 100.
    pub items: BTreeSet<ItemId>,
}

/// Proofs of several items.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evidence {
    /// Always `belfry-evidence/1`.
    pub format: String,
    /// When it was made.
    pub made: Timestamp,
    /// For whom.
    pub made_for: OrganisationId,
    /// One proof per item; each is a bundle by itself.
    pub proofs: Vec<Proof>,
}

/// The proofs of up to 100 items in one file. All of them, or none when one is not for the caller. Each is a
/// consultation.
#[utoipa::path(post, path = "/evidence", tag = "accountability", operation_id = "makeEvidence",
    request_body = EvidenceItems,
    responses((status = OK, body = Evidence), (status = BAD_REQUEST, body = ProblemDocument),
        (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Json(asked): Json<EvidenceItems>,
) -> Result<Json<Evidence>, Problem> {
    if asked.items.is_empty() || asked.items.len() > ITEMS_MAX {
        let what = format!("names none or more than {ITEMS_MAX}");
        return Err(Problem::fault("items", what, "name the items"));
    }
    // Nothing is consulted when one of them is not for the caller.
    for item in &asked.items {
        let _permit = app.gate.see(&caller.principal, *item)?;
    }
    let mut proofs = Vec::with_capacity(asked.items.len());
    for item in asked.items {
        proofs.push(prove(&app, &caller, item).await?);
    }
    Ok(Json(Evidence {
        format: "belfry-evidence/1".into(),
        made: app.now(),
        made_for: caller.principal.organisation,
        proofs,
    }))
}
