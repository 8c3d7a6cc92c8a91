//! The score of a story: a sum of named terms, each with the words it rests on. Deterministic.
//!
//! Not here: what gives a term ([`super::class`], [`super::place`] and the others), or which score is high enough.

use serde::{Deserialize, Serialize};

use super::span::Span;

/// What a term comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TermKind {
    /// A watch profile matched.
    Profile,
    /// A class of rules fired.
    Class,
    /// A place of the area is named.
    Place,
    /// It falls in, before or after something on the calendar.
    Calendar,
    /// More is said about a profile or place than is usual at this hour.
    Burst,
    /// Nothing like it was seen lately.
    Novelty,
    /// How far the source can be trusted.
    Trust,
    /// What the model learned from judgements.
    Model,
    /// Several sources tell it.
    Spread,
}

/// One named part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    /// What it comes from.
    pub kind: TermKind,
    /// Which one: a profile's id, a class, a place's id, an event's id, a feature.
    pub name: String,
    /// What it adds, in thousandths exactly; below zero it takes away.
    pub value: f64,
    /// The words it rests on, as they stand in the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Where those words stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// Which rule, window or measure gave it, as a key for the screens, with its numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A score and all that it is the sum of.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Score {
    /// The sum of the terms, in thousandths exactly.
    pub total: f64,
    /// The terms, the largest first.
    pub terms: Vec<Term>,
    /// The version of the rules that gave it.
    pub rules: String,
    /// The version of the model that took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl Score {
    /// The sum of some terms, in one order whatever order they came in.
    pub fn sum(mut terms: Vec<Term>, rules: &str, model: Option<&str>) -> Self {
        for term in &mut terms {
            term.value = thousandths(term.value);
        }
        terms.sort_by(|one, two| {
            two.value
                .abs()
                .total_cmp(&one.value.abs())
                .then_with(|| (one.kind, &one.name).cmp(&(two.kind, &two.name)))
        });
        let total = thousandths(terms.iter().map(|term| term.value).sum());
        Self { total, terms, rules: rules.to_owned(), model: model.map(str::to_owned) }
    }
}

/// Rounded to thousandths, so that the same sum is the same number; never minus zero.
pub fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter() {
        let term = |kind, name: &str, value| Term {
            kind,
            name: name.into(),
            value,
            words: Vec::new(),
            spans: Vec::new(),
            why: None,
        };
        let terms = vec![
            term(TermKind::Class, "b", 0.1),
            term(TermKind::Class, "a", 0.1),
            term(TermKind::Trust, "c", -0.25),
        ];
        let back: Vec<_> = terms.iter().rev().cloned().collect();
        let score = Score::sum(terms, "r", None);
        assert_eq!(score, Score::sum(back, "r", None));
        assert_eq!(score.total.to_string(), "-0.05");
        assert_eq!(score.terms[0].name, "c");
    }
}
