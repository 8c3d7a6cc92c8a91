//! Positions on the earth (WGS 84) and boxes around them.
//!
//! Not here: street networks, projections for screens, or area models.

/// Mean radius of the earth in metres (IUGG R1).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position: longitude and latitude in degrees, WGS 84. Always finite and in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    longitude: f64,
    latitude: f64,
}

/// Why two numbers are not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPosition {
    /// Not between -180 and 180.
    #[error("longitude must be a number from -180 to 180")]
    Longitude,
    /// Not between -90 and 90.
    #[error("latitude must be a number from -90 to 90")]
    Latitude,
}

impl Position {
    /// From longitude and latitude in degrees, in GeoJSON's order.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, NotAPosition> {
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(NotAPosition::Longitude);
        }
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(NotAPosition::Latitude);
        }
        Ok(Self { longitude, latitude })
    }

    /// Degrees east, -180 to 180.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north, -90 to 90.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Great-circle distance in metres (haversine on a sphere: within 0.5 % of the ellipsoid).
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_lat = (lat2 - lat1) / 2.0;
        let half_lon = (other.longitude - self.longitude).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }
}

/// A box in ten-millionths of a degree (about 1 cm): exact, ordered, small enough to keep for every item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Western edge, 1e-7 degrees.
    pub west: i32,
    /// Southern edge, 1e-7 degrees.
    pub south: i32,
    /// Eastern edge, 1e-7 degrees.
    pub east: i32,
    /// Northern edge, 1e-7 degrees.
    pub north: i32,
}

/// Units of [`Bounds`] in one degree.
pub const UNITS_PER_DEGREE: f64 = 1e7;

impl Bounds {
    /// The smallest box around some positions; `None` without any.
    pub fn around(positions: impl IntoIterator<Item = Position>) -> Option<Self> {
        let mut bounds: Option<Self> = None;
        for position in positions {
            let (x, y) = (units(position.longitude), units(position.latitude));
            let old = bounds.unwrap_or(Self { west: x, south: y, east: x, north: y });
            bounds = Some(Self {
                west: old.west.min(x),
                south: old.south.min(y),
                east: old.east.max(x),
                north: old.north.max(y),
            });
        }
        bounds
    }

    /// Whether the two boxes share a point.
    pub fn meets(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    /// The middle, as (longitude, latitude) in 1e-7 degrees.
    pub fn middle(&self) -> (i32, i32) {
        (i32::midpoint(self.west, self.east), i32::midpoint(self.south, self.north))
    }
}

fn units(degrees: f64) -> i32 {
    #[allow(clippy::cast_possible_truncation, reason = "within 180 degrees, so within 1.8e9")]
    let units = (degrees * UNITS_PER_DEGREE).round() as i32;
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_nowhere() {
        for (lon, lat) in [(f64::NAN, 0.0), (0.0, f64::NAN), (181.0, 0.0), (0.0, 90.1), (f64::INFINITY, 0.0)]
        {
            assert!(Position::new(lon, lat).is_err(), "{lon} {lat}");
        }
    }

    #[test]
    fn world_forum_to_peace_palace_is_about_950_metres() {
        let forum = Position::new(4.2825, 52.0905).unwrap();
        let palace = Position::new(4.2956, 52.0866).unwrap();
        assert!((960.0..1010.0).contains(&forum.distance_m(palace)), "{}", forum.distance_m(palace));
    }

    #[test]
    fn boxes_meet_at_their_edges() {
        let at = |lon, lat| Position::new(lon, lat).unwrap();
        let one = Bounds::around([at(4.0, 52.0), at(4.1, 52.1)]).unwrap();
        let two = Bounds::around([at(4.1, 52.1)]).unwrap();
        let far = Bounds::around([at(4.2, 52.0)]).unwrap();
        assert!(one.meets(&two) && two.meets(&one) && !one.meets(&far));
        assert_eq!(Bounds::around([]), None);
    }
}
