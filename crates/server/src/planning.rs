//! Measures on a node: the plan of an organisation, the streets it is about, searches and what they found.
//!
//! Not here: the model, the search and the streets themselves (`measures`), the HTTP side ([`crate::api::measures`]).

pub mod decision;
pub mod options;
pub mod publication;
pub mod searches;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::Timestamp;
use base::ids::OrganisationId;
use measures::joint::{Area, Joint};
use measures::model::Plan;
use policy::{Permit, action};
use store::measures::{Ground, KeptPlan};

use crate::problem::Problem;
use crate::state::App;

/// Organisations whose streets stay in memory; more are read again.
const AREAS_MAX: usize = 4;

/// What of measures lives in memory.
#[derive(Default)]
pub struct Planning {
    /// Searches under way and done.
    pub searches: searches::Searches,
    areas: Mutex<BTreeMap<OrganisationId, KnownArea>>,
    published: Mutex<Option<publication::Known>>,
}

/// Streets as they were read last, and the travels of the plan they were asked for last.
#[derive(Clone)]
struct KnownArea {
    since: (Timestamp, Timestamp),
    area: Arc<Area>,
    joint: Option<(u32, Arc<Joint>)>,
}

/// A plan as it stands.
pub struct Standing {
    /// As it is kept.
    pub kept: KeptPlan,
    /// As it reads.
    pub plan: Plan,
}

/// A version of the own plan, the latest when none is named. Waits for the disk.
pub fn plan(app: &App, permit: &Permit<action::Plan>, version: Option<u32>) -> Result<Standing, Problem> {
    let kept = app.store.measures()?.plan(permit, version)?.ok_or(Problem::Absent)?;
    let plan = serde_json::from_slice(&kept.content).map_err(|error| {
        tracing::error!(%error, "a kept plan cannot be read");
        Problem::Internal
    })?;
    Ok(Standing { kept, plan })
}

/// The streets that the own plan is about; none when nobody has brought any. Waits for the disk.
pub fn area(app: &App, permit: &Permit<action::Plan>) -> Result<Option<Arc<Area>>, Problem> {
    Ok(known(app, permit)?.map(|known| known.area))
}

/// The streets with the travels of a plan; none when there are no streets. Waits for the disk.
pub fn joint(
    app: &App,
    permit: &Permit<action::Plan>,
    standing: &Standing,
) -> Result<Option<Arc<Joint>>, Problem> {
    let Some(known) = known(app, permit)? else { return Ok(None) };
    let version = standing.kept.version;
    if let Some((of, joint)) = &known.joint
        && *of == version
    {
        return Ok(Some(joint.clone()));
    }
    let joint = Arc::new(travels(known.area.clone(), &standing.plan)?);
    let mut areas = app.planning.areas.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(entry) = areas.get_mut(permit.organisation()) {
        entry.joint = Some((version, joint.clone()));
    }
    Ok(Some(joint))
}

/// Streets with the travels of a plan, with nothing remembered yet.
pub fn travels(area: Arc<Area>, plan: &Plan) -> Result<Joint, Problem> {
    Joint::new(area, plan).map_err(|error| {
        let mend = "mend the plan's travels and destinations, or bring other streets";
        Problem::fault("travels", error.to_string(), mend)
    })
}

/// Reads streets as they would be kept, so that what is wrong with them is told before.
pub fn read_area(streets: &[u8], neighbourhoods: &[u8]) -> Result<Area, Problem> {
    Area::new(streets, neighbourhoods)
        .map_err(|error| Problem::fault("", error.to_string(), "mend the file and bring it again"))
}

fn known(app: &App, permit: &Permit<action::Plan>) -> Result<Option<KnownArea>, Problem> {
    let (store, of) = (app.store.measures()?, permit.organisation());
    let since =
        (store.ground_since(permit, Ground::Streets)?, store.ground_since(permit, Ground::Neighbourhoods)?);
    let (Some(streets_since), Some(neighbourhoods_since)) = since else { return Ok(None) };
    let since = (streets_since, neighbourhoods_since);
    let held = app.planning.areas.lock().unwrap_or_else(PoisonError::into_inner).get(of).cloned();
    if let Some(held) = held.filter(|one| one.since == since) {
        return Ok(Some(held));
    }
    let (streets, neighbourhoods) =
        (store.ground(permit, Ground::Streets)?, store.ground(permit, Ground::Neighbourhoods)?);
    let (Some((_, streets)), Some((_, neighbourhoods))) = (streets, neighbourhoods) else { return Ok(None) };
    let area = Arc::new(read_area(&streets, &neighbourhoods)?);
    let known = KnownArea { since, area, joint: None };
    let mut areas = app.planning.areas.lock().unwrap_or_else(PoisonError::into_inner);
    if areas.len() >= AREAS_MAX {
        areas.clear();
    }
    areas.insert(of.clone(), known.clone());
    Ok(Some(known))
}
