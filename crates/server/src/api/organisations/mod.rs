//! Administration: one's own organisation by its administrators, the area by the coordinators of its host. All of it
//! needs a proof of identity of the last minutes.
//!
//! Not here: who may (policy); what each change is in the ledger (store).

mod add_member;
mod admit;
mod change;
mod change_member;
mod invite;
mod keys;
mod list;
mod make_token;
mod members;
mod put_community;
mod revoke_member;
mod revoke_token;
mod tokens;

use base::Timestamp;
use base::ids::{MemberId, OrganisationId, PurposeId, TokenId};
use policy::action::Administer;
use policy::{Action, MemberKind, Permit, Role};
use record::Faults;
use serde::Serialize;
use store::{Directory, Invitation, Member, Organisation, Secret, Token};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::shapes::Name;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::App;

/// Longest name of a member or an organisation, in characters.
pub(super) const NAME_CHARS_MAX: usize = 120;
/// Longest short name of an organisation, in characters.
pub(super) const SHORT_CHARS_MAX: usize = 14;
/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_organisations, admit::admit_organisation))
        .routes(routes!(change::change_organisation))
        .routes(routes!(keys::list_keys))
        .routes(routes!(put_community::put_community))
        .routes(routes!(members::list_members, add_member::add_member))
        .routes(routes!(change_member::change_member))
        .routes(routes!(revoke_member::revoke_member))
        .routes(routes!(invite::invite_member))
        .routes(routes!(tokens::list_tokens, make_token::make_token))
        .routes(routes!(revoke_token::revoke_token))
}

/// The permit to administer an organisation.
fn permit(app: &App, caller: &Caller, organisation: &OrganisationId) -> Result<Permit<Administer>, Problem> {
    Ok(app.engine.permit_organisation(&caller.principal, organisation)?)
}

/// The permit to administer the area.
pub(super) fn area_permit(app: &App, caller: &Caller) -> Result<Permit<Administer>, Problem> {
    Ok(app.engine.permit_area(&caller.principal)?)
}

/// A member of one's own organisation, for its administrators.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
struct MemberView {
    id: MemberId,
    #[schema(example = "Duty officer OPCW")]
    name: String,
    organisation: OrganisationId,
    kind: MemberKind,
    roles: Vec<Role>,
    purposes: Vec<PurposeId>,
    /// Whether it takes part; one that has been revoked does not.
    active: bool,
}

impl From<&Member> for MemberView {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id,
            name: member.name.clone(),
            organisation: member.organisation.clone(),
            kind: member.kind,
            roles: member.roles.iter().copied().collect(),
            purposes: member.purposes.iter().cloned().collect(),
            active: member.active,
        }
    }
}

/// An organisation, for the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationView {
    id: OrganisationId,
    name: Name,
    #[schema(example = "OPCW")]
    short: String,
    /// Whether it runs the area.
    host: bool,
    /// Whether it takes part.
    active: bool,
}

impl From<&Organisation> for OrganisationView {
    fn from(one: &Organisation) -> Self {
        let (id, short) = (one.id.clone(), one.short.clone());
        Self { id, name: Name::from(&one.name), short, host: one.host, active: one.active }
    }
}

/// An invitation that has been made. The link is told this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewInvitation)]
struct InvitationMade {
    /// The page where the invited person registers a passkey, once.
    #[schema(example = "https://belfry.example.org/invitation/kq8...")]
    link: String,
    /// The last part of the link.
    secret: String,
    /// Until when it can be used.
    expires: Timestamp,
}

impl InvitationMade {
    fn new(app: &App, (invitation, secret): &(Invitation, Secret)) -> Self {
        let link = app.config.invitation_link(secret);
        Self { link, secret: secret.reveal().to_owned(), expires: invitation.expires }
    }
}

/// An API token, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
struct TokenView {
    id: TokenId,
    #[schema(example = "camera gateway, north")]
    name: String,
    /// What it may be used for; the rights of the member bound it too.
    scopes: Vec<Action>,
    created: Timestamp,
    expires: Timestamp,
    /// Since when it has been revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Timestamp>,
}

impl From<&Token> for TokenView {
    fn from(token: &Token) -> Self {
        Self {
            id: token.id,
            name: token.name.clone(),
            scopes: token.scopes.iter().copied().collect(),
            created: token.created,
            expires: token.expires,
            revoked: token.revoked,
        }
    }
}

/// Checks a text that people read as a name.
pub(super) fn check_name(faults: &mut Faults, path: &str, name: &str, chars_max: usize) {
    if name.trim() != name || name.is_empty() || name.contains(['\n', '\t']) {
        faults.add(path, "is empty, or has spaces around it or line breaks", "write a plain name");
    }
    faults.text(path, name, chars_max);
}

/// Checks a reason.
fn check_reason(faults: &mut Faults, reason: &str) {
    if reason.trim().is_empty() {
        faults.add("reason", "is empty", "say why; it is kept in the ledger");
    }
    faults.text("reason", reason, REASON_CHARS_MAX);
}

/// Checks that every purpose is one of the area, and that those that were not held before are in use.
fn check_purposes<'a>(
    directory: &Directory,
    faults: &mut Faults,
    held: Option<MemberId>,
    purposes: impl IntoIterator<Item = &'a PurposeId>,
) {
    let held = held.and_then(|member| directory.members.get(&member));
    for purpose in purposes {
        match directory.purposes.get(purpose) {
            None => faults.add("purposes", format!("{purpose} is no purpose of this area"), "see GET /area"),
            Some(one) if one.retired && held.is_none_or(|one| !one.purposes.contains(purpose)) => {
                faults.add("purposes", format!("{purpose} is no longer in use"), "choose one that is in use");
            }
            Some(_) => {}
        }
    }
}
