//! The whole way of a document after it was found: gate, reading, story, score, signal. Pure: documents and times go in,
//! what is to be kept and shown comes out, and a recorded day gives the same again.
//!
//! Not here: fetching, keeping, showing.

mod queue;
pub mod replay;
mod signal;
mod terms;
pub mod trial;
mod watch;

use std::collections::{HashMap, VecDeque};

use base::clock::Timestamp;

use crate::detect::{Class, PlaceKind, Placed, Score, Term, TermKind, WatchError, hash};
use crate::privacy::{GateKeys, Known, gate};
use crate::stories::{Burst, Bursts, DocumentName, Fact, Folded, Novelty, Stories, StoryLimits, Telling};
use crate::{Document, Happening, RawDocument, Source, Trust};

pub use replay::{Recorded, Replayed, replay};
pub use signal::{Mute, Muted, NotBecause, Signal, SignalChange, Taken, WhyNot};
pub use trial::{Trial, Trialled};
pub use watch::{LanguageOf, Reading, Settings, Watch};

use queue::Queue;
use watch::Ready;

/// Readings held per story, for when its leading document is taken back.
const READINGS_MAX: usize = 8;
/// Readings held in all; the oldest stories' go first.
const SCORED_MAX: usize = 100_000;

/// The pipeline, and what it must remember between documents.
pub struct Pipeline {
    ready: Ready,
    settings: Settings,
    stories: Stories,
    bursts: Bursts,
    novelty: Novelty,
    queue: Queue,
    scored: HashMap<u64, Scored>,
    order: VecDeque<u64>,
    mutes: Vec<Mute>,
}

/// What is remembered of a story's score.
#[derive(Default)]
struct Scored {
    /// The best readings, the highest first.
    readings: Vec<Kept>,
    burst: Option<(String, Burst)>,
    novelty: Option<f64>,
    raised: Option<(Timestamp, f64)>,
}

struct Kept {
    name: DocumentName,
    title: String,
    terms: Vec<Term>,
    total: f64,
    reading: Reading,
}

impl Pipeline {
    /// Makes ready what is to be watched; the first mistake is refused with what, where and how to mend it.
    pub fn new(watch: Watch) -> Result<Self, WatchError> {
        let settings = watch.settings;
        let limits = StoryLimits {
            signatures: settings.signatures_max as usize,
            stories: settings.stories_max as usize,
            silent_hours: settings.silent_hours,
            likeness: settings.likeness.clamp(0.3, 1.0),
        };
        Ok(Self {
            ready: Ready::new(watch)?,
            settings,
            stories: Stories::new(limits),
            bursts: Bursts::new(
                usize::from(settings.burst_sources_min),
                usize::from(settings.burst_voices_min),
            ),
            novelty: Novelty::default(),
            queue: Queue::new(settings.signals_per_shift, settings.shift_hours, settings.score_min),
            scored: HashMap::new(),
            order: VecDeque::new(),
            mutes: Vec::new(),
        })
    }

    /// Watches for something else from now on; stories and what is usual stay as they are.
    pub fn watch(&mut self, watch: Watch) -> Result<(), WatchError> {
        let settings = watch.settings;
        self.ready = Ready::new(watch)?;
        let changed = settings.signals_per_shift != self.settings.signals_per_shift
            || settings.shift_hours != self.settings.shift_hours
            || (settings.score_min - self.settings.score_min).abs() > f64::EPSILON;
        if changed {
            self.queue = Queue::new(settings.signals_per_shift, settings.shift_hours, settings.score_min);
        }
        self.settings = settings;
        Ok(())
    }

    /// Takes what a source said.
    pub fn take(
        &mut self,
        source: &Source,
        happening: &Happening,
        arrived: Timestamp,
        keys: &GateKeys,
    ) -> Taken {
        match happening {
            Happening::Posted(raw) => self.accept(source.trust, self.gated(source, raw, arrived, keys)),
            Happening::Deleted { key } => self.delete(&source.id, &keys.post(&source.id, key), arrived),
        }
    }

    /// What may be kept of a post: through the gate, in the language that was found when its source says none.
    pub fn gated(&self, source: &Source, raw: &RawDocument, arrived: Timestamp, keys: &GateKeys) -> Document {
        let found = match (&raw.language, self.ready.language) {
            (None, Some(of)) => of(&format!("{} {}", raw.title, raw.text)),
            _ => None,
        };
        gate(source, raw, arrived, found.as_deref(), keys, &self.ready.known)
    }

    /// The names that are never masked: a page that is compared with itself is masked with them too.
    pub fn known(&self) -> &Known {
        &self.ready.known
    }

    /// Takes up again what was kept, in the order in which it came: stories, what is usual and the threshold are as they
    /// were, without raising anything that was raised before.
    pub fn restore<'a>(&mut self, documents: impl IntoIterator<Item = (Trust, &'a Document)>) {
        for (trust, document) in documents {
            self.accept(trust, document.clone());
        }
    }

    /// Takes a document that passed the gate.
    pub fn accept(&mut self, trust: Trust, document: Document) -> Taken {
        let now = document.arrived;
        let (reading, words) = self.ready.read(&document);
        let telling = telling(&reading, words.normal.text());
        let folded = self.stories.fold(&document, &telling);
        let mut taken = Taken::default();
        if let Some(left) = folded.left {
            self.leave(left, &document.source, &document.key, now, &mut taken);
        }
        taken.closed = self.close(now);
        let novelty = if folded.copy.is_none() && !folded.update { self.novelty.note(&words) } else { None };
        let burst = if folded.update { None } else { self.burst(&reading, &document) };
        self.note(&folded, trust, &document, reading, novelty, burst);
        self.signal(folded.story, now, &mut taken);
        taken.story = self.stories.story(folded.story).cloned();
        taken.document = Some(document);
        taken
    }

    /// Takes out what a source took back.
    pub fn delete(&mut self, source: &str, key: &str, at: Timestamp) -> Taken {
        let name = DocumentName { source: source.to_owned(), key: key.to_owned() };
        let mut taken = Taken { removed: Some(name), ..Taken::default() };
        if let Some(story) = self.stories.delete(source, key, at) {
            self.leave(story, source, key, at, &mut taken);
            taken.story = self.stories.story(story).cloned();
        }
        taken.closed = self.close(at);
        taken
    }

    /// Why a document is or is not a signal at a time. Changes nothing that is shown.
    pub fn why_not(&mut self, trust: Trust, document: &Document, now: Timestamp) -> WhyNot {
        let (reading, words) = self.ready.read(document);
        let own = self.stories.of(&document.source, &document.key);
        let story = own.or_else(|| self.stories.like(words.normal.text()).map(|(story, _)| story));
        let mut terms = terms::of_document(&reading, trust);
        if let Some(known) = story.and_then(|number| self.stories.story(number)) {
            let scored = story.and_then(|number| self.scored.get(&number));
            let burst = scored
                .and_then(|scored| scored.burst.as_ref())
                .map(|(subject, burst)| (subject.as_str(), *burst));
            terms.extend(terms::of_story(known, burst, scored.and_then(|scored| scored.novelty)));
        }
        let score = self.sum(terms);
        let threshold = self.queue.threshold(now);
        let mut reasons = Vec::new();
        let signal =
            story.filter(|number| self.scored.get(number).is_some_and(|scored| scored.raised.is_some()));
        if let Some(signal) = signal {
            reasons.push(NotBecause::InSignal { signal: format!("{signal:016x}") });
        }
        if !watched(&reading) {
            reasons.push(NotBecause::NotWatched);
        }
        if score.total < threshold {
            let missing = crate::detect::score::thousandths(threshold - score.total);
            reasons.push(NotBecause::BelowThreshold { missing });
        }
        for hit in reading.classes.iter().filter(|hit| !hit.guards.is_empty()) {
            reasons.push(NotBecause::Guarded { class: hit.class, guards: hit.guards.clone() });
        }
        if reading.classes.iter().any(|hit| hit.class == Class::Demonstration && hit.strength > 0.0) {
            reasons.push(NotBecause::LawfulAssembly);
        }
        if let Some(mute) = story.and_then(|number| self.muted(number, now)) {
            reasons.push(NotBecause::Muted { mute: mute.id.clone(), until: mute.until });
        }
        WhyNot { score, threshold, story: story.map(|number| format!("{number:016x}")), reasons }
    }

    /// Reads a document as the pipeline does, without taking it.
    pub fn read(&self, document: &Document) -> Reading {
        self.ready.read(document).0
    }

    /// What is muted from now on, instead of what was.
    pub fn mute(&mut self, mutes: Vec<Mute>) {
        self.mutes = mutes;
    }

    /// The threshold at a time.
    pub fn threshold(&mut self, now: Timestamp) -> f64 {
        self.queue.threshold(now)
    }

    /// The version of the rules.
    pub fn rules_version(&self) -> &str {
        self.ready.rules.version()
    }

    fn close(&mut self, now: Timestamp) -> Vec<String> {
        let closed = self.stories.close(now);
        for story in &closed {
            self.scored.remove(story);
        }
        closed.into_iter().map(|story| format!("{story:016x}")).collect()
    }

    /// A document left a story: its reading goes, and the story is shown anew or withdrawn.
    fn leave(&mut self, story: u64, source: &str, key: &str, at: Timestamp, taken: &mut Taken) {
        if let Some(scored) = self.scored.get_mut(&story) {
            scored.readings.retain(|kept| kept.name.source != source || kept.name.key != key);
        }
        if self.stories.story(story).is_some() {
            return self.signal(story, at, taken);
        }
        if self.scored.remove(&story).is_some_and(|scored| scored.raised.is_some()) {
            taken.signals.push(SignalChange::Withdrawn { id: format!("{story:016x}"), at });
        }
    }

    fn burst(&mut self, reading: &Reading, document: &Document) -> Option<(String, Burst)> {
        let profiles = reading.profiles.iter().map(|one| format!("profile:{}", one.profile));
        let places = reading.places.iter().map(|one| format!("place:{}", one.place));
        let mut best: Option<(String, Burst)> = None;
        for subject in profiles.chain(places) {
            let found = self.bursts.note(&subject, document.arrived, &document.source, document.voice);
            if let Some(burst) = found
                && best.as_ref().is_none_or(|(_, known)| burst.deviation > known.deviation)
            {
                best = Some((subject, burst));
            }
        }
        best
    }

    fn note(
        &mut self,
        folded: &Folded,
        trust: Trust,
        document: &Document,
        reading: Reading,
        novelty: Option<f64>,
        burst: Option<(String, Burst)>,
    ) {
        if !self.scored.contains_key(&folded.story) {
            self.order.push_back(folded.story);
            while self.scored.len() >= SCORED_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.scored.remove(&oldest);
            }
        }
        let terms = terms::of_document(&reading, trust);
        let total = terms.iter().map(|term| term.value).sum();
        let name = DocumentName { source: document.source.clone(), key: document.key.clone() };
        let scored = self.scored.entry(folded.story).or_default();
        if folded.new {
            scored.novelty = novelty;
        }
        let higher = |burst: &(String, Burst)| {
            scored.burst.as_ref().is_none_or(|(_, known)| burst.1.deviation > known.deviation)
        };
        if burst.as_ref().is_some_and(higher) {
            scored.burst = burst;
        }
        scored.readings.retain(|kept| kept.name != name);
        let at = scored.readings.partition_point(|kept| kept.total >= total);
        if at < READINGS_MAX {
            let title = crate::stories::title_of(document);
            scored.readings.insert(at, Kept { name, title, terms, total, reading });
            scored.readings.truncate(READINGS_MAX);
        }
    }

    /// Works out the score of a story, and what that means for its signal.
    fn signal(&mut self, number: u64, now: Timestamp, taken: &mut Taken) {
        let Some(scored) = self.scored.get(&number) else { return };
        let Some(best) = scored.readings.first() else { return };
        self.stories.lead(number, best.name.clone(), best.title.clone());
        let Some(story) = self.stories.story(number).cloned() else { return };
        let burst = scored.burst.as_ref().map(|(subject, burst)| (subject.as_str(), *burst));
        let mut terms = best.terms.clone();
        terms.extend(terms::of_story(&story, burst, scored.novelty));
        let score = self.sum(terms);
        let seen = watched(&best.reading);
        if seen {
            self.queue.note(number, now, score.total);
        }
        let threshold = self.queue.threshold(now);
        let passes = seen && score.total >= threshold && self.muted(number, now).is_none();
        let Some(scored) = self.scored.get_mut(&number) else { return };
        let known = scored.raised;
        if known.is_none() && !passes {
            return;
        }
        let (raised, threshold) = *scored.raised.get_or_insert((now, threshold));
        let reading = &scored.readings[0].reading;
        let signal = Box::new(Signal {
            id: story.id.clone(),
            story,
            raised,
            updated: now,
            score,
            threshold,
            classes: reading.classes.clone(),
            profiles: reading.profiles.clone(),
            places: reading.places.clone(),
            times: reading.times.clone(),
        });
        taken.signals.push(match known {
            None => SignalChange::Raised { signal },
            Some(_) => SignalChange::Updated { signal },
        });
    }

    fn sum(&self, terms: Vec<Term>) -> Score {
        let model = terms.iter().find(|term| term.kind == TermKind::Model).map(|term| term.name.clone());
        Score::sum(terms, self.ready.rules.version(), model.as_deref())
    }

    fn muted(&self, number: u64, now: Timestamp) -> Option<&Mute> {
        let story = self.stories.story(number)?;
        let only = |list: &[String], id: &String| list.len() == 1 && list[0] == *id;
        self.mutes.iter().filter(|mute| mute.until > now).find(|mute| match &mute.what {
            Muted::Story(id) => story.id == *id,
            Muted::Profile(id) => only(&story.profiles, id),
            Muted::Source(id) => only(&story.sources, id),
            Muted::Place(id) => only(&story.places, id),
            Muted::Class(class) => {
                let beside = |other: &Class| matches!(other, Class::Demonstration | Class::CallToAction);
                story.classes.contains(class)
                    && story.classes.iter().all(|other| other == class || beside(other))
            }
        })
    }
}

/// A story is watched for when a profile matches or a place within the area is named.
fn watched(reading: &Reading) -> bool {
    let within = |placed: &Placed| placed.kind != PlaceKind::Area;
    !reading.profiles.is_empty() || reading.places.iter().any(within)
}

/// What a document tells, for folding: facts are place and time and class, to the hour or to the day.
fn telling<'a>(reading: &Reading, folded: &'a str) -> Telling<'a> {
    let classes: Vec<Class> =
        reading.classes.iter().filter(|hit| hit.strength > 0.0).map(|hit| hit.class).collect();
    let mut facts = Vec::new();
    for placed in reading.places.iter().filter(|placed| placed.kind != PlaceKind::Area).take(2) {
        for time in reading.times.iter().take(2) {
            for class in &classes {
                let exact = time.until.millis_since(time.from) <= 3_600_000;
                let when = if exact { time.from.seconds() / 3600 } else { time.from.seconds() / 86_400 };
                let parts =
                    [hash::of_text(&placed.place), u64::from(exact), when.unsigned_abs(), *class as u64];
                facts.push(Fact { hash: parts.into_iter().fold(0, hash::pair), exact });
            }
        }
    }
    Telling {
        folded,
        facts,
        places: reading.places.iter().map(|one| one.place.clone()).collect(),
        classes,
        profiles: reading.profiles.iter().map(|one| one.profile.clone()).collect(),
    }
}

#[cfg(test)]
#[path = "pipeline_tests.rs"]
mod tests;
