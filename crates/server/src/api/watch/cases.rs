//! `GET` and `POST /watch/cases`: what is held longer, why and until when. Each change of a case is an entry of the ledger.
//!
//! Not here: one case ([`super::show_case`]) and the stories in it ([`super::case_stories`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use base::ids::PurposeId;
use policy::Permit;
use policy::action::Watch;
use record::Faults;
use serde::{Deserialize, Serialize};
use store::Directory;
use store::watch::{CASE_DAYS_MAX, CASE_DOCUMENTS_MAX, CASES_MAX, Case, CaseStory, Watched, WatchedKind};
use utoipa::ToSchema;

use super::{ID_CHARS_MAX, at_desk, check_named, permit, watched};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;
use crate::watch::CaseHeld;

/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;
const MS_PER_DAY: i64 = 86_400_000;

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchCase)]
pub(super) struct CaseView {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// For which of the area's purposes.
    purpose: PurposeId,
    /// Why it is held longer.
    reason: String,
    /// When it was opened.
    made: Timestamp,
    /// When it ends; what only it holds is destroyed then.
    until: Timestamp,
    /// The latest end it may have.
    until_max: Timestamp,
    /// Who opened it, by name.
    by: String,
    /// Stories that it holds.
    stories: u32,
    /// Documents that it holds.
    documents: u32,
    /// Documents that are kept nowhere else any more.
    only_here: u32,
    /// Whether there is no room for another document.
    full: bool,
}

impl CaseView {
    pub(super) fn new((case, holding): CaseHeld, directory: &Directory) -> Self {
        Self {
            by: directory.member_name(case.member).to_owned(),
            until_max: latest(case.made),
            id: case.id,
            name: case.name,
            purpose: case.purpose,
            reason: case.reason,
            made: case.made,
            until: case.until,
            stories: holding.stories,
            documents: holding.documents,
            only_here: holding.only_here,
            full: holding.documents as usize >= CASE_DOCUMENTS_MAX,
        }
    }
}

/// The cases of an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchCases)]
pub(super) struct Cases {
    items: Vec<CaseView>,
}

/// What is held longer
#[utoipa::path(get, path = "/watch/cases", tag = "web monitoring", operation_id = "listCases",
    responses((status = 200, description = "The cases that have not ended, the latest first.", body = Cases)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Cases>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let found = at_desk(&app, &permit, move |desk| Ok(desk.cases(now)?)).await?;
    let items = found.into_iter().map(|one| CaseView::new(one, &caller.directory)).collect();
    Ok(Json(Cases { items }))
}

/// A case, as an analyst states it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchCaseBody)]
pub(super) struct CaseBody {
    /// What it is called.
    #[schema(example = "Blocked gate")]
    pub(super) name: String,
    /// For which of the area's purposes.
    pub(super) purpose: PurposeId,
    /// Why it is held longer.
    pub(super) reason: String,
    /// When it ends: at most 366 days after it was opened.
    pub(super) until: Timestamp,
}

/// A case and the first story in it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchNewCase)]
pub(super) struct NewCase {
    /// What it is called.
    #[schema(example = "Blocked gate")]
    name: String,
    /// For which of the area's purposes.
    purpose: PurposeId,
    /// Why it is held longer.
    reason: String,
    /// When it ends: at most 366 days from now.
    until: Timestamp,
    /// The story of which something is held.
    story: String,
}

/// Open a case
///
/// It holds a story with its documents, and what comes to that story, until its end.
#[utoipa::path(post, path = "/watch/cases", tag = "web monitoring", operation_id = "openCase", request_body = NewCase,
    responses((status = 201, description = "The case.", body = CaseView)))]
pub(super) async fn open(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewCase>,
) -> Result<(StatusCode, Json<CaseView>), Problem> {
    let permit = permit(&app, &caller)?;
    let (now, member) = (app.now(), caller.principal.member);
    let NewCase { name, purpose, reason, until, story } = body;
    let body = CaseBody { name, purpose, reason, until };
    check(&caller, &body, now, now)?;
    let case = Case {
        id: hex::encode(base::random::bytes::<8>(&*app.random)),
        organisation: permit.organisation().clone(),
        name: body.name.trim().into(),
        purpose: body.purpose,
        reason: body.reason.trim().into(),
        made: now,
        until: body.until,
        member,
    };
    let story = CaseStory { story, added: now, member, taken_back: 0 };
    let asked = story.story.clone();
    at_desk(&app, &permit, move |desk| {
        if asked.len() > ID_CHARS_MAX || !desk.can_hold(&asked, now)? {
            return Err(Problem::fault("story", "is not there", "name a story of which documents are kept"));
        }
        if desk.cases(now)?.len() >= CASES_MAX {
            return Err(Problem::Conflict(format!(
                "An organisation has at most {CASES_MAX} cases: close some."
            )));
        }
        Ok(())
    })
    .await?;
    // Who holds what longer, why and until when is in the ledger before anything is held.
    let mut changes = vec![entry(&permit, &case)?];
    changes.extend(ended(&app, &permit, now).await?);
    app.store.change_watched(&permit, changes)?.ready().await?;
    let (id, made) = (case.id.clone(), case);
    let held = at_desk(&app, &permit, move |desk| {
        desk.put_case(&made)?;
        if !desk.hold(&made.id, &story)? {
            desk.close_case(&made.id)?;
            return Err(Problem::Conflict("The story is gone meanwhile.".into()));
        }
        desk.case(&id, now)?.ok_or(Problem::Absent)
    })
    .await?;
    Ok((StatusCode::CREATED, Json(CaseView::new(held, &caller.directory))))
}

/// Takes cases off the list of what is watched that ended by themselves.
async fn ended(app: &App, permit: &Permit<Watch>, now: Timestamp) -> Result<Vec<Watched>, Problem> {
    let of = permit.organisation().clone();
    let known = app.in_thread(move |app| Ok(app.store.watched(&of, WatchedKind::Case)?)).await?;
    let until = |one: &Watched| one.content.as_ref()?.get("until")?.as_str()?.parse::<Timestamp>().ok();
    let is_past = |one: &Watched| until(one).is_some_and(|until| until <= now);
    Ok(known.into_iter().filter(is_past).map(|one| Watched { content: None, ..one }).collect())
}

/// What the ledger keeps of a case: not what it holds.
pub(super) fn entry(permit: &Permit<Watch>, case: &Case) -> Result<Watched, Problem> {
    let content = serde_json::json!({
        "name": case.name, "purpose": case.purpose, "reason": case.reason, "until": case.until,
    });
    watched(permit, WatchedKind::Case, &case.id, &content)
}

pub(super) fn check(
    caller: &Caller,
    body: &CaseBody,
    made: Timestamp,
    now: Timestamp,
) -> Result<(), Problem> {
    let mut faults = Faults::default();
    check_named(&mut faults, caller, &body.name, &body.purpose);
    if !(1..=REASON_CHARS_MAX).contains(&body.reason.trim().chars().count()) {
        let mend = format!("say why it is held in 1 to {REASON_CHARS_MAX} characters");
        faults.add("reason", "is empty or too long", mend);
    }
    if body.until <= now || body.until > latest(made) {
        let mend = format!("choose a time from now to {CASE_DAYS_MAX} days after the case was opened");
        faults.add("until", "is out of range", mend);
    }
    Ok(faults.into_result()?)
}

/// The latest end of a case that was opened at a time.
fn latest(made: Timestamp) -> Timestamp {
    made.plus_millis(CASE_DAYS_MAX * MS_PER_DAY)
}
