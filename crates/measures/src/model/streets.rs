//! What a plan says of streets: what a measure closes, to whom and when; where people go; and where help comes from.
//!
//! Not here: the streets themselves and what closing them costs (`crate::streets`, `crate::joint`).

use serde::{Deserialize, Serialize};

use super::record::Origin;
use crate::streets::{Group, Mode};

/// Streets taken out of use. What it covers is named, pointed at, or drawn around; each adds to the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresClosure))]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// Who can no longer pass.
    pub modes: Vec<Mode>,
    /// Groups that may pass all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<Group>,
    /// Streets by name, each whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub streets: Vec<String>,
    /// Points (longitude, latitude), each of which closes the nearest piece of street.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<[f64; 2]>,
    /// Outlines (longitude, latitude): all that lies in one, or crosses it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<Vec<[f64; 2]>>,
    /// Closed from this hour of the day (0 to 23).
    #[serde(default)]
    pub from_hour: u8,
    /// Closed until this hour of the day (1 to 24); over midnight when it is before `from_hour`.
    #[serde(default = "midnight")]
    pub until_hour: u8,
    /// A gate with people at it who open for help, and for those who are exempt.
    #[serde(default)]
    pub manned_gate: bool,
}

fn midnight() -> u8 {
    24
}

impl Closure {
    /// Hours of the day it is closed.
    pub fn hours_per_day(&self) -> u32 {
        crate::streets::Hours::between(self.from_hour, self.until_hour).count()
    }
}

/// Somewhere people go to or come from: a shop, a school, or a gate where streets leave the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresDestination))]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Longitude and latitude.
    pub at: [f64; 2],
    /// Where this comes from.
    pub origin: Origin,
}

/// How often a household of a group goes somewhere and comes back: half of the trips each way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresTravel))]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// Whose trips.
    pub group: Group,
    /// How.
    pub mode: Mode,
    /// Trips that this makes on a day for one household, there and back being two.
    pub trips_per_household_per_day: f64,
    /// Where to; the shares are 1 together.
    pub to: Vec<Share>,
    /// Where this comes from.
    pub origin: Origin,
}

/// A share of trips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresShare))]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The destination.
    pub destination: String,
    /// From 0 to 1.
    pub share: f64,
}
