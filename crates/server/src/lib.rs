//! The HTTP API of a node, sign-in, live streams, and the screens.
//!
//! Not here: SQL (store), what may be done (policy), the command line (belfry).

pub mod api;
pub mod area;
pub mod caller;
mod challenge;
pub mod config;
pub mod cursor;
pub mod extract;
pub mod gate;
mod health;
pub mod hub;
pub mod jobs;
pub mod language;
mod metrics;
mod passkey;
pub mod planning;
pub mod problem;
pub mod rate;
mod screens;
pub mod security;
pub mod sensing;
mod serve;
pub mod share;
pub mod state;
pub mod views;
pub mod watch;

pub use api::{RouteEntry, openapi, route_table};
pub use serve::serve;
pub use state::{App, Needs, StartError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::compression::CompressionLayer;

use crate::problem::Problem;

/// Every route of a node, with everything that holds for every request.
pub fn router(app: App) -> Router {
    let (api, _) = api::routes().split_for_parts();
    let guarded = api
        .layer(from_fn_with_state(app.clone(), security::same_site))
        .layer(from_fn(security::api_headers))
        .layer(DefaultBodyLimit::max(base::limits::BODY_BYTES_MAX))
        .fallback_service(Router::new().fallback(screens::screens).layer(CompressionLayer::new()))
        .layer(from_fn_with_state(app.clone(), security::own_host));
    Router::new()
        .merge(guarded)
        .merge(health::routes())
        .method_not_allowed_fallback(async || Problem::Method)
        .layer(from_fn_with_state(security::Limits::new(&app), security::within_limits))
        .layer(from_fn_with_state(app.clone(), security::every_request))
        .with_state(app)
}
