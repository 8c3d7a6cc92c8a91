//! `GET /area`: what the area is, and who takes part.
//!
//! Not here: what happens in it (items).

use axum::extract::State;
use base::ids::{CommunityId, OrganisationId, PurposeId, SiteId, ZoneId};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::shapes::Name;
use crate::area::FourEyes;
use crate::caller::Caller;
use crate::extract::Json;
use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_area))
}

/// The area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Area)]
struct AreaView {
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
    four_eyes: Vec<FourEyes>,
    /// The map: a GeoJSON `FeatureCollection` (RFC 7946); `properties.layer` says what a feature is.
    #[schema(value_type = Object)]
    layers: Box<RawValue>,
}

/// What information is for.
#[derive(Debug, Serialize, ToSchema)]
struct AreaPurpose {
    id: PurposeId,
    name: Name,
    help: Name,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AreaZone {
    id: ZoneId,
    name: Name,
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
async fn show_area(State(app): State<App>, caller: Caller) -> Json<AreaView> {
    let (area, directory) = (&app.area, &caller.directory);
    let purposes = area.purposes.iter().map(|one| AreaPurpose {
        id: one.id.clone(),
        name: Name::from(&one.name),
        help: Name::from(&one.help),
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
    let sites = area.sites.iter().map(|(id, one)| AreaSite {
        id: id.clone(),
        name: Name::from(&one.name),
        organisation: one.organisation.clone(),
    });
    let zones = area.zones.iter().map(|(id, name)| AreaZone { id: id.clone(), name: Name::from(name) });
    Json(AreaView {
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
        four_eyes: area.four_eyes.clone(),
        layers: area.layers.clone(),
    })
}
