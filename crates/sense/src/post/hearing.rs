//! One ear: the ring, the level, the direction, the class. A sound is looked at twice: soon, so that it can be told, and once more
//! when more of it was heard. What has a voice's tone is not told soon: it is waited for whether it is speech.
//!
//! Not here: which sounds belong together.

use std::collections::VecDeque;

use base::clock::Timestamp;

use super::setup::EarSetup;
use crate::bulletin::{Detection, Health, HealthState, LevelLine, SensorKind, SensorState};
use crate::ear::bearing::{Finder, Frozen};
use crate::ear::class::Classifier;
use crate::ear::level::{LEVEL_STEP_MS, Level, Onset};
use crate::ear::place::Towards;
use crate::ear::ring::Ring;
use crate::ear::speech::SpeechLikeness;
use crate::ear::{NotAWindow, Window};
use crate::fuse::{Heard, Listener};
use crate::limits::{CLOCK_OFFSET_MS_MAX, RING_SECONDS_MAX};
use crate::plan::{Moment, Plan};

/// What rises so far over the background is an onset, in dB.
const ONSET_DB: f64 = 9.0;
/// A sound is looked at from so long before its onset, in seconds.
const BEFORE_S: f64 = 0.1;
/// For how long after its onset: soon, when it may be a voice, and once more.
const AFTER_S: [f64; 3] = [0.4, 1.2, 2.0];
/// A direction is taken from so much of it.
const BEARING_S: f64 = 0.25;
/// What is softer than this over the background is background, in dB.
const CALM_DB: f64 = 4.0;
/// Onsets that wait to be looked at.
const PENDING_MAX: usize = 16;
/// Values of the level that go with an observation: three seconds.
const LEVEL_VALUES: usize = 60;

/// One ear.
pub struct Hearing {
    setup: EarSetup,
    celsius: f64,
    parts: Option<Parts>,
    pending: VecDeque<Pending>,
    last: Option<Moment>,
    since: Option<Moment>,
    refused: u64,
    /// How far its clock is off, in milliseconds, when that was measured.
    pub clock_offset_ms: Option<f64>,
}

/// What can be made when the rate is known.
struct Parts {
    ring: Ring,
    level: Level,
    finder: Option<Finder>,
}

struct Pending {
    onset: Onset,
    frozen: Option<Frozen>,
    looks: usize,
    /// Whether it was taken for something to be told.
    given: bool,
}

/// A sound as one ear has it.
pub struct Sound {
    /// What was heard.
    pub heard: Heard,
    /// Whether it is the second look at it.
    pub again: bool,
    /// Whether it sounds like speech.
    pub speech: bool,
    /// How loud it was around it.
    pub levels: LevelLine,
}

impl Sound {
    /// As it is kept.
    pub fn detection(&self, observation: &str) -> Detection {
        Detection {
            sensor: self.heard.sensor.clone(),
            at_us: self.heard.when.micros(),
            over_background_db: self.heard.over_background_db,
            classes: self.heard.classes.clone(),
            observation: Some(observation.to_owned()),
        }
    }
}

impl Hearing {
    /// An ear that has heard nothing.
    pub fn new(setup: EarSetup, celsius: f64) -> Self {
        Self {
            setup,
            celsius,
            parts: None,
            pending: VecDeque::new(),
            last: None,
            since: None,
            refused: 0,
            clock_offset_ms: None,
        }
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.setup.id
    }

    /// The sounds that can be looked at now that this came.
    pub fn hear(&mut self, window: &Window, classifier: Option<&dyn Classifier>) -> Vec<Sound> {
        if self.parts.is_none() {
            self.parts = Parts::new(&self.setup, window, self.celsius).ok();
            self.since = Some(window.from());
        }
        let Some(parts) = &mut self.parts else {
            self.refused += 1;
            return Vec::new();
        };
        if parts.ring.take(window).is_err() {
            self.refused += 1;
            return Vec::new();
        }
        self.last = Some(window.until());
        let onsets = parts.level.hear(window);
        let calm = onsets.is_empty() && self.pending.is_empty() && parts.level.over_background_db() < CALM_DB;
        if let Some(finder) = parts.finder.as_mut().filter(|_| calm) {
            finder.listen(window);
        }
        if !parts.level.learning() {
            for onset in onsets {
                if self.pending.len() < PENDING_MAX {
                    let frozen = parts.finder.as_ref().map(Finder::freeze);
                    self.pending.push_back(Pending { onset, frozen, looks: 0, given: false });
                }
            }
        }
        self.looks(classifier)
    }

    fn looks(&mut self, classifier: Option<&dyn Classifier>) -> Vec<Sound> {
        let Some(parts) = &self.parts else { return Vec::new() };
        let Some(until) = parts.ring.until() else { return Vec::new() };
        let mut sounds = Vec::new();
        for pending in &mut self.pending {
            let Some(after_s) = AFTER_S.get(pending.looks) else { continue };
            if until.seconds_since(pending.onset.at) < *after_s {
                continue;
            }
            pending.looks += 1;
            // The look in between is for what may be a voice.
            if pending.looks == 2 && pending.given {
                continue;
            }
            let Some(window) = parts.cut(pending.onset.at, BEFORE_S, *after_s) else { continue };
            let likeness = SpeechLikeness::of(&window);
            if pending.looks == 1 && likeness.is_voiced() {
                continue;
            }
            let again = pending.given;
            pending.given = true;
            let over_background_db = parts.peak_db(until.seconds_since(pending.onset.at));
            let heard = Heard {
                sensor: self.setup.id.clone(),
                at: self.setup.at,
                when: pending.onset.at,
                spread_s: pending.onset.spread_s,
                clock_offset_ms: self.clock_offset_ms,
                over_background_db,
                classes: classifier.map(|one| one.tell(&window)).unwrap_or_default(),
                bearing: parts.bearing(pending),
            };
            let speech = likeness.is_speech();
            sounds.push(Sound { heard, again, speech, levels: parts.levels(&self.setup.id, until) });
        }
        self.pending.retain(|one| one.looks < AFTER_S.len());
        sounds
    }

    /// Whether it brought something lately.
    pub fn listens(&self, now: Moment, gone_after_s: f64) -> bool {
        self.last.is_some_and(|last| now.seconds_since(last) <= gone_after_s)
    }

    /// As others need to know it.
    pub fn listener(&self, now: Moment, gone_after_s: f64) -> Listener {
        #[allow(clippy::cast_possible_truncation, reason = "a level in dB")]
        let background = self.parts.as_ref().map(|parts| parts.level.background_dbfs() as f32);
        let works = self.listens(now, gone_after_s) && self.health(now, gone_after_s) == HealthState::Working;
        Listener { sensor: self.setup.id.clone(), at: self.setup.at, works, background_dbfs: background }
    }

    fn health(&self, now: Moment, gone_after_s: f64) -> HealthState {
        let Some(parts) = &self.parts else { return HealthState::Gone };
        if !self.listens(now, gone_after_s) {
            HealthState::Gone
        } else if !parts.level.dead().is_empty() {
            HealthState::Dead
        } else if self.clock_offset_ms.is_some_and(|off| off.abs() > CLOCK_OFFSET_MS_MAX) {
            HealthState::ClockOff
        } else if parts.level.learning() {
            HealthState::Learning
        } else {
            HealthState::Working
        }
    }

    /// As it is told.
    pub fn state(&self, plan: &Plan, now: Moment, gone_after_s: f64, per_day: Option<f64>) -> SensorState {
        let at = plan.position(self.setup.at);
        let parts = self.parts.as_ref();
        let dead = parts.map(|parts| parts.level.dead()).unwrap_or_default();
        let remark = (!dead.is_empty()).then(|| {
            let numbers: Vec<String> = dead.iter().map(|one| (one + 1).to_string()).collect();
            format!("microphone {} hears nothing", numbers.join(", "))
        });
        #[allow(clippy::cast_possible_truncation, reason = "levels in dB")]
        let health = Health {
            state: self.health(now, gone_after_s),
            since: Timestamp::from(self.since.unwrap_or(now)),
            last: self.last.map(Timestamp::from),
            clock_offset_ms: self.clock_offset_ms,
            level_dbfs: parts.map(|parts| parts.level.level_dbfs() as f32),
            background_dbfs: parts.map(|parts| parts.level.background_dbfs() as f32),
            measured_per_day: per_day,
            lost: parts.map_or(0, |parts| parts.ring.lost_blocks()) + self.refused,
            remark,
        };
        SensorState {
            id: self.setup.id.clone(),
            kind: if self.setup.array.is_some() { SensorKind::Array } else { SensorKind::Microphone },
            at: [at.longitude(), at.latitude()],
            register: self.setup.register.clone(),
            health,
            sees: Vec::new(),
            turns: false,
        }
    }
}

impl Parts {
    fn new(setup: &EarSetup, window: &Window, celsius: f64) -> Result<Self, NotAWindow> {
        let (rate, channels) = (window.rate_hz(), window.channels().len());
        #[allow(clippy::cast_precision_loss, reason = "a small constant")]
        let ring = Ring::new(rate, channels, RING_SECONDS_MAX as f64)?;
        // An array whose microphones are not all there has no direction, and is heard all the same.
        let finder = setup.array.clone().and_then(|array| Finder::new(array, rate, celsius).ok());
        Ok(Self { ring, level: Level::new(rate, channels, ONSET_DB), finder })
    }

    fn cut(&self, onset: Moment, before_s: f64, after_s: f64) -> Option<Window> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few seconds of samples"
        )]
        let samples = ((before_s + after_s) * f64::from(self.ring.rate_hz())) as usize;
        self.ring.cut(onset.plus_seconds(-before_s), samples)
    }

    /// The loudest of the last seconds.
    fn peak_db(&self, seconds: f64) -> f32 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few steps")]
        let steps = (seconds * 1e3 / f64::from(LEVEL_STEP_MS)).ceil() as usize;
        let values: Vec<f32> = self.level.history().collect();
        values.iter().rev().take(steps).copied().fold(0.0, f32::max)
    }

    fn bearing(&self, pending: &Pending) -> Option<Towards> {
        let (finder, frozen) = (self.finder.as_ref()?, pending.frozen.as_ref()?);
        let window = self.cut(pending.onset.at, 0.01, BEARING_S)?;
        let found = finder.find(frozen, &window)?;
        found.agrees.then_some(Towards { towards_deg: found.towards_deg, width_deg: found.width_deg })
    }

    fn levels(&self, sensor: &str, until: Moment) -> LevelLine {
        let values: Vec<f32> = self.level.history().collect();
        let last = values[values.len().saturating_sub(LEVEL_VALUES)..].to_vec();
        #[allow(clippy::cast_precision_loss, reason = "at most sixty")]
        let seconds = last.len() as f64 * f64::from(LEVEL_STEP_MS) / 1e3;
        LevelLine {
            sensor: sensor.to_owned(),
            from: until.plus_seconds(-seconds).into(),
            step_ms: LEVEL_STEP_MS,
            over_background_db: last.iter().map(|db| (db * 10.0).round() / 10.0).collect(),
        }
    }
}
