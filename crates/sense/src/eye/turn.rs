//! Cameras that turn: how they hang, known from landmarks, and how to turn them so that they look at a place.
//!
//! Not here: the wire to the camera, and when one is turned.

use nalgebra::{SMatrix, SVector};
use serde::{Deserialize, Serialize};

use crate::eye::ground::Pose;
use crate::limits::PRESETS_MAX;
use crate::plan::{Point, turn_deg};

/// Where a camera is turned to, by its own marks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Angles {
    /// Degrees clockwise from its own nought.
    pub pan_deg: f64,
    /// Degrees upwards from its own nought.
    pub tilt_deg: f64,
}

/// A thing whose place is known, and how the camera was turned when it was in the middle of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// How the camera was turned.
    pub turned: Angles,
    /// Where the thing is.
    pub at: Point,
    /// How high over the ground the point is that was looked at, in metres.
    #[serde(default)]
    pub height_m: f64,
}

/// How far a camera turns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stops {
    /// The least and the most pan, in degrees; 360 or more between them: all round.
    pub pan_deg: [f64; 2],
    /// The least and the most tilt, in degrees.
    pub tilt_deg: [f64; 2],
}

impl Default for Stops {
    fn default() -> Self {
        Self { pan_deg: [-180.0, 180.0], tilt_deg: [-90.0, 30.0] }
    }
}

/// A view that a camera knows by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name on the camera.
    pub name: String,
    /// How the camera is turned then.
    pub turned: Angles,
}

/// Why landmarks do not tell how a camera hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMounted {
    /// No landmark.
    #[error("no landmark; turn the camera to at least one thing whose place is known")]
    None,
    /// A landmark that tells no direction.
    #[error("landmark {0} is at the camera itself, or nowhere; choose one at least 2 m away")]
    Landmark(usize),
}

/// How a camera that turns hangs: its place and what its own noughts mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mount {
    /// Where it hangs.
    pub at: Point,
    /// How high over the ground, in metres.
    pub height_m: f64,
    /// Where it looks when its pan is nought: degrees from north, clockwise.
    pub heading_deg: f64,
    /// How far up it looks when its tilt is nought, in degrees.
    pub level_deg: f64,
    /// How far landmarks are off, in degrees: the root of the mean square. `None` with one, which always fits.
    pub error_deg: Option<f64>,
}

/// A landmark nearer than this tells no direction, in metres.
const LANDMARK_M_MIN: f64 = 2.0;

impl Mount {
    /// From where the camera hangs and landmarks. With three or more the place of the camera is corrected too, as far as they ask for it
    /// and a map may be wrong.
    pub fn from_landmarks(at: Point, height_m: f64, landmarks: &[Landmark]) -> Result<Self, NotMounted> {
        if landmarks.is_empty() {
            return Err(NotMounted::None);
        }
        let odd = |one: &Landmark| {
            let away = one.at.distance_m(at);
            !(LANDMARK_M_MIN..1e5).contains(&away) || !one.height_m.is_finite()
        };
        if let Some(one) = landmarks.iter().position(odd) {
            return Err(NotMounted::Landmark(one));
        }
        let mut mount = Self { at, height_m, heading_deg: 0.0, level_deg: 0.0, error_deg: None };
        mount.turn_to(landmarks);
        if landmarks.len() >= 3 {
            mount.settle(landmarks);
        }
        if landmarks.len() >= 2 {
            mount.error_deg = Some(mount.error(landmarks));
        }
        Ok(mount)
    }

    /// How it must be turned to have a place on the ground in the middle of its picture.
    pub fn angles(&self, place: Point) -> Angles {
        self.angles_at(place, 0.0)
    }

    /// The same within its stops; `None` when it cannot turn that far.
    pub fn angles_within(&self, place: Point, stops: &Stops) -> Option<Angles> {
        let wish = self.angles(place);
        let [from, to] = stops.pan_deg;
        let pan_deg = from + (wish.pan_deg - from).rem_euclid(360.0);
        let fits = pan_deg <= to && (stops.tilt_deg[0]..=stops.tilt_deg[1]).contains(&wish.tilt_deg);
        fits.then_some(Angles { pan_deg, ..wish })
    }

    /// The pose when it is turned so.
    pub fn pose(&self, turned: Angles, field_deg: f64, aspect: f64) -> Pose {
        let heading_deg = (self.heading_deg + turned.pan_deg).rem_euclid(360.0);
        let down_deg = -(self.level_deg + turned.tilt_deg);
        Pose { at: self.at, height_m: self.height_m, heading_deg, down_deg, field_deg, aspect }
    }

    /// The preset that has a place nearest to the middle of its picture, and how far off that is in degrees.
    pub fn nearest_preset<'a>(&self, place: Point, presets: &'a [Preset]) -> Option<(&'a Preset, f64)> {
        let wish = self.angles(place);
        let known = presets.iter().take(PRESETS_MAX);
        let off = known.map(|one| (one, apart(wish, one.turned)));
        off.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn angles_at(&self, place: Point, height_m: f64) -> Angles {
        let up = (height_m - self.height_m).atan2(self.at.distance_m(place)).to_degrees();
        let pan_deg = turn_deg(self.heading_deg, self.at.towards_deg(place));
        Angles { pan_deg, tilt_deg: up - self.level_deg }
    }

    fn turn_to(&mut self, landmarks: &[Landmark]) {
        (self.heading_deg, self.level_deg) = (0.0, 0.0);
        let (mut sin, mut cos, mut level) = (0.0, 0.0, 0.0);
        for one in landmarks {
            let wish = self.angles_at(one.at, one.height_m);
            let heading = (wish.pan_deg - one.turned.pan_deg).to_radians();
            sin += heading.sin();
            cos += heading.cos();
            level += wish.tilt_deg - one.turned.tilt_deg;
        }
        self.heading_deg = sin.atan2(cos).to_degrees().rem_euclid(360.0);
        #[allow(clippy::cast_precision_loss, reason = "landmarks are few")]
        let count = landmarks.len() as f64;
        self.level_deg = level / count;
    }

    /// Gauss-Newton on heading, level, place and height; the last three are held to what was given by what a map is worth.
    fn settle(&mut self, landmarks: &[Landmark]) {
        const MAP_M: f64 = 0.5;
        const TURN_DEG: f64 = 0.2;
        let given = [self.heading_deg, self.level_deg, self.at.east_m, self.at.north_m, self.height_m];
        let mut now = SVector::<f64, 5>::from(given);
        for _ in 0..10 {
            let mut normal = SMatrix::<f64, 5, 5>::zeros();
            let mut slope = SVector::<f64, 5>::zeros();
            for one in landmarks {
                let off = self.with(&now).off(one);
                for (side, beside) in off.iter().enumerate() {
                    let row = SVector::<f64, 5>::from_fn(|part, _| {
                        let mut moved = now;
                        moved[part] += 1e-4;
                        (self.with(&moved).off(one)[side] - beside) / 1e-4 / TURN_DEG
                    });
                    normal += row * row.transpose();
                    slope -= row * (beside / TURN_DEG);
                }
            }
            for part in 2..5 {
                normal[(part, part)] += 1.0 / (MAP_M * MAP_M);
                slope[part] -= (now[part] - given[part]) / (MAP_M * MAP_M);
            }
            let Some(step) = normal.cholesky().map(|one| one.solve(&slope)) else { return };
            now += step;
        }
        *self = self.with(&now);
    }

    fn with(&self, parts: &SVector<f64, 5>) -> Self {
        let at = Point::new(parts[2], parts[3]);
        let heading_deg = parts[0].rem_euclid(360.0);
        Self { at, height_m: parts[4], heading_deg, level_deg: parts[1], error_deg: self.error_deg }
    }

    /// How far a landmark is off, in degrees across (on the sphere) and up.
    fn off(&self, one: &Landmark) -> [f64; 2] {
        let wish = self.angles_at(one.at, one.height_m);
        let across = turn_deg(one.turned.pan_deg, wish.pan_deg);
        [across * (wish.tilt_deg + self.level_deg).to_radians().cos(), wish.tilt_deg - one.turned.tilt_deg]
    }

    fn error(&self, landmarks: &[Landmark]) -> f64 {
        let squares: f64 =
            landmarks.iter().map(|one| self.off(one).map(|part| part * part).iter().sum::<f64>()).sum();
        #[allow(clippy::cast_precision_loss, reason = "landmarks are few")]
        let mean = squares / landmarks.len() as f64;
        mean.sqrt()
    }
}

/// Degrees between two ways a camera can be turned.
fn apart(a: Angles, b: Angles) -> f64 {
    let across = turn_deg(a.pan_deg, b.pan_deg) * a.tilt_deg.to_radians().cos();
    across.hypot(a.tilt_deg - b.tilt_deg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::ground::Ground;

    const TRUTH: Mount = Mount {
        at: Point::new(5.0, 7.0),
        height_m: 8.0,
        heading_deg: 347.0,
        level_deg: -2.0,
        error_deg: None,
    };

    fn landmark(east: f64, north: f64, height_m: f64) -> Landmark {
        let at = Point::new(east, north);
        Landmark { turned: TRUTH.angles_at(at, height_m), at, height_m }
    }

    #[test]
    fn landmarks_tell_how_it_hangs() {
        let one = Mount::from_landmarks(TRUTH.at, 8.0, &[landmark(30.0, 40.0, 0.0)]).unwrap();
        assert!((one.heading_deg - 347.0).abs() < 1e-6 && (one.level_deg + 2.0).abs() < 1e-6);
        assert_eq!(one.error_deg, None);
        let landmarks = [landmark(30.0, 40.0, 0.0), landmark(-40.0, 20.0, 3.0), landmark(10.0, -30.0, 0.0)];
        // The camera is written down 60 cm beside where it hangs.
        let three = Mount::from_landmarks(Point::new(5.6, 7.0), 8.3, &landmarks).unwrap();
        let place = Point::new(-20.0, 30.0);
        assert!(apart(three.angles(place), TRUTH.angles(place)) < 0.5, "{three:?}");
        let mut wrong = landmarks;
        wrong[1].turned.pan_deg += 8.0;
        let wrong = Mount::from_landmarks(TRUTH.at, 8.0, &wrong).unwrap();
        assert!(wrong.error_deg.unwrap() > 3.0 * three.error_deg.unwrap().max(0.1), "{wrong:?} {three:?}");
        assert_eq!(Mount::from_landmarks(TRUTH.at, 8.0, &[]), Err(NotMounted::None));
        let here = Landmark { turned: TRUTH.angles(TRUTH.at), at: TRUTH.at, height_m: 0.0 };
        assert_eq!(Mount::from_landmarks(TRUTH.at, 8.0, &[here]), Err(NotMounted::Landmark(0)));
    }

    #[test]
    fn turned_to_a_place_it_has_it_in_the_middle() {
        for (east, north) in [(30.0, 40.0), (-40.0, 20.0), (6.0, -30.0)] {
            let place = Point::new(east, north);
            let pose = TRUTH.pose(TRUTH.angles(place), 50.0, 4.0 / 3.0);
            let spot = Ground::of_pose(&pose).spot(place).unwrap();
            assert!((spot.x - 0.5).hypot(spot.y - 0.5) < 1e-9, "{spot:?}");
        }
    }

    #[test]
    fn stops_and_presets_are_kept_to() {
        let place = TRUTH.at.moved(347.0 + 170.0, 20.0);
        let all_round = Stops::default();
        assert!((TRUTH.angles_within(place, &all_round).unwrap().pan_deg - 170.0).abs() < 1e-6);
        let half = Stops { pan_deg: [-90.0, 90.0], ..all_round };
        assert_eq!(TRUTH.angles_within(place, &half), None);
        let from_nought = Stops { pan_deg: [0.0, 360.0], ..all_round };
        let left = TRUTH.at.moved(347.0 - 10.0, 20.0);
        assert!((TRUTH.angles_within(left, &from_nought).unwrap().pan_deg - 350.0).abs() < 1e-6);
        let preset =
            |name: &str, pan_deg| Preset { name: name.into(), turned: Angles { pan_deg, tilt_deg: -20.0 } };
        let presets = [preset("square", 100.0), preset("gate", 165.0), preset("street", -90.0)];
        let (nearest, off) = TRUTH.nearest_preset(place, &presets).unwrap();
        assert_eq!(nearest.name, "gate");
        assert!(off < 6.0, "{off}");
    }
}
