//! For operators and their machines: alive, ready, numbers. Outside the API, without a sign-in, without names.
//!
//! Not here: what the numbers mean together (the guide).

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use store::Mode;

use crate::caller::address;
use crate::extract::Json;
use crate::metrics::gauge;
use crate::problem::Problem;
use crate::state::App;

pub(crate) fn routes() -> Router<App> {
    let routes = Router::new().route("/health/live", get(live)).route("/health/ready", get(ready));
    routes.route("/metrics", get(metrics))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    /// Whether changes are taken: `open`, `full` (disk full, reads only), `failed` (disk failed), `stopping`.
    changes: &'static str,
}

/// The process answers.
async fn live() -> &'static str {
    "live\n"
}

/// Whether the node takes reads and changes now.
async fn ready(State(app): State<App>) -> Response {
    let changes = match app.store.mode() {
        _ if *app.stopping.borrow() => "stopping",
        Mode::Open => "open",
        Mode::Full => "full",
        Mode::Failed => "failed",
    };
    let (status, word) = if changes == "open" {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (status, [no_store], Json(Health { status: word, changes })).into_response()
}

/// Numbers in Prometheus' text format, for this machine only: they tell how much goes on.
async fn metrics(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let passed_on =
        parts.headers.contains_key(header::FORWARDED) || parts.headers.contains_key("x-forwarded-for");
    if !address(&parts).is_loopback() || passed_on {
        return Err(Problem::Absent);
    }
    let limits = app.session_limits();
    let sessions = app.in_thread(move |app| Ok(app.store.session_count(limits)?)).await?;
    let mut page = app.metrics.text();
    let directory = app.store.directory();
    let active = directory.members.values().filter(|member| member.active).count();
    let count = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    gauge(
        &mut page,
        "belfry_sessions",
        "Sessions that have not ended.",
        i64::try_from(sessions).unwrap_or(i64::MAX),
    );
    gauge(
        &mut page,
        "belfry_organisations",
        "Organisations in the directory.",
        count(directory.organisations.len()),
    );
    gauge(&mut page, "belfry_members", "Members who take part.", count(active));
    let open = i64::from(app.store.mode() == Mode::Open);
    gauge(&mut page, "belfry_takes_changes", "1 when the node takes changes.", open);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], page).into_response())
}
