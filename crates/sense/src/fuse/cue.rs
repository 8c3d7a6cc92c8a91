//! Which camera is turned, and when: one cue per observation, held, no chasing of echoes.
//!
//! Not here: whether a camera could see the place (`eye`), and turning it (`belfry sense`).

use std::collections::BTreeMap;

use crate::plan::{Moment, Point};

/// A camera keeps still for this long after it was turned, in seconds.
const HOLD_S: f64 = 8.0;
/// Unless something comes that weighs this much more: three times as likely.
const LIKELIER: f64 = 1.1;

/// A camera that could be turned to a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Turnable {
    /// The camera.
    pub camera: String,
    /// Where it stands.
    pub at: Point,
    /// Whether it sees the place without being turned.
    pub sees_now: bool,
}

/// A camera is to look there.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// The camera.
    pub camera: String,
    /// Where to.
    pub to: Point,
    /// For which observation; `None` when an operator asked.
    pub observation: Option<String>,
}

/// Who looks where, and until when.
#[derive(Debug, Default)]
pub struct Cueing {
    held: BTreeMap<String, Held>,
}

#[derive(Debug)]
struct Held {
    observation: Option<String>,
    weight: f64,
    since: Moment,
}

impl Cueing {
    /// Which camera is turned for an observation: the nearest that is free to, if none sees it already. At most one, once.
    pub fn turn(
        &mut self,
        observation: &str,
        weight: f64,
        to: Point,
        cameras: &[Turnable],
        now: Moment,
    ) -> Option<Cue> {
        let mine = |held: &Held| held.observation.as_deref() == Some(observation);
        if cameras.iter().any(|one| one.sees_now) || self.held.values().any(mine) {
            return None;
        }
        let free = |one: &&Turnable| self.held.get(&one.camera).is_none_or(|held| held.yields(weight, now));
        let nearest = cameras.iter().filter(free).min_by(|a, b| {
            a.at.distance_m(to).total_cmp(&b.at.distance_m(to)).then(a.camera.cmp(&b.camera))
        })?;
        let held = Held { observation: Some(observation.to_owned()), weight, since: now };
        self.held.insert(nearest.camera.clone(), held);
        Some(Cue { camera: nearest.camera.clone(), to, observation: Some(observation.to_owned()) })
    }

    /// Turned by hand: that comes before everything for as long as it is held.
    pub fn turn_by_hand(&mut self, camera: &str, to: Point, now: Moment) -> Cue {
        self.held.insert(camera.to_owned(), Held { observation: None, weight: f64::INFINITY, since: now });
        Cue { camera: camera.to_owned(), to, observation: None }
    }

    /// Whether a camera was turned for an observation.
    pub fn turned_for(&self, camera: &str, observation: &str) -> bool {
        self.held.get(camera).is_some_and(|held| held.observation.as_deref() == Some(observation))
    }
}

impl Held {
    fn yields(&self, weight: f64, now: Moment) -> bool {
        now.seconds_since(self.since) >= HOLD_S || weight >= self.weight + LIKELIER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Moment {
        Moment::from_micros(0).plus_seconds(seconds)
    }

    fn camera(name: &str, east_m: f64, sees_now: bool) -> Turnable {
        Turnable { camera: name.into(), at: Point::new(east_m, 0.0), sees_now }
    }

    #[test]
    fn the_nearest_turns_once_and_keeps_still() {
        let (near, far) = (camera("near", 10.0, false), camera("far", 90.0, false));
        let both = [far.clone(), near.clone()];
        let mut cueing = Cueing::default();
        let here = Point::new(0.0, 0.0);
        assert_eq!(cueing.turn("one", 2.0, here, &both, at(0.0)).unwrap().camera, "near");
        assert_eq!(cueing.turn("one", 5.0, here, &both, at(1.0)), None, "one cue per observation");
        assert_eq!(
            cueing.turn("echo", 2.5, here, std::slice::from_ref(&near), at(1.0)),
            None,
            "it keeps still"
        );
        assert_eq!(cueing.turn("echo", 2.5, here, &both, at(1.0)).unwrap().camera, "far");
        assert_eq!(cueing.turn("worse", 3.2, here, &[near], at(2.0)).unwrap().camera, "near");
        assert!(!cueing.turned_for("near", "one") && cueing.turned_for("near", "worse"));
    }

    #[test]
    fn nobody_turns_when_somebody_sees() {
        let cameras = [camera("near", 10.0, false), camera("fixed", 90.0, true)];
        assert_eq!(Cueing::default().turn("one", 2.0, Point::new(0.0, 0.0), &cameras, at(0.0)), None);
    }

    #[test]
    fn a_hand_on_the_camera_comes_first() {
        let cameras = [camera("near", 10.0, false)];
        let mut cueing = Cueing::default();
        cueing.turn_by_hand("near", Point::new(1.0, 1.0), at(0.0));
        assert_eq!(cueing.turn("one", 99.0, Point::new(0.0, 0.0), &cameras, at(7.9)), None);
        assert!(cueing.turn("one", 2.0, Point::new(0.0, 0.0), &cameras, at(8.0)).is_some());
    }
}
