//! One look: ask robots.txt if need be, ask the address, hand over what is new.
//!
//! Not here: when.

use std::sync::{Arc, Mutex, PoisonError};

use base::clock::Clock;
use tokio::sync::mpsc;
use url::{Position, Url};

use super::way::{PAGE_POSTS, after};
use super::{Fetched, What};
use crate::fetch::AGENT;
use crate::fetch::conditional::Seen;
use crate::fetch::connect::check;
use crate::fetch::egress::{Answer, Egress, Heed, Request, WEB};
use crate::fetch::fault::FetchFault;
use crate::fetch::headers::fresh_s;
use crate::fetch::robots::{Known, RobotsCache};
use crate::fetch::schedule::{Done, Job};
use crate::fetch::stream::cursor::{latest_in_list, list_length};

/// What a look needs.
#[derive(Clone)]
pub(super) struct Rim {
    pub(super) egress: Arc<Egress>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) robots: Arc<Mutex<RobotsCache>>,
    pub(super) out: mpsc::Sender<Fetched>,
}

/// What is known before a look.
pub(super) struct Before {
    pub(super) seen: Seen,
    pub(super) cursor: Option<String>,
    /// It is a list of posts, read from the last one on.
    pub(super) list: bool,
}

/// How a look ended.
#[derive(Default)]
pub(super) struct Ended {
    pub(super) done: Done,
    pub(super) seen: Option<Seen>,
    pub(super) cursor: Option<String>,
    /// The page was full: there may be more.
    pub(super) more: bool,
}

/// Does a job and hands over what is new. Waits while nobody takes it.
pub(super) async fn run(rim: Rim, job: Job, before: Before) -> Ended {
    let mut ended = Ended::default();
    let url = if before.list { after(&job.url, before.cursor.as_deref()) } else { job.url.clone() };
    let got = match may_fetch(&rim, &url, false).await {
        Ok(rest_ms) => {
            ended.done.rest_ms = Some(rest_ms);
            let headers = if job.errand { hyper::HeaderMap::new() } else { before.seen.headers() };
            rim.egress.get_heeding(&Request { url, headers, from_outside: false }, &rim).await
        }
        Err(fault) => Err(fault),
    };
    let at = rim.clock.now();
    let what = match got {
        Ok(answer) => {
            let Some(answer) = ended.learn(answer, before, job.errand) else { return ended };
            What::Answer { answer: Box::new(answer), errand: job.errand }
        }
        Err(fault) => {
            ended.done.fault = Some(fault.clone());
            What::Fault(fault)
        }
    };
    // When nobody takes it any more, the watcher is about to stop.
    let _ = rim.out.send(Fetched { source: job.source, at, what }).await;
    ended
}

impl Ended {
    /// What the answer says; gives it back when it has something new.
    fn learn(&mut self, answer: Answer, before: Before, errand: bool) -> Option<Answer> {
        let Before { mut seen, cursor, list } = before;
        self.done.fresh_s = fresh_s(&answer.headers);
        self.done.moved_to.clone_from(&answer.moved_to);
        if errand {
            return Some(answer);
        }
        self.done.changed = seen.learn(&answer);
        if list && self.done.changed {
            self.more = cursor.is_some() && list_length(&answer.body) >= PAGE_POSTS;
            self.cursor = latest_in_list(&answer.body, cursor);
            // Each page has an address of its own: what was seen of the last one says nothing of the next.
            seen.etag = None;
            seen.last_modified = None;
            self.done.moved_to = None;
        }
        self.seen = Some(seen);
        self.done.changed.then_some(answer)
    }
}

/// The hosts that a redirect leads to are asked like the first one.
impl Heed for Rim {
    async fn heed(&self, url: &Url, from_outside: bool) -> Result<(), FetchFault> {
        may_fetch(self, url, from_outside).await.map(drop)
    }
}

/// Whether the host lets robots have this, and how long it wants to be left alone after, in milliseconds.
async fn may_fetch(rim: &Rim, url: &Url, from_outside: bool) -> Result<u32, FetchFault> {
    check(url, WEB)?;
    let origin = url[..Position::BeforePath].to_owned();
    let known = lock(&rim.robots).known(&origin, rim.clock.now());
    let known = match known {
        Some(known) => known,
        None => {
            let robots = Request { from_outside, ..Request::to(&format!("{origin}/robots.txt"))? };
            let came = rim.egress.get(&robots).await;
            // What we may not reach is not the host's fault, and says so itself.
            if let Err(fault @ (FetchFault::Forbidden { .. } | FetchFault::Port(_))) = came {
                return Err(fault);
            }
            let bytes = came.as_ref().map(|answer| &answer.body[..]);
            lock(&rim.robots).learn(&origin, bytes, AGENT, rim.clock.now())
        }
    };
    match known {
        Known::Rules(rules) => {
            let path = &url[Position::BeforePath..Position::AfterQuery];
            if rules.allows(path) { Ok(rules.delay_ms().unwrap_or(0)) } else { Err(FetchFault::Robots) }
        }
        Known::Unknown(why) => Err(FetchFault::RobotsUnknown(why)),
    }
}

fn lock(robots: &Mutex<RobotsCache>) -> std::sync::MutexGuard<'_, RobotsCache> {
    robots.lock().unwrap_or_else(PoisonError::into_inner)
}
