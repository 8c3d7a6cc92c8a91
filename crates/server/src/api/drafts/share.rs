//! `POST /drafts/{draft}/share`: the author shares a draft, or a second person approves and shares it.
//!
//! Not here: when a second person is needed (the area's rules).

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::DraftId;
use store::AccessAction;

use crate::api::items::read;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::share::{self, Ready};
use crate::state::App;
use crate::views::ItemDetail;

/// Shares a draft. The item is its author's; a second person who shares it is named as the one who approved.
#[utoipa::path(post, path = "/drafts/{draft}/share", tag = "drafts", operation_id = "shareDraft",
    params(("draft" = DraftId, Path, description = "The draft")),
    responses((status = CREATED, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = CONFLICT, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(draft): Path<DraftId>,
) -> Result<(StatusCode, Json<ItemDetail>), Problem> {
    let principal = caller.principal.clone();
    let answer = app
        .in_thread(move |app| {
            let row = app.store.draft(&principal, draft)?;
            let author = app.store.directory().principal(row.author).ok_or(Problem::Absent)?;
            let approved_by = (row.author != principal.member).then_some(principal.member);
            // Both must be allowed: the author to say it, the second person to stand by it.
            let Ready { permit, shared } = share::ready(app, &author, row.draft, approved_by)?;
            let _second = app.gate.create(&principal, &shared.item, &shared.visibility_label())?;
            if approved_by.is_none() && share::needs_approval(app, &shared.item) {
                return Err(Problem::ApprovalNeeded);
            }
            Ok(app.store.publish(&permit, shared, None)?)
        })
        .await?;
    let receipt = answer.ready().await?;
    let gone = {
        let principal = caller.principal.clone();
        app.in_thread(move |app| Ok(app.store.delete_draft(&principal, draft)?)).await?
    };
    gone.ready().await?;
    let detail = read::read(&app, &caller, receipt.item, AccessAction::Open).await?;
    Ok((StatusCode::CREATED, Json(detail)))
}
