//! The area a node serves: read from a folder with `area.toml` and a GeoJSON map, checked, kept in memory.
//!
//! Not here: who takes part now, and the sites, zones, purposes and rules that hold now (the directory; the file only
//! founds them), drawing.

mod map;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base::ids::{CommunityId, MemberId, OrganisationId, PurposeId, SiteId, ZoneId};
use base::{Clock, Random, Timestamp};
use policy::{MemberKind, Role};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::{
    Answer, Community, Directory, DirectoryChange, FourEyes, Member, Names, Organisation, Purpose, Site,
    Store, StoreError, Zone,
};

const SAMPLE_TOML: &str = include_str!("../../../areas/international-zone/area.toml");
/// The map of the sample area.
pub const SAMPLE_MAP: &str = include_str!("../../../areas/international-zone/area.geojson");
/// Largest file of an area, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Most entries of one list of the file.
pub const ENTRIES_MAX: usize = 1_000;

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
    /// The map without sites and zones, which the directory has.
    ground: map::Ground,
    purposes: Vec<Purpose>,
    sites: BTreeMap<SiteId, Site>,
    zones: BTreeMap<ZoneId, Zone>,
    four_eyes: Vec<FourEyes>,
    organisations: Vec<FoundingOrganisation>,
    communities: Vec<FoundingCommunity>,
    members: Vec<FoundingMember>,
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
        let map = map::read(&map_text(&file.map)?, &file.organisations)?;
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
            ground: map.ground,
            organisations: file.organisations,
            communities: file.communities,
            members: file.members,
        })
    }

    /// The map with the sites and zones that are in use: a GeoJSON `FeatureCollection`.
    pub fn layers(&self, directory: &Directory) -> Box<RawValue> {
        self.ground.with(directory)
    }

    /// Its named streets with their lines.
    pub fn streets(&self) -> Vec<(String, Vec<[f64; 2]>)> {
        self.ground.streets()
    }

    /// The minute of the day at an instant by the clocks on its walls, 0 to 1439. By UTC where the file names a time zone
    /// that is none.
    pub fn minute_of_day(&self, at: Timestamp) -> u16 {
        let zone = jiff::tz::TimeZone::get(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
        let instant = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        let local = zone.to_datetime(instant);
        u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs())
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

    /// The changes that found a node with the organisations, communities and parts of the file, and with its sample
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
        organisations.chain(communities).chain(self.parts()).chain(members).collect()
    }

    /// The sites, zones, purposes and rules of the file.
    fn parts(&self) -> Vec<DirectoryChange> {
        let purposes = self.purposes.iter().cloned().map(DirectoryChange::Purpose);
        let zones = self.zones.values().cloned().map(DirectoryChange::Zone);
        let sites = self.sites.values().cloned().map(DirectoryChange::Site);
        let rules =
            (!self.four_eyes.is_empty()).then(|| DirectoryChange::FourEyes { rules: self.four_eyes.clone() });
        purposes.chain(zones).chain(sites).chain(rules).collect()
    }

    /// Founds the parts of the area in a store that was set up before it had any. Elsewhere it changes nothing: what
    /// was changed on the screen stays.
    pub fn found_where_missing(&self, store: &Store) -> Result<Option<Answer<()>>, StoreError> {
        let directory = store.directory();
        let parts = self.parts();
        if directory.organisations.is_empty() || !directory.has_no_area() || parts.is_empty() {
            return Ok(None);
        }
        store.found_area(parts).map(Some)
    }

    /// The parts of which the directory says something else than the file, by kind and id.
    pub fn differences(&self, directory: &Directory) -> Vec<String> {
        let mut found = Vec::new();
        let mut differ = |kind: &str, id: &str, same: bool| {
            if !same {
                found.push(format!("{kind} {id}"));
            }
        };
        for (id, one) in &self.sites {
            differ("site", id.as_str(), directory.sites.get(id).is_some_and(|kept| **kept == *one));
        }
        for (id, one) in &self.zones {
            differ("zone", id.as_str(), directory.zones.get(id).is_some_and(|kept| **kept == *one));
        }
        for one in &self.purposes {
            differ("purpose", one.id.as_str(), directory.purposes.get(&one.id) == Some(one));
        }
        let known: BTreeSet<&PurposeId> = self.purposes.iter().map(|one| &one.id).collect();
        directory.sites.keys().for_each(|id| differ("site", id.as_str(), self.sites.contains_key(id)));
        directory.zones.keys().for_each(|id| differ("zone", id.as_str(), self.zones.contains_key(id)));
        directory.purposes.keys().for_each(|id| differ("purpose", id.as_str(), known.contains(id)));
        differ("four-eyes", "rules", directory.four_eyes == self.four_eyes);
        found.sort_unstable();
        found.dedup();
        found
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
