//! The area a node serves: read from a folder with `area.toml` and a GeoJSON map, checked, kept in memory.
//!
//! Not here: who takes part now (the directory; the file only founds it), drawing.

mod map;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base::ids::{CommunityId, MemberId, OrganisationId, PurposeId, SiteId, ZoneId};
use base::{Clock, Random};
use policy::{MemberKind, Role};
use record::Kind;
use record::marking::Tlp;
use record::rating::Severity;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Community, DirectoryChange, Member, Names, Organisation};

const SAMPLE_TOML: &str = include_str!("../../../areas/international-zone/area.toml");
const SAMPLE_MAP: &str = include_str!("../../../areas/international-zone/area.geojson");
/// Largest file of an area, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Most entries of one list of the file.
const ENTRIES_MAX: usize = 1_000;

/// Why an area cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AreaError {
    /// A file that cannot be read.
    #[error("cannot read {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// `area.toml` is not what it should be; the text names the line.
    #[error("area.toml: {0}")]
    Toml(#[source] Box<toml::de::Error>),
    /// The map is not what it should be.
    #[error("the map: {0}")]
    Map(String),
    /// Something is named that is not there, or twice, or there is too much.
    #[error("area.toml: {0}")]
    Content(String),
}

/// The area: what does not change while the node runs.
#[derive(Debug)]
pub struct Area {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Names,
    /// What everyone should know about this area's data.
    pub notice: Option<Names>,
    /// The time zone of its walls, as in the IANA database.
    pub timezone: String,
    /// Longitude and latitude of its middle, in degrees.
    pub centre: [f64; 2],
    /// West, south, east, north, in degrees.
    pub bounds: [f64; 4],
    /// What information is for.
    pub purposes: Vec<Purpose>,
    /// Its protected places.
    pub sites: BTreeMap<SiteId, Site>,
    /// Its parts.
    pub zones: BTreeMap<ZoneId, Names>,
    /// What needs a second person.
    pub four_eyes: Vec<FourEyes>,
    /// The map, as it came.
    pub layers: Box<RawValue>,
    organisations: Vec<FoundingOrganisation>,
    communities: Vec<FoundingCommunity>,
    members: Vec<FoundingMember>,
}

/// What information is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its id.
    pub id: PurposeId,
    /// Its name.
    pub name: Names,
    /// What belongs under it.
    pub help: Names,
}

/// A protected place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: Names,
    /// Whose it is.
    pub organisation: Option<OrganisationId>,
}

/// What needs a second person before it is published: what is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FourEyes {
    /// Whose rule it is.
    pub organisation: OrganisationId,
    /// Items of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Items of this severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Items with this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    name: Names,
    notice: Option<Names>,
    timezone: String,
    centre: [f64; 2],
    bounds: [f64; 4],
    map: String,
    #[serde(default)]
    purposes: Vec<Purpose>,
    #[serde(default)]
    organisations: Vec<FoundingOrganisation>,
    #[serde(default)]
    communities: Vec<FoundingCommunity>,
    #[serde(default)]
    members: Vec<FoundingMember>,
    #[serde(default)]
    four_eyes: Vec<FourEyes>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundingOrganisation {
    id: OrganisationId,
    name: Names,
    kind: String,
    short: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundingCommunity {
    id: CommunityId,
    name: Names,
    members: BTreeSet<OrganisationId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundingMember {
    handle: String,
    organisation: OrganisationId,
    name: String,
    kind: MemberKind,
    roles: BTreeSet<Role>,
    purposes: BTreeSet<PurposeId>,
    shift: Option<Names>,
}

impl Area {
    /// The sample area in the program.
    pub fn sample() -> Result<Self, AreaError> {
        Self::from_texts(SAMPLE_TOML, |_| Ok(SAMPLE_MAP.into()))
    }

    /// The area of a folder; the sample when the folder is not named.
    pub fn load(folder: &Path) -> Result<Self, AreaError> {
        if folder.as_os_str().is_empty() {
            return Self::sample();
        }
        Self::from_texts(&read(&folder.join("area.toml"))?, |map| read(&folder.join(map)))
    }

    fn from_texts(
        text: &str,
        map_text: impl FnOnce(&str) -> Result<String, AreaError>,
    ) -> Result<Self, AreaError> {
        let file: File = toml::from_str(text).map_err(|error| AreaError::Toml(Box::new(error)))?;
        check(&file)?;
        let map = map::read(map_text(&file.map)?, &file.organisations)?;
        Ok(Self {
            id: file.id,
            name: file.name,
            notice: file.notice,
            timezone: file.timezone,
            centre: file.centre,
            bounds: file.bounds,
            purposes: file.purposes,
            sites: map.sites,
            zones: map.zones,
            four_eyes: file.four_eyes,
            layers: map.layers,
            organisations: file.organisations,
            communities: file.communities,
            members: file.members,
        })
    }

    /// Whether there is such a purpose.
    pub fn has_purpose(&self, id: &PurposeId) -> bool {
        self.purposes.iter().any(|purpose| purpose.id == *id)
    }

    /// Whether there is such a site.
    pub fn has_site(&self, id: &SiteId) -> bool {
        self.sites.contains_key(id)
    }

    /// Whether there is such a zone.
    pub fn has_zone(&self, id: &ZoneId) -> bool {
        self.zones.contains_key(id)
    }

    /// Whether an organisation wants a second person to look at such an item first.
    pub fn needs_second_person(
        &self,
        organisation: &OrganisationId,
        kind: Kind,
        severity: Severity,
        tlp: Tlp,
    ) -> bool {
        self.four_eyes.iter().any(|rule| {
            rule.organisation == *organisation
                && rule.kind.is_none_or(|one| one == kind)
                && rule.severity.is_none_or(|one| one == severity)
                && rule.tlp.is_none_or(|one| one == tlp)
        })
    }

    /// What kind of organisation it is, when the file says so.
    pub fn organisation_kind(&self, id: &OrganisationId) -> Option<&str> {
        self.organisations.iter().find(|one| one.id == *id).map(|one| one.kind.as_str())
    }

    /// What a sample member does, when the file says so.
    pub fn shift(&self, organisation: &OrganisationId, name: &str) -> Option<&Names> {
        let found = self.members.iter().find(|one| one.organisation == *organisation && one.name == name);
        found.and_then(|one| one.shift.as_ref())
    }

    /// The handle of a sample member, by which the file names it.
    pub fn handle(&self, organisation: &OrganisationId, name: &str) -> Option<&str> {
        let found = self.members.iter().find(|one| one.organisation == *organisation && one.name == name);
        found.map(|one| one.handle.as_str())
    }

    /// The changes that found a node with the organisations and communities of the file, and with its sample
    /// members when asked. The organisation listed first runs the area.
    pub fn founding(
        &self,
        clock: &dyn Clock,
        random: &dyn Random,
        with_members: bool,
    ) -> Vec<DirectoryChange> {
        let organisations = self.organisations.iter().enumerate().map(|(index, one)| {
            DirectoryChange::Organisation(Organisation {
                id: one.id.clone(),
                name: one.name.clone(),
                short: one.short.clone(),
                host: index == 0,
                active: true,
            })
        });
        let communities = self.communities.iter().map(|one| {
            DirectoryChange::Community(Community {
                id: one.id.clone(),
                name: one.name.clone(),
                organisations: one.members.clone(),
            })
        });
        let members = self.members.iter().filter(|_| with_members).map(|one| {
            DirectoryChange::Member(Member {
                id: MemberId::new(clock, random),
                organisation: one.organisation.clone(),
                name: one.name.clone(),
                kind: one.kind,
                roles: one.roles.clone(),
                purposes: one.purposes.clone(),
                active: true,
            })
        });
        organisations.chain(communities).chain(members).collect()
    }
}

fn read(path: &Path) -> Result<String, AreaError> {
    let at = |source| AreaError::File { path: path.into(), source };
    let bytes = std::fs::metadata(path).map_err(at)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(AreaError::Content(format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display())));
    }
    std::fs::read_to_string(path).map_err(at)
}

fn check(file: &File) -> Result<(), AreaError> {
    let wrong = |what: String| Err(AreaError::Content(what));
    if file.id.parse::<SiteId>().is_err() {
        return wrong(format!("id {:?} must be lower-case letters, digits and inner hyphens", file.id));
    }
    let [west, south, east, north] = file.bounds;
    let inside = |value: f64, low: f64, high: f64| (low..=high).contains(&value);
    if !(inside(west, -180.0, east)
        && inside(east, west, 180.0)
        && inside(south, -90.0, north)
        && north <= 90.0)
    {
        return wrong("bounds must be west, south, east, north in degrees".into());
    }
    if !inside(file.centre[0], west, east) || !inside(file.centre[1], south, north) {
        return wrong("centre must be longitude, latitude within the bounds".into());
    }
    if file.map.contains(['/', '\\']) || file.map.starts_with('.') {
        return wrong("map must be the name of a file in the same folder".into());
    }
    if file.organisations.is_empty() {
        return wrong("there must be an organisation: the first one runs the area".into());
    }
    let organisations = ids("organisations", file.organisations.iter().map(|one| one.id.to_string()))?;
    let purposes = ids("purposes", file.purposes.iter().map(|one| one.id.to_string()))?;
    ids("communities", file.communities.iter().map(|one| one.id.to_string()))?;
    ids("members", file.members.iter().map(|one| one.handle.clone()))?;
    let of_communities = file.communities.iter().flat_map(|one| &one.members);
    let of_members = file.members.iter().map(|one| &one.organisation);
    let of_rules = file.four_eyes.iter().map(|one| &one.organisation);
    for named in of_communities.chain(of_members).chain(of_rules) {
        if !organisations.contains(named.as_str()) {
            return wrong(format!("organisation {named} is named but not listed"));
        }
    }
    let lost = file.members.iter().flat_map(|one| &one.purposes).find(|one| !purposes.contains(one.as_str()));
    lost.map_or(Ok(()), |purpose| wrong(format!("purpose {purpose} is named but not listed")))
}

fn ids(list: &str, names: impl Iterator<Item = String>) -> Result<BTreeSet<String>, AreaError> {
    let mut found = BTreeSet::new();
    for name in names {
        if found.len() == ENTRIES_MAX {
            return Err(AreaError::Content(format!("{list} has more than {ENTRIES_MAX} entries")));
        }
        if found.contains(&name) {
            return Err(AreaError::Content(format!("{name} is twice in {list}")));
        }
        found.insert(name);
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
