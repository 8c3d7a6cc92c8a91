//! What of a plan the minutes for the page may be computed from: public travels between public destinations, and nothing else.
//!
//! Not here: the closures, which are those of [`super::PublicRecords::periods`].

use std::collections::BTreeSet;

use crate::model::{Plan, Publication};

/// A plan that holds the public travels of another, their destinations and its neighbourhoods, and is empty otherwise.
pub fn open_routes(plan: &Plan) -> Plan {
    let public = |origin: &crate::model::Origin| origin.publication == Publication::Public;
    let destinations: Vec<_> = plan.destinations.iter().filter(|one| public(&one.origin)).cloned().collect();
    let known: BTreeSet<&str> = destinations.iter().map(|one| one.id.as_str()).collect();
    let all_known = |travel: &crate::model::Travel| {
        travel.to.iter().all(|share| known.contains(share.destination.as_str()))
    };
    let travels = plan.travels.iter().filter(|one| public(&one.origin) && all_known(one)).cloned().collect();
    let neighbourhoods = plan.neighbourhoods.iter().filter(|one| public(&one.origin)).cloned().collect();
    Plan {
        version: plan.version,
        name: plan.name.clone(),
        origin: plan.origin.clone(),
        national_level: String::new(),
        contact: None,
        zones: plan.zones.clone(),
        sites: Vec::new(),
        assets: Vec::new(),
        neighbourhoods,
        levels: Vec::new(),
        scenarios: Vec::new(),
        threat_levels: Vec::new(),
        norms: Vec::new(),
        measures: Vec::new(),
        scale: plan.scale.clone(),
        money_eur_per_year_max: None,
        postures: Vec::new(),
        decisions: Vec::new(),
        impacts: Vec::new(),
        events: Vec::new(),
        destinations,
        travels,
        emergency_from: Vec::new(),
    }
}
