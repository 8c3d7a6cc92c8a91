//! How far one gets from some places in some minutes, with closures and on open streets.
//!
//! Not here: routes of residents (`effect`), whether help has two ways (`help`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::area::point;
use super::{Area, JointError};
use crate::streets::{Closure, Direction, Group, Isochrone, Mode, StreetsError};

/// Most places to set out from.
pub const STARTS_MAX: usize = 32;
/// Furthest that is looked, in minutes.
pub const MINUTES_MAX: f64 = 60.0;

/// What is asked: from where, how, and how far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MeasuresReachAsked))]
#[serde(deny_unknown_fields)]
pub struct ReachAsked {
    /// Longitude and latitude of each place to set out from; the nearest counts. 1 to 32.
    pub starts: Vec<[f64; 2]>,
    /// How.
    pub mode: Mode,
    /// Whose closures hold.
    pub group: Group,
    /// How far, in minutes: more than 0, at most 60.
    pub minutes: f64,
}

/// How far one gets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MeasuresReach))]
pub struct Reach {
    /// Pieces of street that are reached in time on open streets, in order of their number.
    pub pieces: Vec<ReachedPiece>,
    /// Households that are reached in time with the closures.
    pub households: f64,
    /// And on open streets.
    pub households_before: f64,
    /// All households.
    pub households_all: f64,
}

/// A piece of street and the minutes to its middle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MeasuresReachedPiece))]
pub struct ReachedPiece {
    /// Its number on the map.
    pub edge: u32,
    /// Minutes with the closures; absent when it is not reached in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f64>,
    /// Minutes on open streets.
    pub before: f64,
}

impl ReachAsked {
    /// Whether it can be asked; the field and what is wrong with it when not.
    ///
    /// # Errors
    /// When there are too few or too many places, or the minutes are out of bounds.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        if !(1..=STARTS_MAX).contains(&self.starts.len()) {
            return Err(("starts", format!("are {}; give 1 to {STARTS_MAX}", self.starts.len())));
        }
        if self.minutes > 0.0 && self.minutes <= MINUTES_MAX {
            Ok(())
        } else {
            Err(("minutes", format!("are {}; give more than 0, at most {MINUTES_MAX}", self.minutes)))
        }
    }
}

impl Area {
    /// How far one gets with the closures, and on open streets. The hours of closures are left aside: each is shut.
    ///
    /// # Errors
    /// When a place is away from every street, or a closure names what is not there.
    pub fn reach(&self, asked: &ReachAsked, closures: &[crate::model::Closure]) -> Result<Reach, JointError> {
        let starts = asked.starts.iter().map(|at| point(*at)).collect::<Result<_, _>>();
        let isochrone = Isochrone {
            starts: starts.map_err(JointError::Reach)?,
            mode: asked.mode,
            group: asked.group,
            direction: Direction::From,
            minutes_max: asked.minutes,
        };
        let looked_up: Vec<Closure> = self.looked_up(closures)?;
        let minutes = |closures: &[Closure]| -> Result<BTreeMap<u32, f64>, StreetsError> {
            let reached = self.streets().isochrone(&isochrone, closures)?;
            Ok(reached.into_iter().map(|one| (one.edge, one.minutes)).collect())
        };
        let before = minutes(&[]).map_err(JointError::Reach)?;
        let after = match looked_up.as_slice() {
            [] => before.clone(),
            closures => minutes(closures).map_err(JointError::Reach)?,
        };
        let tenth = |minutes: &f64| (minutes * 10.0).round() / 10.0;
        // What is reached with streets shut is reached with them open.
        let piece = |(edge, open): (&u32, &f64)| ReachedPiece {
            edge: *edge,
            minutes: after.get(edge).map(tenth),
            before: tenth(open),
        };
        let living = |on: &BTreeMap<u32, f64>| -> f64 {
            self.homes().iter().filter(|home| on.contains_key(&home.edge)).map(|home| home.households).sum()
        };
        Ok(Reach {
            pieces: before.iter().map(piece).collect(),
            households: living(&after),
            households_before: living(&before),
            households_all: self.homes().iter().map(|home| home.households).sum(),
        })
    }
}
