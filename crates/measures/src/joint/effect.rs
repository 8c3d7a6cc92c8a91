//! What closures do, told for the planner's map and for residents: minutes by neighbourhood, street and group, who is cut off,
//! and which pieces of street get more or less traffic.
//!
//! Not here: who may see it, colours.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Area;
use crate::solve::{BrokenRight, Right};
use crate::streets::{Changed, Group, Impact, Mode};

/// Most pieces of street that are told as changed.
const CHANGED_MAX: usize = 5_000;
/// Most streets that are told.
const STREETS_MAX: usize = 2_000;

/// What closures do together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MeasuresStreetEffect))]
pub struct Effect {
    /// Every neighbourhood, in the order of the map.
    pub neighbourhoods: Vec<NeighbourhoodMinutes>,
    /// Streets on which somebody loses time, the worst first.
    pub streets: Vec<NamedStreetMinutes>,
    /// By group and mode, where minutes are lost.
    pub by_group: Vec<GroupMinutes>,
    /// Homes from which a destination cannot be reached any more.
    pub cut_off: Vec<CutOffHomes>,
    /// Rights that are broken; no measures are named.
    pub broken: Vec<BrokenRight>,
    /// Pieces of street that are shut, or have more or fewer trips.
    pub changed: Vec<ChangedPiece>,
    /// Pieces that changed too and are left out, those that changed least.
    pub changed_left_out: usize,
}

/// What a neighbourhood loses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNeighbourhoodMinutes))]
pub struct NeighbourhoodMinutes {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Households.
    pub households: f64,
    /// Minutes on a day, of all who live there.
    pub resident_minutes_per_day: f64,
    /// Minutes on a day of a household, on average.
    pub minutes_per_household_per_day: f64,
}

/// What those who live in a street lose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNamedStreetMinutes))]
pub struct NamedStreetMinutes {
    /// Its name.
    pub name: String,
    /// The neighbourhood in which this part of it lies.
    pub neighbourhood: String,
    /// Households on it.
    pub households: f64,
    /// Minutes on a day of a household, on average.
    pub minutes_per_household_per_day: f64,
}

/// What a group loses by one mode.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresGroupMinutes))]
pub struct GroupMinutes {
    /// The group.
    pub group: Group,
    /// The mode.
    pub mode: Mode,
    /// Minutes on a day.
    pub resident_minutes_per_day: f64,
}

/// Homes that are cut off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresCutOffHomes))]
pub struct CutOffHomes {
    /// The neighbourhood.
    pub neighbourhood: String,
    /// By which mode.
    pub mode: Mode,
    /// Whose trips.
    pub group: Group,
    /// Households.
    pub households: f64,
    /// Streets they live on.
    pub streets: Vec<String>,
}

/// A piece of street before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresChangedPiece))]
pub struct ChangedPiece {
    /// Its number on the map.
    pub edge: u32,
    /// Its name; empty without one.
    pub name: String,
    /// Whose trips.
    pub mode: Mode,
    /// Whether it is shut to the mode, to some group at some hour.
    pub shut: bool,
    /// Trips on a day on open streets.
    pub trips_before: f64,
    /// Trips on a day with the closures.
    pub trips_after: f64,
    /// Its points, longitude and latitude.
    pub line: Vec<[f64; 2]>,
}

impl Effect {
    pub(super) fn new(area: &Area, impact: &Impact, broken: &BTreeSet<(Right, u32)>) -> Self {
        let all = area.neighbourhoods();
        let name = |place: u32| all[place as usize].name.clone();
        let minutes = |number: usize| impact.burden.minutes.get(number).copied().unwrap_or(0.0);
        let neighbourhoods = all.iter().enumerate().map(|(number, one)| NeighbourhoodMinutes {
            id: one.id.clone(),
            name: one.name.clone(),
            households: one.households,
            resident_minutes_per_day: minutes(number),
            minutes_per_household_per_day: minutes(number) / one.households.max(1.0),
        });
        let streets = impact.streets.iter().take(STREETS_MAX).map(|one| NamedStreetMinutes {
            name: area.streets().names()[one.name as usize].clone(),
            neighbourhood: all[one.neighbourhood as usize].id.clone(),
            households: one.households,
            minutes_per_household_per_day: one.total(),
        });
        let (changed, changed_left_out) = changed(area, &impact.changed);
        Self {
            neighbourhoods: neighbourhoods.collect(),
            streets: streets.collect(),
            by_group: by_group(impact),
            cut_off: cut_off(area, impact),
            broken: broken
                .iter()
                .map(|(right, place)| BrokenRight {
                    right: *right,
                    place: name(*place),
                    measures: Vec::new(),
                })
                .collect(),
            changed,
            changed_left_out,
        }
    }
}

fn by_group(impact: &Impact) -> Vec<GroupMinutes> {
    let minutes = impact.burden.minutes_by_mode;
    let all = Group::ALL.into_iter().flat_map(|group| Mode::ALL.into_iter().map(move |mode| (group, mode)));
    all.map(|(group, mode)| GroupMinutes {
        group,
        mode,
        resident_minutes_per_day: minutes[mode.index()][group.index()],
    })
    .filter(|one| one.resident_minutes_per_day > 0.0)
    .collect()
}

fn cut_off(area: &Area, impact: &Impact) -> Vec<CutOffHomes> {
    let streets = |edges: &[u32]| {
        let names: BTreeSet<&str> = edges.iter().map(|edge| area.streets().name(*edge)).collect();
        names.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let homes = impact.burden.broken.iter().map(|one| CutOffHomes {
        neighbourhood: area.neighbourhoods()[one.neighbourhood as usize].id.clone(),
        mode: one.mode,
        group: one.group,
        households: one.households,
        streets: streets(&one.edges),
    });
    homes.collect()
}

/// What is shut first, then what changed most.
fn changed(area: &Area, all: &[Changed]) -> (Vec<ChangedPiece>, usize) {
    let more = |one: &Changed| (one.after - one.before).abs();
    let mut all: Vec<&Changed> = all.iter().collect();
    all.sort_by(|one, other| other.shut.cmp(&one.shut).then(more(other).total_cmp(&more(one))));
    let told = all.iter().take(CHANGED_MAX).map(|one| ChangedPiece {
        edge: one.edge,
        name: area.streets().name(one.edge).to_owned(),
        mode: one.mode,
        shut: one.shut,
        trips_before: one.before,
        trips_after: one.after,
        line: area.streets().shape(one.edge).iter().map(|point| point.degrees()).collect(),
    });
    (told.collect(), all.len().saturating_sub(CHANGED_MAX))
}
