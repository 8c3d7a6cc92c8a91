//! `GET /watch/sources/{source}` and what can be asked of one source: how it fares, its latest documents, the last
//! answer that could not be read, a look now.
//!
//! Not here: changing it ([`super::put_source`]).

use axum::extract::State;
use base::Timestamp;
use base::ids::OrganisationId;
use serde::Serialize;
use serde_json::Value;
use store::watch::Day;
use utoipa::ToSchema;
use webwatch::fetch::Report;
use webwatch::{Document, Source};

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::{Entry, watched_as};

/// Days of a source's history.
const DAYS: i64 = 60;
/// Latest documents that are shown.
const DOCUMENTS: usize = 20;
/// Characters of a raw answer that are shown.
const RAW_CHARS: usize = 20_000;

/// How a source fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WatchSourceState)]
pub(super) enum SourceState {
    /// It answers.
    Well,
    /// It was not looked at yet.
    New,
    /// It is silent for longer than is usual for it.
    Silent,
    /// Its last looks failed.
    Failing,
    /// It is not looked at any more.
    Stopped,
    /// Somebody paused it.
    Paused,
    /// Nothing is fetched: it takes what members forward, or the node fetches nothing.
    Waiting,
}

/// How a source fares, in figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSourceFares)]
pub(super) struct Fares {
    state: SourceState,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_look: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_new: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silent_since: Option<Timestamp>,
    /// From publication to arrival, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_s: Option<u32>,
    /// Its present interval, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval_s: Option<u32>,
    errors_in_a_row: u32,
    /// The last thing that went wrong, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// Why it is not looked at any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
    /// Where it has moved for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_to: Option<String>,
}

/// Asks the watcher how a source fares.
async fn fares(app: &App, of: &OrganisationId, source: &Source) -> Fares {
    let report = app.watching.report(of, &source.id).await;
    as_told(source, report.as_ref())
}

/// How a source fares, as the watcher tells it; it tells nothing where nothing is fetched.
pub(super) fn as_told(source: &Source, report: Option<&Report>) -> Fares {
    let state = state(source, report);
    let health = report.map(|one| &one.health);
    Fares {
        state,
        last_look: health.and_then(|one| one.last_look),
        last_success: health.and_then(|one| one.last_success),
        last_new: health.and_then(|one| one.last_new),
        delay_s: health.and_then(|one| one.delay_s),
        errors_in_a_row: health.map_or(0, |one| one.errors_in_a_row),
        last_error: health.and_then(|one| one.last_error.as_ref()).map(|one| one.words.clone()),
        silent_since: report.and_then(|one| one.silent_since),
        interval_s: report.map(|one| one.interval_s),
        stopped: report.and_then(|one| one.stopped.clone()),
        moved_to: report.and_then(|one| one.moved_to.as_ref()).map(ToString::to_string),
    }
}

fn state(source: &Source, report: Option<&Report>) -> SourceState {
    if source.paused {
        return SourceState::Paused;
    }
    let Some(report) = report else { return SourceState::Waiting };
    match report {
        one if one.stopped.is_some() => SourceState::Stopped,
        one if one.health.errors_in_a_row > 1 => SourceState::Failing,
        one if one.silent_since.is_some() => SourceState::Silent,
        one if one.health.last_look.is_none() => SourceState::New,
        _ => SourceState::Well,
    }
}

/// One source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSource)]
pub(super) struct SourceView {
    source: Source,
    fares: Fares,
    /// What came per day, oldest first; days without anything are left out.
    days: Vec<DayView>,
    /// The latest documents, masked.
    documents: Vec<Document>,
}

/// What came from a source on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSourceDay)]
pub(super) struct DayView {
    #[schema(example = "2026-11-25")]
    day: String,
    documents: u64,
    copies: u64,
    faults: u64,
}

/// One source and how it fares
#[utoipa::path(get, path = "/watch/sources/{source}", tag = "web monitoring", operation_id = "readSource",
    params(("source" = String, Path, description = "The source.")),
    responses((status = 200, description = "The source.", body = SourceView)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<SourceView>, Problem> {
    let permit = permit(&app, &caller)?;
    let source = known(&app, &permit, &id).await?;
    let of = permit.organisation().clone();
    let fares = fares(&app, &of, &source).await;
    let (days, documents) = app
        .in_thread(move |app| {
            let watch = app.store.watch()?;
            let now = app.now();
            let since = Day::from_number(Day::of(now).number() - DAYS);
            let counts = watch.counts(&of, &id, since)?;
            let kept = watch.documents_from(&of, &id, DOCUMENTS, now)?;
            let documents = kept.iter().filter_map(|one| serde_json::from_str::<Entry>(&one.json).ok());
            Ok((counts, documents.map(|one| one.document).collect()))
        })
        .await?;
    let days = days.into_iter().map(|one| DayView {
        day: one.day.to_string(),
        documents: one.documents,
        copies: one.copies,
        faults: one.faults,
    });
    Ok(Json(SourceView { source, fares, days: days.collect(), documents }))
}

/// Look at a source now
///
/// As soon as its host allows, also when it was stopped.
#[utoipa::path(post, path = "/watch/sources/{source}/look", tag = "web monitoring", operation_id = "lookAtSource",
    params(("source" = String, Path, description = "The source.")),
    responses((status = 204, description = "It will be looked at.")))]
pub(super) async fn look(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::http::StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    known(&app, &permit, &id).await?;
    let watcher = app.watching.watcher();
    let watcher = watcher.ok_or_else(|| Problem::Conflict("This node fetches nothing.".into()))?;
    watcher.look_now(&watched_as(permit.organisation(), &id)).await;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// The last answer that could not be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchRaw)]
pub(super) struct RawView {
    at: Timestamp,
    /// Status, type, and what was wrong with it.
    head: Value,
    /// Its beginning as text.
    text: String,
}

/// The last answer of a source that could not be read, or not wholly
///
/// Kept for 7 days.
#[utoipa::path(get, path = "/watch/sources/{source}/raw", tag = "web monitoring", operation_id = "readRaw",
    params(("source" = String, Path, description = "The source.")),
    responses((status = 200, description = "The answer.", body = RawView)))]
pub(super) async fn raw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RawView>, Problem> {
    let permit = permit(&app, &caller)?;
    let of = permit.organisation().clone();
    let raw = app.in_thread(move |app| Ok(app.store.watch()?.last_raw(&of, &id)?)).await?;
    let raw = raw.ok_or(Problem::Absent)?;
    let text = String::from_utf8_lossy(&raw.body).chars().take(RAW_CHARS).collect();
    let head = serde_json::from_str(&raw.head).unwrap_or(Value::Null);
    Ok(Json(RawView { at: raw.at, head, text }))
}

pub(super) async fn known(
    app: &App,
    permit: &policy::Permit<policy::action::Watch>,
    id: &str,
) -> Result<Source, Problem> {
    let id = id.to_owned();
    at_desk(app, permit, move |desk| desk.source(&id).cloned().ok_or(Problem::Absent)).await
}
