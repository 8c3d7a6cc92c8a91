//! The area: what everyone reads of it, and how the coordinators of its host change its sites, zones, purposes and
//! four-eyes rules. What items may name is never removed, only retired: whether an item that the caller may not see
//! names it must not show.
//!
//! Not here: organisations and communities ([`super::organisations`]), who may (policy).

mod put_four_eyes;
mod put_purpose;
mod put_site;
mod put_zone;
mod retire_purpose;
mod retire_site;
mod retire_zone;
mod shape;
mod show;

use base::ids::OrganisationId;
use policy::Permit;
use policy::action::Administer;
use record::{Faults, Geometry, Kind, Retention, Tlp, rating::Severity};
use serde::{Deserialize, Serialize};
use store::{DirectoryChange, FourEyes, Purpose, Site, Zone};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::organisations::{NAME_CHARS_MAX, SHORT_CHARS_MAX, check_name};
use super::shapes::Name;
use crate::area::ENTRIES_MAX;
use crate::problem::Problem;
use crate::state::App;

/// Longest help text of a purpose, in characters.
const HELP_CHARS_MAX: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::show_area))
        .routes(routes!(put_site::put_site, retire_site::retire_site))
        .routes(routes!(put_zone::put_zone, retire_zone::retire_zone))
        .routes(routes!(put_purpose::put_purpose, retire_purpose::retire_purpose))
        .routes(routes!(put_four_eyes::put_four_eyes))
}

/// A protected place.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SiteBody)]
struct SiteBody {
    name: Name,
    /// Its name on the map, at most 14 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "OPCW")]
    short: Option<String>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// Its outline: a polygon within the bounds of the area.
    shape: Geometry,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    retired: bool,
}

impl From<&Site> for SiteBody {
    fn from(one: &Site) -> Self {
        Self {
            name: Name::from(&one.name),
            short: one.short.clone(),
            organisation: one.organisation.clone(),
            shape: one.shape.clone(),
            retired: one.retired,
        }
    }
}

/// A part of the area.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ZoneBody)]
struct ZoneBody {
    name: Name,
    /// Its outline: a polygon within the bounds of the area.
    shape: Geometry,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    retired: bool,
}

impl From<&Zone> for ZoneBody {
    fn from(one: &Zone) -> Self {
        Self { name: Name::from(&one.name), shape: one.shape.clone(), retired: one.retired }
    }
}

/// What information is for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PurposeBody)]
struct PurposeBody {
    name: Name,
    /// What belongs under it.
    help: Name,
    /// The longest class that information for it is kept in. A longer class is shortened to it when an item is shared.
    retention: Retention,
    /// Whether it can no longer be chosen. Who holds it keeps what was shared for it.
    #[serde(default)]
    retired: bool,
}

impl From<&Purpose> for PurposeBody {
    fn from(one: &Purpose) -> Self {
        let (name, help) = (Name::from(&one.name), Name::from(&one.help));
        Self { name, help, retention: one.retention, retired: one.retired }
    }
}

/// What needs a second person before it is published: what is absent does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FourEyes)]
struct Rule {
    /// Whose rule it is.
    organisation: OrganisationId,
    /// Items of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// Items of this severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    /// Items with this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tlp: Option<Tlp>,
}

impl From<&FourEyes> for Rule {
    fn from(one: &FourEyes) -> Self {
        let organisation = one.organisation.clone();
        Self { organisation, kind: one.kind, severity: one.severity, tlp: one.tlp }
    }
}

impl From<Rule> for FourEyes {
    fn from(one: Rule) -> Self {
        Self { organisation: one.organisation, kind: one.kind, severity: one.severity, tlp: one.tlp }
    }
}

/// Checks a name in both languages.
fn check_names(faults: &mut Faults, path: &str, name: &Name, chars_max: usize) {
    check_name(faults, &format!("{path}.en"), &name.en, chars_max);
    check_name(faults, &format!("{path}.nl"), &name.nl, chars_max);
}

/// One more entry of a list that has `there`, when it is a new one.
fn check_room(there: usize, is_new: bool, what: &str) -> Result<(), Problem> {
    if is_new && there >= ENTRIES_MAX {
        return Err(Problem::Conflict(format!("an area has at most {ENTRIES_MAX} {what}")));
    }
    Ok(())
}

/// Writes the change and waits until it is on disk.
async fn change(app: &App, permit: &Permit<Administer>, change: DirectoryChange) -> Result<(), Problem> {
    Ok(app.store.change_directory(permit, change)?.ready().await?)
}
