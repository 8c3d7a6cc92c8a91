//! `POST /ledger/verification` and `GET` of the same: both ledgers from the first entry to the last, with progress.
//!
//! Not here: what is verified (store). One at a time, at most one a minute.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::{LedgerReport, VerifyReport};
use utoipa::ToSchema;

use super::accountable;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Shortest time from the beginning of one to that of the next, in seconds.
const EVERY_S: i64 = 60;

/// The verification of this node: none, the one that runs, or the last.
#[derive(Debug, Default)]
pub struct Verification(Mutex<VerificationView>);

/// Where a verification is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationState {
    /// None was asked for since the node started.
    #[default]
    None,
    /// It goes on.
    Running,
    /// It is done; the report says what it found.
    Done,
    /// It could not be done.
    Failed,
}

/// A verification.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = Verification)]
pub struct VerificationView {
    /// Where it is.
    pub state: VerificationState,
    /// When it began.
    pub began: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Entries verified.
    pub done: u64,
    /// Of how many.
    pub total: u64,
    /// What it found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<VerificationReport>,
}

/// What a verification found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerificationReport {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Facts, then access.
    pub ledgers: Vec<VerifiedLedger>,
    /// Faults of what belongs to no ledger, in English.
    pub faults: Vec<String>,
}

/// What was found of one ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerifiedLedger {
    /// `facts` or `access`.
    pub ledger: &'static str,
    /// Entries in order.
    pub entries: u64,
    /// Of them, entries whose content has been destroyed as it should be.
    pub emptied: u64,
    /// The root over all of them, in base64, when all are in order.
    pub root: Option<String>,
    /// The first fault: its entry, when it is one's, and what is wrong, in English.
    pub fault: Option<VerificationFault>,
}

/// A fault.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerificationFault {
    /// The entry.
    pub entry: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl Verification {
    fn lock(&self) -> std::sync::MutexGuard<'_, VerificationView> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As it is now.
    pub fn view(&self) -> VerificationView {
        self.lock().clone()
    }

    fn begin(&self, now: Timestamp) -> Result<VerificationView, Problem> {
        let mut view = self.lock();
        if view.state == VerificationState::Running {
            return Err(Problem::Conflict("A verification goes on already.".into()));
        }
        let since = view.began.map(|began| now.seconds() - began.seconds());
        if let Some(since) = since.filter(|since| (0..EVERY_S).contains(since)) {
            return Err(Problem::TooMany { retry_after_s: (EVERY_S - since).unsigned_abs() });
        }
        *view = VerificationView {
            state: VerificationState::Running,
            began: Some(now),
            ..VerificationView::default()
        };
        Ok(view.clone())
    }

    fn progress(&self, done: u64, total: u64) {
        let mut view = self.lock();
        (view.done, view.total) = (done, total);
    }

    fn end(&self, now: Timestamp, report: Option<VerificationReport>) {
        let mut view = self.lock();
        view.state = if report.is_some() { VerificationState::Done } else { VerificationState::Failed };
        (view.ended, view.report) = (Some(now), report);
    }
}

/// Begins to verify both ledgers, for auditors and administrators. One at a time, at most one a minute.
#[utoipa::path(post, path = "/ledger/verification", tag = "accountability", operation_id = "beginVerification",
    request_body(content = Value, description = "An empty object."),
    responses((status = ACCEPTED, body = VerificationView), (status = NOT_FOUND, body = ProblemDocument),
        (status = CONFLICT, body = ProblemDocument), (status = TOO_MANY_REQUESTS, body = ProblemDocument)))]
pub async fn begin(
    State(app): State<App>,
    caller: Caller,
    Json(_body): Json<Value>,
) -> Result<(StatusCode, Json<VerificationView>), Problem> {
    accountable(&app, &caller)?;
    let view = app.verification.begin(app.now())?;
    let verification: Arc<Verification> = app.verification.clone();
    // Goes on when the caller has gone: whoever asks next sees what it found.
    tokio::task::spawn_blocking(move || {
        let found = app.store.verify(&mut |done, total| verification.progress(done, total));
        if let Err(error) = &found {
            tracing::error!(%error, "the ledgers could not be verified");
        }
        verification.end(app.now(), found.ok().as_ref().map(report));
    });
    Ok((StatusCode::ACCEPTED, Json(view)))
}

/// The verification that goes on, or the last one.
#[utoipa::path(get, path = "/ledger/verification", tag = "accountability", operation_id = "readVerification",
    responses((status = OK, body = VerificationView), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn show(State(app): State<App>, caller: Caller) -> Result<Json<VerificationView>, Problem> {
    accountable(&app, &caller)?;
    Ok(Json(app.verification.view()))
}

fn report(found: &VerifyReport) -> VerificationReport {
    let ledger = |name: &'static str, one: &LedgerReport| VerifiedLedger {
        ledger: name,
        entries: one.entries,
        emptied: one.emptied,
        root: one.root.as_ref().map(ledger::Hash::to_base64),
        fault: one
            .fault
            .as_ref()
            .map(|fault| VerificationFault { entry: fault.entry, what: fault.what.clone() }),
    };
    VerificationReport {
        sound: found.is_sound(),
        ledgers: vec![ledger("facts", &found.facts), ledger("access", &found.access)],
        faults: found.faults.clone(),
    }
}
