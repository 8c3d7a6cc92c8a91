//! `GET /policies`: who may do what, for everyone who must agree with it.
//!
//! Not here: what a member may do with one item, which is said with the item.

use std::sync::LazyLock;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::extract::Json;
use crate::state::App;

static MATRIX: LazyLock<String> = LazyLock::new(policy::matrix);

/// The rules by which this node decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct Policies {
    /// SHA-256 over all of them, in hexadecimal: every entry of the ledger names the rules by which it was allowed.
    pub policy_set_hash: String,
    /// Role by action by label, as Markdown with tables; each cell is an answer of the rules themselves.
    pub matrix: String,
    /// Every rule in words.
    pub rules: Vec<PolicyRule>,
}

/// One rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyRule {
    /// Its name.
    #[schema(example = "see-amber")]
    pub id: String,
    /// The file it is in.
    #[schema(example = "see.cedar")]
    pub file: String,
    /// Whether it allows; else it refuses, whatever else allows.
    pub permits: bool,
    /// What it says.
    pub text: String,
}

/// The rules by which this node decides, in words.
#[utoipa::path(get, path = "/policies", tag = "accountability", operation_id = "readPolicies",
    responses((status = OK, body = Policies)))]
pub async fn handle(State(app): State<App>, _caller: Caller) -> Json<Policies> {
    let rules = app.engine.rules().iter().map(|rule| PolicyRule {
        id: rule.id.clone(),
        file: rule.file.to_owned(),
        permits: rule.permits,
        text: rule.text.clone(),
    });
    Json(Policies {
        policy_set_hash: ledger::Hash::from_bytes(app.engine.policy_set_hash()).to_string(),
        matrix: MATRIX.clone(),
        rules: rules.collect(),
    })
}
