//! Who am I; signing in and out.
//!
//! Not here: becoming a member ([`super::invitations`]).

mod passkey_begin;
mod passkey_finish;
mod passkeys;
mod preferences;
mod show;
mod sign_out;

pub(crate) use passkey_finish::signed_in;
pub(crate) use show::SessionView;

use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::show_session, sign_out::sign_out))
        .routes(routes!(passkey_begin::begin_sign_in))
        .routes(routes!(passkey_finish::finish_sign_in))
        .routes(routes!(passkeys::list_passkeys, passkeys::add_passkey))
        .routes(routes!(passkeys::begin_passkey))
        .routes(routes!(passkeys::name_passkey, passkeys::remove_passkey))
        .routes(routes!(preferences::read_preferences, preferences::keep_preferences))
}

/// Whether it is about a new session or about the one there is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Purpose {
    /// Renews the proof of identity of the present session instead of starting a new one.
    #[serde(default)]
    reauthenticate: bool,
}
