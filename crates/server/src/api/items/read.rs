//! `GET /items/{item}`: one item with everything the reader may know.
//!
//! Not here: its thread ([`super::thread`]).

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use base::ids::ItemId;
use policy::action::See;
use policy::{Permit, Sight};
use store::{AccessAction, Candidate, ItemView, Ledger, Receipt};

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::{self, ItemDetail, ProofLine, ReaderCount, ReferenceView, VersionSummary};

/// One item. Its ETag is its version.
#[utoipa::path(get, path = "/items/{item}", tag = "items", operation_id = "readItem",
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<ItemDetail>), Problem> {
    let detail = read(&app, &caller, item, AccessAction::Open).await?;
    Ok((etag(detail.summary.version), Json(detail)))
}

/// The ETag of a version.
pub fn etag(version: u32) -> [(HeaderName, HeaderValue); 1] {
    let value = HeaderValue::try_from(format!("\"{version}\"")).expect("a number in quotes");
    [(header::ETAG, value)]
}

/// Reads one item for a caller, and puts that on record.
pub async fn read(
    app: &App,
    caller: &Caller,
    item: ItemId,
    action: AccessAction,
) -> Result<ItemDetail, Problem> {
    let (permit, candidate) = app.gate.see(&caller.principal, item)?;
    let sight = app.gate.sight(&caller.principal);
    let mut views = app.store.consult(vec![permit], &sight, caller.access(action)).await?;
    let view = views.pop().ok_or(Problem::Absent)?;
    detail(app, caller, &sight, &candidate, &view).await
}

/// Reads the item that a caller has just shared; that is on record with it.
pub async fn shared(app: &App, caller: &Caller, receipt: &Receipt) -> Result<ItemDetail, Problem> {
    let (permit, candidate) = app.gate.see(&caller.principal, receipt.item)?;
    let sight = app.gate.sight(&caller.principal);
    let view = app.store.shared(receipt, &permit, &sight)?.ok_or(Problem::Absent)?;
    detail(app, caller, &sight, &candidate, &view).await
}

/// Everything about an item that was just consulted.
pub async fn detail(
    app: &App,
    caller: &Caller,
    sight: &Sight,
    candidate: &Candidate,
    view: &ItemView,
) -> Result<ItemDetail, Problem> {
    let (principal, item) = (&caller.principal, &view.item);
    // Decided anew: the one permit before was spent on the consultation.
    let (permit, _) = app.gate.see(principal, item.id)?;
    let acts = app.store.acts(&permit)?;
    let versions = versions(app, &permit, view)?;
    let references = references(app, caller, sight, view).await?;
    let readers = app.gate.readers_of(view.label_id);
    let key = app.store.directory().public_keys.get(&item.originator).map(|key| key.id().to_string());
    Ok(ItemDetail {
        summary: views::summary(app, view, true),
        text: item.content.text.clone(),
        language: item.content.language.clone(),
        sources: item.content.sources.iter().cloned().collect(),
        attachment_list: item.content.attachments.clone(),
        references,
        versions,
        acts: acts
            .iter()
            .filter_map(|(_, act)| views::act(app, &principal.organisation, &item.originator, act))
            .collect(),
        may: app.gate.may(principal, candidate).into_iter().map(policy::Action::as_str).collect(),
        readers: ReaderCount { people: readers.people, organisations: readers.organisations.len() },
        proof: ProofLine {
            entry: view.head,
            size: app.store.ledger_size(Ledger::Facts)?,
            key_id: key.unwrap_or_default(),
            signed_by: item.originator.clone(),
        },
    })
}

fn versions(app: &App, permit: &Permit<See>, view: &ItemView) -> Result<Vec<VersionSummary>, Problem> {
    if view.item.version == 1 {
        return Ok(vec![version_summary(app, &view.item)]);
    }
    let items = app.store.version_list(permit)?;
    Ok(items.iter().map(|item| version_summary(app, item)).collect())
}

/// One line of the history.
pub fn version_summary(app: &App, item: &record::Item) -> VersionSummary {
    VersionSummary {
        version: item.version,
        reported: item.reported,
        author_name: app.store.directory().member_name(item.author).to_owned(),
        marking: item.marking.clone(),
    }
}

async fn references(
    app: &App,
    caller: &Caller,
    sight: &Sight,
    view: &ItemView,
) -> Result<Vec<ReferenceView>, Problem> {
    let wanted = &view.item.content.references;
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let permits = wanted.iter().filter_map(|one| app.gate.see(&caller.principal, one.item).ok());
    let permits = permits.map(|(permit, _)| permit).collect();
    let seen = app.store.consult(permits, sight, caller.access(AccessAction::List)).await?;
    let title = |id: ItemId| seen.iter().find(|one| one.item.id == id).map(|one| &one.item.content.title);
    let views = wanted.iter().filter_map(|one| {
        Some(ReferenceView { item: one.item, relation: one.relation, title: title(one.item)?.clone() })
    });
    Ok(views.collect())
}
