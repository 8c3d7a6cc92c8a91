//! What the operators of an organisation want of their posts, and whether stills may be kept.
//!
//! Not here: what a post makes of it (`sense`).

use base::Timestamp;
use policy::Permit;
use policy::action::Operate;
use record::Faults;
use sense::bulletin::{Rule, Settings};
use serde::{Deserialize, Serialize};
use store::{Directory, Store};
use utoipa::ToSchema;

use super::SensingError;

/// Most false alarms a day that can be asked for.
pub const FALSE_ALARMS_MAX: f64 = 1_000.0;
/// Fewest: one in a hundred days. Fewer cannot be measured in the time that is kept.
pub const FALSE_ALARMS_MIN: f64 = 0.01;
/// Most rules.
pub const RULES_MAX: usize = 100;
/// Longest name of a rule, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Minutes of a day.
const DAY_MINUTES: u16 = 1_440;

/// What the operators of an organisation want of their posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SenseOwnSettings)]
pub struct SettingsBody {
    /// False alarms that all sensors of a post together may give in a day: 0.01 to 1000.
    pub false_alarms_per_day: f64,
    /// What is told more or less readily, where and when. The first that fits holds.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Whether masked stills may be kept.
    #[serde(default)]
    pub stills: bool,
}

impl Default for SettingsBody {
    fn default() -> Self {
        let Settings { false_alarms_per_day, rules, .. } = Settings::default();
        Self { false_alarms_per_day, rules, stills: false }
    }
}

impl SettingsBody {
    /// As posts are told of them.
    pub fn for_posts(&self, version: u32) -> Settings {
        Settings {
            version: version.into(),
            false_alarms_per_day: self.false_alarms_per_day,
            rules: self.rules.clone(),
        }
    }

    /// Adds what is wrong, each fault at its path.
    pub fn check(&self, directory: &Directory, faults: &mut Faults) {
        check(self.false_alarms_per_day, &self.rules, directory, faults);
    }
}

/// The settings of an organisation at an instant and their version; version 0 is how every node begins.
pub(crate) fn read(
    store: &Store,
    permit: &Permit<Operate>,
    at: Timestamp,
) -> Result<(u32, SettingsBody), SensingError> {
    let Some(kept) = store.sense()?.settings(permit, at)? else { return Ok((0, SettingsBody::default())) };
    Ok((kept.version, serde_json::from_slice(&kept.content)?))
}

fn check(false_alarms_per_day: f64, rules: &[Rule], directory: &Directory, faults: &mut Faults) {
    if !(FALSE_ALARMS_MIN..=FALSE_ALARMS_MAX).contains(&false_alarms_per_day) {
        let mend = format!("use {FALSE_ALARMS_MIN} to {FALSE_ALARMS_MAX}; 2 is usual");
        faults.add("false_alarms_per_day", "is out of range", mend);
    }
    if rules.len() > RULES_MAX {
        faults.add("rules", format!("has more than {RULES_MAX}"), "remove rules whose time has passed");
    }
    for (index, rule) in rules.iter().enumerate().take(RULES_MAX) {
        let path = |field: &str| format!("rules[{index}].{field}");
        if rule.name.trim().is_empty() {
            faults.add(&path("name"), "is empty", "say in a few words what it is for");
        }
        faults.text(&path("name"), &rule.name, NAME_CHARS_MAX);
        let zone = rule.zone.as_deref();
        if zone.is_some_and(|zone| !directory.zones.keys().any(|one| one.as_str() == zone)) {
            faults.add(&path("zone"), "is not a zone here", "choose one of the area, or none");
        }
        if let (Some(from), Some(until)) = (rule.from, rule.until)
            && until <= from
        {
            faults.add(&path("until"), "is not after from", "swap or mend the times");
        }
        for (field, minute) in [("from_minute", rule.from_minute), ("until_minute", rule.until_minute)] {
            if minute.is_some_and(|minute| minute >= DAY_MINUTES) {
                faults.add(&path(field), "is not a minute of a day", "use 0 to 1439");
            }
        }
        if rule.from_minute.is_some() != rule.until_minute.is_some() {
            faults.add(&path("until_minute"), "goes with from_minute", "give both or neither");
        }
        if rule.classes.len() > sense::Class::ALL.len() {
            faults.add(&path("classes"), "names a class twice", "name each once");
        }
    }
}
