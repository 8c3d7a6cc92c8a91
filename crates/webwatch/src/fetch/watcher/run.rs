//! The watcher's loop.
//!
//! Not here: what a look does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::clock::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use url::Url;

use super::job::{Before, Ended, Rim, run as look};
use super::way::Way;
use super::{Command, WatcherSettings, World};
use crate::Source;
use crate::fetch::fault::FetchFault;
use crate::fetch::robots::RobotsCache;
use crate::fetch::schedule::{Done, Job, Memory, Next, Schedule};
use crate::fetch::stream::{Ears, Said, keep};

/// Longest wait before the clock is read again, in milliseconds.
const TURN_MS_MAX: i64 = 1_000;
/// How long what is under way may take to end when the watcher stops, in milliseconds.
const GRACE_MS: u64 = 3_000;
/// Reports of streams that wait for the watcher.
const SAID_MAX: usize = 256;

struct Loop {
    world: World,
    rim: Rim,
    at_once_max: usize,
    schedule: Schedule,
    ways: HashMap<String, Way>,
    jobs: JoinSet<Ended>,
    under_way: HashMap<Id, Job>,
    streams: HashMap<u64, Stream>,
    stream_tasks: JoinSet<()>,
    tells: mpsc::Sender<(u64, Said)>,
    said: mpsc::Receiver<(u64, Said)>,
    streams_begun: u64,
}

/// A stream at work.
struct Stream {
    source: String,
    stop: watch::Sender<bool>,
}

/// What woke the loop.
enum Woken {
    Command(Option<Command>),
    Job(Result<(Id, Ended), JoinError>),
    Said(u64, Said),
    Time,
}

pub(super) async fn run(
    world: World,
    settings: WatcherSettings,
    sources: Vec<(Source, Memory)>,
    mut commands: mpsc::Receiver<Command>,
) -> Vec<(String, Memory)> {
    let rim = Rim {
        egress: world.egress.clone(),
        clock: world.clock.clone(),
        robots: Arc::new(Mutex::new(RobotsCache::default())),
        out: world.out.clone(),
    };
    let (tells, said) = mpsc::channel(SAID_MAX);
    let mut watching = Loop {
        schedule: Schedule::new(settings.schedule, world.random.clone()),
        at_once_max: settings.at_once_max.max(1),
        world,
        rim,
        ways: HashMap::new(),
        jobs: JoinSet::new(),
        under_way: HashMap::new(),
        streams: HashMap::new(),
        stream_tasks: JoinSet::new(),
        tells,
        said,
        streams_begun: 0,
    };
    for (source, memory) in sources {
        watching.put(&source, memory);
    }
    loop {
        let wait = watching.start_jobs();
        match watching.woken(&mut commands, wait).await {
            Woken::Command(None | Some(Command::Stop)) => break,
            Woken::Command(Some(command)) => watching.obey(command),
            Woken::Job(ended) => watching.end_job(ended),
            Woken::Said(number, said) => watching.hear(number, said),
            Woken::Time => {}
        }
    }
    watching.stop().await
}

impl Loop {
    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Starts what is due; gives the time until more is.
    fn start_jobs(&mut self) -> Duration {
        let now = self.now();
        while self.jobs.len() < self.at_once_max {
            match self.schedule.next(now) {
                Next::Do(job) => self.start_job(job),
                Next::Wait(at) => {
                    let wait = at.millis_since(now).clamp(1, TURN_MS_MAX);
                    return Duration::from_millis(u64::try_from(wait).unwrap_or(1));
                }
                Next::Nothing => break,
            }
        }
        Duration::from_millis(u64::try_from(TURN_MS_MAX).unwrap_or(1_000))
    }

    fn start_job(&mut self, job: Job) {
        let way = self.ways.get(&job.source);
        let list = !job.errand && matches!(way, Some(Way::AskAfter(_) | Way::Listen(..)));
        let memory = self.schedule.memory(&job.source).cloned().unwrap_or_default();
        let before = Before { seen: memory.seen, cursor: memory.cursor, list };
        let task = self.jobs.spawn(look(self.rim.clone(), job.clone(), before));
        self.under_way.insert(task.id(), job);
    }

    async fn woken(&mut self, commands: &mut mpsc::Receiver<Command>, wait: Duration) -> Woken {
        let (jobs, streams, said) = (&mut self.jobs, &mut self.stream_tasks, &mut self.said);
        let any = async {
            tokio::select! {
                command = commands.recv() => Woken::Command(command),
                Some(ended) = jobs.join_next_with_id() => Woken::Job(ended),
                Some((number, said)) = said.recv() => Woken::Said(number, said),
                // What it had to say it said before it ended.
                Some(_) = streams.join_next() => Woken::Time,
            }
        };
        tokio::time::timeout(wait, any).await.unwrap_or(Woken::Time)
    }

    fn obey(&mut self, command: Command) {
        let now = self.now();
        match command {
            Command::Put(source) => {
                let known = self.schedule.memory(&source.id).cloned();
                let soon = known.is_none();
                self.put(&source, known.unwrap_or_default());
                if soon && matches!(self.ways.get(&source.id), Some(Way::Ask(_) | Way::AskAfter(_))) {
                    self.schedule.look_now(&source.id, now);
                }
            }
            Command::Remove(id) => {
                self.end_streams(&id);
                self.ways.remove(&id);
                self.schedule.remove(&id);
            }
            Command::LookNow(id) => self.schedule.look_now(&id, now),
            Command::Errand(id, url) => {
                self.schedule.errand(&id, url, now);
            }
            Command::Read(id, reading) => self.schedule.read(&id, &reading, now),
            Command::Unreadable(id, words) => self.schedule.unreadable(&id, &words, now),
            // Whoever asked may have gone.
            Command::Reports(ids, answer) => {
                drop(answer.send(ids.iter().map(|id| self.schedule.report(id, now)).collect()));
            }
            Command::Memories(answer) => drop(answer.send(self.memories())),
            Command::Stop => {}
        }
    }

    fn put(&mut self, source: &Source, memory: Memory) {
        let now = self.now();
        let way = match Way::of(source) {
            Ok(way) => way,
            Err(fault) => {
                self.end_streams(&source.id);
                self.ways.remove(&source.id);
                return self.schedule.put_stopped(source, &fault, memory, now);
            }
        };
        let changed = self.ways.get(&source.id) != Some(&way);
        if changed {
            self.end_streams(&source.id);
        }
        match &way {
            Way::Ask(url) | Way::AskAfter(url) => self.schedule.put(source, url.clone(), true, memory, now),
            Way::Nothing => {
                let kept = memory.address.clone();
                let url = kept.or_else(|| Url::parse("about:blank").ok());
                if let Some(url) = url {
                    self.schedule.put(source, url, false, memory, now);
                }
            }
            Way::Listen(listen, rest) => {
                let url = rest.clone().unwrap_or_else(|| listen.url().clone());
                self.schedule.put(source, url, false, memory, now);
                if changed {
                    self.begin_stream(&source.id, &way);
                }
            }
        }
        self.ways.insert(source.id.clone(), way);
    }

    fn begin_stream(&mut self, id: &str, way: &Way) {
        let Way::Listen(listen, _) = way else { return };
        self.streams_begun += 1;
        let (stop, stopped) = watch::channel(false);
        let ears = Ears {
            source: id.to_owned(),
            clock: self.world.clock.clone(),
            random: self.world.random.clone(),
            messages: self.world.out.clone(),
            said: self.tells.clone(),
            number: self.streams_begun,
            stop: stopped,
        };
        let cursor = self.schedule.memory(id).and_then(|memory| memory.cursor.clone());
        self.stream_tasks.spawn(keep(self.world.egress.clone(), listen.clone(), cursor, ears));
        self.streams.insert(self.streams_begun, Stream { source: id.to_owned(), stop });
    }

    fn end_streams(&mut self, id: &str) {
        for (_, stream) in self.streams.extract_if(|_, stream| stream.source == id) {
            // It may have ended by itself.
            let _ = stream.stop.send(true);
        }
    }

    fn hear(&mut self, number: u64, said: Said) {
        let now = self.now();
        let Some(stream) = self.streams.get(&number) else { return };
        let id = stream.source.clone();
        match said {
            Said::Up => {
                self.schedule.heard(&id, 0, now);
                // What was missed meanwhile is asked for; without a cursor nothing was.
                let missed = self.schedule.memory(&id).and_then(|memory| memory.cursor.as_deref());
                if let (Some(cursor), Some(Way::Listen(_, Some(rest)))) = (missed, self.ways.get(&id)) {
                    let url = super::way::after(rest, Some(cursor));
                    self.schedule.errand(&id, url, now);
                }
            }
            Said::Heard { dropped, cursor } => {
                self.schedule.heard(&id, dropped, now);
                self.schedule.remember(&id, None, cursor);
            }
            Said::Down(fault) => self.schedule.broke_off(&id, &fault, now),
            Said::Refused(fault) => {
                self.streams.remove(&number);
                self.schedule.broke_off(&id, &fault, now);
                self.schedule.ask_instead(&id, now);
            }
        }
    }

    fn end_job(&mut self, ended: Result<(Id, Ended), JoinError>) {
        let now = self.now();
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, ended),
            Err(why) => {
                let fault = Some(FetchFault::Broken(format!("the look failed: {why}")));
                (why.id(), Ended { done: Done { fault, ..Done::default() }, ..Ended::default() })
            }
        };
        let Some(job) = self.under_way.remove(&id) else { return };
        // Of an address that was changed meanwhile nothing is remembered.
        let current = self.schedule.address(&job.source) == Some(&job.url);
        self.schedule.done(&job, &ended.done, now);
        if current && !job.errand {
            self.schedule.remember(&job.source, ended.seen, ended.cursor);
            if ended.more {
                self.schedule.look_now(&job.source, now);
            }
        }
    }

    fn memories(&self) -> Vec<(String, Memory)> {
        let memory = |id: &str| Some((id.to_owned(), self.schedule.memory(id)?.clone()));
        self.schedule.ids().filter_map(memory).collect()
    }

    async fn stop(mut self) -> Vec<(String, Memory)> {
        for stream in self.streams.values() {
            let _ = stream.stop.send(true);
        }
        let ending = async {
            while !(self.jobs.is_empty() && self.stream_tasks.is_empty()) {
                tokio::select! {
                    Some(ended) = self.jobs.join_next_with_id() => self.end_job(ended),
                    Some((number, said)) = self.said.recv() => self.hear(number, said),
                    Some(_) = self.stream_tasks.join_next() => {}
                }
            }
        };
        // What has not ended by then is cut off: the sets end their tasks when they are dropped.
        let _ = tokio::time::timeout(Duration::from_millis(GRACE_MS), ending).await;
        while let Ok((number, said)) = self.said.try_recv() {
            self.hear(number, said);
        }
        self.memories()
    }
}
