//! The script: what happens, as tables. Words and places are invented; times are relative.
//!
//! Not here: chance and clocks, which [`crate::plan`] adds. House rules of the tables: posts, never persons; calm
//! words; a lawful gathering is information so that people can plan, never a threat.

pub(crate) mod day;
pub(crate) mod history;
pub(crate) mod routine;

use record::rating::{Certainty, Reliability, Severity, Urgency};
use record::{HandlingCode, Kind, Pap, Relation, Retention, Tlp};

/// One thing that one member does.
#[derive(Clone, Copy)]
pub(crate) struct Scene {
    /// Minutes before now, for the history; not used for what happens live.
    pub(crate) ago: i64,
    /// The handle of the member.
    pub(crate) by: &'static str,
    /// What it does.
    pub(crate) deed: Deed,
}

/// What a member does.
#[allow(clippy::large_enum_variant, reason = "constant tables: nothing is moved about")]
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    /// Shares an item; a reply when the sheet names what it answers.
    Share(Sheet),
    /// Takes note, for its organisation, of an item by its key.
    Acknowledge(&'static str),
    /// Takes its own item back, and says why.
    Retract(&'static str, &'static str),
}

/// An item as the script has it.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    /// By which other scenes speak of it; empty when none does.
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) language: &'static str,
    /// The key of the item it answers; empty for none.
    pub(crate) answers: &'static str,
    /// Seen this many minutes before it is shared.
    pub(crate) seen: Option<i64>,
    /// Counts from and until so many minutes after it is shared.
    pub(crate) valid: Option<(i64, i64)>,
    pub(crate) urgency: Urgency,
    pub(crate) severity: Severity,
    pub(crate) certainty: Certainty,
    pub(crate) reliability: Reliability,
    pub(crate) credibility: u8,
    pub(crate) place: Where,
    pub(crate) tags: &'static [&'static str],
    pub(crate) sources: &'static [&'static str],
    pub(crate) references: &'static [(&'static str, Relation)],
    /// For a request: who is asked, and in how many minutes an answer is needed.
    pub(crate) asks: Option<(&'static str, i64)>,
    pub(crate) marking: Label,
}

/// Where something is.
#[derive(Clone, Copy)]
pub(crate) enum Where {
    Nowhere,
    /// A site and the place in words.
    Site(&'static str, &'static str),
    /// A zone and the place in words.
    Zone(&'static str, &'static str),
    /// A position with its uncertainty in metres, in a zone; the seed moves it a little.
    Point(&'static str, [f64; 2], f64, &'static str),
    /// The same at a site.
    AtSite(&'static str, [f64; 2], f64, &'static str),
    Line(&'static str, &'static [[f64; 2]], &'static str),
    /// The outside, open: the plan closes it.
    Field(&'static str, &'static [[f64; 2]], &'static str),
}

/// A marking as the script has it.
#[derive(Clone, Copy)]
pub(crate) struct Label {
    pub(crate) tlp: Tlp,
    pub(crate) pap: Pap,
    pub(crate) handling: &'static [HandlingCode],
    pub(crate) organisations: &'static [&'static str],
    pub(crate) communities: &'static [&'static str],
    /// Handles.
    pub(crate) members: &'static [&'static str],
    pub(crate) purposes: &'static [&'static str],
    pub(crate) retention: Retention,
}

/// What a sheet is unless it says otherwise.
pub(crate) const SHEET: Sheet = Sheet {
    key: "",
    kind: Kind::Report,
    title: "",
    text: "",
    language: "en",
    answers: "",
    seen: None,
    valid: None,
    urgency: Urgency::Unknown,
    severity: Severity::Unknown,
    certainty: Certainty::Unknown,
    reliability: Reliability::F,
    credibility: 6,
    place: Where::Nowhere,
    tags: &[],
    sources: &[],
    references: &[],
    asks: None,
    marking: GREEN,
};

const LABEL: Label = Label {
    tlp: Tlp::Green,
    pap: Pap::Green,
    handling: &[],
    organisations: &[],
    communities: &[],
    members: &[],
    purposes: &[],
    retention: Retention::Standard,
};

/// For everyone in the area.
pub(crate) const GREEN: Label = LABEL;
/// For everyone in the area, about public order.
pub(crate) const GREEN_ORDER: Label = Label { purposes: &["public-order"], ..LABEL };
/// For the street as well.
pub(crate) const CLEAR: Label =
    Label { tlp: Tlp::Clear, pap: Pap::Clear, purposes: &["public-order"], ..LABEL };
/// For the neighbours of the World Forum and the host city, about their buildings.
pub(crate) const NEIGHBOURS: Label = Label {
    tlp: Tlp::Amber,
    communities: &["world-forum-neighbours", "host-city"],
    purposes: &["site-security"],
    ..LABEL
};
/// For the host city, about public order.
pub(crate) const HOST_CITY: Label =
    Label { tlp: Tlp::Amber, communities: &["host-city"], purposes: &["public-order"], ..LABEL };
/// For those who deal with the van.
pub(crate) const VAN: Label = Label {
    tlp: Tlp::Amber,
    pap: Pap::Amber,
    handling: &[HandlingCode::H1],
    organisations: &["police", "europol", "opcw", "eurojust", "municipality"],
    purposes: &["site-security"],
    ..LABEL
};
/// For the courts, the Peace Palace and the police.
pub(crate) const PALACE: Label = Label {
    tlp: Tlp::Amber,
    organisations: &["police"],
    communities: &["peace-palace-users"],
    purposes: &["site-security"],
    ..LABEL
};
/// For the two museums and the police.
pub(crate) const MUSEUMS: Label = Label {
    tlp: Tlp::Amber,
    organisations: &["police"],
    communities: &["museums"],
    purposes: &["site-security"],
    ..LABEL
};

/// Shares an item.
pub(crate) const fn share(ago: i64, by: &'static str, sheet: Sheet) -> Scene {
    Scene { ago, by, deed: Deed::Share(sheet) }
}

/// Takes note of an item.
pub(crate) const fn note(ago: i64, by: &'static str, key: &'static str) -> Scene {
    Scene { ago, by, deed: Deed::Acknowledge(key) }
}

/// Takes an item back.
pub(crate) const fn recall(ago: i64, by: &'static str, key: &'static str, reason: &'static str) -> Scene {
    Scene { ago, by, deed: Deed::Retract(key, reason) }
}

/// A reply: kind, key of what it answers and text; everything else from `rest`.
pub(crate) const fn reply(ago: i64, by: &'static str, answers: &'static str, rest: Sheet) -> Scene {
    share(ago, by, Sheet { kind: Kind::Reply, answers, ..rest })
}
