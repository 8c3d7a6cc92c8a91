//! Searches for postures: one at a time on a node, in a thread of their own; they tell how far they are, can be ended, and
//! leave an option behind.
//!
//! Not here: the search itself (`measures::solve`), options ([`super::options`]).

use base::Timestamp;
use base::ids::OrganisationId;
use measures::joint::Joint;
use measures::solve::{NoStreets, Progress, Request, SolveError, Watch, solve};
use policy::Permit;
use policy::action::Plan;
use serde::Serialize;
use utoipa::ToSchema;

use super::options::{OptionContent, OptionHead};
use super::{Standing, area, plan, travels};
use crate::jobs::{Job, Jobs};
use crate::problem::Problem;
use crate::state::App;

/// Searches of an organisation that are remembered, the latest.
const KEPT_MAX: usize = 10;

/// Where a search is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MeasuresSearchState)]
pub enum SearchState {
    /// Another one goes first.
    Waiting,
    /// It is under way.
    Running,
    /// It is done, and its option is kept.
    Done,
    /// It could not be done; why is told.
    Failed,
}

/// A search as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = MeasuresSearch)]
pub struct SearchShown {
    /// Its id.
    pub id: String,
    /// The name of the option that it makes.
    pub name: String,
    /// The version of the plan that it is about.
    pub version: u32,
    /// When it was asked.
    pub made: Timestamp,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// Where it is.
    pub state: SearchState,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The option that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<u64>,
    /// Why it could not be done; in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The searches of a node.
pub type Searches = Jobs<SearchShown>;

impl Job for SearchShown {
    const KEPT_MAX: usize = KEPT_MAX;

    fn id(&self) -> &str {
        &self.id
    }

    fn made(&self) -> Timestamp {
        self.made
    }

    fn is_under_way(&self) -> bool {
        matches!(self.state, SearchState::Waiting | SearchState::Running)
    }
}

/// Begins a search, which goes on by itself. `None` while the organisation has one under way. Waits for the disk.
pub fn begin(
    app: &App,
    permit: Permit<Plan>,
    name: String,
    request: Request,
) -> Result<Option<SearchShown>, Problem> {
    let standing = plan(app, &permit, None)?;
    let joint = area(app, &permit)?.map(|area| travels(area, &standing.plan)).transpose()?;
    let shown = SearchShown {
        id: hex::encode(base::random::bytes::<8>(&*app.random)),
        name,
        version: standing.kept.version,
        made: app.now(),
        ended: None,
        state: SearchState::Waiting,
        progress: None,
        option: None,
        why: None,
    };
    let of = permit.organisation().clone();
    if !app.planning.searches.add(&of, shown.clone()) {
        return Ok(None);
    }
    let (app, one) = (app.clone(), shown.clone());
    tokio::spawn(async move {
        let searches = &app.planning.searches;
        let Some(_turn) = searches.hold_turn().await else { return };
        if !searches.change(&of, &one.id, |shown| shown.state = SearchState::Running) {
            return;
        }
        let (name, id) = (one.name.clone(), one.id.clone());
        let found = app.in_thread(move |app| run(app, &permit, (id, name), &standing, joint, request)).await;
        let ended = Some(app.now());
        searches.change(&of, &one.id, |shown| match found {
            Ok(Ok(number)) => {
                (shown.state, shown.option, shown.ended) = (SearchState::Done, Some(number), ended);
            }
            Ok(Err(why)) => {
                (shown.state, shown.why, shown.ended) = (SearchState::Failed, Some(why.to_string()), ended);
            }
            Err(error) => {
                tracing::error!(?error, "a search could not be done");
                (shown.state, shown.ended) = (SearchState::Failed, ended);
            }
        });
    });
    Ok(Some(shown))
}

/// Looks on for whoever asked: notes how far it is, and stops when it was ended or the node stops.
struct Looking<'a> {
    app: &'a App,
    of: &'a OrganisationId,
    id: &'a str,
}

impl Watch for Looking<'_> {
    fn progress(&mut self, progress: Progress) {
        self.app.planning.searches.change(self.of, self.id, |shown| shown.progress = Some(progress));
    }

    fn cancelled(&mut self) -> bool {
        *self.app.stopping.borrow() || !self.app.planning.searches.change(self.of, self.id, |_| ())
    }
}

/// Searches to the end and keeps what came of it. Gives the number of the option.
fn run(
    app: &App,
    permit: &Permit<Plan>,
    (id, name): (String, String),
    standing: &Standing,
    joint: Option<Joint>,
    request: Request,
) -> Result<Result<u64, SolveError>, Problem> {
    let mut looking = Looking { app, of: permit.organisation(), id: &id };
    let (clock, plan) = (&*app.clock, &standing.plan);
    let (outcome, streets) = match joint {
        Some(mut joint) => (solve(plan, &request, &mut joint, clock, &mut looking), Some(joint)),
        None => (solve(plan, &request, &mut NoStreets, clock, &mut looking), None),
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return Ok(Err(error)),
    };
    let head = OptionHead::new(name, standing.kept.version, &request, &outcome);
    let content = OptionContent::new(request, outcome, plan, streets.as_ref())?;
    Ok(Ok(app.store.measures()?.keep_option(permit, app.now(), &head.write()?, &content.write()?)?))
}
