//! What of a plan is for anyone: the projection of its public records, with the minutes that its public closures cost.
//!
//! Not here: what the projection leaves out and why (`measures::public`), how residents read it ([`crate::api::public`]).

use measures::public::{PublicPage, PublicRecords, project};
use policy::Permit;
use policy::action;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Standing, joint};
use crate::problem::Problem;
use crate::state::App;

/// What is kept of a publication: all that the page for residents is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// The version of the plan.
    pub version: u32,
    /// What residents read.
    pub page: PublicPage,
    /// Streets with their names, as GeoJSON.
    pub streets: Value,
}

/// What publishing now would put on the page. Waits for the disk.
pub fn publication(
    app: &App,
    permit: &Permit<action::Plan>,
    standing: &Standing,
) -> Result<Publication, Problem> {
    let records = PublicRecords::of(&standing.plan);
    let joint = joint(app, permit, standing)?;
    todo(records, joint)
}
