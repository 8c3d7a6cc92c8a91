//! A frame that goes along with the nodes: its origin is their middle and its first axis points to the farthest of them, so that
//! moving or turning all of them together changes nothing.
//!
//! Not here: longitude and latitude (`plan`).

use crate::plan::Point;

/// A frame of its own for some nodes.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    origin: Point,
    /// The first axis, as east and north.
    axis: (f64, f64),
    /// From the middle to the farthest node, in metres.
    pub reach_m: f64,
}

impl Frame {
    /// The frame of some places; of none, that of the plan.
    pub fn of(places: &[Point]) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "a few nodes")]
        let count = places.len().max(1) as f64;
        let sum = places.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.east_m, sum.1 + one.north_m));
        let origin = Point::new(sum.0 / count, sum.1 / count);
        let mut frame = Self { origin, axis: (1.0, 0.0), reach_m: 0.0 };
        for place in places {
            let away_m = origin.distance_m(*place);
            // A little farther only, so that rounding does not choose between two that are as far.
            if away_m > frame.reach_m + 1e-6 {
                frame.reach_m = away_m;
                frame.axis =
                    ((place.east_m - origin.east_m) / away_m, (place.north_m - origin.north_m) / away_m);
            }
        }
        frame
    }

    /// Into the frame.
    pub fn inside(&self, place: Point) -> (f64, f64) {
        self.turn((place.east_m - self.origin.east_m, place.north_m - self.origin.north_m))
    }

    /// Out of it.
    pub fn out(&self, (x, y): (f64, f64)) -> Point {
        let (east, north) = self.axis;
        Point::new(self.origin.east_m + x * east - y * north, self.origin.north_m + x * north + y * east)
    }

    /// A direction (degrees from north, clockwise) as a unit vector of the frame.
    pub fn direction(&self, towards_deg: f64) -> (f64, f64) {
        let (sin, cos) = towards_deg.to_radians().sin_cos();
        self.turn((sin, cos))
    }

    /// A vector of the frame as a direction in degrees from north, clockwise.
    pub fn towards_deg(&self, (x, y): (f64, f64)) -> f64 {
        let (east, north) = self.axis;
        (x * east - y * north).atan2(x * north + y * east).to_degrees().rem_euclid(360.0)
    }

    fn turn(&self, (east, north): (f64, f64)) -> (f64, f64) {
        (east * self.axis.0 + north * self.axis.1, north * self.axis.0 - east * self.axis.1)
    }
}
