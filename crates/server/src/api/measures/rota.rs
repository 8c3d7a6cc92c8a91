//! `POST /measures/rota`: a rota for measures that move, drawn so that nobody can predict it.
//!
//! Not here: how it is found and drawn (`measures::solve::rota`).

use axum::extract::State;
use measures::solve::rota::{Rota, RotaError, RotaRequest, draw};
use measures::solve::{Progress, Run, SolveError, Watch};

use super::planner;
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::App;

/// Longest time that one rota takes, in seconds.
const SECONDS_MAX: f64 = 20.0;

/// Draw a rota
///
/// How often each target is covered is best against an attacker who knows these shares; who is where in which shift is drawn
/// anew each time, so that the shares are kept and nothing else can be known. What overrides lose is told shift by shift.
/// Nothing is kept, and nothing of the plan is read.
#[utoipa::path(post, path = "/measures/rota", tag = "measures", operation_id = "drawMeasuresRota",
    request_body = RotaRequest, responses((status = 200, description = "The rota.", body = Rota)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<RotaRequest>,
) -> Result<Json<Rota>, Problem> {
    let _planner = planner(&app, &caller)?;
    let work = move |app: &App| {
        let mut stop = StopsWithTheNode(app);
        let mut run = Run::new(&*app.clock, &mut stop, SECONDS_MAX, 0.0);
        draw(&body, &*app.random, &mut run).map_err(problem)
    };
    app.in_thread(work).await.map(Json)
}

fn problem(error: RotaError) -> Problem {
    match error {
        RotaError::Request { place, what, mend } => Problem::fault(&place, what, mend),
        RotaError::Solve(SolveError::OutOfTime) => {
            let what = format!("take longer than {SECONDS_MAX} seconds");
            Problem::fault("overrides", what, "name fewer targets, or leave more to the draw")
        }
        RotaError::Solve(error) => {
            tracing::error!(%error, "a rota could not be drawn");
            Problem::Internal
        }
    }
}

/// Nobody looks on, but a node that stops does not wait.
struct StopsWithTheNode<'a>(&'a App);

impl Watch for StopsWithTheNode<'_> {
    fn progress(&mut self, _: Progress) {}

    fn cancelled(&mut self) -> bool {
        *self.0.stopping.borrow()
    }
}
