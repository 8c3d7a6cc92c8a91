//! `DELETE /area/purposes/{purpose}`: taking a purpose out of use.
//!
//! Not here: bringing it back ([`super::put_purpose`]).

use axum::extract::State;
use base::ids::PurposeId;
use store::{DirectoryChange, Purpose};

use super::{PurposeBody, change};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Take a purpose out of use
///
/// For coordinators of the host, with a fresh sign-in. It can no longer be chosen or given to members; who holds it
/// keeps what was shared for it.
#[utoipa::path(
    delete,
    path = "/area/purposes/{purpose}",
    tag = "administration",
    params(("purpose" = PurposeId, Path, description = "The purpose.")),
    responses((status = 200, description = "As it is now.", body = PurposeBody))
)]
pub(super) async fn retire_purpose(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PurposeId>,
) -> Result<Json<PurposeBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let before = caller.directory.purposes.get(&id).ok_or(Problem::Absent)?;
    let purpose = Purpose { retired: true, ..before.clone() };
    let answer = PurposeBody::from(&purpose);
    if !before.retired {
        change(&app, &permit, DirectoryChange::Purpose(purpose)).await?;
    }
    Ok(Json(answer))
}
