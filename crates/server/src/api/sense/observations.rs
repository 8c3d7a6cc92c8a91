//! `GET /sense/observations`: the observations of an organisation's sensors, the newest first.
//!
//! Not here: one observation by itself ([`super::show_observation`]).

use axum::extract::State;
use base::Timestamp;
use sense::Class;
use serde::{Deserialize, Serialize};
use store::sense::ObservedQuery;
use utoipa::{IntoParams, ToSchema};

use super::{consult, operator};
use crate::caller::Caller;
use crate::cursor::Use;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::sensing::{Entry, SensingError, Shown, State as ObservationState};
use crate::state::App;

/// Rows of a page when none are asked for.
const ROWS_DEFAULT: usize = 50;
/// Most observations that are looked at for one page.
const LOOKED_AT_MAX: usize = 5_000;

/// Which observations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// That happened at or after this instant.
    #[serde(default)]
    since: Option<Timestamp>,
    /// That happened before this instant.
    #[serde(default)]
    until: Option<Timestamp>,
    /// In this state.
    #[serde(default)]
    #[param(inline)]
    state: Option<ObservationState>,
    /// Of this class, by an operator's word, else by that of the post.
    #[serde(default)]
    #[param(inline)]
    class: Option<Class>,
    /// In this zone.
    #[serde(default)]
    zone: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Rows of a page, 1 to 100.
    #[serde(default)]
    #[param(example = 50)]
    limit: Option<usize>,
}

/// A page of observations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenseObservationPage)]
pub(super) struct ObservationPage {
    /// The one that came last first.
    items: Vec<Shown>,
    /// What to pass as `cursor` for the next page; null on the last one.
    next: Option<String>,
}

/// Observations of the organisation's sensors
#[utoipa::path(get, path = "/sense/observations", tag = "sensors", operation_id = "listObservations", params(Wanted),
    responses((status = 200, description = "The observations.", body = ObservationPage)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ObservationPage>, Problem> {
    let permit = operator(&app, &caller)?;
    let member = caller.principal.member;
    let before = wanted.cursor.as_deref().map(|cursor| {
        let place = app.cursors.open(Use::Observations, member, cursor);
        place.ok_or_else(|| Problem::fault("cursor", "is not one of this list", "begin without a cursor"))
    });
    let query = ObservedQuery { since: wanted.since, until: wanted.until, before: before.transpose()? };
    let permit = std::sync::Arc::new(permit);
    let asked = permit.clone();
    let (items, next) = app.in_thread(move |app| Ok(page(app, &asked, &wanted, query)?)).await?;
    consult(&app, &caller, &permit, &items).await?;
    let next = next.map(|number| app.cursors.seal(&*app.random, Use::Observations, member, number));
    Ok(Json(ObservationPage { items, next }))
}

fn page(
    app: &App,
    permit: &policy::Permit<policy::action::Operate>,
    wanted: &Wanted,
    query: ObservedQuery,
) -> Result<(Vec<Shown>, Option<u64>), SensingError> {
    let limit = wanted.limit.unwrap_or(ROWS_DEFAULT).clamp(1, base::limits::PAGE_ROWS_MAX);
    let now = app.now();
    let (mut items, mut next, mut last) = (Vec::new(), None, None);
    let (mut looked_at, mut wrong) = (0, None);
    app.store.sense()?.observations(permit, query, &mut |kept| {
        // There is more: the next page begins after the one that was looked at last.
        if items.len() == limit || looked_at == LOOKED_AT_MAX {
            next = last;
            return false;
        }
        looked_at += 1;
        last = Some(kept.number);
        match Entry::read(&kept) {
            Ok(entry) if takes(wanted, &entry, entry.state(kept.came, now)) => {
                items.push(entry.shown(&kept, now));
            }
            Ok(_) => {}
            Err(error) => wrong = Some(error),
        }
        wrong.is_none()
    })?;
    wrong.map_or(Ok((items, next)), Err)
}

fn takes(wanted: &Wanted, entry: &Entry, state: ObservationState) -> bool {
    let zone = entry.observation.place.as_ref().and_then(|place| place.zone.as_ref());
    wanted.state.is_none_or(|one| one == state)
        && wanted.class.is_none_or(|class| entry.class() == Some(class))
        && wanted.zone.as_ref().is_none_or(|one| Some(one) == zone)
}
