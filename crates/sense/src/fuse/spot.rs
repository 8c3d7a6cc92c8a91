//! A place with its ellipse, as fusion needs it.
//!
//! Not here: how the place was found (`ear::place`).

use nalgebra::{Matrix2, Vector2};

use crate::plan::Point;

/// The square of the distance, in standard deviations, within which 95 of 100 lie in two dimensions.
const CHI2_95: f64 = 5.991;

/// An ellipse that holds the truth in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Half the long axis, in metres.
    pub major_m: f64,
    /// Half the short axis, in metres.
    pub minor_m: f64,
    /// Where the long axis points: degrees from north, clockwise.
    pub towards_deg: f64,
}

/// Where something was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The likeliest place.
    pub at: Point,
    /// How sure it is.
    pub ellipse: Ellipse,
    /// By how much the arrivals that were used miss it, root mean square, in metres.
    pub misfit_m: f64,
    /// By how much the directions that were used miss it, root mean square, in degrees; `None` without directions.
    pub misfit_deg: Option<f64>,
    /// How many sensors' times were used.
    pub times: usize,
}

impl Ellipse {
    /// The covariance in square metres, over east and north.
    fn covariance(&self) -> Matrix2<f64> {
        let (sin, cos) = self.towards_deg.to_radians().sin_cos();
        let axes = Matrix2::new(sin, cos, cos, -sin);
        let squares = Matrix2::new(self.major_m.powi(2), 0.0, 0.0, self.minor_m.powi(2)) / CHI2_95;
        axes * squares * axes.transpose()
    }
}

impl Spot {
    /// How far something is from here, in standard deviations of both: `spread_m` is that of the other, in every direction.
    pub fn deviations(&self, other: Point, spread_m: f64) -> f64 {
        let off = Vector2::new(other.east_m - self.at.east_m, other.north_m - self.at.north_m);
        let both = self.ellipse.covariance() + Matrix2::identity() * spread_m.max(0.1).powi(2);
        both.try_inverse()
            .map_or(f64::INFINITY, |inverse| (off.transpose() * inverse * off)[0].max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_of_the_ellipse_is_two_and_a_half_deviations_away() {
        let ellipse = Ellipse { major_m: 20.0, minor_m: 5.0, towards_deg: 90.0 };
        let spot = Spot { at: Point::new(3.0, 4.0), ellipse, misfit_m: 1.0, misfit_deg: None, times: 4 };
        let east = spot.deviations(Point::new(23.0, 4.0), 0.0);
        let north = spot.deviations(Point::new(3.0, 9.0), 0.0);
        assert!(
            (east - CHI2_95.sqrt()).abs() < 0.01 && (north - CHI2_95.sqrt()).abs() < 0.01,
            "{east} {north}"
        );
        assert!(spot.deviations(Point::new(23.0, 4.0), 30.0) < 1.0, "an unsure track may well be there");
    }
}
