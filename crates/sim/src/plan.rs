//! The plan of a day: the script with a seed and a moment. Pure: the same seed and moment give the same plan.
//!
//! Not here: the network ([`crate::world`]).

use std::collections::VecDeque;

use anyhow::Result;
use base::Timestamp;
use record::rating::Credibility;
use record::{Clause, Content, Draft, Geometry, Kind, Marking, Place, Relation, RequestTerms};
use serde::Serialize;

use crate::script::routine::{DESKS, GATES, ROUTINE, STREETS, Template};
use crate::script::{Deed, Label, Scene, Sheet, Where, day, history};
use crate::{Cast, Dice};

/// One thing that one member is about to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The handle of the member.
    pub by: String,
    /// What it does.
    pub happening: Happening,
}

/// What a member is about to do. Keys stand for items that have no id yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Happening {
    /// Shares an item.
    Share {
        /// By which later events speak of it; empty when none does.
        key: String,
        /// The key of the item it answers.
        answers: Option<String>,
        /// The keys of the items it refers to.
        references: Vec<(String, Relation)>,
        /// The rest, without ids of other items. Large beside the others, so it stands apart.
        draft: Box<Draft>,
    },
    /// Takes note of an item for its organisation.
    Acknowledge {
        /// The key of the item.
        key: String,
    },
    /// Takes its own item back.
    Retract {
        /// The key of the item.
        key: String,
        /// Why.
        reason: String,
    },
}

/// How keys of routine items begin.
pub(crate) const ROUTINE_KEY: &str = "routine-";

/// A day in the area.
pub struct Plan {
    cast: Cast,
    dice: Dice,
    waiting: VecDeque<(u64, Event)>,
    scenes: std::slice::Iter<'static, Scene>,
    routine: u64,
    turn: u64,
}

impl Plan {
    /// The day of a seed.
    pub fn new(seed: u64, cast: Cast) -> Self {
        Self {
            cast,
            dice: Dice::new(seed),
            waiting: VecDeque::new(),
            scenes: day::DAY.iter(),
            routine: 0,
            turn: 0,
        }
    }

    /// What happened in the hours before `now`, oldest first.
    pub fn history(&self, now: Timestamp) -> Result<Vec<(Timestamp, Event)>> {
        let dated = history::HISTORY.iter().map(|scene| {
            let at = now.plus_seconds(-60 * scene.ago);
            Ok((at, self.event(scene, at)?))
        });
        dated.collect()
    }

    /// What happens next. It never ends: after the story only routine is left.
    pub fn next_event(&mut self, now: Timestamp) -> Result<Event> {
        self.turn += 1;
        if self.waiting.front().is_some_and(|(turn, _)| *turn <= self.turn)
            && let Some((_, event)) = self.waiting.pop_front()
        {
            return Ok(event);
        }
        // The story goes on two times out of three, and the rest of the time it is just a day.
        let scene = if self.dice.percent(67) { self.scenes.next() } else { None };
        match scene {
            Some(scene) => self.event(scene, now),
            None => self.routine_event(now),
        }
    }

    fn event(&self, scene: &Scene, at: Timestamp) -> Result<Event> {
        let happening = match &scene.deed {
            Deed::Share(sheet) => self.share(sheet, at)?,
            Deed::Acknowledge(key) => Happening::Acknowledge { key: (*key).into() },
            Deed::Retract(key, reason) => Happening::Retract { key: (*key).into(), reason: (*reason).into() },
        };
        Ok(Event { by: scene.by.into(), happening })
    }

    fn share(&self, sheet: &Sheet, at: Timestamp) -> Result<Happening> {
        let minutes = |count: i64| at.plus_seconds(60 * count);
        let request =
            sheet.asks.map(|(to, due)| anyhow::Ok(RequestTerms { to: to.parse()?, due: Some(minutes(due)) }));
        let content = Content {
            title: sheet.title.into(),
            text: sheet.text.into(),
            language: Some(sheet.language.into()),
            observed_from: sheet.seen.map(|ago| minutes(-ago)),
            valid_from: Some(sheet.valid.map_or(at, |(from, _)| minutes(from))),
            valid_until: sheet.valid.map(|(_, until)| minutes(until)),
            urgency: sheet.urgency,
            severity: sheet.severity,
            certainty: sheet.certainty,
            reliability: sheet.reliability,
            credibility: credibility(sheet.credibility),
            place: place(&self.dice, sheet.place)?,
            tags: sheet.tags.iter().map(|tag| (*tag).into()).collect(),
            sources: sheet.sources.iter().map(|source| (*source).into()).collect(),
            request: request.transpose()?,
            ..Content::default()
        };
        let marking = marking(&self.cast, &sheet.marking)?;
        let draft = Draft { kind: sheet.kind, parent: None, content, marking };
        Ok(Happening::Share {
            key: sheet.key.into(),
            answers: (!sheet.answers.is_empty()).then(|| sheet.answers.into()),
            references: sheet.references.iter().map(|(key, relation)| ((*key).into(), *relation)).collect(),
            draft: Box::new(draft),
        })
    }

    fn routine_event(&mut self, now: Timestamp) -> Result<Event> {
        let template = template(&self.dice);
        let by = *self.dice.pick(template.by).unwrap_or(&"police-duty");
        self.routine += 1;
        let key = format!("{ROUTINE_KEY}{}", self.routine);
        for handle in template.noted_by.iter().filter(|handle| **handle != by) {
            if self.dice.percent(50) {
                let happening = Happening::Acknowledge { key: key.clone() };
                self.waiting.push_back((self.turn + 2, Event { by: (*handle).into(), happening }));
            }
        }
        let content = routine_content(&self.dice, template, by, now)?;
        let marking = marking(&self.cast, &template.marking)?;
        let draft = Box::new(Draft { kind: template.kind, parent: None, content, marking });
        let happening = Happening::Share { key, answers: None, references: Vec::new(), draft };
        Ok(Event { by: by.into(), happening })
    }
}

/// One of the routine messages, by weight.
pub(crate) fn template(dice: &Dice) -> &'static Template {
    let total = ROUTINE.iter().map(|template| template.weight).sum();
    let mut left = dice.below(total);
    for template in ROUTINE {
        match left.checked_sub(template.weight) {
            Some(rest) => left = rest,
            None => return template,
        }
    }
    &ROUTINE[0]
}

/// The content of a routine message as one desk would write it.
pub(crate) fn routine_content(dice: &Dice, template: &Template, by: &str, now: Timestamp) -> Result<Content> {
    let street = *dice.pick(STREETS).unwrap_or(&"Catsheuvel");
    let desk = DESKS.iter().find(|(handle, ..)| *handle == by);
    let place = match desk {
        Some((_, site, at)) => Where::AtSite(site, *at, 20.0, ""),
        None => Where::Point("world-forum", [4.2837, 52.0908], 60.0, street),
    };
    let (count, minutes) = (dice.below(18) + 2, 5 * (dice.below(9) + 1));
    let gate = *dice.pick(GATES).unwrap_or(&"main gate");
    let fill = |text: &str| {
        let text = text.replace("{gate}", gate).replace("{street}", street);
        text.replace("{count}", &count.to_string()).replace("{minutes}", &minutes.to_string())
    };
    let certainty = record::rating::Certainty::Observed;
    let ago = i64::try_from(dice.below(10)).unwrap_or(0);
    Ok(Content {
        title: fill(template.title),
        text: fill(template.text),
        language: Some(template.language.into()),
        observed_from: (template.kind != Kind::Notice).then(|| now.plus_seconds(-60 * ago)),
        urgency: template.urgency,
        severity: template.severity,
        certainty,
        reliability: *dice.pick(&record::rating::Reliability::ALL[..3]).unwrap_or(&Default::default()),
        credibility: credibility(u8::try_from(dice.below(3) + 1).unwrap_or(6)),
        place: self::place(dice, place)?,
        tags: [template.tag.to_owned()].into(),
        ..Content::default()
    })
}

fn credibility(number: u8) -> Credibility {
    Credibility::try_from(number).unwrap_or_default()
}

fn place(dice: &Dice, place: Where) -> Result<Option<Place>> {
    let name = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    Ok(Some(match place {
        Where::Nowhere => return Ok(None),
        Where::Site(site, words) => {
            Place { site: Some(site.parse()?), name: name(words), ..Place::default() }
        }
        Where::Zone(zone, words) => {
            Place { zone: Some(zone.parse()?), name: name(words), ..Place::default() }
        }
        Where::Point(zone, at, metres, words) => Place {
            geometry: Some(Geometry::Point(dice.near(at, metres / 2.0))),
            uncertainty_m: Some(metres),
            zone: Some(zone.parse()?),
            name: name(words),
            site: None,
        },
        Where::AtSite(site, at, metres, words) => Place {
            geometry: Some(Geometry::Point(dice.near(at, metres / 2.0))),
            uncertainty_m: Some(metres),
            site: Some(site.parse()?),
            name: name(words),
            zone: None,
        },
        Where::Line(zone, path, words) => Place {
            geometry: Some(Geometry::LineString(path.to_vec())),
            zone: Some(zone.parse()?),
            name: name(words),
            ..Place::default()
        },
        Where::Field(zone, outside, words) => Place {
            geometry: Some(Geometry::Polygon(vec![outside.iter().chain(outside.first()).copied().collect()])),
            zone: Some(zone.parse()?),
            name: name(words),
            ..Place::default()
        },
    }))
}

/// The marking of a label, with handles turned into members.
pub(crate) fn marking(cast: &Cast, label: &Label) -> Result<Marking> {
    let mut clause = Clause::default();
    for organisation in label.organisations {
        clause.organisations.insert(organisation.parse()?);
    }
    for community in label.communities {
        clause.communities.insert(community.parse()?);
    }
    for handle in label.members {
        clause.members.insert(cast.player(handle)?.member);
    }
    let mut marking = Marking::new(label.tlp);
    marking.pap = label.pap;
    marking.handling = label.handling.iter().copied().collect();
    marking.audience = if clause.is_empty() { Vec::new() } else { vec![clause] };
    marking.retention = label.retention;
    for purpose in label.purposes {
        marking.purposes.insert(purpose.parse()?);
    }
    Ok(marking)
}

#[cfg(test)]
#[path = "plan_tests.rs"]
pub(crate) mod tests;
