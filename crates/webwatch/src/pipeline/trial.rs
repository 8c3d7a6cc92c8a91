//! A trial: the documents of a past span through two pipelines at once, one as the node watches now and one as it might,
//! and what differs. Pure: the same documents, times and settings give the same answer.
//!
//! Not here: reading the documents, and recordings with true events ([`super::replay`]).

use std::collections::{BTreeMap, HashMap};

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Pipeline, SignalChange};
use crate::detect::Class;
use crate::detect::model::Precision;
use crate::detect::model::judge::wilson;
use crate::stories::DocumentName;
use crate::{Document, Trust};

/// Most signals of one list; the highest scores stay.
pub const LISTED_MAX: usize = 100;

/// Two pipelines, and what is counted of each.
pub struct Trial {
    from: Timestamp,
    judged: HashMap<DocumentName, bool>,
    /// When the first document of each story was published.
    published: HashMap<String, Timestamp>,
    now: Side,
    changed: Side,
    documents: u32,
    before: u32,
}

struct Side {
    pipeline: Pipeline,
    raised: BTreeMap<String, TrialSignal>,
    /// What was judged of its stories: relevant when one document of the story is.
    verdicts: HashMap<String, bool>,
}

/// How one side did in the span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Measured {
    /// Signals raised.
    pub signals: u32,
    /// Of those that an analyst judged, the share that is relevant; none when none was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// Of the stories that were judged relevant, the share that is a signal; none when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<Precision>,
    /// From the publication of a story's first document to its signal, median, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_s_median: Option<f64>,
    /// The same: nine of ten signals took no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_s_p90: Option<f64>,
    /// The score that a story needed at the end.
    pub threshold: f64,
}

/// A signal of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrialSignal {
    /// Its name: that of its story, as everywhere.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its leading document.
    pub leading: DocumentName,
    /// When it is raised.
    pub raised: Timestamp,
    /// The score with which it is raised, or with which it last changed.
    pub score: f64,
    /// Its classes.
    pub classes: Vec<Class>,
    /// Its profiles, by id.
    pub profiles: Vec<String>,
    /// Whether it was judged relevant; none when it was not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<bool>,
}

/// What a trial found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trialled {
    /// Documents of the span.
    pub documents: u32,
    /// Documents before it, which only say what is known and usual.
    pub before: u32,
    /// As the node watches now.
    pub now: Measured,
    /// As it would watch.
    pub changed: Measured,
    /// Signals on both sides.
    pub same: u32,
    /// Signals that only the change gives.
    pub gained: u32,
    /// Signals that the change loses.
    pub lost: u32,
    /// Those gained, the highest score first, at most [`LISTED_MAX`].
    pub gains: Vec<TrialSignal>,
    /// Those lost, the highest score first, at most [`LISTED_MAX`].
    pub losses: Vec<TrialSignal>,
}

impl Trial {
    /// Between two pipelines that have seen nothing yet. What comes before `from` is taken and not counted.
    pub fn new(
        now: Pipeline,
        changed: Pipeline,
        from: Timestamp,
        judged: HashMap<DocumentName, bool>,
    ) -> Self {
        let side = |pipeline| Side { pipeline, raised: BTreeMap::new(), verdicts: HashMap::new() };
        Self {
            from,
            judged,
            published: HashMap::new(),
            now: side(now),
            changed: side(changed),
            documents: 0,
            before: 0,
        }
    }

    /// Takes a document that was kept; they come in the order in which they came to the node.
    pub fn take(&mut self, trust: Trust, document: &Document) {
        let counted = document.arrived >= self.from;
        *if counted { &mut self.documents } else { &mut self.before } += 1;
        let name = DocumentName { source: document.source.clone(), key: document.key.clone() };
        let verdict = self.judged.get(&name).copied();
        for side in [&mut self.now, &mut self.changed] {
            let taken = side.pipeline.accept(trust, document.clone());
            let Some(story) = taken.story else { continue };
            let first = self.published.entry(story.id.clone()).or_insert(document.published);
            *first = (*first).min(document.published);
            if let Some(relevant) = verdict.filter(|_| counted) {
                *side.verdicts.entry(story.id).or_default() |= relevant;
            }
            for change in taken.signals {
                side.note(change);
            }
        }
    }

    /// What differs, at the end of the span.
    pub fn finish(mut self, until: Timestamp) -> Trialled {
        let from = self.from;
        for side in [&mut self.now, &mut self.changed] {
            let verdicts = &side.verdicts;
            for (id, signal) in &mut side.raised {
                signal.relevant = verdicts.get(id).copied();
            }
        }
        let published = self.published;
        let now = self.now.measured(from, until, &published);
        let changed = self.changed.measured(from, until, &published);
        let (one, two) = (&self.now.raised, &self.changed.raised);
        let only = |here: &BTreeMap<String, TrialSignal>, there: &BTreeMap<String, TrialSignal>| {
            let mut only: Vec<TrialSignal> = here
                .values()
                .filter(|signal| signal.raised >= from && !there.contains_key(&signal.id))
                .cloned()
                .collect();
            only.sort_by(|one, two| two.score.total_cmp(&one.score).then_with(|| one.id.cmp(&two.id)));
            (count(only.len()), only)
        };
        let (gained, mut gains) = only(two, one);
        let (lost, mut losses) = only(one, two);
        let same = one.values().filter(|signal| signal.raised >= from && two.contains_key(&signal.id));
        let same = count(same.count());
        gains.truncate(LISTED_MAX);
        losses.truncate(LISTED_MAX);
        Trialled {
            documents: self.documents,
            before: self.before,
            now,
            changed,
            same,
            gained,
            lost,
            gains,
            losses,
        }
    }
}

impl Side {
    fn note(&mut self, change: SignalChange) {
        match change {
            SignalChange::Raised { signal } | SignalChange::Updated { signal } => {
                let noted = TrialSignal {
                    id: signal.id.clone(),
                    title: signal.story.title.clone(),
                    leading: signal.story.leading.clone(),
                    raised: signal.raised,
                    score: signal.score.total,
                    classes: signal.story.classes.clone(),
                    profiles: signal.story.profiles.clone(),
                    relevant: None,
                };
                self.raised.insert(signal.id, noted);
            }
            SignalChange::Withdrawn { id, .. } => drop(self.raised.remove(&id)),
        }
    }

    fn measured(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        published: &HashMap<String, Timestamp>,
    ) -> Measured {
        let raised: Vec<&TrialSignal> = self.raised.values().filter(|signal| signal.raised >= from).collect();
        #[allow(clippy::cast_precision_loss, reason = "milliseconds of a month at most")]
        let delay = |signal: &&TrialSignal| {
            Some(signal.raised.millis_since(*published.get(&signal.id)?).max(0) as f64 / 1000.0)
        };
        let mut delays: Vec<f64> = raised.iter().filter_map(delay).collect();
        delays.sort_by(f64::total_cmp);
        let at = |part: usize, of: usize| delays.get((delays.len() * part).div_ceil(of).max(1) - 1).copied();
        let judged = raised.iter().filter_map(|signal| signal.relevant);
        let relevant = self.verdicts.iter().filter(|(_, relevant)| **relevant);
        Measured {
            signals: count(raised.len()),
            precision: share(judged),
            recall: share(relevant.map(|(story, _)| self.raised.contains_key(story))),
            delay_s_median: at(1, 2),
            delay_s_p90: at(9, 10),
            threshold: self.pipeline.threshold(until),
        }
    }
}

/// The share that is true, with its interval.
fn share(found: impl Iterator<Item = bool>) -> Option<Precision> {
    let (judged, good) = found.fold((0u32, 0u32), |(all, good), one| (all + 1, good + u32::from(one)));
    if judged == 0 {
        return None;
    }
    let estimate = f64::from(good) / f64::from(judged);
    let (low, high) = wilson(estimate, f64::from(judged));
    Some(Precision { estimate, low, high, judged })
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Gazetteer, GazetteerPlace, PlaceKind, Profile};
    use crate::pipeline::{Settings, Watch};

    fn at(seconds: i64) -> Timestamp {
        "2026-11-25T08:00:00Z".parse::<Timestamp>().unwrap().plus_seconds(seconds)
    }

    fn document(key: &str, text: &str, arrived: i64) -> Document {
        Document {
            source: "news".into(),
            key: key.into(),
            url: None,
            title: String::new(),
            text: text.into(),
            voice: None,
            published: at(arrived - 30),
            arrived: at(arrived),
            language: "nl".into(),
            tags: Vec::new(),
            links: Vec::new(),
        }
    }

    fn pipeline(phrases: &[&str]) -> Pipeline {
        let profile = Profile {
            id: "forum".into(),
            name: "Forum".into(),
            owner: "police".into(),
            purpose: "public-order".into(),
            phrases: phrases.iter().map(|one| (*one).to_owned()).collect(),
            weight: 2.0,
            exclude: Vec::new(),
            regexes: Vec::new(),
            hashtags: Vec::new(),
            organisations: Vec::new(),
            places: Vec::new(),
            languages: Vec::new(),
            paused: false,
        };
        let place = GazetteerPlace {
            id: "hall".into(),
            kind: PlaceKind::Area,
            name: "Elders".into(),
            aliases: Vec::new(),
            longitude: 4.28,
            latitude: 52.09,
            radius_m: 100.0,
            ambiguous: false,
        };
        let settings = Settings { signatures_max: 1_000, ..Settings::default() };
        Pipeline::new(Watch {
            profiles: vec![profile],
            gazetteer: Gazetteer { places: vec![place], context: Vec::new() },
            settings,
            ..Watch::default()
        })
        .unwrap()
    }

    fn tried() -> Trialled {
        let name = |key: &str| DocumentName { source: "news".into(), key: key.into() };
        let judged = HashMap::from([(name("gate"), true), (name("sale"), false), (name("noise"), true)]);
        let mut trial =
            Trial::new(pipeline(&["poort", "uitverkoop"]), pipeline(&["poort", "brug"]), at(100), judged);
        for one in [
            document("old", "Gisteren is de poort van het oude fort geverfd door vrijwilligers", 0),
            document("gate", "Morgen om zeven uur blokkeren we de poort met fietsen en kettingen", 110),
            document("sale", "Grote uitverkoop van schoenen in de winkel, nu met korting voor iedereen", 120),
            document("bridge", "Wij blokkeren straks de brug over het kanaal tot de avond valt", 130),
            document("noise", "Het regent de hele dag en de tram heeft vertraging", 140),
        ] {
            trial.take(Trust::B, &one);
        }
        trial.finish(at(200))
    }

    #[test]
    fn says_what_a_change_gains_and_loses_and_how_each_side_does() {
        let found = tried();
        assert_eq!((found.documents, found.before), (4, 1));
        assert_eq!((found.now.signals, found.changed.signals), (2, 2), "{found:?}");
        assert_eq!((found.same, found.gained, found.lost), (1, 1, 1));
        assert_eq!((found.gains[0].leading.key.as_str(), found.gains[0].relevant), ("bridge", None));
        assert_eq!((found.losses[0].leading.key.as_str(), found.losses[0].relevant), ("sale", Some(false)));
        let precision = |measured: &Measured| measured.precision.map(|one| (one.estimate, one.judged));
        assert_eq!(precision(&found.now), Some((0.5, 2)));
        assert_eq!(precision(&found.changed), Some((1.0, 1)));
        assert_eq!(found.now.recall.map(|one| (one.estimate, one.judged)), Some((0.5, 2)));
        assert_eq!(found.now.delay_s_median, Some(30.0));
    }

    #[test]
    fn the_same_again_gives_the_same() {
        assert_eq!(tried(), tried());
    }

    #[test]
    fn without_a_change_nothing_differs() {
        let mut trial = Trial::new(pipeline(&["poort"]), pipeline(&["poort"]), at(0), HashMap::new());
        trial.take(Trust::B, &document("gate", "Morgen blokkeren we de poort met fietsen en kettingen", 110));
        let found = trial.finish(at(200));
        assert_eq!((found.same, found.gained, found.lost), (1, 0, 0));
        assert_eq!(found.now, found.changed);
        assert_eq!((found.now.precision, found.now.recall), (None, None));
    }
}
