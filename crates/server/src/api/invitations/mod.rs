//! Accepting an invitation: who is invited, then a passkey, then a session.
//!
//! Not here: inviting ([`super::organisations`]).

mod passkey_begin;
mod passkey_finish;
mod show;

use base::Timestamp;
use store::{Invitation, Member};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::show_invitation))
        .routes(routes!(passkey_begin::begin_registration))
        .routes(routes!(passkey_finish::finish_registration))
}

/// The invitation of a secret and who is invited; absent when it cannot be used. Waits for the disk.
fn usable(app: &App, secret: &str) -> Result<(Invitation, std::sync::Arc<Member>), Problem> {
    let invitation = app.store.invitation(secret)?.ok_or(Problem::Absent)?;
    let directory = app.store.directory();
    let takes_part = directory.principal(invitation.member).is_some_and(|principal| principal.active);
    let member = directory.members.get(&invitation.member).filter(|_| takes_part);
    Ok((invitation, member.cloned().ok_or(Problem::Absent)?))
}

/// Until when an invitation can be used, and for whom: for the one who holds the link.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Invitation)]
struct InvitationView {
    /// The name of the member.
    #[schema(example = "Duty officer OPCW")]
    name: String,
    /// Its organisation.
    organisation: super::shapes::Name,
    /// Until when the invitation can be used.
    expires: Timestamp,
}
