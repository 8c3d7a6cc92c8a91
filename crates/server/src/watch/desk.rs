//! The desk of one organisation: what it watches, its pipeline, the signals before its analysts. Memory and disk in one
//! place, so that what is shown is what is kept.
//!
//! Not here: fetching ([`super::run`]), the model ([`super::learning`]), who may do what (policy).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::Arc;

use base::Timestamp;
use base::ids::{ItemId, OrganisationId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::watch::{Counted, Day, KeptDocument, Record, RecordKind, WatchStore, WatchedKind};
use store::{Directory, Store};
use webwatch::detect::model::{Judgement, Model};
use webwatch::detect::{CalendarEvent, Profile};
use webwatch::extract::difference::Look;
use webwatch::pipeline::{Mute, Pipeline, Settings, Signal, SignalChange, Taken, Watch, WhyNot};
use webwatch::privacy::{GateKeys, Known};
use webwatch::stories::{DocumentName, Story};
use webwatch::{Document, Happening, Source};

use super::shown::{Judged, Shown, State};
use super::{DeskError, area, learning};
use crate::area::Area;

/// Texts that copies are looked for among: about a month at 10,000 a day, in some 80 MB of memory when full.
const SIGNATURES_MAX: u32 = 300_000;
/// Characters of a document that a list shows.
const EXCERPT_CHARS: usize = 400;
/// Most signals in memory; the oldest that are not open go first.
const SIGNALS_MAX: usize = 20_000;
/// Most documents whose last version is remembered, to know what is not new.
const SEEN_MAX: usize = 500_000;
const MS_PER_DAY: i64 = 86_400_000;

/// What is kept of a document.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The document.
    pub document: Document,
}

/// The desk of one organisation.
pub struct Desk {
    pub(super) of: OrganisationId,
    pub(super) store: Store,
    area: Arc<Area>,
    pipeline: Pipeline,
    sources: BTreeMap<String, Source>,
    profiles: Vec<Profile>,
    events: Vec<CalendarEvent>,
    mutes: Vec<Mute>,
    settings: Settings,
    signals: BTreeMap<String, Shown>,
    stories: BTreeMap<String, Story>,
    pub(super) judgements: Vec<Judgement>,
    pub(super) models: Vec<Model>,
    pub(super) seen: HashMap<u64, u64>,
    pages: HashMap<String, Look>,
    /// Stories that some case holds.
    pub(super) held_stories: BTreeSet<String>,
    /// The version of the area that the pipeline knows.
    area_version: i64,
}

/// What came of one answer of a source.
#[derive(Debug, Default)]
pub struct Took {
    /// Documents that were new or had changed.
    pub new: u32,
    /// How many of them went to a story that was known.
    pub copies: u32,
    /// When the newest of them was published.
    pub newest: Option<Timestamp>,
    /// Signals that changed.
    pub signals: Vec<String>,
}

impl Desk {
    /// Reads what is kept. Waits for the disk.
    pub(super) fn open(
        store: &Store,
        area: &Arc<Area>,
        of: OrganisationId,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let kept = store.watch()?;
        let settings = kept.get(RecordKind::Setting, &of, "settings")?;
        let settings = settings.map(|one| serde_json::from_str(&one.json)).transpose()?;
        let settings = settings.unwrap_or(Settings { signatures_max: SIGNATURES_MAX, ..Settings::default() });
        let judgements = kept.judgements(&of)?;
        let judgements = judgements.iter().map(|one| serde_json::from_str(&one.json));
        let mut desk = Self {
            sources: watched::<Source>(store, &of, WatchedKind::Source)?
                .into_iter()
                .map(|one| (one.id.clone(), one))
                .collect(),
            profiles: watched(store, &of, WatchedKind::Profile)?,
            events: watched(store, &of, WatchedKind::Event)?,
            mutes: records(kept, RecordKind::Mute, &of)?,
            judgements: judgements.collect::<Result<_, _>>()?,
            signals: BTreeMap::new(),
            stories: BTreeMap::new(),
            models: Vec::new(),
            seen: HashMap::new(),
            pages: HashMap::new(),
            held_stories: kept.held_stories(&of)?,
            area_version: 0,
            pipeline: Pipeline::new(Watch { settings, ..Watch::default() })?,
            area: area.clone(),
            store: store.clone(),
            of,
            settings,
        };
        desk.models = learning::champions(&desk)?;
        desk.ready()?;
        for shown in records::<Shown>(kept, RecordKind::Signal, &desk.of)? {
            desk.signals.insert(shown.signal.id.clone(), shown);
        }
        for story in records::<Story>(kept, RecordKind::Story, &desk.of)? {
            desk.stories.insert(story.id.clone(), story);
        }
        for one in kept.every(RecordKind::Page)?.into_iter().filter(|one| one.organisation == desk.of) {
            desk.pages.insert(one.id, serde_json::from_str(&one.json)?);
        }
        desk.restore(now)?;
        desk.rename_judged()?;
        Ok(desk)
    }

    fn restore(&mut self, now: Timestamp) -> Result<(), DeskError> {
        let store = self.store.clone();
        let mut wrong = None;
        store.watch()?.each_document(now, &mut |kept| {
            if kept.organisation == self.of {
                match serde_json::from_str::<Entry>(&kept.json) {
                    Ok(entry) => self.take_up(&entry.document),
                    Err(error) => wrong = wrong.take().or(Some(error)),
                }
            }
            Ok(())
        })?;
        wrong.map_or(Ok(()), |error| Err(error.into()))
    }

    fn take_up(&mut self, document: &Document) {
        let Some(source) = self.sources.get(&document.source) else { return };
        self.pipeline.restore([(source.trust, document)]);
        self.note(document);
    }

    /// Makes the pipeline ready for what is watched now.
    fn ready(&mut self) -> Result<(), DeskError> {
        let directory = self.store.directory();
        let watch = self.wanted(&directory, self.profiles.clone(), self.events.clone());
        self.pipeline.watch(Watch { models: self.models.clone(), ..watch })?;
        self.pipeline.mute(self.mutes.clone());
        self.area_version = directory.area_version;
        Ok(())
    }

    /// Its sources.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// One source.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// Its profiles.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Its calendar.
    pub fn events(&self) -> &[CalendarEvent] {
        &self.events
    }

    /// What is muted.
    pub fn mutes(&self) -> &[Mute] {
        &self.mutes
    }

    /// How it watches.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// The score that a story needs at a time.
    pub fn threshold(&mut self, now: Timestamp) -> f64 {
        self.pipeline.threshold(now)
    }

    /// Whether these profiles and events could be watched; the first mistake says what, where and how to mend it.
    pub fn check(&self, profiles: Vec<Profile>, calendar: Vec<CalendarEvent>) -> Result<(), DeskError> {
        Pipeline::new(self.wanted(&self.store.directory(), profiles, calendar))?;
        Ok(())
    }

    /// What is watched for in the area as it is, without a model.
    pub(super) fn wanted(
        &self,
        directory: &Directory,
        profiles: Vec<Profile>,
        calendar: Vec<CalendarEvent>,
    ) -> Watch {
        Watch {
            profiles,
            organisations: area::organisations(directory),
            gazetteer: area::gazetteer(directory, &self.area),
            calendar,
            models: Vec::new(),
            settings: self.settings,
            language: Some(super::reading::language_of),
        }
    }

    /// Reads again what is watched, after a change of it is on disk.
    pub fn reread(&mut self) -> Result<(), DeskError> {
        let sources: Vec<Source> = watched(&self.store, &self.of, WatchedKind::Source)?;
        self.sources = sources.into_iter().map(|one| (one.id.clone(), one)).collect();
        self.profiles = watched(&self.store, &self.of, WatchedKind::Profile)?;
        self.events = watched(&self.store, &self.of, WatchedKind::Event)?;
        self.ready()
    }

    /// Changes how it watches.
    pub fn set(&mut self, settings: Settings, now: Timestamp) -> Result<(), DeskError> {
        let record = self.record("settings", now, &settings)?;
        self.store.watch()?.put(RecordKind::Setting, &[record])?;
        self.settings = settings;
        self.ready()
    }

    /// Mutes something until its end date.
    pub fn mute(&mut self, mute: Mute, now: Timestamp) -> Result<(), DeskError> {
        let record = self.record(&mute.id, now, &mute)?;
        self.store.watch()?.put(RecordKind::Mute, &[record])?;
        self.mutes.retain(|one| one.id != mute.id && one.until > now);
        self.mutes.push(mute);
        self.pipeline.mute(self.mutes.clone());
        Ok(())
    }

    /// Ends a mute. Says whether there was one.
    pub fn unmute(&mut self, id: &str) -> Result<bool, DeskError> {
        self.mutes.retain(|one| one.id != id);
        self.pipeline.mute(self.mutes.clone());
        Ok(self.store.watch()?.remove(RecordKind::Mute, &self.of, id)?)
    }

    /// Takes what a source said, keeps what may be kept, and says what changed. Waits for the disk.
    pub fn take(
        &mut self,
        source: &Source,
        happenings: &[Happening],
        now: Timestamp,
        keys: &GateKeys,
    ) -> Result<Took, DeskError> {
        if self.area_version != self.store.directory().area_version {
            self.ready()?;
        }
        let (mut took, mut kept, mut changes) = (Took::default(), Vec::new(), Changes::default());
        let days = i64::from(source.retention_days.clamp(1, 30));
        for happening in happenings {
            let taken = match happening {
                Happening::Deleted { key } => {
                    let key = self.name(&source.id, key, keys.post(&source.id, key));
                    self.store.watch()?.take_back(&self.of, &source.id, &key, now)?;
                    self.seen.remove(&hash_of(&(&source.id, &key)));
                    self.pipeline.delete(&source.id, &key, now)
                }
                Happening::Posted(raw) => {
                    let mut document = self.pipeline.gated(source, raw, now, keys);
                    document.key = self.name(&source.id, &raw.key, document.key);
                    if now.millis_since(document.published) > days * MS_PER_DAY {
                        continue;
                    }
                    match self.note(&document) {
                        Version::Known => continue,
                        // It may have come on an earlier day, and lies in the file of that day.
                        Version::Changed => {
                            self.store.watch()?.take_back(&self.of, &source.id, &document.key, now)?;
                        }
                        Version::First => {}
                    }
                    took.new += 1;
                    took.newest = took.newest.max(Some(document.published));
                    self.pipeline.accept(source.trust, document)
                }
            };
            took.copies += u32::from(taken.story.as_ref().is_some_and(|story| story.documents > 1));
            self.changed(taken, now.plus_millis(days * MS_PER_DAY), &mut kept, &mut changes)?;
        }
        self.keep(&kept, changes, now, &mut took)?;
        let (documents, copies) = (took.new.into(), took.copies.into());
        let counted = Counted { day: Day::of(now), documents, copies, faults: 0 };
        self.store.watch()?.count(&self.of, &source.id, counted)?;
        Ok(took)
    }

    /// The name of a post: that of an earlier version of Belfry when it is still kept under it.
    fn name(&self, source: &str, key: &str, name: String) -> String {
        let before = webwatch::privacy::name_before(key);
        if self.seen.contains_key(&hash_of(&(source, &before))) { before } else { name }
    }

    /// The names that are never masked.
    pub fn known(&self) -> &Known {
        self.pipeline.known()
    }

    /// What a watched page said last.
    pub fn page(&self, source: &str) -> Option<&Look> {
        self.pages.get(source)
    }

    /// Keeps what a watched page says now.
    pub fn keep_page(&mut self, source: &str, look: Look, now: Timestamp) -> Result<(), DeskError> {
        if self.pages.get(source) != Some(&look) {
            let record = self.record(source, now, &look)?;
            self.store.watch()?.put(RecordKind::Page, &[record])?;
            self.pages.insert(source.into(), look);
        }
        Ok(())
    }

    /// Notes the last version of a document, and says what it is beside the one before.
    fn note(&mut self, document: &Document) -> Version {
        let name = hash_of(&(&document.source, &document.key));
        let said = hash_of(&(&document.title, &document.text, &document.tags));
        if self.seen.len() >= SEEN_MAX {
            self.seen.clear();
        }
        match self.seen.insert(name, said) {
            None => Version::First,
            Some(before) if before == said => Version::Known,
            Some(_) => Version::Changed,
        }
    }

    fn changed(
        &self,
        taken: Taken,
        until: Timestamp,
        kept: &mut Vec<KeptDocument>,
        changes: &mut Changes,
    ) -> Result<(), DeskError> {
        let story = taken.story.as_ref().map(|one| one.id.clone());
        if let Some(document) = taken.document {
            kept.push(KeptDocument {
                organisation: self.of.clone(),
                source: document.source.clone(),
                key: document.key.clone(),
                story,
                arrived: document.arrived,
                until,
                json: serde_json::to_string(&Entry { document })?,
            });
        }
        if let Some(story) = taken.story {
            changes.stories.insert(story.id.clone(), story);
        }
        for closed in taken.closed {
            changes.stories.remove(&closed);
            changes.closed.push(closed);
        }
        for change in taken.signals {
            match change {
                SignalChange::Raised { signal } | SignalChange::Updated { signal } => {
                    changes.signals.insert(signal.id.clone(), Some(*signal));
                }
                SignalChange::Withdrawn { id, .. } => drop(changes.signals.insert(id, None)),
            }
        }
        Ok(())
    }

    /// Keeps documents, then what rests on them.
    fn keep(
        &mut self,
        kept: &[KeptDocument],
        changes: Changes,
        now: Timestamp,
        took: &mut Took,
    ) -> Result<(), DeskError> {
        let store = self.store.clone();
        let watch = store.watch()?;
        watch.keep(kept)?;
        self.hold_more(kept)?;
        let stories: Result<Vec<Record>, _> =
            changes.stories.iter().map(|(id, story)| self.record(id, story.latest, story)).collect();
        watch.put(RecordKind::Story, &stories?)?;
        self.stories.extend(changes.stories);
        for closed in changes.closed {
            watch.remove(RecordKind::Story, &self.of, &closed)?;
            self.stories.remove(&closed);
        }
        let mut records = Vec::new();
        for (id, signal) in changes.signals {
            let shown = match signal {
                Some(signal) => self.shown(signal, kept, now)?,
                None => match self.signals.get(&id) {
                    Some(known) => known.withdrawn(),
                    None => continue,
                },
            };
            records.push(self.record(&id, now, &shown)?);
            self.signals.insert(id.clone(), shown);
            took.signals.push(id);
        }
        watch.put(RecordKind::Signal, &records)?;
        self.bound();
        Ok(())
    }

    /// A signal with what was known of it before.
    fn shown(&self, signal: Signal, kept: &[KeptDocument], now: Timestamp) -> Result<Shown, DeskError> {
        let known = self.signals.get(&signal.id);
        let leading = &signal.story.leading;
        let here = kept.iter().rev().find(|one| one.source == leading.source && one.key == leading.key);
        let json = match here {
            Some(one) => Some(one.json.clone()),
            None => {
                let found = self.store.watch()?.document(&self.of, &leading.source, &leading.key, now)?;
                found.map(|one| one.json)
            }
        };
        let document = json.map(|json| serde_json::from_str::<Entry>(&json)).transpose()?;
        let excerpt = document.map(|one| one.document.text.chars().take(EXCERPT_CHARS).collect());
        let state = match known {
            Some(known) if known.state == State::Judged => State::Judged,
            _ => State::Open,
        };
        Ok(Shown {
            excerpt: excerpt.unwrap_or_default(),
            state,
            judged: known.and_then(|one| one.judged.clone()),
            item: known.and_then(|one| one.item),
            signal,
        })
    }

    fn bound(&mut self) {
        while self.signals.len() > SIGNALS_MAX {
            let done = self.signals.values().filter(|one| one.state != State::Open);
            let oldest = done
                .min_by_key(|one| one.signal.updated)
                .or_else(|| self.signals.values().min_by_key(|one| one.signal.updated));
            let Some(id) = oldest.map(|one| one.signal.id.clone()) else { break };
            self.signals.remove(&id);
        }
    }

    /// The signals in some states, those with the highest score first.
    pub fn signals(&self, wanted: impl Fn(&Shown) -> bool) -> Vec<Shown> {
        let mut found: Vec<Shown> = self.signals.values().filter(|one| wanted(one)).cloned().collect();
        found.sort_by(|one, two| {
            let score = |shown: &Shown| shown.signal.score.total;
            score(two).total_cmp(&score(one)).then(two.signal.updated.cmp(&one.signal.updated))
        });
        found
    }

    /// One signal.
    pub fn signal(&self, id: &str) -> Option<&Shown> {
        self.signals.get(id)
    }

    /// The stories, the latest first.
    pub fn stories(&self) -> Vec<Story> {
        let mut found: Vec<Story> = self.stories.values().cloned().collect();
        found.sort_by(|one, two| two.latest.cmp(&one.latest).then(one.id.cmp(&two.id)));
        found
    }

    /// One story.
    pub fn story(&self, id: &str) -> Option<&Story> {
        self.stories.get(id).or_else(|| self.signals.get(id).map(|one| &one.signal.story))
    }

    /// The documents of a story that are still kept, the latest first. Waits for the disk.
    pub fn documents(&self, story: &str, now: Timestamp) -> Result<Vec<Document>, DeskError> {
        let kept = self.store.watch()?.documents_of(&self.of, story, now)?;
        kept.iter().map(|one| Ok(serde_json::from_str::<Entry>(&one.json)?.document)).collect()
    }

    /// One document. Waits for the disk.
    pub fn document(&self, name: &DocumentName, now: Timestamp) -> Result<Option<Document>, DeskError> {
        let kept = self.store.watch()?.document(&self.of, &name.source, &name.key, now)?;
        Ok(kept.map(|one| serde_json::from_str::<Entry>(&one.json)).transpose()?.map(|one| one.document))
    }

    /// Why a document is or is not a signal.
    pub fn why_not(&mut self, document: &Document, now: Timestamp) -> Option<WhyNot> {
        let trust = self.sources.get(&document.source)?.trust;
        Some(self.pipeline.why_not(trust, document, now))
    }

    /// Judges a signal: keeps what was said, with the features of what was judged. Waits for the disk.
    pub fn judge(&mut self, id: &str, judged: Judged, chance: Option<f64>) -> Result<bool, DeskError> {
        let Some(known) = self.signals.get(id).cloned() else { return Ok(false) };
        let document = self.document(&known.signal.story.leading, judged.at)?;
        let judgement = learning::judgement(&known.signal, document.as_ref(), &judged, chance);
        let json = serde_json::to_string(&judgement)?;
        let kept = store::watch::Judged {
            organisation: self.of.clone(),
            document: name_of(&judgement.document),
            member: judged.member,
            at: judged.at,
            json,
        };
        self.store.watch()?.judge(&kept)?;
        self.judgements.retain(|one| one.document != judgement.document);
        self.judgements.push(judgement);
        let at = judged.at;
        self.change(id, at, |shown| {
            shown.state = State::Judged;
            shown.judged = Some(judged);
        })
    }

    /// Takes a judgement back. Says whether there was one.
    pub fn unjudge(&mut self, id: &str, now: Timestamp) -> Result<bool, DeskError> {
        let Some(known) = self.signals.get(id).filter(|one| one.judged.is_some()).cloned() else {
            return Ok(false);
        };
        let leading = &known.signal.story.leading;
        self.store.watch()?.unjudge(&self.of, &name_of(leading))?;
        self.judgements.retain(|one| one.document != *leading);
        self.change(id, now, |shown| {
            shown.state = State::Open;
            shown.judged = None;
        })
    }

    /// Notes the item that a signal was shared as.
    pub fn shared(&mut self, id: &str, item: ItemId, now: Timestamp) -> Result<bool, DeskError> {
        self.change(id, now, |shown| shown.item = Some(item))
    }

    fn change(&mut self, id: &str, now: Timestamp, how: impl FnOnce(&mut Shown)) -> Result<bool, DeskError> {
        let Some(mut shown) = self.signals.get(id).cloned() else { return Ok(false) };
        how(&mut shown);
        let record = self.record(id, now, &shown)?;
        self.store.watch()?.put(RecordKind::Signal, &[record])?;
        self.signals.insert(id.into(), shown);
        Ok(true)
    }

    /// Takes other models into use and scores the open signals anew. Waits for the disk.
    pub(super) fn use_models(
        &mut self,
        models: Vec<Model>,
        now: Timestamp,
    ) -> Result<Vec<String>, DeskError> {
        self.models = models;
        self.ready()?;
        let open: Vec<Shown> = self.signals(|one| one.state == State::Open);
        let mut changed = Vec::new();
        for mut shown in open {
            let Some(document) = self.document(&shown.signal.story.leading, now)? else { continue };
            let Some(why) = self.why_not(&document, now) else { continue };
            if why.score != shown.signal.score {
                shown.signal.score = why.score;
                let id = shown.signal.id.clone();
                let record = self.record(&id, now, &shown)?;
                self.store.watch()?.put(RecordKind::Signal, &[record])?;
                self.signals.insert(id.clone(), shown);
                changed.push(id);
            }
        }
        Ok(changed)
    }

    fn record(&self, id: &str, changed: Timestamp, content: &impl Serialize) -> Result<Record, DeskError> {
        let json = serde_json::to_string(content)?;
        Ok(Record { organisation: self.of.clone(), id: id.into(), changed, json })
    }
}

/// What a document is beside the one of the same name that came before.
enum Version {
    /// The first of its name.
    First,
    /// The same again.
    Known,
    /// Another version.
    Changed,
}

/// What one answer changed, before it is kept.
#[derive(Default)]
struct Changes {
    stories: BTreeMap<String, Story>,
    closed: Vec<String>,
    signals: BTreeMap<String, Option<Signal>>,
}

pub(super) fn name_of(name: &DocumentName) -> String {
    format!("{}\n{}", name.source, name.key)
}

pub(super) fn hash_of(content: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

fn watched<T: DeserializeOwned>(
    store: &Store,
    of: &OrganisationId,
    kind: WatchedKind,
) -> Result<Vec<T>, DeskError> {
    let kept = store.watched(of, kind)?;
    let contents = kept.into_iter().filter_map(|one| one.content);
    contents.map(|one| Ok(serde_json::from_value(one)?)).collect()
}

fn records<T: DeserializeOwned>(
    kept: &WatchStore,
    kind: RecordKind,
    of: &OrganisationId,
) -> Result<Vec<T>, DeskError> {
    let found = kept.every(kind)?.into_iter().filter(|one| one.organisation == *of);
    found.map(|one| Ok(serde_json::from_str(&one.json)?)).collect()
}
