//! Measures: what they take from a threat, and what they lay on people.
//!
//! Not here: which of them are chosen.

use serde::{Deserialize, Serialize};

use super::plain::Plain;
use super::record::Origin;
use super::streets::Closure;
use super::threat::Layer;

/// An action that protects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresMeasure))]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Measures of one function: of those in one group only the best counts. Alone when empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_function: Option<String>,
    /// What it takes from scenarios.
    pub effects: Vec<Effect>,
    /// What it lays on people.
    #[serde(default)]
    pub burdens: Vec<Burden>,
    /// Money and staff.
    #[serde(default)]
    pub cost: Cost,
    /// Hours from the order until it works.
    pub set_up_hours: f64,
    /// Whether and how it can be undone.
    pub reversibility: Reversibility,
    /// What allows it.
    pub legal_basis: String,
    /// The lowest level at which it is allowed.
    #[serde(default = "lowest")]
    pub lowest_level: u8,
    /// Measures it needs at the same level.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Measures it cannot be taken with.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// What it closes.
    #[serde(default)]
    pub closures: Vec<Closure>,
    /// Whether it moves: then where it is from hour to hour comes from a rota.
    #[serde(default)]
    pub mobile: bool,
    /// What residents are told of it; a public measure has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<Plain>,
    /// Where this comes from.
    pub origin: Origin,
}

fn lowest() -> u8 {
    super::threat::LEVEL_MIN
}

/// What a measure takes from a scenario at a layer: shares of what comes at it that it stops.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresEffect))]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The scenario.
    pub scenario: String,
    /// The layer.
    pub layer: Layer,
    /// The share it surely stops: norms must be met with these.
    pub low: f64,
    /// The likeliest share.
    pub likely: f64,
    /// The share if all goes well.
    pub high: f64,
}

/// What is burdened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBurdenKind))]
#[serde(rename_all = "kebab-case")]
pub enum BurdenKind {
    /// Getting to one's door.
    Accessibility,
    /// Rest, green, play.
    Liveability,
    /// What the street looks like.
    Appearance,
    /// Shops and offices.
    Business,
    /// Being watched or asked.
    Privacy,
}

impl BurdenKind {
    /// All of them, in the order of [`BurdenScale::weights`].
    pub const ALL: [Self; 5] =
        [Self::Accessibility, Self::Liveability, Self::Appearance, Self::Business, Self::Privacy];

    /// Its place in [`BurdenKind::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// How much, in words that everybody who is asked reads the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresWeight))]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// 0: nobody notices.
    None,
    /// 1: noticed, no one changes what they do.
    Slight,
    /// 2: people change what they do, now and then.
    Moderate,
    /// 3: people change what they do every day.
    Heavy,
    /// 4: what the place is for is not possible.
    Severe,
}

impl Weight {
    /// 0 to 4.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// One burden and where it falls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBurden))]
#[serde(deny_unknown_fields)]
pub struct Burden {
    /// What is burdened.
    pub kind: BurdenKind,
    /// How much.
    pub weight: Weight,
    /// The neighbourhoods it falls on; all of the area when empty.
    #[serde(default)]
    pub neighbourhoods: Vec<String>,
}

/// Money and staff.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresCost))]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Euros once, when it is used at any level.
    #[serde(default)]
    pub once_eur: f64,
    /// Euros for every day it stands.
    #[serde(default)]
    pub per_day_eur: f64,
    /// Staff hours for every day it stands.
    #[serde(default)]
    pub staff_hours_per_day: f64,
}

/// Whether and how a measure can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresReversibility))]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Reversibility {
    /// It can be taken away.
    Undone {
        /// Hours that takes.
        hours: f64,
    },
    /// It stays: who uses it at a level has it at all levels below.
    Permanent,
}

/// How words become points, as elicited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresBurdenScale))]
#[serde(deny_unknown_fields)]
pub struct BurdenScale {
    /// Points of the words none, slight, moderate, heavy, severe; rising from 0.
    pub points: [f64; 5],
    /// Swing weights of accessibility, liveability, appearance, business, privacy.
    pub weights: [f64; 5],
    /// Points for one extra minute a day of every resident of a neighbourhood.
    pub points_per_minute: f64,
    /// Euros of one staff hour.
    pub staff_hour_eur: f64,
    /// Where this comes from.
    pub origin: Origin,
}
