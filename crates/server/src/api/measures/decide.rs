//! `POST /measures/decisions`, `POST /measures/decisions/{decision}/draft`: writes down which option an authority took, and drafts
//! the item that tells of it.
//!
//! Not here: sharing the item ([`crate::api::drafts`]), publishing to residents ([`super::publication`]).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use record::Draft;
use serde::{Deserialize, Serialize};
use store::measures::KeptPlan;
use utoipa::ToSchema;

use super::planner;
use crate::api::items::amend::if_match;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::language::Language;
use crate::planning;
use crate::planning::decision::{self, DecisionBody, Needs, SEEN_MAX, decide};
use crate::planning::options::{OptionShown, option};
use crate::problem::Problem;
use crate::state::App;

/// A decision as it was written down.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasuresDecided)]
pub(super) struct Decided {
    /// The version of the plan that holds it.
    version: u32,
    /// Its id in the plan.
    decision: String,
    /// The id of its posture in the plan.
    posture: String,
}

/// How the draft is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresDraftWanted)]
pub(super) struct Wanted {
    /// The language of its texts; English when not given.
    #[serde(default)]
    language: Language,
}

/// Write down a decision
///
/// The posture of a level of an option enters the plan, with its end, the options that were seen and what was predicted for
/// residents.
#[utoipa::path(post, path = "/measures/decisions", tag = "measures", operation_id = "decideMeasures",
    params(("If-Match" = String, Header, description = "ETag of the plan that it is written into")),
    request_body = DecisionBody,
    responses((status = 201, description = "It is in the plan.", body = Decided)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<DecisionBody>,
) -> Result<(StatusCode, Json<Decided>), Problem> {
    let permit = planner(&app, &caller)?;
    let expected = if_match(&headers)?;
    if body.seen.len() > SEEN_MAX {
        return Err(Problem::fault("seen", "is too long", format!("name at most {SEEN_MAX} options")));
    }
    let work = move |app: &App| {
        let planning::Standing { kept, mut plan } = planning::plan(app, &permit, None)?;
        if kept.version != expected {
            return Err(Problem::Stale { version: kept.version });
        }
        let taken = option(app, &permit, body.option)?;
        let seen: Result<Vec<OptionShown>, Problem> =
            body.seen.iter().map(|one| option(app, &permit, one.option)).collect();
        let token = hex::encode(base::random::bytes::<6>(&*app.random));
        let now = app.now();
        let decision = decide(&mut plan, &body, &taken, &seen?, now, &token)?;
        plan.validate()?;
        let content = serde_json::to_vec(&plan).map_err(|_| Problem::Internal)?;
        let version = kept.version.saturating_add(1);
        let next = KeptPlan { version, at: now, member: permit.member(), content };
        app.store.measures()?.keep_plan(&permit, &next)?;
        Ok(Decided { version, decision: decision.id, posture: decision.posture })
    };
    let decided = app.in_thread(work).await?;
    Ok((StatusCode::CREATED, Json(decided)))
}

/// Draft an item of a decision
///
/// Nothing is kept and nothing is shared: a coordinator reads it, mends it and shares it as any other item. It is marked for
/// the own organisation until somebody says otherwise.
#[utoipa::path(post, path = "/measures/decisions/{decision}/draft", tag = "measures", operation_id = "draftMeasuresDecision",
    params(("decision" = String, Path, description = "The decision, by its id in the plan.")), request_body = Wanted,
    responses((status = 200, description = "The draft.", body = Draft)))]
pub(super) async fn draft(
    State(app): State<App>,
    caller: Caller,
    Path(decision): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Draft>, Problem> {
    let permit = planner(&app, &caller)?;
    let (purposes, purpose) = (caller.principal.purposes, caller.purpose);
    let work = move |app: &App| {
        let standing = planning::plan(app, &permit, None)?;
        let needs = Needs {
            language: wanted.language,
            directory: &app.store.directory(),
            own: permit.organisation(),
            purposes: &purposes,
        };
        let draft = decision::draft(&standing.plan, &decision, &needs)?;
        Ok((draft, permit))
    };
    let (draft, permit) = app.in_thread(work).await?;
    app.store.record_planned(&permit, purpose).await?;
    Ok(Json(draft))
}
