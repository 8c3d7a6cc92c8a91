//! Drafts, and four eyes: what is written and not yet shared. One endpoint, one file would be nine lines each, so
//! reading and writing a draft stand together here and sharing has a file of its own.
//!
//! Not here: what makes a draft fit to be shared ([`crate::share`]).

pub mod share;

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use base::ids::{DraftId, MemberId};
use record::Draft;
use serde::Serialize;
use store::DraftRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// The routes of this folder.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, delete))
        .routes(routes!(submit))
        .routes(routes!(share::handle))
}

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftView {
    /// Its id.
    pub id: DraftId,
    /// Who wrote it.
    pub author: MemberId,
    /// The author's name.
    pub author_name: String,
    /// When it last changed.
    pub changed: Timestamp,
    /// Whether it waits for a second person.
    pub submitted: bool,
    /// What it says.
    pub draft: Draft,
}

/// The drafts a member may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftList {
    /// Last changed first.
    pub drafts: Vec<DraftView>,
}

/// The id of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftName {
    /// The id.
    pub id: DraftId,
}

fn view(app: &App, row: DraftRow) -> DraftView {
    DraftView {
        id: row.id,
        author: row.author,
        author_name: app.store.directory().member_name(row.author).to_owned(),
        changed: row.changed,
        submitted: row.submitted,
        draft: row.draft,
    }
}

/// Own drafts, and those of colleagues that wait for a second person.
#[utoipa::path(get, path = "/drafts", tag = "drafts", operation_id = "listDrafts",
    responses((status = OK, body = DraftList)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<DraftList>, Problem> {
    let rows = app.in_thread(move |app| Ok(app.store.drafts(&caller.principal)?)).await?;
    Ok(Json(DraftList { drafts: rows.into_iter().map(|row| view(&app, row)).collect() }))
}

/// Keeps a draft. It may have faults: it is not shared yet.
#[utoipa::path(post, path = "/drafts", tag = "drafts", operation_id = "createDraft", request_body = Draft,
    responses((status = CREATED, body = DraftName), (status = CONFLICT, body = ProblemDocument)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(draft): Json<Draft>,
) -> Result<(StatusCode, Json<DraftName>), Problem> {
    let answer = app.in_thread(move |app| Ok(app.store.put_draft(&caller.principal, None, &draft)?)).await?;
    Ok((StatusCode::CREATED, Json(DraftName { id: answer.ready().await? })))
}

/// One draft.
#[utoipa::path(get, path = "/drafts/{draft}", tag = "drafts", operation_id = "readDraft",
    params(("draft" = DraftId, Path, description = "The draft")),
    responses((status = OK, body = DraftView), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(draft): Path<DraftId>,
) -> Result<Json<DraftView>, Problem> {
    let row = app.in_thread(move |app| Ok(app.store.draft(&caller.principal, draft)?)).await?;
    Ok(Json(view(&app, row)))
}

/// Replaces an own draft.
#[utoipa::path(put, path = "/drafts/{draft}", tag = "drafts", operation_id = "replaceDraft", request_body = Draft,
    params(("draft" = DraftId, Path, description = "The draft")),
    responses((status = OK, body = DraftName), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DraftId>,
    Json(draft): Json<Draft>,
) -> Result<Json<DraftName>, Problem> {
    let answer =
        app.in_thread(move |app| Ok(app.store.put_draft(&caller.principal, Some(id), &draft)?)).await?;
    Ok(Json(DraftName { id: answer.ready().await? }))
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/drafts/{draft}", tag = "drafts", operation_id = "deleteDraft",
    params(("draft" = DraftId, Path, description = "The draft")),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(draft): Path<DraftId>,
) -> Result<StatusCode, Problem> {
    let answer = app.in_thread(move |app| Ok(app.store.delete_draft(&caller.principal, draft)?)).await?;
    answer.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a colleague to approve and share an own draft.
#[utoipa::path(post, path = "/drafts/{draft}/submit", tag = "drafts", operation_id = "submitDraft",
    params(("draft" = DraftId, Path, description = "The draft")),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn submit(
    State(app): State<App>,
    caller: Caller,
    Path(draft): Path<DraftId>,
) -> Result<StatusCode, Problem> {
    let answer = app.in_thread(move |app| Ok(app.store.submit_draft(&caller.principal, draft)?)).await?;
    answer.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
