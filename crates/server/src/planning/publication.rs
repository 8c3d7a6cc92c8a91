//! What of a plan is for anyone: the projection of its public records, with the minutes that its public closures cost.
//!
//! Not here: what the projection leaves out and why (`measures::public`), how residents read it ([`crate::api::public`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Timestamp;
use measures::joint::{Area, Effect};
use measures::public::{Minutes, PublicPage, PublicRecords, Published, StreetMinutes, open_routes, project};
use policy::Permit;
use policy::action::{Administer, Plan};

use super::{Standing, area, outlines, travels};
use crate::problem::Problem;
use crate::state::App;

/// The page that a plan gives at an instant. Waits for the disk.
pub fn page(
    app: &App,
    permit: &Permit<Plan>,
    standing: &Standing,
    at: Timestamp,
) -> Result<PublicPage, Problem> {
    let records = PublicRecords::of(&standing.plan);
    let mut minutes = Vec::new();
    let periods = records.periods(at);
    if let Some(area) = area(app, permit)?
        && !periods.is_empty()
    {
        // Travels that are not public would shine through in the minutes.
        let joint = travels(area, &open_routes(&standing.plan))?;
        for period in periods {
            let effect = joint.effect(&period.closures).map_err(|error| {
                Problem::fault("closures", error.to_string(), "mend what the public measures close")
            })?;
            minutes.push(lost(period.from, period.until, &effect));
        }
    }
    Ok(project(&records, &minutes, at))
}

/// Minutes of a stretch of time, by street and neighbourhood; a street in several neighbourhoods is weighed by its homes.
fn lost(from: Timestamp, until: Timestamp, effect: &Effect) -> StreetMinutes {
    let mut streets: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for one in &effect.streets {
        let (minutes, households) = streets.entry(&one.name).or_default();
        *minutes += one.minutes_per_household_per_day * one.households;
        *households += one.households;
    }
    let streets = streets.into_iter().filter(|(_, (_, households))| *households > 0.0);
    let streets = streets.map(|(name, (minutes, households))| Minutes {
        of: name.to_owned(),
        minutes_per_household_per_day: minutes / households,
    });
    let neighbourhoods = effect.neighbourhoods.iter().map(|one| Minutes {
        of: one.id.clone(),
        minutes_per_household_per_day: one.minutes_per_household_per_day,
    });
    StreetMinutes { from, until, streets: streets.collect(), neighbourhoods: neighbourhoods.collect() }
}

/// Publishes the page as it is now, with its places. Waits for the disk.
pub fn publish(
    app: &App,
    permit: &Permit<Plan>,
    runs: &Permit<Administer>,
    standing: &Standing,
) -> Result<(), Problem> {
    let now = app.now();
    let page = page(app, permit, standing, now)?;
    let area: Option<Arc<Area>> = area(app, permit)?;
    let nothing = || serde_json::json!({ "type": "FeatureCollection", "features": [] });
    let (streets, outlines) =
        area.map_or_else(|| (nothing(), nothing()), |area| (area.lines(), outlines(&area)));
    let published = Published::new(page, &streets, &outlines)
        .map_err(|error| Problem::fault("streets", error.to_string(), "bring streets of the area only"))?;
    let content = serde_json::to_vec(&published).map_err(|_| Problem::Internal)?;
    Ok(app.store.measures()?.publish(runs, now, &content)?)
}

/// The page that is published, and since when; none when nothing is. Waits for the disk.
pub fn published(app: &App) -> Result<Option<(Timestamp, Published)>, Problem> {
    let Some(kept) = app.store.measures()?.published()? else { return Ok(None) };
    let published = serde_json::from_slice(&kept.content).map_err(|error| {
        tracing::error!(%error, "what is published cannot be read");
        Problem::Internal
    })?;
    Ok(Some((kept.at, published)))
}
