//! `PUT /area/sites/{site}`: making, changing or bringing back a site.
//!
//! Not here: taking one out of use ([`super::retire_site`]).

use axum::extract::State;
use base::ids::SiteId;
use record::Faults;
use store::{DirectoryChange, Site};

use super::{NAME_CHARS_MAX, SHORT_CHARS_MAX, SiteBody, change, check_name, check_names, check_room, shape};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Make or change a site
///
/// For coordinators of the host, with a fresh sign-in. Everyone sees it on the map at once.
#[utoipa::path(
    put,
    path = "/area/sites/{site}",
    tag = "administration",
    params(("site" = SiteId, Path, description = "The site.")),
    request_body = SiteBody,
    responses((status = 200, description = "As it is now.", body = SiteBody))
)]
pub(super) async fn put_site(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Json(body): Json<SiteBody>,
) -> Result<Json<SiteBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let directory = &caller.directory;
    let before = directory.sites.get(&id);
    let shape = shape::rounded(body.shape);
    let mut faults = Faults::default();
    check_names(&mut faults, "name", &body.name, NAME_CHARS_MAX);
    shape::check(&mut faults, &shape, app.area.bounds);
    if let Some(short) = &body.short {
        check_name(&mut faults, "short", short, SHORT_CHARS_MAX);
    }
    if let Some(lost) = body.organisation.iter().find(|one| !directory.organisations.contains_key(*one)) {
        faults.add("organisation", format!("{lost} takes no part in this area"), "see GET /organisations");
    }
    faults.into_result()?;
    check_room(directory.sites.len(), before.is_none(), "sites")?;
    shape::check_room(directory, before.map(|one| &one.shape), &shape)?;
    let site = Site {
        id,
        name: body.name.into(),
        short: body.short,
        organisation: body.organisation,
        shape,
        retired: body.retired,
    };
    let answer = SiteBody::from(&site);
    change(&app, &permit, DirectoryChange::Site(site)).await?;
    Ok(Json(answer))
}
