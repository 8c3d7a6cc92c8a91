//! `GET /demo/members`: whom one may be in a demonstration.

use axum::extract::State;
use base::ids::{MemberId, OrganisationId, PurposeId};
use policy::{MemberKind, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::Demo;
use crate::api::shapes::{List, Name};
use crate::extract::Json;
use crate::state::App;

/// A sample member.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DemoMember {
    id: MemberId,
    #[schema(example = "Duty officer OPCW")]
    name: String,
    organisation: OrganisationId,
    organisation_name: Name,
    roles: Vec<Role>,
    purposes: Vec<PurposeId>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Name>,
}

/// Whom one may be
///
/// The persons of a demonstration, by organisation. Absent on other nodes.
#[utoipa::path(
    get,
    path = "/demo/members",
    tag = "demo",
    security(()),
    responses((status = 200, description = "The sample members.", body = List<DemoMember>))
)]
pub(super) async fn demo_members(State(app): State<App>, _: Demo) -> Json<List<DemoMember>> {
    let directory = app.store.directory();
    let persons = directory.members.values().filter(|one| one.active && one.kind == MemberKind::Person);
    let members = persons.filter_map(|member| {
        let organisation = directory.organisations.get(&member.organisation).filter(|one| one.active)?;
        Some(DemoMember {
            id: member.id,
            name: member.name.clone(),
            organisation: organisation.id.clone(),
            organisation_name: Name::from(&organisation.name),
            roles: member.roles.iter().copied().collect(),
            purposes: member.purposes.iter().cloned().collect(),
            note: app.area.shift(&member.organisation, &member.name).map(Name::from),
        })
    });
    Json(List::whole(members.collect()))
}
