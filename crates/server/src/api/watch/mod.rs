//! Web monitoring: sources, profiles, signals, stories, learning. For the analysts of an organisation, about their own
//! organisation only; for everyone else there is no such thing. One endpoint, one file.
//!
//! Not here: what a signal is made of (`webwatch`), sharing it as an item ([`super::items`]).

mod case_stories;
mod cases;
mod documents;
mod events;
mod judge;
mod learning;
mod mutes;
mod opml;
mod profiles;
mod put_profile;
mod put_source;
mod replays;
mod settings;
mod show_case;
mod show_signal;
mod show_source;
mod signals;
mod sources;
mod stories;
mod why;

use std::sync::{Arc, Mutex};

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use base::ids::PurposeId;
use policy::Permit;
use policy::action::Watch;
use record::Faults;
use store::watch::{Watched, WatchedKind};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::App;
use crate::watch::{Desk, lock};

/// Longest id of a source, profile or event, in characters.
const ID_CHARS_MAX: usize = 64;
/// Longest name for people, in characters.
const NAME_CHARS_MAX: usize = 120;
/// Largest list of sources that can be read in, in bytes.
const OPML_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The routes of this folder.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sources::handle))
        .routes(routes!(show_source::handle, put_source::handle, put_source::remove))
        .routes(routes!(show_source::look))
        .routes(routes!(show_source::raw))
        .routes(routes!(documents::forward))
        .routes(routes!(opml::export, opml::import))
        .layer(DefaultBodyLimit::max(OPML_BYTES_MAX))
        .routes(routes!(profiles::handle))
        .routes(routes!(put_profile::handle, put_profile::remove))
        .routes(routes!(events::list))
        .routes(routes!(events::put, events::remove))
        .routes(routes!(signals::handle))
        .routes(routes!(show_signal::handle))
        .routes(routes!(judge::handle, judge::take_back))
        .routes(routes!(show_signal::shared))
        .routes(routes!(stories::list))
        .routes(routes!(stories::show))
        .routes(routes!(why::handle))
        .routes(routes!(learning::show))
        .routes(routes!(learning::refit, learning::choose))
        .routes(routes!(mutes::list, mutes::put, mutes::remove))
        .routes(routes!(cases::list, cases::open))
        .routes(routes!(show_case::show, show_case::change, show_case::close))
        .routes(routes!(case_stories::hold, case_stories::let_go))
        .routes(routes!(replays::list, replays::begin))
        .routes(routes!(replays::show, replays::end))
        .routes(routes!(settings::show, settings::put))
}

/// Whether the caller works with web monitoring of its organisation; for others there is no such thing.
fn permit(app: &App, caller: &Caller) -> Result<Permit<Watch>, Problem> {
    let own = &caller.principal.organisation;
    app.engine.permit_organisation(&caller.principal, own).map_err(|_| Problem::Absent)
}

/// Works at the desk of the permit's organisation, in a thread of its own.
async fn at_desk<T: Send + 'static>(
    app: &App,
    permit: &Permit<Watch>,
    work: impl FnOnce(&mut Desk) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let of = permit.organisation().clone();
    app.in_thread(move |app| {
        let desk: Arc<Mutex<Desk>> = app.watching.desk(&of, app.now())?;
        let mut desk = lock(&desk);
        work(&mut desk)
    })
    .await
}

/// Writes changes of what is watched, then has the desk read them.
async fn change(app: &App, permit: &Permit<Watch>, changes: Vec<Watched>) -> Result<(), Problem> {
    app.store.change_watched(permit, changes)?.ready().await?;
    at_desk(app, permit, |desk| Ok(desk.reread()?)).await
}

/// Something that is watched as it is from now on.
fn watched(
    permit: &Permit<Watch>,
    kind: WatchedKind,
    id: &str,
    content: &impl serde::Serialize,
) -> Result<Watched, Problem> {
    let content = serde_json::to_value(content).map_err(|_| Problem::Internal)?;
    Ok(Watched { organisation: permit.organisation().clone(), kind, id: id.into(), content: Some(content) })
}

/// Removes something that is watched; what is not there is absent.
async fn remove(
    app: &App,
    permit: &Permit<Watch>,
    kind: WatchedKind,
    id: &str,
    is_there: impl FnOnce(&Desk) -> bool + Send + 'static,
) -> Result<StatusCode, Problem> {
    if !at_desk(app, permit, |desk| Ok(is_there(desk))).await? {
        return Err(Problem::Absent);
    }
    let (organisation, id) = (permit.organisation().clone(), id.to_owned());
    change(app, permit, vec![Watched { organisation, kind, id, content: None }]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A name for people, and a purpose that the caller holds.
fn check_named(faults: &mut Faults, caller: &Caller, name: &str, purpose: &PurposeId) {
    if !(1..=NAME_CHARS_MAX).contains(&name.trim().chars().count()) {
        faults.add("name", "is empty or too long", format!("use 1 to {NAME_CHARS_MAX} characters"));
    }
    if !caller.principal.purposes.contains(purpose) {
        faults.add("purpose", "is not a purpose you hold", "choose one of your purposes");
    }
}

/// Whether a text can be an id: lower-case letters, digits and hyphens.
fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(plain)
}

fn check_id(id: &str) -> Result<(), Problem> {
    let mend = format!("use at most {ID_CHARS_MAX} lower-case letters, digits and hyphens");
    if is_id(id) { Ok(()) } else { Err(Problem::fault("id", "cannot be an id", mend)) }
}
