//! `PUT /measures/streets`, `PUT /measures/neighbourhoods`, `GET /measures/map`: the ground that a plan is about, and how
//! it is drawn.
//!
//! Not here: routes over it ([`super::route`]).

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use policy::Permit;
use policy::action::Plan;
use serde::Serialize;
use serde_json::Value;
use store::measures::Ground;
use utoipa::ToSchema;

use super::{GROUND_BYTES_MAX, planner};
use crate::caller::Caller;
use crate::extract::Json;
use crate::planning::{self, read_area};
use crate::problem::Problem;
use crate::state::App;

/// Streets and neighbourhoods as GeoJSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresMap)]
pub(super) struct Map {
    /// Pieces of street: lines with the properties `edge` (their number), `name` and `modes`.
    streets: Value,
    /// Neighbourhoods: outlines with the properties `id`, `name` and `households`.
    neighbourhoods: Value,
}

/// Bring streets
///
/// GeoJSON lines with OpenStreetMap tags as properties, or an extract of OpenStreetMap (`.osm.pbf`); at most 32 MiB. They
/// take the place of those that were there.
#[utoipa::path(put, path = "/measures/streets", tag = "measures", operation_id = "putMeasuresStreets",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "They are kept.")))]
pub(super) async fn put_streets(
    State(app): State<App>,
    caller: Caller,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    put(app, &caller, Ground::Streets, body).await
}

/// Bring neighbourhoods
///
/// GeoJSON outlines with the properties `id`, `name` and `households`; their ids are those of the plan. At most 32 MiB. They
/// take the place of those that were there.
#[utoipa::path(put, path = "/measures/neighbourhoods", tag = "measures", operation_id = "putMeasuresNeighbourhoods",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "They are kept.")))]
pub(super) async fn put_neighbourhoods(
    State(app): State<App>,
    caller: Caller,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    put(app, &caller, Ground::Neighbourhoods, body).await
}

async fn put(
    app: App,
    caller: &Caller,
    part: Ground,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let permit = planner(&app, caller)?;
    let body = body.map_err(|_| Problem::TooLarge { limit_bytes: GROUND_BYTES_MAX })?;
    let work = move |app: &App| {
        check(app, &permit, part, &body)?;
        Ok(app.store.measures()?.keep_ground(&permit, part, app.now(), &body)?)
    };
    app.in_thread(work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What cannot be read is not kept. The other part is not there yet when the first of them comes.
fn check(app: &App, permit: &Permit<Plan>, part: Ground, body: &[u8]) -> Result<(), Problem> {
    const NONE: &[u8] = br#"{"type":"FeatureCollection","features":[]}"#;
    let store = app.store.measures()?;
    let kept = |other| Ok::<_, Problem>(store.ground(permit, other)?.map(|(_, content)| content));
    match part {
        Ground::Streets => {
            let neighbourhoods = kept(Ground::Neighbourhoods)?;
            read_area(body, neighbourhoods.as_deref().unwrap_or(NONE)).map(|_| ())
        }
        Ground::Neighbourhoods => match kept(Ground::Streets)? {
            Some(streets) => read_area(&streets, body).map(|_| ()),
            None => Err(Problem::Conflict("Bring streets first: neighbourhoods are laid over them.".into())),
        },
    }
}

/// The ground of the own plan
///
/// Absent while nobody has brought it.
#[utoipa::path(get, path = "/measures/map", tag = "measures", operation_id = "readMeasuresMap",
    responses((status = 200, description = "Streets and neighbourhoods.", body = Map)))]
pub(super) async fn map(State(app): State<App>, caller: Caller) -> Result<Json<Map>, Problem> {
    let permit = planner(&app, &caller)?;
    let work = move |app: &App| {
        let area = planning::area(app, &permit)?.ok_or(Problem::Absent)?;
        Ok(Map { streets: area.lines(), neighbourhoods: area.outlines() })
    };
    app.in_thread(work).await.map(Json)
}
