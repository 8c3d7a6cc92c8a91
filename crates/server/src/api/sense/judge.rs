//! `POST` and `DELETE /sense/observations/{observation}/judgements`: what an operator says of an observation.
//!
//! Not here: what posts make of it (`sense`); they learn of it when it can no longer be taken back.

use axum::extract::State;
use base::Timestamp;
use base::ids::{MemberId, ObservationId};
use policy::Permit;
use policy::action::Operate;
use record::Faults;
use sense::Class;
use sense::bulletin::Judged;
use serde::Deserialize;
use store::sense::{KeptJudged, KeptObservation};
use utoipa::ToSchema;

use super::{change, operator};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::sensing::{
    Entry, JUDGEMENTS_MAX, Judgement, NOTE_CHARS_MAX, RejectReason, Shown, State as ObservationState, UNDO_S,
    Verdict, stills_until,
};
use crate::state::App;

/// A judgement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SenseJudge)]
pub(super) struct JudgementBody {
    /// What is said.
    verdict: Verdict,
    /// What it was. Needed for `class`.
    #[serde(default)]
    class: Option<Class>,
    /// Why, for `reject`.
    #[serde(default)]
    reason: Option<RejectReason>,
    /// In words, at most 500 characters.
    #[serde(default)]
    note: Option<String>,
    /// The observation it is a part of. Needed for `merge`.
    #[serde(default)]
    into: Option<ObservationId>,
}

impl JudgementBody {
    fn check(&self, id: ObservationId) -> Result<(), Faults> {
        let mut faults = Faults::default();
        if self.verdict == Verdict::Class && self.class.is_none() {
            faults.add("class", "is missing", "say what it was");
        }
        if self.verdict == Verdict::Merge && self.into.is_none() {
            faults.add("into", "is missing", "name the observation it is a part of");
        }
        if self.verdict != Verdict::Merge && self.into.is_some() {
            faults.add("into", "belongs to merge only", "leave it out");
        }
        if self.into == Some(id) {
            faults.add("into", "is the observation itself", "name another one");
        }
        if self.verdict != Verdict::Reject && self.reason.is_some() {
            faults.add("reason", "belongs to reject only", "leave it out");
        }
        if let Some(note) = &self.note {
            faults.text("note", note, NOTE_CHARS_MAX);
        }
        faults.into_result()
    }
}

/// Judge an observation
///
/// A later judgement takes the place of the one before. The last one can be taken back for 60 seconds; after that, posts
/// learn of it.
#[utoipa::path(post, path = "/sense/observations/{observation}/judgements", tag = "sensors",
    operation_id = "judgeObservation",
    params(("observation" = ObservationId, Path, description = "The observation.")), request_body = JudgementBody,
    responses((status = 200, description = "The observation as it is now.", body = Shown)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ObservationId>,
    Json(body): Json<JudgementBody>,
) -> Result<Json<Shown>, Problem> {
    let permit = operator(&app, &caller)?;
    body.check(id)?;
    let member = caller.principal.member;
    app.in_thread(move |app| judge(app, &permit, id, body, member)).await.map(Json)
}

fn judge(
    app: &App,
    permit: &Permit<Operate>,
    id: ObservationId,
    body: JudgementBody,
    member: MemberId,
) -> Result<Shown, Problem> {
    let now = app.now();
    change(app, permit, id, |kept, entry| {
        if let Some(into) = body.into {
            check_into(app, permit, id, into, now)?;
        }
        if entry.judgements.len() >= JUDGEMENTS_MAX {
            return Err(Problem::Conflict("It was judged too often to be judged again.".into()));
        }
        let JudgementBody { verdict, class, reason, note, into } = body;
        let note = note.filter(|note| !note.trim().is_empty());
        entry.judgements.push(Judgement { verdict, class, reason, note, into, member, at: now });
        follow(app, permit, kept, entry, now)
    })
}

/// An observation is merged into one that stands by itself.
fn check_into(
    app: &App,
    permit: &Permit<Operate>,
    id: ObservationId,
    into: ObservationId,
    now: Timestamp,
) -> Result<(), Problem> {
    let fault = |what: &str, mend: &str| Problem::fault("into", what, mend);
    let kept = app.store.sense()?.observation(permit, into)?;
    let kept = kept.ok_or_else(|| fault("is not an observation here", "choose one of the list"))?;
    let entry = Entry::read(&kept)?;
    let last = entry.judgements.last().and_then(|one| one.into);
    if entry.state(kept.came, now) == ObservationState::Merged {
        let mend =
            if last == Some(id) { "take that back first" } else { "name the one that it is a part of" };
        return Err(fault("is a part of another one itself", mend));
    }
    Ok(())
}

/// What follows from the judgements as they are now: what its post is told, and how long its stills stay.
fn follow(
    app: &App,
    permit: &Permit<Operate>,
    kept: &KeptObservation,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), Problem> {
    let store = app.store.sense()?;
    let state = entry.state(kept.came, now);
    let stills = if state == ObservationState::Confirmed { kept.until } else { stills_until(kept) };
    store.hold_stills(permit, kept.id, stills)?;
    let confirmed = match state {
        ObservationState::Confirmed => true,
        ObservationState::Rejected => false,
        _ => {
            store.take_back_judged(permit, kept.id, now)?;
            return Ok(());
        }
    };
    let at = entry.judgements.last().map_or(now, |one| one.at);
    let due = at.plus_seconds(UNDO_S);
    // What stands again after something else was taken back has been told before.
    if due <= now {
        return Ok(());
    }
    let judged = Judged { observation: kept.id.to_string(), confirmed, class: entry.judged_class(), at };
    let content = serde_json::to_vec(&judged).map_err(|_| Problem::Internal)?;
    let judged = KeptJudged { post: kept.post.clone(), observation: kept.id, due, content };
    Ok(store.keep_judged(permit, &judged, now)?)
}

/// Take the last judgement back
///
/// Within 60 seconds, by the one who made it; afterwards judge anew.
#[utoipa::path(delete, path = "/sense/observations/{observation}/judgements", tag = "sensors",
    operation_id = "takeBackObservationJudgement",
    params(("observation" = ObservationId, Path, description = "The observation.")),
    responses((status = 200, description = "The observation as it is now.", body = Shown)))]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ObservationId>,
) -> Result<Json<Shown>, Problem> {
    let permit = operator(&app, &caller)?;
    let member = caller.principal.member;
    let work = move |app: &App| {
        let now = app.now();
        change(app, &permit, id, |kept, entry| {
            let refused = |why: &str| Problem::Conflict(why.into());
            let last = entry.judgements.last().ok_or_else(|| refused("Nobody has judged it."))?;
            if last.member != member {
                return Err(refused("Somebody else judged it last: judge it anew."));
            }
            if now.millis_since(last.at) >= UNDO_S * 1_000 {
                return Err(refused("It is too long ago: judge it anew."));
            }
            entry.judgements.pop();
            app.store.sense()?.take_back_judged(&permit, id, now)?;
            follow(app, &permit, kept, entry, now)
        })
    };
    app.in_thread(work).await.map(Json)
}
