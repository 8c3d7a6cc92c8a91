//! `GET /watch/profiles`: what an organisation looks for.
//!
//! Not here: changing it ([`super::put_profile`]).

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use webwatch::detect::Profile;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// The watch profiles of an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchProfiles)]
pub(super) struct Profiles {
    items: Vec<Profile>,
}

/// What the organisation looks for
#[utoipa::path(get, path = "/watch/profiles", tag = "web monitoring", operation_id = "listProfiles",
    responses((status = 200, description = "The profiles.", body = Profiles)))]
pub(super) async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<Profiles>, Problem> {
    let permit = permit(&app, &caller)?;
    let items = at_desk(&app, &permit, |desk| Ok(desk.profiles().to_vec())).await?;
    Ok(Json(Profiles { items }))
}
