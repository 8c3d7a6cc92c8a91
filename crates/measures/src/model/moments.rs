//! An event as what stands in a calendar: its phases, and the steps of its playbook, each at its instant.
//!
//! Not here: formats of calendars, which know nothing of events.

use base::Timestamp;

use super::{Event, PhaseKind};
use crate::public::Language;

/// Something that stands in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The same whenever it is told, and unlike that of any other of the event.
    pub id: String,
    /// In one line.
    pub title: String,
    /// Begins.
    pub from: Timestamp,
    /// Ends; a step of the playbook is a moment.
    pub until: Timestamp,
}

/// Milliseconds of an hour.
const HOUR_MS: f64 = 3_600_000.0;

impl Event {
    /// Its phases, which people outside may know of; in a language.
    pub fn phase_moments(&self, language: Language) -> Vec<Moment> {
        let moment = |(number, phase): (usize, &super::Phase)| {
            let kind = match (phase.kind, language) {
                (PhaseKind::BuildUp, Language::En) => "build-up",
                (PhaseKind::BuildUp, Language::Nl) => "opbouw",
                (PhaseKind::Day, Language::En) => "day of the event",
                (PhaseKind::Day, Language::Nl) => "dag van het evenement",
                (PhaseKind::BreakDown, Language::En) => "break-down",
                (PhaseKind::BreakDown, Language::Nl) => "afbouw",
            };
            Moment {
                id: format!("{}-phase-{number}", self.id),
                title: format!("{}: {kind}", self.name),
                from: phase.from,
                until: phase.until,
            }
        };
        self.phases.iter().enumerate().map(moment).collect()
    }

    /// The steps of its playbook, for those who take part; in the order of time.
    pub fn playbook_moments(&self) -> Vec<Moment> {
        let moment = |(number, step): (usize, &super::PlaybookStep)| {
            let begins = self.phases.get(step.phase)?.from;
            #[allow(clippy::cast_possible_truncation, reason = "checked: at most 100,000 hours")]
            let at = begins.plus_millis((step.hours * HOUR_MS).round() as i64);
            let title = format!("{}: {}", step.who, step.what);
            Some(Moment { id: format!("{}-step-{number}", self.id), title, from: at, until: at })
        };
        let mut moments: Vec<Moment> = self.playbook.iter().enumerate().filter_map(moment).collect();
        moments.sort_by_key(|one| one.from);
        moments
    }
}
