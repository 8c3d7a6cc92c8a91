//! `POST /sense/replays`: a time that has passed once more, with other settings, and the difference that would have made.
//!
//! Not here: judging ([`crate::sensing::replay`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use base::Timestamp;
use base::ids::ObservationId;
use policy::Permit;
use policy::action::Operate;
use record::Faults;
use sense::bulletin::{Detection, What};
use serde::{Deserialize, Serialize};
use store::sense::{DETECTION_DAYS, ObservedQuery};
use utoipa::ToSchema;

use super::operator;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::sensing::replay::{Candidate, days_between, retry};
use crate::sensing::{Entry, SettingsBody, read_settings, zone_at};
use crate::state::App;

/// Most observations and most detections that are looked at.
const LOOKED_AT_MAX: usize = 100_000;
/// Most rows of each list of the answer.
const ROWS_MAX: usize = 500;
/// What several sensors hear within so long is one sound, in ms: sound takes that for 700 metres.
const TOGETHER_MS: i64 = 2_000;

/// Which time, and with which settings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SenseReplayWanted)]
pub(super) struct Wanted {
    /// From when.
    from: Timestamp,
    /// Until when; at most 7 days after `from`.
    until: Timestamp,
    /// With which settings. Whether stills are kept makes no difference.
    settings: SettingsBody,
}

/// The difference that other settings would have made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenseReplay)]
pub(super) struct Replay {
    /// From when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// How many were told then.
    told: usize,
    /// How many would have been told.
    would_tell: usize,
    /// How many detections were looked at that went into no observation.
    detections: usize,
    /// Whether there was more than could be looked at.
    cut_short: bool,
    /// Told then and with the other settings, oldest first, at most 500.
    same: Vec<Candidate>,
    /// Told with the other settings only, at most 500.
    gained: Vec<Candidate>,
    /// Told then only, at most 500.
    lost: Vec<Candidate>,
}

/// Try other settings on a past night
///
/// From what is kept: observations for 30 days, detections for 7. Nothing is changed.
#[utoipa::path(post, path = "/sense/replays", tag = "sensors", operation_id = "replaySettings", request_body = Wanted,
    responses((status = 200, description = "The difference.", body = Replay)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Replay>, Problem> {
    let permit = Arc::new(operator(&app, &caller)?);
    let mut faults = Faults::default();
    let span = wanted.until.millis_since(wanted.from);
    if span <= 0 || span > DETECTION_DAYS * 86_400_000 {
        faults.add("until", "is not within 7 days after from", "choose a shorter time");
    }
    let mut inner = Faults::default();
    wanted.settings.check(&caller.directory, &mut inner);
    faults.0.extend(inner.0.into_iter().map(|mut fault| {
        fault.path = format!("settings.{}", fault.path);
        fault
    }));
    faults.into_result()?;
    let asked = permit.clone();
    let replay = app.in_thread(move |app| replay(app, &asked, &wanted)).await?;
    let shown = replay.same.iter().chain(&replay.gained).chain(&replay.lost);
    let ids: Vec<ObservationId> = shown.filter_map(|one| one.observation).collect();
    app.store.record_observed(&permit, caller.purpose.clone(), ids).await?;
    Ok(Json(replay))
}

fn replay(app: &App, permit: &Permit<Operate>, wanted: &Wanted) -> Result<Replay, Problem> {
    let mut candidates = observations(app, permit, wanted)?;
    let told = candidates.len();
    let detections = detections(app, permit, wanted)?;
    let cut_short = told >= LOOKED_AT_MAX || detections.len() >= LOOKED_AT_MAX;
    let unused: Vec<&Detection> = detections.iter().filter(|one| one.observation.is_none()).collect();
    candidates.extend(sounds(app, permit, &unused)?);
    let (version, then) = read_settings(&app.store, permit, wanted.from)?;
    let minute = |at| app.area.minute_of_day(at);
    let difference = retry(
        candidates,
        days_between(wanted.from, wanted.until),
        &then.for_posts(version),
        &wanted.settings.for_posts(version),
        &minute,
    );
    let would_tell = difference.same.len() + difference.gained.len();
    let rows = |mut list: Vec<Candidate>| {
        list.truncate(ROWS_MAX);
        list
    };
    Ok(Replay {
        from: wanted.from,
        until: wanted.until,
        told,
        would_tell,
        detections: unused.len(),
        cut_short,
        same: rows(difference.same),
        gained: rows(difference.gained),
        lost: rows(difference.lost),
    })
}

fn observations(app: &App, permit: &Permit<Operate>, wanted: &Wanted) -> Result<Vec<Candidate>, Problem> {
    let query = ObservedQuery { since: Some(wanted.from), until: Some(wanted.until), before: None };
    let (mut found, mut wrong) = (Vec::new(), None);
    app.store.sense()?.observations(permit, query, &mut |kept| {
        match Entry::read(&kept) {
            Ok(Entry { observation: one, .. }) => found.push(Candidate {
                observation: Some(kept.id),
                sensor: None,
                at: one.at,
                class: match one.what {
                    Some(What::Sound(class)) => Some(class),
                    _ => None,
                },
                probability: one.probability,
                zone: one.place.and_then(|place| place.zone),
                rule: None,
            }),
            Err(error) => wrong = Some(error),
        }
        wrong.is_none() && found.len() < LOOKED_AT_MAX
    })?;
    wrong.map_or(Ok(found), |error| Err(error.into()))
}

fn detections(app: &App, permit: &Permit<Operate>, wanted: &Wanted) -> Result<Vec<Detection>, Problem> {
    let (from, until) =
        (wanted.from.millis().saturating_mul(1_000), wanted.until.millis().saturating_mul(1_000));
    let (mut found, mut wrong) = (Vec::new(), None);
    app.store.sense()?.detections(permit, from, until, &mut |kept| {
        match serde_json::from_slice::<Detection>(&kept.content) {
            Ok(one) => found.push(one),
            Err(error) => wrong = Some(crate::sensing::SensingError::from(error)),
        }
        wrong.is_none() && found.len() < LOOKED_AT_MAX
    })?;
    wrong.map_or(Ok(found), |error| Err(error.into()))
}

/// Detections that came close together are one sound, as likely as the likeliest of them. Oldest first, as they come.
fn sounds(app: &App, permit: &Permit<Operate>, detections: &[&Detection]) -> Result<Vec<Candidate>, Problem> {
    let directory = app.store.directory();
    let of = permit.organisation();
    let zones: BTreeMap<String, Option<String>> = app.sensing.with_posts(|posts| {
        let own =
            posts.iter().filter(|((whose, _), _)| whose == of).flat_map(|(_, post)| post.sensors.iter());
        own.map(|one| (one.id.clone(), zone_at(&directory, one.at))).collect()
    })?;
    let mut sounds: Vec<Candidate> = Vec::new();
    for one in detections {
        let at = Timestamp::from_millis(one.at_us.div_euclid(1_000));
        let Some(likely) = one.classes.iter().max_by(|a, b| a.probability.total_cmp(&b.probability)) else {
            continue;
        };
        let probability = f64::from(likely.probability);
        let sound = Candidate {
            observation: None,
            sensor: Some(one.sensor.clone()),
            at,
            class: Some(likely.class),
            probability,
            zone: zones.get(&one.sensor).cloned().flatten(),
            rule: None,
        };
        match sounds.last_mut().filter(|last| at.millis_since(last.at) < TOGETHER_MS) {
            Some(last) if last.probability < probability => *last = Candidate { at: last.at, ..sound },
            Some(_) => {}
            None => sounds.push(sound),
        }
    }
    Ok(sounds)
}
