//! `GET` and `POST /watch/replays`, `GET` and `DELETE /watch/replays/{replay}`: a past span once more with other settings,
//! and what differs. It goes on when the screen is left, and can be ended.
//!
//! Not here: how it is run ([`crate::watch`]) and measured (`webwatch::pipeline::trial`).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use record::Faults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webwatch::detect::Profile;
use webwatch::pipeline::Trialled;

use super::put_profile::ProfileBody;
use super::settings::{HOURS_MAX, SIGNALS_MAX};
use super::{at_desk, check_id, check_named, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::trials::{self, SPAN_DAYS_MAX, TrialKept, TrialShown, TrialState, TrialWanted};

/// Most models of one replay.
const MODELS_MAX: usize = 20;
const MS_PER_DAY: i64 = 86_400_000;

/// What is to be replayed, and what is to be other than it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchReplayBody)]
pub(super) struct ReplayBody {
    /// From when.
    from: Timestamp,
    /// Until when: at most 14 days later.
    until: Timestamp,
    /// How many signals fit in a shift.
    #[serde(default)]
    signals_per_shift: Option<u32>,
    /// How long a shift is, in hours.
    #[serde(default)]
    shift_hours: Option<u16>,
    /// A profile as it might be.
    #[serde(default)]
    profile: Option<ReplayProfile>,
    /// Which model of a language (ISO 639-1), by its number; null for no model.
    #[serde(default)]
    models: BTreeMap<String, Option<u32>>,
}

/// A profile as it might be; one with its id is replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchReplayProfile)]
pub(super) struct ReplayProfile {
    /// Its id.
    id: String,
    /// What it is to look for.
    profile: ProfileBody,
}

/// A replay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchReplay)]
pub(super) struct ReplayView {
    /// Its id.
    id: String,
    /// Where it is.
    state: TrialState,
    /// When it was asked.
    made: Timestamp,
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// How many signals fit in a shift, when that is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    signals_per_shift: Option<u32>,
    /// How long a shift is, in hours, when that is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    shift_hours: Option<u16>,
    /// The profile that is changed, as it might be.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
    /// The models that are changed.
    models: BTreeMap<String, Option<u32>>,
    /// Documents that were taken, those of the week before included.
    done: u64,
    /// Documents that there are.
    total: u64,
    /// Signals that analysts were shown in the span.
    shown: u32,
    /// What differs, when it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Trialled>,
}

impl From<TrialShown> for ReplayView {
    fn from(one: TrialShown) -> Self {
        Self {
            id: one.id,
            state: one.state,
            made: one.made,
            from: one.wanted.from,
            until: one.wanted.until,
            signals_per_shift: one.wanted.shift.map(|(signals, _)| signals),
            shift_hours: one.wanted.shift.map(|(_, hours)| hours),
            profile: one.wanted.profile,
            models: one.wanted.models,
            done: one.progress.0,
            total: one.progress.1,
            shown: one.shown,
            found: one.found,
        }
    }
}

/// The replays of an organisation, and what could be replayed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchReplays)]
pub(super) struct Replays {
    /// Those under way and the last ones that are done, without what they found; the latest first.
    items: Vec<ReplayView>,
    /// What of the past is still kept.
    kept: TrialKept,
}

/// The replays, and what could be replayed
#[utoipa::path(get, path = "/watch/replays", tag = "web monitoring", operation_id = "listWatchReplays",
    responses((status = 200, description = "The replays.", body = Replays)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Replays>, Problem> {
    let permit = permit(&app, &caller)?;
    let kept = at_desk(&app, &permit, |desk| Ok(desk.kept()?)).await?;
    let known = app.watching.trials.list(permit.organisation(), app.now());
    let items = known.into_iter().map(|one| TrialShown { found: None, ..one }.into());
    Ok(Json(Replays { items: items.collect(), kept }))
}

/// Replay a past span with other settings
///
/// Nothing that is shown or kept changes by it. An organisation has one under way at a time.
#[utoipa::path(post, path = "/watch/replays", tag = "web monitoring", operation_id = "beginWatchReplay",
    request_body = ReplayBody, responses((status = 202, description = "It was begun.", body = ReplayView)))]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<ReplayBody>,
) -> Result<(StatusCode, Json<ReplayView>), Problem> {
    let permit = permit(&app, &caller)?;
    let settings = at_desk(&app, &permit, |desk| Ok(desk.settings())).await?;
    let shift = (body.signals_per_shift.is_some() || body.shift_hours.is_some()).then(|| {
        let signals = body.signals_per_shift.unwrap_or(settings.signals_per_shift);
        (signals, body.shift_hours.unwrap_or(settings.shift_hours))
    });
    check(&body, shift, app.now())?;
    let profile = match body.profile {
        None => None,
        Some(one) => {
            check_id(&one.id)?;
            let mut faults = Faults::default();
            check_named(&mut faults, &caller, &one.profile.name, &one.profile.purpose);
            faults.into_result()?;
            Some(one.profile.into_profile(one.id, permit.organisation()))
        }
    };
    let (from, until, models) = (body.from, body.until, body.models);
    let wanted = TrialWanted { from, until, shift, profile, models };
    let begun = trials::begin(&app, permit.organisation().clone(), wanted).await?;
    let begun = begun.ok_or_else(|| {
        Problem::Conflict("A replay is under way: wait until it is done, or end it.".into())
    })?;
    Ok((StatusCode::ACCEPTED, Json(begun.into())))
}

fn check(body: &ReplayBody, shift: Option<(u32, u16)>, now: Timestamp) -> Result<(), Problem> {
    let mut faults = Faults::default();
    if body.from >= body.until || body.from >= now {
        faults.add("from", "is not before its end", "choose a span of the past");
    } else if body.until.millis_since(body.from) > SPAN_DAYS_MAX * MS_PER_DAY {
        faults.add("until", "is too far", format!("choose at most {SPAN_DAYS_MAX} days"));
    }
    if shift.is_some_and(|(signals, _)| !(1..=SIGNALS_MAX).contains(&signals)) {
        faults.add("signals_per_shift", "is out of range", format!("use 1 to {SIGNALS_MAX}"));
    }
    if shift.is_some_and(|(_, hours)| !(1..=HOURS_MAX).contains(&hours)) {
        faults.add("shift_hours", "is out of range", format!("use 1 to {HOURS_MAX}"));
    }
    if body.models.len() > MODELS_MAX {
        faults.add("models", "are too many", format!("name at most {MODELS_MAX}"));
    }
    if shift.is_none() && body.profile.is_none() && body.models.is_empty() {
        faults.add("", "changes nothing", "say what is to be other than it is");
    }
    Ok(faults.into_result()?)
}

/// One replay, with what it found
///
/// What was taken back by its source since is told no more.
#[utoipa::path(get, path = "/watch/replays/{replay}", tag = "web monitoring", operation_id = "readWatchReplay",
    params(("replay" = String, Path, description = "The replay.")),
    responses((status = 200, description = "The replay.", body = ReplayView)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ReplayView>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let mut known = app.watching.trials.get(permit.organisation(), &id, now).ok_or(Problem::Absent)?;
    if let Some(mut found) = known.found.take() {
        let found = at_desk(&app, &permit, move |desk| {
            for one in found.gains.iter_mut().chain(&mut found.losses) {
                if desk.document(&one.leading, now)?.is_none() {
                    one.title.clear();
                }
            }
            Ok(found)
        });
        known.found = Some(found.await?);
    }
    Ok(Json(known.into()))
}

/// End a replay, or forget what it found
#[utoipa::path(delete, path = "/watch/replays/{replay}", tag = "web monitoring", operation_id = "endWatchReplay",
    params(("replay" = String, Path, description = "The replay.")),
    responses((status = 204, description = "It is ended.")))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    if app.watching.trials.end(permit.organisation(), &id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::Absent)
    }
}
