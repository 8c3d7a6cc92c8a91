//! What is wrong in a plan, where, and how to mend it: numbers out of range, ids that lead nowhere, circles, missing ends.
//!
//! Not here: whether its norms can be met, which only a search tells.

mod streets;

use std::collections::{BTreeMap, BTreeSet};

use base::ids::SLUG_LENGTH_MAX;
use record::Faults;

use super::limits::*;
use super::{
    LEVEL_MAX, LEVEL_MIN, Measure, Origin, PLAN_VERSION, Plan, Posture, Reversibility, Scenario, Trigger,
};

/// Everything that is wrong with a plan.
pub(super) fn check(plan: &Plan) -> Faults {
    let mut faults = Faults::default();
    if plan.version != PLAN_VERSION {
        faults.add(
            "version",
            format!("is {}", plan.version),
            format!("this program reads version {PLAN_VERSION}"),
        );
    }
    faults.text("name", &plan.name, NAME_CHARS_MAX);
    faults.text("national_level", &plan.national_level, TEXT_CHARS_MAX);
    plan.origin.check("plan", &mut faults);
    let names = Names::of(plan, &mut faults);
    area(plan, &names, &mut faults);
    levels(plan, &mut faults);
    scale(plan, &mut faults);
    for (index, scenario) in plan.scenarios.iter().enumerate() {
        self::scenario(&format!("scenarios[{index}]"), scenario, &names, &mut faults);
    }
    threats(plan, &names, &mut faults);
    streets::travels(plan, &names, &mut faults);
    for (index, measure) in plan.measures.iter().enumerate() {
        self::measure(&format!("measures[{index}]"), measure, &names, &mut faults);
    }
    circles(plan, &mut faults);
    for (index, posture) in plan.postures.iter().enumerate() {
        self::posture(&format!("postures[{index}]"), posture, &names, &mut faults);
    }
    records(plan, &names, &mut faults);
    super::plain::check(plan, &mut faults);
    faults
}

/// The ids of a plan, by what they name.
struct Names<'a> {
    zones: BTreeSet<&'a str>,
    sites: BTreeSet<&'a str>,
    assets: BTreeSet<&'a str>,
    neighbourhoods: BTreeSet<&'a str>,
    destinations: BTreeSet<&'a str>,
    scenarios: BTreeSet<&'a str>,
    measures: BTreeSet<&'a str>,
    postures: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(plan: &'a Plan, faults: &mut Faults) -> Self {
        macro_rules! ids {
            ($list:ident, $max:expr) => {
                unique(
                    stringify!($list),
                    plan.$list.iter().map(|one| (one.id.as_str(), &one.origin)),
                    $max,
                    faults,
                )
            };
        }
        macro_rules! named {
            ($($list:ident),*) => {$(
                for (index, one) in plan.$list.iter().enumerate() {
                    let path = format!("{}[{index}].name", stringify!($list));
                    if one.name.trim().is_empty() {
                        faults.add(&path, "is empty", "give it a name that people know it by");
                    }
                    faults.text(&path, &one.name, NAME_CHARS_MAX);
                }
            )*};
        }
        named!(zones, sites, assets, neighbourhoods, destinations, scenarios, measures, postures, events);
        ids!(threat_levels, THREAT_LEVELS_MAX);
        ids!(norms, NORMS_MAX);
        ids!(decisions, RECORDS_MAX);
        ids!(impacts, RECORDS_MAX);
        ids!(events, RECORDS_MAX);
        Self {
            zones: ids!(zones, ZONES_MAX),
            sites: ids!(sites, SITES_MAX),
            assets: ids!(assets, ASSETS_MAX),
            neighbourhoods: ids!(neighbourhoods, NEIGHBOURHOODS_MAX),
            destinations: ids!(destinations, DESTINATIONS_MAX),
            scenarios: ids!(scenarios, SCENARIOS_MAX),
            measures: ids!(measures, MEASURES_MAX),
            postures: ids!(postures, RECORDS_MAX),
        }
    }
}

fn unique<'a>(
    list: &str,
    ids: impl Iterator<Item = (&'a str, &'a Origin)>,
    most: usize,
    faults: &mut Faults,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut count = 0_usize;
    for (index, (id, origin)) in ids.enumerate() {
        let path = format!("{list}[{index}].id");
        if !is_id(id) {
            let mend =
                format!("use lower-case letters, digits and inner hyphens, 1 to {SLUG_LENGTH_MAX} long");
            faults.add(&path, format!("is {:?}", id.chars().take(64).collect::<String>()), mend);
        }
        if !seen.insert(id) {
            faults.add(&path, format!("is {id} a second time"), "give each its own id");
        }
        origin.check(&format!("{list}[{index}]"), faults);
        count += 1;
    }
    few(list, count, most, faults);
    seen
}

fn is_id(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=SLUG_LENGTH_MAX).contains(&text.len())
        && text.chars().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn few(path: &str, count: usize, most: usize, faults: &mut Faults) {
    if count > most {
        faults.add(
            path,
            format!("has {count} entries, at most {most} are read"),
            "leave some out or split the plan",
        );
    }
}

fn known<'a>(
    path: &str,
    what: &str,
    ids: impl IntoIterator<Item = &'a String>,
    names: &BTreeSet<&str>,
    faults: &mut Faults,
) {
    let mut count = 0_usize;
    for id in ids {
        count += 1;
        if !names.contains(id.as_str()) {
            let shown: String = id.chars().take(64).collect();
            faults.add(
                path,
                format!("names the {what} {shown:?}, which is not in the plan"),
                format!("add the {what} or take its id out"),
            );
        }
    }
    few(path, count, NAMED_MAX, faults);
}

fn number(path: &str, value: f64, least: f64, most: f64, faults: &mut Faults) {
    // Written so that what is not a number fails.
    if !(least <= value && value <= most) {
        faults.add(path, format!("is {value}"), format!("give a number from {least} to {most}"));
    }
}

fn level(path: &str, level: u8, faults: &mut Faults) {
    if !(LEVEL_MIN..=LEVEL_MAX).contains(&level) {
        faults.add(path, format!("is {level}"), format!("levels go from {LEVEL_MIN} to {LEVEL_MAX}"));
    }
}

fn text(path: &str, text: &str, mend: &str, faults: &mut Faults) {
    if text.trim().is_empty() {
        faults.add(path, "is empty", mend);
    }
    faults.text(path, text, TEXT_CHARS_MAX);
}

fn period(path: &str, from: base::Timestamp, until: base::Timestamp, faults: &mut Faults) {
    if until <= from {
        faults.add(path, format!("ends at {until}, not after its beginning at {from}"), "give a later end");
    }
}

fn area(plan: &Plan, names: &Names<'_>, faults: &mut Faults) {
    for (index, site) in plan.sites.iter().enumerate() {
        known(&format!("sites[{index}].zone"), "zone", [&site.zone], &names.zones, faults);
    }
    for (index, asset) in plan.assets.iter().enumerate() {
        known(&format!("assets[{index}].site"), "site", [&asset.site], &names.sites, faults);
    }
    for (index, one) in plan.neighbourhoods.iter().enumerate() {
        let path = format!("neighbourhoods[{index}]");
        known(&format!("{path}.zone"), "zone", [&one.zone], &names.zones, faults);
        if one.residents > RESIDENTS_MAX {
            faults.add(
                &format!("{path}.residents"),
                format!("is {}", one.residents),
                format!("at most {RESIDENTS_MAX}"),
            );
        }
        if let Some(most) = one.burden_points_max {
            number(&format!("{path}.burden_points_max"), most, 0.0, 1e9, faults);
        }
    }
    if let Some(most) = plan.money_eur_per_year_max {
        number("money_eur_per_year_max", most, 0.0, MONEY_EUR_MAX, faults);
    }
}

fn levels(plan: &Plan, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (index, one) in plan.levels.iter().enumerate() {
        let path = format!("levels[{index}]");
        level(&format!("{path}.level"), one.level, faults);
        if !seen.insert(one.level) {
            faults.add(
                &format!("{path}.level"),
                format!("is {} a second time", one.level),
                "state each level once",
            );
        }
        number(
            &format!("{path}.days_per_year"),
            f64::from(one.days_per_year),
            0.0,
            f64::from(DAYS_PER_YEAR_MAX),
            faults,
        );
        number(&format!("{path}.warning_hours"), one.warning_hours, 0.0, HOURS_MAX, faults);
        if let Some(most) = one.staff_hours_per_day_max {
            number(&format!("{path}.staff_hours_per_day_max"), most, 0.0, HOURS_MAX, faults);
        }
    }
    for (index, norm) in plan.norms.iter().enumerate() {
        if !seen.contains(&norm.level) {
            let path = format!("norms[{index}].level");
            faults.add(
                &path,
                format!("is {}, of which levels says nothing", norm.level),
                "add the level to levels",
            );
        }
    }
}

fn scale(plan: &Plan, faults: &mut Faults) {
    let scale = &plan.scale;
    scale.origin.check("scale", faults);
    for (index, points) in scale.points.iter().enumerate() {
        number(&format!("scale.points[{index}]"), *points, 0.0, POINTS_MAX, faults);
    }
    if scale.points.first().is_some_and(|least| *least > 0.0) {
        faults.add("scale.points[0]", "is above 0", "the word none is worth 0 points");
    }
    if scale.points.windows(2).any(|pair| pair[0] > pair[1]) {
        faults.add("scale.points", "falls", "a heavier word is worth at least as many points");
    }
    for (index, weight) in scale.weights.iter().enumerate() {
        number(&format!("scale.weights[{index}]"), *weight, 0.0, POINTS_MAX, faults);
    }
    number("scale.points_per_minute", scale.points_per_minute, 0.0, POINTS_MAX, faults);
    number("scale.staff_hour_eur", scale.staff_hour_eur, 0.0, 10_000.0, faults);
}

fn scenario(path: &str, one: &Scenario, names: &Names<'_>, faults: &mut Faults) {
    known(&format!("{path}.zones"), "zone", &one.zones, &names.zones, faults);
    if one.zones.is_empty() {
        faults.add(&format!("{path}.zones"), "is empty", "say in which zones it is feared");
    }
    known(&format!("{path}.assets"), "asset", &one.assets, &names.assets, faults);
    few(&format!("{path}.path"), one.path.len(), STEPS_MAX, faults);
    for (index, step) in one.path.iter().enumerate() {
        text(&format!("{path}.path[{index}].what"), &step.what, "say what happens at this step", faults);
    }
    number(&format!("{path}.common_cause_share"), one.common_cause_share, 0.0, 0.999, faults);
}

fn threats(plan: &Plan, names: &Names<'_>, faults: &mut Faults) {
    for (index, one) in plan.threat_levels.iter().enumerate() {
        let path = format!("threat_levels[{index}]");
        known(&format!("{path}.zone"), "zone", [&one.zone], &names.zones, faults);
        level(&format!("{path}.level"), one.level, faults);
        period(&format!("{path}.until"), one.from, one.until, faults);
        text(&format!("{path}.why"), &one.why, "say why in a sentence", faults);
    }
    let mut seen = BTreeSet::new();
    for (index, norm) in plan.norms.iter().enumerate() {
        let path = format!("norms[{index}]");
        known(&format!("{path}.scenario"), "scenario", [&norm.scenario], &names.scenarios, faults);
        level(&format!("{path}.level"), norm.level, faults);
        number(&format!("{path}.remaining_share_max"), norm.remaining_share_max, 1e-6, 1.0, faults);
        text(&format!("{path}.set_by"), &norm.set_by, "name the authority that set it", faults);
        if !seen.insert((&norm.scenario, norm.level)) {
            let what = format!("is the second norm for {} at level {}", norm.scenario, norm.level);
            faults.add(&path, what, "keep one of the two");
        }
    }
    rising(plan, faults);
}

/// A norm that loosens while the level rises is a slip of the pen.
fn rising(plan: &Plan, faults: &mut Faults) {
    let mut by: BTreeMap<&str, Vec<(u8, f64, usize)>> = BTreeMap::new();
    for (index, norm) in plan.norms.iter().enumerate() {
        by.entry(&norm.scenario).or_default().push((norm.level, norm.remaining_share_max, index));
    }
    for (name, mut norms) in by {
        norms.sort_by_key(|norm| norm.0);
        for pair in norms.windows(2) {
            if pair[1].1 > pair[0].1 {
                let path = format!("norms[{}].remaining_share_max", pair[1].2);
                let what =
                    format!("lets more of {name} remain at level {} than at level {}", pair[1].0, pair[0].0);
                faults.add(&path, what, "a higher level asks at least as much");
            }
        }
    }
}

fn measure(path: &str, one: &Measure, names: &Names<'_>, faults: &mut Faults) {
    few(&format!("{path}.effects"), one.effects.len(), EFFECTS_MAX, faults);
    let mut seen = BTreeSet::new();
    for (index, effect) in one.effects.iter().enumerate() {
        let path = format!("{path}.effects[{index}]");
        known(&format!("{path}.scenario"), "scenario", [&effect.scenario], &names.scenarios, faults);
        for (name, share) in [("low", effect.low), ("likely", effect.likely), ("high", effect.high)] {
            number(&format!("{path}.{name}"), share, 0.0, EFFECT_SHARE_MAX, faults);
        }
        if effect.low > effect.likely || effect.likely > effect.high {
            let what = format!("has low {}, likely {}, high {}", effect.low, effect.likely, effect.high);
            faults.add(&path, what, "put them in rising order");
        }
        if !seen.insert((&effect.scenario, effect.layer)) {
            faults.add(&path, "is the second for its scenario and layer", "state each once");
        }
    }
    if let Some(group) = &one.same_function
        && !is_id(group)
    {
        faults.add(
            &format!("{path}.same_function"),
            "is not a name",
            "use lower-case letters, digits and hyphens",
        );
    }
    few(&format!("{path}.burdens"), one.burdens.len(), BURDENS_MAX, faults);
    for (index, burden) in one.burdens.iter().enumerate() {
        let path = format!("{path}.burdens[{index}].neighbourhoods");
        known(&path, "neighbourhood", &burden.neighbourhoods, &names.neighbourhoods, faults);
        repeated(&path, &burden.neighbourhoods, faults);
    }
    costs(path, one, faults);
    streets::closures(path, one, faults);
    text(&format!("{path}.legal_basis"), &one.legal_basis, "name the law or decree that allows it", faults);
    level(&format!("{path}.lowest_level"), one.lowest_level, faults);
    known(&format!("{path}.requires"), "measure", &one.requires, &names.measures, faults);
    known(&format!("{path}.excludes"), "measure", &one.excludes, &names.measures, faults);
    if one.excludes.contains(&one.id) {
        faults.add(&format!("{path}.excludes"), "names itself", "take it out");
    }
    for both in one.requires.iter().filter(|id| one.excludes.contains(id)) {
        faults.add(
            &format!("{path}.excludes"),
            format!("names {both}, which it requires"),
            "keep one of the two",
        );
    }
}

fn repeated(path: &str, ids: &[String], faults: &mut Faults) {
    let distinct: BTreeSet<&String> = ids.iter().collect();
    if distinct.len() < ids.len() {
        faults.add(path, "names one twice", "name each once, or it would count twice");
    }
}

fn costs(path: &str, one: &Measure, faults: &mut Faults) {
    number(&format!("{path}.cost.once_eur"), one.cost.once_eur, 0.0, MONEY_EUR_MAX, faults);
    number(&format!("{path}.cost.per_day_eur"), one.cost.per_day_eur, 0.0, MONEY_EUR_MAX, faults);
    number(&format!("{path}.cost.staff_hours_per_day"), one.cost.staff_hours_per_day, 0.0, HOURS_MAX, faults);
    number(&format!("{path}.set_up_hours"), one.set_up_hours, 0.0, HOURS_MAX, faults);
    if let Reversibility::Undone { hours } = one.reversibility {
        number(&format!("{path}.reversibility.hours"), hours, 0.0, HOURS_MAX, faults);
    }
}

/// Measures that require each other in a circle could only be taken together: that is one measure.
fn circles(plan: &Plan, faults: &mut Faults) {
    let index: BTreeMap<&str, usize> =
        plan.measures.iter().enumerate().map(|(index, one)| (one.id.as_str(), index)).collect();
    let mut open: Vec<usize> = plan.measures.iter().map(|one| one.requires.len()).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); plan.measures.len()];
    for (from, one) in plan.measures.iter().enumerate() {
        for to in &one.requires {
            match index.get(to.as_str()) {
                Some(to) => needed_by[*to].push(from),
                None => open[from] -= 1,
            }
        }
    }
    let mut ready: Vec<usize> = (0..open.len()).filter(|one| open[*one] == 0).collect();
    let mut done = vec![false; open.len()];
    while let Some(one) = ready.pop() {
        done[one] = true;
        for from in &needed_by[one] {
            open[*from] -= 1;
            if open[*from] == 0 {
                ready.push(*from);
            }
        }
    }
    if let Some(stuck) = done.iter().position(|done| !done) {
        let left = plan.measures.iter().zip(&done).filter(|(_, done)| !**done);
        let ids: Vec<&str> = left.map(|(one, _)| one.id.as_str()).take(10).collect();
        let what = format!("leads in a circle, or into one, through {}", ids.join(", "));
        faults.add(
            &format!("measures[{stuck}].requires"),
            what,
            "make measures that need each other one measure",
        );
    }
}

fn posture(path: &str, one: &Posture, names: &Names<'_>, faults: &mut Faults) {
    known(&format!("{path}.zones"), "zone", &one.zones, &names.zones, faults);
    known(&format!("{path}.measures"), "measure", &one.measures, &names.measures, faults);
    level(&format!("{path}.level"), one.level, faults);
    match one.ends {
        None => faults.add(&format!("{path}.ends"), "is missing", "every posture ends: give a date"),
        Some(ends) => period(&format!("{path}.ends"), one.origin.valid_from, ends, faults),
    }
    if one.down.is_empty() {
        faults.add(&format!("{path}.down"), "is empty", "say what makes the area step down");
    }
    for (name, triggers) in [("up", &one.up), ("down", &one.down)] {
        let path = format!("{path}.{name}");
        few(&path, triggers.len(), TRIGGERS_MAX, faults);
        for trigger in triggers {
            match trigger {
                Trigger::Level { level } => self::level(&path, *level, faults),
                Trigger::Judged { what } => text(&path, what, "say what is judged", faults),
                Trigger::Time { .. } => {}
            }
        }
    }
}

fn records(plan: &Plan, names: &Names<'_>, faults: &mut Faults) {
    for (index, one) in plan.decisions.iter().enumerate() {
        let path = format!("decisions[{index}]");
        known(&format!("{path}.posture"), "posture", [&one.posture], &names.postures, faults);
        text(&format!("{path}.decided_by"), &one.decided_by, "name who decided", faults);
        text(&format!("{path}.why"), &one.why, "say why this one", faults);
        if let Some(until) = one.until {
            period(&format!("{path}.until"), one.from.unwrap_or(one.decided_at), until, faults);
        }
        few(&format!("{path}.alternatives"), one.alternatives.len(), ALTERNATIVES_MAX, faults);
        if one.alternatives.is_empty() {
            faults.add(
                &format!("{path}.alternatives"),
                "is empty",
                "record at least one alternative that was seen",
            );
        }
        for (index, other) in one.alternatives.iter().enumerate() {
            let path = format!("{path}.alternatives[{index}]");
            known(&format!("{path}.measures"), "measure", &other.measures, &names.measures, faults);
            number(&format!("{path}.worst_points"), other.worst_points, 0.0, 1e9, faults);
            number(&format!("{path}.money_eur"), other.money_eur, 0.0, MONEY_EUR_MAX, faults);
            text(&format!("{path}.why_not"), &other.why_not, "say why it was not taken", faults);
        }
    }
    for (index, one) in plan.impacts.iter().enumerate() {
        let path = format!("impacts[{index}]");
        known(&format!("{path}.posture"), "posture", [&one.posture], &names.postures, faults);
        known(
            &format!("{path}.neighbourhood"),
            "neighbourhood",
            [&one.neighbourhood],
            &names.neighbourhoods,
            faults,
        );
        let predicted = one.predicted_minutes_per_day;
        number(&format!("{path}.predicted_minutes_per_day"), predicted, 0.0, RESIDENT_MINUTES_MAX, faults);
        if let Some(measured) = one.measured_minutes_per_day {
            let most = RESIDENT_MINUTES_MAX;
            number(&format!("{path}.measured_minutes_per_day"), measured, -most, most, faults);
        }
    }
    for (index, one) in plan.events.iter().enumerate() {
        streets::event(&format!("events[{index}]"), one, names, faults);
    }
}
