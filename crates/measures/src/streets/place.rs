//! Places on streets: the nearest piece that a mode may use, and what a drawing on the map covers.
//!
//! Not here: homes and destinations as such (`people.rs`, `plan.rs`).

use super::error::StreetsError;
use super::limits::SNAP_M_MAX;
use super::mode::Mode;
use super::network::Streets;
use super::raw::Point;

/// A place on a piece of street.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The piece.
    pub edge: u32,
    /// How far along it, 0 at its first point, 1 at its last.
    pub along: f64,
}

/// A place and how far it was from what was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Where.
    pub place: Place,
    /// Metres from the asked point.
    pub away_m: f64,
}

impl Streets {
    /// The nearest place that a mode may use, in its largest connected part, within [`SNAP_M_MAX`].
    pub fn nearest(&self, at: Point, mode: Mode) -> Option<Nearest> {
        // From near to far: what lies within the half of a box is the nearest for sure.
        [50.0, 150.0, SNAP_M_MAX].into_iter().find_map(|reach_m| {
            let (low, high) = around(at, reach_m);
            let candidates = self.grid.near(low, high);
            let usable = candidates.into_iter().filter(|edge| self.in_main_part(*edge, mode));
            let found = usable.map(|edge| self.on_edge(at, edge));
            found.min_by(|a, b| a.away_m.total_cmp(&b.away_m)).filter(|one| one.away_m <= reach_m)
        })
    }

    /// The same, or an error that names what was to be placed.
    pub fn nearest_or(&self, at: Point, mode: Mode, what: &str) -> Result<Place, StreetsError> {
        let off = || StreetsError::OffStreet { what: what.to_owned(), mode: mode.name(), max_m: SNAP_M_MAX };
        self.nearest(at, mode).map(|one| one.place).ok_or_else(off)
    }

    /// Where a place is.
    pub fn point_at(&self, place: Place) -> Point {
        let shape = self.shape(place.edge);
        let mut left_m = place.along.clamp(0.0, 1.0) * self.edges[place.edge as usize].length_m;
        for pair in shape.windows(2) {
            let length_m = pair[0].distance_m(pair[1]);
            if left_m <= length_m && length_m > 0.0 {
                let share = left_m / length_m;
                let [from, to] = [pair[0].degrees(), pair[1].degrees()];
                let between = |axis: usize| from[axis] + (to[axis] - from[axis]) * share;
                return Point::new(between(0), between(1)).unwrap_or(pair[0]);
            }
            left_m -= length_m;
        }
        shape.last().copied().unwrap_or(Point { lon_e7: 0, lat_e7: 0 })
    }

    /// Pieces with a point in an outline, or that cross it.
    pub fn edges_within(&self, outline: &[Point]) -> Vec<u32> {
        let Some((low, high)) = bounds(outline) else { return Vec::new() };
        let mut closed = outline.to_vec();
        closed.extend(outline.first());
        let near = self.grid.near(low, high).into_iter();
        near.filter(|edge| {
            let shape = self.shape(*edge);
            shape.iter().any(|point| is_within(*point, outline)) || crosses(shape, &closed)
        })
        .collect()
    }

    /// Pieces that a line crosses or touches.
    pub fn edges_across(&self, line: &[Point]) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        for pair in line.windows(2) {
            let Some((low, high)) = bounds(pair) else { continue };
            found.extend(
                self.grid.near(low, high).into_iter().filter(|edge| crosses(self.shape(*edge), pair)),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn on_edge(&self, at: Point, edge: u32) -> Nearest {
        let mut best = Nearest { place: Place { edge, along: 0.0 }, away_m: f64::INFINITY };
        let (mut before_m, whole_m) = (0.0, self.edges[edge as usize].length_m.max(1e-9));
        for pair in self.shape(edge).windows(2) {
            let ([x, y], [px, py]) = (pair[0].metres_to(pair[1]), pair[0].metres_to(at));
            let length_m = x.hypot(y);
            let share = if length_m > 0.0 {
                ((px * x + py * y) / (length_m * length_m)).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let away_m = (px - share * x).hypot(py - share * y);
            if away_m < best.away_m {
                best.away_m = away_m;
                best.place.along = ((before_m + share * length_m) / whole_m).clamp(0.0, 1.0);
            }
            before_m += length_m;
        }
        best
    }
}

/// Whether a point is in an outline (even-odd rule).
pub fn is_within(at: Point, outline: &[Point]) -> bool {
    let mut inside = false;
    let mut before = outline.last();
    for corner in outline {
        if let Some(other) = before {
            let (a, b) = (i64::from(corner.lat_e7), i64::from(other.lat_e7));
            if (a > i64::from(at.lat_e7)) != (b > i64::from(at.lat_e7))
                && left_of(*corner, *other, at) == (a < b)
            {
                inside = !inside;
            }
        }
        before = Some(corner);
    }
    inside
}

/// Whether a point is to the left of the line from one point to another.
fn left_of(from: Point, to: Point, at: Point) -> bool {
    turn(from, to, at) > 0
}

fn turn(from: Point, to: Point, at: Point) -> i128 {
    let d = |a: i32, b: i32| i128::from(a) - i128::from(b);
    d(to.lon_e7, from.lon_e7) * d(at.lat_e7, from.lat_e7)
        - d(to.lat_e7, from.lat_e7) * d(at.lon_e7, from.lon_e7)
}

fn crosses(one: &[Point], other: &[Point]) -> bool {
    one.windows(2).any(|a| other.windows(2).any(|b| segments_meet(a[0], a[1], b[0], b[1])))
}

fn segments_meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    let (low_one, high_one) = (least(a, b), most(a, b));
    let (low_two, high_two) = (least(c, d), most(c, d));
    low_one.lon_e7 <= high_two.lon_e7
        && low_two.lon_e7 <= high_one.lon_e7
        && low_one.lat_e7 <= high_two.lat_e7
        && low_two.lat_e7 <= high_one.lat_e7
        && turn(a, b, c).signum() * turn(a, b, d).signum() <= 0
        && turn(c, d, a).signum() * turn(c, d, b).signum() <= 0
}

fn least(a: Point, b: Point) -> Point {
    Point { lon_e7: a.lon_e7.min(b.lon_e7), lat_e7: a.lat_e7.min(b.lat_e7) }
}

fn most(a: Point, b: Point) -> Point {
    Point { lon_e7: a.lon_e7.max(b.lon_e7), lat_e7: a.lat_e7.max(b.lat_e7) }
}

fn bounds(points: &[Point]) -> Option<(Point, Point)> {
    let first = *points.first()?;
    Some(points.iter().fold((first, first), |(low, high), point| (least(low, *point), most(high, *point))))
}

/// The box of all that is within some metres.
fn around(at: Point, reach_m: f64) -> (Point, Point) {
    let [_, latitude] = at.degrees();
    let tall = reach_m / 111_195.0 * base::geo::UNITS_PER_DEGREE;
    let wide = tall / latitude.to_radians().cos().max(0.01);
    #[allow(clippy::cast_possible_truncation, reason = "half a degree at most")]
    let (wide, tall) = (wide.ceil() as i32, tall.ceil() as i32);
    let low = Point { lon_e7: at.lon_e7.saturating_sub(wide), lat_e7: at.lat_e7.saturating_sub(tall) };
    let high = Point { lon_e7: at.lon_e7.saturating_add(wide), lat_e7: at.lat_e7.saturating_add(tall) };
    (low, high)
}
