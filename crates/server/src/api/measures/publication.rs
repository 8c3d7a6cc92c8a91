//! `GET` and `PUT /measures/publication`: the page for residents as it would be now, and publishing it, for those who run the
//! area.
//!
//! Not here: what residents read ([`crate::api::public`]).

use axum::extract::State;
use axum::http::HeaderMap;
use base::Timestamp;
use measures::public::PublicPage;
use policy::action::Administer;
use policy::{Permit, action};
use serde::Serialize;
use utoipa::ToSchema;

use super::planner;
use crate::api::items::amend::if_match;
use crate::caller::Caller;
use crate::extract::Json;
use crate::planning;
use crate::planning::publication::{self, Pages};
use crate::problem::Problem;
use crate::state::App;

/// The page for residents as it would be now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresPublicationShown)]
pub(super) struct PublicationShown {
    /// The version of the plan that it is made from.
    version: u32,
    /// What residents would read.
    page: PublicPage,
    /// Whether that is what they read now.
    same: bool,
    /// When what they read now was published; none when nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
}

/// What residents would read
///
/// For planners of the organisation that runs the area.
#[utoipa::path(get, path = "/measures/publication", tag = "measures", operation_id = "readMeasuresPublication",
    responses((status = 200, description = "The page.", body = PublicationShown)))]
pub(super) async fn show(State(app): State<App>, caller: Caller) -> Result<Json<PublicationShown>, Problem> {
    let permit = planner(&app, &caller)?;
    if !caller.principal.host {
        return Err(Problem::Absent);
    }
    app.in_thread(move |app| shown(app, &permit)).await.map(Json)
}

/// Publish it
///
/// For coordinators of the organisation that runs the area, who signed in during the last minutes. `If-Match` is the version of
/// the plan that they saw. What is published holds public records only, and needs no sign-in to be read.
#[utoipa::path(put, path = "/measures/publication", tag = "measures", operation_id = "publishMeasures",
    params(("If-Match" = String, Header, description = "ETag of the plan that is published")),
    responses((status = 200, description = "It is published.", body = PublicationShown)))]
pub(super) async fn publish(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<PublicationShown>, Problem> {
    let permit = planner(&app, &caller)?;
    if !caller.principal.host {
        return Err(Problem::Absent);
    }
    let runs: Permit<Administer> = app.engine.permit_area(&caller.principal)?;
    let version = if_match(&headers)?;
    let work = move |app: &App| {
        let standing = planning::plan(app, &permit, None)?;
        if standing.kept.version != version {
            return Err(Problem::Stale { version: standing.kept.version });
        }
        publication::publish(app, &permit, &runs, &standing)?;
        shown(app, &permit)
    };
    app.in_thread(work).await.map(Json)
}

fn shown(app: &App, permit: &Permit<action::Plan>) -> Result<PublicationShown, Problem> {
    let standing = planning::plan(app, permit, None)?;
    let pages = Pages::of(app, permit, &standing)?;
    let page = pages.at(app.now())?;
    let now = publication::published(app)?;
    let same = match &now {
        // As the plan would have given it then: a page that only grew older is the same.
        Some((_, one)) => pages.at(one.page.at)? == one.page,
        None => false,
    };
    let published_at = now.map(|(at, _)| at);
    Ok(PublicationShown { version: standing.kept.version, page, same, published_at })
}
