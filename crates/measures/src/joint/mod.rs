//! What the closures of measures do together: measures by their ids in, minutes and broken rights by neighbourhood out.
//!
//! An [`Area`] is read once and shared. A [`Joint`] is an area with the travels of one plan; the search asks it
//! ([`crate::solve::Closures`]), and a planner's map does ([`Joint::effect`]). What it was asked it remembers.
//!
//! A greater set never breaks less, and costs no less where nothing is broken. (A home that is cut off costs no minutes: it is
//! a broken right.) Minutes are so to a part in a million, since trips are counted in whole millionths.
//!
//! Not here: routing (`crate::streets`), choosing (`crate::solve`).

mod area;
mod effect;
mod help;
mod reach;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Plan, Travel};
use crate::solve::{BrokenRight, Closures, Lost, Right, Together};
use crate::streets::limits::CLOSURES_MAX;
use crate::streets::{Bound, Closure, Destination, Point, StreetsError};

pub use area::Area;
pub use effect::{ChangedPiece, CutOffHomes, Effect, GroupMinutes, NamedStreetMinutes, NeighbourhoodMinutes};
use help::{Help, Known};
pub use reach::{Reach, ReachAsked, ReachedPiece};

/// Threads that search trees side by side.
const THREADS: usize = 2;
/// Most sets whose answers are kept; others are found anew each time.
const SETS_KEPT_MAX: usize = 20_000;

/// Why streets and plan cannot be asked together.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum JointError {
    /// The streets cannot be read.
    #[error("the streets: {0}")]
    Streets(StreetsError),
    /// The neighbourhoods cannot be read, or lie where no streets are.
    #[error("the outlines of neighbourhoods: {0}")]
    Neighbourhoods(StreetsError),
    /// An outline that the plan knows nothing of.
    #[error(
        "the neighbourhood {id} has an outline and is not in the plan: add it to the plan, or take its outline out"
    )]
    NotInPlan {
        /// Its id.
        id: String,
    },
    /// A neighbourhood that the map knows nothing of.
    #[error("the neighbourhood {id} of the plan has no outline: draw one, or its minutes would not count")]
    NoOutline {
        /// Its id.
        id: String,
    },
    /// A closure that leads nowhere.
    #[error("closure {index} of {measure} (counted from 0): {why}; name a street as the map does")]
    Closure {
        /// The measure.
        measure: String,
        /// Its place in the list of the measure.
        index: usize,
        /// What is wrong.
        why: StreetsError,
    },
    /// A destination that is not there, or far from every street.
    #[error("the travels of the plan: {0}")]
    Travels(StreetsError),
    /// How far one gets cannot be told.
    #[error("how far one gets: {0}")]
    Reach(StreetsError),
    /// More closures than the streets hold at once.
    #[error(
        "the measures have {closures} closures together, at most {CLOSURES_MAX} are asked about: join closures that hold at the same hours"
    )]
    TooManyClosures {
        /// How many there are.
        closures: usize,
    },
}

/// What a set of measures does, by number of the neighbourhood.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    minutes: Vec<f64>,
    broken: BTreeSet<(Right, u32)>,
}

/// The measures that close something, as numbers in the order of the plan.
type Set = Vec<usize>;

/// An area with the travels of one plan. Made once, asked often.
#[derive(Debug)]
pub struct Joint {
    area: Arc<Area>,
    routes: crate::streets::Plan,
    /// Ids of the measures that close something.
    ids: Vec<String>,
    /// What they close.
    closures: Vec<Vec<Closure>>,
    help: Help,
    helped: Known,
    known: BTreeMap<Set, Told>,
    asked: usize,
}

impl Joint {
    /// An area with a plan's travels, and its measures' closures looked up.
    ///
    /// # Errors
    /// When plan and map name what the other does not have, or there is more than fits.
    pub fn new(area: Arc<Area>, plan: &Plan) -> Result<Self, JointError> {
        same_neighbourhoods(&area, plan)?;
        let destinations: Vec<Destination> =
            plan.destinations.iter().map(destination).collect::<Result<_, _>>()?;
        let travels: Vec<_> = plan.travels.iter().map(|one| travel(one, plan)).collect::<Result<_, _>>()?;
        let routes = crate::streets::Plan::new(
            Arc::clone(area.streets()),
            area.homes().to_vec(),
            &destinations,
            &travels,
            THREADS,
        )
        .map_err(JointError::Travels)?;
        let (mut ids, mut closures) = (Vec::new(), Vec::new());
        for measure in plan.measures.iter().filter(|one| !one.closures.is_empty()) {
            let looked_up = measure.closures.iter().enumerate().map(|(index, one)| {
                let why = |why| JointError::Closure { measure: measure.id.clone(), index, why };
                area.closure(one).map_err(why)
            });
            closures.push(looked_up.collect::<Result<Vec<_>, _>>()?);
            ids.push(measure.id.clone());
        }
        let count = closures.iter().map(Vec::len).sum();
        if count > CLOSURES_MAX {
            return Err(JointError::TooManyClosures { closures: count });
        }
        let stations =
            plan.emergency_from.iter().map(|id| station(id, plan)).collect::<Result<Vec<_>, _>>()?;
        let help = Help::new(&area, stations).map_err(JointError::Travels)?;
        Ok(Self { area, routes, ids, closures, help, helped: Known::new(), known: BTreeMap::new(), asked: 0 })
    }

    /// The area.
    pub fn area(&self) -> &Arc<Area> {
        &self.area
    }

    /// Sets that were looked into, those tried to name the fewest measures included.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Rights that are not met on open streets already: there, closures may not make it worse.
    pub fn before(&self) -> Vec<BrokenRight> {
        let place = |number: u32| self.area.neighbourhoods()[number as usize].name.clone();
        let broken = |number| BrokenRight {
            right: Right::EmergencyAccess,
            place: place(number),
            measures: Vec::new(),
        };
        self.help.short_before().map(broken).collect()
    }

    /// What the closures do together, in detail, as if they were those of one measure.
    ///
    /// # Errors
    /// When a closure names what is not there, or there are too many.
    pub fn effect(&self, closures: &[crate::model::Closure]) -> Result<Effect, JointError> {
        let closures = self.area.looked_up(closures)?;
        let impact = self.routes.impact(&closures).map_err(JointError::Streets)?;
        let mut broken = homes_cut_off(&impact.burden);
        let places =
            self.help.broken_by(&self.area, &[&closures], &mut Known::new()).map_err(JointError::Streets)?;
        broken.extend(places.into_iter().map(|place| (Right::EmergencyAccess, place)));
        Ok(Effect::new(&self.area, &impact, &broken))
    }

    fn look(&mut self, set: &[usize]) -> Result<Told, StreetsError> {
        if let Some(told) = self.known.get(set) {
            return Ok(told.clone());
        }
        self.asked += 1;
        let all: Vec<Closure> = set.iter().flat_map(|one| self.closures[*one].iter().cloned()).collect();
        let burden = self.routes.compare(&[all])?.pop();
        let mut broken = burden.as_ref().map(homes_cut_off).unwrap_or_default();
        let by_measure: Vec<&[Closure]> = set.iter().map(|one| self.closures[*one].as_slice()).collect();
        let places = self.help.broken_by(&self.area, &by_measure, &mut self.helped)?;
        broken.extend(places.into_iter().map(|place| (Right::EmergencyAccess, place)));
        let told = Told { minutes: burden.map(|one| one.minutes).unwrap_or_default(), broken };
        if self.known.len() < SETS_KEPT_MAX {
            self.known.insert(set.to_vec(), told.clone());
        }
        Ok(told)
    }

    /// Of a set that breaks a right, a part that breaks it too, and without any of it would not.
    fn fewest(&mut self, set: &[usize], broken: (Right, u32)) -> Result<Set, StreetsError> {
        let mut left = set.to_vec();
        for one in set {
            let without: Set = left.iter().copied().filter(|other| other != one).collect();
            if self.look(&without)?.broken.contains(&broken) {
                left = without;
            }
        }
        Ok(left)
    }

    fn tell(&mut self, set: &[usize]) -> Result<Together, StreetsError> {
        let told = self.look(set)?;
        let mut broken = Vec::new();
        for (right, place) in &told.broken {
            let measures = self.fewest(set, (*right, *place))?;
            broken.push(BrokenRight {
                right: *right,
                place: self.area.neighbourhoods()[*place as usize].name.clone(),
                measures: measures.into_iter().map(|one| self.ids[one].clone()).collect(),
            });
        }
        let lost =
            self.area.neighbourhoods().iter().zip(&told.minutes).filter(|(_, minutes)| **minutes > 0.0);
        let lost = lost
            .map(|(one, minutes)| Lost { neighbourhood: one.id.clone(), resident_minutes_per_day: *minutes });
        Ok(Together { lost: lost.collect(), broken })
    }
}

impl Closures for Joint {
    fn together(&mut self, measures: &[&str]) -> Together {
        let mut set: Set =
            (0..self.ids.len()).filter(|one| measures.contains(&self.ids[*one].as_str())).collect();
        set.sort_unstable();
        // What could go wrong was tried when this was made. If it does all the same, the set is not to be chosen.
        self.tell(&set).unwrap_or_else(|error| Together {
            lost: Vec::new(),
            broken: vec![BrokenRight {
                right: Right::HomesReachable,
                place: format!("the streets could not be asked: {error}"),
                measures: Vec::new(),
            }],
        })
    }
}

fn homes_cut_off(burden: &crate::streets::Burden) -> BTreeSet<(Right, u32)> {
    burden.broken.iter().map(|one| (Right::HomesReachable, one.neighbourhood)).collect()
}

fn same_neighbourhoods(area: &Area, plan: &Plan) -> Result<(), JointError> {
    let stated: BTreeSet<&str> = plan.neighbourhoods.iter().map(|one| one.id.as_str()).collect();
    let drawn: BTreeSet<&str> = area.neighbourhoods().iter().map(|one| one.id.as_str()).collect();
    if let Some(id) = drawn.difference(&stated).next() {
        return Err(JointError::NotInPlan { id: (*id).to_owned() });
    }
    match stated.difference(&drawn).next() {
        Some(id) => Err(JointError::NoOutline { id: (*id).to_owned() }),
        None => Ok(()),
    }
}

fn unknown(what: &'static str, id: &str) -> JointError {
    JointError::Travels(StreetsError::Unknown { what, id: id.to_owned() })
}

fn destination(one: &crate::model::Destination) -> Result<Destination, JointError> {
    let at = Point::new(one.at[0], one.at[1]).ok_or_else(|| unknown("place on the earth for", &one.id))?;
    Ok(Destination { name: one.name.clone(), at })
}

fn place_of(id: &str, plan: &Plan) -> Result<usize, JointError> {
    plan.destinations.iter().position(|one| one.id == id).ok_or_else(|| unknown("destination", id))
}

fn station(id: &str, plan: &Plan) -> Result<Point, JointError> {
    Ok(destination(&plan.destinations[place_of(id, plan)?])?.at)
}

fn travel(one: &Travel, plan: &Plan) -> Result<crate::streets::Travel, JointError> {
    let share = |to: &crate::model::Share| Ok((place_of(&to.destination, plan)?, to.share));
    Ok(crate::streets::Travel {
        group: one.group,
        mode: one.mode,
        trips_per_household: one.trips_per_household_per_day,
        shares: one.to.iter().map(share).collect::<Result<_, JointError>>()?,
        bound: Bound::ThereAndBack,
    })
}
