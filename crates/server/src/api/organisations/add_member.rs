//! `POST /organisations/{organisation}/members`: a new member.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::{MemberId, OrganisationId, PurposeId};
use policy::{MemberKind, Role};
use record::Faults;
use serde::{Deserialize, Serialize};
use store::{DirectoryChange, Member};
use utoipa::ToSchema;

use super::{InvitationMade, MemberView, NAME_CHARS_MAX, check_name, check_purposes, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Most members of one organisation.
const MEMBERS_MAX: usize = 2_000;

/// A new member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    /// The name that others see: a post rather than a person.
    #[schema(example = "Duty officer OPCW")]
    name: String,
    kind: MemberKind,
    roles: BTreeSet<Role>,
    #[serde(default)]
    purposes: BTreeSet<PurposeId>,
}

/// A member that has been added.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddedMember {
    #[serde(flatten)]
    member: MemberView,
    /// For a person. Services and sensors get an API token instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<InvitationMade>,
}

/// Add a member
///
/// For administrators of the organisation, with a fresh sign-in. A person gets a one-time invitation.
#[utoipa::path(
    post,
    path = "/organisations/{organisation}/members",
    tag = "administration",
    params(("organisation" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewMember,
    responses((status = 201, description = "Added.", body = AddedMember))
)]
pub(super) async fn add_member(
    State(app): State<App>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Json(new): Json<NewMember>,
) -> Result<(StatusCode, Json<AddedMember>), Problem> {
    let permit = permit(&app, &caller, &organisation)?;
    let mut faults = Faults::default();
    check_name(&mut faults, "name", &new.name, NAME_CHARS_MAX);
    if new.roles.is_empty() {
        faults.add("roles", "are none", "name at least one role");
    }
    check_purposes(&caller.directory, &mut faults, None, &new.purposes);
    faults.into_result()?;
    if caller.directory.members.values().filter(|one| one.organisation == organisation).count() >= MEMBERS_MAX
    {
        return Err(Problem::Conflict(format!("an organisation has at most {MEMBERS_MAX} members")));
    }
    let member = Member {
        id: MemberId::new(&*app.clock, &*app.random),
        organisation,
        name: new.name,
        kind: new.kind,
        roles: new.roles,
        purposes: new.purposes,
        active: true,
    };
    let view = MemberView::from(&member);
    app.store.change_directory(&permit, DirectoryChange::Member(member))?.ready().await?;
    let invitation = if new.kind == MemberKind::Person {
        Some(InvitationMade::new(&app, &app.store.invite(&permit, view.id)?.ready().await?))
    } else {
        None
    };
    Ok((StatusCode::CREATED, Json(AddedMember { member: view, invitation })))
}
