//! The API: one file per endpoint, with its request, answer, errors, documentation and handler.
//!
//! Not here: what holds for every request ([`crate::security`]).

mod access;
pub(crate) mod accountability;
mod activity;
mod area;
mod attachments;
mod audience;
mod demo;
mod directory;
mod drafts;
mod imports;
mod invitations;
pub(crate) mod items;
mod ledger;
mod map;
mod measures;
mod organisations;
mod public;
mod replay;
mod requests;
mod sense;
mod session;
pub(crate) mod shapes;
mod stream;
mod together;
mod watch;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, Ref,
    ResponseBuilder, SecurityRequirement,
};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{self, ProblemDocument};
use crate::state::App;

/// Where the API is.
pub const BASE: &str = "/api/v1";

const DESCRIPTION: &str = "One API for the screens, for services and sensors, and for partners.\n\n\
    Everything is JSON with snake_case names and RFC 3339 times in UTC, unless an operation says otherwise. Errors are \
    problem documents (RFC 9457). What is absent and what is not for the caller answer with the same 404. Changes with \
    a session cookie come from the node's own pages only; changes with an API token come from anywhere. Lists answer \
    `{ \"items\": [...], \"next\": ... }`: pass `next` as `cursor` for the next page.\n\n\
    With the header `Belfry-Purpose` a caller says what it consults for: the id of one of the purposes it holds. It goes \
    into every access record of the request. The stream and files, which browsers ask for without headers of their own, \
    take it as `?purpose=` too.";

pub(crate) fn routes() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .merge(session::routes())
        .merge(invitations::routes())
        .merge(demo::routes())
        .merge(area::routes())
        .merge(directory::routes())
        .merge(organisations::routes())
        .merge(items::router())
        .merge(attachments::router())
        .merge(drafts::router())
        .merge(imports::router())
        .merge(accountability::router())
        .merge(ledger::router())
        .merge(watch::router())
        .merge(sense::router())
        .merge(public::router())
        .merge(measures::router())
        .routes(routes!(audience::handle))
        .routes(routes!(map::handle))
        .routes(routes!(stream::handle))
        .routes(routes!(access::handle))
        .routes(routes!(activity::handle))
        .routes(routes!(replay::handle))
        .routes(routes!(requests::handle))
        .routes(routes!(description));
    OpenApiRouter::with_openapi(document()).nest(BASE, api)
}

/// The description of the whole API (OpenAPI 3.1).
pub fn openapi() -> OpenApi {
    let (_, mut openapi) = routes().split_for_parts();
    for item in openapi.paths.paths.values_mut() {
        for (_, operation) in operations_mut(item) {
            add_problems(operation);
        }
    }
    openapi
}

/// One route of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEntry {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The name of the operation.
    pub operation: String,
}

/// Every route of the API, from its description: what is tested for all routes is tested for new ones too.
pub fn route_table() -> Vec<RouteEntry> {
    let mut openapi = openapi();
    let mut table = Vec::new();
    for (path, item) in &mut openapi.paths.paths {
        for (method, operation) in operations_mut(item) {
            let operation = operation.operation_id.clone().unwrap_or_default();
            table.push(RouteEntry { method, path: path.clone(), operation });
        }
    }
    table
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Every operation can answer a problem; saying so once is enough.
fn add_problems(operation: &mut Operation) {
    let document = Ref::from_schema_name(ProblemDocument::name());
    let content = ContentBuilder::new().schema(Some(document)).build();
    let response =
        ResponseBuilder::new().description("A problem (RFC 9457).").content(problem::MEDIA_TYPE, content);
    operation.responses.responses.insert("default".into(), response.build().into());
}

fn document() -> OpenApi {
    let mut licence = LicenseBuilder::new().name("EUPL-1.2").build();
    licence.identifier = Some("EUPL-1.2".into());
    let info = InfoBuilder::new()
        .title("Belfry API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(licence));
    let mut components = Components::new();
    components.schemas.insert(ProblemDocument::name().into_owned(), ProblemDocument::schema());
    components.schemas.insert(record::Fault::name().into_owned(), record::Fault::schema());
    let cookie =
        ApiKeyValue::with_description("__Host-belfry", "A session, after signing in with a passkey.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("bft_...");
    let bearer = bearer.description(Some("An API token of a member."));
    components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    let none: [&str; 0] = [];
    let security = [SecurityRequirement::new("session", none), SecurityRequirement::new("token", none)];
    OpenApiBuilder::new().info(info.build()).components(Some(components)).security(Some(security)).build()
}

static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&openapi()).expect("plain data with text keys"));

/// This description
///
/// The OpenAPI 3.1 document of the API this node serves.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "description",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
async fn description() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}
