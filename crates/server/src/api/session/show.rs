//! `GET /session`: who am I.

use axum::extract::State;
use base::Timestamp;
use base::ids::{CommunityId, MemberId, OrganisationId, PurposeId};
use policy::{MemberKind, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::shapes::Name;
use crate::caller::{Caller, Via};
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Who is signed in, and for how long.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    member: SessionMember,
    organisation: SessionOrganisation,
    /// The communities of the organisation.
    communities: Vec<CommunityId>,
    /// Whether the organisation runs the area.
    host: bool,
    /// Until when administration, release and erasure need no new proof of identity.
    fresh_until: Option<Timestamp>,
    /// When it ends without another request.
    expires: Timestamp,
    /// Whether this node is a demonstration.
    demo: bool,
    area: SessionArea,
}

#[derive(Debug, Serialize, ToSchema)]
struct SessionMember {
    id: MemberId,
    #[schema(example = "Duty officer OPCW")]
    name: String,
    kind: MemberKind,
    roles: Vec<Role>,
    purposes: Vec<PurposeId>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SessionOrganisation {
    id: OrganisationId,
    name: Name,
    #[schema(example = "OPCW")]
    short: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct SessionArea {
    #[schema(example = "international-zone")]
    id: String,
    name: Name,
}

impl SessionView {
    pub(crate) fn of(app: &App, caller: &Caller) -> Result<Self, Problem> {
        let principal = &caller.principal;
        let directory = &caller.directory;
        let member = directory.members.get(&principal.member).ok_or(Problem::Unauthenticated)?;
        let organisation =
            directory.organisations.get(&principal.organisation).ok_or(Problem::Unauthenticated)?;
        let fresh_until = caller.session().and_then(|session| session.fresh);
        let fresh_until = fresh_until.map(|fresh| fresh.plus_millis(app.config.fresh_ms()));
        Ok(Self {
            member: SessionMember {
                id: member.id,
                name: member.name.clone(),
                kind: member.kind,
                roles: member.roles.iter().copied().collect(),
                purposes: member.purposes.iter().cloned().collect(),
            },
            organisation: SessionOrganisation {
                id: organisation.id.clone(),
                name: Name::from(&organisation.name),
                short: organisation.short.clone(),
            },
            communities: principal.communities.iter().cloned().collect(),
            host: principal.host,
            fresh_until: fresh_until.filter(|_| principal.reauthenticated),
            expires: match &caller.via {
                Via::Session(session) => session.expires(&app.session_limits()),
                Via::Token(token) => token.expires,
            },
            demo: app.demo,
            area: SessionArea { id: app.area.id.clone(), name: Name::from(&app.area.name) },
        })
    }
}

/// Who am I
///
/// The member behind the session or the API token of this request.
#[utoipa::path(
    get,
    path = "/session",
    tag = "session",
    responses((status = 200, description = "Who is signed in.", body = SessionView))
)]
pub(super) async fn show_session(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<SessionView>, Problem> {
    Ok(Json(SessionView::of(&app, &caller)?))
}
