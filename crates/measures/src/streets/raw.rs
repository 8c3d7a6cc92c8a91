//! Streets as their source has them: points, ways and relations with tags, before anything is made of them.
//!
//! Not here: what the tags mean (`tags.rs`). Every reader ends in [`Raw`], and tests begin with it.

/// Everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raw {
    /// Points, in any order.
    pub nodes: Vec<RawNode>,
    /// Tags of those points that have any of use, by id of the point.
    pub node_tags: Vec<(i64, Tags)>,
    /// Ways with a `highway`.
    pub ways: Vec<RawWay>,
    /// Turn restrictions.
    pub relations: Vec<RawRelation>,
}

/// A point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawNode {
    /// As the source numbers it.
    pub id: i64,
    /// Where it is.
    pub at: Point,
}

/// A place in ten-millionths of a degree (about 1 cm), as OpenStreetMap keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// Degrees east, times 1e7.
    pub lon_e7: i32,
    /// Degrees north, times 1e7.
    pub lat_e7: i32,
}

/// A way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawWay {
    /// As the source numbers it.
    pub id: i64,
    /// Its points, from begin to end.
    pub nodes: Vec<i64>,
    /// What is said about it.
    pub tags: Tags,
}

/// A relation: here a turn restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRelation {
    /// As the source numbers it.
    pub id: i64,
    /// What it is about, in order.
    pub members: Vec<RawMember>,
    /// What is said about it.
    pub tags: Tags,
}

/// One member of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMember {
    /// `from`, `via` or `to`.
    pub role: String,
    /// Whether the id is that of a way; else of a point.
    pub is_way: bool,
    /// As the source numbers it.
    pub id: i64,
}

/// Keys and values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(pub Vec<(String, String)>);

impl Tags {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The value of the first of some keys that is there.
    pub fn first(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.get(key))
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Tags {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }
}

impl Point {
    /// From degrees; `None` outside the world.
    pub fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let position = base::geo::Position::new(longitude, latitude).ok()?;
        #[allow(clippy::cast_possible_truncation, reason = "within 180 degrees, so within 1.8e9")]
        let units = |degrees: f64| (degrees * base::geo::UNITS_PER_DEGREE).round() as i32;
        Some(Self { lon_e7: units(position.longitude()), lat_e7: units(position.latitude()) })
    }

    /// Degrees east and north.
    pub fn degrees(self) -> [f64; 2] {
        let degrees = |units: i32| f64::from(units) / base::geo::UNITS_PER_DEGREE;
        [degrees(self.lon_e7), degrees(self.lat_e7)]
    }

    /// Metres to another place, on a plane: within 0.1 % over the few kilometres of a street.
    pub fn distance_m(self, other: Self) -> f64 {
        let [east, north] = self.metres_to(other);
        east.hypot(north)
    }

    /// Metres east and north to another place, on a plane.
    pub fn metres_to(self, other: Self) -> [f64; 2] {
        let metres = base::geo::EARTH_RADIUS_M.to_radians() / base::geo::UNITS_PER_DEGREE;
        let middle =
            f64::midpoint(f64::from(self.lat_e7), f64::from(other.lat_e7)) / base::geo::UNITS_PER_DEGREE;
        let east = (f64::from(other.lon_e7) - f64::from(self.lon_e7)) * metres * middle.to_radians().cos();
        [east, (f64::from(other.lat_e7) - f64::from(self.lat_e7)) * metres]
    }
}
