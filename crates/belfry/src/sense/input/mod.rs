//! What microphones, cameras, files and pipes bring, and where they put it. Each input is kept running: begun anew with a
//! growing wait when it ends or brings nothing.
//!
//! Not here: what is heard in it (`sense`), and when it is handed on (`run`).

mod audio;
mod child;
mod opus;
mod pcm;
mod rtsp;
mod stamps;
mod video;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use base::Random;
use sense::Moment;
use sense::bulletin::Orders;
use sense::ear::Window;
use sense::eye::Frame;
use sense::eye::ground::Spot;
use sense::fuse::weigh::Alarm;
use tokio::task::JoinSet;

use super::config::{Config, From, Sensor};
use super::limits::{AGAIN_FIRST, AGAIN_MAX, BLOCKS_WAITING_MAX, WELL_AFTER};
use super::time::{now, wait};

/// Something that waits for the post.
pub(crate) enum Brought {
    /// A block of a sensor's sound.
    Sound(Arc<str>, Window),
    /// A camera has a new frame: see [`Desk::frames`].
    Frames,
    /// What a camera itself took for things at a moment: boxes in its picture.
    Objects(Arc<str>, Moment, Vec<[Spot; 2]>),
    /// A camera raised an alarm of its own.
    Alarm(Arc<str>, Moment, Alarm),
    /// The node's orders.
    Orders(Orders),
}

/// How an input is doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct InputState {
    /// When it last brought something.
    pub(crate) last: Option<Moment>,
    /// How far its clock is off, in milliseconds; positive: ahead.
    pub(crate) clock_offset_ms: Option<f64>,
    /// How far the times of what it brings are off for that reason: nought when they were set right.
    pub(crate) times_off_ms: Option<f64>,
    /// Blocks and frames lost.
    pub(crate) lost: u64,
    /// Why it brings nothing, while it does not.
    pub(crate) trouble: Option<String>,
    /// Samples a second and microphones, or pixels across and down: of the last that came.
    pub(crate) shape: Option<(usize, usize)>,
    /// Level of each microphone in the last block, in dB of full scale.
    pub(crate) levels_dbfs: Vec<f32>,
    /// Frames or samples that came.
    pub(crate) came: u64,
    /// Moments of which a camera told what it takes for things.
    pub(crate) told: u64,
}

/// Where inputs put what they bring: sound in a queue, of each camera the newest frame only. So frames go first when there is
/// too much to do, and both are counted.
pub(crate) struct Desk {
    queue: SyncSender<Brought>,
    frames: Mutex<BTreeMap<Arc<str>, Frame>>,
    states: Mutex<BTreeMap<Arc<str>, InputState>>,
    strays: AtomicU64,
}

impl Desk {
    /// A desk, and the queue that the post takes from.
    pub(crate) fn new() -> (Arc<Self>, Receiver<Brought>) {
        let (queue, receiver) = sync_channel(BLOCKS_WAITING_MAX);
        let desk =
            Self { queue, frames: Mutex::default(), states: Mutex::default(), strays: AtomicU64::new(0) };
        (Arc::new(desk), receiver)
    }

    /// The newest frame of each camera that has one.
    pub(crate) fn frames(&self) -> BTreeMap<Arc<str>, Frame> {
        std::mem::take(&mut *lock(&self.frames))
    }

    /// How each input is doing.
    pub(crate) fn states(&self) -> BTreeMap<Arc<str>, InputState> {
        lock(&self.states).clone()
    }

    /// Hands on what the node ordered. Orders that do not fit come again with the next answer's settings.
    pub(crate) fn orders(&self, orders: Orders) {
        if self.queue.try_send(Brought::Orders(orders)).is_err() {
            self.strays.fetch_add(1, Ordering::Relaxed);
            tracing::warn!("the post is too busy for the node's orders: they were left");
        }
    }

    /// Hands on an alarm that a camera raised itself.
    pub(crate) fn alarm(&self, camera: &Arc<str>, at: Moment, alarm: Alarm) {
        if self.queue.try_send(Brought::Alarm(camera.clone(), at, alarm)).is_err() {
            self.change(camera, |state| state.lost += 1);
        }
    }

    fn change(&self, sensor: &Arc<str>, change: impl FnOnce(&mut InputState)) {
        change(lock(&self.states).entry(sensor.clone()).or_default());
    }
}

/// The place on the desk of one sensor.
#[derive(Clone)]
pub(crate) struct Sink {
    sensor: Arc<str>,
    desk: Arc<Desk>,
}

impl Sink {
    /// The place of a sensor.
    pub(crate) fn new(desk: &Arc<Desk>, sensor: &str) -> Self {
        let sink = Self { sensor: sensor.into(), desk: desk.clone() };
        sink.desk.change(&sink.sensor, |_| {});
        sink
    }

    /// The sensor.
    pub(crate) fn sensor(&self) -> &str {
        &self.sensor
    }

    /// Puts a block of sound down.
    fn sound(&self, window: Window) {
        let shape = (window.rate_hz() as usize, window.microphones());
        let (levels, samples) = (window.levels_dbfs(), window.samples());
        let full = match self.desk.queue.try_send(Brought::Sound(self.sensor.clone(), window)) {
            Ok(()) => 0,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => 1,
        };
        self.desk.change(&self.sensor, |state| {
            state.came += samples as u64;
            state.lost += full;
            state.levels_dbfs = levels;
            (state.last, state.shape, state.trouble) = (Some(now()), Some(shape), None);
        });
    }

    /// Puts a frame down, in place of one that nobody has looked at yet.
    fn frame(&self, frame: Frame) {
        let shape = (frame.width(), frame.height());
        let unseen = lock(&self.desk.frames).insert(self.sensor.clone(), frame).is_some();
        self.desk.change(&self.sensor, |state| {
            state.came += 1;
            state.lost += u64::from(unseen);
            (state.last, state.shape, state.trouble) = (Some(now()), Some(shape), None);
        });
        if !unseen {
            // A full queue wakes the post as well.
            let _ = self.desk.queue.try_send(Brought::Frames);
        }
    }

    /// Hands on what a camera itself took for things.
    fn objects(&self, at: Moment, boxes: Vec<[Spot; 2]>) {
        self.desk.change(&self.sensor, |state| state.told += 1);
        if self.desk.queue.try_send(Brought::Objects(self.sensor.clone(), at, boxes)).is_err() {
            self.lost(1);
        }
    }

    /// Hands on an alarm that a camera raised itself.
    fn alarm(&self, at: Moment, alarm: Alarm) {
        self.desk.alarm(&self.sensor, at, alarm);
    }

    /// Counts what did not come.
    fn lost(&self, count: u64) {
        self.desk.change(&self.sensor, |state| state.lost += count);
    }

    /// Says how far the sensor's clock is off, and whether the times it brings were set right.
    fn clock_offset(&self, offset_ms: f64, set_right: bool) {
        self.desk.change(&self.sensor, |state| {
            state.clock_offset_ms = Some(offset_ms);
            state.times_off_ms = Some(if set_right { 0.0 } else { offset_ms });
        });
    }

    fn trouble(&self, text: &str) {
        self.desk.change(&self.sensor, |state| state.trouble = Some(text.to_owned()));
    }
}

/// How an input ended.
enum End {
    /// It has nothing more: a file at its end.
    Finished,
    /// It broke off.
    Broken(anyhow::Error),
}

/// Starts every input of the settings. Dropping what comes back stops them, and ends their children.
pub(crate) fn start(config: &Arc<Config>, desk: &Arc<Desk>, random: &Arc<dyn Random>) -> JoinSet<()> {
    let mut inputs = JoinSet::new();
    for sensor in config.sensors.iter().filter(|one| one.input.from != From::Camera) {
        let sink = Sink::new(desk, &sensor.id);
        let mut listeners = config
            .sensors
            .iter()
            .filter(|one| one.input.from == From::Camera && one.input.camera == sensor.id);
        let sound = listeners.next().map(|one| Sink::new(desk, &one.id));
        inputs.spawn(keep(config.clone(), sensor.clone(), sink, sound, random.clone()));
    }
    inputs
}

async fn keep(config: Arc<Config>, sensor: Sensor, sink: Sink, sound: Option<Sink>, random: Arc<dyn Random>) {
    let mut again = AGAIN_FIRST;
    loop {
        let began = now();
        let end = match once(&config, &sensor, &sink, sound.as_ref()).await {
            Ok(()) if sensor.input.repeat => {
                // An empty file is not read a thousand times a second.
                wait(AGAIN_FIRST.saturating_sub(since(began))).await;
                continue;
            }
            Ok(()) => End::Finished,
            Err(error) => End::Broken(error),
        };
        let text = match end {
            End::Finished => {
                tracing::info!(sensor = sink.sensor(), "its file is at its end");
                sink.trouble("its file is at its end");
                return;
            }
            End::Broken(error) => format!("{error:#}"),
        };
        for sink in std::iter::once(&sink).chain(&sound) {
            sink.trouble(&text);
        }
        if since(began) > WELL_AFTER {
            again = AGAIN_FIRST;
        }
        let pause = jittered(again, &*random);
        tracing::warn!(sensor = sink.sensor(), again_s = pause.as_secs_f64(), "{text}");
        wait(pause).await;
        again = (again * 2).min(AGAIN_MAX);
    }
}

fn since(began: Moment) -> Duration {
    Duration::try_from_secs_f64(now().seconds_since(began)).unwrap_or_default()
}

async fn once(config: &Config, sensor: &Sensor, sink: &Sink, sound: Option<&Sink>) -> Result<()> {
    let (ffmpeg, input) = (&config.post.ffmpeg, &sensor.input);
    match input.from {
        From::Pcm => pcm::bare(input, sink).await,
        From::Audio => audio::file(ffmpeg, input, sink).await,
        From::Alsa => audio::card(ffmpeg, input, sink).await,
        From::Video => video::file(ffmpeg, input, sink).await,
        From::Rtsp => rtsp::camera(ffmpeg, input, sink, sound).await,
        From::Camera => Ok(()),
    }
}

/// A wait, a quarter shorter to a quarter longer: so that not all of a street come back at the same time.
pub(crate) fn jittered(wait: Duration, random: &dyn Random) -> Duration {
    let [byte] = base::random::bytes(random);
    wait.mul_f64(0.75 + f64::from(byte) / 510.0)
}

/// A lock that a panic elsewhere does not break: what is behind it is whole after each change.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use base::random::SeededRandom;

    use super::*;

    fn window() -> Window {
        Window::new(now(), 8_000, vec![vec![0.5; 800]]).unwrap()
    }

    #[test]
    fn frames_go_first_and_are_counted() {
        let (desk, queue) = Desk::new();
        let camera = Sink::new(&desk, "camera");
        for _ in 0..5 {
            camera.frame(Frame::new(now(), 4, vec![0; 8]).unwrap());
        }
        assert_eq!(desk.states()["camera"].lost, 4);
        assert!(matches!(queue.try_recv(), Ok(Brought::Frames)));
        assert!(queue.try_recv().is_err(), "woken once");
        assert_eq!(desk.frames().len(), 1);
    }

    #[test]
    fn the_queue_for_sound_has_an_end() {
        let (desk, queue) = Desk::new();
        let microphone = Sink::new(&desk, "microphone");
        for _ in 0..BLOCKS_WAITING_MAX + 3 {
            microphone.sound(window());
        }
        let state = desk.states()["microphone"].clone();
        assert_eq!((state.lost, state.came), (3, 800 * (BLOCKS_WAITING_MAX as u64 + 3)));
        assert!((state.levels_dbfs[0] + 6.02).abs() < 0.01, "{state:?}");
        assert_eq!(queue.try_iter().count(), BLOCKS_WAITING_MAX);
    }

    #[test]
    fn waits_differ_and_stay_near() {
        let random = SeededRandom::new(1);
        let waits: Vec<f64> =
            (0..50).map(|_| jittered(Duration::from_secs(8), &random).as_secs_f64()).collect();
        assert!(waits.iter().all(|wait| (6.0..=10.0).contains(wait)), "{waits:?}");
        assert!(waits.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 0.1));
    }
}
