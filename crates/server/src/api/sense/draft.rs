//! `POST /sense/observations/{observation}/draft`: an observation as the item that can be shared of it.
//!
//! Not here: keeping or sharing it ([`crate::api::drafts`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use base::ids::ObservationId;
use record::Draft;
use sense::bulletin::SensorState;
use serde::Deserialize;
use utoipa::ToSchema;

use super::operator;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::language::Language;
use crate::problem::Problem;
use crate::sensing::Entry;
use crate::sensing::draft::{Needs, draft};
use crate::state::App;

/// How the draft is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SenseDraftWanted)]
pub(super) struct Wanted {
    /// The language of its texts; English when not given.
    #[serde(default)]
    language: Language,
}

/// Draft an item of an observation
///
/// Nothing is kept and nothing is shared: the operator reads it, mends it and shares it as any other item. It is marked
/// for the own organisation until somebody says otherwise.
#[utoipa::path(post, path = "/sense/observations/{observation}/draft", tag = "sensors", operation_id = "draftObservation",
    params(("observation" = ObservationId, Path, description = "The observation.")), request_body = Wanted,
    responses((status = 200, description = "The draft.", body = Draft)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ObservationId>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Draft>, Problem> {
    let permit = Arc::new(operator(&app, &caller)?);
    let (asked, principal) = (permit.clone(), caller.principal.clone());
    let draft = app
        .in_thread(move |app| {
            let kept = app.store.sense()?.observation(&asked, id)?.ok_or(Problem::Absent)?;
            let entry = Entry::read(&kept)?;
            let now = app.now();
            let needs = Needs {
                language: wanted.language,
                directory: &app.store.directory(),
                sensors: &own_sensors(app, asked.organisation())?,
                own: asked.organisation(),
                purposes: &principal.purposes,
                state: entry.state(kept.came, now),
                now,
            };
            Ok(draft(&entry, &needs))
        })
        .await?;
    app.store.record_observed(&permit, caller.purpose.clone(), [id]).await?;
    Ok(Json(draft))
}

fn own_sensors(app: &App, of: &base::ids::OrganisationId) -> Result<BTreeMap<String, SensorState>, Problem> {
    Ok(app.sensing.with_posts(|posts| {
        let own = posts.iter().filter(|((whose, _), _)| whose == of);
        let sensors = own.flat_map(|(_, post)| post.sensors.iter());
        sensors.map(|one| (one.id.clone(), one.clone())).collect()
    })?)
}
