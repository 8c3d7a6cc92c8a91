//! `GET /sense/sensors`: the sensors of an organisation, how they are and what cameras can see.
//!
//! Not here: what anyone may know of sensors ([`super::register`]).

use axum::extract::State;

use super::operator;
use crate::api::shapes::List;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::sensing::SensorShown;
use crate::state::App;

/// The organisation's sensors
///
/// As their posts told of them last. Sensors of a post that has said nothing for 30 seconds are gone.
#[utoipa::path(get, path = "/sense/sensors", tag = "sensors", operation_id = "listSensors",
    responses((status = 200, description = "The sensors, by post and name.", body = List<SensorShown>)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<List<SensorShown>>, Problem> {
    let permit = operator(&app, &caller)?;
    let of = permit.organisation().clone();
    let sensors = app.in_thread(move |app| {
        let now = app.now();
        Ok(app.sensing.with_posts(|posts| {
            let own = posts.iter().filter(|((whose, _), _)| *whose == of);
            own.flat_map(|((_, name), post)| post.shown(name, now)).collect()
        })?)
    });
    Ok(Json(List::whole(sensors.await?)))
}
