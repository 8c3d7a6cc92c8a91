//! `GET /invitations/{secret}`: who is invited.

use axum::extract::State;

use super::{InvitationView, usable};
use crate::api::shapes::Name;
use crate::caller::SignIn;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Look at an invitation
///
/// Who is invited, for the one who holds the link. Used, expired and unknown ones are all absent.
#[utoipa::path(
    get,
    path = "/invitations/{secret}",
    tag = "invitations",
    security(()),
    params(("secret" = String, Path, description = "The secret of the link.")),
    responses((status = 200, description = "The invitation can be used.", body = InvitationView))
)]
pub(super) async fn show_invitation(
    State(app): State<App>,
    _: SignIn,
    Path(secret): Path<String>,
) -> Result<Json<InvitationView>, Problem> {
    app.in_thread(move |app| {
        let (invitation, member) = usable(app, &secret)?;
        let directory = app.store.directory();
        let organisation = directory.organisations.get(&member.organisation).ok_or(Problem::Absent)?;
        Ok(Json(InvitationView {
            name: member.name.clone(),
            organisation: Name::from(&organisation.name),
            expires: invitation.expires,
        }))
    })
    .await
}
