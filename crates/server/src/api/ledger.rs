//! `GET /ledger/...`: checkpoints, tiles and consistency proofs, in the formats of C2SP.
//!
//! Not here: leaves, which hold the ids and times of items and are shown only with the item ([`super::items::proof`]).

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};
use store::Ledger;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::extract::{Json, Path, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// The routes of this file.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(checkpoint)).routes(routes!(tile)).routes(routes!(consistency))
}

fn ledger(name: &str) -> Result<Ledger, Problem> {
    Ledger::ALL.into_iter().find(|one| one.as_str() == name).ok_or(Problem::Absent)
}

const TEXT: [(HeaderName, HeaderValue); 1] =
    [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
const BYTES: [(HeaderName, HeaderValue); 1] =
    [(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"))];

/// The signed head of a ledger (C2SP tlog-checkpoint).
#[utoipa::path(get, path = "/ledger/{ledger}/checkpoint", tag = "ledger", operation_id = "readCheckpoint",
    params(("ledger" = String, Path, description = "`facts` or `access`")),
    responses((status = OK, body = String, content_type = "text/plain"), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn checkpoint(
    State(app): State<App>,
    _caller: Caller,
    Path(name): Path<String>,
) -> Result<([(HeaderName, HeaderValue); 1], String), Problem> {
    let note = app.store.checkpoint(ledger(&name)?)?.ok_or(Problem::Absent)?;
    Ok((TEXT, note))
}

/// A tile of hashes (C2SP tlog-tiles).
#[utoipa::path(get, path = "/ledger/{ledger}/tile/{level}/{index}", tag = "ledger", operation_id = "readTile",
    params(("ledger" = String, Path, description = "`facts` or `access`"), ("level" = u8, Path, description = "Level"),
        ("index" = String, Path, description = "Index as C2SP writes it, such as `x001/234` with the slashes as `%2F`, or `000.p/17`")),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn tile(
    State(app): State<App>,
    _caller: Caller,
    Path((name, level, index)): Path<(String, u8, String)>,
) -> Result<([(HeaderName, HeaderValue); 1], Vec<u8>), Problem> {
    let which = ledger(&name)?;
    let path: ledger::TilePath = format!("{level}/{index}").parse().map_err(|_| Problem::Absent)?;
    let tile = app.in_thread(move |app| Ok(app.store.tile(which, &path)?)).await?;
    Ok((BYTES, tile.ok_or(Problem::Absent)?.into_vec()))
}

/// From which size to which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Sizes {
    /// The earlier size.
    #[param(example = 10)]
    pub from: u64,
    /// The later size.
    #[param(example = 20)]
    pub to: u64,
}

/// A consistency proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consistency {
    /// Hashes, in base64, as RFC 6962 orders them.
    pub hashes: Vec<String>,
}

/// Proves that a ledger only grew between two sizes.
#[utoipa::path(get, path = "/ledger/{ledger}/consistency", tag = "ledger", operation_id = "readConsistency",
    params(("ledger" = String, Path, description = "`facts` or `access`"), Sizes),
    responses((status = OK, body = Consistency), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn consistency(
    State(app): State<App>,
    _caller: Caller,
    Path(name): Path<String>,
    Query(sizes): Query<Sizes>,
) -> Result<Json<Consistency>, Problem> {
    let which = ledger(&name)?;
    let hashes = app.in_thread(move |app| Ok(app.store.consistency(which, sizes.from, sizes.to)?)).await?;
    Ok(Json(Consistency { hashes: hashes.iter().map(ledger::Hash::to_base64).collect() }))
}
