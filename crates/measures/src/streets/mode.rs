//! Who moves: car, bike, foot, emergency.
//!
//! Not here: what each may use (`passage.rs`).

use serde::{Deserialize, Serialize};

/// A way of moving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresMode))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Private motor vehicles.
    Car,
    /// Bicycles; pushed at walking pace where riding is not allowed.
    Bike,
    /// On foot.
    Foot,
    /// Fire engine and ambulance: pass gates and private roads, need no permission to turn, keep to one-ways.
    Emergency,
}

impl Mode {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Car, Self::Bike, Self::Foot, Self::Emergency];

    /// How many there are.
    pub const COUNT: usize = 4;

    /// Its place in lists by mode.
    pub fn index(self) -> usize {
        self as usize
    }

    /// As texts name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Car => "car",
            Self::Bike => "bike",
            Self::Foot => "foot",
            Self::Emergency => "emergency",
        }
    }
}
