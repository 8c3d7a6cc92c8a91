//! `PUT /area/zones/{zone}`: making, changing or bringing back a zone.
//!
//! Not here: taking one out of use ([`super::retire_zone`]).

use axum::extract::State;
use base::ids::ZoneId;
use record::Faults;
use store::{DirectoryChange, Zone};

use super::{NAME_CHARS_MAX, ZoneBody, change, check_names, check_room, shape};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Make or change a zone
///
/// For coordinators of the host, with a fresh sign-in. Everyone sees it on the map at once.
#[utoipa::path(
    put,
    path = "/area/zones/{zone}",
    tag = "administration",
    params(("zone" = ZoneId, Path, description = "The zone.")),
    request_body = ZoneBody,
    responses((status = 200, description = "As it is now.", body = ZoneBody))
)]
pub(super) async fn put_zone(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ZoneId>,
    Json(body): Json<ZoneBody>,
) -> Result<Json<ZoneBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let directory = &caller.directory;
    let before = directory.zones.get(&id);
    let shape = shape::rounded(body.shape);
    let mut faults = Faults::default();
    check_names(&mut faults, "name", &body.name, NAME_CHARS_MAX);
    shape::check(&mut faults, &shape, app.area.bounds);
    faults.into_result()?;
    check_room(directory.zones.len(), before.is_none(), "zones")?;
    shape::check_room(directory, before.map(|one| &one.shape), &shape)?;
    let zone = Zone { id, name: body.name.into(), shape, retired: body.retired };
    let answer = ZoneBody::from(&zone);
    change(&app, &permit, DirectoryChange::Zone(zone)).await?;
    Ok(Json(answer))
}
