//! `PUT` and `DELETE /watch/signals/{signal}/judgement`: what an analyst says of a signal. The model learns from it.
//!
//! Not here: making a model ([`super::learning`]).

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use webwatch::detect::Class;
use webwatch::detect::model::Verdict;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::{Judged, Shown};

/// A judgement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchJudgement)]
pub(super) struct Judgement {
    /// Whether it was worth the time.
    verdict: Verdict,
    /// The class it should have had.
    #[serde(default)]
    class: Option<Class>,
    /// The place it should have had, by id.
    #[serde(default)]
    place: Option<String>,
}

/// Judge a signal
///
/// A later judgement of the same signal takes its place.
#[utoipa::path(put, path = "/watch/signals/{signal}/judgement", tag = "web monitoring", operation_id = "judgeSignal",
    params(("signal" = String, Path, description = "The signal.")), request_body = Judgement,
    responses((status = 200, description = "The signal as it is now.", body = Shown)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<Judgement>,
) -> Result<Json<Shown>, Problem> {
    let permit = permit(&app, &caller)?;
    let place = body.place.as_ref();
    if place.is_some_and(|place| place.len() > super::ID_CHARS_MAX * 2) {
        return Err(Problem::fault(
            "place",
            "is no place of the area",
            "use the id of a site, zone or street",
        ));
    }
    let (now, member) = (app.now(), caller.principal.member);
    let (verdict, class, place) = (body.verdict, body.class, body.place);
    let shown = at_desk(&app, &permit, move |desk| {
        let chance = desk.chance_of(&id, now);
        let judged = Judged { verdict, class, place, member, at: now };
        if !desk.judge(&id, judged, chance)? {
            return Err(Problem::Absent);
        }
        desk.signal(&id).cloned().ok_or(Problem::Absent)
    })
    .await?;
    app.watching.tell(permit.organisation(), [shown.signal.id.clone()]);
    Ok(Json(shown))
}

/// Take a judgement back
#[utoipa::path(delete, path = "/watch/signals/{signal}/judgement", tag = "web monitoring",
    operation_id = "takeBackJudgement", params(("signal" = String, Path, description = "The signal.")),
    responses((status = 200, description = "The signal as it is now.", body = Shown)))]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Shown>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let shown = at_desk(&app, &permit, move |desk| {
        if !desk.unjudge(&id, now)? {
            return Err(Problem::Absent);
        }
        desk.signal(&id).cloned().ok_or(Problem::Absent)
    })
    .await?;
    app.watching.tell(permit.organisation(), [shown.signal.id.clone()]);
    Ok(Json(shown))
}
