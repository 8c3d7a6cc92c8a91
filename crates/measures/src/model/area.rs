//! The parts of an area that a plan speaks of, by id: zones, sites, assets and neighbourhoods.
//!
//! Not here: their shapes on the map, which are the area's own, and streets, which are opaque references here.

use serde::{Deserialize, Serialize};

use super::record::Origin;

/// A zone as the area names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresZone))]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where this comes from.
    pub origin: Origin,
}

/// A protected building or place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresSite))]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The zone it lies in.
    pub zone: String,
    /// Where this comes from.
    pub origin: Origin,
}

/// What is to be protected at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresAsset))]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The site it belongs to.
    pub site: String,
    /// Where this comes from.
    pub origin: Origin,
}

/// Where people live or work who bear burdens: a block, a street or a quarter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresNeighbourhood))]
#[serde(deny_unknown_fields)]
pub struct Neighbourhood {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The zone it lies in.
    pub zone: String,
    /// People who live there; the total burden is that of the average resident.
    pub residents: u32,
    /// The most burden that may be laid on it, in points; a hard limit where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burden_points_max: Option<f64>,
    /// Where this comes from.
    pub origin: Origin,
}
