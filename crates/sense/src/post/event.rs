//! One event from its first sound to its last word: who heard it, where it was, what cameras saw, and what was told of it.
//!
//! Not here: the weights ([`crate::fuse::weigh`]), and how readily it is told ([`crate::threshold`]).

use std::collections::BTreeMap;

use base::clock::{Clock, Timestamp};
use base::ids::ObservationId;
use base::random::Random;

use super::hearing::Sound;
use super::memory::{Kept, Memory};
use super::setup::PostSetup;
use super::watching::Watching;
use super::{Settings, ToldStill};
use crate::bulletin::{
    Basis, BearingLine, CameraPart, Evidence, EvidenceCode, LevelLine, Likely, Movement, Observation, Stage,
    Then, What, Whereabouts,
};
use crate::class::Class;
use crate::ear::place::{self, Arrival, Ellipse, Placed};
use crate::eye::events::Event as Began;
use crate::fuse::cue::Cueing;
use crate::fuse::group::complete_at;
use crate::fuse::weigh::{Case, Near, View, classes, probability, sum, unsure, weigh};
use crate::fuse::{Heard, Listener, Spot};
use crate::limits::SETTLE_MS_MAX;
use crate::plan::{Moment, Point};
use crate::rules::{Occasion, holding, minute_of_day};
use crate::threshold::score_db;

/// An event is not told before its sound was looked at and neighbours could have had it, but for no longer than this, in seconds.
const WAIT_S: f64 = 0.85;
/// A sound is looked at so long after its onset, in seconds.
const LOOKED_S: f64 = 0.45;
/// Between two revisions, in seconds.
const APART_S: f64 = 0.5;
/// A class is named when it is as likely as this.
const NAMED: f32 = 0.6;
/// No camera is turned for an ellipse that is longer than this, in metres.
const CUE_M_MAX: f64 = 80.0;
/// What is less likely than this is not told, whatever the background says.
const TOLD_FROM: f64 = 0.2;

/// What an event is held against.
pub struct Surroundings<'a> {
    /// The post.
    pub setup: &'a PostSetup,
    /// What the operators want.
    pub settings: &'a Settings,
    /// Its cameras.
    pub eyes: &'a BTreeMap<String, Watching>,
    /// Who listens.
    pub listeners: Vec<Listener>,
    /// Which camera was turned for what.
    pub cueing: &'a Cueing,
}

/// One event.
pub struct Event {
    id: String,
    heard: Vec<Heard>,
    levels: Vec<LevelLine>,
    echoes: Vec<f64>,
    speech: bool,
    seen: Option<(String, Movement, Point, Moment)>,
    first: Option<Moment>,
    spot: Option<Spot>,
    place: Option<Whereabouts>,
    when: Option<Moment>,
    /// Whether more was heard since it was placed.
    stale: bool,
    /// What each sensor's threshold was asked, once.
    asked: Option<Asked>,
    revision: u32,
    told: Option<(Moment, Observation)>,
    stilled: Vec<String>,
}

/// What thresholds were asked about an event.
struct Asked {
    class: Class,
    /// The sensors and their scores in dB.
    scores: Vec<(String, f64)>,
    /// Whether one of them was let through.
    passed: bool,
}

/// An id with a time in it, so that they sort.
pub fn id(at: Moment, random: &dyn Random) -> String {
    struct At(Timestamp);
    impl Clock for At {
        fn now(&self) -> Timestamp {
            self.0
        }
    }
    ObservationId::new(&At(at.into()), random).to_string()
}

impl Event {
    /// One that begins with a sound.
    pub fn heard_first(id: String) -> Self {
        Self {
            id,
            heard: Vec::new(),
            levels: Vec::new(),
            echoes: Vec::new(),
            speech: false,
            seen: None,
            first: None,
            spot: None,
            place: None,
            when: None,
            stale: false,
            asked: None,
            revision: 0,
            told: None,
            stilled: Vec::new(),
        }
    }

    /// One that begins with a movement that is looked for.
    pub fn seen(id: String, camera: String, began: &Began) -> Self {
        let spot = Spot {
            at: began.place,
            ellipse: Ellipse { major_m: 4.0, minor_m: 4.0, towards_deg: 0.0 },
            misfit_m: 0.0,
            misfit_deg: None,
            times: 0,
        };
        Self {
            seen: Some((camera, began.what, began.place, began.at)),
            first: Some(began.at),
            when: Some(began.at),
            spot: Some(spot),
            ..Self::heard_first(id)
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What each sensor heard first of it.
    pub fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// A sensor heard it.
    pub fn hear(&mut self, sound: Sound) {
        self.first = Some(self.first.map_or(sound.heard.when, |first| first.min(sound.heard.when)));
        self.levels.push(sound.levels);
        self.heard.push(sound.heard);
        self.stale = true;
    }

    /// What a sensor heard was of something else.
    pub fn forget(&mut self, sensor: &str) {
        self.heard.retain(|one| one.sensor != sensor);
        self.levels.retain(|one| one.sensor != sensor);
        self.first = self.heard.iter().map(|one| one.when).min();
    }

    /// It turned out to be somebody who speaks: it is told no more.
    pub fn discard(&mut self) {
        self.speech = true;
        self.stale = true;
    }

    /// A sensor heard its echo.
    pub fn echoed(&mut self, after_s: f64) {
        if self.echoes.len() < 8 {
            self.echoes.push(after_s);
        }
    }

    /// Whether a second look is at what it holds.
    pub fn holds(&self, sound: &Sound) -> bool {
        self.heard.iter().any(|one| one.sensor == sound.heard.sensor && one.when == sound.heard.when)
    }

    /// More of a sound was heard: its class is that of the longer window, and its level the longer line.
    pub fn look_again(&mut self, sound: Sound) {
        self.speech |= sound.speech;
        let sensor = sound.heard.sensor.clone();
        if let Some(one) = self.heard.iter_mut().find(|one| one.sensor == sensor) {
            one.classes = sound.heard.classes;
        }
        if let Some(one) = self.levels.iter_mut().find(|one| one.sensor == sensor) {
            *one = sound.levels;
        }
        self.stale = true;
    }

    /// Whether nothing more will come.
    pub fn is_over(&self, now: Moment) -> bool {
        self.first.is_none_or(|first| now.seconds_since(first) >= settle_s())
    }

    /// Where a camera should look, and how much it weighs.
    pub fn wants_eyes(&self) -> Option<(Point, f64)> {
        let (_, told) = self.told.as_ref()?;
        let spot = self.spot.filter(|spot| spot.ellipse.major_m <= CUE_M_MAX)?;
        Some((spot.at, sum(&told.evidence)))
    }

    /// Stills of the cameras that see it, each once.
    pub fn stills(&mut self, eyes: &BTreeMap<String, Watching>) -> Vec<ToldStill> {
        let Some((_, told)) = &self.told else { return Vec::new() };
        let named = told.cameras.iter().filter_map(|one| one.still.clone());
        let fresh: Vec<String> = named.filter(|name| !self.stilled.contains(name)).collect();
        self.stilled.extend(fresh.iter().cloned());
        let still = |name: String| {
            let png = eyes.get(&name)?.still()?;
            Some(ToldStill { observation: self.id.clone(), name, png })
        };
        fresh.into_iter().filter_map(still).collect()
    }

    /// What is remembered of it, so that a judgement finds it.
    pub fn kept(&self) -> Option<Kept> {
        let (_, told) = self.told.as_ref()?;
        Some(Kept {
            id: self.id.clone(),
            class: told.classes.first().map(|one| one.class),
            asked: self.asked.as_ref().map(|one| one.class),
            place: self.spot.map(|spot| spot.at),
            at: self.first.map(Timestamp::from)?,
            scores: self.asked.as_ref().map(|one| one.scores.clone()).unwrap_or_default(),
        })
    }

    /// The next revision, when there is one to be told.
    pub fn renew(
        &mut self,
        now: Moment,
        around: &Surroundings<'_>,
        memory: &mut Memory,
    ) -> Option<Observation> {
        let first = self.first?;
        if !self.is_due(now, first, around) {
            return None;
        }
        if self.stale {
            self.locate(around.setup);
            self.stale = false;
        }
        let observation = self.observe(now, first, around, memory)?;
        let same = |(_, before): &(Moment, Observation)| alike(before, &observation);
        if self.told.as_ref().is_some_and(same) {
            return None;
        }
        self.revision += 1;
        let observation = Observation { revision: self.revision, ..observation };
        self.told = Some((now, observation.clone()));
        if self.revision == 1
            && let Some(kept) = self.kept()
        {
            memory.keep(Some(kept));
        }
        Some(observation)
    }

    fn is_due(&self, now: Moment, first: Moment, around: &Surroundings<'_>) -> bool {
        if let Some((last, told)) = &self.told {
            let over = self.is_over(now) && told.stage == Stage::Provisional;
            return over || now.seconds_since(*last) >= APART_S;
        }
        if self.seen.is_some() {
            return true;
        }
        let others = around.listeners.iter().filter(|one| one.works).map(|one| one.at);
        let complete = complete_at(&self.heard, others).map(|at| at.plus_seconds(LOOKED_S));
        let all = self.heard.len() >= around.listeners.iter().filter(|one| one.works).count();
        all || complete.is_some_and(|complete| now >= complete) || now.seconds_since(first) >= WAIT_S
    }

    fn locate(&mut self, setup: &PostSetup) {
        let arrivals: Vec<Arrival> = self.heard.iter().map(arrival).collect();
        let placed = place::place(&arrivals, setup.temperature_c);
        let (Placed::Point(found) | Placed::Area(found)) = placed else {
            self.spot = None;
            self.place = None;
            return;
        };
        self.when = found.when;
        self.spot = Some(Spot {
            at: found.at,
            ellipse: found.ellipse,
            misfit_m: found.misses_m.unwrap_or(0.0),
            misfit_deg: found.misses_deg,
            times: self.heard.len().saturating_sub(found.left_out.len()),
        });
        self.place = Some(found.whereabouts(&setup.plan));
    }

    fn observe(
        &mut self,
        now: Moment,
        first: Moment,
        around: &Surroundings<'_>,
        memory: &mut Memory,
    ) -> Option<Observation> {
        let setup = around.setup;
        let when = self.when.unwrap_or(first);
        let zone = self.spot.and_then(|spot| setup.zone(spot.at));
        let classes = classes(&self.heard);
        let class = classes.first().map(|one| one.class);
        let occasion = Occasion {
            zone: zone.as_deref(),
            at: when.into(),
            class,
            minute: minute_of_day(when.into(), setup.utc_offset_minutes),
        };
        let rule = holding(&around.settings.rules, &occasion).map(|rule| rule.then);
        let views: Vec<View> = around
            .eyes
            .values()
            .map(|eye| eye.view(self.spot.as_ref(), when, now, setup.gone_after_s))
            .collect();
        let mut evidence = weigh(&Case {
            heard: &self.heard,
            listeners: &around.listeners,
            spot: self.spot.as_ref(),
            views: &views,
            echoes: &self.echoes,
            judged: memory.judgements.weight(class, self.spot.map(|spot| spot.at), now),
            rule,
        });
        self.add_of_own(&mut evidence);
        let probability = probability(&evidence);
        if self.told.is_none() && !self.passes(rule, &classes, probability, around, memory) {
            return None;
        }
        let seen = views.iter().any(|view| view.tracks.iter().any(Near::is_there));
        let at = |point: Point| {
            let position = setup.plan.position(point);
            [position.longitude(), position.latitude()]
        };
        let bearing = |one: &Heard| {
            let towards = one.bearing?;
            let (sensor, from) = (one.sensor.clone(), at(one.at));
            Some(BearingLine { sensor, from, towards_deg: towards.towards_deg, width_deg: towards.width_deg })
        };
        let basis = match (&self.seen, seen) {
            (Some(_), _) => Basis::Seen,
            (None, true) => Basis::HeardAndSeen,
            (None, false) => Basis::Heard,
        };
        Some(Observation {
            id: self.id.clone(),
            revision: self.revision,
            stage: if self.is_over(now) { Stage::Settled } else { Stage::Provisional },
            basis,
            what: self.what(&classes),
            classes,
            probability,
            at: when.into(),
            first_heard: first.into(),
            told: now.into(),
            place: self.whereabouts(zone, at),
            bearings: self.heard.iter().filter_map(bearing).collect(),
            evidence,
            cameras: views
                .iter()
                .filter(|_| self.spot.is_some())
                .map(|view| self.camera(view, around))
                .collect(),
            levels: self.levels.clone(),
            settings_version: around.settings.version,
            model: setup.classifier.as_ref().map(|one| one.name()),
        })
    }

    fn add_of_own(&self, evidence: &mut Vec<Evidence>) {
        if let Some((camera, ..)) = &self.seen {
            let sensor = Some(camera.clone());
            // Somebody asked to be told of this kind of movement there.
            evidence.retain(|one| one.code != EvidenceCode::MovementThere || one.sensor != sensor);
            evidence.insert(
                0,
                Evidence { code: EvidenceCode::MovementThere, sensor, weight: 4.0, value: Some(0.0) },
            );
        }
        if self.speech {
            evidence
                .insert(0, Evidence { code: EvidenceCode::Speech, sensor: None, weight: -6.0, value: None });
        }
    }

    /// Whether it is told at all. Asked once per event: every sensor's background learns of it once.
    fn passes(
        &mut self,
        rule: Option<Then>,
        classes: &[Likely],
        probability: f64,
        around: &Surroundings<'_>,
        memory: &mut Memory,
    ) -> bool {
        if rule == Some(Then::Hush) || self.speech || probability < TOLD_FROM {
            return false;
        }
        if self.seen.is_some() {
            return true;
        }
        if self.asked.is_none() {
            self.asked = self.ask(rule, classes, around, memory);
        }
        self.asked.as_ref().is_some_and(|asked| asked.passed)
    }

    /// Asks every sensor's threshold; `None` when it is most likely something that nobody wants to be told of.
    fn ask(
        &self,
        rule: Option<Then>,
        classes: &[Likely],
        around: &Surroundings<'_>,
        memory: &mut Memory,
    ) -> Option<Asked> {
        let told = |class: Class| class.alarms() || rule == Some(Then::Tell);
        // The likeliest of those that are told of, if it is nearly as likely as any other. What no class names may be one of them:
        // the loudest bang of a night is told as unsure when it is like nothing that was taught.
        let unnamed = unsure(classes);
        let most = classes.first().map_or(0.0, |one| one.probability).max(unnamed);
        let named = classes.iter().find(|one| told(one.class) && one.probability >= unnamed);
        let likely = named.map_or(unnamed, |one| one.probability);
        if likely < most / 3.0 {
            return None;
        }
        let class = named.map_or(Class::Other, |one| one.class);
        let score = |one: &Heard| {
            let share = match named {
                Some(named) => one.classes.iter().find(|likely| likely.class == named.class)?.probability,
                None => unsure(&one.classes),
            };
            Some((one.sensor.clone(), score_db(one.over_background_db, share), one.when))
        };
        let scores: Vec<_> = self.heard.iter().filter_map(score).collect();
        let offset = around.setup.utc_offset_minutes;
        let through = scores.iter().filter(|(sensor, score_db, when)| {
            memory.thresholds.heard(sensor, class, *score_db, (*when).into(), offset)
        });
        let passed = through.count() > 0;
        let scores = scores.into_iter().map(|(sensor, score_db, _)| (sensor, score_db)).collect();
        Some(Asked { class, scores, passed })
    }

    fn what(&self, classes: &[Likely]) -> Option<What> {
        if let Some((_, movement, ..)) = &self.seen {
            return Some(What::Movement(*movement));
        }
        let first = classes.first().filter(|one| one.probability >= NAMED)?;
        Some(What::Sound(first.class))
    }

    fn whereabouts(&self, zone: Option<String>, at: impl Fn(Point) -> [f64; 2]) -> Option<Whereabouts> {
        if let Some((_, _, place, _)) = &self.seen {
            let ellipse = self.spot?.ellipse;
            return Some(Whereabouts {
                at: at(*place),
                major_m: ellipse.major_m,
                minor_m: ellipse.minor_m,
                towards_deg: 0.0,
                zone,
                left_out: Vec::new(),
            });
        }
        self.place.clone().map(|place| Whereabouts { zone, ..place })
    }

    fn camera(&self, view: &View, around: &Surroundings<'_>) -> CameraPart {
        let there = view.tracks.iter().filter(|one| one.is_there());
        let tracks_m: Vec<f64> = there.map(|one| (one.metres * 10.0).round() / 10.0).collect();
        let still = around.setup.stills && view.sees && !tracks_m.is_empty();
        CameraPart {
            sensor: view.camera.clone(),
            sees: view.sees,
            turned: around.cueing.turned_for(&view.camera, &self.id),
            tracks_m,
            still: still.then(|| view.camera.clone()),
        }
    }
}

fn arrival(one: &Heard) -> Arrival {
    Arrival {
        sensor: one.sensor.clone(),
        at: one.at,
        heard: Some(place::Onset { at: one.when, spread_ms: one.spread_s * 1e3 }),
        clock_offset_ms: one.clock_offset_ms,
        bearing: one
            .bearing
            .map(|towards| place::Towards { towards_deg: towards.towards_deg, width_deg: towards.width_deg }),
        level_db: None,
    }
}

/// Whether a revision would say nothing new: the same evidence from the same sensors, and numbers that moved by little.
fn alike(before: &Observation, now: &Observation) -> bool {
    let code =
        |one: &Observation| one.evidence.iter().map(|e| (e.code, e.sensor.clone())).collect::<Vec<_>>();
    let moved = match (&before.place, &now.place) {
        (Some(one), Some(other)) => {
            (one.major_m - other.major_m).abs() > 1.0
                || (one.at[0] - other.at[0]).abs() > 1e-5
                || (one.at[1] - other.at[1]).abs() > 1e-5
        }
        (None, None) => false,
        _ => true,
    };
    before.stage == now.stage
        && before.what == now.what
        && before.basis == now.basis
        && before.levels.len() == now.levels.len()
        && (before.probability - now.probability).abs() < 0.02
        && before.cameras == now.cameras
        && !moved
        && {
            let (mut one, mut other) = (code(before), code(now));
            one.sort();
            other.sort();
            one == other
        }
}

fn settle_s() -> f64 {
    f64::from(SETTLE_MS_MAX) / 1e3
}
