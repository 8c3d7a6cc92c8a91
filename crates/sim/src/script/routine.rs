//! What happens every day and hardly matters: deliveries, doors, visitors, traffic. Also what loads are made of.
//!
//! Not here: the story ([`super::day`]).

use record::Kind;
use record::rating::{Severity, Urgency};

use super::{GREEN, GREEN_ORDER, HOST_CITY, Label, MUSEUMS, NEIGHBOURS, PALACE};

/// A message with room for a few words: `{gate}`, `{count}`, `{minutes}`, `{street}`.
pub(crate) struct Template {
    /// How often it comes, against the others.
    pub(crate) weight: usize,
    pub(crate) kind: Kind,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) language: &'static str,
    pub(crate) urgency: Urgency,
    pub(crate) severity: Severity,
    pub(crate) tag: &'static str,
    /// Who may say so; and who takes note of it.
    pub(crate) by: &'static [&'static str],
    pub(crate) noted_by: &'static [&'static str],
    pub(crate) marking: Label,
}

/// A desk, the site it stands at, and where that is.
pub(crate) const DESKS: &[(&str, &str, [f64; 2])] = &[
    ("europol-duty", "europol", [4.2812, 52.0923]),
    ("opcw-duty", "opcw", [4.2841, 52.0911]),
    ("eurojust-duty", "eurojust", [4.2855, 52.0924]),
    ("irmct-duty", "irmct", [4.2836, 52.0943]),
    ("icj-duty", "peace-palace", [4.2953, 52.0867]),
    ("carnegie-duty", "peace-palace", [4.2949, 52.0871]),
    ("government-duty", "catshuis", [4.2861, 52.0900]),
    ("world-forum-duty", "world-forum", [4.2823, 52.0906]),
    ("world-forum-planner", "world-forum", [4.2821, 52.0903]),
    ("kunstmuseum-duty", "kunstmuseum", [4.2807, 52.0900]),
    ("museon-duty", "museon-omniversum", [4.2814, 52.0891]),
];

pub(crate) const GATES: &[&str] =
    &["main gate", "north gate", "service gate", "side entrance", "bicycle entrance", "staff entrance"];
pub(crate) const STREETS: &[&str] = &[
    "Johan de Wittlaan",
    "Stadhouderslaan",
    "Eisenhowerlaan",
    "Catsheuvel",
    "Scheveningseweg",
    "Carnegielaan",
    "President Kennedylaan",
    "Statenlaan",
];

const NEIGHBOUR_DESKS: &[&str] = &[
    "europol-duty",
    "opcw-duty",
    "eurojust-duty",
    "irmct-duty",
    "world-forum-duty",
    "kunstmuseum-duty",
    "museon-duty",
];
const CITY: &[&str] = &["police-duty", "municipality-coordinator"];
const ORDER: &[&str] = &["police-duty", "municipality-planner", "municipality-coordinator"];

const T: Template = Template {
    weight: 4,
    kind: Kind::Report,
    title: "",
    text: "",
    language: "en",
    urgency: Urgency::Expected,
    severity: Severity::Minor,
    tag: "building",
    by: NEIGHBOUR_DESKS,
    noted_by: &["police-duty"],
    marking: NEIGHBOURS,
};

/// Everything that can come.
pub(crate) const ROUTINE: &[Template] = &[
    Template {
        weight: 9,
        kind: Kind::Notice,
        title: "Delivery expected at the {gate} in {minutes} minutes",
        text: "Known supplier, {count} pallets. The driver reports at the desk.",
        tag: "delivery",
        ..T
    },
    Template {
        weight: 5,
        kind: Kind::Notice,
        title: "Levering verwacht bij de ingang over {minutes} minuten",
        text: "Vaste leverancier, {count} kratten. De chauffeur meldt zich bij de balie.",
        language: "nl",
        tag: "delivery",
        by: &["kunstmuseum-duty", "museon-duty"],
        marking: MUSEUMS,
        ..T
    },
    Template {
        title: "Door of the {gate} does not close by itself",
        text: "Someone stands beside it until it is mended, about {minutes} minutes.",
        tag: "gate",
        ..T
    },
    Template {
        weight: 6,
        title: "Bicycles before the emergency exit, moved to the rack",
        text: "{count} bicycles. A note hangs on the wall.",
        tag: "bicycles",
        marking: GREEN,
        ..T
    },
    Template {
        kind: Kind::Notice,
        title: "Group of {count} visitors arrives at the {gate}",
        text: "Announced. They come on foot from the tram stop.",
        tag: "visitors",
        noted_by: &["police-duty", "municipality-coordinator"],
        ..T
    },
    Template {
        weight: 3,
        title: "Parcel at the {gate} without a name, checked and in order",
        text: "The sender was called: office paper.",
        severity: Severity::Moderate,
        tag: "parcel",
        ..T
    },
    Template {
        title: "Photographer before the {gate}, friendly, a student of architecture",
        text: "Taking pictures from the street is allowed. No action.",
        tag: "visitors",
        ..T
    },
    Template {
        weight: 5,
        title: "Traffic slow on {street}",
        text: "About {minutes} minutes more. A bus stands with a flat tyre; it is being towed.",
        tag: "traffic",
        by: ORDER,
        noted_by: &["opcw-duty", "world-forum-duty"],
        marking: GREEN_ORDER,
        ..T
    },
    Template {
        weight: 4,
        kind: Kind::Notice,
        title: "Werkzaamheden aan {street}: fietspad smaller",
        text: "Naar verwachting {minutes} minuten. Voetgangers kunnen er langs.",
        language: "nl",
        tag: "traffic",
        by: &["municipality-planner", "municipality-coordinator"],
        noted_by: &["police-duty"],
        marking: GREEN_ORDER,
        ..T
    },
    Template {
        weight: 5,
        kind: Kind::Observation,
        title: "Bicycle patrol past {street}: all quiet",
        text: "",
        tag: "patrol",
        by: &["police-duty"],
        noted_by: &["municipality-coordinator"],
        marking: HOST_CITY,
        ..T
    },
    Template {
        weight: 2,
        kind: Kind::Signal,
        title: "Online: question about opening hours is shared {count} times",
        text: "A harmless story about a closed door. No action.",
        urgency: Urgency::Future,
        tag: "open-source",
        by: &["police-analyst"],
        noted_by: CITY,
        marking: HOST_CITY,
        ..T
    },
    Template {
        weight: 2,
        kind: Kind::Alert,
        title: "Fire alarm at the {gate}, building is being checked",
        text: "Probably dust from work. The fire service has been told.",
        urgency: Urgency::Immediate,
        severity: Severity::Moderate,
        tag: "fire",
        noted_by: &["police-duty", "municipality-coordinator"],
        marking: GREEN,
        ..T
    },
    Template {
        weight: 3,
        title: "Two trees down on the garden side after the wind",
        text: "The path is closed with tape. {count} visitors were led round.",
        tag: "weather",
        by: &["icj-duty", "carnegie-duty"],
        noted_by: &["carnegie-duty", "icj-duty", "police-duty"],
        marking: PALACE,
        ..T
    },
    Template {
        weight: 2,
        kind: Kind::Lesson,
        title: "Lesson: tell the desk before the fire alarm is tested",
        text: "It saved {count} calls today.",
        tag: "lesson",
        marking: GREEN,
        ..T
    },
];
