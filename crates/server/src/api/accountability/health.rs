//! `GET /ledger/health`: how large and how old the ledgers are, and whether what is derived from them keeps up.
//!
//! Not here: proving that they are in order ([`super::verification`]).

use axum::extract::State;
use base::Timestamp;
use serde::Serialize;
use store::{Ledger, Mode};
use utoipa::ToSchema;

use super::accountable;
use super::verification::VerificationView;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// The ledgers and what depends on them.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerHealth {
    /// Facts, then access.
    pub ledgers: Vec<LedgerHead>,
    /// Whether the search index lags behind the ledger; searches are right all the same, and miss the newest.
    pub search_behind: bool,
    /// Whether changes are taken: `open`, `full` (the disk is full, reads only) or `failed`.
    pub mode: LedgerMode,
    /// The last verification that was asked for since the node started.
    pub verification: VerificationView,
}

/// The head of one ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerHead {
    /// `facts` or `access`.
    pub ledger: &'static str,
    /// Entries.
    pub size: u64,
    /// The signed head (C2SP checkpoint); null while it is empty.
    pub checkpoint: Option<String>,
    /// When its last entry was made.
    pub last_entry: Option<Timestamp>,
    /// How long ago that is, in seconds.
    pub age_s: Option<i64>,
}

/// Whether changes are taken.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LedgerMode {
    /// Reads and changes.
    Open,
    /// The disk is full: reads only.
    Full,
    /// The disk failed: the node stops.
    Failed,
}

/// The state of both ledgers, for auditors and administrators.
#[utoipa::path(get, path = "/ledger/health", tag = "accountability", operation_id = "readLedgerHealth",
    responses((status = OK, body = LedgerHealth), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<LedgerHealth>, Problem> {
    accountable(&app, &caller)?;
    let ledgers = app
        .in_thread(|app| Ledger::ALL.into_iter().map(|which| head(app, which)).collect::<Result<Vec<_>, _>>())
        .await?;
    Ok(Json(LedgerHealth {
        ledgers,
        search_behind: app.store.search_is_behind(),
        mode: match app.store.mode() {
            Mode::Open => LedgerMode::Open,
            Mode::Full => LedgerMode::Full,
            Mode::Failed => LedgerMode::Failed,
        },
        verification: app.verification.view(),
    }))
}

fn head(app: &App, which: Ledger) -> Result<LedgerHead, Problem> {
    let last_entry = app.store.last_entry_at(which)?;
    Ok(LedgerHead {
        ledger: which.as_str(),
        size: app.store.ledger_size(which)?,
        checkpoint: app.store.checkpoint(which)?,
        last_entry,
        age_s: last_entry.map(|at| app.now().seconds() - at.seconds()),
    })
}
