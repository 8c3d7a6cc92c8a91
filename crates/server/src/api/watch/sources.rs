//! `GET /watch/sources`: what an organisation watches, and how each fares.
//!
//! Not here: one source with its history ([`super::show_source`]).

use axum::extract::State;
use serde::Serialize;
use store::watch::{Counted, Day};
use utoipa::ToSchema;
use webwatch::Source;
use webwatch::fetch::Report;

use super::{at_desk, permit};
use crate::api::watch::show_source::{Fares, as_told};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Days of a source that a list shows.
const DAYS: i64 = 14;

/// The sources of an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSources)]
pub(super) struct Sources {
    /// Whether this node fetches at all: its administrator sets `web_monitoring.contact`.
    fetching: bool,
    items: Vec<SourceRow>,
}

/// A source in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSourceRow)]
pub(super) struct SourceRow {
    source: Source,
    fares: Fares,
    /// New documents per day of the last 14, oldest first.
    days: Vec<u64>,
}

/// What the organisation watches
///
/// For its analysts.
#[utoipa::path(get, path = "/watch/sources", tag = "web monitoring", operation_id = "listSources",
    responses((status = 200, description = "The sources, by name.", body = Sources)))]
pub(super) async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<Sources>, Problem> {
    let permit = permit(&app, &caller)?;
    let sources: Vec<Source> = at_desk(&app, &permit, |desk| Ok(desk.sources().cloned().collect())).await?;
    let of = permit.organisation().clone();
    let ids: Vec<String> = sources.iter().map(|one| one.id.clone()).collect();
    let reports = app.watching.reports(&of, &ids).await;
    let days = app.in_thread(move |app| {
        let (watch, since) = (app.store.watch()?, Day::from_number(Day::of(app.now()).number() - DAYS + 1));
        let days = ids.iter().map(|id| Ok(per_day(&watch.counts(&of, id, since)?, since, DAYS)));
        days.collect::<Result<Vec<_>, Problem>>()
    });
    let told = sources.into_iter().zip(reports).zip(days.await?);
    let row = |((source, report), days): ((Source, Option<Report>), _)| SourceRow {
        fares: as_told(&source, report.as_ref()),
        source,
        days,
    };
    let mut items: Vec<SourceRow> = told.map(row).collect();
    items.sort_by_key(|one| one.source.name.to_lowercase());
    Ok(Json(Sources { fetching: app.watching.watcher().is_some(), items }))
}

/// New documents of each day from one on; 0 where nothing was counted.
fn per_day(counts: &[Counted], since: Day, days: i64) -> Vec<u64> {
    let of =
        |number: i64| counts.iter().find(|one| one.day.number() == number).map_or(0, |one| one.documents);
    (0..days).map(|offset| of(since.number() + offset)).collect()
}
