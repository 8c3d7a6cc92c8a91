//! `POST /import/cap` and `POST /import/geojson`: what comes from elsewhere becomes items of the caller.
//!
//! Not here: the formats (interop). What an import shares passes the same checks as what a person shares.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use base::ids::{CommunityId, ItemId, OrganisationId, PurposeId};
use interop::geojson::BadRows;
use interop::{cap, geojson};
use record::{Clause, Draft, Fault, Marking, Tlp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::together::share_all;
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Most items of one import.
const DRAFTS_MAX: usize = 1_000;

/// The routes of this file, with room for one byte more than the limit, so that the reader can say what is too long.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import_cap))
        .routes(routes!(import_geojson))
        .layer(DefaultBodyLimit::max(base::limits::IMPORT_BYTES_MAX + 1))
}

/// The marking of what is imported, and what happens to bad rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportTerms {
    /// The label; GREEN when not given. Public alerts are CLEAR.
    pub tlp: Option<Tlp>,
    /// Organisations that it is for, separated by commas.
    pub organisations: Option<String>,
    /// Communities that it is for, separated by commas.
    pub communities: Option<String>,
    /// What it is for.
    pub purpose: Option<PurposeId>,
    /// `refuse` (nothing goes in when a row is bad) or `skip` (the rest goes in).
    #[param(example = "refuse")]
    #[param(inline)]
    pub bad_rows: Option<Bad>,
}

/// What happens to bad rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bad {
    /// Nothing goes in.
    Refuse,
    /// The rest goes in.
    Skip,
}

/// What went in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// The new items, in the order of the file.
    pub items: Vec<ItemId>,
    /// What did not go in, and why.
    pub refused: Vec<RefusedRow>,
    /// What was changed to make it fit, in English.
    pub notes: Vec<String>,
}

/// A row that did not go in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedRow {
    /// Its place in the file, from 0.
    pub row: usize,
    /// What is wrong, where, and how to mend it.
    pub faults: Vec<Fault>,
}

impl ImportTerms {
    fn marking(&self) -> Result<Marking, Problem> {
        let mut marking = Marking::new(self.tlp.unwrap_or(Tlp::Green));
        let clause = Clause {
            organisations: names::<OrganisationId>("organisations", self.organisations.as_deref())?,
            communities: names::<CommunityId>("communities", self.communities.as_deref())?,
            ..Clause::default()
        };
        if !clause.is_empty() {
            marking.audience.push(clause);
        }
        marking.purposes.extend(self.purpose.clone());
        Ok(marking)
    }
}

fn names<T: std::str::FromStr + Ord>(
    path: &str,
    list: Option<&str>,
) -> Result<std::collections::BTreeSet<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    let words =
        list.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| word.parse().map_err(|error: T::Err| Problem::fault(path, error.to_string(), "use ids")))
        .collect()
}

/// Imports one CAP 1.2 alert, at most 1 MiB: one item per `info` element, all of them or none.
#[utoipa::path(post, path = "/import/cap", tag = "items", operation_id = "importCap", params(ImportTerms),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = OK, body = Imported), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn import_cap(
    State(app): State<App>,
    caller: Caller,
    Query(terms): Query<ImportTerms>,
    bytes: Bytes,
) -> Result<Json<Imported>, Problem> {
    let marking = terms.marking()?;
    let read = app
        .in_thread(move |_| {
            cap::read(&bytes, &cap::Defaults { marking }).map_err(|error| {
                Problem::fault("body", error.to_string(), "ask the sender to mend the alert")
            })
        })
        .await?;
    let items = publish(&app, &caller, read.drafts).await?;
    Ok(Json(Imported { items, refused: Vec::new(), notes: read.notes }))
}

/// Imports a GeoJSON feature collection, at most 1 MiB: one report per feature.
#[utoipa::path(post, path = "/import/geojson", tag = "items", operation_id = "importGeojson", params(ImportTerms),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = OK, body = Imported), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn import_geojson(
    State(app): State<App>,
    caller: Caller,
    Query(terms): Query<ImportTerms>,
    bytes: Bytes,
) -> Result<Json<Imported>, Problem> {
    let marking = terms.marking()?;
    let bad_rows = if terms.bad_rows == Some(Bad::Skip) { BadRows::Skip } else { BadRows::Refuse };
    let read = app
        .in_thread(move |_| {
            geojson::read(&bytes, &geojson::Defaults { marking, bad_rows })
                .map_err(|error| Problem::fault("body", error.to_string(), "mend the file, or skip bad rows"))
        })
        .await?;
    let items = publish(&app, &caller, read.drafts).await?;
    let refused =
        read.refused.into_iter().map(|row| RefusedRow { row: row.index, faults: row.faults }).collect();
    Ok(Json(Imported { items, refused, notes: Vec::new() }))
}

/// Shares all of a file or nothing.
async fn publish(app: &App, caller: &Caller, drafts: Vec<Draft>) -> Result<Vec<ItemId>, Problem> {
    if drafts.len() > DRAFTS_MAX {
        let what = format!("holds more than {DRAFTS_MAX} items");
        return Err(Problem::fault("body", what, "split the file"));
    }
    let receipts = share_all(app, caller, drafts, None).await?;
    Ok(receipts.into_iter().map(|receipt| receipt.item).collect())
}
