//! `GET /area`: what the area is, and who takes part.
//!
//! Not here: what happens in it (items), changing it (the files beside this one).

use axum::extract::State;
use base::ids::{CommunityId, OrganisationId, PurposeId, SiteId, ZoneId};
use record::{Geometry, Retention};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Rule;
use crate::api::shapes::Name;
use crate::caller::Caller;
use crate::extract::Json;
use crate::state::App;

/// The area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Area)]
pub(super) struct AreaView {
    /// Another number after each change. The live stream says it too: when it differs, read the area again.
    version: i64,
    #[schema(example = "international-zone")]
    id: String,
    name: Name,
    /// What everyone should know about this area's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<Name>,
    /// The time zone of its walls (IANA).
    #[schema(example = "Europe/Amsterdam")]
    timezone: String,
    /// Longitude and latitude of its middle, in degrees (WGS 84).
    centre: [f64; 2],
    /// West, south, east, north, in degrees (WGS 84).
    bounds: [f64; 4],
    purposes: Vec<AreaPurpose>,
    /// The organisations that take part.
    organisations: Vec<AreaOrganisation>,
    communities: Vec<AreaCommunity>,
    sites: Vec<AreaSite>,
    zones: Vec<AreaZone>,
    /// What needs a second person before it is published.
    four_eyes: Vec<Rule>,
    /// The map: a GeoJSON `FeatureCollection` (RFC 7946); `properties.layer` says what a feature is. Of sites and
    /// zones it has those that are in use.
    #[schema(value_type = Object)]
    layers: Box<RawValue>,
}

/// What information is for.
#[derive(Debug, Serialize, ToSchema)]
struct AreaPurpose {
    id: PurposeId,
    name: Name,
    help: Name,
    /// The longest class that information for it is kept in.
    retention: Retention,
    /// Whether it can no longer be chosen.
    retired: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct AreaOrganisation {
    id: OrganisationId,
    name: Name,
    #[schema(example = "OPCW")]
    short: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "international-organisation")]
    kind: Option<String>,
    /// Whether it runs the area.
    host: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct AreaCommunity {
    id: CommunityId,
    name: Name,
    organisations: Vec<OrganisationId>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AreaSite {
    id: SiteId,
    name: Name,
    /// Its name on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    short: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// Its outline.
    shape: Geometry,
    /// Whether it can no longer be chosen. It is still named by items from before.
    retired: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct AreaZone {
    id: ZoneId,
    name: Name,
    /// Its outline.
    shape: Geometry,
    /// Whether it can no longer be chosen. It is still named by items from before.
    retired: bool,
}

/// The area
///
/// Names, bounds, purposes, who takes part, sites, zones and the map.
#[utoipa::path(
    get,
    path = "/area",
    tag = "area",
    responses((status = 200, description = "The area.", body = AreaView))
)]
pub(super) async fn show_area(State(app): State<App>, caller: Caller) -> Json<AreaView> {
    let (area, directory) = (&app.area, &caller.directory);
    let purposes = directory.purposes.values().map(|one| AreaPurpose {
        id: one.id.clone(),
        name: Name::from(&one.name),
        help: Name::from(&one.help),
        retention: one.retention,
        retired: one.retired,
    });
    let active = directory.organisations.values().filter(|one| one.active);
    let organisations = active.map(|one| AreaOrganisation {
        id: one.id.clone(),
        name: Name::from(&one.name),
        short: one.short.clone(),
        kind: area.organisation_kind(&one.id).map(str::to_owned),
        host: one.host,
    });
    let communities = directory.communities.values().map(|one| AreaCommunity {
        id: one.id.clone(),
        name: Name::from(&one.name),
        organisations: one.organisations.iter().cloned().collect(),
    });
    let sites = directory.sites.values().map(|one| AreaSite {
        id: one.id.clone(),
        name: Name::from(&one.name),
        short: one.short.clone(),
        organisation: one.organisation.clone(),
        shape: one.shape.clone(),
        retired: one.retired,
    });
    let zones = directory.zones.values().map(|one| AreaZone {
        id: one.id.clone(),
        name: Name::from(&one.name),
        shape: one.shape.clone(),
        retired: one.retired,
    });
    Json(AreaView {
        version: directory.area_version,
        id: area.id.clone(),
        name: Name::from(&area.name),
        notice: area.notice.as_ref().map(Name::from),
        timezone: area.timezone.clone(),
        centre: area.centre,
        bounds: area.bounds,
        purposes: purposes.collect(),
        organisations: organisations.collect(),
        communities: communities.collect(),
        sites: sites.collect(),
        zones: zones.collect(),
        four_eyes: directory.four_eyes.iter().map(Rule::from).collect(),
        layers: area.layers(directory),
    })
}
