//! `GET /organisations/{organisation}/keys`: the public keys by which others know what it signed.

use axum::extract::State;
use base::Timestamp;
use base::ids::OrganisationId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use policy::Principal;
use policy::action::{Administer, Audit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// A public key of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationKey {
    /// Its id, with the algorithm.
    #[schema(example = "ed25519:0123456789abcdef")]
    key_id: String,
    /// 32 bytes in base64.
    public_key: String,
    /// Since when it signs.
    since: Option<Timestamp>,
    /// Until when it signed; null while it does.
    until: Option<Timestamp>,
}

/// The public keys of one's own organisation
///
/// For its administrators and auditors; to look needs no fresh sign-in.
#[utoipa::path(
    get,
    path = "/organisations/{organisation}/keys",
    tag = "administration",
    params(("organisation" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "The keys, the present one first.", body = List<OrganisationKey>))
)]
pub(super) async fn list_keys(
    State(app): State<App>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<List<OrganisationKey>>, Problem> {
    let fresh = Principal { reauthenticated: true, ..caller.principal.clone() };
    if app.engine.permit_organisation::<Audit>(&fresh, &organisation).is_err() {
        let _permit = app.engine.permit_organisation::<Administer>(&fresh, &organisation)?;
    }
    let key = caller.directory.public_keys.get(&organisation).cloned().ok_or(Problem::Absent)?;
    let since = app.in_thread(move |app| Ok(app.store.organisation_since(&organisation)?)).await?;
    Ok(Json(List::whole(vec![OrganisationKey {
        key_id: key.id().to_string(),
        public_key: STANDARD.encode(key.to_bytes()),
        since,
        until: None,
    }])))
}
