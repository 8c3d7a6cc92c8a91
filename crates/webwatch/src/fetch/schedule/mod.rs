//! Which source is looked at when: a state machine over time that is handed in. Each step costs O(log n).
//!
//! Not here: fetching. One request per host at a time; a host's faults count for the host, a source's for the source.

mod health;
mod host;
mod pace;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use base::clock::Timestamp;
use base::random::Random;
use serde::{Deserialize, Serialize};
use url::Url;

pub use health::{DAYS_MAX, Day, Health, Wrong};
pub use host::Breaker;
use host::Host;
pub(super) use pace::back_off_ms;
use pace::below;
pub use pace::{Pace, Wishes};

use super::conditional::Seen;
use super::fault::FetchFault;

/// Most errands (single addresses) that wait for one source.
const ERRANDS_PER_SOURCE_MAX: u32 = 100;
/// Faults at a new address after which the old one is tried again.
const MOVED_FAULTS_MAX: u32 = 3;
/// Wait after robots.txt said no, in seconds: until it is read again.
const ROBOTS_WAIT_S: i64 = 86_400;

/// How the schedule behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSettings {
    /// First looks are spread over this long, in seconds, or over the source's interval if that is shorter.
    pub spread_s: u32,
    /// How many times slower than its shortest interval a quiet source is looked at.
    pub slowest_times: u32,
    /// Rest between two requests to one host, in milliseconds; robots.txt can ask for more.
    pub host_rest_ms: u32,
    /// First wait after a fault, in seconds; doubled with each further one.
    pub back_off_s: u32,
}

impl Default for ScheduleSettings {
    fn default() -> Self {
        Self { spread_s: 600, slowest_times: 8, host_rest_ms: 1_000, back_off_s: 15 }
    }
}

/// What is remembered of a source from one run of the node to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The address that the rest is about; another address begins anew.
    pub address: Option<Url>,
    /// What was seen last.
    pub seen: Seen,
    /// Its rhythm.
    pub pace: Pace,
    /// How it fares.
    pub health: Health,
    /// Where it has moved for good.
    pub moved_to: Option<Url>,
    /// Why it is not looked at any more.
    pub stopped: Option<String>,
    /// How far its stream or list was read, in the source's own words.
    pub cursor: Option<String>,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// For which source.
    pub source: String,
    /// The address.
    pub url: Url,
    /// A single address on behalf of a source, not a look at the source itself.
    pub errand: bool,
}

/// What is next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This, now. Its host is busy until [`Schedule::done`].
    Do(Job),
    /// Nothing before this time.
    Wait(Timestamp),
    /// Nothing at all until something is put, or a job is done.
    Nothing,
}

/// How a job ended.
#[derive(Debug, Default)]
pub struct Done {
    /// What went wrong, if anything.
    pub fault: Option<FetchFault>,
    /// Something other than last time came.
    pub changed: bool,
    /// How long the answer says to be fresh, in seconds.
    pub fresh_s: Option<u32>,
    /// Where the source says it has moved for good.
    pub moved_to: Option<Url>,
    /// The rest that robots.txt asks for, in milliseconds.
    pub rest_ms: Option<u32>,
}

/// What was found in what came, told by whoever reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// How many items were new.
    pub items: u32,
    /// When the newest of them was published.
    pub newest: Option<Timestamp>,
    /// What the feed says of when to come.
    pub wishes: Wishes,
}

/// What is told of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How it fares.
    pub health: Health,
    /// Its present interval, in seconds.
    pub interval_s: u32,
    /// Since when it is strangely silent.
    pub silent_since: Option<Timestamp>,
    /// Whether its host is asked at all.
    pub breaker: Breaker,
    /// Why it is not looked at any more.
    pub stopped: Option<String>,
    /// Where it has moved for good.
    pub moved_to: Option<Url>,
}

struct Watch {
    url: Url,
    shortest_s: u32,
    silence_s: Option<u32>,
    /// Asked by the schedule; a stream is not.
    asked: bool,
    memory: Memory,
    /// Seen once as moved to here; remembered when seen again.
    moving_to: Option<Url>,
    /// Where its next look waits: host and place in the host's queue. `None` while a look is under way.
    waits: Option<(String, (Timestamp, u64))>,
    errands: u32,
    /// A look is under way.
    looking: bool,
}

/// All sources and when they are looked at.
pub struct Schedule {
    settings: ScheduleSettings,
    random: Arc<dyn Random>,
    watches: HashMap<String, Watch>,
    hosts: HashMap<String, Host>,
    /// Hosts that are not busy and have jobs, by when the first can be done.
    ready: BTreeSet<(Timestamp, String)>,
    serial: u64,
    /// Changes of ordered sets, each O(log n): what a test counts instead of time.
    moves: u64,
}

impl Schedule {
    /// A schedule without sources.
    pub fn new(settings: ScheduleSettings, random: Arc<dyn Random>) -> Self {
        let (watches, hosts, ready) = (HashMap::new(), HashMap::new(), BTreeSet::new());
        Self { settings, random, watches, hosts, ready, serial: 0, moves: 0 }
    }

    /// Adds a source, or changes it. Its first look comes by chance within the spread, and not before its interval after
    /// the last one has passed. `asked`: false for a stream, whose health alone is kept.
    pub fn put(&mut self, source: &crate::Source, url: Url, asked: bool, mut memory: Memory, now: Timestamp) {
        if memory.address.as_ref() != Some(&url) {
            let health = std::mem::take(&mut memory.health);
            memory = Memory { address: Some(url.clone()), health, ..Memory::default() };
            memory.health.last_look = None;
        }
        let looking = self.watches.get(&source.id).is_some_and(|watch| watch.looking);
        self.remove(&source.id);
        let watch = Watch {
            url,
            shortest_s: source.interval_s,
            silence_s: source.silence_s,
            asked,
            memory,
            moving_to: None,
            waits: None,
            errands: 0,
            looking: false,
        };
        self.watches.insert(source.id.clone(), watch);
        let Some(watch) = self.watches.get_mut(&source.id) else { return };
        watch.looking = looking;
        let interval_s = watch.memory.pace.settled_s(watch.shortest_s, self.settings.slowest_times);
        let spread_ms = i64::from(self.settings.spread_s.min(interval_s)) * 1_000;
        let after_last = watch.memory.health.last_look.map(|last| last.plus_seconds(interval_s.into()));
        let due = now.max(after_last.unwrap_or(now)).plus_millis(below(spread_ms, &*self.random));
        if !looking {
            self.queue(&source.id, due);
        }
    }

    /// Forgets a source and gives what is remembered of it. A look under way ends without effect.
    pub fn remove(&mut self, id: &str) -> Option<Memory> {
        self.unqueue(id);
        self.watches.remove(id).map(|watch| watch.memory)
    }

    /// Looks at a source as soon as its host allows, also one that was stopped.
    pub fn look_now(&mut self, id: &str, now: Timestamp) {
        let Some(watch) = self.watches.get_mut(id) else { return };
        watch.memory.stopped = None;
        if !watch.looking {
            self.unqueue(id);
            self.queue(id, now);
        }
    }

    /// Makes an address be fetched for a source, in its host's turn. Gives whether there was room.
    pub fn errand(&mut self, id: &str, url: Url, now: Timestamp) -> bool {
        let Some(watch) = self.watches.get_mut(id) else { return false };
        if watch.errands >= ERRANDS_PER_SOURCE_MAX {
            return false;
        }
        watch.errands += 1;
        let job = Job { source: id.to_owned(), url, errand: true };
        self.enqueue(job, now);
        true
    }

    /// What is to be done now. Each [`Next::Do`] must be followed by [`Schedule::done`] for the same job.
    pub fn next(&mut self, now: Timestamp) -> Next {
        while let Some((at, name)) = self.ready.first().cloned() {
            if at > now {
                return Next::Wait(at);
            }
            self.ready.pop_first();
            self.moves += 1;
            let Some(host) = self.hosts.get_mut(&name) else { continue };
            host.waits_at = None;
            let Some((_, job)) = host.jobs.pop_first() else { continue };
            self.moves += 1;
            host.busy = true;
            match self.watches.get_mut(&job.source) {
                Some(watch) if job.errand => watch.errands = watch.errands.saturating_sub(1),
                Some(watch) => {
                    watch.waits = None;
                    watch.looking = true;
                }
                None => {
                    // An errand of a source that is gone.
                    host.busy = false;
                    self.refresh(&name);
                    continue;
                }
            }
            return Next::Do(job);
        }
        Next::Nothing
    }

    /// A job has ended: its host is free for the next, its source gets its next time.
    pub fn done(&mut self, job: &Job, done: &Done, now: Timestamp) {
        self.free_host(&host_of(&job.url), done, now);
        if job.errand {
            return;
        }
        let Some(watch) = self.watches.get_mut(&job.source) else { return };
        watch.looking = false;
        let due = match &done.fault {
            // Its address was changed meanwhile: what the old one said is not about it.
            _ if job.url != *watch.address() => now,
            None => {
                // Something new is a success only when it can be read, which is told later.
                if done.changed {
                    watch.memory.health.last_look = Some(now);
                } else {
                    watch.memory.health.succeeded(now);
                }
                watch.memory.pace.fresh_s = done.fresh_s;
                watch.note_move(done.moved_to.clone());
                if !done.changed {
                    watch.memory.pace.slacken();
                }
                let interval_s = watch.memory.pace.settled_s(watch.shortest_s, self.settings.slowest_times);
                self.after(&job.source, interval_s, now)
            }
            Some(fault) => self.after_fault(&job.source, fault, now),
        };
        self.queue(&job.source, due);
    }

    /// What came was read: the rhythm follows what was found in it. Each change must be followed by this or by
    /// [`Schedule::unreadable`].
    pub fn read(&mut self, id: &str, reading: &Reading, now: Timestamp) {
        let Some(watch) = self.watches.get_mut(id) else { return };
        watch.memory.health.succeeded(now);
        watch.memory.health.brought(reading.items, reading.newest, now);
        watch.memory.pace.wishes = reading.wishes;
        if reading.items > 0 {
            watch.memory.pace.quicken();
        } else {
            watch.memory.pace.slacken();
        }
        let interval_s = watch.memory.pace.settled_s(watch.shortest_s, self.settings.slowest_times);
        if watch.waits.is_some() {
            let last = watch.memory.health.last_look.unwrap_or(now);
            let due = self.after(id, interval_s, last).max(now);
            self.unqueue(id);
            self.queue(id, due);
        }
    }

    /// What came could not be read: that is an error of the source, and what was seen is forgotten, so that a mended
    /// source is read again.
    pub fn unreadable(&mut self, id: &str, words: &str, now: Timestamp) {
        if !self.watches.contains_key(id) {
            return;
        }
        let due = self.after_fault(id, &FetchFault::Unreadable(words.chars().take(200).collect()), now);
        let Some(watch) = self.watches.get_mut(id) else { return };
        watch.memory.seen = Seen::default();
        if watch.waits.is_some() {
            self.unqueue(id);
            self.queue(id, due);
        }
    }

    /// A stream is well, and so many of its messages were dropped. What was in the others is told by [`Schedule::read`].
    pub fn heard(&mut self, id: &str, dropped: u64, now: Timestamp) {
        let Some(watch) = self.watches.get_mut(id) else { return };
        watch.memory.health.succeeded(now);
        watch.memory.health.dropped = watch.memory.health.dropped.saturating_add(dropped);
    }

    /// A stream broke off.
    pub fn broke_off(&mut self, id: &str, fault: &FetchFault, now: Timestamp) {
        if let Some(watch) = self.watches.get_mut(id) {
            watch.memory.health.failed(&fault.to_string(), now);
        }
    }

    /// From now on the source is asked, because its stream is not for everyone.
    pub fn ask_instead(&mut self, id: &str, now: Timestamp) {
        let Some(watch) = self.watches.get_mut(id) else { return };
        watch.asked = true;
        self.look_now(id, now);
    }

    /// What is remembered of a source.
    pub fn memory(&self, id: &str) -> Option<&Memory> {
        self.watches.get(id).map(|watch| &watch.memory)
    }

    /// The address at which a source is asked now.
    pub fn address(&self, id: &str) -> Option<&Url> {
        self.watches.get(id).map(Watch::address)
    }

    /// Remembers what was seen of a source and how far it was read.
    pub fn remember(&mut self, id: &str, seen: Option<Seen>, cursor: Option<String>) {
        let Some(watch) = self.watches.get_mut(id) else { return };
        watch.memory.seen = seen.unwrap_or_else(|| std::mem::take(&mut watch.memory.seen));
        watch.memory.cursor = cursor.or_else(|| watch.memory.cursor.take());
    }

    /// A source that cannot be looked at as it is described: it stands still, with the reason.
    pub fn put_stopped(
        &mut self,
        source: &crate::Source,
        why: &FetchFault,
        mut memory: Memory,
        now: Timestamp,
    ) {
        let nowhere = Url::parse("about:blank").expect("a fixed address that parses");
        memory.address = Some(nowhere.clone());
        memory.stopped = Some(why.to_string());
        self.put(source, nowhere, false, memory, now);
    }

    /// How a source fares.
    pub fn report(&self, id: &str, now: Timestamp) -> Option<Report> {
        let watch = self.watches.get(id)?;
        let host = self.hosts.get(&host_of(watch.address()));
        Some(Report {
            health: watch.memory.health.clone(),
            interval_s: watch.memory.pace.interval_s,
            silent_since: watch.memory.health.silent_since(watch.silence_s, now),
            breaker: host.map_or(Breaker::Closed, |host| host.breaker(now)),
            stopped: watch.memory.stopped.clone(),
            moved_to: watch.memory.moved_to.clone(),
        })
    }

    /// The ids of all sources.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.watches.keys().map(String::as_str)
    }

    /// One interval after a moment, up to a tenth later by chance, at an hour that the feed does not mind.
    fn after(&self, id: &str, interval_s: u32, from: Timestamp) -> Timestamp {
        let jitter_ms = below(i64::from(interval_s) * 100, &*self.random);
        let due = from.plus_seconds(interval_s.into()).plus_millis(jitter_ms);
        self.watches.get(id).map_or(due, |watch| watch.memory.pace.welcome_at(due))
    }

    fn after_fault(&mut self, id: &str, fault: &FetchFault, now: Timestamp) -> Timestamp {
        let back_off_s = self.settings.back_off_s;
        let Some(watch) = self.watches.get_mut(id) else { return now };
        watch.memory.health.failed(&fault.to_string(), now);
        let faults = watch.memory.health.errors_in_a_row;
        if faults >= MOVED_FAULTS_MAX && watch.memory.moved_to.take().is_some() {
            watch.memory.seen = Seen::default();
        }
        let interval_s = watch.memory.pace.settled_s(watch.shortest_s, self.settings.slowest_times);
        match fault {
            FetchFault::Status { status: 410, .. }
            | FetchFault::Scheme(_)
            | FetchFault::Credentials
            | FetchFault::NotAnAddress(_)
                if watch.memory.moved_to.is_none() =>
            {
                watch.memory.stopped = Some(fault.to_string());
                now
            }
            FetchFault::Robots => now.plus_seconds(ROBOTS_WAIT_S),
            // The host's own back-off says when; the source is ready when the host is.
            fault if fault.is_of_host() => self.after(id, interval_s, now),
            _ => {
                let first_s = back_off_s.max(interval_s);
                now.plus_millis(back_off_ms(first_s, faults, &*self.random))
            }
        }
    }

    fn free_host(&mut self, name: &str, done: &Done, now: Timestamp) {
        let (rest_ms, back_off_s) = (self.settings.host_rest_ms, self.settings.back_off_s);
        let Some(host) = self.hosts.get_mut(name) else { return };
        host.busy = false;
        host.delay_ms = done.rest_ms.unwrap_or(host.delay_ms);
        let rest = now.plus_millis(i64::from(rest_ms.max(host.delay_ms)));
        host.not_before = match &done.fault {
            Some(fault) if fault.is_of_host() => {
                host.faults = host.faults.saturating_add(1);
                let wait = now.plus_millis(back_off_ms(back_off_s, host.faults, &*self.random));
                let asked = match fault {
                    FetchFault::Status { retry_after_s: Some(seconds), .. } => {
                        now.plus_seconds((*seconds).into())
                    }
                    _ => now,
                };
                wait.max(asked).max(rest)
            }
            _ => {
                host.faults = 0;
                rest
            }
        };
        self.refresh(name);
        self.forget_idle_hosts(now);
    }

    /// Errands lead to many hosts once: those are forgotten when they are most.
    fn forget_idle_hosts(&mut self, now: Timestamp) {
        if self.hosts.len() > 2 * self.watches.len() + 1_000 {
            self.hosts.retain(|_, host| !host.is_idle(now));
        }
    }

    /// Puts a source's look into its host's queue, unless it is stopped or a stream.
    fn queue(&mut self, id: &str, due: Timestamp) {
        let Some(watch) = self.watches.get(id) else { return };
        if !watch.asked || watch.memory.stopped.is_some() {
            return;
        }
        let url = watch.address().clone();
        let name = host_of(&url);
        let place = self.enqueue(Job { source: id.to_owned(), url, errand: false }, due);
        if let Some(watch) = self.watches.get_mut(id) {
            watch.waits = Some((name, place));
        }
    }

    fn unqueue(&mut self, id: &str) {
        let Some((name, place)) = self.watches.get_mut(id).and_then(|watch| watch.waits.take()) else {
            return;
        };
        if let Some(host) = self.hosts.get_mut(&name) {
            host.jobs.remove(&place);
            self.moves += 1;
        }
        self.refresh(&name);
    }

    fn enqueue(&mut self, job: Job, due: Timestamp) -> (Timestamp, u64) {
        let name = host_of(&job.url);
        self.serial += 1;
        let place = (due, self.serial);
        self.hosts.entry(name.clone()).or_default().jobs.insert(place, job);
        self.moves += 1;
        self.refresh(&name);
        place
    }

    /// Gives a host its place in the order of hosts.
    fn refresh(&mut self, name: &str) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        let at = host.ready_at();
        if host.waits_at == at {
            return;
        }
        if let Some(old) = std::mem::replace(&mut host.waits_at, at) {
            self.ready.remove(&(old, name.to_owned()));
            self.moves += 1;
        }
        if let Some(at) = at {
            self.ready.insert((at, name.to_owned()));
            self.moves += 1;
        }
    }
}

impl Watch {
    fn address(&self) -> &Url {
        self.memory.moved_to.as_ref().unwrap_or(&self.url)
    }

    /// A move counts when it was seen twice running: one look can meet a mistake that is mended tomorrow.
    fn note_move(&mut self, moved_to: Option<Url>) {
        if moved_to.is_some() && self.moving_to == moved_to {
            self.memory.moved_to = self.moving_to.take();
        } else {
            self.moving_to = moved_to;
        }
    }
}

/// The host of an address, with its port: what is asked one thing at a time.
pub(super) fn host_of(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
