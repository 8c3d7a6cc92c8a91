//! `GET` and `PUT /watch/settings`: how many signals fit in a shift; the threshold follows from it.
//!
//! Not here: what the node may fetch, which its administrator sets in a file.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webwatch::pipeline::Settings;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Most signals of one shift.
pub(super) const SIGNALS_MAX: u32 = 1_000;
/// Longest shift, in hours.
pub(super) const HOURS_MAX: u16 = 24;

/// What analysts can look at.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchSettings)]
pub(super) struct SettingsBody {
    /// How many signals they can look at in a shift: 1 to 1000.
    signals_per_shift: u32,
    /// How long a shift is, in hours: 1 to 24.
    shift_hours: u16,
}

/// How the organisation watches
#[utoipa::path(get, path = "/watch/settings", tag = "web monitoring", operation_id = "readWatchSettings",
    responses((status = 200, description = "The settings.", body = SettingsBody)))]
pub(super) async fn show(State(app): State<App>, caller: Caller) -> Result<Json<SettingsBody>, Problem> {
    let permit = permit(&app, &caller)?;
    let Settings { signals_per_shift, shift_hours, .. } =
        at_desk(&app, &permit, |desk| Ok(desk.settings())).await?;
    Ok(Json(SettingsBody { signals_per_shift, shift_hours }))
}

/// Change how the organisation watches
#[utoipa::path(put, path = "/watch/settings", tag = "web monitoring", operation_id = "putWatchSettings",
    request_body = SettingsBody, responses((status = 200, description = "As they are now.", body = SettingsBody)))]
pub(super) async fn put(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<SettingsBody>,
) -> Result<Json<SettingsBody>, Problem> {
    let permit = permit(&app, &caller)?;
    if !(1..=SIGNALS_MAX).contains(&body.signals_per_shift) {
        let mend = format!("use 1 to {SIGNALS_MAX}; 40 is usual");
        return Err(Problem::fault("signals_per_shift", "is out of range", mend));
    }
    if !(1..=HOURS_MAX).contains(&body.shift_hours) {
        let mend = format!("use 1 to {HOURS_MAX}; 8 is usual");
        return Err(Problem::fault("shift_hours", "is out of range", mend));
    }
    let now = app.now();
    let (signals_per_shift, shift_hours) = (body.signals_per_shift, body.shift_hours);
    at_desk(&app, &permit, move |desk| {
        let settings = Settings { signals_per_shift, shift_hours, ..desk.settings() };
        Ok(desk.set(settings, now)?)
    })
    .await?;
    Ok(Json(body))
}
