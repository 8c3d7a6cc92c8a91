//! The post at work: inputs bring, one thread hears and sees, a bulletin a second goes to the node, cameras are turned.
//!
//! Not here: hearing and seeing (`sense`), inputs (`input`), the node (`sender`).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use base::Random;
use base::system::SystemRandom;
use sense::bulletin::{Detection, Health, HealthState, Observation, Orders, SensorKind, SensorState};
use sense::ear::Window;
use sense::eye::Frame;
use sense::eye::ground::Spot;
use sense::fuse::weigh::Alarm;
use sense::limits::CLOCK_OFFSET_MS_MAX;
use sense::{Moment, Point};
use tokio::sync::mpsc;

use super::buffer::Kept;
use super::config::{Config, Sensor};
use super::input::{self, Brought, Desk, InputState, lock};
use super::limits::{BULLETIN_EVERY_MS, BULLETINS_WAITING_MAX, TICK};
use super::onvif::alarms;
use super::sender::{Parcel, Sender, Still, bulletin};
use super::time::now;
use super::turn::Turners;
use crate::node::stopped;

/// What hears and sees.
pub(crate) trait Listening: Send {
    /// A block of a sensor's sound.
    fn hear(&mut self, sensor: &str, window: Window);
    /// A camera's frame.
    fn see(&mut self, camera: &str, frame: Frame);
    /// What a camera itself took for things at a moment: boxes in its picture.
    fn told(&mut self, camera: &str, at: Moment, boxes: &[[Spot; 2]]);
    /// A camera raised an alarm of its own.
    fn alarmed(&mut self, camera: &str, at: Moment, alarm: Alarm);
    /// How far the times of what a sensor brings are off, in milliseconds; positive: ahead.
    fn clock(&mut self, sensor: &str, off_ms: f64);
    /// The node's orders.
    fn obey(&mut self, orders: Orders);
    /// What there is to tell.
    fn tick(&mut self, now: Moment) -> Told;
    /// The post stops: what was learned is kept.
    fn end(&mut self) {}
}

/// What a post has to tell.
#[derive(Default)]
pub(crate) struct Told {
    /// Observations that are new, or newer than those told before.
    pub(crate) observations: Vec<Observation>,
    /// What single sensors heard.
    pub(crate) detections: Vec<Detection>,
    /// The sensors and how they are.
    pub(crate) sensors: Vec<SensorState>,
    /// Cameras to be turned, and where to.
    pub(crate) cues: Vec<(String, Point)>,
    /// Masked stills.
    pub(crate) stills: Vec<Still>,
}

/// `belfry sense`: until a signal.
pub(crate) async fn run(file: &Path) -> Result<()> {
    let at = || format!("cannot use the settings {}", file.display());
    let config = Arc::new(Config::read(file).with_context(at)?);
    let listening = super::post::listening(&config)?;
    watch(config, listening, Arc::new(SystemRandom), stopped()).await
}

/// The same with something that hears and sees, until something ends it.
pub(crate) async fn watch(
    config: Arc<Config>,
    listening: impl Listening + 'static,
    random: Arc<dyn Random>,
    until: impl Future<Output = ()>,
) -> Result<()> {
    let (desk, queue) = Desk::new();
    let (parcels, receiver) = mpsc::channel(BULLETINS_WAITING_MAX);
    let sender = Sender::new(&config, &desk, &random)?;
    let turners = Turners::start(&config)?;
    let asking = alarms::start(&config, &desk, &random)?;
    let inputs = input::start(&config, &desk, &random);
    let sending = tokio::spawn(sender.run(receiver));
    let stop = Arc::new(AtomicBool::new(false));
    let post = Post {
        listening,
        health: HealthBook::new(config.clone(), now()),
        config: config.clone(),
        desk,
        parcels,
        turners,
        pending: Kept::default(),
        stills: Vec::new(),
        sensors: Vec::new(),
        next_bulletin: now(),
    };
    let thread = std::thread::Builder::new().name("post".into());
    let stopping = stop.clone();
    let failed = Arc::new(Mutex::new(None));
    let (ended, mut is_ended) = mpsc::channel::<()>(1);
    let thread = thread.spawn(move || {
        let _ended = ended;
        post.work(&queue, &stopping);
    })?;
    tracing::info!(post = config.post.name, sensors = config.sensors.len(), "listening");
    tokio::select! {
        () = until => {}
        _ = is_ended.recv() => *lock(&failed) = Some("the post's thread broke off"),
    }
    drop((inputs, asking));
    stop.store(true, Ordering::Relaxed);
    let joined = tokio::task::spawn_blocking(move || thread.join()).await?;
    sending.await.context("the sender broke off")?;
    if joined.is_err() || lock(&failed).is_some() {
        anyhow::bail!("the post broke off: please report this with what was logged");
    }
    tracing::info!("stopped");
    Ok(())
}

struct Post<L> {
    listening: L,
    health: HealthBook,
    config: Arc<Config>,
    desk: Arc<Desk>,
    parcels: mpsc::Sender<Parcel>,
    turners: Turners,
    pending: Kept,
    stills: Vec<Still>,
    /// As they were told last: a bulletin may come before they are told again.
    sensors: Vec<SensorState>,
    next_bulletin: Moment,
}

impl<L: Listening> Post<L> {
    fn work(mut self, queue: &Receiver<Brought>, stop: &AtomicBool) {
        let mut next = now();
        while !stop.load(Ordering::Relaxed) {
            let wait = Duration::try_from_secs_f64(next.seconds_since(now())).unwrap_or_default();
            match queue.recv_timeout(wait) {
                Ok(Brought::Sound(sensor, window)) => {
                    self.listening.hear(&sensor, window);
                    // Sound first: frames wait until none does, and the oldest of them are left.
                    if now() < next {
                        continue;
                    }
                }
                Ok(Brought::Objects(camera, at, boxes)) => self.listening.told(&camera, at, &boxes),
                Ok(Brought::Alarm(camera, at, alarm)) => self.listening.alarmed(&camera, at, alarm),
                Ok(Brought::Orders(orders)) => self.listening.obey(orders),
                Ok(Brought::Frames) => {
                    for (camera, frame) in self.desk.frames() {
                        self.listening.see(&camera, frame);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if now() >= next {
                self.tick(now(), false);
                next = now().plus_seconds(TICK.as_secs_f64());
            }
        }
        self.tick(now(), true);
        self.listening.end();
    }

    fn tick(&mut self, at: Moment, last: bool) {
        let states = self.desk.states();
        for (sensor, state) in &states {
            if let Some(off_ms) = state.times_off_ms {
                self.listening.clock(sensor, off_ms);
            }
        }
        let told = self.listening.tick(at);
        for (camera, to) in told.cues {
            self.turners.look(&camera, to);
        }
        let urgent = !told.observations.is_empty();
        self.pending.observations.extend(told.observations);
        self.pending.detections.extend(told.detections);
        self.stills.extend(told.stills);
        if !told.sensors.is_empty() {
            self.sensors = told.sensors;
        }
        if urgent || last || at >= self.next_bulletin {
            self.next_bulletin = at.plus_seconds(BULLETIN_EVERY_MS as f64 / 1e3);
            let sensors = self.health.sensors(&self.sensors, &states, at);
            self.give(&sensors, at, last);
        }
    }

    fn give(&mut self, sensors: &[SensorState], at: Moment, last: bool) {
        loop {
            let parcel = Parcel::Bulletin(Box::new(bulletin(
                &self.config.post.name,
                at,
                sensors.to_vec(),
                &mut self.pending,
            )));
            let given = if last {
                self.parcels.blocking_send(parcel).map_err(|error| error.0)
            } else {
                self.parcels.try_send(parcel).map_err(mpsc::error::TrySendError::into_inner)
            };
            if let Err(Parcel::Bulletin(back)) = given {
                // The sender is busy with a slow node: next time, together with what comes until then.
                self.pending.observations.splice(0..0, back.observations);
                self.pending.detections.splice(0..0, back.detections);
                let too_many =
                    self.pending.detections.len().saturating_sub(sense::limits::BULLETIN_DETECTIONS_MAX);
                self.pending.detections.drain(..too_many);
                return;
            }
            if self.pending.observations.is_empty() {
                break;
            }
        }
        for still in self.stills.drain(..) {
            // Stills go first when there is too much.
            let _ = self.parcels.try_send(Parcel::Still(still));
        }
    }
}

/// How the sensors are, as far as the rim knows: gone, late, lossy.
struct HealthBook {
    config: Arc<Config>,
    started: Moment,
    since: BTreeMap<String, (HealthState, Moment)>,
}

impl HealthBook {
    fn new(config: Arc<Config>, started: Moment) -> Self {
        Self { config, started, since: BTreeMap::new() }
    }

    /// What is told of every sensor: what the post says, and what the rim knows better.
    fn sensors(
        &mut self,
        told: &[SensorState],
        states: &BTreeMap<Arc<str>, InputState>,
        at: Moment,
    ) -> Vec<SensorState> {
        let config = self.config.clone();
        let mut told: BTreeMap<String, SensorState> =
            told.iter().map(|one| (one.id.clone(), one.clone())).collect();
        let sensors = config.sensors.iter().map(|sensor| {
            let mut state = told.remove(&sensor.id).unwrap_or_else(|| state_of(sensor, self.started));
            let known = states.get(sensor.id.as_str()).cloned().unwrap_or_default();
            self.amend(&mut state.health, &sensor.id, &known, at);
            state
        });
        sensors.collect()
    }

    fn amend(&mut self, health: &mut Health, id: &str, known: &InputState, at: Moment) {
        health.last = known.last.map(Into::into).or(health.last);
        health.clock_offset_ms = known.clock_offset_ms.or(health.clock_offset_ms);
        health.lost += known.lost;
        let quiet_s = at.seconds_since(known.last.unwrap_or(self.started));
        if quiet_s > f64::from(self.config.post.gone_after_s) {
            health.state = HealthState::Gone;
            health.remark = known.trouble.clone().or(health.remark.take());
        } else if known.times_off_ms.is_some_and(|off| off.abs() > CLOCK_OFFSET_MS_MAX)
            && health.state == HealthState::Working
        {
            health.state = HealthState::ClockOff;
        }
        let since = self.since.entry(id.to_owned()).or_insert((health.state, health.since.into()));
        if since.0 != health.state {
            *since = (health.state, at);
        }
        health.since = since.1.into();
    }
}

/// What the settings say of a sensor, before anything is known of it.
pub(crate) fn state_of(sensor: &Sensor, since: Moment) -> SensorState {
    SensorState {
        id: sensor.id.clone(),
        kind: sensor.kind,
        at: sensor.at,
        register: sensor.register.clone().expect("the settings were checked"),
        health: Health {
            state: HealthState::Learning,
            since: since.into(),
            last: None,
            clock_offset_ms: None,
            level_dbfs: None,
            background_dbfs: None,
            measured_per_day: None,
            lost: 0,
            remark: None,
        },
        sees: Vec::new(),
        turns: sensor.kind == SensorKind::Camera && sensor.ptz.is_some(),
    }
}

#[cfg(test)]
mod tests;
