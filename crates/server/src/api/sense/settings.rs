//! `GET` and `PUT /sense/settings`: how readily an organisation's sensors tell, and whether stills may be kept.
//!
//! Not here: trying other settings on a past night ([`super::replays`]).

use axum::extract::State;
use axum::http::HeaderMap;
use base::Timestamp;
use base::ids::MemberId;
use record::Faults;
use serde::Serialize;
use store::sense::KeptSettings;
use utoipa::ToSchema;

use super::operator;
use crate::api::items::amend::if_match;
use crate::api::items::read::etag;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::sensing::{SettingsBody, read_settings};
use crate::state::App;

/// Settings and since when they hold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenseSettingsShown)]
pub(super) struct SettingsShown {
    /// Which; 0 before anybody changed them.
    version: u32,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    /// Who made them.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<MemberId>,
    /// What they say.
    settings: SettingsBody,
}

type Answer = ([(axum::http::HeaderName, axum::http::HeaderValue); 1], Json<SettingsShown>);

/// How readily the sensors tell
#[utoipa::path(get, path = "/sense/settings", tag = "sensors", operation_id = "readSenseSettings",
    responses((status = 200, description = "The settings. The ETag is their version.", body = SettingsShown,
        headers(("ETag" = String)))))]
pub(super) async fn show(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    let permit = operator(&app, &caller)?;
    let shown = app.in_thread(move |app| {
        let now = app.now();
        let kept = app.store.sense()?.settings(&permit, now)?;
        let (version, settings) = read_settings(&app.store, &permit, now)?;
        let (at, member) = (kept.as_ref().map(|one| one.at), kept.as_ref().map(|one| one.member));
        Ok(SettingsShown { version, at, member, settings })
    });
    let shown = shown.await?;
    Ok((etag(shown.version), Json(shown)))
}

/// Change how readily the sensors tell
///
/// Posts learn of it with the answer to their next bulletin. Every version is kept, with who made it.
#[utoipa::path(put, path = "/sense/settings", tag = "sensors", operation_id = "putSenseSettings",
    params(("If-Match" = String, Header, description = "ETag of the settings that are changed")),
    request_body = SettingsBody,
    responses((status = 200, description = "As they are now.", body = SettingsShown, headers(("ETag" = String)))))]
pub(super) async fn put(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(settings): Json<SettingsBody>,
) -> Result<Answer, Problem> {
    let permit = operator(&app, &caller)?;
    let version = if_match(&headers)?.saturating_add(1);
    let mut faults = Faults::default();
    settings.check(&caller.directory, &mut faults);
    faults.into_result()?;
    let (at, member) = (app.now(), caller.principal.member);
    let work = move |app: &App| {
        let content = serde_json::to_vec(&settings).map_err(|_| Problem::Internal)?;
        app.store.sense()?.keep_settings(&permit, &KeptSettings { version, at, member, content })?;
        Ok(settings)
    };
    let settings = app.in_thread(work).await?;
    Ok((etag(version), Json(SettingsShown { version, at: Some(at), member: Some(member), settings })))
}
