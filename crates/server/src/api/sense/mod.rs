//! Eye and Ear: bulletins of posts, and observations, sensors and settings for the operators of an organisation, about
//! their own organisation only; for everyone else there is no such thing. What anyone may know of a sensor is in the
//! register. One endpoint, one file.
//!
//! Not here: how observations come about (`sense`), sharing one as an item ([`super::items`]).

mod bulletins;
mod draft;
mod item;
mod judge;
mod look;
mod observations;
mod public_sensors;
mod rates;
mod register;
mod replays;
mod sensors;
mod settings;
mod show_observation;
mod stills;

use axum::extract::DefaultBodyLimit;
use base::ids::ObservationId;
use policy::action::Operate;
use policy::{MemberKind, Permit};
use store::sense::KeptObservation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::sensing::{Changed, Entry, Shown};
use crate::state::App;

/// The routes of this folder. Stills have a body limit of their own.
pub fn router() -> OpenApiRouter<App> {
    let stills = OpenApiRouter::new()
        .routes(routes!(stills::put, stills::show))
        .layer(DefaultBodyLimit::max(sense::limits::STILL_BYTES_MAX));
    OpenApiRouter::new()
        .routes(routes!(bulletins::handle))
        .routes(routes!(observations::handle))
        .routes(routes!(show_observation::handle))
        .routes(routes!(judge::handle, judge::take_back))
        .routes(routes!(draft::handle))
        .routes(routes!(item::handle))
        .routes(routes!(sensors::handle))
        .routes(routes!(look::handle))
        .routes(routes!(settings::show, settings::put))
        .routes(routes!(rates::handle))
        .routes(routes!(replays::handle))
        .routes(routes!(register::handle))
        .routes(routes!(register::csv))
        .routes(routes!(public_sensors::handle))
        .merge(stills)
}

/// Whether the caller is an operator of its organisation; for others there is no such thing. A service that posts
/// bulletins is none: what hangs in the street can bring, and not read.
fn operator(app: &App, caller: &Caller) -> Result<Permit<Operate>, Problem> {
    permit(app, caller, MemberKind::Person)
}

/// Whether the caller is a service that posts what the sensors of its organisation bring.
fn post(app: &App, caller: &Caller) -> Result<Permit<Operate>, Problem> {
    permit(app, caller, MemberKind::Service)
}

fn permit(app: &App, caller: &Caller, kind: MemberKind) -> Result<Permit<Operate>, Problem> {
    let own = &caller.principal.organisation;
    let permit = app.engine.permit_organisation(&caller.principal, own).map_err(|_| Problem::Absent)?;
    if caller.principal.kind == kind { Ok(permit) } else { Err(Problem::Absent) }
}

/// Shows observations: once it is on record that they were consulted.
async fn consult(
    app: &App,
    caller: &Caller,
    permit: &Permit<Operate>,
    shown: &[Shown],
) -> Result<(), Problem> {
    let ids = shown.iter().filter_map(|one| one.observation.id.parse().ok());
    Ok(app.store.record_observed(permit, caller.purpose.clone(), ids).await?)
}

/// Changes what is kept of an observation and shows it. Nobody else changes it meanwhile. Waits for the disk.
fn change(
    app: &App,
    permit: &Permit<Operate>,
    id: ObservationId,
    work: impl FnOnce(&KeptObservation, &mut Entry) -> Result<(), Problem>,
) -> Result<Shown, Problem> {
    let _writing = app.sensing.writing();
    let store = app.store.sense()?;
    let kept = store.observation(permit, id)?.ok_or(Problem::Absent)?;
    let mut entry = Entry::read(&kept)?;
    work(&kept, &mut entry)?;
    store.keep_observations(permit, &[entry.write(&kept)?])?;
    app.sensing.tell(permit.organisation(), Changed::Observation(id));
    Ok(entry.shown(&kept, app.now()))
}
