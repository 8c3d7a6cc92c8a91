//! `GET /items`: the feed, newest first, filtered or searched.
//!
//! Not here: the map ([`crate::api::map`]).

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{AccessAction, SearchQuery};
use utoipa::{IntoParams, ToSchema};

use super::Filters;
use crate::caller::Caller;
use crate::cursor::Use;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views::{self, ItemSummary};

/// Rows of a page when none are asked for.
const ROWS_DEFAULT: usize = 50;

/// Where in the list, and how much of it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Position {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 100.
    #[param(example = 50)]
    pub limit: Option<usize>,
}

/// A page of items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemPage {
    /// Newest first.
    pub items: Vec<ItemSummary>,
    /// The cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Items the caller may see, newest first.
#[utoipa::path(get, path = "/items", tag = "items", operation_id = "listItems", params(Filters, Position),
    responses((status = OK, body = ItemPage), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(filters): Query<Filters>,
    Query(position): Query<Position>,
) -> Result<(StatusCode, Json<ItemPage>), Problem> {
    let sight = app.gate.sight(&caller.principal);
    let limit = position.limit.unwrap_or(ROWS_DEFAULT).clamp(1, base::limits::PAGE_ROWS_MAX);
    let before = before(&app, &caller, position.cursor.as_deref())?;
    let filter = filters.filter(&app, &caller)?;
    let text = filters.text()?.map(str::to_owned);
    let action = if text.is_some() { AccessAction::Search } else { AccessAction::List };
    let (permits, next) = {
        let (sight, caller) = (sight.clone(), caller.clone());
        app.in_thread(move |app| {
            let page = match text {
                None => app.store.page(&sight, &filter, before, limit)?,
                Some(text) => {
                    let query = SearchQuery { text, filter };
                    let rows = app.store.search(&sight, &query, before, limit + 1)?;
                    app.store.page_of(&sight, rows, limit)?
                }
            };
            Ok((app.gate.see_all(&caller.principal, &page.candidates), page.next))
        })
        .await?
    };
    let views = app.store.consult(permits, &sight, caller.access(action)).await?;
    let items = views.iter().map(|view| views::summary(&app, view, true)).collect();
    let member = caller.principal.member;
    let next = next.map(|row| app.cursors.seal(&*app.random, Use::List, member, row.into()));
    Ok((StatusCode::OK, Json(ItemPage { items, next })))
}

/// The row a cursor stands for.
pub fn before(app: &App, caller: &Caller, cursor: Option<&str>) -> Result<Option<u32>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = app.cursors.open(Use::List, caller.principal.member, cursor);
    let row = place.and_then(|place| u32::try_from(place).ok());
    row.map(Some).ok_or_else(|| Problem::fault("cursor", "is not one of this list", "begin without a cursor"))
}
