//! Posts and their sensors, as they told of themselves last. In memory, because they do so every second; written when
//! something lasting changed, and now and then.
//!
//! Not here: what they heard ([`super::take`]).

use std::collections::BTreeMap;

use base::Timestamp;
use base::ids::OrganisationId;
use policy::Permit;
use policy::action::Operate;
use sense::bulletin::{HealthState, Look, SensorState};
use serde::Serialize;
use store::Store;
use store::sense::OBSERVATION_DAYS;
use utoipa::ToSchema;

use super::{Changed, Posts, Sensing, SensingError};

/// A post that says nothing for so long is gone, and its sensors with it; in seconds.
pub const SILENT_S: i64 = 30;
/// How old an order to look may be, in seconds.
pub const LOOK_S: i64 = 10;
/// Most orders to look that wait for one post.
pub const LOOKS_MAX: usize = 16;
/// How often what a post tells of itself is written though nothing lasting changed, in seconds.
const WRITE_S: i64 = 600;

/// A post.
#[derive(Debug, Clone)]
pub struct Post {
    /// When it first said something.
    pub since: Timestamp,
    /// When it said something last, by the node's clock.
    pub heard: Timestamp,
    /// Its sensors.
    pub sensors: Vec<SensorState>,
    written: Timestamp,
    silent: bool,
    looks: Vec<Waiting>,
}

/// An order to look, and the bulletin it was given in answer to.
#[derive(Debug, Clone)]
struct Waiting {
    look: Look,
    given: Option<Timestamp>,
}

/// A sensor as operators see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SenseSensor)]
pub struct SensorShown {
    /// The sensor as its post told of it last; gone when the post is silent.
    pub sensor: SensorState,
    /// Its post.
    pub post: String,
    /// When its post first said something.
    pub since: Timestamp,
    /// When its post said something last.
    pub heard: Timestamp,
}

impl Post {
    /// Its sensors as operators see them.
    pub fn shown(&self, name: &str, now: Timestamp) -> impl Iterator<Item = SensorShown> {
        let silent = self.is_silent(now);
        self.sensors.iter().map(move |sensor| {
            let mut sensor = sensor.clone();
            if silent {
                sensor.health.state = HealthState::Gone;
                sensor.health.since = self.heard;
            }
            SensorShown { sensor, post: name.into(), since: self.since, heard: self.heard }
        })
    }

    /// Whether it has said nothing for too long.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        now.millis_since(self.heard) >= SILENT_S * 1_000
    }

    /// Has an order to look wait for its next bulletin; the one before for the same camera is forgotten. Says whether
    /// there was room.
    pub fn ask_to_look(&mut self, look: Look, now: Timestamp) -> bool {
        self.forget_looks(now);
        self.looks.retain(|one| one.look.camera != look.camera);
        if self.looks.len() >= LOOKS_MAX {
            return false;
        }
        self.looks.push(Waiting { look, given: None });
        true
    }

    /// The orders to look that go out in answer to a bulletin. The same bulletin again gets the same ones.
    pub fn looks_for(&mut self, bulletin: Timestamp, now: Timestamp) -> Vec<Look> {
        self.forget_looks(now);
        let due = self.looks.iter_mut().filter(|one| one.given.is_none_or(|given| given == bulletin));
        due.map(|one| {
            one.given = Some(bulletin);
            one.look.clone()
        })
        .collect()
    }

    fn forget_looks(&mut self, now: Timestamp) {
        self.looks.retain(|one| now.millis_since(one.look.asked) < LOOK_S * 1_000);
    }
}

/// Every post that is kept.
pub(super) fn read(store: &Store) -> Result<Posts, SensingError> {
    let mut posts = BTreeMap::new();
    for kept in store.sense()?.every_post()? {
        let post = Post {
            since: kept.since,
            heard: kept.changed,
            sensors: serde_json::from_slice(&kept.content)?,
            written: kept.changed,
            // Whoever read the state before the node started was told.
            silent: true,
            looks: Vec::new(),
        };
        posts.insert((kept.organisation, kept.post), post);
    }
    Ok(posts)
}

/// The name of the other post of the organisation that has a sensor of this name and is not silent.
pub(crate) fn other_post_with(
    posts: &Posts,
    of: &OrganisationId,
    post: &str,
    sensor: &str,
    now: Timestamp,
) -> Option<String> {
    let others =
        posts.iter().filter(|((whose, name), one)| whose == of && name != post && !one.is_silent(now));
    let mut with = others.filter(|(_, one)| one.sensors.iter().any(|known| known.id == sensor));
    with.next().map(|((_, name), _)| name.clone())
}

/// Takes what a post tells of its sensors. Gives the names of sensors that fare otherwise than before.
pub(super) fn told(
    sensing: &Sensing,
    permit: &Permit<Operate>,
    name: &str,
    sensors: Vec<SensorState>,
    now: Timestamp,
) -> Result<Vec<String>, SensingError> {
    let of = permit.organisation().clone();
    let (changed, write) = sensing.with_posts(|posts| {
        let known = posts.get(&(of.clone(), name.into()));
        let changed = changed(known, &sensors);
        let lasting = known.is_none_or(|known| lasting(&known.sensors) != lasting(&sensors));
        let old = known.is_none_or(|known| now.millis_since(known.written) >= WRITE_S * 1_000);
        (changed, lasting || old)
    })?;
    if write {
        // On disk first: a post that finds no room is not taken up.
        sensing.store.sense()?.keep_post(permit, name, now, &serde_json::to_vec(&sensors)?)?;
    }
    sensing.with_posts(|posts| {
        let post = posts.entry((of, name.into())).or_insert_with(|| Post {
            since: now,
            heard: now,
            sensors: Vec::new(),
            written: now,
            silent: false,
            looks: Vec::new(),
        });
        post.heard = now;
        post.silent = false;
        post.sensors = sensors;
        if write {
            post.written = now;
        }
    })?;
    Ok(changed)
}

/// Sensors that are new, gone, or in another state.
fn changed(known: Option<&Post>, sensors: &[SensorState]) -> Vec<String> {
    let Some(known) = known else { return sensors.iter().map(|one| one.id.clone()).collect() };
    let before: BTreeMap<&str, HealthState> = known
        .sensors
        .iter()
        .map(|one| (one.id.as_str(), if known.silent { HealthState::Gone } else { one.health.state }))
        .collect();
    let other = |one: &&SensorState| before.get(one.id.as_str()) != Some(&one.health.state);
    let gone = known.sensors.iter().filter(|one| !sensors.iter().any(|now| now.id == one.id));
    sensors.iter().filter(other).chain(gone).map(|one| one.id.clone()).collect()
}

/// What of sensors is worth a write: not their levels of this second.
fn lasting(sensors: &[SensorState]) -> Vec<SensorState> {
    let mut sensors = sensors.to_vec();
    for one in &mut sensors {
        one.health.last = None;
        one.health.clock_offset_ms = None;
        one.health.level_dbfs = None;
        one.health.background_dbfs = None;
        one.health.measured_per_day = None;
        one.health.lost = 0;
    }
    sensors
}

/// Tells of posts that fell silent.
pub(super) fn notice_silence(sensing: &Sensing, now: Timestamp) -> Result<(), SensingError> {
    let fell = sensing.with_posts(|posts| {
        let mut fell = Vec::new();
        for ((of, _), post) in posts.iter_mut().filter(|(_, post)| !post.silent && post.is_silent(now)) {
            post.silent = true;
            fell.extend(post.sensors.iter().map(|one| (of.clone(), one.id.clone())));
        }
        fell
    })?;
    for (of, sensor) in fell {
        sensing.tell(&of, Changed::Sensor(sensor));
    }
    Ok(())
}

/// Forgets posts that have said nothing for as long as observations are kept. The store forgets them too.
pub(super) fn forget(sensing: &Sensing, now: Timestamp) -> Result<(), SensingError> {
    let longest = OBSERVATION_DAYS * 86_400_000;
    sensing.with_posts(|posts| posts.retain(|_, post| now.millis_since(post.heard) < longest))
}
