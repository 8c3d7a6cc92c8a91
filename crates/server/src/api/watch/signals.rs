//! `GET /watch/signals`: the queue of an organisation's analysts, the highest score first.
//!
//! Not here: one signal with its documents ([`super::show_signal`]).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use webwatch::detect::Class;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::{Shown, State as SignalState};

/// Most signals of one answer.
const SIGNALS_MAX: usize = 200;

/// Which signals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// In which state; open ones when not given.
    #[serde(default)]
    #[param(inline)]
    state: Option<SignalState>,
    /// Of which class.
    #[serde(default)]
    #[param(inline)]
    class: Option<Class>,
    /// That match this profile.
    #[serde(default)]
    profile: Option<String>,
    /// That name this place.
    #[serde(default)]
    place: Option<String>,
}

/// The queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSignals)]
pub(super) struct Signals {
    /// The signals, the highest score first, at most 200.
    items: Vec<Shown>,
    /// How many there are.
    total: usize,
    /// How many are open, whatever was asked.
    open: usize,
    /// The score that a story needs now.
    threshold: f64,
}

/// The queue of signals
#[utoipa::path(get, path = "/watch/signals", tag = "web monitoring", operation_id = "listSignals", params(Wanted),
    responses((status = 200, description = "The signals.", body = Signals)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Signals>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let answer = at_desk(&app, &permit, move |desk| {
        let state = wanted.state.unwrap_or(SignalState::Open);
        let mut items = desk.signals(|one| {
            let story = &one.signal.story;
            one.state == state
                && wanted.class.is_none_or(|class| story.classes.contains(&class))
                && wanted.profile.as_ref().is_none_or(|profile| story.profiles.contains(profile))
                && wanted.place.as_ref().is_none_or(|place| story.places.contains(place))
        });
        let total = items.len();
        items.truncate(SIGNALS_MAX);
        let open = desk.signals(|one| one.state == SignalState::Open).len();
        Ok(Signals { items, total, open, threshold: desk.threshold(now) })
    });
    Ok(Json(answer.await?))
}
