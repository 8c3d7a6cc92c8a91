//! Folding documents into stories: by being copies, by pointing to the same page, by telling of the same place and time.
//!
//! Not here: scores. What is kept of a document is its signature, its name and numbers; no text.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use base::clock::Timestamp;

use super::index::Index;
use super::signature::{Scratch, Signature};
use super::{DocumentName, MEMBERS_MAX, Story};
use crate::detect::{Class, hash};
use crate::{Document, Pseudonym};

/// Links of one document that are followed.
const LINKS_MAX: usize = 8;
/// A link that this many stories share says nothing: a home page, a donation page.
const LINK_STORIES_MAX: u32 = 3;
/// Documents of one story that can be changed or taken back; further ones are only counted.
const DOCUMENTS_MAX: usize = 20_000;
/// Voices of one story that are told apart.
const VOICES_MAX: usize = 10_000;
/// Voices and places and such that are named.
const NAMES_MAX: usize = 32;

/// How much is held, and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoryLimits {
    /// Signatures and names of documents held at most; the oldest go first.
    pub signatures: usize,
    /// Stories held at most; those that are longest silent go first.
    pub stories: usize,
    /// A story that is silent this long is closed, in hours.
    pub silent_hours: u16,
    /// From which likeness on a text is a copy, 0 to 1.
    pub likeness: f64,
}

impl Default for StoryLimits {
    fn default() -> Self {
        Self { signatures: 1_000_000, stories: 200_000, silent_hours: 72, likeness: 0.6 }
    }
}

/// Something told that can be told in another language too: where, when and what sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fact {
    /// Hash of the place, the time and the class.
    pub hash: u64,
    /// To the hour: the same in the same language is the same thing too.
    pub exact: bool,
}

/// What a document tells, as far as folding goes.
#[derive(Debug, Default)]
pub struct Telling<'a> {
    /// Its folded text.
    pub folded: &'a str,
    /// Where, when and what.
    pub facts: Vec<Fact>,
    /// The places it names.
    pub places: Vec<String>,
    /// The classes that fired.
    pub classes: Vec<Class>,
    /// The profiles that matched.
    pub profiles: Vec<String>,
}

/// What came of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// The number of its story.
    pub story: u64,
    /// It began the story.
    pub new: bool,
    /// It is a copy of an earlier document of the story: how alike, 0 to 1.
    pub copy: Option<f64>,
    /// It is a new version of a document that was there.
    pub update: bool,
    /// The story that it left, when its new version is about something else; gone when it was alone there.
    pub left: Option<u64>,
}

/// A document as it is held.
#[derive(Clone, Copy)]
struct Member {
    story: u64,
    exact: u64,
    source: u64,
    voice: Option<Pseudonym>,
    copy: bool,
}

struct Held {
    story: Story,
    voices: HashSet<Pseudonym>,
    /// Hashes of its documents' names, links, facts and texts: taken out when it is closed.
    documents: Vec<u64>,
    links: Vec<u64>,
    facts: Vec<u64>,
    texts: Vec<u64>,
}

/// The open stories.
pub struct Stories {
    limits: StoryLimits,
    index: Index,
    /// For each place of the index: the story that stood there.
    at: Vec<u64>,
    held: HashMap<u64, Held>,
    documents: HashMap<u64, Member>,
    texts: HashMap<u64, u64>,
    links: HashMap<u64, (u64, u32)>,
    facts: HashMap<u64, u64>,
    /// Stories by when they were last told.
    silence: BTreeSet<(Timestamp, u64)>,
    scratch: Scratch,
    closed: VecDeque<u64>,
}

impl Stories {
    /// No stories yet.
    pub fn new(limits: StoryLimits) -> Self {
        Self {
            index: Index::new(limits.signatures),
            limits,
            at: Vec::new(),
            held: HashMap::new(),
            documents: HashMap::new(),
            texts: HashMap::new(),
            links: HashMap::new(),
            facts: HashMap::new(),
            silence: BTreeSet::new(),
            scratch: Scratch::default(),
            closed: VecDeque::new(),
        }
    }

    /// A story by its number.
    pub fn story(&self, number: u64) -> Option<&Story> {
        self.held.get(&number).map(|held| &held.story)
    }

    /// The number of the story that a document is in.
    pub fn of(&self, source: &str, key: &str) -> Option<u64> {
        self.documents.get(&name_hash(source, key)).map(|member| member.story)
    }

    /// How many stories are open.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Names another document as the one that stands for a story.
    pub fn lead(&mut self, number: u64, leading: DocumentName, title: String) {
        if let Some(held) = self.held.get_mut(&number) {
            held.story.leading = leading;
            held.story.title = title;
        }
    }

    /// The story that a text would be folded into as a copy, and how alike. Changes nothing.
    pub fn like(&mut self, folded: &str) -> Option<(u64, f64)> {
        let signature = Signature::of(folded, &mut self.scratch)?;
        self.alike(&signature)
    }

    /// Folds a document in.
    pub fn fold(&mut self, document: &Document, telling: &Telling) -> Folded {
        let name = name_hash(&document.source, &document.key);
        let signature = Signature::of(telling.folded, &mut self.scratch);
        let exact = hash::of_text(telling.folded.trim());
        let before = self.documents.get(&name).copied();
        let alike = signature.as_ref().and_then(|signature| self.alike(signature));
        let exact_story = (telling.folded.len() >= 12).then(|| self.texts.get(&exact).copied()).flatten();
        let copy = exact_story
            .map(|story| (story, 1.0))
            .or(alike)
            .filter(|(story, _)| self.held.contains_key(story));
        let found = copy.map(|(story, _)| story).or_else(|| self.shared(document, telling));
        // A new version stays where it was unless it now clearly belongs to another story.
        let story = match (before, found) {
            (Some(old), None) if self.held.contains_key(&old.story) => Some(old.story),
            (Some(old), Some(_)) if copy.is_none() && self.held.contains_key(&old.story) => Some(old.story),
            (_, found) => found,
        };
        let new = story.is_none();
        let story = story.unwrap_or_else(|| self.begin(name, document));
        let left = before.filter(|old| old.story != story).map(|old| old.story);
        let unchanged = before.is_some_and(|old| old.exact == exact);
        if let Some(old) = before {
            self.take_out(name, old, document.arrived, false, left.is_some());
        }
        if let Some(signature) = signature {
            self.store(&signature, story);
        }
        let member = Member {
            story,
            exact,
            source: hash::of_text(&document.source),
            voice: document.voice,
            copy: copy.is_some() && !new && before.is_none(),
        };
        self.put_in(name, member, document, telling, before.is_some() && !unchanged);
        self.make_room();
        Folded {
            story,
            new,
            copy: member.copy.then(|| copy.map(|(_, likeness)| likeness)).flatten(),
            update: before.is_some(),
            left,
        }
    }

    /// Takes out a document that its source took back; gives the story it was in, which may now be empty and gone.
    pub fn delete(&mut self, source: &str, key: &str, at: Timestamp) -> Option<u64> {
        let name = name_hash(source, key);
        let member = self.documents.get(&name).copied()?;
        self.take_out(name, member, at, true, true);
        Some(member.story)
    }

    /// Closes the stories that are silent too long; gives their numbers, and those that had to make room before.
    pub fn close(&mut self, now: Timestamp) -> Vec<u64> {
        let since = now.plus_seconds(-i64::from(self.limits.silent_hours) * 3600);
        while let Some((latest, story)) = self.silence.first().copied().filter(|(latest, _)| *latest < since)
        {
            self.silence.remove(&(latest, story));
            self.forget(story);
        }
        self.closed.drain(..).collect()
    }

    fn alike(&self, signature: &Signature) -> Option<(u64, f64)> {
        let (place, likeness) = self.index.nearest(signature, self.limits.likeness)?;
        let story = *self.at.get(place as usize)?;
        self.held.contains_key(&story).then_some((story, likeness))
    }

    /// The story that points to the same page, or tells of the same place, time and sort of thing.
    fn shared(&self, document: &Document, telling: &Telling) -> Option<u64> {
        let by_link = links(document).find_map(|link| {
            let (story, stories) = self.links.get(&link)?;
            (*stories <= LINK_STORIES_MAX).then_some(*story)
        });
        let by_fact = || {
            telling.facts.iter().find_map(|fact| {
                let story = *self.facts.get(&fact.hash)?;
                let held = self.held.get(&story)?;
                (fact.exact || !held.story.languages.contains(&document.language)).then_some(story)
            })
        };
        by_link.filter(|story| self.held.contains_key(story)).or_else(by_fact)
    }

    fn begin(&mut self, name: u64, document: &Document) -> u64 {
        // The same document that begins a second story, after its first was closed, needs another number.
        let mut number = hash::pair(name, 1) | 1;
        while self.held.contains_key(&number) {
            number = hash::mix(number) | 1;
        }
        let story = Story {
            id: format!("{number:016x}"),
            title: title_of(document),
            leading: DocumentName { source: document.source.clone(), key: document.key.clone() },
            started: document.arrived,
            latest: document.arrived,
            documents: 0,
            copies: 0,
            updates: 0,
            deleted: 0,
            sources: Vec::new(),
            voices: 0,
            languages: Vec::new(),
            places: Vec::new(),
            classes: Vec::new(),
            profiles: Vec::new(),
            members: Vec::new(),
        };
        self.silence.insert((document.arrived, number));
        let held = Held {
            story,
            voices: HashSet::new(),
            documents: Vec::new(),
            links: Vec::new(),
            facts: Vec::new(),
            texts: Vec::new(),
        };
        self.held.insert(number, held);
        number
    }

    fn store(&mut self, signature: &Signature, story: u64) {
        let place = self.index.insert(signature);
        match self.at.get_mut(place as usize) {
            Some(at) => *at = story,
            None => self.at.push(story),
        }
    }

    fn put_in(&mut self, name: u64, member: Member, document: &Document, telling: &Telling, changed: bool) {
        let Some(held) = self.held.get_mut(&member.story) else { return };
        let story = &mut held.story;
        self.silence.remove(&(story.latest, member.story));
        story.latest = story.latest.max(document.arrived);
        self.silence.insert((story.latest, member.story));
        story.documents += 1;
        story.copies += u32::from(member.copy);
        story.updates += u32::from(changed);
        add(&mut story.sources, &document.source);
        add(&mut story.languages, &document.language);
        telling.places.iter().for_each(|place| add(&mut story.places, place));
        telling.profiles.iter().for_each(|profile| add(&mut story.profiles, profile));
        for class in &telling.classes {
            if !story.classes.contains(class) {
                story.classes.push(*class);
            }
        }
        if let Some(voice) = member.voice
            && held.voices.len() < VOICES_MAX
        {
            held.voices.insert(voice);
        }
        story.voices = u32::try_from(held.voices.len()).unwrap_or(u32::MAX);
        let named = DocumentName { source: document.source.clone(), key: document.key.clone() };
        if story.members.len() == MEMBERS_MAX {
            story.members.remove(0);
        }
        story.members.push(named);
        if held.documents.len() < DOCUMENTS_MAX {
            held.documents.push(name);
            self.documents.insert(name, member);
        }
        if !member.copy || held.texts.is_empty() {
            held.texts.push(member.exact);
            self.texts.insert(member.exact, member.story);
        }
        for link in links(document) {
            let known = self.links.entry(link).or_insert((member.story, 0));
            if known.1 == 0 || known.0 != member.story {
                known.0 = member.story;
                known.1 += 1;
                held.links.push(link);
            }
        }
        for fact in &telling.facts {
            if self.facts.insert(fact.hash, member.story) != Some(member.story) {
                held.facts.push(fact.hash);
            }
        }
    }

    fn take_out(&mut self, name: u64, member: Member, at: Timestamp, deleted: bool, leaves: bool) {
        self.documents.remove(&name);
        let Some(held) = self.held.get_mut(&member.story) else { return };
        held.documents.retain(|known| *known != name);
        let story = &mut held.story;
        story.documents = story.documents.saturating_sub(1);
        story.copies = story.copies.saturating_sub(u32::from(member.copy));
        story.deleted += u32::from(deleted);
        story.members.retain(|known| name_hash(&known.source, &known.key) != name);
        // A voice or source that is heard no more in the story is counted no more.
        let rest = || held.documents.iter().filter_map(|name| self.documents.get(name));
        if let Some(voice) = member.voice
            && !rest().any(|other| other.voice == Some(voice))
        {
            held.voices.remove(&voice);
            story.voices = u32::try_from(held.voices.len()).unwrap_or(u32::MAX);
        }
        if !rest().any(|other| other.source == member.source) {
            story.sources.retain(|source| hash::of_text(source) != member.source);
        }
        if story.documents == 0 && leaves {
            self.silence.remove(&(story.latest, member.story));
            self.forget(member.story);
        } else if deleted {
            self.silence.remove(&(story.latest, member.story));
            story.latest = story.latest.max(at);
            self.silence.insert((story.latest, member.story));
        }
    }

    fn make_room(&mut self) {
        let full = |stories: &Self| {
            stories.held.len() > stories.limits.stories
                || (stories.documents.len() > stories.limits.signatures && stories.held.len() > 1)
        };
        while full(self) {
            let Some((_, story)) = self.silence.pop_first() else { break };
            self.forget(story);
        }
    }

    fn forget(&mut self, number: u64) {
        let Some(held) = self.held.remove(&number) else { return };
        for name in held.documents {
            self.documents.remove(&name);
        }
        for text in held.texts {
            if self.texts.get(&text) == Some(&number) {
                self.texts.remove(&text);
            }
        }
        for link in held.links {
            if let Some(known) = self.links.get_mut(&link) {
                known.1 = known.1.saturating_sub(1);
                if known.1 == 0 {
                    self.links.remove(&link);
                }
            }
        }
        for fact in held.facts {
            if self.facts.get(&fact) == Some(&number) {
                self.facts.remove(&fact);
            }
        }
        self.closed.push_back(number);
    }
}

/// The name of a document in one number.
pub(crate) fn name_hash(source: &str, key: &str) -> u64 {
    hash::pair(hash::of_text(source), hash::of_text(key))
}

/// What a document is called: its title, or how its text begins.
pub fn title_of(document: &Document) -> String {
    let text = if document.title.trim().is_empty() { &document.text } else { &document.title };
    let line = text.trim().lines().next().unwrap_or_default();
    let mut title: String = line.chars().take(140).collect();
    if line.chars().count() > 140 {
        title.push('…');
    }
    title
}

fn add(names: &mut Vec<String>, name: &str) {
    if names.len() < NAMES_MAX && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Hashes of the pages that a document points to, or is; pages at the root of a site are left out.
fn links(document: &Document) -> impl Iterator<Item = u64> {
    let own = document.url.iter();
    own.chain(&document.links).filter(|link| !at_root(link)).take(LINKS_MAX).map(|link| hash::of_text(link))
}

fn at_root(link: &str) -> bool {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    rest.split_once('/').is_none_or(|(_, path)| path.trim_matches('/').len() < 4)
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
