//! `GET /sense/rates`: how often what the sensors told was something, and the false alarms per day that were measured.
//!
//! Not here: counting ([`crate::sensing::rates`]).

use std::collections::BTreeMap;

use axum::extract::State;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use store::sense::{OBSERVATION_DAYS, ObservedQuery};
use utoipa::{IntoParams, ToSchema};

use super::operator;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::sensing::Entry;
use crate::sensing::rates::{Counting, Rate};
use crate::state::App;

/// Over how long.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Days back from now, 1 to 30; 30 when not given.
    #[serde(default)]
    days: Option<i64>,
}

/// What came of what the sensors told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenseRates)]
pub(super) struct Rates {
    /// From when on was counted.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
    /// The false alarms per day that are asked for now.
    wanted_per_day: f64,
    /// All together.
    all: Rate,
    /// By sensor and class.
    items: Vec<Rate>,
}

/// How often the sensors were right
#[utoipa::path(get, path = "/sense/rates", tag = "sensors", operation_id = "readSenseRates", params(Wanted),
    responses((status = 200, description = "The rates.", body = Rates)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Rates>, Problem> {
    let permit = operator(&app, &caller)?;
    let days = wanted.days.unwrap_or(OBSERVATION_DAYS);
    if !(1..=OBSERVATION_DAYS).contains(&days) {
        return Err(Problem::fault("days", "is out of range", format!("use 1 to {OBSERVATION_DAYS}")));
    }
    let work = move |app: &App| {
        let now = app.now();
        let from = now.plus_seconds(-days * 86_400);
        let mut counting = Counting::new(from, now);
        let mut wrong = None;
        let query = ObservedQuery { since: Some(from), ..ObservedQuery::default() };
        app.store.sense()?.observations(&permit, query, &mut |kept| {
            match Entry::read(&kept) {
                Ok(entry) => counting.add(&kept, &entry),
                Err(error) => wrong = Some(error),
            }
            wrong.is_none()
        })?;
        if let Some(error) = wrong {
            return Err(error.into());
        }
        let of = permit.organisation();
        let since: BTreeMap<String, Timestamp> = app.sensing.with_posts(|posts| {
            let own = posts.iter().filter(|((whose, _), _)| whose == of);
            own.flat_map(|(_, post)| post.sensors.iter().map(|one| (one.id.clone(), post.since))).collect()
        })?;
        let (_, settings) = crate::sensing::read_settings(&app.store, &permit, now)?;
        let (all, items) = counting.rates(&since);
        Ok(Rates { from, until: now, wanted_per_day: settings.false_alarms_per_day, all, items })
    };
    app.in_thread(work).await.map(Json)
}
