//! Replay: recorded documents with their times through the same pipeline, and how it did against what really happened.
//!
//! Not here: reading files.

use std::collections::{BTreeMap, BTreeSet};

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Pipeline, SignalChange};
use crate::privacy::GateKeys;
use crate::{Happening, RawDocument, Source};

/// One recorded happening: a line of JSON. Recordings are made for the purpose; the node never writes raw documents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The source's id.
    pub source: String,
    /// When it came.
    pub at: Timestamp,
    /// The source's own name for it.
    pub key: String,
    /// It was taken back.
    #[serde(default)]
    pub deleted: bool,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its text.
    #[serde(default)]
    pub text: String,
    /// Its address.
    #[serde(default)]
    pub url: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub author: Option<String>,
    /// When it was published.
    #[serde(default)]
    pub published: Option<Timestamp>,
    /// Its language.
    #[serde(default)]
    pub language: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What it points to.
    #[serde(default)]
    pub links: Vec<String>,
    /// The true event that it is about, when it is one that an analyst should hear of.
    #[serde(default)]
    pub event: Option<String>,
}

impl Recorded {
    /// As it came from its source.
    pub fn happening(&self) -> Happening {
        if self.deleted {
            return Happening::Deleted { key: self.key.clone() };
        }
        Happening::Posted(RawDocument {
            key: self.key.clone(),
            url: self.url.clone(),
            title: self.title.clone(),
            text: self.text.clone(),
            author: self.author.clone(),
            published: self.published,
            updated: None,
            language: self.language.clone(),
            tags: self.tags.clone(),
            links: self.links.clone(),
        })
    }
}

/// How a replay went.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// Documents taken.
    pub documents: u32,
    /// Signals raised.
    pub signals: u32,
    /// Signals whose story holds a document of a true event.
    pub true_signals: u32,
    /// `true_signals / signals`; 0 without signals.
    pub precision: f64,
    /// The share of true events of which a signal was raised; 0 without events.
    pub recall: f64,
    /// Stories per true event: 1 when each was told once.
    pub stories_per_event: f64,
    /// From the first document of a true event to its signal, median, in seconds; `None` when none was raised.
    pub delay_s_median: Option<f64>,
    /// The same, the longest.
    pub delay_s_max: Option<f64>,
    /// What became of each true event.
    pub events: Vec<ReplayedEvent>,
}

/// What became of a true event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplayedEvent {
    /// Its name in the recording.
    pub event: String,
    /// Its first document came.
    pub first: Timestamp,
    /// A signal of it was raised.
    pub raised: Option<Timestamp>,
    /// How many documents it has.
    pub documents: u32,
    /// In how many stories.
    pub stories: u32,
}

#[derive(Default)]
struct Event {
    first: Option<Timestamp>,
    raised: Option<Timestamp>,
    documents: u32,
    stories: BTreeSet<String>,
}

/// Runs a recording, in its order, through a pipeline. What is of a source that is not given is left out.
pub fn replay<'a>(
    pipeline: &mut Pipeline,
    sources: &[Source],
    recorded: impl IntoIterator<Item = &'a Recorded>,
    keys: &GateKeys,
) -> Replayed {
    let mut events: BTreeMap<String, Event> = BTreeMap::new();
    let mut of_story: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut raised: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut documents = 0;
    for one in recorded {
        let Some(source) = sources.iter().find(|source| source.id == one.source) else { continue };
        documents += 1;
        let taken = pipeline.take(source, &one.happening(), one.at, keys);
        if let (Some(name), Some(story)) = (&one.event, &taken.story) {
            let event = events.entry(name.clone()).or_default();
            event.first.get_or_insert(one.at);
            event.documents += 1;
            event.stories.insert(story.id.clone());
            of_story.entry(story.id.clone()).or_default().insert(name.clone());
        }
        for change in &taken.signals {
            if let SignalChange::Raised { signal } = change {
                raised.entry(signal.id.clone()).or_insert(one.at);
            }
        }
    }
    for (story, names) in &of_story {
        let Some(at) = raised.get(story) else { continue };
        for name in names {
            if let Some(event) = events.get_mut(name) {
                event.raised = Some(event.raised.map_or(*at, |known| known.min(*at)));
            }
        }
    }
    let true_signals = raised.keys().filter(|story| of_story.contains_key(*story)).count();
    report(documents, raised.len(), true_signals, events)
}

fn report(documents: u32, signals: usize, true_signals: usize, events: BTreeMap<String, Event>) -> Replayed {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let share = |part: u32, of: u32| if of == 0 { 0.0 } else { f64::from(part) / f64::from(of) };
    let events: Vec<ReplayedEvent> = events
        .into_iter()
        .filter_map(|(name, event)| {
            let stories = count(event.stories.len());
            event.first.map(|first| ReplayedEvent {
                event: name,
                first,
                raised: event.raised,
                documents: event.documents,
                stories,
            })
        })
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of a replay")]
    let delay = |event: &ReplayedEvent| event.raised.map(|at| at.millis_since(event.first) as f64 / 1000.0);
    let mut delays: Vec<f64> = events.iter().filter_map(delay).collect();
    delays.sort_by(f64::total_cmp);
    Replayed {
        documents,
        signals: count(signals),
        true_signals: count(true_signals),
        precision: share(count(true_signals), count(signals)),
        recall: share(count(delays.len()), count(events.len())),
        stories_per_event: share(events.iter().map(|event| event.stories).sum(), count(events.len())),
        delay_s_median: delays.get(delays.len().saturating_sub(1) / 2).copied(),
        delay_s_max: delays.last().copied(),
        events,
    }
}
