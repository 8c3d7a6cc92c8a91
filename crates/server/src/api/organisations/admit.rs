//! `POST /organisations`: admitting an organisation to the area.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::{MemberId, OrganisationId, PurposeId};
use policy::{MemberKind, Role};
use record::Faults;
use serde::{Deserialize, Serialize};
use store::{Member, Organisation};
use utoipa::ToSchema;

use super::{
    InvitationMade, MemberView, NAME_CHARS_MAX, OrganisationView, SHORT_CHARS_MAX, area_permit, check_name,
    check_purposes,
};
use crate::api::shapes::Name;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Most organisations of one area.
const ORGANISATIONS_MAX: usize = 1_000;

/// A new organisation and its first administrator, who invites all others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrganisation {
    /// Its id, for good.
    id: OrganisationId,
    name: Name,
    /// Its name where room is short, at most 14 characters.
    #[schema(example = "OPCW")]
    short: String,
    administrator: NewAdministrator,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAdministrator {
    #[schema(example = "Administrator OPCW")]
    name: String,
    #[serde(default)]
    purposes: BTreeSet<PurposeId>,
}

/// An organisation that has been admitted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdmittedOrganisation {
    organisation: OrganisationView,
    administrator: MemberView,
    /// For the administrator.
    invitation: InvitationMade,
}

/// Admit an organisation
///
/// For coordinators of the host, with a fresh sign-in. Makes the organisation, its first administrator, and the
/// one-time invitation for that one. From then on the organisation manages its own members; the host cannot.
#[utoipa::path(
    post,
    path = "/organisations",
    tag = "administration",
    request_body = NewOrganisation,
    responses((status = 201, description = "Admitted.", body = AdmittedOrganisation))
)]
pub(super) async fn admit_organisation(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewOrganisation>,
) -> Result<(StatusCode, Json<AdmittedOrganisation>), Problem> {
    let permit = area_permit(&app, &caller)?;
    let mut faults = Faults::default();
    check_name(&mut faults, "name.en", &new.name.en, NAME_CHARS_MAX);
    check_name(&mut faults, "name.nl", &new.name.nl, NAME_CHARS_MAX);
    check_name(&mut faults, "short", &new.short, SHORT_CHARS_MAX);
    check_name(&mut faults, "administrator.name", &new.administrator.name, NAME_CHARS_MAX);
    check_purposes(&caller.directory, &mut faults, None, &new.administrator.purposes);
    faults.into_result()?;
    if caller.directory.organisations.len() >= ORGANISATIONS_MAX {
        return Err(Problem::Conflict(format!("an area has at most {ORGANISATIONS_MAX} organisations")));
    }
    let organisation = Organisation {
        id: new.id.clone(),
        name: new.name.into(),
        short: new.short,
        host: false,
        active: true,
    };
    let administrator = Member {
        id: MemberId::new(&*app.clock, &*app.random),
        organisation: new.id,
        name: new.administrator.name,
        kind: MemberKind::Person,
        roles: BTreeSet::from([Role::Administrator]),
        purposes: new.administrator.purposes,
        active: true,
    };
    let admitted = AdmittedOrganisation {
        organisation: OrganisationView::from(&organisation),
        administrator: MemberView::from(&administrator),
        invitation: InvitationMade::new(
            &app,
            &app.store.admit_organisation(&permit, organisation, administrator)?.ready().await?,
        ),
    };
    Ok((StatusCode::CREATED, Json(admitted)))
}
