//! Stretches of time: what two have in common, and joining those that touch.
//!
//! Not here: whose they are.

use base::Timestamp;

use super::page::Span;

/// From an instant up to another, which is outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Stretch {
    /// What both have, if anything.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from < both.until).then_some(both)
    }

    /// Itself up to an end, if there is one.
    pub(super) fn ending(self, end: Option<Timestamp>) -> Option<Self> {
        self.and(Self { from: self.from, until: end.unwrap_or(self.until) })
    }
}

/// Stretches with the decision each is by, as spans: those that touch or overlap are one.
pub(super) fn joined(mut stretches: Vec<(Stretch, &str)>) -> Vec<Span> {
    stretches.sort_unstable();
    let mut spans: Vec<Span> = Vec::new();
    for (stretch, decision) in stretches {
        match spans.last_mut().filter(|last| stretch.from <= last.until) {
            Some(last) => {
                last.until = last.until.max(stretch.until);
                last.decisions.push(decision.to_owned());
            }
            None => spans.push(Span {
                from: stretch.from,
                until: stretch.until,
                decisions: vec![decision.to_owned()],
            }),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from: i64, until: i64) -> Stretch {
        Stretch { from: Timestamp::from_seconds(from), until: Timestamp::from_seconds(until) }
    }

    #[test]
    fn what_touches_is_one() {
        let spans = joined(vec![(stretch(5, 9), "c"), (stretch(0, 2), "a"), (stretch(2, 4), "b")]);
        let told: Vec<_> = spans.iter().map(|one| (one.from.seconds(), one.until.seconds())).collect();
        assert_eq!(told, [(0, 4), (5, 9)]);
        assert_eq!(spans[0].decisions, ["a", "b"]);
    }

    #[test]
    fn what_has_nothing_in_common_is_nothing() {
        assert_eq!(stretch(0, 2).and(stretch(2, 4)), None);
        assert_eq!(stretch(0, 3).and(stretch(2, 4)), Some(stretch(2, 3)));
        assert_eq!(stretch(0, 3).ending(Some(Timestamp::from_seconds(-1))), None);
    }
}
