//! `POST /items/{item}/restrict`: an organisation keeps an item to some of its own members.
//!
//! Not here: what others may see; nobody tightens for another organisation.

use axum::extract::State;
use base::ids::{ItemId, MemberId};
use policy::action::Restrict;
use record::Deed;
use serde::Deserialize;
use store::AccessAction;
use utoipa::ToSchema;

use super::{act, read};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::ItemDetail;

/// Who of the own organisation may still see it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// These members, and the caller; null lifts the restriction.
    pub members: Option<Vec<MemberId>>,
}

/// Tightens an item for the caller's own organisation.
#[utoipa::path(post, path = "/items/{item}/restrict", tag = "items", operation_id = "restrictItem",
    request_body = Restriction, params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = ItemDetail), (status = NOT_FOUND, body = ProblemDocument),
        (status = FORBIDDEN, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(restriction): Json<Restriction>,
) -> Result<Json<ItemDetail>, Problem> {
    let asker = caller.clone();
    let answer = app
        .in_thread(move |app| {
            let (permit, _) = app.gate.act::<Restrict>(&caller.principal, item)?;
            let members = restriction.members.map(|members| own(app, &caller, members)).transpose()?;
            Ok(app.store.restrict(&permit, act(app, &caller.principal, item, Deed::Restrict { members }))?)
        })
        .await?;
    answer.ready().await?;
    Ok(Json(read::read(&app, &asker, item, AccessAction::Open).await?))
}

/// The members named, each of the caller's organisation, and the caller.
fn own(app: &App, caller: &Caller, mut members: Vec<MemberId>) -> Result<Vec<MemberId>, Problem> {
    let directory = app.store.directory();
    let own = |id: &MemberId| {
        directory.members.get(id).is_some_and(|one| one.organisation == caller.principal.organisation)
    };
    if let Some(index) = members.iter().position(|one| !own(one)) {
        let path = format!("members[{index}]");
        return Err(Problem::fault(&path, "is not a member of your organisation", "choose one of the list"));
    }
    members.push(caller.principal.member);
    members.sort();
    members.dedup();
    Ok(members)
}
