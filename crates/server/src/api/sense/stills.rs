//! `PUT` and `GET /sense/observations/{observation}/stills/{still}`: masked pictures of an observation, where the
//! organisation allows them.
//!
//! Not here: masking, which a post does before it sends anything.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use base::ids::ObservationId;
use sense::limits::STILL_BYTES_MAX;
use store::sense::KeptStill;

use super::{change, operator};
use crate::caller::Caller;
use crate::extract::Path;
use crate::problem::Problem;
use crate::sensing::{State as ObservationState, read_settings, stills_until};
use crate::state::App;

/// What a still can be.
const TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// Send a still
///
/// For the service that posted the observation. It was masked before; its name is one that the observation names; it is
/// kept for 7 days, or as long as the observation when that is confirmed. At most 256 KiB.
#[utoipa::path(put, path = "/sense/observations/{observation}/stills/{still}", tag = "sensors", operation_id = "putStill",
    params(("observation" = ObservationId, Path, description = "The observation."),
        ("still" = String, Path, description = "The name of the still, as a camera of the observation says it.")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "It is kept.")))]
pub(super) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path((id, name)): Path<(ObservationId, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let permit = super::post(&app, &caller)?;
    let bytes = body.map_err(|_| Problem::TooLarge { limit_bytes: STILL_BYTES_MAX })?;
    if !infer::get(&bytes).is_some_and(|found| TYPES.contains(&found.mime_type())) {
        return Err(Problem::fault("", "is not a picture", "send JPEG, PNG or WebP"));
    }
    let work = move |app: &App| {
        let (_, settings) = read_settings(&app.store, &permit, app.now())?;
        let now = app.now();
        change(app, &permit, id, |kept, entry| {
            if !settings.stills {
                return Err(Problem::NotAllowed("The operators of the organisation allow no stills.".into()));
            }
            if !entry.observation.cameras.iter().any(|one| one.still.as_ref() == Some(&name)) {
                return Err(Problem::fault(
                    "still",
                    "is not named by the observation",
                    "send the observation first",
                ));
            }
            let confirmed = entry.state(kept.came, now) == ObservationState::Confirmed;
            let until = if confirmed { kept.until } else { stills_until(kept) };
            let still = KeptStill { observation: id, name: name.clone(), until, bytes: bytes.to_vec() };
            app.store.sense()?.keep_still(&permit, &still)?;
            if !entry.stills.contains(&name) {
                entry.stills.push(name.clone());
            }
            Ok(())
        })
    };
    app.in_thread(work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A still of an observation
#[utoipa::path(get, path = "/sense/observations/{observation}/stills/{still}", tag = "sensors", operation_id = "readStill",
    params(("observation" = ObservationId, Path, description = "The observation."),
        ("still" = String, Path, description = "The name of the still.")),
    responses((status = 200, description = "The picture.", body = Vec<u8>, content_type = "image/jpeg")))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path((id, name)): Path<(ObservationId, String)>,
) -> Result<([(HeaderName, HeaderValue); 2], Vec<u8>), Problem> {
    let permit = Arc::new(operator(&app, &caller)?);
    let asked = permit.clone();
    let found = app.in_thread(move |app| Ok(app.store.sense()?.still(&asked, id, &name)?));
    let bytes = found.await?.ok_or(Problem::Absent)?;
    app.store.record_observed(&permit, caller.purpose.clone(), [id]).await?;
    let media_type = infer::get(&bytes).map(|found| found.mime_type()).filter(|one| TYPES.contains(one));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type.unwrap_or("application/octet-stream"))),
        // A picture never runs as a page of this node.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, bytes))
}
