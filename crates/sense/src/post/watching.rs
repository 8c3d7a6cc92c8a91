//! One eye: mask, fitness, motion, tracks, events, and what it saw around a place and a time.
//!
//! Not here: what that weighs.

use std::collections::VecDeque;

use base::clock::Timestamp;

use super::busy::Busy;
use super::setup::{EyeSetup, Mounted};
use crate::bulletin::{Health, HealthState, SensorKind, SensorState};
use crate::eye::Frame;
use crate::eye::camera::Camera;
use crate::eye::events::Event as Began;
use crate::eye::ground::{Ground, Spot as Corner};
use crate::eye::motion::{MotionSettings, Whole};
use crate::eye::sight::{Ellipse, View as Sight};
use crate::fuse::Spot;
use crate::fuse::cue::Turnable;
use crate::fuse::weigh::{Alarm, Near, View};
use crate::plan::{Moment, Plan, Point};

/// A camera that turns is blind for so long, in seconds.
const TURN_S: f64 = 2.5;
/// A camera sees a place when it sees so much of its ellipse.
const SEES_SHARE: f64 = 0.5;
/// Movement is looked for so long before a sound and after it, in seconds.
const AROUND_S: (f64, f64) = (2.0, 4.0);
/// And so far from the ellipse, in metres.
const BESIDE_M: f64 = 12.0;
/// A camera that was turned to a sound is given so long once it knows its picture, in seconds.
const LOOKS_S: f64 = 3.0;
/// By then somebody who was there has come so far, in metres per second.
const COMES_AWAY: f64 = 2.0;
/// Alarms of a camera's own that are remembered.
const ALARMS_MAX: usize = 32;
/// A camera that was turned goes back after so long, in seconds.
const TURNED_BACK_S: f64 = 30.0;

/// One eye.
pub struct Watching {
    setup: EyeSetup,
    buildings: Vec<Vec<Point>>,
    camera: Camera,
    busy: Busy,
    fitness: (HealthState, Option<Moment>),
    /// Since when its picture is one that is known.
    known: Option<Moment>,
    turned_at: Option<Moment>,
    at_home: bool,
    last: Option<Moment>,
    /// Alarms that it raised itself, lately.
    alarms: VecDeque<(Alarm, Moment)>,
    /// How far its clock is off, in milliseconds, when that was measured.
    pub clock_offset_ms: Option<f64>,
}

impl Watching {
    /// An eye that has seen nothing.
    pub fn new(setup: EyeSetup, buildings: &[Vec<Point>]) -> Self {
        let settings = MotionSettings::default();
        let mut camera = Camera::new(setup.mask.clone(), setup.rules.clone(), settings, buildings.to_vec());
        if let Some(ground) = setup.mounted.at_home() {
            camera.looks_at(ground);
        }
        Self {
            setup,
            buildings: buildings.to_vec(),
            camera,
            busy: Busy::default(),
            fitness: (HealthState::Learning, None),
            known: None,
            turned_at: None,
            at_home: true,
            last: None,
            alarms: VecDeque::new(),
            clock_offset_ms: None,
        }
    }

    /// The next frame: what of the kind that is looked for began in it.
    pub fn see(&mut self, frame: Frame) -> Vec<Began> {
        let at = frame.at();
        self.last = Some(at);
        if self.turned_at.is_some_and(|turned| (0.0..TURN_S).contains(&at.seconds_since(turned))) {
            return Vec::new();
        }
        self.turn_back(at);
        let sight = self.camera.see(frame);
        self.fitness = (sight.fitness.state, Some(sight.fitness.since));
        self.known = (sight.moving.whole == Whole::Known).then(|| self.known.unwrap_or(at));
        if self.known.is_some() && self.camera.view().is_some() {
            self.busy.next(at, self.camera.tracks());
        }
        sight.events.into_iter().filter(|one| one.began).collect()
    }

    /// What the camera itself took for things at a moment: what of the kind that is looked for began.
    pub fn told(&mut self, at: Moment, boxes: &[[Corner; 2]]) -> Vec<Began> {
        if self.turned_at.is_some_and(|turned| (0.0..TURN_S).contains(&at.seconds_since(turned))) {
            return Vec::new();
        }
        let events = self.camera.told(at, boxes);
        if self.known.is_some() {
            self.busy.next(at, self.camera.tracks());
        }
        events.into_iter().filter(|one| one.began).collect()
    }

    /// It raised an alarm itself.
    pub fn alarmed(&mut self, at: Moment, alarm: Alarm) {
        if self.alarms.len() == ALARMS_MAX {
            self.alarms.pop_front();
        }
        self.alarms.push_back((alarm, at));
    }

    /// Turns it to a place; whether it can.
    pub fn turn(&mut self, to: Point, now: Moment) -> bool {
        let Some(ground) = self.turned_to(to) else { return false };
        self.look(ground, now);
        self.at_home = false;
        true
    }

    /// What it would see if it were turned to a place.
    pub fn could_see(&self, to: Point) -> bool {
        self.turned_to(to)
            .is_some_and(|ground| Sight::new(ground, self.setup.mask.clone(), &self.buildings).sees(to))
    }

    /// As somebody who decides which one is turned needs to know it.
    pub fn turnable(&self, to: Point) -> Turnable {
        Turnable {
            camera: self.setup.id.clone(),
            at: self.setup.at,
            sees_now: self.camera.view().is_some_and(|view| view.sees(to)),
        }
    }

    /// Whether it sees a place as it is turned now.
    pub fn sees(&self, spot: &Spot) -> bool {
        let ellipse = ellipse(spot);
        self.known.is_some() && self.camera.view().is_some_and(|view| view.share_seen(&ellipse) >= SEES_SHARE)
    }

    /// What it has to do with an event at a place and a time.
    pub fn view(&self, spot: Option<&Spot>, when: Moment, now: Moment, gone_after_s: f64) -> View {
        let fit = matches!(self.health(now, gone_after_s), HealthState::Working | HealthState::Learning);
        let alarms = self.alarms.iter().map(|(alarm, at)| (*alarm, at.seconds_since(when)));
        let blind = View {
            camera: self.setup.id.clone(),
            fit,
            sees: false,
            tracks: Vec::new(),
            usual: 1.0,
            alarms: alarms.collect(),
        };
        let Some(spot) = spot.filter(|spot| self.sees(spot)) else { return blind };
        let ellipse = ellipse(spot);
        // A camera that was turned sees what is left of it: who was there has gone on, nobody knows where to.
        let missed_s = self.known.map_or(0.0, |known| known.seconds_since(when)).max(0.0);
        let wide = |half_m: f64| half_m + COMES_AWAY * missed_s;
        let ellipse = Ellipse { major_m: wide(ellipse.major_m), minor_m: wide(ellipse.minor_m), ..ellipse };
        let until_s = AROUND_S.1.max(missed_s + LOOKS_S);
        let near = self.camera.near(&ellipse, when, AROUND_S.0, until_s, BESIDE_M);
        let tracks = near.iter().map(|one| Near {
            metres: one.middle_m,
            deviations: one.sigmas,
            began_s: one.started_s,
        });
        let usual = self.busy.share(spot.at, spot.ellipse.major_m.max(4.0));
        View { sees: true, tracks: tracks.collect(), usual, ..blind }
    }

    /// A masked still of what it sees now.
    pub fn still(&self) -> Option<Vec<u8>> {
        self.known?;
        Some(self.camera.still()?.ok()?.png().to_vec())
    }

    fn turned_to(&self, to: Point) -> Option<Ground> {
        let Mounted::Turning { mount, stops, field_deg, aspect, .. } = &self.setup.mounted else {
            return None;
        };
        let angles = mount.angles_within(to, stops)?;
        Some(Ground::of_pose(&mount.pose(angles, *field_deg, *aspect)))
    }

    /// Its view is another one from now on: nothing that was known of the picture holds.
    fn look(&mut self, ground: Ground, now: Moment) {
        self.camera.looks_at(ground);
        self.camera.hasten();
        self.turned_at = Some(now);
        self.busy.forget();
        self.known = None;
    }

    fn turn_back(&mut self, now: Moment) {
        let long = self.turned_at.is_some_and(|turned| now.seconds_since(turned) >= TURNED_BACK_S);
        if !self.at_home
            && long
            && let Some(ground) = self.setup.mounted.at_home()
        {
            self.look(ground, now);
            self.at_home = true;
        }
    }

    fn health(&self, now: Moment, gone_after_s: f64) -> HealthState {
        if self.last.is_some_and(|last| now.seconds_since(last) <= gone_after_s) {
            self.fitness.0
        } else {
            HealthState::Gone
        }
    }

    /// As it is told.
    pub fn state(&self, plan: &Plan, now: Moment, gone_after_s: f64) -> SensorState {
        let degrees = |point: Point| {
            let at = plan.position(point);
            [at.longitude(), at.latitude()]
        };
        let health = Health {
            state: self.health(now, gone_after_s),
            since: Timestamp::from(self.fitness.1.unwrap_or(now)),
            last: self.last.map(Timestamp::from),
            clock_offset_ms: self.clock_offset_ms,
            level_dbfs: None,
            background_dbfs: None,
            measured_per_day: None,
            lost: 0,
            remark: matches!(self.setup.mounted, Mounted::Unplaced)
                .then(|| "not calibrated: it does not know where things are".to_owned()),
        };
        SensorState {
            id: self.setup.id.clone(),
            kind: SensorKind::Camera,
            at: degrees(self.setup.at),
            register: self.setup.register.clone(),
            health,
            sees: self
                .camera
                .view()
                .map(|view| view.ring().into_iter().map(degrees).collect())
                .unwrap_or_default(),
            turns: matches!(self.setup.mounted, Mounted::Turning { .. }),
        }
    }
}

fn ellipse(spot: &Spot) -> Ellipse {
    let Spot { at, ellipse, .. } = *spot;
    Ellipse { at, major_m: ellipse.major_m, minor_m: ellipse.minor_m, towards_deg: ellipse.towards_deg }
}
