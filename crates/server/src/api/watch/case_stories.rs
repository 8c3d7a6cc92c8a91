//! `PUT` and `DELETE /watch/cases/{case}/stories/{story}`: a case holds a story, or lets go of it.
//!
//! Not here: the case itself ([`super::show_case`]).

use axum::extract::State;
use axum::http::StatusCode;
use store::watch::CaseStory;

use super::cases::CaseView;
use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Have a case hold a story
///
/// With its documents that are still kept, and what comes to it.
#[utoipa::path(put, path = "/watch/cases/{case}/stories/{story}", tag = "web monitoring", operation_id = "holdStory",
    params(("case" = String, Path, description = "The case."), ("story" = String, Path, description = "The story.")),
    responses((status = 200, description = "The case as it is now.", body = CaseView)))]
pub(super) async fn hold(
    State(app): State<App>,
    caller: Caller,
    Path((case, story)): Path<(String, String)>,
) -> Result<Json<CaseView>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let story = CaseStory { story, added: now, member: caller.principal.member, taken_back: 0 };
    let held = at_desk(&app, &permit, move |desk| {
        desk.case(&case, now)?.ok_or(Problem::Absent)?;
        if !desk.hold(&case, &story)? {
            return Err(Problem::Absent);
        }
        desk.case(&case, now)?.ok_or(Problem::Absent)
    })
    .await?;
    Ok(Json(CaseView::new(held, &caller.directory)))
}

/// Have a case let go of a story
///
/// Its documents that are past their ordinary time are destroyed, unless another case holds them.
#[utoipa::path(delete, path = "/watch/cases/{case}/stories/{story}", tag = "web monitoring",
    operation_id = "letGoOfStory",
    params(("case" = String, Path, description = "The case."), ("story" = String, Path, description = "The story.")),
    responses((status = 204, description = "It holds the story no more.")))]
pub(super) async fn let_go(
    State(app): State<App>,
    caller: Caller,
    Path((case, story)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let there = at_desk(&app, &permit, move |desk| {
        desk.case(&case, now)?.ok_or(Problem::Absent)?;
        Ok(desk.let_go(&case, &story)?)
    });
    if there.await? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::Absent) }
}
