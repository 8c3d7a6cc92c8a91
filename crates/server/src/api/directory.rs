//! `GET /directory/members`: members that may be named in an audience.
//!
//! Not here: managing members ([`super::organisations`]).

use std::ops::Bound;

use base::ids::{MemberId, OrganisationId};
use base::limits::PAGE_ROWS_MAX;
use policy::{MemberKind, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::shapes::List;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(directory_members))
}

/// Which members.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Of this organisation only.
    organisation: Option<OrganisationId>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Most entries of the page, 1 to 100.
    limit: Option<usize>,
}

/// A member that may be named.
#[derive(Debug, Serialize, ToSchema)]
struct DirectoryMember {
    id: MemberId,
    #[schema(example = "Duty officer OPCW")]
    name: String,
    organisation: OrganisationId,
    roles: Vec<Role>,
}

/// Members that may be named
///
/// The persons who take part, for naming them in an audience.
#[utoipa::path(
    get,
    path = "/directory/members",
    tag = "directory",
    params(Wanted),
    responses((status = 200, description = "Members.", body = List<DirectoryMember>))
)]
async fn directory_members(
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<DirectoryMember>>, Problem> {
    let limit = wanted.limit.unwrap_or(PAGE_ROWS_MAX);
    if !(1..=PAGE_ROWS_MAX).contains(&limit) {
        return Err(Problem::fault("limit", "is out of range", format!("use 1 to {PAGE_ROWS_MAX}")));
    }
    // Ids of these members are no secret to the caller, so the last one serves as a cursor.
    let after = wanted.cursor.as_deref().map(str::parse::<MemberId>).transpose();
    let after = after.map_err(|_| Problem::fault("cursor", "is none of this list", "begin without it"))?;
    let directory = &caller.directory;
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let members = directory.members.range((from, Bound::Unbounded)).map(|(_, member)| member);
    let mut members = members.filter(|one| {
        let active = directory.organisations.get(&one.organisation).is_some_and(|one| one.active);
        let asked = wanted.organisation.as_ref().is_none_or(|asked| *asked == one.organisation);
        active && asked && one.active && one.kind == MemberKind::Person
    });
    let page: Vec<_> = members.by_ref().take(limit).collect();
    let more = members.next().is_some();
    let next = page.last().filter(|_| more).map(|last| last.id.to_string());
    let items = page.into_iter().map(|one| DirectoryMember {
        id: one.id,
        name: one.name.clone(),
        organisation: one.organisation.clone(),
        roles: one.roles.iter().copied().collect(),
    });
    Ok(Json(List { items: items.collect(), next }))
}
