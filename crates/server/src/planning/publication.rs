//! What of a plan is for anyone: the projection of its public records, with the minutes that its public closures cost.
//!
//! Not here: what the projection leaves out and why (`measures::public`), how residents read it ([`crate::api::public`]).

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use base::Timestamp;
use measures::joint::{Area, Effect, Joint};
use measures::public::{Minutes, PublicPage, PublicRecords, Published, StreetMinutes, open_routes, project};
use policy::Permit;
use policy::action::{Administer, Plan};

use super::{Standing, area, travels};
use crate::problem::Problem;
use crate::state::App;

/// What is published, as it was read last; none when nothing is.
pub type Known = Option<(Timestamp, Arc<Published>)>;

/// Makes the pages that a plan gives at one instant or another.
pub struct Pages {
    records: PublicRecords,
    joint: Option<Joint>,
}

impl Pages {
    /// Of a plan. Waits for the disk.
    pub fn of(app: &App, permit: &Permit<Plan>, standing: &Standing) -> Result<Self, Problem> {
        // Travels that are not public would shine through in the minutes.
        let joint = area(app, permit)?.map(|area| travels(area, &open_routes(&standing.plan))).transpose()?;
        Ok(Self { records: PublicRecords::of(&standing.plan), joint })
    }

    /// The page at an instant.
    pub fn at(&self, at: Timestamp) -> Result<PublicPage, Problem> {
        let mut minutes = Vec::new();
        if let Some(joint) = &self.joint {
            for period in self.records.periods(at) {
                let effect = joint.effect(&period.closures).map_err(|error| {
                    Problem::fault("closures", error.to_string(), "mend what the public measures close")
                })?;
                minutes.push(lost(period.from, period.until, &effect));
            }
        }
        Ok(project(&self.records, &minutes, at))
    }
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
    let page = Pages::of(app, permit, standing)?.at(now)?;
    let area: Option<Arc<Area>> = area(app, permit)?;
    let nothing = || serde_json::json!({ "type": "FeatureCollection", "features": [] });
    let (streets, outlines) =
        area.map_or_else(|| (nothing(), nothing()), |area| (area.lines(), area.outlines()));
    let published = Published::new(page, &streets, &outlines)
        .map_err(|error| Problem::fault("streets", error.to_string(), "bring streets of the area only"))?;
    let content = serde_json::to_vec(&published).map_err(|_| Problem::Internal)?;
    // Nobody reads what was there before once this has answered.
    let mut known = app.planning.published.lock().unwrap_or_else(PoisonError::into_inner);
    app.store.measures()?.publish(runs, now, &content)?;
    *known = Some(Some((now, Arc::new(published))));
    Ok(())
}

/// What is published, and since when; none when nothing is. Read from disk when first asked for: anybody may ask, at any rate.
pub fn published(app: &App) -> Result<Known, Problem> {
    let mut known = app.planning.published.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = &*known {
        return Ok(known.clone());
    }
    let found = match app.store.measures()?.published()? {
        None => None,
        Some(kept) => {
            let published: Published = serde_json::from_slice(&kept.content).map_err(|error| {
                tracing::error!(%error, "what is published cannot be read");
                Problem::Internal
            })?;
            Some((kept.at, Arc::new(published)))
        }
    };
    *known = Some(found.clone());
    Ok(found)
}
