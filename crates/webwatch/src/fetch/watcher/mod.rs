//! Watching: the schedule, the egress point and the streams tied together. What is new comes out of one bounded channel;
//! while nobody takes it, nothing more is fetched.
//!
//! Not here: what the bytes mean. Whoever reads them says what they found ([`Watcher::read`], [`Watcher::unreadable`]).

mod job;
mod run;
mod way;

use std::sync::Arc;

use base::clock::{Clock, Timestamp};
use base::random::Random;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use url::Url;

use super::egress::{Answer, Egress};
use super::fault::FetchFault;
use super::schedule::{Memory, Reading, Report, ScheduleSettings};
use super::stream::Message;
use crate::Source;

/// Commands that wait for the watcher.
const COMMANDS_MAX: usize = 1_024;

/// Something that was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// The source's id.
    pub source: String,
    /// When it arrived.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What was fetched.
#[derive(Debug)]
pub enum What {
    /// An answer with something new.
    Answer {
        /// The answer. Of a Mastodon source it is always a list of posts.
        answer: Box<Answer>,
        /// It was asked for by [`Watcher::errand`].
        errand: bool,
    },
    /// A message of a stream.
    Message(Message),
    /// Nothing, for this reason. What is done about it is the watcher's.
    Fault(FetchFault),
}

/// How watching behaves.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WatcherSettings {
    /// When sources are looked at.
    pub schedule: ScheduleSettings,
    /// Most requests under way at once.
    pub at_once_max: usize,
}

impl Default for WatcherSettings {
    fn default() -> Self {
        Self { schedule: ScheduleSettings::default(), at_once_max: 32 }
    }
}

/// What watching needs of the world.
pub struct World {
    /// The way out.
    pub egress: Arc<Egress>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance, for spread and jitter.
    pub random: Arc<dyn Random>,
    /// Where what is fetched goes.
    pub out: mpsc::Sender<Fetched>,
}

/// A watcher at work. It ends with [`Watcher::stop`]; when dropped it ends too, without saying what it remembers.
pub struct Watcher {
    commands: mpsc::Sender<Command>,
    task: JoinHandle<Vec<(String, Memory)>>,
}

enum Command {
    Put(Box<Source>),
    Remove(String),
    LookNow(String),
    Errand(String, Url),
    Read(String, Reading),
    Unreadable(String, String),
    Reports(Vec<String>, oneshot::Sender<Vec<Option<Report>>>),
    Memories(oneshot::Sender<Vec<(String, Memory)>>),
    Stop,
}

impl Watcher {
    /// Starts to watch. Must be called within a Tokio runtime.
    pub fn start(world: World, settings: WatcherSettings, sources: Vec<(Source, Memory)>) -> Self {
        let (commands, receiver) = mpsc::channel(COMMANDS_MAX);
        let task = tokio::spawn(run::run(world, settings, sources, receiver));
        Self { commands, task }
    }

    /// Adds a source and looks at it soon, or changes one; what is remembered of it stays if its address does. A paused
    /// source is kept and not watched.
    pub async fn put(&self, source: Source) {
        self.say(Command::Put(Box::new(source))).await;
    }

    /// Forgets a source.
    pub async fn remove(&self, id: &str) {
        self.say(Command::Remove(id.into())).await;
    }

    /// Looks at a source as soon as its host allows, also at one that was stopped.
    pub async fn look_now(&self, id: &str) {
        self.say(Command::LookNow(id.into())).await;
    }

    /// Fetches one address on behalf of a source, in its host's turn: a page that a feed or sitemap names.
    pub async fn errand(&self, id: &str, url: Url) {
        self.say(Command::Errand(id.into(), url)).await;
    }

    /// Says what was found in what came; after each answer this or [`Watcher::unreadable`].
    pub async fn read(&self, id: &str, reading: Reading) {
        self.say(Command::Read(id.into(), reading)).await;
    }

    /// Says that what came could not be read, and why.
    pub async fn unreadable(&self, id: &str, words: &str) {
        self.say(Command::Unreadable(id.into(), words.into())).await;
    }

    /// How a source fares; `None` when it is not known.
    pub async fn report(&self, id: &str) -> Option<Report> {
        self.reports(vec![id.to_owned()]).await.pop().flatten()
    }

    /// How sources fare, in their order; `None` for one that is not known.
    pub async fn reports(&self, ids: Vec<String>) -> Vec<Option<Report>> {
        let (sender, receiver) = oneshot::channel();
        let asked = ids.len();
        self.say(Command::Reports(ids, sender)).await;
        receiver.await.unwrap_or_else(|_| vec![None; asked])
    }

    /// What is remembered of each source, to be kept for the next run.
    pub async fn memories(&self) -> Vec<(String, Memory)> {
        let (sender, receiver) = oneshot::channel();
        self.say(Command::Memories(sender)).await;
        receiver.await.unwrap_or_default()
    }

    /// Stops: what is under way may end for a few seconds. Gives what is remembered of each source.
    pub async fn stop(self) -> Vec<(String, Memory)> {
        self.say(Command::Stop).await;
        self.task.await.unwrap_or_default()
    }

    async fn say(&self, command: Command) {
        // A watcher that has ended has nobody to obey.
        let _ = self.commands.send(command).await;
    }
}
