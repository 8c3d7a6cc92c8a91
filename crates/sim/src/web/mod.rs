//! A small web on this computer: news, a municipality, a calendar, two Mastodon-like servers, a Jetstream-like stream, a
//! feed that dies and a host that means harm. Written for this purpose; nothing on it is real.
//!
//! Not here: reading it. Whoever starts it says on which addresses it may be reached: loopback only.

mod chatter;
mod hostile;
mod render;
mod script;
mod server;
mod stage;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use base::clock::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, broadcast};
use tokio::task::JoinSet;

pub use hostile::ATTACKS;
use server::{REPLAYED_MAX, Shared};
use stage::Stage;
pub use stage::{Site, Truth};

/// How often what happens is played on, in milliseconds: the most by which a post is late.
const STEP_MS: u64 = 50;
/// Changes that a slow reader of a stream may be behind.
const BEHIND_MAX: usize = 1_024;
/// Most connections of the hostile host at once.
const HOSTILE_CONNECTIONS_MAX: usize = 64;
/// Pieces of chatter a second unless said otherwise.
pub const CHATTER_PER_S: u32 = 20;

/// How the small web is set up.
pub struct Setup {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// One seed, one day.
    pub seed: u64,
    /// Pieces of chatter a second; 0 for silence.
    pub chatter_per_s: u32,
    /// Where the hostile host tries to lead a fetcher, such as `http://127.0.0.1:8480/`: the node's own address.
    pub inward: String,
}

/// Where the sites are, such as `http://127.0.0.1:40123`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Local news: `/rss` and `/artikel/ID`.
    pub news: String,
    /// The municipality: `/atom` and `/bericht/ID`.
    pub municipality: String,
    /// The calendar: `/kalender`.
    pub calendar: String,
    /// Mastodon-like, Dutch.
    pub plein: String,
    /// Mastodon-like, English.
    pub square: String,
    /// Jetstream-like (`ws://...`), both.
    pub jet: String,
    /// A feed that dies: `/rss`.
    pub dying: String,
    /// The host that means harm: see [`ATTACKS`].
    pub hostile: String,
}

/// The small web at work. It ends when this is dropped.
pub struct Web {
    addresses: Addresses,
    ports: Vec<u16>,
    shared: Arc<Shared>,
    seed: u64,
    chatter_per_s: u32,
    _tasks: JoinSet<()>,
}

/// Starts the small web on ports of the system's choice. Its day begins now. Must be called within a Tokio runtime.
pub async fn serve(setup: Setup) -> Result<Web> {
    let began = setup.clock.now();
    let shared = Arc::new(Shared {
        clock: setup.clock,
        stage: Mutex::new(Stage::new(setup.seed, began, setup.chatter_per_s)),
        changes: broadcast::channel(BEHIND_MAX).0,
        commits: Mutex::new(VecDeque::new()),
        commit: broadcast::channel(BEHIND_MAX).0,
        visits: AtomicU64::new(1),
    });
    let (mut tasks, mut ports) = (JoinSet::new(), Vec::new());
    let mut addresses = Vec::new();
    for site in
        [Site::News, Site::Municipality, Site::Calendar, Site::Plein, Site::Square, Site::Jet, Site::Dying]
    {
        let (listener, port) = listen().await?;
        let base = format!("http://127.0.0.1:{port}");
        ports.push(port);
        addresses.push(base.clone());
        tasks.spawn(server::serve(listener, site, base, shared.clone()));
    }
    let (listener, port) = listen().await?;
    ports.push(port);
    tasks.spawn(hostility(listener, setup.inward));
    tasks.spawn(play(shared.clone()));
    let at = |index: usize| addresses[index].clone();
    let addresses = Addresses {
        news: at(0),
        municipality: at(1),
        calendar: at(2),
        plein: at(3),
        square: at(4),
        jet: at(5).replacen("http", "ws", 1),
        dying: at(6),
        hostile: format!("http://127.0.0.1:{port}"),
    };
    Ok(Web { addresses, ports, shared, seed: setup.seed, chatter_per_s: setup.chatter_per_s, _tasks: tasks })
}

impl Web {
    /// Begins the day anew, now: for who must know the addresses before anyone may listen.
    pub fn begin(&self) {
        *self.shared.stage() = Stage::new(self.seed, self.shared.clock.now(), self.chatter_per_s);
    }

    /// Where the sites are.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The ports of the sites on 127.0.0.1: what a fetcher must be allowed to reach, and no more.
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// What was meant by what was posted so far, and when: what delay and recall are measured against.
    pub fn truth(&self) -> Vec<Truth> {
        self.shared.stage().truth().to_vec()
    }

    /// The sites as sources to watch, in the public shape of a source; `interval_s`: the shortest time between two looks.
    /// The hostile host is one source for each of its attacks.
    pub fn sources(&self, owner: &str, purpose: &str, interval_s: u32) -> Vec<Value> {
        let at = &self.addresses;
        let source = |id: &str, name: &str, trust: &str, interval_s: u32, kind: Value| {
            let mut source = json!({
                "id": id, "name": name, "owner": owner, "purpose": purpose, "trust": trust,
                "retention_days": 30, "interval_s": interval_s,
            });
            if let (Some(source), Value::Object(kind)) = (source.as_object_mut(), kind) {
                source.extend(kind);
            }
            source
        };
        let feed = |url: String| json!({ "kind": "feed", "url": url });
        let mastodon = |url: &str, language: &str| json!({ "kind": "mastodon", "url": url, "streaming": true, "language": language });
        let calendar =
            json!({ "kind": "page", "url": format!("{}/kalender", at.calendar), "select": "#kalender" });
        let jet = json!({ "kind": "jetstream", "url": at.jet, "words": [] });
        let mut sources = vec![
            source("demo-news", "Stadsnieuws", "B", interval_s, feed(format!("{}/rss", at.news))),
            source(
                "demo-municipality",
                "Gemeente",
                "A",
                interval_s,
                feed(format!("{}/atom", at.municipality)),
            ),
            source("demo-calendar", "Demonstratiekalender", "A", interval_s, calendar),
            source("demo-plein", "Plein (Mastodon)", "E", interval_s, mastodon(&at.plein, "nl")),
            source("demo-square", "Square (Mastodon)", "E", interval_s, mastodon(&at.square, "en")),
            source("demo-jet", "Jetstream", "E", interval_s, jet),
            source("demo-dying", "Wijkblad", "C", interval_s, feed(format!("{}/rss", at.dying))),
        ];
        sources.extend(ATTACKS.iter().map(|(path, what)| {
            let (id, name) = (format!("demo-hostile-{}", &path[1..]), format!("Hostile: {what}"));
            source(&id, &name, "F", interval_s.max(30), feed(format!("{}{path}", at.hostile)))
        }));
        sources
    }
}

async fn listen() -> Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for the small web")?;
    let port = listener.local_addr().context("a listener without an address")?.port();
    Ok((listener, port))
}

/// Plays what happens, as time passes.
async fn play(shared: Arc<Shared>) {
    let mut step = tokio::time::interval(Duration::from_millis(STEP_MS));
    let mut last_us = 0;
    loop {
        step.tick().await;
        let now = shared.clock.now();
        let changes = shared.stage().until(now);
        for change in changes {
            if render::site_of(&change) == Site::Jet {
                // Each later than the one before, so that a cursor says exactly what was read.
                last_us = u64::try_from(now.millis()).unwrap_or(0).saturating_mul(1_000).max(last_us + 1);
                let commit = (last_us, Arc::<str>::from(render::commit(&change, last_us)));
                let mut kept = shared.commits();
                kept.push_back(commit.clone());
                if kept.len() > REPLAYED_MAX {
                    kept.pop_front();
                }
                // Nobody may be listening, here and below.
                let _ = shared.commit.send(commit);
            }
            let _ = shared.changes.send(Arc::new(change));
        }
    }
}

async fn hostility(listener: TcpListener, inward: String) {
    let (room, bomb) = (Arc::new(Semaphore::new(HOSTILE_CONNECTIONS_MAX)), Arc::new(hostile::bomb()));
    let inward = Arc::<str>::from(inward);
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let (inward, bomb) = (inward.clone(), bomb.clone());
        connections.spawn(async move {
            let _place = place;
            hostile::answer(stream, &inward, &bomb).await;
        });
    }
}
