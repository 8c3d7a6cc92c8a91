//! `POST /organisations/{organisation}/members/{member}/tokens`: an API token.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use policy::Action;
use record::Faults;
use serde::{Deserialize, Serialize};
use store::{NewToken, TOKEN_DAYS_MAX, TOKEN_NAME_CHARS_MAX};
use utoipa::ToSchema;

use super::{TokenView, check_name, permit};
use crate::api::shapes::MemberPath;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// A new API token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenWanted {
    /// What it is for.
    #[schema(example = "camera gateway, north")]
    name: String,
    /// What it may be used for.
    scopes: BTreeSet<Action>,
    /// Until when, at most 366 days from now.
    expires: Timestamp,
}

/// An API token that has been made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenMade {
    #[serde(flatten)]
    token: TokenView,
    /// Its text, told this once: `Authorization: Bearer bft_...`.
    #[schema(example = "bft_...")]
    secret: String,
}

/// Make an API token
///
/// For administrators of the organisation, with a fresh sign-in. Tokens never release, erase or administer, whatever
/// their scopes: that is for persons.
#[utoipa::path(
    post,
    path = "/organisations/{organisation}/members/{member}/tokens",
    tag = "administration",
    params(MemberPath),
    request_body = TokenWanted,
    responses((status = 201, description = "Made.", body = TokenMade))
)]
pub(super) async fn make_token(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<MemberPath>,
    Json(wanted): Json<TokenWanted>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let permit = permit(&app, &caller, &path.organisation)?;
    let mut faults = Faults::default();
    check_name(&mut faults, "name", &wanted.name, TOKEN_NAME_CHARS_MAX);
    if wanted.scopes.is_empty() {
        faults.add("scopes", "are none", "name at least one action");
    }
    let now = app.now();
    if wanted.expires <= now || wanted.expires > now.plus_seconds(TOKEN_DAYS_MAX * 86_400) {
        faults.add(
            "expires",
            "is past, or too far away",
            format!("choose within {TOKEN_DAYS_MAX} days from now"),
        );
    }
    faults.into_result()?;
    let new =
        NewToken { member: path.member, name: wanted.name, scopes: wanted.scopes, expires: wanted.expires };
    let (token, secret) = app.store.make_token(&permit, new)?.ready().await?;
    let made = TokenMade { token: TokenView::from(&token), secret: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, Json(made)))
}
