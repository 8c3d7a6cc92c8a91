//! `PUT /area/purposes/{purpose}`: making, changing or bringing back a purpose, with how long at most information for
//! it is kept.
//!
//! Not here: taking one out of use ([`super::retire_purpose`]).

use axum::extract::State;
use base::ids::PurposeId;
use record::Faults;
use store::{DirectoryChange, Purpose};

use super::{HELP_CHARS_MAX, NAME_CHARS_MAX, PurposeBody, change, check_names, check_room};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Make or change a purpose
///
/// For coordinators of the host, with a fresh sign-in. Its retention class holds for what is shared from now on: what
/// was shared keeps the class it was signed with.
#[utoipa::path(
    put,
    path = "/area/purposes/{purpose}",
    tag = "administration",
    params(("purpose" = PurposeId, Path, description = "The purpose.")),
    request_body = PurposeBody,
    responses((status = 200, description = "As it is now.", body = PurposeBody))
)]
pub(super) async fn put_purpose(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PurposeId>,
    Json(body): Json<PurposeBody>,
) -> Result<Json<PurposeBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let purposes = &caller.directory.purposes;
    let mut faults = Faults::default();
    check_names(&mut faults, "name", &body.name, NAME_CHARS_MAX);
    check_names(&mut faults, "help", &body.help, HELP_CHARS_MAX);
    faults.into_result()?;
    check_room(purposes.len(), !purposes.contains_key(&id), "purposes")?;
    let PurposeBody { name, help, retention, retired } = body;
    let purpose = Purpose { id, name: name.into(), help: help.into(), retention, retired };
    let answer = PurposeBody::from(&purpose);
    change(&app, &permit, DirectoryChange::Purpose(purpose)).await?;
    Ok(Json(answer))
}
