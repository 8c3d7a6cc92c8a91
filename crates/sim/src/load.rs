//! Many believable items under many labels: what measurements are made with.
//!
//! Not here: a story. Of every hundred items ten are open to all; the rest name who they are for, always the police
//! among them, so that one reader sees everything and another a tenth.

use std::collections::BTreeSet;

use anyhow::Result;
use base::Timestamp;
use base::ids::OrganisationId;
use record::{Clause, Draft, Kind, Marking, Retention, Tlp};

use crate::script::routine::{GATES, STREETS};
use crate::{Cast, Dice, plan};

/// Who writes: all of them may share observations.
const AUTHORS: &[&str] = &[
    "police-duty",
    "europol-duty",
    "opcw-duty",
    "eurojust-duty",
    "irmct-duty",
    "icj-duty",
    "carnegie-duty",
    "government-duty",
    "world-forum-duty",
    "kunstmuseum-duty",
    "museon-duty",
];
/// The reader who sees every item of a load.
pub const SEES_ALL: &str = "police-duty";
/// The reader who sees one in ten.
pub const SEES_A_TENTH: &str = "residents-liaison";
/// What [`SEES_ALL`] needs information for, and so the purposes of the items.
const PURPOSES: &[&str] = &["site-security", "public-order", "crisis", "exercise"];
/// Labels that are asked for cannot be fewer: some must be open.
const OPEN_LABELS: usize = 20;

/// A source of items.
pub struct Load {
    dice: Dice,
    open: Vec<(&'static str, Marking)>,
    closed: Vec<(&'static str, Marking)>,
    made: std::sync::atomic::AtomicU64,
}

impl Load {
    /// A load with about `labels` distinct visibility labels (from 40 to 2,000).
    pub fn new(seed: u64, cast: &Cast, labels: usize) -> Result<Self> {
        let dice = Dice::new(seed);
        let open = open_labels()?;
        let mut seen = BTreeSet::new();
        let mut closed = Vec::new();
        let wanted = labels.clamp(2 * OPEN_LABELS, 2_000).saturating_sub(open.len());
        while closed.len() < wanted {
            let (author, marking) = closed_label(&dice, cast)?;
            if seen.insert(serde_json::to_string(&(
                author,
                &marking.tlp,
                &marking.audience,
                &marking.purposes,
            ))?) {
                closed.push((author, marking));
            }
        }
        Ok(Self { dice, open, closed, made: 0.into() })
    }

    /// The handles of everyone who writes.
    pub fn authors() -> &'static [&'static str] {
        AUTHORS
    }

    /// The next item and the handle of its author.
    pub fn draft(&self, now: Timestamp) -> Result<(&'static str, Draft)> {
        let labels = if self.dice.percent(10) { &self.open } else { &self.closed };
        let (author, marking) = self.dice.pick(labels).unwrap_or(&self.open[0]);
        self.draft_of(author, marking.clone(), now)
    }

    /// The next item of one author, under one of the author's labels.
    pub fn draft_by(&self, author: &'static str, now: Timestamp) -> Result<Draft> {
        let labels = self.open.iter().chain(&self.closed).filter(|(by, _)| *by == author);
        let labels: Vec<&Marking> = labels.map(|(_, marking)| marking).collect();
        let marking = self.dice.pick(&labels).map_or_else(|| Marking::new(Tlp::Green), |one| (*one).clone());
        Ok(self.draft_of(author, marking, now)?.1)
    }

    fn draft_of(
        &self,
        author: &'static str,
        marking: Marking,
        now: Timestamp,
    ) -> Result<(&'static str, Draft)> {
        let template = plan::template(&self.dice);
        let kind = if template.kind == Kind::Signal { Kind::Report } else { template.kind };
        let mut content = plan::routine_content(&self.dice, template, author, now)?;
        let number = self.made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (gate, street) = (self.dice.pick(GATES).unwrap_or(&""), self.dice.pick(STREETS).unwrap_or(&""));
        let more = "The desk keeps an eye on it and writes again when something changes.";
        content.text =
            format!("{}\n\nSeen from the {gate}, towards {street}. {more} Note {number}.", content.text);
        Ok((author, Draft { kind, parent: None, content, marking }))
    }
}

/// GREEN and CLEAR, from several organisations: readable by everyone in the area.
fn open_labels() -> Result<Vec<(&'static str, Marking)>> {
    let mut labels = Vec::new();
    for author in AUTHORS {
        labels.push((*author, Marking::new(Tlp::Green)));
    }
    for author in AUTHORS.iter().take(OPEN_LABELS - AUTHORS.len()) {
        labels.push((*author, Marking::new(Tlp::Clear)));
    }
    Ok(labels)
}

/// AMBER or AMBER+STRICT for the police and some others, for one or two purposes that author and police both hold.
fn closed_label(dice: &Dice, cast: &Cast) -> Result<(&'static str, Marking)> {
    let author = *dice.pick(AUTHORS).unwrap_or(&SEES_ALL);
    let tlp = if dice.percent(80) { Tlp::Amber } else { Tlp::AmberStrict };
    let mut clause = Clause::default();
    clause.organisations.insert("police".parse()?);
    for _ in 0..=dice.below(4) {
        let other = *dice.pick(AUTHORS).unwrap_or(&SEES_ALL);
        clause.organisations.insert(OrganisationId::clone(&cast.player(other)?.organisation));
    }
    if tlp == Tlp::Amber && dice.percent(30) {
        clause.communities.insert("world-forum-neighbours".parse()?);
    }
    let mut marking = Marking::new(tlp);
    marking.audience = vec![clause];
    marking.retention = *dice.pick(&Retention::ALL).unwrap_or(&Retention::Standard);
    let held = &cast.player(author)?.purposes;
    let shared: Vec<_> =
        PURPOSES.iter().filter_map(|one| held.iter().find(|held| held.as_str() == *one)).collect();
    for _ in 0..=dice.below(2) {
        marking.purposes.extend(dice.pick(&shared).map(|one| (*one).clone()));
    }
    Ok((author, marking))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_many_items_are_valid_and_a_tenth_is_open() {
        let cast = crate::plan::tests::sample_cast();
        let load = Load::new(5, &cast, 200).unwrap();
        assert_eq!(load.open.len() + load.closed.len(), 200);
        let now = Timestamp::from_seconds(1_800_000_000);
        let (mut open, total) = (0, 4_000);
        for _ in 0..total {
            let (author, draft) = load.draft(now).unwrap();
            draft.check().unwrap();
            assert!(cast.player(author).unwrap().purposes.is_superset(&draft.marking.purposes), "{author}");
            open += usize::from(draft.marking.tlp <= Tlp::Green);
            let police = "police".parse().unwrap();
            assert!(
                draft.marking.tlp <= Tlp::Green || draft.marking.audience[0].organisations.contains(&police)
            );
        }
        assert!((320..480).contains(&open), "{open} of {total} open");
    }

    #[test]
    fn one_seed_one_load() {
        let cast = crate::plan::tests::sample_cast();
        let now = Timestamp::from_seconds(1_800_000_000);
        let drafts = |seed| {
            let load = Load::new(seed, &cast, 60).unwrap();
            (0..50).map(|_| load.draft(now).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(drafts(1), drafts(1));
        assert_ne!(drafts(1), drafts(2));
    }
}
