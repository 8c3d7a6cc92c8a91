//! `DELETE /area/sites/{site}`: taking a site out of use.
//!
//! Not here: bringing it back ([`super::put_site`]).

use axum::extract::State;
use base::ids::SiteId;
use store::{DirectoryChange, Site};

use super::{SiteBody, change};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Take a site out of use
///
/// For coordinators of the host, with a fresh sign-in. It is no longer drawn and can no longer be chosen; items that
/// name it keep its name.
#[utoipa::path(
    delete,
    path = "/area/sites/{site}",
    tag = "administration",
    params(("site" = SiteId, Path, description = "The site.")),
    responses((status = 200, description = "As it is now.", body = SiteBody))
)]
pub(super) async fn retire_site(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SiteId>,
) -> Result<Json<SiteBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let before = caller.directory.sites.get(&id).ok_or(Problem::Absent)?;
    let site = Site { retired: true, ..Site::clone(before) };
    let answer = SiteBody::from(&site);
    if !before.retired {
        change(&app, &permit, DirectoryChange::Site(site)).await?;
    }
    Ok(Json(answer))
}
