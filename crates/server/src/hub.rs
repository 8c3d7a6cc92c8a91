//! Live streams: every change, once on disk, goes to every open stream that may see it, within the second.
//!
//! Not here: the HTTP side ([`crate::api::stream`]) and who may see what (gate).

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base::ids::{ItemId, MemberId, PurposeId};
use bytes::Bytes;
use policy::action::{Operate, Watch};
use policy::{MemberKind, Principal, Sight};
use record::Kind;
use store::{Change, ItemView};
use tokio::sync::{broadcast, mpsc};

use crate::cursor::Use;
use crate::problem::Problem;
use crate::sensing::{Changed, Told as Sensed};
use crate::state::App;
use crate::views;
use crate::watch::Told;

/// Most open streams of a node.
pub const STREAMS_MAX: usize = 4_096;
/// Most open streams of one member.
pub const STREAMS_PER_MEMBER_MAX: usize = 16;
/// Most frames that wait for a slow reader; then its stream is closed, and it resumes when it can.
const FRAMES_MAX: usize = 256;
/// Most changes that are passed on together.
const BATCH_MAX: usize = 128;
/// How often rights are looked at again without a change of items, in ms.
const LOOK_MS: u64 = 250;
/// How often rights are looked at again although nothing changed, in seconds: sessions and tokens grow old.
const AGE_S: i64 = 10;

/// Says who the holder of a stream is now; `None` ends the stream.
pub type Recheck = Arc<dyn Fn() -> Option<Principal> + Send + Sync>;

/// All open streams.
#[derive(Default)]
pub struct Hub {
    next: AtomicU64,
    streams: Mutex<HashMap<u64, Stream>>,
    /// Counts sign-outs and other ends that no change of the directory tells.
    ended: AtomicU64,
}

struct Stream {
    sight: Arc<Sight>,
    purpose: Option<PurposeId>,
    kinds: Vec<Kind>,
    recheck: Recheck,
    frames: mpsc::Sender<Bytes>,
}

/// One open stream; closing it is dropping it.
pub struct Open {
    id: u64,
    hub: Arc<Hub>,
    /// Frames of `text/event-stream`, in order.
    pub frames: mpsc::Receiver<Bytes>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.hub.lock().remove(&self.id);
    }
}

impl Hub {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Stream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of open streams.
    pub fn open_streams(&self) -> usize {
        self.lock().len()
    }

    /// A session ended: rights of all streams are looked at again.
    pub fn session_ended(&self) {
        self.ended.fetch_add(1, Ordering::AcqRel);
    }

    /// Opens a stream of items of some kinds (none: all), for a purpose when the caller says so.
    pub fn open(
        self: &Arc<Self>,
        sight: Arc<Sight>,
        purpose: Option<PurposeId>,
        kinds: Vec<Kind>,
        recheck: Recheck,
    ) -> Result<Open, Problem> {
        let (sender, frames) = mpsc::channel(FRAMES_MAX);
        let mut streams = self.lock();
        let own = streams.values().filter(|one| one.sight.member() == sight.member()).count();
        if streams.len() >= STREAMS_MAX || own >= STREAMS_PER_MEMBER_MAX {
            return Err(Problem::Busy);
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        streams.insert(id, Stream { sight, purpose, kinds, recheck, frames: sender });
        drop(streams);
        Ok(Open { id, hub: self.clone(), frames })
    }

    /// Looks at the rights of every stream again: ends those whose holder has none, renews the sight of the rest.
    fn look(&self, app: &App) {
        let mut streams = self.lock();
        streams.retain(|_, stream| {
            let Some(principal) = (stream.recheck)() else {
                // A full queue does not matter: the stream ends either way.
                let _ = stream.frames.try_send(session_frame());
                return false;
            };
            stream.sight = app.gate.sight(&principal);
            true
        });
    }

    /// New labels since the sights were made are decided.
    fn renew_sights(&self, app: &App) {
        for stream in self.lock().values_mut() {
            stream.sight = app.gate.sight(&stream.sight.principal().clone());
        }
    }

    /// Once per member and purpose, however many streams it has open.
    fn sights(&self) -> Vec<(Arc<Sight>, Option<PurposeId>)> {
        let mut all: BTreeMap<(MemberId, Option<PurposeId>), Arc<Sight>> = BTreeMap::new();
        for stream in self.lock().values() {
            all.insert((stream.sight.member(), stream.purpose.clone()), stream.sight.clone());
        }
        all.into_iter().map(|((_, purpose), sight)| (sight, purpose)).collect()
    }

    /// Tells every stream that the area changed: everyone reads it.
    fn send_area(&self, version: i64) {
        self.lock().retain(|_, stream| stream.frames.try_send(area_frame(version)).is_ok());
    }

    /// Tells the streams of an organisation's analysts that a signal of theirs changed: they ask for it.
    fn send_signal(&self, app: &App, told: &Told) {
        let frame = signal_frame(&told.signal);
        self.lock().retain(|_, stream| {
            let principal = stream.sight.principal();
            let theirs = principal.organisation == told.organisation
                && app.engine.permit_organisation::<Watch>(principal, &told.organisation).is_ok();
            !theirs || stream.frames.try_send(frame.clone()).is_ok()
        });
    }

    /// Tells the streams of an organisation's operators that an observation or a sensor of theirs changed.
    fn send_sensed(&self, app: &App, told: &Sensed) {
        let frame = sensed_frame(&told.what);
        self.lock().retain(|_, stream| {
            let principal = stream.sight.principal();
            let theirs = principal.organisation == told.organisation
                && principal.kind == MemberKind::Person
                && app.engine.permit_organisation::<Operate>(principal, &told.organisation).is_ok();
            !theirs || stream.frames.try_send(frame.clone()).is_ok()
        });
    }

    /// Sends one event to every stream that `wants` it. A stream whose reader is too slow is closed.
    fn send(&self, app: &App, seq: u64, event: &str, data: &str, wants: impl Fn(&Stream) -> bool) {
        self.lock().retain(|_, stream| {
            !wants(stream)
                || stream.frames.try_send(frame(app, stream.sight.member(), seq, event, data)).is_ok()
        });
    }
}

/// One event with its sealed id.
pub fn frame(app: &App, member: MemberId, seq: u64, event: &str, data: &str) -> Bytes {
    let id = app.cursors.seal(&*app.random, Use::Stream, member, seq);
    Bytes::from(format!("id: {id}\nevent: {event}\ndata: {data}\n\n"))
}

/// Says which version the area is at. It has no id: a stream resumes from what happened to items.
fn area_frame(version: i64) -> Bytes {
    Bytes::from(format!("event: area\ndata: {{\"version\":{version}}}\n\n"))
}

fn signal_frame(signal: &str) -> Bytes {
    Bytes::from(format!("event: signal\ndata: {{\"id\":\"{signal}\"}}\n\n"))
}

fn sensed_frame(what: &Changed) -> Bytes {
    match what {
        Changed::Observation(id) => Bytes::from(format!("event: observation\ndata: {{\"id\":\"{id}\"}}\n\n")),
        Changed::Sensor(id) => Bytes::from(format!("event: sensor\ndata: {{\"id\":\"{id}\"}}\n\n")),
    }
}

fn session_frame() -> Bytes {
    Bytes::from_static(b"event: session\ndata: {\"ended\":true}\n\n")
}

/// Passes changes on until the store is gone. One task per node.
pub async fn run(app: App) {
    let mut changes = app.store.changes();
    let mut area = app.store.directory().area_version;
    let mut looked_at = (app.store.directory().version, 0, app.now().seconds() / AGE_S);
    #[allow(clippy::disallowed_methods, reason = "the rim: a timer of the running node")]
    let mut timer = tokio::time::interval(std::time::Duration::from_millis(LOOK_MS));
    let mut told = app.watching.told();
    let mut sensed = app.sensing.told();
    loop {
        let change = tokio::select! {
            change = changes.recv() => Some(change),
            signal = told.recv() => {
                // What was missed is asked for with the next one.
                if let Ok(signal) = signal {
                    app.hub.send_signal(&app, &signal);
                }
                continue;
            }
            change = sensed.recv() => {
                if let Ok(change) = change {
                    app.hub.send_sensed(&app, &change);
                }
                continue;
            }
            _ = timer.tick() => None,
        };
        let ended = app.hub.ended.load(Ordering::Acquire);
        let now = (app.store.directory().version, ended, app.now().seconds() / AGE_S);
        if now != looked_at {
            looked_at = now;
            let app = app.clone();
            // Waits for the disk, so in a thread of its own.
            let looked = tokio::task::spawn_blocking(move || app.hub.look(&app)).await;
            if let Err(error) = looked {
                tracing::error!(%error, "the rights of open streams could not be looked at");
            }
        }
        let area_now = app.store.directory().area_version;
        if area_now != area {
            area = area_now;
            app.hub.send_area(area);
        }
        match change {
            None => {}
            Some(Ok(change)) => {
                let mut batch = vec![change];
                while batch.len() < BATCH_MAX {
                    let Ok(change) = changes.try_recv() else { break };
                    batch.push(change);
                }
                pass_on(&app, &batch).await;
            }
            Some(Err(broadcast::error::RecvError::Closed)) => return,
            Some(Err(broadcast::error::RecvError::Lagged(missed))) => {
                // Every stream is ended: its reader comes back and catches up from the store.
                tracing::warn!(missed, "streams lagged behind the writer and are closed to catch up");
                app.hub.lock().clear();
            }
        }
    }
}

async fn pass_on(app: &App, batch: &[Change]) {
    if app.hub.open_streams() == 0 {
        return;
    }
    app.hub.renew_sights(app);
    let mut latest: BTreeMap<ItemId, &Change> = BTreeMap::new();
    for change in batch {
        latest.insert(change.item, change);
    }
    let items: Vec<ItemId> = latest.keys().copied().collect();
    match app.store.deliver(&items, &app.hub.sights()).await {
        Ok(views) => {
            let mut views: Vec<_> = views.iter().map(|view| (latest[&view.item.id], view)).collect();
            views.sort_by_key(|(change, _)| change.seq);
            views.into_iter().for_each(|(change, view)| send_item(app, change, view));
        }
        Err(error) => tracing::error!(%error, "changes could not be passed on to streams"),
    }
    for change in batch {
        let Some(before) = change.label_before.filter(|before| change.label != Some(*before)) else {
            continue;
        };
        app.hub.send(app, change.seq, "gone", &gone(change.item), |stream| {
            stream.sight.sees(before) && !change.label.is_some_and(|label| stream.sight.sees(label))
        });
    }
}

fn send_item(app: &App, change: &Change, view: &ItemView) {
    let summary = views::summary(app, view, false);
    let Ok(data) = serde_json::to_string(&summary) else { return };
    app.hub.send(app, change.seq, "item", &data, |stream| {
        let wanted = stream.kinds.is_empty() || stream.kinds.contains(&view.item.kind);
        wanted && stream.sight.sees(view.label_id)
    });
}

fn gone(item: ItemId) -> String {
    format!("{{\"id\":\"{item}\"}}")
}
