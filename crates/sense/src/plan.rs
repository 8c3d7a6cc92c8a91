//! Where and when, in the units that sound needs: metres on a flat plan, and microseconds (0.3 mm of sound each).
//!
//! Not here: longitude and latitude (`base::geo`), and instants for people (`base::clock`), to which these go over at the edges.

use base::clock::Timestamp;
use base::geo::{EARTH_RADIUS_M, Position};
use serde::{Deserialize, Serialize};

/// A place on a plan, in metres east and north of its origin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Metres to the east.
    pub east_m: f64,
    /// Metres to the north.
    pub north_m: f64,
}

impl Point {
    /// From metres east and north.
    pub const fn new(east_m: f64, north_m: f64) -> Self {
        Self { east_m, north_m }
    }

    /// Metres between two places.
    pub fn distance_m(self, other: Self) -> f64 {
        (self.east_m - other.east_m).hypot(self.north_m - other.north_m)
    }

    /// The direction from here to another place: degrees from north, clockwise, 0 to 360.
    pub fn towards_deg(self, other: Self) -> f64 {
        (other.east_m - self.east_m).atan2(other.north_m - self.north_m).to_degrees().rem_euclid(360.0)
    }

    /// The place some metres away in a direction (degrees from north, clockwise).
    #[must_use]
    pub fn moved(self, towards_deg: f64, metres: f64) -> Self {
        let (sin, cos) = towards_deg.to_radians().sin_cos();
        Self::new(self.east_m + metres * sin, self.north_m + metres * cos)
    }
}

/// Degrees from one direction to another by the short way: -180 to 180, positive clockwise.
pub fn turn_deg(from_deg: f64, to_deg: f64) -> f64 {
    (to_deg - from_deg + 180.0).rem_euclid(360.0) - 180.0
}

/// A flat plan around an origin: exact to a few centimetres over the kilometres that sensors share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    origin: Position,
}

impl Plan {
    /// The plan around an origin.
    pub const fn around(origin: Position) -> Self {
        Self { origin }
    }

    /// Where a position is on the plan.
    pub fn point(&self, position: Position) -> Point {
        let east = (position.longitude() - self.origin.longitude()).to_radians();
        let north = (position.latitude() - self.origin.latitude()).to_radians();
        let shrink = self.origin.latitude().to_radians().cos();
        Point::new(east * shrink * EARTH_RADIUS_M, north * EARTH_RADIUS_M)
    }

    /// The position of a place on the plan; the origin's when the place is off the earth.
    pub fn position(&self, point: Point) -> Position {
        let shrink = self.origin.latitude().to_radians().cos();
        let longitude = self.origin.longitude() + (point.east_m / (EARTH_RADIUS_M * shrink)).to_degrees();
        let latitude = self.origin.latitude() + (point.north_m / EARTH_RADIUS_M).to_degrees();
        Position::new(longitude, latitude).unwrap_or(self.origin)
    }
}

/// An instant in microseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This instant moved by some seconds (negative: earlier), to the nearest microsecond.
    #[must_use]
    pub fn plus_seconds(self, seconds: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
        let micros = (seconds * 1e6).round() as i64;
        Self(self.0.saturating_add(micros))
    }

    /// Seconds from an earlier instant to this one; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "exact below 285 years")]
        let micros = self.0.saturating_sub(earlier.0) as f64;
        micros / 1e6
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at.millis().saturating_mul(1000))
    }
}

impl From<Moment> for Timestamp {
    fn from(at: Moment) -> Self {
        Self::from_millis(at.0.div_euclid(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back() {
        let plan = Plan::around(Position::new(4.2850, 52.0905).unwrap());
        let point = Point::new(812.5, -431.25);
        let back = plan.point(plan.position(point));
        assert!(back.distance_m(point) < 1e-6, "{back:?}");
        let forum = Position::new(4.2825, 52.0905).unwrap();
        let palace = Position::new(4.2956, 52.0866).unwrap();
        let flat = plan.point(forum).distance_m(plan.point(palace));
        assert!((flat - forum.distance_m(palace)).abs() < 0.1, "{flat}");
    }

    #[test]
    fn directions_are_those_of_a_compass() {
        let here = Point::new(0.0, 0.0);
        for (there, towards) in
            [(Point::new(0.0, 5.0), 0.0), (Point::new(5.0, 0.0), 90.0), (Point::new(-5.0, 0.0), 270.0)]
        {
            assert!((here.towards_deg(there) - towards).abs() < 1e-9);
            assert!(here.moved(towards, 5.0).distance_m(there) < 1e-9);
        }
        assert!((turn_deg(350.0, 10.0) - 20.0).abs() < 1e-9);
        assert!((turn_deg(10.0, 350.0) + 20.0).abs() < 1e-9);
    }
}
