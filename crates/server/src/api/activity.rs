//! `GET /activity`: how much arrived when, for the bar under the picture.
//!
//! Not here: what it was ([`super::replay`]). What the caller may not see is in no number.

use axum::extract::State;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::items::Filters;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Most parts a period is divided into.
const BUCKETS_MAX: usize = 1_000;
/// Parts when none are asked for.
const BUCKETS_DEFAULT: usize = 120;

/// In how many parts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Parts {
    /// Equal parts, 1 to 1,000; 120 when not given.
    #[param(example = 120)]
    pub buckets: Option<usize>,
}

/// How much arrived.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activity)]
pub struct ActivityView {
    /// The beginning of the period.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// Its parts, oldest first.
    pub buckets: Vec<ActivityBucket>,
}

/// One part of the period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityBucket {
    /// Items whose present version arrived in it.
    pub total: u64,
    /// Alerts among them.
    pub alerts: u64,
}

/// How much arrived in each part of a period, over what the caller may see now.
///
/// Takes the filters of the list but full text; `from` and `until` must be given.
#[utoipa::path(get, path = "/activity", tag = "replay", operation_id = "readActivity", params(Parts, Filters),
    responses((status = OK, body = ActivityView), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(parts): Query<Parts>,
    Query(filters): Query<Filters>,
) -> Result<Json<ActivityView>, Problem> {
    let missing = |name: &str| Problem::fault(name, "is missing", "give an instant");
    let from = filters.from.ok_or_else(|| missing("from"))?;
    let until = filters.until.ok_or_else(|| missing("until"))?;
    check(from, until)?;
    if filters.text()?.is_some() {
        return Err(Problem::fault("q", "cannot be counted over time", "leave it out"));
    }
    let buckets = parts.buckets.unwrap_or(BUCKETS_DEFAULT);
    if !(1..=BUCKETS_MAX).contains(&buckets) {
        return Err(Problem::fault("buckets", format!("is not 1 to {BUCKETS_MAX}"), "ask for fewer parts"));
    }
    let filter = filters.filter(&app, &caller)?;
    let counted = app
        .in_thread(move |app| {
            let sight = app.gate.sight(&caller.principal);
            Ok(app.store.activity(&sight, &filter, (from, until), buckets))
        })
        .await?;
    let buckets = counted.into_iter().map(|one| ActivityBucket { total: one.total, alerts: one.alerts });
    Ok(Json(ActivityView { from, until, buckets: buckets.collect() }))
}

/// A period ends after it begins.
pub fn check(from: Timestamp, until: Timestamp) -> Result<(), Problem> {
    if from < until {
        return Ok(());
    }
    Err(Problem::fault("until", "is not after the beginning", "give a later instant"))
}
