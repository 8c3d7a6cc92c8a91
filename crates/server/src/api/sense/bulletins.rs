//! `POST /sense/bulletins`: what a post says of the last second; the answer says what it is to do.
//!
//! Not here: what the parts of a bulletin mean (`sense::bulletin`).

use axum::extract::State;
use sense::bulletin::{Bulletin, Orders};

use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::sensing;
use crate::state::App;

/// Send a bulletin
///
/// For services with the role of operator and a token with the scope `operate`, about sensors of their own
/// organisation. Sending one again changes nothing and gives the same answer: an observation is known by its id and
/// revision, a detection by its sensor and time. A judgement is told once it can no longer be taken back.
#[utoipa::path(post, path = "/sense/bulletins", tag = "sensors", operation_id = "postBulletin", request_body = Bulletin,
    responses((status = 200, description = "What the post is to do.", body = Orders)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Json(bulletin): Json<Bulletin>,
) -> Result<Json<Orders>, Problem> {
    let permit = super::post(&app, &caller)?;
    app.in_thread(move |app| sensing::take(app, &permit, bulletin)).await.map(Json)
}
