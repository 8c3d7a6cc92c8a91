//! A post: every ear and eye of one computer, and what becomes of what they bring. Windows and frames go in, at a tick a second or
//! oftener what is to be told comes out.
//!
//! Sound is looked at [`hearing`] by sensor; sounds that one bang could have made are one [`event`]; cameras are asked what they
//! saw there ([`watching`]). An event is told within a second, and told anew as more comes in, until it settles.
//!
//! Not here: where windows and frames come from, and the way to the node (`belfry sense`).

mod busy;
mod event;
mod hearing;
mod memory;
mod setup;
#[cfg(test)]
mod tests;
mod watching;

use std::collections::{BTreeMap, VecDeque};

use base::clock::Timestamp;
use base::random::Random;

use crate::bulletin::{Detection, Observation, Orders, SensorState, Settings};
use crate::ear::Window;
use crate::eye::Frame;
use crate::eye::events::Event as Began;
use crate::eye::ground::Spot as Corner;
use crate::fuse::Heard;
use crate::fuse::cue::{Cue, Cueing};
use crate::fuse::group::{Belongs, belongs};
use crate::fuse::weigh::Alarm;
use crate::limits::{BULLETIN_DETECTIONS_MAX, OPEN_MAX};
use crate::plan::Moment;

use event::{Event, Surroundings};
use hearing::{Hearing, Sound};
use memory::Memory;
pub use memory::NotAMemory;
pub use setup::{EarSetup, EyeSetup, Mounted, PostSetup, Zone};
use watching::Watching;

/// Sensors are told of this often, in seconds.
const SENSORS_EVERY_S: f64 = 1.0;
/// Voices that are remembered: by time, place and level.
const VOICES_MAX: usize = 32;
/// What a sensor hears so long after a voice's onset is taken for the rest of it, in seconds, if it is no louder than this over it, in dB.
const VOICE_LASTS_S: f64 = 2.0;
const VOICE_LOUDER_DB: f32 = 3.0;
/// An order to look that is older than this is not carried out, in seconds.
const LOOK_S_MAX: f64 = 10.0;

/// What is to be told and done after a tick.
#[derive(Debug, Default)]
pub struct Told {
    /// Every sensor and how it is; empty when that was told less than a second ago.
    pub sensors: Vec<SensorState>,
    /// What single sensors heard.
    pub detections: Vec<Detection>,
    /// Observations that are new, or newer than before.
    pub observations: Vec<Observation>,
    /// Cameras that are to be turned.
    pub cues: Vec<Cue>,
    /// Masked stills of observations.
    pub stills: Vec<ToldStill>,
}

/// A masked still, to be sent after its observation.
#[derive(Debug)]
pub struct ToldStill {
    /// The observation.
    pub observation: String,
    /// Its name there.
    pub name: String,
    /// A PNG picture.
    pub png: Vec<u8>,
}

/// One post.
pub struct Post {
    setup: PostSetup,
    random: Box<dyn Random + Send>,
    ears: BTreeMap<String, Hearing>,
    eyes: BTreeMap<String, Watching>,
    events: Vec<Event>,
    cueing: Cueing,
    settings: Settings,
    memory: Memory,
    detections: Vec<Detection>,
    cues: Vec<Cue>,
    told_sensors: Option<Moment>,
    /// Where and when somebody spoke, lately.
    voices: VecDeque<Heard>,
}

impl Post {
    /// A post that knows its sensors and has heard nothing. Ids of observations are drawn from `random`.
    pub fn new(setup: PostSetup, random: Box<dyn Random + Send>) -> Self {
        let settings = Settings::default();
        let ears =
            setup.ears.iter().map(|one| (one.id.clone(), Hearing::new(one.clone(), setup.temperature_c)));
        let eyes =
            setup.eyes.iter().map(|one| (one.id.clone(), Watching::new(one.clone(), &setup.buildings)));
        Self {
            ears: ears.collect(),
            eyes: eyes.collect(),
            events: Vec::new(),
            cueing: Cueing::default(),
            memory: Memory::new(settings.false_alarms_per_day),
            settings,
            detections: Vec::new(),
            cues: Vec::new(),
            told_sensors: None,
            voices: VecDeque::new(),
            random,
            setup,
        }
    }

    /// A window of an ear, which follows on the one before.
    pub fn hear(&mut self, sensor: &str, window: &Window) {
        let Some(ear) = self.ears.get_mut(sensor) else { return };
        for sound in ear.hear(window, self.setup.classifier.as_deref()) {
            self.take(sound);
        }
    }

    /// A frame of an eye.
    pub fn see(&mut self, camera: &str, frame: Frame) {
        let Some(eye) = self.eyes.get_mut(camera) else { return };
        let at = frame.at();
        let began = eye.see(frame);
        self.began(camera, at, &began);
    }

    /// What a camera itself took for things at a moment: boxes in its picture, preferred to what is seen in its frames.
    pub fn see_told(&mut self, camera: &str, at: Moment, boxes: &[[Corner; 2]]) {
        let Some(eye) = self.eyes.get_mut(camera) else { return };
        let began = eye.told(at, boxes);
        self.began(camera, at, &began);
    }

    /// A camera raised an alarm of its own.
    pub fn alarmed(&mut self, camera: &str, at: Moment, alarm: Alarm) {
        if let Some(eye) = self.eyes.get_mut(camera) {
            eye.alarmed(at, alarm);
        }
    }

    fn began(&mut self, camera: &str, at: Moment, began: &[Began]) {
        for seen in began {
            if self.events.len() < OPEN_MAX {
                let id = event::id(at, &*self.random);
                self.events.push(Event::seen(id, camera.to_owned(), seen));
            }
        }
    }

    /// How far a sensor's clock is off, in milliseconds, as it was measured.
    pub fn clock(&mut self, sensor: &str, offset_ms: Option<f64>) {
        if let Some(ear) = self.ears.get_mut(sensor) {
            ear.clock_offset_ms = offset_ms;
        }
        if let Some(eye) = self.eyes.get_mut(sensor) {
            eye.clock_offset_ms = offset_ms;
        }
    }

    /// How far the area's own time is ahead of UTC now, in minutes.
    pub fn local_time(&mut self, utc_offset_minutes: i32) {
        self.setup.utc_offset_minutes = utc_offset_minutes;
    }

    /// What a node answered.
    pub fn obey(&mut self, orders: &Orders, now: Moment) {
        self.settings.clone_from(&orders.settings);
        self.memory.thresholds.want(self.settings.false_alarms_per_day);
        for judged in &orders.judged {
            self.memory.judge(judged, Timestamp::from(now), self.setup.utc_offset_minutes);
        }
        for look in &orders.look {
            if now.seconds_since(look.asked.into()) > LOOK_S_MAX {
                continue;
            }
            let Ok(at) = base::geo::Position::new(look.at[0], look.at[1]) else { continue };
            let to = self.setup.plan.point(at);
            if self.eyes.get_mut(&look.camera).is_some_and(|eye| eye.turn(to, now)) {
                self.cues.push(self.cueing.turn_by_hand(&look.camera, to, now));
            }
        }
    }

    /// Time passes: what is to be told now.
    pub fn tick(&mut self, now: Moment) -> Told {
        let mut told = Told::default();
        self.listened(now);
        for index in 0..self.events.len() {
            self.renew(index, now, &mut told);
        }
        for event in self.events.extract_if(.., |event| event.is_over(now)) {
            self.memory.keep(event.kept());
        }
        told.detections = std::mem::take(&mut self.detections);
        told.cues = std::mem::take(&mut self.cues);
        if self.told_sensors.is_none_or(|last| now.seconds_since(last) >= SENSORS_EVERY_S) {
            self.told_sensors = Some(now);
            told.sensors = self.sensors(now);
        }
        told
    }

    /// What was learned, to be kept over a restart: thresholds and judgements, never sound.
    pub fn memory(&self) -> Vec<u8> {
        self.memory.to_bytes()
    }

    /// Takes back what was learned before a restart.
    pub fn remember(&mut self, bytes: &[u8]) -> Result<(), NotAMemory> {
        self.memory = Memory::from_bytes(bytes)?;
        Ok(())
    }

    fn listened(&mut self, now: Moment) {
        if self.told_sensors.is_some_and(|last| now.seconds_since(last) < SENSORS_EVERY_S) {
            return;
        }
        let offset = self.setup.utc_offset_minutes;
        for (name, _) in self.ears.iter().filter(|(_, ear)| ear.listens(now, self.setup.gone_after_s)) {
            self.memory.thresholds.listened(name, now.into(), offset);
        }
    }

    /// A sound goes to the event it belongs to, or begins one. Speech is dropped here, and takes its event with it.
    fn take(&mut self, sound: Sound) {
        if sound.again {
            if let Some(event) = self.events.iter_mut().find(|event| event.holds(&sound)) {
                event.look_again(sound);
            }
            return;
        }
        if sound.speech {
            return self.voice(sound.heard);
        }
        if self.is_of_a_voice(&sound.heard) {
            return;
        }
        let part = |event: &Event| belongs(&sound.heard, event.heard());
        let known = self.events.iter().map(part).enumerate().find(|(_, part)| *part != Belongs::No);
        let at = match known {
            Some((at, Belongs::Echo(after_s))) => {
                self.events[at].echoed(after_s);
                return;
            }
            Some((at, Belongs::Instead)) => {
                self.events[at].forget(&sound.heard.sensor);
                at
            }
            Some((at, _)) => at,
            None if self.events.len() < OPEN_MAX => {
                let id = event::id(sound.heard.when, &*self.random);
                self.events.push(Event::heard_first(id));
                self.events.len() - 1
            }
            None => return,
        };
        if self.detections.len() < BULLETIN_DETECTIONS_MAX {
            self.detections.push(sound.detection(self.events[at].id()));
        }
        self.events[at].hear(sound);
    }

    /// Somebody speaks: what others hear of it is dropped too, and the events that it made are told no more.
    fn voice(&mut self, heard: Heard) {
        // What is louder than a voice is not made by it.
        let most_db = heard.over_background_db + VOICE_LOUDER_DB;
        let made = |event: &&mut Event| {
            event.heard().iter().all(|one| one.over_background_db <= most_db)
                && belongs(&heard, event.heard()) != Belongs::No
        };
        self.events.iter_mut().filter(made).for_each(Event::discard);
        if self.voices.len() == VOICES_MAX {
            self.voices.pop_front();
        }
        // All of it that was heard is its time, place and level.
        self.voices.push_back(Heard { classes: Vec::new(), bearing: None, ..heard });
    }

    /// Whether a sound may be what this or another sensor has of a voice: no louder, and in the time that it takes to get there.
    fn is_of_a_voice(&self, sound: &Heard) -> bool {
        self.voices.iter().any(|voice| {
            let softer = sound.over_background_db <= voice.over_background_db + VOICE_LOUDER_DB;
            let same = sound.sensor == voice.sensor
                && (0.0..VOICE_LASTS_S).contains(&sound.when.seconds_since(voice.when));
            softer && (same || belongs(sound, std::slice::from_ref(voice)) != Belongs::No)
        })
    }

    fn renew(&mut self, index: usize, now: Moment, told: &mut Told) {
        let around = Surroundings {
            setup: &self.setup,
            settings: &self.settings,
            eyes: &self.eyes,
            listeners: self.ears.values().map(|ear| ear.listener(now, self.setup.gone_after_s)).collect(),
            cueing: &self.cueing,
        };
        let event = &mut self.events[index];
        let Some(observation) = event.renew(now, &around, &mut self.memory) else { return };
        if let Some((to, weight)) = event.wants_eyes() {
            let can_turn = |(_, eye): &(&String, &Watching)| eye.could_see(to);
            let turnable =
                self.eyes.iter().filter(can_turn).map(|(_, eye)| eye.turnable(to)).collect::<Vec<_>>();
            if let Some(cue) = self.cueing.turn(event.id(), weight, to, &turnable, now)
                && self.eyes.get_mut(&cue.camera).is_some_and(|eye| eye.turn(to, now))
            {
                self.cues.push(cue);
            }
        }
        if self.setup.stills {
            told.stills.extend(event.stills(&self.eyes));
        }
        told.observations.push(observation);
    }

    fn sensors(&self, now: Moment) -> Vec<SensorState> {
        let gone_s = self.setup.gone_after_s;
        let ears = self.ears.values().map(|ear| {
            let per_day = self.memory.thresholds.measured_per_day(ear.id());
            ear.state(&self.setup.plan, now, gone_s, per_day)
        });
        ears.chain(self.eyes.values().map(|eye| eye.state(&self.setup.plan, now, gone_s))).collect()
    }
}
