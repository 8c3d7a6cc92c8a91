//! `GET`, `POST` and `DELETE /watch/mutes`: what raises no signal until a date.
//!
//! Not here: what is not watched at all ([`super::put_profile`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use webwatch::pipeline::{Mute, Muted};

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::App;

/// Longest time that something is muted, in days.
const DAYS_MAX: i64 = 92;
/// Most mutes of one organisation.
const MUTES_MAX: usize = 500;
/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;
const MS_PER_DAY: i64 = 86_400_000;

/// What is muted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchMutes)]
pub(super) struct Mutes {
    items: Vec<Mute>,
}

/// What is muted
#[utoipa::path(get, path = "/watch/mutes", tag = "web monitoring", operation_id = "listMutes",
    responses((status = 200, description = "The mutes.", body = Mutes)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Mutes>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let items = at_desk(&app, &permit, move |desk| {
        Ok(desk.mutes().iter().filter(|one| one.until > now).cloned().collect())
    });
    Ok(Json(Mutes { items: items.await? }))
}

/// What is to be muted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchMuteBody)]
pub(super) struct MuteBody {
    what: Muted,
    /// Until when: at most 92 days from now.
    until: Timestamp,
    /// Why.
    reason: String,
}

/// Mute something until a date
#[utoipa::path(post, path = "/watch/mutes", tag = "web monitoring", operation_id = "mute", request_body = MuteBody,
    responses((status = 201, description = "It is muted.", body = Mute)))]
pub(super) async fn put(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<MuteBody>,
) -> Result<(StatusCode, Json<Mute>), Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    if body.until <= now || body.until > now.plus_millis(DAYS_MAX * MS_PER_DAY) {
        let mend = format!("choose a time from now to {DAYS_MAX} days from now");
        return Err(Problem::fault("until", "is out of range", mend));
    }
    if !(1..=REASON_CHARS_MAX).contains(&body.reason.trim().chars().count()) {
        let mend = format!("say why in 1 to {REASON_CHARS_MAX} characters");
        return Err(Problem::fault("reason", "is empty or too long", mend));
    }
    let id = hex::encode(base::random::bytes::<8>(&*app.random));
    let mute = Mute { id, what: body.what, until: body.until, reason: body.reason.trim().into() };
    let made = mute.clone();
    at_desk(&app, &permit, move |desk| {
        if desk.mutes().len() >= MUTES_MAX {
            return Err(Problem::Conflict(format!("an organisation mutes at most {MUTES_MAX} things")));
        }
        Ok(desk.mute(made, now)?)
    })
    .await?;
    Ok((StatusCode::CREATED, Json(mute)))
}

/// Which mute.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Which {
    /// Its id.
    id: String,
}

/// End a mute
#[utoipa::path(delete, path = "/watch/mutes", tag = "web monitoring", operation_id = "unmute", params(Which),
    responses((status = 204, description = "It is not muted any more.")))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let there = at_desk(&app, &permit, move |desk| Ok(desk.unmute(&which.id)?)).await?;
    if there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::Absent) }
}
