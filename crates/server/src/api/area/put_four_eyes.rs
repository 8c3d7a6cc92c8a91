//! `PUT /area/four-eyes`: which items need a second person before they are published, for every organisation.
//!
//! Not here: the approval itself ([`crate::api::drafts`]).

use axum::extract::State;
use record::Faults;
use serde::{Deserialize, Serialize};
use store::DirectoryChange;
use utoipa::ToSchema;

use super::{Rule, change};
use crate::api::organisations::area_permit;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Most rules of one area.
const RULES_MAX: usize = 200;

/// The rules, whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FourEyesRules)]
pub(super) struct RulesBody {
    rules: Vec<Rule>,
}

/// Set the four-eyes rules
///
/// For coordinators of the host, with a fresh sign-in. The rules take the place of all that were there; they hold for
/// what is shared from now on.
#[utoipa::path(
    put,
    path = "/area/four-eyes",
    tag = "administration",
    request_body = RulesBody,
    responses((status = 200, description = "As they are now.", body = RulesBody))
)]
pub(super) async fn put_four_eyes(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<RulesBody>,
) -> Result<Json<RulesBody>, Problem> {
    let permit = area_permit(&app, &caller)?;
    let mut faults = Faults::default();
    if body.rules.len() > RULES_MAX {
        faults.add(
            "rules",
            format!("are more than {RULES_MAX}"),
            "leave a condition open to cover more with one",
        );
    }
    for (index, rule) in body.rules.iter().enumerate() {
        let path = format!("rules[{index}]");
        if !caller.directory.organisations.contains_key(&rule.organisation) {
            let what = format!("{} takes no part in this area", rule.organisation);
            faults.add(&format!("{path}.organisation"), what, "see GET /organisations");
        }
        if body.rules[..index].contains(rule) {
            faults.add(&path, "is there twice", "leave one of them out");
        }
    }
    faults.into_result()?;
    let rules = body.rules.iter().cloned().map(Into::into).collect();
    change(&app, &permit, DirectoryChange::FourEyes { rules }).await?;
    Ok(Json(body))
}
