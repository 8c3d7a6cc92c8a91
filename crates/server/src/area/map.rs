//! The map of an area: sites and zones are read, everything else is for the screens.
//!
//! Not here: whether a shape lies within the area, which is asked of changes only ([`crate::api`]).

use std::collections::BTreeMap;

use base::ids::{OrganisationId, SiteId, ZoneId};
use record::{Faults, Geometry};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Directory, Names, Site, Zone};

use super::{AreaError, ENTRIES_MAX, FoundingOrganisation};

pub(super) struct Map {
    pub(super) sites: BTreeMap<SiteId, Site>,
    pub(super) zones: BTreeMap<ZoneId, Zone>,
    pub(super) ground: Ground,
}

/// The map without sites and zones, as it came.
#[derive(Debug)]
pub(super) struct Ground {
    /// Everything but the features.
    members: BTreeMap<String, Box<RawValue>>,
    features: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Collection {
    r#type: String,
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Properties {
    layer: String,
    id: Option<String>,
    name_en: Option<String>,
    name_nl: Option<String>,
    short: Option<String>,
    organisation: Option<OrganisationId>,
}

pub(super) fn read(text: &str, organisations: &[FoundingOrganisation]) -> Result<Map, AreaError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let collection: Collection = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| AreaError::Map(format!("{}: {}", error.path(), error.inner())))?;
    if collection.r#type != "FeatureCollection" {
        return Err(AreaError::Map("must be a FeatureCollection".into()));
    }
    let (mut sites, mut zones) = (BTreeMap::new(), BTreeMap::new());
    for feature in &collection.features {
        let twice = match feature.properties.layer.as_str() {
            "zone" => {
                let zone = zone(feature)?;
                zones.insert(zone.id.clone(), zone).is_some()
            }
            "site" => {
                let site = site(feature, organisations)?;
                sites.insert(site.id.clone(), site).is_some()
            }
            _ => false,
        };
        if twice {
            let id = feature.properties.id.as_deref().unwrap_or_default();
            return Err(AreaError::Map(format!("{id} is there twice")));
        }
    }
    if sites.len() > ENTRIES_MAX || zones.len() > ENTRIES_MAX {
        return Err(AreaError::Map(format!("has more than {ENTRIES_MAX} sites or zones")));
    }
    Ok(Map { sites, zones, ground: ground(text, &collection)? })
}

fn zone(feature: &Feature) -> Result<Zone, AreaError> {
    let properties = &feature.properties;
    Ok(Zone { id: id(properties)?, name: names(properties)?, shape: shape(feature)?, retired: false })
}

fn site(feature: &Feature, organisations: &[FoundingOrganisation]) -> Result<Site, AreaError> {
    let properties = &feature.properties;
    let organisation = properties.organisation.clone();
    if let Some(lost) = organisation.iter().find(|one| organisations.iter().all(|o| o.id != **one)) {
        return Err(AreaError::Map(format!("site of organisation {lost}, which is not listed")));
    }
    Ok(Site {
        id: id(properties)?,
        name: names(properties)?,
        short: properties.short.clone(),
        organisation,
        shape: shape(feature)?,
        retired: false,
    })
}

/// What stays of the map when sites and zones are taken out.
fn ground(text: &str, collection: &Collection) -> Result<Ground, AreaError> {
    let wrong = |error: serde_json::Error| AreaError::Map(error.to_string());
    let mut members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).map_err(wrong)?;
    let features = members.remove("features");
    let features: Vec<Box<RawValue>> =
        serde_json::from_str(features.as_deref().map_or("[]", RawValue::get)).map_err(wrong)?;
    let named = features.into_iter().zip(&collection.features);
    let kept = named.filter(|(_, read)| !matches!(read.properties.layer.as_str(), "site" | "zone"));
    Ok(Ground { members, features: kept.map(|(feature, _)| feature).collect() })
}

/// A site or zone as it is drawn.
#[derive(Serialize)]
struct Drawn<'a> {
    r#type: &'static str,
    properties: DrawnProperties<'a>,
    geometry: &'a Geometry,
}

#[derive(Serialize)]
struct DrawnProperties<'a> {
    layer: &'static str,
    id: &'a str,
    name_en: &'a str,
    name_nl: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
}

#[derive(Deserialize)]
struct Street {
    properties: Properties,
    geometry: Geometry,
}

impl Ground {
    /// The named streets with their lines.
    pub(super) fn streets(&self) -> Vec<(String, Vec<[f64; 2]>)> {
        let read = |feature: &RawValue| serde_json::from_str::<Street>(feature.get()).ok();
        let streets =
            self.features.iter().filter_map(|one| read(one)).filter(|one| one.properties.layer == "road");
        let named = streets.filter_map(|one| match (one.properties.name_nl, one.geometry) {
            (Some(name), Geometry::LineString(line)) => Some((name, line)),
            _ => None,
        });
        named.collect()
    }

    /// The map with the sites and zones that are in use.
    pub(super) fn with(&self, directory: &Directory) -> Box<RawValue> {
        let zones = directory.zones.values().filter(|one| !one.retired).map(|one| Drawn {
            r#type: "Feature",
            properties: DrawnProperties {
                layer: "zone",
                id: one.id.as_str(),
                name_en: &one.name.en,
                name_nl: &one.name.nl,
                short: None,
                organisation: None,
            },
            geometry: &one.shape,
        });
        let sites = directory.sites.values().filter(|one| !one.retired).map(|one| Drawn {
            r#type: "Feature",
            properties: DrawnProperties {
                layer: "site",
                id: one.id.as_str(),
                name_en: &one.name.en,
                name_nl: &one.name.nl,
                short: one.short.as_deref(),
                organisation: one.organisation.as_ref().map(OrganisationId::as_str),
            },
            geometry: &one.shape,
        });
        let drawn: Vec<Box<RawValue>> = zones.chain(sites).map(|one| raw(&one)).collect();
        let features: Vec<&RawValue> = self.features.iter().chain(&drawn).map(|one| &**one).collect();
        let features = raw(&features);
        let mut members: BTreeMap<&str, &RawValue> =
            self.members.iter().map(|(name, value)| (name.as_str(), &**value)).collect();
        members.insert("features", &features);
        raw(&members)
    }
}

fn raw<T: Serialize>(value: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("plain data with text keys")
}

/// The outline of a site or zone. Whether it lies within the bounds is asked when it is changed: a file that founded
/// a node opens it for good.
fn shape(feature: &Feature) -> Result<Geometry, AreaError> {
    let id = feature.properties.id.as_deref().unwrap_or("a feature");
    let text = feature.geometry.as_deref().map_or("null", RawValue::get);
    let shape: Geometry = serde_json::from_str(text)
        .map_err(|error| AreaError::Map(format!("{id} needs a Polygon as its geometry: {error}")))?;
    let mut faults = Faults::default();
    shape.check("geometry", &mut faults);
    if !matches!(shape, Geometry::Polygon(_)) {
        faults.add("geometry", "is not a Polygon", "give its outline");
    }
    faults.into_result().map_err(|faults| AreaError::Map(format!("{id}: {faults}")))?;
    Ok(shape)
}

fn id<T: std::str::FromStr<Err = base::ids::NotAnId>>(properties: &Properties) -> Result<T, AreaError> {
    let text = properties.id.as_deref().unwrap_or_default();
    text.parse().map_err(|error: base::ids::NotAnId| AreaError::Map(error.to_string()))
}

fn names(properties: &Properties) -> Result<Names, AreaError> {
    match (&properties.name_en, &properties.name_nl) {
        (Some(en), Some(nl)) => Ok(Names { en: en.clone(), nl: nl.clone() }),
        _ => {
            let id = properties.id.as_deref().unwrap_or("a feature");
            Err(AreaError::Map(format!("{id} needs name_en and name_nl")))
        }
    }
}
