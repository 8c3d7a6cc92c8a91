//! The limits of a plan, each with its unit in its name.
//!
//! Not here: limits of the search, which stand in `solve`.

/// Longest JSON of one plan, in bytes.
pub const PLAN_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most zones.
pub const ZONES_MAX: usize = 100;
/// Most sites.
pub const SITES_MAX: usize = 500;
/// Most assets.
pub const ASSETS_MAX: usize = 2_000;
/// Most neighbourhoods.
pub const NEIGHBOURHOODS_MAX: usize = 500;
/// Most residents of one neighbourhood.
pub const RESIDENTS_MAX: u32 = 10_000_000;
/// Most threat scenarios.
pub const SCENARIOS_MAX: usize = 100;
/// Most steps of one scenario's path.
pub const STEPS_MAX: usize = 20;
/// Most stated local threat levels.
pub const THREAT_LEVELS_MAX: usize = 2_000;
/// Most norms.
pub const NORMS_MAX: usize = 500;
/// Most measures.
pub const MEASURES_MAX: usize = 400;
/// Most effects of one measure.
pub const EFFECTS_MAX: usize = 200;
/// Most burdens of one measure.
pub const BURDENS_MAX: usize = 50;
/// Most closures of one measure.
pub const CLOSURES_MAX: usize = 200;
/// Most streets of one closure, and most points.
pub const CLOSED_MAX: usize = 2_000;
/// Most outlines of one closure.
pub const OUTLINES_MAX: usize = 50;
/// Most corners of one outline.
pub const OUTLINE_POINTS_MAX: usize = 1_000;
/// Furthest from the equator, in degrees.
pub const LATITUDE_DEGREES_MAX: f64 = 90.0;
/// Most destinations.
pub const DESTINATIONS_MAX: usize = 200;
/// Most travels.
pub const TRAVELS_MAX: usize = 100;
/// Most trips of one household on one day.
pub const TRIPS_PER_DAY_MAX: f64 = 100.0;
/// Most steps of the playbook of one event.
pub const PLAYBOOK_STEPS_MAX: usize = 300;
/// Most ids that one record names in a list.
pub const NAMED_MAX: usize = 500;
/// Most triggers of a posture, each way.
pub const TRIGGERS_MAX: usize = 20;
/// Most postures, decisions, impacts and events, each.
pub const RECORDS_MAX: usize = 1_000;
/// Most phases of one event.
pub const PHASES_MAX: usize = 60;
/// Most alternatives of one decision.
pub const ALTERNATIVES_MAX: usize = 10;
/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Longest explanation, in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Longest text for residents, in characters: who needs more than this says too much.
pub const PLAIN_CHARS_MAX: usize = 600;
/// Names of measures that are not public are looked for in texts for residents from this length on, in characters.
pub const NAMED_IN_PLAIN_CHARS_MIN: usize = 4;
/// Longest name of a street, in characters.
pub const REFERENCE_CHARS_MAX: usize = 100;
/// Largest effect of one measure: nothing stops everything, and the logarithm of what it leaves must exist.
pub const EFFECT_SHARE_MAX: f64 = 0.999;
/// Most money, in euros, for one measure or limit.
pub const MONEY_EUR_MAX: f64 = 1e10;
/// Most hours, for set-up, warning or staff a day.
pub const HOURS_MAX: f64 = 100_000.0;
/// Most days a year at one level.
pub const DAYS_PER_YEAR_MAX: u16 = 366;
/// Largest weight or value of a burden, in points.
pub const POINTS_MAX: f64 = 1_000.0;
/// Most resident-minutes a day of one neighbourhood.
pub const RESIDENT_MINUTES_MAX: f64 = 1e10;
