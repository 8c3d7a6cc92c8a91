//! `GET /watch/events`, `PUT` and `DELETE /watch/events/{event}`: the calendar that web monitoring goes by.
//!
//! Not here: the area's own plans, which are items of kind notice.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use store::watch::WatchedKind;
use utoipa::ToSchema;
use webwatch::detect::CalendarEvent;

use super::{at_desk, change, check_id, permit, watched};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::Desk;

/// The calendar of an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchEvents)]
pub(super) struct Events {
    items: Vec<CalendarEvent>,
}

/// The calendar
#[utoipa::path(get, path = "/watch/events", tag = "web monitoring", operation_id = "listWatchEvents",
    responses((status = 200, description = "The events.", body = Events)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Events>, Problem> {
    let permit = permit(&app, &caller)?;
    let items = at_desk(&app, &permit, |desk| Ok(desk.events().to_vec())).await?;
    Ok(Json(Events { items }))
}

/// Put an event on the calendar, or change it
///
/// The id in the path is the event's, whatever the body says.
#[utoipa::path(put, path = "/watch/events/{event}", tag = "web monitoring", operation_id = "putWatchEvent",
    params(("event" = String, Path, description = "Its id.")), request_body = CalendarEvent,
    responses((status = 200, description = "As it is now.", body = CalendarEvent)))]
pub(super) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<CalendarEvent>,
) -> Result<Json<CalendarEvent>, Problem> {
    let permit = permit(&app, &caller)?;
    check_id(&id)?;
    let event = CalendarEvent { id: id.clone(), ..body };
    let tried = event.clone();
    at_desk(&app, &permit, move |desk| {
        let mut all: Vec<CalendarEvent> =
            desk.events().iter().filter(|one| one.id != tried.id).cloned().collect();
        all.push(tried);
        Ok(desk.check(desk.profiles().to_vec(), all)?)
    })
    .await?;
    let changed = watched(&permit, WatchedKind::Event, &id, &event)?;
    change(&app, &permit, vec![changed]).await?;
    Ok(Json(event))
}

/// Take an event off the calendar
#[utoipa::path(delete, path = "/watch/events/{event}", tag = "web monitoring", operation_id = "removeWatchEvent",
    params(("event" = String, Path, description = "Its id.")),
    responses((status = 204, description = "It is off the calendar.")))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let asked = id.clone();
    let is_there = move |desk: &Desk| desk.events().iter().any(|one| one.id == asked);
    super::remove(&app, &permit, WatchedKind::Event, &id, is_there).await
}
