//! `POST /sense/sensors/{sensor}/look`: asks a camera that can be turned to look at a place.
//!
//! Not here: turning it (`belfry sense`), which its post does when it is told.

use axum::extract::State;
use axum::http::StatusCode;
use base::geo::Position;
use sense::bulletin::{Look, SensorKind};
use serde::Deserialize;
use utoipa::ToSchema;

use super::operator;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Where to look.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SenseLookAt)]
pub(super) struct LookAt {
    /// Longitude and latitude, in degrees.
    at: [f64; 2],
}

/// Turn a camera to a place
///
/// It goes out in answer to the next bulletin of the camera's post, when that comes within 10 seconds. The answer is the
/// order as it waits.
#[utoipa::path(post, path = "/sense/sensors/{sensor}/look", tag = "sensors", operation_id = "lookAt",
    params(("sensor" = String, Path, description = "The camera.")), request_body = LookAt,
    responses((status = 202, description = "It waits for the post.", body = Look)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(sensor): Path<String>,
    Json(body): Json<LookAt>,
) -> Result<(StatusCode, Json<Look>), Problem> {
    let permit = operator(&app, &caller)?;
    Position::new(body.at[0], body.at[1])
        .map_err(|error| Problem::fault("at", error.to_string(), "longitude first, then latitude"))?;
    let of = permit.organisation().clone();
    let work = move |app: &App| {
        let now = app.now();
        app.sensing.with_posts(|posts| {
            let own = posts.iter_mut().filter(|((whose, _), _)| *whose == of);
            let with = own.filter(|(_, post)| post.sensors.iter().any(|one| one.id == sensor));
            // Where a post took a sensor over from one that is silent, it is the one to ask.
            let found = with.max_by_key(|(_, post)| post.heard);
            let Some((_, post)) = found else { return Err(Problem::Absent) };
            let camera = post.sensors.iter().find(|one| one.id == sensor);
            if !camera.is_some_and(|one| one.kind == SensorKind::Camera && one.turns) {
                return Err(Problem::Conflict("This sensor cannot be turned.".into()));
            }
            if post.is_silent(now) {
                return Err(Problem::Conflict("Its post is silent.".into()));
            }
            let look = Look { camera: sensor, at: body.at, asked: now };
            if post.ask_to_look(look.clone(), now) { Ok(look) } else { Err(Problem::Busy) }
        })?
    };
    Ok((StatusCode::ACCEPTED, Json(app.in_thread(work).await?)))
}
