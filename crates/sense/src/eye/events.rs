//! What tracks do that somebody asked to be told of: a line crossed the wrong way, staying, a thing left, a crowd that grows or thins, running.
//!
//! Each event begins once and ends once, with room between the two, so that a thing at the edge does not ring twice.
//!
//! Not here: how sure that is, and what was heard ([`crate::fuse`]); movement around a place and a time ([`crate::eye::journal`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bulletin::Movement;
use crate::eye::shape;
use crate::eye::thing::Thing;
use crate::eye::track::Track;
use crate::plan::{Moment, Point};

/// A line counts as crossed when both sides were reached by so much, in metres.
const LINE_M: f64 = 0.5;
/// Who leaves a zone for less than this has not left it, in seconds.
const AWAY_S: f64 = 3.0;
/// A thing that was left is at most this large, in metres each way.
const THING_M_MAX: f64 = 1.3;
/// It moves at most so fast, in metres per second.
const THING_SPEED_MAX: f64 = 0.25;
/// And at most this share of its pixels changes.
const THING_STIR_MAX: f64 = 0.15;
/// Faster than this is running, in metres per second.
const RUN_SPEED: f64 = 2.8;
/// And slower than this is not any more.
const WALK_SPEED: f64 = 2.0;
/// Over how long people began to run together, in seconds.
const TOGETHER_S: f64 = 3.0;
/// How many run when it is sudden motion.
const TOGETHER: usize = 3;
/// How fast the number of people in a zone is followed, in seconds: what is now, and what is usual.
const CROWD_NOW_S: f64 = 4.0;
const CROWD_USUAL_S: f64 = 120.0;
/// How long a zone is watched before its usual number is one, in seconds.
const CROWD_LEARN_S: f64 = 60.0;
/// The ground one upright person covers in the picture, in square metres.
const PERSON_M2: f64 = 0.6 * 1.75;

/// A line on the ground that may be crossed one way only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// From here.
    pub from: Point,
    /// To here. Crossing from the right hand to the left is wrong.
    pub to: Point,
    /// Crossing it the other way is wrong as well.
    #[serde(default)]
    pub both: bool,
}

/// A part of the ground and what is looked for in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// Its corners.
    pub corners: Vec<Point>,
    /// Who stays so long is told, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay_s: Option<f64>,
    /// A thing that lies so long is told, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_s: Option<f64>,
    /// A crowd that grows or thins by so many is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd: Option<f64>,
    /// Whether several who begin to run are told.
    #[serde(default)]
    pub sudden: bool,
}

/// What is looked for at one camera.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Lines.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Zones.
    #[serde(default)]
    pub zones: Vec<Zone>,
}

/// Something began or ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What.
    pub what: Movement,
    /// The line or zone.
    pub zone: String,
    /// When.
    pub at: Moment,
    /// Where.
    pub place: Point,
    /// Whose track; none for a crowd.
    pub track: Option<u64>,
    /// Whether it began; else it ended.
    pub began: bool,
}

/// What has begun and not ended, and what may begin.
pub struct Events {
    rules: Rules,
    /// On which side of a line a track last was by enough, per line and track.
    sides: BTreeMap<(usize, u64), (bool, Point)>,
    stays: BTreeMap<(usize, u64), Stay>,
    running: BTreeMap<u64, Moment>,
    zones: Vec<Crowd>,
    last: Option<Moment>,
}

struct Stay {
    since: Moment,
    inside: Moment,
    calm_since: Moment,
    place: Point,
    staying: bool,
    left: bool,
}

#[derive(Default)]
struct Crowd {
    since: Option<Moment>,
    now: f64,
    usual: f64,
    changed: bool,
    sudden: bool,
}

impl Events {
    /// With what is looked for.
    pub fn new(rules: Rules) -> Self {
        let zones = rules.zones.iter().map(|_| Crowd::default()).collect();
        let (sides, stays, running) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { rules, sides, stays, running, zones, last: None }
    }

    /// Forgets who is where, as after the camera was turned. What had begun has no end then.
    pub fn forget(&mut self) {
        *self = Self::new(std::mem::take(&mut self.rules));
    }

    /// What begins and ends with the next frame.
    pub fn next(&mut self, at: Moment, tracks: &[Track], things: &[Thing]) -> Vec<Event> {
        let passed_s = self.last.map_or(0.0, |last| at.seconds_since(last)).clamp(0.0, 5.0);
        self.last = Some(at);
        let mut events = Vec::new();
        self.cross(at, tracks, &mut events);
        self.stay(at, tracks, &mut events);
        self.crowd(at, passed_s, things, &mut events);
        self.run(at, tracks, &mut events);
        let known = |number: &u64| tracks.iter().any(|track| track.number == *number);
        self.sides.retain(|(_, number), _| known(number));
        self.running.retain(|number, _| known(number));
        events
    }

    /// How many are in a zone now, by the ground they cover; for the picture of the area.
    pub fn people(&self) -> impl Iterator<Item = (&str, f64)> {
        self.rules.zones.iter().zip(&self.zones).map(|(zone, crowd)| (zone.name.as_str(), crowd.now))
    }

    fn cross(&mut self, at: Moment, tracks: &[Track], events: &mut Vec<Event>) {
        for (index, line) in self.rules.lines.iter().enumerate() {
            for track in tracks {
                let beside_m = left_of(line, track.at);
                if beside_m.abs() < LINE_M {
                    continue;
                }
                let side = (beside_m > 0.0, track.at);
                let Some((was_left, from)) = self.sides.insert((index, track.number), side) else { continue };
                let crossed =
                    was_left != side.0 && shape::meets(from, track.at, line.from, line.to).is_some();
                if crossed && (side.0 || line.both) {
                    let (what, zone) = (Movement::LineCrossed, line.name.clone());
                    let (place, track) = (track.at, Some(track.number));
                    events.push(Event { what, zone, at, place, track, began: true });
                }
            }
        }
    }

    fn stay(&mut self, at: Moment, tracks: &[Track], events: &mut Vec<Event>) {
        for (index, zone) in self.rules.zones.iter().enumerate() {
            for track in tracks.iter().filter(|track| shape::holds(&zone.corners, track.at)) {
                let new = Stay {
                    since: at,
                    inside: at,
                    calm_since: at,
                    place: track.at,
                    staying: false,
                    left: false,
                };
                let stay = self.stays.entry((index, track.number)).or_insert(new);
                stay.inside = at;
                stay.place = track.at;
                if !is_thing(track) && !stay.left {
                    stay.calm_since = at;
                }
                let lies_s = at.seconds_since(stay.calm_since);
                let event = |what| Event {
                    what,
                    zone: zone.name.clone(),
                    at,
                    place: track.at,
                    track: Some(track.number),
                    began: true,
                };
                if !stay.left && zone.left_s.is_some_and(|limit| lies_s >= limit) {
                    stay.left = true;
                    events.push(event(Movement::LeftObject));
                }
                let stays_s = at.seconds_since(stay.since);
                // What lies there does not loiter.
                let person = lies_s < AWAY_S;
                if !stay.staying && person && zone.stay_s.is_some_and(|limit| stays_s >= limit) {
                    stay.staying = true;
                    events.push(event(Movement::Loitering));
                }
            }
        }
        let rules = &self.rules;
        self.stays.retain(|(index, number), stay| {
            let gone = at.seconds_since(stay.inside) > AWAY_S;
            for (what, _) in [(Movement::Loitering, stay.staying), (Movement::LeftObject, stay.left)]
                .into_iter()
                .filter(|(_, began)| gone && *began)
            {
                let zone = rules.zones[*index].name.clone();
                let (place, track) = (stay.place, Some(*number));
                events.push(Event { what, zone, at, place, track, began: false });
            }
            !gone
        });
    }

    fn crowd(&mut self, at: Moment, passed_s: f64, things: &[Thing], events: &mut Vec<Event>) {
        for (zone, crowd) in self.rules.zones.iter().zip(&mut self.zones) {
            let inside = things.iter().filter(|thing| shape::holds(&zone.corners, thing.at));
            let count: f64 = inside.map(|thing| (thing.wide_m * thing.high_m / PERSON_M2).max(1.0)).sum();
            let since = *crowd.since.get_or_insert(at);
            let watched_s = at.seconds_since(since);
            crowd.now += (count - crowd.now) * share(passed_s, CROWD_NOW_S.min(watched_s));
            crowd.usual += (count - crowd.usual) * share(passed_s, CROWD_USUAL_S.min(watched_s));
            let Some(limit) = zone.crowd.filter(|_| watched_s >= CROWD_LEARN_S) else { continue };
            let off = (crowd.now - crowd.usual).abs();
            // Where many are always, more come and go: the change must be a third of them as well.
            let asked = limit.max(crowd.usual / 3.0);
            let was = crowd.changed;
            crowd.changed = off >= if was { asked / 2.0 } else { asked };
            if was != crowd.changed {
                let (what, zone_name) = (Movement::CrowdChange, zone.name.clone());
                let place = middle(&zone.corners);
                events.push(Event { what, zone: zone_name, at, place, track: None, began: crowd.changed });
            }
        }
    }

    fn run(&mut self, at: Moment, tracks: &[Track], events: &mut Vec<Event>) {
        for track in tracks {
            if track.speed() > RUN_SPEED && is_person(track) {
                self.running.entry(track.number).or_insert(at);
            } else if track.speed() < WALK_SPEED {
                self.running.remove(&track.number);
            }
        }
        for (zone, crowd) in self.rules.zones.iter().zip(&mut self.zones).filter(|(zone, _)| zone.sudden) {
            let inside = tracks.iter().filter(|track| shape::holds(&zone.corners, track.at));
            let runs: Vec<(&Track, Moment)> =
                inside.filter_map(|track| Some((track, *self.running.get(&track.number)?))).collect();
            let lately = |since: Moment| at.seconds_since(since) <= TOGETHER_S;
            let together = runs.iter().filter(|(_, since)| lately(*since)).count();
            let was = crowd.sudden;
            crowd.sudden = if was { runs.len() >= TOGETHER - 1 } else { together >= TOGETHER };
            if was != crowd.sudden {
                let places: Vec<Point> = runs.iter().map(|(track, _)| track.at).collect();
                let place = if places.is_empty() { middle(&zone.corners) } else { middle(&places) };
                let (what, zone) = (Movement::SuddenMotion, zone.name.clone());
                events.push(Event { what, zone, at, place, track: None, began: crowd.sudden });
            }
        }
    }
}

/// How far left of a line a place is, in metres; negative on its right.
fn left_of(line: &Line, place: Point) -> f64 {
    let (east, north) = (line.to.east_m - line.from.east_m, line.to.north_m - line.from.north_m);
    let away = (place.east_m - line.from.east_m, place.north_m - line.from.north_m);
    (east * away.1 - north * away.0) / east.hypot(north).max(1e-9)
}

fn is_thing(track: &Track) -> bool {
    track.speed() < THING_SPEED_MAX
        && track.stir < THING_STIR_MAX
        && track.high_m < THING_M_MAX
        && track.wide_m < THING_M_MAX
}

fn is_person(track: &Track) -> bool {
    track.wide_m < 1.8 && track.high_m < 2.6
}

/// How much of the way to a new value is gone in a time, when the whole way takes about another.
fn share(passed_s: f64, slow_s: f64) -> f64 {
    1.0 - (-passed_s / slow_s.max(0.1)).exp()
}

#[allow(clippy::cast_precision_loss, reason = "corners are few")]
fn middle(points: &[Point]) -> Point {
    let count = points.len().max(1) as f64;
    let sum = points.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.east_m, sum.1 + one.north_m));
    Point::new(sum.0 / count, sum.1 / count)
}

#[cfg(test)]
mod tests;
