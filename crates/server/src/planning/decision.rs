//! A decision: which posture holds in which zones and until when, with the options that were seen, written into the plan and
//! drafted as an item. An authority decides; this only writes down what it was and what it rests on.
//!
//! Not here: sharing the item ([`crate::share`]), publishing to residents ([`super::publication`]).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base::Timestamp;
use base::ids::{OrganisationId, PurposeId};
use measures::model::{Alternative, Decision, Impact, Origin, Plan, Posture, Publication, Trigger, Words};
use measures::solve::{LevelPosture, Outcome, Solution};
use record::{Content, Draft, Kind};
use serde::Deserialize;
use store::Directory;
use utoipa::ToSchema;

use super::options::OptionShown;
use crate::language::Language;
use crate::problem::Problem;
use crate::share::own_marking;

/// The purpose that is chosen when the member holds it.
const PURPOSE: &str = "public-order";
/// Most options that a decision names beside the one it took.
pub const SEEN_MAX: usize = 9;
/// What the source of a posture says when it was proved.
const PROVED: &str = "proved to be the least that meets the norms";
/// Most measures that are written out in an item.
const MEASURES_TOLD_MAX: usize = 60;

/// What was decided.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresDecisionBody)]
pub struct DecisionBody {
    /// The option that was taken.
    pub option: u64,
    /// The level whose posture was taken.
    pub level: u8,
    /// The zones it is for; those of the option when empty.
    #[serde(default)]
    pub zones: Vec<String>,
    /// The name of the posture.
    pub name: String,
    /// When it ends, whatever happens.
    pub ends: Timestamp,
    /// What makes the area step down before that.
    #[serde(default)]
    pub down: Vec<Trigger>,
    /// Who decided: an authority, as people call it.
    pub decided_by: String,
    /// Why this one.
    pub why: String,
    /// What residents are told of it; where given, posture and decision are public.
    #[serde(default)]
    pub plain: Option<Words>,
    /// The other options that were seen.
    #[serde(default)]
    pub seen: Vec<SeenBody>,
}

/// An option that was seen and not taken.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeasuresSeenBody)]
pub struct SeenBody {
    /// The option.
    pub option: u64,
    /// Why it was not taken.
    pub why_not: String,
}

/// Writes a decision into a plan. Gives the ids of posture and decision.
pub fn decide(
    plan: &mut Plan,
    body: &DecisionBody,
    taken: &OptionShown,
    seen: &[OptionShown],
    now: Timestamp,
    token: &str,
) -> Result<Decision, Problem> {
    let (solution, chosen) = posture_of(taken, body.level)?;
    let zones = match (&body.zones[..], &taken.content.request.zones[..]) {
        ([], []) => plan.zones.iter().map(|zone| zone.id.clone()).collect(),
        ([], of_option) => of_option.to_vec(),
        (named, _) => named.to_vec(),
    };
    let publication = if body.plain.is_some() { Publication::Public } else { Publication::Partners };
    let origin = Origin {
        source: format!(
            "Option \"{}\" on version {} of the plan; {}",
            taken.row.head.name,
            taken.row.head.version,
            if solution.proved { PROVED } else { "not proved to be the least" }
        ),
        author: body.decided_by.clone(),
        valid_from: now,
        valid_until: body.ends,
        publication,
    };
    let posture = Posture {
        id: format!("posture-{token}"),
        name: body.name.clone(),
        zones,
        level: body.level,
        measures: chosen.measures.clone(),
        up: vec![Trigger::Level { level: body.level }],
        down: if body.down.is_empty() { vec![Trigger::Time { at: body.ends }] } else { body.down.clone() },
        ends: Some(body.ends),
        origin: origin.clone(),
    };
    let decision = Decision {
        id: format!("decision-{token}"),
        posture: posture.id.clone(),
        decided_by: body.decided_by.clone(),
        decided_at: now,
        why: body.why.clone(),
        alternatives: alternatives(body, seen)?,
        from: None,
        until: None,
        plain: body.plain.clone(),
        origin: origin.clone(),
    };
    for place in chosen.burdens.iter().filter(|one| one.resident_minutes_per_day > 0.0) {
        plan.impacts.push(Impact {
            id: format!("impact-{token}-{}", place.neighbourhood),
            posture: posture.id.clone(),
            neighbourhood: place.neighbourhood.clone(),
            predicted_minutes_per_day: place.resident_minutes_per_day,
            measured_minutes_per_day: None,
            origin: Origin { publication: Publication::Partners, ..origin.clone() },
        });
    }
    plan.postures.push(posture);
    plan.decisions.push(decision.clone());
    Ok(decision)
}

fn posture_of(option: &OptionShown, level: u8) -> Result<(&Solution, &LevelPosture), Problem> {
    let Outcome::Met(solution) = &option.content.outcome else {
        let mend = "search again with other norms or limits, or choose another option";
        return Err(Problem::fault("option", "does not meet every norm", mend));
    };
    let posture = solution.postures.iter().find(|one| one.level == level).ok_or_else(|| {
        let levels: Vec<String> = solution.postures.iter().map(|one| one.level.to_string()).collect();
        Problem::fault("level", "is not in the option", format!("choose one of {}", levels.join(", ")))
    })?;
    Ok((solution, posture))
}

fn alternatives(body: &DecisionBody, seen: &[OptionShown]) -> Result<Vec<Alternative>, Problem> {
    // To do nothing is always an alternative, and every certificate says what it would leave unmet.
    let mut alternatives = vec![Alternative {
        name: "No measures".into(),
        measures: Vec::new(),
        worst_points: 0.0,
        money_eur: 0.0,
        why_not: "The norms would not be met.".into(),
    }];
    for option in seen {
        let why_not = body.seen.iter().find(|one| one.option == option.row.number);
        let Outcome::Met(solution) = &option.content.outcome else { continue };
        let posture = solution.postures.iter().find(|one| one.level == body.level);
        alternatives.push(Alternative {
            name: option.row.head.name.clone(),
            measures: posture.map(|one| one.measures.clone()).unwrap_or_default(),
            worst_points: posture.map_or(0.0, |one| one.worst_points),
            money_eur: solution.worth.money_eur,
            why_not: why_not.map(|one| one.why_not.clone()).unwrap_or_default(),
        });
    }
    Ok(alternatives)
}

/// What a draft is made from besides the decision.
pub struct Needs<'a> {
    /// The language of the draft.
    pub language: Language,
    /// The purposes of the area.
    pub directory: &'a Directory,
    /// The own organisation: nobody else reads it until its member says so.
    pub own: &'a OrganisationId,
    /// The purposes that the member holds.
    pub purposes: &'a BTreeSet<PurposeId>,
}

/// The item that can be shared of a decision; absent when the plan has no such decision.
pub fn draft(plan: &Plan, decision: &str, needs: &Needs<'_>) -> Result<Draft, Problem> {
    let decision = plan.decisions.iter().find(|one| one.id == decision).ok_or(Problem::Absent)?;
    let posture = plan.postures.iter().find(|one| one.id == decision.posture).ok_or(Problem::Absent)?;
    let content = Content {
        title: posture.name.chars().take(base::limits::TITLE_CHARS_MAX).collect(),
        text: text(plan, decision, posture, needs.language),
        language: Some(needs.language.tag().into()),
        valid_from: Some(decision.from.unwrap_or(decision.decided_at)),
        valid_until: decision.until.or(posture.ends),
        sources: BTreeSet::from([format!("decision:{}", decision.id)]),
        ..Content::default()
    };
    let marking = own_marking(needs.own, needs.directory, needs.purposes, PURPOSE);
    Ok(Draft { kind: Kind::Decision, parent: None, content, marking })
}

fn text(plan: &Plan, decision: &Decision, posture: &Posture, language: Language) -> String {
    let say = |english: &'static str, dutch: &'static str| language.pick(english, dutch);
    let zone = |id: &String| {
        plan.zones.iter().find(|one| one.id == *id).map_or_else(|| id.clone(), |one| one.name.clone())
    };
    let zones: Vec<String> = posture.zones.iter().map(zone).collect();
    let mut out = format!("{}\n\n", decision.why);
    let mut line = |what: &str, value: &str| {
        let _ = writeln!(out, "- {what}: {value}");
    };
    line(say("Decided by", "Besloten door"), &decision.decided_by);
    line(say("Level", "Niveau"), &posture.level.to_string());
    line(say("Zones", "Zones"), &zones.join(", "));
    let minutes: f64 = impacts(plan, posture).map(|one| one.predicted_minutes_per_day).sum();
    let lost = say(
        "Minutes that residents lose a day, all together",
        "Minuten die bewoners samen per dag verliezen",
    );
    line(lost, &number(minutes, language));
    let most = impacts(plan, posture)
        .max_by(|one, other| one.predicted_minutes_per_day.total_cmp(&other.predicted_minutes_per_day));
    if let Some(most) = most {
        let place = plan.neighbourhoods.iter().find(|one| one.id == most.neighbourhood);
        let name = place.map_or(&most.neighbourhood, |one| &one.name);
        let each = number(most.predicted_minutes_per_day, language);
        line(say("Most of them in", "De meeste daarvan in"), &format!("{name} ({each})"));
    }
    if posture.origin.source.ends_with(PROVED) {
        let proved =
            say("the least that meets the norms, proved", "het minste dat aan de normen voldoet, bewezen");
        line(say("This choice is", "Deze keuze is"), proved);
    }
    let _ = write!(out, "\n**{}**\n\n", say("Measures", "Maatregelen"));
    for id in posture.measures.iter().take(MEASURES_TOLD_MAX) {
        let name = plan.measures.iter().find(|one| one.id == *id).map_or(id, |one| &one.name);
        let _ = writeln!(out, "- {name}");
    }
    let more = posture.measures.len().saturating_sub(MEASURES_TOLD_MAX);
    if more > 0 {
        let _ = writeln!(out, "- {} {more}", say("and others:", "en andere:"));
    }
    if !decision.alternatives.is_empty() {
        let _ = write!(out, "\n**{}**\n\n", say("Also seen", "Ook bekeken"));
        for one in &decision.alternatives {
            let _ = writeln!(out, "- {}: {}", one.name, one.why_not);
        }
    }
    out.chars().take(base::limits::TEXT_CHARS_MAX).collect()
}

fn impacts<'a>(plan: &'a Plan, posture: &'a Posture) -> impl Iterator<Item = &'a Impact> {
    plan.impacts.iter().filter(|one| one.posture == posture.id)
}

fn number(value: f64, language: Language) -> String {
    let text = if value.abs() < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") };
    match language {
        Language::En => text,
        Language::Nl => text.replace('.', ","),
    }
}
