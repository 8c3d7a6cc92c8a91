//! `GET /stream`: live changes as server-sent events, resumed with `Last-Event-ID`.
//!
//! Not here: who gets what ([`crate::hub`]).

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use store::AccessAction;

use crate::api::items::Filters;
use crate::caller::Caller;
use crate::cursor::Use;
use crate::extract::Query;
use crate::hub::{self, Open};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;
use crate::views;

/// Most items a resumed stream catches up on; more, and the client reads the list again.
const CATCH_UP_MAX: usize = 500;
/// How often a quiet stream says that it is alive, in seconds.
const HELLO_S: u64 = 15;

/// Live changes of items the caller may see. Events: `hello` (with `resumed` and the version of the `area`),
/// `item` (a summary), `gone` (an id), `area` (its `version`: read the area again), `signal` (the id of one of
/// web monitoring's, for the own analysts), `observation` and `sensor` (the id of one of the own sensors', for the own
/// operators), `session` (the session ended; the stream closes). Of the filters only `kind` counts.
#[utoipa::path(get, path = "/stream", tag = "items", operation_id = "stream", params(Filters,
        ("Last-Event-ID" = Option<String>, Header, description = "Id of the last event that was received")),
    responses((status = OK, content_type = "text/event-stream", body = String),
        (status = SERVICE_UNAVAILABLE, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(filters): Query<Filters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kinds = filters.kinds()?;
    let sight = app.gate.sight(&caller.principal);
    let recheck = {
        let (app, caller) = (app.clone(), caller.clone());
        Arc::new(move || caller.again(&app).ok().flatten().map(|caller| caller.principal))
    };
    // Opened before catching up: what comes in between is sent twice rather than never.
    let open = app.hub.open(sight, caller.purpose.clone(), kinds, recheck)?;
    let first = catch_up(&app, &caller, &headers).await?;
    let live = stream::unfold((open, app.clone()), next_frame);
    let frames = stream::iter(first).chain(live).map(Ok::<Bytes, Infallible>);
    let mut response = Body::from_stream(frames).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// What was missed since the last event, as far as it is known.
async fn catch_up(app: &App, caller: &Caller, headers: &HeaderMap) -> Result<Vec<Bytes>, Problem> {
    let principal = &caller.principal;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let since = last.and_then(|last| app.cursors.open(Use::Stream, principal.member, last));
    let mut frames = Vec::new();
    let mut resumed = false;
    if let Some(seq) = since {
        let sight = app.gate.sight(principal);
        let missed = app.store.changed_after(&sight, seq, CATCH_UP_MAX + 1)?;
        resumed = missed.len() <= CATCH_UP_MAX;
        if resumed {
            let permits = app.gate.see_all(principal, &missed);
            for view in app.store.consult(permits, &sight, caller.access(AccessAction::Stream)).await? {
                let data = serde_json::to_string(&views::summary(app, &view, true))
                    .map_err(|_| Problem::Internal)?;
                frames.push(hub::frame(app, principal.member, view.changed, "item", &data));
            }
        }
    }
    let size = app.store.ledger_size(store::Ledger::Facts)?;
    let data = hello(app, resumed);
    frames.insert(
        0,
        hub::frame(app, principal.member, since.unwrap_or(size.saturating_sub(1)), "hello", &data),
    );
    Ok(frames)
}

fn hello(app: &App, resumed: bool) -> String {
    let area = app.store.directory().area_version;
    format!("{{\"now\":\"{}\",\"resumed\":{resumed},\"area\":{area}}}", app.now())
}

/// The next frame, or a sign of life; the end when the stream or the node ends.
async fn next_frame((mut open, app): (Open, App)) -> Option<(Bytes, (Open, App))> {
    let mut stopping = app.stopping.subscribe();
    if *stopping.borrow_and_update() {
        return None;
    }
    #[allow(clippy::disallowed_methods, reason = "the rim: a quiet stream says that it is alive")]
    let quiet = tokio::time::sleep(std::time::Duration::from_secs(HELLO_S));
    let frame = tokio::select! {
        frame = open.frames.recv() => frame?,
        _ = stopping.changed() => return None,
        () = quiet => Bytes::from(format!("event: hello\ndata: {}\n\n", hello(&app, true))),
    };
    Some((frame, (open, app)))
}
