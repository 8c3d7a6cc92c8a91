//! The parts of the area that its host changes: sites, zones, purposes, four-eyes rules. They are in the directory;
//! each change is an entry.
//!
//! Not here: who may change them (policy), the file that founds them and what a shape must keep to (server).

use std::sync::Arc;

use base::ids::{OrganisationId, PurposeId, SiteId, ZoneId};
use record::marking::Tlp;
use record::rating::Severity;
use record::{Geometry, Kind, Retention};
use serde::{Deserialize, Serialize};

use crate::directory::{Directory, DirectoryChange, Names};
use crate::sql::{Connection, NONE, Walk, params};
use crate::{Answer, Store, StoreError, directory};

/// The one row of the rules.
const ALL_RULES: &str = "all";

/// A protected place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: Names,
    /// Its name on the map, where room is short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// Its outline.
    pub shape: Geometry,
    /// Whether it can no longer be chosen. It stays readable where it was.
    #[serde(default)]
    pub retired: bool,
}

/// A part of the area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its name.
    pub name: Names,
    /// Its outline.
    pub shape: Geometry,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    pub retired: bool,
}

/// What information is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its id.
    pub id: PurposeId,
    /// Its name.
    pub name: Names,
    /// What belongs under it.
    pub help: Names,
    /// The longest class that information for it is kept in.
    #[serde(default = "longest")]
    pub retention: Retention,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    pub retired: bool,
}

/// Where a purpose does not say: it bounds nothing.
fn longest() -> Retention {
    Retention::Case
}

/// What needs a second person before it is published: what is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl Directory {
    /// Whether it has no part of the area yet: nobody founded one.
    pub fn has_no_area(&self) -> bool {
        self.sites.is_empty()
            && self.zones.is_empty()
            && self.purposes.is_empty()
            && self.four_eyes.is_empty()
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

    /// The longest class that information for these purposes is kept in: the shortest of theirs.
    pub fn longest_retention<'a>(&self, purposes: impl IntoIterator<Item = &'a PurposeId>) -> Retention {
        let known = purposes.into_iter().filter_map(|one| self.purposes.get(one));
        known.map(|one| one.retention).min().unwrap_or_else(longest)
    }

    /// Takes a change of a part in; whether it was one.
    pub(crate) fn take_part(&mut self, change: &DirectoryChange) -> bool {
        match change {
            DirectoryChange::Site(one) => drop(self.sites.insert(one.id.clone(), Arc::new(one.clone()))),
            DirectoryChange::Zone(one) => drop(self.zones.insert(one.id.clone(), Arc::new(one.clone()))),
            DirectoryChange::Purpose(one) => drop(self.purposes.insert(one.id.clone(), one.clone())),
            DirectoryChange::FourEyes { rules } => self.four_eyes.clone_from(rules),
            _ => return false,
        }
        true
    }
}

impl Store {
    /// Gives a node that was set up before its area was part of the directory the parts of its file, as entries of
    /// the organisation that runs the area. Refused when there are any, so that a file never undoes what was changed.
    pub fn found_area(&self, parts: Vec<DirectoryChange>) -> Result<Answer<()>, StoreError> {
        let host = self.directory().organisations.values().find(|one| one.host).map(|one| one.id.clone());
        let host = host.ok_or(StoreError::Conflict("there is no organisation that runs the area"))?;
        self.0.writer.send(move |batch| {
            let there: i64 =
                batch.connection.query_row("SELECT count(*) FROM area_part", NONE, |row| row.get(0))?;
            if there > 0 {
                return Err(StoreError::Conflict("the area has been founded already"));
            }
            for part in parts.iter().filter(|one| place(one).is_some()) {
                directory::put_founding(batch, &host, part)?;
            }
            Ok(())
        })
    }
}

/// Where a part is kept; nowhere when the change is of something else.
fn place(change: &DirectoryChange) -> Option<(&'static str, &str)> {
    match change {
        DirectoryChange::Site(one) => Some(("site", one.id.as_str())),
        DirectoryChange::Zone(one) => Some(("zone", one.id.as_str())),
        DirectoryChange::Purpose(one) => Some(("purpose", one.id.as_str())),
        DirectoryChange::FourEyes { .. } => Some(("four_eyes", ALL_RULES)),
        _ => None,
    }
}

/// Writes a part as its entry says it, to the byte. Other changes are kept elsewhere.
pub(crate) fn write(
    connection: &Connection,
    change: &DirectoryChange,
    as_said: &str,
) -> Result<(), StoreError> {
    let Some((kind, id)) = place(change) else { return Ok(()) };
    connection.execute(
        "INSERT INTO area_part (kind, id, json) VALUES (?1, ?2, ?3)
         ON CONFLICT (kind, id) DO UPDATE SET json = ?3",
        params![kind, id, as_said],
    )?;
    Ok(())
}

/// Reads every part into the directory.
pub(crate) fn load(connection: &Connection, directory: &mut Directory) -> Result<(), StoreError> {
    let statement = connection.prepare("SELECT json FROM area_part");
    statement.walk(NONE, |row| {
        let change: DirectoryChange = directory::parse("area_part", &row.get::<String>(0)?)?;
        directory.take_part(&change);
        Ok(Walk::On)
    })
}
