//! The map of an area: sites and zones are read, everything else is for the screens.
//!
//! Not here: checking geometry point by point; the screens draw what they can.

use std::collections::BTreeMap;

use base::ids::{OrganisationId, SiteId, ZoneId};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::Names;

use super::{AreaError, ENTRIES_MAX, FoundingOrganisation, Site};

pub(super) struct Map {
    pub(super) sites: BTreeMap<SiteId, Site>,
    pub(super) zones: BTreeMap<ZoneId, Names>,
    pub(super) layers: Box<RawValue>,
}

#[derive(Deserialize)]
struct Collection {
    r#type: String,
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
}

#[derive(Deserialize)]
struct Properties {
    layer: String,
    id: Option<String>,
    name_en: Option<String>,
    name_nl: Option<String>,
    organisation: Option<OrganisationId>,
}

pub(super) fn read(text: String, organisations: &[FoundingOrganisation]) -> Result<Map, AreaError> {
    let mut reader = serde_json::Deserializer::from_str(&text);
    let collection: Collection = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| AreaError::Map(format!("{}: {}", error.path(), error.inner())))?;
    if collection.r#type != "FeatureCollection" {
        return Err(AreaError::Map("must be a FeatureCollection".into()));
    }
    let (mut sites, mut zones) = (BTreeMap::new(), BTreeMap::new());
    for feature in collection.features {
        let properties = feature.properties;
        let twice = match properties.layer.as_str() {
            "zone" => zones.insert(id(&properties)?, names(&properties)?).is_some(),
            "site" => {
                let organisation = properties.organisation.clone();
                if let Some(lost) =
                    organisation.iter().find(|one| organisations.iter().all(|o| o.id != **one))
                {
                    return Err(AreaError::Map(format!("site of organisation {lost}, which is not listed")));
                }
                sites.insert(id(&properties)?, Site { name: names(&properties)?, organisation }).is_some()
            }
            _ => false,
        };
        if twice {
            return Err(AreaError::Map(format!("{} is there twice", properties.id.unwrap_or_default())));
        }
    }
    if sites.len() > ENTRIES_MAX || zones.len() > ENTRIES_MAX {
        return Err(AreaError::Map(format!("has more than {ENTRIES_MAX} sites or zones")));
    }
    let layers = RawValue::from_string(text).map_err(|error| AreaError::Map(error.to_string()))?;
    Ok(Map { sites, zones, layers })
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
