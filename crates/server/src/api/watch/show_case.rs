//! `GET`, `PUT` and `DELETE /watch/cases/{case}`: one case with what it holds; another end or reason; closing it.
//!
//! Not here: the stories in it ([`super::case_stories`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use serde::Serialize;
use store::watch::{Case, Watched, WatchedKind};
use utoipa::ToSchema;
use webwatch::Document;

use super::cases::{CaseBody, CaseView, check, entry};
use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// One case and what it holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchCaseOpened)]
pub(super) struct CaseOpened {
    case: CaseView,
    /// The stories in it, the one that was added last first.
    stories: Vec<HeldView>,
}

/// A story in a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchCaseStory)]
pub(super) struct HeldView {
    /// The story.
    story: String,
    /// What it is called; empty when its sources took back all of it.
    title: String,
    /// When it was added.
    added: Timestamp,
    /// Who added it, by name.
    by: String,
    /// Documents that their sources took back since: they are gone here too.
    taken_back: u32,
    /// Whether it is a signal.
    signal: bool,
    /// Its documents, masked, the latest first.
    documents: Vec<HeldDocumentView>,
}

/// A document in a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchCaseDocument)]
pub(super) struct HeldDocumentView {
    /// Whether it is kept nowhere else any more.
    only_here: bool,
    document: Document,
}

/// One case with what it holds
#[utoipa::path(get, path = "/watch/cases/{case}", tag = "web monitoring", operation_id = "readCase",
    params(("case" = String, Path, description = "The case.")),
    responses((status = 200, description = "The case.", body = CaseOpened)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CaseOpened>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let (case, held) = at_desk(&app, &permit, move |desk| {
        let case = desk.case(&id, now)?.ok_or(Problem::Absent)?;
        Ok((case, desk.held(&id)?))
    })
    .await?;
    let stories = held.into_iter().map(|one| HeldView {
        by: caller.directory.member_name(one.story.member).to_owned(),
        story: one.story.story,
        title: one.title,
        added: one.story.added,
        taken_back: one.story.taken_back,
        signal: one.signal.is_some(),
        documents: one
            .documents
            .into_iter()
            .map(|(until, document)| HeldDocumentView { only_here: until <= now, document })
            .collect(),
    });
    Ok(Json(CaseOpened { stories: stories.collect(), case: CaseView::new(case, &caller.directory) }))
}

/// Change a case: its name, reason, purpose or end
///
/// What it holds stays.
#[utoipa::path(put, path = "/watch/cases/{case}", tag = "web monitoring", operation_id = "changeCase",
    params(("case" = String, Path, description = "The case.")), request_body = CaseBody,
    responses((status = 200, description = "As it is now.", body = CaseView)))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<CaseBody>,
) -> Result<Json<CaseView>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let asked = id.clone();
    let (known, _) =
        at_desk(&app, &permit, move |desk| desk.case(&asked, now)?.ok_or(Problem::Absent)).await?;
    check(&caller, &body, known.made, now)?;
    let case = Case {
        name: body.name.trim().into(),
        purpose: body.purpose,
        reason: body.reason.trim().into(),
        until: body.until,
        ..known
    };
    app.store.change_watched(&permit, vec![entry(&permit, &case)?])?.ready().await?;
    let held = at_desk(&app, &permit, move |desk| {
        // Somebody else may have closed it meanwhile.
        desk.case(&id, now)?.ok_or(Problem::Absent)?;
        desk.put_case(&case)?;
        desk.case(&id, now)?.ok_or(Problem::Absent)
    })
    .await?;
    Ok(Json(CaseView::new(held, &caller.directory)))
}

/// Close a case
///
/// What is past its ordinary time is destroyed; the rest goes when that passes.
#[utoipa::path(delete, path = "/watch/cases/{case}", tag = "web monitoring", operation_id = "closeCase",
    params(("case" = String, Path, description = "The case.")),
    responses((status = 204, description = "It is closed.")))]
pub(super) async fn close(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let asked = id.clone();
    at_desk(&app, &permit, move |desk| desk.case(&asked, now)?.ok_or(Problem::Absent)).await?;
    let organisation = permit.organisation().clone();
    let closed = Watched { organisation, kind: WatchedKind::Case, id: id.clone(), content: None };
    app.store.change_watched(&permit, vec![closed])?.ready().await?;
    at_desk(&app, &permit, move |desk| Ok(desk.close_case(&id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
