//! `GET /public/sensors`: the register of sensors for anyone, where the node's settings allow that.
//!
//! Not here: anything of health or observations.

use axum::extract::State;

use super::register::{RegisterRow, rows};
use crate::api::shapes::List;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// The register of sensors for anyone
///
/// What hangs where, whose it is, what for, what it measures, how long that is kept, and whom to ask. Absent where the
/// node does not show it to people who are not signed in (`sensing.public_register`).
#[utoipa::path(get, path = "/public/sensors", tag = "sensors", operation_id = "readPublicSensors", security(()),
    responses((status = 200, description = "The sensors.", body = List<RegisterRow>)))]
pub(super) async fn handle(State(app): State<App>) -> Result<Json<List<RegisterRow>>, Problem> {
    if !app.config.sensing.public_register {
        return Err(Problem::Absent);
    }
    app.in_thread(rows).await.map(|rows| Json(List::whole(rows)))
}
