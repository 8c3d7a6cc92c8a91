//! `DELETE /area/zones/{zone}`: taking a zone out of use.
//!
//! Not here: bringing it back ([`super::put_zone`]).

use axum::extract::State;
use base::ids::ZoneId;
use store::{DirectoryChange, Zone};

use super::{ZoneBody, change};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Take a zone out of use
///
/// For coordinators of the host, with a fresh sign-in. It is no longer drawn and can no longer be chosen; items that
/// name it keep its name.
#[utoipa::path(
    delete,
    path = "/area/zones/{zone}",
    tag = "administration",
    params(("zone" = ZoneId, Path, description = "The zone.")),
    responses((status = 200, description = "As it is now.", body = ZoneBody))
)]
pub(super) async fn retire_zone(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ZoneId>,
) -> Result<Json<ZoneBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let before = caller.directory.zones.get(&id).ok_or(Problem::Absent)?;
    let zone = Zone { retired: true, ..Zone::clone(before) };
    let answer = ZoneBody::from(&zone);
    if !before.retired {
        change(&app, &permit, DirectoryChange::Zone(zone)).await?;
    }
    Ok(Json(answer))
}
