//! How often something moves anyway, place by place, so that movement in a busy street says little.
//!
//! Not here: what movement says of an event (`fuse::weigh`).

use std::collections::BTreeMap;

use crate::eye::track::Track;
use crate::plan::{Moment, Point};

/// Places nearer than this count as one, in metres.
const CELL_M: f64 = 8.0;
/// What was seen counts for a third after this long, in seconds.
const FADE_S: f64 = 900.0;
/// Before so much was seen nobody knows, in seconds.
const KNOWN_S: f64 = 60.0;
/// What is assumed until then.
const UNKNOWN: f64 = 0.3;
const CELLS_MAX: usize = 2_048;

/// The share of time in which something moved in each cell.
#[derive(Debug, Default)]
pub struct Busy {
    cells: BTreeMap<(i64, i64), f64>,
    seen_s: f64,
    last: Option<Moment>,
}

impl Busy {
    /// The tracks of the next frame.
    pub fn next(&mut self, at: Moment, tracks: &[Track]) {
        let passed_s = self.last.map_or(0.0, |last| at.seconds_since(last)).clamp(0.0, 2.0);
        self.last = Some(at);
        self.seen_s += passed_s;
        let keep = (-passed_s / FADE_S.min(self.seen_s.max(1.0))).exp();
        self.cells.values_mut().for_each(|share| *share *= keep);
        let mut here: Vec<(i64, i64)> = tracks.iter().map(|track| cell(track.at)).collect();
        here.sort_unstable();
        here.dedup();
        for one in here {
            if self.cells.len() < CELLS_MAX || self.cells.contains_key(&one) {
                *self.cells.entry(one).or_default() += 1.0 - keep;
            }
        }
        self.cells.retain(|_, share| *share > 1e-4);
    }

    /// The share of time in which something moves within so many metres of a place.
    pub fn share(&self, place: Point, within_m: f64) -> f64 {
        if self.seen_s < KNOWN_S {
            return UNKNOWN;
        }
        let near = |at: &(i64, i64)| middle(*at).distance_m(place) <= within_m + CELL_M / 2.0;
        let none: f64 =
            self.cells.iter().filter(|(at, _)| near(at)).map(|(_, share)| 1.0 - share.min(1.0)).product();
        1.0 - none
    }

    /// Forgets all, as after the camera was turned.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn cell(at: Point) -> (i64, i64) {
    ((at.east_m / CELL_M).floor() as i64, (at.north_m / CELL_M).floor() as i64)
}

#[allow(clippy::cast_precision_loss, reason = "metres of one camera")]
fn middle((east, north): (i64, i64)) -> Point {
    Point::new((east as f64 + 0.5) * CELL_M, (north as f64 + 0.5) * CELL_M)
}
