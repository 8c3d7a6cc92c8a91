//! From a plan to its public records, and from those to the page.
//!
//! Not here: places on the map (`places.rs`).

use std::collections::{BTreeMap, BTreeSet};

use base::Timestamp;

use super::page::{
    Change, Minutes, Period, PublicClosure, PublicDecision, PublicMeasure, PublicNeighbourhood, PublicPage,
    Span, StreetMinutes,
};
use super::spans::{self, Stretch};
use super::{PERIODS_MAX, SPANS_MAX, TOLD_MINUTES_MIN};
use crate::model::{Closure, Contact, Origin, Plain, Plan, Publication, Weight};

/// The public records of a plan, and of each only what residents are told. Made by [`PublicRecords::of`] and in no
/// other way; it holds nothing that could not be printed on a poster.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicRecords {
    contact: Option<Contact>,
    neighbourhoods: BTreeMap<String, String>,
    measures: BTreeMap<String, Told>,
    decided: Vec<Decided>,
}

/// A public measure, as residents are told of it.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    plain: Plain,
    closures: Vec<Closure>,
    everywhere: bool,
    neighbourhoods: Vec<String>,
    holds: Stretch,
}

/// A public decision with the public measures of its public posture.
#[derive(Debug, Clone, PartialEq)]
struct Decided {
    told: PublicDecision,
    measures: BTreeSet<String>,
}

fn public(origin: &Origin) -> bool {
    origin.publication == Publication::Public
}

fn validity(origin: &Origin) -> Stretch {
    Stretch { from: origin.valid_from, until: origin.valid_until }
}

impl PublicRecords {
    /// The public records of a plan. A decision whose posture is not public is as if it were not.
    pub fn of(plan: &Plan) -> Self {
        let neighbourhoods: BTreeMap<String, String> = plan
            .neighbourhoods
            .iter()
            .filter(|one| public(&one.origin))
            .map(|one| (one.id.clone(), one.name.clone()))
            .collect();
        let mut measures = BTreeMap::new();
        for one in plan.measures.iter().filter(|one| public(&one.origin)) {
            let Some(plain) = &one.plain else { continue };
            let noticed = one.burdens.iter().filter(|burden| burden.weight != Weight::None);
            let named: BTreeSet<&String> =
                noticed.clone().flat_map(|burden| &burden.neighbourhoods).collect();
            let told = Told {
                plain: plain.clone(),
                closures: one.closures.clone(),
                everywhere: noticed.clone().any(|burden| burden.neighbourhoods.is_empty()),
                neighbourhoods: named
                    .into_iter()
                    .filter(|id| neighbourhoods.contains_key(*id))
                    .cloned()
                    .collect(),
                holds: validity(&one.origin),
            };
            measures.insert(one.id.clone(), told);
        }
        let decided = decided(plan, &measures);
        Self { contact: plan.contact.clone(), neighbourhoods, measures, decided }
    }

    /// The stretches of time, from an instant on, in which public measures close the same streets, in order. Minutes
    /// for the page are computed from these closures alone: others would shine through in them.
    pub fn periods(&self, at: Timestamp) -> Vec<Period> {
        let closing: Vec<(&Told, Vec<Span>)> = self
            .measures
            .iter()
            .filter(|(_, told)| !told.closures.is_empty())
            .map(|(id, told)| (told, self.spans(id, told, at)))
            .collect();
        let ends: BTreeSet<Timestamp> =
            closing.iter().flat_map(|(_, spans)| spans).flat_map(|span| [span.from, span.until]).collect();
        let ends: Vec<Timestamp> = ends.into_iter().collect();
        let mut periods: Vec<Period> = Vec::new();
        for pair in ends.windows(2).filter(|pair| at < pair[1]) {
            let stands = closing.iter().filter(|(_, spans)| spans.iter().any(|span| span.holds_at(pair[0])));
            let closures: Vec<Closure> = stands.flat_map(|(told, _)| told.closures.clone()).collect();
            if !closures.is_empty() {
                periods.push(Period { from: pair[0], until: pair[1], closures });
            }
        }
        periods.truncate(PERIODS_MAX);
        periods
    }

    /// When a measure stands: by the decisions known at the instant, while it, they and their postures hold.
    fn spans(&self, id: &str, told: &Told, at: Timestamp) -> Vec<Span> {
        let mut stretches = Vec::new();
        for one in self.known(at).filter(|one| one.measures.contains(id)) {
            let decided = Stretch { from: one.told.from, until: one.told.until };
            if let Some(both) = decided.and(told.holds).filter(|both| at < both.until) {
                stretches.push((both, one.told.id.as_str()));
            }
        }
        let mut spans = spans::joined(stretches);
        spans.truncate(SPANS_MAX);
        spans
    }

    fn known(&self, at: Timestamp) -> impl Iterator<Item = &Decided> {
        self.decided.iter().filter(move |one| one.told.decided_at <= at && at < one.told.until)
    }
}

fn decided(plan: &Plan, measures: &BTreeMap<String, Told>) -> Vec<Decided> {
    let postures: BTreeMap<&str, _> =
        plan.postures.iter().filter(|one| public(&one.origin)).map(|one| (one.id.as_str(), one)).collect();
    let mut decided: Vec<Decided> = Vec::new();
    for one in plan.decisions.iter().filter(|one| public(&one.origin)) {
        let (Some(why), Some(posture)) = (&one.plain, postures.get(one.posture.as_str())) else { continue };
        let stated = Stretch {
            from: one.from.unwrap_or(one.decided_at),
            until: one.until.unwrap_or(one.origin.valid_until),
        };
        let holds = stated
            .and(validity(&one.origin))
            .and_then(|both| both.and(validity(&posture.origin)))
            .and_then(|both| both.ending(posture.ends));
        let Some(holds) = holds else { continue };
        let told = PublicDecision {
            id: one.id.clone(),
            decided_by: one.decided_by.clone(),
            decided_at: one.decided_at,
            from: holds.from,
            until: holds.until,
            why: why.clone(),
        };
        let measures = posture.measures.iter().filter(|id| measures.contains_key(*id)).cloned().collect();
        decided.push(Decided { told, measures });
    }
    decided.sort_by(|a, b| (a.told.from, &a.told.id).cmp(&(b.told.from, &b.told.id)));
    decided
}

/// The page at an instant. `minutes` are those of [`PublicRecords::periods`] at the same instant.
pub fn project(records: &PublicRecords, minutes: &[StreetMinutes], at: Timestamp) -> PublicPage {
    let mut measures = Vec::new();
    for (id, told) in &records.measures {
        let spans = records.spans(id, told, at);
        if spans.is_empty() {
            continue;
        }
        measures.push(PublicMeasure {
            id: id.clone(),
            name: told.plain.name.clone(),
            why: told.plain.why.clone(),
            spans,
            closures: told.closures.iter().map(PublicClosure::from).collect(),
            everywhere: told.everywhere,
            neighbourhoods: told.neighbourhoods.clone(),
        });
    }
    PublicPage {
        at,
        contact: records.contact.clone(),
        neighbourhoods: records
            .neighbourhoods
            .iter()
            .map(|(id, name)| PublicNeighbourhood { id: id.clone(), name: name.clone() })
            .collect(),
        decisions: records.known(at).map(|one| one.told.clone()).collect(),
        changes: changes(&measures, at),
        minutes: told_minutes(records, minutes, at),
        measures,
    }
}

fn changes(measures: &[PublicMeasure], at: Timestamp) -> Vec<Change> {
    let mut changes: BTreeMap<Timestamp, Change> = BTreeMap::new();
    let empty = |at| Change { at, begins: Vec::new(), ends: Vec::new() };
    for one in measures {
        for span in &one.spans {
            if at < span.from {
                changes.entry(span.from).or_insert_with(|| empty(span.from)).begins.push(one.id.clone());
            }
            changes.entry(span.until).or_insert_with(|| empty(span.until)).ends.push(one.id.clone());
        }
    }
    changes.into_values().collect()
}

/// Minutes as they are told: in tenths, of places that residents know, the least ones left out.
fn told_minutes(records: &PublicRecords, minutes: &[StreetMinutes], at: Timestamp) -> Vec<StreetMinutes> {
    let tell = |list: &[Minutes], known: &dyn Fn(&str) -> bool| {
        let mut told: BTreeMap<&str, f64> = BTreeMap::new();
        for one in list.iter().filter(|one| known(&one.of)) {
            let lost = one.minutes_per_household_per_day;
            if lost.is_finite() && lost >= TOLD_MINUTES_MIN {
                told.insert(&one.of, (lost * 10.0).round() / 10.0);
            }
        }
        told.into_iter()
            .map(|(of, lost)| Minutes { of: of.to_owned(), minutes_per_household_per_day: lost })
            .collect()
    };
    let mut told: Vec<StreetMinutes> = minutes
        .iter()
        .filter(|one| at < one.until)
        .map(|one| StreetMinutes {
            from: one.from,
            until: one.until,
            streets: tell(&one.streets, &|_| true),
            neighbourhoods: tell(&one.neighbourhoods, &|id| records.neighbourhoods.contains_key(id)),
        })
        .collect();
    told.sort_by_key(|one| (one.from, one.until));
    told
}
