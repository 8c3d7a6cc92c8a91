//! `GET /measures/events.ics` and `POST /measures/calendar`: events of the plan as a calendar, and a calendar of others read.
//!
//! Not here: iCalendar itself (`interop::ical`), and the calendar for residents ([`crate::api::public`]).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use base::Timestamp;
use interop::ical::{self, Entry};
use measures::model::{Moment, Plan};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::planner;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::language::Language;
use crate::planning;
use crate::problem::Problem;
use crate::state::App;

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The language of its words; English when not given.
    #[serde(default)]
    #[param(inline)]
    language: Language,
}

/// What stands in a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresCalendar)]
pub(super) struct Calendar {
    /// What was read, as it stands there.
    items: Vec<CalendarEntry>,
    /// What could not be read, and why.
    refused: Vec<RefusedEntry>,
}

/// An entry of a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresCalendarEntry)]
pub(super) struct CalendarEntry {
    /// In one line.
    title: String,
    /// Begins.
    from: Timestamp,
    /// Ends.
    until: Timestamp,
    /// Where, as it is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

/// An entry that could not be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresCalendarRefused)]
pub(super) struct RefusedEntry {
    /// The line at which it begins, from 1.
    line: usize,
    /// Why; in English.
    why: String,
}

/// The events of the plan as a calendar
///
/// iCalendar (RFC 5545): the phases of each event, the steps of its playbook, and when each decided posture ends.
#[utoipa::path(get, path = "/measures/events.ics", tag = "measures", operation_id = "readMeasuresEventsCalendar",
    params(Asked), responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar")))]
pub(super) async fn write(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<([(HeaderName, HeaderValue); 1], String), Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| Ok((planning::plan(app, &permit, None)?, permit));
    let (standing, permit) = app.in_thread(work).await?;
    app.store.record_planned(&permit, caller.purpose).await?;
    let host = app.config.http.public_url.host_str().unwrap_or("localhost").to_owned();
    let entry = |one: Moment| Entry {
        uid: format!("{}@{host}", one.id),
        title: one.title,
        text: String::new(),
        from: one.from,
        until: one.until,
        place: None,
        url: None,
        changed: standing.kept.at,
    };
    let entries: Vec<Entry> = moments(&standing.plan, asked.language).into_iter().map(entry).collect();
    let text = ical::write(&standing.plan.name, asked.language.tag(), &entries, standing.kept.at);
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"))], text))
}

fn moments(plan: &Plan, language: Language) -> Vec<Moment> {
    let events = plan.events.iter().flat_map(|event| {
        let mut moments = event.phase_moments(language.into());
        moments.extend(event.playbook_moments());
        moments
    });
    let ends = plan.decisions.iter().filter_map(|decision| {
        let posture = plan.postures.iter().find(|one| one.id == decision.posture)?;
        let ends = decision.until.into_iter().chain(posture.ends).min()?;
        let title = format!("{}: {}", language.pick("Ends", "Eindigt"), posture.name);
        Some(Moment { id: format!("{}-end", decision.id), title, from: ends, until: ends })
    });
    events.chain(ends).collect()
}

/// Read a calendar of others
///
/// iCalendar, at most 1 MiB; times that name no zone are those of the area. Nothing is kept: a planner makes events of it.
#[utoipa::path(post, path = "/measures/calendar", tag = "measures", operation_id = "readCalendarForMeasures",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "What stands in it.", body = Calendar)))]
pub(super) async fn read(
    State(app): State<App>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Calendar>, Problem> {
    let _planner = planner(&app, &caller)?;
    let work = move |app: &App| {
        ical::read(&body, &app.area.timezone).map_err(|error| {
            Problem::fault("", error.to_string(), "export the calendar again as iCalendar (.ics)")
        })
    };
    let (entries, refused) = app.in_thread(work).await?;
    let shown =
        |one: Entry| CalendarEntry { title: one.title, from: one.from, until: one.until, place: one.place };
    Ok(Json(Calendar {
        items: entries.into_iter().map(shown).collect(),
        refused: refused.into_iter().map(|one| RefusedEntry { line: one.line, why: one.why }).collect(),
    }))
}
